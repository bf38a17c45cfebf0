namespace Vi.Figures

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

    let words id (values: obj list) = FigureText.Of("gaussian-mixture", id, List.toArray values)
    let columns = Seq.toArray data.ColumnNames
    let counts = q.Counts.ToArray()

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

    let points name rows color = Curves.Cloud(name, rows, (fun i -> (data.Row i)[0]), (fun i -> (data.Row i)[1]), color)

    let clusters () =
        Chart.xy
            (words
                "clusters"
                [ occupied.Length
                  counts.Length
                  Chart.drawn sampled.Length data.RowCount
                  Chart.axis data 0
                  Chart.axis data 1 ])
            [ for k in occupied do
                  let own = Seq.zip sampled assigned |> Seq.filter (fun (_, of') -> of' = k) |> Seq.map fst
                  points $"component {k + 1}" own k
                  let mean = Distribution.Mean q.Components[k]
                  let covariance = Distribution.Covariance q.Components[k]
                  let centre = struct (mean[0], mean[1])
                  let struct (x, y) = Curves.Ellipse(centre, covariance[0, 0], covariance[0, 1], covariance[1, 1], 2.0)
                  Curves.Through("", x, y, k) ]

    let trueClusters (labels: IReadOnlyList<int>) =
        Chart.xy
            (words "true-clusters" [ Chart.axis data 0; Chart.axis data 1 ])
            (sampled
             |> Array.groupBy (fun row -> labels[row])
             |> Array.sortBy fst
             |> Array.mapi (fun color (label, rows) -> points $"label {label}" rows color))

    let predictive column =
        let mixture = predicted column
        let marginal = Marginal.Of mixture

        Chart.mixtures
            (words "predictive-{0}" [ column + 1; columns[column]; marginal.Q05; marginal.Q95; Chart.axis data column ])
            (sampled |> Array.map (fun row -> (data.Row row)[column]))
            [ "predictive", mixture ]
            [ for k in occupied -> k, $"component {k + 1}", k ]

    let table =
        Chart.tableOf
            [ "component"
              "rows"
              "weight"
              for name in columns do
                  $"mean {name}"
                  $"sd {name}" ]
            (words "components" [])
            [ for k, count in Seq.indexed counts ->
                  [ box $"""{k + 1}{if count < 1.0 then " (empty)" else ""}"""
                    count
                    posterior[0].Entries[k].Mean
                    for j in 0 .. columns.Length - 1 do
                        let mean = posterior[1].Entries[k * columns.Length + j]
                        $"{Numbers.Significant mean.Mean} ± {Numbers.Significant mean.Sd}"
                        let covariance = Distribution.Covariance q.Components[k]
                        System.Math.Sqrt covariance[j, j] ] ]

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
    member this.Diagnostics(logEvidence: System.Nullable<float>) =
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
                      "labelAgreement", box (Labels.Purity(assigned, [| for row in sampled -> labels[row] |]))) ]

    /// The figures.
    member _.Exhibits(truth: JsonObject) : IReadOnlyList<Exhibit> =
        let weights =
            QuantityFigures.saying
                "The share of rows that each component is expected to explain. With stick-breaking weights the intervals are those of \
                 beta distributions with the weights' means and standard deviations."
                "component"

        [ if columns.Length > 1 then
              clusters ()
              yield! Chart.known data.Labels (fun labels -> trueClusters labels :> Exhibit)
          QuantityFigures.adjusted weights "q(pi)" truth posterior[0]
          for column in 0 .. min columns.Length 4 - 1 do
              predictive column
          table
          if compared.Count > 0 then
              TriedNumbers.Figure("components", compared) ]
