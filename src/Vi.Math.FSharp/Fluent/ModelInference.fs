namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// How a model is inferred by algorithms that need no more than its log density. Zero, or an empty text, stands for the algorithm's own default.
[<Sealed>]
type InferenceOptions() =

    /// advi, svgd, pathfinder, laplace, nuts or hmc [advi].
    member val Algorithm = "advi" with get, set

    /// advi: mean-field, full-rank, low-rank or sparse-precision; empty: full-rank up to 64 coordinates, mean-field beyond [empty].
    member val Family = "" with get, set

    /// advi, low-rank: number of columns beside the diagonal [5].
    member val Rank = 5 with get, set

    /// advi, sparse-precision: parameters that are paths in time; empty: those with an autoregression for a law.
    member val Paths: IReadOnlyList<string> = Array.empty<string> with get, set

    /// advi: draws of a step.
    member val DrawsPerStep = 0 with get, set

    /// advi: empty for automatic steps, or adam, rmsprop, sgd; or lbfgs, with draws that stay fixed (deterministic variational inference),
    /// mean-field; svgd: adam [empty].
    member val Optimizer = "" with get, set

    /// advi with a named optimiser, svgd: the rate.
    member val LearningRate = 0.0 with get, set

    /// advi: rows of a minibatch; 0 reads all rows in every step.
    member val BatchRows = 0 with get, set

    /// advi, svgd: most steps.
    member val MaxSteps = 0 with get, set

    /// advi, svgd: how far the answer may still move, in posterior standard deviations, when it counts as converged; 0 uses up the steps.
    member val Accuracy = Nullable<float>() with get, set

    /// svgd: number of particles.
    member val Particles = 0 with get, set

    /// svgd: linear-gaussian, gaussian, inverse-multiquadric or linear.
    member val Kernel = "" with get, set

    /// pathfinder: number of paths; laplace: number of starts.
    member val Climbs = 0 with get, set

    /// nuts, hmc: number of chains [4].
    member val Chains = 4 with get, set

    /// nuts, hmc: draws of each chain that tune it [1000].
    member val WarmUp = 1000 with get, set

    /// nuts, hmc: draws of each chain after warm-up [1000].
    member val Samples = 1000 with get, set

    /// nuts, hmc: acceptance rate that the step size is tuned to [0.8].
    member val TargetAcceptance = 0.8 with get, set

    /// nuts: most doublings of a trajectory [10].
    member val MaxDepth = 10 with get, set

    /// nuts, hmc: whether the metric is a whole covariance, not its diagonal [false].
    member val DenseMetric = false with get, set

    /// nuts, hmc: whether chains begin at draws of Pathfinder instead of at random [false].
    member val StartFromPathfinder = false with get, set

    /// advi with lbfgs: whether covariances by linear response are computed as well [true].
    member val LinearResponse = true with get, set

    /// Seed of the random stream [42].
    member val Seed = 42UL with get, set

    /// Worker threads; no result depends on it [1].
    member val Threads = 1 with get, set

/// What a block of steps reported.
[<Sealed>]
type InferenceStep
    internal
    (
        iteration: int,
        objective: float,
        error: float,
        gain: float,
        phase: string,
        verdict: Verdict voption,
        reason: string
    ) =

    /// Number of the block, from 1.
    member _.Iteration = iteration

    /// The bound's estimate (advi), or the mean log density of the block's draws (samplers, particles), in nats.
    member _.Objective = objective

    /// Its standard error, in nats; not a number where it is not known.
    member _.StandardError = error

    /// What the block gained, in nats; not a number where it is not known.
    member _.Gain = gain

    /// What the block did, in words: so many steps, warm-up, draws.
    member _.Phase = phase

    /// How the run ended: converged, budget-spent or diverged; empty while it goes on.
    member _.Status =
        match verdict with
        | ValueSome verdict -> Verdict.status verdict
        | ValueNone -> ""

    /// The outcome as a sentence; empty while the run goes on.
    member _.Reason = reason

/// A run that a model's inference is, step by step.
[<AbstractClass>]
type internal InferenceMethod() =

    /// Blocks from the beginning, or those that follow stored bytes.
    abstract Steps: saved: byte[] voption -> InferenceStep seq

    /// The state after the last block as bytes.
    abstract Save: unit -> byte[]

    /// What the last state answers.
    abstract Answer: unit -> InferenceFound

