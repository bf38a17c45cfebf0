namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// What was learned of the scale of components: B, with Lambda_k | B ~ Wishart(B^-1, nu0) or, with independent columns,
/// tau_kj | b_j ~ Gamma(nu0 / 2, b_j), and beta0 of the means, in plain numbers by textbook name.
[<Sealed>]
type FittedScale internal (scale: LearnedScale) =

    let named name value = KeyValuePair(name, value)

    /// E[B] (D x D); of independent columns E[b] along the diagonal.
    member _.Expected: Mat = LearnedScale.expected scale

    /// The distribution of beta0.
    member _.MeanScale: Gamma = scale.MeanScale

    /// Variational parameters that are one number: nuB of q(B), a and b of q(beta0).
    member _.Numbers: IReadOnlyList<KeyValuePair<string, float>> =
        [| match scale.Matrix with
           | JointScale d -> named "nuB" d.DegreesOfFreedom
           | ColumnRates _ -> ()
           named "aBeta0" scale.MeanScale.Shape
           named "bBeta0" scale.MeanScale.Rate |]

    /// Variational parameters that are a number for each column: aB and bB of q(b).
    member _.Vectors: IReadOnlyList<KeyValuePair<string, Vec>> =
        match scale.Matrix with
        | JointScale _ -> [||]
        | ColumnRates rates ->
            [| named "aB" (rates |> Array.map (fun d -> d.Shape) |> Vec.ofArray)
               named "bB" (rates |> Array.map (fun d -> d.Rate) |> Vec.ofArray) |]

    /// Variational parameters that are a matrix: V of q(B).
    member _.Matrices: IReadOnlyList<KeyValuePair<string, Mat>> =
        match scale.Matrix with
        | JointScale d -> [| named "V" (Chol.inverse d.InverseScale) |]
        | ColumnRates _ -> [||]

    static member internal Of(scale: LearnedScale voption) : IReadOnlyList<FittedScale> =
        match scale with
        | ValueSome scale -> [| FittedScale scale |]
        | ValueNone -> [||]

/// A fitted mixture of any kind in plain arrays.
[<Sealed>]
type FittedMixture
    internal
    (
        view: MixtureView,
        counts: Vec,
        weightDistributions: Beta[],
        numbers: KeyValuePair<string, Vec>[],
        vectors: KeyValuePair<string, Vec[]>[],
        matrices: Mat[],
        scale: LearnedScale voption,
        respond: Rows -> LinearResponseOptions -> LinearResponseCovariance,
        factors: obj,
        checker: Rows -> obj seq -> PosteriorChecker
    ) =

    member internal _.Factors = factors

    /// What responsibilities and predictions read.
    member _.View = view

    /// The components one by one (K).
    member _.Components: IReadOnlyList<MixtureComponent> = view.Components

    /// Rows that each component explains (K).
    member _.Counts = counts

    /// Distribution of each weight (K); with stick-breaking the Beta distribution of the same mean and variance.
    member _.WeightDistributions: IReadOnlyList<Beta> = weightDistributions

    /// Variational parameters by textbook name that are a number for each weight or component, or one for all of them.
    member _.Numbers: IReadOnlyList<KeyValuePair<string, Vec>> = numbers

    /// Variational parameters by textbook name that are a vector for each component.
    member _.Vectors: IReadOnlyList<KeyValuePair<string, Vec[]>> = vectors

    /// Scale matrices W of the components' precisions: one for each, one for all where they share it, none for independent columns.
    member _.ScaleMatrices: IReadOnlyList<Mat> = matrices

    /// What was learned of the scale of components: one, or none where it is fixed.
    member _.Scale: IReadOnlyList<FittedScale> = FittedScale.Of scale

    /// Covariances of the means mu[k,d] and weights pi[k] of components that explain rows, by linear response, where these factors are an
    /// optimum of coordinate ascent on the given rows.
    member _.LinearResponse(rows: Rows, options: LinearResponseOptions) : LinearResponseCovariance =
        respond rows options

    /// Made ready to be checked against the posterior, other fits of the same design and rows (restarts) giving further places for chains to start.
    member _.Checker(rows: Rows, others: IEnumerable<FittedMixture>) : PosteriorChecker =
        others |> Seq.map (fun other -> other.Factors) |> checker rows
