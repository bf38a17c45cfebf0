namespace Vi.Reports.Verification;

/// <summary>Rank histograms and coverage of methods on models.</summary>
internal static class CalibrationSection
{
    internal static Section Of(VerificationResult result) =>
        new(
            "calibration",
            "Calibration by simulation",
            result.Calibrations.Count == 0
                ? Markup.Empty
                : Markup.Of(
                    $"""
                    <p class="prose">Parameters are drawn from the prior, data given them, and the method's posterior given the data. Where that posterior is right, the rank of the true value among its draws is uniform, and central intervals hold it as often as they say. The bands hold with probability 99.9 %, all bins or points together; p is the probability that uniform ranks leave a band as wide as these ranks do. Draws of a Markov chain are thinned until their effective size is twice their number.</p>
                    {Markup.ForEach(result.Calibrations, Subject)}
                    """
                )
        );

    private static Markup Subject(CalibrationRecord record)
    {
        var charts = Markup.ForEach(record.Judged, ranks => Chart(record, ranks));
        var known = (record.KnownTooNarrow ?? record.NearlyBecause) is { } reason
            ? Markup.Of($"<p class=\"muted\">{reason}.</p>")
            : Markup.Empty;
        return Markup.Of(
            $"""
            <h3>{record.Model} by {record.Method}</h3>
            <p>{(
                !CalibrationText.IsAsExpected(record) ? Badge.Make(TrustLevel.Unreliable, "broken")
                : CalibrationText.IsTelling(record) ? Badge.Make(TrustLevel.Reliable, "passed")
                : Badge.Make(TrustLevel.Usable, "too few replicates")
            )} {CalibrationText.Finding(record)}; {Numbers.Count(record.Done)} of {Numbers.Counted(
                record.Target,
                "replicate"
            )}, {Numbers.Duration(record.Seconds)}.</p>
            {known}
            <div class="grid">{charts}</div>
            {Table.Of(
                $"Coverage, {record.Model} by {record.Method}",
                ["parameter", .. record.Judged[0].Coverage.Select(coverage => $"held by {Numbers.Percent(coverage.Nominal)} interval"), "p if uniform"],
                record.Judged.Select(ranks =>
                    (IReadOnlyList<Markup>)
                        [
                            Markup.Of($"{ranks.Name}"),
                            .. ranks.Coverage.Select(Coverage),
                            Markup.Of($"{CalibrationText.PValue(ranks)}"),
                        ]
                )
            )}
            """
        );
    }

    private static Markup Coverage(CoverageRecord coverage) =>
        Markup.Of(
            $"{Numbers.Percent(coverage.Observed)}<small>95 % interval {Numbers.Percent(coverage.Lower)} to {Numbers.Percent(coverage.Upper)}</small>"
        );

    private static Markup Chart(CalibrationRecord record, RankRecord summary)
    {
        var name = summary.Name;
        var width = (double)(record.Draws + 1) / summary.Counts.Count;
        var (low, high) = ((double)summary.LeastCount, (double)summary.LargestCount);
        var histogram = new XyChart
        {
            Id = $"ranks-{record.Model}-{record.Method}-{name}",
            Title = $"{name}: ranks of the true value",
            Caption =
                $"Rank of {name} among {record.Draws} draws. "
                + (summary.Uniform && !summary.TooNarrow ? "The ranks are uniform." : "The ranks are not uniform.")
                + (summary.TooNarrow ? " Too many at both ends: the posterior is too narrow." : ""),
            X = new Axis("rank"),
            Y = new Axis("replicates"),
            Series =
            [
                new Series
                {
                    Name = "replicates",
                    Style = "bars",
                    X = [.. summary.Counts.Select((_, i) => (i + 0.5) * width)],
                    Y = [.. summary.Counts.Select(count => (double)count)],
                },
                new Series
                {
                    Name = "uniform ranks stay here",
                    Style = "band",
                    X = [0, record.Draws + 1],
                    Lower = [low, low],
                    Upper = [high, high],
                    Color = 1,
                },
            ],
        };
        var difference = histogram with
        {
            X = new Axis("rank / draws"),
            Y = new Axis("share of ranks below, less uniform"),
            Series =
            [
                new Series
                {
                    Name = "uniform ranks stay here",
                    Style = "band",
                    X = summary.Grid,
                    Lower = summary.Lower,
                    Upper = summary.Upper,
                    Color = 1,
                },
                new Series
                {
                    Name = "ranks",
                    Style = "line",
                    X = summary.Grid,
                    Y = summary.Difference,
                },
            ],
        };
        return ChartFigure.Of(
            histogram,
            [new ChartView("histogram", histogram), new ChartView("distribution", difference)]
        );
    }
}
