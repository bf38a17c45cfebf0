namespace Vi.Math.FSharp

open System
open Vi.Math

/// Draws of one quantity by several chains, a matrix (chains x draws), made ready for diagnostics.
[<RequireQualifiedAccess>]
module Chains =

    /// True where diagnostics can be had: every draw is finite and they are not all the same to rounding.
    let vary (chains: Mat) =
        let mutable low = Double.PositiveInfinity
        let mutable high = Double.NegativeInfinity

        for value in chains.Values do
            low <- min low value
            high <- max high value

        Mat.isFinite chains && high - low > 2.220446049250313e-16 * max (abs low) (abs high)

    /// Both halves of every chain as chains (2 chains x draws / 2); of an odd number the middle draw is left out. A single draw stays.
    let split (chains: Mat) : Mat =
        let draws = chains.Columns
        let half = draws / 2

        if draws < 2 then
            chains
        else
            Mat.init (2 * chains.Rows) half (fun i j -> chains[i / 2, (if i % 2 = 0 then j else draws - half + j)])

    /// All draws, chain after chain.
    let pooled (chains: Mat) : Vec = Vec.wrap chains.Values

    /// Distances from the median of all draws. The median of an even number is half the sum of the middle two, with the rounding
    /// that R's median has: the two draws next to it are equally far in exact numbers, and rounding decides how they rank.
    let fold (chains: Mat) : Mat =
        let ascending = Array.sort chains.Values
        let count = ascending.Length
        let median = 0.5 * (ascending[(count - 1) / 2] + ascending[count / 2])
        Mat.map (fun x -> abs (x - median)) chains

    /// Ranks of the draws among all, from 1, equal draws sharing their average rank.
    let ranks (chains: Mat) : Mat =
        let values = chains.Values
        let count = values.Length
        let order = Sample.order values
        let result = Array.zeroCreate count
        let mutable first = 0

        while first < count do
            let mutable last = first

            while last + 1 < count && values[order[last + 1]] = values[order[first]] do
                last <- last + 1

            for i in first..last do
                result[order[i]] <- 0.5 * float (first + last) + 1.0

            first <- last + 1

        Mat.wrap chains.Rows chains.Columns result

    /// Normal scores of all ranks that so many draws can have, halves included: Phi^-1((rank - 3/8) / (S + 1/4)) for ranks 1, 1.5, ..., S.
    let internal scoreTable (count: int) : float[] =
        Array.init (2 * count - 1) (fun i ->
            Special.normalQuantile ((1.0 + 0.5 * float i - 0.375) / (float count + 0.25)))

    /// Normal scores of the ranks from their table.
    let internal normalScoresFrom (table: float[]) (chains: Mat) : Mat =
        ranks chains |> Mat.map (fun rank -> table[int (2.0 * rank) - 2])

    /// Normal scores of the ranks, z = Phi^-1((rank - 3/8) / (S + 1/4)) for S draws (Vehtari et al. 2021, 14).
    let normalScores (chains: Mat) : Mat = normalScoresFrom (scoreTable chains.Values.Length) chains
