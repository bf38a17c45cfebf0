namespace Vi.Verification.FSharp

open Vi.Verification

/// Data sets on which fits are right, nearly right, too narrow, or elsewhere.
[<RequireQualifiedAccess>]
module VerdictKinds =

    /// All kinds.
    let all: VerdictKind list =
        RegressionVerdicts.all
        @ MixtureVerdicts.all
        @ RegimeVerdicts.all
        @ FactorVerdicts.all
        @ ProgramVerdicts.all
        @ DensityVerdicts.all
