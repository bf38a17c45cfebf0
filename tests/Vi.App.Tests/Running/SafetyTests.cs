using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vi.App.Commands;
using Vi.App.Hosting;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>What a run meets that is not its own doing: full disks, closed displays, changed files, damaged results.</summary>
public sealed class SafetyTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private string Out(params string[] parts) => workspace.Path(["out", .. parts]);

    [Fact]
    public async Task A_display_that_takes_no_more_changes_no_result()
    {
        workspace.Write("exp.json", Workspace.Small);
        using var full = new FullWriter();
        using var output = new DisplayWriter(full);
        using var error = new StringWriter();
        var terminal = new Terminal(output, error) { OutFailure = () => output.Failure, Progress = output };
        Task<int> Invoke(params string[] arguments) =>
            CommandLine.InvokeAsync(arguments, workspace.Host(terminal), CancellationToken.None);
        Assert.Equal(0, await Invoke("run", "exp.json"));
        Assert.Equal(RunStatus.Converged, workspace.Result("small").Status);
        Assert.Equal("warning: standard output could not be written: no space left\n", error.ToString());
        // An answer that is nowhere but on the display is lost.
        Assert.Equal(1, await Invoke("list"));
    }

    [Fact]
    public void A_damaged_result_is_named_and_left_alone()
    {
        const string Damaged =
            """{ "schemaVersion": 3, "name": "x", "outcome": null, "model": null, "timing": null }""";
        workspace.Write("out/damaged/result.json", Damaged);
        var run = workspace.RunText(Workspace.Small);
        Assert.Equal(0, run.Code);
        Assert.Contains("out/damaged/result.json: damaged at outcome: ", run.Error, StringComparison.Ordinal);
        var runs = workspace.Run("runs");
        Assert.Equal(0, runs.Code);
        Assert.Contains("small", runs.Out, StringComparison.Ordinal);
        Assert.Contains("out/damaged/result.json: damaged at outcome: ", runs.Error, StringComparison.Ordinal);
        Assert.Equal(2, workspace.Run("report", "out").Code);
        Assert.Equal(Damaged, File.ReadAllText(Out("damaged", "result.json")));
    }

    /// <summary>Each value of a stored result in turn is null, a text, a negative number, an empty list or an empty object.</summary>
    [Fact]
    public void A_result_with_any_one_value_changed_is_read_or_called_damaged()
    {
        workspace.RunText(Workspace.Small);
        var text = File.ReadAllText(Out("small", "result.json"));
        var paths = Paths(JsonNode.Parse(text)!).ToList();
        Assert.True(paths.Count > 100);
        string[] others = ["null", "\"?\"", "-7", "[]", "{}", "[null]"];
        foreach (var (i, path) in paths.Index())
        {
            var root = JsonNode.Parse(text)!;
            Replace(root, path, JsonNode.Parse(others[i % others.Length]));
            File.WriteAllText(Out("small", "result.json"), root.ToJsonString());
            File.Delete(Out("small", RunSummary.FileName));
            foreach (var outcome in new[] { workspace.Run("report", "out/small"), workspace.Run("runs") })
            {
                Assert.DoesNotContain("--verbose", outcome.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
            }
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node) =>
        node switch
        {
            JsonObject o => o.SelectMany(pair => Below(pair.Key, pair.Value)),
            JsonArray a => a.Take(3).SelectMany((item, i) => Below(i, item)),
            _ => [],
        };

    private static IEnumerable<object[]> Below(object key, JsonNode? value) =>
        (value is null ? [] : Paths(value).Select(path => (object[])[key, .. path])).Prepend([key]);

    private static void Replace(JsonNode node, object[] path, JsonNode? value)
    {
        foreach (var key in path[..^1])
        {
            node = (key is string name ? node[name] : node[(int)key])!;
        }

        if (path[^1] is string last)
        {
            node[last] = value;
        }
        else
        {
            node[(int)path[^1]] = value;
        }
    }

    [Fact]
    public async Task A_changed_bit_of_a_checkpoint_is_refused()
    {
        using var cancellation = new CancellationTokenSource();
        using var stopped = new Workspace { HasRealModels = true };
        const string Experiment = """
            { "name": "it", "data": { "synthetic": { "generator": "gaussian-mixture", "n": 4000, "weights": [0.5, 0.5],
                "means": [[0, 0], [2, 1]], "covariances": [[[1, 0], [0, 1]], [[1, 0.3], [0.3, 0.5]]] } },
              "model": { "type": "gaussian-mixture", "components": 3 },
              "inference": { "algorithm": "cavi", "maxIterations": 100000, "tolerance": 0, "checkpointSeconds": 0 } }
            """;
        stopped.Write("exp.json", Experiment);
        var path = stopped.Path("out", "it", "checkpoint.json");
        var run = Task.Run(() => stopped.Run(cancellation.Token, "run", "exp.json"));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(path), TimeSpan.FromSeconds(60)));
        await cancellation.CancelAsync();
        Assert.Equal(130, (await run).Code);
        var whole = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
        {
            var bytes = whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(7));
            File.WriteAllBytes(path, bytes);
            var outcome = stopped.Run("run", "exp.json", "--resume");
            Assert.Equal(2, outcome.Code);
            Assert.EndsWith(
                "checkpoint.json: it is damaged, as its checksum shows. Undo the change, or run without --resume to start anew",
                Assert.Single(outcome.ErrorLines),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Data_that_change_while_a_fit_runs_are_noticed()
    {
        var file = workspace.Write("rows.csv", "x\n1\n2\n4\n");
        const string Experiment =
            """{ "name": "it", "data": { "csv": "rows.csv" }, "model": { "type": "fake", "components": 1 } }""";
        workspace.RunText(Experiment);
        Assert.DoesNotContain(workspace.Result("it").Findings, finding => finding.Code == "data-file-changed");
        workspace.AfterStep = _ => File.AppendAllText(file, "8\n");
        var outcome = workspace.RunText(Experiment);
        Assert.Equal(
            ["rows.csv"],
            Assert.Single(workspace.Result("it").Findings, f => f.Code == "data-file-changed").Subjects
        );
        Assert.Contains("warning: rows.csv was written to while the fit ran", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_cannot_be_stored_leaves_the_earlier_one_and_does_not_end_the_batch()
    {
        workspace.Write("exps/a.json", Workspace.Small.Replace("small", "a", StringComparison.Ordinal));
        workspace.Write("exps/b.json", Workspace.Small.Replace("small", "b", StringComparison.Ordinal));
        Assert.Equal(0, workspace.Run("run", "exps").Code);
        var before = File.ReadAllText(Out("a", "result.json"));
        // While the first experiment runs, a file takes the place of its folder.
        workspace.AfterStep = _ =>
        {
            if (Directory.Exists(Out("a")))
            {
                Directory.Move(Out("a"), workspace.Path("away"));
                File.WriteAllText(Out("a"), "");
            }
        };
        var outcome = workspace.Run("run", "exps", "--seed", "3");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("a: the results could not be stored: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(workspace.Path("away", "result.json")));
        Assert.Equal(3ul, workspace.Result("b").Seed);
        Assert.Empty(Directory.GetFileSystemEntries(Out(), ".*"));
    }

    /// <summary>Log odds of any size are predicted in a time that does not depend on it.</summary>
    [Theory]
    [InlineData(0, 1e4, 0.5)]
    [InlineData(-2e4, 2e4, 0.158655253931457)]
    [InlineData(1e150, 1e150, 0.841344746068543)]
    public void Probabilities_of_wide_log_odds_are_those_of_a_step(double mean, double sd, double expected) =>
        Assert.Equal(
            expected,
            Vi.Math.Fluent.LogisticRegressionModel.Probability(new Vi.Math.Normal(mean, sd * sd)),
            1e-8
        );

    [Fact]
    public void Sums_and_steps_agree_where_they_meet()
    {
        double At(double sd) =>
            Vi.Math.Fluent.LogisticRegressionModel.Probability(new Vi.Math.Normal(0.7 * sd, sd * sd));
        // Phi(0.7), and what a change of sd by a millionth changes.
        Assert.Equal(At(1e4 * (1 - 1e-6)), At(1e4), 1e-13);
    }

    [Theory]
    [InlineData("1e154")]
    [InlineData("-3e200")]
    public void Values_whose_squares_are_no_numbers_are_refused_with_their_column(string value)
    {
        var error = workspace.ErrorOfCsv($"a,b\n1,2\n3,{value}\n5,6\n");
        Assert.Contains("the column \"b\" holds ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "seed": 1e30 }""", "exp.json:1: seed: 1E+30 is not allowed")]
    [InlineData("{\n\"name\": \"\\ud800\" }", "exp.json: line 2: a text holds half of a surrogate pair")]
    [InlineData("{\n\"truth\": { \"w\": 1e400 } }", "exp.json:2: truth.w: a number beyond 1.8e308 is not allowed")]
    [InlineData(
        """{ "data": { "csv": "a\u0000b" }, "model": { "type": "fake", "components": 1 } }""",
        "data.csv: \"a\\u0000b\": no file can have this path"
    )]
    public void Texts_and_numbers_that_are_none_have_their_place(string experiment, string expected) =>
        Assert.Contains(expected, workspace.ErrorOf(experiment), StringComparison.Ordinal);

    [Fact]
    public void A_message_quotes_no_more_than_a_line_or_two()
    {
        var error = workspace.ErrorOf($$"""{ "{{new string('k', 10_000)}}": 1, "model": { "type": "fake" } }""");
        Assert.All(error.Split('\n'), line => Assert.InRange(line.Length, 0, 4200));
        var cell = workspace.ErrorOfCsv($"a,b\n1,2\n3,{new string('q', 10_000)}\n5,6\n7,8\n9,9\n");
        Assert.InRange(cell.Length, 1, 1000);
    }

    [Fact]
    public void A_finished_run_is_not_repeated_by_resume()
    {
        workspace.RunText(Workspace.Small);
        var before = File.ReadAllText(Out("small", "result.json"));
        var sweeps = 0;
        workspace.AfterStep = _ => sweeps++;
        var again = workspace.Run("run", "exp.json", "--resume");
        Assert.Equal((0, 0), (again.Code, sweeps));
        Assert.Contains("small: finished before; nothing to resume\n", again.Out, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Out("small", "result.json")));
        workspace.Run("run", "exp.json", "--resume", "--seed", "8");
        Assert.True(sweeps > 0);
    }

    [Fact]
    public void Work_that_does_not_look_whether_it_should_stop_is_left()
    {
        using var cancellation = new CancellationTokenSource();
        using var never = new ManualResetEventSlim();
        cancellation.CancelAfter(50);
        var watch = Stopwatch.StartNew();
        Assert.Throws<OperationCanceledException>(() =>
            Vi.App.Models.Interruptible.Run(
                () =>
                {
                    never.Wait(TimeSpan.FromSeconds(30));
                    return 0;
                },
                cancellation.Token,
                TimeSpan.Zero
            )
        );
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
        never.Set();
        Assert.Throws<InvalidDataException>(() =>
            Vi.App.Models.Interruptible.Run<int>(() => throw new InvalidDataException(), CancellationToken.None)
        );
    }

    private sealed class FullWriter() : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("no space left.");
    }
}
