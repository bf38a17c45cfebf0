namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp.LinearResponseSubjects

/// Linear response as it should not be, where the exact covariance is known.
[<RequireQualifiedAccess>]
module WrongExactResponses =

    /// The response with every factor but the tilted one held still: what comes back from the others is lost.
    let private withoutFeedback rows (model: ConjugateModel<_, _, _>) (view: ResponseView<_>) answer =
        let one j =
            let held =
                { model with
                    Updates = model.Updates |> List.filter (fun update -> update.Factor = view.Factors[j]) }

            (respond rows held (LinearResponse.among [| j |] view) answer).Response[0, 0]

        let found = respond rows model view answer

        { found with
            Response =
                Mat.init view.Names.Length view.Names.Length (fun i j -> if i = j then one j else found.Response[i, j]) }

    /// q's own covariance given out for the response.
    let private rawReturned rows model view answer =
        let found = respond rows model view answer
        { found with Response = found.Raw }

    let all: Specimen list =
        [ Specimen.make
              "q's own covariance for the response"
              "what packages report after a mean-field fit"
              "Mean-field variances are given out as they are: too small where factors depend on each other."
              (ExactResponseLaws.exactPrecision rawReturned).Name
              [ ExactResponseLaws.exactPrecision rawReturned ]
          Specimen.make
              "a response without feedback"
              "a common slip: the other factors are held still while one is tilted"
              "Only the tilted factor moves, so that nothing comes back from the others and q's variance is all that is found."
              (ExactResponseLaws.exactPrecision withoutFeedback).Name
              [ ExactResponseLaws.exactPrecision withoutFeedback ] ]
