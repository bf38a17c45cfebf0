namespace Vi.Math.FSharp

open System
open Vi.Math

/// Fits with their judgement.
[<RequireQualifiedAccess>]
module VariationalFit =

    /// Draws by which a fit is judged.
    let checkDraws = FitJudgement.checkDraws

    /// The fit that a run of ADVI answers with, at its end or on the way.
    let ofAdvi
        (options: AdviOptions)
        (family: VariationalFamily)
        (target: InferenceTarget)
        (run: RunProgress<AdviState, AdviInfo>)
        : VariationalFit =
        FitJudgement.ofNormal
            { FitJudgement.unknown "advi" family.Name target.Density run.Outcome with
                ElboHistory = RunProgress.history run |> Array.map _.Point
                Evaluations = run.Evaluations }
            (NormalOf(family.Kind, run.State.Steps))
            target
            run.Start.Ends
            (Advi.answer family run.State)
            (Advi.checks options (RunProgress.last run))
            (Rng.derive 1 run.State.Rng)

    /// The fit that a run of batch-and-match answers with, at its end or on the way.
    let ofBatchAndMatch
        (options: BatchAndMatchOptions)
        (target: InferenceTarget)
        (run: RunProgress<BatchAndMatchState, BatchAndMatchInfo>)
        : VariationalFit =
        let family = FullRank.family target.Density.Dimension

        FitJudgement.ofNormal
            { FitJudgement.unknown "batch-and-match" "full-rank" target.Density run.Outcome with
                ElboHistory = RunProgress.history run |> Array.map _.Point
                Evaluations = run.Evaluations }
            (NormalOf(family.Kind, run.State.Steps))
            target
            run.Start.Ends
            (BatchAndMatch.answer family run.State)
            (BatchAndMatch.checks options (RunProgress.last run))
            (Rng.derive 1 run.State.Rng)

    /// The fit by deterministic variational inference, finished or as far as it went.
    let ofFixedDraws
        (family: VariationalFamily)
        (target: InferenceTarget)
        (run: RunProgress<FixedDrawsState, FixedDrawsInfo>)
        : VariationalFit =
        FitJudgement.ofNormal
            { FitJudgement.unknown "advi" family.Name target.Density run.Outcome with
                Evaluations = run.Evaluations }
            (NormalOf(family.Kind, run.State.Iterations))
            target
            run.Start.Ends
            (FixedDraws.answer family run.State).Normal
            [ FixedDraws.check (RunProgress.last run) ]
            run.State.Rng

    /// The fit of what climbs of Laplace's method came to: that of the highest mode, the others next to it.
    let ofLaplace (target: InferenceTarget) (climbs: LaplaceOutcome[]) (rng: Rng) : VariationalFit =
        let partial outcome = FitJudgement.unknown "laplace" "laplace" target.Density (ValueSome outcome)
        let curvature count = [ Check.strict 1.0 CheckId.ModeCurvature count ]

        let modes =
            climbs
            |> Array.choose (fun climb ->
                match climb with
                | ModeFound found -> Some found
                | NoFiniteStart
                | NoMaximum _ -> None)

        match Laplace.best climbs with
        | ModeFound found ->
            FitJudgement.ofNormal
                { partial (Converged(NewtonDecrement(max 0.0 found.Decrement))) with
                    Evaluations = modes |> Array.sumBy (fun mode -> float mode.Evaluations) }
                Curvature
                target
                (modes |> Array.map (fun mode -> Variational.mean mode.Normal))
                found.Normal
                (curvature 1.0)
                rng
        | NoFiniteStart -> partial (Diverged StartNotFinite) |> FitJudgement.judged Curvature (curvature 0.0)
        | NoMaximum(value, point) ->
            { partial (Diverged(NoMode value)) with Mean = point }
            |> FitJudgement.judged Curvature (curvature 0.0)

    /// Full-rank up to this many dimensions, where its covariance costs less than the gradients of most models; mean-field beyond.
    let private fullRankUpTo = 64

    /// The family that is taken where none is chosen.
    let defaultFamily (dimension: int) : VariationalFamily =
        if dimension <= fullRankUpTo then
            FullRank.family dimension
        else
            MeanField.family dimension

    /// The normal with a mean (D) and a covariance, or its diagonal where there are too many coordinates or where it is singular.
    let internal normalOf mean (sds: Vec) (covariance: unit -> Mat) : Variational =
        let factor =
            if Vec.length mean <= fullRankUpTo then
                Chol.tryFactor (covariance ())
            else
                ValueNone

        match factor with
        | ValueSome factor -> FullRank.ofCholesky mean factor
        | ValueNone -> Variational.start (MeanField.family mean.Length) mean sds

    /// Means and standard deviations (D each) of draws (S x D) with a divisor.
    let internal momentsOf (draws: Mat) divisor : struct (Vec * Vec) =
        let mean = Vec.init draws.Columns (fun c -> Vec.sum (Mat.column c draws) / float draws.Rows)
        let squares c = Vec.sumBy (fun x -> (x - mean[c]) * (x - mean[c])) (Mat.column c draws)
        struct (mean, Vec.init draws.Columns (fun c -> sqrt (squares c / divisor)))

    /// The fit of a Pathfinder run: the mixture of its paths' normals.
    let ofPathfinder (target: InferenceTarget) (result: PathfinderResult) (rng: Rng) : VariationalFit =
        let found = result.Paths.Length
        let tried = found + result.Failed
        let checks = [ Check.strict 1.0 CheckId.FoundPaths (float found) ]

        let partial outcome =
            { FitJudgement.unknown "pathfinder" "pathfinder" target.Density (ValueSome outcome) with
                Draws = result.Draws
                LogDensities = result.LogDensities
                Evaluations = float result.Evaluations }

        match Pathfinder.best result with
        | ValueNone -> partial (Diverged(NoPath tried)) |> FitJudgement.judged (Paths tried) checks
        | ValueSome best ->
            let part =
                result.Paths
                |> Array.map (fun path -> MixturePart.ofCurvature path.Best)
                |> MixturePart.mixture (Array.create found (1.0 / float found))

            let normal =
                normalOf best.Best.Mean (CurvatureNormal.standardDeviations best.Best) (fun () ->
                    CurvatureNormal.covariance best.Best)

            let ends = result.Paths |> Array.map _.End
            let partial = partial (Converged(PathsFound(found, tried)))
            let struct (modes, partial) = FitJudgement.withModes partial target ends normal part rng
            let checks = checks @ [ FitJudgement.omitted modes.Report ]

            let answer = ValueOption.defaultValue part modes.Stacked
            FitJudgement.ofPart partial (Paths tried) target.Density answer checks rng

    /// The spread by Stein's identity below which particles count as collapsed.
    let private collapsed = 0.8

    /// Particles for each coordinate that a covariance needs.
    let private particlesPerCoordinate = 4

    /// The normal with the moments of particles.
    let private particleNormal (particles: Mat) (mean: Vec) (sds: Vec) : Variational =
        let n, d = particles.Rows, particles.Columns
        let sds = sds |> Vec.map (fun sd -> if sd > 0.0 then sd else 1.0)

        if n < particlesPerCoordinate * d then
            Variational.start (MeanField.family d) mean sds
        else
            normalOf mean sds (fun () ->
                let away = Mat.init n d (fun i c -> particles[i, c] - mean[c])
                Mat.symmetrize (Mat.scale (1.0 / float n) (Mat.multiply (Mat.transpose away) away)))

    /// The fit that particles of Stein variational gradient descent answer with, at the end of a run or on the way. Its weights are those of draws from
    /// the normal with the particles' moments: where they can be relied on, the posterior's moments are known, and the particles are held against them.
    let ofSvgd
        (options: SvgdOptions)
        (target: InferenceTarget)
        (run: RunProgress<SvgdState, SvgdInfo>)
        : VariationalFit =
        let particles = run.State.Particles
        let n = particles.Rows
        let d = particles.Columns
        let density = target.Density
        let values = Array.zeroCreate n
        let gradients = Array.zeroCreate (n * d)
        density.Evaluator().ValuesAndGradients(particles.AsSpan(), values.AsSpan(), gradients.AsSpan())
        let spread = Vec.sum (Svgd.steinSpread particles (Mat.wrap n d gradients)) / float d
        let struct (mean, sds) = momentsOf particles (float n)
        let approach = Particles(n, run.State.Steps, options.Kernel)

        let own =
            [ Check.strict collapsed CheckId.SteinSpread spread
              Check.strict options.Tolerance CheckId.ParticleForce (RunProgress.last run).Force ]

        let partial =
            { FitJudgement.unknown "svgd" "svgd" density run.Outcome with
                Mean = mean
                StandardDeviations = sds
                Draws = particles
                LogDensities = Vec.wrap values
                Evaluations = run.Evaluations + float n }

        if not (Vec.isFinite mean && Vec.isFinite sds) then
            partial |> FitJudgement.judged approach own
        else
            let rng = run.State.Rng
            let normal = particleNormal particles mean sds
            let part = MixturePart.ofNormal normal
            let struct (modes, partial) = FitJudgement.withModes partial target run.Start.Ends normal part rng
            let checks = own @ [ FitJudgement.omitted modes.Report ]

            match modes.Stacked with
            | ValueSome stacked -> FitJudgement.ofPart partial approach density stacked checks rng
            | ValueNone ->
                let judgedBy count evaluations rng =
                    let struct (draws, rng) = part.Draw count rng
                    let values = MixturePart.logDensities density draws
                    let evidence = WeightEvidence.ofDraws mean sds draws values (part.LogDensities draws)

                    let fit =
                        { partial with Evaluations = evaluations + float count }
                        |> FitJudgement.judged approach (WeightEvidence.checks evidence @ checks)

                    { fit with
                        Evidence = ValueSome evidence
                        Corrected = FitJudgement.corrected fit.Judgement evidence draws rng }

                FitJudgement.twice density judgedBy partial.Evaluations rng

    /// ADVI from beginning to end.
    let advi (options: AdviOptions) (family: VariationalFamily) (target: InferenceTarget) (rng: Rng) : VariationalFit =
        RunProgress.finish (Advi.parts options family target.Density) rng |> ofAdvi options family target

    /// Batch-and-match from beginning to end.
    let batchAndMatch (options: BatchAndMatchOptions) (target: InferenceTarget) (rng: Rng) : VariationalFit =
        RunProgress.finish (BatchAndMatch.parts options target.Density) rng
        |> ofBatchAndMatch options target

    /// Stein variational gradient descent from beginning to end.
    let svgd (options: SvgdOptions) (target: InferenceTarget) (rng: Rng) : VariationalFit =
        RunProgress.finish (Svgd.parts options target.Density) rng |> ofSvgd options target

    /// Pathfinder.
    let pathfinder (options: PathfinderOptions) (target: InferenceTarget) (rng: Rng) : VariationalFit =
        let struct (rng, checks) = Rng.split rng
        ofPathfinder target (Pathfinder.run options target.Density rng) checks

    /// Laplace's method from so many starts.
    let laplace (starts: int) (target: InferenceTarget) (rng: Rng) : VariationalFit =
        let struct (checks, rng) = Rng.split rng
        ofLaplace target (Laplace.climbs starts target.Density rng) checks
