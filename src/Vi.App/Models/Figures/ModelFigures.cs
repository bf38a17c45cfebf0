namespace Vi.App.Models.Figures;

/// <summary>What figures of several models have in common.</summary>
internal static class ModelFigures
{
    /// <summary>Expected values at named places with the 90 % intervals of their distributions.</summary>
    public static Series Intervals(
        string name,
        IReadOnlyList<string> labels,
        IEnumerable<Marginal> entries,
        int color = 0
    ) =>
        Points(name, labels, entries.Select(entry => entry.Mean), color) with
        {
            Lower = [.. entries.Select(entry => entry.Q05)],
            Upper = [.. entries.Select(entry => entry.Q95)],
        };

    /// <summary>Values at named places.</summary>
    public static Series Points(string name, IReadOnlyList<string> labels, IEnumerable<double> values, int color) =>
        new()
        {
            Name = name,
            Style = "points",
            Labels = labels,
            Y = [.. values],
            Color = color,
        };

    /// <summary>Weights with their intervals, and what an interval around 0 means.</summary>
    public static XyChart Weights(PosteriorQuantity weights, JsonObject truth)
    {
        var figure = weights.Figure("q(w)", truth);
        return figure with
        {
            Caption =
                $"{figure.Caption} A weight whose interval contains 0 cannot be distinguished from zero with these data.",
        };
    }

    /// <summary>The distribution of a new observation beside the data's histogram.</summary>
    public static XyChart Predictive(OneColumn data, string distribution, Marginal predictive, double[] grid) =>
        Chart.Xy(
            FigureText.Of("figures", "predictive", data.Name, distribution, predictive.Q05, predictive.Q95),
            Curves.Histogram("data", data.Values),
            Curves.Line("predictive", grid, predictive.Density, 0)
        );

    /// <summary>
    /// A column's histogram with mixtures that predict it; the parts of the first mixture are drawn too, dotted, each with its weight.
    /// </summary>
    public static XyChart Mixtures(
        FigureText words,
        double[] values,
        IReadOnlyList<(string Name, StudentTMixture Of)> mixtures,
        IEnumerable<(int Part, string Name, int Color)> shown
    )
    {
        var (low, high) = (values.Min(), values.Max());
        var margin = 0.08 * (high - low);
        var grid = Curves.Grid(low - margin, high + margin);
        var whole = mixtures.Select(
            (mixture, i) =>
                Curves.Line(mixture.Name, grid, Marginal.Of(mixture.Of).Density, i, i == 0 ? "line" : "dashed")
        );
        var first = mixtures[0].Of;
        var parts = shown.Select(part =>
            Curves.Line(
                part.Name,
                grid,
                x => first.Weights[part.Part] * Distribution.Density(first.Components[part.Part], x),
                part.Color,
                "dotted"
            )
        );
        return Chart.Xy(words, [Curves.Histogram("data", values), .. whole, .. parts]);
    }
}
