using System.Text.Json.Nodes;
using Vi.App.Commands;
using Vi.App.Hosting;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary>What scripts read: JSON on the output, texts beside it, exit codes of verdicts.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Mean = """
        { "name": "it", "data": { "synthetic": { "generator": "gaussian", "n": 40, "mean": 3 } },
          "model": { "type": "gaussian-mean", "priorSd": 10, "noiseSd": 1 } }
        """;

    /// <summary>Coordinate ascent that nobody checks is never reliable; stopped after one sweep it is unreliable.</summary>
    private const string Stopped = """
        { "name": "it", "data": { "synthetic": { "generator": "gaussian", "n": 40, "mean": 3 } },
          "model": { "type": "gaussian-mixture", "components": 2 },
          "inference": { "maxIterations": 1, "restarts": 1, "check": "none" }EXPECTS }
        """;

    private readonly StringWriter progress = new();
    private readonly Workspace workspace;

    public ScriptTests() => workspace = new() { HasRealModels = true, Progress = progress };

    public void Dispose()
    {
        workspace.Dispose();
        progress.Dispose();
    }

    private JsonNode Json(params string[] args)
    {
        var outcome = workspace.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonNode.Parse(outcome.Out)!;
    }

    [Fact]
    public void A_run_answers_with_its_summary_and_says_the_rest_elsewhere()
    {
        var outcome = workspace.RunText(Mean, "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var result = JsonNode.Parse(outcome.Out)![0]!["results"]![0]!;
        Assert.Equal(("it", "reliable"), ((string)result["name"]!, (string)result["level"]!));
        Assert.Contains("it: reliable", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("it", (string)Json("runs", "--json")[0]!["name"]!);
    }

    [Fact]
    public void Progress_is_not_among_the_answers()
    {
        var outcome = workspace.RunText(Mean);
        Assert.Contains("sweep", progress.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sweep 1", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("report.html", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_checks_have_answers_for_programs()
    {
        Assert.Contains(
            Json("list", "--json")["models"]!.AsArray(),
            model => (string)model!["type"]! == "gaussian-mean"
        );
        workspace.Write("it.json", Mean);
        Assert.Equal(40, (int)Json("validate", "it.json", "--json")[0]!["rows"]!);
        workspace.Write("wrong.json", Mean.Replace("gaussian\"", "gaussian-mixture\"", StringComparison.Ordinal));
        Assert.Equal(2, workspace.Run("validate", "wrong.json", "--json").Code);
    }

    [Fact]
    public void A_comparison_answers_with_its_recommendation()
    {
        workspace.RunText(Mean);
        workspace.RunText(Mean.Replace("\"it\"", "\"other\"", StringComparison.Ordinal));
        Assert.NotEqual("", (string)Json("compare", "out/it", "out/other", "--json")["recommendation"]!);
    }

    [Theory]
    [InlineData("", false, 0)]
    [InlineData("", true, 3)]
    [InlineData(", \"expects\": \"unreliable\"", true, 0)]
    public void An_unreliable_verdict_is_an_exit_code_of_its_own_where_asked_for(
        string expects,
        bool isStrict,
        int code
    )
    {
        var outcome = workspace.RunText(
            Stopped.Replace("EXPECTS", expects, StringComparison.Ordinal),
            isStrict ? ["--strict"] : []
        );
        Assert.True(code == outcome.Code, $"{outcome.Code}: {outcome.Out}{outcome.Error}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_verdict_has_its_colour_where_colours_are_shown(bool isColoured)
    {
        workspace.Write(
            "it.json",
            Mean.Replace("1 } }", """1 }, "inference": { "label": "a\u001b[2J" } }""", StringComparison.Ordinal)
        );
        await using var output = new StringWriter();
        var host = workspace.Host(new Terminal(output, TextWriter.Null, IsColoured: isColoured));
        await CommandLine.InvokeAsync(["run", "it.json", "--quiet", "--out", "quiet"], host, CancellationToken.None);
        Assert.Empty(output.ToString());
        await CommandLine.InvokeAsync(["run", "it.json"], host, CancellationToken.None);
        Assert.Contains(
            isColoured ? "\u001b[32mreliable\u001b[0m" : ": reliable",
            output.ToString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("\u001b[2J", output.ToString(), StringComparison.Ordinal);
    }
}
