namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Warm-up as it should not be.
[<RequireQualifiedAccess>]
module WrongWarmUps =

    let all: Specimen list =
        [ Specimen.make
              "step size of the last try"
              "samplers that go on with the step size that warm-up ended with"
              "The tries keep jumping; where they stop is chance."
              WarmUpLaws.stepSearchName
              [ WarmUpLaws.stepSearch (WarmUpLaws.searched DualAveraging.next) ] ]
