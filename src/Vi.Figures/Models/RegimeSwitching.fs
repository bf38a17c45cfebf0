namespace Vi.Figures

open System.Collections.Generic
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What a fitted chain of regimes says of a table's rows, with the true values of its data; what has no closed form by draws of the transition
/// matrix.
[<Sealed>]
type RegimeAnswer
    (
        data: ITable,
        prior: RegimeSwitchingPrior,
        rows: Rows,
        q: RegimeSwitchingPosterior,
        seed: uint64,
        given: JsonObject,
        compared: IReadOnlyList<TriedNumber>
    ) =

    /// Draws of the transition matrix.
    static let draws = 2000

    /// Columns that get figures of their own.
    static let mostColumns = 4

    let words id (values: obj list) = FigureText.Of("regime-switching", id, List.toArray values)
    let name state = $"state {state + 1}"
    let columns = Seq.toArray data.ColumnNames
    let states = q.States.Length
    let truth = RegimeAnswer.InOrder(given, states)
    let view = RegimeSwitchingModel.View(prior, q, rows, draws, seed)
    let named = RegimeAnswer.Quantities(states, columns)

    let each of' =
        [| for s in q.States do
               for j in 0 .. columns.Length - 1 -> of' s j |]

    let transitions =
        PosteriorQuantity(
            named[1],
            [| for row in q.Transitions do
                   for j in 0 .. states - 1 -> RegimeSwitchingModel.Probability(row, j) |]
        )

    let means =
        PosteriorQuantity(named[2], each (fun s j -> Marginal.Of(Distribution.MarginalMean((s: NormalWishart), j))))

    let sds =
        PosteriorQuantity(named[3], each (fun s j -> Marginal.OfSquareRoot(Distribution.MarginalVariance(s, j))))

    let stationary = view.StationaryDraws |> Array.map DrawnQuantity.MarginalOf

    let durations =
        if states > 1 then
            Array.init states (fun k -> RegimeSwitchingModel.Duration(q, k))
        else
            [||]

    let posterior =
        [| PosteriorQuantity(named[0], Seq.init states (fun k -> RegimeSwitchingModel.Probability(q.Initial, k)))
           transitions
           means
           sds
           PosteriorQuantity(named[4], stationary)
           if states > 1 then
               PosteriorQuantity(named[5], durations) |]

    let predicted weights column = RegimeSwitchingModel.Predictive(q, weights, column)
    let next column = predicted view.Next column
    let value column row = (data.Row row)[column]
    let shown = Curves.Sample data.RowCount
    let drawn = Chart.drawn shown.Length data.RowCount
    let axis = TimeAxis data
    let times = shown |> Array.map axis.At
    let overTime words series = axis.Of(Chart.xy words series)

    let series column =
        let values = shown |> Array.map (value column)
        let ends = Array.min values, Array.max values

        let rows =
            Seq.init states (fun k ->
                $"{name k} in {view.States |> Seq.filter (fun state -> state = k) |> Seq.length} rows")

        overTime
            (words "regimes-{0}" [ column + 1; columns[column]; String.concat ", " rows; drawn; Chart.axis data column ])
            [ for k in 0 .. states - 1 do
                  if Array.contains k view.States then
                      OverTime.stretches axis (name k) view.States k ends k
              Curves.Through(columns[column], times, values, -1) ]

    let probabilities () =
        let next = Seq.init states (fun k -> $"{name k} {Numbers.Significant view.Next[k]}")

        overTime
            (words "state-probabilities" [ String.concat ", " next; drawn ])
            [ for k in 0 .. states - 1 ->
                  Curves.Through(name k, times, shown |> Seq.map (fun row -> view.Probabilities[row][k]), k) ]

    /// sd of the last rows against the sd that the states' probabilities imply, with what is left uncertain about each state's own.
    let volatility column =
        let implied (sd: Marginal -> float) =
            let variances =
                Array.init states (fun k ->
                    let own = sd sds.Entries[k * columns.Length + column]
                    own * own)

            shown |> Array.map (fun row -> sqrt (Seq.sum (Seq.map2 (*) view.Probabilities[row] variances)))

        overTime
            (words "volatility-{0}" [ column + 1; columns[column]; OverTime.window; Chart.axis data column ])
            [ Curves.Band("inferred, 90 % band", times, implied _.Q05, implied _.Q95)
              Curves.Through("inferred", times, implied _.Q50, 0)
              Curves.Through(
                  $"rolling, {OverTime.window} rows",
                  times,
                  shown |> Seq.map (OverTime.rollingSd (value column)),
                  1
              ) ]

    let cell (of': Marginal) =
        box $"{Numbers.Significant of'.Mean} ({Numbers.Significant of'.Q05} to {Numbers.Significant of'.Q95})"

    let transitionTable () =
        Chart.tableOf
            [ "from"
              for k in 0 .. states - 1 do
                  $"to {name k}"
              "duration (rows)"
              "share in the long run" ]
            (words "transition-table" [])
            [ for i in 0 .. states - 1 ->
                  [ box (name i)
                    for j in 0 .. states - 1 do
                        cell transitions.Entries[i * states + j]
                    cell durations[i]
                    cell stationary[i] ] ]

    let predictive column =
        let marginal = Marginal.Of(next column)

        Chart.mixtures
            (words
                "predictive-{0}"
                [ column + 1; columns[column]; marginal.Q05; marginal.Q95; marginal.Q50; Chart.axis data column ])
            (Array.map (value column) shown)
            [ "in the long run", predicted view.LongRun column; "next row", next column ]
            (if states > 1 then [ for k in 0 .. states - 1 -> k, name k, k + 2 ] else [])

    let table () =
        Chart.tableOf
            [ "state"
              "rows"
              for name in columns do
                  $"mean {name}"
                  $"sd {name}" ]
            (words "states" [])
            [ for k in 0 .. states - 1 ->
                  [ box (name k + (if view.Counts[k] < 1.0 then " (empty)" else ""))
                    view.Counts[k].ToString "F1"
                    for j in 0 .. columns.Length - 1 do
                        cell means.Entries[k * columns.Length + j]
                        cell sds.Entries[k * columns.Length + j] ] ]

    /// What is reported of S states.
    static member Quantities(states: int, columns: IReadOnlyList<string>) : IReadOnlyList<Quantity> =
        [| Quantity.Vector("pi", "probabilities of the first state", states)
           Quantity.Matrix("A", "transition probabilities, from row to column", states, states)
           Quantity.Matrix("mu", "means of the states", states, columns)
           Quantity.Matrix("sigma", "standard deviations within the states (volatilities)", states, columns)
           Quantity.Vector("stationary", "shares of time in the long run", states)
           Quantity.Vector("duration", "expected rows until a state is left", states) |]

    /// True values, their states by increasing volatility; empty where unknown or of another number of states.
    static member InOrder(truth: JsonObject, states: int) : JsonObject =
        let items (node: JsonNode | null) =
            match node with
            | :? JsonArray as items -> items |> Seq.choose Option.ofObj |> Seq.toArray
            | _ -> [||]

        let sds = items truth["sigma"]

        if sds.Length <> states then
            JsonObject()
        else
            let order =
                [ 0 .. states - 1 ]
                |> Seq.sortBy (fun k -> items sds[k] |> Seq.sumBy (fun sd -> log (sd.GetValue<float>())))

            let ordered (nodes: JsonNode[]) = [| for k in order -> nodes[k] |]
            let array (nodes: JsonNode[]) : JsonNode = JsonArray [| for node in nodes -> node.DeepClone() |]

            let all = JsonObject()
            all["mu"] <- array (ordered (items truth["mu"]))
            all["sigma"] <- array (ordered sds)
            all["A"] <- array (items truth["A"] |> ordered |> Array.map (items >> ordered >> array))
            all

    /// True values, their states by increasing volatility.
    member _.Truth = truth

    /// The chain's states, row by row.
    member _.View = view

    /// The quantities with their distributions.
    member _.Posterior: IReadOnlyList<PosteriorQuantity> = posterior

    /// Variational parameters by textbook name.
    member _.Parameters =
        NamedNumbers.Of
            [ "alpha_pi", q.Initial.Concentration
              "alpha_A", [ for row in q.Transitions -> row.Concentration ]
              "beta", [ for state in q.States -> state.PrecisionScale ]
              "nu", [ for state in q.States -> state.Precision.DegreesOfFreedom ]
              "m", [ for state in q.States -> state.Mean ]
              "W", [ for state in q.States -> Distribution.ScaleMatrix state ]
              yield! NamedNumbers.ScaleParameters(RegimeSwitchingModel.Scale q) ]

    /// What the diagnostics store; the evidence is not known in general.
    member _.Diagnostics(logEvidence: System.Nullable<float>) =
        NamedNumbers.Of
            [ "states", states
              "stateCounts", view.Counts
              "lastStateProbabilities", view.Probabilities[view.Probabilities.Length - 1]
              "nextStateProbabilities", view.Next
              "nextStep", [ for j, name in Seq.indexed columns -> NamedNumbers.Predictive(name, Marginal.Of(next j)) ]
              match data.Labels with
              | null -> ()
              | labels ->
                  "labelAgreement", Labels.Agreement(view.States, labels)
                  "labelAgreementOfPath", Labels.Agreement(view.Path, labels)
              "logEvidence", box logEvidence
              if compared.Count > 0 then
                  "bounds", box (TriedNumbers.Diagnostics("states", compared)) ]

    /// The figures.
    member _.Exhibits: IReadOnlyList<Exhibit> =
        let figured = [ 0 .. min columns.Length mostColumns - 1 ]
        let ofStates = QuantityFigures.saying "States by increasing volatility." "state"
        let fromTo words = { words with Heads = [| "from, to"; words.Heads[1] |] }

        [ for column in figured do
              series column
          if states > 1 then
              probabilities ()
          if data.RowCount > OverTime.window then
              for column in figured do
                  volatility column
          if states > 1 then
              QuantityFigures.adjusted fromTo "q(A)" truth transitions
              transitionTable ()
          yield! QuantityFigures.ofColumns ofStates "q(mu)" truth means |> Seq.cast<Exhibit>
          yield! QuantityFigures.ofColumns ofStates "q(Lambda)" truth sds |> Seq.cast<Exhibit>
          for column in figured do
              predictive column
          table ()
          if compared.Count > 0 then
              TriedNumbers.Figure("states", compared) ]
