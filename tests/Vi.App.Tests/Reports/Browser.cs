using Microsoft.Playwright;
using Xunit;

namespace Vi.App.Tests.Reports;

/// <summary>
/// The chromium of the machine, started once for all tests: the one that CHROMIUM_PATH names, else the shell without windows, which is lighter,
/// else /usr/bin/chromium. Playwright never downloads one. Where there is none, <see cref="OpenAsync"/> skips the test.
/// </summary>
public static class Browser
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private static readonly string[] Places = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    private static readonly Lazy<Task<IBrowser?>> Running = new(StartAsync);

    /// <summary>The browser; the test is skipped where the machine has none.</summary>
    public static async Task<IBrowser> OpenAsync()
    {
        var browser = await Running.Value;
        Skip.If(browser is null, $"There is no chromium at {Executable}. Install chromium or set CHROMIUM_PATH to it.");
        return browser;
    }

    private static string Executable =>
        Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } path
            ? path
            : Array.Find(Places, File.Exists) ?? Places[^1];

    private static async Task<IBrowser?> StartAsync()
    {
        if (!File.Exists(Executable))
        {
            return null;
        }

        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Executable,
                Headless = true,
                Args = Arguments,
            }
        );
    }
}
