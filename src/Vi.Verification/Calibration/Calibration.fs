namespace Vi.Verification

open Vi.Math

/// What simulation-based calibration must find.
type Expectation =
    /// Ranks are uniform: the method gives the posterior.
    | Calibrated
    /// The method is known to give too narrow a posterior, and the ranks must show it.
    | TooNarrow of reason: string
    /// The method is known to give the posterior nearly: every share of ranks is the uniform distribution's within so much (0.05: five points).
    | Nearly of within: float * reason: string

/// A model that can generate data, with a method that gives posteriors.
type CalibrationSubject =
    {
        /// The model, e.g. linear-regression.
        Model: string
        /// The method, e.g. exact, cavi, nuts.
        Method: string
        /// Names of the P parameters.
        Parameters: string list
        /// What must be found.
        Expectation: Expectation
        /// One replicate from a generator of its own: parameters from the prior, data given them, posterior given the data; the rank of
        /// each parameter's true value among L = 99 draws (P).
        Replicate: Rng -> int[]
        /// Replicates of a quick check: fewer where one is dear.
        QuickReplicates: int
    }

namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Calibration of a method on a model. To add one, say how parameters and data are drawn and how the method draws from its posterior:
/// <code>
/// Calibration.byDraws "my-model" "nuts" [ "mu"; "sigma" ] Calibrated simulate (fun data rng -> draw 99 data rng)
/// </code>
/// Draws of a Markov chain must be thinned until they are nearly independent.
[<RequireQualifiedAccess>]
module Calibration =

    /// Posterior draws of a replicate, L: ranks have 100 values, so that bins of 5 and central 50, 80 and 90 % intervals are exact.
    let draws = 99

    /// Replicates of a quick check of a method that answers at once.
    let private quickReplicates = 600

    /// The subject with so many replicates in a quick check.
    let quickly replicates (subject: CalibrationSubject) = { subject with QuickReplicates = replicates }

    /// A subject whose method gives L draws (L x P), from the data and a generator.
    let byDraws
        model
        method
        parameters
        expectation
        (simulate: Rng -> struct (float[] * 'data * Rng))
        (posterior: 'data -> Rng -> float[][])
        : CalibrationSubject =
        { Model = model
          Method = method
          Parameters = parameters
          Expectation = expectation
          QuickReplicates = quickReplicates
          Replicate =
            fun rng ->
                let struct (truth, data, rng) = simulate rng
                let struct (forDraws, forTies) = Rng.split rng
                let sample = posterior data forDraws

                if sample.Length <> draws then
                    invalidOp $"{model} by {method} gave {sample.Length} draws, not {draws}"

                truth
                |> Array.mapi (fun j value ->
                    let struct (rank, _) =
                        Ranks.ofDraws (sample |> Array.map (fun draw -> draw[j])) value (Rng.derive j forTies)

                    rank) }

    /// A subject whose method gives the probability that its posterior puts below the true value of each parameter.
    let byCdf
        model
        method
        parameters
        expectation
        (simulate: Rng -> struct (float[] * 'data * Rng))
        (cdf: 'data -> float[] -> float[])
        : CalibrationSubject =
        { Model = model
          Method = method
          Parameters = parameters
          Expectation = expectation
          QuickReplicates = quickReplicates
          Replicate =
            fun rng ->
                let struct (truth, data, _) = simulate rng
                cdf data truth |> Array.map (fun p -> min draws (int (floor (p * float (draws + 1))))) }

    /// Ranks of the replicate of a number (P): depends on seed and number alone, so that replicates can be made in any order, on any
    /// thread, and later.
    let replicate (subject: CalibrationSubject) (seed: uint64) (index: int) =
        subject.Replicate(Rng.derive index (Rng.ofSeed seed))

    /// Seed of a subject's quick check, a hash (FNV-1a) of its name: models with one prior must not share the values that they draw from it, or
    /// one unlucky draw fails them all.
    let quickSeed (subject: CalibrationSubject) =
        Seq.fold
            (fun hash c -> (hash ^^^ uint64 c) * 1099511628211UL)
            14695981039346656037UL
            $"{subject.Model} {subject.Method}"

    /// Probability of the bands: one false alarm in a thousand parameters.
    let confidence = 0.999

    /// Whether summaries of all parameters are as expected. Ranks that crowd at both ends are not calibrated even where they stay in the band,
    /// which looks for a lean to one side first.
    let isAsExpected (expectation: Expectation) (summaries: RankSummary list) =
        match expectation with
        | Calibrated -> summaries |> List.forall (fun summary -> summary.Uniform && not summary.TooNarrow)
        | TooNarrow _ -> summaries |> List.exists (fun summary -> summary.TooNarrow)
        | Nearly(within, _) -> summaries |> List.forall (Ranks.isNear confidence within)
