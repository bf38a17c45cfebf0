using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Sampling from C#, without a type of F# in sight.</summary>
public class SamplingTests
{
    private static readonly string[] Names = ["mu", "theta[0]"];

    /// <summary>mu ~ N(3, 4), theta ~ N(mu, 1).</summary>
    private static double LogDensity(ReadOnlySpan<double> position, Span<double> gradient)
    {
        var away = (position[0] - 3) / 2;
        var between = position[1] - position[0];
        gradient[0] = (-away / 2) + between;
        gradient[1] = -between;
        return -0.5 * ((away * away) + (between * between));
    }

    private static SamplingOptions Short(int threads = 1) =>
        new()
        {
            Chains = 2,
            WarmUp = 300,
            Draws = 500,
            Threads = threads,
            Block = 70,
        };

    [Fact]
    public void A_function_is_sampled_and_summarised()
    {
        var density = Sampling.Density(Names, LogDensity);
        var samples = Sampling.Draw(density, Short());
        Assert.Equal(Names, samples.Names);
        Assert.Equal(2, samples.Chains);
        Assert.Equal(500, samples.DrawsPerChain);
        var (mu, theta) = (samples.Summary()[0], samples.Summary()[1]);
        // Seven standard errors, from the effective sample size.
        Assert.InRange(mu.Mean, 3 - (7 * mu.MeanError), 3 + (7 * mu.MeanError));
        Assert.InRange(theta.Sd, System.Math.Sqrt(5) - (7 * theta.SdError), System.Math.Sqrt(5) + (7 * theta.SdError));
        Assert.InRange(mu.RHat, 0.99, 1.05);
        Assert.True(mu.BulkSize > 100 && mu.TailSize > 100);
        Assert.Equal(mu.RHat, Diagnostics.RHat(samples.Of("mu")), 15);
        Assert.Equal(0, samples.Divergences);
        Assert.All(samples.Bfmi, value => Assert.True(value > 0.3));
        Assert.Throws<ArgumentException>(() => samples.Of("nu"));
    }

    [Fact]
    public void An_evaluator_of_ones_own_gives_the_same_draws_on_any_number_of_threads()
    {
        var density = Sampling.Density(Names, () => new Evaluator());
        var one = Sampling.Draw(density, Short());
        var two = Sampling.Draw(density, Short(threads: 2));
        var function = Sampling.Draw(Sampling.Density(Names, LogDensity), Short());
        Assert.Equal(one.Of("theta[0]"), two.Of("theta[0]"));
        Assert.Equal(one.Of("mu"), function.Of("mu"));
    }

    [Fact]
    public void Steps_report_and_a_stored_one_goes_on_identically()
    {
        var density = Sampling.Density(Names, LogDensity);
        var steps = Sampling.Steps(density, Short()).ToList();
        Assert.Equal(12, steps.Count);
        Assert.Equal(70, steps[0].Drawn);
        Assert.True(steps[0].IsWarmUp);
        Assert.False(steps[^1].IsWarmUp);
        Assert.True(steps[^1].IsLast);
        Assert.Equal(800, steps[^1].Drawn);
        Assert.Equal(Sampling.Draw(density, Short()).Of("mu"), steps[^1].Samples.Of("mu"));
        var rest = Sampling.StepsAfter(density, Short(), steps[6].Save()).ToList();
        Assert.Equal(steps[7..].Select(step => step.Number), rest.Select(step => step.Number));
        Assert.Equal(steps[^1].Samples.Of("mu"), rest[^1].Samples.Of("mu"));
        Assert.Equal(steps[^1].Samples.WarmUpLeapfrogSteps, rest[^1].Samples.WarmUpLeapfrogSteps);
        Assert.Empty(Sampling.StepsAfter(density, Short(), steps[^1].Save()));
    }

    [Fact]
    public void Draws_go_to_CmdStan_and_back_and_into_other_coordinates()
    {
        var density = Sampling.Density(Names, LogDensity);
        var samples = Sampling.Draw(density, Short());
        var files = Enumerable.Range(0, samples.Chains).Select(chain => samples.ToCmdStan("normal", 42, chain));
        var back = Vi.Math.Fluent.Samples.FromCmdStan(files);
        Assert.Equal(samples.Of("theta[0]"), back.Of("theta[0]"));
        Assert.Equal(samples.LogDensity, back.LogDensity);
        Assert.Equal(samples.StepSizes, back.StepSizes);
        var scales = samples.Map(["scale"], position => [System.Math.Exp(position[0])]);
        Assert.Equal(System.Math.Exp(samples.Of("mu")[1][2]), scales.Of("scale")[1][2]);
        var broken = Assert.Throws<FormatException>(() =>
            Vi.Math.Fluent.Samples.FromCmdStan([
                ["lp__,mu", "1,x"],
            ])
        );
        Assert.Contains("line 2, column mu", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_starts_and_static_trajectories_are_used()
    {
        var density = Sampling.Density(Names, LogDensity);
        var options = Short();
        options.Algorithm = SamplingAlgorithm.Static;
        options.Starts =
        [
            [3, 3],
            [0, 0],
            [5, 5],
        ];
        var samples = Sampling.Draw(density, options);
        Assert.Equal(3, samples.Chains);
        Assert.True(samples.LeapfrogSteps > 1500);
        Assert.InRange(samples.Summary()[0].RHat, 0.99, 1.05);
    }

    [Fact]
    public void Wrong_settings_are_named()
    {
        var density = Sampling.Density(Names, LogDensity);
        foreach (
            var options in new SamplingOptions[]
            {
                new() { TargetAcceptance = 1 },
                new() { MaxDepth = 0 },
                new() { WarmUp = -1 },
                new() { Draws = 0 },
                new() { Chains = 0 },
                new()
                {
                    Starts =
                    [
                        [1.0],
                    ],
                },
            }
        )
        {
            Assert.Throws<ArgumentException>(() => Sampling.Draw(density, options));
        }

        var broken = Sampling.Density(Names, (_, _) => double.NaN);
        Assert.Contains(
            "not finite",
            Assert.Throws<ArithmeticException>(() => Sampling.Draw(broken, new SamplingOptions())).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Diagnostics_stand_alone()
    {
        var smoothed = Diagnostics.SmoothRatios([.. Enumerable.Range(0, 100).Select(i => System.Math.Sin(i))]);
        Assert.True(smoothed.IsReliable);
        Assert.Equal(1.5, Diagnostics.Wasserstein([0.0, 1.0], [1.5, 2.5]), 15);
        Assert.Equal(
            "x",
            Diagnostics
                .Summarize(
                    "x",
                    [
                        [1.0, 2, 3, 4],
                        [2.0, 1, 4, 3],
                    ]
                )
                .Name
        );
        // Seven steps of 1 over eight squares of 1/2.
        Assert.Equal(3.5, Diagnostics.Bfmi([0.0, 1, 0, 1, 0, 1, 0, 1]), 12);
    }

    private sealed class Evaluator : IDensityEvaluator
    {
        public int Dimension => 2;

        public double Value(ReadOnlySpan<double> position) => LogDensity(position, stackalloc double[2]);

        public double ValueAndGradient(ReadOnlySpan<double> position, Span<double> gradient) =>
            LogDensity(position, gradient);

        public void ValuesAndGradients(ReadOnlySpan<double> positions, Span<double> values, Span<double> gradients)
        {
            for (var s = 0; s < values.Length; s++)
            {
                values[s] = LogDensity(positions.Slice(2 * s, 2), gradients.Slice(2 * s, 2));
            }
        }
    }
}
