namespace Vi.Kernels;

/// <summary>Parameters of a hidden Markov chain of S Gaussian states as the kernels read them.</summary>
/// <param name="States">Number S of states.</param>
/// <param name="Dimension">Number D of columns.</param>
/// <param name="LogInitial">S numbers: what state k adds to the log of a path that begins in it.</param>
/// <param name="LogTransitions">S x S: what a step from state i to state j adds, at i S + j.</param>
/// <param name="LogConstants">S numbers: log rho_tk = LogConstants[k] - |Whitening_k (x_t - Means_k)|^2 / 2.</param>
/// <param name="Means">S x D.</param>
/// <param name="Whitening">S lower triangles, D x D each.</param>
public sealed record ChainParameters(
    int States,
    int Dimension,
    double[] LogInitial,
    double[] LogTransitions,
    double[] LogConstants,
    double[] Means,
    double[] Whitening
);

/// <summary>What a sweep needs of a chain: moments of each state about its own mean, and how often states begin and follow.</summary>
public sealed class ChainSums(int states, int dimension)
{
    /// <summary>S sums of state probabilities.</summary>
    public double[] Counts { get; } = new double[states];

    /// <summary>S x D sums of probability times deviation from the state's mean.</summary>
    public double[] Sums { get; } = new double[states * dimension];

    /// <summary>S lower triangles of probability times outer product of deviations.</summary>
    public double[] Scatters { get; } = new double[states * dimension * dimension];

    /// <summary>S probabilities of the first state.</summary>
    public double[] Initial { get; } = new double[states];

    /// <summary>S x S expected numbers of steps from state i to state j, at i S + j; they add up to T - 1.</summary>
    public double[] Transitions { get; } = new double[states * states];

    /// <summary>Entropy of the path, in nats.</summary>
    public double Entropy { get; set; }

    /// <summary>Log of the sum over all paths of the exponential of what they add up to.</summary>
    public double LogNormalizer { get; set; }
}
