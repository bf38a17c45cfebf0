namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Leapfrog steps as they should not be.
[<RequireQualifiedAccess>]
module WrongLeapfrogs =

    /// Euler's step with the new momentum only: symplectic, but of first order and not its own inverse.
    let private fullPush: LeapfrogSteps =
        fun density metric step count start ->
            (start, [ 1..count ])
            ||> List.fold (fun point _ ->
                let p = Vec.addScaled step point.Slope point.Momentum
                Leapfrog.point density metric (Vec.addScaled step (Metric.velocity metric p) point.Position) p)

    /// Position and momentum both moved from the old point.
    let private explicitEuler: LeapfrogSteps =
        fun density metric step count start ->
            (start, [ 1..count ])
            ||> List.fold (fun point _ ->
                Leapfrog.point
                    density
                    metric
                    (Vec.addScaled step (Metric.velocity metric point.Momentum) point.Position)
                    (Vec.addScaled step point.Slope point.Momentum))

    let all: Specimen list =
        [ Specimen.make
              "leapfrog without half pushes"
              "a common slip: momentum and position updated in turn by whole steps"
              "Steps back do not undo steps forward."
              "leapfrog: steps back undo steps forward"
              (LeapfrogLaws.leapfrog fullPush)
          Specimen.make
              "leapfrog of first order"
              "the same slip"
              "Half the step, half the error: trajectories need far more steps."
              "leapfrog: the energy error falls with the square of the step"
              (LeapfrogLaws.leapfrog fullPush)
          Specimen.make
              "Euler's explicit step"
              "a common slip: both updates from the old point"
              "Volume grows, so accepted draws do not have the target as their distribution."
              "leapfrog: volume is preserved"
              (LeapfrogLaws.leapfrog explicitEuler) ]
