using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Elementwise loops over spans of one length that black-box inference makes at every step.</summary>
public static class VectorKernel
{
    private const int Lanes = 8;

    /// <summary>target = exp x, with x brought into [-700, 700].</summary>
    public static void Exp(ReadOnlySpan<double> x, Span<double> target)
    {
        Require(x.Length, target.Length);
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(target);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Bounded(Vector512.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            target[i] = Bounded(Vector512.Create(x[i])).ToScalar();
        }
    }

    /// <summary>target = a b.</summary>
    public static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> target) =>
        Combine<Product>(a, b, target);

    /// <summary>target = a / b.</summary>
    public static void Divide(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> target) =>
        Combine<Quotient>(a, b, target);

    /// <summary>target += s a b.</summary>
    public static void AddProduct(double s, ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> target)
    {
        Require(a.Length, b.Length);
        Require(a.Length, target.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        ref var to = ref MemoryMarshal.GetReference(target);
        var scale = Vector512.Create(s);
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            Vector512
                .FusedMultiplyAdd(
                    scale * Vector512.LoadUnsafe(ref x, (nuint)i),
                    Vector512.LoadUnsafe(ref y, (nuint)i),
                    Vector512.LoadUnsafe(ref to, (nuint)i)
                )
                .StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < a.Length; i++)
        {
            target[i] = Math.FusedMultiplyAdd(s * a[i], b[i], target[i]);
        }
    }

    /// <summary>target = a + s b.</summary>
    public static void Sum(ReadOnlySpan<double> a, double s, ReadOnlySpan<double> b, Span<double> target)
    {
        Require(a.Length, b.Length);
        Require(a.Length, target.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        ref var to = ref MemoryMarshal.GetReference(target);
        var scale = Vector512.Create(s);
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            Vector512
                .FusedMultiplyAdd(scale, Vector512.LoadUnsafe(ref y, (nuint)i), Vector512.LoadUnsafe(ref x, (nuint)i))
                .StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < a.Length; i++)
        {
            target[i] = Math.FusedMultiplyAdd(s, b[i], a[i]);
        }
    }

    /// <summary>average += weight (x - average).</summary>
    public static void Blend(double weight, ReadOnlySpan<double> x, Span<double> average)
    {
        Require(x.Length, average.Length);
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(average);
        var w = Vector512.Create(weight);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var old = Vector512.LoadUnsafe(ref to, (nuint)i);
            Vector512
                .FusedMultiplyAdd(w, Vector512.LoadUnsafe(ref from, (nuint)i) - old, old)
                .StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            average[i] = Math.FusedMultiplyAdd(weight, x[i] - average[i], average[i]);
        }
    }

    /// <summary>
    /// One step of Adam's scaling (Kingma and Ba 2015, algorithm 1): m and v are the gradient's and its square's running means; the
    /// gradient is replaced by m / c1 / (sqrt(v / c2) + epsilon).
    /// </summary>
    /// <param name="gradient">Read, then overwritten by the scaled one.</param>
    /// <param name="mean">Running mean m.</param>
    /// <param name="square">Running mean v of the square.</param>
    /// <param name="decayMean">beta1.</param>
    /// <param name="decaySquare">beta2.</param>
    /// <param name="correctMean">c1 = 1 - beta1^t.</param>
    /// <param name="correctSquare">c2 = 1 - beta2^t.</param>
    /// <param name="epsilon">Added to the root.</param>
    public static void Adam(
        Span<double> gradient,
        Span<double> mean,
        Span<double> square,
        double decayMean,
        double decaySquare,
        double correctMean,
        double correctSquare,
        double epsilon
    )
    {
        Require(gradient.Length, mean.Length);
        Require(gradient.Length, square.Length);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        ref var m = ref MemoryMarshal.GetReference(mean);
        ref var v = ref MemoryMarshal.GetReference(square);
        var (fresh, freshSquare) = (Vector512.Create(1 - decayMean), Vector512.Create(1 - decaySquare));
        var (inverseMean, inverseSquare) = (Vector512.Create(1 / correctMean), Vector512.Create(1 / correctSquare));
        var small = Vector512.Create(epsilon);
        var i = 0;
        for (; i <= gradient.Length - Lanes; i += Lanes)
        {
            var x = Vector512.LoadUnsafe(ref g, (nuint)i);
            var newMean = Vector512.LoadUnsafe(ref m, (nuint)i);
            newMean = Vector512.FusedMultiplyAdd(fresh, x - newMean, newMean);
            newMean.StoreUnsafe(ref m, (nuint)i);
            var newSquare = Vector512.LoadUnsafe(ref v, (nuint)i);
            newSquare = Vector512.FusedMultiplyAdd(freshSquare, (x * x) - newSquare, newSquare);
            newSquare.StoreUnsafe(ref v, (nuint)i);
            (newMean * inverseMean / (Vector512.Sqrt(newSquare * inverseSquare) + small)).StoreUnsafe(ref g, (nuint)i);
        }

        for (; i < gradient.Length; i++)
        {
            var x = gradient[i];
            mean[i] = Math.FusedMultiplyAdd(1 - decayMean, x - mean[i], mean[i]);
            square[i] = Math.FusedMultiplyAdd(1 - decaySquare, (x * x) - square[i], square[i]);
            gradient[i] = mean[i] * (1 / correctMean) / (Math.Sqrt(square[i] * (1 / correctSquare)) + epsilon);
        }
    }

    /// <summary>Squared distances of all pairs among n points (n x d), into n x n.</summary>
    public static void SquaredDistances(ReadOnlySpan<double> points, int n, int d, Span<double> distances)
    {
        for (var i = 0; i < n; i++)
        {
            distances[(i * n) + i] = 0;
            for (var j = 0; j < i; j++)
            {
                var square = SquaredDistance(points.Slice(i * d, d), points.Slice(j * d, d));
                distances[(i * n) + j] = square;
                distances[(j * n) + i] = square;
            }
        }
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var lanes = Vector512<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var away = Vector512.LoadUnsafe(ref x, (nuint)i) - Vector512.LoadUnsafe(ref y, (nuint)i);
            lanes = Vector512.FusedMultiplyAdd(away, away, lanes);
        }

        var sum = LinearAlgebra.SumLanes(lanes);
        for (; i < a.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(a[i] - b[i], a[i] - b[i], sum);
        }

        return sum;
    }

    private static void Combine<TFunction>(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> target)
        where TFunction : struct, ITwoNumbers
    {
        Require(a.Length, b.Length);
        Require(a.Length, target.Length);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        ref var to = ref MemoryMarshal.GetReference(target);
        var i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            TFunction
                .Of(Vector512.LoadUnsafe(ref x, (nuint)i), Vector512.LoadUnsafe(ref y, (nuint)i))
                .StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < a.Length; i++)
        {
            target[i] = TFunction.Of(a[i], b[i]);
        }
    }

    private static Vector512<double> Bounded(Vector512<double> x) =>
        VectorFunctions.Exp(Vector512.Min(Vector512.Max(x, Vector512.Create(-700.0)), Vector512.Create(700.0)));

    private static void Require(int length, int other)
    {
        if (length != other)
        {
            throw new ArgumentException($"Spans of {length} and {other} numbers do not go together.", nameof(other));
        }
    }

    /// <summary>
    /// A function of two numbers, eight at a time and, for what is left over, of one pair: eight divisions take four times as long as one.
    /// </summary>
    private interface ITwoNumbers
    {
        static abstract Vector512<double> Of(Vector512<double> a, Vector512<double> b);

        static abstract double Of(double a, double b);
    }

    private readonly struct Product : ITwoNumbers
    {
        public static Vector512<double> Of(Vector512<double> a, Vector512<double> b) => a * b;

        public static double Of(double a, double b) => a * b;
    }

    private readonly struct Quotient : ITwoNumbers
    {
        public static Vector512<double> Of(Vector512<double> a, Vector512<double> b) => a / b;

        public static double Of(double a, double b) => a / b;
    }
}
