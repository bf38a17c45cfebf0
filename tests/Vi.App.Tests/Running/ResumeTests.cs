using System.Globalization;
using System.Text.Json;
using Vi.App.Running;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>A run that is stopped and resumed gives the numbers of one that never was.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly StoppedRuns runs = new();

    private Workspace Workspace => runs.Workspace;

    public void Dispose() => runs.Dispose();

    private static string Mixture(string inference) =>
        $$"""
            { "name": "mixture", "seed": 5,
              "data": { "synthetic": { "generator": "gaussian-mixture", "n": 400, "weights": [0.5, 0.5],
                "means": [[0, 0], [2, 1]], "covariances": [[[1, 0], [0, 1]], [[1, 0.3], [0.3, 0.5]]] } },
              "model": { "type": "gaussian-mixture", "components": 4 },
              "inference": {{inference}}, "report": { "enabled": false } }
            """;

    [Theory]
    [InlineData(
        """{ "algorithm": "cavi", "restarts": 4, "maxIterations": 12, "tolerance": 0, "checkpointSeconds": 0 }"""
    )]
    [InlineData(
        """{ "algorithm": "svi", "restarts": 3, "batchSize": 37, "epochs": 12, "tolerance": 0, "checkpointSeconds": 0 }"""
    )]
    [InlineData(
        """{ "algorithm": "svi", "restarts": 2, "batchSize": 37, "epochs": 20, "tolerance": 0, "schedule": "adaptive", "checkpointSeconds": 0 }"""
    )]
    [InlineData(
        """{ "algorithm": "streaming", "restarts": 3, "batchSize": 30, "memory": 0.99, "checkpointSeconds": 0 }"""
    )]
    public void A_resumed_run_gives_the_same_bits(string inference) =>
        runs.AssertResumes(Mixture(inference), "mixture");

    /// <summary>R'R read once, rows that are fewer than columns, and rows with gaps.</summary>
    [Theory]
    [InlineData("""{ "csv": "long.csv" }""", "true")]
    [InlineData("""{ "csv": "wide.csv" }""", "false")]
    [InlineData("""{ "csv": "gaps.csv", "gaps": true }""", "true")]
    public void A_resumed_factor_model_gives_the_same_bits(string data, string ard)
    {
        var lines = Enumerable
            .Range(0, 40)
            .Select(t => Enumerable.Range(0, 5).Select(n => System.Math.Sin((3 * t) + (t * n) + (n * n))).ToArray())
            .ToArray();
        string Csv(int count, Func<int, int, bool> isMissing) =>
            "a,b,c,d,e\n"
            + string.Concat(
                lines
                    .Take(count)
                    .Select(
                        (row, t) =>
                            string.Join(
                                ',',
                                row.Select(
                                    (value, n) =>
                                        isMissing(t, n) ? "" : value.ToString("R", CultureInfo.InvariantCulture)
                                )
                            ) + "\n"
                    )
            );
        Workspace.Write("long.csv", Csv(40, static (_, _) => false));
        Workspace.Write("wide.csv", Csv(4, static (_, _) => false));
        Workspace.Write("gaps.csv", Csv(40, static (t, n) => (t + (2 * n)) % 7 == 0));
        runs.AssertResumes(
            $$"""
            { "name": "factors", "seed": 5, "data": {{data}},
              "model": { "type": "factor-model", "factors": 2, "ard": {{ard}} },
              "inference": { "restarts": 3, "maxIterations": 12, "tolerance": 0, "checkpointSeconds": 0 },
              "report": { "enabled": false } }
            """,
            "factors"
        );
    }

    [Fact]
    public void A_checkpoint_of_another_configuration_or_other_data_is_refused()
    {
        var inference =
            """{ "algorithm": "cavi", "restarts": 2, "maxIterations": 100, "tolerance": 0, "checkpointSeconds": 0 }""";
        runs.Stop(Mixture(inference), "mixture");
        var changed = Workspace.Run("run", "exp.json", "--resume", "--set", "model.components=3");
        Assert.Equal(2, changed.Code);
        Assert.Contains(
            "it belongs to another configuration: model.components was 4 and is 3. Undo the change, or run without --resume to start anew",
            changed.Error,
            StringComparison.Ordinal
        );

        // The configuration is the same, the file's content is not.
        var text =
            """{ "name": "csv", "data": { "csv": "rows.csv" }, "model": { "type": "gaussian-mixture", "components": 2 }, "inference": """;
        Workspace.Write("rows.csv", "x\n1\n2\n3\n4.5\n");
        runs.Stop(text + inference + "}", "csv");
        Workspace.Write("rows.csv", "x\n1\n2\n3\n4.6\n");
        var otherData = Workspace.Run("run", "exp.json", "--resume");
        Assert.Equal(2, otherData.Code);
        Assert.Contains("it belongs to other data: their hash was", otherData.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(runs.Checkpoint("csv")), "a refused checkpoint stays");
    }

    /// <summary>The state begins with a hash of its layout; behind the length of the best restart's state, which is empty here.</summary>
    /// <summary>Another order of a state's parts, or another layout of the engine's part behind its head.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(sizeof(int) + sizeof(double) + sizeof(int))]
    public void A_checkpoint_of_another_build_is_refused(int changed)
    {
        var inference =
            """{ "algorithm": "cavi", "restarts": 1, "maxIterations": 100, "tolerance": 0, "checkpointSeconds": 0 }""";
        runs.Stop(Mixture(inference), "mixture");
        var text = File.ReadAllText(runs.Checkpoint("mixture"));
        var checkpoint = JsonSerializer.Deserialize<Checkpoint>(text, ResultJson.Options)!;
        checkpoint.State[changed] ^= 1;
        checkpoint.Write(runs.Checkpoint("mixture"));
        var resumed = Workspace.Run("run", "exp.json", "--resume");
        Assert.Equal(2, resumed.Code);
        Assert.Contains(
            "checkpoint.json: another build of vilab wrote this checkpoint, so its state cannot be read; run again without --resume",
            resumed.Error,
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(runs.Checkpoint("mixture")), "a refused checkpoint stays");
    }

    [Fact]
    public void Without_a_checkpoint_the_fit_starts_anew()
    {
        var outcome = Workspace.RunText(Mixture("""{ "restarts": 1 }"""), "--resume");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("there is no checkpoint to resume; the fit starts anew", outcome.Out, StringComparison.Ordinal);
    }
}
