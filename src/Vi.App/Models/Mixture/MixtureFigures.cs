namespace Vi.App.Models.Mixture;

/// <summary>Figures of the mixture: clusters with their ellipses, weights, predictive densities, and the components in figures.</summary>
internal sealed class MixtureFigures(
    Dataset data,
    FittedMixture q,
    (int Row, int Component)[] assigned,
    IReadOnlyList<PosteriorQuantity> quantities
)
{
    private readonly double[] counts = q.Counts.ToArray();
    private readonly int[] occupied = [.. Enumerable.Range(0, q.Counts.Length).Where(k => q.Counts[k] >= 1)];

    public IReadOnlyList<Exhibit> Make(JsonObject truth)
    {
        var weights = quantities[0].Figure("q(pi)", truth);
        return
        [
            .. data.ColumnNames.Count > 1 ? Scatter() : [],
            weights with
            {
                Caption =
                    $"{weights.Caption} The share of rows that each component is expected to explain. With stick-breaking weights the intervals are those of "
                    + "beta distributions with the weights' means and standard deviations.",
                X = new Axis("component"),
            },
            .. Enumerable.Range(0, System.Math.Min(data.ColumnNames.Count, 4)).Select(Predictive),
            Table(),
        ];
    }

    private IEnumerable<Exhibit> Scatter() =>
        data.Labels is { } labels ? [Clusters(), TrueClusters(labels)] : [Clusters()];

    private static string Name(int k) => (k + 1).ToString(CultureInfo.InvariantCulture);

    private double Value(int row, int column) => data.Row(row)[column];

    private Series Points(string name, IEnumerable<int> rows, int color)
    {
        var chosen = rows.ToArray();
        return Curves.Through(
            name,
            [.. chosen.Select(row => Value(row, 0))],
            [.. chosen.Select(row => Value(row, 1))],
            color,
            "points"
        );
    }

    private XyChart Clusters()
    {
        var series = new List<Series>();
        foreach (var k in occupied)
        {
            series.Add(Points($"component {Name(k)}", assigned.Where(a => a.Component == k).Select(a => a.Row), k));
            var mean = Distribution.Mean(q.Components[k]);
            var covariance = Distribution.Covariance(q.Components[k]);
            var (x, y) = Curves.Ellipse((mean[0], mean[1]), covariance[0, 0], covariance[0, 1], covariance[1, 1], 2);
            series.Add(Curves.Through("", x, y, k));
        }

        return new XyChart
        {
            Id = "clusters",
            Title = "Inferred clusters",
            Caption =
                $"Each row in the colour of its most probable component, with ellipses at two standard deviations. {occupied.Length} of "
                + $"{counts.Length} components are in use."
                + (assigned.Length < data.RowCount ? $" {assigned.Length} of {data.RowCount} rows are drawn." : ""),
            X = new Axis(data.ColumnNames[0]),
            Y = new Axis(data.ColumnNames[1]),
            Series = series,
        };
    }

    private XyChart TrueClusters(IReadOnlyList<int> labels) =>
        new()
        {
            Id = "true-clusters",
            Title = "True clusters",
            Caption = "The same rows in the colours of the clusters they were made from or labelled with.",
            X = new Axis(data.ColumnNames[0]),
            Y = new Axis(data.ColumnNames[1]),
            Series =
            [
                .. assigned
                    .GroupBy(a => labels[a.Row])
                    .OrderBy(group => group.Key)
                    .Select((group, color) => Points($"label {group.Key}", group.Select(a => a.Row), color)),
            ],
        };

    private XyChart Predictive(int column)
    {
        var values = assigned.Select(a => Value(a.Row, column)).ToArray();
        var grid = ModelFigures.GridOver(values);
        var distributions = q.Components.Select(c => Distribution.MarginalPredictive(c, column)).ToArray();
        var weights = q.WeightDistributions.Select(Distribution.Mean).ToArray();
        var name = data.ColumnNames[column];
        return new XyChart
        {
            Id = $"predictive-{column + 1}",
            Title = $"A new row's {name} against the data",
            Caption =
                $"90 % of new rows are expected between {Numbers.Significant(GaussianMixtureModel.PredictiveQuantile(q.View, column, 0.05))} and "
                + $"{Numbers.Significant(GaussianMixtureModel.PredictiveQuantile(q.View, column, 0.95))}. Dotted: the components' shares.",
            X = new Axis(name),
            Y = new Axis("density"),
            Series =
            [
                Curves.Histogram("data", values),
                Curves.Line("predictive", grid, ModelFigures.Mixed(distributions, k => weights[k]), 0),
                .. ModelFigures.Parts(
                    grid,
                    distributions,
                    k => weights[k],
                    occupied.Select(k => (k, $"component {Name(k)}", k))
                ),
            ],
        };
    }

    private TableExhibit Table() =>
        new()
        {
            Id = "components",
            Title = "The components in figures",
            Caption =
                "Mean of q ± its standard deviation; sd is what the expected precision stands for. Empty components stay at the prior.",
            Columns =
            [
                "component",
                "rows",
                "weight",
                .. data.ColumnNames.SelectMany(name => new[] { $"mean {name}", $"sd {name}" }),
            ],
            Rows =
            [
                .. counts.Select(
                    (count, k) =>
                        (string[])
                            [
                                Name(k) + (count < 1 ? " (empty)" : ""),
                                Numbers.Significant(count),
                                Numbers.Significant(quantities[0].Entries[k].Mean),
                                .. data.ColumnNames.SelectMany((_, j) => Cells(k, j)),
                            ]
                ),
            ],
        };

    private string[] Cells(int k, int j)
    {
        var mean = quantities[1].Entries[(k * data.ColumnNames.Count) + j];
        return
        [
            $"{Numbers.Significant(mean.Mean)} ± {Numbers.Significant(mean.Sd)}",
            Numbers.Significant(System.Math.Sqrt(Distribution.Covariance(q.Components[k])[j, j])),
        ];
    }
}
