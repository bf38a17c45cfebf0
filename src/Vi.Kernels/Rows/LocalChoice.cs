using System.Runtime.InteropServices;

namespace Vi.Kernels;

/// <summary>What a pass through a block takes for the local variables of its rows.</summary>
public enum LocalKind
{
    /// <summary>Their distribution given the global factors: coordinate ascent.</summary>
    Expected,

    /// <summary>The most probable value.</summary>
    MostProbable,

    /// <summary>A draw from their distribution: Gibbs sampling.</summary>
    Drawn,
}

/// <summary>How the local variables of a block's rows are taken; draws come from a SplitMix64 stream of the block's own.</summary>
/// <param name="Kind">What is taken.</param>
/// <param name="State">State of the stream.</param>
/// <param name="Gamma">Its increment, odd.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LocalChoice(LocalKind Kind, ulong State, ulong Gamma)
{
    /// <summary>Distributions.</summary>
    public static LocalChoice Expected => new(LocalKind.Expected, 0, 1);

    /// <summary>Most probable values.</summary>
    public static LocalChoice MostProbable => new(LocalKind.MostProbable, 0, 1);

    /// <summary>Draws from a stream.</summary>
    public static LocalChoice Drawn(ulong state, ulong gamma) => new(LocalKind.Drawn, state, gamma);
}
