namespace Vi.App.Models.Factors;

/// <summary>Figures of the factor model.</summary>
internal sealed class FactorFigures(
    Dataset data,
    LatentFactorData rows,
    LatentFactorPosterior q,
    ExplainedVariance explained,
    AlignedFactors aligned,
    List<ComparedFactors> compared
)
{
    private const int MostFactors = 4;
    private const int MostColumns = 60;
    private const int MostRows = 400;

    /// <summary>Standard normal quantile of 0.95.</summary>
    private const double Quantile95 = 1.6448536269514722;

    private readonly string[] columns = [.. data.ColumnNames.Take(MostColumns)];
    private readonly bool againstTruth = aligned.TrueLoadings is not null;

    public IReadOnlyList<Exhibit> Make(IReadOnlyList<PosteriorQuantity> quantities, JsonObject truth)
    {
        var shown = Enumerable.Range(0, System.Math.Min(aligned.Count, MostFactors)).ToArray();
        var exhibits = new List<Exhibit>();
        exhibits.AddRange(shown.Select(Loadings));
        exhibits.AddRange(FactorPaths(shown));
        exhibits.Add(OwnVariances(quantities[1].Figure("q(psi)", truth)));
        exhibits.Add(Explained());
        exhibits.Add(Table(quantities.ElementAtOrDefault(2)));
        if (compared.Count > 0)
        {
            exhibits.Add(Bounds());
        }

        return exhibits;
    }

    private static string Name(int k) => "factor " + (k + 1).ToString(CultureInfo.InvariantCulture);

    private string Left =>
        columns.Length < data.ColumnNames.Count
            ? $" The first {columns.Length} of {data.ColumnNames.Count} columns are drawn."
            : "";

    private XyChart Loadings(int j)
    {
        var at = columns
            .Select((_, n) => aligned.Shown(q.Loadings[n].Mean, Distribution.Covariance(q.Loadings[n]), j))
            .ToArray();
        List<Series> series =
        [
            ModelFigures.Intervals("q(B): mean and 90 % interval", columns, at.Select(p => (p.Mean, Low(p), High(p)))),
        ];
        if (aligned.TrueLoadings is { } known)
        {
            series.Add(ModelFigures.Points("truth", columns, [.. columns.Select((_, n) => known[n][j])], 1));
        }

        return new XyChart
        {
            Id = $"loadings-{j + 1}",
            Title = againstTruth ? $"Loadings on {Name(j)} against the truth" : $"Loadings on {Name(j)}",
            Caption =
                (
                    againstTruth
                        ? $"After the orthogonal turn that brings all loadings closest to the true ones; correlation {Numbers.Significant(aligned.Correlations().ElementAt(j))}."
                        : $"It explains {Numbers.Percent(explained.ByFactor[j])} of the variance of all columns."
                ) + Left,
            X = new Axis("column"),
            Y = new Axis("loading (unit of the column)"),
            Series = series,
            References = [new ReferenceLine("y", 0, "")],
        };
    }

    private static double Low((double Mean, double Sd) p) => p.Mean - (Quantile95 * p.Sd);

    private static double High((double Mean, double Sd) p) => p.Mean + (Quantile95 * p.Sd);

    private IEnumerable<XyChart> FactorPaths(int[] shown)
    {
        var count = System.Math.Min(data.RowCount, MostRows);
        var first = data.RowCount - count;
        var times = Enumerable.Range(first, count).Select(t => t + 1.0).ToArray();
        var ofRow = LatentFactorModel.FactorsOf(rows, q);
        var distributions = Enumerable.Range(first, count).Select(t => ofRow(data.Row(t))).ToArray();
        foreach (var j in shown)
        {
            var at = distributions
                .Select(distribution => aligned.Shown(distribution.Item1, distribution.Item2, j))
                .ToArray();
            List<Series> series =
            [
                Curves.Band("90 % band", times, [.. at.Select(Low)], [.. at.Select(High)]),
                Curves.Through("expected factor", times, [.. at.Select(p => p.Mean)], 0),
            ];
            var known = aligned.TrueFactors is { } all && all.Length == data.RowCount ? all[first..] : null;
            if (known is not null)
            {
                series.Add(Curves.Through("truth", times, [.. known.Select(row => row[j])], 1, "dotted"));
            }

            var inside = known
                ?.Zip(at, (row, p) => System.Math.Abs(row[j] - p.Mean) <= Quantile95 * p.Sd)
                .Average(hit => hit ? 1.0 : 0.0);
            yield return new XyChart
            {
                Id = $"factor-{j + 1}",
                Title = $"Path of {Name(j)}",
                Caption =
                    (count < data.RowCount ? $"The last {count} of {data.RowCount} rows. " : "")
                    + (
                        inside is { } share
                            ? $"{Numbers.Percent(share)} of the true values lie in the 90 % band. Uncertainty of the loadings is not in the band."
                            : "Uncertainty of the loadings is not in the band."
                    ),
                X = new Axis("row"),
                Y = new Axis("factor (standard deviations)"),
                Series = series,
            };
        }
    }

    private static XyChart OwnVariances(XyChart figure) =>
        figure with
        {
            Caption =
                $"{figure.Caption} What the factors leave of each column's variance. The prior of 1 / psi pulls small variances up, the more the fewer "
                + "rows there are.",
            X = new Axis("column"),
        };

    private XyChart Explained() =>
        new()
        {
            Id = "explained",
            Title = "Explained variance by column and factor",
            Caption =
                "Shares of each column's variance under the model, factors by falling size; what is missing to 1 is the column's own."
                + Left,
            X = new Axis("column"),
            Y = new Axis("share of the variance"),
            Stacked = true,
            Series =
            [
                .. Enumerable
                    .Range(0, explained.ByFactor.Length)
                    .Where(k => k < MostFactors || explained.ByFactor[k] >= 0.01)
                    .Select(k => new Series
                    {
                        Name = Name(k),
                        Style = "bars",
                        Labels = columns,
                        Y = [.. columns.Select((_, n) => explained.ByColumn[n][k])],
                        Color = k,
                    }),
            ],
        };

    private TableExhibit Table(PosteriorQuantity? alpha)
    {
        var learned = alpha is not null;
        return new TableExhibit
        {
            Id = "factors",
            Title = "The factors in figures",
            Caption =
                "Factors by falling size, before any turn to the truth."
                + (
                    learned
                        ? " A factor that the data do not need has a large precision alpha, so its loadings stay at 0."
                        : ""
                ),
            Columns = learned
                ? ["factor", "share of the variance", "sum of squared loadings", "precision alpha", "its 90 % interval"]
                : ["factor", "share of the variance", "sum of squared loadings"],
            Rows =
            [
                .. explained.ByFactor.Select(
                    (share, k) =>
                        (string[])
                            [
                                Name(k),
                                Numbers.Percent(share),
                                Numbers.Significant(q.LoadingSquares[k]),
                                .. alpha is null ? [] : Precision(alpha.Entries[k]),
                            ]
                ),
            ],
        };
    }

    private static string[] Precision(Marginal alpha) =>
        [Numbers.Significant(alpha.Mean), $"{Numbers.Significant(alpha.Q05)} to {Numbers.Significant(alpha.Q95)}"];

    private XyChart Bounds()
    {
        var best = compared.MaxBy(fit => fit.Elbo)!;
        return new XyChart
        {
            Id = "number-of-factors",
            Title = "The bound against the number of factors",
            Caption =
                $"Each fitted in the same way; highest at {best.Factors}. Sweeps: "
                + string.Join(", ", compared.Select(fit => $"{fit.Sweeps} with {fit.Factors}"))
                + ".",
            X = new Axis("number of factors K"),
            Y = new Axis("bound (nats)"),
            Series =
            [
                Curves.Through(
                    "",
                    [.. compared.Select(fit => (double)fit.Factors)],
                    [.. compared.Select(fit => fit.Elbo)],
                    0
                ),
                Curves.Through(
                    "bound",
                    [.. compared.Select(fit => (double)fit.Factors)],
                    [.. compared.Select(fit => fit.Elbo)],
                    0,
                    "points"
                ),
            ],
        };
    }
}
