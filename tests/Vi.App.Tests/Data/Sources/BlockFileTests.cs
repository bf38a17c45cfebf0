using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Files of <c>vilab import</c>: what they hold, that damage is found, and that reading by ranges gives the same rows.</summary>
public sealed class BlockFileTests : IDisposable
{
    private readonly Workspace workspace = new() { FakesTakeGaps = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Rows of an index, a date, three numbers with gaps in one, and a text.</summary>
    private string Table(int rows)
    {
        var text = new System.Text.StringBuilder("id,day,a,b,c,kind\n");
        for (var i = 0; i < rows; i++)
        {
            var gap = i % 7 == 3 ? "" : System.Math.Cos(i).ToString("R", CultureInfo.InvariantCulture);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{i + 1},{new DateTime(2000, 1, 1).AddDays(i):yyyy-MM-dd},{System.Math.Sin(i):R},{gap},{(i % 11) - 5.5},{(i % 3 == 0 ? "p" : "q")}\n"
            );
        }

        return workspace.Write("rows.csv", text.ToString());
    }

    private Outcome Import(params string[] arguments)
    {
        var outcome = workspace.Run(["import", .. arguments]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    [Fact]
    public void A_file_says_what_it_holds_and_ends_with_its_checksum()
    {
        Table(10);
        var said = Import("rows.csv", "--set", "data.unit=percent");
        Assert.Contains("rows.blocks is written: 10 rows of 6 columns.", said.Out, StringComparison.Ordinal);
        var bytes = File.ReadAllBytes(workspace.Path("rows.blocks"));
        Assert.Equal("VIBLOCKS"u8, bytes.AsSpan(0, 8));
        Assert.Equal(SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)), bytes[^32..]);
        var length = BitConverter.ToInt32(bytes, 8);
        var header = JsonNode.Parse(bytes.AsSpan(12, length))!;
        Assert.Equal("percent", header["unit"]!.GetValue<string>());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(workspace.Path("rows.csv")))),
            header["fingerprint"]!.GetValue<string>()
        );
        Assert.Equal(
            ["number", "date", "number", "number", "number", "text"],
            header["columns"]!.AsArray().Select(column => column!["kind"]!.GetValue<string>())
        );
        // The first row: id, a, b, c and the place of its text.
        var start = (12 + length + 63) / 64 * 64;
        double[] row = [.. Enumerable.Range(0, 5).Select(j => BitConverter.ToDouble(bytes, start + (8 * j)))];
        Assert.Equal([1, 0, 1, -5.5, 0], row);
        Assert.Equal(new DateTime(2000, 1, 1).Ticks, BitConverter.ToInt64(bytes, start + (10 * 5 * 8)));
    }

    [Fact]
    public void The_unit_of_the_file_holds_unless_the_experiment_says_another()
    {
        Table(30);
        Import("rows.csv", "--set", "data.unit=percent");
        Assert.Equal(
            DataUnit.Percent,
            workspace.Load("\"file\": \"rows.blocks\", \"gaps\": true, \"columns\": [\"a\"]").Record.Unit
        );
        Assert.Equal(
            DataUnit.Fraction,
            workspace.Load("\"file\": \"rows.blocks\", \"unit\": \"fraction\", \"columns\": [\"a\"]").Record.Unit
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(", \"columns\": [\"c\", \"a\"]")]
    [InlineData(", \"columns\": [\"c\", \"kind\"]")]
    public void Rows_read_by_ranges_are_those_in_memory(string columns)
    {
        Table(9001);
        Import("rows.csv");
        using var ranges = new Workspace { FakesTakeGaps = true, NumbersInMemory = 0 };
        File.Copy(workspace.Path("rows.blocks"), ranges.Path("rows.blocks"));
        var data = $"\"file\": \"rows.blocks\", \"gaps\": true{columns}";
        var (memory, blocks) = (workspace.Load(data), ranges.Load(data));
        Assert.Equal(memory.Dataset.ColumnNames, blocks.Dataset.ColumnNames);
        Assert.Equal(memory.Dataset.Values, blocks.Dataset.Values);
        Assert.Equal(memory.Dataset.Sha256, blocks.Dataset.Sha256);
        Assert.Equal(memory.Dataset.Times!.Values, blocks.Dataset.Times!.Values);
        Assert.Equal(columns.Contains("kind", StringComparison.Ordinal), memory.Dataset.ColumnNames.Contains("kind=q"));
        var text = workspace.Load($"\"csv\": \"rows.csv\", \"gaps\": true{columns}");
        Assert.Equal(text.Dataset.Values, memory.Dataset.Values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 23)]
    public void A_fit_of_the_file_is_the_fit_of_the_text(long numbersInMemory)
    {
        Table(3000);
        Import("rows.csv");
        using var other = new Workspace { HasRealModels = true, NumbersInMemory = numbersInMemory };
        File.Copy(workspace.Path("rows.blocks"), other.Path("rows.blocks"));
        string Experiment(string data) =>
            $$"""{ "name": "it", "data": { {{data}}, "columns": ["a", "c"] }, "model": { "type": "gaussian-mixture", "components": 2 }, "inference": { "restarts": 1, "check": "none" }, "report": { "enabled": false } }""";
        using var plain = new Workspace { HasRealModels = true };
        File.Copy(workspace.Path("rows.csv"), plain.Path("rows.csv"));
        Assert.Equal(0, plain.RunText(Experiment("\"csv\": \"rows.csv\"")).Code);
        Assert.Equal(0, other.RunText(Experiment("\"file\": \"rows.blocks\"")).Code);
        // Moments of ranges differ from those of all rows by rounding, and default priors are made from them.
        if (numbersInMemory > 0)
        {
            Assert.Equal(plain.Result("it").Elbo!.History, other.Result("it").Elbo!.History);
        }
        else
        {
            Assert.Equal(plain.Result("it").Elbo!.Value, other.Result("it").Elbo!.Value, 1e-6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 23)]
    public void A_bit_that_flipped_is_found(long numbersInMemory)
    {
        Table(500);
        Import("rows.csv");
        using var other = new Workspace { FakesTakeGaps = true, NumbersInMemory = numbersInMemory };
        var bytes = File.ReadAllBytes(workspace.Path("rows.blocks"));
        bytes[^2000] ^= 1;
        other.WriteBytes("rows.blocks", bytes);
        const string Experiment =
            """{ "data": { "file": "rows.blocks", "gaps": true }, "model": { "type": "fake", "components": 1 } }""";
        var error = other
            .RunText(Experiment.Replace(", \"gaps\": true", ", \"columns\": [\"a\", \"c\"]", StringComparison.Ordinal))
            .Error;
        Assert.Contains(
            "data.file: rows.blocks: the file is damaged: its content does not have the checksum",
            error,
            StringComparison.Ordinal
        );
        other.WriteBytes("rows.blocks", bytes[..^500]);
        Assert.Contains(
            "the file is damaged or cut short: ",
            other.RunText(Experiment).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Data_of_an_experiment_and_arrays_are_imported()
    {
        Table(30);
        workspace.Write(
            "exp.json",
            """{ "data": { "csv": "rows.csv", "columns": ["a", "c"] }, "model": { "type": "fake" } }"""
        );
        Import("exp.json", "--out", "chosen.blocks");
        Assert.Equal(["a", "c"], workspace.Load("\"file\": \"chosen.blocks\"", file: "two.json").Dataset.ColumnNames);
    }

    [Theory]
    [InlineData("7,1,2024-01-02\n")]
    [InlineData("7,1,2024-01-20\n")]
    public void Rows_read_by_ranges_have_the_findings_of_dates_of_those_in_memory(string last)
    {
        workspace.Write("rows.csv", "a,b,day\n1,2,2024-01-02\n2,5,2024-01-03\n4,3,2024-01-04\n" + last);
        Import("rows.csv");
        using var ranges = new Workspace { FakesTakeGaps = true, NumbersInMemory = 0 };
        File.Copy(workspace.Path("rows.blocks"), ranges.Path("rows.blocks"));
        string[] Dated(Workspace from) =>
            [
                .. from.Load("\"file\": \"rows.blocks\"")
                    .Findings.Where(finding => finding.Code.Contains("date", StringComparison.Ordinal))
                    .Select(finding => $"{finding.Code}: {string.Join(", ", finding.Subjects)}"),
            ];
        Assert.Equal(Dated(workspace), Dated(ranges));
        Assert.Contains("date-column: day, typed by the source, ", Dated(ranges)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_a_column_that_can_be_stored_is_refused()
    {
        var text = new System.Text.StringBuilder("kind\n");
        for (var i = 0; i <= 10_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"a{i}\n");
        }

        workspace.Write("rows.csv", text.ToString());
        var outcome = workspace.Run("import", "rows.csv");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            "rows.csv: no column can be stored: more than 10000 different texts in kind",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(workspace.Path("rows.blocks")));
    }

    [Fact]
    public void A_header_of_no_column_is_refused()
    {
        var header = """{"version":1,"rows":1,"source":"s","fingerprint":"f","columns":[null]}"""u8.ToArray();
        workspace.WriteBytes(
            "rows.blocks",
            [.. "VIBLOCKS"u8, .. BitConverter.GetBytes(header.Length), .. header, .. new byte[200]]
        );
        Assert.Contains(
            "data.file: rows.blocks: the file is damaged; import it again",
            workspace.ErrorOf(
                """{ "data": { "file": "rows.blocks" }, "model": { "type": "fake", "components": 1 } }"""
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("rows.csv --out rows.csv", "--out rows.csv: give the file the extension .blocks")]
    [InlineData("rows.csv --out old.blocks", "old.blocks: the file exists; give --force to write over it")]
    [InlineData("row.csv", "there is no such file; did you mean \"rows.csv\"")]
    [InlineData("exp.json", "data.synthetic: these data are not a table of a file or a database")]
    [InlineData("rows.csv --set data.layout=tall", "data.layout: \"tall\" is not allowed")]
    public void An_import_that_cannot_be_made_is_refused(string arguments, string expected)
    {
        Table(5);
        workspace.Write("old.blocks", "");
        workspace.Write("exp.json", Workspace.Small);
        var outcome = workspace.Run(["import", .. arguments.Split(' ')]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(workspace.Path("old.blocks")));
    }
}
