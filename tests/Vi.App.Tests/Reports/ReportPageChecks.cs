using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Reports;

/// <summary>What holds for every page that vilab writes, checked in a real browser.</summary>
public static class ReportPageChecks
{
    private const int Wide = 1280;
    private const int Narrow = 400;

    /// <summary>
    /// Opens the page from its file, light and wide, then drawn narrow, and again dark and narrow, then drawn wide: every chart has marks, every
    /// formula but <paramref name="brokenFormulas"/> became MathML, nothing is logged as an error, nothing is requested from elsewhere,
    /// the page does not scroll sideways, axe finds nothing to object to, and on paper the charts are there and the buttons are not. Where
    /// there is no browser the test is skipped.
    /// </summary>
    public static async Task AssertHealthy(string path, ITestOutputHelper output, int brokenFormulas = 0)
    {
        var browser = await Browser.OpenAsync();
        await AssertHealthy(browser, path, ColorScheme.Light, [Wide, Narrow], output, brokenFormulas);
        await AssertHealthy(browser, path, ColorScheme.Dark, [Narrow, Wide], output, brokenFormulas);
    }

    /// <summary>The same, dark only: for one of many pages that share their sections, kinds of charts and style.</summary>
    public static async Task AssertHealthyInTheDark(string path, ITestOutputHelper output)
    {
        var browser = await Browser.OpenAsync();
        await AssertHealthy(browser, path, ColorScheme.Dark, [Narrow, Wide], output, brokenFormulas: 0);
    }

    private static async Task AssertHealthy(
        IBrowser browser,
        string path,
        ColorScheme scheme,
        int[] widths,
        ITestOutputHelper output,
        int brokenFormulas
    )
    {
        await using var context = await browser.NewContextAsync(
            new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = Window(widths[0]) }
        );
        var page = await context.NewPageAsync();
        var complaints = Listen(page);
        await page.GotoAsync(new Uri(Path.GetFullPath(path)).AbsoluteUri);
        var where = "";
        foreach (var width in widths)
        {
            where = $"{Path.GetFileName(path)}, {scheme}, {width} wide";
            await page.SetViewportSizeAsync(width, Window(width).Height);
            await AssertContent(page, where, brokenFormulas);
            await AssertNoSidewaysScroll(page, where);
        }

        await AssertAccessible(page, where);
        await AssertPrints(page, where);
        Assert.True(complaints.IsEmpty, $"{where}: {string.Join("; ", complaints)}");
        output.WriteLine($"healthy: {where}");
    }

    private static ViewportSize Window(int width) => new() { Width = width, Height = 900 };

    private static ConcurrentQueue<string> Listen(IPage page)
    {
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue($"console {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue($"error: {error}");
        page.Dialog += (_, dialog) => complaints.Enqueue($"dialog: {dialog.Message}");
        page.Request += (_, request) =>
        {
            var scheme = new Uri(request.Url).Scheme;
            if (scheme is not ("file" or "data" or "blob"))
            {
                complaints.Enqueue($"request: {request.Url}");
            }
        };
        return complaints;
    }

    private static async Task AssertContent(IPage page, string where, int brokenFormulas)
    {
        var charts = await page.Locator(".plot").CountAsync();
        if (charts > 0)
        {
            await page.WaitForSelectorAsync("html.drawn", new() { State = WaitForSelectorState.Attached });
        }

        var empty = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("figure.chart")]
              .filter((figure) => !figure.querySelector(".plot svg :is(.point, .points path, .js-line, .js-fill, .hm image)"))
              .map((figure) => figure.id)
            """
        );
        Assert.True(empty.Length == 0, $"{where}: charts without marks: {string.Join(", ", empty)}");
        var sources = await page.Locator("code.latex").CountAsync();
        Assert.True(sources == brokenFormulas, $"{where}: {sources} formulas stayed LaTeX, {brokenFormulas} expected");
    }

    private static async Task AssertNoSidewaysScroll(IPage page, string where)
    {
        var excess = await page.EvaluateAsync<int>(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        );
        Assert.True(excess <= 0, $"{where}: the page is {excess} pixels wider than its window");
    }

    private static async Task AssertAccessible(IPage page, string where)
    {
        await page.EvaluateAsync(
            "() => document.querySelectorAll('details').forEach((details) => (details.open = true))"
        );
        var result = await page.RunAxe();
        var violations = result.Violations.Select(violation =>
            $"{violation.Id} ({violation.Help}): {string.Join(", ", violation.Nodes.Take(3).Select(node => node.Html))}"
        );
        Assert.True(result.Violations.Length == 0, $"{where}: {string.Join("\n", violations)}");
    }

    private static async Task AssertPrints(IPage page, string where)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'light'");
        var visible = await page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('button')].filter((button) => button.checkVisibility()).length"
        );
        Assert.True(visible == 0, $"{where}: {visible} buttons on paper");
        var hidden = await page.EvaluateAsync<int>(
            """
            () => [...document.querySelectorAll(".plot")]
              .filter((plot) => !plot.querySelector("svg.main-svg")?.checkVisibility() || plot.querySelector("svg.main-svg").clientWidth > 700)
              .length
            """
        );
        Assert.True(hidden == 0, $"{where}: {hidden} charts are missing on paper or wider than it");
    }
}
