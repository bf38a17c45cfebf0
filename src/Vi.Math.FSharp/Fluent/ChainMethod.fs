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

    /// The largest R-hat of all coordinates; infinite where it cannot be computed.
    let private worstRHat (set: SampleSet) =
        Seq.init set.Names.Length (fun d -> RHat.rank (SampleSet.coordinate d set))
        |> Seq.fold (fun worst value -> if Double.IsNaN value then infinity else max worst value) 0.0

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

        let engine: Engine<ChainedState, Draw[][], ChainedState> =
            { Name = inner.Name
              Init =
                fun rng ->
                    let struct (starts, rng) = begins rng
                    { Sampler = (engineFrom starts).Init rng; Drawn = [||] }
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

                        if rHat <= ChainJudgement.agreement then
                            ValueSome(Converged(nan, nan)), $"Converged: {made}, R-hat at most {rHat:f3}."
                        else
                            ValueSome(BudgetSpent(step.Iteration, nan)),
                            $"Budget spent, not converged: {made}, but R-hat is up to {rHat:f3} (at most {ChainJudgement.agreement} is good enough)."

                InferenceStep(
                    step.Iteration,
                    draws |> Array.averageBy (fun draw -> draw.LogDensity),
                    nan,
                    nan,
                    phase,
                    min 1.0 (float drawn / float total),
                    verdict,
                    reason
                )),
            fun state -> Chained(kept state)
        )
