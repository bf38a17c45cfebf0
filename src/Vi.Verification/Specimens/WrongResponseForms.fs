namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Linear response that accepts, picks and passes on what it should not.
[<RequireQualifiedAccess>]
module WrongResponseForms =

    /// The response of each pair of quantities by itself, put together.
    let private byPairs: ResponseFormLaws.Respond =
        fun model view options optimum ->
            let whole = ResponseFormLaws.respond model view options optimum

            let pair i j = ResponseFormLaws.respond model (LinearResponse.among [| i; j |] view) options optimum

            let pairs =
                [ for i in 0..2 do
                      for j in i + 1 .. 2 -> struct (i, j, pair i j) ]

            if whole.IsUsable || pairs |> List.exists (fun (struct (_, _, found)) -> not found.IsUsable) then
                whole
            else
                { whole with End = ResponseFound }

    /// Variances above 0 taken for a covariance.
    let private anyVariance: ResponseFormLaws.Respond =
        fun model view options optimum ->
            { ResponseFormLaws.respond model view options optimum with End = ResponseFound }

    let all: Specimen list =
        [ Specimen.make
              "a response accepted by its variances"
              "a check of the diagonal in the place of a factorisation"
              "Correlations beyond 1 are reported."
              (ResponseFormLaws.refusals ResponseFormLaws.respond).Name
              [ ResponseFormLaws.refusals anyVariance ]
          Specimen.make
              "a response accepted pair by pair"
              "a check of correlations between -1 and 1"
              "Three correlations that no distribution has together are reported."
              (ResponseFormLaws.refusals ResponseFormLaws.respond).Name
              [ ResponseFormLaws.refusals byPairs ]
          Specimen.make
              "a response from one side"
              "a difference without its mirror image, and no look at it"
              "What answers a tilt and its opposite alike is taken for a slope."
              (ResponseFormLaws.proportions ResponseFormLaws.respond).Name
              [ ResponseFormLaws.proportions anyVariance ]
          Specimen.make
              "tilts of the first quantities"
              "an index among the chosen used among all"
              "The response is that of other quantities."
              (ResponseFormLaws.subsets LinearResponse.among).Name
              [ ResponseFormLaws.subsets (fun chosen view -> { LinearResponse.among chosen view with Tilt = view.Tilt }) ]
          Specimen.make
              "a slope that is not squared"
              "a function with slope 1 in the test"
              "Variances of functions are off wherever their slope is not 1."
              (ResponseFormLaws.functions LinearResponse.varianceOfFunction).Name
              [ ResponseFormLaws.functions (fun i variance covariance found ->
                    let raw = found.Raw[i, i]
                    variance + covariance / raw * (found.Response[i, i] - raw)) ] ]
