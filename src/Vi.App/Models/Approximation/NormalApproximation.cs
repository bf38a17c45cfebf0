namespace Vi.App.Models.Approximation;

/// <summary>A mixture of normal distributions.</summary>
internal sealed record NormalApproximationSettings
{
    public required IReadOnlyList<double> Weights { get; init; }
    public required IReadOnlyList<double> Means { get; init; }
    public required IReadOnlyList<double> Sds { get; init; }
}

/// <summary>
/// The best normal approximation of a known density under both directions of the divergence: what variational inference does, on a
/// target where everything can be computed.
/// </summary>
internal sealed class NormalApproximation()
    : Model<NormalApproximationSettings>("normal-approximation", DataNeed.None, Provision.ClosedDensity)
{
    protected override IPreparedFit Prepare(FitRequest request, NormalApproximationSettings settings)
    {
        ExperimentException.ThrowIfAny(Problems(settings));
        var target = NormalApproximationModel.Target([.. settings.Weights], [.. settings.Means], [.. settings.Sds]);
        return new SweepFit<Normal>(
            request,
            NormalApproximationModel.Fit(target, request.FitOptions()),
            sweep => Answer(request, target, sweep.Posterior)
        );
    }

    private static IEnumerable<Problem> Problems(NormalApproximationSettings settings)
    {
        var count = settings.Weights.Count;
        if (count == 0 || Abs(settings.Weights.Sum() - 1) > 1e-9)
        {
            yield return new(
                "model.weights",
                $"the weights add up to {settings.Weights.Sum():R}; they must add up to 1"
            );
        }

        foreach (var (key, length) in new[] { ("means", settings.Means.Count), ("sds", settings.Sds.Count) })
        {
            if (length != count)
            {
                yield return new($"model.{key}", $"{length} entries for {count} weights; one a component is needed");
            }
        }
    }

    private static FitAnswer Answer(FitRequest request, NormalMixture target, Normal q)
    {
        var forward = NormalApproximationModel.BestForward(target);
        var optima = NormalApproximationModel.BestReverse(target);
        var gap = NormalApproximationModel.Reverse(target, q);
        return FitAnswer.Of(request, [new(Quantity.Scalar("z", "z under the best q"), [Marginal.Of(q)])]) with
        {
            Parameters = new NamedNumbers { { "mu_n", q.Mean }, { "sigma_n", Distribution.Sd(q) } },
            Diagnostics = new NamedNumbers
            {
                { "logEvidence", 0 },
                { "reverseKl", gap },
                { "forwardKl", NormalApproximationModel.Forward(target, q) },
                { "forwardOptimum", Point(forward) },
                { "reverseOptima", optima.Select(optimum => Point(optimum.Normal)) },
            },
            Findings = gap > 0.5 ? [Finding.Of(Severity.Error, "mode-missed", ("gap", gap))] : [],
            Exhibits = NormalApproximationFigures.ofTarget(target, forward, optima),
        };

        NamedNumbers Point(Normal at) =>
            new()
            {
                { "mean", at.Mean },
                { "sd", Distribution.Sd(at) },
                { "reverseKl", NormalApproximationModel.Reverse(target, at) },
                { "forwardKl", NormalApproximationModel.Forward(target, at) },
            };
    }
}
