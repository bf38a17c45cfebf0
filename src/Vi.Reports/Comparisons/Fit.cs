namespace Vi.Reports.Comparisons;

/// <summary>A fit of a comparison.</summary>
/// <param name="At">Its index, and the colour in which it is drawn.</param>
internal sealed record Fit(int At, ComparedFit Compared, RunResult Result, bool IsReference)
{
    public static List<Fit> All(IReadOnlyList<RunResult> results, IReadOnlyList<ComparedFit> fits, string? reference) =>
        fits.Zip(results, (fit, result) => (fit, result))
            .Select((pair, i) => new Fit(i, pair.fit, pair.result, pair.fit.Label == reference))
            .ToList();

    public string Label => Compared.Label;

    public double Seconds => Result.Timing.FitSeconds;

    public long? Gradients => Result.Timing.GradientEvaluations;

    public PosteriorDistance? Distance => Compared.Distance;

    public double? BelowBest => Compared.BelowBest;

    public bool IsUsable => Result.Verdict is { Level: not TrustLevel.Unreliable };

    public bool IsReliable => Result.Verdict is { Level: TrustLevel.Reliable };

    /// <summary>Its verdict in words.</summary>
    public string Level => CodeText.Verdict(Result);

    /// <summary>How its curves are drawn.</summary>
    public string Style => IsReference ? "line" : "dashed";
}
