using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Blocks of products whose sums stay in registers, the inner loops of moments, mixtures, regressions and matrix products. Where the
/// processor has vectors of eight numbers, a block is four by four of them; where it has sixteen registers of four numbers, a smaller block
/// goes through the lower and then the upper lanes. Every sum has the same lanes in the same order, so the bits are the same.
/// </summary>
internal static class RegisterBlock
{
    /// <summary>Rows of a block.</summary>
    public const int Height = 4;

    /// <summary>Numbers of a vector.</summary>
    public const int Lanes = 8;

    /// <summary>Most numbers that <see cref="Sums"/> writes.</summary>
    public const int Length = Height * 4 * Lanes;

    private const int Half = Lanes / 2;

    /// <summary>Columns of a block: sums, a column's four numbers and one more must fit in the registers.</summary>
    public static int Width => Vector512.IsHardwareAccelerated ? 4 : 3;

    /// <summary>
    /// Eight sums of products each of four rows with <see cref="Width"/> others, lane by lane over runs of eight numbers: those of row i
    /// and other j go to the eight numbers from (Width i + j) 8 on.
    /// </summary>
    /// <param name="left">The first of four rows.</param>
    /// <param name="leftStride">Numbers from one of them to the next.</param>
    /// <param name="right">The first of the others.</param>
    /// <param name="rightStride">Numbers from one of them to the next.</param>
    /// <param name="count">Numbers of a row, a multiple of eight.</param>
    /// <param name="sums">Where the sums are written.</param>
    public static void Sums(
        ref double left,
        int leftStride,
        ref double right,
        int rightStride,
        int count,
        ref double sums
    )
    {
        if (Vector512.IsHardwareAccelerated)
        {
            FourByFour(ref left, leftStride, ref right, rightStride, count, ref sums);
            return;
        }

        FourByThree(ref left, leftStride, ref right, rightStride, count, ref sums);
        FourByThree(
            ref Unsafe.Add(ref left, Half),
            leftStride,
            ref Unsafe.Add(ref right, Half),
            rightStride,
            count,
            ref Unsafe.Add(ref sums, Half)
        );
    }

