namespace Vi.Figures

open System.Collections.Generic
open System.Linq
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Results

/// Volatility as draws of the log variances h of a column's returns have it.
[<Sealed>]
type VolatilityDraws(data: ITable, returns: float[], draws: DrawTable) =

    let means name =
        match draws.Find name with
        | null -> [||]
        | found -> found.Means()

    /// Share of the returns within 1.96 of their posterior volatilities.
    member _.InsideShare =
        let mean = Seq.sum (means "mean")
        let isInside y h = if abs (y - mean) <= 1.96 * exp (0.5 * h) then 1.0 else 0.0
        Enumerable.Average(Seq.map2 isInside returns (means "h"))

    /// The volatility over time a year of so many rows, in per cent where the unit of the returns is known; true states lie behind it where the
    /// data have labels.
    member _.Figure(perYear: float, truth: JsonObject) : XyChart =
        let axis = TimeAxis data
        let column = Seq.last data.ColumnNames
        let isReturn = data.Unit <> DataUnit.None
        let scale = (if isReturn && data.Unit = DataUnit.Fraction then 100.0 else 1.0) * sqrt perYear

        let rows, paths =
            match draws.Find "h" with
            | null -> [||], [||]
            | h ->
                let rows = Curves.Sample(h.Count, 1500)
                rows, rows |> Array.map (h.Entry >> Array.sort)

        let quantiles p = paths |> Array.map (fun path -> scale * exp (0.5 * DensityEstimate.Quantile(path, p)))
        let x = rows |> Array.map axis.At
        let upper = quantiles 0.95
        let rolling = rows |> Seq.map (fun t -> scale * OverTime.rollingSd (fun i -> returns[i]) t)

        Chart.xy
            (FigureText.Of(
                "stochastic-volatility",
                "volatility",
                column,
                perYear,
                OverTime.window,
                (if isReturn then 1 else 0)
            ))
            [ match data.Labels with
              | null -> ()
              | labels ->
                  for state in labels |> Seq.distinct |> Seq.filter (fun state -> state > 0) |> Seq.sort do
                      OverTime.stretches axis $"true state {state + 1}" labels state (0.0, Array.max upper) (2 + state)
              Curves.Band("90 % interval", x, quantiles 0.05, upper)
              Curves.Through("median", x, quantiles 0.5, 0)
              Curves.Through($"rolling over {OverTime.window} rows", x, rolling, -1, "dotted")
              match NestedNumbers.Flat(truth["volatility"], [| returns.Length |]) with
              | null -> ()
              | known -> Curves.Through("truth", x, rows |> Seq.map (fun t -> scale * known[t]), 1, "dashed") ]
        |> axis.Of
