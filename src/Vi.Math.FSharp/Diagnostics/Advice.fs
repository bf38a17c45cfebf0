namespace Vi.Math

/// A family of normal approximations.
[<RequireQualifiedAccess>]
type FamilyKind =
    | MeanField
    | FullRank
    /// A diagonal and so many columns.
    | LowRank of rank: int
    /// A sparse precision along paths in time.
    | SparsePrecision

    /// mean-field, full-rank, low-rank or sparse-precision.
    member this.Name =
        match this with
        | MeanField -> "mean-field"
        | FullRank -> "full-rank"
        | LowRank _ -> "low-rank"
        | SparsePrecision -> "sparse-precision"

/// An algorithm that needs no more than a log density.
[<RequireQualifiedAccess>]
type AlgorithmKind =
    | Advi
    | Svgd
    | Pathfinder
    | Laplace
    | Nuts
    | Gibbs
    | Hmc

/// How much a check of a fit against its posterior costs.
[<RequireQualifiedAccess>]
type CheckExtent =
    /// Draws of the fit are moved by Gibbs sweeps.
    | Fast
    /// Chains from dispersed starts as well.
    | Full

/// What to change, and to what.
[<RequireQualifiedAccess>]
type Remedy =
    /// A budget of so many steps: sweeps, epochs, iterations, as the algorithm has them.
    | MoreSteps of steps: int
    /// So many draws of each chain.
    | MoreDraws of draws: int
    /// So many draws of warm-up of each chain.
    | MoreWarmUp of draws: int
    /// So many fixed draws.
    | MoreFixedDraws of draws: int
    /// A gain that has to fall below so many nats.
    | LowerTolerance of nats: float
    /// So many independent starts.
    | MoreRestarts of restarts: int
    | RicherFamily of family: FamilyKind
    /// Low rank with so many columns.
    | HigherRank of rank: int
    | MorePaths of paths: int
    | MoreParticles of particles: int
    /// A target acceptance, from 0 to 1.
    | HigherAcceptance of acceptance: float
    | OtherAlgorithm of algorithm: AlgorithmKind
    /// The sum of a linear and a Gaussian kernel.
    | LinearAndGaussianKernel
    /// Write the model in other coordinates.
    | OtherCoordinates
    /// Write its hierarchies non-centred.
    | NonCentred
    /// Give its parameters transforms that keep them within the support.
    | KeepWithinSupport
    /// Look at the model at this coordinate or quantity.
    | LookAtModel of subject: string
    /// Let the run go on to its end.
    | FinishRun
    /// Check the fit against its posterior.
    | CheckPosterior of extent: CheckExtent

/// What to change, and the check that asks for it.
type Advice = { Remedy: Remedy; Because: CheckId }

namespace Vi.Math.FSharp

open Vi.Math

/// Advice.
[<RequireQualifiedAccess>]
module Advice =

    /// The remedies for checks that failed, the same remedy once, with the first check that asks for it.
    let ofFailed (remedies: Check -> Remedy list) (judgement: Judgement) : Advice list =
        judgement.Checks
        |> Seq.filter (fun check -> not check.IsPassed)
        |> Seq.collect (fun check -> remedies check |> Seq.map (fun remedy -> { Remedy = remedy; Because = check.Id }))
        |> Seq.distinctBy (fun advice -> advice.Remedy)
        |> List.ofSeq
