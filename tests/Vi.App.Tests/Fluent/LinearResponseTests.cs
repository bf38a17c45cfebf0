using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Covariances by linear response from C#.</summary>
public class LinearResponseTests
{
    private static readonly double[] Sample = [2.1, 1.4, 2.9, 0.7, 1.8, 2.2];
    private static readonly LinearResponseOptions Plain = new();

    private static TPosterior Fitted<TPosterior>(IEnumerable<Sweep<TPosterior>> sweeps) => sweeps.Last().Posterior;

    private static FitOptions Tight => new() { Tolerance = 1e-12, MaxIterations = 5000 };

    /// <summary>Two groups on the line, 40 apart in 100 rows.</summary>
    private static Rows Groups(double gap)
    {
        var random = new RandomStream(7);
        return Rows.OfRowMajor(
            Enumerable.Range(0, 100).Select(i => random.NextNormal() + (i % 5 < 2 ? 0 : gap)).ToArray(),
            1
        );
    }

    [Fact]
    public void A_precision_gets_its_exact_variance_back()
    {
        var rows = Rows.OfRowMajor(Sample, 1);
        var moments = Statistics.Moments(rows);
        var prior = GaussianMeanPrecisionModel.Prior(0, 0.1, 1, 1);
        var q = Fitted(GaussianMeanPrecisionModel.Fit(prior, rows, Tight));
        var found = GaussianMeanPrecisionModel.LinearResponse(prior, moments, q, Plain);
        var exact = GaussianMeanPrecisionModel.Posterior(prior, moments);

        Assert.True(found.IsUsable, $"{found.End}");
        Assert.Equal(["mu", "tau"], found.Names);
        Assert.Equal(System.Math.Sqrt(exact.Shape) / exact.Rate, found.Sd("tau"), 1e-4 * found.Sd("tau"));
        // The response begins at an optimum that is settled more closely than the fit.
        Assert.Equal(Distribution.Sd(q.Precision), found.RawSd("tau"), 1e-8);
        // a / (a + 1/2) of the exact variance is all that q has.
        Assert.Equal(exact.Shape / (exact.Shape + 0.5), System.Math.Pow(found.RawSd("tau") / found.Sd("tau"), 2), 1e-4);
        // Tilting the mean moves the precision in the second order only.
        Assert.Equal(Distribution.Sd(q.Mean), found.Sd("mu"), 1e-4 * found.Sd("mu"));
        Assert.True(double.IsNaN(found.Sd("sigma")));
    }

    [Fact]
    public void A_regression_comes_nearer_to_its_exact_posterior()
    {
        var random = new RandomStream(3);
        var values = new double[20 * 3];
        for (var i = 0; i < 20; i++)
        {
            var (x, y) = (random.NextNormal(), random.NextNormal());
            (values[3 * i], values[(3 * i) + 1]) = (x, (0.8 * x) + y);
            values[(3 * i) + 2] = x - (0.5 * y) + (0.7 * random.NextNormal());
        }

        var rows = Rows.OfRowMajor(values, 3);
        var moments = Statistics.Moments(rows);
        var prior = LinearRegressionModel.WithIntercept(LinearRegressionModel.Prior(1, 1, 1), 0, 10);
        var posterior = Fitted(LinearRegressionModel.Fit(prior, rows, Tight));
        var found = LinearRegressionModel.LinearResponse(prior, moments, posterior, Plain);
        var exact = LinearRegressionModel.Exact(prior, moments)!;

        Assert.Equal(["w[1]", "w[2]", "tau", "b"], found.Names);
        double Off(double sd) => System.Math.Abs(System.Math.Log(sd / exact.NoisePrecisionSd));
        Assert.True(Off(found.Sd("tau")) < 0.2 * Off(found.RawSd("tau")));
        Assert.InRange(found.Sd("w[1]"), found.RawSd("w[1]"), exact.WeightSds[0]);

        // A sum of one is the quantity; of two it has their covariance.
        static Dictionary<string, double> Of(params (string Name, double Factor)[] terms) =>
            terms.ToDictionary(term => term.Name, term => term.Factor, StringComparer.Ordinal);
        Assert.Equal(found.Sd("w[2]"), found.SdOfSum(Of(("w[2]", -1))), 12);
        var c = found.Covariance;
        Assert.Equal(
            System.Math.Sqrt(c[0, 0] + (4 * c[3, 3]) + (4 * c[0, 3])),
            found.SdOfSum(Of(("w[1]", 1), ("b", 2))),
            12
        );
        Assert.True(double.IsNaN(found.SdOfSum(Of(("w[9]", 1)))));

        // A linear function of a quantity is told like the quantity itself.
        var raw = found.RawCovariance[2, 2];
        Assert.Equal(3 * found.Sd("tau"), found.SdOfFunction("tau", 9 * raw, 3 * raw), 1e-9);
    }

