using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vi.Kernels;

namespace Vi.Data;

/// <summary>Where the numbers of a table stand in a file.</summary>
/// <param name="ItemSize">Bytes of a number: 8 for float64, 4 for float32.</param>
/// <param name="Fortran">True if stored column by column.</param>
/// <param name="DataOffset">Bytes before the first number.</param>
internal sealed record MatrixLayout(int ItemSize, bool Fortran, int Rows, int Columns, long DataOffset);

/// <summary>
/// Numbers of a file, one after the other, that are read block by block, so that it may be larger than memory. It is read by position and
/// not mapped: the pages of a mapping count as this program's memory until the system needs them elsewhere.
/// </summary>
internal sealed class MatrixFile : IDisposable
{
    /// <summary>Numbers read at a time: 512 kilobytes of float64, which stay in the second-level cache.</summary>
    private const int BlockLength = 1 << 16;

    private readonly SafeFileHandle handle;
    private readonly MatrixLayout layout;
    private readonly int[] columns;
    private readonly IReadOnlyList<ColumnScale>? scales;

    /// <summary>Whether the file's numbers are those asked for, in the same order.</summary>
    private readonly bool isPlain;

    private MatrixFile(SafeFileHandle handle, MatrixLayout layout, int[] columns, IReadOnlyList<ColumnScale>? scales)
    {
        this.handle = handle;
        this.layout = layout;
        this.columns = columns;
        this.scales = scales;
        isPlain =
            !layout.Fortran
            && scales is null
            && columns.AsSpan().SequenceEqual([.. Enumerable.Range(0, layout.Columns)]);
    }

    /// <summary>Some columns of a file by index; the file stays open as long as they are in use.</summary>
    public static MatrixFile Open(string path, MatrixLayout layout, int[] columns) =>
        new(File.OpenHandle(path), layout, columns, null);

    public MatrixFile Scaled(IReadOnlyList<ColumnScale> to) => new(handle, layout, columns, to);

    public void Dispose() => handle.Dispose();

    /// <summary>All numbers, column by column; each page of the file is touched once.</summary>
    public double[][] Columns()
    {
        var all = Array.ConvertAll(columns, _ => new double[layout.Rows]);
        var blockRows = System.Math.Max(1, BlockLength / layout.Columns);
        var block = new double[System.Math.Min(blockRows, layout.Rows) * all.Length];
        for (var first = 0; first < layout.Rows; first += blockRows)
        {
            var rows = System.Math.Min(blockRows, layout.Rows - first);
            Copy(first, block.AsSpan(0, rows * all.Length));
            for (var k = 0; k < all.Length; k++)
            {
                for (var i = 0; i < rows; i++)
                {
                    all[k][first + i] = block[i * all.Length + k];
                }
            }
        }

        return all;
    }

    public Rows Rows()
    {
        var width = columns.Length;
        var blockRows = Vi.Math.Rows.DefaultBlockRows(width);
        return new Rows(
            layout.Rows,
            width,
            blockRows,
            1,
            index =>
            {
                var first = (long)index * blockRows;
                var rows = (int)System.Math.Min(blockRows, layout.Rows - first);
                var values = GC.AllocateUninitializedArray<double>(rows * width);
                Copy(first, values);
                return Block.FromRows(values, width);
            },
            (first, target) => Copy(first, target.Span)
        );
    }

    private void Copy(long first, Span<double> target)
    {
        if (isPlain)
        {
            Numbers(first * layout.Columns, target);
            return;
        }

        var width = columns.Length;
        var rows = target.Length / width;
        var stored = layout.Fortran ? 1 : layout.Columns;
        var raw = ArrayPool<double>.Shared.Rent(rows * stored);
        try
        {
            if (!layout.Fortran)
            {
                Numbers(first * layout.Columns, raw.AsSpan(0, rows * stored));
            }

            for (var k = 0; k < width; k++)
            {
                if (layout.Fortran)
                {
                    Numbers((long)columns[k] * layout.Rows + first, raw.AsSpan(0, rows));
                }

                var offset = layout.Fortran ? 0 : columns[k];
                for (var i = 0; i < rows; i++)
                {
                    target[i * width + k] = raw[i * stored + offset];
                }

                if (scales?[k] is { } scale)
                {
                    for (var i = k; i < target.Length; i += width)
                    {
                        target[i] = (target[i] - scale.Mean) / scale.Sd;
                    }
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(raw);
        }
    }

    /// <summary>Consecutive numbers of the file, from the one with this index on.</summary>
    private void Numbers(long first, Span<double> into)
    {
        var offset = layout.DataOffset + first * layout.ItemSize;
        if (layout.ItemSize == sizeof(double))
        {
            Bytes(offset, MemoryMarshal.AsBytes(into));
            return;
        }

        var singles = ArrayPool<float>.Shared.Rent(into.Length);
        try
        {
            Bytes(offset, MemoryMarshal.AsBytes(singles.AsSpan(0, into.Length)));
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = singles[i];
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(singles);
        }
    }

    private void Bytes(long offset, Span<byte> into)
    {
        for (var done = 0; done < into.Length; )
        {
            var read = RandomAccess.Read(handle, into[done..], offset + done);
            done += read > 0 ? read : throw new EndOfStreamException("the file became shorter while it was read");
        }
    }
}
