using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Eight rows from anywhere in a table, turned into columns: one vector a column, not eight numbers far apart.</summary>
internal static class EightRows
{
    /// <summary>What is done with the numbers of a column before they are written; a type, so that the loop is compiled with it.</summary>
    internal interface IChange
    {
        /// <summary>What is written for the eight numbers of column j.</summary>
        Vector512<double> Of(Vector512<double> numbers, int j);
    }

    /// <summary>Numbers as they are.</summary>
    internal readonly struct Unchanged : IChange
    {
        /// <inheritdoc />
        public Vector512<double> Of(Vector512<double> numbers, int j) => numbers;
    }

    /// <summary>Writes the first columns of eight rows, column j to j strides from the start of the target.</summary>
    /// <param name="values">The table's first number; whoever calls has seen to it that it has the rows.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="rows">Numbers of the eight rows.</param>
    /// <param name="count">How many numbers of each row are taken.</param>
    /// <param name="change">What is done with them.</param>
    /// <param name="target">The first number written, with room for so many strides.</param>
    /// <param name="stride">Numbers from one column to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TChange>(
        ref double values,
        int columns,
        ReadOnlySpan<int> rows,
        int count,
        TChange change,
        ref double target,
        int stride
    )
        where TChange : struct, IChange, allows ref struct
    {
        rows = rows[..8];
        ref var x0 = ref Unsafe.Add(ref values, rows[0] * columns);
        ref var x1 = ref Unsafe.Add(ref values, rows[1] * columns);
        ref var x2 = ref Unsafe.Add(ref values, rows[2] * columns);
        ref var x3 = ref Unsafe.Add(ref values, rows[3] * columns);
        ref var x4 = ref Unsafe.Add(ref values, rows[4] * columns);
        ref var x5 = ref Unsafe.Add(ref values, rows[5] * columns);
        ref var x6 = ref Unsafe.Add(ref values, rows[6] * columns);
        ref var x7 = ref Unsafe.Add(ref values, rows[7] * columns);
        for (var j = 0; j < count; j++)
        {
            change
                .Of(
                    Vector512.Create(
                        Unsafe.Add(ref x0, j),
                        Unsafe.Add(ref x1, j),
                        Unsafe.Add(ref x2, j),
                        Unsafe.Add(ref x3, j),
                        Unsafe.Add(ref x4, j),
                        Unsafe.Add(ref x5, j),
                        Unsafe.Add(ref x6, j),
                        Unsafe.Add(ref x7, j)
                    ),
                    j
                )
                .StoreUnsafe(ref target, (nuint)(j * stride));
        }
    }
}
