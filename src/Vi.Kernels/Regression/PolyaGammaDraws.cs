namespace Vi.Kernels;

/// <summary>
/// Exact draws of the Polya-Gamma distribution PG(1, c) (Polson, Scott and Windle 2013, algorithm 1 of their supplement): a quarter of a
/// draw of the exponentially tilted Jacobi distribution J*(1, c / 2), by Devroye's (2009) method of alternating series.
/// </summary>
internal static class PolyaGammaDraws
{
    /// <summary>Where the two series for the density of J* change places.</summary>
    private const double Truncation = 0.64;

    /// <summary>
    /// Beyond it the variance of PG(1, c), about 2 / c of the squared mean, is below rounding, and so a draw is the mean; not far beyond
    /// it the terms of the series leave double precision.
    /// </summary>
    private const double Degenerate = 1e33;

    /// <summary>A draw of PG(1, c); c may be of either sign. Not a number where c is none.</summary>
    public static double Next(double c, ref UniformStream stream)
    {
        if (!(Math.Abs(c) < Degenerate))
        {
            return 0.5 / Math.Abs(c);
        }

        var z = 0.5 * Math.Abs(c);
        var rate = (0.125 * Math.PI * Math.PI) + (0.5 * z * z);
        var tail = 0.5 * Math.PI / rate * Math.Exp(-rate * Truncation);
        var body = 2.0 * Math.Exp(-z) * InverseGaussianCumulative(z);
        while (true)
        {
            var x =
                stream.Next() * (tail + body) < tail
                    ? Truncation + (stream.NextExponential() / rate)
                    : TruncatedInverseGaussian(z, ref stream);
            if (IsAccepted(x, ref stream))
            {
                return 0.25 * x;
            }
        }
    }

    /// <summary>Whether a uniform point under the first term lies under the whole alternating series.</summary>
    private static bool IsAccepted(double x, ref UniformStream stream)
    {
        var sum = Coefficient(0, x);
        var height = stream.Next() * sum;
        for (var n = 1; ; n++)
        {
            var odd = (n & 1) == 1;
            sum += odd ? -Coefficient(n, x) : Coefficient(n, x);
            if (odd && height <= sum)
            {
                return true;
            }

            if (!odd && height > sum)
            {
                return false;
            }
        }
    }

    /// <summary>a_n(x), the n-th term of the density's series (their equation 14).</summary>
    private static double Coefficient(int n, double x)
    {
        var k = n + 0.5;
        return x <= Truncation
            ? Math.PI * k * Math.Pow(2.0 / (Math.PI * x), 1.5) * Math.Exp(-2.0 * k * k / x)
            : Math.PI * k * Math.Exp(-0.5 * k * k * Math.PI * Math.PI * x);
    }

    /// <summary>P(IG(1 / z, 1) &lt;= t) at the truncation point; for z = 0 that of Levy's distribution.</summary>
    private static double InverseGaussianCumulative(double z)
    {
        var root = Math.Sqrt(1.0 / Truncation);
        var near = NormalCumulative(root * ((Truncation * z) - 1.0));
        var far = NormalCumulative(-root * ((Truncation * z) + 1.0));
        // Where the second underflows, so does its product with exp(2 z).
        return far > 0.0 ? near + (Math.Exp(2.0 * z) * far) : near;
    }

    /// <summary>A draw of IG(1 / z, 1) given that it is at most the truncation point.</summary>
    private static double TruncatedInverseGaussian(double z, ref UniformStream stream)
    {
        if (z < 1.0 / Truncation)
        {
            while (true)
            {
                double first;
                double second;
                do
                {
                    first = stream.NextExponential();
                    second = stream.NextExponential();
                } while (first * first > 2.0 * second / Truncation);

                var root = 1.0 + (first * Truncation);
                var x = Truncation / (root * root);
                if (stream.Next() <= Math.Exp(-0.5 * z * z * x))
                {
                    return x;
                }
            }
        }

        // Michael, Schucany and Haas (1976), until a draw is small enough.
        var mean = 1.0 / z;
        while (true)
        {
            var y = stream.NextNormal();
            y *= y;
            var x = mean + (0.5 * mean * mean * y) - (0.5 * mean * Math.Sqrt((4.0 * mean * y) + (mean * mean * y * y)));
            if (stream.Next() > mean / (mean + x))
            {
                x = mean * mean / x;
            }

            if (x <= Truncation)
            {
                return x;
            }
        }
    }

    /// <summary>Phi(x), to about 1e-15 relative: from the continued fraction in the tail, from Taylor's series of the density elsewhere.</summary>
    private static double NormalCumulative(double x)
    {
        if (x > 0.0)
        {
            return 1.0 - NormalCumulative(-x);
        }

        var density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2.0 * Math.PI);
        if (x > -3.0)
        {
            // Phi(x) = 1/2 + phi(x) (x + x^3 / 3 + x^5 / 15 + ...), Abramowitz and Stegun 26.2.11.
            var term = x;
            var sum = x;
            for (var n = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); n += 2)
            {
                term *= x * x / n;
                sum += term;
            }

            return 0.5 + (density * sum);
        }

        // phi(x) / (-x + 1 / (-x + 2 / (-x + ...))), Abramowitz and Stegun 26.2.14.
        var fraction = -x;
        for (var n = 60; n > 0; n--)
        {
            fraction = -x + (n / fraction);
        }

        return density / fraction;
    }
}
