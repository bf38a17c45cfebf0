namespace Vi.Math

/// Where chains begin.
type ChainStarts =
    /// So many chains, each at a point uniform on (-2, 2) in every coordinate.
    | RandomStarts of chains: int
    /// A chain at each of these points (D), e.g. draws from a variational fit.
    | GivenStarts of positions: Vec[]

/// Several chains between two blocks of draws.
type SamplerState = { Chains: ChainState[] }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Several chains of a Hamiltonian sampler, on one core or more: the draws do not depend on the number of threads.
[<RequireQualifiedAccess>]
module Sampler =

    /// The engine of several chains that make so many draws each after warm-up: a step makes a block of so many draws in every chain, the last one
    /// what is left, and its info are those draws, chain by chain.
    let engine
        (threads: int)
        (block: int)
        (draws: int)
        (options: HamiltonianOptions)
        (density: LogDensity)
        (starts: ChainStarts)
        : Engine<SamplerState, Draw[][], Vec[]> =
        Require.atLeastOne "sampler" (nameof threads) threads
        Require.atLeastOne "sampler" (nameof block) block
        Require.atLeastOne "sampler" (nameof draws) draws

        let begins =
            match starts with
            | RandomStarts chains -> Array.create chains ValueNone
            | GivenStarts positions ->
                for position in positions do
                    Require.sameDimension "sampler" "density" density.Dimension "start" position.Length

                positions |> Array.map ValueSome

        Require.atLeastOne "sampler" "chains" begins.Length
        let chain = HamiltonianChain.engine options density ValueNone

        let onThreads chains (work: int -> 'a) : 'a[] =
            BlockFold.Run(chains, threads, [||], (fun c -> [| work c |]), Array.append)

        { Name = chain.Name
          Init =
            fun rng ->
                { Chains =
                    onThreads begins.Length (fun c ->
                        (HamiltonianChain.engine options density begins[c]).Init(Rng.derive c rng)) }
          Step =
            fun before ->
                let advance c =
                    let mutable state = before.Chains[c]
                    let made = Array.zeroCreate (min block (options.WarmUp + draws - state.Drawn))

                    for i in 0 .. made.Length - 1 do
                        let struct (next, draw) = chain.Step state
                        state <- next
                        made[i] <- draw

                    struct (state, made)

                let advanced = onThreads before.Chains.Length advance

                struct ({ Chains = advanced |> Array.map (fun (struct (state, _)) -> state) },
                        advanced |> Array.map (fun (struct (_, draws)) -> draws))
          Answer = fun state -> state.Chains |> Array.map chain.Answer }

    /// Stops after the block that ends with the last draw: chains never say of themselves that they are done.
    let stopRule (block: int) (draws: int) (options: HamiltonianOptions) : StopRule<Draw[][]> =
        StopRule.steps ((options.WarmUp + draws + block - 1) / block)

    /// Draws of all chains after warm-up, so many in each.
    let run
        (threads: int)
        (options: HamiltonianOptions)
        (draws: int)
        (density: LogDensity)
        (starts: ChainStarts)
        (rng: Rng)
        : SampleSet =
        let engine = engine threads (options.WarmUp + draws) draws options density starts
        let struct (states, block) = engine.Step(engine.Init rng)
        SampleSet.ofBlocks density.CoordinateNames states.Chains [ block ]
