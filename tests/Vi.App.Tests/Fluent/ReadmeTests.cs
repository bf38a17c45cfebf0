using System.Runtime.CompilerServices;
using Vi.App.Tests.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>The README's code, compiled and run here.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_C_sharp_example_runs()
    {
        var random = new RandomStream(1);
        var values = Enumerable.Range(0, 400).Select(i => random.NextNormal() + (i / 2 % 2 * 8)).ToArray();
        var rows = Rows.OfRowMajor(values, columns: 2);
        var prior = GaussianMixtureModel.DefaultPrior(components: 6, concentration: 1, Statistics.Moments(rows));
        var best = GaussianMixtureModel.Fit(prior, rows, new FitOptions { Restarts = 5 }).Where(s => s.IsLast).MaxBy(s => s.Elbo)!;
        Console.WriteLine($"{best.Elbo} nats, {GaussianMixtureModel.EffectiveComponents(prior, best.Posterior)} components");
        Assert.Equal(2.0, GaussianMixtureModel.EffectiveComponents(prior, best.Posterior), 0.1);
    }

    [Fact]
    public void A_model_of_ones_own_passes_its_verdict()
    {
        double[] effects = [28, 8, -3, 7, -1, 1, 18, 12];
        double[] standardErrors = [15, 10, 16, 11, 9, 11, 10, 18];
        var m = new ModelBuilder();
        var mu = m.Normal("mu", 0, 5);
        var tau = m.HalfCauchy("tau", 5);
        var z = m.Draw("z", 8, Distribution.Normal(0, 1));
        var theta = m.Deterministic("theta", mu + tau * z);
        m.Observe("y", Distribution.Normal(theta, Terms.Vector(standardErrors)), effects);
        var run = new ModelRun(m.Build(), new NutsInference { Chains = 4, Samples = 1000 }, seed: 42);
        Console.WriteLine(run.Steps().Last().Outcome);
        Console.WriteLine(run.Answer().Judgement);
        Assert.True(run.Answer().Judgement.Level.IsReliable, $"{run.Answer().Judgement}");
    }

    /// <summary>Centred, the same model is a funnel: the sampler must notice that it cannot follow it everywhere.</summary>
    [Fact]
    public void A_funnel_is_not_believed()
    {
        double[] effects = [28, 8, -3, 7, -1, 1, 18, 12];
        double[] standardErrors = [15, 10, 16, 11, 9, 11, 10, 18];
        var m = new ModelBuilder();
        var theta = m.Draw("theta", 8, Distribution.Normal(m.Normal("mu", 0, 5), m.HalfCauchy("tau", 5)));
        m.Observe("y", Distribution.Normal(theta, Terms.Vector(standardErrors)), effects);
        var run = new ModelRun(m.Build(), new NutsInference { Chains = 4, Samples = 1000 }, seed: 42);
        _ = run.Steps().Last();
        Assert.Contains(run.Answer().Sampled!.Divergent, chain => chain.Contains(true));
        Assert.False(run.Answer().Judgement.Level.IsReliable);
    }

    [Fact]
    public void The_examples_are_those_in_the_README()
    {
        var source = Lines(File.ReadAllText(ThisFile()));
        var blocks = Blocks("csharp");
        Assert.Equal(2, blocks.Count);
        Assert.All(blocks.SelectMany(block => block), line => Assert.Contains(line, source));
    }

    [Fact]
    public void The_experiment_in_the_README_runs()
    {
        using var workspace = new Workspace { HasRealModels = true };
        Directory.CreateDirectory(workspace.Path("data"));
        File.Copy(Repository.At("data", "old-faithful.csv"), workspace.Path("data", "old-faithful.csv"));
        var outcome = workspace.RunText(string.Join('\n', Blocks("json")[0]));
        Assert.Equal("", outcome.Error);
        Assert.Equal(3, workspace.Result("old-faithful").Diagnostics["occupiedComponents"]!.GetValue<int>());
    }

    private static List<string[]> Blocks(string language) =>
        [
            .. File.ReadAllText(Repository.At("README.md"))
                .Split($"```{language}\n")
                .Skip(1)
                .Select(rest => Lines(rest[..rest.IndexOf("```", StringComparison.Ordinal)])),
        ];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string ThisFile([CallerFilePath] string path = "") =>
        File.Exists(path) ? path : Repository.At("tests", "Vi.App.Tests", "Fluent", "ReadmeTests.cs");
}
