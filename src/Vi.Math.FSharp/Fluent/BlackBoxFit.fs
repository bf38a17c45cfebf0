namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// What black-box inference found, with its judgement.
[<Sealed>]
type BlackBoxFit internal (fit: VariationalFit) =

    let number (f: WeightEvidence -> float) =
        match fit.Evidence with
        | ValueSome evidence -> f evidence
        | ValueNone -> nan

    let vector (f: WeightEvidence -> Vec) : Vec | null =
        match fit.Evidence with
        | ValueSome evidence -> f evidence
        | ValueNone -> null

    /// advi, svgd, pathfinder or laplace.
    member _.Algorithm = fit.Algorithm

    /// The family's name, or the algorithm's where there is none.
    member _.Approach = fit.Approach

    /// A name for each coordinate.
    member _.CoordinateNames: IReadOnlyList<string> = fit.CoordinateNames

    /// Mean of each coordinate (D).
    member _.Mean = fit.Mean

    /// Standard deviation of each coordinate (D).
    member _.StandardDeviations = fit.StandardDeviations

    /// Draws of the approximation (S x D); the particles, for svgd.
    member _.Draws = fit.Draws

    /// log p at the draws (S).
    member _.LogDensities = fit.LogDensities

    /// How the run ended; null while it goes on.
    member _.Outcome: Outcome | null =
        match fit.Outcome with
        | ValueSome outcome -> outcome
        | ValueNone -> null

    /// Whether the fit can be used, and every check of it.
    member _.Judgement = fit.Judgement

    /// What to change where a check failed.
    member _.Advice: IReadOnlyList<Advice> = fit.Advice

    /// The bound E_q[log p - log q], in nats; not a number for particles.
    member _.Elbo = number (fun evidence -> evidence.Elbo)

    /// Its Monte Carlo standard error.
    member _.ElboError = number (fun evidence -> evidence.ElboError)

    /// The importance-weighted bound of all draws, in nats; not a number for particles.
    member _.WeightedBound = number (fun evidence -> evidence.WeightedBound)

    /// Its Monte Carlo standard error.
    member _.WeightedBoundError = number (fun evidence -> evidence.WeightedBoundError)

    /// k-hat of the importance weights; not a number for particles.
    member _.ParetoK = number (fun evidence -> evidence.ParetoK)

    /// The k-hat from which on the draws are too few.
    member _.ParetoThreshold = number (fun evidence -> evidence.Threshold)

    /// Draws from the density that the weighted ones are worth.
    member _.EffectiveDraws = number (fun evidence -> evidence.EffectiveDraws)

    /// Importance-weighted means (D), their Monte Carlo standard errors (D) and standard deviations (D); null for particles.
    member _.WeightedMean: Vec | null = vector (fun evidence -> evidence.Mean)

    /// See WeightedMean.
    member _.WeightedMeanErrors: Vec | null = vector (fun evidence -> evidence.MeanErrors)

    /// See WeightedMean.
    member _.WeightedStandardDeviations: Vec | null = vector (fun evidence -> evidence.StandardDeviations)

    /// Draws resampled by their weights (S x D); null where the weights cannot be relied on.
    member _.CorrectedDraws: Mat | null =
        match fit.Corrected with
        | ValueSome draws -> draws
        | ValueNone -> null

    /// Estimates of the bound along the run.
    member _.ElboHistory: IReadOnlyList<ElboPoint> = fit.ElboHistory

    /// Evaluations of log p or its gradient that the fit took; a minibatch counts as its share of the rows.
    member _.Evaluations = fit.Evaluations

    /// Covariance of the approximation (D x D); null where it is not a normal.
    member _.Covariance() : Mat | null =
        match fit.Normal with
        | ValueSome normal -> Variational.covariance normal
        | ValueNone -> null

    /// log q at a position (D); not a number where the approximation is not a normal.
    member _.LogApproximation(position: Vec) =
        match fit.Normal with
        | ValueSome normal -> Variational.logDensity normal position
        | ValueNone -> nan
