namespace Vi.Math

/// A change of coordinates of the K factors: loadings B = B~ A and factors f = A^-1 f~. Data see the product B f alone, so A is free; it
/// is what the rotation step chooses (parameter expansion, Luttinen and Ilin 2010).
type FactorFrame =
    {
        /// A (K x K), invertible.
        Matrix: Mat
        /// A^-1 (K x K).
        Inverse: Mat
        /// log |det A|.
        LogDeterminant: float
    }

/// Rows of loadings whose covariances one basis makes diagonal: b~_n = Z u_n with u_nk ~ N(m_kn, d_kn), independent. So they come out
/// where no entry is missing: every row's precision is then P + tau_n G with the same P and G.
type SharedLoadings =
    {
        /// Z (K x K), invertible.
        Basis: Mat
        /// m (K x N).
        Means: Mat
        /// d (K x N).
        Variances: Mat
        /// sum_n E[u_n u_n'] (K x K).
        Moment: Mat
        /// Entropy of all rows, in nats.
        Entropy: float
    }

/// Rows of loadings, each with a covariance of its own.
type SeparateLoadings =
    {
        /// The rows, N of them.
        Normals: MvNormal[]
        /// E[b~_n b~_n'], a row of K^2 numbers for each n.
        Seconds: Mat
        /// Entropy of all rows, in nats.
        Entropy: float
    }

/// q(B~): N independent rows of K loadings in the coordinates of a frame, with what the other factors need of them.
type FactorLoadings =
    | Shared of SharedLoadings
    | Separate of SeparateLoadings

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Coordinates of factors.
[<RequireQualifiedAccess>]
module FactorFrame =

    /// No change of coordinates.
    let identity factors : FactorFrame =
        { Matrix = Mat.identity factors; Inverse = Mat.identity factors; LogDeterminant = 0.0 }

    /// The frame of an invertible matrix A.
    let ofMatrix (a: Mat) : FactorFrame =
        let struct (inverse, logDeterminant) = Mat.invert a
        { Matrix = a; Inverse = inverse; LogDeterminant = logDeterminant }

    /// X M X'.
    let internal sandwich (x: Mat) (m: Mat) = Mat.rowProducts (Mat.multiply x m) x

    /// A^-1 X A^-T: a second moment of factors, seen in the frame's own unit.
    let ofFactors (frame: FactorFrame) (x: Mat) = sandwich frame.Inverse x

