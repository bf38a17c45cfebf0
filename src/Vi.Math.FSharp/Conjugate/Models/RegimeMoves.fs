namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Coordinate ascent of regimes with moves between optima.
[<RequireQualifiedAccess>]
module RegimeMoves =

    /// Statistics in which the rows of the second state belong to the first.
    let merge into from (statistics: ChainStatistics) : ChainStatistics =
        let place k = if k = from then into else k
        let s = statistics.Initial.Length
        let initial: float[] = Array.zeroCreate s
        let steps: float[] = Array.zeroCreate (s * s)

        for i in 0 .. s - 1 do
            initial[place i] <- initial[place i] + statistics.Initial[i]

            for j in 0 .. s - 1 do
                let at = place i * s + place j
                steps[at] <- steps[at] + statistics.Transitions[i, j]

        { statistics with
            States = FullComponents.family.Merge into from statistics.States
            Initial = Vec.ofArray initial
            Transitions = Mat.ofArray s s steps }

    let private reorder (order: int[]) (statistics: ChainStatistics) : ChainStatistics =
        { statistics with
            States = FullComponents.family.Reorder order statistics.States
            Initial = Vec.init order.Length (fun k -> statistics.Initial[order[k]])
            Transitions = Mat.submatrix order order statistics.Transitions }

    /// Steps between the halves of two states: in equal parts, but a state that is kept keeps its half three times of four.
    let private stepsBetween (transitions: Mat) =
        let s = transitions.Rows

        Mat.init (2 * s) (2 * s) (fun i j ->
            let share =
                if i % s <> j % s then 0.25
                elif i = j then 0.375
                else 0.125

            share * transitions[i % s, j % s])

    let private halve (prior: NormalWishart) rank (statistics: ChainStatistics) : ChainStatistics =
        let half = Vec.scale 0.5 statistics.Initial

        { statistics with
            States = FullComponents.family.Halve prior rank statistics.States
            Initial = Vec.append half half
            Transitions = stepsBetween statistics.Transitions }

    /// A prior of twice as many states.
    let private doubled (prior: RegimeSwitchingPrior) : RegimeSwitchingPrior =
        let twice (d: Dirichlet) : Dirichlet = { Concentration = Vec.append d.Concentration d.Concentration }
        let rows = prior.Transitions |> Array.map twice

        { prior with Initial = twice prior.Initial; Transitions = Array.append rows rows }

    // The scale of states that are there serves others too: what these tell of it enters once.
    let private optimum (prior: RegimeSwitchingPrior) (q: RegimeSwitchingPosterior) (statistics: ChainStatistics) =
        let model = RegimeSwitching.model prior

        let near =
            match q.Learned with
            | ValueSome _ -> RegimeSwitching.updateStates prior statistics { model.Prior with Learned = q.Learned }
            | ValueNone -> model.Prior

        (near, model.Updates) ||> List.fold (fun q update -> update.Update statistics q)

    /// What moves need of regimes.
    let movable
        (prior: RegimeSwitchingPrior)
        (chains: IBatches<Block>)
        : MovableModel<ChainStatistics, RegimeSwitchingPosterior> =
        let wide = doubled prior
        let read = Cavi.statistics chains (RegimeSwitching.model wide)

        { Count = prior.Initial.Concentration.Length
          Directions = prior.State.Mean.Length
          Counts = fun statistics -> Vec.init statistics.States.Length (fun k -> statistics.States[k].Weight)
          Components = fun q -> Array.map Joint q.States
          Merge = merge
          Reorder = reorder
          Halved =
            fun rank q statistics ->
                (halve prior.State rank statistics, seq { 1 .. LabelMoves.HalvedSweeps })
                ||> Seq.fold (fun halved _ -> read (optimum wide q halved))
          Optimum = optimum prior
          Bound = fun statistics q -> (RegimeSwitching.elbo prior statistics q).Value }

    /// The engine, from a start by clusters of rows or of their volatility, accelerated or not.
    let engineWith (accelerate: bool) (prior: RegimeSwitchingPrior) (chain: Block) =
        let chains = Batches.ofList [ chain ]

        MoveSearch.engine
            accelerate
            chains
            (RegimeSwitching.model prior)
            (LabelMoves.propose (movable prior chains))
            (RegimeStart.start prior chain)

    /// The same, accelerated.
    let engine prior chain = engineWith true prior chain
