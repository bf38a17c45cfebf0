using MathNet.Numerics.Statistics;

namespace Vi.App.Models.Figures;

/// <summary>What the figures of single quantities do not show of draws: correlations and the strongest pairs.</summary>
internal static class DrawFigures
{
    /// <summary>Numbers whose correlations are drawn.</summary>
    private const int MostNumbers = 12;

    /// <summary>Points of a cloud.</summary>
    private const int MostDots = 1500;

    /// <summary>Correlation in absolute value from which a pair is worth a figure.</summary>
    private const double Notable = 0.3;

    /// <summary>Correlations of all numbers, and the strongest pairs; nothing where there is one number only.</summary>
    public static IEnumerable<Exhibit> Joint(DrawTable draws)
    {
        var numbers = draws.Numbers(MostNumbers);
        return numbers.Count > 1 ? [Correlations(numbers), .. Pairs(numbers)] : [];
    }

    /// <summary>A density estimate of draws over the range that holds nearly all of them (Gaussian kernel, Silverman's width).</summary>
    public static Series Density(string name, double[] draws, int color, string style = "line")
    {
        var estimate = DensityEstimate.Of(draws);
        return Curves.Line(name, Curves.Grid(estimate.From, estimate.To, 161), estimate.At, color, style);
    }

    private static HeatmapChart Correlations(IReadOnlyList<(string Name, double[] Draws)> numbers)
    {
        var matrix = Matrix(numbers);
        var (a, b, value) = Strongest(matrix).First();
        double[] places = [.. numbers.Select((_, i) => i + 1.0)];
        var order = string.Join(", ", numbers.Select((number, i) => $"{i + 1} {number.Name}"));
        return Chart.Surface(
            FigureText.Of("figures", "correlations", order, value, numbers[a].Name, numbers[b].Name),
            places,
            places,
            (x, y) => matrix[(int)y - 1][(int)x - 1]
        );
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
            .OrderByDescending(pair => Abs(pair.Item3));

    private static IEnumerable<XyChart> Pairs(IReadOnlyList<(string Name, double[] Draws)> numbers) =>
        Strongest(Matrix(numbers))
            .Where(pair => Abs(pair.Value) >= Notable)
            .Take(3)
            .Select(pair =>
            {
                var (x, y) = (numbers[pair.B], numbers[pair.A]);
                var shown = Curves.Sample(x.Draws.Length, MostDots);
                return Chart.Xy(
                    FigureText.Of("figures", "pair-{0}-{1}", x.Name, y.Name, shown.Length, pair.Value),
                    Curves.Cloud("draws", shown, i => x.Draws[i], i => y.Draws[i], 0)
                );
            });
}
