using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Data.Sources;

/// <summary>The same table gives the same bits from every source: in the result, in predictions, and in proposed experiments.</summary>
[Collection(PostgresTests.Name)]
public sealed class SameTableTests(PostgresServer postgres) : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    public static TheoryData<string> Kinds =>
        [
            "csv",
            "semicolons",
            "gz",
            "parquet",
            "other parquet",
            "arrow",
            "stream",
            "feather",
            "sqlite",
            "postgres",
            "file",
            "file of postgres",
        ];

    /// <summary>Writes the rows in a kind of source; answers with the file's name and the keys of <c>data</c> that read it.</summary>
    private async Task<(string File, string Data)> Write(string kind, string name, IReadOnlyList<SampleRow> rows)
    {
        var file = name + Extension(kind);
        var path = workspace.Path(file);
        switch (kind)
        {
            case "csv":
                workspace.Write(file, SampleTable.Csv(rows));
                break;
            case "semicolons":
                workspace.Write(file, SampleTable.Csv(rows, ';', ','));
                break;
            case "gz":
                workspace.WriteBytes(file, SampleTable.Packed(SampleTable.Csv(rows)));
                break;
            case "parquet":
                SampleParquet.Write(path, rows);
                break;
            case "other parquet":
                await SampleParquet.WriteByAnother(path, rows);
                break;
            case "arrow" or "stream" or "feather":
                SampleArrow.Write(path, rows, kind == "stream", kind == "feather");
                break;
            case "sqlite":
                SampleDatabases.Sqlite(path, rows);
                break;
            case "postgres":
                SampleDatabases.Postgres(postgres, name, rows);
                return (
                    "",
                    $"\"postgres\": \"{postgres.Connection}\", \"query\": \"SELECT * FROM {name} ORDER BY day\""
                );
            case "file":
                workspace.Write($"{name}-source.csv", SampleTable.Csv(rows));
                Import($"{name}-source.csv", "--out", file);
                break;
            default:
                SampleDatabases.Postgres(postgres, name, rows);
                Import(postgres.Connection, "--query", $"SELECT * FROM {name} ORDER BY day", "--out", file);
                break;
        }

        return (file, $"\"{Key(kind)}\": \"{file}\"");
    }

    private void Import(params string[] arguments)
    {
        var outcome = workspace.Run(["import", .. arguments]);
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private static string Extension(string kind) =>
        kind switch
        {
            "csv" or "semicolons" => ".csv",
            "gz" => ".csv.gz",
            "parquet" or "other parquet" => ".parquet",
            "stream" => ".arrows",
            "arrow" => ".arrow",
            "feather" => ".feather",
            "sqlite" => ".db",
            _ => ".blocks",
        };

    private static string Key(string kind) =>
        kind switch
        {
            "semicolons" or "gz" => "csv",
            "other parquet" => "parquet",
            "stream" or "feather" => "arrow",
            "file of postgres" => "file",
            _ => kind,
        };

    private string Fit(string data, string name)
    {
        var outcome = workspace.RunText(
            $$"""
            { "name": "{{name}}", "data": { {{data}}, "columns": ["x", "count", "price", "open", "kind"], "target": "y", "gaps": "drop-rows" },
              "model": { "type": "linear-regression" }, "inference": { "algorithm": "cavi" }, "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return Numbers(JsonNode.Parse(File.ReadAllText(workspace.Path("out", name, "result.json")))!.AsObject());
    }

    /// <summary>A result without its clock, its name, and where the data came from and how they were written there.</summary>
    private static string Numbers(JsonObject result)
    {
        string[] others = ["name", "timing", "configuration", "findings", "versions", "startedAt"];
        foreach (var key in others)
        {
            result.Remove(key);
        }

        var data = result["data"]!.AsObject();
        data.Remove("source");
        data.Remove("sha256");
        return WithoutClocks(result)!.ToJsonString();
    }

    private static JsonNode? WithoutClocks(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject some:
                some.Remove("seconds");
                foreach (var (_, value) in some)
                {
                    WithoutClocks(value);
                }

                break;
            case JsonArray list:
                foreach (var value in list)
                {
                    WithoutClocks(value);
                }

                break;
        }

        return node;
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Every_source_gives_the_result_of_text_to_the_bit(string kind)
    {
        var text = await Write("csv", "plain", SampleTable.Rows);
        var other = await Write(kind, "sample", SampleTable.Rows);
        var expected = Fit(text.Data, "plain");
        Assert.Contains("\"rows\":", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Fit(other.Data, "other"));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Every_file_is_validated_predicted_and_made_an_experiment(string kind)
    {
        Skip.If(kind == "postgres", "a database is no file");
        var text = await Write("csv", "plain", SampleTable.Rows);
        Fit(text.Data, "fit");
        await Write("csv", "new", SampleTable.NewRows);
        var other = await Write(kind, "later", SampleTable.NewRows);
        var expected = workspace.Run("predict", "out/fit", "new.csv");
        var found = workspace.Run("predict", "out/fit", other.File);
        Assert.True(found.Code == 0, found.Error);
        Assert.Equal(expected.Out, found.Out);

        var made = workspace.Run("new", "linear-regression", other.File, "--out", "made.json");
        Assert.True(made.Code == 0, made.Error);
        var valid = workspace.Run("validate", "made.json");
        Assert.True(valid.Code == 0, valid.Error);
        Assert.Contains($"{SampleTable.NewRows.Count} rows of", valid.Out, StringComparison.Ordinal);
        var reference = workspace.Run("new", "linear-regression", "new.csv", "--out", "reference.json");
        Assert.True(reference.Code == 0, reference.Error);
        var (own, given) = (Columns("made.json"), Columns("reference.json"));
        Assert.Equal(given, own);
    }

    private string Columns(string file) =>
        Vi.App.Configuration.JsonText.Parse(File.ReadAllText(workspace.Path(file))).Root!["data"]![
            "columns"
        ]!.ToJsonString();
}
