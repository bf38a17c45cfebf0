namespace Vi.Figures

open System.Collections.Generic
open System.Linq
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What a fitted factor model of a table's rows says. Figures show factors by falling size, or turned to the true ones where those are known.
[<Sealed>]
type FactorAnswer
    (
        data: ITable,
        rows: LatentFactorData,
        q: LatentFactorPosterior,
        truth: JsonObject,
        compared: IReadOnlyList<TriedNumber>
    ) =

    /// A factor counts as kept if it explains at least this share of the variance. One that is turned off is left with 1 / (alpha + T / psi) of each
    /// column's variance, psi being the noise's share of it; with the default prior, Gamma(0.001, 0.001), the updates of N loadings and alpha end
    /// at alpha (alpha + T / psi) = 500 N T / psi. That is no more than this share where T / psi is at least 2000 / (N + 2): 0.00096 was
    /// measured for N = 6 and T = 100. Where there are fewer rows, a factor that is turned off may count as kept.
    static let leastShare = 1e-3

    static let mostFactors = 4
    static let mostColumns = 60
    static let mostRows = 400

    let words id (values: obj list) = FigureText.Of("factor-model", id, List.toArray values)
    let factors = q.LoadingSquares.Length
    let explained = LatentFactorModel.Explained q
    let columns = data.ColumnNames |> Seq.truncate mostColumns |> Seq.toArray

    let left =
        if columns.Length < data.ColumnNames.Count then
            $" The first {columns.Length} of {data.ColumnNames.Count} columns are drawn."
        else
            ""

    static let table (node: JsonNode | null) : float[][] =
        match node with
        | :? JsonArray as rows when
            rows
            |> Seq.forall (function
                | :? JsonArray as row -> row.Count > 0
                | _ -> false)
            ->
            [| for row in Seq.cast<JsonArray> rows ->
                   [| for value in Seq.cast<JsonNode> row -> value.GetValue<float>() |] |]
        | _ -> [||]

    /// True loadings (N x J).
    let trueLoadings =
        match table truth["B"] with
        | [||] -> None
        | known when known.Length = data.ColumnNames.Count && known[0].Length <= factors -> Some known
        | _ -> None

    /// True factors, T rows of J.
    let trueFactors =
        match table truth["F"], trueLoadings with
        | known, Some loadings when known.Length > 0 && known[0].Length = loadings[0].Length -> Some known
        | _ -> None

    let loadings =
        trueLoadings |> Option.map (Seq.map (fun row -> row :> IReadOnlyList<float>) >> Statistics.Matrix)

    let turned = LatentFactorModel.Turned(q, Option.toObj loadings)
    let correlations = loadings |> Option.map turned.Correlations

    /// Entry j, as it is shown, of a normal vector of loadings or factors.
    let shown j (struct (mean, covariance)) =
        let struct (at, sd) = turned.Shown(mean, covariance, j)
        Marginal.Of { Mean = at; Variance = sd * sd }

    let posterior =
        let names = FactorAnswer.Quantities(factors, data.ColumnNames)

        [| PosteriorQuantity(names[0], Seq.collect PosteriorQuantity.MarginalsOf q.Loadings, IsIdentified = false)
           PosteriorQuantity(names[1], q.NoisePrecisions |> Seq.map (Distribution.Reciprocal >> Marginal.Of))
           if q.LoadingPrecisions.Count > 0 then
               PosteriorQuantity(names[2], q.LoadingPrecisions) |]

    let ofLoadings j =
        let at =
            Array.init columns.Length (fun n ->
                shown j (struct (q.Loadings[n].Mean, Distribution.Covariance q.Loadings[n])))

        let correlation = correlations |> Option.map (Array.item j) |> Option.defaultValue 0.0

        Chart.referring
            [ ReferenceLine("y", 0.0, "") ]
            (words "loadings-{0}" [ j + 1; trueLoadings.IsSome; correlation; explained.ByFactor[j]; left ])
            [ Chart.intervals "q(B): mean and 90 % interval" columns at 0
              match trueLoadings with
              | Some known -> Chart.named "points" "truth" columns (Seq.init columns.Length (fun n -> known[n][j])) 1
              | None -> () ]

    let paths count =
        let drawn = min data.RowCount mostRows
        let first = data.RowCount - drawn
        let axis = TimeAxis data
        let times = Array.init drawn (fun t -> axis.At(first + t))
        let ofRow = LatentFactorModel.FactorsOf(rows, q)
        let distributions = Array.init drawn (fun t -> ofRow.Invoke(data.Row(first + t)))

        let truth =
            trueFactors
            |> Option.filter (fun all -> all.Length = data.RowCount)
            |> Option.map (Array.skip first)

        [ for j in 0 .. count - 1 do
              let at: Marginal[] = distributions |> Array.map (shown j)
              let known = truth |> Option.map (Array.map (Array.item j))
              let isInside value (p: Marginal) = if p.Q05 <= value && value <= p.Q95 then 1.0 else 0.0

              let inside =
                  match known with
                  | Some known -> Enumerable.Average(Seq.map2 isInside known at)
                  | None -> 0.0

              Chart.xy
                  (words "factor-{0}" [ j + 1; drawn < data.RowCount; drawn; data.RowCount; known.IsSome; inside ])
                  [ Curves.Band("90 % band", times, at |> Array.map _.Q05, at |> Array.map _.Q95)
                    Curves.Through("expected factor", times, at |> Array.map _.Mean, 0)
                    match known with
                    | Some known -> Curves.Through("truth", times, known, 1, "dotted")
                    | None -> () ]
              |> axis.Of ]

    let ofColumns () =
        Chart.stacked
            (words "explained" [ left ])
            [ for k, share in Seq.indexed explained.ByFactor do
                  if k < mostFactors || share >= 0.01 then
                      let shares = Seq.init columns.Length (fun n -> explained.ByColumn[n][k])
                      Chart.named "bars" $"factor {k + 1}" columns shares k ]

    let ofFactors () =
        let alpha = Array.tryItem 2 posterior

        Chart.tableOf
            [ "factor"
              "share of the variance"
              "sum of squared loadings"
              if alpha.IsSome then
                  "precision alpha"
                  "its 90 % interval" ]
            (words "factors" [ alpha.IsSome ])
            [ for k, share in Seq.indexed explained.ByFactor ->
                  [ box $"factor {k + 1}"
                    Numbers.Percent share
                    q.LoadingSquares[k]
                    match alpha with
                    | Some alpha ->
                        let own = alpha.Entries[k]
                        own.Mean
                        $"{Numbers.Significant own.Q05} to {Numbers.Significant own.Q95}"
                    | None -> () ] ]

    /// What is reported of K factors; communalities by samplers only.
    static member Quantities(factors: int, columns: IReadOnlyList<string>) : IReadOnlyList<Quantity> =
        [| Quantity.Matrix("B", "loadings, a row for each column", columns, factors)
           Quantity.Vector("psi", "idiosyncratic variances", columns)
           Quantity.Vector("alpha", "precisions of the factors' loadings", factors)
           Quantity.Vector("communality", "variances that the factors explain", columns) |]

    /// The share of the variance from which a factor counts as kept.
    static member LeastShare = leastShare

    /// The quantities with their distributions.
    member _.Posterior: IReadOnlyList<PosteriorQuantity> = posterior

    /// Factors that explain something.
    member _.Kept = explained.ByFactor |> Seq.filter (fun share -> share >= leastShare) |> Seq.length

    /// Variational parameters by textbook name.
    member _.Parameters =
        NamedNumbers.Of
            [ "m_B", q.LoadingMeans
              "S_B", [ for row in q.Loadings -> Distribution.Covariance row ]
              "a_n", [ for tau in q.NoisePrecisions -> tau.Shape ]
              "b_n", [ for tau in q.NoisePrecisions -> tau.Rate ]
              "means", rows.Means
              if q.LoadingPrecisions.Count > 0 then
                  "a_alpha", [ for alpha in q.LoadingPrecisions -> alpha.Shape ]
                  "b_alpha", [ for alpha in q.LoadingPrecisions -> alpha.Rate ] ]

    /// What the diagnostics store.
    member this.Diagnostics =
        NamedNumbers.Of
            [ "factors", factors
              "keptFactors", this.Kept
              "explainedByFactor", explained.ByFactor
              "explainedByColumn", [ for shares in explained.ByColumn -> Seq.sum shares ]
              "readOnce", rows.IsReduced
              match correlations with
              | Some correlations -> "loadingCorrelations", correlations
              | None -> ()
              match posterior[1].TruthIn truth with
              | null -> ()
              | known ->
                  let errors = Seq.map2 (fun psi (own: Marginal) -> abs (psi - own.Mean)) known posterior[1].Entries
                  "psiMeanAbsoluteError", Enumerable.Average errors
              if compared.Count > 0 then
                  "bounds", TriedNumbers.Diagnostics("factors", compared) ]

    /// The figures.
    member _.Exhibits: IReadOnlyList<Exhibit> =
        let count = min turned.Count mostFactors

        let variances =
            QuantityFigures.saying
                "What the factors leave of each column's variance. The prior of 1 / psi pulls small variances up, the more the fewer \
                 rows there are."
                "column"

        [ for j in 0 .. count - 1 do
              ofLoadings j
          yield! paths count |> Seq.cast<Exhibit>
          QuantityFigures.adjusted variances "q(psi)" truth posterior[1]
          ofColumns ()
          ofFactors ()
          if compared.Count > 0 then
              TriedNumbers.Figure("factors", compared) ]
