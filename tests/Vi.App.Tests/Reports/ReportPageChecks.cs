using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Reports;

/// <summary>What holds for every page that vilab writes, checked in a real browser.</summary>
public static class ReportPageChecks
{
    private static readonly int[] Widths = [1280, 400];

    /// <summary>
    /// Opens the page from its file in light and dark, 1280 and 400 wide, and on paper: every chart has marks, every formula but
    /// <paramref name="brokenFormulas"/> became MathML, nothing is logged as an error, nothing is requested from elsewhere, the page
    /// does not scroll sideways, and axe (dark and wide, light and narrow) finds nothing to object to. Where no browser is there it says so and checks nothing.
    /// </summary>
    public static async Task AssertHealthy(string path, ITestOutputHelper output, int brokenFormulas = 0)
    {
        var browser = await Browser.OpenAsync(output);
        if (browser is null)
        {
            return;
        }

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var width in Widths)
            {
                await using var context = await browser.NewContextAsync(
                    new BrowserNewContextOptions
                    {
                        ColorScheme = scheme,
                        ViewportSize = new ViewportSize { Width = width, Height = 900 },
                    }
                );
                var where = $"{Path.GetFileName(path)}, {scheme}, {width} wide";
                var page = await context.NewPageAsync();
                var complaints = Listen(page);
                await page.GotoAsync(new Uri(Path.GetFullPath(path)).AbsoluteUri);
                await AssertContent(page, where, brokenFormulas);
                await AssertNoSidewaysScroll(page, where);
                // The slow checks once for each theme and once for each width.
                if (scheme == ColorScheme.Dark == (width == Widths[0]))
                {
                    await AssertAccessible(page, where);
                }
                else
                {
                    await AssertPrints(page, where);
                }

                Assert.True(complaints.IsEmpty, $"{where}: {string.Join("; ", complaints)}");
                output.WriteLine($"healthy: {where}");
            }
        }
    }

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
