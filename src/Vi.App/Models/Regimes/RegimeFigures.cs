namespace Vi.App.Models.Regimes;

/// <summary>Figures of the chain itself: transitions, means and volatilities, predictions, and the states in figures.</summary>
internal sealed class RegimeFigures(RegimeFit fit)
{
    private readonly string[] names = [.. fit.Indices.Select(RegimeFit.Name)];
    private readonly int states = fit.View.Counts.Length;
    private readonly IReadOnlyList<string> columns = fit.Data.ColumnNames;

    public IEnumerable<Exhibit> Make() =>
        [
            .. states > 1
                ? [fit.Transitions.Figure("q(A)", fit.Truth) with { X = "from, to" }, TransitionTable()]
                : Array.Empty<Exhibit>(),
            .. fit.Means.Figures("q(mu)", fit.Truth).Concat(fit.Sds.Figures("q(Lambda)", fit.Truth)).Select(OfStates),
            .. fit.Columns.Take(RegimeSeriesFigures.MostColumns).Select(Predictive),
            States(),
        ];

    private static XyChart OfStates(XyChart figure) =>
        figure with
        {
            Caption = $"{figure.Caption} States by increasing volatility.",
            X = "state",
        };

    private TableExhibit TransitionTable() =>
        Chart.Table(
            FigureText.Of("regime-switching", "transition-table"),
            ["from", .. names.Select(name => $"to {name}"), "duration (rows)", "share in the long run"],
            fit.Indices.Select(i =>
                (string[])
                    [
                        names[i],
                        .. fit.Transitions.Entries.Skip(i * states).Take(states).Select(Cell),
                        Cell(fit.Durations[i]),
                        Cell(fit.Stationary[i]),
                    ]
            )
        );

    private XyChart Predictive(int column)
    {
        var next = Marginal.Of(fit.Next(column));
        return ModelFigures.Mixtures(
            FigureText.Of(
                "regime-switching",
                "predictive-{0}",
                column + 1,
                columns[column],
                next.Q05,
                next.Q95,
                next.Q50
            ),
            [.. Curves.Sample(fit.Data.RowCount).Select(row => fit.Value(row, column))],
            [("in the long run", fit.Predicted(fit.View.LongRun, column)), ("next row", fit.Next(column))],
            states > 1 ? fit.Indices.Select(k => (k, names[k], k + 2)) : []
        );
    }

    private TableExhibit States() =>
        Chart.Table(
            FigureText.Of("regime-switching", "states"),
            ["state", "rows", .. columns.SelectMany(name => new[] { $"mean {name}", $"sd {name}" })],
            fit.Indices.Select(k =>
                (string[])
                    [
                        names[k] + (fit.View.Counts[k] < 1 ? " (empty)" : ""),
                        fit.View.Counts[k].ToString("F1"),
                        .. fit
                            .Columns.Select(j => (k * columns.Count) + j)
                            .SelectMany(entry =>
                                new[] { Cell(fit.Means.Entries[entry]), Cell(fit.Sds.Entries[entry]) }
                            ),
                    ]
            )
        );

    private static string Cell(Marginal of) =>
        $"{Significant(of.Mean)} ({Significant(of.Q05)} to {Significant(of.Q95)})";
}
