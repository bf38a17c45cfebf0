using Vi.App.Running;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>Black-box methods and samplers through the program: stopped, resumed, on one thread and on two.</summary>
public sealed class ProgramRunTests : IDisposable
{
    private readonly StoppedRuns runs = new();

    public void Dispose() => runs.Dispose();

    private static string Experiment(string inference, bool report = false) =>
        $$"""
            { "name": "it", "seed": 5,
              "data": { "synthetic": { "generator": "linear-regression", "n": 30, "weights": [1, -2], "noiseSd": 0.5 } },
              "model": { "type": "linear-regression" },
              "inference": {{inference}}, "report": { "enabled": {{(report ? "true" : "false")}} } }
            """;

    private static string Path(string inference) =>
        $$"""
            { "name": "it", "seed": 5,
              "data": { "synthetic": { "generator": "stochastic-volatility", "n": 40, "mu": -1, "phi": 0.9, "sigma": 0.4 } },
              "model": { "type": "stochastic-volatility" },
              "inference": {{inference}}, "report": { "enabled": false } }
            """;

    /// <summary>Fits that make so many steps, with a checkpoint after each.</summary>
    public static TheoryData<string> Fits() =>
        new(
            Families()
                .Concat([
                    """{ "algorithm": "batch-and-match", "maxIterations": 160, "tolerance": 0, "checkpointSeconds": 0 }""",
                    """{ "algorithm": "svgd", "particles": 20, "maxIterations": 80, "tolerance": 0, "checkpointSeconds": 0 }""",
                    """{ "algorithm": "nuts", "chains": 3, "warmup": 60, "samples": 60, "checkpointSeconds": 0 }""",
                    """{ "algorithm": "nuts", "chains": 2, "warmup": 60, "samples": 60, "metric": "dense", "start": "pathfinder", "checkpointSeconds": 0 }""",
                    """{ "algorithm": "hmc", "chains": 2, "warmup": 60, "samples": 60, "checkpointSeconds": 0 }""",
                ])
        );

    private static readonly string[] Choices =
    [
        "\"family\": \"mean-field\"",
        "\"family\": \"full-rank\"",
        "\"family\": \"low-rank\", \"rank\": 2",
        "\"optimizer\": \"adam\", \"learningRate\": 0.05",
        "\"batchSize\": 7",
    ];

    private static IEnumerable<string> Families() =>
        Choices.Select(choice => $$"""{ "algorithm": "advi", {{choice}}, {{Steps}} }""");

    private const string Steps = "\"maxIterations\": 2000, \"tolerance\": 0, \"checkpointSeconds\": 0";

    [Theory]
    [MemberData(nameof(Fits))]
    public void A_resumed_run_gives_the_same_bits(string inference) => runs.AssertResumes(Experiment(inference), "it");

    /// <summary>Whoever stops a run does not wait for its pages; the result is there, and the pages are a command away.</summary>
    [Fact]
    public void A_stopped_run_whose_page_takes_long_is_stored_without_it()
    {
        runs.Workspace.Graces = new StopGraces { PartialAnswer = TimeSpan.FromSeconds(20), Pages = TimeSpan.Zero };
        var experiment = Experiment(
            """{ "algorithm": "advi", "tolerance": 0, "checkpointSeconds": 0 }""",
            report: true
        );
        var result = runs.Stop(experiment, "it", 30);
        Assert.NotEmpty(result.Posterior);
        var page = runs.Workspace.Path("out", "it", "report.html");
        Assert.False(File.Exists(page));
        Assert.Equal(0, runs.Workspace.Run("report", runs.Workspace.Path("out", "it")).Code);
        Assert.True(File.Exists(page));
    }

    [Fact]
    public void A_resumed_sparse_precision_gives_the_same_bits() =>
        runs.AssertResumes(Path($$"""{ "algorithm": "advi", "family": "sparse-precision", {{Steps}} }"""), "it");

    [Theory]
    [MemberData(nameof(Fits))]
    [InlineData("""{ "algorithm": "pathfinder" }""")]
    [InlineData("""{ "algorithm": "laplace" }""")]
    public void The_number_of_threads_changes_no_bit(string inference)
    {
        var one = Of(inference, "1");
        Assert.Equal(one, Of(inference, "2"));
    }

    private string Of(string inference, string threads)
    {
        var outcome = runs.Workspace.RunText(Experiment(inference), "--threads", threads, "--out", threads);
        Assert.True(outcome.Code == 0, outcome.Error);
        return runs.Numbers("it", threads).ToJsonString();
    }

    /// <summary>
    /// What was over when a list of fits was stopped is over when it is resumed: its answer is that of its end, not of a step beyond it, and
    /// methods without steps find again what they had found.
    /// </summary>
    [Fact]
    public void A_resumed_list_of_fits_gives_the_same_bits()
    {
        var experiment = Experiment(
            """
            [{ "algorithm": "advi", "checkpointSeconds": 0 },
             { "algorithm": "pathfinder", "checkpointSeconds": 0 },
             { "algorithm": "laplace", "checkpointSeconds": 0 },
             { "algorithm": "svgd", "particles": 20, "maxIterations": 30, "checkpointSeconds": 0 },
             { "algorithm": "hmc", "chains": 2, "warmup": 60, "samples": 60, "checkpointSeconds": 0 }]
            """
        );
        var whole = runs.RunWhole(experiment, "it");
        runs.StopWhen(experiment, "it", () => File.Exists(runs.Workspace.Path("out", "it", "checkpoint-5.json")));
        runs.AssertResumedTo(whole, "it");
    }

