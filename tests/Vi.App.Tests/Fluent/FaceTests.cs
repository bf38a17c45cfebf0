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
        Assert.Equal("converged", last.Status);
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
        var law = LinearRegressionModel.Predictive(moments, last.Posterior, Statistics.Vector(5));
        Assert.Equal(10.9, law.Mean, 0.1);
        Assert.True(Distribution.Quantile(law, 0.05) < law.Mean && law.Mean < Distribution.Quantile(law, 0.95));
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
    }

    [Fact]
    public void No_F_sharp_type_shows()
    {
        var face = typeof(GaussianMixtureModel).Assembly.GetExportedTypes().Where(t => t.Namespace == "Vi.Math.Fluent");
        var foreign =
            from type in face
            from member in type.GetMembers(
                BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly
            )
            from used in Used(member)
            where used.FullName?.StartsWith("Microsoft.FSharp", StringComparison.Ordinal) == true
            select $"{type.Name}.{member.Name}: {used.Name}";
        Assert.Empty(foreign);
    }

    private static IEnumerable<Type> Used(MemberInfo member)
    {
        IEnumerable<Type> direct = member switch
        {
            MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType)],
            PropertyInfo property => [property.PropertyType],
            ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
            _ => [],
        };
        return direct.SelectMany(type => type.IsGenericType ? [type, .. type.GetGenericArguments()] : new[] { type });
    }
}
