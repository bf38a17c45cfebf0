using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Sampling from C#, without a type of F# in sight.</summary>
public class SamplingTests
{
    private static readonly string[] Names = ["mu", "theta[1]"];

    /// <summary>mu ~ N(3, 4), theta ~ N(mu, 1).</summary>
    private static double LogDensity(ReadOnlySpan<double> position, Span<double> gradient)
    {
        var away = (position[0] - 3) / 2;
        var between = position[1] - position[0];
        gradient[0] = (-away / 2) + between;
        gradient[1] = -between;
        return -0.5 * ((away * away) + (between * between));
    }

    private static NutsInference Short() =>
        new()
        {
            Chains = 2,
            WarmUp = 300,
            Samples = 500,
            Block = 70,
        };

    /// <summary>Chains that take no climbs to begin, so that every evaluation is a step of a trajectory.</summary>
    private static NutsInference AtRandom()
    {
        var inference = Short();
        inference.StartAtRandom = true;
        return inference;
    }

    /// <summary>The climbs by which dispersed chains find their starts are counted with the steps of trajectories.</summary>
    [Fact]
    public void Evaluations_count_the_search_for_starts()
    {
        var run = new ModelRun(Model.OfDensity(Names, LogDensity), Short());
        var steps = run.Steps().ToList();
        var whole = run.Answer().Samples!;
        var search = steps[^1].Evaluations - whole.WarmUpLeapfrogSteps - whole.LeapfrogSteps;
        Assert.InRange(search, 1, steps[0].Evaluations);
    }

    private static Vi.Math.Fluent.Samples Draw(Model model, Inference inference, int threads = 1) =>
        new ModelRun(model, inference, threads: threads).Finish().Samples!;

    [Fact]
    public void A_function_is_sampled_and_summarised()
    {
        var samples = Draw(Model.OfDensity(Names, LogDensity), Short());
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
    public void A_custom_evaluator_gives_the_same_draws_on_any_number_of_threads()
    {
        var model = Model.OfDensity(Names, () => new Evaluator());
        var one = Draw(model, Short());
        var two = Draw(model, Short(), threads: 2);
        var function = Draw(Model.OfDensity(Names, LogDensity), Short());
        Assert.Equal(one.Of("theta[1]"), two.Of("theta[1]"));
        Assert.Equal(one.Of("mu"), function.Of("mu"));
    }

    [Fact]
    public void Steps_report_and_a_stored_one_goes_on_identically()
    {
        var run = new ModelRun(Model.OfDensity(Names, LogDensity), AtRandom());
        var steps = new List<InferenceStep>();
        var saved = new List<byte[]>();
        foreach (var step in run.Steps())
        {
            steps.Add(step);
            saved.Add(run.Save());
        }

        Assert.Equal(12, steps.Count);
        Assert.Equal(InferencePhase.NewWarmUp(70, 300), steps[0].Phase);
        Assert.Null(steps[0].Outcome);
        Assert.Equal(InferencePhase.NewDraws(500, 500), steps[^1].Phase);
        Assert.Equal(1, steps[^1].Share);
        Assert.NotNull(steps[^1].Outcome);
        Assert.True(steps[^1].Evaluations > steps[6].Evaluations);
        var whole = run.Answer().Samples!;
        Assert.Equal(whole.WarmUpLeapfrogSteps + whole.LeapfrogSteps, steps[^1].Evaluations);

        var other = new ModelRun(Model.OfDensity(Names, LogDensity), AtRandom());
        var rest = other.StepsAfter(saved[6]).ToList();
        Assert.Equal(steps[7..].Select(step => step.Iteration), rest.Select(step => step.Iteration));
        Assert.Equal(whole.Of("mu"), other.Answer().Samples!.Of("mu"));
        Assert.Equal(whole.WarmUpLeapfrogSteps, other.Answer().Samples!.WarmUpLeapfrogSteps);
        Assert.Empty(other.StepsAfter(saved[^1]));
        Assert.Equal(whole.Of("mu"), other.Answer().Samples!.Of("mu"));
    }

    [Fact]
    public void Draws_go_to_CmdStan_and_back_and_into_other_coordinates()
    {
        var samples = Draw(Model.OfDensity(Names, LogDensity), Short());
        var files = Enumerable.Range(0, samples.Chains).Select(chain => samples.ToCmdStan("normal", 42, chain));
        var back = Vi.Math.Fluent.Samples.FromCmdStan(files);
        Assert.Equal(samples.Of("theta[1]"), back.Of("theta[1]"));
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
        var inference = new HmcInference
        {
            WarmUp = 300,
            Samples = 500,
            Starts =
            [
                [3, 3],
                [0, 0],
                [5, 5],
            ],
        };
        var samples = Draw(Model.OfDensity(Names, LogDensity), inference);
        Assert.Equal(3, samples.Chains);
        Assert.True(samples.LeapfrogSteps > 1500);
        Assert.InRange(samples.Summary()[0].RHat, 0.99, 1.05);
    }

    [Fact]
    public void Chains_can_begin_where_Pathfinder_ends()
    {
        var inference = Short();
        inference.StartFromPathfinder = true;
        var samples = Draw(Model.OfDensity(Names, LogDensity), inference);
        Assert.Equal(2, samples.Chains);
        Assert.NotEqual(samples.Of("mu"), Draw(Model.OfDensity(Names, LogDensity), Short()).Of("mu"));
    }

    [Fact]
    public void A_density_that_is_nowhere_finite_is_named() =>
        Assert.Contains(
            "not finite",
            Assert
                .Throws<ArithmeticException>(() =>
                    Draw(Model.OfDensity(Names, (_, _) => double.NaN), new NutsInference())
                )
                .Message,
            StringComparison.Ordinal
        );

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
