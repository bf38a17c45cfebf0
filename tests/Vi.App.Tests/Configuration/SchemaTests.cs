using System.Reflection;
using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models;
using Vi.App.Tests.Support;
using Vi.Data;
using Vi.Data.Problems;
using Vi.Data.Synthetic;
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
        var expected = new ExperimentSchema(ModelCatalogue.All).Text();
        Assert.True(
            committed == expected,
            "docs/experiment.schema.json is old; write it again: dotnet run --project src/Vi.App -- describe --schema > docs/experiment.schema.json"
        );
    }

    /// <summary>A row too many describes nothing; a property without a row would be no key.</summary>
    [Fact]
    public void The_page_of_settings_has_a_row_for_every_setting_and_no_other()
    {
        Type[] records =
        [
            typeof(Experiment),
            typeof(ReportSettings),
            typeof(OutputSettings),
            .. ModelCatalogue.All.Select(model => model.SettingsType),
            .. DataSourceCatalogue.All.Select(source => source.SettingsType),
            .. GeneratorCatalogue.All.Select(generator => generator.SettingsType),
            .. AlgorithmCatalogue.All.Select(algorithm => algorithm.SettingsType),
        ];
        var properties = records
            .SelectMany(record => record.GetProperties())
            .Where(property => property.CanWrite && property.GetCustomAttribute<SettingAttribute>() is null)
            .Select(SettingsPage.Key)
            .Distinct(StringComparer.Ordinal);
        Assert.Equal(
            properties.Order(StringComparer.OrdinalIgnoreCase),
            SettingsPage.Keys.Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase
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
        AssertSame(
            """{"type":"integer","minimum":1,"maximum":2147483647,"description":"number of components"}""",
            fake["properties"]!["components"]
        );
        Assert.Equal(0, fake["properties"]!["priorSd"]!["exclusiveMinimum"]!.GetValue<double>());
        Assert.Equal(
            "prior standard deviation (dollars)",
            fake["properties"]!["priorSd"]!["description"]!.GetValue<string>()
        );
        Assert.Equal("dollars", fake["properties"]!["priorSd"]!["x-unit"]!.GetValue<string>());
        Assert.Equal("""["full","stick-breaking"]""", fake["properties"]!["shape"]!["enum"]!.ToJsonString());
        Assert.Equal("full", fake["properties"]!["shape"]!["default"]!.GetValue<string>());
        Assert.Equal("number", fake["properties"]!["W0"]!["items"]!["items"]!["type"]!.GetValue<string>());
        var data = schema["properties"]!["data"]!["oneOf"]!.AsArray();
        Assert.Equal(
            [
                """["csv"]""",
                """["npy"]""",
                """["parquet"]""",
                """["arrow"]""",
                """["sqlite"]""",
                """["postgres"]""",
                """["file"]""",
                """["synthetic"]""",
            ],
            data.Select(source => source!["required"]!.ToJsonString())
        );
        Assert.Null(data[7]!["properties"]!["columns"]);
        Assert.DoesNotContain("$ref", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void One_algorithm_or_a_list_is_in_the_schema_and_a_key_that_others_have_is_refused_with_the_reason()
    {
        var inference = JsonNode.Parse(new ExperimentSchema(ModelCatalogue.All).Text())!["properties"]!["inference"]!;
        var one = inference["oneOf"]![0]!;
        AssertSame(
            new JsonObject
            {
                ["type"] = "array",
                ["items"] = one.DeepClone(),
                ["minItems"] = 1,
            }.ToJsonString(),
            inference["oneOf"]![1]
        );
        AssertSame("""{"required":["algorithm"]}""", one["if"]);
        var nuts = one["then"]!["oneOf"]!.AsArray().Single(a => a!["title"]!.GetValue<string>() == "nuts")!;
        AssertSame(
            """{"not":{},"description":"nuts makes one run; remove this key, its independent starts are chains"}""",
            nuts["properties"]!["restarts"]
        );
        Assert.Null(nuts["properties"]!["maxIterations"]);
    }

    private static void AssertSame(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());

    [Fact]
    public void A_setting_without_counterpart_in_json_is_refused_with_its_name()
    {
        var error = Assert.Throws<InvalidOperationException>(() => SettingSchema.Plain(typeof(Wrong)));
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
