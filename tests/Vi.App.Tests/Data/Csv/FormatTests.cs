using System.IO.Compression;
using System.Text;
using Vi.App.Tests.Support;
using Vi.Data;
using Xunit;

namespace Vi.App.Tests.Data.Csv;

/// <summary>Delimiters, decimals, headers and encodings as files have them.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private static string[] Codes(LoadedData data) => [.. data.Findings.Select(finding => finding.Code)];

    [Theory]
    [InlineData("a;b\n1,5;-2,25\n1000,5;3\n", "delimiter-semicolon decimal-comma")]
    [InlineData("a;b\n1,500;-2,250\n1.000,500;3,000\n", "delimiter-semicolon decimal-comma groups-of-digits")]
    [InlineData("a;b\n1.5;-2.25\n1000.5;3\n", "delimiter-semicolon")]
    [InlineData("a\tb\n1.5\t-2.25\n1000.5\t3\n", "delimiter-tab")]
    [InlineData("a|b\r\n1.5|-2.25\r\n1000.5|3\r\n", "delimiter-bar")]
    [InlineData("a b\n1.5 -2.25\n1000.5 3\n", "delimiter-space")]
    [InlineData("\"a\" \"b\"\n\"Mazda RX\" 1.5 -2.25\n\"Fiat X\" 1000.5 3\n", "delimiter-space columns-left-out")]
    [InlineData("sep=;\na;b\n1,5;-2,25\n1000,5;3\n", "delimiter-semicolon decimal-comma")]
    [InlineData("\"a\",\"b\"\n\"1,5\",\"-2,25\"\n\"1000,5\",\"3\"\n", "decimal-comma")]
    [InlineData("a,b\n1.5,-2.25\n\"1,000.5\",3\n", "groups-of-digits")]
    [InlineData("a,b\n1.5,-2.25\n1 000.5,3\n", "groups-of-digits")]
    [InlineData("a,b\n1.5,(2.25)\n1'000.5,3\n", "groups-of-digits")]
    [InlineData("a,b\n1.5,\u22122.25\n1000.5,3\n", "")]
    [InlineData("a,b,\n1.5,-2.25,\n1000.5,3,\n", "empty-columns")]
    [InlineData("a,b\n1.5,-2.25,\n1000.5,3,\n", "")]
    [InlineData("a,b\n1.5%,-2.25\n1000.5 %,3\n", "percent-signs")]
    [InlineData("a,b\n$1.5,-2.25\n\"$1,000.5\",3\n", "groups-of-digits currency-signs")]
    [InlineData("a,b\n1.5 €,-2.25\n1000.5 €,3\n", "currency-signs")]
    [InlineData(
        "a;b\nEUR 1,5;-2,25\nEUR 1.000,5;3\n",
        "delimiter-semicolon decimal-comma groups-of-digits currency-signs"
    )]
    public void A_table_is_read_as_it_is_meant_and_says_how(string csv, string codes)
    {
        var data = workspace.LoadCsv(csv);
        Assert.Equal(["a", "b"], data.Dataset.ColumnNames);
        Assert.Equal([1.5, -2.25, 1000.5, 3], data.Dataset.Values);
        Assert.Equal(codes, string.Join(' ', Codes(data)));
    }

    [Theory]
    [InlineData("a|b\n1,500|2,000\n", "the comma may separate thousands or decimals; set data.decimal")]
    [InlineData(
        "a,b\n1.5%,1\n2.5,2\n",
        "line 2, column \"a\": \"1.5%\" has a percent sign, and other cells of the column have none"
    )]
    [InlineData("a,b\nEUR 1,1\nEUR 2,3\nUSD 2,2\n", "line 4, column \"a\": \"USD 2\" is not a number")]
    public void What_may_mean_two_things_is_refused(string csv, string expected) =>
        Assert.Contains(expected, workspace.ErrorOfCsv(csv), StringComparison.Ordinal);

    [Fact]
    public void Settings_come_before_what_the_file_shows()
    {
        Assert.Equal([1.5, 2], workspace.LoadCsv("a|b\n1,500|2,000\n", ", \"decimal\": \"comma\"").Dataset.Values);
        Assert.Equal([1500, 2000], workspace.LoadCsv("a|b\n1,500|2,000\n", ", \"decimal\": \"point\"").Dataset.Values);
        Assert.Equal(
            ["a;b"],
            workspace
                .LoadCsv("a;b,c;d\n1,2;3\n4,5;6\n", ", \"delimiter\": \"comma\", \"columns\": [\"a;b\"]")
                .Dataset.ColumnNames
        );
    }

    [Theory]
    [InlineData(
        "1.5,2\n3,4\n",
        "rows.csv, line 1: a header line with column names is needed; \"1.5\" is a number. Set data.header to false"
    )]
    [InlineData(
        "0,1.288,red\n1,1.248,blue\n2,0.107,red\n",
        "line 1: a header line with column names is needed; \"0\" is a number"
    )]
    [InlineData("1,2,3\n4,5,6\n", "or to true if its numbers are names")]
    public void A_first_line_of_numbers_is_never_lost_in_silence(string csv, string expected) =>
        Assert.Contains(expected, workspace.ErrorOfCsv(csv), StringComparison.Ordinal);

    [Fact]
    public void A_first_line_is_data_or_names_as_the_experiment_says()
    {
        var data = workspace.LoadCsv("1,2,3\n4,5,6\n", ", \"header\": false").Dataset;
        Assert.Equal(["x1", "x2", "x3"], data.ColumnNames);
        Assert.Equal([1, 2, 3, 4, 5, 6], data.Values);
        var named = workspace.LoadCsv("1,2,4\n4,5,6\n", ", \"header\": true").Dataset;
        Assert.Equal(["1", "2", "4"], named.ColumnNames);
        Assert.Equal([4, 5, 6], named.Values);
    }

    [Theory]
    [InlineData("0,1,2\n0.5,0.25,1\n1,2,3\n", "0 1 2")]
    [InlineData("2001,2002,2003\n0.5,0.25,1\n1,2,3\n", "2001 2002 2003")]
    [InlineData("land,2001,2002\nA,0.5,0.25\nB,2,3\n", "2001 2002")]
    public void A_first_line_that_counts_above_measurements_holds_names(string csv, string expected)
    {
        var data = workspace.LoadCsv(csv);
        Assert.Equal(expected.Split(' '), data.Dataset.ColumnNames);
        Assert.Contains("header-of-numbers", Codes(data));
    }

    [Fact]
    public void One_number_among_names_is_a_name() =>
        Assert.Equal(["a", "2020"], workspace.LoadCsv("a,2020\n1,2\n3,4\n").Dataset.ColumnNames);

    [Fact]
    public void Names_of_rows_in_front_need_no_header()
    {
        var data = workspace.LoadCsv("a,b\nMazda,1,2\nFiat,3,4\nSaab,5,7\n").Dataset;
        Assert.Equal(["a", "b"], data.ColumnNames);
        Assert.Equal([1, 2, 3, 4, 5, 7], data.Values);
    }

    [Fact]
    public void A_file_packed_by_gzip_is_read_whatever_its_name()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write("a,b\n1,2\n3,5\n"u8);
        }

        workspace.WriteBytes("rows.csv", packed.ToArray());
        var data = workspace.Load("\"csv\": \"rows.csv\"");
        Assert.Equal([1, 2, 3, 5], data.Dataset.Values);
        Assert.Equal(["packed-by-gzip"], Codes(data));
        workspace.WriteBytes("rows.csv", packed.ToArray()[..20]);
        Assert.Contains("packed by gzip and damaged", ErrorOfRows(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004\u0014\0", "a zip archive, such as an Excel workbook")]
    [InlineData("PAR1\u0015\u0004", "a Parquet file")]
    [InlineData("a,b\n\0\u0001\u0002", "a binary file")]
    [InlineData("<!DOCTYPE html><html>", "a web page")]
    public void What_is_no_text_is_refused_in_a_line_by_what_it_is(string start, string expected)
    {
        workspace.WriteBytes(
            "rows.csv",
            [.. Encoding.Latin1.GetBytes(start), .. Enumerable.Range(0, 1000).Select(i => (byte)i)]
        );
        var error = ErrorOfRows();
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.True(error.Length < 300, error);
    }

    [SkippableFact]
    public void Devices_are_refused_without_reading()
    {
        Skip.IfNot(File.Exists("/dev/urandom"), "there is no /dev/urandom here");
        var error = workspace.ErrorOf(
            """{ "data": { "csv": "/dev/urandom" }, "model": { "type": "fake", "components": 1 } }"""
        );
        Assert.Contains("no regular file", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_Windows_encodings_are_read()
    {
        workspace.WriteBytes("rows.csv", Encoding.Latin1.GetBytes("größe,b\n1,2\n3,5\n"));
        var data = workspace.Load("\"csv\": \"rows.csv\"");
        Assert.Equal(["größe", "b"], data.Dataset.ColumnNames);
        Assert.Equal(["windows-1252"], Codes(data));
    }

    [Fact]
    public void Control_characters_never_reach_the_terminal()
    {
        var error = workspace.ErrorOfCsv("a,b\u001b]0;T\u0007\n1,2\n2,\u001b[2J\n");
        Assert.Contains(
            "column \"b\\u001b]0;T\\u0007\": \"\\u001b[2J\" is not a number",
            error,
            StringComparison.Ordinal
        );
        var outcome = workspace.RunText(
            """{ "name": "c", "data": { "csv": "rows.csv", "columns": ["a"] }, "model": { "type": "fake", "components": 1 } }"""
        );
        Assert.DoesNotContain(outcome.Out + outcome.Error, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void A_long_cell_is_cut_short()
    {
        var error = workspace.ErrorOfCsv($"a,b\n1,2\n{new string('x', 5000)},3\n");
        Assert.True(error.Length < 400, error);
    }

    [Fact]
    public void Very_many_columns_are_read_only_by_name()
    {
        var names = Enumerable.Range(1, 20_000).Select(j => $"c{j}");
        var csv = $"{string.Join(',', names)}\n{string.Join(',', Enumerable.Range(1, 20_000))}\n";
        Assert.Contains("20000 columns are more than the 10000", workspace.ErrorOfCsv(csv), StringComparison.Ordinal);
        Assert.Equal([7], workspace.LoadCsv(csv, ", \"columns\": [\"c7\"]").Dataset.Values);
    }

    private string ErrorOfRows() =>
        workspace.ErrorOf("""{ "data": { "csv": "rows.csv" }, "model": { "type": "fake", "components": 1 } }""");
}
