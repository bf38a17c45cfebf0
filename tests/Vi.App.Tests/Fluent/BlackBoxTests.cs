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
    private static LogDensity OneObservation() =>
        BlackBox.Density(
            Mu,
            (position, gradient) =>
            {
                var (x, residual) = (position[0], 10 - position[0]);
                gradient[0] = -x + (4 * residual);
                return (-0.5 * x * x) - (2 * residual * residual);
            }
        );

    /// <summary>A random walk of unit steps from 0, each value seen once with unit noise at 1.</summary>
    private static LogDensity Walk() =>
        BlackBox.Density(
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
        var last = BlackBox.Advi(OneObservation(), new BlackBoxOptions()).Last();
        var fit = last.Posterior;
        Assert.True(last.Outcome!.IsConverged);
        Assert.True(fit.Outcome!.IsConverged);
        Assert.True(fit.Judgement.Level.IsReliable);
        Assert.Equal(8, fit.Mean[0], 0.02);
        Assert.Equal(0.4472, fit.StandardDeviations[0], 0.01);
        // log evidence without the two normals' constants.
        Assert.Equal(-40 + (0.5 * System.Math.Log(2 * System.Math.PI * 0.2)), fit.Elbo, 0.001);
        Assert.NotNull(fit.CorrectedDraws);
        Assert.Equal("mu", Assert.Single(fit.CoordinateNames));
    }

    [Fact]
    public void Fifty_steps_are_a_budget_spent()
    {
        var last = BlackBox.Advi(OneObservation(), new BlackBoxOptions { MaxSteps = 50 }).Last();
        Assert.True(last.Outcome!.IsBudgetSpent);
        Assert.Equal(last.Outcome, last.Posterior.Outcome);
        Assert.Equal(50, last.Posterior.ElboHistory[^1].Steps);
    }

    [Fact]
    public void A_run_goes_on_from_a_stored_sweep()
    {
        var run = (SweepRun<BlackBoxFit>)BlackBox.Advi(OneObservation(), new BlackBoxOptions());
        var sweeps = run.Take(6).ToList();
        var after = run.After(sweeps[2].Save()).Take(3).ToList();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(sweeps[3 + i].Elbo, after[i].Elbo);
            Assert.Equal(sweeps[3 + i].Posterior.Mean, after[i].Posterior.Mean);
        }
    }

    [Fact]
    public void A_path_is_fitted_with_sparse_precision()
    {
        var options = new BlackBoxOptions { Paths = [BlackBox.Path(Steps, 1)] };
        var fit = BlackBox.Advi(Walk(), options).Last().Posterior;
        Assert.Equal("sparse-precision", fit.Approach);
        Assert.True(fit.Judgement.Level.IsReliable);
        // The walk's precision is tridiagonal: Laplace's method is exact.
        var exact = BlackBox.Laplace(Walk(), new BlackBoxOptions());
        for (var t = 0; t < Steps.Length; t++)
        {
            Assert.Equal(exact.Mean[t], fit.Mean[t], 0.02);
            Assert.Equal(exact.StandardDeviations[t], fit.StandardDeviations[t], 0.02);
        }

        Assert.Equal(exact.Covariance()![2, 3], fit.Covariance()![2, 3], 0.02);
    }

    [Fact]
    public void Pathfinder_and_particles_answer_in_the_same_shape()
    {
        var pathfinder = BlackBox.Pathfinder(Walk(), new BlackBoxOptions());
        Assert.Equal("pathfinder", pathfinder.Algorithm);
        Assert.False(pathfinder.Judgement.Level.IsUnreliable);
        var particles = BlackBox.Svgd(Walk(), new BlackBoxOptions { Particles = 40 }).Last().Posterior;
        Assert.True(particles.Judgement.Level.IsUsable);
        Assert.True(particles.Judgement.Find(CheckId.SteinSpread)!.IsPassed);
        Assert.Equal(40, particles.Draws.Rows);
        Assert.Null(particles.CorrectedDraws);
        Assert.True(double.IsNaN(particles.Elbo));
        Assert.Equal(pathfinder.WeightedMean![0], particles.Mean[0], 0.1);
    }

    [Fact]
    public void Minibatches_are_scaled_once()
    {
        double[] y = [1.1, 0.3, 2.0, 0.9, 1.6, 1.2, 0.4];
        var density = BlackBox.RowDensity(
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
        var fit = BlackBox.Advi(density, new BlackBoxOptions { BatchRows = 3 }).Last().Posterior;
        Assert.True(fit.Outcome!.IsConverged);
        Assert.Equal(y.Sum() / 8, fit.Mean[0], 0.05);
        Assert.Equal(System.Math.Sqrt(1 / 8.0), fit.StandardDeviations[0], 0.05);
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        var options = new BlackBoxOptions { Family = ApproximationFamily.SparsePrecision };
        var error = Assert.Throws<ArgumentException>(() => BlackBox.Advi(Walk(), options));
        Assert.Contains("latent paths", error.Message, StringComparison.Ordinal);
    }
}
