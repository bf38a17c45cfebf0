using System.Reflection;
using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>The face for C#: usable without knowing that the core is F#.</summary>
public class FaceTests
{
    private static readonly double[] Sample = [2.1, 1.4, 2.9, 0.7, 1.8, 2.2];

    private static Rows Column(params double[] values) => Rows.OfRowMajor(values, 1);

    [Fact]
    public void A_mean_is_fitted_exactly()
    {
        var prior = GaussianMeanModel.Prior(priorMean: 0, priorSd: 2, noiseSd: 1);
        var last = GaussianMeanModel.Fit(prior, Column(Sample), new FitOptions()).Last();
        // Closed form: precision 1/4 + 6, mean 6 * average / precision.
        Assert.Equal(Sample.Sum() / 6.25, last.Posterior.Mean, 12);
        Assert.Equal(1 / 6.25, last.Posterior.Variance, 12);
        var moments = Statistics.Moments(Column(Sample));
        Assert.Equal(GaussianMeanModel.LogEvidence(prior, moments), last.Elbo, 10);
        Assert.True(last.Outcome is { IsConverged: true });
        Assert.Equal(last.Elbo, last.Terms.Sum(term => term.Value), 10);
    }

    [Fact]
    public void The_gap_of_mean_and_precision_is_the_divergence()
    {
        var prior = GaussianMeanPrecisionModel.Prior(0, 0.1, 1, 1);
        var moments = Statistics.Moments(Column(Sample));
        foreach (var sweep in GaussianMeanPrecisionModel.Fit(prior, Column(Sample), new FitOptions()))
        {
            Assert.Equal(
                GaussianMeanPrecisionModel.LogEvidence(prior, moments) - sweep.Elbo,
                GaussianMeanPrecisionModel.Divergence(prior, moments, sweep.Posterior),
                9
            );
        }
    }

    [Fact]
    public void A_regression_is_pulled_sweep_by_sweep_and_predicts()
    {
        var rows = Rows.OfRowMajor(new double[] { 0, 1, 1, 3.1, 2, 4.9, 3, 7.2, 4, 8.8 }, 2);
        var moments = Statistics.Moments(rows);
        var prior = LinearRegressionModel.WithIntercept(LinearRegressionModel.Prior(0.01, 1, 1), 5, 50);
        var sweeps = LinearRegressionModel.Fit(prior, rows, new FitOptions { Tolerance = 1e-12 });
        var first = sweeps.First();
        var last = sweeps.Last();
        Assert.True(last.Elbo >= first.Elbo);
        Assert.Equal(1.97, last.Posterior.Weights.Mean[0], 0.02);
        var distribution = LinearRegressionModel.Predictive(moments, last.Posterior, Statistics.Vector(5));
        Assert.Equal(10.9, distribution.Mean, 0.1);
        Assert.True(
            Distribution.Quantile(distribution, 0.05) < distribution.Mean
                && distribution.Mean < Distribution.Quantile(distribution, 0.95)
        );
        var exact = LinearRegressionModel.Exact(prior, moments);
        Assert.NotNull(exact);
        Assert.True(exact.LogEvidence > last.Elbo);
        Assert.Null(LinearRegressionModel.Exact(LinearRegressionModel.RelevancePrior(1, 1, 1, 1), moments));
    }

