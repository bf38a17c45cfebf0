using System.ComponentModel;
using System.Diagnostics;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary><c>vilab new program</c> writes a project that builds and runs.</summary>
public sealed class NewProgramTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    [SkippableFact]
    public void A_new_program_builds_and_runs()
    {
        var written = workspace.Run("new", "program", "my model");
        Assert.True(written.Code == 0, written.Error);
        var (code, output) = Build(workspace.Path("my model"));
        Skip.If(output.Contains("NU1301", StringComparison.Ordinal), "dotnet cannot restore a project offline here");
        Assert.True(code == 0, output);
        Assert.Contains("0 Warning(s)", output, StringComparison.Ordinal);

        var file = Path.Combine("my model", "dose-response.json");
        var refused = workspace.Run("validate", file);
        Assert.Equal(2, refused.Code);
        Assert.Contains("add --allow-code", refused.Error + refused.Out, StringComparison.Ordinal);
        var run = workspace.Run("run", file, "--allow-code");
        Assert.True(run.Code == 0, run.Error);
        // Racine et al. 1986: half of the animals die at a log dose of about -0.1.
        var dose = workspace.Compared("dose-response").Results[0].Posterior["lethalLogDose"].Mean[0];
        Assert.InRange(dose, -0.3, 0.1);
    }

    [Fact]
    public void A_new_program_leaves_files_of_others_alone()
    {
        Assert.Equal(0, workspace.Run("new", "program").Code);
        File.WriteAllText(workspace.Path("dose-response", "DoseResponse.cs"), "mine");
        var again = workspace.Run("new", "program");
        Assert.Equal(2, again.Code);
        Assert.Contains("the file exists; give --force", again.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(workspace.Path("dose-response", "DoseResponse.cs")));
        Assert.Equal(0, workspace.Run("new", "program", "--force").Code);
        Assert.NotEqual("mine", File.ReadAllText(workspace.Path("dose-response", "DoseResponse.cs")));
    }

    public void Dispose() => workspace.Dispose();

    private static (int Code, string Output) Build(string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["build", "-nodeReuse:false", "-p:UseSharedCompilation=false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test's own build leaves in the environment is not for another one.
        foreach (
            var name in start
                .Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                .ToList()
        )
        {
            start.Environment.Remove(name);
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (Win32Exception)
        {
            throw new SkipException("dotnet is not on the PATH");
        }
    }
}
