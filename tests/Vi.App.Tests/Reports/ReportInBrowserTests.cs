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
            Save(
                "index.html",
                IndexPage.Render([RunSummaries.Of(SampleResult.Mixture()), RunSummaries.Of(SampleResult.Failed())])
            ),
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

    /// <summary>A table that is wider than the page scrolls in a visible frame; its first column stays where it is.</summary>
    [SkippableTheory]
    [InlineData(400)]
    [InlineData(1920)]
    public async Task A_wide_table_scrolls_in_its_frame_and_keeps_its_first_column(int width)
    {
        var wide = new TableExhibit
        {
            Id = "wide",
            Title = "Wide",
            Columns = [.. Enumerable.Range(0, 60).Select(i => $"column {i}")],
            Rows =
            [
                [.. Enumerable.Range(0, 60).Select(i => $"{1.25 * i}")],
            ],
        };
        var page = await OpenReportAsync(SampleResult.Mixture() with { Exhibits = [wide] });
        await page.SetViewportSizeAsync(width, 900);
        var moved = await page.EvaluateAsync<double[]>(
            """
            () => {
              const frame = document.querySelector("#x-wide .scroll");
              const first = frame.querySelector("tbody th");
              const before = first.getBoundingClientRect().left;
              frame.scrollLeft = 500;
              return [frame.scrollWidth - frame.clientWidth, frame.scrollLeft, first.getBoundingClientRect().left - before,
                parseFloat(getComputedStyle(frame).borderRightWidth),
                document.documentElement.scrollWidth - document.documentElement.clientWidth];
            }
            """
        );
        Assert.True(moved[0] > 500, "the table fits");
        Assert.Equal(500, moved[1]);
        Assert.Equal(0, moved[2]);
        Assert.True(moved[3] >= 1, "the frame cannot be seen");
        Assert.True(moved[4] <= 0, "the page scrolls sideways");
        await page.Context.CloseAsync();
    }

    [SkippableFact]
    public async Task A_wide_window_is_used_and_cuts_no_short_table()
    {
        var page = await OpenReportAsync();
        await page.SetViewportSizeAsync(1920, 900);
        var main = await page.EvaluateAsync<double>("() => document.querySelector('main').clientWidth");
        Assert.True(main > 1400, $"the page is {main} wide");
        var cut = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll(".scroll.table")]
              .filter((table) => table.scrollWidth > table.clientWidth + 1)
              .map((table) => table.getAttribute("aria-label"))
            """
        );
        Assert.Empty(cut);
        await page.Context.CloseAsync();
    }

    /// <summary>Paper shows all of the posterior and of the checks; of laws and long settings the heads are enough.</summary>
    [SkippableFact]
    public async Task Paper_opens_what_is_folded_but_for_laws_and_long_settings()
    {
        var page = await OpenReportAsync();
        Assert.True(await page.Locator("#posterior details:not([open])").CountAsync() > 0);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.WaitForSelectorAsync("#posterior details[open]");
        var closed = await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('details:not([open])')].map((details) => details.className)"
        );
        Assert.Equal(["laws", "long"], closed.Distinct().Order());
        var widths = await page.EvaluateAsync<double[]>(
            "() => [...document.querySelectorAll('.exhibits svg.main-svg')].map((svg) => svg.clientWidth)"
        );
        Assert.All(widths, width => Assert.InRange(width, 1, 330));
        await page.Context.CloseAsync();
    }

    [SkippableFact]
    public async Task Paper_has_the_first_and_the_last_rows_of_a_long_table()
    {
        var numbers = Enumerable.Range(0, 400).Select(i => System.Math.Sin(i)).ToArray();
        var quantity = Quantity.Vector("long", null, numbers.Length);
        var summary = SampleResult.Of(quantity, numbers, [.. Enumerable.Repeat(0.03, numbers.Length)]);
        var page = await OpenReportAsync(SampleResult.Mixture() with { Posterior = [summary] });
        var note = page.Locator("#posterior .paper");
        Assert.False(await note.IsVisibleAsync());
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.WaitForSelectorAsync("#posterior details.many[open]");
        var shown = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("#posterior tbody tr")]
              .filter((row) => row.getClientRects().length > 0)
              .map((row) => row.cells[0].textContent)
            """
        );
        var expected = Enumerable.Range(1, 20).Concat(Enumerable.Range(396, 5)).Select(i => $"long[{i}]");
        Assert.Equal(expected, shown);
        Assert.Equal("… 375 rows left out in print; result.json has all.", await note.InnerTextAsync());
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
