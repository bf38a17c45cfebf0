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
            [.. DatasetAssembly.ConstantColumns(names, moments)]
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
                var bad = sums[j].Add(values, j, names.Count);
                if (bad >= 0)
                {
                    throw Fail(
                        request,
                        $"row {(long)b * rows.BlockRows + bad + 1} (the first is 1), column \"{names[j]}\": {values[bad * names.Count + j]:R} is not a finite number"
                    );
                }
            }
        }

        return sums.ConvertAll(sum => sum.Result());
    }

    private static ExperimentException Fail(TableRequest request, string message) =>
        new(request.SettingPath, $"{request.Shown}: {message}");

    /// <summary>Moments of a column that comes in parts (Chan, Golub and LeVeque 1983).</summary>
    private sealed class RunningMoments
    {
        private long count;
        private double mean;
        private double squares;
        private double minimum = double.PositiveInfinity;
        private double maximum = double.NegativeInfinity;

        /// <summary>Adds a column of rows; answers with the first row whose number is not finite, or -1.</summary>
        public int Add(ReadOnlySpan<double> rows, int column, int width)
        {
            var (first, offset, rowCount) = (rows[column], 0.0, rows.Length / width);
            for (var i = column; i < rows.Length; i += width)
            {
                var value = rows[i];
                if (!double.IsFinite(value))
                {
                    return i / width;
                }

                minimum = System.Math.Min(minimum, value);
                maximum = System.Math.Max(maximum, value);
                offset += value - first;
            }

            var partMean = first + offset / rowCount;
            var partSquares = 0.0;
            for (var i = column; i < rows.Length; i += width)
            {
                partSquares += (rows[i] - partMean) * (rows[i] - partMean);
            }

            var total = count + rowCount;
            var shift = partMean - mean;
            squares += partSquares + shift * shift * count / total * rowCount;
            mean += shift * rowCount / total;
            count = total;
            return -1;
        }

        public ColumnMoments Result() =>
            new(mean, count > 1 ? System.Math.Sqrt(squares / (count - 1)) : 0, minimum, maximum);
    }
}
