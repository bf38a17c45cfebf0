namespace Vi.Math

/// Where chains of an inference begin.
[<RequireQualifiedAccess>]
type ChainBeginning =
    /// Each at a point uniform on (-2, 2) in every coordinate; in turn near the modes that matter where climbs from far around find several.
    | Dispersed
    /// Each at a point uniform on (-2, 2) in every coordinate.
    | Random
    /// At draws of Pathfinder; at random where no path of it found a normal.
    | Pathfinder
    /// A chain at each of these positions (D).
    | Positions of Vec[]

/// Settings of Hamiltonian chains.
type ChainSettings =
    {
        /// The no-U-turn sampler (nuts), or trajectories of a given length (hmc).
        Trajectory: TrajectoryRule
        /// Number of chains, at least 1; as many as there are positions where these are given.
        Chains: int
        /// Draws of each chain that tune the sampler and are not kept.
        WarmUp: int
        /// Draws of each chain that are kept, at least 1.
        Samples: int
        /// Acceptance rate that the step size is tuned to, between 0 and 1.
        TargetAcceptance: float
        /// Whether the metric is a whole covariance, not its diagonal.
        DenseMetric: bool
        Start: ChainBeginning
        /// Draws of each chain in one step of the run; a fortieth of all where none are given. No draw depends on it.
        Block: int voption
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Hamiltonian chains as they are run from F#, from C# and from experiment files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ChainInference =

    /// The no-U-turn sampler: four chains of 1000 draws after 1000 of warm-up, from dispersed points.
    let noUTurn: ChainSettings =
        { Trajectory = HamiltonianChain.noUTurn.Trajectory
          Chains = 4
          WarmUp = HamiltonianChain.noUTurn.WarmUp
          Samples = 1000
          TargetAcceptance = HamiltonianChain.noUTurn.TargetAcceptance
          DenseMetric = false
          Start = ChainBeginning.Dispersed
          Block = ValueNone }

    /// Hamiltonian Monte Carlo, of the same length.
    let fixedLength: ChainSettings = { noUTurn with Trajectory = HamiltonianChain.fixedLength.Trajectory }

    /// Blocks that a run is cut into.
    let private blocks = 40

    let private checks (settings: ChainSettings) (target: InferenceTarget) =
        InferenceOption.atLeast 1 "Chains" settings.Chains
        InferenceOption.atLeast 0 "WarmUp" settings.WarmUp
        InferenceOption.atLeast 1 "Samples" settings.Samples
        settings.Block |> ValueOption.iter (InferenceOption.atLeast 1 "Block")

        if not (settings.TargetAcceptance > 0.0 && settings.TargetAcceptance < 1.0) then
            InferenceOption.refuse "TargetAcceptance" $"{settings.TargetAcceptance} is not allowed: between 0 and 1"

        match settings.Trajectory with
        | NoUTurn depth when depth < 1 || depth > 20 ->
            InferenceOption.refuse "MaxDepth" $"{depth} is not allowed: from 1 to 20"
        | Static time when not (time > 0.0 && Double.IsFinite time) ->
            InferenceOption.refuse "TrajectoryTime" $"{time} is not allowed: more than 0"
        | _ -> ()

        match settings.Start with
        | ChainBeginning.Positions positions ->
            for position in positions do
                if position.Length <> target.Density.Dimension then
                    InferenceOption.refuse
                        "Starts"
                        $"a start of {position.Length} numbers does not fit a model of {target.Density.Dimension} coordinates"
        | _ -> ()

    let private hamiltonian (settings: ChainSettings) : HamiltonianOptions =
        { HamiltonianChain.noUTurn with
            Trajectory = settings.Trajectory
            WarmUp = settings.WarmUp
            TargetAcceptance = settings.TargetAcceptance
            Shape = if settings.DenseMetric then Full else Diagonals }

    /// Evaluations of log p that chains so long take at least: three to a draw.
    let private expected (settings: ChainSettings) =
        3.0 * float (settings.Chains * (settings.WarmUp + settings.Samples))

    /// Where chains begin, the generator that is left for them, and what finding out took.
    let private starts
        (settings: ChainSettings)
        (target: InferenceTarget)
        rng
        : struct (ChainStarts * Rng * StartReport) =
        let density = target.Density

        match settings.Start with
        | ChainBeginning.Positions positions when positions.Length > 0 ->
            struct (GivenStarts positions, rng, RunProgress.given)
        | ChainBeginning.Dispersed when settings.Chains > 1 ->
            let struct (points, evaluations) =
                DispersedStarts.find settings.Chains (expected settings) target (Rng.derive 1 rng)

            let report = { RunProgress.given with Evaluations = evaluations }
            let found = if points.Length = 0 then RandomStarts settings.Chains else GivenStarts points
            struct (found, rng, report)
        | ChainBeginning.Pathfinder ->
            let struct (rng, own) = Rng.split rng
            let found = Pathfinder.run Pathfinder.defaults density own

            let report = { RunProgress.given with Evaluations = found.Evaluations }

            if found.Draws.Rows = 0 then
                struct (RandomStarts settings.Chains, rng, report)
            else
                let chain c = Mat.row (c * (found.Draws.Rows / settings.Chains)) found.Draws
                struct (GivenStarts(Array.init settings.Chains chain), rng, report)
        | _ -> struct (RandomStarts settings.Chains, rng, RunProgress.given)

    let private kept (density: LogDensity) (run: RunProgress<SamplerState, Draw[][]>) : SampleSet =
        SampleSet.ofBlocks density.CoordinateNames run.State.Chains (RunProgress.history run)

    /// What chains with these settings are made with.
    let budget (settings: ChainSettings) : ChainBudget =
        { Draws = settings.Samples
          WarmUp = settings.WarmUp
          Thin = 1
          TargetAcceptance = settings.TargetAcceptance }

    let private total (count: Draw -> int) (block: Draw[][]) = block |> Array.sumBy (Array.sumBy count)

    let private describe
        (settings: ChainSettings)
        (target: InferenceTarget)
        (run: RunProgress<SamplerState, Draw[][]>)
        =
        let draws = Array.concat (RunProgress.last run)
        let drawn = run.State.Chains[0].Drawn

        let outcome =
            run.Outcome
            |> ValueOption.map (fun _ -> ChainJudgement.outcome (budget settings) target (kept target.Density run))

        { Iteration = run.Iteration
          Objective = draws |> Array.averageBy (fun draw -> draw.LogDensity)
          StandardError = nan
          Gain = nan
          Phase =
            if drawn <= settings.WarmUp then
                InferencePhase.WarmUp(drawn, settings.WarmUp)
            else
                InferencePhase.Draws(drawn - settings.WarmUp, settings.Samples)
          Share = float drawn / float (settings.WarmUp + settings.Samples)
          Evaluations = run.Evaluations
          Divergences =
            run.Infos
            |> List.sumBy (total (fun draw -> if draw.Divergence.IsSome && not draw.IsWarmUp then 1 else 0))
          Outcome = ValueOption.toObj outcome }

    /// The inference with its settings.
    let create (settings: ChainSettings) : Inference<SampleSet> =
        { Name =
            (match settings.Trajectory with
             | NoUTurn _ -> "nuts"
             | Static _ -> "hmc")
          Start =
            fun target threads rng ->
                checks settings target
                let density = target.Density
                let options = hamiltonian settings
                let whole = max 1 ((settings.WarmUp + settings.Samples) / blocks)
                let length = ValueOption.defaultValue whole settings.Block
                let engineFrom starts = Sampler.engine threads length settings.Samples options density starts

                let parts =
                    { Begin =
                        fun rng ->
                            let struct (starts, rng, report) = starts settings target rng
                            struct (report, (engineFrom starts).Init rng)
                      Step = (engineFrom (RandomStarts settings.Chains)).Step
                      Rule = Sampler.stopRule length settings.Samples options
                      Evaluations = total _.LeapfrogSteps >> float }

                EngineRun(parts, describe settings target, kept density, rng) }