/// Loadings with their moments.
[<RequireQualifiedAccess>]
module FactorLoadings =

    /// Numbers N of rows and K of factors.
    let private shape (loadings: FactorLoadings) =
        match loadings with
        | Shared s -> struct (s.Means.Columns, s.Means.Rows)
        | Separate s -> struct (s.Normals.Length, s.Normals[0].Mean.Length)

    let private addDiagonal (d: int -> float) (a: Mat) =
        Mat.init a.Rows a.Columns (fun i j -> if i = j then a[i, j] + d i else a[i, j])

    let private rowOf (a: Mat) k = a.AsSpan().Slice(k * a.Columns, a.Columns)

    /// Rows that share a basis Z (K x K): means and variances in it (K x N).
    let shared (basis: Mat) (logDeterminant: float) (means: Mat) (variances: Mat) : FactorLoadings =
        let n, k = float means.Columns, float means.Rows

        let total j =
            let mutable sum = 0.0

            for n in 0 .. variances.Columns - 1 do
                sum <- sum + variances[j, n]

            sum

        Shared
            { Basis = basis
              Means = means
              Variances = variances
              Moment = Mat.rowProducts means means |> addDiagonal total
              Entropy =
                0.5 * n * k * (1.0 + Special.logTwoPi)
                + n * logDeterminant
                + 0.5 * FactorKernel.SumOfLogs(variances.AsSpan()) }

    /// Rows of any covariances.
    let ofRows (rows: MvNormal[]) : FactorLoadings =
        let k = rows[0].Mean.Length
        let seconds: float[] = Array.zeroCreate (rows.Length * k * k)

        for n in 0 .. rows.Length - 1 do
            let mean = rows[n].Mean
            (Chol.inverse rows[n].Precision).AsSpan().CopyTo(seconds.AsSpan(n * k * k, k * k))

            for i in 0 .. k - 1 do
                LinearAlgebra.AddScaled(mean[i], mean.AsSpan(), seconds.AsSpan((n * k + i) * k, k))

        Separate
            { Normals = rows
              Seconds = Mat.wrap rows.Length (k * k) seconds
              Entropy = Array.sumBy MvNormal.entropy rows }

    /// Entropy of all rows, in nats.
    let entropy (loadings: FactorLoadings) =
        match loadings with
        | Shared s -> s.Entropy
        | Separate s -> s.Entropy

    /// Expected loadings in the coordinates of the frame, N rows of K.
    let means (loadings: FactorLoadings) : Mat =
        match loadings with
        | Shared s -> Mat.transpose (Mat.multiply s.Basis s.Means)
        | Separate s -> s.Normals |> Array.map (fun row -> row.Mean.ToArray()) |> Mat.ofRows

    /// The rows' distributions, N of them.
    let rows (loadings: FactorLoadings) : MvNormal[] =
        match loadings with
        | Separate s -> s.Normals
        | Shared s ->
            let k = s.Means.Rows
            let means = means loadings
            let struct (inverse, _) = Mat.invert s.Basis

            // The precision is Z^-T D^-1 Z^-1.
            Array.init means.Rows (fun n ->
                let half = Mat.init k k (fun i j -> inverse[j, i] / sqrt s.Variances[j, n])

                { Mean = Mat.row n means; Precision = Chol.factor "a row's precision" (Mat.rowProducts half half) })

    /// E[b~_n b~_n'], a row of K^2 numbers for each n.
    let secondMoments (loadings: FactorLoadings) : Mat =
        match loadings with
        | Separate s -> s.Seconds
        | Shared s ->
            let k = s.Means.Rows
            let columns = s.Means.Columns
            let means = means loadings
            let seconds: float[] = Array.zeroCreate (columns * k * k)

            for n in 0 .. columns - 1 do
                let mean = rowOf means n

                for i in 0 .. k - 1 do
                    let target = seconds.AsSpan((n * k + i) * k, k)
                    LinearAlgebra.AddScaled(mean[i], mean, target)

                    for j in 0 .. k - 1 do
                        for l in 0 .. k - 1 do
                            target[j] <- target[j] + s.Basis[i, l] * s.Variances[l, n] * s.Basis[j, l]

            Mat.wrap columns (k * k) seconds

    /// A' (sum_n E[b~_n b~_n']) A: what the loadings' squares are in the frame's own unit.
    let squares (frame: FactorFrame) (loadings: FactorLoadings) : Mat =
        let a = Mat.transpose frame.Matrix

        match loadings with
        | Shared s -> FactorFrame.sandwich (Mat.multiply a s.Basis) s.Moment
        | Separate s ->
            let k = a.Rows
            let sum: float[] = Array.zeroCreate (k * k)

            for n in 0 .. s.Seconds.Rows - 1 do
                LinearAlgebra.AddScaled(1.0, rowOf s.Seconds n, sum.AsSpan())

            FactorFrame.sandwich a (Mat.wrap k k sum)

    /// A' (sum_n w_n E[b~_n b~_n']) A.
    let weightedSquares (frame: FactorFrame) (weights: float[]) (loadings: FactorLoadings) : Mat =
        let a = Mat.transpose frame.Matrix

        match loadings with
        | Shared s ->
            let weighted: float[] = Array.zeroCreate (s.Means.Rows * s.Means.Columns)
            FactorKernel.Weigh(ReadOnlySpan weights, s.Means.AsSpan(), weighted)

            Mat.rowProducts (Mat.wrap s.Means.Rows s.Means.Columns weighted) s.Means
            |> addDiagonal (fun k -> LinearAlgebra.Dot(ReadOnlySpan weights, rowOf s.Variances k))
            |> FactorFrame.sandwich (Mat.multiply a s.Basis)
        | Separate s ->
            let k = a.Rows

            Mat.multiply (Mat.wrap 1 weights.Length weights) s.Seconds
            |> fun sum -> FactorFrame.sandwich a (Mat.wrap k k (sum.ToArray()))

    /// A' (sum_n E[b~_n b~_n'] / s_n^2) A of columns with units s; none: 1.
    let squaresIn (scales: Vec voption) (frame: FactorFrame) (loadings: FactorLoadings) : Mat =
        match scales with
        | ValueNone -> squares frame loadings
        | ValueSome s -> weightedSquares frame (WeightScales.precisions scales s.Length) loadings

    /// X (w_1 E[b~_1], ..., w_N E[b~_N]) (K x N).
    let weightedMeans (x: Mat) (weights: float[]) (loadings: FactorLoadings) : Mat =
        let struct (columns, k) = shape loadings
        let weighted: float[] = Array.zeroCreate (k * columns)

        match loadings with
        | Shared s ->
            FactorKernel.Weigh(ReadOnlySpan weights, s.Means.AsSpan(), weighted)
            Mat.multiply (Mat.multiply x s.Basis) (Mat.wrap k columns weighted)
        | Separate s ->
            for n in 0 .. columns - 1 do
                for i in 0 .. k - 1 do
                    weighted[i * columns + n] <- weights[n] * s.Normals[n].Mean[i]

            Mat.multiply x (Mat.wrap k columns weighted)

    /// The same loadings in coordinates in which they are Y' b~, log |det Y| given.
    let turn (y: Mat) (logDeterminant: float) (loadings: FactorLoadings) : FactorLoadings =
        let back = Mat.transpose y

        match loadings with
        | Shared s ->
            Shared
                { s with
                    Basis = Mat.multiply back s.Basis
                    Entropy = s.Entropy + float s.Means.Columns * logDeterminant }
        | Separate s ->
            let struct (inverse, _) = Mat.invert y

            s.Normals
            |> Array.map (fun row ->
                let half = Mat.multiply inverse row.Precision.Lower

                let precision = Chol.factor "a row's precision" (Mat.rowProducts half half)
                MvNormal.create (Mat.multiplyVec back row.Mean) precision)
            |> ofRows

    /// The same covariances about other means, N rows of K in the frame's coordinates.
    let withMeans (means: Mat) (loadings: FactorLoadings) : FactorLoadings =
        match loadings with
        | Shared s ->
            let struct (inverse, logDeterminant) = Mat.invert s.Basis
            shared s.Basis logDeterminant (Mat.rowProducts inverse means) s.Variances
        | Separate s -> s.Normals |> Array.mapi (fun n row -> { row with Mean = Mat.row n means }) |> ofRows

    /// Variances of the loadings b = A'b~ (N rows of K).
    let private variances (frame: FactorFrame) (loadings: FactorLoadings) : Mat =
        let back = Mat.transpose frame.Matrix

        match loadings with
        | Shared s ->
            let squares = Mat.multiply back s.Basis |> Mat.map (fun x -> x * x)
            Mat.transpose (Mat.multiply squares s.Variances)
        | Separate s ->
            s.Normals
            |> Array.map (fun row -> (Mat.diagonal (FactorFrame.sandwich back (Chol.inverse row.Precision))).ToArray())
            |> Mat.ofRows

    /// Expected loadings b = A'b~ as coordinates, row by row. The covariances stay as the last sweep left them; q(F) reads
    /// them once more before q(B) is set again.
    let coordinates
        (get: 'factors -> struct (FactorFrame * FactorLoadings))
        (set: FactorLoadings -> 'factors -> 'factors)
        : FactorCoordinates<'factors> =
        { Values =
            fun q ->
                let struct (frame, loadings) = get q
                (Mat.multiply (means loadings) frame.Matrix).ToArray()
          Units =
            fun q ->
                let struct (frame, loadings) = get q
                (variances frame loadings).ToArray() |> Array.map sqrt
          At =
            fun q values ->
                let struct (frame, loadings) = get q
                let k = frame.Matrix.Rows
                let given = Mat.wrap (values.Length / k) k values
                set (withMeans (Mat.multiply given frame.Inverse) loadings) q }
