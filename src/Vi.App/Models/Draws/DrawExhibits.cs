using MathNet.Numerics.Statistics;
using Vi.Results;

namespace Vi.App.Models.Draws;

/// <summary>Figures of draws, whatever the model and the algorithm: marginals, intervals, correlations, pairs.</summary>
public static class DrawExhibits
{
    /// <summary>Numbers whose densities and correlations are drawn.</summary>
    private const int MostNumbers = 12;

    /// <summary>Entries up to which a vector is drawn as points with intervals; longer ones are bands.</summary>
    private const int MostPoints = 40;

    /// <summary>Points of a cloud.</summary>
    private const int MostDots = 1500;

    /// <summary>Correlation in absolute value from which a pair is worth a figure.</summary>
    private const double Notable = 0.3;

    /// <summary>All figures.</summary>
    /// <param name="draws">The draws.</param>
    /// <param name="source">Where they come from, in words: <c>q</c>, <c>four chains</c>.</param>
    /// <param name="truth">True values by quantity name, where known; may be empty.</param>
    public static IEnumerable<Exhibit> Of(DrawTable draws, string source, System.Text.Json.Nodes.JsonObject truth)
    {
        var numbers = draws.Numbers(MostNumbers);
        foreach (var quantity in draws.Quantities.Where(quantity => quantity.Size == 1))
        {
            if (numbers.Any(number => number.Name == quantity.Name))
            {
                yield return Marginal(quantity, source, Number(truth[quantity.Name]));
            }
        }

        foreach (var quantity in draws.Quantities.Where(quantity => quantity.Size > 1))
        {
            yield return Intervals(quantity, source, truth[quantity.Name]);
        }

        if (numbers.Count > 1)
        {
            yield return Correlations(numbers);
            foreach (var pair in Pairs(numbers))
            {
                yield return pair;
            }
        }
    }

    /// <summary>A density estimate of draws over the range that holds nearly all of them (Gaussian kernel, Silverman's width).</summary>
    public static Series Density(string name, double[] draws, int color, string style = "line")
    {
        var estimate = DensityEstimate.Of(draws);
        return Curves.Line(name, Curves.Grid(estimate.From, estimate.To, 161), estimate.At, color, style);
    }

    private static XyChart Marginal(DrawnQuantity quantity, string source, double? truth)
    {
        var values = quantity.Values;
        var summary = DrawSummaries.Of(values);
        return new XyChart
        {
            Id = Identifier("marginal", quantity.Name),
            Title = $"Posterior of {quantity.Name}",
            Caption =
                $"Estimated from {values.Length} draws of {source}: mean {Numbers.Significant(summary.Mean)}, sd {Numbers.Significant(summary.Sd)}, 90 % between "
                + $"{Numbers.Significant(summary.Q05)} and {Numbers.Significant(summary.Q95)}.",
            X = new Axis(quantity.Name),
            Y = new Axis($"density (per unit of {quantity.Name})"),
            Series = [Density(quantity.Name, values, 0)],
            References =
            [
                new ReferenceLine("x", summary.Mean, "mean"),
                .. truth is { } known ? [new ReferenceLine("x", known, "truth")] : Array.Empty<ReferenceLine>(),
            ],
        };
    }

