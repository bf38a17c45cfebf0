using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetSharp;
using Vi.App.Tests.Support;
using Xunit;
using TimeUnit = ParquetSharp.TimeUnit;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Parquet and Arrow files: types that are read, and those that are not.</summary>
public sealed class TypedFileTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private static string Experiment(string data) =>
        $$"""{ "data": { {{data}} }, "model": { "type": "fake", "components": 1 } }""";

    private void WriteLists(string name)
    {
        using var file = new ParquetFileWriter(
            workspace.Path(name),
            [new Column<double>("a"), new Column<double[]>("many"), new Column<byte[]>("raw")]
        );
        using var group = file.AppendRowGroup();
        group.NextColumn().LogicalWriter<double>().WriteBatch([1.5, 2.5, 4]);
        group
            .NextColumn()
            .LogicalWriter<double[]>()
            .WriteBatch([
                [1],
                [2, 3],
                [],
            ]);
        group
            .NextColumn()
            .LogicalWriter<byte[]>()
            .WriteBatch([
                [1],
                [2],
                [3],
            ]);
        file.Close();
    }

    [Fact]
    public void A_column_of_another_type_of_a_Parquet_file_is_named_with_it()
    {
        WriteLists("rows.parquet");
        var data = workspace.Load("\"parquet\": \"rows.parquet\"");
        Assert.Equal(["a"], data.Dataset.ColumnNames);
        Assert.Equal([1.5, 2.5, 4], data.Dataset.Values);
        var finding = Assert.Single(data.Findings, f => f.Code == "columns-of-other-types");
        Assert.Equal(["many.list.item (list of Double)", "raw (ByteArray)"], finding.Subjects);
        Assert.Contains(
            "data.parquet: rows.parquet: column \"raw\" has the type ByteArray, which holds neither numbers, dates nor texts",
            workspace.ErrorOf(Experiment("\"parquet\": \"rows.parquet\", \"columns\": [\"a\", \"raw\"]")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_column_of_another_type_of_an_Arrow_file_is_named_with_it()
    {
        var schema = new Schema.Builder()
            .Field(new Field("a", DoubleType.Default, false))
            .Field(new Field("raw", BinaryType.Default, false))
            .Build();
        using (var stream = File.Create(workspace.Path("rows.arrow")))
        using (var writer = new ArrowFileWriter(stream, schema))
        {
            var raw = new BinaryArray.Builder().Append([(byte)1]).Append([(byte)2]).Build();
            writer.WriteRecordBatch(
                new RecordBatch(schema, [new DoubleArray.Builder().Append(1.5).Append(2).Build(), raw], 2)
            );
            writer.WriteEnd();
        }

        Assert.Equal([1.5, 2], workspace.Load("\"arrow\": \"rows.arrow\"").Dataset.Values);
        Assert.Contains(
            "data.arrow: rows.arrow: column \"raw\" has the type binary, which holds neither numbers, dates nor texts",
            workspace.ErrorOf(Experiment("\"arrow\": \"rows.arrow\", \"columns\": [\"raw\"]")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Times_of_96_bits_are_left_out_where_other_columns_are_read()
    {
        using (
            var file = new ParquetFileWriter(
                workspace.Path("rows.parquet"),
                [new Column<Int96>("t"), new Column<double>("a")]
            )
        )
        {
            using var group = file.AppendRowGroup();
            group
                .NextColumn()
                .LogicalWriter<Int96>()
                .WriteBatch([new Int96(0, 0, 2_460_000), new Int96(0, 0, 2_460_001)]);
            group.NextColumn().LogicalWriter<double>().WriteBatch([1.5, 2.5]);
            file.Close();
        }

        Assert.Equal([1.5, 2.5], workspace.Load("\"parquet\": \"rows.parquet\", \"columns\": [\"a\"]").Dataset.Values);
        Assert.Contains(
            "column \"t\" has the type Int96",
            workspace.ErrorOf(Experiment("\"parquet\": \"rows.parquet\", \"columns\": [\"a\", \"t\"]")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Decimals_of_a_dictionary_are_numbers()
    {
        var type = new Decimal128Type(12, 4);
        var coded = new DictionaryType(Int32Type.Default, type, false);
        var schema = new Schema.Builder().Field(new Field("a", coded, false)).Build();
        using (var stream = File.Create(workspace.Path("rows.arrow")))
        using (var writer = new ArrowFileWriter(stream, schema))
        {
            var values = new Decimal128Array.Builder(type).Append(1.5m).Append(2.25m).Build();
            var places = new Int32Array.Builder().Append(1).Append(0).Append(1).Build();
            writer.WriteRecordBatch(new RecordBatch(schema, [new DictionaryArray(coded, places, values)], 3));
            writer.WriteEnd();
        }

        Assert.Equal([2.25, 1.5, 2.25], workspace.Load("\"arrow\": \"rows.arrow\"").Dataset.Values);
    }

    [Theory]
    [InlineData(TimeUnit.Millis)]
    [InlineData(TimeUnit.Micros)]
    [InlineData(TimeUnit.Nanos)]
    public void Timestamps_of_every_unit_are_dates(TimeUnit unit)
    {
        DateTime[] times = [new(2024, 1, 2, 3, 4, 5, 678), new(2024, 1, 3), new(2024, 1, 4)];
        using (
            var file = new ParquetFileWriter(
                workspace.Path("rows.parquet"),
                unit == TimeUnit.Nanos
                    ? [new Column<DateTimeNanos>("t", LogicalType.Timestamp(false, unit)), new Column<double>("a")]
                    : [new Column<DateTime>("t", LogicalType.Timestamp(false, unit)), new Column<double>("a")]
            )
        )
        {
            using var group = file.AppendRowGroup();
            if (unit == TimeUnit.Nanos)
            {
                group
                    .NextColumn()
                    .LogicalWriter<DateTimeNanos>()
                    .WriteBatch(System.Array.ConvertAll(times, t => new DateTimeNanos(t)));
            }
            else
            {
                group.NextColumn().LogicalWriter<DateTime>().WriteBatch(times);
            }

            group.NextColumn().LogicalWriter<double>().WriteBatch([1, 2, 4]);
            file.Close();
        }

        Assert.Equal(
            times.Select(time => (DateTime?)time),
            workspace.Load("\"parquet\": \"rows.parquet\"").Dataset.Times!.Values
        );
    }

    [Theory]
    [InlineData("parquet", "hello, I am a text", "this is not a Parquet file: it does not start with PAR1")]
    [InlineData("parquet", "PAR1 and then nothing that is Parquet", "this Parquet file cannot be read")]
    [InlineData("parquet", "", "the file is empty, or no regular file")]
    [InlineData(
        "arrow",
        "hello, I am a text, longer than any header",
        "this is not an Arrow IPC file or stream: it starts neither with ARROW1 nor with the bytes FF FF FF FF"
    )]
    [InlineData("arrow", "ARROW1\0\0 and then nothing", "this is not an Arrow IPC file or stream, or a damaged one")]
    [InlineData("arrow", "FEA1 and more", "this is a Feather file of version 1; write it as version 2")]
    [InlineData("arrow", "", "the file is empty, or no regular file")]
    [InlineData("file", "hello, I am a text", "this is not a file of vilab import: it does not start with VIBLOCKS")]
    [InlineData("file", "VIBLOCKS and then nothing of a table", "the file is damaged or cut short")]
    public void A_file_that_cannot_be_used_is_refused(string source, string text, string expected)
    {
        workspace.Write("rows.bin", text);
        Assert.Contains(
            $"data.{source}: rows.bin: {expected}",
            workspace.ErrorOf(Experiment($"\"{source}\": \"rows.bin\"")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("arrow")]
    public void A_file_cut_short_is_refused(string source)
    {
        var path = workspace.Path($"rows.{source}");
        if (source == "parquet")
        {
            SampleParquet.Write(path, SampleTable.Rows);
        }
        else
        {
            SampleArrow.Write(path, SampleTable.Rows);
        }

        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        Assert.Contains(
            $"data.{source}: rows.{source}: this ",
            workspace.ErrorOf(Experiment($"\"{source}\": \"rows.{source}\"")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "\"Infinity\" is not a finite number")]
    [InlineData(double.NaN, "the cell is empty; a number is needed")]
    public void A_number_that_is_not_finite_is_named_with_row_and_date(double value, string expected)
    {
        using (
            var file = new ParquetFileWriter(
                workspace.Path("rows.parquet"),
                [new Column<DateTime>("day", LogicalType.Timestamp(false, TimeUnit.Micros)), new Column<double>("a")]
            )
        )
        {
            using var group = file.AppendRowGroup();
            group
                .NextColumn()
                .LogicalWriter<DateTime>()
                .WriteBatch([new(2024, 1, 2), new(2024, 1, 3), new(2024, 1, 4)]);
            group.NextColumn().LogicalWriter<double>().WriteBatch([1, value, 4]);
            file.Close();
        }

        Assert.Contains(
            $"data.parquet: rows.parquet, row 2 (2024-01-03), column \"a\": {expected}",
            workspace.ErrorOf(Experiment("\"parquet\": \"rows.parquet\"")),
            StringComparison.Ordinal
        );
    }
}