    [Fact]
    public void A_logistic_regression_gets_the_spread_that_its_bound_takes()
    {
        var random = new RandomStream(5);
        var values = new double[400 * 3];
        for (var i = 0; i < 400; i++)
        {
            var (x, y) = (random.NextNormal(), random.NextNormal());
            (values[3 * i], values[(3 * i) + 1]) = (x, y);
            values[(3 * i) + 2] = random.NextUniform() < LogisticRegressionModel.Sigmoid((2 * x) - y + 0.5) ? 1 : 0;
        }

        var rows = Rows.OfRowMajor(values, 3);
        var prior = LogisticRegressionModel.WithIntercept(
            LogisticRegressionModel.Prior(2, 3),
            Statistics.Vector(0, 0),
            10
        );
        var q = Fitted(LogisticRegressionModel.Fit(prior, rows, Tight));
        var found = LogisticRegressionModel.LinearResponse(prior, rows, q, Plain);
        var curvature = Distribution.Covariance(LogisticRegressionModel.CurvatureAt(prior, rows, q));

        Assert.Equal(["w[1]", "w[2]", "b"], found.Names);
        for (var i = 0; i < 3; i++)
        {
            var sd = System.Math.Sqrt(curvature[i, i]);
            Assert.True(found.RawSd(found.Names[i]) < 0.85 * sd);
            Assert.InRange(found.Sd(found.Names[i]) / sd, 0.93, 1.07);
        }
    }

    [Fact]
    public void Mixtures_of_every_kind_answer()
    {
        var rows = Groups(6);
        foreach (var weights in Enum.GetValues<MixtureWeights>())
        {
            foreach (var covariance in Enum.GetValues<MixtureCovariance>())
            {
                var design = new MixtureDesign(
                    weights,
                    covariance,
                    2,
                    1,
                    Statistics.Vector(3),
                    1,
                    2,
                    Statistics.Matrix([
                        [2.0],
                    ])
                );
                var q = Fitted(GaussianMixtureModel.Fit(design, rows, Tight));
                var found = q.LinearResponse(rows, Plain);
                Assert.True(found.IsUsable, $"{weights} {covariance}: {found.End}");
                Assert.Equal(["mu[1,1]", "mu[2,1]", "pi[1]", "pi[2]"], found.Names);
                Assert.All(found.Names, name => Assert.InRange(found.Sd(name) / found.RawSd(name), 1 - 1e-3, 1.2));
                Assert.Equal(Distribution.Sd(q.WeightDistributions[0]), found.RawSd("pi[1]"), 1e-8);
            }
        }
    }

    [Fact]
    public void Components_and_states_without_rows_are_left_out()
    {
        var rows = Groups(40);
        var prior = GaussianMixtureModel.DefaultPrior(4, 1, Statistics.Moments(rows));
        var q = Fitted(GaussianMixtureModel.Fit(prior, rows, Tight));
        var occupied = GaussianMixtureModel.Counts(prior, q).ToArray().Count(count => count >= 1);
        var found = GaussianMixtureModel.LinearResponse(prior, rows, q, Plain);
        Assert.Equal(2 * occupied, found.Names.Count);

        var chain = RegimeSwitchingModel.Prior(
            2,
            1,
            0,
            prior.Component.Mean,
            1,
            2,
            Statistics.Matrix([
                [100.0],
            ])
        );
        var states = Fitted(RegimeSwitchingModel.Fit(chain, Groups(40), Tight));
        var regimes = RegimeSwitchingModel.LinearResponse(chain, rows, states, Plain);
        Assert.True(regimes.IsUsable, $"{regimes.End}");
        Assert.Equal(["mu[1,1]", "mu[2,1]", "A[1,1]", "A[1,2]", "A[2,1]", "A[2,2]"], regimes.Names);
    }

    [Fact]
    public void What_costs_too_much_is_not_begun()
    {
        var rows = Groups(6);
        var prior = GaussianMixtureModel.DefaultPrior(2, 1, Statistics.Moments(rows));
        var q = Fitted(GaussianMixtureModel.Fit(prior, rows, Tight));
        LinearResponseCovariance Within(LinearResponseOptions options) =>
            GaussianMixtureModel.LinearResponse(prior, rows, q, options);

        var many = Within(new() { MaxQuantities = 3 });
        Assert.False(many.IsUsable);
        Assert.Equal((0, true), (many.Sweeps, double.IsNaN(many.Sd("pi[1]"))));
        Assert.Equal(ResponseEnd.NewTooManyQuantities(4, 3), many.End);

        var reads = Within(new() { MaxRowsRead = 10_000 });
        Assert.Equal((false, 0), (reads.IsUsable, reads.Sweeps));
        Assert.True(reads.End.IsTooManyReads);

        var few = Within(new() { MaxSweeps = 2 });
        Assert.False(few.IsUsable);
        Assert.True(few.End.IsFitNotSettled || few.End.IsResponseNotSettled);
    }

