using System.Diagnostics;
using System.Text.Json;

namespace Vi.Benchmarks.Comparison;

/// <summary>Scripts of a folder of bench, run by R.</summary>
internal static class Rscripts
{
    /// <summary>What to install where there is no Stan.</summary>
    public const string Missing =
        "Stan is not there: apt-get install --no-install-recommends r-cran-rstan r-cran-bh libboost-dev g++, "
        + "and link /usr/include/boost into include/boost of the installed R package BH";

    /// <summary>The JSON line that a script printed last; null where it printed none, whose words are then printed.</summary>
    public static JsonElement? Run(string peer, string script, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("Rscript", [Path.Combine("bench", peer, script), .. arguments])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            var line = process.StandardOutput.ReadToEnd().Split('\n').LastOrDefault(text => text.StartsWith('{'));
            process.WaitForExit();
            if (line is null)
            {
                Console.WriteLine(errors.Result.Trim());
                return null;
            }

            return JsonDocument.Parse(line).RootElement;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
