using System.Text.Json.Nodes;
using Vi.App.Models.Figures;
using Vi.App.Models.Quantities;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Logistic;

/// <summary>Figures of the logistic regression.</summary>
internal sealed class LogisticExhibits(
    string target,
    string[] names,
    MvNormal q,
    MvNormal curvature,
    AscentResponse response,
    JsonObject truth
)
{
    public IReadOnlyList<Exhibit> Make(IReadOnlyList<LabelPrediction> predictions, bool held) =>
        [Weights(), Table(), .. new LabelExhibits(target).Make(predictions, held)];

    private XyChart Weights() =>
        ModelFigures.Weights(
            names,
            "log odds per unit of the column",
            "A weight whose interval contains 0 cannot be distinguished from zero with these data. The wider interval is the one to read: the bound makes "
                + "q too narrow.",
            [
                Points("q(w): mean and 95 % interval", q, 0),
                Points("the same with the curvature's spread", curvature, 2),
            ],
            truth["w"]
        );

    private Series Points(string name, MvNormal distribution, int color) =>
        ModelFigures.Intervals(name, names, names.Select((_, i) => Distribution.Marginal(distribution, i)), color);

    private TableExhibit Table() =>
        new()
        {
            Id = "spread",
            Title = "How much too narrow q is",
            Caption =
                "Standard deviations of q beside those of a normal with the curvature of the log posterior at the same mean (Laplace's "
                + "approximation), which for many rows are close to the posterior's own.",
            Columns =
            [
                "weight",
                "mean",
                "sd of q",
                .. response.IsFound ? ["sd by linear response"] : Array.Empty<string>(),
                "sd by curvature",
                "sd of q / by curvature",
            ],
            Rows =
            [
                .. Enumerable
                    .Range(0, q.Mean.Length)
                    .Select(i =>
                    {
                        var (own, other) = (Distribution.Marginal(q, i), Distribution.Marginal(curvature, i));
                        string[] restored = response.IsFound
                            ? [Numbers.Significant(response.Of(i < names.Length ? $"w[{i + 1}]" : "b"))]
                            : [];
                        return (string[])
                            [
                                i < names.Length ? $"w: {names[i]}" : "b",
                                Numbers.Significant(own.Mean),
                                Numbers.Significant(Distribution.Sd(own)),
                                .. restored,
                                Numbers.Significant(Distribution.Sd(other)),
                                Numbers.Significant(Distribution.Sd(own) / Distribution.Sd(other)),
                            ];
                    }),
            ],
        };
}
