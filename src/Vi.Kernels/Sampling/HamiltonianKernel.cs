using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// The vector loops of Hamiltonian trajectories in D coordinates. Momenta p are whitened: they are N(0, I), the velocity is S p and the
/// slope that pushes them is S' times the gradient, where S S' is the inverse of the mass matrix. So no loop but the two that touch
/// positions and gradients knows the metric. Lanes and rounding as in <see cref="LinearAlgebra"/>.
/// </summary>
public static class HamiltonianKernel
{
    private const int Lanes = 8;

    /// <summary>
    /// Half a push and a drift with S = diag(scales): target = momentum + half slope, position += step scales target. The two momenta may
    /// be the same span.
    /// </summary>
    public static void PushAndDrift(
        double half,
        double step,
        ReadOnlySpan<double> scales,
        ReadOnlySpan<double> slope,
        ReadOnlySpan<double> momentum,
        Span<double> target,
        Span<double> position
    )
    {
        var length = position.Length;
        Require(length, scales.Length);
        Require(length, slope.Length);
        Require(length, momentum.Length);
        Require(length, target.Length);
        ref var s = ref MemoryMarshal.GetReference(scales);
        ref var g = ref MemoryMarshal.GetReference(slope);
        ref var p = ref MemoryMarshal.GetReference(momentum);
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var q = ref MemoryMarshal.GetReference(position);
        var halves = Vector512.Create(half);
        var steps = Vector512.Create(step);
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var at = (nuint)i;
            var pushed = Vector512.FusedMultiplyAdd(
                halves,
                Vector512.LoadUnsafe(ref g, at),
                Vector512.LoadUnsafe(ref p, at)
            );
            pushed.StoreUnsafe(ref t, at);
            Vector512
                .FusedMultiplyAdd(steps * Vector512.LoadUnsafe(ref s, at), pushed, Vector512.LoadUnsafe(ref q, at))
                .StoreUnsafe(ref q, at);
        }

