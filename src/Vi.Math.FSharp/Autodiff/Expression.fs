namespace Vi.Math

open System

/// The shape of an expression's value.
[<RequireQualifiedAccess>]
type Shape =
    /// One number.
    | Scalar
    /// So many numbers.
    | Vector of length: int
    /// Rows x columns numbers, row by row.
    | Matrix of rows: int * columns: int

    /// Rows; 1 for a scalar and for a vector, which is laid over a matrix as a row.
    member this.Rows =
        match this with
        | Matrix(rows, _) -> rows
        | _ -> 1

    /// Columns; a vector's length, 1 for a scalar.
    member this.Columns =
        match this with
        | Scalar -> 1
        | Vector length -> length
        | Matrix(_, columns) -> columns

    /// Number of entries.
    member this.Size = this.Rows * this.Columns

    /// The shape in words.
    override this.ToString() =
        match this with
        | Scalar -> "a number"
        | Vector length -> $"a vector of {length}"
        | Matrix(rows, columns) -> $"a {rows} x {columns} matrix"

/// Functions of one number.
[<RequireQualifiedAccess>]
type UnaryOperation =
    | Negate
    | Exp
    | Expm1
    | Log
    | Log1p
    | Sqrt
    | Square
    /// 1 - x^2, the derivative of tanh at its value.
    | OneMinusSquare
    | Reciprocal
    | Abs
    | Sign
    | Tanh
    | Logistic
    | Softplus
    | Sin
    | Cos
    | LogGamma
    | Digamma
    | Trigamma
    /// log of the standard normal distribution function.
    | LogNormalCdf

/// Functions of two numbers.
[<RequireQualifiedAccess>]
type BinaryOperation =
    | Add
    | Subtract
    | Multiply
    | Divide
    | Power
    | Maximum
    | Minimum
    /// 1 where the first is at least the second, otherwise 0; its derivative is 0.
    | AtLeast

/// The distribution of a row's target given its linear predictor.
[<RequireQualifiedAccess>]
type PredictorFamily =
    | NormalPredictor
    | BernoulliPredictor
    | PoissonPredictor
    | StudentPredictor

/// A table of N x C numbers of which each row is an observation; minibatches select rows of it.
[<Sealed>]
type RowData(name: string, rows: int, columns: int, values: float[]) =

    do
        if values.Length <> rows * columns then
            invalidArg (nameof values) $"{values.Length} numbers do not fill the {rows} x {columns} table '{name}'"

    /// Its name in messages.
    member _.Name = name

    /// N.
    member _.Rows = rows

    /// C.
    member _.Columns = columns

    /// N x C numbers, row by row; never written.
    member internal _.Values = values

/// What an expression does with its arguments.
[<RequireQualifiedAccess>]
type Operation =
    /// Numbers of the position, from an offset.
    | Parameter of offset: int
    /// Numbers that never change.
    | Constant of float[]
    /// All rows of a table, or those that a minibatch selects.
    | RowsOf of RowData
    | Unary of UnaryOperation
    /// Entry by entry; a number, a row or a column is repeated as often as the other argument needs.
    | Binary of BinaryOperation
    /// Sum of all entries.
    | Sum
    /// Inner product of two expressions of one shape.
    | Dot
    /// Sums of each row (a column) or of each column (a row).
    | SumAlong of ofRows: bool
    /// A number, row or column repeated to the shape.
    | Fill
    /// The same entries in the same order under another shape.
    | Reshape
    | Transpose
    /// All entries of the arguments, one after the other.
    | Concatenate
    /// The argument's entries from a first one on.
    | Slice of first: int
    /// Zeros, with the argument's entries from a first one on.
    | Embed of first: int
    /// The lower triangle of a square matrix, its diagonal times a factor; zeros above.
    | LowerTriangle of onDiagonal: float
    /// Entry i is the argument's entry index i.
    | Gather of indices: int[]
    /// Entry j is the sum of the argument's entries with index j.
    | Scatter of indices: int[]
    /// A B or A' B.
    | MatrixProduct of transposed: bool
    /// A B with a row added to each of its rows: what plans make of the two.
    | MatrixProductPlusRow
    /// A x or A' x.
    | MatrixVector of transposed: bool
    /// Lower Cholesky factor.
    | Cholesky
    /// L^-1 B or L^-T B for a lower triangular L.
    | TriangularSolve of transposed: bool
    /// log sum exp of each row.
    | LogSumExp
    /// Sums of entries up to each, or from each on.
    | CumulativeSum of fromEnd: bool
    /// x_t = phi x_(t-1) + e_t, or backwards.
    | Recurrence of backwards: bool
    /// Value and derivatives of a likelihood with linear predictors, from (X, y, alpha, first, second, beta).
    | LinearPredictor of PredictorFamily
    /// The value among these.
    | PredictorValue

