namespace Vi.Properties

open System
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Vi.Verification
open Vi.Verification.FSharp

/// Data so small that the exact evidence is a sum over all assignments or an integral of one or two dimensions.
type Tiny<'case> = Tiny of 'case

/// A mixture of one component or a chain of one state.
type Single<'case> = Single of 'case

/// A regression whose columns have precisions of their own to learn.
type WithArd<'case> = WithArd of 'case

/// A table in which at least one entry is missing.
type Gaps<'case> = Gaps of 'case

/// How the arguments of the headline properties are generated and made plainer: by the generators of the laws.
type HeadlineCases =

    static let tiny cases = cases |> Arb.convert Tiny (fun (Tiny case) -> case)
    static let single cases = cases |> Arb.convert Single (fun (Single case) -> case)
    static let ard cases = cases |> Arb.convert WithArd (fun (WithArd case) -> case)
    static let gaps cases = cases |> Arb.convert Gaps (fun (Gaps case) -> case)

    static let complete (cases: Arbitrary<FactorCase>) =
        let filled (case: FactorCase) =
            { case with Rows = case.Rows |> Array.map (Array.map (fun x -> if Double.IsNaN x then 0.0 else x)) }

        Arb.mapFilter filled (fun _ -> true) cases

    static let withGaps (cases: Arbitrary<FactorCase>) =
        let hasGap (case: FactorCase) = case.Rows |> Array.exists (Array.exists Double.IsNaN)

        let punched (case: FactorCase) =
            if hasGap case || case.Rows.Length = 0 then
                case
            else
                { case with Rows = case.Rows |> Array.updateAt 0 (Array.updateAt 0 nan case.Rows[0]) }

        Arb.mapFilter punched (fun case -> case.Rows.Length = 0 || hasGap case) cases

    static member GaussianMean() = Models.gaussianMean.Cases
    static member GaussianMeanPrecision() = Models.gaussianMeanPrecision.Cases
    static member Regression() = Models.linearRegression.Cases
    static member ArdRegression() = ard Models.relevanceDetermination.Cases
    static member TinyArdRegression() = ard (tiny Models.relevanceOfOneColumn.Cases)
    static member Mixture() = MixtureKinds.cases
    static member TinyMixture() = tiny (Samples.mixture 0 5 2 2 3)
    static member SingleMixture() = single (Samples.mixture 0 40 4 1 1)
    static member Regimes() = RegimeModels.regimeSwitching.Cases
    static member TinyRegimes() = tiny (Samples.regimes 0 6 2 2 2)
    static member SingleRegimes() = single (Samples.regimes 0 40 4 1 1)
    static member Factors() = complete FactorSubjects.known.Cases
    static member FactorsWithGaps() = gaps (withGaps FactorSubjects.known.Cases)
    static member TinyFactors() = tiny (complete FactorSubjects.oneColumn.Cases)
    static member TinyFactorsWithGaps() = gaps (tiny (withGaps FactorSubjects.oneColumn.Cases))
    static member Logistic() = LogisticSubjects.logistic.Cases
    static member TinyLogistic() = tiny LogisticSubjects.byQuadrature.Cases

/// Runs the properties of a module on HeadlineCases: 100 cases from seed 42 unless VI_CASES and VI_SEED say otherwise. A failing property prints
/// its seeds; `[<Property(Replay = "...")>]` with the last of them and its size repeats the failing case alone.
[<AttributeUsage(AttributeTargets.Class)>]
type HeadlinesAttribute() as this =
    inherit PropertiesAttribute()

    do
        let rnd = Rnd Settings.seed
        this.Arbitrary <- [| typeof<HeadlineCases> |]
        this.MaxTest <- Settings.scaled 100
        this.Replay <- $"{rnd.Seed},{rnd.Gamma}"
        this.QuietOnSuccess <- true
