using System.Security.Cryptography;
using Vi.App.Configuration;
using Vi.App.Running;
using Vi.Kernels;
using Vi.Math;

namespace Vi.App.Data;

/// <summary>Makes a dataset from a NumPy file that is too large to be held in memory at ease.</summary>
internal static class NpyDataset
{
    /// <summary>
    /// Whether a file has more numbers than are held in memory; files with true classes or held-out rows are always held.
    /// </summary>
    public static bool Applies(TableRequest request, long inMemory) =>
        request.Labels is null
        && NpyFile.Header(request.File, message => Fail(request, message)) is var header
        && (long)header.Rows * header.Columns > inMemory;

    /// <summary>
    /// Checks every number and sums up the columns in one pass. Raises <see cref="ExperimentException"/> naming row and column of a number
    /// that is not finite, and for a constant column that is to be standardised.
    /// </summary>
    public static LoadedData Load(TableRequest request, DataSettings settings, int threads, RowsWatch watch)
    {
        var header = NpyFile.Header(request.File, message => Fail(request, message));
        var all = NpyTableReader.Names(request, header.Columns);
        ColumnNames.Check(request, all);
        var target = request.LastIsTarget ? request.Target ?? settings.Columns?[^1] ?? all[^1] : null;
        var names = DatasetAssembly.Order(settings.Columns ?? all, target);
        var file = NpyFile.Open(request.File, header, [.. names.Select(name => all.IndexOf(name))]);
        watch.RowCount = header.Rows;
        // The hash takes longer than all else, so it goes on beside the moments.
        var hash = Task.Run(() => Hash(request.File));
        var moments = Moments(request, file.Rows(), names, threads, watch);
        var scales = settings.Standardize ? DatasetAssembly.Scales(names, moments, target, request.Shown) : null;
        file = scales is null ? file : file.Scaled(scales);
        var dataset = new Dataset
        {
            ColumnNames = names,
            RowCount = header.Rows,
            Rows = file.Rows(),
            HasTarget = target is not null,
            Source = request.Shown,
            Sha256 = hash.GetAwaiter().GetResult(),
            Scales = scales,
        };
        return new LoadedData(
            dataset,
            DatasetAssembly.Record(dataset, moments, target),
            [],
            [
                .. DatasetAssembly.ConstantColumns(names, moments, header.Rows, target),
                .. DatasetAssembly.Gaps(moments, header.Rows),
            ]
        );
    }

    private static string Hash(string path)
    {
        using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1 << 20,
            FileOptions.SequentialScan
        );
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Moments of all columns, block by block on several threads; blocks are combined in their order.</summary>
    private static List<ColumnMoments> Moments(
        TableRequest request,
        Rows rows,
        List<string> names,
        int threads,
        RowsWatch watch
    )
    {
        var all = BlockFold.Run(
            rows.BlockCount,
            threads,
            null,
            PartMoments? (b) =>
            {
                var block = rows.Block(b);
                var part = PartMoments.Of(block.Values, names.Count, (long)b * rows.BlockRows, request.Gaps);
                watch.Saw(block.Rows);
                return part;
            },
            (a, b) => PartMoments.Combine(a!, b!)
        )!;
        if (all.Bad is { } bad)
        {
            throw Fail(request, NpyTableReader.Explain(request, bad.Row, names[bad.Column], bad.Value));
        }

        return all.Empty is { } empty ? throw Fail(request, NpyTableReader.AllMissing(names[empty])) : all.Columns();
    }

    private static ExperimentException Fail(TableRequest request, string message) =>
        new(request.SettingPath, $"{request.Shown}: {message}");
}
