namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Logistic regression as it should not be.
[<RequireQualifiedAccess>]
module WrongLogistics =

    let private localPartDropped =
        { LogisticSubjects.logistic with
            Model =
                fun case ->
                    let model = LogisticRegression.model case.Prior

                    { model with
                        Elbo =
                            fun statistics q ->
                                { Inflation = 1.0
                                  Terms =
                                    (model.Elbo statistics q).Terms
                                    |> List.filter (fun term -> term.Name <> "E[log p(omega)] + H[q(omega)]") } } }

    let all: Specimen list =
        [ Specimen.make
              "local part of the logistic bound dropped"
              "a common slip: keeping only the quadratic in w that the update needs"
              "Lacks sum_n KL(q(omega_n) || p(omega_n)), so it exceeds the evidence."
              "logistic-regression: the bound lies below the evidence by quadrature"
              [ LogisticLaws.belowEvidence localPartDropped ]
          Specimen.make
              "log 2 cosh of the logistic bound dropped"
              "the same slip, under updates"
              "Lacks sum_n KL(q(omega_n) || p(omega_n)), so the optimal local factors lower it."
              "logistic-regression: no factor's update lowers the bound"
              (ConjugateLaws.battery localPartDropped)
          Specimen.make
              "Polya-Gamma mean from exponentials"
              "the formula as it stands in most code"
              "(1 - exp(-c)) / (1 + exp(-c)) / (2c) loses its digits near c = 0 and is no number at 0."
              "logistic-regression: the Polya-Gamma mean keeps its digits at any tilt"
              [ LogisticLaws.meanDigits (fun c -> (1.0 - exp -c) / (1.0 + exp -c) / (2.0 * c)) ] ]
