using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Writes Arrow IPC files and streams.</summary>
internal static class SampleArrow
{
    public static void Write(
        string path,
        IReadOnlyList<SampleRow> rows,
        bool isStream = false,
        bool isCompressed = false
    )
    {
        var schema = new Schema.Builder()
            .Field(new Field("day", Date32Type.Default, nullable: false))
            .Field(new Field("x", DoubleType.Default, nullable: true))
            .Field(new Field("count", Int64Type.Default, nullable: true))
            .Field(new Field("price", new Decimal128Type(12, 4), nullable: true))
            .Field(new Field("open", BooleanType.Default, nullable: true))
            .Field(new Field("kind", StringType.Default, nullable: true))
            .Field(new Field("y", DoubleType.Default, nullable: true))
            .Build();
        using var stream = System.IO.File.Create(path);
        var options = new IpcOptions
        {
            CompressionCodec = isCompressed ? CompressionCodecType.Lz4Frame : null,
            CompressionCodecFactory = new CompressionCodecFactory(),
        };
        using var writer = isStream
            ? new ArrowStreamWriter(stream, schema, false, options)
            : new ArrowFileWriter(stream, schema, false, options);
        writer.WriteStart();
        foreach (var batch in rows.Chunk(50))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, Arrays(batch), batch.Length));
        }

        writer.WriteEnd();
    }

    private static IArrowArray[] Arrays(SampleRow[] rows)
    {
        var day = new Date32Array.Builder();
        var (x, y) = (new DoubleArray.Builder(), new DoubleArray.Builder());
        var count = new Int64Array.Builder();
        var price = new Decimal128Array.Builder(new Decimal128Type(12, 4));
        var open = new BooleanArray.Builder();
        var kind = new StringArray.Builder();
        foreach (var row in rows)
        {
            day.Append(row.Day);
            x.Append(row.X);
            y.Append(row.Y);
            count.Append(row.Count);
            Append(row.Price, value => price.Append(value), () => price.AppendNull());
            Append(row.Open, value => open.Append(value), () => open.AppendNull());
            kind.Append(row.Kind);
        }

        return [day.Build(), x.Build(), count.Build(), price.Build(), open.Build(), kind.Build(), y.Build()];
    }

    private static void Append<T>(T? cell, Action<T> some, Action none)
        where T : struct
    {
        if (cell is { } value)
        {
            some(value);
        }
        else
        {
            none();
        }
    }
}
