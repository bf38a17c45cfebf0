namespace Samples

open System.Collections.Generic
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage
open Vi.Math.Fluent

/// Fuel economy by weight and power, with errors that may be large now and then: a Student-t whose degrees of freedom are learned.
type RobustRegression() =

    interface IModelProgram with
        member _.Name = "robust-regression"

        member _.Summary = "The last column by all others, with Student-t errors."

        member _.Settings = Dictionary(dict [ "slopeSd", 10.0; "noiseScale", 5.0 ])

        member _.Build(data, settings) =
            let columns = data.Columns |> Seq.take (data.Columns.Count - 1) |> Array.ofSeq
            let table = data.Matrix columns
            let y = data.Column(Seq.last data.Columns)
            let scale values = values |> Array.averageBy abs

            // Columns in units of their size, so that one prior suits all slopes.
            let x =
                Array.init data.Rows (fun i ->
                    Array.init columns.Length (fun j -> table[i, j] / scale (data.Column columns[j])))

            program {
                let! intercept = normal "intercept" (Array.average y) 50.0
                let! slopes = normalVector "slopes" columns.Length 0.0 settings["slopeSd"]
                let! sigma = halfNormal "sigma" settings["noiseScale"]
                // At least 1: with fewer, the likelihood has spikes where a plane meets some points exactly.
                let! beyondOne = gamma "beyondOne" 2.0 0.1
                let! nu = deterministic "nu" (1.0 + beyondOne)
                let! x = rowData "x" x
                let! y = rowData "y" y
                do! observe "y" (Distribution.studentT nu (intercept + Expr.matrixVector x slopes) sigma) y
            }
            |> ModelOf.Program
