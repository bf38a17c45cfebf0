using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>The model language from C#: a builder, distributions, and what a model is compiled to.</summary>
public class ModelBuilderTests
{
    private static readonly double[] Effects = [28, 8, -3, 7, -1, 1, 18, 12];
    private static readonly double[] Errors = [15, 10, 16, 11, 9, 11, 10, 18];

    private static Model EightSchools()
    {
        var m = new ModelBuilder();
        var mu = m.Normal("mu", 0, 5);
        var tau = m.HalfCauchy("tau", 5);
        var theta = m.Draw("theta", 8, Distribution.Normal(mu, tau));
        m.Deterministic("best", theta - mu);
        m.Observe("y", Distribution.Normal(theta, Errors), Effects);
        return m.Build();
    }

    private static double LogNormalDensity(double x, double mean, double sd) =>
        (-0.5 * (x - mean) * (x - mean) / (sd * sd))
        - System.Math.Log(sd)
        - (0.5 * System.Math.Log(2 * System.Math.PI));

    [Fact]
    public void A_model_reads_like_its_mathematics()
    {
        var model = EightSchools();
        Assert.Equal(10, model.Dimension);
        Assert.Equal(["mu", "tau", "theta[1]"], model.CoordinateNames.Take(3));

        // mu = 4, tau = 2, theta = 1 .. 8, with log tau as the coordinate.
        double[] theta = [1, 2, 3, 4, 5, 6, 7, 8];
        var position = model.Unconstrain(
            new Dictionary<string, double[]>
            {
                ["mu"] = [4],
                ["tau"] = [2],
                ["theta"] = theta,
            }
        );
        var expected =
            LogNormalDensity(4, 0, 5)
            + System.Math.Log(2 / (System.Math.PI * 5 * (1 + (2.0 / 5 * 2 / 5))))
            + System.Math.Log(2)
            + theta.Sum(t => LogNormalDensity(t, 4, 2))
            + Enumerable.Range(0, 8).Sum(j => LogNormalDensity(Effects[j], theta[j], Errors[j]));
        var evaluator = model.NewEvaluator();
        Assert.Equal(expected, evaluator.Value(position.AsSpan()), 10);
        Assert.Equal(expected, model.TermsAt(position.ToArray()).Sum(term => term.Value), 10);

        var best = model.ValuesAt(position.ToArray()).Single(value => value.Name == "best");
        Assert.Equal(theta.Select(t => t - 4), best.Values);
    }

    [Fact]
    public void The_gradient_follows_the_value()
    {
        var evaluator = EightSchools().NewEvaluator();
        var position = Enumerable.Range(0, evaluator.Dimension).Select(i => 0.1 * i).ToArray();
        var gradient = new double[evaluator.Dimension];
        evaluator.ValueAndGradient(position, gradient);
        for (var i = 0; i < position.Length; i++)
        {
            var (up, down) = ((double[])position.Clone(), (double[])position.Clone());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.Equal((evaluator.Value(up) - evaluator.Value(down)) / 2e-5, gradient[i], 1e-6);
        }
    }

    [Fact]
    public void Rows_of_data_give_minibatches_that_average_to_the_whole()
    {
        var x = new double[10, 2];
        var y = new double[10];
        for (var i = 0; i < 10; i++)
        {
            (x[i, 0], x[i, 1]) = (System.Math.Sin(i), System.Math.Cos(2 * i));
            y[i] = x[i, 0] > 0 ? 1 : 0;
        }

        var model = ModelBuilder.Define(m =>
        {
            var intercept = m.Normal("intercept", 0, 2);
            var weights = m.Draw("weights", 2, Distribution.Normal(0, 1));
            var rows = m.RowData("X", x);
            m.Observe("y", Distribution.BernoulliLogit(intercept + Terms.Multiply(rows, weights)), m.RowData("y", y));
        });
        double[] position = [0.3, -0.7, 1.1];
        var whole = model.NewEvaluator().Value(position);
        var minibatch = model.NewMinibatchEvaluator();
        var average = 0.0;
        int[][] parts =
        [
            [0, 1, 2, 3],
            [4, 5, 6, 7],
            [8, 9],
        ];
        foreach (var part in parts)
        {
            minibatch.Select(part);
            average += part.Length / 10.0 * minibatch.Value(position);
        }

        Assert.Equal(whole, average, 11);
    }

    [Fact]
    public void A_builder_of_its_own_refuses_rows_of_data()
    {
        var failure = Assert.Throws<ArgumentException>(() => new ModelBuilder().RowData("X", new double[3]));
        Assert.Contains("'X'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_variables_and_their_shapes()
    {
        static string Refused(Action<ModelBuilder> statements) =>
            Assert.Throws<ArgumentException>(() => ModelBuilder.Define(statements)).Message;

        var shapes = Refused(m =>
            Terms.Multiply(m.RowData("x", new double[10, 4]), m.Draw("beta", 3, Distribution.Flat()))
        );
        Assert.Contains("'x' (a 10 x 4 matrix) and 'beta' (a vector of 3)", shapes, StringComparison.Ordinal);

        var twice = Refused(m => m.Normal("mu", 0, m.HalfNormal("mu", 1)));
        Assert.Contains("'mu' is there already", twice, StringComparison.Ordinal);

        var outside = Refused(m => m.Observe("n", Distribution.Poisson(3), [1, 2, -1]));
        Assert.Contains("'n': entry 2 is -1", outside, StringComparison.Ordinal);

        var negative = Refused(m => m.Normal("mu", 0, -1));
        Assert.Contains("standard deviation must be positive, not -1", negative, StringComparison.Ordinal);

        var wrongSize = Refused(m =>
            m.Observe("y", Distribution.Normal(m.Draw("mu", 3, Distribution.Flat()), 1), [1, 2])
        );
        Assert.Contains("'y' (a vector of 2)", wrongSize, StringComparison.Ordinal);
    }

    [Fact]
    public void Simulations_come_from_the_prior_and_can_be_observed()
    {
        var model = EightSchools();
        var simulation = model.Simulate(7);
        Assert.Equal(simulation.Parameters.Select(p => p.Name), ["mu", "tau", "theta"]);
        Assert.Equal(8, simulation.Observations.Single().Values.Length);
        Assert.NotEqual(simulation.Position.ToArray(), model.Simulate(8).Position.ToArray());

        var replaced = model.WithObservations(
            new Dictionary<string, double[]> { ["y"] = simulation.Observations.Single().Values }
        );
        var position = simulation.Position.ToArray();
        Assert.True(double.IsFinite(replaced.NewEvaluator().Value(position)));
    }
}
