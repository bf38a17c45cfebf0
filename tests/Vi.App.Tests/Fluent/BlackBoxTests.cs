using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Black-box inference as C# sees it.</summary>
public class BlackBoxTests
{
    private static readonly string[] Mu = ["mu"];
    private static readonly int[] Steps = [0, 1, 2, 3, 4, 5];

    /// <summary>Prior N(0, 1), one observation 10 of standard deviation 0.5: the posterior is N(8, 0.2).</summary>
    private static Model OneObservation() =>
        Model.OfDensity(
            Mu,
            (position, gradient) =>
            {
                var (x, residual) = (position[0], 10 - position[0]);
                gradient[0] = -x + (4 * residual);
                return (-0.5 * x * x) - (2 * residual * residual);
            }
        );

    /// <summary>A random walk of unit steps from 0, each value seen once with unit noise at 1.</summary>
    private static Model Walk() =>
        Model.OfDensity(
            [.. Steps.Select(t => $"z[{t}]")],
            (position, gradient) =>
            {
                var value = 0.0;
                gradient.Clear();
                for (var t = 0; t < position.Length; t++)
                {
                    var step = position[t] - (t == 0 ? 0 : position[t - 1]);
                    var residual = 1 - position[t];
                    value -= 0.5 * ((step * step) + (residual * residual));
                    gradient[t] += residual - step;
                    if (t > 0)
                    {
                        gradient[t - 1] += step;
                    }
                }

                return value;
            }
        );

    [Fact]
    public void The_default_finds_a_posterior_far_from_its_prior()
    {
        var run = new ModelRun(OneObservation(), new AdviInference());
        var last = run.Steps().Last();
        var answer = run.Answer();
        Assert.True(last.Outcome!.IsConverged);
        Assert.True(answer.Judgement.Level.IsReliable);
        Assert.Equal(8, answer.Mean[0], 0.02);
        Assert.Equal(0.4472, answer.Sd[0], 0.01);
        // log evidence without the two normals' constants.
        Assert.Equal(-40 + (0.5 * System.Math.Log(2 * System.Math.PI * 0.2)), answer.Evidence!.Elbo, 0.001);
        Assert.Equal(1000, answer.Resampled().Length);
        Assert.Equal("mu", Assert.Single(answer.CoordinateNames));
        Assert.Equal("mu", Assert.Single(answer.Places).Name);
        Assert.Equal(answer.Positions, answer.Draws);
        Assert.Equal(answer.LogApproximation[3], answer.Normal!.LogDensity(Statistics.Vector(answer.Positions[3])), 12);
    }

    [Fact]
    public void Fifty_steps_are_a_budget_spent()
    {
        var run = new ModelRun(OneObservation(), new AdviInference { MaxSteps = 50 });
        var last = run.Steps().Last();
        Assert.True(last.Outcome!.IsBudgetSpent);
        Assert.Equal(50, run.Answer().History[^1].Steps);
    }

