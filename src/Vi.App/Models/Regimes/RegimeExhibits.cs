using System.Text.Json.Nodes;
using Vi.App.Models.Figures;
using Vi.App.Models.Quantities;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Regimes;

/// <summary>Figures of the chain itself: transitions, means and volatilities, predictions, and the states in figures.</summary>
internal sealed class RegimeExhibits(RegimeFit fit)
{
    private readonly string[] names = [.. fit.Indices.Select(RegimeSeriesExhibits.Name)];

    public IEnumerable<Exhibit> Make() =>
        [
            .. fit.Counts.Length > 1 ? [Transitions(), TransitionTable()] : Array.Empty<Exhibit>(),
            .. fit.Columns.Take(RegimeSeriesExhibits.MostColumns).Select(Means),
            .. fit.Columns.Take(RegimeSeriesExhibits.MostColumns).Select(Sds),
            .. fit.Columns.Take(RegimeSeriesExhibits.MostColumns).Select(Predictive),
            States(),
        ];

    private XyChart Transitions()
    {
        var labels = fit.Indices.SelectMany(i => fit.Indices.Select(j => $"{i + 1} → {j + 1}")).ToArray();
        var entries = fit.Transitions.SelectMany(row => row).ToArray();
        var known = fit.Truth["A"] is JsonArray truth
            ? truth.SelectMany(row => row!.AsArray()).Select(value => value!.GetValue<double>()).ToArray()
            : null;
        return new XyChart
        {
            Id = "transitions",
            Title = "Transition probabilities",
            Caption = "From one row's state to the next row's: expected value and 90 % interval.",
            X = new Axis("from → to"),
            Y = new Axis("probability"),
            Series =
            [
                ModelFigures.Intervals("expected and 90 % interval", labels, entries),
                .. ModelFigures.Truth(labels, known),
            ],
        };
    }

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

    private XyChart Means(int column) =>
        OfStates($"means-{column + 1}", "Means", $"mean of {fit.Data.ColumnNames[column]}", column, fit.Means, "mu");

    private XyChart Sds(int column) =>
        OfStates(
            $"volatilities-{column + 1}",
            "Volatilities",
            $"sd of {fit.Data.ColumnNames[column]}",
            column,
            fit.Sds,
            "sigma"
        );

    private XyChart OfStates(string id, string title, string axis, int column, Marginal[][] entries, string name)
    {
        var known = (fit.Truth[name] as JsonArray)?.Select(row => row![column]!.GetValue<double>()).ToArray();
        return new XyChart
        {
            Id = id,
            Title = $"{title} of {fit.Data.ColumnNames[column]} by state",
            Caption = "Expected value and 90 % interval; states by increasing volatility.",
            X = new Axis("state"),
            Y = new Axis(axis),
            Series =
            [
                ModelFigures.Intervals("expected and 90 % interval", names, entries.Select(row => row[column])),
                .. ModelFigures.Truth(names, known),
            ],
        };
    }

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

    private static string Duration(Marginal rows) => $"{rows.Mean:F1} ({rows.Q05:F1} to {rows.Q95:F1})";

    private static string Cell(Marginal summary) =>
        $"{Numbers.Significant(summary.Mean)} ({Numbers.Significant(summary.Q05)} to {Numbers.Significant(summary.Q95)})";
}
