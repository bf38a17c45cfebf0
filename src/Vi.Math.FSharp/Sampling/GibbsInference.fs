namespace Vi.Math

/// Settings of Gibbs chains.
type GibbsSettings =
    {
        /// Number of chains, at least 1.
        Chains: int
        /// Sweeps of each chain that are not kept.
        WarmUp: int
        /// Draws of each chain that are kept, at least 1.
        Samples: int
        /// Sweeps for each draw that is kept, at least 1.
        Thin: int
        /// Sweeps of each chain in one step of the run; a fortieth of all where none are given. No draw depends on it.
        Block: int voption
    }

/// Several Gibbs chains between two blocks of sweeps.
type GibbsChains<'state> =
    {
        /// Sweeps of each chain so far.
        Swept: int
        Chains: 'state[]
    }

/// What a block of sweeps reports.
type GibbsBlock =
    {
        /// Draws that are kept, chain by chain.
        Draws: Draw[][]
        /// Mean of log p where the chains ended, in nats.
        LogDensity: float
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Gibbs chains as they are run from F#, from C# and from experiment files, on targets whose complete conditional distributions are known.
/// The draws do not depend on the number of threads.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module GibbsInference =

    /// Four chains of 1000 draws after 1000 sweeps of warm-up.
    let defaults: GibbsSettings = { Chains = 4; WarmUp = 1000; Samples = 1000; Thin = 1; Block = ValueNone }

    /// Blocks that a run is cut into.
    let private blocks = 40

    let private checks (settings: GibbsSettings) =
        InferenceOption.atLeast 1 "Chains" settings.Chains
        InferenceOption.atLeast 0 "WarmUp" settings.WarmUp
        InferenceOption.atLeast 1 "Samples" settings.Samples
        InferenceOption.atLeast 1 "Thin" settings.Thin
        settings.Block |> ValueOption.iter (InferenceOption.atLeast 1 "Block")

    let private plan (settings: GibbsSettings) : SweepPlan =
        { WarmUp = settings.WarmUp; Draws = settings.Samples; Thin = settings.Thin }

    /// Gibbs sampling accepts every draw and has neither a step size nor an energy.
    let private draw (position: Vec) : Draw =
        { Position = position
          LogDensity = nan
          Energy = nan
          AcceptanceRate = 1.0
          StepSize = nan
          TreeDepth = 0
          LeapfrogSteps = 0
          Divergence = ValueNone
          IsWarmUp = false }

    let private kept (settings: GibbsSettings) (density: LogDensity) (blocks: GibbsBlock[]) : SampleSet =
        { Names = density.CoordinateNames
          Chains = Array.init settings.Chains (fun c -> blocks |> Array.collect (fun block -> block.Draws[c]))
          WarmUps =
            Array.create
                settings.Chains
                { StepSize = nan
                  Metric = Metric.identity density.Dimension
                  Draws = settings.WarmUp
                  LeapfrogSteps = 0
                  Divergences = 0 } }

    /// What chains with these settings are made with.
    let budget (settings: GibbsSettings) : ChainBudget =
        { Draws = settings.Samples; WarmUp = settings.WarmUp; Thin = settings.Thin; TargetAcceptance = nan }

    let private describe
        settings
        (target: InferenceTarget)
        (run: RunProgress<GibbsChains<'state>, GibbsBlock>)
        : InferenceStep =
        let swept = run.State.Swept

        let outcome =
            run.Outcome
            |> ValueOption.map (fun _ ->
                ChainJudgement.outcome
                    (budget settings)
                    target
                    (kept settings target.Density (RunProgress.history run)))

        { Iteration = run.Iteration
          Objective = (RunProgress.last run).LogDensity
          StandardError = nan
          Gain = nan
          Phase =
            if swept <= settings.WarmUp then
                InferencePhase.WarmUp(swept, settings.WarmUp)
            else
                InferencePhase.Draws((swept - settings.WarmUp) / settings.Thin, settings.Samples)
          Share = float swept / float (plan settings).Sweeps
          Evaluations = 0.0
          Divergences = 0
          Outcome = ValueOption.toObj outcome }

    let private run (settings: GibbsSettings) (target: InferenceTarget) threads rng (chain: Engine<'state, Vec, Vec>) =
        let density = target.Density

        let plan = plan settings
        let block = settings.Block |> ValueOption.defaultValue (max 1 (plan.Sweeps / blocks))
        let onThreads (work: int -> 'a) : 'a[] = ChainSweeps.onThreads settings.Chains threads work

        let advance (before: GibbsChains<'state>) c =
            let struct (state, draws) =
                ChainSweeps.advance
                    plan
                    chain.Step
                    (fun _ position -> draw position)
                    before.Swept
                    (before.Swept + block)
                    before.Chains[c]

            struct (state, draws, density.Evaluator().Value((chain.Answer state).AsSpan()))

        let parts: RunParts<GibbsChains<'state>, GibbsBlock> =
            { Begin =
                fun rng ->
                    struct (RunProgress.given, { Swept = 0; Chains = onThreads (fun c -> chain.Init(Rng.derive c rng)) })
              Step =
                fun before ->
                    let advanced = onThreads (advance before)

                    struct ({ Swept = min (before.Swept + block) plan.Sweeps
                              Chains = advanced |> Array.map (fun (struct (state, _, _)) -> state) },
                            { Draws = advanced |> Array.map (fun (struct (_, draws, _)) -> draws)
                              LogDensity = advanced |> Array.averageBy (fun (struct (_, _, value)) -> value) })
              Rule = StopRule.steps ((plan.Sweeps + block - 1) / block)
              Evaluations = fun _ -> 0.0 }

        EngineRun(parts, describe settings target, RunProgress.history >> kept settings density, rng)
        :> InferenceRun<SampleSet>

    /// The inference with its settings. It refuses a target whose complete conditional distributions are not known.
    let create (settings: GibbsSettings) : Inference<SampleSet> =
        { Name = "gibbs"
          Start =
            fun target threads rng ->
                checks settings

                match target.Conditionals with
                | ValueNone ->
                    InferenceOption.refuse
                        "Algorithm"
                        "the complete conditional distributions of this model are not known"
                | ValueSome chain ->
                    chain.Accept
                        { new IChainVisitor<InferenceRun<SampleSet>> with
                            member _.Visit engine = run settings target threads rng engine } }