    /// <summary>A list that is stopped between two fits has none that was cancelled, and yet is not over: its checkpoint stays.</summary>
    [Fact]
    public void A_list_that_is_stopped_between_two_fits_goes_on_with_the_second()
    {
        var experiment = Experiment(
            """
            [{ "algorithm": "laplace", "checkpointSeconds": 0 },
             { "algorithm": "laplace", "climbs": 2, "checkpointSeconds": 0 }]
            """
        );
        var whole = runs.RunWhole(experiment, "it");
        var found = false;
        for (var looks = 8; looks <= 30 && !found; looks++)
        {
            var stopped = runs.TryStop(experiment, looks);
            var results = runs.Workspace.Stored("it").Results;
            found = stopped && results.Count == 1 && results[0].Status == RunStatus.Converged;
        }

        Assert.True(found, "no stop fell between the two fits");
        Assert.True(File.Exists(runs.Workspace.Path("out", "it", "checkpoint-1.json")));
        runs.AssertResumedTo(whole, "it");
    }

    [Theory]
    [InlineData("nuts", """ "warmup": 60, "samples": 60 """, 50, "warm-up ")]
    [InlineData("hmc", """ "warmup": 60, "samples": 60 """, 50, "warm-up ")]
    [InlineData("nuts", """ "warmup": 60, "samples": 60 """, 165, "draw ")]
    [InlineData("nuts", """ "warmup": 60, "samples": 60 """, 240, "draw ")]
    [InlineData("advi", """ "tolerance": 0 """, 30, " steps")]
    [InlineData("svgd", """ "particles": 20, "tolerance": 0 """, 30, "force ")]
    public void A_stopped_run_is_stored_with_what_there_is_and_its_page_is_made(
        string algorithm,
        string settings,
        int looks,
        string phase
    )
    {
        var result = runs.Stop(
            Experiment($$"""{ "algorithm": "{{algorithm}}", {{settings}}, "checkpointSeconds": 0 }""", report: true),
            "it",
            looks
        );
        Assert.StartsWith("Cancelled after step ", result.Reason, StringComparison.Ordinal);
        Assert.Contains(phase, result.Reason, StringComparison.Ordinal);
        Assert.NotEqual(TrustLevel.Reliable, result.Verdict!.Level);
        Assert.Contains(result.Verdict.Advice, advice => advice.Remedy == "finish-run");
        var page = File.ReadAllText(runs.Workspace.Path("out", "it", "report.html"));
        Assert.Contains(result.Reason, page, StringComparison.Ordinal);
        var warmUp = string.Equals(phase, "warm-up ", StringComparison.Ordinal);
        Assert.Equal(!warmUp, File.Exists(runs.Workspace.Path("out", "it", "draws.csv")));
        Assert.Equal(warmUp, result.Posterior.Count == 0);
        if (warmUp)
        {
            Assert.Contains(
                result.Verdict.Checks,
                check => check is { Id: "draws-per-chain", Value: 0, IsPassed: false }
            );
        }
    }

    [Fact]
    public void A_run_that_cannot_be_leaves_what_an_earlier_one_stored()
    {
        var experiment = Experiment(
            """{ "algorithm": "nuts", "chains": 2, "warmup": 60, "samples": 60, "checkpointSeconds": 0 }"""
        );
        var workspace = runs.Workspace;
        Assert.Equal(0, workspace.RunText(experiment).Code);
        string[] Stored() => [.. Directory.GetFiles(workspace.Path("out", "it")).Order(StringComparer.Ordinal)];
        var before = Stored();
        Assert.Contains(workspace.Path("out", "it", "draws-2.csv"), before);
        Assert.Equal(2, workspace.RunText(experiment, "--set", "model.noiseShape=-1").Code);
        Assert.Equal(2, workspace.RunText(experiment, "--set", "data.synthetic.weights=[]").Code);
        Assert.Equal(before, Stored());
        var checkpoint = workspace.Write("out/it/checkpoint.json", "damaged");
        Assert.Equal(2, workspace.RunText(experiment, "--resume").Code);
        File.Delete(checkpoint);
        Assert.Equal(before, Stored());
    }

    [Theory]
    [InlineData("pathfinder", "path")]
    [InlineData("laplace", "climb")]
    [InlineData("nuts", "draw")]
    public void A_run_that_is_stopped_before_its_first_step_has_no_answer_and_a_page(string algorithm, string iteration)
    {
        var experiment = Experiment($$"""{ "algorithm": "{{algorithm}}" }""", report: true);
        runs.StopWhen(experiment, "it", () => Directory.Exists(runs.Workspace.Path("out", "it")));
        var result = runs.Workspace.Result("it");
        Assert.Equal($"Cancelled before the first {iteration}.", result.Reason);
        Assert.Empty(result.Posterior);
        Assert.Contains(
            result.Reason,
            File.ReadAllText(runs.Workspace.Path("out", "it", "report.html")),
            StringComparison.Ordinal
        );
        var resumed = runs.Workspace.Run("run", "exp.json", "--resume");
        Assert.Equal(0, resumed.Code);
        Assert.Contains("the fit starts anew", resumed.Out, StringComparison.Ordinal);
    }
}
