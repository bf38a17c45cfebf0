using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>y = f(x), entry by entry.</summary>
/// <param name="x">Place of the argument.</param>
/// <param name="y">Place of the result.</param>
/// <param name="length">Number of entries.</param>
public sealed class UnaryStep<TFunction>(int x, int y, int length) : PlanStep
    where TFunction : struct, IUnaryFunction
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        ref var from = ref MemoryMarshal.GetReference(memory.Slice(x, length));
        ref var to = ref MemoryMarshal.GetReference(memory.Slice(y, Padded(length)));
        var whole = length & ~(Lanes - 1);
        for (var i = 0; i < whole; i += Lanes)
        {
            TFunction.Apply(Vector512.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        if (whole < length)
        {
            // Lanes past the end hold anything; at 1 every function is cheap.
            var mask = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(length - whole)));
            var last = Vector512.ConditionalSelect(
                mask,
                Vector512.LoadUnsafe(ref from, (nuint)whole),
                Vector512<double>.One
            );
            TFunction.Apply(last).StoreUnsafe(ref to, (nuint)whole);
        }
    }
}

/// <summary>How an argument of a binary step is laid over the result's rows x columns.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="RowStride">Numbers from one row to the next; 0 where one row serves all.</param>
/// <param name="IsColumn">Whether one number serves a whole row.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Operand(int Place, int RowStride, bool IsColumn);

/// <summary>z = f(x, y), entry by entry, with rows, columns or single numbers repeated.</summary>
/// <param name="x">The first argument.</param>
/// <param name="y">The second argument.</param>
/// <param name="z">Place of the result.</param>
/// <param name="rows">Rows of the result.</param>
/// <param name="columns">Columns of the result.</param>
public sealed class BinaryStep<TFunction>(Operand x, Operand y, int z, int rows, int columns) : PlanStep
    where TFunction : struct, IBinaryFunction
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        ref var origin = ref MemoryMarshal.GetReference(memory);
        _ = memory.Slice(z, Padded(rows * columns));
        for (var row = 0; row < rows; row++)
        {
            ref var a = ref Unsafe.Add(ref origin, x.Place + (row * x.RowStride));
            ref var b = ref Unsafe.Add(ref origin, y.Place + (row * y.RowStride));
            ref var c = ref Unsafe.Add(ref origin, z + (row * columns));

            // A row may be filled past its end: the next row, or the room behind the last, is written after it.
            if (x.IsColumn && y.IsColumn)
            {
                var value = TFunction.Apply(Vector512.Create(a), Vector512.Create(b));
                for (var i = 0; i < columns; i += Lanes)
                {
                    value.StoreUnsafe(ref c, (nuint)i);
                }
            }
            else if (x.IsColumn)
            {
                var value = Vector512.Create(a);
                for (var i = 0; i < columns; i += Lanes)
                {
                    TFunction.Apply(value, Vector512.LoadUnsafe(ref b, (nuint)i)).StoreUnsafe(ref c, (nuint)i);
                }
            }
            else if (y.IsColumn)
            {
                var value = Vector512.Create(b);
                for (var i = 0; i < columns; i += Lanes)
                {
                    TFunction.Apply(Vector512.LoadUnsafe(ref a, (nuint)i), value).StoreUnsafe(ref c, (nuint)i);
                }
            }
            else
            {
                for (var i = 0; i < columns; i += Lanes)
                {
                    TFunction
                        .Apply(Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i))
                        .StoreUnsafe(ref c, (nuint)i);
                }
            }
        }
    }
}
