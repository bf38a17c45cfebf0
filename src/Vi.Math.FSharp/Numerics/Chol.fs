namespace Vi.Math

open Vi.Kernels

/// The Cholesky factor L of a symmetric positive definite matrix A = L L'. A value of this type exists only if the factorisation
/// succeeded, so whoever holds one need not ask again.
[<Sealed>]
type Chol internal (dimension: int, lower: float[]) =

    // Remembered once asked for: the bound, the updates and the next pass of a sweep ask for the same ones. Whoever asks at the same time
    // computes the same bits.
    let mutable inverseLower: float[] | null = null
    let mutable inverse: float[] | null = null

    /// Lower triangle row by row, zeros above; never written after construction.
    member internal _.Values = lower

    /// L^-1, lower triangular.
    member internal _.InverseLower =
        let values =
            match inverseLower with
            | null ->
                let values: float[] = Array.zeroCreate lower.Length
                LinearAlgebra.InvertLower(lower, values, dimension)
                inverseLower <- values
                values
            | values -> values

        Mat(dimension, dimension, values)

    /// A^-1.
    member internal this.Inverse =
        let values =
            match inverse with
            | null ->
                let values: float[] = Array.zeroCreate lower.Length
                LinearAlgebra.InverseFromLower(this.InverseLower.AsSpan(), values, dimension)
                inverse <- values
                values
            | values -> values

        Mat(dimension, dimension, values)

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

    /// The same from the D x D numbers of a matrix that nobody else has: they become the factor.
    let private tryFactorOwn n (values: float[]) : Chol voption =
        if LinearAlgebra.Cholesky(values, n) < 0 then
            ValueSome(Chol(n, values))
        else
            ValueNone

    /// The factor of a symmetric matrix (its lower triangle is read), or nothing where the matrix is not positive definite to
    /// working precision: a pivot that is not above D * 2^-52 times its diagonal entry counts as zero.
    let tryFactor (a: Mat) : Chol voption =
        if a.Rows <> a.Columns then
            invalidArg (nameof a) $"a square matrix is needed, not {a.Rows} x {a.Columns}"

        tryFactorOwn a.Rows (a.ToArray())

    /// The factor of a matrix that is positive definite by construction; raises, naming the matrix, where it is not.
    let factor (name: string) (a: Mat) : Chol =
        match tryFactor a with
        | ValueSome chol -> chol
        | ValueNone -> raise (System.ArithmeticException $"{name} is not positive definite: {a}")

    /// The factor of a matrix that is positive definite by construction, of whose lower triangle entry (i, j) is given.
    let internal factorOf (name: string) n (entry: int -> int -> float) : Chol =
        let values: float[] = Array.zeroCreate (n * n)

        for i in 0 .. n - 1 do
            for j in 0..i do
                values[i * n + j] <- entry i j

        match tryFactorOwn n values with
        | ValueSome chol -> chol
        | ValueNone ->
            let a = Mat.init n n (fun i j -> entry (max i j) (min i j))
            raise (System.ArithmeticException $"{name} is not positive definite: {a}")

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
    let inverseLower (chol: Chol) : Mat = chol.InverseLower

    /// A^-1 = L'^-1 L^-1.
    let inverse (chol: Chol) : Mat = chol.Inverse

    /// tr(A^-1 B) for a symmetric B.
    let traceOfInverseTimes (chol: Chol) (b: Mat) = Mat.inner (inverse chol) b
