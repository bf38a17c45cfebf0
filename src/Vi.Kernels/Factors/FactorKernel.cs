using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Loops of a factor model over its N columns. Matrices have a row of N numbers for each of the K factors; loadings are seen in a basis in
/// which the covariance of every column's loadings is diagonal: means u (K x N), variances d (K x N).
/// </summary>
public static class FactorKernel
{
    private const int Lanes = 8;

    /// <summary>Normal distributions of prior precision 1 and data precision tau_n g_k: d = 1 / (1 + tau_n g_k), and u = tau_n d times the pull.</summary>
    /// <param name="tau">Noise precisions, N.</param>
    /// <param name="g">Squares of the factors, K.</param>
    /// <param name="means">The pulls, K x N; on return u.</param>
    /// <param name="variances">Receives d, K x N.</param>
    public static void Condition(
        ReadOnlySpan<double> tau,
        ReadOnlySpan<double> g,
        Span<double> means,
        Span<double> variances
    )
    {
        var columns = tau.Length;
        Require(means, g.Length * columns);
        Require(variances, g.Length * columns);
        for (var k = 0; k < g.Length; k++)
        {
            var u = means.Slice(k * columns, columns);
            var d = variances.Slice(k * columns, columns);
            var size = Vector512.Create(g[k]);
            var n = 0;
            for (; n + Lanes <= columns; n += Lanes)
            {
                var t = At(tau, n);
                var variance = Vector512<double>.One / Vector512.FusedMultiplyAdd(t, size, Vector512<double>.One);
                variance.CopyTo(d[n..]);
                (t * variance * At(u, n)).CopyTo(u[n..]);
            }

            for (; n < columns; n++)
            {
                d[n] = 1.0 / Math.FusedMultiplyAdd(tau[n], g[k], 1.0);
                u[n] = tau[n] * d[n] * u[n];
            }
        }
    }

    /// <summary>y_kn = w_n x_kn.</summary>
    public static void Weigh(ReadOnlySpan<double> w, ReadOnlySpan<double> x, Span<double> y)
    {
        var columns = w.Length;
        Require(y, x.Length);
        for (var first = 0; first < x.Length; first += columns)
        {
            var from = x.Slice(first, columns);
            var to = y.Slice(first, columns);
            var n = 0;
            for (; n + Lanes <= columns; n += Lanes)
            {
                (At(w, n) * At(from, n)).CopyTo(to[n..]);
            }

            for (; n < columns; n++)
            {
                to[n] = w[n] * from[n];
            }
        }
    }

    /// <summary>
    /// Expected squares of what is left of each column: s_n - 2 u_n'(Z'c_n) + u_n'G u_n + sum_k g_kk d_kn, where s are the sums of squares
    /// of the data and c their products with the factors (K x N).
    /// </summary>
    /// <param name="s">Sums of squares, N.</param>
    /// <param name="u">Means, K x N.</param>
    /// <param name="d">Variances, K x N.</param>
    /// <param name="c">Products with the data in the coordinates before the basis, K x N.</param>
    /// <param name="z">Z', K x K: row k has basis vector k.</param>
    /// <param name="g">G, K x K, symmetric, in the basis.</param>
    /// <param name="target">Receives N numbers.</param>
    public static void Residuals(
        ReadOnlySpan<double> s,
        ReadOnlySpan<double> u,
        ReadOnlySpan<double> d,
        ReadOnlySpan<double> c,
        ReadOnlySpan<double> z,
        ReadOnlySpan<double> g,
        Span<double> target
    )
    {
        var columns = s.Length;
        var factors = columns == 0 ? 0 : u.Length / columns;
        Require(u, factors * columns);
        Require(d, u.Length);
        Require(c, u.Length);
        Require(z, factors * factors);
        Require(g, factors * factors);
        var n = 0;
        for (; n + (2 * Lanes) <= columns; n += 2 * Lanes)
        {
            var (s0, s1) = (At(s, n), At(s, n + Lanes));
            for (var k = 0; k < factors; k++)
            {
                Vector512<double> c0 = default,
                    c1 = default,
                    g0 = default,
                    g1 = default;
                var at = n;
                for (var j = k * factors; j < (k + 1) * factors; j++)
                {
                    var (basis, gram) = (Vector512.Create(z[j]), Vector512.Create(g[j]));
                    c0 = Vector512.FusedMultiplyAdd(basis, At(c, at), c0);
                    c1 = Vector512.FusedMultiplyAdd(basis, At(c, at + Lanes), c1);
                    g0 = Vector512.FusedMultiplyAdd(gram, At(u, at), g0);
                    g1 = Vector512.FusedMultiplyAdd(gram, At(u, at + Lanes), g1);
                    at += columns;
                }

                at = n + (k * columns);
                var two = Vector512.Create(-2.0);
                var own = Vector512.Create(g[(k * factors) + k]);
                s0 = Vector512.FusedMultiplyAdd(At(u, at), Vector512.FusedMultiplyAdd(two, c0, g0), s0);
                s1 = Vector512.FusedMultiplyAdd(At(u, at + Lanes), Vector512.FusedMultiplyAdd(two, c1, g1), s1);
                s0 = Vector512.FusedMultiplyAdd(own, At(d, at), s0);
                s1 = Vector512.FusedMultiplyAdd(own, At(d, at + Lanes), s1);
            }

            s0.CopyTo(target[n..]);
            s1.CopyTo(target[(n + Lanes)..]);
        }

        for (; n < columns; n++)
        {
            var sum = s[n];
            for (var k = 0; k < factors; k++)
            {
                var (pull, square) = (0.0, 0.0);
                for (var j = 0; j < factors; j++)
                {
                    pull = Math.FusedMultiplyAdd(z[(k * factors) + j], c[(j * columns) + n], pull);
                    square = Math.FusedMultiplyAdd(g[(k * factors) + j], u[(j * columns) + n], square);
                }

                var at = (k * columns) + n;
                sum = Math.FusedMultiplyAdd(u[at], Math.FusedMultiplyAdd(-2.0, pull, square), sum);
                sum = Math.FusedMultiplyAdd(g[(k * factors) + k], d[at], sum);
            }

            target[n] = sum;
        }
    }

