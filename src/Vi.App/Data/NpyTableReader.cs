using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Vi.App.Configuration;

namespace Vi.App.Data;

/// <summary>
/// Reads NumPy files of one or two dimensions, mapped into memory so that only the columns asked for are copied. Columns are named x1,
/// x2, ...; the last one is y where the model has a target.
/// </summary>
public sealed class NpyTableReader : ITableReader
{
    /// <summary>Numbers read at a time: 512 kilobytes of float64, which stay in the second-level cache.</summary>
    private const int BlockLength = 1 << 16;

    /// <inheritdoc />
    public string Key => "npy";

    /// <inheritdoc />
    public string Summary => "a NumPy file, float64 or float32, one or two dimensions";

    /// <inheritdoc />
    public Table Read(TableRequest request)
    {
        var length = new FileInfo(request.File).Length;
        if (length == 0)
        {
            throw Fail(request, "the file is empty");
        }

        string hash;
        using (var stream = File.OpenRead(request.File))
        {
            hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        using var map = MemoryMappedFile.CreateFromFile(
            request.File,
            FileMode.Open,
            null,
            0,
            MemoryMappedFileAccess.Read
        );
        using var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        var header = NpyHeader.Read(view, length, message => Fail(request, message));
        var names = Names(request, header.Columns);
        ColumnNames.Check(request, names);
        var wanted = names.Select((name, j) => (name, j)).Where(pair => IsWanted(request, pair.name)).ToList();
        var values = Columns(view, header, wanted.ConvertAll(pair => pair.j));
        var columns = wanted.Select((pair, k) => new TableColumn(pair.name, values[k])).ToList();
        CheckFinite(request, columns);
        var labels = request.Labels is null ? null : Columns(view, header, [names.IndexOf(request.Labels)])[0];
        return new Table(columns, [], labels is null ? null : [.. labels.Select(value => (int)value)], hash);
    }

    /// <summary>Names of a file's columns: x1, x2, ..., and y for the last where it is the target.</summary>
    internal static List<string> Names(TableRequest request, int count)
    {
        var names = Enumerable.Range(1, count).Select(j => $"x{j}").ToList();
        var targetIsNamed = request.Target is { } target && target != "y";
        if (request.LastIsTarget && !targetIsNamed)
        {
            names[^1] = "y";
        }

        return names;
    }

    private static bool IsWanted(TableRequest request, string name) =>
        name == request.Target
        || (request.Columns is null ? name != request.Labels : request.Columns.Contains(name, StringComparer.Ordinal));

    /// <summary>Copies columns out of the map, block of rows by block of rows, so that each page of the file is touched once.</summary>
    private static List<double[]> Columns(MemoryMappedViewAccessor view, NpyHeader header, List<int> wanted)
    {
        var columns = wanted.ConvertAll(_ => new double[header.Rows]);
        if (header.Fortran)
        {
            for (var k = 0; k < wanted.Count; k++)
            {
                Numbers(view, header, (long)wanted[k] * header.Rows, columns[k], header.Rows);
            }

            return columns;
        }

        var blockRows = System.Math.Min(header.Rows, System.Math.Max(1, BlockLength / header.Columns));
        var block = new double[blockRows * header.Columns];
        for (var start = 0; start < header.Rows; start += blockRows)
        {
            var rows = System.Math.Min(blockRows, header.Rows - start);
            Numbers(view, header, (long)start * header.Columns, block, rows * header.Columns);
            for (var k = 0; k < wanted.Count; k++)
            {
                for (var i = 0; i < rows; i++)
                {
                    columns[k][start + i] = block[i * header.Columns + wanted[k]];
                }
            }
        }

        return columns;
    }

    /// <summary>Copies consecutive numbers of the file, from the one with the index <paramref name="first"/> on.</summary>
    private static void Numbers(MemoryMappedViewAccessor view, NpyHeader header, long first, double[] into, int count)
    {
        var offset = header.DataOffset + first * header.ItemSize;
        if (header.ItemSize == 8)
        {
            view.ReadArray(offset, into, 0, count);
            return;
        }

        var singles = new float[count];
        view.ReadArray(offset, singles, 0, count);
        for (var i = 0; i < count; i++)
        {
            into[i] = singles[i];
        }
    }

    private static void CheckFinite(TableRequest request, List<TableColumn> columns)
    {
        foreach (var column in columns)
        {
            var row = Array.FindIndex(column.Values, value => !IsAllowed(request, value));
            if (row >= 0)
            {
                throw Fail(request, Explain(request, row, column.Name, column.Values[row]));
            }

            if (column.Values.Length > 0 && Array.TrueForAll(column.Values, double.IsNaN))
            {
                throw Fail(request, AllMissing(column.Name));
            }
        }
    }

    /// <summary>Whether an entry is a finite number or is missing and may be.</summary>
    internal static bool IsAllowed(TableRequest request, double value) =>
        double.IsFinite(value) || (request.Gaps && double.IsNaN(value));

    /// <summary>What is wrong with an entry that is not allowed; the row is counted from 0.</summary>
    internal static string Explain(TableRequest request, long row, string column, double value) =>
        $"row {row + 1} (the first is 1), column \"{column}\": {value:R} is not a finite number"
        + (double.IsNaN(value) ? request.GapRemedy : "");

    /// <summary>What is wrong with a column without any number.</summary>
    internal static string AllMissing(string column) =>
        $"column \"{column}\": every entry is missing; leave it out of data.columns";

    private static ExperimentException Fail(TableRequest request, string message) =>
        new(request.SettingPath, $"{request.Shown}: {message}");
}