    /// <summary>y = A x for four rows of A and sixteen x: y_in = sum_(j &lt; count) a_ij x_jn, one chain in the order of j.</summary>
    /// <param name="x">The first number of x; x_j begins j strides from there and has sixteen numbers.</param>
    /// <param name="xStride">Numbers from x_j to the next.</param>
    /// <param name="a">The first number of A.</param>
    /// <param name="aStride">Numbers from one row of A to the next.</param>
    /// <param name="aStep">Numbers from one entry of a row of A to the next.</param>
    /// <param name="count">Products of a sum.</param>
    /// <param name="y">Where y is written, four times sixteen numbers.</param>
    /// <param name="yStride">Numbers from y_i to the next.</param>
    public static void Multiply(
        ref double x,
        int xStride,
        ref double a,
        int aStride,
        int aStep,
        int count,
        ref double y,
        int yStride
    )
    {
        if (Vector512.IsHardwareAccelerated)
        {
            FourBySixteen(ref x, xStride, ref a, aStride, aStep, count, ref y, yStride);
            return;
        }

        FourByEight(ref x, xStride, ref a, aStride, aStep, count, ref y, yStride);
        FourByEight(
            ref Unsafe.Add(ref x, Lanes),
            xStride,
            ref a,
            aStride,
            aStep,
            count,
            ref Unsafe.Add(ref y, Lanes),
            yStride
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByFour(
        ref double left,
        int leftStride,
        ref double right,
        int rightStride,
        int count,
        ref double sums
    )
    {
        Vector512<double> s00 = default,
            s01 = default,
            s02 = default,
            s03 = default;
        Vector512<double> s10 = default,
            s11 = default,
            s12 = default,
            s13 = default;
        Vector512<double> s20 = default,
            s21 = default,
            s22 = default,
            s23 = default;
        Vector512<double> s30 = default,
            s31 = default,
            s32 = default,
            s33 = default;
        for (var n = 0; n < count; n += Lanes)
        {
            var b0 = Vector512.LoadUnsafe(ref right, (nuint)n);
            var b1 = Vector512.LoadUnsafe(ref right, (nuint)(n + rightStride));
            var b2 = Vector512.LoadUnsafe(ref right, (nuint)(n + (2 * rightStride)));
            var b3 = Vector512.LoadUnsafe(ref right, (nuint)(n + (3 * rightStride)));
            var a = Vector512.LoadUnsafe(ref left, (nuint)n);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(a, b2, s02);
            s03 = Vector512.FusedMultiplyAdd(a, b3, s03);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + leftStride));
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(a, b2, s12);
            s13 = Vector512.FusedMultiplyAdd(a, b3, s13);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + (2 * leftStride)));
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(a, b2, s22);
            s23 = Vector512.FusedMultiplyAdd(a, b3, s23);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + (3 * leftStride)));
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(a, b2, s32);
            s33 = Vector512.FusedMultiplyAdd(a, b3, s33);
        }

        s00.StoreUnsafe(ref sums);
        s01.StoreUnsafe(ref sums, Lanes);
        s02.StoreUnsafe(ref sums, 2 * Lanes);
        s03.StoreUnsafe(ref sums, 3 * Lanes);
        s10.StoreUnsafe(ref sums, 4 * Lanes);
        s11.StoreUnsafe(ref sums, 5 * Lanes);
        s12.StoreUnsafe(ref sums, 6 * Lanes);
        s13.StoreUnsafe(ref sums, 7 * Lanes);
        s20.StoreUnsafe(ref sums, 8 * Lanes);
        s21.StoreUnsafe(ref sums, 9 * Lanes);
        s22.StoreUnsafe(ref sums, 10 * Lanes);
        s23.StoreUnsafe(ref sums, 11 * Lanes);
        s30.StoreUnsafe(ref sums, 12 * Lanes);
        s31.StoreUnsafe(ref sums, 13 * Lanes);
        s32.StoreUnsafe(ref sums, 14 * Lanes);
        s33.StoreUnsafe(ref sums, 15 * Lanes);
    }

    /// <summary>Half of the lanes: the four numbers at the start of every eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByThree(
        ref double left,
        int leftStride,
        ref double right,
        int rightStride,
        int count,
        ref double sums
    )
    {
        Vector256<double> s00 = default,
            s01 = default,
            s02 = default;
        Vector256<double> s10 = default,
            s11 = default,
            s12 = default;
        Vector256<double> s20 = default,
            s21 = default,
            s22 = default;
        Vector256<double> s30 = default,
            s31 = default,
            s32 = default;
        ref var left1 = ref Unsafe.Add(ref left, leftStride);
        ref var left2 = ref Unsafe.Add(ref left1, leftStride);
        ref var left3 = ref Unsafe.Add(ref left2, leftStride);
        ref var right1 = ref Unsafe.Add(ref right, rightStride);
        ref var right2 = ref Unsafe.Add(ref right1, rightStride);
        for (nuint n = 0; n < (nuint)count; n += Lanes)
        {
            var b0 = Vector256.LoadUnsafe(ref right, n);
            var b1 = Vector256.LoadUnsafe(ref right1, n);
            var b2 = Vector256.LoadUnsafe(ref right2, n);
            var a = Vector256.LoadUnsafe(ref left, n);
            s00 = Vector256.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(a, b1, s01);
            s02 = Vector256.FusedMultiplyAdd(a, b2, s02);
            a = Vector256.LoadUnsafe(ref left1, n);
            s10 = Vector256.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(a, b1, s11);
            s12 = Vector256.FusedMultiplyAdd(a, b2, s12);
            a = Vector256.LoadUnsafe(ref left2, n);
            s20 = Vector256.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(a, b1, s21);
            s22 = Vector256.FusedMultiplyAdd(a, b2, s22);
            a = Vector256.LoadUnsafe(ref left3, n);
            s30 = Vector256.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(a, b1, s31);
            s32 = Vector256.FusedMultiplyAdd(a, b2, s32);
        }

        s00.StoreUnsafe(ref sums);
        s01.StoreUnsafe(ref sums, Lanes);
        s02.StoreUnsafe(ref sums, 2 * Lanes);
        s10.StoreUnsafe(ref sums, 3 * Lanes);
        s11.StoreUnsafe(ref sums, 4 * Lanes);
        s12.StoreUnsafe(ref sums, 5 * Lanes);
        s20.StoreUnsafe(ref sums, 6 * Lanes);
        s21.StoreUnsafe(ref sums, 7 * Lanes);
        s22.StoreUnsafe(ref sums, 8 * Lanes);
        s30.StoreUnsafe(ref sums, 9 * Lanes);
        s31.StoreUnsafe(ref sums, 10 * Lanes);
        s32.StoreUnsafe(ref sums, 11 * Lanes);
    }

    private static void FourBySixteen(
        ref double x,
        int xStride,
        ref double a,
        int aStride,
        int aStep,
        int count,
        ref double y,
        int yStride
    )
    {
        Vector512<double> p0 = default,
            p1 = default,
            p2 = default,
            p3 = default;
        Vector512<double> q0 = default,
            q1 = default,
            q2 = default,
            q3 = default;
        ref var column = ref x;
        ref var entry = ref a;
        for (var j = 0; j < count; j++)
        {
            var u = Vector512.LoadUnsafe(ref column);
            var v = Vector512.LoadUnsafe(ref column, Lanes);
            var c = Vector512.Create(entry);
            p0 = Vector512.FusedMultiplyAdd(c, u, p0);
            q0 = Vector512.FusedMultiplyAdd(c, v, q0);
            c = Vector512.Create(Unsafe.Add(ref entry, aStride));
            p1 = Vector512.FusedMultiplyAdd(c, u, p1);
            q1 = Vector512.FusedMultiplyAdd(c, v, q1);
            c = Vector512.Create(Unsafe.Add(ref entry, 2 * aStride));
            p2 = Vector512.FusedMultiplyAdd(c, u, p2);
            q2 = Vector512.FusedMultiplyAdd(c, v, q2);
            c = Vector512.Create(Unsafe.Add(ref entry, 3 * aStride));
            p3 = Vector512.FusedMultiplyAdd(c, u, p3);
            q3 = Vector512.FusedMultiplyAdd(c, v, q3);
            column = ref Unsafe.Add(ref column, xStride);
            entry = ref Unsafe.Add(ref entry, aStep);
        }

        p0.StoreUnsafe(ref y);
        q0.StoreUnsafe(ref y, Lanes);
        p1.StoreUnsafe(ref y, (nuint)yStride);
        q1.StoreUnsafe(ref y, (nuint)(yStride + Lanes));
        p2.StoreUnsafe(ref y, (nuint)(2 * yStride));
        q2.StoreUnsafe(ref y, (nuint)((2 * yStride) + Lanes));
        p3.StoreUnsafe(ref y, (nuint)(3 * yStride));
        q3.StoreUnsafe(ref y, (nuint)((3 * yStride) + Lanes));
    }

    private static void FourByEight(
        ref double x,
        int xStride,
        ref double a,
        int aStride,
        int aStep,
        int count,
        ref double y,
        int yStride
    )
    {
        Vector256<double> p0 = default,
            p1 = default,
            p2 = default,
            p3 = default;
        Vector256<double> q0 = default,
            q1 = default,
            q2 = default,
            q3 = default;
        ref var column = ref x;
        ref var a1 = ref Unsafe.Add(ref a, aStride);
        ref var a2 = ref Unsafe.Add(ref a1, aStride);
        ref var a3 = ref Unsafe.Add(ref a2, aStride);
        nint at = 0;
        for (var j = 0; j < count; j++)
        {
            var u = Vector256.LoadUnsafe(ref column);
            var v = Vector256.LoadUnsafe(ref column, Half);
            var c = Vector256.Create(Unsafe.Add(ref a, at));
            p0 = Vector256.FusedMultiplyAdd(c, u, p0);
            q0 = Vector256.FusedMultiplyAdd(c, v, q0);
            c = Vector256.Create(Unsafe.Add(ref a1, at));
            p1 = Vector256.FusedMultiplyAdd(c, u, p1);
            q1 = Vector256.FusedMultiplyAdd(c, v, q1);
            c = Vector256.Create(Unsafe.Add(ref a2, at));
            p2 = Vector256.FusedMultiplyAdd(c, u, p2);
            q2 = Vector256.FusedMultiplyAdd(c, v, q2);
            c = Vector256.Create(Unsafe.Add(ref a3, at));
            p3 = Vector256.FusedMultiplyAdd(c, u, p3);
            q3 = Vector256.FusedMultiplyAdd(c, v, q3);
            column = ref Unsafe.Add(ref column, xStride);
            at += aStep;
        }

        p0.StoreUnsafe(ref y);
        q0.StoreUnsafe(ref y, Half);
        p1.StoreUnsafe(ref y, (nuint)yStride);
        q1.StoreUnsafe(ref y, (nuint)(yStride + Half));
        p2.StoreUnsafe(ref y, (nuint)(2 * yStride));
        q2.StoreUnsafe(ref y, (nuint)((2 * yStride) + Half));
        p3.StoreUnsafe(ref y, (nuint)(3 * yStride));
        q3.StoreUnsafe(ref y, (nuint)((3 * yStride) + Half));
    }
}
