namespace Vi.Figures

open System
open System.Collections.Generic
open System.Linq
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Math.Fluent
open Vi.Results

/// Whether a sampler's chains agree, how far each draw is worth one, where trajectories diverged.
[<RequireQualifiedAccess>]
module internal ChainExhibits =

    let private mostRows = 40
    let private mostTraces = 2
    let private rankBins = 20

    /// A number with its draws and its column in the chains' figures.
    type private Entry = { Name: string; Draws: float[]; Column: int }

    let private entries (answer: ModelAnswer) (chains: ChainFigures) (shown: DrawTable) =
        [| for place in answer.Places do
               match shown.Find place.Name with
               | null -> ()
               | quantity ->
                   for i in 0 .. quantity.Count - 1 do
                       if Double.IsFinite chains.RHat[place.First + i] then
                           { Name = quantity.EntryName i; Draws = quantity.Entry i; Column = place.First + i } |]

    /// All entries in their own order, or those with the fewest effective draws.
    let private table (answer: ModelAnswer) (chains: ChainFigures) (inOrder: Entry[]) (byDraws: Entry[]) =
        let isLong = inOrder.Length > mostRows

        Chart.table
            (FigureText.Of("figures", "chains", isLong, mostRows, inOrder.Length, answer.Count, 100 * answer.Chains))
            [ for entry in (if isLong then Array.truncate mostRows byDraws else inOrder) ->
                  [ box entry.Name
                    chains.RHat[entry.Column]
                    chains.BulkSize[entry.Column]
                    chains.TailSize[entry.Column]
                    Enumerable.Average entry.Draws
                    chains.MeanError[entry.Column] ] ]

    let private chainByChain (answer: ModelAnswer) x y =
        [ for c in 0 .. answer.Chains - 1 -> Curves.Through($"chain {c + 1}", x, y c, c) ]

    let private trace (answer: ModelAnswer) (effective: float) entry =
        let length = answer.Count / answer.Chains
        let rows = Curves.Sample(length, 600)

        Chart.xy
            (FigureText.Of("figures", "trace-{0}", entry.Name, effective, answer.Count))
            (chainByChain answer (rows |> Array.map (fun i -> float i + 1.0)) (fun c ->
                rows |> Array.map (fun i -> entry.Draws[c * length + i])))

    let private ranks (answer: ModelAnswer) entry =
        let length = answer.Count / answer.Chains
        let counts = Array.init answer.Chains (fun _ -> Array.zeroCreate<float> rankBins)

        for rank, draw in entry.Draws |> Seq.indexed |> Seq.sortBy snd |> Seq.map fst |> Seq.indexed do
            let own = counts[draw / length]
            let bin = rank * rankBins / entry.Draws.Length
            own[bin] <- own[bin] + 1.0

        let middles = Array.init rankBins (fun bin -> (float bin + 0.5) / float rankBins)

        Chart.referring
            [ ReferenceLine("y", float length / float rankBins, "even") ]
            (FigureText.Of("figures", "ranks-{0}", entry.Name))
            (chainByChain answer middles (fun c -> counts[c]))

    let private energy (chains: ChainFigures) =
        let centred chain = let mean = Enumerable.Average(chain: float[]) in Array.map (fun e -> e - mean) chain
        let moves = chains.Energy |> Array.collect (Array.pairwise >> Array.map (fun (a, b) -> b - a))

        Chart.xy
            (FigureText.Of("figures", "energy", chains.Bfmi |> Seq.map Numbers.Significant |> String.concat ", "))
            [ DrawFigures.density "spread" (Array.collect centred chains.Energy) 0 "line"
              DrawFigures.density "moves from draw to draw" moves 1 "dashed" ]

    let private divergences (answer: ModelAnswer) (divergent: bool[]) x y =
        let bad =
            [| for i in 0 .. answer.Count - 1 do
                   if divergent[i] then
                       i |]

        let usual = Curves.Sample(answer.Count, 1500) |> Array.filter (fun i -> not divergent[i])
        let cloud name rows color = Curves.Cloud(name, rows, (fun i -> x.Draws[i]), (fun i -> y.Draws[i]), color)

        Chart.xy
            (FigureText.Of("figures", "divergences", bad.Length, x.Name, y.Name))
            [ cloud "draws" usual 0; cloud "draws of divergent trajectories" bad 1 ]

    let ofChains (answer: ModelAnswer) (chains: ChainFigures) (shown: DrawTable) : Exhibit list =
        let inOrder = entries answer chains shown
        let byDraws = inOrder |> Seq.sortBy (fun entry -> chains.BulkSize[entry.Column]) |> Seq.toArray

        if inOrder.Length = 0 then
            []
        else
            [ table answer chains inOrder byDraws
              for entry in Seq.truncate mostTraces byDraws do
                  trace answer chains.BulkSize[entry.Column] entry

                  if answer.Chains > 1 then
                      ranks answer entry
              if chains.HasTrajectories then
                  energy chains
              if chains.Divergent |> Array.exists (Array.contains true) then
                  divergences answer (Array.concat chains.Divergent) byDraws[0] byDraws[min 1 (byDraws.Length - 1)] ]

/// The figures of an answer by draws.
[<RequireQualifiedAccess>]
module DrawnFigures =

    /// Numbers whose densities are drawn.
    let private mostDensities = 12

    /// Chains or the approximation, each quantity that is shown, and what single quantities do not show. The draws' source in words: `4 chains`.
    let ofAnswer
        (answer: ModelAnswer)
        (shown: DrawTable)
        (quantities: IReadOnlyList<PosteriorQuantity>)
        (source: string)
        (truth: JsonObject)
        : IReadOnlyList<Exhibit> =
        let figure quantity = QuantityFigures.figure $"{answer.Count} draws of {source}" truth quantity :> Exhibit
        let varies (quantity: PosteriorQuantity) = quantity.IsScalar && quantity.Entries[0].Sd > 0.0

        [ match answer.Sampled with
          | null -> yield! ApproximationFigures.ofAnswer answer
          | chains -> yield! ChainExhibits.ofChains answer chains shown
          yield! quantities |> Seq.filter varies |> Seq.truncate mostDensities |> Seq.map figure
          yield! quantities |> Seq.filter (fun quantity -> not quantity.IsScalar) |> Seq.map figure
          yield! DrawFigures.joint shown ]
