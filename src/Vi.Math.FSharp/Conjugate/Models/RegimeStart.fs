namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Where a fit of regimes begins: states that differ in level are seen in the rows themselves, states that differ in volatility alone in
/// how far rows near in time lie from the mean. Both are tried.
[<RequireQualifiedAccess>]
module RegimeStart =

    /// Statistics of a chain whose path is known.
    let ofPath (states: int) (path: int[]) (chain: Block) : ChainStatistics =
        let columns = chain.Columns

        let rowsOf k =
            let mine = seq { 0 .. chain.Rows - 1 } |> Seq.filter (fun t -> path[t] = k) |> Seq.toArray
            let values: float[] = Array.zeroCreate (mine.Length * columns)
            mine |> Array.iteri (fun i t -> chain.CopyRow(t, Span(values, i * columns, columns)))
            Block.FromRows(ReadOnlyMemory values, columns)

        let steps: float[] = Array.zeroCreate (states * states)

        for t in 1 .. path.Length - 1 do
            let at = path[t - 1] * states + path[t]
            steps[at] <- steps[at] + 1.0

        { States = Array.init states (rowsOf >> Moments.ofBlock)
          Initial = Vec.init states (fun k -> if path.Length > 0 && path[0] = k then 1.0 else 0.0)
          Transitions = Mat.ofArray states states steps
          Entropy = 0.0
          LogNormalizer = 0.0 }

    /// Log of the mean absolute deviation from the column's mean over the rows around each, in the column's standard deviations; a
    /// thousandth is added, so that constant stretches stay finite.
    let rollingDeviations (window: int) (means: Vec) (units: Vec) (chain: Block) : Rows =
        let rows, columns = chain.Rows, chain.Columns
        let values: float[] = Array.zeroCreate (rows * columns)

        for j in 0 .. columns - 1 do
            let deviation t = abs (chain[t, j] - means[j]) / units[j]
            let mutable sum = 0.0
            let mutable from = 0
            let mutable until = 0

            for t in 0 .. rows - 1 do
                while until < min rows (t + window / 2 + 1) do
                    sum <- sum + deviation until
                    until <- until + 1

                while from < t - window / 2 do
                    sum <- sum - deviation from
                    from <- from + 1

                values[t * columns + j] <- log (max 0.0 (sum / float (until - from)) + 1e-3)

        Rows.OfRowMajor(ReadOnlyMemory values, columns)

    /// A path by k-means++: each row to the nearest of S spread centres of its features.
    let private clustered states (features: Rows) (rng: Rng) : int[] =
        let units = KMeansPlusPlus.units (Moments.ofRows features)
        let centres = KMeansPlusPlus.centres states units features rng |> Array.map Vec.toArray
        let columns = features.Columns
        let row: float[] = Array.zeroCreate columns

        let nearest () =
            let mutable best = 0
            let mutable least = infinity

            for k in 0 .. states - 1 do
                let mutable distance = 0.0

                for j in 0 .. columns - 1 do
                    let scaled = (row[j] - centres[k][j]) / units[j]
                    distance <- distance + scaled * scaled

                if distance < least then
                    least <- distance
                    best <- k

            best

        Array.init features.BlockCount (fun b ->
            let block = features.Block b

            Array.init block.Rows (fun i ->
                block.CopyRow(i, row.AsSpan())
                nearest ()))
        |> Array.concat

    /// Sweeps after which the two kinds of start are compared: enough for a wrong kind to fall behind.
    let private trialSweeps = 10

    /// A start: rows clustered by their values and by their rolling deviations over a window drawn from 5 to 40 rows; kept is the one
    /// with the higher bound after a few sweeps.
    let start (prior: RegimeSwitchingPrior) (chain: Block) (rng: Rng) : CaviState<RegimeSwitchingPosterior> =
        let model = RegimeSwitching.model prior
        let states = prior.Initial.Concentration.Length
        let moments = Moments.ofBlock chain
        let units = KMeansPlusPlus.units moments
        let struct (u, rng) = Rng.uniform rng
        let window = int (round (5.0 * 8.0 ** u))

        let values =
            let all: float[] = Array.zeroCreate (chain.Rows * chain.Columns)

            for t in 0 .. chain.Rows - 1 do
                chain.CopyRow(t, Span(all, t * chain.Columns, chain.Columns))

            Rows.OfRowMajor(ReadOnlyMemory all, chain.Columns)

        let candidate features index =
            let statistics = ofPath states (clustered states features (Rng.derive index rng)) chain

            let struct (globals, elbo, _) =
                Cavi.updateAll model statistics model.Prior (model.Elbo statistics model.Prior)

            { Globals = globals; Elbo = elbo.Value }

        let afterTrial state =
            let engine = Cavi.engine (Batches.ofList [ chain ]) model (fun _ -> state)

            (state, seq { 1..trialSweeps })
            ||> Seq.fold (fun state _ ->
                let struct (next, _) = engine.Step state
                next)

        if states = 1 then
            candidate values 0
        else
            [ candidate values 0; candidate (rollingDeviations window moments.Mean units chain) 1 ]
            |> List.maxBy (fun state -> (afterTrial state).Elbo)
