using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vi.Data.Columns;

namespace Vi.Data.Blocks;

/// <summary>
/// A table in one file that fits read by ranges of rows: a header, the numbers as float64 row by row, the dates as int64 column by
/// column, and the SHA-256 of all that. Numbers are little-endian.
/// </summary>
internal sealed class BlockFile
{
    /// <summary>Different texts of a column above which it is left out.</summary>
    private const int MostLevels = 10_000;

    /// <summary>Rows written at a time.</summary>
    private const int BlockRows = 1 << 12;

    private const long MissingDate = long.MinValue;

    private readonly string path;
    private readonly long datesOffset;

    private BlockFile(string path, BlockHeader header, int headerLength)
    {
        (this.path, Header) = (path, header);
        Layout = new MatrixLayout(sizeof(double), false, header.Rows, header.Numeric.Count, headerLength);
        datesOffset = headerLength + (long)header.Rows * header.Numeric.Count * sizeof(double);
    }

    public BlockHeader Header { get; }

    /// <summary>Where the numbers stand.</summary>
    public MatrixLayout Layout { get; }

    private long Length => datesOffset + (long)Header.Rows * Header.Dated.Count * sizeof(long) + SHA256.HashSizeInBytes;

    /// <summary>A file with its header; <paramref name="fail"/> makes the exception for another file or one that is cut short.</summary>
    public static BlockFile Open(string path, Func<string, Exception> fail)
    {
        using var stream = File.OpenRead(path);
        var (header, length) = BlockHeader.Read(stream, fail);
        var file = new BlockFile(path, header, length);
        return stream.Length == file.Length
            ? file
            : throw fail(
                $"the file is damaged or cut short: {file.Length} bytes are needed, and there are {stream.Length}; import it again"
            );
    }

    /// <summary>Lower-case hexadecimal SHA-256 of the content, which must be the one that the file ends with.</summary>
    public string Checked(Func<string, Exception> fail)
    {
        using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1,
            FileOptions.SequentialScan
        );
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, left) = (new byte[1 << 20], Length - SHA256.HashSizeInBytes);
        while (left > 0)
        {
            var count = stream.Read(buffer, 0, (int)Min(left, buffer.Length));
            left =
                count > 0 ? left - count : throw new EndOfStreamException("the file became shorter while it was read");
            hash.AppendData(buffer, 0, count);
        }

        var stored = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(stored);
        var found = hash.GetHashAndReset();
        return found.AsSpan().SequenceEqual(stored)
            ? Convert.ToHexStringLower(found)
            : throw fail(
                "the file is damaged: its content does not have the checksum that it ends with; import it again"
            );
    }

    /// <summary>
    /// The numbers of some columns, by their places among <see cref="BlockHeader.Numeric"/>; stays open while they are in use.
    /// </summary>
    public MatrixFile Numbers(int[] columns) => MatrixFile.Open(path, Layout, columns);

    /// <summary>A column of dates by its place among <see cref="BlockHeader.Dated"/>.</summary>
    public Dates Dates(int place)
    {
        var ticks = new long[Header.Rows];
        using var stream = File.OpenRead(path);
        stream.Position = datesOffset + (long)place * Header.Rows * sizeof(long);
        stream.ReadExactly(MemoryMarshal.AsBytes(ticks.AsSpan()));
        return new(
            Columns.Dates.Typed,
            null,
            Array.ConvertAll(
                ticks,
                tick => tick >= 0 && tick <= DateTime.MaxValue.Ticks ? new DateTime(tick) : (DateTime?)null
            )
        );
    }

    /// <summary>
    /// Writes a table next to the path and renames it; answers with the columns of too many texts, which are left out. Raises
    /// <see cref="ExperimentException"/> where that leaves none.
    /// </summary>
    public static IReadOnlyList<string> Write(string path, StoredColumns table)
    {
        List<(TypedColumn Column, BlockColumn Stored)> all =
        [
            .. table.Columns.Select(column => (column, Described(column))),
        ];
        var leftOut = all.FindAll(pair => pair.Stored.Levels?.Count > MostLevels);
        var kept = all.Except(leftOut).ToList();
        if (kept.Count == 0)
        {
            throw new ExperimentException(
                $"{table.Source}: no column can be stored"
                    + (
                        leftOut.Count == 0
                            ? ": none holds numbers, dates or texts"
                            : $": more than {MostLevels} different texts in {string.Join(", ", leftOut.Select(pair => pair.Column.Name))}"
                    )
            );
        }

        var rows = kept[0].Column.Cells.Numbers.Count;
        var header = new BlockHeader(
            BlockHeader.Latest,
            rows,
            table.Source,
            table.Sha256,
            table.Unit,
            [.. kept.Select(pair => pair.Stored)]
        );
        AtomicFile.Write(path, stream => Write(stream, header, kept));
        return leftOut.ConvertAll(pair => pair.Column.Name);
    }

    private static void Write(Stream stream, BlockHeader header, List<(TypedColumn Column, BlockColumn Stored)> columns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Put(header.Bytes());
        var numbers = columns
            .FindAll(pair => pair.Stored.Kind != BlockKind.Date)
            .ConvertAll(pair =>
                pair.Stored.Kind == BlockKind.Text ? Codes(pair.Column, pair.Stored.Levels!)
                : pair.Column.Kind == ColumnKind.Empty ? pair.Column.Cells.Numbers
                : pair.Column.Numbers
            );
        var block = new double[BlockRows * numbers.Count];
        for (var first = 0; first < header.Rows; first += BlockRows)
        {
            var rows = Min(BlockRows, header.Rows - first);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < numbers.Count; j++)
                {
                    block[i * numbers.Count + j] = numbers[j][first + i];
                }
            }

            Put(MemoryMarshal.AsBytes(block.AsSpan(0, rows * numbers.Count)));
        }

        foreach (var (column, stored) in columns.Where(pair => pair.Stored.Kind == BlockKind.Date))
        {
            long[] ticks = [.. column.Dates!.Times.Select(time => time?.Ticks ?? MissingDate)];
            Put(MemoryMarshal.AsBytes(ticks.AsSpan()));
        }

        stream.Write(hash.GetHashAndReset());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }

    private static BlockColumn Described(TypedColumn column)
    {
        var (name, isFirst) = (column.Name, column.Cells.Place == 0);
        bool IsIndex(bool explains) =>
            column is { Kind: ColumnKind.Number, Dates: null, Missing.Count: 0 }
            && Counters.IsIndex(name, isFirst, column.Numbers, explains);
        return new BlockColumn(
            name,
            column.Cells.Place,
            column.Kind switch
            {
                ColumnKind.Date => BlockKind.Date,
                ColumnKind.Text => BlockKind.Text,
                _ => BlockKind.Number,
            },
            column.Missing.Count
        )
        {
            Levels =
                column.Kind == ColumnKind.Text
                    ? [.. column.AllTexts().OfType<string>().Distinct(StringComparer.Ordinal)]
                    : null,
            IsDated = column is { Kind: ColumnKind.Number, Dates: not null },
            IsIndex = IsIndex(explains: false),
            IsIndexWhereExplained = IsIndex(explains: true),
        };
    }

    private static double[] Codes(TypedColumn column, IReadOnlyList<string> levels)
    {
        var places = levels
            .Index()
            .ToDictionary(level => level.Item, level => (double)level.Index, StringComparer.Ordinal);
        return [.. column.AllTexts().Select(text => text is null ? double.NaN : places[text])];
    }
}
