namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Draws from a posterior.
[<Sealed>]
type Samples internal (set: SampleSet) =

    let rows (matrix: Mat) : IReadOnlyList<IReadOnlyList<float>> =
        matrix.ToRows() |> Array.map (fun row -> row :> IReadOnlyList<float>) :> IReadOnlyList<_>

    member internal _.Set = set

    /// Names of the coordinates.
    member _.Names: IReadOnlyList<string> = set.Names

    /// Number of chains.
    member _.Chains = set.Chains.Length

    /// Number of draws of each chain.
    member _.DrawsPerChain = if set.Chains.Length = 0 then 0 else set.Chains[0].Length

    /// Draws of a coordinate, chain by chain; raises ArgumentException for a name that there is not.
    member _.Of(name: string) : IReadOnlyList<IReadOnlyList<float>> =
        match Array.tryFindIndex ((=) name) set.Names with
        | Some d -> rows (SampleSet.coordinate d set)
        | None -> invalidArg (nameof name) $"""there is no '{name}' among {String.Join(", ", set.Names)}"""

    /// log p of the draws, chain by chain, in nats.
    member _.LogDensity: IReadOnlyList<IReadOnlyList<float>> = rows (SampleSet.logDensity set)

    /// Energies of the draws, chain by chain, in nats.
    member _.Energy: IReadOnlyList<IReadOnlyList<float>> =
        rows (SampleSet.figure (fun draw -> draw.Energy) set)

    /// Mean, sd, quantiles, R-hat, effective sample sizes and standard errors of every coordinate.
    member _.Summary() : IReadOnlyList<DrawSummary> = SampleSet.summary set

    /// Number of draws whose trajectory diverged.
    member _.Divergences = SampleSet.divergences set

    /// Where trajectories diverged, a position (D) each.
    member _.DivergenceLocations: IReadOnlyList<IReadOnlyList<float>> =
        SampleSet.divergenceLocations set
        |> Array.map (fun place -> place.ToArray() :> IReadOnlyList<float>)
        :> IReadOnlyList<_>

    /// E-BFMI of each chain; below 0.3 the energies are explored too slowly.
    member _.Bfmi: IReadOnlyList<float> = (SampleSet.bfmi set).ToArray()

    /// Step size that each chain settled for.
    member _.StepSizes: IReadOnlyList<float> =
        set.WarmUps |> Array.map (fun warmUp -> warmUp.StepSize) :> IReadOnlyList<_>

    /// Gradients that warm-up took, all chains together.
    member _.WarmUpLeapfrogSteps = set.WarmUps |> Array.sumBy (fun warmUp -> warmUp.LeapfrogSteps)

    /// Gradients that the draws took, all chains together.
    member _.LeapfrogSteps = SampleSet.leapfrogSteps set

    /// The same draws in other coordinates: a map from a position (D) to as many numbers as there are names.
    member _.Map(names: IReadOnlyList<string>, map: Func<IReadOnlyList<float>, IReadOnlyList<float>>) : Samples =
        Samples(SampleSet.map (Seq.toArray names) (fun q -> Vec.ofSeq (map.Invoke(q.ToArray()))) set)

    /// The lines of a chain, from 0, as CmdStan writes them.
    member _.ToCmdStan(model: string, seed: uint64, chain: int) : IEnumerable<string> =
        CmdStanCsv.lines model seed chain set

    /// Draws from the lines of CmdStan's files, one for each chain; raises FormatException, naming line and column.
    static member FromCmdStan(chains: IEnumerable<IEnumerable<string>>) : Samples = Samples(CmdStanCsv.read chains)

/// A stored run of a sampler: number of its last step, the state after it, all blocks of draws.
type internal SavedSampling = int * SamplerState * Draw[][][]

