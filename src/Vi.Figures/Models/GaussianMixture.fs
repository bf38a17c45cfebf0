namespace Vi.Figures

open System
open System.Collections.Generic
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What a fitted mixture of a table's rows says: quantities, parameters, and clusters, predictive densities and components as figures.
[<Sealed>]
type MixtureAnswer(data: ITable, q: FittedMixture, compared: IReadOnlyList<TriedNumber>) =

    /// Components with a colour of their own in figures, and weights in one.
    static let mostColours = 12
    static let mostWeights = 40

    let words id (values: obj list) = FigureText.Of("gaussian-mixture", id, List.toArray values)
    let columns = Seq.toArray data.ColumnNames
    let counts = q.Counts.ToArray()

    /// Views of the rows: the two columns, or principal components and pairs of columns, with the share of the variance in the components.
    let planes =
        lazy
            (if columns.Length > 2 then
                 Planes.several data q
             else
                 [| Planes.ofColumns data 0 1 |])

    let share = lazy (if columns.Length > 2 then Planes.shareOfComponents data else 1.0)

    let occupied =
        [| for k in 0 .. counts.Length - 1 do
               if counts[k] >= 1.0 then
                   k |]

    /// Rows that figures show, and the most probable component of each.
    let sampled = Curves.Sample data.RowCount

    let assigned =
        let values: float[] = sampled |> Array.collect data.Row
        GaussianMixtureModel.MostProbable(q.View, Rows.OfRowMajor(values, columns.Length))

    let predicted column = GaussianMixtureModel.Predictive(q.View, column)

    let posterior =
        let names = MixtureAnswer.Quantities(counts.Length, columns)

        let entries of' =
            [| for c in q.Components do
                   for j in 0 .. columns.Length - 1 -> of' c j |]

        [| PosteriorQuantity(names[0], q.WeightDistributions |> Seq.map (fun weight -> Marginal.Of weight))
           PosteriorQuantity(names[1], entries (fun c j -> Marginal.Of(Distribution.MarginalMean(c, j))))
           PosteriorQuantity(names[2], entries (fun c j -> Marginal.OfSquareRoot(Distribution.MarginalVariance(c, j)))) |]

    /// All components, the largest first, and those in use that have a colour of their own.
    let bySize = [| 0 .. counts.Length - 1 |] |> Array.sortBy (fun k -> -counts[k])
    let coloured = bySize |> Array.filter (fun k -> counts[k] >= 1.0) |> Array.truncate mostColours

    /// Places among the sampled rows that are drawn in every view.
    let dots = Curves.Sample(sampled.Length, (if columns.Length > 2 then 1500 else sampled.Length))

    /// The same rows for inferred and true clusters in every view.
    let inViews (words: FigureText) (series: Plane -> Series list) : Exhibit =
        let chart (plane: Plane) = Chart.xy { words with Heads = [| plane.X.Title; plane.Y.Title |] } (series plane)

        match planes.Value with
        | [| plane |] -> chart plane
        | all ->
            ViewsExhibit(
                Id = words.Id,
                Title = words.Title,
                Caption = words.Caption,
                Views = [| for plane in all -> NamedView(plane.Name, chart plane) |]
            )

    let cloud (plane: Plane) name color isIn =
        let places = dots |> Array.filter isIn |> Array.map (fun i -> data.Row sampled[i])
        Curves.Through(name, places |> Array.map plane.X.At, places |> Array.map plane.Y.At, color, "points")

    let clusters () =
        let left = occupied.Length - coloured.Length
        let rows = Chart.drawn dots.Length data.RowCount
        let isWide = columns.Length > 2
        let chosen = if columns.Length > Planes.mostColumns then Planes.mostColumns else 0

        inViews
            (words
                "clusters"
                [ occupied.Length; counts.Length; rows; isWide; share.Value; chosen; left; coloured.Length ])
            (fun plane ->
                [ for color, k in Seq.indexed coloured do
                      cloud plane $"component {k + 1}" color (fun i -> assigned[i] = k)
                      let struct (x, y) = Planes.ellipse plane q.Components[k]
                      Curves.Through("", x, y, color)
                  if left > 0 then
                      cloud plane "other components" -1 (fun i -> not (Array.contains assigned[i] coloured)) ])

    /// Labels in the colours of the components that they agree with most.
    let trueClusters (labels: IReadOnlyList<int>) =
        let ofRows = sampled |> Array.map (fun row -> labels[row])
        let matched = Labels.Matched(assigned, ofRows)
        let all = ofRows |> Array.distinct |> Array.sort
        let color label = coloured |> Array.tryFindIndex (fun k -> k < matched.Count && matched[k] = Nullable label)
        let further = all |> Array.filter (color >> Option.isNone)

        inViews (words "true-clusters" []) (fun plane ->
            [ for label in all ->
                  let own =
                      color label |> Option.defaultWith (fun () -> coloured.Length + Array.IndexOf(further, label))

                  cloud plane $"label {label}" own (fun i -> ofRows[i] = label) ])

    let predictive column =
        let mixture = predicted column
        let marginal = Marginal.Of mixture

        Chart.mixtures
            (words "predictive-{0}" [ column + 1; columns[column]; marginal.Q05; marginal.Q95; Chart.axis data column ])
            (sampled |> Array.map (fun row -> (data.Row row)[column]))
            [ "predictive", mixture ]
            [ for color, k in Seq.indexed coloured -> k, $"component {k + 1}", color ]

    let table =
        Chart.tableOf
            [ "component"
              "rows"
              "weight"
              for name in columns do
                  $"mean {name}"
                  $"sd {name}" ]
            (words "components" [])
            [ for k in bySize ->
                  let count = counts[k]

                  [ box $"""{k + 1}{if count < 1.0 then " (empty)" else ""}"""
                    count
                    posterior[0].Entries[k].Mean
                    for j in 0 .. columns.Length - 1 do
                        let mean = posterior[1].Entries[k * columns.Length + j]
                        $"{Numbers.Significant mean.Mean} ± {Numbers.Significant mean.Sd}"
                        let covariance = Distribution.Covariance q.Components[k]
                        Math.Sqrt covariance[j, j] ] ]

    /// Weights, means and standard deviations of K components.
    static member Quantities(components: int, columns: IReadOnlyList<string>) : IReadOnlyList<Quantity> =
        [| Quantity.Vector("pi", "weights of the components", components)
           Quantity.Matrix("mu", "means of the components", components, columns)
           Quantity.Matrix("sigma", "standard deviations within the components", components, columns) |]

    /// The same with their distributions.
    member _.Posterior: IReadOnlyList<PosteriorQuantity> = posterior

    /// Components that explain a row or more.
    member _.Occupied = occupied.Length

    /// exp of the entropy of the components' shares.
    member _.Effective = GaussianMixtureModel.EffectiveComponents q.Counts

    /// Variational parameters by textbook name.
    member _.Parameters(covariance: MixtureCovariance) =
        let tied = (covariance = MixtureCovariance.Tied)

        NamedNumbers.Of
            [ for pair in q.Numbers do
                  pair.Key, (if tied && pair.Key = "nu" then box pair.Value[0] else pair.Value)
              for pair in q.Vectors do
                  pair.Key, pair.Value
              if q.ScaleMatrices.Count > 0 then
                  "W", (if tied then box q.ScaleMatrices[0] else q.ScaleMatrices)
              yield! NamedNumbers.ScaleParameters q.Scale ]

    /// What the diagnostics store; the evidence is not known in general.
    member this.Diagnostics(logEvidence: Nullable<float>) =
        NamedNumbers.Of
            [ "components", counts.Length
              "occupiedComponents", occupied.Length
              "effectiveComponents", this.Effective
              "componentCounts", counts
              "predictive",
              [ for j, name in Seq.indexed columns -> NamedNumbers.Predictive(name, Marginal.Of(predicted j)) ]
              "logEvidence", box logEvidence
              if compared.Count > 0 then
                  "bounds", box (TriedNumbers.Diagnostics("components", compared))
              yield!
                  Chart.known data.Labels (fun labels ->
                      "labelPurity", box (Labels.Purity(assigned, [| for row in sampled -> labels[row] |])))
              yield!
                  Chart.known data.Labels (fun labels ->
                      "adjustedRandIndex", box (Labels.AdjustedRand(assigned, [| for row in sampled -> labels[row] |]))) ]

    /// The figures.
    member _.Exhibits(truth: JsonObject) : IReadOnlyList<Exhibit> =
        let shown = Array.truncate mostWeights bySize

        let left =
            if shown.Length < counts.Length then
                $" ({shown.Length} of {counts.Length})"
            else
                ""

        let weights =
            QuantityFigures.saying
                $"The share of rows that each component is expected to explain, the largest first{left}. With stick-breaking weights the \
                  intervals are those of beta distributions with the weights' means and standard deviations."
                "component"

        let quantity =
            Quantity.Vector("pi", "weights of the components", shown |> Array.map (fun k -> string (k + 1)))

        let known = JsonObject()

        match posterior[0].TruthIn truth with
        | null -> ()
        | values -> known["pi"] <- JsonArray [| for k in shown -> JsonValue.Create values[k] :> JsonNode |]

        [ if columns.Length > 1 then
              clusters ()
              yield! Chart.known data.Labels (fun labels -> trueClusters labels)
          PosteriorQuantity(quantity, shown |> Array.map (fun k -> posterior[0].Entries[k]))
          |> QuantityFigures.adjusted weights "q(pi)" known
          for column in 0 .. min columns.Length 4 - 1 do
              predictive column
          table
          if compared.Count > 0 then
              TriedNumbers.Figure("components", compared) ]
