namespace Vi.Verification

open Vi.Math

/// A density with several modes, or none that a normal fits, whose moments are known.
[<NoComparison; NoEquality>]
type ModeKind =
    {
        Name: string
        Target: InferenceTarget
        /// Means and standard deviations (D) of the density.
        Mean: Vec
        StandardDeviations: Vec
    }

/// An algorithm's verdict on its answer next to the answer's true error.
type ModeVerdict =
    {
        Kind: string
        Algorithm: string
        Seed: uint64
        Level: TrustLevel
        /// Largest distance of a mean from the density's, in the density's standard deviations.
        MeanError: float
        /// The factor between a standard deviation and the density's that is furthest from 1.
        SdRatio: float
        /// Modes that the answer stacks; 1 where it holds one.
        Stacked: int
        /// Gradients and values of log p that all took, and the search for modes.
        Evaluations: float
        SearchEvaluations: float
    }

    /// Within 0.15 standard deviations and 15 %: what reliable and usable answers promise.
    member this.IsRight = this.MeanError <= 0.15 && abs (log this.SdRatio) <= log 1.15

    /// Within 0.05 standard deviations and 5 %.
    member this.IsVeryRight = this.MeanError <= 0.05 && abs (log this.SdRatio) <= log 1.05

namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Whether verdicts of black-box fits and chains see that a density has several modes.
[<RequireQualifiedAccess>]
module ModeVerdicts =

    let private kind name density mean sds : ModeKind =
        { Name = name
          Target = InferenceTarget.ofDensity density
          Mean = Vec.ofSeq mean
          StandardDeviations = Vec.ofSeq sds }

    /// A normal in one dimension by weight, mean and standard deviation.
    let private line weight mean sd =
        struct (log weight, Vec.ofArray [| mean |], Mat.scaledIdentity 1 (1.0 / (sd * sd)))

    /// Weight, mean and covariance of two normals of three coordinates, correlated in different directions.
    let private correlated =
        let covariance (sds: float[]) r =
            Mat.init 3 3 (fun i j -> sds[i] * sds[j] * (if i = j then 1.0 else r ** float (abs (i - j))))

        [ 0.6, [| 0.0; 1.0; -1.0 |], covariance [| 1.0; 0.5; 2.0 |] 0.7
          0.4, [| 6.0; -3.0; 9.0 |], covariance [| 0.7; 1.0; 1.5 |] -0.5 ]

    let private several =
        let mean = Array.init 3 (fun c -> correlated |> List.sumBy (fun (w, m, _) -> w * m[c]))

        let sd c = sqrt (correlated |> List.sumBy (fun (w, m, s) -> w * (s[c, c] + (m[c] - mean[c]) ** 2.0)))

        kind
            "several coordinates"
            (correlated
             |> List.map (fun (w, m, s) -> struct (log w, Vec.ofArray m, Chol.inverse (Chol.factor "covariance" s)))
             |> Targets.mixture)
            mean
            (Array.init 3 sd)

    /// A normal so narrow that climbs from nearly everywhere end at the other, whose top lies 60 nats below.
    let private minor =
        kind "minor mode" (Targets.mixture [ line 1.0 29.0 0.1; line (10.0 * exp -60.0) 0.0 1.0 ]) [ 29.0 ] [ 0.1 ]

    let all: ModeKind list =
        [ kind "mirror modes" (Targets.mixture [ line 0.5 -4.0 1.0; line 0.5 4.0 1.0 ]) [ 0.0 ] [ sqrt 17.0 ]
          kind
              "0.7 N(0, 1) + 0.3 N(8, 1)"
              (Targets.mixture [ line 0.7 0.0 1.0; line 0.3 8.0 1.0 ])
              [ 2.4 ]
              [ sqrt 14.44 ]
          minor
          kind "funnel" (Targets.funnel 3) [ 0.0; 0.0; 0.0 ] [ 3.0; exp 2.25; exp 2.25 ]
          several ]

    let private moments (draws: Mat) =
        Array.init draws.Columns (fun c ->
            let column = Mat.column c draws
            struct (Sample.mean column, Sample.sd column))

    let private verdict (kind: ModeKind) algorithm seed level draws stacked evaluations search : ModeVerdict =
        let moments = moments draws

        let errors =
            moments
            |> Array.mapi (fun c (struct (mean, _)) -> abs (mean - kind.Mean[c]) / kind.StandardDeviations[c])

        let ratios = moments |> Array.mapi (fun c (struct (_, sd)) -> sd / kind.StandardDeviations[c])

        { Kind = kind.Name
          Algorithm = algorithm
          Seed = seed
          Level = level
          MeanError = Array.max errors
          SdRatio = ratios |> Array.maxBy (log >> abs)
          Stacked = stacked
          Evaluations = evaluations
          SearchEvaluations = search }

    let private ofFit
        (name: string)
        (inference: Inference<'answer>)
        (fit: 'answer -> VariationalFit)
        (kind: ModeKind)
        seed
        =
        let fit = Inference.run inference kind.Target seed |> fit

        let draws =
            match fit.Judgement.Level, fit.Corrected with
            | Usable, ValueSome corrected -> corrected
            | _ -> if fit.Draws.Rows > 1 then fit.Draws else Mat.zero 2 kind.Mean.Length

        let stacked =
            fit.Modes
            |> ValueOption.map (fun report -> report.Modes |> Seq.filter _.IsKept |> Seq.length)
            |> ValueOption.defaultValue 0

        let search = fit.Modes |> ValueOption.map (fun report -> float report.Evaluations)
        verdict kind name seed fit.Judgement.Level draws stacked fit.Evaluations (ValueOption.defaultValue 0.0 search)

    let private ofChains (name: string) settings (kind: ModeKind) seed =
        let set = Inference.run (ChainInference.create settings) kind.Target seed

        let struct (judgement, searched) =
            ChainJudgement.ofDraws set set.Names (fun d -> SampleSet.coordinate d set)
            |> ChainModes.judge kind.Target set

        let steps = float (SampleSet.leapfrogSteps set + searched)
        verdict kind name seed judgement.Judgement.Level (SampleSet.positions set) 0 steps (float searched)

    /// Algorithms by name.
    let algorithms: (string * (ModeKind -> uint64 -> ModeVerdict)) list =
        let advi family = AdviInference.create { AdviInference.defaults with Family = family }

        [ "full-rank", ofFit "full-rank" (advi FamilyChoice.FullRank) id
          "mean-field", ofFit "mean-field" (advi FamilyChoice.MeanField) id
          "fixed draws",
          ofFit "fixed draws" (DeterministicAdviInference.create DeterministicAdviInference.defaults) _.Fit
          "laplace", ofFit "laplace" (LaplaceInference.create LaplaceInference.defaults) id
          "pathfinder", ofFit "pathfinder" (PathfinderInference.create PathfinderInference.defaults) id
          "svgd", ofFit "svgd" (SvgdInference.create SvgdInference.defaults) id
          "nuts", ofChains "nuts" ChainInference.noUTurn ]
