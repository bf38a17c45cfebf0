using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vi.Kernels;

namespace Vi.Data;

/// <summary>
/// A NumPy file that is read block by block, so that it may be larger than memory. It is read by position and not mapped: the pages of a
/// mapping count as this program's memory until the system needs them elsewhere.
/// </summary>
internal sealed class NpyFile : IDisposable
{
    /// <summary>Numbers read at a time: 512 kilobytes of float64, which stay in the second-level cache.</summary>
    private const int BlockLength = 1 << 16;

    private readonly SafeFileHandle handle;
    private readonly NpyHeader header;
    private readonly int[] columns;
    private readonly IReadOnlyList<ColumnScale>? scales;

    /// <summary>Whether the file's numbers are those asked for, in the same order.</summary>
    private readonly bool isPlain;

    private NpyFile(SafeFileHandle handle, NpyHeader header, int[] columns, IReadOnlyList<ColumnScale>? scales)
    {
        this.handle = handle;
        this.header = header;
        this.columns = columns;
        this.scales = scales;
        isPlain =
            !header.Fortran
            && scales is null
            && columns.AsSpan().SequenceEqual([.. Enumerable.Range(0, header.Columns)]);
    }

    /// <summary>The header of a file; <paramref name="fail"/> makes the exception where there is none.</summary>
    public static NpyHeader Header(string path, Func<string, Exception> fail)
    {
        var length = new FileInfo(path).Length;
        if (length == 0)
        {
            throw fail("the file is empty, or no regular file");
        }

        using var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        return NpyHeader.Read(view, length, fail);
    }

    /// <summary>Some columns of a file by index; the file stays open as long as they are in use.</summary>
    public static NpyFile Open(string path, NpyHeader header, int[] columns) =>
        new(File.OpenHandle(path), header, columns, null);

    public NpyFile Scaled(IReadOnlyList<ColumnScale> to) => new(handle, header, columns, to);

    public void Dispose() => handle.Dispose();

    /// <summary>All numbers, column by column; each page of the file is touched once.</summary>
    public double[][] Columns()
    {
        var all = Array.ConvertAll(columns, _ => new double[header.Rows]);
        var blockRows = System.Math.Max(1, BlockLength / header.Columns);
        var block = new double[System.Math.Min(blockRows, header.Rows) * all.Length];
        for (var first = 0; first < header.Rows; first += blockRows)
        {
            var rows = System.Math.Min(blockRows, header.Rows - first);
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
            header.Rows,
            width,
            blockRows,
            1,
            index =>
            {
                var first = (long)index * blockRows;
                var rows = (int)System.Math.Min(blockRows, header.Rows - first);
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
            Numbers(first * header.Columns, target);
            return;
        }

        var width = columns.Length;
        var rows = target.Length / width;
        var stored = header.Fortran ? 1 : header.Columns;
        var raw = ArrayPool<double>.Shared.Rent(rows * stored);
        try
        {
            if (!header.Fortran)
            {
                Numbers(first * header.Columns, raw.AsSpan(0, rows * stored));
            }

            for (var k = 0; k < width; k++)
            {
                if (header.Fortran)
                {
                    Numbers((long)columns[k] * header.Rows + first, raw.AsSpan(0, rows));
                }

                var offset = header.Fortran ? 0 : columns[k];
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
        var offset = header.DataOffset + first * header.ItemSize;
        if (header.ItemSize == sizeof(double))
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
