namespace Vi.Kernels;

/// <summary>The most probable path of a hidden Markov chain (Viterbi 1967), by dynamic programming in logs.</summary>
public static class ViterbiKernel
{
    /// <summary>Most states that a step back to its predecessor, one byte a row and state, can name.</summary>
    public const int MostStates = 256;

    /// <summary>State at each row of the path that adds up to most, the first among equals; raises where there are too many states.</summary>
    public static int[] MostProbablePath(Block chain, ChainParameters parameters)
    {
        var states = parameters.States;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(states, MostStates, nameof(parameters));
        if (chain.Rows == 0)
        {
            return [];
        }

        var tile = new StateTile(parameters);
        var predecessors = new byte[(long)chain.Rows * states];
        var score = (double[])parameters.LogInitial.Clone();
        var next = new double[states];
        for (var t = 0; t < chain.Rows; t++)
        {
            var n = t % StateTile.Rows;
            if (n == 0)
            {
                tile.Read(chain, t);
            }

            for (var j = 0; j < states; j++)
            {
                var best = t == 0 ? j : Best(score, parameters.LogTransitions, j);
                predecessors[((long)t * states) + j] = (byte)best;
                next[j] =
                    score[best]
                    + (t == 0 ? 0 : parameters.LogTransitions[(best * states) + j])
                    + tile.Shifted[(j * StateTile.Rows) + n];
            }

            // Only differences matter; without this they would lose digits as the sum grows.
            var largest = next.Max();
            for (var j = 0; j < states; j++)
            {
                score[j] = next[j] - largest;
            }
        }

        var path = new int[chain.Rows];
        path[^1] = Array.IndexOf(score, score.Max());
        for (var t = chain.Rows - 1; t > 0; t--)
        {
            path[t - 1] = predecessors[((long)t * states) + path[t]];
        }

        return path;
    }

    private static int Best(double[] score, double[] logTransitions, int j)
    {
        var best = 0;
        for (var i = 1; i < score.Length; i++)
        {
            if (
                score[i] + logTransitions[(i * score.Length) + j]
                > score[best] + logTransitions[(best * score.Length) + j]
            )
            {
                best = i;
            }
        }

        return best;
    }
}
