using ParquetSharp;
using Vi.Data.Columns;

namespace Vi.Data.Typed;

internal sealed record ParquetSettings : NamedTableSettings
{
    public required string Parquet { get; init; }
}

/// <summary>Reads Parquet files of flat columns: numbers, decimals, booleans, texts, dates and timestamps.</summary>
internal sealed class ParquetSource() : NamedTableSource<ParquetSettings>("parquet", "a Parquet file")
{
    private const int BatchRows = 1 << 16;

    protected override string PathOf(ParquetSettings settings) => settings.Parquet;

    public override bool Reads(string path) => FileKind.Is(path, ".parquet", ".pq");

    protected override ParquetSettings Settings(string shown, FileReading reading) =>
        new()
        {
            Parquet = shown,
            Layout = reading.Layout,
            Date = reading.Date,
            Asset = reading.Asset,
            Value = reading.Value,
            DateFormat = reading.DateFormat,
        };

    protected override SourceCells Cells(TableRequest request, ParquetSettings settings)
    {
        FileKind.Check(request, "a Parquet file", "PAR1"u8);
        try
        {
            using var file = new ParquetFileReader(request.File);
            return new(Table(request, file));
        }
        catch (Exception error)
            when (error is not (ExperimentException or OutOfMemoryException or OperationCanceledException))
        {
            // Damaged files and values without a counterpart in .NET end in exceptions of many types.
            throw request.Fail($": this Parquet file cannot be read: {error.Message}");
        }
    }

    private static CellTable Table(TableRequest request, ParquetFileReader file)
    {
        var meta = file.FileMetaData;
        if (meta.NumRows > int.MaxValue)
        {
            throw request.Fail($": {meta.NumRows} rows are more than the {int.MaxValue} that are read");
        }

        var schema = meta.Schema;
        List<ColumnDescriptor> described = [.. Enumerable.Range(0, schema.NumColumns).Select(schema.Column)];
        var names = KeptColumns.Names(request, described.Select(column => column.Path.ToDotString()));
        var kept = KeptColumns.Of(request, names);
        var (columns, unread, pool) = (new List<CellColumn>(), new List<UnreadColumn>(), new TextPool());
        for (var j = 0; j < names.Count; j++)
        {
            if (Type(described[j]) is { } type)
            {
                unread.Add(new UnreadColumn(names[j], type));
            }
            else if (kept[j])
            {
                var cells = new TypedCells(names[j], j, pool);
                for (var group = 0; group < meta.NumRowGroups; group++)
                {
                    using var rows = file.RowGroup(group);
                    using var column = rows.Column(j);
                    using var reader = column.LogicalReader(BatchRows);
                    reader.Apply(new Visitor(cells, request));
                }

                if (cells.Count != meta.NumRows)
                {
                    throw request.Fail(
                        $": this Parquet file is damaged: column \"{names[j]}\" has {cells.Count} entries, "
                            + $"and the file has {meta.NumRows} rows"
                    );
                }

                columns.Add(cells.Column());
            }
        }

        return columns.Count > 0 && columns[0].Numbers.Count == 0
            ? throw request.Fail(": there are no rows; at least one is needed")
            : new CellTable(columns, null, []) { Unread = unread };
    }

    /// <summary>The name of a type that is not read; null for one that is.</summary>
    private static string? Type(ColumnDescriptor column) =>
        column.MaxRepetitionLevel > 0 ? $"list of {TypeName(column)}"
        : column.MaxDefinitionLevel > 1 ? $"group of {TypeName(column)}"
        : column.LogicalType.Type
            is LogicalTypeEnum.None
                or LogicalTypeEnum.Int
                or LogicalTypeEnum.String
                or LogicalTypeEnum.Enum
                or LogicalTypeEnum.Decimal
                or LogicalTypeEnum.Date
                or LogicalTypeEnum.Timestamp
                or LogicalTypeEnum.Float16
                or LogicalTypeEnum.Nil
        && column
            is not {
                LogicalType.Type: LogicalTypeEnum.None,
                PhysicalType: PhysicalType.ByteArray or PhysicalType.FixedLenByteArray or PhysicalType.Int96
            }
            ? null
        : TypeName(column);

    private static string TypeName(ColumnDescriptor column) =>
        column.LogicalType.Type is LogicalTypeEnum.None
            ? $"{column.PhysicalType}"
            : $"{column.LogicalType.Type}".ToLowerInvariant();

    /// <summary>Adds the cells of a column chunk, whatever type they have.</summary>
    private sealed class Visitor(TypedCells cells, TableRequest request) : ILogicalColumnReaderVisitor<bool>
    {
        public bool OnLogicalColumnReader<TElement>(LogicalColumnReader<TElement> reader)
        {
            var batch = new TElement[BatchRows];
            while (reader.HasNext)
            {
                var count = reader.ReadBatch(batch);
                if (batch is double[] plain)
                {
                    cells.Add(plain.AsSpan(0, count));
                    continue;
                }

                for (var i = 0; i < count; i++)
                {
                    var cell = (object?)batch[i] switch
                    {
                        Date date => date.DateTime,
                        DateTimeNanos time => time.DateTime,
                        var other => other,
                    };
                    if (!cells.Add(cell))
                    {
                        throw request.Fail(
                            $": column \"{cells.Name}\" has the type {typeof(TElement).Name}, which is not read; "
                                + "convert it to a number, a text or a date"
                        );
                    }
                }
            }

            return true;
        }
    }
}
