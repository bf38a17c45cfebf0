namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Minibatches as they should not be scaled: prior + s (sum over rows) with another s than N / M.
[<RequireQualifiedAccess>]
module WrongMinibatches =

    let all: Specimen list =
        let rescaled (wrong: float -> float -> float) (program: TracedProgram) (rows: RowDensity) size position =
            let prior =
                ProgramDensity.termsAt program position
                |> Array.filter (fun term -> term.Kind <> Likelihood)
                |> Array.sumBy _.Value

            let n = float rows.Rows

            MinibatchLaws.estimates program rows size position
            |> List.map (fun (m, value) -> m, prior + (value - prior) / (n / float m) * wrong n (float m))

        let specimen name seenIn wrong scale =
            Specimen.make
                name
                seenIn
                wrong
                "programs: minibatches over a partition add up"
                [ MinibatchLaws.partition (rescaled scale) ]

        [ specimen
              "row likelihood scaled by the number of minibatches"
              "training loops that multiply by len(loader) where N / M is right"
              "Right only where M divides N: the smaller last minibatch gets the wrong weight."
              (fun n m -> ceil (n / m))
          specimen
              "row likelihood not scaled"
              "losses that average over what they are given"
              "The likelihood of M rows stands against the prior of N."
              (fun _ _ -> 1.0)
          specimen
              "row likelihood scaled twice"
              "a user's N / M on top of the library's"
              "The likelihood counts (N / M)^2 times."
              (fun n m -> (n / m) * (n / m)) ]
