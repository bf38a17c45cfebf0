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
        /// The normal, where the answer is one.
        Normal: Variational voption
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
        /// What the draws' weights tell; nothing for particles.
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
type private FitApproach =
    /// By so many steps in a family.
    | NormalOf of FamilyKind * steps: int
    /// From the curvature at a mode.
    | Curvature
    /// From so many paths.
    | Paths of tried: int
    /// By so many particles, steps, and with this kernel.
    | Particles of count: int * steps: int * SteinKernel

/// Fits with their judgement.
[<RequireQualifiedAccess>]
module VariationalFit =

    /// Draws by which a fit is judged.
    let checkDraws = 4000

    /// Draws of a second look, where k-hat condemns weights that are nearly even: a tail of few draws can begin where the ratios still have
    /// their bulk's shape, to which no tail distribution fits.
    let private secondLook = 40000

    /// Numbers that the draws of a second look may have.
    let private mostNumbers = 4_000_000

    /// Resampled draws that are offered.
    let private offered = 1000

    let private logDensities (density: LogDensity) (draws: Mat) =
        let evaluator = density.Evaluator()

        Vec.init draws.Rows (fun s -> evaluator.Value(draws.AsSpan().Slice(s * draws.Columns, draws.Columns)))

    let private corrected (judgement: Judgement) (evidence: WeightEvidence) (draws: Mat) rng =
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
        | CheckId.Modes, _ -> [ Remedy.OtherAlgorithm AlgorithmKind.Pathfinder; nuts ]
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
    let private judged approach (checks: Check list) (partial: VariationalFit) : VariationalFit =
        let judgement = Judgement.Of checks
        { partial with Judgement = judgement; Advice = Advice.ofFailed (advice approach) judgement }

    /// A weighted fit from its draws.
    let private weighted (approach: FitApproach) (checks: Check list) rng (partial: VariationalFit) : VariationalFit =
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

    /// A fit by a normal, judged by fresh draws.
    let private ofNormal
        (partial: VariationalFit)
        (approach: FitApproach)
        (density: LogDensity)
        (normal: Variational)
        (checks: Check list)
        rng
        =
        let judgedBy count evaluations rng =
            let struct (draws, rng) = Variational.stratifiedDraws count normal rng

            { partial with
                Normal = ValueSome normal
                Mean = Variational.mean normal
                StandardDeviations = Variational.standardDeviations normal
                Draws = draws
                LogDensities = logDensities density draws
                LogApproximation = ValueSome(Variational.logDensities normal draws)
                Evaluations = evaluations + float count }
            |> weighted approach checks rng

        let first = judgedBy checkDraws partial.Evaluations rng

        let failed = first.Judgement.Checks |> Seq.filter (fun check -> not check.IsPassed) |> List.ofSeq
        let isTail (check: Check) = check.Id.IsParetoK || check.Id.IsUnseenWeight

        match first.Evidence with
        | ValueSome evidence when
            List.exists isTail failed
            && failed |> List.forall (fun check -> isTail check || check.Id.IsMeanShift || check.Id.IsSpreadShift)
            && evidence.EffectiveDraws >= 0.5 * float checkDraws
            && secondLook * density.Dimension <= mostNumbers
            ->
            judgedBy secondLook first.Evaluations (Rng.derive 1 rng)
        | _ -> first

    /// A fit that nothing is known of yet.
    let private unknown algorithm approach (density: LogDensity) outcome : VariationalFit =
        { Algorithm = algorithm
          Approach = approach
          CoordinateNames = density.CoordinateNames
          Normal = ValueNone
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

    let private modes count : Check = Check.strict 1.0 CheckId.Modes (float count)

    /// The fit that a run of ADVI answers with, at its end or on the way.
    let ofAdvi
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: LogDensity)
        (run: RunProgress<AdviState, AdviInfo>)
        : VariationalFit =
        ofNormal
            { unknown "advi" family.Name density run.Outcome with
                ElboHistory = RunProgress.history run |> Array.map _.Point
                Evaluations = run.Evaluations }
            (NormalOf(family.Kind, run.State.Steps))
            density
            (Advi.answer family run.State)
            (Advi.checks options (RunProgress.last run) @ [ modes run.Start.Modes ])
            (Rng.derive 1 run.State.Rng)

    /// The fit that a run of batch-and-match answers with, at its end or on the way.
    let ofBatchAndMatch
        (options: BatchAndMatchOptions)
        (density: LogDensity)
        (run: RunProgress<BatchAndMatchState, BatchAndMatchInfo>)
        : VariationalFit =
        let family = FullRank.family density.Dimension

        ofNormal
            { unknown "batch-and-match" "full-rank" density run.Outcome with
                ElboHistory = RunProgress.history run |> Array.map _.Point
                Evaluations = run.Evaluations }
            (NormalOf(family.Kind, run.State.Steps))
            density
            (BatchAndMatch.answer family run.State)
            (BatchAndMatch.checks options (RunProgress.last run) @ [ modes run.Start.Modes ])
            (Rng.derive 1 run.State.Rng)

    /// The fit by deterministic variational inference, finished or as far as it went.
    let ofFixedDraws
        (family: VariationalFamily)
        (density: LogDensity)
        (run: RunProgress<FixedDrawsState, FixedDrawsInfo>)
        : VariationalFit =
        ofNormal
            { unknown "advi" family.Name density run.Outcome with Evaluations = run.Evaluations }
            (NormalOf(family.Kind, run.State.Iterations))
            density
            (FixedDraws.answer family run.State).Normal
            [ FixedDraws.check (RunProgress.last run); modes run.Start.Modes ]
            run.State.Rng

    /// The fit of an outcome of Laplace's method.
    let ofLaplace (density: LogDensity) (found: LaplaceOutcome) (rng: Rng) : VariationalFit =
        let partial outcome = unknown "laplace" "laplace" density (ValueSome outcome)
        let curvature count = [ Check.strict 1.0 CheckId.ModeCurvature count ]

        match found with
        | ModeFound found ->
            ofNormal
                { partial (Converged(NewtonDecrement(max 0.0 found.Decrement))) with
                    Evaluations = float found.Evaluations }
                Curvature
                density
                found.Normal
                (curvature 1.0)
                rng
        | NoFiniteStart -> partial (Diverged StartNotFinite) |> judged Curvature (curvature 0.0)
        | NoMaximum(value, point) ->
            { partial (Diverged(NoMode value)) with Mean = point } |> judged Curvature (curvature 0.0)

    /// The fit of a Pathfinder run: the mixture of its paths' normals.
    let ofPathfinder (density: LogDensity) (result: PathfinderResult) (rng: Rng) : VariationalFit =
        let found = result.Paths.Length
        let tried = found + result.Failed
        let checks = [ Check.strict 1.0 CheckId.FoundPaths (float found) ]

        let partial outcome =
            { unknown "pathfinder" "pathfinder" density (ValueSome outcome) with
                Draws = result.Draws
                LogDensities = result.LogDensities
                Evaluations = float result.Evaluations }

        if found = 0 then
            partial (Diverged(NoPath tried)) |> judged (Paths tried) checks
        else
            let draws = result.Draws
            let mean = Vec.init density.Dimension (fun c -> Vec.sum (Mat.column c draws) / float draws.Rows)

            let sds =
                Vec.init density.Dimension (fun c ->
                    let squares = Vec.sumBy (fun x -> (x - mean[c]) * (x - mean[c])) (Mat.column c draws)
                    sqrt (squares / (float draws.Rows - 1.0)))

            { partial (Converged(PathsFound(found, tried))) with
                Mean = mean
                StandardDeviations = sds
                LogApproximation = ValueSome result.LogApproximation }
            |> weighted (Paths tried) checks rng

    /// The spread by Stein's identity below which particles count as collapsed.
    let private collapsed = 0.8

    /// The fit that particles of Stein variational gradient descent answer with, at the end of a run or on the way.
    let ofSvgd (options: SvgdOptions) (density: LogDensity) (run: RunProgress<SvgdState, SvgdInfo>) : VariationalFit =
        let particles = run.State.Particles
        let n = particles.Rows
        let d = particles.Columns
        let values = Array.zeroCreate n
        let gradients = Array.zeroCreate (n * d)
        density.Evaluator().ValuesAndGradients(particles.AsSpan(), values.AsSpan(), gradients.AsSpan())
        let spread = Vec.sum (Svgd.steinSpread particles (Mat.wrap n d gradients)) / float d
        let mean = Vec.init d (fun c -> Vec.sum (Mat.column c particles) / float n)

        { unknown "svgd" "svgd" density run.Outcome with
            Mean = mean
            StandardDeviations =
                Vec.init d (fun c ->
                    sqrt (Vec.sumBy (fun x -> (x - mean[c]) * (x - mean[c])) (Mat.column c particles) / float n))
            Draws = particles
            LogDensities = Vec.wrap values
            Evaluations = run.Evaluations + float n }
        |> judged
            (Particles(n, run.State.Steps, options.Kernel))
            [ Check.strict collapsed CheckId.SteinSpread spread
              Check.strict options.Tolerance CheckId.ParticleForce (RunProgress.last run).Force ]

    /// Full-rank up to this many dimensions, where its covariance costs less than the gradients of most models; mean-field beyond.
    let private fullRankUpTo = 64

    /// The family that is taken where none is chosen.
    let defaultFamily (dimension: int) : VariationalFamily =
        if dimension <= fullRankUpTo then
            FullRank.family dimension
        else
            MeanField.family dimension

    /// ADVI from beginning to end.
    let advi (options: AdviOptions) (family: VariationalFamily) (density: LogDensity) (rng: Rng) : VariationalFit =
        RunProgress.finish (Advi.parts options family density) rng |> ofAdvi options family density

    /// Batch-and-match from beginning to end.
    let batchAndMatch (options: BatchAndMatchOptions) (density: LogDensity) (rng: Rng) : VariationalFit =
        RunProgress.finish (BatchAndMatch.parts options density) rng |> ofBatchAndMatch options density

    /// Stein variational gradient descent from beginning to end.
    let svgd (options: SvgdOptions) (density: LogDensity) (rng: Rng) : VariationalFit =
        RunProgress.finish (Svgd.parts options density) rng |> ofSvgd options density

    /// Pathfinder.
    let pathfinder (options: PathfinderOptions) (density: LogDensity) (rng: Rng) : VariationalFit =
        let struct (rng, checks) = Rng.split rng
        ofPathfinder density (Pathfinder.run options density rng) checks

    /// Laplace's method from so many starts.
    let laplace (starts: int) (density: LogDensity) (rng: Rng) : VariationalFit =
        let struct (checks, rng) = Rng.split rng
        ofLaplace density (Laplace.run starts density rng) checks
