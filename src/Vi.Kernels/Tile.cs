using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Up to <see cref="Block.TileRows"/> rows stored column by column, so that loops run along rows with unit stride. Column j starts at
/// j <see cref="Stride"/>; rows are filled up with zeros to a multiple of <see cref="RowStep"/>.
/// </summary>
internal static class Tile
{
    /// <summary>Numbers of a vector.</summary>
    public const int Lanes = 8;

    /// <summary>Rows that every loop over a tile takes at a time.</summary>
    public const int RowStep = 2 * Lanes;

    /// <summary>Numbers from one column to the next: an odd number of cache lines, so that columns do not crowd in a few cache sets.</summary>
    public const int Stride = Block.TileRows + Lanes;

    /// <summary>The numbers 0 to <see cref="Block.TileRows"/> - 1: the rows of a tile that leaves none out.</summary>
    private static readonly int[] AllRows = [.. Enumerable.Range(0, Block.TileRows)];

    /// <summary>Rows of a tile with so many rows of data, those of the filling among them.</summary>
    public static int Padded(int rows) => (rows + RowStep - 1) / RowStep * RowStep;

    /// <summary>The first rows of a tile.</summary>
    public static ReadOnlySpan<int> FirstRows(int count) => AllRows.AsSpan(0, count);

    /// <summary>Writes x - c of chosen rows into a tile.</summary>
    /// <param name="values">Rows of <paramref name="columns"/> numbers each.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="rows">At most <see cref="Block.TileRows"/> numbers of rows.</param>
    /// <param name="centre">The point c: as many numbers as columns are taken, from the first.</param>
    /// <param name="tile">The tile written to.</param>
    public static void Gather(
        ReadOnlySpan<double> values,
        int columns,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<double> centre,
        Span<double> tile
    )
    {
        var taken = centre.Length;
        ref var c = ref MemoryMarshal.GetReference(centre);
        ref var target = ref MemoryMarshal.GetReference(tile);
        for (var n = 0; n < Padded(rows.Length); n += Lanes)
        {
            var present = Math.Clamp(rows.Length - n, 0, Lanes);
            if (present == 0)
            {
                for (var j = 0; j < taken; j++)
                {
                    Vector512<double>.Zero.StoreUnsafe(ref target, (nuint)((j * Stride) + n));
                }

                continue;
            }

            ref var x0 = ref RowOf(values, columns, rows, n, 0, present);
            ref var x1 = ref RowOf(values, columns, rows, n, 1, present);
            ref var x2 = ref RowOf(values, columns, rows, n, 2, present);
            ref var x3 = ref RowOf(values, columns, rows, n, 3, present);
            ref var x4 = ref RowOf(values, columns, rows, n, 4, present);
            ref var x5 = ref RowOf(values, columns, rows, n, 5, present);
            ref var x6 = ref RowOf(values, columns, rows, n, 6, present);
            ref var x7 = ref RowOf(values, columns, rows, n, 7, present);
            var mask = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create<double>(present));
            for (var j = 0; j < taken; j++)
            {
                var x = Vector512.Create(
                    Unsafe.Add(ref x0, j),
                    Unsafe.Add(ref x1, j),
                    Unsafe.Add(ref x2, j),
                    Unsafe.Add(ref x3, j),
                    Unsafe.Add(ref x4, j),
                    Unsafe.Add(ref x5, j),
                    Unsafe.Add(ref x6, j),
                    Unsafe.Add(ref x7, j)
                );
                Vector512
                    .ConditionalSelect(mask, x - Vector512.Create(Unsafe.Add(ref c, j)), Vector512<double>.Zero)
                    .StoreUnsafe(ref target, (nuint)((j * Stride) + n));
            }
        }
    }

    /// <summary>Writes x - c of a tile's first rows into another tile; rows of the filling come out as -c and must weigh nothing.</summary>
    public static void Centre(ReadOnlySpan<double> tile, ReadOnlySpan<double> centre, int padded, Span<double> target)
    {
        ref var from = ref MemoryMarshal.GetReference(tile);
        ref var to = ref MemoryMarshal.GetReference(target);
        for (var j = 0; j < centre.Length; j++)
        {
            var c = Vector512.Create(centre[j]);
            for (var n = 0; n < padded; n += Lanes)
            {
                var at = (nuint)((j * Stride) + n);
                (Vector512.LoadUnsafe(ref from, at) - c).StoreUnsafe(ref to, at);
            }
        }
    }

    /// <summary>The first number of a row; of the group's first row where there are no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref double RowOf(
        ReadOnlySpan<double> values,
        int columns,
        ReadOnlySpan<int> rows,
        int first,
        int lane,
        int present
    ) => ref MemoryMarshal.GetReference(values.Slice(rows[first + (lane < present ? lane : 0)] * columns, columns));
}
