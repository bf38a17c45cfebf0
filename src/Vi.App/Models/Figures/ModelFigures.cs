using System.Text.Json.Nodes;
using Vi.App.Models.Quantities;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Figures;

/// <summary>What figures of several models have in common.</summary>
internal static class ModelFigures
{
    /// <summary>Expected values at named places with intervals.</summary>
    public static Series Intervals(
        string name,
        IReadOnlyList<string> labels,
        IEnumerable<(double Mean, double Lower, double Upper)> entries,
        int color = 0,
        string style = "points"
    )
    {
        var all = entries.ToList();
        return new Series
        {
            Name = name,
            Style = style,
            Labels = labels,
            Y = [.. all.Select(entry => entry.Mean)],
            Lower = [.. all.Select(entry => entry.Lower)],
            Upper = [.. all.Select(entry => entry.Upper)],
            Color = color,
        };
    }

    /// <summary>Expected values with the 90 % intervals of their summaries.</summary>
    public static Series Intervals(string name, IReadOnlyList<string> labels, IEnumerable<Marginal> entries) =>
        Intervals(name, labels, entries.Select(entry => (entry.Mean, entry.Q05, entry.Q95)));

    /// <summary>Means with the 95 % intervals of normal distributions.</summary>
    public static Series Intervals(
        string name,
        IReadOnlyList<string> labels,
        IEnumerable<Normal> distributions,
        int color
    ) =>
        Intervals(
            name,
            labels,
            distributions.Select(distribution =>
                (
                    distribution.Mean,
                    Distribution.Quantile(distribution, 0.025),
                    Distribution.Quantile(distribution, 0.975)
                )
            ),
            color
        );

    /// <summary>The truth at named places; nothing where it is not known, or of another length.</summary>
    public static IEnumerable<Series> Truth(IReadOnlyList<string> labels, IReadOnlyList<double>? known)
    {
        if (known?.Count == labels.Count)
        {
            yield return new Series
            {
                Name = "truth",
                Style = "points",
                Labels = labels,
                Y = known,
                Color = 1,
            };
        }
    }

    /// <summary>A list of numbers; null where the node is none.</summary>
    public static double[]? List(JsonNode? node) =>
        node is JsonArray list ? [.. list.Select(value => value!.GetValue<double>())] : null;

    /// <summary>Weights of columns with intervals, beside the truth where it is known.</summary>
    public static XyChart Weights(
        string[] names,
        string unit,
        string caption,
        IEnumerable<Series> intervals,
        JsonNode? truth
    ) =>
        new()
        {
            Id = "weights",
            Title = truth is null ? "Weights" : "Weights against the truth",
            Caption = caption,
            X = new Axis("column"),
            Y = new Axis($"weight ({unit})"),
            Series = [.. intervals, .. Truth(names, List(truth))],
            References = [new ReferenceLine("y", 0, "")],
        };

    /// <summary>Shares that came, in the band where nine in ten would lie were the promised ones right.</summary>
    public static IReadOnlyList<Series> Shares(
        double[] x,
        (double[] Lower, double[] Upper) band,
        (string Name, double[] X, double[] Y) promised,
        double[] observed
    ) =>
        [
            Curves.Band("90 % band of a right prediction", x, band.Lower, band.Upper, -1),
            Curves.Through(promised.Name, promised.X, promised.Y, -1, "dashed"),
            Curves.Through("observed", x, observed, 0, "points"),
        ];

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
