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
        var columns = wanted.ConvertAll(pair => new TableColumn(pair.name, Column(view, header, pair.j)));
        CheckFinite(request, columns);
        var labels = request.Labels is null ? null : Column(view, header, names.IndexOf(request.Labels));
        return new Table(columns, [], labels is null ? null : [.. labels.Select(value => (int)value)], hash);
    }

    private static List<string> Names(TableRequest request, int count)
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

    private static double[] Column(MemoryMappedViewAccessor view, NpyHeader header, int column)
    {
        var values = new double[header.Rows];
        var first = header.DataOffset + (header.Fortran ? (long)column * header.Rows : column) * header.ItemSize;
        var stride = (header.Fortran ? 1L : header.Columns) * header.ItemSize;
        for (var i = 0; i < values.Length; i++)
        {
            var offset = first + i * stride;
            values[i] = header.ItemSize == 8 ? view.ReadDouble(offset) : view.ReadSingle(offset);
        }

        return values;
    }

    private static void CheckFinite(TableRequest request, List<TableColumn> columns)
    {
        foreach (var column in columns)
        {
            var row = Array.FindIndex(column.Values, value => !double.IsFinite(value));
            if (row >= 0)
            {
                throw Fail(
                    request,
                    $"row {row + 1} (the first is 1), column \"{column.Name}\": {column.Values[row]:R} is not a finite number"
                );
            }
        }
    }

    private static ExperimentException Fail(TableRequest request, string message) =>
        new(request.SettingPath, $"{request.Shown}: {message}");
}