    private static XyChart Intervals(DrawnQuantity quantity, string source, System.Text.Json.Nodes.JsonNode? truth)
    {
        var entries = Enumerable.Range(0, quantity.Size).Select(i => DrawSummaries.Of(quantity.Entry(i))).ToArray();
        var known = truth is null ? [] : Flat(truth).ToArray();
        var wide = entries.Length > MostPoints;
        var labels = Enumerable.Range(0, entries.Length).Select(quantity.EntryName).ToArray();
        var shown = Curves.Sample(entries.Length);
        var positions = shown.Select(i => i + 1.0).ToArray();
        Series own = wide
            ? Curves.Band(
                "90 % interval",
                positions,
                [.. shown.Select(i => entries[i].Q05)],
                [.. shown.Select(i => entries[i].Q95)]
            )
            : new Series
            {
                Name = "mean and 90 % interval",
                Style = "points",
                Labels = labels,
                Y = [.. entries.Select(entry => entry.Mean)],
                Lower = [.. entries.Select(entry => entry.Q05)],
                Upper = [.. entries.Select(entry => entry.Q95)],
                Color = 0,
            };
        var series = new List<Series> { own };
        if (wide)
        {
            series.Add(Curves.Through("mean", positions, [.. shown.Select(i => entries[i].Mean)], 0));
        }

        if (known.Length == entries.Length)
        {
            series.Add(
                new Series
                {
                    Name = "truth",
                    Style = "points",
                    X = wide ? positions : null,
                    Labels = wide ? null : labels,
                    Y = wide ? [.. shown.Select(i => known[i])] : known,
                    Color = 1,
                }
            );
        }

        return new XyChart
        {
            Id = Identifier("intervals", quantity.Name),
            Title = $"Posterior of {quantity.Name}",
            Caption =
                $"{entries.Length} entries, each from {quantity.Values.Length / quantity.Size} draws of {source}.",
            X = new Axis(wide ? "entry" : ""),
            Y = new Axis(quantity.Name),
            Series = series,
        };
    }

    private static HeatmapChart Correlations(IReadOnlyList<(string Name, double[] Draws)> numbers)
    {
        var matrix = Matrix(numbers);
        var (a, b, value) = Strongest(matrix).First();
        return new HeatmapChart
        {
            Id = "correlations",
            Title = "Correlations of the posterior",
            Caption =
                "In this order: "
                + string.Join(", ", numbers.Select((number, i) => $"{i + 1} {number.Name}"))
                + $". The strongest is {Numbers.Significant(value)}, of {numbers[a].Name} and {numbers[b].Name}.",
            X = new Axis("number"),
            Y = new Axis("number"),
            ValueTitle = "correlation",
            GridX = [.. numbers.Select((_, i) => i + 1.0)],
            GridY = [.. numbers.Select((_, i) => i + 1.0)],
            Values = matrix,
        };
    }

    private static double[][] Matrix(IReadOnlyList<(string Name, double[] Draws)> numbers) =>
        [
            .. numbers.Select(a =>
                numbers
                    .Select(b => ReferenceEquals(a.Draws, b.Draws) ? 1 : Correlation.Pearson(a.Draws, b.Draws))
                    .ToArray()
            ),
        ];

    private static IEnumerable<(int A, int B, double Value)> Strongest(double[][] matrix) =>
        Enumerable
            .Range(0, matrix.Length)
            .SelectMany(a => Enumerable.Range(0, a).Select(b => (a, b, matrix[a][b])))
            .OrderByDescending(pair => System.Math.Abs(pair.Item3));

    private static IEnumerable<XyChart> Pairs(IReadOnlyList<(string Name, double[] Draws)> numbers) =>
        Strongest(Matrix(numbers))
            .Where(pair => System.Math.Abs(pair.Value) >= Notable)
            .Take(3)
            .Select(pair =>
            {
                var (x, y) = (numbers[pair.B], numbers[pair.A]);
                var shown = Curves.Sample(x.Draws.Length, MostDots);
                return new XyChart
                {
                    Id = Identifier("pair", $"{x.Name}-{y.Name}"),
                    Title = $"{x.Name} and {y.Name}",
                    Caption = $"{shown.Length} draws; the correlation is {Numbers.Significant(pair.Value)}.",
                    X = new Axis(x.Name),
                    Y = new Axis(y.Name),
                    Series =
                    [
                        Curves.Through(
                            "draws",
                            [.. shown.Select(i => x.Draws[i])],
                            [.. shown.Select(i => y.Draws[i])],
                            0,
                            "points"
                        ),
                    ],
                };
            });

    private static double? Number(System.Text.Json.Nodes.JsonNode? node) =>
        node is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static IEnumerable<double> Flat(System.Text.Json.Nodes.JsonNode node) =>
        node is System.Text.Json.Nodes.JsonArray items
            ? items.SelectMany(item => Flat(item!))
            : [node.GetValue<double>()];

    /// <summary>An anchor: letters, digits and dashes only.</summary>
    private static string Identifier(string kind, string name) =>
        kind + "-" + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
}
