namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// KL(new || old) of a factor model's loadings, both in their own frames, by formulas that keep their digits where they nearly agree.
[<RequireQualifiedAccess>]
module FactorDivergence =

    /// tr S - log|I + S| of a symmetric S, given log|I + S|; a small S goes by the series.
    let private spread (s: Mat) (logDeterminant: float) =
        let norm = Mat.inner s s

        if norm < 1e-6 then
            let square = Mat.rowProducts s s
            0.5 * norm - Mat.inner s square / 3.0 + 0.25 * Mat.inner square square
        else
            Mat.trace s - logDeterminant

    /// L_new^-1 (R L_old - L_new) (K x K).
    let private spreadDifference (turn: Mat) (recent: Chol) (former: Chol) : Mat =
        let k = turn.Rows
        let lower = recent.Lower
        let e = (Mat.multiply turn former.Lower).ToArray()
        LinearAlgebra.AddScaled(-1.0, lower.AsSpan(), e.AsSpan())

        for i in 0 .. k - 1 do
            let row = e.AsSpan(i * k, k)

            for j in 0 .. i - 1 do
                LinearAlgebra.AddScaled(-lower[i, j], ReadOnlySpan(e, j * k, k), row)

            for j in 0 .. k - 1 do
                row[j] <- row[j] / lower[i, i]

        Mat.wrap k k e

    /// Row by row. With R = A_new A_old^-1 and the factors L of the precisions it is (tr S - log|I + S|)/2 and a part of the means,
    /// S = E + E' + E E', E = L_new^-1 (R L_old - L_new); a small S goes by the series.
    let private ofRows (turn: Mat) (logTurn: float) (recent: MvNormal[]) (former: MvNormal[]) =
        let turnBack = Mat.transpose turn

        (recent, former)
        ||> Array.map2 (fun p q ->
            let shift = Vec.subtract (Mat.multiplyVec turnBack p.Mean) q.Mean
            let e = spreadDifference turn p.Precision q.Precision
            let s = Mat.rowProducts e e |> Mat.map2 (+) (Mat.init e.Rows e.Rows (fun i j -> e[i, j] + e[j, i]))
            let ofSpread = spread s (q.Precision.LogDeterminant - p.Precision.LogDeterminant + 2.0 * logTurn)

            0.5 * (ofSpread + Symmetric.quadratic q.Precision shift))
        |> Array.sum

    /// log det (I + E) of a small E without diagonal: elimination on what the pivots differ from 1.
    let private logDeterminantNearOne (e: Mat) =
        let k = e.Rows
        let work = e.ToArray()
        let mutable sum = 0.0

        for p in 0 .. k - 1 do
            let excess = work[p * k + p]
            sum <- sum + excess - Bregman.excess (1.0 + excess) excess

            for i in p + 1 .. k - 1 do
                LinearAlgebra.AddScaled(
                    -(work[i * k + p] / (1.0 + excess)),
                    ReadOnlySpan(work, p * k + p + 1, k - p - 1),
                    work.AsSpan(i * k + p + 1, k - p - 1)
                )

        sum

    /// Loadings that share a basis each, whatever R: with T = D_old^-1/2 R D_new^1/2 of a row, S = T T' - I.
    let private turned (r: Mat) (moved: Mat) (recent: SharedLoadings) (former: SharedLoadings) =
        let k = r.Rows
        let struct (_, logTurn) = Mat.invert r
        let mutable sum = 0.0

        for n in 0 .. recent.Means.Columns - 1 do
            let t = Mat.init k k (fun i j -> r[i, j] * sqrt (recent.Variances[j, n] / former.Variances[i, n]))
            let square = Mat.rowProducts t t
            let mutable logDeterminant = 2.0 * logTurn

            for i in 0 .. k - 1 do
                let variance = former.Variances[i, n]
                let shift = moved[i, n] - former.Means[i, n]
                logDeterminant <- logDeterminant + log (recent.Variances[i, n] / variance)
                sum <- sum + shift * shift / variance

            sum <-
                sum
                + spread (Mat.init k k (fun i j -> if i = j then square[i, j] - 1.0 else square[i, j])) logDeterminant

        0.5 * sum

    /// Loadings that share a basis each: with R = (A_old' Z_old)^-1 A_new' Z_new, u_old = R u_new.
    let private ofShared (r: Mat) (recent: SharedLoadings) (former: SharedLoadings) =
        let k = r.Rows
        let columns = float recent.Means.Columns
        let moved = Mat.multiply r recent.Means
        let apart = Mat.init k k (fun i j -> if i = j then 0.0 else r[i, j] / r[i, i])
        let mutable off = 0.0

        for at in 0 .. k * k - 1 do
            off <- off + abs (apart.AsSpan()[at])

        if off < 0.5 then
            let others = Mat.init k k (fun i j -> if i = j then 0.0 else r[i, j] * r[i, j])

            let size =
                FactorKernel.Divergence(
                    (Mat.diagonal r).AsSpan(),
                    recent.Variances.AsSpan(),
                    moved.AsSpan(),
                    (Mat.multiply others recent.Variances).AsSpan(),
                    former.Means.AsSpan(),
                    former.Variances.AsSpan()
                )

            0.5 * size - columns * logDeterminantNearOne apart
        else
            turned r moved recent former

    /// KL of all rows' loadings, in nats.
    let ofLoadings
        (frame: FactorFrame, loadings: FactorLoadings)
        (formerFrame: FactorFrame, former: FactorLoadings)
        : float =
        match loadings, former with
        | Shared a, Shared b ->
            let back = Mat.multiply (Mat.transpose formerFrame.Matrix) b.Basis
            let struct (inverse, _) = Mat.invert back
            ofShared (Mat.multiply inverse (Mat.multiply (Mat.transpose frame.Matrix) a.Basis)) a b
        | _ ->
            ofRows
                (Mat.multiply frame.Matrix formerFrame.Inverse)
                (frame.LogDeterminant - formerFrame.LogDeterminant)
                (FactorLoadings.rows loadings)
                (FactorLoadings.rows former)
