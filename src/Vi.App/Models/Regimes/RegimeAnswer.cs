using Vi.Math;

namespace Vi.App.Models.Regimes;

/// <summary>The answer of a fitted chain of regimes.</summary>
internal sealed class RegimeAnswer(
    FitRequest request,
    RegimeSwitchingPrior prior,
    Rows rows,
    Sweep<RegimeSwitchingPosterior> sweep
)
{
    private readonly RegimeFit fit = new(request, prior, rows, sweep.Posterior);
    private readonly RegimeSwitchingPosterior q = sweep.Posterior;
    private readonly AscentResponse response = AscentResponse.Of(
        request,
        sweep,
        options => RegimeSwitchingModel.LinearResponse(prior, rows, sweep.Posterior, options)
    );

    public FitAnswer Make()
    {
        var diagnostics = new JsonObject
        {
            ["states"] = fit.Counts.Length,
            ["stateCounts"] = JsonNumbers.Of(fit.Counts),
            ["lastStateProbabilities"] = JsonNumbers.Of(fit.Probabilities[^1]),
            ["nextStateProbabilities"] = JsonNumbers.Of(fit.Next),
            ["nextStep"] = JsonNumbers.Of(
                fit.Columns,
                j => new JsonObject
                {
                    ["column"] = fit.Data.ColumnNames[j],
                    ["q05"] = JsonNumbers.Of(RegimeSwitchingModel.PredictiveQuantile(q, fit.Next, j, 0.05)),
                    ["q50"] = JsonNumbers.Of(RegimeSwitchingModel.PredictiveQuantile(q, fit.Next, j, 0.5)),
                    ["q95"] = JsonNumbers.Of(RegimeSwitchingModel.PredictiveQuantile(q, fit.Next, j, 0.95)),
                }
            ),
        };
        if (fit.Data.Labels is { } labels)
        {
            diagnostics["labelAgreement"] = JsonNumbers.Of(StateMatching.Agreement(fit.States, labels));
            diagnostics["labelAgreementOfPath"] = JsonNumbers.Of(StateMatching.Agreement(fit.Path, labels));
        }

        var evidence = EvidenceFinding.Unknown;
        if (fit.Counts.Length == 1)
        {
            var logEvidence = RegimeSwitchingModel.LogEvidenceOfOne(prior, Statistics.Moments(rows));
            diagnostics["logEvidence"] = JsonNumbers.Of(logEvidence);
            evidence = EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true);
        }

        var quantities = Quantities();
        return FitAnswer.Of(request with { Truth = fit.Truth }, quantities, response) with
        {
            Parameters = Parameters(),
            Diagnostics = diagnostics,
            Findings = [.. Findings(), evidence],
            ResolvedSettings = ResolvedSettings(),
            Exhibits = [.. new RegimeSeriesFigures(fit).Make(), .. new RegimeFigures(fit).Make(quantities)],
        };
    }

    private List<PosteriorQuantity> Quantities()
    {
        var (states, columns) = (fit.Counts.Length, fit.Data.ColumnNames);
        List<PosteriorQuantity> quantities =
        [
            new(
                Quantity.Vector("pi", "probabilities of the first state", states),
                fit.Indices.Select(k => RegimeFit.Probability(q.Initial, k))
            ),
            new(
                Quantity.Matrix("A", "transition probabilities, from row to column", states, states),
                fit.Transitions.SelectMany(row => row)
            ),
            new(Quantity.Matrix("mu", "means of the states", states, columns), fit.Means.SelectMany(row => row)),
            new(
                Quantity.Matrix("sigma", "standard deviations within the states (volatilities)", states, columns),
                fit.Sds.SelectMany(row => row)
            ),
            new(Quantity.Vector("stationary", "shares of time in the long run", states), fit.Stationary),
        ];
        if (states > 1)
        {
            quantities.Add(
                new(
                    Quantity.Vector("duration", "expected rows until a state is left", states),
                    fit.Indices.Select(fit.Duration)
                )
            );
        }

        return quantities;
    }

    private JsonObject Parameters() =>
        new()
        {
            ["alpha_pi"] = JsonNumbers.Of(q.Initial.Concentration),
            ["alpha_A"] = JsonNumbers.Of(q.Transitions, row => JsonNumbers.Of(row.Concentration)),
            ["beta"] = JsonNumbers.Of(q.States.Select(s => s.PrecisionScale)),
            ["nu"] = JsonNumbers.Of(q.States.Select(s => s.Precision.DegreesOfFreedom)),
            ["m"] = JsonNumbers.Of(q.States, s => JsonNumbers.Of(s.Mean)),
            ["W"] = JsonNumbers.Of(q.States, s => JsonNumbers.Of(Distribution.ScaleMatrix(s))),
        };

    private IEnumerable<Finding> Findings()
    {
        var occupied = fit.Counts.Count(count => count >= 1);
        if (occupied < fit.Counts.Length)
        {
            yield return Finding.Of(
                Severity.Hint,
                "empty-states",
                ("occupied", occupied),
                ("states", fit.Counts.Length)
            );
        }

        var changes = Enumerable.Range(1, fit.States.Length - 1).Count(t => fit.States[t] != fit.States[t - 1]);
        if (fit.Counts.Length > 1)
        {
            var sure = fit.Probabilities.Count(row => row.Max() >= 0.9) / (double)fit.Probabilities.Length;
            yield return Finding.Of(
                Severity.Hint,
                "regime-changes",
                ("changes", changes),
                ("rows", fit.States.Length),
                ("sure", sure)
            );
        }
    }

    private Dictionary<string, string> ResolvedSettings()
    {
        var w = prior.State.Precision;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["nu0"] = Numbers.Significant(w.DegreesOfFreedom),
            ["m0"] = string.Join(", ", prior.State.Mean.ToArray().Select(value => Numbers.Significant(value))),
            ["W0 (inverse)"] = string.Join(
                "; ",
                Distribution
                    .InverseScaleMatrix(prior.State)
                    .ToRows()
                    .Select(row => string.Join(", ", row.Select(value => Numbers.Significant(value))))
            ),
        };
    }
}