/// An immutable expression: an operation on other expressions, with its shape. Expressions are shared, not copied: the same object may be an
/// argument of many. Operators work entry by entry and repeat numbers, rows (vectors) and columns (n x 1 matrices) as NumPy does;
/// shapes that do not go together raise ArgumentException, which names the variables and their shapes.
[<Sealed; AllowNullLiteral(false)>]
type Expression internal (operation: Operation, arguments: Expression[], shape: Shape, label: string) =

    let varies =
        match operation with
        | Operation.Parameter _ -> true
        | _ ->
            let mutable found = false

            for argument in arguments do
                found <- found || argument.Varies

            found

    /// What it does.
    member _.Operation = operation

    /// What it does it with.
    member _.Operands: System.Collections.Generic.IReadOnlyList<Expression> = arguments

    member internal _.Arguments = arguments

    /// Its shape.
    member _.Shape = shape

    /// The user's name of it; empty where it has none.
    member _.Label = label

    /// Whether it depends on a parameter.
    member internal _.Varies: bool = varies

    /// The variables that it is made of, by name.
    member internal this.Variables: string list =
        let seen = System.Collections.Generic.HashSet<Expression>(HashIdentity.Reference)
        let stack = System.Collections.Generic.Stack<Expression>([ this ])
        let found = ResizeArray()

        while stack.Count > 0 && found.Count < 4 do
            let next = stack.Pop()

            if seen.Add next then
                if next.Label <> "" then
                    if not (found.Contains next.Label) then
                        found.Add next.Label
                else
                    next.Arguments |> Array.rev |> Array.iter stack.Push

        List.ofSeq found

    /// Its name and shape, for messages.
    member this.Describe() =
        match label, this.Variables with
        | "", [] -> $"a constant ({shape})"
        | "", names ->
            let shown = names |> List.truncate 3 |> List.map (fun name -> $"'{name}'") |> String.concat ", "
            let more = if names.Length > 3 then " and others" else ""
            $"an expression of {shown}{more} ({shape})"
        | name, _ -> $"'{name}' ({shape})"

    override this.ToString() = this.Describe()

    static member private Number(value: float) = Expression(Operation.Constant [| value |], [||], Shape.Scalar, "")

    /// The value of a constant number.
    member internal _.ConstantNumber =
        match operation, shape with
        | Operation.Constant values, Shape.Scalar -> ValueSome values[0]
        | _ -> ValueNone

    member internal _.IsFill =
        match operation with
        | Operation.Fill -> true
        | _ -> false

    /// Its name in messages. (Printing a union's case takes milliseconds at first.)
    static member private NameOf(f: BinaryOperation) =
        match f with
        | BinaryOperation.Add -> "sum"
        | BinaryOperation.Subtract -> "difference"
        | BinaryOperation.Multiply -> "product"
        | BinaryOperation.Divide -> "ratio"
        | BinaryOperation.Power -> "power"
        | BinaryOperation.Maximum -> "maximum"
        | BinaryOperation.Minimum -> "minimum"
        | BinaryOperation.AtLeast -> "at least"

    /// The shape of two laid over each other; the operation's name is for the message.
    static member internal Broadcast (name: string) (a: Expression) (b: Expression) =
        let fail () = invalidArg "b" $"{name}: {a.Describe()} and {b.Describe()} do not go together"

        let side (x: int) (y: int) =
            if x = y || y = 1 then x
            elif x = 1 then y
            else fail ()

        let rows = side a.Shape.Rows b.Shape.Rows
        let columns = side a.Shape.Columns b.Shape.Columns

        match a.Shape, b.Shape with
        | Shape.Scalar, Shape.Scalar -> Shape.Scalar
        | Shape.Matrix _, _
        | _, Shape.Matrix _ -> Shape.Matrix(rows, columns)
        | _ -> Shape.Vector columns

    /// f(a); log exp a and --a are a. (exp log a is not: it is NaN below 0.)
    static member internal Map (f: UnaryOperation) (a: Expression) : Expression =
        match f, a.Operation with
        | UnaryOperation.Log, Operation.Unary UnaryOperation.Exp
        | UnaryOperation.Negate, Operation.Unary UnaryOperation.Negate -> a.Arguments[0]
        | _, Operation.Fill -> Expression(Operation.Fill, [| Expression.Map f a.Arguments[0] |], a.Shape, "")
        | _ -> Expression(Operation.Unary f, [| a |], a.Shape, "")

    /// f(a, b), with the rules of 0 and 1 and without repeating what is repeated anyway.
    static member internal Combine (f: BinaryOperation) (a: Expression) (b: Expression) : Expression =
        let shape = Expression.Broadcast (Expression.NameOf f) a b
        let bare (x: Expression) = if x.IsFill then x.Arguments[0] else x
        let filled (x: Expression) = if x.Shape = shape then x else Expression(Operation.Fill, [| x |], shape, "")

        match f, a.ConstantNumber, b.ConstantNumber with
        | BinaryOperation.Add, ValueSome 0.0, _ -> filled b
        | BinaryOperation.Add, _, ValueSome 0.0
        | BinaryOperation.Subtract, _, ValueSome 0.0 -> filled a
        | BinaryOperation.Subtract, ValueSome 0.0, _ -> filled (Expression.Map UnaryOperation.Negate b)
        | BinaryOperation.Multiply, ValueSome 1.0, _ -> filled b
        | BinaryOperation.Multiply, _, ValueSome 1.0
        | BinaryOperation.Divide, _, ValueSome 1.0 -> filled a
        | BinaryOperation.Multiply, ValueSome -1.0, _ -> filled (Expression.Map UnaryOperation.Negate b)
        | BinaryOperation.Multiply, _, ValueSome -1.0
        | BinaryOperation.Divide, _, ValueSome -1.0 -> filled (Expression.Map UnaryOperation.Negate a)
        | BinaryOperation.Divide, ValueSome 1.0, ValueNone -> filled (Expression.Map UnaryOperation.Reciprocal b)
        | BinaryOperation.Add, ValueSome x, ValueSome y -> Expression.Number(x + y)
        | BinaryOperation.Subtract, ValueSome x, ValueSome y -> Expression.Number(x - y)
        | BinaryOperation.Multiply, ValueSome x, ValueSome y -> Expression.Number(x * y)
        | BinaryOperation.Divide, ValueSome x, ValueSome y -> Expression.Number(x / y)
        | _ ->
            let x, y = bare a, bare b
            let small = Expression.Broadcast "" x y

            if small = shape then Expression(Operation.Binary f, [| x; y |], shape, "")
            elif a.IsFill && b.IsFill then filled (Expression.Combine f x y)
            else Expression(Operation.Binary f, [| a; b |], shape, "")

    /// The sum, entry by entry.
    static member (+)(a: Expression, b: Expression) = Expression.Combine BinaryOperation.Add a b

    /// A number added to each entry.
    static member (+)(a: Expression, b: float) = Expression.Combine BinaryOperation.Add a (Expression.Number b)

    /// A number added to each entry.
    static member (+)(a: float, b: Expression) = Expression.Combine BinaryOperation.Add (Expression.Number a) b

    /// The difference, entry by entry.
    static member (-)(a: Expression, b: Expression) = Expression.Combine BinaryOperation.Subtract a b

    /// A number taken off each entry.
    static member (-)(a: Expression, b: float) = Expression.Combine BinaryOperation.Subtract a (Expression.Number b)

    /// Each entry taken off a number.
    static member (-)(a: float, b: Expression) = Expression.Combine BinaryOperation.Subtract (Expression.Number a) b

    /// The product, entry by entry.
    static member (*)(a: Expression, b: Expression) = Expression.Combine BinaryOperation.Multiply a b

    /// Each entry times a number.
    static member (*)(a: Expression, b: float) = Expression.Combine BinaryOperation.Multiply a (Expression.Number b)

    /// Each entry times a number.
    static member (*)(a: float, b: Expression) = Expression.Combine BinaryOperation.Multiply (Expression.Number a) b

    /// The ratio, entry by entry.
    static member (/)(a: Expression, b: Expression) = Expression.Combine BinaryOperation.Divide a b

    /// Each entry over a number.
    static member (/)(a: Expression, b: float) =
        Expression.Combine BinaryOperation.Multiply a (Expression.Number(1.0 / b))

    /// A number over each entry.
    static member (/)(a: float, b: Expression) = Expression.Combine BinaryOperation.Divide (Expression.Number a) b

    /// The negative of each entry.
    static member (~-)(a: Expression) = Expression.Map UnaryOperation.Negate a

    /// A number as an expression.
    static member op_Implicit(value: float) : Expression = Expression.Number value

    /// Numbers as a vector.
    static member op_Implicit(values: float[]) : Expression =
        Expression(Operation.Constant(Array.copy values), [||], Shape.Vector values.Length, "")
