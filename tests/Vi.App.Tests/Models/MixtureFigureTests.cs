using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Clusters of tables with several columns: views of them, colours of true clusters, and how much is drawn.</summary>
public sealed class MixtureFigureTests
{
    [Fact]
    public void Several_columns_are_seen_by_principal_components_and_in_pairs()
    {
        var exhibits = Fit(columns: 6, clusters: 3, components: 3).Exhibits;
        var inferred = exhibits.OfType<ViewsExhibit>().Single(figure => figure.Id == "clusters");
        Assert.Equal("Principal components", inferred.Views[0].Name);
        // All pairs of the four columns that separate the clusters best.
        Assert.Equal(7, inferred.Views.Count);
        Assert.Equal(7, inferred.Views.Select(view => view.Name).Distinct().Count());
        var view = inferred.Views[0].Chart;
        // In principal components of standardised columns points are centred, and the first spreads more than the second.
        var points = view.Series.Where(series => series.Style == "points").ToList();
        Assert.Equal(150, points.Sum(series => series.Y.Count));
        Assert.Equal(0, points.SelectMany(series => series.X!).Average(), 1e-9);
        Assert.Equal(0, points.SelectMany(series => series.Y).Average(), 1e-9);
        double Square(IEnumerable<double> values) => values.Sum(value => value * value);
        Assert.True(Square(points.SelectMany(series => series.X!)) > Square(points.SelectMany(series => series.Y)));
    }

    [Fact]
    public void True_clusters_have_the_colours_of_the_components_that_they_overlap_with()
    {
        var result = Fit(columns: 2, clusters: 3, components: 5);
        var charts = result.Exhibits.OfType<XyChart>().ToDictionary(chart => chart.Id, StringComparer.Ordinal);
        (double, double) Centre(Series series) =>
            (System.Math.Round(series.X!.Average()), System.Math.Round(series.Y.Average()));
        Dictionary<(double, double), int> Colours(string id) =>
            charts[id]
                .Series.Where(series => series is { Style: "points", Name.Length: > 0 })
                .ToDictionary(Centre, series => series.Color);
        Assert.Equal(3, Colours("clusters").Count);
        Assert.Equal(Colours("clusters").OrderBy(pair => pair.Key), Colours("true-clusters").OrderBy(pair => pair.Key));
        Assert.Equal(1, result.Diagnostics["adjustedRandIndex"]!.GetValue<double>(), 1e-12);
    }

    [Fact]
    public void Weights_and_components_come_by_size()
    {
        var result = Fit(columns: 2, clusters: 3, components: 5);
        var weights = result.Exhibits.OfType<XyChart>().Single(chart => chart.Id == "intervals-pi").Series[0].Y;
        Assert.Equal(weights.OrderDescending(), weights);
        var table = result.Exhibits.OfType<TableExhibit>().Single(exhibit => exhibit.Id == "components");
        var rows = table.Rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(rows.OrderDescending(), rows);
    }

    [Fact]
    public void Of_many_components_the_largest_are_drawn()
    {
        var result = Fit(columns: 2, clusters: 30, components: 30);
        var chart = result.Exhibits.OfType<XyChart>().Single(exhibit => exhibit.Id == "clusters");
        Assert.InRange(chart.Series.Count, 20, 25);
        Assert.Equal(600, chart.Series.Where(series => series.Style == "points").Sum(series => series.Y.Count));
        Assert.Contains(chart.Series, series => series is { Name: "other components", Color: -1 });
        Assert.True(result.Exhibits.OfType<XyChart>().Single(one => one.Id == "predictive-1").Series.Count <= 14);
    }

    /// <summary>Clusters far from one another, the first one twice as large as the others, by a fit of their columns.</summary>
    private static RunResult Fit(int columns, int clusters, int components)
    {
        using var workspace = new Workspace { HasRealModels = true };
        var random = new Random(7);
        var centres = Enumerable
            .Range(0, clusters)
            .Select(k =>
                Enumerable.Range(0, columns).Select(j => (k * 40 * (j + 1) % 1210) + (random.NextDouble() * 5)).ToList()
            )
            .ToList();
        var rows = Enumerable
            .Range(0, clusters < 10 ? 150 : 20 * clusters)
            .Select(i => clusters < 10 ? System.Math.Max(0, (i % (clusters + 1)) - 1) : i % clusters)
            .Select(k =>
                string.Join(
                    ',',
                    centres[k]
                        .Select(at =>
                            (at + random.NextDouble() + random.NextDouble()).ToString(CultureInfo.InvariantCulture)
                        )
                        .Append($"{clusters - k}")
                )
            );
        var head = string.Join(',', Enumerable.Range(1, columns).Select(j => $"x{j}").Append("cluster"));
        workspace.Write("rows.csv", string.Join('\n', rows.Prepend(head)));
        var outcome = workspace.RunText(
            $$"""
            { "name": "clusters", "data": { "csv": "rows.csv", "labels": "cluster" },
              "model": { "type": "gaussian-mixture", "components": {{components}} },
              "inference": { "algorithm": "cavi", "restarts": 3, "check": "none" } }
            """,
            "--quiet"
        );
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return workspace.Result("clusters");
    }
}
