namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Symmetric matrices as vectors of their D (D + 1) / 2 lower entries, row by row: so that natural and mean parameters are minimal and
/// every entry can be varied alone.
module internal Symmetric =

    /// D (D + 1) / 2.
    let packedLength dimension = dimension * (dimension + 1) / 2

    let private packWith (f: int -> int -> float) dimension =
        let values = Array.zeroCreate (packedLength dimension)
        let mutable at = 0

        for i in 0 .. dimension - 1 do
            for j in 0..i do
                values[at] <- f i j
                at <- at + 1

        Vec.wrap values

    /// The lower entries themselves: the statistics.
    let pack (a: Mat) = packWith (fun i j -> a[i, j]) a.Rows

    /// The vector c for which c . pack X = -1/2 tr(A X): the natural parameters.
    let packHalfNegative (a: Mat) = packWith (fun i j -> if i = j then -0.5 * a[i, i] else -a[i, j]) a.Rows

    /// A from the natural parameters packHalfNegative A, found in v from start on.
    let unpackHalfNegative dimension start (v: Vec) =
        Mat.init dimension dimension (fun i j ->
            let row, column = max i j, min i j
            let entry = v[start + row * (row + 1) / 2 + column]
            if i = j then -2.0 * entry else -entry)

    /// L' x for A = L L'.
    let multiplyUpper (chol: Chol) (x: Vec) =
        let lower = chol.Lower
        let n = chol.Dimension

        let result: float[] = Array.zeroCreate n

        for i in 0 .. n - 1 do
            for j in 0..i do
                result[j] <- result[j] + lower[i, j] * x[i]

        Vec.wrap result

    /// A x = L (L' x).
    let multiply (chol: Chol) (x: Vec) = Chol.multiplyLower chol (multiplyUpper chol x)

    /// x' A x = |L' x|^2.
    let quadratic (chol: Chol) (x: Vec) =
        let y = multiplyUpper chol x
        LinearAlgebra.Dot(y.AsSpan(), y.AsSpan())

    /// tr(A B^-1) for A and B given by their factors L and M: |M^-1 L|^2.
    let traceOfRatio (a: Chol) (b: Chol) =
        let n = a.Dimension
        let lower = a.Lower
        let column: float[] = Array.zeroCreate n
        let mutable sum = 0.0

        for j in 0 .. n - 1 do
            for i in j .. n - 1 do
                column[i] <- lower[i, j]

            LinearAlgebra.SolveLower(b.Values, column, n, j)
            let solved = ReadOnlySpan(column, j, n - j)
            sum <- sum + LinearAlgebra.Dot(solved, solved)

        sum
