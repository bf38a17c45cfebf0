using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Vi.Data.Columns;

namespace Vi.Data.Typed;

internal sealed record ArrowSettings : NamedTableSettings
{
    public required string Arrow { get; init; }
}

/// <summary>Reads Arrow IPC files (also called Feather, version 2) and streams.</summary>
internal sealed class ArrowSource()
    : NamedTableSource<ArrowSettings>("arrow", "an Arrow IPC file or stream, or a Feather file")
{
    private static readonly byte[] FileStart = [.. "ARROW1"u8];

    /// <summary>What streams start with since version 0.15 of Arrow; without it any four bytes would be taken for a length.</summary>
    private static readonly byte[] StreamStart = [0xff, 0xff, 0xff, 0xff];

    protected override string PathOf(ArrowSettings settings) => settings.Arrow;

    public override bool Reads(string path) => FileKind.Is(path, ".arrow", ".arrows", ".feather", ".ipc");

    protected override ArrowSettings Settings(string shown, FileReading reading) =>
        new()
        {
            Arrow = shown,
            Layout = reading.Layout,
            Date = reading.Date,
            Asset = reading.Asset,
            Value = reading.Value,
            DateFormat = reading.DateFormat,
        };

    protected override SourceCells Cells(TableRequest request, ArrowSettings settings)
    {
        var start = FileKind.Start(request, FileStart.Length);
        if (start.AsSpan().StartsWith("FEA1"u8))
        {
            throw request.Fail(": this is a Feather file of version 1; write it as version 2");
        }

        var isFile = start.AsSpan().SequenceEqual(FileStart);
        if (!isFile && !start.AsSpan().StartsWith(StreamStart))
        {
            throw request.Fail(
                ": this is not an Arrow IPC file or stream: it starts neither with ARROW1 nor with the bytes FF FF FF FF"
            );
        }

        using var stream = File.OpenRead(request.File);
        try
        {
            using var reader = isFile
                ? new ArrowFileReader(stream, new CompressionCodecFactory())
                : new ArrowStreamReader(stream, new CompressionCodecFactory());
            return new(Read(request, reader));
        }
        catch (Exception error)
            when (error is not (ExperimentException or OutOfMemoryException or OperationCanceledException))
        {
            // The reader checks little itself: damaged files end in exceptions of many types.
            throw request.Fail($": this is not an Arrow IPC file or stream, or a damaged one: {error.Message}");
        }
    }

    private static CellTable Read(TableRequest request, ArrowStreamReader reader)
    {
        var fields = reader.Schema?.FieldsList ?? throw new InvalidDataException("there is no schema");
        var names = KeptColumns.Names(request, fields.Select(field => field.Name));
        var kept = KeptColumns.Of(request, names);
        var pool = new TextPool();
        var cells = new TypedCells?[names.Count];
        var unread = new List<UnreadColumn>();
        for (var j = 0; j < names.Count; j++)
        {
            if (!IsRead(fields[j].DataType))
            {
                unread.Add(new UnreadColumn(names[j], fields[j].DataType.Name));
            }
            else if (kept[j])
            {
                cells[j] = new TypedCells(names[j], j, pool);
            }
        }

        while (reader.ReadNextRecordBatch() is { } batch)
        {
            using (batch)
            {
                for (var j = 0; j < names.Count; j++)
                {
                    if (cells[j] is { } into)
                    {
                        Add(into, batch.Column(j));
                    }
                }
            }
        }

        List<CellColumn> columns = [.. cells.OfType<TypedCells>().Select(column => column.Column())];
        return columns.Count > 0 && columns[0].Numbers.Count == 0
            ? throw request.Fail(": there are no rows; at least one is needed")
            : new CellTable(columns, null, []) { Unread = unread };
    }

    private static bool IsRead(IArrowType type) =>
        type
            is NumberType
                or BooleanType
                or StringType
                or LargeStringType
                or StringViewType
                or Date32Type
                or Date64Type
                or TimestampType
                or NullType
        || type is Decimal128Type or Decimal256Type
        || (type is DictionaryType { ValueType: var value } && IsRead(value) && value is not DictionaryType);

    private static void Add(TypedCells cells, IArrowArray array)
    {
        switch (array)
        {
            case DoubleArray numbers when numbers.NullCount == 0:
                cells.Add(numbers.Values);
                break;
            case DictionaryArray coded:
                for (var i = 0; i < coded.Length; i++)
                {
                    if (coded.IsNull(i))
                    {
                        cells.AddMissing();
                    }
                    else
                    {
                        AddCell(coded.Dictionary, Index(coded.Indices, i));
                    }
                }

                break;
            default:
                for (var i = 0; i < array.Length; i++)
                {
                    AddCell(array, i);
                }

                break;
        }

        void AddCell(IArrowArray from, int i)
        {
            if (Digits(from, i) is { } digits)
            {
                cells.AddNumber(digits);
            }
            else if (!cells.Add(Cell(from, i)))
            {
                throw new InvalidDataException($"column \"{cells.Name}\" has a type that is not read");
            }
        }
    }

    private static int Index(IArrowArray indices, int i) =>
        Convert.ToInt32(Cell(indices, i), CultureInfo.InvariantCulture);

    /// <summary>The digits of a decimal, which may be more than a number of .NET holds.</summary>
    private static string? Digits(IArrowArray array, int i) =>
        array switch
        {
            Decimal128Array numbers => numbers.IsNull(i) ? null : numbers.GetString(i),
            Decimal256Array numbers => numbers.IsNull(i) ? null : numbers.GetString(i),
            _ => null,
        };

    private static object? Cell(IArrowArray array, int i) =>
        array switch
        {
            DoubleArray all => all.GetValue(i),
            FloatArray all => all.GetValue(i),
            HalfFloatArray all => all.GetValue(i),
            Int8Array all => all.GetValue(i),
            Int16Array all => all.GetValue(i),
            Int32Array all => all.GetValue(i),
            Int64Array all => all.GetValue(i),
            UInt8Array all => all.GetValue(i),
            UInt16Array all => all.GetValue(i),
            UInt32Array all => all.GetValue(i),
            UInt64Array all => all.GetValue(i),
            BooleanArray all => all.GetValue(i),
            LargeStringArray all => all.IsNull(i) ? null : all.GetString(i),
            StringViewArray all => all.IsNull(i) ? null : all.GetString(i),
            StringArray all => all.IsNull(i) ? null : all.GetString(i),
            Date32Array all => all.GetDateTime(i),
            Date64Array all => all.GetDateTime(i),
            TimestampArray all => all.GetTimestamp(i)?.UtcDateTime,
            NullArray or Decimal128Array or Decimal256Array => null,
            _ => array,
        };
}
