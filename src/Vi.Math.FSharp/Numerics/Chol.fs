namespace Vi.Math

/// The Cholesky factor L of a symmetric positive definite matrix A = L L'. A value of this type exists only if the factorisation
/// succeeded, so whoever holds one need not ask again.
[<Sealed>]
type Chol internal (dimension: int, lower: float[]) =

    /// Lower triangle row by row, zeros above; never written after construction.
    member internal _.Values = lower

    /// D, for a D x D matrix.
    member _.Dimension = dimension

    /// The factor as a matrix, zeros above the diagonal.
    member _.Lower = Mat(dimension, dimension, lower)

    /// log |A|.
    member _.LogDeterminant =
        let mutable sum = 0.0

        for i in 0 .. dimension - 1 do
            sum <- sum + log lower[i * dimension + i]

        2.0 * sum

    override this.Equals(other: obj) =
        match other with
        | :? Chol as other -> this.Lower.Equals other.Lower
        | _ -> false

    override this.GetHashCode() = this.Lower.GetHashCode()

    override this.ToString() = $"Chol {this.Lower}"

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Factorisation of symmetric positive definite matrices, and what is solved with it.
[<RequireQualifiedAccess>]
module Chol =

    /// The factor of a symmetric matrix (its lower triangle is read), or nothing where the matrix is not positive definite to
    /// working precision: a pivot that is not above D * 2^-52 times its diagonal entry counts as zero.
    let tryFactor (a: Mat) : Chol voption =
        if a.Rows <> a.Columns then
            invalidArg (nameof a) $"a square matrix is needed, not {a.Rows} x {a.Columns}"

        let lower = a.ToArray()

        if LinearAlgebra.Cholesky(lower, a.Rows) < 0 then
            ValueSome(Chol(a.Rows, lower))
        else
            ValueNone

    /// The factor of a matrix that is positive definite by construction; raises, naming the matrix, where it is not.
    let factor (name: string) (a: Mat) : Chol =
        match tryFactor a with
        | ValueSome chol -> chol
        | ValueNone -> raise (System.ArithmeticException $"{name} is not positive definite: {a}")

    /// A factor given as a lower triangle with positive diagonal.
    let ofLower (lower: Mat) =
        for i in 0 .. lower.Rows - 1 do
            if not (lower[i, i] > 0.0) then
                invalidArg (nameof lower) $"diagonal entry {i} is {lower[i, i]}; it must be positive"

        Chol(lower.Rows, (Mat.init lower.Rows lower.Rows (fun i j -> if j <= i then lower[i, j] else 0.0)).Values)

    /// The factor of the identity times s > 0.
    let scaledIdentity n (s: float) = ofLower (Mat.scaledIdentity n (sqrt s))

    /// D.
    let dimension (chol: Chol) = chol.Dimension

    /// log |A|.
    let logDeterminant (chol: Chol) = chol.LogDeterminant

    /// The largest a_jj / l_jj^2: by how much the variance of a column falls given those before it, if A is a covariance (the inflation of
    /// variances by collinearity). At least 1, and the same in any unit of the columns.
    let inflation (chol: Chol) : float =
        let n = chol.Dimension
        let lower = chol.Values
        let mutable largest = 1.0

        for j in 0 .. n - 1 do
            let mutable square = 0.0

            for k in 0..j do
                square <- square + lower[j * n + k] * lower[j * n + k]

            largest <- max largest (square / (lower[j * n + j] * lower[j * n + j]))

        largest

    /// A = L L'.
    let toMat (chol: Chol) : Mat =
        let n = chol.Dimension
        let lower = chol.Lower

        Mat.init n n (fun i j ->
            let shared = 1 + min i j

            LinearAlgebra.Dot(lower.AsSpan().Slice(i * n, shared), lower.AsSpan().Slice(j * n, shared)))

    /// L x.
    let multiplyLower (chol: Chol) (x: Vec) =
        let n = chol.Dimension
        let lower = chol.Lower
        Vec.init n (fun i -> LinearAlgebra.Dot(lower.AsSpan().Slice(i * n, i + 1), x.AsSpan().Slice(0, i + 1)))

    /// L^-1 b.
    let solveLower (chol: Chol) (b: Vec) =
        let x = b.ToArray()
        LinearAlgebra.SolveLower(chol.Values, x, chol.Dimension)
        Vec.wrap x

    /// L'^-1 b.
    let solveUpper (chol: Chol) (b: Vec) =
        let x = b.ToArray()
        LinearAlgebra.SolveLowerTransposed(chol.Values, x, chol.Dimension)
        Vec.wrap x

    /// A^-1 b.
    let solve (chol: Chol) (b: Vec) = solveUpper chol (solveLower chol b)

    /// b' A^-1 b, as the squared length of L^-1 b.
    let inverseQuadratic (chol: Chol) (b: Vec) =
        let whitened = solveLower chol b
        Vec.dot whitened whitened

    /// L^-1, lower triangular.
    let inverseLower (chol: Chol) : Mat =
        let n = chol.Dimension
        let inverse: float[] = Array.zeroCreate (n * n)
        LinearAlgebra.InvertLower(chol.Values, inverse, n)
        Mat.wrap n n inverse

    /// A^-1 = L'^-1 L^-1.
    let inverse (chol: Chol) : Mat =
        let factor = Mat.transpose (inverseLower chol)
        let n = chol.Dimension
        Mat.init n n (fun i j -> LinearAlgebra.Dot(factor.AsSpan().Slice(i * n, n), factor.AsSpan().Slice(j * n, n)))

    /// tr(A^-1 B) for a symmetric B.
    let traceOfInverseTimes (chol: Chol) (b: Mat) = Mat.inner (inverse chol) b
