using System.Text.Json.Nodes;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

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

        return new FitAnswer
        {
            ElboTerms = new Dictionary<string, double>(StringComparer.Ordinal),
            Posterior = Posterior(),
            LinearResponse = response.Record,
            Parameters = Parameters(),
            Diagnostics = diagnostics,
            Findings = [.. Findings(), evidence],
            ResolvedSettings = ResolvedSettings(),
            Exhibits = [.. new RegimeSeriesExhibits(fit).Make(), .. new RegimeExhibits(fit).Make()],
        };
    }

    private Dictionary<string, PosteriorSummary> Posterior()
    {
        var posterior = new Dictionary<string, PosteriorSummary>(StringComparer.Ordinal)
        {
            ["pi"] = Summaries.Vector(
                "probabilities of the first state",
                [.. fit.Indices.Select(k => RegimeFit.Probability(q.Initial, k))]
            ),
            ["A"] = Summaries.Matrix(
                "transition probabilities, from row to column",
                fit.Transitions,
                truth: fit.Truth["A"]
            ) with
            {
                LinearResponseSd = response.Matrix("A", fit.Counts.Length, fit.Counts.Length),
            },
            ["mu"] = Summaries.Matrix("means of the states", fit.Means, fit.Data.ColumnNames, fit.Truth["mu"]) with
            {
                LinearResponseSd = response.Matrix("mu", fit.Counts.Length, fit.Data.ColumnNames.Count),
            },
            ["sigma"] = Summaries.Matrix(
                "standard deviations within the states (volatilities)",
                fit.Sds,
                fit.Data.ColumnNames,
                fit.Truth["sigma"]
            ),
            ["stationary"] = Summaries.Vector("shares of time in the long run", fit.Stationary),
        };
        if (fit.Counts.Length > 1)
        {
            posterior["duration"] = Summaries.Vector(
                "expected rows until a state is left",
                [.. fit.Indices.Select(fit.Duration)]
            );
        }

        return posterior;
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
