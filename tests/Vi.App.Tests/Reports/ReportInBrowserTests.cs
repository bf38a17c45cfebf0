using System.Collections.Concurrent;
using Microsoft.Playwright;
using Vi.Reports;
using Vi.Results;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Reports;

public sealed class ReportInBrowserTests(ITestOutputHelper output) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vilab-report-").FullName;

    private readonly ConcurrentQueue<string> errors = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableFact]
    public Task A_report_is_healthy() =>
        ReportPageChecks.AssertHealthy(
            Save("report.html", RunReport.Render(SampleResult.Mixture())),
            output,
            brokenFormulas: 1
        );

    [SkippableFact]
    public Task The_report_of_a_failed_run_is_healthy() =>
        ReportPageChecks.AssertHealthy(Save("failed.html", RunReport.Render(SampleResult.Failed())), output);

    [SkippableFact]
    public Task The_index_is_healthy() =>
        ReportPageChecks.AssertHealthy(
            Save("index.html", IndexPage.Render([SampleResult.Mixture(), SampleResult.Failed()])),
            output
        );

    [SkippableFact]
    public async Task The_button_changes_the_theme_recolours_the_charts_and_is_remembered()
    {
        var page = await OpenReportAsync();

        var before = await BarColourAsync(page);
        await page.ClickAsync("#theme");
        Assert.Equal("dark", await ThemeAsync(page));
        Assert.NotEqual(before, await BarColourAsync(page));
        await page.ReloadAsync();
        Assert.Equal("dark", await ThemeAsync(page));
        await page.Context.CloseAsync();
    }

    [SkippableFact]
    public async Task A_views_button_draws_another_view()
    {
        var page = await OpenReportAsync();

        var title = page.Locator("#x-bound-trace .ytitle").First;
        Assert.Equal("ELBO (nats)", await title.TextContentAsync());
        await page.ClickAsync("#x-bound-trace button[data-view='1']");
        Assert.Equal("gain per sweep (nats)", await title.TextContentAsync());
        Assert.Equal("true", await page.GetAttributeAsync("#x-bound-trace button[data-view='1']", "aria-pressed"));
        await page.Context.CloseAsync();
    }

    [SkippableFact]
    public async Task A_report_of_a_run_at_the_edges_draws_without_an_error()
    {
        var page = await OpenReportAsync(SampleResult.Edges());

        var charts = await page.Locator(".plot").CountAsync();
        Assert.Equal(charts, await page.Locator(".plot svg.main-svg .xaxislayer-above").CountAsync());
        Assert.Empty(errors);
        await page.Context.CloseAsync();
    }

    [SkippableFact]
    public async Task Hostile_names_stay_text_in_charts()
    {
        var page = await OpenReportAsync();

        Assert.Equal(0, await page.Locator(".plot svg a").CountAsync());
        var legend = await page.Locator("#x-density .legendtext").AllTextContentsAsync();
        Assert.Contains(legend, text => text.Contains("<a href=", StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    private static Task<string> ThemeAsync(IPage page) =>
        page.EvaluateAsync<string>("() => document.documentElement.dataset.theme");

    private static Task<string> BarColourAsync(IPage page) =>
        page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('#x-bound-terms .point path')).fill");

    private async Task<IPage> OpenReportAsync(RunResult? result = null)
    {
        var browser = await Browser.OpenAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => errors.Enqueue(error);
        await page.GotoAsync(
            new Uri(Save("report.html", RunReport.Render(result ?? SampleResult.Mixture()))).AbsoluteUri
        );
        await page.WaitForSelectorAsync("html.drawn", new() { State = WaitForSelectorState.Attached });
        return page;
    }

    private string Save(string name, string html)
    {
        var path = Path.Combine(folder, name);
        AtomicFile.WriteText(path, html);
        return path;
    }
}
