using System.Text.Json.Nodes;
using Vi.App.Data;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Regression;

/// <summary>Figures of the regression.</summary>
internal sealed class RegressionExhibits(
    string target,
    string[] names,
    RegressionPosterior q,
    ExactRegression? exact,
    JsonObject truth
)
{
    public IReadOnlyList<Exhibit> Make(
        Dataset data,
        IReadOnlyList<Prediction> predictions,
        bool held,
        (double[] X, Prediction[] At)? line
    )
    {
        var exhibits = new List<Exhibit> { Weights() };
        if (line is { } drawn)
        {
            exhibits.Add(Band(data, drawn.X, drawn.At));
        }

        exhibits.Add(Predictions(predictions, held));
        exhibits.Add(Residuals(predictions, held));
        exhibits.Add(Noise());
        if (exact is not null)
        {
            exhibits.Add(Shortfall(exact));
        }

        return exhibits;
    }

    private XyChart Weights() =>
        Figures.Weights(
            names,
            $"unit of {target} per unit of the column",
            "A weight whose interval contains 0 cannot be distinguished from zero with these data.",
            [
                Figures.Intervals(
                    "q(w): mean and 95 % interval",
                    names,
                    names.Select((_, i) => Distribution.Marginal(q.Weights, i)),
                    color: 0
                ),
            ],
            truth["w"]
        );

    private XyChart Band(Dataset data, double[] grid, Prediction[] at)
    {
        var sample = Curves.Sample(data.RowCount);
        return new XyChart
        {
            Id = "band",
            Title = $"{target} over {names[0]}",
            Caption = "The line is the predictive mean; 90 % of new rows are expected within the band.",
            X = new Axis(names[0]),
            Y = new Axis(target),
            Series =
            [
                Curves.Band("90 % predictive band", grid, [.. at.Select(p => p.Low)], [.. at.Select(p => p.High)]),
                Curves.Through("predictive mean", grid, [.. at.Select(p => p.Mean)], 0),
                Curves.Through(
                    "data",
                    [.. sample.Select(i => data.Row(i)[0])],
                    [.. sample.Select(i => data.Row(i)[1])],
                    -1,
                    "points"
                ),
            ],
        };
    }

    private XyChart Predictions(IReadOnlyList<Prediction> predictions, bool held)
    {
        var shown = Curves.Sample(predictions.Count, 400).Select(i => predictions[i]).ToArray();
        var (low, high) = (predictions.Min(p => p.Actual), predictions.Max(p => p.Actual));
        var inside = predictions.Average(p => p.Low <= p.Actual && p.Actual <= p.High ? 1.0 : 0.0);
        return new XyChart
        {
            Id = "predictions",
            Title = held ? "Predicted against actual, held-out rows" : "Predicted against actual, fitted rows",
            Caption =
                $"{inside:P1} of {predictions.Count} rows lie in their 90 % interval"
                + (held ? "." : "; these rows were fitted, so expect a little more than 90 %."),
            X = new Axis($"actual {target}"),
            Y = new Axis($"predicted {target}"),
            Series =
            [
                new Series
                {
                    Name = "prediction and 90 % interval",
                    Style = "points",
                    X = [.. shown.Select(p => p.Actual)],
                    Y = [.. shown.Select(p => p.Mean)],
                    Lower = [.. shown.Select(p => p.Low)],
                    Upper = [.. shown.Select(p => p.High)],
                    Color = 0,
                },
                Curves.Through("perfect prediction", [low, high], [low, high], -1, "dashed"),
            ],
        };
    }

    private static XyChart Residuals(IReadOnlyList<Prediction> predictions, bool held)
    {
        var standardized = predictions.Select(p => (p.Actual - p.Mean) / p.Sd).ToArray();
        return new XyChart
        {
            Id = "residuals",
            Title = held ? "Standardised residuals of held-out rows" : "Standardised residuals",
            Caption = "Residuals over their predictive standard deviations should follow the standard normal curve.",
            X = new Axis("residual (predictive standard deviations)"),
            Y = new Axis("density"),
            Series =
            [
                Curves.Histogram("residuals", standardized),
                Curves.Line("standard normal", Curves.Grid(-4, 4), x => Distribution.Density(new Normal(0, 1), x), 0),
            ],
        };
    }

    private XyChart Noise()
    {
        var distribution = q.NoisePrecision;
        var grid = Curves.Grid(
            Distribution.Quantile(distribution, 1e-5),
            Distribution.Quantile(distribution, 1 - 1e-5)
        );
        var known = truth["tau"]?.GetValue<double>();
        return new XyChart
        {
            Id = "noise",
            Title = "Noise precision",
            Caption =
                $"Expected precision {Numbers.Significant(Distribution.Mean(distribution))}, that is a noise standard deviation of about "
                + $"{Numbers.Significant(1 / System.Math.Sqrt(Distribution.Mean(distribution)))} (unit of {target}).",
            X = new Axis($"tau (1 / unit of {target} squared)"),
            Y = new Axis("density"),
            Series = [Curves.Line("q(tau)", grid, x => Distribution.Density(distribution, x), 0)],
            References = known is { } value ? [new ReferenceLine("x", value, "truth")] : [],
        };
    }

    private TableExhibit Shortfall(ExactRegression found) =>
        new()
        {
            Id = "shortfall",
            Title = "What the factorisation costs",
            Caption =
                "The exact posterior by quadrature over tau, beside q(w) q(tau). Taking w and tau apart makes q a little too narrow.",
            Columns = ["parameter", "mean of q", "exact mean", "sd of q", "exact sd", "sd of q / exact"],
            Rows =
            [
                .. names.Select(
                    (name, i) =>
                    {
                        var marginal = Distribution.Marginal(q.Weights, i);
                        return Row(
                            $"w: {name}",
                            marginal.Mean,
                            found.WeightMeans[i],
                            Distribution.Sd(marginal),
                            found.WeightSds[i]
                        );
                    }
                ),
                Row(
                    "tau",
                    Distribution.Mean(q.NoisePrecision),
                    found.NoisePrecisionMean,
                    Distribution.Sd(q.NoisePrecision),
                    found.NoisePrecisionSd
                ),
            ],
        };

    private static string[] Row(string name, double mean, double exactMean, double sd, double exactSd) =>
        [
            name,
            Numbers.Significant(mean),
            Numbers.Significant(exactMean),
            Numbers.Significant(sd),
            Numbers.Significant(exactSd),
            Numbers.Significant(sd / exactSd),
        ];
}
