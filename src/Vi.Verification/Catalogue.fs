namespace Vi.Verification.FSharp

open System
open Vi.Verification

/// Every law of the project.
[<RequireQualifiedAccess>]
module Catalogue =

    /// All laws.
    let laws: Law list =
        List.concat
            [ NumericsLaws.battery
              RandomLaws.battery
              DistributionLaws.battery DistributionSubjects.normal
              DistributionLaws.battery DistributionSubjects.gamma
              DistributionLaws.battery DistributionSubjects.inverseGamma
              DistributionLaws.battery DistributionSubjects.beta
              DistributionLaws.battery DistributionSubjects.categorical
              DistributionLaws.battery DistributionSubjects.mvNormal
              DistributionLaws.battery DistributionSubjects.dirichlet
              DistributionLaws.battery DistributionSubjects.wishart
              DistributionLaws.battery DistributionSubjects.normalGamma
              DistributionLaws.battery DistributionSubjects.normalWishart
              DistributionLaws.battery DistributionSubjects.tiedNormalWishart
              LineLaws.all
              ReductionLaws.all
              MonoidLaws.all
              EngineLaws.all
              StopRuleLaws.all
              EvidenceLaws.all
              ConjugateLaws.battery Models.gaussianMean
              ConjugateLaws.battery Models.gaussianMeanPrecision
              ConjugateLaws.battery Models.linearRegression
              ConjugateLaws.battery Models.relevanceDetermination |> List.map (Law.covers [ "linear-regression" ])
              MixtureLaws.all
              MixtureOrderLaws.all
              MoveLaws.all
              AccelerationLaws.all
              LearnedScaleLaws.all
              CollinearLaws.all
              ConjugateLaws.batteryOfSeries RegimeModels.regimeSwitching
              RegimeLaws.all
              RegimeStartLaws.all
              LogisticLaws.all
              StickBreakingLaws.all
              ConjugateLaws.battery FactorSubjects.known
              ConjugateLaws.battery FactorSubjects.relevance
              FactorLaws.all
              PredictionLaws.all
              SummaryLaws.all
              GapLaws.all
              CarriedLaws.all
              CarriedEpochLaws.all
              ResponseFormLaws.all
              HiddenPredictionLaws.all
              StoredFitLaws.all
              MetricLaws.all
              AdviRateLaws.all
              AdviStepLaws.all
              EstimateLaws.all
              ReadingLaws.all
              RateVerdictLaws.all
              MomentLaws.all
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
              PathfinderLaws.all
              AdviLaws.all
              AdviCoordinateLaws.all
              BatchAndMatchLaws.all
              ModeLaws.all
              ParticleLaws.all
              StreamingLaws.all
              AutodiffLaws.all
              PlannedDensityLaws.all
              PlanTileLaws.all
              ElementFunctionLaws.all
              LinearResponseLaws.all
              ExactResponseLaws.all
              ParetoLaws.all
              UnseenWeightLaws.all
              DiagnosticsLaws.all
              JudgementLaws.all
              DistanceLaws.all
              LeapfrogLaws.all
              TransitionLaws.all
              SamplingLaws.all
              GibbsLaws.all
              PolyaGammaLaws.all
              MarginalDataLaws.all
              AscentCheckLaws.all
              AscentCheckModelLaws.all
              WarmUpLaws.all
              StepSizeLaws.all
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

    // Made when asked for: a run needs the laws' names alone.
    let private lazySpecimens: Lazy<Specimen list> =
        lazy
            (WrongBounds.all
             @ WrongMixtures.all
             @ WrongScales.all
             @ WrongOrders.all
             @ WrongMoves.all
             @ WrongAccelerations.all
             @ WrongRoundoffs.all
             @ WrongFormulas.all
             @ WrongChains.all
             @ WrongRegimes.all
             @ WrongLogistics.all
             @ WrongSticks.all
             @ WrongStochastics.all
             @ WrongPredictions.all
             @ WrongStoredFits.all
             @ WrongSummaries.all
             @ WrongGaps.all
             @ WrongCarries.all
             @ WrongResponseForms.all
             @ WrongFolds.all
             @ WrongEngines.all
             @ WrongAdviSteps.all
             @ WrongReadings.all
             @ WrongMoments.all
             @ WrongBijectors.all
             @ WrongDistributions.all
             @ WrongMinibatches.all
             @ WrongPullbacks.all
             @ WrongTiles.all
             @ WrongResponses.all
             @ WrongExactResponses.all
             @ WrongBlackBox.all
             @ WrongCoordinates.all
             @ WrongRatios.all
             @ WrongDiagnostics.all
             @ WrongLeapfrogs.all
             @ WrongTransitions.all
             @ WrongWarmUps.all
             @ WrongFactors.all
             @ WrongCalibrations.all
             @ WrongMarginals.all
             @ WrongGibbs.all
             @ WrongMarginalModels.all
             @ WrongAscentChecks.all
             @ WrongLedgers.all)

    /// All specimens: known-wrong variants, each of which a named law must reject.
    let specimens () = lazySpecimens.Value

    /// The specimen of a name; raises where there is none.
    let findSpecimen name =
        match specimens () |> List.tryFind (fun specimen -> specimen.Name = name) with
        | Some specimen -> specimen
        | None -> invalidArg (nameof name) $"the catalogue has no specimen '{name}'"
