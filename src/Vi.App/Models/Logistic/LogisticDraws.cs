using Vi.App.Models.Programs;
using Vi.Math;

namespace Vi.App.Models.Logistic;

/// <summary>A logistic regression told by draws of its weights.</summary>
internal static class LogisticDraws
{
    /// <summary>Rows that are predicted one by one, and draws that predict each.</summary>
    private const int MostPredictions = 5000;

    private const int PredictingDraws = 500;

    /// <summary>Labels, figures and figures of merit.</summary>
    public static ProgramPresentation Presentation(FitRequest request, LogisticRegressionPrior prior)
    {
        var data = request.RequireData();
        var names = new LogisticQuantities(data);
        var target = data.ColumnNames[^1];
        var held = data.Test is not null;
        List<LabelPrediction>? made = null;
        List<LabelPrediction> Predictions(DrawTable draws) => made ??= Predict(data.Test ?? data, prior, draws);
        return new ProgramPresentation
        {
            Quantities = [names.Weights, names.AtMeans],
            Exhibits = program => new LabelFigures(target).Make(Predictions(program.Draws), held),
            Diagnostics = program => Classification.Figures(Predictions(program.Draws), held),
        };
    }

    private static List<LabelPrediction> Predict(Dataset of, LogisticRegressionPrior prior, DrawTable draws)
    {
        var width = of.ColumnNames.Count;
        var columns = width - 1;
        var chosen = Curves.Sample(draws.Count, PredictingDraws);
        var (w, b) = (draws.Find("w")!, draws.Find("b"));
        var centre = prior.Centre.ToArray();
        var probabilities = new double[chosen.Length];
        return
        [
            .. Curves
                .Sample(of.RowCount, MostPredictions)
                .Select(i =>
                {
                    var row = of.Values.AsSpan(i * width, width);
                    for (var s = 0; s < chosen.Length; s++)
                    {
                        var logOdds = b?.Values[chosen[s]] ?? 0;
                        for (var j = 0; j < columns; j++)
                        {
                            logOdds +=
                                w.Values[(chosen[s] * w.Count) + j] * (row[j] - (prior.Intercept ? centre[j] : 0));
                        }

                        probabilities[s] = LogisticRegressionModel.Sigmoid(logOdds);
                    }

                    var sorted = probabilities.Order().ToArray();
                    return new LabelPrediction(
                        sorted.Average(),
                        DensityEstimate.Quantile(sorted, 0.05),
                        DensityEstimate.Quantile(sorted, 0.95),
                        (int)row[columns]
                    );
                }),
        ];
    }
}
