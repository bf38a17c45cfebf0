namespace Vi.Math

/// A normal whose covariance is an inverse Hessian as L-BFGS knows it: A^(1/2) (I + Q (C C' - I) Q') A^(1/2), A diagonal, Q orthonormal
/// columns, C lower triangular.
[<NoComparison>]
type CurvatureNormal =
    {
        /// Mean (D).
        Mean: Vec
        /// A^(1/2) (D), positive.
        Scale: Vec
        /// Q' (R x D): the columns of Q, each a row.
        Basis: Mat
        /// C (R x R).
        Core: Chol
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Normals of quasi-Newton curvature (Zhang, Carpenter, Gelman and Vehtari 2022, "Pathfinder", algorithms 3 and 4).
[<RequireQualifiedAccess>]
module CurvatureNormal =

    /// The next diagonal A of an inverse Hessian after a step s with gradient difference y (Gilbert and Lemarechal 1989).
    let nextDiagonal (diagonal: float[]) (s: float[]) (y: float[]) : float[] =
        let mutable a = 0.0
        let mutable b = 0.0
        let mutable c = 0.0

        for i in 0 .. s.Length - 1 do
            a <- a + y[i] * diagonal[i] * y[i]
            b <- b + y[i] * s[i]
            c <- c + s[i] * s[i] / diagonal[i]

        Array.init s.Length (fun i ->
            let share = s[i] / diagonal[i]
            1.0 / (a / (b * diagonal[i]) + y[i] * y[i] / b - a * share * share / (b * c)))

    /// Orthonormal columns that span the columns of W (D x K), and their coordinates R with W = Q R; columns that depend on earlier ones
    /// to 1e-10 are left out. Gram and Schmidt, each twice.
    let private orthonormal (columns: float[][]) : struct (float[][] * float[][]) =
        let basis = ResizeArray<float[]>()
        let dot (a: float[]) (b: float[]) = LinearAlgebra.Dot(ReadOnlySpan a, ReadOnlySpan b)

        for column in columns do
            let rest = Array.copy column

            for _ in 1..2 do
                for q in basis do
                    LinearAlgebra.AddScaled(-(dot q rest), ReadOnlySpan q, rest.AsSpan())

            let norm = sqrt (dot rest rest)

            if norm > 1e-10 * sqrt (dot column column) && basis.Count < column.Length then
                basis.Add(Array.map (fun x -> x / norm) rest)

        let basis = basis.ToArray()
        struct (basis, basis |> Array.map (fun q -> columns |> Array.map (dot q)))

    /// The normal at a point x (D) with gradient g of log p there, from the diagonal A and the pairs (s, y) that it has seen, y differences
    /// of the gradient of -log p: mean x + H g, covariance H = A + B G B' with B = [A Y, S]. Nothing where rounding leaves H indefinite.
    let tryCreate
        (x: Vec)
        (gradient: Vec)
        (diagonal: float[])
        (pairs: struct (float[] * float[])[])
        : CurvatureNormal voption =
        let d = x.Length
        let j = pairs.Length
        let dot (a: float[]) (b: float[]) = LinearAlgebra.Dot(ReadOnlySpan a, ReadOnlySpan b)
        let scale = diagonal |> Array.map sqrt
        let ss = pairs |> Array.map (fun (struct (s, _)) -> s)
        let ys = pairs |> Array.map (fun (struct (_, y)) -> y)
        let scaledYs = ys |> Array.map (Array.map2 (*) scale)
        let scaledSs = ss |> Array.map (fun s -> Array.map2 (/) s scale)

        // E = upper triangle of S'Y; its inverse, column by column.
        let e = Mat.init j j (fun a b -> if a <= b then dot ss[a] ys[b] else 0.0)
        let inverse = Array2D.zeroCreate j j

        for column in 0 .. j - 1 do
            for row in column .. -1 .. 0 do
                let mutable sum = if row = column then 1.0 else 0.0

                for k in row + 1 .. column do
                    sum <- sum - e[row, k] * inverse[k, column]

                inverse[row, column] <- sum / e[row, row]

        let eInverse = Mat.init j j (fun a b -> inverse[a, b])

        let middle = Mat.init j j (fun a b -> dot scaledYs[a] scaledYs[b] + (if a = b then e[a, a] else 0.0))

        let corner = Mat.multiply (Mat.transpose eInverse) (Mat.multiply middle eInverse)

        let g =
            Mat.init (2 * j) (2 * j) (fun a b ->
                if a < j && b < j then 0.0
                elif a < j then -eInverse[a, b - j]
                elif b < j then -eInverse[b, a - j]
                else corner[a - j, b - j])

        let struct (basis, coordinates) = orthonormal (Array.append scaledYs scaledSs)
        let r = Mat.init basis.Length (2 * j) (fun a b -> coordinates[a].[b])

        let core =
            Mat.multiply r (Mat.multiply g (Mat.transpose r))
            |> Mat.symmetrize
            |> Mat.add (Mat.identity basis.Length)

        if not (Array.forall (fun a -> a > 0.0 && Double.IsFinite a) diagonal && Mat.isFinite core) then
            ValueNone
        else
            match Chol.tryFactor core with
            | ValueNone -> ValueNone
            | ValueSome factor ->
                // H g = A^(1/2) (w + Q (C C' - I) Q' w), w = A^(1/2) g.
                let whole = Array.init d (fun i -> scale[i] * gradient[i])
                let along = basis |> Array.map (fun q -> dot q whole) |> Vec.wrap
                let stretched = Vec.subtract (Mat.multiplyVec core along) along

                for a in 0 .. basis.Length - 1 do
                    LinearAlgebra.AddScaled(stretched[a], ReadOnlySpan basis[a], whole.AsSpan())

                ValueSome
                    { Mean = Vec.init d (fun i -> x[i] + scale[i] * whole[i])
                      Scale = Vec.wrap scale
                      Basis = Mat.wrap basis.Length d (Array.concat basis)
                      Core = factor }

    /// log |covariance| / 2.
    let private halfLogDeterminant (normal: CurvatureNormal) =
        Vec.sumBy log normal.Scale + 0.5 * Chol.logDeterminant normal.Core

    /// Q' w (R).
    let private along (normal: CurvatureNormal) (w: ReadOnlySpan<float>) : Vec =
        let d = w.Length
        let values = Array.zeroCreate normal.Basis.Rows

        for a in 0 .. values.Length - 1 do
            values[a] <- LinearAlgebra.Dot(normal.Basis.AsSpan().Slice(a * d, d), w)

        Vec.wrap values

    /// Draws (S x D) that belong to standard normal noise (S x D): mean + A^(1/2) (u + Q (C - I) Q' u).
    let transform (normal: CurvatureNormal) (noise: Mat) : Mat =
        let d = noise.Columns
        let draws: float[] = Array.zeroCreate (noise.Rows * d)

        for s in 0 .. noise.Rows - 1 do
            let u = noise.AsSpan().Slice(s * d, d)
            let draw = draws.AsSpan(s * d, d)
            u.CopyTo draw
            let along = along normal u
            let change = Vec.subtract (Chol.multiplyLower normal.Core along) along

            for a in 0 .. change.Length - 1 do
                LinearAlgebra.AddScaled(change[a], normal.Basis.AsSpan().Slice(a * d, d), draw)

            for i in 0 .. d - 1 do
                draw[i] <- normal.Mean[i] + normal.Scale[i] * draw[i]

        Mat.wrap noise.Rows d draws

    /// Mean log density of the draws that belong to standard normal noise (S x D).
    let meanLogDensity (normal: CurvatureNormal) (noise: Mat) =
        let square = Vec.dot (Vec.wrap noise.Values) (Vec.wrap noise.Values) / float noise.Rows
        -0.5 * (float noise.Columns * Special.logTwoPi + square) - halfLogDeterminant normal

    /// log density at a position (D).
    let logDensity (normal: CurvatureNormal) (x: Vec) =
        let d = x.Length
        let w = Vec.init d (fun i -> (x[i] - normal.Mean[i]) / normal.Scale[i])
        let along = along normal (w.AsSpan())
        let solved = Chol.solveLower normal.Core along
        // |u|^2 with u = w + Q (C^-1 - I) Q' w; Q is orthonormal.
        let square = Vec.dot w w - Vec.dot along along + Vec.dot solved solved
        -0.5 * (float d * Special.logTwoPi + square) - halfLogDeterminant normal

    /// Standard deviations (D).
    let standardDeviations (normal: CurvatureNormal) : Vec =
        let lower = normal.Core.Lower

        Vec.init normal.Mean.Length (fun i ->
            let row = Mat.column i normal.Basis
            let stretched = Mat.multiplyVec (Mat.transpose lower) row
            normal.Scale[i] * sqrt (max 0.0 (1.0 - Vec.dot row row + Vec.dot stretched stretched)))

    /// Covariance (D x D).
    let covariance (normal: CurvatureNormal) : Mat =
        let r = normal.Basis.Rows
        let stretch = Mat.subtract (Chol.toMat normal.Core) (Mat.identity r)
        let middle = Mat.multiply (Mat.transpose normal.Basis) (Mat.multiply stretch normal.Basis)

        Mat.init normal.Mean.Length normal.Mean.Length (fun i j ->
            normal.Scale[i] * normal.Scale[j] * (middle[i, j] + (if i = j then 1.0 else 0.0)))
        |> Mat.symmetrize