/// Some draws in every chain, and all draws so far.
[<Sealed>]
type SamplingStep
    internal (names: string[], total: int, block: int, state: SamplerState, blocks: Draw[][] list, isLast: bool) =

    let newest = blocks.Head

    /// Number of the step, from 1.
    member _.Number = block

    /// Draws that every chain has made so far, warm-up's included.
    member _.Drawn = state.Chains[0].Drawn

    /// Draws that every chain will have made in the end.
    member _.Total = total

    /// Whether the chains are still being tuned.
    member _.IsWarmUp = state.Chains[0].Learning.IsSome

    /// Gradients that this step took, all chains together.
    member _.LeapfrogSteps = newest |> Array.sumBy (Array.sumBy (fun draw -> draw.LeapfrogSteps))

    /// Divergences in this step that are not warm-up's, all chains together.
    member _.Divergences =
        newest
        |> Array.sumBy (Array.sumBy (fun draw -> if draw.Divergence.IsSome && not draw.IsWarmUp then 1 else 0))

    /// True on the last step.
    member _.IsLast = isLast

    /// All draws so far, warm-up's left out.
    member _.Samples = Samples(SampleSet.ofBlocks names state.Chains (List.rev blocks))

    /// The run up to here as bytes, from which it goes on.
    member _.Save() : byte[] =
        let saved: SavedSampling = (block, state, blocks |> List.rev |> List.toArray)
        StateBytes.write saved

/// Sampling from log densities.
[<AbstractClass; Sealed>]
type Sampling private () =

    static let stepsAfter (density: LogDensity) (options: SamplingOptions) (start: SavedSampling voption) =
        let hamiltonian = SamplingSettings.hamiltonian options
        let total = options.WarmUp + options.Draws

        let engine =
            Sampler.engine
                options.Threads
                options.Block
                options.Draws
                hamiltonian
                density
                (SamplingSettings.starts options)

        let rule = Sampler.stopRule options.Block options.Draws hamiltonian

        let runs, blocks =
            match start with
            | ValueNone -> Run.steps engine rule (Rng.ofSeed options.Seed), []
            | ValueSome(_, state, _) when state.Chains[0].Drawn >= total -> Seq.empty, []
            | ValueSome(block, state, blocks) -> Run.resume engine rule block state, List.rev (List.ofArray blocks)

        let gather (struct (blocks, _)) (step: RunStep<SamplerState, Draw[][]>) =
            struct (step.Info :: blocks, ValueSome step)

        runs
        |> Seq.scan gather (struct (blocks, ValueNone))
        |> Seq.choose (fun (struct (blocks, step)) ->
            match step with
            | ValueNone -> None
            | ValueSome step ->
                Some(
                    SamplingStep(
                        density.CoordinateNames,
                        total,
                        step.Iteration,
                        step.State,
                        blocks,
                        step.Outcome.IsSome
                    )
                ))

    /// A density on R^D with a name for each coordinate, from a function that writes its gradient. The function is called on several threads at a
    /// time where several are asked for.
    static member Density(names: IReadOnlyList<string>, valueAndGradient: LogDensityFunction) : LogDensity =
        Sampling.Density(
            names,
            Func<IDensityEvaluator>(fun () ->
                { new IDensityEvaluator with
                    member _.Dimension = names.Count

                    member _.Value position = valueAndGradient.Invoke(position, Array.zeroCreate<float> names.Count)

                    member _.ValueAndGradient(position, gradient) = valueAndGradient.Invoke(position, gradient)

                    member _.ValuesAndGradients(positions, values, gradients) =
                        for s in 0 .. values.Length - 1 do
                            values[s] <-
                                valueAndGradient.Invoke(
                                    positions.Slice(s * names.Count, names.Count),
                                    gradients.Slice(s * names.Count, names.Count)
                                ) })
        )

    /// A density on R^D from evaluators with buffers of their own: every thread makes one.
    static member Density(names: IReadOnlyList<string>, evaluator: Func<IDensityEvaluator>) : LogDensity =
        { Dimension = names.Count
          CoordinateNames = Seq.toArray names
          Evaluator = fun () -> evaluator.Invoke() }

    /// Draws from a density, all of them.
    static member Draw(density: LogDensity, options: SamplingOptions) : Samples =
        Samples(
            Sampler.run
                options.Threads
                (SamplingSettings.hamiltonian options)
                options.Draws
                density
                (SamplingSettings.starts options)
                (Rng.ofSeed options.Seed)
        )

    /// The same draws lazily, a block in every chain at a time.
    static member Steps(density: LogDensity, options: SamplingOptions) : IEnumerable<SamplingStep> =
        stepsAfter density options ValueNone

    /// The steps that follow a stored one, with the same density and options: those that would have followed it, bit for bit.
    static member StepsAfter(density: LogDensity, options: SamplingOptions, saved: byte[]) : IEnumerable<SamplingStep> =
        stepsAfter density options (ValueSome(StateBytes.read<SavedSampling> saved))
