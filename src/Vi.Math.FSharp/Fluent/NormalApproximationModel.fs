namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// The best normal approximation of a mixture of normal distributions in both directions of the divergence.
[<AbstractClass; Sealed>]
type NormalApproximationModel private () =

    /// The target, a mixture of normal distributions: weights that add up to 1, means, positive standard deviations, of one length.
    static member Target(weights: float[], means: float[], sds: float[]) : NormalMixture =
        if means.Length <> weights.Length || sds.Length <> weights.Length then
            invalidArg
                (nameof means)
                $"{weights.Length} weights, {means.Length} means and {sds.Length} sds do not go together"

        NormalMixture.create (Vec.ofArray weights) (Array.map2 (fun m s -> Normal.create m (s * s)) means sds)

    /// KL(q || p), in nats.
    static member Reverse(target: NormalMixture, q: Normal) : float = NormalApproximation.divergence target q

    /// KL(p || q), in nats.
    static member Forward(target: NormalMixture, q: Normal) : float =
        (NormalApproximation.forwardDivergence target q).Value

    /// The q that minimises KL(p || q): mean and variance of the target.
    static member BestForward(target: NormalMixture) : Normal = NormalApproximation.forward target

    /// All local minima of KL(q || p) that were found, the smallest first, each with its divergence in nats.
    static member BestReverse(target: NormalMixture) : IReadOnlyList<ApproximationPoint> =
        (NormalApproximation.reverse target).Optima

    /// Maximises the bound E_q log p + H[q] = - KL(q || p) from several starts: one restart for each component, and one for the overall
    /// moments.
    static member Fit(target: NormalMixture, options: FitOptions) : IEnumerable<Sweep<Normal>> =
        NormalApproximationEngine.starts target
        |> Array.map (NormalApproximationEngine.engine target)
        |> Sweeps.ofEngines options id
