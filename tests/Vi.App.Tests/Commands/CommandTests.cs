using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary>The commands end to end, in process: output, exit codes, files.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("rnu")]
    [InlineData("run")]
    [InlineData("run", "a.json", "--threads", "0")]
    [InlineData("run", "a.json", "--threads", "many")]
    [InlineData("run", "a.json", "--seed", "-1")]
    [InlineData("run", "a.json", "--nonsense")]
    [InlineData("describe")]
    [InlineData("new")]
    [InlineData]
    public void A_wrong_command_line_is_exit_code_2(params string[] args)
    {
        var outcome = workspace.Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("See: vilab --help", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("--version")]
    public void Help_and_version_are_exit_code_0(params string[] args)
    {
        var outcome = workspace.Run(args);
        Assert.Equal(0, outcome.Code);
        Assert.NotEmpty(outcome.Out);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public void A_run_leaves_result_trace_report_and_index_and_says_where()
    {
        var outcome = workspace.RunText(Workspace.Small);
        Assert.Equal(0, outcome.Code);
        Assert.Empty(outcome.Error);
        Assert.Contains(
            "small: use with care, ELBO −10.000 nats: 1 of 3 checks failed",
            outcome.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(Path.Combine("out", "small", "report.html"), outcome.Out, StringComparison.Ordinal);
        Assert.Equal(
            ["report.html", "result.json", "summary.json", "trace.csv"],
            Directory.GetFiles(workspace.Path("out", "small")).Select(f => Path.GetFileName(f)).Order()
        );
        Assert.True(File.Exists(workspace.Path("out", "index.html")));
    }

    [Fact]
    public void A_folder_runs_every_file_in_name_order_and_ends_with_a_table()
    {
        workspace.Write("exps/b.json", Workspace.Small.Replace("small", "second", StringComparison.Ordinal));
        workspace.Write("exps/a.json", Workspace.Small.Replace("small", "first", StringComparison.Ordinal));
        workspace.Write("exps/notes.txt", "no experiment");
        var outcome = workspace.Run("run", "exps", "--out", "elsewhere");
        Assert.Equal(0, outcome.Code);
        var table = outcome.OutLines.SkipWhile(line => !line.StartsWith("run ", StringComparison.Ordinal)).ToList();
        Assert.StartsWith("first   fake   converged  use with care", table[1], StringComparison.Ordinal);
        Assert.StartsWith("second  fake", table[2], StringComparison.Ordinal);
        Assert.Equal("All runs: " + Path.Combine("elsewhere", "index.html"), table[3]);
        Assert.True(File.Exists(workspace.Path("elsewhere", "second", "report.html")));
    }

    [Fact]
    public void One_wrong_file_keeps_all_from_running()
    {
        workspace.Write("exps/a.json", Workspace.Small);
        workspace.Write("exps/b.json", "{");
        var outcome = workspace.Run("run", "exps");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(Path.Combine("exps", "b.json") + ": line 1", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out")));
    }

    [Fact]
    public void Data_that_cannot_be_used_do_not_keep_other_experiments_from_running()
    {
        workspace.Write(
            "exps/a.json",
            """{ "data": { "csv": "none.csv" }, "model": { "type": "fake", "components": 1 } }"""
        );
        workspace.Write("exps/b.json", Workspace.Small);
        var outcome = workspace.Run("run", "exps");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("none.csv", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out", "a")));
        Assert.True(File.Exists(workspace.Path("out", "small", "result.json")));
    }

    [Fact]
    public void Two_experiments_of_one_name_are_refused()
    {
        workspace.Write("a.json", Workspace.Small);
        workspace.Write("b.json", Workspace.Small);
        var outcome = workspace.Run("run", "a.json", "b.json");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("a.json and b.json have the same name \"small\"", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_refused()
    {
        Directory.CreateDirectory(workspace.Path("empty"));
        var outcome = workspace.Run("run", "empty");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("empty: there is no *.json file in this folder", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_says_nothing_but_errors()
    {
        var outcome = workspace.RunText(Workspace.Small, "--quiet");
        Assert.Equal((0, "", ""), (outcome.Code, outcome.Out, outcome.Error));
        var failed = workspace.RunText(Workspace.Small, "--quiet", "--set", "model.breakAt=2");
        Assert.Equal((1, ""), (failed.Code, failed.Out));
        Assert.Single(failed.ErrorLines);
    }

    [Fact]
    public void Resume_without_a_checkpoint_says_so()
    {
        var outcome = workspace.RunText(Workspace.Small, "--resume");
        Assert.Equal(0, outcome.Code);
        Assert.Contains(
            "small: there is no checkpoint to resume; the fit starts anew",
            outcome.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Verbose_logs_to_the_error_output()
    {
        var outcome = workspace.RunText(Workspace.Small, "--verbose");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("information: small: 20 rows of 1 columns ready in", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_checks_data_and_model_and_writes_nothing()
    {
        workspace.Write("good.json", Workspace.Small);
        var outcome = workspace.Run("validate", "good.json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal(["small: in order (fake, 20 rows of 1 column, by cavi)"], outcome.OutLines);
        var unused = workspace.Run("validate", "good.json", "--set", "inference.chains=8");
        Assert.Equal(2, unused.Code);
        Assert.Contains(
            "inference.chains: cavi has no setting \"chains\" (nuts, gibbs, hmc have it); remove this key, or choose another algorithm. "
                + "Settings of cavi: label, maxIterations, tolerance, restarts, check, linearResponse, acceleration, checkpointSeconds (from --set inference.chains=8)",
            unused.Error,
            StringComparison.Ordinal
        );
        var wrong = workspace.Run("validate", "good.json", "--set", "model.components=21");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("21 components are more than the 20 rows", wrong.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out")));
    }

    [Fact]
    public void List_names_models_sources_generators_and_algorithms()
    {
        var outcome = workspace.Run("list");
        Assert.Equal(0, outcome.Code);
        foreach (
            var name in new[]
            {
                "fake-regression",
                "csv",
                "npy",
                "synthetic",
                "linear-regression",
                "gaussian-mixture",
                "cavi",
                "svi",
            }
        )
        {
            Assert.Contains(outcome.OutLines, line => line.StartsWith(name + " ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Describe_shows_every_setting_with_default_and_bounds()
    {
        var outcome = workspace.Run("describe", "fake");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("fake: Fake fake", outcome.Out, StringComparison.Ordinal);
        Assert.Contains(
            outcome.OutLines,
            line =>
                line.StartsWith(
                    "components  required  number of components (a whole number of at least 1)",
                    StringComparison.Ordinal
                )
        );
        Assert.Contains(
            outcome.OutLines,
            line =>
                line.StartsWith(
                    "priorSd     -         prior standard deviation (a number greater than 0, in dollars)",
                    StringComparison.Ordinal
                )
        );
        Assert.Contains("one of \"full\", \"stick-breaking\"", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inference", "maxIterations")]
    [InlineData("nuts", "maxDepth")]
    [InlineData("data", "standardize")]
    [InlineData("linear-regression", "noiseSd")]
    public void Describe_knows_sections_and_generators(string name, string setting)
    {
        var outcome = workspace.Run("describe", name);
        Assert.Equal(0, outcome.Code);
        Assert.Contains(outcome.OutLines, line => line.StartsWith(setting + " ", StringComparison.Ordinal));
    }

    [Fact]
    public void Describe_suggests_the_nearest_name()
    {
        var outcome = workspace.Run("describe", "fake-regresion");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("did you mean \"fake-regression\"?", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void New_writes_a_commented_experiment_that_runs_and_does_not_overwrite()
    {
        var outcome = workspace.Run("new", "fake");
        Assert.Equal(0, outcome.Code);
        var text = File.ReadAllText(workspace.Path("fake.json"));
        Assert.Contains(
            "// number of components (a whole number of at least 1)\n    \"components\": 2",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("// \"priorSd\": prior standard deviation", text, StringComparison.Ordinal);
        Assert.Contains("// \"restarts\": independent starts", text, StringComparison.Ordinal);
        Assert.Contains("\"W0\": [[1, 0], [0, 1]]", text, StringComparison.Ordinal);
        var run = workspace.Run("run", "fake.json");
        Assert.True(run.Code == 0, run.Error);

        var again = workspace.Run("new", "fake");
        Assert.Equal(2, again.Code);
        Assert.Contains("fake.json: the file exists; give --force", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, workspace.Run("new", "fake", "--force").Code);
        Assert.Equal(0, workspace.Run("new", "fake", "--out", "deep/mine.json").Code);
        Assert.Contains(
            "\"name\": \"mine\"",
            File.ReadAllText(workspace.Path("deep/mine.json")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void New_suggests_the_nearest_model()
    {
        var outcome = workspace.Run("new", "fakee");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("\"fakee\" is no known model; did you mean \"fake\"?", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_renders_again_from_the_stored_result()
    {
        workspace.RunText(Workspace.Small);
        var page = workspace.Path("out", "small", "report.html");
        var index = workspace.Path("out", "index.html");
        var (pageText, indexText) = (File.ReadAllText(page), File.ReadAllText(index));
        foreach (var folder in new[] { "out", Path.Combine("out", "small"), "out/small/" })
        {
            File.WriteAllText(page, "old");
            File.WriteAllText(index, "old");
            Assert.Equal(0, workspace.Run("report", folder).Code);
            Assert.Equal(pageText, File.ReadAllText(page));
            Assert.Equal(indexText, File.ReadAllText(index));
        }
    }

    [Fact]
    public void Report_computes_judgement_and_findings_anew()
    {
        workspace.RunText(Workspace.Small);
        var page = workspace.Path("out", "small", "report.html");
        var stored = workspace.Path("out", "small", "result.json");
        var (pageText, storedText) = (File.ReadAllText(page), File.ReadAllText(stored));
        Assert.Contains("use with care</span>", pageText, StringComparison.Ordinal);
        var json = JsonNode.Parse(storedText)!;
        json["verdict"]!["level"] = "reliable";
        json["reason"] = "All is well.";
        json["findings"] = JsonNode.Parse(
            """[{ "severity": "error", "code": "few-rows", "message": "Forged.", "figures": { "rows": 1, "parameters": 9 } }]"""
        );
        File.WriteAllText(stored, json.ToJsonString());
        Assert.Equal(0, workspace.Run("report", "out").Code);
        Assert.Equal(pageText, File.ReadAllText(page));
        Assert.Equal(storedText, File.ReadAllText(stored));
    }

    [Fact]
    public void Report_renders_what_can_be_read_beside_a_damaged_result()
    {
        workspace.RunText(Workspace.Small);
        workspace.Write("out/broken/result.json", "{");
        var page = workspace.Path("out", "small", "report.html");
        File.Delete(page);
        var outcome = workspace.Run("report", "out");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(workspace.Path("out", "broken"), outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(page));
    }

    [Fact]
    public void A_seed_that_is_no_number_is_named()
    {
        var outcome = workspace.Run("run", "exp.json", "--seed", "abc");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--seed abc: a whole number of at least 0 is needed", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_of_a_folder_without_runs_is_refused()
    {
        Assert.Equal(2, workspace.Run("report", "nowhere").Code);
        Directory.CreateDirectory(workspace.Path("empty"));
        var outcome = workspace.Run("report", "empty");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("there is no result.json here or one folder below", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_lists_what_is_stored_and_names_what_cannot_be_read()
    {
        workspace.RunText(Workspace.Small);
        workspace.Write("out/broken/result.json", "{");
        var outcome = workspace.Run("runs");
        Assert.Equal(0, outcome.Code);
        Assert.Contains(
            outcome.OutLines,
            line => line.StartsWith("small  fake   converged  use with care  −10.000", StringComparison.Ordinal)
        );
        Assert.Contains("broken", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(
            "There are no runs in",
            workspace.Run("runs", "--out", "nowhere").Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_stored_result_says_what_was_run()
    {
        workspace.RunText(Workspace.Small, "--set", "truth={\"mu\": 3}");
        var result = JsonNode.Parse(File.ReadAllText(workspace.Path("out", "small", "result.json")))!;
        Assert.Equal("converged", result["status"]!.GetValue<string>());
        Assert.Equal("cavi", result["algorithm"]!.GetValue<string>());
        Assert.Equal(20, result["data"]!["rows"]!.GetValue<int>());
        Assert.Equal("1 (resolved)", result["model"]!["settings"]!["priorSd"]!.GetValue<string>());
        Assert.Equal("2", result["model"]!["settings"]!["components"]!.GetValue<string>());
        Assert.Equal(3, result["posterior"]!["mu"]!["truth"]!.GetValue<double>());
        Assert.Equal(
            ["vilab", ".NET", "operating system", "processor"],
            result["versions"]!.AsObject().Select(pair => pair.Key)
        );
    }
}
