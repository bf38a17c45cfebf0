using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// State probabilities of a hidden Markov chain in two passes (Rabiner 1989; Rauch, Tung and Striebel 1965, for discrete states):
/// forwards the probability of each state given the rows so far, scaled to add up to 1; backwards that given all rows. Every row's
/// densities are divided by their largest before they leave the log, so nothing overflows, and what underflows is below e^-300 of what
/// stays: this needs every entry of <see cref="ChainParameters.LogInitial"/> and <see cref="ChainParameters.LogTransitions"/> above
/// <see cref="LeastLog"/>. Working memory: T x S numbers.
/// </summary>
public static class ForwardBackwardKernel
{
    /// <summary>Least log of an initial or transition weight: products of two of them, e^-600, are still normal numbers.</summary>
    public const double LeastLog = -300;

    private const int Rows = StateTile.Rows;

    /// <summary>
    /// Reads a chain and sums what its state probabilities weight, or what one path weights that is drawn backwards from them (Carter and
    /// Kohn 1994).
    /// </summary>
    public static ChainSums Accumulate(Block chain, ChainParameters parameters, LocalChoice choice)
    {
        var sums = new ChainSums(parameters.States, parameters.Dimension);
        var size = Size(chain, parameters);
        var buffer = ArrayPool<double>.Shared.Rent(size);
        try
        {
            Smooth(chain, parameters, choice, buffer.AsSpan(0, size), sums);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }

        return sums;
    }

    /// <summary>Probability of each state at each row given all rows, row by row (T x S).</summary>
    public static double[] Probabilities(Block chain, ChainParameters parameters)
    {
        var states = parameters.States;
        var tiles = new double[Size(chain, parameters)];
        Smooth(chain, parameters, LocalChoice.Expected, tiles, new ChainSums(states, parameters.Dimension));
        var result = new double[chain.Rows * states];
        for (var t = 0; t < chain.Rows; t++)
        {
            for (var k = 0; k < states; k++)
            {
                result[(t * states) + k] = tiles[(((t / Rows * states) + k) * Rows) + (t % Rows)];
            }
        }

        return result;
    }

    private static int Size(Block chain, ChainParameters parameters) =>
        checked((chain.Rows + Rows - 1) / Rows * Rows * parameters.States);

    /// <summary>Writes state probabilities tile by tile, S columns of <see cref="Rows"/> numbers each, and sums.</summary>
    private static void Smooth(
        Block chain,
        ChainParameters parameters,
        LocalChoice choice,
        Span<double> probabilities,
        ChainSums sums
    )
    {
        if (chain.Rows == 0)
        {
            return;
        }

        var states = parameters.States;
        var width = states * Rows;
        var tiles = probabilities.Length / width;
        var transitions = Exp(parameters.LogTransitions);
        var tile = new StateTile(parameters);
        var scales = new double[Rows];
        var state = new double[states];
        var next = new double[states];
        var logScales = 0.0;
        for (var t = 0; t < tiles; t++)
        {
            var filtered = probabilities.Slice(t * width, width);
            var count = tile.Read(chain, t * Rows);
            Densities(tile.Shifted, states, count, filtered);
            var from = 0;
            if (t == 0)
            {
                Begin(Exp(parameters.LogInitial), filtered, state, scales);
                from = 1;
            }

            Filter(transitions, filtered, from, count, state, next, scales);
            logScales += SumOfLogs(scales, count);
            sums.LogNormalizer += Sum(tile.Largest.AsSpan(0, count));
        }

        sums.LogNormalizer += logScales;
        var pairs = new double[states * states];
        var isDrawn = choice.Kind == LocalKind.Drawn;
        var stream = new UniformStream(choice.State, choice.Gamma);
        var energy = 0.0;
        for (var t = tiles - 1; t >= 0; t--)
        {
            var smoothed = probabilities.Slice(t * width, width);
            var count = tile.Read(chain, t * Rows);
            var last = count - 1;
            if (t == tiles - 1)
            {
                // At the end, what is known of the rows so far is all that is known.
                Column(smoothed, last, state);
                if (isDrawn)
                {
                    DrawRow(smoothed, last, state, state, ref stream);
                }

                last--;
            }

            if (isDrawn)
            {
                DrawBack(transitions, smoothed, last, state, next, sums.Transitions, ref stream);
            }
            else
            {
                Array.Clear(pairs);
                SmoothBack(transitions, smoothed, last, state, next, pairs);
                for (var at = 0; at < pairs.Length; at++)
                {
                    sums.Transitions[at] += pairs[at] * transitions[at];
                }
            }

            energy += LinearAlgebra.Dot(smoothed, tile.Shifted);
            for (var k = 0; k < states; k++)
            {
                tile.AddMoments(k, smoothed.Slice(k * Rows, Rows), sums);
            }
        }

        Column(probabilities[..width], 0, sums.Initial);
        // The entropy is the log normaliser less the expected log of what was normalised; the rows' largest densities cancel.
        sums.Entropy = isDrawn
            ? 0.0
            : logScales
                - energy
                - LinearAlgebra.Dot(sums.Initial, parameters.LogInitial)
                - LinearAlgebra.Dot(sums.Transitions, parameters.LogTransitions);
    }

