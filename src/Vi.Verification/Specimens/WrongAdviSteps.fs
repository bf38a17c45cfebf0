namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Steps and blocks of ADVI as they should not be.
[<RequireQualifiedAccess>]
module WrongAdviSteps =

    /// A run whose state after a step is another: from the state before it and the right one after it.
    let private ending change (right: RunParts<AdviState, AdviInfo>) =
        { right with Step = right.Step |> Specimen.afterwards (fun before next _ -> change before next) }

    let all: Specimen list =
        [ Specimen.make
              "a step of any length"
              "natural gradients taken far from the optimum"
              "One step leads as far away as the gradient is large."
              (AdviStepLaws.limit Advi.parts).Name
              [ AdviStepLaws.limit (fun options family density ->
                    Advi.parts options family density
                    |> ending (fun before next ->
                        { next with Parameters = AdviStepLaws.stepTo infinity density family before })) ]
          Specimen.make
              "the best block by the parameters after it"
              "a checkpoint that is saved after the step that it judged"
              "What was not judged is called the best."
              (AdviStepLaws.best Advi.parts).Name
              [ AdviStepLaws.best (fun options family density ->
                    Advi.parts options family density
                    |> ending (fun before next ->
                        if next.BestElbo > before.BestElbo then
                            { next with Best = next.Parameters }
                        else
                            next)) ]
          Specimen.make
              "a standard deviation for a standard error"
              "a root of the number of steps that is left out"
              "Blocks that went astray pass for noise."
              (AdviStepLaws.point Advi.partsOfRows).Name
              [ AdviStepLaws.point (fun options family density ->
                    let right = Advi.partsOfRows options family density

                    { right with
                        Step =
                            fun state ->
                                let struct (next, info) = right.Step state
                                let error = info.Point.StandardError * sqrt (float (next.Steps - state.Steps))
                                struct (next, { info with Point = { info.Point with StandardError = error } }) }) ]
          Specimen.make
              "epochs without the last rows"
              "data loaders with drop_last"
              "The rows that no whole minibatch holds never count."
              (AdviStepLaws.epochs Advi.partsOfRows).Name
              [ AdviStepLaws.epochs (fun options family density ->
                    let whole = density.Rows / options.BatchRows * options.BatchRows
                    Advi.partsOfRows options family { density with Rows = whole }) ] ]
