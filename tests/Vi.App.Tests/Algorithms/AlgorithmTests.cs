using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Algorithms;

/// <summary>Descriptors agree with the settings, the models and the README.</summary>
public sealed class AlgorithmTests
{
    [Fact]
    public void Every_remedy_is_a_setting_of_its_algorithm() =>
        Assert.All(
            AlgorithmCatalogue.All,
            algorithm =>
            {
                var keys = SettingSchema.Plain(algorithm.SettingsType).Keys().Select(key => key.Name).ToList();
                Assert.NotEmpty(algorithm.Remedies);
                Assert.All(algorithm.Remedies.Values, path => Assert.Contains(path, keys));
                Assert.Same(
                    algorithm,
                    ((AlgorithmSettings)Activator.CreateInstance(algorithm.SettingsType)!).Algorithm
                );
            }
        );

    [Theory]
    [InlineData("normal-approximation", "reverse-kl")]
    [InlineData("gaussian-mean", "cavi, streaming, advi, nuts, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData(
        "gaussian-mean-precision",
        "cavi, streaming, advi, nuts, gibbs, batch-and-match, laplace, pathfinder, svgd, hmc"
    )]
    [InlineData(
        "linear-regression",
        "cavi, svi, streaming, advi, nuts, gibbs, batch-and-match, laplace, pathfinder, svgd, hmc"
    )]
    [InlineData(
        "gaussian-mixture",
        "cavi, svi, streaming, advi, nuts, gibbs, batch-and-match, laplace, pathfinder, svgd, hmc"
    )]
    [InlineData("regime-switching", "cavi, advi, nuts, gibbs, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData("logistic-regression", "cavi, advi, nuts, gibbs, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData("factor-model", "cavi, advi, nuts, gibbs, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData("stochastic-volatility", "nuts, advi, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData("bayesian-neural-network", "advi, nuts, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData("eight-schools", "advi, nuts, batch-and-match, laplace, pathfinder, svgd, hmc")]
    [InlineData("program", "advi, nuts, batch-and-match, laplace, pathfinder, svgd, hmc")]
    public void The_algorithms_of_a_model_follow_from_what_it_provides(string type, string expected) =>
        Assert.Equal(
            expected,
            string.Join(", ", ModelCatalogue.All.Single(m => m.Type == type).Algorithms.Select(a => a.Name))
        );

    [Fact]
    public void The_README_has_one_line_for_each_algorithm()
    {
        var lines = File.ReadAllLines(Repository.At("README.md"));
        Assert.Equal(
            AlgorithmCatalogue.All.Select(a => $"| `{a.Name}` | {a.Summary} |"),
            lines
                .SkipWhile(line => !line.StartsWith("| algorithm |", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
        );
    }
}
