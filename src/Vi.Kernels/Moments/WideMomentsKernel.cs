using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// First and second moments of rows of many columns. Workers share the entries of the scatter, not the rows: each entry is one sum in the
/// order of the rows whoever computes it, and one scatter is held, however many workers there are.
/// </summary>
public static class WideMomentsKernel
{
    /// <summary>Rows that are taken at a time.</summary>
    public const int ChunkRows = 256;

    private const int Lanes = 8;

    /// <summary>Columns of a panel: rows of two vectors, one after the other.</summary>
    private const int Panel = 2 * Lanes;

    // A task's columns of panels, 16 x 256 x 16 numbers, stay in the second cache while its rows of panels pass by.
    private const int TaskRows = 4;
    private const int TaskColumns = 16;

    /// <summary>Numbers of the buffer that so many columns need.</summary>
    public static int BufferLength(int columns) => Panels(columns) * Panel * ChunkRows;

    /// <summary>Adds x - c of some rows to the sums and (x - c)(x - c)' to the lower triangle of the scatter; above it is no use.</summary>
    /// <param name="rows">At most <see cref="ChunkRows"/> rows, one after the other.</param>
    /// <param name="centre">The point c, D numbers.</param>
    /// <param name="buffer">As many numbers as <see cref="BufferLength"/> says.</param>
    /// <param name="sums">D numbers, added to.</param>
    /// <param name="scatter">D x D numbers, added to.</param>
    /// <param name="threads">Most workers at a time; no result depends on it.</param>
    public static void Add(
        ReadOnlyMemory<double> rows,
        ReadOnlyMemory<double> centre,
        Memory<double> buffer,
        Memory<double> sums,
        Memory<double> scatter,
        int threads
    )
    {
        var columns = centre.Length;
        var panels = Panels(columns);
        var count = rows.Length / columns;
        if (count > ChunkRows || count * columns != rows.Length || buffer.Length < BufferLength(columns))
        {
            throw new ArgumentException(
                $"{rows.Length} numbers are not up to {ChunkRows} rows of {columns}.",
                nameof(rows)
            );
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, panels, options, panel => Pack(rows.Span, centre.Span, panel, buffer.Span, sums.Span));
        var down = (panels + TaskRows - 1) / TaskRows;
        var across = (panels + TaskColumns - 1) / TaskColumns;
        Parallel.For(
            0,
            down * across,
            options,
            task =>
            {
                // The longest rows first, so that no worker is left with one at the end.
                var i = (down - 1 - (task / across)) * TaskRows;
                var j = task % across * TaskColumns;
                AddTiles(buffer.Span, scatter.Span, columns, count, i, j);
            }
        );
    }

    private static int Panels(int columns) => (columns + Panel - 1) / Panel;

    /// <summary>Writes the rows' part of a panel, less the centre, with zeros beyond the last column, and adds it up.</summary>
    private static void Pack(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<double> centre,
        int panel,
        Span<double> buffer,
        Span<double> sums
    )
    {
        var columns = centre.Length;
        var count = rows.Length / columns;
        var first = panel * Panel;
        var width = Math.Min(Panel, columns - first);
        var target = buffer.Slice(panel * Panel * count, Panel * count);
        var c = centre.Slice(first, width);
        var s = sums.Slice(first, width);
        if (width < Panel)
        {
            target.Clear();
        }

        for (var t = 0; t < count; t++)
        {
            var from = rows.Slice((t * columns) + first, width);
            var to = target.Slice(t * Panel, width);
            for (var j = 0; j < from.Length; j++)
            {
                var deviation = from[j] - c[j];
                to[j] = deviation;
                s[j] += deviation;
            }
        }
    }

    /// <summary>The tiles of one task, eight rows by one panel each, as far as they reach below the diagonal.</summary>
    private static void AddTiles(
        ReadOnlySpan<double> buffer,
        Span<double> scatter,
        int columns,
        int count,
        int i,
        int j
    )
    {
        var panels = Panels(columns);
        Span<double> tile = stackalloc double[Lanes * Panel];
        for (var p = i; p < Math.Min(i + TaskRows, panels); p++)
        {
            for (var half = 0; half < Panel && (p * Panel) + half < columns; half += Lanes)
            {
                var top = (p * Panel) + half;
                ref var left = ref MemoryMarshal.GetReference(buffer[((p * Panel * count) + half)..]);
                for (var q = j; q <= Math.Min(p, j + TaskColumns - 1); q++)
                {
                    ref var right = ref MemoryMarshal.GetReference(buffer[(q * Panel * count)..]);
                    if (top + Lanes <= columns && (q + 1) * Panel <= columns)
                    {
                        AddTile(ref left, ref right, count, ref scatter[(top * columns) + (q * Panel)], columns);
                    }
                    else
                    {
                        tile.Clear();
                        AddTile(ref left, ref right, count, ref tile[0], Panel);
                        AddPart(tile, scatter, columns, top, q * Panel);
                    }
                }
            }
        }
    }

