using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>The default of advi on a posterior that is known, and the files of draws, with log densities counted by hand.</summary>
public sealed class DefaultAdviTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Prior N(0, 1) and one observation, 10 with sd 0.5: the posterior is N(8, 0.2).</summary>
    private RunResult Run(string inference)
    {
        workspace.Write("one.csv", "x\n10\n");
        var outcome = workspace.RunText(
            $$"""
            { "name": "it", "data": { "csv": "one.csv" },
              "model": { "type": "gaussian-mean", "priorMean": 0, "priorSd": 1, "noiseSd": 0.5 },
              "inference": {{inference}}, "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("it");
    }

    [Fact]
    public void An_observation_far_from_its_prior_is_met()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            workspace.Write("one.csv", "x\n10\n");
            var outcome = workspace.RunText(
                $$"""
                { "name": "it", "seed": {{seed}}, "data": { "csv": "one.csv" },
                  "model": { "type": "gaussian-mean", "priorMean": 0, "priorSd": 1, "noiseSd": 0.5 },
                  "inference": { "algorithm": "advi" }, "report": { "enabled": false } }
                """
            );
            Assert.True(outcome.Code == 0, outcome.Error);
            var result = workspace.Result("it");
            Assert.Equal(RunStatus.Converged, result.Status);
            Assert.Equal(TrustLevel.Reliable, result.Verdict!.Level);
            Assert.Equal(8.0, result.Posterior["mu"].Mean[0], 0.02);
            Assert.Equal(0.447, result.Posterior["mu"].Sd[0], 0.01);
        }
    }

    [Fact]
    public void A_budget_that_is_too_small_is_said_to_be_spent()
    {
        var result = Run("""{ "algorithm": "advi", "maxIterations": 50 }""");
        Assert.Equal(RunStatus.BudgetSpent, result.Status);
        Assert.NotEqual(TrustLevel.Reliable, result.Verdict!.Level);
    }

    /// <summary>log N(mu; 0, 1) + log N(10; mu, 0.5).</summary>
    private static double LogDensity(double mu)
    {
        var away = (10 - mu) / 0.5;
        return (-0.5 * mu * mu) - (0.5 * away * away) - System.Math.Log(2 * System.Math.PI) - System.Math.Log(0.5);
    }

    private (string[] Columns, double[][] Rows) Read(string file)
    {
        var lines = File.ReadAllLines(workspace.Path("out", "it", file))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(','))
            .ToList();
        return (
            lines[0],
            [
                .. lines
                    .Skip(1)
                    .Select(cells => cells.Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
            ]
        );
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.Equal(expected, actual, 1e-9 * (1 + System.Math.Abs(expected)));

    [Fact]
    public void Chains_leave_a_file_each_with_the_log_density_of_every_draw()
    {
        Run("""{ "algorithm": "nuts", "chains": 3, "warmup": 100, "samples": 150 }""");
        foreach (var file in new[] { "draws.csv", "draws-2.csv", "draws-3.csv" })
        {
            var (columns, rows) = Read(file);
            Assert.Equal(
                ["lp__", "accept_stat__", "stepsize__", "treedepth__", "n_leapfrog__", "divergent__", "energy__", "mu"],
                columns
            );
            Assert.Equal(150, rows.Length);
            Assert.All(rows, row => AssertClose(LogDensity(row[7]), row[0]));
        }

        Assert.False(File.Exists(workspace.Path("out", "it", "draws-4.csv")));
    }

    [Fact]
    public void A_fit_leaves_its_draws_with_log_p_and_log_q()
    {
        var result = Run("""{ "algorithm": "advi" }""");
        var (columns, rows) = Read("draws.csv");
        Assert.Equal(["lp__", "log_p__", "log_g__", "mu"], columns);
        // As CmdStan does it, the first row holds the means, and lp__ is 0.
        Assert.Equal(1 + 4000, rows.Length);
        Assert.Equal(rows.Skip(1).Average(row => row[3]), rows[0][3], 1e-9);
        var (mean, sd) = (Parameter("mean"), Parameter("sd"));
        Assert.All(
            rows.Skip(1),
            row =>
            {
                Assert.Equal(0, row[0]);
                AssertClose(LogDensity(row[3]), row[1]);
                var z = (row[3] - mean) / sd;
                AssertClose((-0.5 * z * z) - System.Math.Log(sd) - (0.5 * System.Math.Log(2 * System.Math.PI)), row[2]);
            }
        );

        double Parameter(string name) => result.Parameters[name]!.AsArray()[0]!.GetValue<double>();
    }

    /// <summary>A positive parameter: lp__ is on the real line, with the Jacobian of tau = exp(y), which is tau.</summary>
    [Fact]
    public void The_log_density_of_a_draw_has_the_jacobian()
    {
        workspace.Write("schools.csv", "y,se\n28,15\n8,10\n-3,16\n");
        var outcome = workspace.RunText(
            """
            { "name": "it", "data": { "csv": "schools.csv" }, "model": { "type": "eight-schools", "centred": true },
              "inference": { "algorithm": "nuts", "chains": 1, "warmup": 200, "samples": 40 }, "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        var (columns, rows) = Read("draws.csv");
        Assert.Equal(["mu", "tau", "theta.1", "theta.2", "theta.3"], columns[7..]);
        Assert.Equal(40, rows.Length);
        (double Y, double Sd)[] schools = [(28, 15), (8, 10), (-3, 16)];
        Assert.All(
            rows,
            row =>
            {
                var (mu, tau) = (row[7], row[8]);
                var expected =
                    LogNormal(mu, 0, 5)
                    + System.Math.Log(2 / (System.Math.PI * 5 * (1 + (tau * tau / 25))))
                    + System.Math.Log(tau);
                for (var j = 0; j < 3; j++)
                {
                    var theta = row[9 + j];
                    expected += LogNormal(theta, mu, tau) + LogNormal(schools[j].Y, theta, schools[j].Sd);
                }

                AssertClose(expected, row[0]);
            }
        );
    }

    private static double LogNormal(double x, double mean, double sd) =>
        (-0.5 * (x - mean) * (x - mean) / (sd * sd))
        - System.Math.Log(sd)
        - (0.5 * System.Math.Log(2 * System.Math.PI));
}
