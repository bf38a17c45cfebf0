namespace Vi.Reports.English;

/// <summary>What pages say of standard deviations by linear response.</summary>
internal static class LinearResponseText
{
    /// <summary>Head of their column.</summary>
    public const string Head = "sd, linear response";

    /// <summary>What they are, or why there are none; nothing where they were not asked for.</summary>
    internal static Markup Of(LinearResponseRecord? record) =>
        record switch
        {
            null => Markup.Empty,
            { Found: true } => Markup.Of($"<p class=\"muted\">{Explanation}</p>\n"),
            _ => Markup.Of($"<p class=\"muted\">No standard deviations by linear response: {Reason(record)}.</p>\n"),
        };

    /// <summary>Why there is none, as a clause.</summary>
    public static string Reason(LinearResponseRecord record) =>
        Sentences.Of("linear-response", record.Code, record.Figures, record.Subject);

    private const string Explanation =
        "q treats its factors as independent, so its standard deviations leave out the variance that comes through the other factors, and "
        + "intervals can be too short. The column \"sd, linear response\" puts that part back, from how far each mean moves when the posterior "
        + "is tilted slightly (Giordano, Broderick and Jordan 2018). Quantiles are those of q.";
}
