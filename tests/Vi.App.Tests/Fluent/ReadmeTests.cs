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
    public void The_example_is_the_one_in_the_README()
    {
        var source = Lines(File.ReadAllText(ThisFile()));
        Assert.All(Block("csharp"), line => Assert.Contains(line, source));
    }

    [Fact]
    public void The_experiment_in_the_README_runs()
    {
        using var workspace = new Workspace { HasRealModels = true };
        Directory.CreateDirectory(workspace.Path("data"));
        File.Copy(Repository.At("data", "old-faithful.csv"), workspace.Path("data", "old-faithful.csv"));
        var outcome = workspace.RunText(string.Join('\n', Block("json")));
        Assert.Equal("", outcome.Error);
        Assert.Equal(2, workspace.Result("old-faithful").Diagnostics["occupiedComponents"]!.GetValue<int>());
    }

    private static string[] Block(string language)
    {
        var text = File.ReadAllText(Repository.At("README.md"));
        var start = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return Lines(text[start..text.IndexOf("```", start, StringComparison.Ordinal)]);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string ThisFile([CallerFilePath] string path = "") =>
        File.Exists(path) ? path : Repository.At("tests", "Vi.App.Tests", "Fluent", "ReadmeTests.cs");
}
