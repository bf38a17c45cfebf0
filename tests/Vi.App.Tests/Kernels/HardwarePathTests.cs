using System.Diagnostics;
using Xunit;

namespace Vi.App.Tests.Kernels;

/// <summary>The same bits on processors with and without wide vectors, by switching the runtime's use of them off.</summary>
public sealed class HardwarePathTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void KernelsGiveTheSameBits(string feature)
    {
        var usual = Bits(null);

        Assert.NotEmpty(usual);
        Assert.Equal(usual, Bits(feature));
    }

    private static string[] Bits(string? switchedOff)
    {
        var start = new ProcessStartInfo("dotnet", [Benchmarks(), "bits"]) { RedirectStandardOutput = true };
        if (switchedOff is not null)
        {
            start.Environment[switchedOff] = "0";
        }

        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return lines;
    }

    /// <summary>Built beside the tests, in the same configuration and for the same framework.</summary>
    private static string Benchmarks()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "Vi.Hybrid.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return Path.Combine(
            root.FullName,
            "bench",
            "Vi.Benchmarks",
            "bin",
            output.Parent!.Name,
            output.Name,
            "Vi.Benchmarks.dll"
        );
    }
}
