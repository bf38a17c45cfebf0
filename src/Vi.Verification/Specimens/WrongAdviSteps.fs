namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Steps and blocks of ADVI as they should not be.
[<RequireQualifiedAccess>]
module WrongAdviSteps =

    /// A run whose steps end otherwise: from the state before a step, and the state and the report after it.
    let private ending change (right: RunParts<AdviState, AdviInfo>) : RunParts<AdviState, AdviInfo> =
        { right with
            Step =
                fun state ->
                    let struct (next, info) = right.Step state
                    change state next info }

    let all: Specimen list =
        [ Specimen.make
              "a step of any length"
              "natural gradients taken far from the optimum"
              "One step leads as far away as the gradient is large."
              (AdviStepLaws.limit Advi.parts).Name
              [ AdviStepLaws.limit (fun options family density ->
                    Advi.parts options family density
                    |> ending (fun before next info ->
                        let unlimited = AdviStepLaws.stepTo infinity density family before
                        struct ({ next with Parameters = unlimited }, info))) ]
          Specimen.make
              "the best block by the parameters after it"
              "a checkpoint that is saved after the step that it judged"
              "What was not judged is called the best."
              (AdviStepLaws.best Advi.parts).Name
              [ AdviStepLaws.best (fun options family density ->
                    Advi.parts options family density
                    |> ending (fun before next info ->
                        let isBest = next.BestElbo > before.BestElbo
                        struct ((if isBest then { next with Best = next.Parameters } else next), info))) ]
          Specimen.make
              "a standard deviation for a standard error"
              "a root of the number of steps that is left out"
              "Blocks that went astray pass for noise."
              (AdviStepLaws.point Advi.partsOfRows).Name
              [ AdviStepLaws.point (fun options family density ->
                    Advi.partsOfRows options family density
                    |> ending (fun before next info ->
                        let count = float (next.Steps - before.Steps)
                        let error = info.Point.StandardError * sqrt count
                        struct (next, { info with Point = { info.Point with StandardError = error } }))) ]
          Specimen.make
              "epochs without the last rows"
              "data loaders with drop_last"
              "The rows that no whole minibatch holds never count."
              (AdviStepLaws.epochs Advi.partsOfRows).Name
              [ AdviStepLaws.epochs (fun options family density ->
                    let whole = density.Rows / options.BatchRows * options.BatchRows
                    Advi.partsOfRows options family { density with Rows = whole }) ] ]
