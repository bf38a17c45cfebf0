namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Factor models as they should not be.
[<RequireQualifiedAccess>]
module WrongFactors =

    /// Loadings as if every column had the same noise: what working on R R' (T x T) would need.
    let private oneNoise =
        { FactorSubjects.known with
            Model =
                fun case ->
                    let model = FactorModel.model case.Columns case.Prior

                    let common (q: FactorModelPosterior) =
                        let shape = q.NoisePrecisions |> Array.averageBy (fun tau -> tau.Shape)
                        let rate = q.NoisePrecisions |> Array.averageBy (fun tau -> tau.Rate)

                        { q with
                            NoisePrecisions = Array.map (fun _ -> { Shape = shape; Rate = rate }) q.NoisePrecisions }

                    { model with
                        Updates =
                            model.Updates
                            |> List.map (fun update ->
                                if update.Factor = "q(B)" then
                                    { update with
                                        Update =
                                            fun data q ->
                                                { q with Loadings = (update.Update data (common q)).Loadings } }
                                else
                                    update) } }

    let all: Specimen list =
        [ Specimen.make
              "factor model with gaps filled in"
              "a common slip: missing entries put at their column's mean before the fit"
              "What was never seen counts as seen without noise at 0: residuals and counts are wrong."
              "factor-model: bound and sweep equal those of a plain implementation, with and without gaps"
              [ FactorLaws.plain (Array.map (Array.map (fun r -> if Double.IsNaN r then 0.0 else r))) ]
          Specimen.make
              "loadings under one noise for all columns"
              "probabilistic principal components, where R R' says all that R'R says"
              "The rows' precisions are P + tau G with the average tau: right for equal noise only."
              "factor-model: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery oneNoise) ]
