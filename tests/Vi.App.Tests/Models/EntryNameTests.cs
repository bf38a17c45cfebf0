using Vi.App.Tests.Support;
using Vi.Reports.Comparisons;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>An entry has one name, whatever the algorithm and wherever it appears.</summary>
public sealed class EntryNameTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Columns_name_the_weights_in_posterior_draws_coordinates_checks_and_comparison()
    {
        File.WriteAllLines(
            workspace.Path("wine.csv"),
            [
                "alcohol,sugar,quality",
                .. Enumerable
                    .Range(0, 40)
                    .Select(i => FormattableString.Invariant($"{i % 7},{i % 5},{(i % 7) - (i % 5) + (0.1 * (i % 3))}")),
            ]
        );
        var outcome = workspace.RunText(
            """
            { "name": "wine", "seed": 5, "data": { "csv": "wine.csv", "target": "quality" },
              "model": { "type": "linear-regression" },
              "inference": [ { "algorithm": "cavi" }, { "algorithm": "nuts", "samples": 200, "warmup": 200 } ] }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error + outcome.Out);
        var run = (ComparedRuns)ResultJson.Read(workspace.Path("out", "wine", "result.json"));
        string[] weights = ["w[alcohol]", "w[sugar]"];
        foreach (var result in run.Results)
        {
            Assert.Equal(weights, ResultEntry.Of(result.Posterior["w"]).Select(entry => entry.Name));
            Assert.Equal(weights, result.Draws!.Entries.Take(2));
        }

        var coordinates = run.Results[1].Parameters["coordinates"]!.AsArray().Select(name => name!.GetValue<string>());
        // Coordinates are counted in the prior's units: w[alcohol] / 1.18.
        Assert.Equal(weights, coordinates.Select(name => name.Split(" / ")[0]).Where(name => name.StartsWith('w')));
        var checks = run.Results[1].Verdict!.Checks.Where(check => check.Subject is not null).ToList();
        Assert.NotEmpty(checks);
        Assert.All(checks, check => Assert.Contains(check.Subject!, Names(run.Results[1])));
        Assert.Contains(run.Comparison.Fits[0].Distance!.LargestShiftAt, run.Results.SelectMany(Names));
        var page = File.ReadAllText(workspace.Path("out", "wine", "report.html"));
        Assert.Contains("w[alcohol]", page, StringComparison.Ordinal);

        // CmdStan's own convention.
        var header = Directory
            .EnumerateFiles(workspace.Path("out", "wine"), "draws*.csv", SearchOption.AllDirectories)
            .Select(file => File.ReadLines(file).First(line => !line.StartsWith('#')))
            .First();
        Assert.Contains(",w.1,w.2,", header, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(RunResult result) =>
        result.Posterior.SelectMany(ResultEntry.Of).Select(entry => entry.Name);
}