    [Fact]
    public void A_mixture_finds_two_groups()
    {
        var random = new RandomStream(7);
        var values = Enumerable
            .Range(0, 200)
            .SelectMany(i => new[] { random.NextNormal() + (i % 2 * 10), random.NextNormal() });
        var rows = Rows.OfRowMajor(values.ToArray(), 2);
        var moments = Statistics.Moments(rows);
        var prior = GaussianMixtureModel.DefaultPrior(4, 1, moments);
        var options = new FitOptions { Restarts = 3, Seed = 5 };
        var best = GaussianMixtureModel.Fit(prior, rows, options).Where(s => s.IsLast).MaxBy(s => s.Elbo)!;
        Assert.Equal(2.0, GaussianMixtureModel.EffectiveComponents(prior, best.Posterior), 0.1);
        var responsibilities = GaussianMixtureModel.Responsibilities(best.Posterior, rows);
        Assert.All(responsibilities, row => Assert.Equal(1.0, row.Sum(), 12));
        var components = GaussianMixtureModel.MostProbable(best.Posterior, rows);
        Assert.Equal(2, components.Distinct().Count());
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(components[i % 2], components[i]));
        Assert.True(
            GaussianMixtureModel.LogDensity(best.Posterior, Statistics.Vector(0, 0))
                > GaussianMixtureModel.LogDensity(best.Posterior, Statistics.Vector(5, 0))
        );
        Assert.InRange(GaussianMixtureModel.PredictiveQuantile(best.Posterior, 0, 0.5), 0, 10);
    }

    [Theory]
    [InlineData(MixtureWeights.Dirichlet, MixtureCovariance.Full)]
    [InlineData(MixtureWeights.Dirichlet, MixtureCovariance.Tied)]
    [InlineData(MixtureWeights.Dirichlet, MixtureCovariance.Diagonal)]
    [InlineData(MixtureWeights.StickBreaking, MixtureCovariance.Full)]
    [InlineData(MixtureWeights.StickBreaking, MixtureCovariance.Tied)]
    [InlineData(MixtureWeights.StickBreaking, MixtureCovariance.Diagonal)]
    public void A_mixture_of_any_kind_finds_two_groups(MixtureWeights weights, MixtureCovariance covariance)
    {
        var random = new RandomStream(7);
        var values = Enumerable
            .Range(0, 400)
            .SelectMany(i => new[] { random.NextNormal() + (i % 2 * 10), (2 * random.NextNormal()) + (i % 2 * 10) });
        var rows = Rows.OfRowMajor(values.ToArray(), 2);
        var moments = Statistics.Moments(rows);
        var design = new MixtureDesign(weights, covariance, 3, 1, moments.Mean, 1, 2, Statistics.Covariance(moments));
        foreach (var algorithm in Enum.GetValues<FitAlgorithm>())
        {
            var options = new FitOptions
            {
                Restarts = 2,
                Seed = 5,
                Algorithm = algorithm,
                BatchRows = 100,
            };
            var best = GaussianMixtureModel.Fit(design, rows, options).Where(s => s.IsLast).MaxBy(s => s.Elbo)!;
            var fitted = best.Posterior;
            var large = Enumerable.Range(0, 3).Where(k => fitted.Counts[k] > 100).ToArray();
            Assert.Equal(2, large.Length);
            Assert.Equal(1.0, fitted.WeightDistributions.Sum(Distribution.Mean), 1e-9);
            foreach (var k in large)
            {
                var mean = Distribution.Mean(fitted.Components[k]);
                Assert.True(System.Math.Abs(mean[0]) < 0.5 || System.Math.Abs(mean[0] - 10) < 0.5, $"{mean}");
                Assert.Equal(1.0, Distribution.Covariance(fitted.Components[k])[0, 0], 0.5);
                Assert.Equal(4.0, Distribution.Covariance(fitted.Components[k])[1, 1], 1.5);
            }
        }
    }

    [Fact]
    public void A_design_that_cannot_be_is_refused()
    {
        MixtureDesign Make(MixtureCovariance covariance, int components, double nu0, Mat inverseScale) =>
            new(MixtureWeights.StickBreaking, covariance, components, 1, Statistics.Vector(0, 0), 1, nu0, inverseScale);
        var unit = Statistics.Matrix([
            [1.0, 0.0],
            [0.0, 1.0],
        ]);
        var indefinite = Statistics.Matrix([
            [1.0, 2.0],
            [2.0, 1.0],
        ]);
        Assert.Throws<ArgumentException>(() => Make(MixtureCovariance.Full, 1, 2, unit));
        Assert.Throws<ArgumentException>(() => Make(MixtureCovariance.Tied, 2, 1, unit));
        Assert.Throws<ArgumentException>(() => Make(MixtureCovariance.Tied, 2, 2, indefinite));
        Assert.Equal(1, Make(MixtureCovariance.Diagonal, 2, 1, unit).DegreesOfFreedom);
    }

    [Fact]
    public void A_regression_with_intercept_goes_by_minibatches()
    {
        var random = new RandomStream(3);
        var values = Enumerable
            .Range(0, 2000)
            .SelectMany(_ =>
            {
                var x = 1e3 + random.NextNormal();
                return new[] { x, 5 + (2 * (x - 1e3)) + (0.1 * random.NextNormal()) };
            });
        var rows = Rows.OfRowMajor(values.ToArray(), 2);
        var prior = LinearRegressionModel.WithIntercept(LinearRegressionModel.Prior(1, 1, 1), 0, 10);
        var whole = LinearRegressionModel.Fit(prior, rows, new FitOptions()).Last();
        var known = LinearRegressionModel.Fit(prior, rows, Statistics.Moments(rows), new FitOptions()).Last();
        var options = new FitOptions
        {
            Algorithm = FitAlgorithm.Stochastic,
            BatchRows = 256,
            Epochs = 10,
        };
        var minibatches = LinearRegressionModel.Fit(prior, rows, options).Last();
        Assert.Equal(whole.Save(), known.Save());
        var sd = Distribution.Sd(whole.Posterior.Intercept);
        Assert.Equal(whole.Posterior.Intercept.Mean, minibatches.Posterior.Intercept.Mean, 3 * sd);
        Assert.Equal(whole.Posterior.Weights.Mean[0], minibatches.Posterior.Weights.Mean[0], 3 * sd);
        Assert.InRange(minibatches.Elbo, whole.Elbo - (1e-3 * System.Math.Abs(whole.Elbo)), whole.Elbo);
    }

    [Fact]
    public void A_chain_finds_two_volatilities()
    {
        var random = new RandomStream(11);
        var values = Enumerable.Range(0, 600).Select(t => random.NextNormal() * (t / 100 % 2 == 0 ? 1 : 5)).ToArray();
        var rows = Rows.OfRowMajor(values, 1);
        var moments = Statistics.Moments(rows);
        var prior = RegimeSwitchingModel.Prior(2, 1, 2, moments.Mean, 1, 1, Statistics.Covariance(moments));
        var options = new FitOptions { Restarts = 2, Seed = 3 };
        var best = RegimeSwitchingModel.Fit(prior, rows, options).Where(s => s.IsLast).MaxBy(s => s.Elbo)!;
        var probabilities = RegimeSwitchingModel.StateProbabilities(best.Posterior, rows);
        Assert.All(probabilities, row => Assert.Equal(1.0, row.Sum(), 12));
        var path = RegimeSwitchingModel.MostProbablePath(best.Posterior, rows);
        Assert.InRange(path.Where((state, t) => state == t / 100 % 2).Count(), 580, 600);
        Assert.Equal(600, RegimeSwitchingModel.Counts(prior, best.Posterior).ToArray().Sum(), 9);
        var next = RegimeSwitchingModel.NextState(best.Posterior, Statistics.Vector(probabilities[^1]));
        Assert.True(next[1] > 0.9);
        Assert.InRange(RegimeSwitchingModel.PredictiveQuantile(best.Posterior, next, 0, 0.95), 6, 11);
        Assert.True(
            RegimeSwitchingModel.LogDensity(best.Posterior, next, Statistics.Vector(0))
                > RegimeSwitchingModel.LogDensity(best.Posterior, next, Statistics.Vector(20))
        );
        var transitions = RegimeSwitchingModel.ExpectedTransitions(best.Posterior);
        var drawn = RegimeSwitchingModel.DrawTransitions(best.Posterior, 2000, 1);
        Assert.Equal(transitions[0, 0], drawn.Average(a => a[0, 0]), 0.005);
        Assert.Equal(1, RegimeSwitchingModel.Stationary(transitions).ToArray().Sum(), 12);
    }

    [Fact]
    public void Both_directions_of_the_divergence_choose_differently()
    {
        var target = NormalApproximationModel.Target([0.5, 0.5], [-2, 2], [0.7, 0.7]);
        var forward = NormalApproximationModel.BestForward(target);
        Assert.Equal(4.49, forward.Variance, 12);
        var reverse = NormalApproximationModel.BestReverse(target);
        // 0.685888937604: 60-digit quadrature and minimisation elsewhere.
        Assert.Equal(0.685888937604, reverse[0].Divergence, 10);
        Assert.Equal(-0.685888937604, NormalApproximationModel.Fit(target, new FitOptions()).Max(s => s.Elbo), 10);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Assert.Contains(
            "3",
            Assert.Throws<ArgumentException>(() => Rows.OfRowMajor(new double[4], 3)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => GaussianMeanModel.Prior(0, 1, 0));
        Assert.Throws<ArgumentException>(() => LinearRegressionModel.Prior(-1, 1, 1));
        Assert.Throws<ArgumentException>(() => new RandomStream(1).NextInt(0));
        Assert.Throws<ArgumentException>(() =>
            RegimeSwitchingModel.Prior(
                2,
                0,
                0,
                Statistics.Vector(0),
                1,
                1,
                Statistics.Matrix([
                    [1.0],
                ])
            )
        );
    }

    [Fact]
    public void No_F_sharp_type_shows()
    {
        var foreign =
            from type in Face()
            from member in Members(type)
            from used in Used(member).SelectMany(Parts)
            where used.FullName?.StartsWith("Microsoft.FSharp", StringComparison.Ordinal) == true
            select $"{type.Name}.{member.Name}: {used.Name}";
        Assert.Empty(foreign);
    }

    /// <summary>What C# passes on; of learned scales it reads <c>FittedScale</c>.</summary>
    private static readonly string[] Unopened =
    [
        "ProgramDistribution",
        "LinearRegressionPrior",
        "FactorModelPrior",
        "MixturePrior`2",
        "MixturePosterior`2",
        "RegimeSwitchingPrior",
        "RegimeSwitchingPosterior",
    ];

    /// <summary>Records of the core that the face gives or takes, and what they hold in turn.</summary>
    [Fact]
    public void No_function_or_option_of_F_sharp_is_met_on_the_way()
    {
        var reached = Face().ToHashSet();
        var open = new Queue<Type>(reached);
        var foreign = new SortedSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var type))
        {
            foreach (var member in Members(type))
            {
                foreach (var used in Used(member).SelectMany(Parts))
                {
                    if (IsForeign(used))
                    {
                        foreign.Add($"{type.Name}.{member.Name}: {used.Name}");
                    }

                    if (used.Namespace == "Vi.Math" && !Unopened.Contains(used.Name) && reached.Add(used))
                    {
                        open.Enqueue(used);
                    }
                }
            }
        }

        Assert.True(foreign.Count == 0, string.Join(", ", foreign));
    }

    private static bool IsForeign(Type type) =>
        type.Namespace == "Microsoft.FSharp.Core"
        && (
            type.Name.StartsWith("FSharpFunc", StringComparison.Ordinal)
            || type.Name.StartsWith("FSharpOption", StringComparison.Ordinal)
            || type.Name.StartsWith("FSharpValueOption", StringComparison.Ordinal)
        );

    private static IEnumerable<Type> Face() =>
        typeof(GaussianMixtureModel).Assembly.GetExportedTypes().Where(t => t.Namespace == "Vi.Math.Fluent");

    private static MemberInfo[] Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static IEnumerable<Type> Used(MemberInfo member) =>
        member switch
        {
            MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType)],
            PropertyInfo property => [property.PropertyType],
            ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
            _ => [],
        };

    /// <summary>A type with the types that it is made of: elements and arguments, however deep.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)]
        : [type];
}
