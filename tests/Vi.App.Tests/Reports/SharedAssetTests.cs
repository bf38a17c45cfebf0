using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Vi.App.Tests.Support;
using Vi.Reports;
using Vi.Results;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Reports;

/// <summary><c>report.assets: shared</c>: the large scripts stand once in the output folder.</summary>
public sealed class SharedAssetTests(ITestOutputHelper output) : IDisposable
{
    private const int MostBytes = 300_000;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_shared_page_is_small_and_refers_to_one_script_that_is_stored_once()
    {
        Run("first");
        Run("second");
        var assets = Directory.GetFiles(workspace.Path("out", "assets"));
        Assert.Equal(SharedAssets.All.Select(asset => asset.File).Order(), assets.Select(Path.GetFileName).Order());
        foreach (var name in new[] { "first", "second" })
        {
            var page = File.ReadAllText(workspace.Path("out", name, "report.html"));
            Assert.InRange(page.Length, 1, MostBytes);
            Assert.All(
                SharedAssets.All,
                asset => Assert.Contains($"=\"../assets/{asset.File}\"", page, StringComparison.Ordinal)
            );
        }

        Assert.DoesNotContain("../assets/", RunReport.Render(SampleResult.Mixture()), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_writes_missing_and_damaged_assets_again_and_index_and_runs_do_not_count_them()
    {
        Run("first");
        var page = File.ReadAllText(workspace.Path("out", "first", "report.html"));
        var files = Directory.GetFiles(workspace.Path("out", "assets")).Order().ToList();
        File.Delete(files[0]);
        File.WriteAllText(files[1], "damaged");
        Assert.Equal(0, workspace.Run("report", "out").Code);
        Assert.Equal(page, File.ReadAllText(workspace.Path("out", "first", "report.html")));
        Assert.Equal(files, Directory.GetFiles(workspace.Path("out", "assets")).Order());
        Assert.Equal(
            SharedAssets.All.Sum(asset => asset.Text.Length),
            files.Sum(file => File.ReadAllText(file).Length)
        );
        Assert.DoesNotContain("assets", workspace.Run("runs").Out, StringComparison.Ordinal);
        Assert.DoesNotContain(
            ".part",
            string.Join(' ', Directory.GetFiles(workspace.Path("out", "assets"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_index_of_two_hundred_runs_is_small()
    {
        var run = RunSummaries.Of(SampleResult.Mixture());
        var index = IndexPage.Render([.. Enumerable.Range(0, 200).Select(i => run with { Name = $"run-{i}" })]);
        Assert.Contains("run-199", index, StringComparison.Ordinal);
        Assert.InRange(index.Length, 1, MostBytes);
    }

    [SkippableFact]
    public async Task A_shared_page_is_as_healthy_as_an_inline_one_also_after_the_folder_moved()
    {
        var shared = Shared(SampleResult.Mixture());
        Assert.InRange(RunReport.Render(shared, isShared: true).Length, 1, MostBytes);
        var page = Stored(shared);
        Directory.Move(workspace.Path("out"), workspace.Path("moved"));
        page = page.Replace(workspace.Path("out"), workspace.Path("moved"), StringComparison.Ordinal);
        await ReportPageChecks.AssertHealthy(page, output, brokenFormulas: 1);
        var inline = workspace.Write("inline.html", RunReport.Render(SampleResult.Mixture()));
        Assert.Equal(await MarksAsync(inline), await MarksAsync(page));
    }

    [SkippableFact]
    public async Task A_page_without_its_assets_says_what_is_missing()
    {
        var page = Stored(Shared(SampleResult.Mixture()));
        Directory.Delete(workspace.Path("out", "assets"), recursive: true);
        var browser = await Browser.OpenAsync();
        await using var context = await browser.NewContextAsync();
        var opened = await context.NewPageAsync();
        await opened.GotoAsync(new Uri(page).AbsoluteUri);
        Assert.True(await opened.Locator(".assets-missing").IsVisibleAsync());
        await opened.GotoAsync(new Uri(Stored(Shared(SampleResult.Mixture()))).AbsoluteUri);
        Assert.False(await opened.Locator(".assets-missing").IsVisibleAsync());
    }

    private void Run(string name)
    {
        var outcome = workspace.RunText(
            Workspace.Small.Replace("\"small\"", $"\"{name}\"", StringComparison.Ordinal),
            "--set",
            "report.assets=shared"
        );
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private static RunResult Shared(RunResult result)
    {
        var configuration = (JsonObject)result.Configuration.DeepClone();
        configuration["report"] = new JsonObject { ["assets"] = "shared" };
        return result with { Configuration = configuration };
    }

    /// <summary>The page of a stored result, which <c>vilab report</c> writes.</summary>
    private string Stored(RunResult result)
    {
        workspace.Write(Path.Combine("out", "it", "result.json"), ResultJson.Serialize(result));
        var outcome = workspace.Run("report", "out");
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Path("out", "it", "report.html");
    }

    /// <summary>How many marks each chart of a page has.</summary>
    private static async Task<string[]> MarksAsync(string path)
    {
        var browser = await Browser.OpenAsync();
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        await page.WaitForSelectorAsync("html.drawn", new() { State = WaitForSelectorState.Attached });
        return await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('figure.chart')].map((figure) => `${figure.id} ${figure.querySelectorAll('svg path').length}`)"
        );
    }
}