    /// <summary>Densities over each row's largest, at least e^-700 of it, which is as good as 0; zeros for rows without data.</summary>
    private static void Densities(ReadOnlySpan<double> shifted, int states, int count, Span<double> target)
    {
        ref var from = ref MemoryMarshal.GetReference(shifted);
        ref var to = ref MemoryMarshal.GetReference(target);
        for (var n = 0; n < shifted.Length; n += Vector512<double>.Count)
        {
            var log = Vector512.Max(Vector512.LoadUnsafe(ref from, (nuint)n), Vector512.Create(-700.0));
            VectorFunctions.Exp(log).StoreUnsafe(ref to, (nuint)n);
        }

        for (var k = 0; k < states; k++)
        {
            target.Slice((k * Rows) + count, Rows - count).Clear();
        }
    }

    private static void Begin(double[] initial, Span<double> filtered, double[] state, double[] scales)
    {
        var total = 0.0;
        for (var k = 0; k < state.Length; k++)
        {
            state[k] = initial[k] * filtered[k * Rows];
            total += state[k];
        }

        for (var k = 0; k < state.Length; k++)
        {
            state[k] /= total;
            filtered[k * Rows] = state[k];
        }

        scales[0] = total;
    }

    /// <summary>alpha_t(j) = rho_t(j) sum_i alpha_(t-1)(i) A_ij / c_t, in place of rho; c_t into the scales.</summary>
    private static void Filter(
        double[] transitions,
        Span<double> filtered,
        int from,
        int count,
        double[] state,
        double[] next,
        double[] scales
    )
    {
        var states = state.Length;
        ref var before = ref MemoryMarshal.GetArrayDataReference(state);
        ref var after = ref MemoryMarshal.GetArrayDataReference(next);
        ref var a = ref MemoryMarshal.GetArrayDataReference(transitions);
        ref var tile = ref MemoryMarshal.GetReference(filtered);
        for (var n = from; n < count; n++)
        {
            var total = 0.0;
            for (var j = 0; j < states; j++)
            {
                var predicted = 0.0;
                for (var i = 0; i < states; i++)
                {
                    predicted += Unsafe.Add(ref before, i) * Unsafe.Add(ref a, (i * states) + j);
                }

                var value = predicted * Unsafe.Add(ref tile, (j * Rows) + n);
                Unsafe.Add(ref after, j) = value;
                total += value;
            }

            var inverse = 1 / total;
            for (var j = 0; j < states; j++)
            {
                var value = Unsafe.Add(ref after, j) * inverse;
                Unsafe.Add(ref before, j) = value;
                Unsafe.Add(ref tile, (j * Rows) + n) = value;
            }

            scales[n] = total;
        }
    }

