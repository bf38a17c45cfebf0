using System.Text.Json.Nodes;
using Vi.App.Tests.Reports;
using Vi.App.Tests.Support;
using Vi.Reports.English;
using Vi.Results;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Models;

/// <summary>The committed experiments, run as a user runs them, and their pages in a browser: in two classes, which run side by side.</summary>
public abstract class ExperimentPages(ITestOutputHelper output)
{
    /// <summary>Every second experiment by name, from the first or the second.</summary>
    protected static TheoryData<string> EverySecond(int from) =>
        new(
            Directory
                .GetFiles(Repository.At("experiments"), "*.json")
                .Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Order()
                .Where((_, i) => i % 2 == from)
        );

    /// <summary>Runs an experiment and looks at its page.</summary>
    protected async Task Check(string name)
    {
        using var workspace = new Workspace { HasRealModels = true };
        var outcome = workspace.Run("run", Repository.At("experiments", name + ".json"), "--quiet");
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        var run = workspace.Stored(name);
        Assert.All(run.Results, result => AssertEndedWell(result, run));
        Assert.All(
            run.Results.SelectMany(result => result.Diagnostics),
            figure => Assert.Contains(figure.Key, Sentences.Codes("figure"))
        );

        // Of several fits the comparison and the last one's page, which all others are made like.
        foreach (var page in Pages(workspace.Path("out", name)))
        {
            await ReportPageChecks.AssertHealthyInTheDark(page, output);
        }
    }

    private static IEnumerable<string> Pages(string folder)
    {
        yield return Path.Combine(folder, "report.html");
        if (Directory.GetFiles(folder, "report-*.html").Order(StringComparer.Ordinal).LastOrDefault() is { } last)
        {
            yield return last;
        }
    }

    /// <summary>
    /// What algorithms on log densities leave behind: a verdict of their own that no status contradicts, draws, figures, and a bound whose
    /// stored terms add up.
    /// </summary>
    private static void AssertJudged(RunResult result)
    {
        Assert.True(result.Status is RunStatus.Converged or RunStatus.BudgetSpent, result.Reason);
        Assert.NotNull(result.Verdict);
        Assert.False(result.Verdict.Level == TrustLevel.Reliable && result.Status != RunStatus.Converged);
        Assert.NotEmpty(result.Exhibits);
        Assert.NotNull(result.Draws);
        Assert.True(result.Algorithm == "gibbs" || result.Timing.GradientEvaluations > 0);
        if (result.Elbo is { Terms.Count: > 0 } bound)
        {
            Assert.Equal(bound.Value, bound.Terms.Values.Sum(), 1e-6 * (1 + System.Math.Abs(bound.Value)));
        }

        if (result.Algorithm is "nuts" or "hmc" or "gibbs")
        {
            Assert.InRange(Number(result.Diagnostics["largestRHat"]), 0.9, 1.1);
            Assert.Null(result.Elbo);
        }
    }

    private static void AssertEndedWell(RunResult result, IStoredRun run)
    {
        if (result.Method.NeedsDensityOnly)
        {
            AssertJudged(result);
            return;
        }

        Assert.Equal(
            result.Elbo!.Value,
            result.Elbo.Terms.Values.Sum(),
            1e-9 * (1 + System.Math.Abs(result.Elbo.Value))
        );
        Assert.NotEmpty(result.Exhibits);
        Assert.NotNull(result.Verdict);
        if (string.Equals(result.Algorithm, "svi", StringComparison.Ordinal))
        {
            // Minibatches are noisy: the bound may fall between epochs, but must end near an optimum, and that of coordinate ascent.
            Assert.InRange(Number(result.Diagnostics["remainingNats"]), 0, 1);
            Assert.All(
                run.Results.Where(other => string.Equals(other.Algorithm, "cavi", StringComparison.Ordinal)),
                exact => Assert.InRange(exact.Elbo!.Value - result.Elbo.Value, -1e-6, 5)
            );
            return;
        }

        Assert.Equal(RunStatus.Converged, result.Status);
        Assert.All(
            result.Elbo.History.Zip(result.Elbo.History.Skip(1)),
            pair =>
                Assert.True(pair.Second >= pair.First - (1e-12 * (1 + System.Math.Abs(pair.First))), $"{pair} falls")
        );
    }

    private static double Number(JsonNode? node) => node!.GetValue<double>();
}

/// <inheritdoc />
public sealed class ExperimentPageTests(ITestOutputHelper output) : ExperimentPages(output)
{
    public static TheoryData<string> Experiments() => EverySecond(0);

    [SkippableTheory]
    [MemberData(nameof(Experiments))]
    public Task An_experiment_ends_well_and_its_page_is_healthy(string name) => Check(name);
}

/// <inheritdoc />
public sealed class FurtherExperimentPageTests(ITestOutputHelper output) : ExperimentPages(output)
{
    public static TheoryData<string> Experiments() => EverySecond(1);

    [SkippableTheory]
    [MemberData(nameof(Experiments))]
    public Task An_experiment_ends_well_and_its_page_is_healthy(string name) => Check(name);
}
