namespace Vi.Figures

open System.Collections.Generic
open System.Linq
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What draws of a network predict: errors on held-out or fitted rows, and the function over a single column.
/// <param name="data">The fitted rows, the target last.</param>
/// <param name="test">Held-out rows; null where there are none.</param>
/// <param name="predict">Predicts inputs, N rows of the columns but the last.</param>
/// <param name="sigma">Draws of the noise's standard deviation.</param>
[<Sealed>]
type NetworkPredictions(data: ITable, test: ITable | null, predict: System.Func<Mat, NetworkPrediction>, sigma: float[])
    =

    let predicted (rows: seq<float[]>) =
        predict.Invoke(Statistics.Matrix(rows |> Seq.map (fun row -> row :> IReadOnlyList<float>)))

    let cloud name (table: ITable) color =
        let shown = Curves.Sample(table.RowCount, 1500)
        Curves.Cloud(name, shown, (fun i -> (table.Row i)[0]), (fun i -> (table.Row i)[1]), color)

    /// The true function where the experiment gives it on a grid: `truth: {"x": [...], "f": [...]}`.
    let known (truth: JsonObject) (grid: float[]) =
        match truth["x"], truth["f"] with
        | (:? JsonArray as x), (:? JsonArray as f) when x.Count = f.Count ->
            let number (node: JsonNode | null) =
                match node with
                | null -> nan
                | node -> node.GetValue<float>()

            let inside =
                Seq.zip (Seq.map number x) (Seq.map number f)
                |> Seq.filter (fun (x, _) -> x >= grid[0] && x <= Array.last grid)
                |> Seq.toArray

            [ Curves.Through("truth", Seq.map fst inside, Seq.map snd inside, 3, "dashed") ]
        | _ -> []

    /// Error and coverage of held-out rows, or of the fitted ones where none are held out.
    member _.Errors() =
        let rows, prefix =
            match test with
            | null -> data, "train"
            | test -> test, "test"

        let all = Array.init rows.RowCount rows.Row
        let prediction = all |> Seq.map (fun row -> row[.. row.Length - 2]) |> predicted
        let errors = Array.map2 (fun mean (row: float[]) -> row[row.Length - 1] - mean) prediction.Mean all
        let isInside error sd = if abs error <= 2.0 * sd then 1.0 else 0.0

        NamedNumbers.Of
            [ "noise", Enumerable.Average sigma
              prefix + "Rmse", System.Math.Sqrt(Enumerable.Average(errors |> Seq.map (fun error -> error * error)))
              prefix + "Inside2Sd", Enumerable.Average(Seq.map2 isInside errors prediction.TargetSd)
              prefix + "Rows", errors.Length ]

    /// The function of a single column, with the truth where the experiment gives it.
    member _.Function(truth: JsonObject) : Exhibit =
        let x = Array.init data.RowCount (fun i -> (data.Row i)[0])
        let low, high = Array.min x, Array.max x
        let margin = (high - low) / 4.0
        let grid = Curves.Grid(low - margin, high + margin, 161)
        let prediction = grid |> Seq.map Array.singleton |> predicted
        let sd = prediction.FunctionSd
        let edge = grid |> Seq.takeWhile (fun at -> at < low) |> Seq.length

        let band name sd color =
            let ends sign = Array.map2 (fun mean sd -> mean + sign * (2.0 * sd)) prediction.Mean sd
            Curves.Band(name, grid, ends -1.0, ends 1.0, color)

        Chart.xy
            (FigureText.Of(
                "bayesian-neural-network",
                "function",
                data.ColumnNames[1],
                data.ColumnNames[0],
                low,
                high,
                Enumerable.Average sd[edge .. sd.Length - edge - 1],
                max sd[0] (Array.last sd)
            ))
            [ band "a new target, 2 sd" prediction.TargetSd 2
              band "the function, 2 sd" sd 0
              cloud "fitted rows" data -1
              yield! Chart.known test (fun test -> cloud "held-out rows" test 1)
              Curves.Through("mean", grid, prediction.Mean, 0)
              yield! known truth grid ]
