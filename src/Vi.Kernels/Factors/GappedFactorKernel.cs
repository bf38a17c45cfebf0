using System.Buffers;

namespace Vi.Kernels;

/// <summary>Factors of rows of which not every entry is observed, so that each row has a covariance of its own; nothing is allocated for a row.</summary>
public static class GappedFactorKernel
{
    /// <summary>
    /// q(f_t) of R rows in the coordinates of a frame A: with the information J_t and the pull p_t of what is observed, covariance
    /// S_t = A (I + A'J_t A)^-1 A' = H_t H_t' and mean S_t p_t, or a draw S_t p_t + H_t z_t. Gives -1, or the number of the first row whose
    /// precision I + A'J_t A is not positive definite.
    /// </summary>
    /// <param name="frame">A, K x K.</param>
    /// <param name="informations">J_t, R rows of K^2 numbers.</param>
    /// <param name="pulls">p_t, K x R.</param>
    /// <param name="noise">Standard normal numbers z_t for draws, K x R; none for expectations.</param>
    /// <param name="means">Receives means or draws, K x R.</param>
    /// <param name="seconds">Receives second moments, R rows of K^2 numbers: with S_t under expectations.</param>
    /// <param name="logDeterminants">The sum of log |I + A'J_t A|.</param>
    public static int Condition(
        ReadOnlySpan<double> frame,
        ReadOnlySpan<double> informations,
        ReadOnlySpan<double> pulls,
        ReadOnlySpan<double> noise,
        Span<double> means,
        Span<double> seconds,
        out double logDeterminants
    )
    {
        logDeterminants = 0.0;
        var square = frame.Length;
        var factors = (int)Math.Sqrt(square);
        var rows = informations.Length / square;
        var buffer = ArrayPool<double>.Shared.Rent((3 * square) + (2 * factors));
        try
        {
            var half = buffer.AsSpan(0, square);
            var precision = buffer.AsSpan(square, square);
            var inverse = buffer.AsSpan(2 * square, square);
            var pull = buffer.AsSpan(3 * square, factors);
            var mean = buffer.AsSpan((3 * square) + factors, factors);
            for (var t = 0; t < rows; t++)
            {
                Precision(frame, informations.Slice(t * square, square), inverse, precision, factors);
                if (LinearAlgebra.Cholesky(precision, factors) >= 0)
                {
                    return t;
                }

                for (var i = 0; i < factors; i++)
                {
                    logDeterminants += 2.0 * Math.Log(precision[(i * factors) + i]);
                }

                LinearAlgebra.InvertLower(precision, inverse, factors);
                var second = seconds.Slice(t * square, square);
                Covariance(frame, inverse, half, second, factors);
                Column(pulls, t, rows, pull);
                for (var i = 0; i < factors; i++)
                {
                    mean[i] = LinearAlgebra.Dot(second.Slice(i * factors, factors), pull);
                }

                if (!noise.IsEmpty)
                {
                    Column(noise, t, rows, pull);
                    for (var i = 0; i < factors; i++)
                    {
                        mean[i] += LinearAlgebra.Dot(half.Slice(i * factors, factors), pull);
                    }

                    second.Clear();
                }

                for (var i = 0; i < factors; i++)
                {
                    means[(i * rows) + t] = mean[i];
                    LinearAlgebra.AddScaled(mean[i], mean, second.Slice(i * factors, factors));
                }
            }

            return -1;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    /// <summary>I + A'J A.</summary>
    private static void Precision(
        ReadOnlySpan<double> frame,
        ReadOnlySpan<double> information,
        Span<double> product,
        Span<double> target,
        int n
    )
    {
        product.Clear();
        target.Clear();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                LinearAlgebra.AddScaled(information[(i * n) + k], frame.Slice(k * n, n), product.Slice(i * n, n));
            }
        }

        for (var i = 0; i < n; i++)
        {
            var row = target.Slice(i * n, n);
            row[i] = 1.0;
            for (var k = 0; k < n; k++)
            {
                LinearAlgebra.AddScaled(frame[(k * n) + i], product.Slice(k * n, n), row);
            }
        }
    }

    /// <summary>H = A L'^-1 from L^-1, and H H'.</summary>
    private static void Covariance(
        ReadOnlySpan<double> frame,
        ReadOnlySpan<double> inverse,
        Span<double> half,
        Span<double> covariance,
        int n
    )
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                half[(i * n) + j] = LinearAlgebra.Dot(frame.Slice(i * n, j + 1), inverse.Slice(j * n, j + 1));
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var value = LinearAlgebra.Dot(half.Slice(i * n, n), half.Slice(j * n, n));
                covariance[(i * n) + j] = value;
                covariance[(j * n) + i] = value;
            }
        }
    }

    private static void Column(ReadOnlySpan<double> matrix, int column, int columns, Span<double> target)
    {
        for (var k = 0; k < target.Length; k++)
        {
            target[k] = matrix[(k * columns) + column];
        }
    }
}
