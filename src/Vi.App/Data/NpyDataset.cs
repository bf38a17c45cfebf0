using System.Security.Cryptography;
using Vi.App.Configuration;
using Vi.Math;

namespace Vi.App.Data;

/// <summary>Makes a dataset from a NumPy file that is too large to be held in memory at ease.</summary>
internal static class NpyDataset
{
    /// <summary>Numbers above which a file is read block by block in every sweep: 64 megabytes of float64.</summary>
    public const long InMemory = 1L << 23;

    /// <summary>Whether a file is to be read block by block; files with true classes or held-out rows are always held in memory.</summary>
    public static bool Applies(TableRequest request) =>
        request.Labels is null
        && NpyFile.Header(request.File, message => Fail(request, message)) is var header
        && (long)header.Rows * header.Columns > InMemory;

    /// <summary>
    /// Checks every number and sums up the columns in one pass. Raises <see cref="ExperimentException"/> naming row and column of a number
    /// that is not finite, and for a constant column that is to be standardised.
    /// </summary>
    public static LoadedData Load(TableRequest request, DataSettings settings)
    {
        var header = NpyFile.Header(request.File, message => Fail(request, message));
        var all = NpyTableReader.Names(request, header.Columns);
        ColumnNames.Check(request, all);
        var target = request.LastIsTarget ? request.Target ?? settings.Columns?[^1] ?? all[^1] : null;
        var names = DatasetAssembly.Order(settings.Columns ?? all, target);
        var file = NpyFile.Open(request.File, header, [.. names.Select(name => all.IndexOf(name))]);
        var moments = Moments(request, file.Rows(), names);
        var scales = settings.Standardize ? DatasetAssembly.Scales(names, moments, target, request.Shown) : null;
        file = scales is null ? file : file.Scaled(scales);
        var hash = Hash(request.File);
        var dataset = new Dataset
        {
            ColumnNames = names,
            RowCount = header.Rows,
            Rows = file.Rows(),
            Interrupt = token => file.Cancellation = token,
            HasTarget = target is not null,
            Source = request.Shown,
            Sha256 = hash,
            Scales = scales,
        };
        return new LoadedData(
            dataset,
            DatasetAssembly.Record(dataset, moments, target),
            [],
            [.. DatasetAssembly.ConstantColumns(names, moments), .. DatasetAssembly.Gaps(moments, header.Rows)]
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

    private static List<ColumnMoments> Moments(TableRequest request, Rows rows, List<string> names)
    {
        var sums = names.ConvertAll(_ => new RunningMoments());
        for (var b = 0; b < rows.BlockCount; b++)
        {
            var values = rows.Block(b).Values;
            for (var j = 0; j < names.Count; j++)
            {
                var bad = sums[j].Add(values, j, names.Count, value => NpyTableReader.IsAllowed(request, value));
                if (bad >= 0)
                {
                    throw Fail(
                        request,
                        NpyTableReader.Explain(
                            request,
                            (long)b * rows.BlockRows + bad,
                            names[j],
                            values[bad * names.Count + j]
                        )
                    );
                }
            }
        }

        var empty = sums.FindIndex(sum => sum.IsEmpty);
        return empty < 0
            ? sums.ConvertAll(sum => sum.Result())
            : throw Fail(request, NpyTableReader.AllMissing(names[empty]));
    }

    private static ExperimentException Fail(TableRequest request, string message) =>
        new(request.SettingPath, $"{request.Shown}: {message}");

    /// <summary>Moments of a column that comes in parts (Chan, Golub and LeVeque 1983).</summary>
    private sealed class RunningMoments
    {
        private long count;
        private long missing;
        private double mean;
        private double squares;
        private double minimum = double.PositiveInfinity;
        private double maximum = double.NegativeInfinity;

        public bool IsEmpty => count == 0;

        /// <summary>Adds a column of rows; answers with the first row whose entry is not allowed, or -1.</summary>
        public int Add(ReadOnlySpan<double> rows, int column, int width, Func<double, bool> isAllowed)
        {
            var (first, offset, rowCount) = (double.NaN, 0.0, 0);
            for (var i = column; i < rows.Length; i += width)
            {
                var value = rows[i];
                if (!double.IsFinite(value))
                {
                    if (!isAllowed(value))
                    {
                        return i / width;
                    }

                    missing++;
                    continue;
                }

                if (rowCount++ == 0)
                {
                    first = value;
                }

                minimum = System.Math.Min(minimum, value);
                maximum = System.Math.Max(maximum, value);
                offset += value - first;
            }

            if (rowCount == 0)
            {
                return -1;
            }

            var partMean = first + offset / rowCount;
            var partSquares = 0.0;
            for (var i = column; i < rows.Length; i += width)
            {
                partSquares += double.IsNaN(rows[i]) ? 0 : (rows[i] - partMean) * (rows[i] - partMean);
            }

            var total = count + rowCount;
            var shift = partMean - mean;
            squares += partSquares + shift * shift * count / total * rowCount;
            mean += shift * rowCount / total;
            count = total;
            return -1;
        }

        public ColumnMoments Result() =>
            new(mean, count > 1 ? System.Math.Sqrt(squares / (count - 1)) : 0, minimum, maximum, missing);
    }
}
