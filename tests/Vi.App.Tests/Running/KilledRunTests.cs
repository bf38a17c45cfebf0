using System.Diagnostics;
using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>The program itself, killed without warning (SIGKILL) and resumed, ends with the bits of a run that never was.</summary>
public sealed class KilledRunTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    /// <summary>A fit long enough to be killed in its midst, with a checkpoint after every sweep.</summary>
    private static string Experiment(string inference) =>
        $$"""
            { "name": "long", "seed": 5,
              "data": { "synthetic": { "generator": "gaussian-mixture", "n": 20000, "weights": [0.5, 0.5],
                "means": [[0, 0], [2, 1]], "covariances": [[[1, 0], [0, 1]], [[1, 0.3], [0.3, 0.5]]] } },
              "model": { "type": "gaussian-mixture", "components": 6 },
              "inference": {{inference}}, "report": { "enabled": false } }
            """;

    private Process Start(params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "vilab.dll");
        var start = new ProcessStartInfo("dotnet", [program, "run", "exp.json", "--threads", "2", .. args])
        {
            WorkingDirectory = workspace.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private void RunToItsEnd(params string[] args)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error + output.Result);
    }

    private static int Sweeps(string checkpoint)
    {
        try
        {
            var restarts = JsonNode.Parse(File.ReadAllText(checkpoint))!["restarts"]!.AsArray();
            return restarts.Sum(restart => restart!["steps"]!.AsArray().Count);
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>What the answer consists of: posterior, parameters, and the bound with its terms and history.</summary>
    private string Answer(string folder)
    {
        var result = JsonNode.Parse(File.ReadAllText(workspace.Path(folder, "long", "result.json")))!;
        IEnumerable<JsonNode> results = result["results"] is JsonArray list ? list.Select(r => r!) : [result];
        return string.Join(
            "\n",
            results.SelectMany(r =>
                new[]
                {
                    r["status"],
                    r["iterations"],
                    r["posterior"],
                    r["parameters"],
                    r["elbo"]?["value"],
                    r["elbo"]?["terms"],
                    r["elbo"]?["history"],
                    r["restarts"],
                }.Select(node => node?.ToJsonString() ?? "none")
            )
        );
    }

    [Theory]
    [InlineData(
        "checkpoint.json",
        """{ "algorithm": "cavi", "restarts": 2, "maxIterations": 60, "tolerance": 0, "checkpointSeconds": 0 }"""
    )]
    [InlineData(
        "checkpoint.json",
        """{ "algorithm": "svi", "restarts": 2, "batchSize": 500, "epochs": 60, "tolerance": 0, "checkpointSeconds": 0 }"""
    )]
    [InlineData(
        "checkpoint.json",
        """{ "algorithm": "streaming", "restarts": 2, "batchSize": 300, "maxIterations": 20, "checkpointSeconds": 0 }"""
    )]
    [InlineData(
        "checkpoint-2.json",
        """
            [{ "algorithm": "cavi", "restarts": 1, "maxIterations": 5, "tolerance": 0, "checkpointSeconds": 0 },
             { "algorithm": "svi", "restarts": 2, "batchSize": 500, "epochs": 60, "tolerance": 0, "checkpointSeconds": 0 }]
            """
    )]
    public void A_killed_run_is_resumed_to_the_same_bits(string checkpointFile, string inference) =>
        IsResumedToTheSameBits(checkpointFile, Experiment(inference));

    [Theory]
    [InlineData("""{ "algorithm": "advi", "maxIterations": 5000, "accuracy": 0, "checkpointSeconds": 0 }""")]
    [InlineData("""{ "algorithm": "batch-and-match", "maxIterations": 300, "accuracy": 0, "checkpointSeconds": 0 }""")]
    [InlineData("""{ "algorithm": "svgd", "maxIterations": 300, "accuracy": 0, "checkpointSeconds": 0 }""")]
    [InlineData("""{ "algorithm": "nuts", "chains": 2, "warmup": 500, "samples": 500, "checkpointSeconds": 0 }""")]
    [InlineData("""{ "algorithm": "hmc", "chains": 2, "warmup": 500, "samples": 500, "checkpointSeconds": 0 }""")]
    public void A_killed_run_of_a_program_is_resumed_to_the_same_bits(string inference) =>
        IsResumedToTheSameBits(
            "checkpoint.json",
            $$"""
            { "name": "long", "seed": 5,
              "data": { "synthetic": { "generator": "stochastic-volatility", "n": 60, "mu": -1, "phi": 0.95, "sigma": 0.2 } },
              "model": { "type": "stochastic-volatility" },
              "inference": {{inference}}, "report": { "enabled": false } }
            """
        );

    private void IsResumedToTheSameBits(string checkpointFile, string experiment)
    {
        workspace.Write("exp.json", experiment);
        RunToItsEnd("--out", "whole");

        using var process = Start("--out", "killed");
        var checkpoint = workspace.Path("killed", "long", checkpointFile);
        while (!process.HasExited && Sweeps(checkpoint) < 10)
        {
            Thread.Sleep(1);
        }

        process.Kill();
        process.WaitForExit();
        var sweeps = Sweeps(checkpoint);
        Assert.True(
            sweeps >= 10 && !File.Exists(workspace.Path("killed", "long", "result.json")),
            "the run was not killed in its midst"
        );

        RunToItsEnd("--out", "killed", "--resume");
        Assert.Equal(Answer("whole"), Answer("killed"));
        Assert.Empty(Directory.GetFiles(workspace.Path("killed", "long"), "checkpoint*"));
    }
}
