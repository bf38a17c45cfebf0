namespace Vi.Math

open System

/// Evaluates a log density and its gradient over buffers of its own: one thread at a time uses an evaluator. A point where the density
/// is not finite is a value like any other: it gives minus infinity or NaN, never an exception.
type IDensityEvaluator =

    /// Number D of coordinates.
    abstract Dimension: int

    /// log p at a position (D), in nats.
    abstract Value: position: ReadOnlySpan<float> -> float

    /// log p at a position (D), and its gradient (D), which is written.
    abstract ValueAndGradient: position: ReadOnlySpan<float> * gradient: Span<float> -> float

    /// The same at S positions (S x D, row by row): values (S) and gradients (S x D) are written.
    abstract ValuesAndGradients: positions: ReadOnlySpan<float> * values: Span<float> * gradients: Span<float> -> unit

/// A log density on R^D, normalised or up to a constant, that can be evaluated with its gradient.
[<NoComparison; NoEquality>]
type LogDensity =
    {
        /// Number D of coordinates.
        Dimension: int
        /// A name for each coordinate, e.g. mu or z[3].
        CoordinateNames: string[]
        /// A new evaluator with buffers of its own; every thread makes one.
        Evaluator: unit -> IDensityEvaluator
    }

/// Evaluates an unbiased estimate of a log density whose likelihood is a sum over N rows: prior + N / M times the sum over M selected rows.
/// The scale is made by the evaluator from the selection, so that it can neither be forgotten nor applied twice.
type IMinibatchEvaluator =
    inherit IDensityEvaluator

    /// Selects the rows that stand for all of them from now on: any number M from 1 to N of row numbers below N.
    abstract Select: rows: ReadOnlySpan<int> -> unit

/// A log density with a likelihood that is a sum over rows.
[<NoComparison; NoEquality>]
type RowDensity =
    {
        /// The density of all rows.
        Whole: LogDensity
        /// Number N of rows.
        Rows: int
        /// A new evaluator of minibatches, with buffers of its own.
        Minibatch: unit -> IMinibatchEvaluator
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Log densities from functions, and what every algorithm does with them.
[<RequireQualifiedAccess>]
module LogDensity =

    /// Coordinate names x[1], x[2], ...
    let plainNames dimension = Array.init dimension (fun i -> $"x[{i + 1}]")

    /// A density from a function that gives the value and the gradient (D) at a position (D); convenient rather than fast.
    let ofFunction (dimension: int) (valueAndGradient: float[] -> struct (float * float[])) : LogDensity =
        { Dimension = dimension
          CoordinateNames = plainNames dimension
          Evaluator =
            fun () ->
                { new IDensityEvaluator with
                    member _.Dimension = dimension

                    member _.Value position =
                        let struct (value, _) = valueAndGradient (position.ToArray())
                        value

                    member _.ValueAndGradient(position, gradient) =
                        let struct (value, slope) = valueAndGradient (position.ToArray())
                        slope.AsSpan().CopyTo gradient
                        value

                    member this.ValuesAndGradients(positions, values, gradients) =
                        for s in 0 .. values.Length - 1 do
                            values[s] <-
                                this.ValueAndGradient(
                                    positions.Slice(s * dimension, dimension),
                                    gradients.Slice(s * dimension, dimension)
                                ) } }

    /// log p and its gradient at one position, with a new evaluator.
    let at (density: LogDensity) (position: Vec) : struct (float * Vec) =
        let gradient = Array.zeroCreate density.Dimension
        let value = density.Evaluator().ValueAndGradient(ReadOnlySpan position.Values, gradient.AsSpan())
        struct (value, Vec gradient)
