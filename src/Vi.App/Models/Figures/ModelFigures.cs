using Vi.Math;

namespace Vi.App.Models.Figures;

/// <summary>What figures of several models have in common.</summary>
internal static class ModelFigures
{
    /// <summary>Expected values at named places with intervals.</summary>
    public static Series Intervals(
        string name,
        IReadOnlyList<string> labels,
        IEnumerable<(double Mean, double Lower, double Upper)> entries,
        int color = 0
    )
    {
        var all = entries.ToList();
        return new Series
        {
            Name = name,
            Style = "points",
            Labels = labels,
            Y = [.. all.Select(entry => entry.Mean)],
            Lower = [.. all.Select(entry => entry.Lower)],
            Upper = [.. all.Select(entry => entry.Upper)],
            Color = color,
        };
    }

    /// <summary>Expected values with the 90 % intervals of their distributions.</summary>
    public static Series Intervals(
        string name,
        IReadOnlyList<string> labels,
        IEnumerable<Marginal> entries,
        int color = 0
    ) => Intervals(name, labels, entries.Select(entry => (entry.Mean, entry.Q05, entry.Q95)), color);

    /// <summary>Values at named places.</summary>
    public static Series Points(string name, IReadOnlyList<string> labels, IReadOnlyList<double> values, int color) =>
        new()
        {
            Name = name,
            Style = "points",
            Labels = labels,
            Y = values,
            Color = color,
        };

    /// <summary>The distribution of a new observation beside the data's histogram.</summary>
    public static XyChart Predictive(OneColumn data, string distribution, Marginal predictive, double[] grid) =>
        new()
        {
            Id = "predictive",
            Title = "A new observation against the data",
            Caption =
                $"{distribution}; 90 % of new observations are expected between {Numbers.Significant(predictive.Q05)} and {Numbers.Significant(predictive.Q95)}.",
            X = new Axis(data.Name),
            Y = new Axis("density"),
            Series = [Curves.Histogram("data", data.Values), Curves.Line("predictive", grid, predictive.Density, 0)],
        };

    /// <summary>A grid over data with a margin on both sides.</summary>
    public static double[] GridOver(IReadOnlyCollection<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        var margin = 0.08 * (high - low);
        return Curves.Grid(low - margin, high + margin);
    }

    /// <summary>Densities of parts, each with its weight, dotted.</summary>
    public static IEnumerable<Series> Parts(
        double[] grid,
        StudentT[] distributions,
        Func<int, double> weight,
        IEnumerable<(int Part, string Name, int Color)> shown
    ) =>
        shown.Select(part =>
            Curves.Line(
                part.Name,
                grid,
                x => weight(part.Part) * Distribution.Density(distributions[part.Part], x),
                part.Color,
                "dotted"
            )
        );

    /// <summary>The density of a mixture of such distributions.</summary>
    public static Func<double, double> Mixed(StudentT[] distributions, Func<int, double> weight) =>
        x => distributions.Select((distribution, k) => weight(k) * Distribution.Density(distribution, x)).Sum();
}
