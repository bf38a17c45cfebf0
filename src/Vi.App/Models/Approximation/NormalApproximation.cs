using Vi.Math;

namespace Vi.App.Models.Approximation;

/// <summary>Settings of <see cref="NormalApproximation"/>: a mixture of normal distributions.</summary>
internal sealed record NormalApproximationSettings
{
    [Setting("weights of the target's components, which add up to 1", ExclusiveMinimum = 0, Maximum = 1)]
    public required IReadOnlyList<double> Weights { get; init; }

    [Setting("means of the target's components")]
    public required IReadOnlyList<double> Means { get; init; }

    [Setting("standard deviations of the target's components", ExclusiveMinimum = 0)]
    public required IReadOnlyList<double> Sds { get; init; }
}

/// <summary>
/// The best normal approximation of a known density under both directions of the divergence: what variational inference does, on a
/// target where everything can be computed.
/// </summary>
internal sealed class NormalApproximation()
    : Model<NormalApproximationSettings>("normal-approximation", DataNeed.None, Provision.ClosedDensity)
{
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Best normal approximation of a mixture",
            Summary =
                "A known density, a mixture of normal distributions, is approximated by one normal distribution. Variational inference lowers KL(q ‖ p), which "
                + "settles on one mode; lowering KL(p ‖ q) instead covers them all. The target is normalised, so its log evidence is 0 and "
                + "the bound is minus the divergence.",
            Formulas =
            [
                new("Target", @"p(z) = \sum_k w_k\, \mathcal N(z \mid m_k, s_k^2)"),
                new(
                    "Bound",
                    @"\mathrm{ELBO}(q) = \mathbb E_q[\log p(z)] + \mathrm H[q] = -\mathrm{KL}(q \,\|\, p) \le 0"
                ),
                new("Forward", @"\arg\min_q \mathrm{KL}(p \,\|\, q) = \mathcal N(\mathbb E_p[z], \mathrm{Var}_p[z])"),
            ],
            Approximation =
                "One normal distribution q(z), by Newton steps from each component and from the overall moments.",
        };

    protected override string ExampleText =>
        """
            { "model": { "weights": [0.5, 0.5], "means": [-2, 2], "sds": [0.7, 0.7] } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, NormalApproximationSettings settings)
    {
        Check(settings);
        var target = NormalApproximationModel.Target([.. settings.Weights], [.. settings.Means], [.. settings.Sds]);
        return new SweepFit<Normal>(
            NormalApproximationModel.Fit(target, request.FitOptions()),
            sweep => Answer(request, target, sweep)
        );
    }

    private static void Check(NormalApproximationSettings settings)
    {
        var count = settings.Weights.Count;
        var problems = new List<Problem>();
        if (count == 0 || System.Math.Abs(settings.Weights.Sum() - 1) > 1e-9)
        {
            problems.Add(
                new("model.weights", $"the weights add up to {settings.Weights.Sum():R}; they must add up to 1")
            );
        }

        foreach (var (key, length) in new[] { ("means", settings.Means.Count), ("sds", settings.Sds.Count) })
        {
            if (length != count)
            {
                problems.Add(new($"model.{key}", $"{length} entries for {count} weights; one a component is needed"));
            }
        }

        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }
    }

    private static FitAnswer Answer(FitRequest request, NormalMixture target, Sweep<Normal> sweep)
    {
        var q = sweep.Posterior;
        var forward = NormalApproximationModel.BestForward(target);
        var optima = NormalApproximationModel.BestReverse(target);
        return FitAnswer.Of(request, [new PosteriorQuantity("z", "z under the best q", Marginal.Of(q))]) with
        {
            Parameters = new JsonObject
            {
                ["mu_n"] = JsonNumbers.Of(q.Mean),
                ["sigma_n"] = JsonNumbers.Of(Distribution.Sd(q)),
            },
            Diagnostics = new JsonObject
            {
                ["logEvidence"] = 0.0,
                ["reverseKl"] = JsonNumbers.Of(NormalApproximationModel.Reverse(target, q)),
                ["forwardKl"] = JsonNumbers.Of(NormalApproximationModel.Forward(target, q)),
                ["forwardOptimum"] = Point(forward, target),
                ["reverseOptima"] = JsonNumbers.Of(optima, optimum => Point(optimum.Normal, target)),
            },
            Findings = Findings(target, q),
            Exhibits = NormalApproximationFigures.Of(target, forward, optima),
        };
    }

    private static JsonObject Point(Normal q, NormalMixture target) =>
        new()
        {
            ["mean"] = JsonNumbers.Of(q.Mean),
            ["sd"] = JsonNumbers.Of(Distribution.Sd(q)),
            ["reverseKl"] = JsonNumbers.Of(NormalApproximationModel.Reverse(target, q)),
            ["forwardKl"] = JsonNumbers.Of(NormalApproximationModel.Forward(target, q)),
        };

    private static Finding[] Findings(NormalMixture target, Normal q)
    {
        var gap = NormalApproximationModel.Reverse(target, q);
        return gap > 0.5 ? [Finding.Of(Severity.Error, "mode-missed", ("gap", gap))] : [];
    }
}
