namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Diagnostics of draws: several chains of one quantity, all of one length.
[<AbstractClass; Sealed>]
type Diagnostics private () =

    static let matrix (chains: IReadOnlyList<IReadOnlyList<float>>) = Mat.ofRows (chains |> Seq.map Seq.toArray)

    /// Mean, sd, quantiles, R-hat, effective sample sizes and standard errors of one quantity.
    static member Summarize(name: string, chains: IReadOnlyList<IReadOnlyList<float>>) : DrawSummary =
        SampleSet.summarize name (matrix chains)

    /// Rank-normalised split R-hat; above 1.01 there is something to look at.
    static member RHat(chains: IReadOnlyList<IReadOnlyList<float>>) : float = RHat.rank (matrix chains)

    /// Effective sample size for the bulk of the distribution.
    static member BulkSize(chains: IReadOnlyList<IReadOnlyList<float>>) : float =
        EffectiveSampleSize.bulk (matrix chains)

    /// Effective sample size for its tails.
    static member TailSize(chains: IReadOnlyList<IReadOnlyList<float>>) : float =
        EffectiveSampleSize.tail (matrix chains)

    /// E-BFMI of one chain's energies.
    static member Bfmi(energies: IReadOnlyList<float>) : float = EnergyDiagnostic.bfmi (Vec.ofSeq energies)

    /// Pareto-smoothed importance weights from log ratios of independent draws.
    static member SmoothRatios(logRatios: IReadOnlyList<float>) : ParetoSmoothed =
        ParetoSmoothing.smooth (Vec.ofSeq logRatios)

    /// 1-Wasserstein distance of two samples of one quantity, in its unit.
    static member Wasserstein(a: IReadOnlyList<float>, b: IReadOnlyList<float>) : float =
        Distance.wasserstein (Vec.ofSeq a) (Vec.ofSeq b)

    /// Sliced 1-Wasserstein distance of draws (N x D) from reference draws (M x D), coordinates in the reference's standard deviations: the
    /// average over so many random directions. Rows are draws.
    static member SlicedWasserstein
        (
            draws: IReadOnlyList<IReadOnlyList<float>>,
            reference: IReadOnlyList<IReadOnlyList<float>>,
            directions: int,
            seed: uint64
        ) : float =
        let struct (distance, _) =
            Distance.sliced directions (matrix draws) (matrix reference) (Rng.ofSeed seed)

        distance

    /// KL(p || q) + KL(q || p) of the normals with the moments of two samples (N x D and M x D), in nats; not a number where one of them spans
    /// fewer than D dimensions. Rows are draws.
    static member SymmetrisedKl
        (a: IReadOnlyList<IReadOnlyList<float>>, b: IReadOnlyList<IReadOnlyList<float>>)
        : float =
        match Distance.tryNormal (matrix a), Distance.tryNormal (matrix b) with
        | ValueSome p, ValueSome q -> Distance.symmetrisedKl p q
        | _ -> nan
