namespace Vi.Math

/// What black-box inference found, whatever the algorithm.
[<NoComparison; NoEquality>]
type VariationalFit =
    {
        /// advi, svgd, pathfinder or laplace.
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
        /// How the run ended.
        Outcome: Verdict
        /// How the run ended, in a sentence with the algorithm's own figures.
        OutcomeSentence: string
        /// Whether the answer can be believed, and the same in sentences.
        Reliability: Reliability
        ReliabilitySentence: string
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

    let private corrected reliability (evidence: WeightEvidence) (draws: Mat) rng =
        match reliability with
        | Reliable
        | UsableWithCorrection ->
            let struct (rows, _) = ParetoSmoothing.resample offered evidence.LogWeights rng
            ValueSome(Mat.ofRows (rows |> Array.map (fun row -> (Mat.row row draws).Values)))
        | MomentsChecked
        | NotToBeBelieved _ -> ValueNone

    /// A weighted fit from its draws.
    let private weighted (partial: VariationalFit) (doubts: Doubt list) rng : VariationalFit =
        match partial.LogApproximation with
        | ValueNone -> partial
        | ValueSome logApproximation ->
            let evidence =
                Reliability.evidence
                    partial.Mean
                    partial.StandardDeviations
                    partial.Draws
                    partial.LogDensities
                    logApproximation

            let reliability = Reliability.judge evidence doubts

            { partial with
                Reliability = reliability
                ReliabilitySentence = Reliability.sentence partial.Approach reliability
                Evidence = ValueSome evidence
                Corrected = corrected reliability evidence partial.Draws rng }

    /// A fit by a normal, judged by fresh draws.
    let private ofNormal
        algorithm
        approach
        (density: LogDensity)
        (normal: Variational)
        outcome
        sentence
        history
        evaluations
        doubts
        rng
        =
        let judgedBy count evaluations rng =
            let struct (draws, rng) = Variational.stratifiedDraws count normal rng

            weighted
                { Algorithm = algorithm
                  Approach = approach
                  CoordinateNames = density.CoordinateNames
                  Normal = ValueSome normal
                  Mean = Variational.mean normal
                  StandardDeviations = Variational.standardDeviations normal
                  Draws = draws
                  LogDensities = logDensities density draws
                  LogApproximation = ValueSome(Variational.logDensities normal draws)
                  Outcome = outcome
                  OutcomeSentence = sentence
                  Reliability = Reliable
                  ReliabilitySentence = ""
                  Evidence = ValueNone
                  Corrected = ValueNone
                  ElboHistory = history
                  Evaluations = evaluations + float count }
                doubts
                rng

        let first = judgedBy checkDraws evaluations rng

        match first.Reliability, first.Evidence with
        | NotToBeBelieved [ HeavyTail _ ], ValueSome evidence when
            evidence.EffectiveDraws >= 0.5 * float checkDraws && secondLook * density.Dimension <= mostNumbers
            ->
            judgedBy secondLook first.Evaluations (Rng.derive 1 rng)
        | _ -> first

    /// The outcome of an ADVI run as its state tells it.
    let adviOutcome (state: AdviState) : Verdict =
        let change = Advi.change state.Drift state.Shift
        let finite = state.History.Length > 0 && Double.IsFinite state.History[state.History.Length - 1].Elbo

        if state.Settled then Converged(nan, change)
        elif finite then BudgetSpent(state.Steps, nan)
        else NotFinite(state.Steps, "log p")

    /// That outcome as a sentence.
    let adviSentence (state: AdviState) =
        match adviOutcome state with
        | Converged(_, change) ->
            $"Converged: after {state.Steps} steps the averages move by no more than {change:g2} posterior standard deviations, also when steps become smaller."
        | BudgetSpent _ when Double.IsFinite state.Drift ->
            $"Budget spent, not converged: after {state.Steps} steps the averages still move by {state.Drift:g2} posterior standard deviations."
        | BudgetSpent _ ->
            $"Budget spent, not converged: {state.Steps} steps are too few to see whether the averages have settled."
        | Diverged _
        | NotFinite _ -> $"Diverged: log p is not finite around step {state.Steps}."

    /// The fit that an ADVI state answers with, at the end of a run or on the way.
    let ofAdvi
        (density: LogDensity)
        (engine: Engine<AdviState, AdviInfo, Variational>)
        (state: AdviState)
        : VariationalFit =
        let normal = engine.Answer state

        ofNormal
            "advi"
            normal.Family.Name
            density
            normal
            (adviOutcome state)
            (adviSentence state)
            state.History
            state.Evaluations
            [ if not state.Settled then
                  NotSettled state.Drift
              if state.Modes > 1 then
                  SeveralModes(state.Modes, state.ModeDistance) ]
            (Rng.derive 1 state.Rng)

    /// The outcome of a fit with fixed draws as its state tells it.
    let fixedDrawsOutcome (state: FixedDrawsState) : Verdict =
        if FixedDraws.isSettled state then Converged(nan, sqrt (2.0 * state.Decrement))
        elif Double.IsFinite state.Elbo then BudgetSpent(state.Iterations, nan)
        else NotFinite(state.Iterations, "log p")

    /// That outcome as a sentence.
    let fixedDrawsSentence (state: FixedDrawsState) =
        match fixedDrawsOutcome state with
        | Converged(_, change) ->
            $"Converged: after {state.Iterations} iterations of L-BFGS a further step would move the fit by {change:g2} posterior standard deviations."
        | BudgetSpent _ when state.End.IsNoLower ->
            $"Budget spent, not converged: after {state.Iterations} iterations of L-BFGS no point along the next direction is better, though a gain of {state.Decrement:g2} nats is promised."
        | BudgetSpent _ ->
            $"Budget spent, not converged: after {state.Iterations} iterations of L-BFGS a gain of {state.Decrement:g2} nats is still promised."
        | Diverged _
        | NotFinite _ -> "Diverged: log p is not finite where the fit begins."

    /// The fit by deterministic variational inference, finished or as far as it went.
    let ofFixedDraws (density: LogDensity) (fit: FixedDrawsFit) : VariationalFit =
        let state = fit.State

        ofNormal
            "advi"
            fit.Normal.Family.Name
            density
            fit.Normal
            (fixedDrawsOutcome state)
            (fixedDrawsSentence state)
            [||]
            (float state.Evaluations)
            [ if not (FixedDraws.isSettled state) then
                  NotSettled(sqrt (2.0 * state.Decrement))
              if state.Modes > 1 then
                  SeveralModes(state.Modes, state.ModeDistance) ]
            state.Rng

    /// The fit of an outcome of Laplace's method.
    let ofLaplace (density: LogDensity) (outcome: LaplaceOutcome) (rng: Rng) : VariationalFit =
        let failed (point: Vec) sentence =
            { Algorithm = "laplace"
              Approach = "laplace"
              CoordinateNames = density.CoordinateNames
              Normal = ValueNone
              Mean = point
              StandardDeviations = Vec.constant density.Dimension nan
              Draws = Mat.zero 0 density.Dimension
              LogDensities = Vec.zero 0
              LogApproximation = ValueNone
              Outcome = NotFinite(0, "log p")
              OutcomeSentence = sentence
              Reliability = NotToBeBelieved [ NoMode ]
              ReliabilitySentence = Reliability.sentence "laplace" (NotToBeBelieved [ NoMode ])
              Evidence = ValueNone
              Corrected = ValueNone
              ElboHistory = [||]
              Evaluations = 0.0 }

        match outcome with
        | ModeFound found ->
            ofNormal
                "laplace"
                "laplace"
                density
                found.Normal
                (Converged(found.Decrement, sqrt (2.0 * max 0.0 found.Decrement)))
                $"Converged: a further Newton step would gain {max 0.0 found.Decrement:g2} nats."
                [||]
                (float found.Evaluations)
                []
                rng
        | NoFiniteStart ->
            failed (Vec.constant density.Dimension nan) "Diverged: log p is not finite at any starting point."
        | NoMaximum(value, point) ->
            failed point $"Diverged: at the end of the climb (log p {value:g6}) the curvature is not that of a maximum."

    /// The fit of a Pathfinder run: the mixture of its paths' normals.
    let ofPathfinder (density: LogDensity) (result: PathfinderResult) (rng: Rng) : VariationalFit =
        let draws = result.Draws
        let count = float (max 1 draws.Rows)
        let mean = Vec.init density.Dimension (fun c -> Vec.sum (Mat.column c draws) / count)

        let sds =
            Vec.init density.Dimension (fun c ->
                let squares = Vec.sumBy (fun x -> (x - mean[c]) * (x - mean[c])) (Mat.column c draws)
                sqrt (squares / (count - 1.0)))

        let partial =
            { Algorithm = "pathfinder"
              Approach = "pathfinder"
              CoordinateNames = density.CoordinateNames
              Normal = ValueNone
              Mean = mean
              StandardDeviations = sds
              Draws = draws
              LogDensities = result.LogDensities
              LogApproximation = ValueSome result.LogApproximation
              Outcome = Converged(nan, nan)
              OutcomeSentence = $"{result.Paths.Length} of {result.Paths.Length + result.Failed} paths found a normal."
              Reliability = Reliable
              ReliabilitySentence = ""
              Evidence = ValueNone
              Corrected = ValueNone
              ElboHistory = [||]
              Evaluations = float result.Evaluations }

        if result.Paths.Length = 0 then
            { partial with
                Outcome = NotFinite(0, "log p")
                Reliability = NotToBeBelieved [ NoMode ]
                ReliabilitySentence = Reliability.sentence "pathfinder" (NotToBeBelieved [ NoMode ])
                LogApproximation = ValueNone }
        else
            weighted partial [] rng

    /// The spread by Stein's identity below which particles count as collapsed.
    let private collapsed = 0.8

    /// The fit that particles of Stein variational gradient descent answer with.
    let ofSvgd (options: SvgdOptions) (density: LogDensity) (state: SvgdState) : VariationalFit =
        let particles = state.Particles
        let n = particles.Rows
        let d = particles.Columns
        let values = Array.zeroCreate n
        let gradients = Array.zeroCreate (n * d)
        density.Evaluator().ValuesAndGradients(particles.AsSpan(), values.AsSpan(), gradients.AsSpan())
        let spread = Vec.sum (Svgd.steinSpread particles (Mat.wrap n d gradients)) / float d
        let mean = Vec.init d (fun c -> Vec.sum (Mat.column c particles) / float n)
        let rested = state.Force <= options.Tolerance

        let doubts =
            [ if not (spread >= collapsed) then
                  SpreadCollapsed spread
              if not rested then
                  NotSettled state.Force ]

        let reliability = if doubts.IsEmpty then MomentsChecked else NotToBeBelieved doubts

        { Algorithm = "svgd"
          Approach = "svgd"
          CoordinateNames = density.CoordinateNames
          Normal = ValueNone
          Mean = mean
          StandardDeviations =
            Vec.init d (fun c ->
                sqrt (Vec.sumBy (fun x -> (x - mean[c]) * (x - mean[c])) (Mat.column c particles) / float n))
          Draws = particles
          LogDensities = Vec.wrap values
          LogApproximation = ValueNone
          Outcome =
            if rested then Converged(nan, state.Force)
            elif Double.IsFinite state.Force then BudgetSpent(state.Steps, nan)
            else NotFinite(state.Steps, "log p")
          OutcomeSentence =
            if rested then
                $"Converged: after {state.Steps} steps the particles' force is {state.Force:g2} standard deviations."
            else
                $"Budget spent, not converged: after {state.Steps} steps the particles' force is still {state.Force:g2} standard deviations."
          Reliability = reliability
          ReliabilitySentence = Reliability.sentence "svgd" reliability
          Evidence = ValueNone
          Corrected = ValueNone
          ElboHistory = [||]
          Evaluations = float (state.Evaluations + n) }

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
        let engine = Advi.engine options family density
        ofAdvi density engine (Run.last engine (Advi.stopRule options) rng).State

    /// ADVI by minibatches from beginning to end; judged on all rows.
    let adviOfRows
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: RowDensity)
        (rng: Rng)
        : VariationalFit =
        let engine = Advi.engineOfRows options family density
        ofAdvi density.Whole engine (Run.last engine (Advi.stopRule options) rng).State

    /// Stein variational gradient descent from beginning to end.
    let svgd (options: SvgdOptions) (density: LogDensity) (rng: Rng) : VariationalFit =
        ofSvgd options density (Run.last (Svgd.engine options density) (Svgd.stopRule options) rng).State

    /// Pathfinder.
    let pathfinder (options: PathfinderOptions) (density: LogDensity) (rng: Rng) : VariationalFit =
        let struct (rng, checks) = Rng.split rng
        ofPathfinder density (Pathfinder.run options density rng) checks

    /// Laplace's method from so many starts.
    let laplace (starts: int) (density: LogDensity) (rng: Rng) : VariationalFit =
        let struct (checks, rng) = Rng.split rng
        ofLaplace density (Laplace.run starts density rng) checks
