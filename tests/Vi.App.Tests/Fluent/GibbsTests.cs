using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Gibbs sampling from C#.</summary>
public class GibbsTests
{
    private const int Rows = 60;

    private static Model Logistic()
    {
        var stream = new RandomStream(3);
        var x = Enumerable.Range(0, Rows).Select(_ => new[] { stream.NextNormal(), stream.NextNormal() }).ToArray();
        var y = x.Select(row => row[0] - (0.5 * row[1]) + stream.NextNormal() > 0 ? 1.0 : 0.0);
        var prior = LogisticRegressionModel.WithIntercept(
            LogisticRegressionModel.Prior(2, 2),
            Statistics.Vector([0, 0]),
            5
        );
        return ProgramModels.LogisticRegression(prior, Statistics.Matrix(x), Statistics.Vector([.. y]));
    }

    private static GibbsInference Short() =>
        new()
        {
            Chains = 2,
            WarmUp = 50,
            Samples = 200,
            Thin = 2,
            Block = 70,
        };

    /// <summary>Two clusters that touch.</summary>
    private static Model Mixture()
    {
        var stream = new RandomStream(4);
        double[] values = [.. Enumerable.Range(0, 80).Select(i => (i % 2 * 3.5) + stream.NextNormal())];
        var prior = Statistics.Matrix([
            [1.0],
        ]);
        var design = new MixtureDesign(
            MixtureWeights.Dirichlet,
            MixtureCovariance.Full,
            2,
            2,
            Statistics.Vector([1.7]),
            0.5,
            3,
            prior
        );
        return GaussianMixtureModel.AsModel(design, Vi.Math.Rows.OfRowMajor(values, 1));
    }

    /// <summary>A calm and a wild state.</summary>
    private static Model Regimes()
    {
        var stream = new RandomStream(5);
        double[] values = [.. Enumerable.Range(0, 120).Select(t => (t / 30 % 2 == 0 ? 1 : 4) * stream.NextNormal())];
        var prior = RegimeSwitchingModel.Prior(
            2,
            1,
            5,
            Statistics.Vector([0]),
            0.5,
            3,
            Statistics.Matrix([
                [3.0],
            ])
        );
        return RegimeSwitchingModel.AsModel(prior, Vi.Math.Rows.OfRowMajor(values, 1));
    }

    /// <summary>One factor behind four columns, with gaps.</summary>
    private static Model Factors()
    {
        var stream = new RandomStream(6);
        var values = Enumerable
            .Range(0, 60)
            .SelectMany(t =>
            {
                var factor = stream.NextNormal();
                return Enumerable
                    .Range(0, 4)
                    .Select(n => (t + n) % 13 == 0 ? double.NaN : factor + (0.8 * stream.NextNormal()));
            });
        var data = LatentFactorModel.Data(Vi.Math.Rows.OfRowMajor(values.ToArray(), 4), center: false);
        return LatentFactorModel.AsModel(LatentFactorModel.Prior(1, 1, 2, 2, rotation: false), data);
    }

    private static Model Named(string name) =>
        name switch
        {
            "mixture" => Mixture(),
            "regimes" => Regimes(),
            "factors" => Factors(),
            _ => Logistic(),
        };

    [Theory]
    [InlineData("logistic")]
    [InlineData("mixture")]
    [InlineData("regimes")]
    [InlineData("factors")]
    public void It_agrees_with_trajectories_on_the_same_model(string name)
    {
        var gibbs = new ModelRun(Named(name), new GibbsInference { Samples = 4000 }, 1).Finish();
        var nuts = new ModelRun(Named(name), new NutsInference(), 2).Finish();
        Assert.Equal(nuts.CoordinateNames, gibbs.CoordinateNames);
        Assert.All(
            gibbs.Samples!.Summary().Zip(nuts.Samples!.Summary()).Where(pair => pair.First.Sd > 0),
            pair =>
            {
                var (a, b) = pair;
                // Five standard errors of the difference, by the chains' own effective sizes.
                Assert.InRange(
                    a.Mean - b.Mean,
                    -5 * Joint(a.MeanError, b.MeanError),
                    5 * Joint(a.MeanError, b.MeanError)
                );
                Assert.InRange(a.Sd - b.Sd, -5 * Joint(a.SdError, b.SdError), 5 * Joint(a.SdError, b.SdError));
            }
        );
        Assert.False(gibbs.Sampled!.HasTrajectories);
        Assert.DoesNotContain(gibbs.Judgement.Checks, check => check.Id.Equals(CheckId.Divergences));
        Assert.NotEqual(TrustLevel.Unreliable, gibbs.Judgement.Level);
    }

    private static double Joint(double a, double b) => System.Math.Sqrt((a * a) + (b * b));

    [Theory]
    [InlineData("logistic")]
    [InlineData("mixture")]
    [InlineData("regimes")]
    [InlineData("factors")]
    public void Draws_depend_neither_on_threads_nor_on_where_a_run_was_stored(string name)
    {
        var model = Named(name);
        var one = new ModelRun(model, Short(), 5).Finish();
        var run = new ModelRun(model, Short(), 5, threads: 2);
        var saved = new List<byte[]>();
        var steps = new List<InferenceStep>();
        foreach (var step in run.Steps())
        {
            steps.Add(step);
            saved.Add(run.Save());
        }

        Assert.Equal(one.Draws, run.Answer().Draws);
        Assert.Equal(400, one.Count);
        Assert.Equal(InferencePhase.NewDraws(200, 200), steps[^1].Phase);
        foreach (var state in saved)
        {
            var resumed = new ModelRun(model, Short(), 5);
            foreach (var _ in resumed.StepsAfter(state)) { }

            Assert.Equal(one.Draws, resumed.Answer().Draws);
        }
    }

    [Fact]
    public void A_model_without_conditional_distributions_is_refused()
    {
        var model = ProgramModels.EightSchools([28, 8, -3], [15, 10, 16], centred: true);
        var error = Assert.Throws<InferenceOptionException>(() => new ModelRun(model, new GibbsInference()));
        Assert.Contains("conditional", error.Message, StringComparison.Ordinal);
    }
}
