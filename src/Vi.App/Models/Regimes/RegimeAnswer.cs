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

    public FitAnswer Make()
    {
        var response = request.Response(sweep, () => RegimeSwitchingModel.LinearResponse(prior, rows, q, new()));
        double? logEvidence =
            fit.View.Counts.Length == 1 ? RegimeSwitchingModel.LogEvidenceOfOne(prior, Statistics.Moments(rows)) : null;
        var labels = fit.Data.Labels;
        return FitAnswer.Of(request with { Truth = fit.Truth }, Quantities(), response) with
        {
            Parameters = new NamedNumbers
            {
                { "alpha_pi", q.Initial.Concentration },
                { "alpha_A", q.Transitions.Select(row => row.Concentration) },
                { "beta", q.States.Select(s => s.PrecisionScale) },
                { "nu", q.States.Select(s => s.Precision.DegreesOfFreedom) },
                { "m", q.States.Select(s => s.Mean) },
                { "W", q.States.Select(Distribution.ScaleMatrix) },
            },
            Diagnostics = new NamedNumbers
            {
                { "states", fit.View.Counts.Length },
                { "stateCounts", fit.View.Counts },
                { "lastStateProbabilities", fit.View.Probabilities[^1] },
                { "nextStateProbabilities", fit.View.Next },
                {
                    "nextStep",
                    fit.Columns.Select(j => NamedNumbers.Predictive(fit.Data.ColumnNames[j], Marginal.Of(fit.Next(j))))
                },
                { "labelAgreement", labels is null ? null : Labels.Agreement(fit.View.States, labels) },
                { "labelAgreementOfPath", labels is null ? null : Labels.Agreement(fit.View.Path, labels) },
                { "logEvidence", logEvidence },
            },
            Findings = [.. Findings(), EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true)],
            Exhibits = [.. new RegimeSeriesFigures(fit).Make(), .. new RegimeFigures(fit).Make()],
        };
    }

    private List<PosteriorQuantity> Quantities()
    {
        var states = fit.View.Counts.Length;
        var known = RegimeSwitching.Quantities(states, fit.Data.ColumnNames);
        List<PosteriorQuantity> quantities =
        [
            new(known[0], fit.Indices.Select(k => RegimeSwitchingModel.Probability(q.Initial, k))),
            fit.Transitions,
            fit.Means,
            fit.Sds,
            new(known[4], fit.Stationary),
        ];
        if (states > 1)
        {
            quantities.Add(new(known[5], fit.Durations));
        }

        return quantities;
    }

    private IEnumerable<Finding> Findings()
    {
        var (states, occupied) = (fit.View.Counts.Length, fit.View.Counts.Count(count => count >= 1));
        if (occupied < states)
        {
            yield return Finding.Of(Severity.Hint, "empty-states", ("occupied", occupied), ("states", states));
        }

        if (states > 1)
        {
            yield return Finding.Of(
                Severity.Hint,
                "regime-changes",
                ("changes", fit.View.States.Zip(fit.View.States.Skip(1)).Count(pair => pair.First != pair.Second)),
                ("rows", fit.View.States.Length),
                ("sure", fit.View.Probabilities.Count(row => row.Max() >= 0.9) / (double)fit.View.Probabilities.Length)
            );
        }
    }
}
