namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Importance ratios as they should not be treated.
[<RequireQualifiedAccess>]
module WrongRatios =

    /// Ratios left as they are.
    let private withoutSmoothing: RatioSmoother =
        fun efficiency ratios ->
            let right = ParetoSmoothing.smoothWith efficiency ratios
            let normalizer = Special.logSumExp (ratios.AsSpan())
            let weights = Vec.map (fun ratio -> ratio - normalizer) ratios

            { right with
                LogWeights = weights
                EffectiveSampleSize = efficiency / Vec.sumBy (fun w -> exp (2.0 * w)) weights }

    /// k-hat as the likelihood has it.
    let private withoutPrior: RatioSmoother =
        fun efficiency ratios ->
            let right = ParetoSmoothing.smoothWith efficiency ratios
            let n = float right.TailLength
            { right with ParetoK = ((n + 10.0) * right.ParetoK - 5.0) / n }

    /// The largest ratio may be anything: weights relative to it underflow nowhere, but none is capped at it.
    let private unshifted: RatioSmoother =
        fun efficiency ratios ->
            let right = ParetoSmoothing.smoothWith efficiency ratios
            let raw = ratios.ToArray() |> Array.map exp
            let total = Array.sum raw
            { right with LogWeights = raw |> Array.map (fun r -> log (r / total)) |> Vec.ofArray }

    let all: Specimen list =
        [ Specimen.make
              "importance weights without smoothing"
              "plain importance sampling"
              "The largest ratio keeps its whole weight, and the average its infinite variance."
              ParetoLaws.agreesName
              [ ParetoLaws.agrees withoutSmoothing ]
          Specimen.make
              "k-hat without its prior"
              "implementations before loo 2.0"
              "Short tails give a k-hat that is mostly noise."
              ParetoLaws.agreesName
              [ ParetoLaws.agrees withoutPrior ]
          Specimen.make
              "ratios exponentiated before they are scaled"
              "a common slip"
              "Densities known up to a constant of e^1000 leave weights that are not numbers."
              "psis: a constant factor of the ratios changes no weight"
              (ParetoLaws.generalLaws unshifted)
          Specimen.make
              "the tail that was seen for the whole of it"
              "a sum over the draws in the place of an expectation"
              "A heavy tail looks the lighter, the heavier it is."
              (UnseenWeightLaws.share WeightEvidence.ofDraws).Name
              [ UnseenWeightLaws.share (fun mean sds draws logDensities logApproximation ->
                    let right = WeightEvidence.ofDraws mean sds draws logDensities logApproximation

                    if right.ParetoK > 0.0 && right.ParetoK < 1.0 then
                        { right with Unseen = (1.0 - right.ParetoK) * right.Unseen }
                    else
                        right) ] ]
