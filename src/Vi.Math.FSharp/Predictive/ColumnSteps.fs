namespace Vi.Math

/// One step of what is done to a column's numbers before a model reads them. All steps increase.
[<RequireQualifiedAccess>]
type ColumnStep =
    /// log x, for x > 0.
    | Log
    /// log(1 + x), for x > -1.
    | Log1p
    /// (x - mean) / sd, sd > 0.
    | Standardize of mean: float * sd: float

/// A column as a model reads it.
type ModelColumn =
    {
        /// Its name; of an indicator that of the column of texts, "=" and the text.
        Name: string
        /// The column of the table that it is made from.
        Source: string
        /// Of an indicator the text for which it is 1; null for a column of numbers.
        Level: string | null
        /// What is done to its numbers, in order.
        Steps: ColumnStep[]
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Steps between a column's own unit and the numbers that a model reads.
[<RequireQualifiedAccess>]
module ColumnSteps =

    let private forward (x: float) step =
        match step with
        | ColumnStep.Log -> log x
        | ColumnStep.Log1p -> Special.log1p x
        | ColumnStep.Standardize(mean, sd) -> (x - mean) / sd

    let private backward step (t: float) =
        match step with
        | ColumnStep.Log -> exp t
        | ColumnStep.Log1p -> Special.expm1 t
        | ColumnStep.Standardize(mean, sd) -> mean + sd * t

    /// What the model reads of a value in the column's own unit.
    let apply (steps: ColumnStep[]) (x: float) : float = Array.fold forward x steps

    /// The value in the column's own unit of what a model reads.
    let invert (steps: ColumnStep[]) (t: float) : float = Array.foldBack backward steps t

    /// Whether means and standard deviations go back to the column's own unit as quantiles do: no step takes a logarithm.
    let isAffine (steps: ColumnStep[]) : bool = steps |> Array.forall (fun step -> step.IsStandardize)

    /// The affine steps after the last logarithm, which lead to it from what the model reads.
    let afterLogarithms (steps: ColumnStep[]) : ColumnStep[] =
        steps |> Array.rev |> Array.takeWhile (fun step -> step.IsStandardize) |> Array.rev

    /// A column's name where its logarithm is meant: "log x", "log1p x".
    let logarithmOf (name: string) (steps: ColumnStep[]) : string =
        (name, steps)
        ||> Array.fold (fun name step ->
            match step with
            | ColumnStep.Log -> $"log {name}"
            | ColumnStep.Log1p -> $"log1p {name}"
            | ColumnStep.Standardize _ -> name)

    /// Units of the column that are one unit of what the model reads, where every step is affine.
    let unit (steps: ColumnStep[]) : float =
        (1.0, steps)
        ||> Array.fold (fun size step ->
            match step with
            | ColumnStep.Standardize(_, sd) -> size * sd
            | ColumnStep.Log
            | ColumnStep.Log1p -> nan)

    /// log |d t / d x| at a value x in the column's own unit: what a log density gains on the way back to it, in nats.
    let logSlope (steps: ColumnStep[]) (x: float) : float =
        let struct (slope, _) =
            (struct (0.0, x), steps)
            ||> Array.fold (fun (struct (slope, x)) step ->
                let gain =
                    match step with
                    | ColumnStep.Log -> -log x
                    | ColumnStep.Log1p -> -(Special.log1p x)
                    | ColumnStep.Standardize(_, sd) -> -log sd

                struct (slope + gain, forward x step))

        slope
