namespace Vi.Kernels;

/// <summary>
/// Loops of the full-rank normal mean + L z. A lower triangle is stored row by row without its zeros: row i has i + 1 numbers and starts
/// at i (i + 1) / 2.
/// </summary>
public static class FullRankKernel
{
    private static int Row(int i) => i * (i + 1) / 2;

    /// <summary>y = L z.</summary>
    public static void Multiply(ReadOnlySpan<double> lower, ReadOnlySpan<double> z, Span<double> y)
    {
        for (var i = 0; i < z.Length; i++)
        {
            y[i] = LinearAlgebra.Dot(lower.Slice(Row(i), i + 1), z[..(i + 1)]);
        }
    }

    /// <summary>y = L' g.</summary>
    public static void MultiplyTransposed(ReadOnlySpan<double> lower, ReadOnlySpan<double> g, Span<double> y)
    {
        y.Clear();
        for (var i = 0; i < g.Length; i++)
        {
            LinearAlgebra.AddScaled(g[i], lower.Slice(Row(i), i + 1), y[..(i + 1)]);
        }
    }

    /// <summary>Solves L y = b in place.</summary>
    public static void Solve(ReadOnlySpan<double> lower, Span<double> b)
    {
        for (var i = 0; i < b.Length; i++)
        {
            var row = lower.Slice(Row(i), i + 1);
            b[i] = (b[i] - LinearAlgebra.Dot(row[..i], b[..i])) / row[i];
        }
    }

    /// <summary>Solves L' y = b in place.</summary>
    public static void SolveTransposed(ReadOnlySpan<double> lower, Span<double> b)
    {
        for (var i = b.Length - 1; i >= 0; i--)
        {
            var row = lower.Slice(Row(i), i + 1);
            b[i] /= row[i];
            LinearAlgebra.AddScaled(-b[i], row[..i], b[..i]);
        }
    }

    /// <summary>Adds s g z' to a lower triangle.</summary>
    public static void AddOuter(double s, ReadOnlySpan<double> g, ReadOnlySpan<double> z, Span<double> lower)
    {
        for (var i = 0; i < g.Length; i++)
        {
            LinearAlgebra.AddScaled(s * g[i], z[..(i + 1)], lower.Slice(Row(i), i + 1));
        }
    }

    /// <summary>
    /// Natural direction of L = U diag(e^s), U with a unit diagonal, in s (on the diagonal) and U (below it) from a gradient in them. Under
    /// L -> L (I + B) the divergence of the normals is sum_{i&gt;j} B_ij^2 / 2 + sum_i B_ii^2, so B_jj is half the gradient in s_j,
    /// B_ij = sum_{k&gt;=i} L_ki (gradient in U_kj) / L_jj, and U_ij moves by sum_{j&lt;k&lt;=i} L_ik B_kj / L_jj.
    /// </summary>
    /// <param name="lower">L.</param>
    /// <param name="gradient">Gradient in s and U, as a lower triangle.</param>
    /// <param name="buffer">As many numbers as a triangle has.</param>
    /// <param name="direction">Overwritten; must not overlap with the gradient.</param>
    /// <param name="n">Dimension.</param>
    public static void Natural(
        ReadOnlySpan<double> lower,
        ReadOnlySpan<double> gradient,
        Span<double> buffer,
        Span<double> direction,
        int n
    )
    {
        buffer.Clear();
        direction.Clear();
        for (var i = 1; i < n; i++)
        {
            var target = buffer.Slice(Row(i), i);
            var k = i;
            for (; k + 4 <= n; k += 4)
            {
                LinearAlgebra.AddScaledFour(
                    (lower[Row(k) + i], lower[Row(k + 1) + i], lower[Row(k + 2) + i], lower[Row(k + 3) + i]),
                    gradient[Row(k)..],
                    gradient[Row(k + 1)..],
                    gradient[Row(k + 2)..],
                    gradient[Row(k + 3)..],
                    target
                );
            }

            for (; k < n; k++)
            {
                LinearAlgebra.AddScaled(lower[Row(k) + i], gradient.Slice(Row(k), i), target);
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var diagonal = lower[Row(j) + j];
                buffer[Row(i) + j] = buffer[Row(i) + j] / diagonal / diagonal;
            }
        }

        for (var i = 0; i < n; i++)
        {
            var row = direction.Slice(Row(i), i + 1);
            var k = 1;
            for (; k + 3 <= i; k += 4)
            {
                LinearAlgebra.AddScaledFour(
                    (lower[Row(i) + k], lower[Row(i) + k + 1], lower[Row(i) + k + 2], lower[Row(i) + k + 3]),
                    buffer[Row(k)..],
                    buffer[Row(k + 1)..],
                    buffer[Row(k + 2)..],
                    buffer[Row(k + 3)..],
                    row[..k]
                );
                for (var longer = k + 1; longer < k + 4; longer++)
                {
                    LinearAlgebra.AddScaled(
                        lower[Row(i) + longer],
                        buffer.Slice(Row(longer) + k, longer - k),
                        row[k..longer]
                    );
                }
            }

            for (; k <= i; k++)
            {
                LinearAlgebra.AddScaled(lower[Row(i) + k], buffer.Slice(Row(k), k), row[..k]);
            }

            row[i] = 0.5 * gradient[Row(i) + i];
        }
    }
}
