using Vi.Data.Columns;

namespace Vi.Data;

internal sealed record NpySettings : TableSettings
{
    public required string Npy { get; init; }
}

/// <summary>
/// Reads NumPy files of one or two dimensions, large ones block by block in every sweep. Columns are named x1, x2, ...; the last one is y
/// where the model has a target.
/// </summary>
internal sealed class NpySource()
    : TableSource<NpySettings>("npy", "a NumPy file, float64 or float32, one or two dimensions")
{
    protected override string PathOf(NpySettings settings) => settings.Npy;

    public override bool Reads(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);

    protected override NpySettings Settings(string shown, FileReading reading) => new() { Npy = shown };

    protected override TableProposal Propose(TableRequest request, int? columns)
    {
        var table = Read(request with { Gaps = Gaps.Kept }, new NpySettings { Npy = request.Shown });
        var used = table.Columns.Take(columns ?? table.Columns.Count).ToList();
        var hasGaps = used.Exists(column => column.Values.AsSpan().Contains(double.NaN));
        return new TableProposal(
            Name,
            [.. used.Select(column => column.Name)],
            request.LastIsTarget ? table.Columns[^1].Name : null,
            Labels: null,
            !hasGaps ? Gaps.None
                : request.Gaps == Gaps.Kept ? Gaps.Kept
                : Gaps.DropRows,
            []
        );
    }

    protected override Table Read(TableRequest request, NpySettings settings)
    {
        var header = NpyHeader.Of(request.File, message => request.Fail($": {message}"));
        var names = Names(request, header.Columns);
        List<int> wanted = Wanted(request, names);
        if (request.Labels is not null)
        {
            wanted.Add(names.IndexOf(request.Labels));
        }

        using var file = MatrixFile.Open(request.File, header, [.. wanted]);
        var values = file.Columns();
        List<TableColumn> columns = [.. wanted.Zip(values, (j, column) => new TableColumn(names[j], column))];
        int[]? labels = null;
        if (request.Labels is not null)
        {
            columns.RemoveAt(columns.Count - 1);
            labels = Array.ConvertAll(values[^1], value => (int)value);
        }

        foreach (var column in columns)
        {
            var row = Array.FindIndex(
                column.Values,
                value => !double.IsFinite(value) && !(request.Gaps != Gaps.None && double.IsNaN(value))
            );
            MatrixRows.CheckColumn(
                request,
                column.Name,
                row < 0 ? null : (row, column.Values[row]),
                Array.TrueForAll(column.Values, double.IsNaN)
            );
        }

        return new Table(columns, labels, request.Hash())
        {
            Sources = [.. columns.Select(column => column.Name)],
            Target = request.Target ?? request.Columns?[^1],
        };
    }

    internal override StoredColumns Stored(TableRequest request, NpySettings settings)
    {
        var table = Read(request, settings);
        var columns = table.Columns.Select(
            (column, j) =>
            {
                var cells = new CellColumn(column.Name, j);
                Array.ForEach(column.Values, cells.Add);
                return cells;
            }
        );
        var typing = new ColumnTyping(new NumberText(isComma: false), new GapText([]), null, explains: false);
        return StoredColumns.Of(request, new CellTable([.. columns], null, []) { Sha256 = table.Sha256 }, typing) with
        {
            Unit = settings.Unit,
        };
    }

    /// <summary>
    /// Checks every number and sums up the columns in one pass. Files with true classes or held-out rows are always held in memory.
    /// </summary>
    protected override LoadedData? ReadInBlocks(TableRequest table, NpySettings settings, DataRequest request)
    {
        if (table.Labels is not null)
        {
            return null;
        }

        var header = NpyHeader.Of(table.File, message => table.Fail($": {message}"));
        if ((long)header.Rows * header.Columns <= request.Limits.NumbersInMemory)
        {
            return null;
        }

        var all = Names(table, header.Columns);
        var target = table.LastIsTarget ? table.Target ?? table.Columns?[^1] ?? all[^1] : null;
        var names = DatasetAssembly.Order(table.Columns ?? all, target);
        var file = MatrixFile.Open(table.File, header, [.. names.Select(name => all.IndexOf(name))]);
        return new MatrixRows(table, request).Load(
            file,
            header.Rows,
            names,
            target,
            settings.Standardize,
            table.Hash,
            null
        );
    }

    /// <summary>Names of a file's columns: x1, x2, ..., and y for the last where it is the target. Checks those asked for.</summary>
    private static List<string> Names(TableRequest request, int count)
    {
        var names = Enumerable.Range(1, count).Select(j => $"x{j}").ToList();
        if (request is { LastIsTarget: true, Target: null or "y" })
        {
            names[^1] = "y";
        }

        request.CheckNames(names);
        return names;
    }

    /// <summary>The columns asked for, in their order, otherwise all; the target among them.</summary>
    private static List<int> Wanted(TableRequest request, List<string> names)
    {
        List<int> wanted = request.Columns is { } asked
            ? [.. asked.Select(name => names.IndexOf(name))]
            :
            [
                .. Enumerable
                    .Range(0, names.Count)
                    .Where(j => names[j] != request.Labels || names[j] == request.Target),
            ];
        if (request.Target is { } target && !wanted.Contains(names.IndexOf(target)))
        {
            wanted.Add(names.IndexOf(target));
        }

        return wanted;
    }
}
