namespace Vi.Math.FSharp

open Vi.Math

/// Spread starting points for mixtures (Arthur and Vassilvitskii 2007, k-means++: the advantages of careful seeding), with several
/// candidates a step as in the authors' greedy variant.
[<RequireQualifiedAccess>]
module KMeansPlusPlus =

    /// Rows looked at when the table is larger: enough to see every component with a share above one part in a thousand.
    let private sampleRows = 4096

    /// Units in which distances are measured: the columns' standard deviations, 1 where a column is constant.
    let units (data: Moments) : Vec =
        if data.Weight > 1.0 then
            Moments.standardDeviations data |> Vec.map (fun s -> if s > 0.0 then s else 1.0)
        else
            Vec.constant data.Mean.Length 1.0

    /// Rows drawn with replacement in ascending order, so that blocks are read once; all rows where they are few.
    let private sample (rows: Rows) (rng: Rng) : struct (Vec[] * Rng) =
        if rows.Count <= int64 sampleRows then
            struct (Array.init (int rows.Count) (fun i -> rows.Row(int64 i)), rng)
        else
            let struct (draws, rng) = Rng.array sampleRows Rng.uniform rng

            let points =
                draws |> Array.map (fun u -> int64 (u * float rows.Count)) |> Array.sort |> Array.map rows.Row

            struct (points, rng)

    let private squaredDistance (units: Vec) (a: Vec) (b: Vec) =
        let mutable sum = 0.0

        for j in 0 .. units.Length - 1 do
            let scaled = (a[j] - b[j]) / units[j]
            sum <- sum + scaled * scaled

        sum

    /// K centres among the rows: the first at random, each further one the best of several drawn with probability proportional to the
    /// squared distance to the nearest centre so far. Where fewer than K distinct rows exist, centres repeat. The table must have a row.
    let centres (count: int) (units: Vec) (rows: Rows) (rng: Rng) : Vec[] =
        let struct (points, rng) = sample rows rng

        if points.Length = 0 then
            invalidArg (nameof rows) "starting points need at least one row"

        let candidates = 2 + int (log (float count))
        let struct (first, rng) = Rng.below points.Length rng

        let extend (struct (chosen: Vec list, nearest: float[], rng: Rng)) =
            let mutable rng = rng
            let mutable best = Array.empty
            let mutable bestTotal = infinity
            let mutable bestPoint = points[0]

            for _ in 1..candidates do
                let struct (i, next) =
                    if Array.exists (fun distance -> distance > 0.0) nearest then
                        Rng.index (System.ReadOnlySpan nearest) rng
                    else
                        Rng.below points.Length rng

                rng <- next

                let updated =
                    Array.map2
                        (fun distance point -> min distance (squaredDistance units point points[i]))
                        nearest
                        points

                let total = Array.sum updated

                if total < bestTotal then
                    best <- updated
                    bestTotal <- total
                    bestPoint <- points[i]

            struct (bestPoint :: chosen, best, rng)

        let nearest = points |> Array.map (squaredDistance units points[first])

        let struct (chosen, _, _) =
            Seq.fold (fun state _ -> extend state) (struct ([ points[first] ], nearest, rng)) (seq { 2..count })

        chosen |> List.rev |> List.toArray
