using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>A distribution of a row's target y given its linear predictor eta.</summary>
public interface IPredictorFamily
{
    /// <summary>Adds eight rows to the sums, and gives d log p / d eta of each.</summary>
    /// <param name="eta">Linear predictors.</param>
    /// <param name="y">Targets.</param>
    /// <param name="first">The family's first parameter in all lanes, where it has one.</param>
    /// <param name="second">The family's second parameter in all lanes, where it has one.</param>
    /// <param name="mask">Which lanes are rows.</param>
    /// <param name="value">The part of log p that depends on the linear predictor.</param>
    /// <param name="product">Factors between 1 and 2 whose logarithm is taken off the value now and then: one logarithm serves many rows.</param>
    /// <param name="byFirst">The value's derivative with respect to the family's first parameter.</param>
    /// <param name="bySecond">The value's derivative with respect to the family's second parameter.</param>
    static abstract Vector512<double> Add(
        Vector512<double> eta,
        Vector512<double> y,
        Vector512<double> first,
        Vector512<double> second,
        Vector512<double> mask,
        ref Vector512<double> value,
        ref Vector512<double> product,
        ref Vector512<double> byFirst,
        ref Vector512<double> bySecond
    );
}

/// <summary>y ~ N(eta, sigma^2) without its constants: -(y - eta)^2 / (2 sigma^2).</summary>
public readonly struct NormalPredictor : IPredictorFamily
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(
        Vector512<double> eta,
        Vector512<double> y,
        Vector512<double> first,
        Vector512<double> second,
        Vector512<double> mask,
        ref Vector512<double> value,
        ref Vector512<double> product,
        ref Vector512<double> byFirst,
        ref Vector512<double> bySecond
    )
    {
        var z = ((y - eta) / first) & mask;
        value = Vector512.FusedMultiplyAdd(Vector512.Create(-0.5) * z, z, value);
        byFirst += z * z / first;
        return z / first;
    }
}

/// <summary>y in {0, 1} with log odds eta: y eta - log(1 + exp eta).</summary>
public readonly struct BernoulliPredictor : IPredictorFamily
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(
        Vector512<double> eta,
        Vector512<double> y,
        Vector512<double> first,
        Vector512<double> second,
        Vector512<double> mask,
        ref Vector512<double> value,
        ref Vector512<double> product,
        ref Vector512<double> byFirst,
        ref Vector512<double> bySecond
    )
    {
        var one = Vector512<double>.One;
        var e = WholeLine.Exp(-Vector512.Abs(eta));
        var sum = one + e;
        var negative = Vector512.LessThan(eta, Vector512<double>.Zero);
        var probability = Vector512.ConditionalSelect(negative, e, one) / sum;
        product *= Vector512.ConditionalSelect(mask, sum, one);
        value += ((y * eta) - Vector512.Max(eta, Vector512<double>.Zero)) & mask;
        return (y - probability) & mask;
    }
}

/// <summary>Counts y with log mean eta, without the factorials: y eta - exp eta.</summary>
public readonly struct PoissonPredictor : IPredictorFamily
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(
        Vector512<double> eta,
        Vector512<double> y,
        Vector512<double> first,
        Vector512<double> second,
        Vector512<double> mask,
        ref Vector512<double> value,
        ref Vector512<double> product,
        ref Vector512<double> byFirst,
        ref Vector512<double> bySecond
    )
    {
        var mean = WholeLine.Exp(eta);
        value += ((y * eta) - mean) & mask;
        return (y - mean) & mask;
    }
}

/// <summary>
/// y ~ Student-t of centre eta, scale sigma (the first parameter) and nu degrees of freedom (the second), without its constants:
/// -(nu + 1) / 2 log(1 + z^2 / nu) with z = (y - eta) / sigma.
/// </summary>
public readonly struct StudentPredictor : IPredictorFamily
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(
        Vector512<double> eta,
        Vector512<double> y,
        Vector512<double> first,
        Vector512<double> second,
        Vector512<double> mask,
        ref Vector512<double> value,
        ref Vector512<double> product,
        ref Vector512<double> byFirst,
        ref Vector512<double> bySecond
    )
    {
        var half = Vector512.Create(0.5);
        var z = ((y - eta) / first) & mask;
        var ratio = z * z / second;
        var logarithm = WholeLine.Log1p(ratio);
        var order = second + Vector512<double>.One;
        var weight = order / (second * (Vector512<double>.One + ratio));
        value -= half * order * logarithm;
        byFirst += weight * z * z / first;
        bySecond += half * ((weight * ratio) - logarithm);
        return weight * z / first;
    }
}