/// What an algorithm found.
and [<NoComparison; NoEquality>] internal InferenceFound =
    | Approximation of VariationalFit
    /// With the linear response of all coordinates, where it was asked for and can be had, and what it came to in a sentence.
    | Responded of VariationalFit * FixedDrawsResponse voption * outcome: string
    | Chained of SampleSet

/// An engine with its driver.
[<Sealed>]
type internal EngineMethod<'state, 'info, 'answer>
    (
        engine: Engine<'state, 'info, 'answer>,
        rule: StopRule<'info>,
        rng: Rng,
        describe: RunStep<'state, 'info> -> InferenceStep,
        answer: 'state -> InferenceFound
    ) =
    inherit InferenceMethod()

    let mutable last: RunStep<'state, 'info> voption = ValueNone

    override _.Steps saved =
        let steps =
            match saved with
            | ValueSome bytes ->
                let struct (iteration, state) = StateBytes.read<struct (int * 'state)> bytes
                Run.resume engine rule iteration state
            | ValueNone -> Run.steps engine rule rng

        steps
        |> Seq.map (fun step ->
            last <- ValueSome step
            describe step)

    override _.Save() =
        match last with
        | ValueSome step -> StateBytes.write (struct (step.Iteration, step.State))
        | ValueNone -> invalidOp "nothing was run yet"

    override _.Answer() =
        match last with
        | ValueSome step -> answer step.State
        | ValueNone -> invalidOp "nothing was run yet"

/// A method without steps.
[<Sealed>]
type internal OneShotMethod(find: unit -> VariationalFit) =
    inherit InferenceMethod()

    let found = lazy (find ())

    override _.Steps _ =
        seq {
            let fit = found.Force()

            let elbo =
                match fit.Evidence with
                | ValueSome evidence -> evidence.Elbo
                | ValueNone -> nan

            let error =
                match fit.Evidence with
                | ValueSome evidence -> evidence.ElboError
                | ValueNone -> nan

            InferenceStep(1, elbo, error, nan, fit.Algorithm, ValueSome fit.Outcome, fit.OutcomeSentence)
        }

    override _.Save() = [||]
    override _.Answer() = Approximation(found.Force())

/// Chains between two blocks, with their draws so far (blocks x chains x draws).
type ChainedState = { Sampler: SamplerState; Drawn: Draw[][][] }

/// The choice of algorithms by name.
[<RequireQualifiedAccess>]
module internal InferenceMethods =

    let private refuse (setting: string) (message: string) : 'a = raise (ArgumentException(message, setting))

    let private orDefault (standard: int) (given: int) = if given > 0 then given else standard

    /// Coordinates of each path: parameters with an autoregression for a law, or those that are named.
    let private paths (options: InferenceOptions) (traced: TracedProgram) : LatentPath list =
        let chosen =
            if options.Paths.Count > 0 then
                [ for name in options.Paths do
                      match traced.Parameters |> Array.tryFind (fun parameter -> parameter.Name = name) with
                      | Some parameter -> parameter
                      | None -> refuse "paths" $"'{name}' is no parameter of the model" ]
            else
                traced.Parameters
                |> Array.filter (fun parameter -> parameter.Law.Family = "autoregression")
                |> List.ofArray

        if chosen.IsEmpty then
            refuse
                "paths"
                "the sparse-precision family needs a parameter that is a path in time: name one, or give it an autoregression for a law (centred)"

        chosen
        |> List.map (fun parameter ->
            { Coordinates = Array.init parameter.Size (fun i -> parameter.Offset + i); Order = 1 })

    let private family (options: InferenceOptions) (traced: TracedProgram) : VariationalFamily =
        let d = traced.Dimension

        match options.Family with
        | "" -> VariationalFit.defaultFamily d
        | "mean-field" -> MeanField.family d
        | "full-rank" -> FullRank.family d
        | "low-rank" -> LowRank.family d (min d options.Rank)
        | "sparse-precision" -> SparsePrecision.family (SparsityPattern.arrow d (paths options traced))
        | other -> refuse "family" $"there is no family '{other}': mean-field, full-rank, low-rank or sparse-precision"

    /// A first-order optimiser for at most so many steps. Its rate falls to a sixth of the first by the last of them: at a rate that stays,
    /// averages keep a bias in proportion to it (0.8 posterior standard deviations in section 7 of the notebook).
    let private optimizer (options: InferenceOptions) (steps: int) : Optimizer =
        let first = if options.LearningRate > 0.0 then options.LearningRate else 0.01
        let rate = Decaying(first, 0.1 * float steps, 0.75)

        match options.Optimizer with
        | "adam" -> Optimizer.adam rate
        | "rmsprop" -> Optimizer.rmsProp rate
        | "sgd" -> Optimizer.sgd rate
        | other -> refuse "optimizer" $"there is no optimiser '{other}': adam, rmsprop or sgd"

    /// Dimensions up to which a rich family begins where Pathfinder says.
    let private directUpTo = 64

    /// Where a rich family begins in many dimensions: at a short mean-field fit. It contains that fit, so its bound cannot end below; a climb
    /// alone ends where the density is highest, which in a hierarchy of many coordinates (a path with its scale) is far from where its mass is.
    let private meanFieldStart (model: Model) (rng: Rng) : AdviStart =
        let short = { Advi.defaults with Accuracy = 0.2; MaxSteps = 3000 }
        let engine = Advi.engine short (MeanField.family model.Dimension) model.Density
        let found = engine.Answer (Run.last engine (Advi.stopRule short) rng).State
        FromNormal(Variational.mean found, Variational.standardDeviations found)

    /// Where a named optimiser begins: near 0 on the real line, with small standard deviations, as it would in the papers; whoever names the
    /// optimiser wants no climb before it.
    let private plainStart (dimension: int) (rng: Rng) : AdviStart =
        let struct (noise, _) = Rng.array dimension Rng.normal rng
        FromNormal(Vec.ofArray (noise |> Array.map (fun z -> 0.1 * z)), Vec.constant dimension (exp -2.0))

    let private advi (options: InferenceOptions) (model: Model) rng : InferenceMethod =
        let standard = Advi.defaults

        let chosen: AdviOptions =
            { standard with
                Estimator = { standard.Estimator with Draws = orDefault standard.Estimator.Draws options.DrawsPerStep }
                Steps =
                    if options.Optimizer = "" then
                        Automatic
                    else
                        FirstOrder(optimizer options (orDefault standard.MaxSteps options.MaxSteps))
                BatchRows = options.BatchRows
                Accuracy = if options.Accuracy.HasValue then options.Accuracy.Value else standard.Accuracy
                MaxSteps = orDefault standard.MaxSteps options.MaxSteps }

        let family = family options model.Traced

        let engineOf chosen =
            if options.BatchRows > 0 then
                Advi.engineOfRows chosen family (model.RowDensity())
            else
                Advi.engine chosen family model.Density

        let engine =
            if options.Optimizer <> "" then
                engineOf { chosen with Start = plainStart model.Dimension (Rng.derive 1 rng) }
            elif family.Name <> "mean-field" && (family.Dimension > directUpTo || family.Name = "sparse-precision") then
                { engineOf chosen with
                    Init =
                        fun rng ->
                            let struct (rng, own) = Rng.split rng
                            let start = meanFieldStart model own
                            (engineOf { chosen with Start = start }).Init rng }
            else
                engineOf chosen

        EngineMethod(
            engine,
            Advi.stopRule chosen,
            rng,
            (fun step ->
                let point = step.Info.Point

                InferenceStep(
                    step.Iteration,
                    point.Elbo,
                    point.StandardError,
                    step.Info.Gain,
                    $"{point.Steps} steps",
                    step.Verdict,
                    if step.Verdict.IsSome then VariationalFit.adviSentence step.State else ""
                )),
            fun state -> Approximation(VariationalFit.ofAdvi model.Density engine state)
        )

    /// Coordinates up to which the linear response of all of them is computed: each takes a linear system of its own.
    let private respondUpTo = 64

    /// The linear response of a fit with fixed draws, or why there is none.
    let private respond (options: InferenceOptions) (model: Model) (fit: FixedDrawsFit) =
        if not options.LinearResponse then
            struct (ValueNone, "")
        elif not (FixedDraws.isSettled fit.State) then
            struct (ValueNone, "Not computed: the fit has not converged.")
        elif model.Dimension > respondUpTo then
            struct (ValueNone, $"Not computed: {model.Dimension} coordinates, and at most {respondUpTo} are taken.")
        else
            let response = FixedDraws.respond fit model.Density (Array.init model.Dimension id)

            struct (ValueSome response,
                    if response.Covariance.IsSome then
                        "From the curvature of the bound at the fit."
                    else
                        "Not to be had: the bound's curvature at the fit is not that of a maximum, or not to be told from rounding.")

    /// Deterministic variational inference: the same draws throughout, fitted by L-BFGS. So few draws determine a mean-field normal only;
    /// correlations are the linear response's part.
    let private deterministic (options: InferenceOptions) (model: Model) rng : InferenceMethod =
        if options.Family <> "" && options.Family <> "mean-field" then
            refuse
                "family"
                $"with fixed draws (lbfgs) the family is mean-field, not {options.Family}: a richer one would be fitted to the draws instead of the density, and linear response gives the correlations"

        if options.BatchRows > 0 then
            refuse "batchSize" "with fixed draws (lbfgs) every step reads all rows: leave the minibatch out"

        let standard = FixedDraws.defaults

        let chosen =
            { standard with
                Pairs = max 2 ((orDefault (2 * standard.Pairs) options.DrawsPerStep + 1) / 2)
                MaxIterations = orDefault standard.MaxIterations options.MaxSteps }

        let engine = FixedDraws.engine chosen (MeanField.family model.Dimension) model.Density

        EngineMethod(
            engine,
            FixedDraws.stopRule chosen,
            rng,
            (fun step ->
                InferenceStep(
                    step.Iteration,
                    step.Info.Elbo,
                    nan,
                    step.Info.Gain,
                    $"{step.Info.Iterations} iterations",
                    step.Verdict,
                    if step.Verdict.IsSome then VariationalFit.fixedDrawsSentence step.State else ""
                )),
            fun state ->
                let fit = engine.Answer state
                let struct (response, outcome) = respond options model fit
                Responded(VariationalFit.ofFixedDraws model.Density fit, response, outcome)
        )

    let private svgd (options: InferenceOptions) (model: Model) rng : InferenceMethod =
        let standard = Svgd.defaults

        let kernel =
            match options.Kernel with
            | ""
            | "linear-gaussian" -> LinearAndGaussian
            | "gaussian" -> Gaussian
            | "inverse-multiquadric" -> InverseMultiquadric
            | "linear" -> Linear
            | other ->
                refuse
                    "kernel"
                    $"there is no kernel '{other}': linear-gaussian, gaussian, inverse-multiquadric or linear"

        let chosen =
            { standard with
                Particles = orDefault standard.Particles options.Particles
                Kernel = kernel
                Optimizer =
                    if options.Optimizer = "" then
                        standard.Optimizer
                    else
                        optimizer options (orDefault standard.MaxSteps options.MaxSteps)
                Tolerance = if options.Accuracy.HasValue then options.Accuracy.Value else standard.Tolerance
                MaxSteps = orDefault standard.MaxSteps options.MaxSteps }

        let density = model.Density

        EngineMethod(
            Svgd.engine chosen density,
            Svgd.stopRule chosen,
            rng,
            (fun step ->
                let evaluator = density.Evaluator()
                let particles = step.State.Particles

                // Every tenth step is enough to see where the particles are.
                let objective =
                    if step.Verdict.IsSome || step.Iteration % 10 = 1 then
                        Seq.init particles.Rows (fun i ->
                            evaluator.Value(particles.AsSpan().Slice(i * particles.Columns, particles.Columns)))
                        |> Seq.average
                    else
                        nan

                InferenceStep(
                    step.Iteration,
                    objective,
                    nan,
                    nan,
                    $"force {step.Info.Force:g2}",
                    step.Verdict,
                    if step.Verdict.IsSome then
                        (VariationalFit.ofSvgd chosen density step.State).OutcomeSentence
                    else
                        ""
                )),
            fun state -> Approximation(VariationalFit.ofSvgd chosen density state)
        )

    /// Blocks that a sampler's run is cut into.
    let private blocks = 40

    /// R-hat up to which chains agree (Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021).
    let agreement = 1.01

    /// The largest R-hat of all coordinates; infinite where it cannot be computed.
    let worstRHat (set: SampleSet) =
        Seq.init set.Names.Length (fun d -> RHat.rank (SampleSet.coordinate d set))
        |> Seq.fold (fun worst value -> if Double.IsNaN value then infinity else max worst value) 0.0

    let private sampler (options: InferenceOptions) (model: Model) (rng: Rng) : InferenceMethod =
        let density = model.Density

        let chosen =
            { (if options.Algorithm = "nuts" then
                   { HamiltonianChain.noUTurn with Trajectory = NoUTurn options.MaxDepth }
               else
                   HamiltonianChain.fixedLength) with
                WarmUp = options.WarmUp
                TargetAcceptance = options.TargetAcceptance
                Shape = if options.DenseMetric then Full else Diagonals }

        let starts, rng =
            if options.StartFromPathfinder then
                let struct (rng, own) = Rng.split rng
                let found = Pathfinder.run Pathfinder.defaults density own

                if found.Draws.Rows = 0 then
                    RandomStarts options.Chains, rng
                else
                    let chain c = Mat.row (c * (found.Draws.Rows / options.Chains)) found.Draws
                    GivenStarts(Array.init options.Chains chain), rng
            else
                RandomStarts options.Chains, rng

        let total = options.WarmUp + options.Samples
        let length = max 1 (total / blocks)
        let inner = Sampler.engine options.Threads length options.Samples chosen density starts

        let kept (state: ChainedState) : SampleSet =
            SampleSet.ofBlocks density.CoordinateNames state.Sampler.Chains state.Drawn

        let engine: Engine<ChainedState, Draw[][], ChainedState> =
            { Name = inner.Name
              Init = fun rng -> { Sampler = inner.Init rng; Drawn = [||] }
              Step =
                fun state ->
                    let struct (next, draws) = inner.Step state.Sampler
                    struct ({ Sampler = next; Drawn = Array.append state.Drawn [| draws |] }, draws)
              Answer = id }

        EngineMethod(
            engine,
            Sampler.stopRule length options.Samples chosen,
            rng,
            (fun step ->
                let draws = Array.concat step.Info
                let drawn = step.Iteration * length

                let phase =
                    if drawn <= options.WarmUp then
                        $"warm-up {drawn} of {options.WarmUp}"
                    else
                        $"draw {min options.Samples (drawn - options.WarmUp)} of {options.Samples}"

                // A sampler cannot say of itself that it is done: its chains must agree.
                let verdict, reason =
                    match step.Verdict with
                    | ValueNone -> ValueNone, ""
                    | ValueSome _ ->
                        let made =
                            $"{options.Chains} chains of {options.Samples} draws after {options.WarmUp} of warm-up"

                        let rHat = worstRHat (kept step.State)

                        if rHat <= agreement then
                            ValueSome(Converged(nan, nan)), $"Converged: {made}, R-hat at most {rHat:f3}."
                        else
                            ValueSome(BudgetSpent(step.Iteration, nan)),
                            $"Budget spent, not converged: {made}, but R-hat is up to {rHat:f3} (at most {agreement} is good enough)."

                InferenceStep(
                    step.Iteration,
                    draws |> Array.averageBy (fun draw -> draw.LogDensity),
                    nan,
                    nan,
                    phase,
                    verdict,
                    reason
                )),
            fun state -> Chained(kept state)
        )

    let create (options: InferenceOptions) (model: Model) : InferenceMethod =
        let rng = Rng.ofSeed options.Seed

        match options.Algorithm with
        | "advi" when options.Optimizer = "lbfgs" -> deterministic options model rng
        | "advi" -> advi options model rng
        | "svgd" -> svgd options model rng
        | "pathfinder" ->
            let standard = Pathfinder.defaults
            let chosen = { standard with Paths = orDefault standard.Paths options.Climbs }
            OneShotMethod(fun () -> VariationalFit.pathfinder chosen model.Density rng)
        | "laplace" ->
            OneShotMethod(fun () ->
                let struct (rng, own) = Rng.split rng
                let starts = orDefault 4 options.Climbs
                VariationalFit.ofLaplace model.Density (Laplace.run starts model.Density own) rng)
        | "nuts"
        | "hmc" -> sampler options model rng
        | other -> refuse "algorithm" $"there is no algorithm '{other}' for a log density"