        for (; i < length; i++)
        {
            var pushed = Math.FusedMultiplyAdd(half, Unsafe.Add(ref g, i), Unsafe.Add(ref p, i));
            Unsafe.Add(ref t, i) = pushed;
            Unsafe.Add(ref q, i) = Math.FusedMultiplyAdd(step * Unsafe.Add(ref s, i), pushed, Unsafe.Add(ref q, i));
        }
    }

    /// <summary>
    /// The gradient becomes the slope, slope = scales gradient in place, and pushes: momentum += half slope. Gives p'p, twice the kinetic
    /// energy.
    /// </summary>
    public static double WhitenAndPush(
        double half,
        ReadOnlySpan<double> scales,
        Span<double> gradient,
        Span<double> momentum
    )
    {
        var length = momentum.Length;
        Require(length, scales.Length);
        Require(length, gradient.Length);
        ref var s = ref MemoryMarshal.GetReference(scales);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        ref var p = ref MemoryMarshal.GetReference(momentum);
        var halves = Vector512.Create(half);
        var lanes = Vector512<double>.Zero;
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var at = (nuint)i;
            var slope = Vector512.LoadUnsafe(ref s, at) * Vector512.LoadUnsafe(ref g, at);
            slope.StoreUnsafe(ref g, at);
            var pushed = Vector512.FusedMultiplyAdd(halves, slope, Vector512.LoadUnsafe(ref p, at));
            pushed.StoreUnsafe(ref p, at);
            lanes = Vector512.FusedMultiplyAdd(pushed, pushed, lanes);
        }

        var sum = LinearAlgebra.SumLanes(lanes);
        for (; i < length; i++)
        {
            var slope = Unsafe.Add(ref s, i) * Unsafe.Add(ref g, i);
            Unsafe.Add(ref g, i) = slope;
            var pushed = Math.FusedMultiplyAdd(half, slope, Unsafe.Add(ref p, i));
            Unsafe.Add(ref p, i) = pushed;
            sum = Math.FusedMultiplyAdd(pushed, pushed, sum);
        }

        return sum;
    }

    /// <summary>target += step L p for lower triangular L (D x D, row by row): the drift along a dense metric.</summary>
    public static void AddLower(double step, ReadOnlySpan<double> lower, ReadOnlySpan<double> p, Span<double> target)
    {
        var n = target.Length;
        for (var i = 0; i < n; i++)
        {
            target[i] = Math.FusedMultiplyAdd(
                step,
                LinearAlgebra.Dot(lower.Slice(i * n, i + 1), p[..(i + 1)]),
                target[i]
            );
        }
    }

    /// <summary>slope = L' gradient for lower triangular L (D x D, row by row); other spans than the gradient's.</summary>
    public static void WhitenLower(ReadOnlySpan<double> lower, ReadOnlySpan<double> gradient, Span<double> slope)
    {
        var n = slope.Length;
        slope.Clear();
        for (var i = 0; i < n; i++)
        {
            LinearAlgebra.AddScaled(gradient[i], lower.Slice(i * n, i + 1), slope[..(i + 1)]);
        }
    }

    /// <summary>
    /// Two neighbouring points of a trajectory become a tree: sum = first + last. True where the tree goes on: the sum of the momenta has a
    /// positive product with both (Betancourt 2017, appendix A.4.2).
    /// </summary>
    public static bool JoinPoints(ReadOnlySpan<double> first, ReadOnlySpan<double> last, Span<double> sum)
    {
        var length = sum.Length;
        Require(length, first.Length);
        Require(length, last.Length);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(last);
        ref var r = ref MemoryMarshal.GetReference(sum);
        var withFirst = Vector512<double>.Zero;
        var withLast = Vector512<double>.Zero;
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var at = (nuint)i;
            var x = Vector512.LoadUnsafe(ref a, at);
            var y = Vector512.LoadUnsafe(ref b, at);
            var both = x + y;
            both.StoreUnsafe(ref r, at);
            withFirst = Vector512.FusedMultiplyAdd(both, x, withFirst);
            withLast = Vector512.FusedMultiplyAdd(both, y, withLast);
        }

        var first1 = LinearAlgebra.SumLanes(withFirst);
        var last1 = LinearAlgebra.SumLanes(withLast);
        for (; i < length; i++)
        {
            var x = Unsafe.Add(ref a, i);
            var y = Unsafe.Add(ref b, i);
            var both = x + y;
            Unsafe.Add(ref r, i) = both;
            first1 = Math.FusedMultiplyAdd(both, x, first1);
            last1 = Math.FusedMultiplyAdd(both, y, last1);
        }

        return first1 > 0.0 && last1 > 0.0;
    }

    /// <summary>
    /// Two neighbouring trees become one; each has the momenta of its two ends and the sum of all its momenta. On return the first sum is that
    /// of both. True where no part turns back: the sum over the whole has a positive product with the momenta of its ends, and so has the sum
    /// over either tree and the nearest point of the other (the checks across subtrees that Stan added in 2.21).
    /// </summary>
    public static bool JoinTrees(
        Span<double> firstSum,
        ReadOnlySpan<double> firstOuter,
        ReadOnlySpan<double> firstInner,
        ReadOnlySpan<double> lastSum,
        ReadOnlySpan<double> lastInner,
        ReadOnlySpan<double> lastOuter
    )
    {
        var length = firstSum.Length;
        Require(length, firstOuter.Length);
        Require(length, firstInner.Length);
        Require(length, lastSum.Length);
        Require(length, lastInner.Length);
        Require(length, lastOuter.Length);
        ref var sumA = ref MemoryMarshal.GetReference(firstSum);
        ref var sumB = ref MemoryMarshal.GetReference(lastSum);
        ref var p0 = ref MemoryMarshal.GetReference(firstOuter);
        ref var p1 = ref MemoryMarshal.GetReference(firstInner);
        ref var p2 = ref MemoryMarshal.GetReference(lastInner);
        ref var p3 = ref MemoryMarshal.GetReference(lastOuter);
        var whole0 = Vector512<double>.Zero;
        var whole3 = Vector512<double>.Zero;
        var left0 = Vector512<double>.Zero;
        var left2 = Vector512<double>.Zero;
        var right1 = Vector512<double>.Zero;
        var right3 = Vector512<double>.Zero;
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            var at = (nuint)i;
            var a = Vector512.LoadUnsafe(ref sumA, at);
            var b = Vector512.LoadUnsafe(ref sumB, at);
            var outerA = Vector512.LoadUnsafe(ref p0, at);
            var innerA = Vector512.LoadUnsafe(ref p1, at);
            var innerB = Vector512.LoadUnsafe(ref p2, at);
            var outerB = Vector512.LoadUnsafe(ref p3, at);
            var whole = a + b;
            var left = a + innerB;
            var right = b + innerA;
            whole.StoreUnsafe(ref sumA, at);
            whole0 = Vector512.FusedMultiplyAdd(whole, outerA, whole0);
            whole3 = Vector512.FusedMultiplyAdd(whole, outerB, whole3);
            left0 = Vector512.FusedMultiplyAdd(left, outerA, left0);
            left2 = Vector512.FusedMultiplyAdd(left, innerB, left2);
            right1 = Vector512.FusedMultiplyAdd(right, innerA, right1);
            right3 = Vector512.FusedMultiplyAdd(right, outerB, right3);
        }

        var ofWhole0 = LinearAlgebra.SumLanes(whole0);
        var ofWhole3 = LinearAlgebra.SumLanes(whole3);
        var ofLeft0 = LinearAlgebra.SumLanes(left0);
        var ofLeft2 = LinearAlgebra.SumLanes(left2);
        var ofRight1 = LinearAlgebra.SumLanes(right1);
        var ofRight3 = LinearAlgebra.SumLanes(right3);
        for (; i < length; i++)
        {
            var a = Unsafe.Add(ref sumA, i);
            var b = Unsafe.Add(ref sumB, i);
            var innerA = Unsafe.Add(ref p1, i);
            var innerB = Unsafe.Add(ref p2, i);
            var whole = a + b;
            var left = a + innerB;
            var right = b + innerA;
            Unsafe.Add(ref sumA, i) = whole;
            ofWhole0 = Math.FusedMultiplyAdd(whole, Unsafe.Add(ref p0, i), ofWhole0);
            ofWhole3 = Math.FusedMultiplyAdd(whole, Unsafe.Add(ref p3, i), ofWhole3);
            ofLeft0 = Math.FusedMultiplyAdd(left, Unsafe.Add(ref p0, i), ofLeft0);
            ofLeft2 = Math.FusedMultiplyAdd(left, innerB, ofLeft2);
            ofRight1 = Math.FusedMultiplyAdd(right, innerA, ofRight1);
            ofRight3 = Math.FusedMultiplyAdd(right, Unsafe.Add(ref p3, i), ofRight3);
        }

        return ofWhole0 > 0.0 && ofWhole3 > 0.0 && ofLeft0 > 0.0 && ofLeft2 > 0.0 && ofRight1 > 0.0 && ofRight3 > 0.0;
    }

    private static void Require(int length, int other)
    {
        if (length != other)
        {
            throw new ArgumentException($"Spans of {length} and {other} numbers do not go together.", nameof(other));
        }
    }
}