    /// <summary>Two coordinates whose sum was seen: correlated by -100/101, and exactly known.</summary>
    private static Model Correlated(int length = 2) =>
        ModelBuilder.Define(m =>
        {
            var x = m.Draw("x", length, Distribution.Normal(0, 1));
            m.Observe("sum", Distribution.Normal(Terms.Sum(x), 0.1), 1.0);
        });

    private static ModelAnswer Deterministic(Model model, bool linearResponse = true)
    {
        var run = new ModelRun(model, new DeterministicAdviInference { LinearResponse = linearResponse });
        Assert.True(run.Steps().Last().Outcome!.IsConverged);
        return run.Answer();
    }

    [Fact]
    public void One_observation_is_fitted_exactly_by_fixed_draws()
    {
        var model = ModelBuilder.Define(m => m.Observe("y", Distribution.Normal(m.Normal("mu", 0, 1), 0.5), 10.0));
        var answer = Deterministic(model);
        Assert.Equal(8.0, answer.Mean[0], 1e-6);
        Assert.Equal(System.Math.Sqrt(0.2), answer.Sd[0], 1e-4);
        Assert.Equal(0.2, answer.Response!.Covariance![0, 0], 1e-6);
        Assert.Equal(0, answer.Response.MeanErrors[0], 1e-6);
        Assert.True(answer.Judgement.Level.IsReliable);
    }

    [Fact]
    public void Fixed_draws_respond_with_the_exact_covariance_of_a_correlated_normal()
    {
        var answer = Deterministic(Correlated());
        // Precision I + 100 * ones: variances 101/201, covariance -100/201.
        Assert.All(answer.Mean, mean => Assert.Equal(100.0 / 201, mean, 1e-4));
        Assert.All(answer.Sd, sd => Assert.Equal(1 / System.Math.Sqrt(101), sd, 1e-5));
        var covariance = answer.Response!.Covariance!;
        Assert.Equal(101.0 / 201, covariance[0, 0], 1e-4);
        Assert.Equal(-100.0 / 201, covariance[0, 1], 1e-4);
        var draws = answer.Response.Draws.Where((_, i) => i % 2 == 0).ToArray();
        var mean = draws.Average();
        Assert.Equal(
            System.Math.Sqrt(101.0 / 201),
            System.Math.Sqrt(draws.Average(x => (x - mean) * (x - mean))),
            2e-2
        );
    }

    [Fact]
    public void A_response_can_be_left_out_and_has_a_limit()
    {
        var without = Deterministic(Correlated(), linearResponse: false);
        Assert.Null(without.Response!.Covariance);
        Assert.Null(without.Response.End);

        var large = Deterministic(Correlated(65)).Response!;
        Assert.Null(large.Covariance);
        Assert.Equal(FixedDrawsEnd.NewTooManyCoordinates(65, 64), large.End);
    }

    [Fact]
    public void A_stopped_fit_with_fixed_draws_goes_on_to_the_bit()
    {
        // A scale with its effects: no quadratic, so that more than one block of iterations is needed.
        var model = ModelBuilder.Define(m =>
        {
            var tau = m.HalfCauchy("tau", 5);
            var theta = m.Draw("theta", 30, Distribution.Normal(m.Normal("mu", 0, 5), tau));
            m.Observe(
                "y",
                Distribution.StudentT(3, theta, Terms.Vector([.. Enumerable.Range(1, 30).Select(i => 0.2 * i)])),
                [.. Enumerable.Range(0, 30).Select(i => 6 * System.Math.Sin(i))]
            );
        });
        ModelRun New() => new(model, new DeterministicAdviInference { LinearResponse = false });
        var whole = New();
        var steps = whole.Steps().ToList();
        Assert.True(steps.Count > 1, $"{steps.Count} steps, {steps[^1].Outcome}");

        var stopped = New();
        _ = stopped.Steps().First();
        var resumed = New();
        Assert.Equal(
            steps.Skip(1).Select(step => step.Objective),
            resumed.StepsAfter(stopped.Save()).Select(step => step.Objective)
        );
        var (expected, found) = (whole.Answer(), resumed.Answer());
        Assert.Equal(expected.Mean, found.Mean);
        Assert.Equal(expected.Draws, found.Draws);
    }
}
