using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// The Polya-Gamma distribution PG(1, c), c >= 0, eight at a time: its mean E[omega] = tanh(c/2) / (2c), and its divergence from PG(1, 0),
/// KL = log cosh(c/2) - c^2 E[omega] / 2, in nats (Polson, Scott and Windle 2013). Both are even and analytic in c, so below c = 1/2
/// they are summed as power series in c^2: the closed forms lose their digits there, and all of them at c = 0.
/// </summary>
public static class PolyaGammaKernel
{
    /// <summary>c^2 below which the series are used; the first term left out is then below one unit in the last place.</summary>
    private const double SeriesBelow = 0.25;

    private const double LogTwo = 0.693147180559945309417;

    /// <summary>Coefficients of tanh(c/2) / (2c) in powers of c^2, from the Taylor series of tanh (Abramowitz and Stegun 4.5.64).</summary>
    private static readonly double[] MeanSeries =
    [
        1.0 / 4,
        -1.0 / 48,
        1.0 / 480,
        -17.0 / 80640,
        31.0 / 1451520,
        -691.0 / 319334400,
        5461.0 / 24908083200,
        -929569.0 / 41845579776000,
        3202291.0 / 1422749712384000,
        -221930581.0 / 973160803270656000,
        4722116521.0 / 204363768686837760000.0,
        -56963745931.0 / 24331309871891742720000.0,
    ];

    /// <summary>Coefficients of KL / c^4 in powers of c^2: those of the mean times -k / (2 (k + 1)), from k = 1.</summary>
    private static readonly double[] DivergenceSeries =
    [
        .. Enumerable.Range(1, MeanSeries.Length - 1).Select(k => -MeanSeries[k] * k / (2.0 * (k + 1))),
    ];

    /// <summary>Mean and divergence of one distribution, from c^2.</summary>
    public static (double Mean, double Divergence) Evaluate(double square)
    {
        var (mean, divergence) = Evaluate(Vector512.Create(square));
        return (mean[0], divergence[0]);
    }

    /// <summary>Mean and divergence of eight distributions, from their c^2.</summary>
    internal static (Vector512<double> Mean, Vector512<double> Divergence) Evaluate(Vector512<double> square)
    {
        var near = Vector512.LessThan(square, Vector512.Create(SeriesBelow));
        var c = Vector512.Sqrt(square);
        // exp(-700) is nothing beside 1, and where the exponential's range ends.
        var e = VectorFunctions.Exp(-Vector512.Min(c, Vector512.Create(700.0)));
        var tanh = (Vector512<double>.One - e) / (Vector512<double>.One + e);
        var mean = Vector512.ConditionalSelect(near, Horner(MeanSeries, square), 0.5 * tanh / c);
        // log cosh(c/2) = c/2 + log(1 + exp(-c)) - log 2, and c^2 E[omega] / 2 = c tanh(c/2) / 4.
        var logCosh = (0.5 * c) + (VectorFunctions.Log(Vector512<double>.One + e) - Vector512.Create(LogTwo));
        var divergence = Vector512.ConditionalSelect(
            near,
            square * square * Horner(DivergenceSeries, square),
            logCosh - (0.25 * c * tanh)
        );
        return (mean, divergence);
    }

    private static Vector512<double> Horner(double[] coefficients, Vector512<double> x)
    {
        var sum = Vector512.Create(coefficients[^1]);
        for (var k = coefficients.Length - 2; k >= 0; k--)
        {
            sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(coefficients[k]));
        }

        return sum;
    }
}
