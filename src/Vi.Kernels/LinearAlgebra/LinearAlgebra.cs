using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Small dense linear algebra over row-major spans. Sums run over eight lanes in a fixed order, whatever the machine's vector width,
/// and every multiply-add is fused, so that results are the same bits on every processor.
/// </summary>
public static class LinearAlgebra
{
    private const int Lanes = 8;
    private const double MachineEpsilon = 2.220446049250313e-16;

    /// <summary>a'b; both spans have one length.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException(
                $"Spans of {a.Length} and {b.Length} numbers have no inner product.",
                nameof(b)
            );
        }

        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var length = a.Length;
        var sum = 0.0;
        var i = 0;
        if (length >= Lanes)
        {
            var lanes = Vector512<double>.Zero;
            for (; i <= length - Lanes; i += Lanes)
            {
                lanes = Vector512.FusedMultiplyAdd(
                    Vector512.LoadUnsafe(ref x, (nuint)i),
                    Vector512.LoadUnsafe(ref y, (nuint)i),
                    lanes
                );
            }

            sum = SumLanes(lanes);
        }

        for (; i < length; i++)
        {
            sum = Math.FusedMultiplyAdd(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i), sum);
        }

        return sum;
    }

    /// <summary>The sum of all numbers.</summary>
    public static double Sum(ReadOnlySpan<double> a)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        var sum = 0.0;
        var i = 0;
        if (a.Length >= Lanes)
        {
            var lanes = Vector512<double>.Zero;
            for (; i <= a.Length - Lanes; i += Lanes)
            {
                lanes += Vector512.LoadUnsafe(ref x, (nuint)i);
            }

            sum = SumLanes(lanes);
        }

        for (; i < a.Length; i++)
        {
            sum += Unsafe.Add(ref x, i);
        }

        return sum;
    }

    /// <summary>y += s x; both spans have one length.</summary>
    public static void AddScaled(double s, ReadOnlySpan<double> x, Span<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"Spans of {x.Length} and {y.Length} numbers cannot be added.", nameof(y));
        }

        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var scale = Vector512.Create(s);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Vector512
                .FusedMultiplyAdd(
                    scale,
                    Vector512.LoadUnsafe(ref from, (nuint)i),
                    Vector512.LoadUnsafe(ref to, (nuint)i)
                )
                .StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            Unsafe.Add(ref to, i) = Math.FusedMultiplyAdd(s, Unsafe.Add(ref from, i), Unsafe.Add(ref to, i));
        }
    }

    /// <summary>
    /// y += s0 x0 + s1 x1 + s2 x2 + s3 x3 for rows of the length of y, with the bits of four calls of <see cref="AddScaled"/> in that order:
    /// y is read and written once.
    /// </summary>
    /// <param name="s">Four factors.</param>
    /// <param name="x0">First row; as long as y, like the others.</param>
    /// <param name="x1">Second row.</param>
    /// <param name="x2">Third row.</param>
    /// <param name="x3">Fourth row.</param>
    /// <param name="y">Added to.</param>
    internal static void AddScaledFour(
        (double S0, double S1, double S2, double S3) s,
        ReadOnlySpan<double> x0,
        ReadOnlySpan<double> x1,
        ReadOnlySpan<double> x2,
        ReadOnlySpan<double> x3,
        Span<double> y
    )
    {
        if (Math.Min(Math.Min(x0.Length, x1.Length), Math.Min(x2.Length, x3.Length)) < y.Length)
        {
            throw new ArgumentException(
                $"A row is shorter than the {y.Length} numbers that it is added to.",
                nameof(y)
            );
        }

        ref var from0 = ref MemoryMarshal.GetReference(x0);
        ref var from1 = ref MemoryMarshal.GetReference(x1);
        ref var from2 = ref MemoryMarshal.GetReference(x2);
        ref var from3 = ref MemoryMarshal.GetReference(x3);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (s0, s1, s2, s3) = (
            Vector512.Create(s.S0),
            Vector512.Create(s.S1),
            Vector512.Create(s.S2),
            Vector512.Create(s.S3)
        );
        var i = 0;
        for (; i <= y.Length - Lanes; i += Lanes)
        {
            var sum = Vector512.LoadUnsafe(ref to, (nuint)i);
            sum = Vector512.FusedMultiplyAdd(s0, Vector512.LoadUnsafe(ref from0, (nuint)i), sum);
            sum = Vector512.FusedMultiplyAdd(s1, Vector512.LoadUnsafe(ref from1, (nuint)i), sum);
            sum = Vector512.FusedMultiplyAdd(s2, Vector512.LoadUnsafe(ref from2, (nuint)i), sum);
            sum = Vector512.FusedMultiplyAdd(s3, Vector512.LoadUnsafe(ref from3, (nuint)i), sum);
            sum.StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            var sum = Unsafe.Add(ref to, i);
            sum = Math.FusedMultiplyAdd(s.S0, Unsafe.Add(ref from0, i), sum);
            sum = Math.FusedMultiplyAdd(s.S1, Unsafe.Add(ref from1, i), sum);
            sum = Math.FusedMultiplyAdd(s.S2, Unsafe.Add(ref from2, i), sum);
            Unsafe.Add(ref to, i) = Math.FusedMultiplyAdd(s.S3, Unsafe.Add(ref from3, i), sum);
        }
    }

    /// <summary>
    /// Factorises a symmetric n x n matrix in place: on return its lower triangle is L with A = L L' and the upper triangle is zero.
    /// Returns -1 on success, otherwise the index of the first pivot that is not above n 2^-52 times its diagonal entry.
    /// </summary>
    public static int Cholesky(Span<double> a, int n)
    {
        for (var i = 0; i < n; i++)
        {
            var row = a.Slice(i * n, n);
            for (var j = 0; j < i; j++)
            {
                var other = a.Slice(j * n, j + 1);
                row[j] = (row[j] - Dot(row[..j], other[..j])) / other[j];
            }

            var diagonal = row[i];
            var pivot = diagonal - Dot(row[..i], row[..i]);
            if (!(pivot > n * MachineEpsilon * diagonal) || !double.IsFinite(pivot))
            {
                return i;
            }

            row[i] = Math.Sqrt(pivot);
            row[(i + 1)..].Clear();
        }

        return -1;
    }

    /// <summary>Solves L x = b in place for lower triangular L (n x n).</summary>
    public static void SolveLower(ReadOnlySpan<double> lower, Span<double> x, int n) =>
        SolveLower(lower, x, n, first: 0);

    /// <summary>Solves L x = b in place where the first entries of b, and so of x, are zero.</summary>
    /// <param name="lower">L, n x n.</param>
    /// <param name="x">b, then x.</param>
    /// <param name="n">n.</param>
    /// <param name="first">Number of zeros.</param>
    public static void SolveLower(ReadOnlySpan<double> lower, Span<double> x, int n, int first)
    {
        for (var i = first; i < n; i++)
        {
            var row = lower.Slice(i * n, i + 1);
            x[i] = (x[i] - Dot(row[first..i], x[first..i])) / row[i];
        }
    }

    /// <summary>A^-1 = M'M from the inverse M of A's lower factor, both n x n.</summary>
    public static void InverseFromLower(ReadOnlySpan<double> inverseLower, Span<double> inverse, int n)
    {
        using var buffer = new RentedNumbers(n * n);
        var transposed = buffer.Span;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                transposed[(j * n) + i] = inverseLower[(i * n) + j];
            }
        }

        MatrixProducts.RowProducts(transposed, transposed, inverse, n, n, n);
    }

    /// <summary>Solves L' x = b in place for lower triangular L (n x n).</summary>
    public static void SolveLowerTransposed(ReadOnlySpan<double> lower, Span<double> x, int n)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            var row = lower.Slice(i * n, i + 1);
            x[i] /= row[i];
            AddScaled(-x[i], row[..i], x[..i]);
        }
    }

    /// <summary>Inverts a lower triangular n x n matrix into another span.</summary>
    public static void InvertLower(ReadOnlySpan<double> lower, Span<double> inverse, int n)
    {
        inverse.Clear();
        for (var i = 0; i < n; i++)
        {
            var row = lower.Slice(i * n, i + 1);
            var target = inverse.Slice(i * n, n);
            for (var k = 0; k < i; k++)
            {
                AddScaled(-row[k], inverse.Slice(k * n, k + 1), target[..(k + 1)]);
            }

            target[i] = 1.0;
            var scale = 1.0 / row[i];
            for (var k = 0; k <= i; k++)
            {
                target[k] *= scale;
            }
        }
    }

    /// <summary>Adds the eight lanes in the order ((0+4)+(2+6)) + ((1+5)+(3+7)), the same on every width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double SumLanes(Vector512<double> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }
}
