namespace Vi.Math

/// Which sweeps of a chain are kept.
type SweepPlan =
    {
        /// Sweeps that are not kept.
        WarmUp: int
        /// Draws that are kept, each after so many sweeps.
        Draws: int
        Thin: int
    }

    /// Sweeps in all.
    member this.Sweeps = this.WarmUp + this.Draws * this.Thin

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Several chains side by side: the one way in which sweeps are made, whoever asks for them.
[<RequireQualifiedAccess>]
module ChainSweeps =

    let private isKept (plan: SweepPlan) sweep = sweep > plan.WarmUp && (sweep - plan.WarmUp) % plan.Thin = 0

    /// Sweeps from one number (not included) to another of one chain: the state after them, and what is kept of those that the plan keeps.
    let advance
        (plan: SweepPlan)
        (step: 'state -> struct ('state * 'info))
        (keep: 'state -> 'info -> 'kept)
        (first: int)
        (last: int)
        (state: 'state)
        : struct ('state * 'kept[]) =
        let kept = ResizeArray<'kept>()
        let mutable state = state

        for sweep in first + 1 .. min last plan.Sweeps do
            let struct (next, info) = step state
            state <- next

            if isKept plan sweep then
                kept.Add(keep next info)

        struct (state, kept.ToArray())

    /// What each of so many chains answers, by number, on so many threads: no answer depends on them.
    let onThreads (chains: int) (threads: int) (work: int -> 'answer) : 'answer[] =
        BlockFold.Run(chains, threads, [||], (fun c -> [| work c |]), Array.append)
