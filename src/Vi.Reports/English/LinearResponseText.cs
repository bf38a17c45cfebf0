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
            { Found: false } => Markup.Of(
                $"<p class=\"muted\">No standard deviations by linear response: {Reason(record)}.</p>\n"
            ),
            _ => Markup.Of($"<p class=\"muted\">{Explanation}</p>\n"),
        };

    /// <summary>Why there is none, as a clause.</summary>
    public static string Reason(LinearResponseRecord record)
    {
        string N(string name) => Numbers.Significant(record.Figures[name]);
        return record.Code switch
        {
            ResponseCode.TooManyQuantities =>
                $"{N("count")} quantities, of which each needs fits of its own, and the limit is {N("most")}",
            ResponseCode.TooManyCoordinates => $"{N("count")} coordinates, and the limit is {N("most")}",
            ResponseCode.TooManyReads => $"it would read at least {N("reads")} rows, and the limit is {N("most")}",
            ResponseCode.NoVariance => $"q has no finite positive variance of {record.Subject}",
            ResponseCode.FitNotSettled => $"after {N("sweeps")} more sweeps coordinate ascent had not settled",
            ResponseCode.ResponseNotSettled =>
                $"{N("sweeps")} sweeps after {record.Subject} was tilted, coordinate ascent had not settled",
            ResponseCode.NotLinear =>
                $"opposite tilts of {record.Subject} do not have opposite effects, so the optimum is unstable or too flat for a slope",
            ResponseCode.NotAMaximum =>
                $"the response is not positive definite (at {record.Subject}), so the fit is not at a maximum of the bound",
            ResponseCode.SeveralModes => "the answer is a mixture of several modes",
            ResponseCode.NotACurvature =>
                "the bound's curvature at the fit is not that of a maximum, or is lost in rounding",
            ResponseCode.FitNotConverged => "the fit has not converged",
            ResponseCode.NoOptimum =>
                $"it needs an optimum of coordinate ascent (cavi), and {record.Subject} ends near one at best",
            ResponseCode.Rotations =>
                "rotations of the factors leave the bound nearly unchanged, and a tilted loading follows them without end",
            _ => "",
        };
    }

    private const string Explanation =
        "q treats its factors as independent, so its standard deviations leave out the variance that comes through the other factors, and "
        + "intervals can be too short. The column \"sd, linear response\" puts that part back, from how far each mean moves when the posterior "
        + "is tilted slightly (Giordano, Broderick and Jordan 2018). Quantiles are those of q.";
}
