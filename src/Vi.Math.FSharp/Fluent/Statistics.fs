namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Statistics of tables.
[<AbstractClass; Sealed>]
type Statistics private () =

    /// Weight, mean and scatter of the rows.
    static member Moments(rows: Rows) : Moments = Moments.ofRows rows

    /// What the columns of a table hold, in one pass over its blocks; a missing entry is not a number where gaps are allowed.
    static member Columns(rows: Rows, gaps: bool) : TableMoments = TableMoments.ofRows gaps rows

    /// Moments of the observed entries of one column; a missing one is not a number.
    static member Column(values: float[]) : ColumnMoments =
        (TableMoments.ofNumbers true 1 0L (System.ReadOnlySpan values)).Columns[0]

    /// Covariance of the rows with divisor N - 1; raises ArgumentException for fewer than two rows.
    static member Covariance(moments: Moments) : Mat = Moments.covariance moments

    /// True where a symmetric matrix is positive definite to working precision.
    static member IsPositiveDefinite(matrix: Mat) : bool = (Chol.tryFactor matrix).IsSome

    /// Inverse of a symmetric positive definite matrix; raises ArithmeticException where it is not.
    static member Inverse(matrix: Mat) : Mat = Chol.inverse (Chol.factor "the matrix" matrix)

    /// A vector of these numbers.
    static member Vector([<System.ParamArray>] values: float[]) : Vec = Vec.ofArray values

    /// A matrix of these rows, all of one length.
    static member Matrix(rows: IEnumerable<IReadOnlyList<float>>) : Mat = Mat.ofRows (rows |> Seq.map Seq.toArray)

    /// A symmetric matrix with the same diagonal and nothing else.
    static member DiagonalOf(matrix: Mat) : Mat = Mat.diagonalOf (Mat.diagonal matrix)

    /// Standard deviation with divisor n - 1.
    static member Sd(values: IEnumerable<float>) : float = Sample.sd (Vec.ofSeq values)
