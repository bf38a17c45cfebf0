namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp.LinearResponseSubjects

/// Linear response as it should not be.
[<RequireQualifiedAccess>]
module WrongResponses =

    let private withTilt
        name
        (tilt: ResponseView<LinearRegressionPosterior> -> ResponseView<LinearRegressionPosterior>)
        =
        { regression with Name = name; View = regression.View >> tilt }

    let private reversed =
        withTilt "linear-regression" (fun view -> { view with Tilt = fun j t q -> view.Tilt j -t q })

    /// The precision's tilt put on the shape, where the variable is log tau, not tau.
    let private wrongVariable =
        withTilt "linear-regression" (fun view ->
            { view with
                Tilt =
                    fun j t q ->
                        if view.Names[j] = "tau" then
                            { q with NoisePrecision = { q.NoisePrecision with Shape = q.NoisePrecision.Shape + t } }
                        else
                            view.Tilt j t q })

    /// The ascent given up after its first sweep.
    let private impatient (rows: Rows) model view answer =
        LinearResponse.covariance rows (float rows.Count) model view (LinearResponse.precise 1) answer

    let all: Specimen list =
        [ Specimen.make
              "a response that is refused"
              "a limit of sweeps that no ascent keeps"
              "Where no case has a response, laws that compare responses compare nothing."
              (LinearResponseLaws.had impatient regression).Name
              [ LinearResponseLaws.had impatient regression ]
          Specimen.make
              "tilts of the wrong sign"
              "a common slip: p exp(-t g) for p exp(t g)"
              "Every quantity moves the wrong way: variances shrink where they should grow."
              (LinearResponseLaws.wider reversed).Name
              [ LinearResponseLaws.wider reversed ]
          Specimen.make
              "tilt of the logarithm"
              "a common slip: the shape of a gamma belongs to log tau"
              "The noise precision is tilted by its logarithm: the response is no longer symmetric."
              (LinearResponseLaws.symmetric wrongVariable).Name
              [ LinearResponseLaws.symmetric wrongVariable ] ]
