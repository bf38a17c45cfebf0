using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>A function of one number, eight at a time.</summary>
public interface IUnaryFunction
{
    /// <summary>The function's value in each lane.</summary>
    static abstract Vector512<double> Apply(Vector512<double> x);
}

/// <summary>A function of two numbers, eight at a time.</summary>
public interface IBinaryFunction
{
    /// <summary>The function's value in each lane.</summary>
    static abstract Vector512<double> Apply(Vector512<double> x, Vector512<double> y);
}

/// <summary>
/// Elementary functions over the whole line, infinities and NaN included: the fast forms of <see cref="VectorFunctions"/> where all lanes are
/// in their range, otherwise the runtime's functions lane by lane.
/// </summary>
internal static class WholeLine
{
    private static readonly Vector512<double> Smallest = Vector512.Create(2.2250738585072014e-308);
    private static readonly Vector512<double> Largest = Vector512.Create(double.MaxValue);
    private static readonly Vector512<double> ExpRange = Vector512.Create(700.0);

    /// <summary>exp x, within 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x) =>
        Vector512.LessThanAll(Vector512.Abs(x), ExpRange) ? VectorFunctions.Exp(x) : Slow(x, Math.Exp);

    /// <summary>exp x - 1, within 2 ulps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Expm1(Vector512<double> x) =>
        Vector512.LessThanAll(Vector512.Abs(x), ExpRange)
            ? VectorFunctions.Expm1(x)
            : Slow(
                x,
                static v =>
                    v > 700 ? Math.Exp(v)
                    : double.IsNaN(v) ? v
                    : -1
            );

    /// <summary>log x, within 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x) =>
        Vector512.GreaterThanOrEqualAll(x, Smallest) && Vector512.LessThanOrEqualAll(x, Largest)
            ? VectorFunctions.Log(x)
            : Slow(x, Math.Log);

    /// <summary>
    /// log(1 + x), within 2 ulps: with u = 1 + x rounded, log u + (x - (u - 1)) / u, which gives back what the rounding lost.
    /// </summary>
    public static Vector512<double> Log1p(Vector512<double> x)
    {
        var one = Vector512<double>.One;
        var u = one + x;
        return Vector512.GreaterThanOrEqualAll(u, Smallest) && Vector512.LessThanOrEqualAll(u, Largest)
            ? VectorFunctions.Log(u) + ((x - (u - one)) / u)
            : Slow(x, static v => double.IsPositiveInfinity(v) ? v : Log1pOfOne(v));
    }

    private static double Log1pOfOne(double x)
    {
        var u = 1 + x;
        return u > 0 ? Math.Log(u) + ((x - (u - 1)) / u) : Math.Log(u);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> Slow(Vector512<double> x, Func<double, double> function)
    {
        var result = Vector512<double>.Zero;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result = result.WithElement(lane, function(x.GetElement(lane)));
        }

        return result;
    }
}

/// <summary>-x.</summary>
public readonly struct Negation : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => -x;
}

/// <summary>exp x.</summary>
public readonly struct Exponential : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Exp(x);
}

/// <summary>exp x - 1.</summary>
public readonly struct ExponentialMinusOne : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Expm1(x);
}

/// <summary>log x.</summary>
public readonly struct Logarithm : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Log(x);
}

/// <summary>log(1 + x).</summary>
public readonly struct LogarithmOfOnePlus : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Log1p(x);
}

/// <summary>The square root.</summary>
public readonly struct SquareRoot : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => Vector512.Sqrt(x);
}

/// <summary>x^2.</summary>
public readonly struct Squaring : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => x * x;
}

/// <summary>1 / x.</summary>
public readonly struct Reciprocal : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => Vector512<double>.One / x;
}

/// <summary>|x|.</summary>
public readonly struct Magnitude : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => Vector512.Abs(x);
}

/// <summary>-1, 0 or 1.</summary>
public readonly struct Signum : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x)
    {
        var zero = Vector512<double>.Zero;
        var one = Vector512<double>.One;
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, zero),
            one,
            Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -one, x)
        );
    }
}

/// <summary>tanh x = -t / (2 + t) with t = exp(-2 |x|) - 1 and the sign of x; within 3 ulps.</summary>
public readonly struct HyperbolicTangent : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x)
    {
        var size = Vector512.Min(Vector512.Abs(x), Vector512.Create(100.0));
        var t = VectorFunctions.Expm1(Vector512.Create(-2.0) * size);
        var value = -t / (Vector512.Create(2.0) + t);
        value = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), -value, value);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), value, x);
    }
}

/// <summary>1 / (1 + exp(-x)), with no overflow at either end.</summary>
public readonly struct LogisticFunction : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x)
    {
        var e = WholeLine.Exp(-Vector512.Abs(x));
        var value = Vector512<double>.One / (Vector512<double>.One + e);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), e * value, value);
    }
}

/// <summary>log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)).</summary>
public readonly struct Softplus : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) =>
        Vector512.Max(x, Vector512<double>.Zero) + WholeLine.Log1p(WholeLine.Exp(-Vector512.Abs(x)));
}

/// <summary>x + y.</summary>
public readonly struct Addition : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x + y;
}

/// <summary>x - y.</summary>
public readonly struct Subtraction : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x - y;
}

/// <summary>x y.</summary>
public readonly struct Multiplication : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x * y;
}

/// <summary>x / y.</summary>
public readonly struct Division : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x / y;
}

/// <summary>The larger of the two.</summary>
public readonly struct Maximum : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => Vector512.Max(x, y);
}

/// <summary>The smaller of the two.</summary>
public readonly struct Minimum : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => Vector512.Min(x, y);
}

/// <summary>1 where x >= y, 0 elsewhere.</summary>
public readonly struct AtLeast : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) =>
        Vector512.GreaterThanOrEqual(x, y) & Vector512<double>.One;
}

/// <summary>x^y for x > 0 or whole y, lane by lane.</summary>
public readonly struct PowerFunction : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y)
    {
        var result = Vector512<double>.Zero;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result = result.WithElement(lane, Math.Pow(x.GetElement(lane), y.GetElement(lane)));
        }

        return result;
    }
}
