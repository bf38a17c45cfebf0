namespace Vi.Math.FSharp

open Vi.Math

/// Whether chains agree: how much wider all draws together are than a chain on its own (Gelman and Rubin 1992; Vehtari et al. 2021).
/// 1 where they agree; above 1.01 there is something to look at. Chains are matrices (chains x draws); NaN where draws are not finite or
/// all the same.
[<RequireQualifiedAccess>]
module RHat =

    /// R-hat up to which chains agree (Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021).
    let agreement = 1.01

    /// sqrt((B / W + N - 1) / N) of chains as they are, with B = N var(means) and W the average variance within.
    let basic (chains: Mat) =
        if chains.Columns < 2 || not (Chains.vary chains) then
            nan
        else
            let n = float chains.Columns
            let rows = Array.init chains.Rows (fun c -> Mat.row c chains)
            let between = n * Sample.variance (Vec.wrap (rows |> Array.map Sample.mean))
            let within = rows |> Array.averageBy Sample.variance
            sqrt ((between / within + n - 1.0) / n)

    /// Of split chains: sees a chain that drifts.
    let split (chains: Mat) = basic (Chains.split chains)

    /// Of rank-normalised split chains: needs no finite moments.
    let bulk (chains: Mat) =
        if Chains.vary chains then
            basic (Chains.normalScores (Chains.split chains))
        else
            nan

    /// Of folded rank-normalised split chains: sees chains that differ in scale.
    let folded (chains: Mat) =
        if Chains.vary chains then
            basic (Chains.normalScores (Chains.split (Chains.fold chains)))
        else
            nan

    /// The larger of the two: the figure to report.
    let rank (chains: Mat) = max (bulk chains) (folded chains)