    [Fact]
    public void A_run_goes_on_from_a_stored_step()
    {
        var run = new ModelRun(OneObservation(), new AdviInference());
        var found = new List<(double Bound, double Mean, byte[] Saved)>();
        foreach (var step in run.Steps().Take(6))
        {
            found.Add((step.Objective, run.Answer().Mean[0], run.Save()));
        }

        var other = new ModelRun(OneObservation(), new AdviInference());
        var after = other.StepsAfter(found[2].Saved).Take(3).Select(step => (step.Objective, other.Answer().Mean[0]));
        Assert.Equal(found[3..].Select(step => (step.Bound, step.Mean)), after);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_resumed_run_has_the_history_of_the_whole(bool isStoredTwice)
    {
        var settings = new AdviInference { Accuracy = 0, MaxSteps = 250 };
        var whole = new ModelRun(OneObservation(), settings).Finish();
        var run = new ModelRun(OneObservation(), settings);
        _ = run.Steps().Take(4).Last();
        if (isStoredTwice)
        {
            var next = new ModelRun(OneObservation(), settings);
            _ = next.StepsAfter(run.Save()).Take(3).Last();
            run = next;
        }

        var resumed = new ModelRun(OneObservation(), settings);
        _ = resumed.StepsAfter(run.Save()).Last();
        Assert.Equal(10, whole.History.Length);
        Assert.Equal(whole.History, resumed.Answer().History);
        Assert.Equal(whole.Evaluations, resumed.Answer().Evaluations);
    }

    [Fact]
    public void A_path_is_fitted_with_sparse_precision()
    {
        // The walk's precision is tridiagonal: Laplace's method is exact.
        var exact = new ModelRun(Walk(), new LaplaceInference()).Finish();
        var named = new AdviInference { Paths = ["z"] };
        var given = new AdviInference { CoordinatePaths = [new LatentPath([0, 1, 2, 3, 4, 5], 1)] };
        var answer = new ModelRun(Walk(), named).Finish();
        Assert.Equal(answer.Mean, new ModelRun(Walk(), given).Finish().Mean);
        Assert.Equal("sparse-precision", answer.Approach);
        Assert.True(answer.Judgement.Level.IsReliable);
        for (var t = 0; t < Steps.Length; t++)
        {
            Assert.Equal(exact.Mean[t], answer.Mean[t], 0.02);
            Assert.Equal(exact.Sd[t], answer.Sd[t], 0.02);
        }

        Assert.Equal(exact.Normal!.Covariance()[2, 3], answer.Normal!.Covariance()[2, 3], 0.02);
    }

    /// <summary>The walk's posterior is normal, so that every batch of draws finds it.</summary>
    [Fact]
    public void Batch_and_match_finds_a_normal_posterior()
    {
        var exact = new ModelRun(Walk(), new LaplaceInference()).Finish();
        var answer = new ModelRun(Walk(), new BatchAndMatchInference()).Finish();
        Assert.Equal("full-rank", answer.Approach);
        Assert.True(answer.Judgement.Level.IsReliable);
        for (var t = 0; t < Steps.Length; t++)
        {
            Assert.Equal(exact.Mean[t], answer.Mean[t], 1e-6);
            Assert.Equal(exact.Sd[t], answer.Sd[t], 1e-6);
        }
    }

    [Fact]
    public void Pathfinder_and_particles_answer_in_the_same_shape()
    {
        var pathfinder = new ModelRun(Walk(), new PathfinderInference()).Finish();
        Assert.Equal("pathfinder", pathfinder.Approach);
        Assert.Null(pathfinder.Normal);
        Assert.False(pathfinder.Judgement.Level.IsUnreliable);
        var particles = new ModelRun(Walk(), new SvgdInference { Particles = 40 }).Finish();
        Assert.False(particles.Judgement.Level.IsUnreliable);
        Assert.True(particles.Judgement.Find(CheckId.SteinSpread)!.IsPassed);
        Assert.False(particles.HasBound);
        Assert.Null(particles.Normal);
        Assert.NotNull(particles.Evidence);
        Assert.Equal(0, particles.Judgement.Find(CheckId.OmittedModes)!.Value);
        Assert.Equal(pathfinder.Evidence!.Mean[0], particles.Mean[0], 0.1);
    }

    [Fact]
    public void Minibatches_are_scaled_once()
    {
        double[] y = [1.1, 0.3, 2.0, 0.9, 1.6, 1.2, 0.4];
        var model = Model.OfRows(
            Mu,
            y.Length,
            (position, rows, scale, gradient) =>
            {
                var value = -0.5 * position[0] * position[0];
                gradient[0] = -position[0];
                foreach (var row in rows)
                {
                    var residual = y[row] - position[0];
                    value -= scale * 0.5 * residual * residual;
                    gradient[0] += scale * residual;
                }

                return value;
            }
        );
        var run = new ModelRun(model, new AdviInference { BatchRows = 3 });
        Assert.True(run.Steps().Last().Outcome!.IsConverged);
        Assert.Equal(y.Sum() / 8, run.Answer().Mean[0], 0.05);
        Assert.Equal(System.Math.Sqrt(1 / 8.0), run.Answer().Sd[0], 0.05);
        // An epoch of seven rows by three takes three steps.
        Assert.Equal(
            6,
            new ModelRun(model, new AdviInference { BatchRows = 3, Epochs = 2 }).Finish().History[^1].Steps
        );
    }

    public static TheoryData<Inference, string, string> Misfits() =>
        new()
        {
            {
                new AdviInference { Family = ApproximationFamily.SparsePrecision },
                "Paths",
                "a path in time"
            },
            {
                new AdviInference { Paths = ["y"] },
                "Paths",
                "'y' is no parameter of the model: z"
            },
            {
                new AdviInference { Family = ApproximationFamily.LowRank, Rank = 9 },
                "Rank",
                "9 columns are more"
            },
            {
                new AdviInference { BatchRows = 2 },
                "BatchRows",
                "no rows of data"
            },
            {
                new AdviInference { LearningRate = -1 },
                "LearningRate",
                "more than 0"
            },
            {
                new AdviInference { MaxSteps = 0 },
                "MaxSteps",
                "at least 1"
            },
            {
                new DeterministicAdviInference { Draws = 0 },
                "Draws",
                "at least 1"
            },
            {
                new BatchAndMatchInference { Draws = 1 },
                "Draws",
                "at least 2"
            },
            {
                new SvgdInference { Particles = 1 },
                "Particles",
                "at least 2"
            },
            {
                new PathfinderInference { Climbs = 0 },
                "Climbs",
                "at least 1"
            },
            {
                new LaplaceInference { Climbs = -1 },
                "Climbs",
                "at least 1"
            },
            {
                new NutsInference { MaxDepth = 21 },
                "MaxDepth",
                "from 1 to 20"
            },
            {
                new NutsInference { Chains = 0 },
                "Chains",
                "at least 1"
            },
            {
                new HmcInference { TargetAcceptance = 1 },
                "TargetAcceptance",
                "between 0 and 1"
            },
            {
                new HmcInference
                {
                    Starts =
                    [
                        [0.0],
                    ],
                },
                "Starts",
                "6 coordinates"
            },
        };

    [Theory]
    [MemberData(nameof(Misfits), DisableDiscoveryEnumeration = true)]
    public void An_option_that_does_not_fit_is_named(Inference inference, string option, string message)
    {
        var error = Assert.Throws<InferenceOptionException>(() => new ModelRun(Walk(), inference));
        Assert.Equal(option, error.Option);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_density_has_no_program() => Assert.Throws<NotSupportedException>(() => Walk().Simulate(1));
}
