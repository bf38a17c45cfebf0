namespace Vi.Math.FSharp

open System
open Vi.Math

/// Expressions: leaves, functions, reductions, layout and linear algebra. Every function checks shapes and raises ArgumentException, naming
/// variables and shapes, where they do not go together.
[<RequireQualifiedAccess>]
module Expr =

    let private make operation arguments shape = Expression(operation, arguments, shape, "")

    let private refuse (what: string) : 'a = raise (ArgumentException what)

    // Leaves.

    /// A number that never changes.
    let number (value: float) : Expression = Expression.op_Implicit value

    /// Numbers that never change, as a vector.
    let vector (values: float seq) : Expression =
        let values = Array.ofSeq values
        make (Operation.Constant values) [||] (Shape.Vector values.Length)

    /// A matrix that never changes, row by row; raises ArgumentException where the numbers do not fill it.
    let matrix (rows: int) (columns: int) (values: float seq) : Expression =
        let values = Array.ofSeq values

        if values.Length <> rows * columns then
            refuse $"{values.Length} numbers do not fill a {rows} x {columns} matrix"

        make (Operation.Constant values) [||] (Shape.Matrix(rows, columns))

    /// Numbers of the position from an offset, under a shape and a name.
    let parameter (name: string) (offset: int) (shape: Shape) : Expression =
        Expression(Operation.Parameter offset, [||], shape, name)

    /// The expression under the user's name, for messages.
    let named (name: string) (a: Expression) : Expression = Expression(a.Operation, a.Arguments, a.Shape, name)

    /// So many rows of a table (all of them, or a minibatch): a vector where it has one column, otherwise a matrix.
    let rowsOf (rows: int) (table: RowData) : Expression =
        let shape =
            if table.Columns = 1 then
                Shape.Vector rows
            else
                Shape.Matrix(rows, table.Columns)

        Expression(Operation.RowsOf table, [||], shape, table.Name)

    // Functions of each entry.

    /// A function of each entry.
    let map (f: UnaryOperation) (a: Expression) = Expression.Map f a

    let exp (a: Expression) = Expression.Map UnaryOperation.Exp a
    let expm1 (a: Expression) = Expression.Map UnaryOperation.Expm1 a
    let log (a: Expression) = Expression.Map UnaryOperation.Log a
    let log1p (a: Expression) = Expression.Map UnaryOperation.Log1p a
    let sqrt (a: Expression) = Expression.Map UnaryOperation.Sqrt a
    let square (a: Expression) = Expression.Map UnaryOperation.Square a
    let reciprocal (a: Expression) = Expression.Map UnaryOperation.Reciprocal a
    let abs (a: Expression) = Expression.Map UnaryOperation.Abs a
    let sign (a: Expression) = Expression.Map UnaryOperation.Sign a
    let tanh (a: Expression) = Expression.Map UnaryOperation.Tanh a
    let logistic (a: Expression) = Expression.Map UnaryOperation.Logistic a
    let softplus (a: Expression) = Expression.Map UnaryOperation.Softplus a
    let sin (a: Expression) = Expression.Map UnaryOperation.Sin a
    let cos (a: Expression) = Expression.Map UnaryOperation.Cos a
    let logGamma (a: Expression) = Expression.Map UnaryOperation.LogGamma a
    let digamma (a: Expression) = Expression.Map UnaryOperation.Digamma a

    /// log of the standard normal distribution function.
    let logNormalCdf (a: Expression) = Expression.Map UnaryOperation.LogNormalCdf a

    /// The power a^b; for a > 0, or any a where b is a whole constant.
    let power (a: Expression) (b: Expression) : Expression =
        match b.ConstantNumber with
        | ValueSome 1.0 -> a
        | ValueSome 2.0 -> square a
        | ValueSome 0.5 -> sqrt a
        | ValueSome -1.0 -> reciprocal a
        | _ -> Expression.Combine BinaryOperation.Power a b

    let maximum (a: Expression) (b: Expression) = Expression.Combine BinaryOperation.Maximum a b
    let minimum (a: Expression) (b: Expression) = Expression.Combine BinaryOperation.Minimum a b

    /// 1 where a >= b, 0 elsewhere.
    let atLeast (a: Expression) (b: Expression) = Expression.Combine BinaryOperation.AtLeast a b

    // Layout.

    /// A number, a row or a column repeated to a shape.
    let fill (shape: Shape) (a: Expression) : Expression =
        let fits small large = small = large || small = 1

        if a.Shape = shape then
            a
        elif fits a.Shape.Rows shape.Rows && fits a.Shape.Columns shape.Columns then
            make Operation.Fill [| a |] shape
        else
            refuse $"{a.Describe()} cannot be repeated to {shape}"

    /// The same entries, row by row, under another shape.
    let reshape (shape: Shape) (a: Expression) : Expression =
        if a.Shape = shape then
            a
        elif a.Shape.Size <> shape.Size then
            refuse $"{a.Describe()} cannot be read as {shape}"
        else
            make
                Operation.Reshape
                [| (match a.Operation with
                    | Operation.Reshape -> a.Arguments[0]
                    | _ -> a) |]
                shape

    /// A vector as a column, an n x 1 matrix.
    let column (a: Expression) = reshape (Shape.Matrix(a.Shape.Size, 1)) a

    /// All entries as one vector.
    let flatten (a: Expression) = reshape (Shape.Vector a.Shape.Size) a

    let transpose (a: Expression) : Expression =
        match a.Shape, a.Operation with
        | _, Operation.Transpose -> a.Arguments[0]
        | Shape.Matrix(rows, columns), _ when rows = 1 || columns = 1 -> reshape (Shape.Matrix(columns, rows)) a
        | Shape.Matrix(rows, columns), _ -> make Operation.Transpose [| a |] (Shape.Matrix(columns, rows))
        | _ -> refuse $"{a.Describe()} has no transpose: only a matrix has"

    /// All entries of all arguments in one vector.
    let concatenate (parts: Expression seq) : Expression =
        match Array.ofSeq parts with
        | [||] -> refuse "nothing to put together"
        | [| one |] -> flatten one
        | parts -> make Operation.Concatenate parts (Shape.Vector(parts |> Array.sumBy (fun part -> part.Shape.Size)))

    /// Numbers as one vector.
    let stack (numbers: Expression seq) : Expression = concatenate numbers

    /// The first of indices that follow each other.
    let private run (indices: int[]) =
        let mutable follows = indices.Length > 0

        for i in 1 .. indices.Length - 1 do
            follows <- follows && indices[i] = indices[0] + i

        if follows then ValueSome indices[0] else ValueNone

    /// Entries from a first one on, as many as the shape has.
    let rec private sliceTo (shape: Shape) (first: int) (a: Expression) : Expression =
        if first < 0 || first + shape.Size > a.Shape.Size then
            refuse $"{a.Describe()} has no entries {first} to {first + shape.Size - 1}"

        match a.Operation with
        | _ when shape.Size = a.Shape.Size -> reshape shape a
        | Operation.Slice before -> sliceTo shape (before + first) a.Arguments[0]
        | Operation.Reshape -> sliceTo shape first a.Arguments[0]
        | _ -> make (Operation.Slice first) [| a |] shape

    /// Entry i of the result is the argument's entry of index i, counted row by row from 0.
    let gatherTo (shape: Shape) (indices: int[]) (a: Expression) : Expression =
        for index in indices do
            if index < 0 || index >= a.Shape.Size then
                refuse $"{a.Describe()} has no entry {index}"

        match run indices with
        | ValueSome first -> sliceTo shape first a
        | ValueNone -> make (Operation.Gather indices) [| a |] shape

    /// The entries of these indices, from 0, as a vector.
    let gather (indices: int[]) (a: Expression) : Expression = gatherTo (Shape.Vector indices.Length) indices a

    /// One entry of a vector, from 0.
    let item (index: int) (a: Expression) : Expression = gatherTo Shape.Scalar [| index |] a

    /// So many entries of a vector from the first given.
    let slice (first: int) (count: int) (a: Expression) : Expression = sliceTo (Shape.Vector count) first a

    /// Row of a matrix as a vector.
    let row (index: int) (a: Expression) : Expression = slice (index * a.Shape.Columns) a.Shape.Columns a

    /// Rows of a matrix with these numbers.
    let gatherRows (rows: int[]) (a: Expression) : Expression =
        let columns = a.Shape.Columns

        gatherTo
            (Shape.Matrix(rows.Length, columns))
            (rows |> Array.collect (fun row -> Array.init columns (fun j -> row * columns + j)))
            a

    /// Zeros of a shape, with the argument's entries from a first one on.
    let embed (shape: Shape) (first: int) (a: Expression) : Expression =
        if first < 0 || first + a.Shape.Size > shape.Size then
            refuse $"{a.Describe()} does not fit into {shape} from entry {first} on"
        elif a.Shape.Size = shape.Size then
            reshape shape a
        else
            make (Operation.Embed first) [| a |] shape

    /// Zeros of a shape, to which entry i of the argument is added at index i.
    let scatter (shape: Shape) (indices: int[]) (a: Expression) : Expression =
        if indices.Length <> a.Shape.Size || indices |> Array.exists (fun i -> i < 0 || i >= shape.Size) then
            refuse $"{a.Describe()} cannot be spread over {shape}"

        match run indices with
        | ValueSome first -> embed shape first a
        | ValueNone -> make (Operation.Scatter indices) [| a |] shape

    // Reductions.

    /// The inner product of two expressions of one shape: the sum of a_i b_i.
    let rec dot (a: Expression) (b: Expression) : Expression =
        if a.Shape <> b.Shape then
            refuse $"inner product: {a.Describe()} and {b.Describe()} differ in shape"

        match a.Operation, b.Operation with
        | Operation.Fill, _ when a.Arguments[0].Shape = Shape.Scalar -> a.Arguments[0] * sum b
        | _, Operation.Fill when b.Arguments[0].Shape = Shape.Scalar -> b.Arguments[0] * sum a
        | _ when a.Shape = Shape.Scalar -> a * b
        | _ -> make Operation.Dot [| a; b |] Shape.Scalar

    /// The sum of all entries.
    and sum (a: Expression) : Expression =
        match a.Operation with
        | _ when a.Shape = Shape.Scalar -> a
        | Operation.Fill when a.Arguments[0].Shape = Shape.Scalar -> a.Arguments[0] * float a.Shape.Size
        | Operation.Unary UnaryOperation.Square -> dot a.Arguments[0] a.Arguments[0]
        | Operation.Unary UnaryOperation.Negate -> -(sum a.Arguments[0])
        | Operation.Binary BinaryOperation.Multiply when a.Arguments[0].Shape = a.Arguments[1].Shape ->
            dot a.Arguments[0] a.Arguments[1]
        | Operation.Binary BinaryOperation.Multiply when a.Arguments[0].Shape = Shape.Scalar ->
            a.Arguments[0] * sum a.Arguments[1]
        | Operation.Binary BinaryOperation.Multiply when a.Arguments[1].Shape = Shape.Scalar ->
            sum a.Arguments[0] * a.Arguments[1]
        | _ -> make Operation.Sum [| a |] Shape.Scalar

    /// The mean of all entries.
    let mean (a: Expression) = sum a / float a.Shape.Size

    /// Sums of a matrix's rows, as a vector with one entry a row.
    let sumRows (a: Expression) : Expression =
        match a.Shape with
        | Shape.Matrix(rows, _) -> make (Operation.SumAlong true) [| a |] (Shape.Vector rows)
        | _ -> refuse $"{a.Describe()} has no rows: only a matrix has"

    /// Sums of a matrix's columns, as a vector with one entry a column.
    let sumColumns (a: Expression) : Expression =
        match a.Shape with
        | Shape.Matrix(_, columns) -> make (Operation.SumAlong false) [| a |] (Shape.Vector columns)
        | _ -> refuse $"{a.Describe()} has no columns: only a matrix has"

    /// The argument summed over what was repeated to get its shape from a smaller one.
    let internal sumTo (shape: Shape) (a: Expression) : Expression =
        if a.Shape = shape then
            a
        elif shape.Size = 1 then
            reshape shape (sum a)
        else
            let ofRows = shape.Columns = 1 && a.Shape.Columns > 1
            let reduced = if ofRows then sumRows a else sumColumns a
            reshape shape reduced

    /// log sum exp of all entries, shifted by the largest.
    let logSumExp (a: Expression) : Expression = make Operation.LogSumExp [| a |] Shape.Scalar

    /// log sum exp of each row of a matrix, as a vector with one entry a row.
    let logSumExpRows (a: Expression) : Expression =
        match a.Shape with
        | Shape.Matrix(rows, _) -> make Operation.LogSumExp [| a |] (Shape.Vector rows)
        | _ -> refuse $"{a.Describe()} has no rows: only a matrix has"

    let private cumulative fromEnd (a: Expression) : Expression =
        match a.Shape with
        | Shape.Matrix _ -> refuse $"cumulative sum: {a.Describe()} is not a vector"
        | _ -> make (Operation.CumulativeSum fromEnd) [| a |] a.Shape

    /// Sums of a vector's entries up to each.
    let cumulativeSum (a: Expression) : Expression = cumulative false a

    /// Sums of a vector's entries from each on.
    let cumulativeSumFromEnd (a: Expression) : Expression = cumulative true a

    let private recurrence backwards (phi: Expression) (e: Expression) : Expression =
        match phi.Shape, e.Shape with
        | Shape.Scalar, Shape.Vector _ -> make (Operation.Recurrence backwards) [| phi; e |] e.Shape
        | _ -> refuse $"a recurrence takes a number and a vector, not {phi.Describe()} and {e.Describe()}"

    /// x_t = phi x_(t-1) + e_t with x_0 = e_0.
    let linearRecurrence (phi: Expression) (e: Expression) : Expression = recurrence false phi e

    /// x_t = phi x_(t+1) + e_t with x_T = e_T.
    let linearRecurrenceFromEnd (phi: Expression) (e: Expression) : Expression = recurrence true phi e

    // Linear algebra.

    /// A B; A' B where the first is given as a transpose.
    let matrixProduct (a: Expression) (b: Expression) : Expression =
        match a.Shape, b.Shape with
        | Shape.Matrix(rows, inner), Shape.Matrix(also, columns) when inner = also ->
            match a.Operation with
            | Operation.Transpose ->
                make (Operation.MatrixProduct true) [| a.Arguments[0]; b |] (Shape.Matrix(rows, columns))
            | _ -> make (Operation.MatrixProduct false) [| a; b |] (Shape.Matrix(rows, columns))
        | _ -> refuse $"matrix product: {a.Describe()} and {b.Describe()} do not go together"

    /// A x, a vector with one entry a row of A.
    let matrixVector (a: Expression) (x: Expression) : Expression =
        match a.Shape, x.Shape with
        | Shape.Matrix(rows, columns), Shape.Vector length when columns = length ->
            match a.Operation with
            | Operation.Transpose -> make (Operation.MatrixVector true) [| a.Arguments[0]; x |] (Shape.Vector rows)
            | _ -> make (Operation.MatrixVector false) [| a; x |] (Shape.Vector rows)
        | _ -> refuse $"matrix times vector: {a.Describe()} and {x.Describe()} do not go together"

    /// The outer product a b', one row an entry of a.
    let outer (a: Expression) (b: Expression) : Expression = column a * reshape (Shape.Matrix(1, b.Shape.Size)) b

    let private requireSquare (what: string) (a: Expression) =
        match a.Shape with
        | Shape.Matrix(rows, columns) when rows = columns -> rows
        | _ -> refuse $"{what}: {a.Describe()} is not a square matrix"

    /// Indices of the diagonal of an n x n matrix.
    let private diagonalIndices n = Array.init n (fun i -> i * n + i)

    /// The diagonal of a square matrix, as a vector.
    let diagonal (a: Expression) : Expression = gather (diagonalIndices (requireSquare "diagonal" a)) a

    /// The square matrix with this diagonal and zeros beside it.
    let diagonalMatrix (a: Expression) : Expression =
        let n = a.Shape.Size
        scatter (Shape.Matrix(n, n)) (diagonalIndices n) a

    /// The lower Cholesky factor of a symmetric positive definite matrix; its values are NaN where it is not.
    let cholesky (a: Expression) : Expression =
        requireSquare "Cholesky factor" a |> ignore
        make Operation.Cholesky [| a |] a.Shape

    let private solve transposed (lower: Expression) (b: Expression) : Expression =
        let n = requireSquare "triangular solve" lower

        match b.Shape with
        | Shape.Vector length when length = n -> make (Operation.TriangularSolve transposed) [| lower; b |] b.Shape
        | Shape.Matrix(rows, _) when rows = n -> make (Operation.TriangularSolve transposed) [| lower; b |] b.Shape
        | _ -> refuse $"triangular solve: {lower.Describe()} and {b.Describe()} do not go together"

    /// L^-1 b for a lower triangular matrix L and a vector or matrix b.
    let solveLower (lower: Expression) (b: Expression) : Expression = solve false lower b

    /// L^-T b for a lower triangular matrix L and a vector or matrix b.
    let solveLowerTransposed (lower: Expression) (b: Expression) : Expression = solve true lower b

    /// The lower triangle of a square matrix, with the diagonal times a factor; zeros above.
    let lowerTriangle (onDiagonal: float) (a: Expression) : Expression =
        requireSquare "lower triangle" a |> ignore
        make (Operation.LowerTriangle onDiagonal) [| a |] a.Shape

    /// log |A| of a symmetric positive definite matrix, from its Cholesky factor.
    let logDeterminant (a: Expression) : Expression = 2.0 * sum (log (diagonal (cholesky a)))

    // Likelihoods with linear predictors.

    /// Entries of the value and derivatives: value, alpha, first, second, then beta.
    let internal predictorHead = 4

    /// The sum over rows of log p(y_n | alpha + x_n'beta), with all derivatives, in one pass over the rows; the table and the target are
    /// constants or rows of data. The second half of what `GeneralizedLinear` offers, which adds the constants.
    let internal linearPredictor family (x: Expression) (y: Expression) alpha first second (beta: Expression) =
        let columns = x.Shape.Columns

        let all =
            make
                (Operation.LinearPredictor family)
                [| x; y; alpha; first; second; beta |]
                (Shape.Vector(predictorHead + columns))

        make Operation.PredictorValue [| all |] Shape.Scalar
