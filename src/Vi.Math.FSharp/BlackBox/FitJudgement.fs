namespace Vi.Math

/// What black-box inference found, whatever the algorithm.
[<NoComparison; NoEquality>]
type VariationalFit =
    {
        /// advi, batch-and-match, svgd, pathfinder or laplace.
        Algorithm: string
        /// The family's name, or the algorithm's where there is none.
        Approach: string
        /// A name for each coordinate.
        CoordinateNames: string[]
        /// The normal, where the answer is one: nothing where several modes are stacked.
        Normal: Variational voption
        /// The modes that were found next to the fit; nothing where none were looked for.
        Modes: ModeReport voption
        /// Mean and standard deviation of each coordinate (D).
        Mean: Vec
        StandardDeviations: Vec
        /// Draws (S x D): particles, for svgd.
        Draws: Mat
        /// log p at the draws (S).
        LogDensities: Vec
        /// log q at the draws (S); nothing for particles.
        LogApproximation: Vec voption
        /// How the run ended; nothing while it goes on.
        Outcome: Outcome voption
        /// Whether the answer can be used, and every check of it.
        Judgement: Judgement
        /// What to change where a check failed.
        Advice: Advice list
        /// What the weights of the draws tell; for particles those of draws from the normal with their moments.
        Evidence: WeightEvidence voption
        /// Draws resampled by their weights (S x D), where the weights can be relied on.
        Corrected: Mat voption
        /// Estimates of the bound along the run.
        ElboHistory: ElboPoint[]
        /// Gradients of log p, or evaluations of log p, that the fit took, the judgement's among them.
        Evaluations: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// How an approximation was made, as far as advice depends on it.
type internal FitApproach =
    /// By so many steps in a family.
    | NormalOf of FamilyKind * steps: int
    /// From the curvature at a mode.
    | Curvature
    /// From so many paths.
    | Paths of tried: int
    /// By so many particles, steps, and with this kernel.
    | Particles of count: int * steps: int * SteinKernel

/// Fits judged by draws, with the modes next to them.
[<RequireQualifiedAccess>]
module internal FitJudgement =

    /// Draws by which a fit is judged.
    let checkDraws = 4000

    /// Draws of a second look, where k-hat condemns weights that are nearly even: a tail of few draws can begin where the ratios still have
    /// their bulk's shape, to which no tail distribution fits.
    let private secondLook = 40000

    /// Standard deviations, or the logarithm of a ratio of them, from which a correction by weights needs a second look: a heavy tail that few draws
    /// show can pass for a light one.
    let private largeCorrection = 0.5

    /// The k-hat from which on weights have no variance: of few draws it can pass for one below the threshold.
    let private infiniteVariance = 0.5

    /// Numbers that the draws of a second look may have.
    let private mostNumbers = 4_000_000

    /// Resampled draws that are offered.
    let private offered = 1000

    let corrected (judgement: Judgement) (evidence: WeightEvidence) (draws: Mat) rng =
        match judgement.Level with
        | Reliable
        | Usable ->
            let struct (rows, _) = ParetoSmoothing.resample offered evidence.LogWeights rng
            ValueSome(Mat.ofRows (rows |> Array.map (fun row -> (Mat.row row draws).Values)))
        | Unreliable -> ValueNone

    /// What to change in a fit of an approach, check by check.
    let private advice (approach: FitApproach) (check: Check) : Remedy list =
        let nuts = Remedy.OtherAlgorithm AlgorithmKind.Nuts
        let fullRank = Remedy.RicherFamily FamilyKind.FullRank

        match check.Id, approach with
        | (CheckId.ParetoK | CheckId.UnseenWeight), NormalOf(FamilyKind.MeanField, _) ->
            [ fullRank; Remedy.RicherFamily FamilyKind.SparsePrecision; nuts ]
        | (CheckId.ParetoK | CheckId.UnseenWeight), NormalOf(FamilyKind.LowRank rank, _) ->
            [ Remedy.HigherRank(2 * rank); fullRank; nuts ]
        | (CheckId.ParetoK | CheckId.UnseenWeight), Curvature -> [ fullRank; nuts ]
        | (CheckId.ParetoK | CheckId.UnseenWeight), Paths tried -> [ Remedy.MorePaths(2 * tried); fullRank; nuts ]
        | (CheckId.ParetoK | CheckId.UnseenWeight), _ -> [ Remedy.OtherCoordinates; nuts ]
        | CheckId.EffectiveDraws, NormalOf(FamilyKind.FullRank, _) -> [ Remedy.OtherCoordinates; nuts ]
        | CheckId.EffectiveDraws, _ -> [ fullRank; nuts ]
        | CheckId.ShareInSupport, _ -> [ Remedy.KeepWithinSupport ]
        | CheckId.OmittedModes, Paths tried -> [ Remedy.MorePaths(2 * tried); nuts ]
        | CheckId.OmittedModes, _ -> [ Remedy.OtherAlgorithm AlgorithmKind.Pathfinder; nuts ]
        | CheckId.SteinSpread, Particles(count, _, LinearAndGaussian) -> [ Remedy.MoreParticles(2 * count); nuts ]
        | CheckId.SteinSpread, Particles(count, _, _) ->
            [ Remedy.LinearAndGaussianKernel; Remedy.MoreParticles(2 * count); nuts ]
        | (CheckId.AveragesDrift | CheckId.RateShift | CheckId.StepMove), NormalOf(_, steps) ->
            [ Remedy.MoreSteps(2 * steps) ]
        | CheckId.ParticleForce, Particles(_, steps, _) -> [ Remedy.MoreSteps(2 * steps) ]
        | CheckId.ModeCurvature, _ ->
            [ AlgorithmKind.Advi; AlgorithmKind.Pathfinder; AlgorithmKind.Nuts ]
            |> List.map Remedy.OtherAlgorithm
        | CheckId.FoundPaths, _ -> [ Remedy.OtherAlgorithm AlgorithmKind.Advi; nuts ]
        | _ -> []

    /// The fit with the judgement of its checks, and what to change.
    let judged approach (checks: Check list) (partial: VariationalFit) : VariationalFit =
        let judgement = Judgement.Of checks
        { partial with Judgement = judgement; Advice = Advice.ofFailed (advice approach) judgement }

    /// A weighted fit from its draws.
    let weighted (approach: FitApproach) (checks: Check list) rng (partial: VariationalFit) : VariationalFit =
        match partial.LogApproximation with
        | ValueNone -> partial
        | ValueSome logApproximation ->
            let evidence =
                WeightEvidence.ofDraws
                    partial.Mean
                    partial.StandardDeviations
                    partial.Draws
                    partial.LogDensities
                    logApproximation

            let fit = partial |> judged approach (WeightEvidence.checks evidence @ checks)

            { fit with
                Evidence = ValueSome evidence
                Corrected = corrected fit.Judgement evidence partial.Draws rng }

    /// A fit judged by so many draws, and once more by many where these leave a doubt: weights that are nearly even although their tail is condemned, that
    /// correct a lot, or that hardly have a variance.
    let twice (density: LogDensity) (judgedBy: int -> float -> Rng -> VariationalFit) evaluations rng : VariationalFit =
        let first: VariationalFit = judgedBy checkDraws evaluations rng
        let failed = first.Judgement.Checks |> Seq.filter (fun check -> not check.IsPassed) |> List.ofSeq
        let isTail (check: Check) = check.Id.IsParetoK || check.Id.IsUnseenWeight
        let isShift (check: Check) = check.Id.IsMeanShift || check.Id.IsSpreadShift

        let isDoubtful (evidence: WeightEvidence) =
            if List.exists isTail failed then
                failed |> List.forall (fun check -> isTail check || isShift check)
                && evidence.EffectiveDraws >= 0.5 * float checkDraws
            else
                first.Judgement.Level <> Unreliable
                && (evidence.ParetoK > infiniteVariance
                    || failed |> List.exists (fun check -> isShift check && check.Value > largeCorrection))

        match first.Evidence with
        | ValueSome evidence when isDoubtful evidence && secondLook * density.Dimension <= mostNumbers ->
            judgedBy secondLook first.Evaluations (Rng.derive 1 rng)
        | _ -> first

    /// A fit by a normal or by a mixture of some, judged by fresh draws.
    let ofPart (partial: VariationalFit) approach (density: LogDensity) (part: MixturePart) checks rng =
        let judgedBy count evaluations rng =
            let struct (draws, rng) = part.Draw count rng

            { partial with
                Mean = part.Mean
                StandardDeviations = part.StandardDeviations
                Draws = draws
                LogDensities = MixturePart.logDensities density draws
                LogApproximation = ValueSome(part.LogDensities draws)
                Evaluations = evaluations + float count }
            |> weighted approach checks rng

        twice density judgedBy partial.Evaluations rng

    /// The most that modes which the answer leaves out may hold of the probability.
    let omitted (report: ModeReport) : Check = Check.strict 0.01 CheckId.OmittedModes report.Omitted

    /// The modes of a fit by a part, and the fit with them.
    let withModes (partial: VariationalFit) (target: InferenceTarget) ends (normal: Variational) part rng =
        let found =
            ModeSearch.answer
                target.Density
                (fun positions -> InferenceTarget.values positions target)
                { Normal = normal; Part = part; Ends = ends; Evaluations = partial.Evaluations }
                (Rng.derive 2 rng)

        struct (found,
                { partial with
                    Modes = ValueSome found.Report
                    Evaluations = partial.Evaluations + float found.Report.Evaluations })

    /// A fit by a normal, or by what takes its place where other modes matter.
    let ofNormal (partial: VariationalFit) approach (target: InferenceTarget) ends normal checks rng =
        let part = MixturePart.ofNormal normal
        let struct (found, partial) = withModes partial target ends normal part rng
        let checks = checks @ [ omitted found.Report ]

        match found.Stacked with
        | ValueSome stacked -> ofPart partial approach target.Density stacked checks rng
        | ValueNone -> ofPart { partial with Normal = ValueSome normal } approach target.Density part checks rng

    /// A fit that nothing is known of yet.
    let unknown algorithm approach (density: LogDensity) outcome : VariationalFit =
        { Algorithm = algorithm
          Approach = approach
          CoordinateNames = density.CoordinateNames
          Normal = ValueNone
          Modes = ValueNone
          Mean = Vec.constant density.Dimension nan
          StandardDeviations = Vec.constant density.Dimension nan
          Draws = Mat.zero 0 density.Dimension
          LogDensities = Vec.zero 0
          LogApproximation = ValueNone
          Outcome = outcome
          Judgement = Judgement.Of []
          Advice = []
          Evidence = ValueNone
          Corrected = ValueNone
          ElboHistory = [||]
          Evaluations = 0.0 }
