using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>What a set of rows adds to the bound, and how much of it there is to sum.</summary>
/// <param name="Entropy">- sum_nk r_nk log r_nk.</param>
/// <param name="LogNormalizer">sum_n log sum_k rho_nk.</param>
/// <param name="Pairs">Pairs of row and component with a responsibility above zero.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowSums(double Entropy, double LogNormalizer, long Pairs);

/// <summary>Turns log rho of some rows, stored component by component, into responsibilities.</summary>
internal static class ResponsibilityKernel
{
    /// <summary>
    /// Nats below a row's largest log rho from which a responsibility is zero. exp(-80) is 2e-35: a billion such rows together weigh
    /// less than the rounding of any prior's weight above 1e-10.
    /// </summary>
    public const double Negligible = 80.0;

    private const int Lanes = Tile.Lanes;

    /// <summary>Logarithms are taken of the product of this many sums, each at most K.</summary>
    private const int RowsOfProduct = 8 * Lanes;

    /// <summary>Softmax of each row; rows of the filling get zeros.</summary>
    /// <param name="values">K runs of log rho, <paramref name="stride"/> numbers from one to the next.</param>
    /// <param name="stride">A multiple of <see cref="Tile.RowStep"/>.</param>
    /// <param name="components">Number K of components.</param>
    /// <param name="rows">Rows of data; the filling reaches to the next multiple of <see cref="Tile.RowStep"/>.</param>
    public static RowSums Normalize(Span<double> values, int stride, int components, int rows)
    {
        ref var v = ref MemoryMarshal.GetReference(values);
        var entropy = Vector512<double>.Zero;
        var maxima = Vector512<double>.Zero;
        var logs = Vector512<double>.Zero;
        var product = Vector512<double>.One;
        var lowest = Vector512.Create(-Negligible);
        var pairs = 0L;
        for (var n = 0; n < Tile.Padded(rows); n += Lanes)
        {
            var largest = Vector512.LoadUnsafe(ref v, (nuint)n);
            for (var k = 1; k < components; k++)
            {
                largest = Vector512.Max(largest, Vector512.LoadUnsafe(ref v, (nuint)((k * stride) + n)));
            }

            // With u = log rho - max and e = exp u: log normaliser = max + log s, entropy = log s - sum e u / s.
            var mask = RowMask(n, rows);
            var sum = Vector512<double>.Zero;
            var energy = Vector512<double>.Zero;
            for (var k = 0; k < components; k++)
            {
                var at = (nuint)((k * stride) + n);
                var u = Vector512.LoadUnsafe(ref v, at) - largest;
                var counts = Vector512.GreaterThan(u, lowest) & mask;
                u = Vector512.ConditionalSelect(counts, u, Vector512<double>.Zero);
                var e = Vector512.ConditionalSelect(counts, VectorFunctions.Exp(u), Vector512<double>.Zero);
                sum += e;
                energy = Vector512.FusedMultiplyAdd(e, u, energy);
                pairs += BitOperations.PopCount(counts.ExtractMostSignificantBits());
                e.StoreUnsafe(ref v, at);
            }

            sum = Vector512.ConditionalSelect(mask, sum, Vector512<double>.One);
            var inverse = Vector512<double>.One / sum;
            product *= sum;
            if ((n + Lanes) % RowsOfProduct == 0)
            {
                logs += VectorFunctions.Log(product);
                product = Vector512<double>.One;
            }

            entropy -= energy * inverse;
            maxima += Vector512.ConditionalSelect(mask, largest, Vector512<double>.Zero);
            for (var k = 0; k < components; k++)
            {
                var at = (nuint)((k * stride) + n);
                (Vector512.LoadUnsafe(ref v, at) * inverse).StoreUnsafe(ref v, at);
            }
        }

        logs += VectorFunctions.Log(product);
        return new RowSums(LinearAlgebra.SumLanes(entropy + logs), LinearAlgebra.SumLanes(maxima + logs), pairs);
    }

    /// <summary>Gives each row wholly to its largest log rho, the first among equals.</summary>
    public static RowSums AssignNearest(Span<double> values, int stride, int components, int rows)
    {
        var total = 0.0;
        for (var n = 0; n < Tile.Padded(rows); n++)
        {
            var best = 0;
            for (var k = 1; k < components; k++)
            {
                if (values[(k * stride) + n] > values[(best * stride) + n])
                {
                    best = k;
                }
            }

            total += n < rows ? values[(best * stride) + n] : 0.0;
            for (var k = 0; k < components; k++)
            {
                values[(k * stride) + n] = k == best && n < rows ? 1.0 : 0.0;
            }
        }

        return new RowSums(0.0, total, rows);
    }

    /// <summary>Every row to a component drawn with its responsibility as the probability; the sums are those of the responsibilities.</summary>
    public static RowSums AssignDrawn(
        Span<double> values,
        int stride,
        int components,
        int rows,
        ref UniformStream stream
    )
    {
        var sums = Normalize(values, stride, components, rows);
        for (var n = 0; n < rows; n++)
        {
            var target = stream.Next();
            var chosen = 0;
            var cumulated = 0.0;
            for (var k = 0; k < components && cumulated <= target; k++)
            {
                // Rounding can leave the target beyond the sum: then the last component with any probability.
                if (values[(k * stride) + n] > 0.0)
                {
                    chosen = k;
                    cumulated += values[(k * stride) + n];
                }
            }

            for (var k = 0; k < components; k++)
            {
                values[(k * stride) + n] = k == chosen ? 1.0 : 0.0;
            }
        }

        return sums with
        {
            Entropy = 0.0,
            Pairs = rows,
        };
    }

    /// <summary>All bits set for rows of data.</summary>
    public static Vector512<double> RowMask(int n, int rows) =>
        Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(rows - n)));
}