    /// <summary>Sum of the logarithms of normal positive numbers.</summary>
    public static double SumOfLogs(ReadOnlySpan<double> x)
    {
        var sum = Vector512<double>.Zero;
        for (var n = 0; n < x.Length; n += Lanes)
        {
            sum += VectorFunctions.Log(Part(x, n, 1.0));
        }

        return LinearAlgebra.SumLanes(sum);
    }

    /// <summary>
    /// sum over k and n of (y - 1 - log y) + (o + (m - u)^2) / d with y = r_k^2 e / d: what a change of loadings from means u and variances
    /// d to variances e counts, where r is the diagonal of the change of basis R, m = R times the new means, and o the variance that R
    /// brings in from other factors.
    /// </summary>
    /// <param name="r">Diagonal of R, K, none zero.</param>
    /// <param name="e">New variances, K x N.</param>
    /// <param name="m">New means in the former basis, K x N.</param>
    /// <param name="o">sum over j other than k of R_kj^2 e_jn, K x N.</param>
    /// <param name="u">Former means, K x N.</param>
    /// <param name="d">Former variances, K x N.</param>
    public static double Divergence(
        ReadOnlySpan<double> r,
        ReadOnlySpan<double> e,
        ReadOnlySpan<double> m,
        ReadOnlySpan<double> o,
        ReadOnlySpan<double> u,
        ReadOnlySpan<double> d
    )
    {
        var columns = d.Length / r.Length;
        Require(e, d.Length);
        Require(m, d.Length);
        Require(o, d.Length);
        Require(u, d.Length);
        var total = 0.0;
        for (var k = 0; k < r.Length; k++)
        {
            var square = Vector512.Create(r[k] * r[k]);
            var sum = Vector512<double>.Zero;
            for (var n = 0; n < columns; n += Lanes)
            {
                var at = (k * columns) + n;
                var end = (k + 1) * columns;
                var variance = Part(d[..end], at, 1.0);
                // What fills up the last vector counts as no change at all.
                var recent = Part(e[..end], at, 1.0 / (r[k] * r[k]));
                var shift = Part(m[..end], at, 0.0) - Part(u[..end], at, 0.0);
                var inverse = Vector512<double>.One / variance;
                var change = Vector512.FusedMultiplyAdd(square, recent, -variance) * inverse;
                var outer = Vector512.FusedMultiplyAdd(shift, shift, Part(o[..end], at, 0.0)) * inverse;
                var excess = Excess(change);
                if (n + Lanes > columns)
                {
                    var seen = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(columns - n)));
                    excess = Vector512.ConditionalSelect(seen, excess, Vector512<double>.Zero);
                }

                sum += excess + outer;
            }

            total += LinearAlgebra.SumLanes(sum);
        }

        return total;
    }

    /// <summary>v - log(1 + v) for v > -1: near 0 by the series of log((1 + s) / (1 - s)) at s = v / (2 + v), s v - 2 s^3 (1/3 + s^2/5 + ...).</summary>
    private static Vector512<double> Excess(Vector512<double> v)
    {
        var near = Vector512.LessThanOrEqual(Vector512.Abs(v), Vector512.Create(0.25));
        var s = v / (v + Vector512.Create(2.0));
        var z = s * s;
        var sum = Vector512.Create(1.0 / 23.0);
        for (var k = 9; k >= 0; k--)
        {
            sum = Vector512.FusedMultiplyAdd(sum, z, Vector512.Create(1.0 / ((2 * k) + 3)));
        }

        var series = (s * v) - (Vector512.Create(2.0) * s * z * sum);
        return Vector512.LessThanOrEqualAll(Vector512.Abs(v), Vector512.Create(0.25))
            ? series
            : Vector512.ConditionalSelect(near, series, v - VectorFunctions.Log(v + Vector512<double>.One));
    }

    private static void Require(
        ReadOnlySpan<double> x,
        int length,
        [CallerArgumentExpression(nameof(x))] string name = ""
    )
    {
        if (x.Length != length)
        {
            throw new ArgumentException($"{length} numbers are needed, not {x.Length}.", name);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> At(ReadOnlySpan<double> x, int n) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)n);

    /// <summary>Eight numbers from n on; beyond the last one the filling.</summary>
    private static Vector512<double> Part(ReadOnlySpan<double> x, int n, double filling)
    {
        if (n + Lanes <= x.Length)
        {
            return At(x, n);
        }

        Span<double> part = stackalloc double[Lanes];
        part.Fill(filling);
        x[n..].CopyTo(part);
        return Vector512.Create<double>(part);
    }
}
