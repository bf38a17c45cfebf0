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
              [ WarmUpLaws.stepSearch (WarmUpLaws.searched DualAveraging.next) ]
          Specimen.make
              "a chain that steps on by its last try"
              "samplers that go on with the step size that warm-up ended with"
              "Each chain has a step of its own that chance has left it."
              (StepSizeLaws.settled HamiltonianChain.engine).Name
              [ StepSizeLaws.settled (fun options density start ->
                    let right = HamiltonianChain.engine options density start

                    { right with
                        Step =
                            right.Step
                            |> Specimen.afterwards (fun state next draw ->
                                match state.Learning, next.Learning with
                                | ValueSome learning, ValueNone ->
                                    let rate = draw.AcceptanceRate
                                    let search = DualAveraging.observe options.TargetAcceptance rate learning.Search
                                    { next with StepSize = DualAveraging.next search }
                                | _ -> next) }) ]
          Specimen.make
              "the step before the crossing"
              "a search that gives the last size on the first side"
              "A step that is accepted too seldom is kept, or one that is too short."
              (StepSizeLaws.first HamiltonianChain.engine).Name
              [ StepSizeLaws.first (fun options density start ->
                    let right = HamiltonianChain.engine options density start

                    { right with
                        Init =
                            fun rng ->
                                let state = right.Init rng
                                let factor = if state.StepSize > options.StepSize then 0.5 else 2.0
                                { state with StepSize = factor * state.StepSize } }) ] ]
