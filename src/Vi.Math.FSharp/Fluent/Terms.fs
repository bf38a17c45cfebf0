namespace Vi.Math.Fluent

open Vi.Math
open Vi.Math.FSharp

/// Functions of expressions for model programs; +, -, * and / are operators. Shapes that do not go together raise ArgumentException, which
/// names the variables.
[<AbstractClass; Sealed>]
type Terms private () =

    /// e^x, entry by entry.
    static member Exp(x: Expression) : Expression = Expr.exp x

    /// Natural logarithm, entry by entry.
    static member Log(x: Expression) : Expression = Expr.log x

    /// log(1 + x), entry by entry.
    static member Log1p(x: Expression) : Expression = Expr.log1p x

    /// Square root, entry by entry.
    static member Sqrt(x: Expression) : Expression = Expr.sqrt x

    /// x^2, entry by entry.
    static member Square(x: Expression) : Expression = Expr.square x

    /// |x|, entry by entry.
    static member Abs(x: Expression) : Expression = Expr.abs x

    /// Hyperbolic tangent, entry by entry.
    static member Tanh(x: Expression) : Expression = Expr.tanh x

    /// 1 / (1 + e^-x), entry by entry.
    static member Logistic(x: Expression) : Expression = Expr.logistic x

    /// log(1 + e^x), entry by entry.
    static member Softplus(x: Expression) : Expression = Expr.softplus x

    /// Sine, entry by entry.
    static member Sin(x: Expression) : Expression = Expr.sin x

    /// Cosine, entry by entry.
    static member Cos(x: Expression) : Expression = Expr.cos x

    /// Logarithm of the gamma function, entry by entry.
    static member LogGamma(x: Expression) : Expression = Expr.logGamma x

    /// A number that never changes.
    static member Number(value: float) : Expression = Expr.number value

    /// Numbers that never change, as a vector.
    static member Vector(values: float[]) : Expression = Expr.vector values

    /// Numbers that never change, as a matrix.
    static member Matrix(values: float[,]) : Expression =
        Expr.matrix (Array2D.length1 values) (Array2D.length2 values) (Seq.cast<float> values)

    /// x^exponent, entry by entry; x > 0, or the exponent a whole constant.
    static member Power(x: Expression, exponent: Expression) : Expression = Expr.power x exponent

    /// The larger, entry by entry.
    static member Maximum(a: Expression, b: Expression) : Expression = Expr.maximum a b

    /// The smaller, entry by entry.
    static member Minimum(a: Expression, b: Expression) : Expression = Expr.minimum a b

    /// Sum of all entries.
    static member Sum(x: Expression) : Expression = Expr.sum x

    /// Mean of all entries.
    static member Mean(x: Expression) : Expression = Expr.mean x

    /// Inner product of two expressions of one shape.
    static member Dot(a: Expression, b: Expression) : Expression = Expr.dot a b

    /// Sums of a matrix's rows.
    static member SumRows(x: Expression) : Expression = Expr.sumRows x

    /// Sums of a matrix's columns.
    static member SumColumns(x: Expression) : Expression = Expr.sumColumns x

    /// log sum exp of all entries.
    static member LogSumExp(x: Expression) : Expression = Expr.logSumExp x

    /// log sum exp of each row of a matrix.
    static member LogSumExpRows(x: Expression) : Expression = Expr.logSumExpRows x

    /// Sums of a vector's entries up to each.
    static member CumulativeSum(x: Expression) : Expression = Expr.cumulativeSum x

    /// x_t = phi x_(t-1) + e_t with x_0 = e_0.
    static member Recurrence(phi: Expression, shocks: Expression) : Expression = Expr.linearRecurrence phi shocks

    /// One entry of a vector, from 0.
    static member Item(x: Expression, index: int) : Expression = Expr.item index x

    /// So many entries of a vector from the first given, from 0.
    static member Slice(x: Expression, first: int, count: int) : Expression = Expr.slice first count x

    /// The entries of these indices, from 0.
    static member Gather(x: Expression, indices: int[]) : Expression = Expr.gather indices x

    /// A row of a matrix, from 0.
    static member Row(x: Expression, index: int) : Expression = Expr.row index x

    /// All entries of all arguments in one vector.
    static member Concatenate([<System.ParamArray>] parts: Expression[]) : Expression = Expr.concatenate parts

    /// A vector as a matrix of one column.
    static member Column(x: Expression) : Expression = Expr.column x

    /// The transpose of a matrix.
    static member Transpose(x: Expression) : Expression = Expr.transpose x

    /// The product of a matrix with a matrix or a vector.
    static member Multiply(a: Expression, x: Expression) : Expression =
        (match x.Shape with
         | Shape.Matrix _ -> Expr.matrixProduct a x
         | _ -> Expr.matrixVector a x)

    /// The outer product a b'.
    static member Outer(a: Expression, b: Expression) : Expression = Expr.outer a b

    /// The diagonal of a square matrix.
    static member Diagonal(x: Expression) : Expression = Expr.diagonal x

    /// The square matrix with this diagonal.
    static member DiagonalMatrix(x: Expression) : Expression = Expr.diagonalMatrix x

    /// The lower Cholesky factor of a symmetric positive definite matrix.
    static member Cholesky(x: Expression) : Expression = Expr.cholesky x

    /// L^-1 b for a lower triangular L.
    static member SolveLower(lower: Expression, b: Expression) : Expression = Expr.solveLower lower b

    /// log |A| of a symmetric positive definite matrix.
    static member LogDeterminant(x: Expression) : Expression = Expr.logDeterminant x
