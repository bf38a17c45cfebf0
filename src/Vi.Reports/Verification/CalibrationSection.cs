namespace Vi.Reports.Verification;

/// <summary>Rank histograms and coverage of methods on models.</summary>
internal static class CalibrationSection
{
    internal static Markup Of(VerificationResult result) =>
        Markup.If(
            result.Calibrations.Count > 0,
            $"""
            <p class="prose">Parameters are drawn from the prior, data given them, and the method's posterior given the data. Where that posterior is right, the rank of the true value among its draws is uniform, and central intervals hold it as often as they say. The bands hold with probability 99.9 %, all bins or points together; p is the probability that uniform ranks leave a band as wide as these ranks do. Draws of a Markov chain are thinned until their effective size is twice their number.</p>
            {Markup.ForEach(result.Calibrations, Subject)}
            """
        );

    private static Markup Subject(CalibrationRecord record)
    {
        var name = $"{record.Model} by {record.Method}";
        var reason = record.KnownTooNarrow ?? record.NearlyBecause;
        var badge =
            !CalibrationText.IsAsExpected(record) ? Badge.Make(TrustLevel.Unreliable, "broken")
            : CalibrationText.IsTelling(record) ? Badge.Make(TrustLevel.Reliable, "passed")
            : Badge.Make(TrustLevel.Usable, "too few replicates");
        var done = $"{Numbers.Count(record.Done)} of {Numbers.Counted(record.Target, "replicate")}";
        var coverage = Table.Of<RankRecord>(
            $"Coverage, {name}",
            record.Judged,
            [
                new("parameter", ranks => ranks.Name),
                .. record.Judged[0].Coverage.Select((one, i) => Held(one.Nominal, ranks => ranks.Coverage[i])),
                new("p if uniform", ranks => CalibrationText.PValue(ranks.PValue)),
            ]
        );
        return Markup.Of(
            $"""
            <h3>{name}</h3>
            <p>{badge} {CalibrationText.Finding(record)}; {done}, {Numbers.Duration(record.Seconds)}.</p>
            {Markup.If(reason is not null, $"<p class=\"muted\">{reason}.</p>")}
            <div class="grid">{Markup.ForEach(record.Judged, ranks => Chart(record, ranks))}</div>
            {coverage}
            """
        );
    }

    private static Column<RankRecord> Held(double nominal, Func<RankRecord, CoverageRecord> of)
    {
        static Markup Cell(CoverageRecord coverage) =>
            Markup.Of(
                $"{Numbers.Percent(coverage.Observed)}<small>95 % interval {Numbers.Percent(coverage.Lower)} to {Numbers.Percent(coverage.Upper)}</small>"
            );
        return new($"held by {Numbers.Percent(nominal)} interval", ranks => Cell(of(ranks)));
    }

    private static Markup Chart(CalibrationRecord record, RankRecord summary)
    {
        var name = summary.Name;
        var width = (double)(record.Draws + 1) / summary.Counts.Count;
        const string Band = "uniform ranks stay here";
        double[] ends = [0, record.Draws + 1];
        double[] low = [summary.LeastCount, summary.LeastCount];
        double[] high = [summary.LargestCount, summary.LargestCount];
        var histogram = new XyChart
        {
            Id = $"ranks-{record.Model}-{record.Method}-{name}",
            Title = $"{name}: ranks of the true value",
            Caption =
                $"Rank of {name} among {record.Draws} draws. "
                + (summary.Uniform && !summary.TooNarrow ? "The ranks are uniform." : "The ranks are not uniform.")
                + (summary.TooNarrow ? " Too many at both ends: the posterior is too narrow." : ""),
            X = "rank",
            Y = "replicates",
            Series =
            [
                Curves.Through(
                    "replicates",
                    summary.Counts.Select((_, i) => (i + 0.5) * width),
                    summary.Counts.Select(count => (double)count),
                    0,
                    "bars"
                ),
                Curves.Band(Band, ends, low, high, 1),
            ],
        };
        var difference = histogram with
        {
            X = "rank / draws",
            Y = "share of ranks below, less uniform",
            Series =
            [
                Curves.Band(Band, summary.Grid, summary.Lower, summary.Upper, 1),
                Curves.Through("ranks", summary.Grid, summary.Difference, 0),
            ],
        };
        return ChartFigure.Of(histogram, [new("histogram", histogram), new("distribution", difference)]);
    }
}
