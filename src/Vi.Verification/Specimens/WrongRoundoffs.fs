namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Bounds that misjudge their rounding.
[<RequireQualifiedAccess>]
module WrongRoundoffs =

    /// A part in 10^12 of the terms, whatever the matrices.
    let private forgetful prior =
        let model = GaussianMixture.model prior
        { model with Elbo = fun statistics q -> { model.Elbo statistics q with Inflation = 1.0 } }

    let all: Specimen list =
        let ends = CollinearLaws.followsAffineMaps forgetful

        [ Specimen.make
              "rounding judged without the matrices' inflation"
              "a fit of two sensors of one thing that reached its bound and was called diverged"
              "Bounds that fall by rounding end the fit."
              ends.Name
              [ ends ] ]