    /// <summary>
    /// gamma_t(i) = alpha_t(i) sum_j A_ij w_j with w_j = gamma_(t+1)(j) / sum_i alpha_t(i) A_ij, in place of alpha; alpha_t(i) w_j, the
    /// pair's probability over A_ij, into the pairs.
    /// </summary>
    private static void SmoothBack(
        double[] transitions,
        Span<double> smoothed,
        int last,
        double[] state,
        double[] ratios,
        double[] pairs
    )
    {
        var states = state.Length;
        ref var after = ref MemoryMarshal.GetArrayDataReference(state);
        ref var ratio = ref MemoryMarshal.GetArrayDataReference(ratios);
        ref var a = ref MemoryMarshal.GetArrayDataReference(transitions);
        ref var pair = ref MemoryMarshal.GetArrayDataReference(pairs);
        ref var tile = ref MemoryMarshal.GetReference(smoothed);
        for (var n = last; n >= 0; n--)
        {
            for (var j = 0; j < states; j++)
            {
                var predicted = 0.0;
                for (var i = 0; i < states; i++)
                {
                    predicted += Unsafe.Add(ref tile, (i * Rows) + n) * Unsafe.Add(ref a, (i * states) + j);
                }

                // The quotient does not wait for the next row's answer; only the product does.
                var inverse = 1 / predicted;
                Unsafe.Add(ref ratio, j) = Unsafe.Add(ref after, j) * inverse;
            }

            for (var i = 0; i < states; i++)
            {
                var filtered = Unsafe.Add(ref tile, (i * Rows) + n);
                var sum = 0.0;
                for (var j = 0; j < states; j++)
                {
                    var at = (i * states) + j;
                    sum += Unsafe.Add(ref a, at) * Unsafe.Add(ref ratio, j);
                    Unsafe.Add(ref pair, at) += filtered * Unsafe.Add(ref ratio, j);
                }

                var value = filtered * sum;
                Unsafe.Add(ref after, i) = value;
                Unsafe.Add(ref tile, (i * Rows) + n) = value;
            }
        }
    }

    /// <summary>
    /// z_t = i with a probability proportional to alpha_t(i) A_ij, where z_(t+1) = j; ones and zeros in place of alpha, and steps counted.
    /// </summary>
    private static void DrawBack(
        double[] transitions,
        Span<double> tile,
        int last,
        double[] state,
        double[] weights,
        double[] steps,
        ref UniformStream stream
    )
    {
        var states = state.Length;
        for (var n = last; n >= 0; n--)
        {
            var after = Array.IndexOf(state, 1.0);
            for (var i = 0; i < states; i++)
            {
                weights[i] = tile[(i * Rows) + n] * transitions[(i * states) + after];
            }

            steps[(DrawRow(tile, n, weights, state, ref stream) * states) + after]++;
        }
    }

    /// <summary>Draws a state by weights; a one for it and zeros for the others into row n of the tile and into the target.</summary>
    private static int DrawRow(
        Span<double> tile,
        int n,
        ReadOnlySpan<double> weights,
        double[] target,
        ref UniformStream stream
    )
    {
        var rest = stream.Next() * Sum(weights);
        var chosen = 0;
        for (var k = 0; k < weights.Length && rest >= 0.0; k++)
        {
            if (weights[k] > 0.0)
            {
                chosen = k;
                rest -= weights[k];
            }
        }

        for (var k = 0; k < target.Length; k++)
        {
            target[k] = k == chosen ? 1.0 : 0.0;
            tile[(k * Rows) + n] = target[k];
        }

        return chosen;
    }

    private static void Column(ReadOnlySpan<double> tile, int n, double[] target)
    {
        for (var k = 0; k < target.Length; k++)
        {
            target[k] = tile[(k * Rows) + n];
        }
    }

    private static double[] Exp(double[] logs) => Array.ConvertAll(logs, Math.Exp);

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    /// <summary>Sum of the logs of the first scales; the rest is filled with ones.</summary>
    private static double SumOfLogs(double[] scales, int count)
    {
        scales.AsSpan(count).Fill(1);
        var sum = Vector512<double>.Zero;
        for (var n = 0; n < Rows; n += Vector512<double>.Count)
        {
            sum += VectorFunctions.Log(Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(scales), (nuint)n));
        }

        return LinearAlgebra.SumLanes(sum);
    }
}
