namespace Vi.Figures

open System.Collections.Generic
open Vi.Data
open Vi.Results

/// What any regression infers: weights of the columns, the last of which is the target, and what is expected at the columns' means and where
/// they are 0.
type WeightQuantities(columns: IReadOnlyList<string>, weights: string, perDeviation: string, expected: string) =

    let explaining = Array.ofSeq (Seq.take (columns.Count - 1) columns)

    /// The weights.
    member val Weights = Quantity.Vector("w", weights, explaining)

    /// The weights for a standard deviation of each column.
    member val InDeviations =
        let labels: IReadOnlyList<string> | null = explaining
        Quantity("beta", [| explaining.Length |], Label = perDeviation, AxisLabels = [| labels |], Restates = "w")

    /// What is expected at the columns' means.
    member val AtMeans = Quantity.Scalar("b", $"{expected} at the columns' means")

    /// What is expected where all columns are 0.
    member val AtZero = Quantity.Scalar("intercept", $"{expected} where all columns are 0")

    /// The standard deviations of the columns that weights belong to; none where they are not to be standardised.
    member private this.Deviations(data: ITable) =
        match data.StandardDeviations with
        | null -> None
        | sds -> Some(Seq.toArray (Seq.truncate this.Weights.Count sds))

    /// The weights for a standard deviation of each column, where columns are to be standardised.
    member this.PerDeviation(data: ITable, weights: PosteriorQuantity, response: AscentResponse) =
        this.Deviations data
        |> Option.map (fun sds -> PosteriorQuantity.Scaled(this.InDeviations, sds, weights, response))
        |> Option.toList

    /// The same from draws of the weights.
    member this.PerDeviation(data: ITable, draws: DrawTable) : seq<DrawnQuantity> =
        match draws.Find this.Weights.Name with
        | null -> Seq.empty
        | weights ->
            this.Deviations data
            |> Option.map (fun sds ->
                let draw s = Array.map2 (*) sds (weights.Draw s)
                DrawnQuantity(this.InDeviations, Array.collect draw [| 0 .. weights.Draws - 1 |], sds.Length, 0))
            |> Option.toArray
            |> Seq.ofArray
