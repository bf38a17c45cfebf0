using ParquetSharp;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Writes Parquet files by ParquetSharp, and by another implementation.</summary>
internal static class SampleParquet
{
    public static void Write(string path, IReadOnlyList<SampleRow> rows)
    {
        Column[] columns =
        [
            new Column<DateTime>("day", LogicalType.Timestamp(isAdjustedToUtc: false, TimeUnit.Micros)),
            new Column<double?>("x"),
            new Column<long?>("count"),
            new Column<decimal?>("price", LogicalType.Decimal(precision: 29, scale: 4)),
            new Column<bool?>("open"),
            new Column<string>("kind"),
            new Column<double?>("y"),
        ];
        using var file = new ParquetFileWriter(path, columns);
        // Several groups of rows.
        foreach (var group in rows.Chunk(50))
        {
            using var writer = file.AppendRowGroup();
            Column(writer, group, row => row.Day);
            Column(writer, group, row => row.X);
            Column(writer, group, row => row.Count);
            Column(writer, group, row => row.Price);
            Column(writer, group, row => row.Open);
            Column(writer, group, row => row.Kind!);
            Column(writer, group, row => row.Y);
        }

        file.Close();
    }

    private static void Column<T>(RowGroupWriter writer, SampleRow[] rows, Func<SampleRow, T> of)
    {
        using var column = writer.NextColumn().LogicalWriter<T>();
        column.WriteBatch(Array.ConvertAll(rows, row => of(row)));
    }

    /// <summary>The same by Parquet.Net.</summary>
    public static async Task WriteByAnother(string path, IReadOnlyList<SampleRow> rows)
    {
        var schema = new Parquet.Schema.ParquetSchema(
            new Parquet.Schema.DateTimeDataField(
                "day",
                Parquet.Schema.DateTimeFormat.DateAndTimeMicros,
                isNullable: true
            ),
            new Parquet.Schema.DataField<double?>("x"),
            new Parquet.Schema.DataField<long?>("count"),
            new Parquet.Schema.DecimalDataField("price", 12, 4, isNullable: true),
            new Parquet.Schema.DataField<bool?>("open"),
            new Parquet.Schema.DataField<string>("kind"),
            new Parquet.Schema.DataField<double?>("y")
        );
        var cells = rows.Select(row =>
                (IDictionary<string, object?>)
                    SampleTable
                        .Names.Zip(SampleTable.Cells(row))
                        .ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal)
            )
            .ToList();
        await using var stream = File.Create(path);
        await Parquet.Serialization.ParquetSerializer.SerializeUntypedAsync(cells!, schema, stream);
    }
}
