using System.Globalization;
using Vi.App.Algorithms;
using Vi.App.Models;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>What stochastic volatility is fitted by, and in which unit.</summary>
public sealed class VolatilityTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void The_default_algorithm_is_a_property_of_the_model()
    {
        var model = ModelCatalogue.All.Single(m => m.Type == "stochastic-volatility");
        Assert.Same(NutsSettings.Descriptor, model.Algorithms[0]);
        Assert.Contains("Default algorithm: nuts", workspace.Run("describe", model.Type).OutLines);
        workspace.Write(
            "it.json",
            """
            { "name": "it", "data": { "synthetic": { "generator": "stochastic-volatility", "n": 30, "mu": -9, "phi": 0.9, "sigma": 0.3 } },
              "model": { "type": "stochastic-volatility" } }
            """
        );
        var outcome = workspace.Run("validate", "it.json");
        Assert.Equal(0, outcome.Code);
        Assert.Contains(", by nuts)", string.Join('\n', outcome.OutLines), StringComparison.Ordinal);
    }

    /// <summary>A mean-field fit loses the path; what starts there ends with steps of no size. The scale is too narrow, and the verdict says so.</summary>
    [Fact]
    public void A_sparse_precision_keeps_the_path_and_is_not_believed()
    {
        var outcome = workspace.RunText(
            """
            { "name": "it", "seed": 6,
              "data": { "synthetic": { "generator": "stochastic-volatility", "n": 400, "mu": -9, "phi": 0.95, "sigma": 0.3 } },
              "model": { "type": "stochastic-volatility" },
              "inference": { "algorithm": "advi", "family": "sparse-precision" }, "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        var result = workspace.Result("it");
        Assert.Equal(Vi.Results.RunStatus.Converged, result.Status);
        Assert.InRange(result.Posterior["sigma"].Mean[0], 0.1, 0.6);
        Assert.InRange(result.Posterior["phi"].Mean[0], 0.8, 0.99);
        Assert.Equal(Vi.Results.TrustLevel.Unreliable, result.Verdict!.Level);
    }

    /// <summary>The same returns in percent and in fractions: the same persistence, and a level that differs by the square of the unit.</summary>
    [Theory]
    [InlineData("centred", "mean-field")]
    [InlineData("centred", "full-rank")]
    [InlineData("non-centred", "mean-field")]
    public void The_unit_of_the_returns_changes_their_level_alone(string parameterization, string family)
    {
        var random = new Random(3);
        var log = 0.0;
        double[] returns =
        [
            .. Enumerable
                .Range(0, 50)
                .Select(_ =>
                {
                    log = (0.9 * log) + (random.NextDouble() - 0.5);
                    return 0.01 * System.Math.Exp(0.5 * log) * (random.NextDouble() + random.NextDouble() - 1);
                }),
        ];
        Vi.Results.RunResult Fit(string name, double unit)
        {
            workspace.Write(
                $"{name}.csv",
                "r\n"
                    + string.Concat(returns.Select(r => (r * unit).ToString("R", CultureInfo.InvariantCulture) + "\n"))
            );
            var outcome = workspace.RunText(
                $$"""
                { "name": "{{name}}", "seed": 4, "data": { "csv": "{{name}}.csv" },
                  "model": { "type": "stochastic-volatility", "parameterization": "{{parameterization}}" },
                  "inference": { "algorithm": "advi", "family": "{{family}}", "maxIterations": 1000 },
                  "report": { "enabled": false } }
                """
            );
            Assert.True(outcome.Code == 0, outcome.Error);
            return workspace.Result(name);
        }

        var fractions = Fit("fractions", 1);
        var percent = Fit("percent", 100);
        double Mean(Vi.Results.RunResult result, string name) => result.Posterior[name].Mean[0];
        // Rounding of the returns is all that differs; a fit of a thousand steps passes it on.
        Assert.Equal(Mean(fractions, "phi"), Mean(percent, "phi"), 1e-6);
        Assert.Equal(Mean(fractions, "sigma"), Mean(percent, "sigma"), 1e-6);
        Assert.Equal(Mean(fractions, "mu") + (2 * System.Math.Log(100)), Mean(percent, "mu"), 1e-5);
        Assert.Equal(100 * Mean(fractions, "mean"), Mean(percent, "mean"), 1e-5);
        Assert.Equal(fractions.Elbo!.Value - (returns.Length * System.Math.Log(100)), percent.Elbo!.Value, 1e-4);
    }
}
