namespace Vi.Reports.English;

/// <summary>Findings in words: what was seen, what it means, what to do.</summary>
internal static class FindingText
{
    /// <summary>Nats of a divergence that equals a shift by one posterior standard deviation.</summary>
    private const double OneShift = 0.5;

    /// <summary>The finding with its message; one of an unknown code keeps the message that it has.</summary>
    public static Finding Rendered(Finding finding) =>
        Sentences.Codes("finding").Contains(finding.Code)
            ? finding with
            {
                Message = Sentences.Of("finding", finding.Code + Variant(finding), finding.Figures, finding.Subjects),
            }
            : finding;

    /// <summary>The message with the setting to copy, for the terminal.</summary>
    public static string Line(Finding finding) =>
        $"{CodeText.Of(finding.Severity)}: {finding.Message}{(finding.Setting is { } setting ? $" Try {AdviceText.Setting(setting)}" : "")}";

    /// <summary>A line for each finding, below the run that they are about.</summary>
    public static void Write(TextWriter output, IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            output.WriteLine($"  {Line(finding)}");
        }
    }

    private static string Variant(Finding finding) =>
        finding.Code != "evidence-gap" ? ""
        : finding.Figures["gap"] > OneShift ? ", wide"
        : finding.Figures["exact"] > 0 ? ", exact"
        : "";
}
