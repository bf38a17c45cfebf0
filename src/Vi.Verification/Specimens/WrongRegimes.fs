namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Starts and predictions of regime switching as they should not be.
[<RequireQualifiedAccess>]
module WrongRegimes =

    let all: Specimen list =
        [ Specimen.make
              "volatility about 0"
              "realised volatility computed from raw returns"
              "Where the mean is not 0 the level is taken for volatility."
              (RegimeStartLaws.rollingDeviations RegimeStart.rollingDeviations).Name
              [ RegimeStartLaws.rollingDeviations (fun window means units chain ->
                    RegimeStart.rollingDeviations window (Vec.zero means.Length) units chain) ]
          Specimen.make
              "steps counted from both ends"
              "a common slip: each step counted where it leaves and where it arrives"
              "The transitions are given twice the evidence that there is."
              (RegimeStartLaws.knownPath RegimeStart.ofPath).Name
              [ RegimeStartLaws.knownPath (fun states path chain ->
                    let right = RegimeStart.ofPath states path chain
                    { right with Transitions = Mat.scale 2.0 right.Transitions }) ]
          Specimen.make
              "prediction by equal states"
              "forecasts that average over states without their probabilities"
              "The density of the next row is that of states which are all as likely."
              (RegimeStartLaws.predictiveDensity RegimeSwitching.predictiveLogDensity).Name
              [ RegimeStartLaws.predictiveDensity (fun q weights ->
                    RegimeSwitching.predictiveLogDensity q (Vec.constant weights.Length (1.0 / float weights.Length))) ]
          Specimen.make
              "stickiness on every step"
              "a common slip: the stickiness added to the concentration"
              "Rows of transitions are certain to be even, and no state is kept."
              (RegimeStartLaws.sticky RegimeSwitching.prior).Name
              [ RegimeStartLaws.sticky (fun states concentration stickiness ->
                    RegimeSwitching.prior states (concentration + stickiness) 0.0) ]
          Specimen.make
              "stickiness on the first state"
              "the diagonal of one row used for all"
              "Every state leads to the first."
              (RegimeStartLaws.sticky RegimeSwitching.prior).Name
              [ RegimeStartLaws.sticky (fun states concentration stickiness state ->
                    let right = RegimeSwitching.prior states concentration stickiness state
                    { right with Transitions = right.Transitions |> Array.map (fun _ -> right.Transitions[0]) }) ] ]
