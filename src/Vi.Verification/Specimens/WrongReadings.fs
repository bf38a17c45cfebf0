namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Answers read as they should not be.
[<RequireQualifiedAccess>]
module WrongReadings =

    let all: Specimen list =
        [ Specimen.make
              "rows of transitions in order, columns not"
              "a matrix permuted on one side"
              "A state leads to others than it does."
              (ReadingLaws.regimeOrder RegimeSwitching.inOrder).Name
              [ ReadingLaws.regimeOrder (fun prior q ->
                    let right = RegimeSwitching.inOrder prior q

                    let place i = q.States |> Array.findIndex (fun state -> state.Equals right.States[i])

                    { right with Transitions = Array.init q.States.Length (fun i -> q.Transitions[place i]) }) ]
          Specimen.make
              "factors of either sign"
              "a sign that is left as the start had it"
              "Restarts show the same factor turned over."
              (ReadingLaws.factorOrder FactorModel.inOrder).Name
              [ ReadingLaws.factorOrder (fun q ->
                    let right = FactorModel.inOrder q
                    let k = right.Frame.Matrix.Rows

                    FactorModel.inFrame
                        (FactorFrame.identity k)
                        { right with Frame = FactorFrame.ofMatrix (Mat.scaledIdentity k -1.0) }) ]
          Specimen.make
              "the last of the most probable states"
              "an index of the least probability"
              "Rows are labelled by what they are not."
              "labels: a row has its most probable component, a mixture as many as its counts are even"
              [ ReadingLaws.labels
                    MixtureView.mostProbable
                    (fun q chain ->
                        RegimeSwitching.stateProbabilities q chain
                        |> Array.map (fun row -> System.Array.IndexOf(row, Array.min row)))
                    MixtureView.effectiveComponents ]
          Specimen.make
              "the mean variance for the variance"
              "the variance of the means left out"
              "A mixture of components far apart is as narrow as one of them."
              (ReadingLaws.moments StudentTMixture.mean StudentTMixture.variance).Name
              [ ReadingLaws.moments StudentTMixture.mean (fun d ->
                    d.Components |> Array.mapi (fun k c -> d.Weights[k] * StudentT.variance c) |> Array.sum) ] ]
