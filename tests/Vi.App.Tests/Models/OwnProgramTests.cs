using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Models of a user's own, from assemblies that experiments name.</summary>
public sealed class OwnProgramTests : IDisposable
{
#if DEBUG
    private const string Build = "Debug";
#else
    private const string Build = "Release";
#endif

    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private static readonly string ThisAssembly = typeof(OwnProgramTests).Assembly.Location;

    private string Experiment(string model, string csv = "x\n1\n2\n4\n")
    {
        workspace.Write("rows.csv", csv);
        return $$"""
            {
              "name": "it", "data": { "csv": "rows.csv" },
              "model": { "type": "program", {{model}} },
              "inference": { "algorithm": "laplace" }
            }
            """;
    }

    private string Program(string rest, string csv = "x\n1\n2\n4\n") =>
        Experiment($"\"assembly\": {JsonValue.Create(ThisAssembly).ToJsonString()}, {rest}", csv);

    [Fact]
    public void A_program_runs()
    {
        var outcome = workspace.RunText(
            Program("\"program\": \"plain\", \"settings\": { \"priorSd\": 1 }"),
            "--allow-code"
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        // Three rows of sd 1 under a prior N(0, 1): mean 7 / 4.
        Assert.Equal(1.75, workspace.Result("it").Posterior["mu"].Mean[0], 0.05);
    }

    /// <summary>Code is executed only where the user says so on the command line: no file, override or variable can say it instead.</summary>
    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    public void Code_is_not_executed_unless_it_is_allowed(string command)
    {
        File.Copy(ThisAssembly, workspace.Path("notes.txt"));
        workspace.Write("exp.json", Experiment("\"assembly\": \"no-such.dll\", \"program\": \"leaving-a-trace\""));
        string[] arguments = [command, "exp.json", "--set", "model.assembly=notes.txt"];
        LeavingATrace.Path = workspace.Path("trace");
        var refused = workspace.Run(arguments);
        Assert.Equal(2, refused.Code);
        Assert.Contains("model.assembly: \"notes.txt\" holds code", refused.Error, StringComparison.Ordinal);
        Assert.Contains(workspace.Path("notes.txt"), refused.Error, StringComparison.Ordinal);
        Assert.Contains("--allow-code", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(workspace.Path("trace")));
        Assert.Equal(0, workspace.Run([.. arguments, "--allow-code"]).Code);
        Assert.True(File.Exists(workspace.Path("trace")));
    }

    [Fact]
    public void All_else_is_checked_where_code_is_not_allowed()
    {
        var error = workspace.ErrorOf(Program("\"program\": \"plain\"", "x\n1\nmuch\n"));
        Assert.Contains("much", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--allow-code", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_not_there_may_be_one_that_cannot_be_made()
    {
        var error = workspace.ErrorOf(Program("\"program\": \"plane\""), "--allow-code");
        Assert.Contains(
            "model.assembly: the code of Vi.App.Tests.Support.UnmadeProgram threw InvalidOperationException in its constructor: out of paper",
            error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "\"program\": \"plain\", \"settings\": { \"piorSd\": 1 }",
        "model.settings.piorSd: \"plain\" has no such setting; did you mean \"priorSd\"?"
    )]
    [InlineData(
        "\"program\": \"plain\", \"settings\": { \"priorSd\": [1, 2] }",
        "model.settings.priorSd: a single number is needed"
    )]
    [InlineData("\"program\": \"plain\", \"settings\": { \"priorSd\": -1 }", "model.program: \"plain\": ")]
    [InlineData(
        "\"program\": \"breaking\"",
        "model.program: the code of \"breaking\" threw InvalidOperationException in Build: the flux capacitor is empty"
    )]
    [InlineData("\"program\": \"refusing\"", "model.program: \"refusing\": a priorSd above 1 needs more rows")]
    [InlineData(
        "\"program\": \"unsettled\"",
        "model.program: the code of \"unsettled\" threw NotSupportedException in Settings: no settings today"
    )]
    [InlineData(
        "\"program\": \"plain\", \"settings\": { \"priorSd\": \"wide\" }",
        "model.settings.priorSd: \"wide\" is a text"
    )]
    [InlineData("\"program\": \"null\"", "model.program: the code of \"null\" gave no model")]
    [InlineData("\"program\": \"empty\"", "model: it has no parameter, so there is nothing to infer")]
    public void What_goes_wrong_in_a_program_is_told_as_its_own(string model, string expected)
    {
        var error = workspace.ErrorOf(Program(model), "--allow-code");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.StartsWith("error: exp.json:3: model", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_column_that_is_not_there_is_named_with_those_that_are()
    {
        var error = workspace.ErrorOf(Program("\"program\": \"plain\"", "xx,other\n1,2\n3,4\n"), "--allow-code");
        Assert.Contains(
            "exp.json:2: data.columns: \"plain\" reads a column \"x\"; did you mean \"xx\"?",
            error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("no-such.dll", "model.assembly: \"no-such.dll\": there is no such file")]
    [InlineData("text.dll", "model.assembly: \"text.dll\" is no .NET assembly; name the .dll that the project builds")]
    public void A_file_that_is_no_assembly_is_refused(string file, string expected)
    {
        workspace.Write("text.dll", "This is a text.");
        var error = workspace.ErrorOf(Experiment($"\"assembly\": \"{file}\""), "--allow-code");
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_without_a_program_is_refused() =>
        Assert.Contains(
            "holds no model: no public class with an empty constructor implements Vi.Math.Fluent.IModelProgram",
            workspace.ErrorOf(
                Experiment($"\"assembly\": {JsonValue.Create(typeof(RunResult).Assembly.Location).ToJsonString()}"),
                "--allow-code"
            ),
            StringComparison.Ordinal
        );

    /// <summary>The samples as a user runs them, save that a debug build of the tests takes a debug build of theirs.</summary>
    [Theory]
    [InlineData("DoseResponse", "dose-response", "lethalLogDose", -0.11, 0.1)]
    [InlineData("RobustRegression", "robust-regression", null, 0, 0)]
    public void A_sample_runs(string folder, string name, string? quantity, double mean, double tolerance)
    {
        var outcome = workspace.Run(
            "run",
            Repository.At("samples", folder, name + ".json"),
            "--quiet",
            "--allow-code",
            "--set",
            $"model.assembly=bin/{Build}/net10.0/{folder}.dll"
        );
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        var run = workspace.Compared(name);
        Assert.Equal(["nuts", "advi"], run.Results.Select(result => result.Algorithm));
        Assert.All(run.Results, result => Assert.NotEmpty(result.Posterior));
        Assert.Equal(RunStatus.Converged, run.Results[0].Status);
        Assert.True(run.Results[0].Diagnostics["largestRHat"]!.GetValue<double>() < 1.01);
        if (quantity is not null)
        {
            // Gelman et al., Bayesian Data Analysis, section 3.7: the LD50 is near -0.11 (there with flat priors).
            Assert.Equal(mean, run.Results[0].Posterior[quantity].Q50[0], tolerance);
        }
    }
}
