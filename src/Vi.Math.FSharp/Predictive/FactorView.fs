namespace Vi.Math

/// Shares of the variance under a factor model, E[b_nk^2] against sum_k E[b_nk^2] + E[psi_n].
type ExplainedVariance =
    {
        /// For each column the share of each factor (N rows of K); the rest is the column's own.
        ByColumn: float[][]
        /// The share of each factor in the sum of all columns' variances (K).
        ByFactor: float[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// What a reader wants to know of a factor model.
[<RequireQualifiedAccess>]
module FactorView =

    /// Shares of the variance that the factors explain. A column whose E[psi_n] is infinite counts with its factors alone.
    let explained (q: FactorModelPosterior) : ExplainedVariance =
        let columns =
            (FactorLoadings.rows q.Loadings, q.NoisePrecisions)
            ||> Array.map2 (fun loadings precision ->
                let covariance = MvNormal.covariance loadings

                let squares =
                    Array.init loadings.Mean.Length (fun k -> loadings.Mean[k] * loadings.Mean[k] + covariance[k, k])

                let own = InverseGamma.mean { Shape = precision.Shape; Scale = precision.Rate }
                struct (squares, Array.sum squares + (if Double.IsFinite own then own else 0.0)))

        let total = columns |> Array.sumBy (fun (struct (_, variance)) -> variance)

        { ByColumn =
            columns
            |> Array.map (fun (struct (squares, variance)) -> squares |> Array.map (fun s -> s / variance))
          ByFactor =
            columns
            |> Array.map (fun (struct (squares, _)) -> squares)
            |> Array.reduce (Array.map2 (+))
            |> Array.map (fun square -> square / total) }

    /// Correlation of the columns of two matrices of one shape, column by column.
    let correlations (a: Mat) (b: Mat) : float[] =
        Array.init a.Columns (fun j ->
            let centred (m: Mat) =
                let column = Mat.column j m
                let mean = Sample.mean column
                Vec.map (fun x -> x - mean) column

            let x, y = centred a, centred b
            Vec.dot x y / sqrt (Vec.dot x x * Vec.dot y y))
