using System.Text.Json.Nodes;
using Vi.App.Tests.Reports;
using Vi.App.Tests.Support;
using Vi.Reports.English;
using Vi.Results;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Comparing;

/// <summary>Experiments that list algorithms, and <c>vilab compare</c>, end to end.</summary>
public sealed class ComparedRunTests(ITestOutputHelper output) : IDisposable
{
    private const string Two = """
        { "name": "two", "data": { "synthetic": { "generator": "gaussian", "n": 20, "mean": 3 } },
          "model": { "type": "fake", "components": 2 },
          "inference": [{ "algorithm": "cavi", "restarts": 2 }, { "algorithm": "svi", "restarts": 2 }] }
        """;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private string[] Files(string name) =>
        [
            .. Directory
                .GetFiles(workspace.Path("out", name))
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void A_list_of_algorithms_is_one_run_with_a_result_for_each()
    {
        var outcome = workspace.RunText(Two);
        Assert.Equal(0, outcome.Code);
        Assert.Equal(
            ["report-1-cavi.html", "report-2-svi.html", "report.html", "result.json", "summary.json", "trace.csv"],
            Files("two")
        );
        var stored = JsonNode.Parse(File.ReadAllText(workspace.Path("out", "two", "result.json")))!;
        Assert.Equal("two", stored["name"]!.GetValue<string>());
        Assert.Equal("converged", stored["status"]!.GetValue<string>());
        Assert.Equal("cavi", stored["comparison"]!["reference"]!.GetValue<string>());
        Assert.Equal(
            [("cavi", "cavi"), ("svi", "svi")],
            stored["results"]!
                .AsArray()
                .Select(r => (r!["algorithm"]!.GetValue<string>(), r["label"]!.GetValue<string>()))
        );
        var run = workspace.Compared("two");
        Assert.Equal(0, run.Comparison.Fits[1].Distance!.LargestShift);
        Assert.Equal("svi", run.Results[1].Configuration["inference"]!["algorithm"]!.GetValue<string>());
        Assert.Equal(2, run.Configuration["inference"]!.AsArray().Count);
        Assert.Contains("two, svi: reliable", outcome.Out, StringComparison.Ordinal);
        Assert.Contains($"two: {run.Comparison.Recommendation}", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trace_has_a_column_for_the_algorithm()
    {
        workspace.RunText(Two, "--set", "inference[0].maxIterations=2", "--set", "inference[1].label=noisy, \"new\"");
        var lines = File.ReadAllLines(workspace.Path("out", "two", "trace.csv"));
        Assert.Equal("algorithm,iteration,elbo,gain,q(mu),\"q(pi, mu)\",seconds", lines[0]);
        Assert.StartsWith("cavi,1,-10.1,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("cavi,2,-10.01,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("\"noisy, \"\"new\"\"\",1,-10.1,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_are_loaded_once_and_the_same_for_all()
    {
        workspace.RunText(Two);
        var run = workspace.Compared("two");
        Assert.Equal(run.Results[0].Data!.Sha256, run.Results[1].Data!.Sha256);
        Assert.Equal(run.Results[0].Parameters.ToJsonString(), run.Results[1].Parameters.ToJsonString());
    }

    [Fact]
    public void Algorithms_of_one_name_are_called_by_what_differs()
    {
        workspace.RunText(
            Two.Replace(
                "\"svi\", \"restarts\": 2 }",
                "\"svi\", \"epochs\": 7 }, { \"algorithm\": \"svi\" }",
                StringComparison.Ordinal
            )
        );
        Assert.Equal(
            ["cavi", "svi, epochs 7", "svi, epochs 20"],
            workspace.Compared("two").Results.Select(result => result.Label)
        );
    }

    [Fact]
    public void A_fit_that_breaks_fails_the_run_and_keeps_the_others()
    {
        var outcome = workspace.RunText(Two, "--set", "model.breakAt=3", "--set", "inference[0].maxIterations=2");
        Assert.Equal(1, outcome.Code);
        Assert.Equal(
            [
                "error: two, svi: Failed after epoch 2 of restart 1 of 2: the matrix of component 2 is not positive definite",
            ],
            outcome.ErrorLines
        );
        var run = workspace.Compared("two");
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal([RunStatus.BudgetSpent, RunStatus.Failed], run.Results.Select(result => result.Status));
        Assert.NotNull(run.Results[0].Elbo);
        Assert.Contains(
            "Let the fit run longer: --set inference[0].maxIterations=4",
            run.Results[0].Verdict!.Advice.Select(AdviceText.Line)
        );
    }

    [Fact]
    public void Cancelling_keeps_the_fits_that_were_made()
    {
        using var source = new CancellationTokenSource();
        workspace.AfterStep = step =>
        {
            if (step is { Restart: 1, Iteration: 2 })
            {
                source.Cancel();
            }
        };
        workspace.Write("exp.json", Two);
        Assert.Equal(130, workspace.Run(source.Token, "run", "exp.json").Code);
        Assert.Equal(RunStatus.Cancelled, Assert.Single(workspace.Compared("two").Results).Status);
    }

    [Fact]
    public void Runs_index_and_report_know_of_several_results()
    {
        workspace.RunText(Two);
        workspace.Run("run", workspace.Write("small.json", Workspace.Small));
        var table = workspace.Run("runs").OutLines;
        Assert.Equal(4, table.Count);
        Assert.StartsWith("small ", table[1], StringComparison.Ordinal);
        Assert.StartsWith("two: cavi ", table[2], StringComparison.Ordinal);
        Assert.StartsWith("two: svi ", table[3], StringComparison.Ordinal);
        var index = File.ReadAllText(workspace.Path("out", "index.html"));
        Assert.Contains("href=\"two/report.html\"", index, StringComparison.Ordinal);
        Assert.Contains("href=\"two/report-2-svi.html\"", index, StringComparison.Ordinal);

        var page = workspace.Path("out", "two", "report.html");
        var before = File.ReadAllText(page);
        File.Delete(page);
        Assert.Equal(0, workspace.Run("report", workspace.Path("out", "two")).Code);
        Assert.Equal(before, File.ReadAllText(page));
    }

    [Fact]
    public void Another_run_leaves_no_page_of_an_earlier_one()
    {
        workspace.RunText(Two);
        workspace.RunText(Workspace.Small.Replace("small", "two", StringComparison.Ordinal));
        Assert.Equal(["report.html", "result.json", "summary.json", "trace.csv"], Files("two"));
    }

    [Fact]
    public void Stored_results_of_separate_runs_are_compared()
    {
        workspace.Run(
            "run",
            workspace.Write("a.json", Workspace.Small.Replace("small", "a", StringComparison.Ordinal))
        );
        workspace.Run(
            "run",
            workspace.Write("b.json", Workspace.Small.Replace("small", "b", StringComparison.Ordinal)),
            "--set",
            "model.components=3"
        );
        var outcome = workspace.Run("compare", "out/a", "out/b", "--name", "a against b");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.StartsWith("fit  verdict", outcome.OutLines[0], StringComparison.Ordinal);
        Assert.Contains("The reference is a:", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("different models or priors", outcome.Out, StringComparison.Ordinal);
        var compared = workspace.Compared("a against b");
        Assert.Equal(["a", "b"], compared.Comparison.Fits.Select(fit => fit.Label));
        Assert.Equal(
            ["report-1-a.html", "report-2-b.html", "report.html", "result.json", "summary.json"],
            Files("a against b")
        );
        Assert.Equal(0, workspace.Run("compare", "out/b", "out/a", "--name", "a against b").Code);
    }

    [Theory]
    [InlineData("there is one result only", "compare", "out/small")]
    [InlineData("there is no such file", "compare", "out/small", "out/none")]
    [InlineData("there is a run of this name", "compare", "out/small", "out/small", "--name", "small")]
    [InlineData("cannot be a folder's name", "compare", "out/small", "out/small", "--name", "a/b")]
    public void A_comparison_that_cannot_be_is_exit_code_2(string message, params string[] args)
    {
        workspace.RunText(Workspace.Small);
        var outcome = workspace.Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out", "comparison")));
        Assert.IsType<Vi.Results.RunResult>(workspace.Stored("small"));
    }

    [SkippableFact]
    public async Task The_page_of_a_comparison_is_healthy()
    {
        workspace.RunText(Two);
        await ReportPageChecks.AssertHealthy(workspace.Path("out", "two", "report.html"), output);
    }

    [SkippableFact]
    public async Task The_page_of_four_algorithms_is_healthy()
    {
        var page = workspace.Write("four.html", Vi.Reports.Comparing.ComparisonReport.Render(SampleFits.Four()));
        await ReportPageChecks.AssertHealthy(page, output);
    }
}
