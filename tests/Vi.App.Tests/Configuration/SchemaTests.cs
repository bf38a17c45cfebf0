using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.App.Models;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Configuration;

/// <summary>The JSON Schema follows the settings records.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void The_committed_schema_is_up_to_date()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Vi.Hybrid.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        var committed = File.ReadAllText(Path.Combine(folder.FullName, "docs", "experiment.schema.json"));
        var expected = JsonSchemaWriter.Write(new ExperimentShape(ModelCatalogue.All));
        Assert.True(
            committed == expected,
            "docs/experiment.schema.json is old; write it again: dotnet run --project src/Vi.App -- describe --schema > docs/experiment.schema.json"
        );
    }

    [Fact]
    public void Bounds_defaults_choices_and_cases_are_in_the_schema()
    {
        using var workspace = new Workspace();
        var outcome = workspace.Run("describe", "--schema");
        Assert.Equal(0, outcome.Code);
        var schema = JsonNode.Parse(outcome.Out)!;
        Assert.Equal("""["model"]""", schema["required"]!.ToJsonString());
        Assert.False(schema["additionalProperties"]!.GetValue<bool>());
        var model = schema["properties"]!["model"]!;
        Assert.Equal(
            """["fake","fake-regression","fake-curve"]""",
            model["properties"]!["type"]!["enum"]!.ToJsonString()
        );
        var fake = model["oneOf"]![0]!;
        Assert.Equal("fake", fake["properties"]!["type"]!["const"]!.GetValue<string>());
        Assert.Equal("""["type","components"]""", fake["required"]!.ToJsonString());
        Assert.Equal(
            """{"type":"integer","minimum":1,"maximum":2147483647,"description":"number of components"}""",
            fake["properties"]!["components"]!.ToJsonString()
        );
        Assert.Equal(0, fake["properties"]!["priorSd"]!["exclusiveMinimum"]!.GetValue<double>());
        Assert.Equal(
            "prior standard deviation (dollars)",
            fake["properties"]!["priorSd"]!["description"]!.GetValue<string>()
        );
        Assert.Equal("""["full","stick-breaking"]""", fake["properties"]!["shape"]!["enum"]!.ToJsonString());
        Assert.Equal("full", fake["properties"]!["shape"]!["default"]!.GetValue<string>());
        Assert.Equal("number", fake["properties"]!["W0"]!["items"]!["items"]!["type"]!.GetValue<string>());
        Assert.Equal(3, schema["properties"]!["data"]!["oneOf"]!.AsArray().Count);
    }

    [Fact]
    public void A_setting_without_counterpart_in_json_is_refused_with_its_name()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ShapeReader.Plain.Read(typeof(Wrong)));
        Assert.Contains("Wrong.Anything has the type Object", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaussian-mixtrue", "gaussian-mixture")]
    [InlineData("Waiting", "waiting")]
    [InlineData("zzz", null)]
    public void The_nearest_name_is_found_or_none(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Of(written, ["gaussian-mixture", "gaussian-mean", "waiting"]));

    private sealed record Wrong
    {
        [Setting("no JSON value")]
        public object? Anything { get; init; }
    }
}