    private static void AddPart(ReadOnlySpan<double> tile, Span<double> scatter, int columns, int top, int left)
    {
        for (var i = 0; i < Math.Min(Lanes, columns - top); i++)
        {
            for (var j = 0; j < Math.Min(Panel, columns - left); j++)
            {
                scatter[((top + i) * columns) + left + j] += tile[(i * Panel) + j];
            }
        }
    }

    /// <summary>Eight by sixteen sums of products, held in sixteen registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(ref double left, ref double right, int count, ref double target, int columns)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            AddHalves(ref left, ref right, count, ref target, columns);
            return;
        }

        Vector512<double> s00 = default,
            s01 = default,
            s10 = default,
            s11 = default,
            s20 = default,
            s21 = default,
            s30 = default,
            s31 = default;
        Vector512<double> s40 = default,
            s41 = default,
            s50 = default,
            s51 = default,
            s60 = default,
            s61 = default,
            s70 = default,
            s71 = default;
        for (var t = 0; t < count; t++)
        {
            var b0 = Vector512.LoadUnsafe(ref right);
            var b1 = Vector512.LoadUnsafe(ref right, Lanes);
            var a = Vector512.Create(left);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            a = Vector512.Create(Unsafe.Add(ref left, 1));
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            a = Vector512.Create(Unsafe.Add(ref left, 2));
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            a = Vector512.Create(Unsafe.Add(ref left, 3));
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a, b1, s31);
            a = Vector512.Create(Unsafe.Add(ref left, 4));
            s40 = Vector512.FusedMultiplyAdd(a, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(a, b1, s41);
            a = Vector512.Create(Unsafe.Add(ref left, 5));
            s50 = Vector512.FusedMultiplyAdd(a, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(a, b1, s51);
            a = Vector512.Create(Unsafe.Add(ref left, 6));
            s60 = Vector512.FusedMultiplyAdd(a, b0, s60);
            s61 = Vector512.FusedMultiplyAdd(a, b1, s61);
            a = Vector512.Create(Unsafe.Add(ref left, 7));
            s70 = Vector512.FusedMultiplyAdd(a, b0, s70);
            s71 = Vector512.FusedMultiplyAdd(a, b1, s71);
            left = ref Unsafe.Add(ref left, Panel);
            right = ref Unsafe.Add(ref right, Panel);
        }

        AddRow(ref target, s00, s01);
        AddRow(ref Unsafe.Add(ref target, columns), s10, s11);
        AddRow(ref Unsafe.Add(ref target, 2 * columns), s20, s21);
        AddRow(ref Unsafe.Add(ref target, 3 * columns), s30, s31);
        AddRow(ref Unsafe.Add(ref target, 4 * columns), s40, s41);
        AddRow(ref Unsafe.Add(ref target, 5 * columns), s50, s51);
        AddRow(ref Unsafe.Add(ref target, 6 * columns), s60, s61);
        AddRow(ref Unsafe.Add(ref target, 7 * columns), s70, s71);
    }

    /// <summary>The same, four rows at a time, where registers are fewer.</summary>
    private static void AddHalves(ref double left, ref double right, int count, ref double target, int columns)
    {
        Span<double> sums = stackalloc double[4 * Panel];
        ref var s = ref MemoryMarshal.GetReference(sums);
        for (var i = 0; i < Lanes; i += 4)
        {
            RegisterBlock.Multiply(ref right, Panel, ref Unsafe.Add(ref left, i), 1, Panel, count, ref s, Panel);
            for (var row = 0; row < 4; row++)
            {
                ref var from = ref Unsafe.Add(ref s, row * Panel);
                AddRow(
                    ref Unsafe.Add(ref target, (i + row) * columns),
                    Vector512.LoadUnsafe(ref from),
                    Vector512.LoadUnsafe(ref from, Lanes)
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(ref double target, Vector512<double> s0, Vector512<double> s1)
    {
        (Vector512.LoadUnsafe(ref target) + s0).StoreUnsafe(ref target);
        (Vector512.LoadUnsafe(ref target, Lanes) + s1).StoreUnsafe(ref target, Lanes);
    }
}
