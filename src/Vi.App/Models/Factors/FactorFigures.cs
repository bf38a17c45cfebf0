namespace Vi.App.Models.Factors;

internal sealed class FactorFigures(
    Dataset data,
    LatentFactorData rows,
    LatentFactorPosterior q,
    ExplainedVariance explained,
    FactorTruth known,
    List<ComparedFactors> compared
)
{
    private const int MostFactors = 4;
    private const int MostColumns = 60;
    private const int MostRows = 400;

    private readonly string[] columns = [.. data.ColumnNames.Take(MostColumns)];

    public IReadOnlyList<Exhibit> Make(IReadOnlyList<PosteriorQuantity> quantities, JsonObject truth)
    {
        var shown = Enumerable.Range(0, Min(known.Shown.Count, MostFactors));
        return
        [
            .. shown.Select(Loadings),
            .. FactorPaths(shown),
            OwnVariances(quantities[1].Figure("q(psi)", truth)),
            Explained(),
            Table(quantities.ElementAtOrDefault(2)),
            .. compared.Count > 0 ? [Bounds()] : Array.Empty<Exhibit>(),
        ];
    }

    private static string Name(int k) => $"factor {k + 1}";

    private string Left =>
        columns.Length < data.ColumnNames.Count
            ? $" The first {columns.Length} of {data.ColumnNames.Count} columns are drawn."
            : "";

    /// <summary>Entry j, as it is shown, of a normal vector of loadings or factors.</summary>
    private Marginal Shown(Vec mean, Mat covariance, int j)
    {
        var (at, sd) = known.Shown.Shown(mean, covariance, j);
        return Marginal.Of(new Normal(at, sd * sd));
    }

    private XyChart Loadings(int j)
    {
        var at = columns.Select((_, n) => Shown(q.Loadings[n].Mean, Distribution.Covariance(q.Loadings[n]), j));
        return Chart.Xy(
            FigureText.Of(
                "factor-model",
                "loadings-{0}",
                j + 1,
                known.Loadings is not null,
                known.Correlations?[j] ?? 0,
                explained.ByFactor[j],
                Left
            ),
            [
                ModelFigures.Intervals("q(B): mean and 90 % interval", columns, at),
                .. known.Loadings is { } loadings
                    ? [ModelFigures.Points("truth", columns, columns.Select((_, n) => loadings[n, j]), 1)]
                    : Array.Empty<Series>(),
            ]
        ) with
        {
            References = [new ReferenceLine("y", 0, "")],
        };
    }

    private IEnumerable<XyChart> FactorPaths(IEnumerable<int> shown)
    {
        var count = Min(data.RowCount, MostRows);
        var first = data.RowCount - count;
        var times = Enumerable.Range(first, count).Select(t => t + 1.0).ToArray();
        var ofRow = LatentFactorModel.FactorsOf(rows, q);
        var distributions = Enumerable.Range(first, count).Select(t => ofRow(data.Row(t))).ToArray();
        var truth = known.Factors is { } all && all.Length == data.RowCount ? all[first..] : null;
        foreach (var j in shown)
        {
            var at = distributions.Select(of => Shown(of.Item1, of.Item2, j)).ToArray();
            var inside = truth?.Zip(at, (row, p) => p.Q05 <= row[j] && row[j] <= p.Q95 ? 1.0 : 0.0).Average();
            yield return Chart.Xy(
                FigureText.Of(
                    "factor-model",
                    "factor-{0}",
                    j + 1,
                    count < data.RowCount,
                    count,
                    data.RowCount,
                    inside is not null,
                    inside ?? 0
                ),
                [
                    Curves.Band("90 % band", times, at.Select(p => p.Q05), at.Select(p => p.Q95)),
                    Curves.Through("expected factor", times, at.Select(p => p.Mean), 0),
                    .. truth is null
                        ? Array.Empty<Series>()
                        : [Curves.Through("truth", times, truth.Select(row => row[j]), 1, "dotted")],
                ]
            );
        }
    }

    private static XyChart OwnVariances(XyChart figure) =>
        figure with
        {
            Caption =
                $"{figure.Caption} What the factors leave of each column's variance. The prior of 1 / psi pulls small variances up, the more the fewer "
                + "rows there are.",
            X = "column",
        };

    private XyChart Explained() =>
        Chart.Xy(
            FigureText.Of("factor-model", "explained", Left),
            explained
                .ByFactor.Index()
                .Where(factor => factor.Index < MostFactors || factor.Item >= 0.01)
                .Select(factor =>
                    ModelFigures.Points(
                        Name(factor.Index),
                        columns,
                        columns.Select((_, n) => explained.ByColumn[n][factor.Index]),
                        factor.Index
                    ) with
                    {
                        Style = "bars",
                    }
                )
        ) with
        {
            Stacked = true,
        };

    private TableExhibit Table(PosteriorQuantity? alpha)
    {
        return Chart.Table(
            FigureText.Of("factor-model", "factors", alpha is not null),
            [
                "factor",
                "share of the variance",
                "sum of squared loadings",
                .. alpha is null ? Array.Empty<string>() : ["precision alpha", "its 90 % interval"],
            ],
            explained.ByFactor.Select(
                (share, k) =>
                    Chart.Row([
                        Name(k),
                        Percent(share),
                        q.LoadingSquares[k],
                        .. alpha is null ? [] : Cells(alpha.Entries[k]),
                    ])
            )
        );

        static object[] Cells(Marginal of) => [of.Mean, $"{Significant(of.Q05)} to {Significant(of.Q95)}"];
    }

    private XyChart Bounds()
    {
        var best = compared.MaxBy(fit => fit.Elbo)!;
        var (factors, bounds) = (compared.Select(fit => (double)fit.Factors), compared.Select(fit => fit.Elbo));
        var sweeps = compared.Select(fit => $"{fit.Sweeps} with {fit.Factors}");
        return Chart.Xy(
            FigureText.Of("factor-model", "number-of-factors", best.Factors, string.Join(", ", sweeps)),
            Curves.Through("", factors, bounds, 0),
            Curves.Through("bound", factors, bounds, 0, "points")
        );
    }
}
