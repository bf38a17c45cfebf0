namespace Vi.Reports;

/// <summary>What pages say of standard deviations by linear response.</summary>
internal static class LinearResponseText
{
    /// <summary>Head of their column.</summary>
    internal const string Head = "sd, linear response";

    /// <summary>What they are, or why there are none; nothing where they were not asked for.</summary>
    internal static Markup Of(LinearResponseRecord? record) =>
        record switch
        {
            null => Markup.Empty,
            { Found: false } => Markup.Of(
                $"<p class=\"muted\">No standard deviations by linear response. {record.Sentence}</p>\n"
            ),
            _ => Markup.Of($"<p class=\"muted\">{Explanation}</p>\n"),
        };

    private const string Explanation =
        "q takes its factors for independent, so its standard deviations lack the part of the variance that comes through the others, and "
        + "its intervals can be too short. The column \"sd, linear response\" puts that part back, told from how far the mean moves when the posterior "
        + "is tilted a little by that quantity and the fit has settled anew (Giordano, Broderick and Jordan 2018). Quantiles are those of q.";
}
