namespace Vi.App.Models.Figures;

/// <summary>The figure of a quantity: a density for a number, intervals for entries, with the truth where it is known.</summary>
internal static class QuantityFigures
{
    /// <summary>Entries up to which they are drawn as points with intervals; more are a band.</summary>
    private const int MostPoints = 40;

    /// <summary>Places along a band.</summary>
    private const int MostPlaces = 1500;

    /// <summary>The figure of a quantity whose distributions come from a source in words: <c>q</c>, <c>4000 draws of 4 chains</c>.</summary>
    public static XyChart Figure(this PosteriorQuantity quantity, string source, JsonObject truth) =>
        quantity.IsScalar
            ? Density(quantity, source, quantity.TruthIn(truth)?[0])
            : Intervals(quantity, source, quantity.TruthIn(truth));

    /// <summary>
    /// The figures of a quantity: one for each column where a matrix has labelled columns, which need not have one unit; otherwise one.
    /// </summary>
    public static IEnumerable<XyChart> Figures(
        this PosteriorQuantity quantity,
        string source,
        JsonObject truth,
        int most = 4
    ) =>
        quantity is { Shape.Count: 2, AxisLabels: [_, { } columns] }
            ? columns.Take(most).Select((column, j) => OfColumn(quantity, j, column, source, quantity.TruthIn(truth)))
            : [quantity.Figure(source, truth)];

    private static XyChart OfColumn(PosteriorQuantity quantity, int j, string column, string source, double[]? truth)
    {
        var width = quantity.Shape[1];
        var one = new PosteriorQuantity(
            new Quantity($"{quantity.Name} of {column}", [quantity.Shape[0]])
            {
                Label = quantity.Label,
                AxisLabels = [quantity.AxisLabels[0]],
            },
            quantity.Entries.Where((_, i) => i % width == j)
        );
        return Intervals(one, source, truth?.Where((_, i) => i % width == j).ToArray()) with
        {
            Id = FigureText.Identifier($"intervals-{quantity.Name}-{j + 1}"),
        };
    }

    private static XyChart Density(PosteriorQuantity quantity, string source, double? truth)
    {
        var distribution = quantity.Entries[0];
        var (from, to) = distribution.Range;
        return Chart.Xy(
            FigureText.Of(
                "figures",
                "marginal-{0}",
                quantity.Name,
                InWords(quantity),
                source,
                distribution.Mean,
                distribution.Sd,
                distribution.Q05,
                distribution.Q95
            ),
            Curves.Line(quantity.Name, Curves.Grid(from, to, 161), distribution.Density, 0)
        ) with
        {
            References =
            [
                new ReferenceLine("x", distribution.Mean, "mean"),
                .. truth is { } known ? [new ReferenceLine("x", known, "truth")] : Array.Empty<ReferenceLine>(),
            ],
        };
    }

    private static XyChart Intervals(PosteriorQuantity quantity, string source, double[]? truth)
    {
        var wide = quantity.Count > MostPoints;
        return Chart.Xy(
            FigureText.Of("figures", "intervals-{0}", quantity.Name, InWords(quantity), source, wide),
            wide ? Band(quantity, truth) : Points(quantity, truth)
        ) with
        {
            References =
                quantity.Entries.Any(entry => entry.Q05 < 0) && quantity.Entries.Any(entry => entry.Q95 > 0)
                    ? [new ReferenceLine("y", 0, "")]
                    : [],
        };
    }

    private static IEnumerable<Series> Points(PosteriorQuantity quantity, double[]? truth)
    {
        string[] labels = [.. Enumerable.Range(0, quantity.Count).Select(quantity.EntryLabel)];
        yield return ModelFigures.Intervals("mean and 90 % interval", labels, quantity.Entries);
        if (truth is not null)
        {
            yield return ModelFigures.Points("truth", labels, truth, 1);
        }
    }

    private static IEnumerable<Series> Band(PosteriorQuantity quantity, double[]? truth)
    {
        var shown = Curves.Sample(quantity.Count, MostPlaces);
        var (x, entries) = (shown.Select(i => i + 1.0), shown.Select(i => quantity.Entries[i]));
        yield return Curves.Band("90 % interval", x, entries.Select(of => of.Q05), entries.Select(of => of.Q95));
        yield return Curves.Through("mean", x, entries.Select(of => of.Mean), 0);
        if (truth is not null)
        {
            yield return Curves.Cloud("truth", shown, i => i + 1.0, i => truth[i], 1);
        }
    }

    private static string InWords(Quantity quantity) =>
        quantity.Label is { Length: > 0 } label && label != quantity.Name ? $"{quantity.Name}: {label}" : quantity.Name;
}
