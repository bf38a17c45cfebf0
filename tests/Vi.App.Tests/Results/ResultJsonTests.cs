using System.Text.Json;
using System.Text.Json.Nodes;
using Vi.App.Tests.Comparing;
using Vi.App.Tests.Reports;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Results;

public sealed class ResultJsonTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vilab-result-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var path = Path.Combine(folder, "run", "result.json");
        ResultJson.Write(path, SampleResult.Mixture());
        var read = (RunResult)ResultJson.Read(path);
        Assert.Equal(ResultJson.Serialize(SampleResult.Mixture()), ResultJson.Serialize(read));
        Assert.True(double.IsNaN(read.Restarts[3].Elbo));
        Assert.Equal(7, read.Exhibits.Count);
        Assert.Equal(SampleResult.HostileColumn, read.Data!.Columns[3]);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Members_are_camel_case_and_numbers_without_a_token_go_by_name()
    {
        var json = JsonNode.Parse(ResultJson.Serialize(SampleResult.Mixture()))!;
        Assert.Equal("NaN", json["restarts"]![3]!["elbo"]!.GetValue<string>());
        Assert.Equal("NaN", json["parameters"]!["nu"]!.GetValue<string>());
        Assert.Equal(4.3413, json["posterior"]!["mu"]!["q95"]![1]![0]!.GetValue<double>());
        Assert.Null(json["posterior"]!["mu"]!["q95"]![1]![1]);
        Assert.Equal("xy", json["exhibits"]![0]!["kind"]!.GetValue<string>());
        Assert.Equal("converged", json["status"]!.GetValue<string>());
        Assert.Equal("sweep-gain", json["outcome"]!["code"]!.GetValue<string>());
        Assert.Equal(38, json["outcome"]!["figures"]!["sweeps"]!.GetValue<double>());
        Assert.Equal("budget-spent", json["restarts"]![4]!["status"]!.GetValue<string>());
        Assert.Equal("usable", json["verdict"]!["level"]!.GetValue<string>());
        Assert.Equal("remaining-nats", json["verdict"]!["checks"]![0]!["id"]!.GetValue<string>());
        Assert.Equal("reliable", json["verdict"]!["checks"]![0]!["level"]!.GetValue<string>());
        Assert.Equal("inference.restarts", json["verdict"]!["advice"]![0]!["setting"]!.GetValue<string>());
        Assert.Equal("warning", json["findings"]![1]!["severity"]!.GetValue<string>());
        Assert.Equal(0.0873, json["timing"]!["fitSeconds"]!.GetValue<double>());
    }

    /// <summary>Layout 2 had the status next to the outcome alone.</summary>
    [Fact]
    public void An_outcome_of_layout_2_gets_the_status_next_to_it()
    {
        var failed = SampleResult.Mixture() with { Outcome = Outcomes.Of(RunStatus.Failed) };
        var json = (JsonObject)JsonNode.Parse(ResultJson.Serialize(failed))!;
        json["schemaVersion"] = 2;
        Assert.True(((JsonObject)json["outcome"]!).Remove("status"));
        Assert.Equal(RunStatus.Failed, ((RunResult)ResultJson.Deserialize(json.ToJsonString(), "result.json")).Status);
        var both = new JsonObject
        {
            ["name"] = "both",
            ["comparison"] = JsonSerializer.SerializeToNode(SampleFits.Four().Comparison, ResultJson.Options),
            ["results"] = new JsonArray(json),
        };
        Assert.Equal(RunStatus.Failed, ResultJson.Deserialize(both.ToJsonString(), "result.json").Results[0].Status);
    }

    [Fact]
    public void Null_stands_for_not_a_number()
    {
        var json = JsonNode.Parse(ResultJson.Serialize(SampleResult.Mixture()))!;
        json["restarts"]![0]!["elbo"] = null;
        json["restarts"]![1]!["elbo"] = "-Infinity";
        var read = (RunResult)ResultJson.Deserialize(json.ToJsonString(), "result.json");
        Assert.True(double.IsNaN(read.Restarts[0].Elbo));
        Assert.True(double.IsNegativeInfinity(read.Restarts[1].Elbo));
    }

    [Theory]
    [InlineData("{ \"schemaVersion\": 7 }", "schemaVersion is 7")]
    [InlineData("{ \"schemaVersion\": 1 }", "damaged: it is no complete result.json")]
    [InlineData("{ \"schemaVersion\": ", "damaged at line 1: it is no complete result.json. Run the experiment again")]
    [InlineData("[]", "no JSON object")]
    public void What_cannot_be_read_is_an_error_that_names_the_file(string json, string part)
    {
        var error = Assert.Throws<ResultFileException>(() => ResultJson.Deserialize(json, "out/a/result.json"));
        Assert.StartsWith("out/a/result.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        var path = Path.Combine(folder, "result.json");
        var error = Assert.Throws<ResultFileException>(() => ResultJson.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_replace_the_old_one_leaves_nothing_behind()
    {
        var path = Path.Combine(folder, "result.json");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<SystemException>(() => AtomicFile.WriteText(path, "text"));
        Assert.Empty(Directory.GetFiles(folder));
    }
}
