namespace Vi.App.Models.Logistic;

/// <summary>
/// The answer of a fitted logistic regression: posterior, predictions for held-out or fitted rows, and q next to a normal distribution with
/// the log posterior's curvature.
/// </summary>
internal sealed class LogisticAnswer(
    FitRequest request,
    LogisticRegressionPrior prior,
    Rows rows,
    Sweep<MvNormal> sweep
)
{
    /// <summary>Rows that are predicted one by one.</summary>
    private const int MostPredictions = 20000;

    /// <summary>Ratio of standard deviations below which intervals are much too short to be read as they stand.</summary>
    private const double NarrowRatio = 0.9;

    private readonly Dataset data = request.RequireData();
    private readonly MvNormal q = sweep.Posterior;
    private readonly int columns = prior.Centre.Length;

    public FitAnswer Make()
    {
        var response = request.Response(sweep, () => LogisticRegressionModel.LinearResponse(prior, rows, q, new()));
        var quantities = Quantities(response);
        var curvature = PosteriorQuantity.MarginalsOf(LogisticRegressionModel.CurvatureAt(prior, rows, q));
        PosteriorQuantity[] weights = [.. quantities.Take(2)];
        var ratios = weights
            .SelectMany(quantity => quantity.Entries)
            .Zip(curvature, (own, other) => own.Sd / other.Sd)
            .ToArray();
        var predictions = new LabelPredictions(
            data,
            rows => LogisticRegressionModel.Predict(prior, q, rows.Sampled(MostPredictions))
        );
        return FitAnswer.Of(request, quantities, response) with
        {
            Parameters = Parameters(),
            Diagnostics = new NamedNumbers { predictions.Scores(), { "sdOverCurvatureSd", ratios } },
            Findings = response.IsFound ? [] : [TooNarrow(ratios)],
            Exhibits =
            [
                Weights(quantities[0], curvature),
                Spread(weights, curvature, response),
                .. predictions.Exhibits(),
            ],
        };
    }

    /// <summary>q(w, b) is one normal distribution, the intercept last; they are drawn together.</summary>
    private List<PosteriorQuantity> Quantities(AscentResponse response)
    {
        const string Together = "w, b";
        var names = new LogisticQuantities(data);
        var entries = PosteriorQuantity.MarginalsOf(q);
        List<PosteriorQuantity> quantities =
        [
            new(names.Weights, entries[..columns])
            {
                Draw = (stream, drawn) => (drawn[Together] = stream.Next(q).ToArray())[..columns],
            },
        ];
        if (prior.Intercept)
        {
            var atZero = LogisticRegressionModel.LogOdds(prior, q, Statistics.Vector(new double[columns]));
            quantities.Add(new(names.AtMeans, entries[columns..]) { Draw = (_, drawn) => drawn[Together][columns..] });
            quantities.Add(
                new(names.AtZero, [Marginal.Of(atZero)])
                {
                    LinearResponseSd = response.OfIntercept(prior.Centre.ToArray()),
                }
            );
        }

        return quantities;
    }

    private NamedNumbers Parameters()
    {
        var covariance = Distribution.Covariance(q).ToRows();
        var intercept = prior.Intercept ? covariance[columns] : null;
        return new NamedNumbers
        {
            { "mu_w", q.Mean.ToArray().Take(columns) },
            { "Sigma_w", Statistics.Matrix(covariance.Take(columns).Select(row => row[..columns])) },
            { "mu_b", intercept is null ? null : q.Mean[columns] },
            { "sigma_b", intercept is null ? null : Sqrt(intercept[columns]) },
            { "cov_wb", intercept?.Take(columns) },
        };
    }

    private static Finding TooNarrow(double[] ratios) =>
        Finding.Of(
            ratios.Min() < NarrowRatio ? Severity.Warning : Severity.Hint,
            "smaller-than-curvature",
            ("least", ratios.Min()),
            ("most", ratios.Max())
        );

    private XyChart Weights(PosteriorQuantity weights, Marginal[] curvature)
    {
        var figure = ModelFigures.Weights(weights, request.Truth);
        return figure with
        {
            Caption = $"{figure.Caption} The wider interval is the one to read: the bound makes q too narrow.",
            Series =
            [
                .. figure.Series,
                .. figure.Series[0].Labels is { } labels
                    ? [ModelFigures.Intervals("with the curvature's spread", labels, curvature.Take(labels.Count), 2)]
                    : Array.Empty<Series>(),
            ],
        };
    }

    private static TableExhibit Spread(
        IEnumerable<PosteriorQuantity> weights,
        Marginal[] curvature,
        AscentResponse response
    )
    {
        var rows = weights.SelectMany(quantity =>
        {
            var sds = response.Of(quantity);
            return quantity.Entries.Select(
                (own, i) => (Name: quantity.EntryName(i), Own: own, Response: sds?[i] ?? double.NaN)
            );
        });
        return Chart.Table(
            FigureText.Of("logistic-regression", "spread"),
            [
                "weight",
                "mean",
                "sd of q",
                .. Responding("sd by linear response"),
                "sd by curvature",
                "sd of q / by curvature",
            ],
            rows.Zip(
                curvature,
                (row, curved) =>
                    Chart.Row([
                        row.Name,
                        row.Own.Mean,
                        row.Own.Sd,
                        .. Responding(row.Response),
                        curved.Sd,
                        row.Own.Sd / curved.Sd,
                    ])
            )
        );

        IEnumerable<T> Responding<T>(T cell) => response.IsFound ? [cell] : [];
    }
}

/// <summary>What a logistic regression infers, whatever the algorithm.</summary>
internal sealed class LogisticQuantities(Dataset data)
    : WeightQuantities(data, "weights (log odds per unit of the column)", $"log odds of {data.ColumnNames[^1]}");
