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

    /// <summary>Rows of a tile with so many rows of data, those of the filling among them.</summary>
    public static int Padded(int rows) => (rows + RowStep - 1) / RowStep * RowStep;

    /// <summary>Writes x - c of consecutive rows into a tile.</summary>
    /// <param name="values">At most <see cref="Block.TileRows"/> rows of <paramref name="columns"/> numbers each.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="centre">The point c: as many numbers as columns are taken, from the first.</param>
    /// <param name="tile">The tile written to.</param>
    public static void Load(ReadOnlySpan<double> values, int columns, ReadOnlySpan<double> centre, Span<double> tile)
    {
        var count = values.Length / columns;
        var whole = count / Lanes * Lanes;
        ref var target = ref MemoryMarshal.GetReference(tile);
        for (var n = 0; n < whole; n += Lanes)
        {
            ref var x = ref MemoryMarshal.GetReference(values.Slice(n * columns, Lanes * columns));
            for (var j = 0; j < centre.Length; j++)
            {
                var row = Vector512.Create(
                    Unsafe.Add(ref x, 0),
                    Unsafe.Add(ref x, columns),
                    Unsafe.Add(ref x, 2 * columns),
                    Unsafe.Add(ref x, 3 * columns),
                    Unsafe.Add(ref x, 4 * columns),
                    Unsafe.Add(ref x, 5 * columns),
                    Unsafe.Add(ref x, 6 * columns),
                    Unsafe.Add(ref x, 7 * columns)
                );
                (row - Vector512.Create(centre[j])).StoreUnsafe(ref target, (nuint)((j * Stride) + n));
                x = ref Unsafe.Add(ref x, 1);
            }
        }

        for (var j = 0; j < centre.Length && whole < Padded(count); j++)
        {
            var rest = tile.Slice((j * Stride) + whole, Padded(count) - whole);
            rest.Clear();
            for (var n = whole; n < count; n++)
            {
                rest[n - whole] = values[(n * columns) + j] - centre[j];
            }
        }
    }

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
        ref var x = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(tile);
        Span<int> chosen = stackalloc int[Lanes];
        var available = values.Length / columns;
        for (var n = 0; n < Padded(rows.Length); n += Lanes)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                // Lanes of the filling read the first chosen row and are masked away.
                var row = rows[n + lane < rows.Length ? n + lane : 0];
                chosen[lane] = row;
                if ((uint)row >= (uint)available)
                {
                    throw new ArgumentOutOfRangeException(nameof(rows), row, "There is no such row.");
                }
            }

            var mask = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(rows.Length - n)));
            var change = new Centred(centre, mask);
            EightRows.Write(ref x, columns, chosen, centre.Length, change, ref Unsafe.Add(ref target, n), Stride);
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

    /// <summary>Numbers less their column's centre; zero in lanes of the filling.</summary>
    private readonly ref struct Centred(ReadOnlySpan<double> centre, Vector512<double> mask) : EightRows.IChange
    {
        private readonly ReadOnlySpan<double> centre = centre;
        private readonly Vector512<double> mask = mask;

        public Vector512<double> Of(Vector512<double> numbers, int j) =>
            Vector512.ConditionalSelect(mask, numbers - Vector512.Create(centre[j]), Vector512<double>.Zero);
    }
}
