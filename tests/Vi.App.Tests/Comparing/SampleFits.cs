using System.Text.Json.Nodes;
using Vi.App.Comparing;
using Vi.App.Tests.Support;
using Vi.Results;

namespace Vi.App.Tests.Comparing;

/// <summary>Made-up fits to compare: no number in them was computed by a model.</summary>
internal static class SampleFits
{
    /// <summary>A fit with a scalar mu and a vector w of three entries.</summary>
    public static RunResult Fit(
        string algorithm,
        double shift = 0,
        double width = 1,
        double seconds = 1,
        TrustLevel level = TrustLevel.Reliable,
        double? elbo = -100
    )
    {
        var (mean, sd) = (2 + (0.5 * shift), 0.5 * width);
        return new RunResult
        {
            Name = "sample",
            Label = algorithm,
            Outcome = Outcomes.Of(level == TrustLevel.Unreliable ? RunStatus.BudgetSpent : RunStatus.Converged),
            Reason = "It ended.",
            Verdict = new Judgement(level, [], []),
            Algorithm = algorithm,
            Method = new MethodRecord
            {
                Exactness = algorithm switch
                {
                    "nuts" => Exactness.UpToMonteCarloError,
                    "cavi" => Exactness.WithinFamily,
                    _ => Exactness.Approximate,
                },
            },
            Iterations = 3,
            Elbo = elbo is null
                ? null
                : new ElboRecord(
                    elbo.Value,
                    new Dictionary<string, double>(StringComparer.Ordinal) { ["all"] = elbo.Value },
                    [elbo.Value - 50, elbo.Value - 2, elbo.Value]
                )
                {
                    Seconds = [seconds / 4, seconds / 2, seconds],
                    Passes = [1, 2, 3],
                    Estimates = algorithm == "svi" ? [new(0.5, elbo.Value - 40, 9), new(1, elbo.Value + 3, 8)] : [],
                },
            Posterior =
            [
                new(Quantity.Scalar("mu", "the mean"))
                {
                    Mean = [mean],
                    Sd = [sd],
                    Q05 = [mean - (1.645 * sd)],
                    Q50 = [mean],
                    Q95 = [mean + (1.645 * sd)],
                    Truth = [2.1],
                },
                new(Quantity.Vector("w", null, 3))
                {
                    Mean = [1, 2 - shift, 3],
                    Sd = [1, width, 0],
                    Q05 = [-0.6, 1 - shift, 3],
                    Q50 = [1, 2 - shift, 3],
                    Q95 = [2.9, 6 - shift, 3],
                },
            ],
            Timing = new TimingRecord(0.25, seconds, seconds / 3, 0.01)
            {
                GradientEvaluations = algorithm == "nuts" ? 12_345 : null,
            },
            Findings =
                level == TrustLevel.Reliable
                    ? []
                    : [new Finding(Severity.Warning, "made-up") { Message = "Something is to be looked at." }],
            Data = new DataRecord(100, ["x", "y"], "00ff", "rows.csv", [new("x", "column", 0, 1, -3, 3)]),
            Model = new ModelRecord
            {
                Type = "linear-regression",
                Title = "Linear regression",
                Summary = "A line with noise.",
                Approximation = "q(w) q(tau).",
            },
            Configuration = new JsonObject { ["model"] = new JsonObject { ["type"] = "linear-regression" } },
        };
    }

    /// <summary>Several fits with their comparison.</summary>
    public static ComparedRuns Compared(params RunResult[] fits) =>
        new()
        {
            Name = "sample",
            Description = "Several algorithms on one model.",
            Results = fits,
            Comparison = DrawComparison.Of(fits),
            Configuration = new JsonObject { ["name"] = "sample" },
        };

    /// <summary>Samples, coordinate ascent, minibatches, and one that has nothing to say.</summary>
    public static ComparedRuns Four()
    {
        var sampled = Fit("nuts", seconds: 20, elbo: null) with
        {
            Draws = new DrawsRecord(
                ["mu"],
                [
                    [.. Enumerable.Range(1, 999).Select(i => 2 + (0.5 * System.Math.Tan(1.2 * ((i / 500.0) - 1))))],
                ]
            ),
        };
        return Compared(
            sampled,
            Fit("cavi", shift: 0.05, width: 0.8),
            Fit("svi", shift: 1.5, width: 0.75, seconds: 0.5, level: TrustLevel.Usable, elbo: -101.5),
            Fit("advi", level: TrustLevel.Unreliable) with
            {
                Posterior = [],
                Verdict = null,
                Outcome = Outcomes.Of(RunStatus.Failed),
                Elbo = null,
            }
        );
    }
}
