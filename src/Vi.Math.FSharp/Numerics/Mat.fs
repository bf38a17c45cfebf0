namespace Vi.Math

open System

/// A matrix of numbers, row by row, read-only once built.
[<Sealed>]
type Mat internal (rows: int, columns: int, values: float[]) =

    do
        if values.Length <> rows * columns then
            invalidArg (nameof values) $"{values.Length} numbers do not fill {rows} x {columns}"

    /// The numbers themselves; never written after construction.
    member internal _.Values = values

    /// Number of rows.
    member _.Rows = rows

    /// Number of columns.
    member _.Columns = columns

    /// Entry (i, j), both from 0.
    member _.Item
        with get (i: int, j: int) = values[i * columns + j]

    /// The entries row by row as a read-only span.
    member _.AsSpan() = ReadOnlySpan<float>(values)

    /// A copy, row by row.
    member _.ToArray() = Array.copy values

    /// A copy as an array of rows.
    member _.ToRows() = Array.init rows (fun i -> Array.sub values (i * columns) columns)

    /// Equal shape and equal entries.
    override _.Equals(other: obj) =
        match other with
        | :? Mat as other ->
            rows = other.Rows
            && columns = other.Columns
            && values.AsSpan().SequenceEqual(ReadOnlySpan<float>(other.Values))
        | _ -> false

    override _.GetHashCode() =
        let mutable hash = HashCode()
        hash.Add rows

        for value in values do
            hash.Add value

        hash.ToHashCode()

    override this.ToString() =
        "["
        + String.Join(
            "\n ",
            this.ToRows()
            |> Array.map (fun row -> String.Join("; ", row |> Array.map (fun v -> v.ToString "R")))
        )
        + "]"

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Operations on matrices. Shapes must agree; where they do not, the call raises and names both.
[<RequireQualifiedAccess>]
module Mat =

    let private disagree (what: string) (a: Mat) rows columns =
        invalidArg "b" $"{what}: {a.Rows} x {a.Columns} and {rows} x {columns} do not go together"

    /// A matrix that takes the row-major array over: the caller promises never to write to it again.
    let internal wrap rows columns (values: float[]) = Mat(rows, columns, values)

    /// A matrix of these numbers, row by row (copied).
    let ofArray rows columns (values: float[]) = Mat(rows, columns, Array.copy values)

    /// A matrix of these rows, all of one length.
    let ofRows (rows: float[] seq) =
        let rows = Seq.toArray rows
        let columns = if rows.Length = 0 then 0 else rows[0].Length

        match rows |> Array.tryFindIndex (fun row -> row.Length <> columns) with
        | Some i -> invalidArg (nameof rows) $"row {i} has {rows[i].Length} numbers, row 0 has {columns}"
        | None -> Mat(rows.Length, columns, Array.concat rows)

    /// rows x columns entries f i j.
    let init rows columns f =
        Mat(rows, columns, Array.init (rows * columns) (fun at -> f (at / columns) (at % columns)))

    /// All zeros.
    let zero rows columns = Mat(rows, columns, Array.zeroCreate (rows * columns))

    /// s on the diagonal of an n x n matrix.
    let scaledIdentity n (s: float) = init n n (fun i j -> if i = j then s else 0.0)

    /// The n x n identity.
    let identity n = scaledIdentity n 1.0

    /// A diagonal matrix.
    let diagonalOf (d: Vec) = init d.Length d.Length (fun i j -> if i = j then d[i] else 0.0)

    /// The diagonal.
    let diagonal (a: Mat) = Vec.init (min a.Rows a.Columns) (fun i -> a[i, i])

    /// Row i.
    let row i (a: Mat) = Vec.wrap (Array.sub a.Values (i * a.Columns) a.Columns)

    /// Column j.
    let column j (a: Mat) = Vec.init a.Rows (fun i -> a[i, j])

    /// Entry by entry.
    let map f (a: Mat) = Mat(a.Rows, a.Columns, Array.map f a.Values)

    /// Two matrices of one shape, entry by entry.
    let map2 f (a: Mat) (b: Mat) =
        if a.Rows <> b.Rows || a.Columns <> b.Columns then
            disagree "entry by entry" a b.Rows b.Columns
        else
            Mat(a.Rows, a.Columns, Array.map2 f a.Values b.Values)

    /// a + b.
    let add a b = map2 (+) a b

    /// a - b.
    let subtract a b = map2 (-) a b

    /// s a.
    let scale (s: float) a = map (fun x -> s * x) a

    /// a + s b.
    let addScaled (s: float) (b: Mat) (a: Mat) = map2 (fun x y -> x + s * y) a b

    /// The transpose.
    let transpose (a: Mat) = init a.Columns a.Rows (fun i j -> a[j, i])

    /// s u v'.
    let outer (s: float) (u: Vec) (v: Vec) = init u.Length v.Length (fun i j -> s * u[i] * v[j])

    /// A v.
    let multiplyVec (a: Mat) (v: Vec) =
        if a.Columns <> v.Length then
            disagree "matrix times vector" a v.Length 1
        else
            Vec.init a.Rows (fun i -> LinearAlgebra.Dot(a.AsSpan().Slice(i * a.Columns, a.Columns), v.AsSpan()))

    /// A B.
    let multiply (a: Mat) (b: Mat) =
        if a.Columns <> b.Rows then
            disagree "matrix product" a b.Rows b.Columns
        else
            let result: float[] = Array.zeroCreate (a.Rows * b.Columns)
            MatrixProducts.Add(a.AsSpan(), b.AsSpan(), result, a.Rows, a.Columns, b.Columns)
            Mat(a.Rows, b.Columns, result)

    /// A B on several workers; no bit depends on their number.
    let multiplyOn threads (a: Mat) (b: Mat) =
        if a.Columns <> b.Rows then
            disagree "matrix product" a b.Rows b.Columns
        else
            let result: float[] = Array.zeroCreate (a.Rows * b.Columns)
            MatrixProducts.Add(a.Values, b.Values, result, a.Rows, a.Columns, b.Columns, threads)
            Mat(a.Rows, b.Columns, result)

    /// A B', the inner products of the rows.
    let rowProducts (a: Mat) (b: Mat) =
        if a.Columns <> b.Columns then
            disagree "inner products of rows" a b.Rows b.Columns
        else
            let result: float[] = Array.zeroCreate (a.Rows * b.Rows)
            MatrixProducts.RowProducts(a.AsSpan(), b.AsSpan(), result, a.Rows, b.Rows, a.Columns)
            Mat(a.Rows, b.Rows, result)

    /// u' A v.
    let bilinear (u: Vec) (a: Mat) (v: Vec) = Vec.dot u (multiplyVec a v)

    /// tr(A' B) = sum_ij a_ij b_ij; for symmetric matrices tr(A B).
    let inner (a: Mat) (b: Mat) =
        if a.Rows <> b.Rows || a.Columns <> b.Columns then
            disagree "inner product" a b.Rows b.Columns
        else
            LinearAlgebra.Dot(a.AsSpan(), b.AsSpan())

    /// Sum of the diagonal.
    let trace (a: Mat) = Vec.sum (diagonal a)

    /// (A + A') / 2: removes the rounding that makes a symmetric matrix unsymmetric.
    let symmetrize (a: Mat) = init a.Rows a.Columns (fun i j -> 0.5 * (a[i, j] + a[j, i]))

    /// Rows and columns chosen by index.
    let submatrix (rows: int[]) (columns: int[]) (a: Mat) =
        init rows.Length columns.Length (fun i j -> a[rows[i], columns[j]])

    /// Largest absolute entry; 0 for none.
    let maxAbs (a: Mat) = a.Values |> Array.fold (fun m x -> System.Math.Max(m, abs x)) 0.0

    /// True where every entry is finite.
    let isFinite (a: Mat) = a.Values |> Array.forall System.Double.IsFinite

    /// A^-1 and log |det A| of a small square matrix; minus infinity where it is singular.
    let invert (a: Mat) : struct (Mat * float) =
        if a.Rows <> a.Columns then
            disagree "inverse" a a.Columns a.Rows
        else
            let inverse: float[] = Array.zeroCreate a.Values.Length
            let logDeterminant = SmallMatrices.Invert(a.ToArray(), inverse, a.Rows)
            struct (Mat(a.Rows, a.Rows, inverse), logDeterminant)

    /// Eigenvalues and eigenvectors (columns) of a small symmetric positive semidefinite matrix, in no order: where it is nearly diagonal
    /// they keep the places of its diagonal entries, and the eigenvectors are nearly the identity.
    let eigenInPlace (a: Mat) : struct (Vec * Mat) =
        let values = a.ToArray()
        let vectors: float[] = Array.zeroCreate values.Length
        SmallMatrices.Eigen(values, vectors, a.Rows)
        struct (Vec.wrap (Array.init a.Rows (fun i -> values[i * (a.Rows + 1)])), Mat(a.Rows, a.Rows, vectors))

    /// Eigenvalues in ascending order and the orthonormal eigenvectors as columns, of a symmetric matrix.
    let symmetricEigen (a: Mat) : struct (Vec * Mat) =
        let dense = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix(a.Rows, a.Columns, a.ToArray())

        let evd = dense.Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric)

        struct (Vec.init a.Rows (fun i -> evd.EigenValues[i].Real),
                init a.Rows a.Rows (fun i j -> evd.EigenVectors[i, j]))
