namespace Vi.Reports.English;

/// <summary>Means and standard deviations that a check of the fit found, in words.</summary>
internal static class CheckedPosteriorText
{
    /// <summary>Heads of their columns.</summary>
    public const string MeanHead = "mean, checked";

    /// <inheritdoc cref="MeanHead" />
    public const string SdHead = "sd, checked";

    /// <summary>What the columns hold.</summary>
    internal static Markup Of(CheckedPosteriorRecord record)
    {
        var source = Sentences.Of(
            "checked-posterior",
            Sentences.Code(record.Source),
            new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["draws"] = record.Draws,
                ["sweeps"] = record.Sweeps,
            }
        );
        return Markup.Of($"<p class=\"muted\">{source} {Explanation}</p>\n");
    }

    private const string Explanation =
        "Each has a Monte Carlo error of up to a quarter of a standard deviation: prefer it where it differs from the fit's by more. An entry without a "
        + "value was not checked, is not known that well, or changed places under the check. Quantiles are those of the fit.";
}
