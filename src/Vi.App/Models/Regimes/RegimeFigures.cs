namespace Vi.App.Models.Regimes;

/// <summary>Figures of the chain itself: transitions, means and volatilities, predictions, and the states in figures.</summary>
internal sealed class RegimeFigures(RegimeFit fit)
{
    private readonly string[] names = [.. fit.Indices.Select(RegimeSeriesFigures.Name)];

    public IEnumerable<Exhibit> Make(IReadOnlyList<PosteriorQuantity> quantities)
    {
        var (transitions, means, sds) = (quantities[1], quantities[2], quantities[3]);
        return
        [
            .. fit.Counts.Length > 1
                ? [transitions.Figure("q(A)", fit.Truth) with { X = new Axis("from, to") }, TransitionTable()]
                : Array.Empty<Exhibit>(),
            .. means.Figures("q(mu)", fit.Truth).Concat(sds.Figures("q(Lambda)", fit.Truth)).Select(OfStates),
            .. fit.Columns.Take(RegimeSeriesFigures.MostColumns).Select(Predictive),
            States(),
        ];
    }

    private static XyChart OfStates(XyChart figure) =>
        figure with
        {
            Caption = $"{figure.Caption} States by increasing volatility.",
            X = new Axis("state"),
        };

    private TableExhibit TransitionTable() =>
        new()
        {
            Id = "transition-table",
            Title = "Transition matrix",
            Caption = "Expected probabilities with 90 % intervals. Duration: expected rows until the state is left.",
            Columns = ["from", .. names.Select(name => $"to {name}"), "duration (rows)", "share in the long run"],
            Rows =
            [
                .. fit.Indices.Select(i =>
                    (string[])
                        [names[i], .. fit.Transitions[i].Select(Cell), Cell(fit.Duration(i)), Cell(fit.Stationary[i])]
                ),
            ],
        };

    private XyChart Predictive(int column)
    {
        var values = Curves.Sample(fit.Data.RowCount).Select(row => fit.Value(row, column)).ToArray();
        var grid = ModelFigures.GridOver(values);
        var distributions = fit.Posterior.States.Select(s => Distribution.MarginalPredictive(s, column)).ToArray();
        double Next(double p) => RegimeSwitchingModel.PredictiveQuantile(fit.Posterior, fit.Next, column, p);
        var name = fit.Data.ColumnNames[column];
        return new XyChart
        {
            Id = $"predictive-{column + 1}",
            Title = $"{name}: predictions against the data",
            Caption =
                $"The next row's {name} is expected between {Numbers.Significant(Next(0.05))} and {Numbers.Significant(Next(0.95))} with 90 %, its median "
                + $"{Numbers.Significant(Next(0.5))}. In the long run: whatever the state now.",
            X = new Axis(name),
            Y = new Axis("density"),
            Series =
            [
                Curves.Histogram("data", values),
                Curves.Line("in the long run", grid, ModelFigures.Mixed(distributions, k => fit.LongRun[k]), 0),
                Curves.Line("next row", grid, ModelFigures.Mixed(distributions, k => fit.Next[k]), 1, "dashed"),
                .. fit.Counts.Length > 1
                    ? ModelFigures.Parts(
                        grid,
                        distributions,
                        k => fit.LongRun[k],
                        fit.Indices.Select(k => (k, names[k], k + 2))
                    )
                    : [],
            ],
        };
    }

    private TableExhibit States() =>
        new()
        {
            Id = "states",
            Title = "The states in figures",
            Caption =
                "Expected values with 90 % intervals, by increasing volatility. Empty states stay at their prior.",
            Columns =
            [
                "state",
                "rows",
                .. fit.Data.ColumnNames.SelectMany(name => new[] { $"mean {name}", $"sd {name}" }),
            ],
            Rows =
            [
                .. fit.Indices.Select(k =>
                    (string[])
                        [
                            names[k] + (fit.Counts[k] < 1 ? " (empty)" : ""),
                            fit.Counts[k].ToString("F1"),
                            .. fit.Columns.SelectMany(j => new[] { Cell(fit.Means[k][j]), Cell(fit.Sds[k][j]) }),
                        ]
                ),
            ],
        };

    private static string Cell(Marginal summary) =>
        $"{Numbers.Significant(summary.Mean)} ({Numbers.Significant(summary.Q05)} to {Numbers.Significant(summary.Q95)})";
}
