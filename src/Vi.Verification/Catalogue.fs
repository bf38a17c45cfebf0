namespace Vi.Verification.FSharp

open Vi.Verification

/// Every law of the project.
[<RequireQualifiedAccess>]
module Catalogue =

    /// All laws.
    let laws: Law list =
        List.concat
            [ NumericsLaws.battery
              RandomLaws.battery
              DistributionLaws.battery Subjects.normal
              DistributionLaws.battery Subjects.gamma
              DistributionLaws.battery Subjects.inverseGamma
              DistributionLaws.battery Subjects.beta
              DistributionLaws.battery Subjects.categorical
              DistributionLaws.battery Subjects.mvNormal
              DistributionLaws.battery Subjects.dirichlet
              DistributionLaws.battery Subjects.wishart
              DistributionLaws.battery Subjects.normalGamma
              DistributionLaws.battery Subjects.normalWishart
              DistributionLaws.battery Subjects.tiedNormalWishart
              LineLaws.all
              ReductionLaws.all
              MonoidLaws.all
              EngineLaws.all
              ConjugateLaws.battery Models.gaussianMean
              ConjugateLaws.battery Models.gaussianMeanPrecision
              ConjugateLaws.battery Models.linearRegression
              ConjugateLaws.battery Models.relevanceDetermination |> List.map (Law.covers [ "linear-regression" ])
              MixtureLaws.all
              MixtureOrderLaws.all
              ConjugateLaws.batteryOfSeries RegimeModels.regimeSwitching
              RegimeLaws.all
              RegimeStartLaws.all
              LogisticLaws.all
              StickBreakingLaws.all
              ConjugateLaws.battery FactorSubjects.known
              ConjugateLaws.battery FactorSubjects.relevance
              FactorLaws.all
              StochasticLaws.all
              StochasticInfoLaws.all
              LearningRateLaws.all
              BijectorLaws.all
              ProgramDistributionLaws.all
              VectorDistributionLaws.all
              ProgramLaws.all
              MinibatchLaws.all
              FamilyLaws.all
              ElboLaws.all
              MinimisationLaws.all
              AdviLaws.all
              AdviCoordinateLaws.all
              ParticleLaws.all
              StreamingLaws.all
              AutodiffLaws.all
              PlanTileLaws.all
              ElementFunctionLaws.all
              LinearResponseLaws.all
              ExactResponseLaws.all
              ParetoLaws.all
              DiagnosticsLaws.all
              JudgementLaws.all
              DistanceLaws.all
              LeapfrogLaws.all
              TransitionLaws.all
              SamplingLaws.all
              WarmUpLaws.all
              SampleLaws.all
              MatrixLaws.all
              CalibrationLaws.all
              MarginalLaws.all ]

    /// The law of a name; raises where there is none.
    let find name =
        match laws |> List.tryFind (fun law -> law.Name = name) with
        | Some law -> law
        | None -> invalidArg (nameof name) $"the catalogue has no law '{name}'"

    /// The laws that speak for a model type, a family or an engine, e.g. gaussian-mixture.
    let forModel tag = laws |> List.filter (fun law -> List.contains tag law.Covers)

    /// All specimens: known-wrong variants, each of which a named law must reject.
    let specimens: Specimen list =
        WrongBounds.all
        @ WrongMixtures.all
        @ MixtureOrderLaws.specimens
        @ WrongFormulas.all
        @ WrongChains.all
        @ RegimeStartLaws.specimens
        @ LogisticLaws.specimens
        @ StickBreakingLaws.specimens
        @ WrongStochastics.all
        @ BijectorLaws.specimens
        @ ProgramDistributionLaws.specimens
        @ MinibatchLaws.specimens
        @ WrongPullbacks.all
        @ PlanTileLaws.specimens
        @ LinearResponseLaws.specimens
        @ ExactResponseLaws.specimens
        @ WrongBlackBox.all
        @ WrongCoordinates.all
        @ ParetoLaws.specimens
        @ DiagnosticsLaws.specimens
        @ LeapfrogLaws.specimens
        @ TransitionLaws.specimens
        @ WarmUpLaws.specimens
        @ WrongFactors.all
        @ CalibrationLaws.specimens
        @ MarginalLaws.specimens
        @ WrongLedgers.all

    /// The specimen of a name; raises where there is none.
    let findSpecimen name =
        match specimens |> List.tryFind (fun specimen -> specimen.Name = name) with
        | Some specimen -> specimen
        | None -> invalidArg (nameof name) $"the catalogue has no specimen '{name}'"
