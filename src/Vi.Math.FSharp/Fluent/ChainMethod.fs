namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Chains between two blocks, with their draws so far (blocks x chains x draws).
type ChainedState = { Sampler: SamplerState; Drawn: Draw[][][] }

/// Hamiltonian chains of a model.
[<RequireQualifiedAccess>]
module internal ChainMethod =

    /// Blocks that a sampler's run is cut into.
    let private blocks = 40

    /// The method, from its options.
    let create (options: InferenceOptions) (model: Model) (rng: Rng) : InferenceMethod =
        let density = model.Density

        let chosen =
            { (if options.Algorithm = "nuts" then
                   { HamiltonianChain.noUTurn with Trajectory = NoUTurn options.MaxDepth }
               else
                   HamiltonianChain.fixedLength) with
                WarmUp = options.WarmUp
                TargetAcceptance = options.TargetAcceptance
                Shape = if options.DenseMetric then Full else Diagonals }

        // Where chains begin, and the generator that is left for them.
        let begins (rng: Rng) =
            if options.StartFromPathfinder then
                let struct (rng, own) = Rng.split rng
                let found = Pathfinder.run Pathfinder.defaults density own

                if found.Draws.Rows = 0 then
                    struct (RandomStarts options.Chains, rng)
                else
                    let chain c = Mat.row (c * (found.Draws.Rows / options.Chains)) found.Draws
                    struct (GivenStarts(Array.init options.Chains chain), rng)
            else
                struct (RandomStarts options.Chains, rng)

        let total = options.WarmUp + options.Samples
        let length = max 1 (total / blocks)
        let engineFrom starts = Sampler.engine options.Threads length options.Samples chosen density starts
        let inner = engineFrom (RandomStarts options.Chains)

        let kept (state: ChainedState) : SampleSet =
            SampleSet.ofBlocks density.CoordinateNames state.Sampler.Chains state.Drawn

        let budget =
            { Draws = options.Samples
              WarmUp = options.WarmUp
              TargetAcceptance = options.TargetAcceptance }

        let last = Sampler.stopRule length options.Samples chosen

        // A block's draws, with all draws so far, which are looked at when the budget is spent.
        let rule: StopRule<struct (Draw[][] * ChainedState)> =
            { Judge =
                fun step (struct (draws, state)) ->
                    last.Judge step draws |> ValueOption.map (fun _ -> ChainJudgement.outcome budget (kept state)) }

        let engine: Engine<ChainedState, struct (Draw[][] * ChainedState), ChainedState> =
            { Name = inner.Name
              Init =
                fun rng ->
                    let struct (starts, rng) = begins rng
                    { Sampler = (engineFrom starts).Init rng; Drawn = [||] }
              Step =
                fun state ->
                    let struct (next, draws) = inner.Step state.Sampler
                    let state = { Sampler = next; Drawn = Array.append state.Drawn [| draws |] }
                    struct (state, struct (draws, state))
              Answer = id }

        EngineMethod(
            engine,
            rule,
            rng,
            (fun step ->
                let struct (blocks, _) = step.Info
                let draws = Array.concat blocks
                let drawn = step.Iteration * length

                let phase =
                    if drawn <= options.WarmUp then
                        $"warm-up {drawn} of {options.WarmUp}"
                    else
                        $"draw {min options.Samples (drawn - options.WarmUp)} of {options.Samples}"

                InferenceStep(
                    step.Iteration,
                    draws |> Array.averageBy (fun draw -> draw.LogDensity),
                    nan,
                    nan,
                    phase,
                    min 1.0 (float drawn / float total),
                    step.Outcome
                )),
            fun _ state -> Chained(kept state)
        )
