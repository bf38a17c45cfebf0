namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// From nodes of an expression to steps of a plan.
[<RequireQualifiedAccess>]
module internal PlanSteps =

    /// NaN, not an exception, where the function is not defined: a point may be bad.
    let private onPositive (f: float -> float) atInfinity x =
        if x = infinity then atInfinity
        elif x > 0.0 then f x
        else nan

    let private unaryStep operation x y n : PlanStep =
        match operation with
        | UnaryOperation.Negate -> UnaryStep<Negation>(x, y, n)
        | UnaryOperation.Exp -> UnaryStep<Exponential>(x, y, n)
        | UnaryOperation.Expm1 -> UnaryStep<ExponentialMinusOne>(x, y, n)
        | UnaryOperation.Log -> UnaryStep<Logarithm>(x, y, n)
        | UnaryOperation.Log1p -> UnaryStep<LogarithmOfOnePlus>(x, y, n)
        | UnaryOperation.Sqrt -> UnaryStep<SquareRoot>(x, y, n)
        | UnaryOperation.Square -> UnaryStep<Squaring>(x, y, n)
        | UnaryOperation.OneMinusSquare -> UnaryStep<Vi.Kernels.OneMinusSquare>(x, y, n)
        | UnaryOperation.Reciprocal -> UnaryStep<Vi.Kernels.Reciprocal>(x, y, n)
        | UnaryOperation.Abs -> UnaryStep<Magnitude>(x, y, n)
        | UnaryOperation.Sign -> UnaryStep<Signum>(x, y, n)
        | UnaryOperation.Tanh -> UnaryStep<HyperbolicTangent>(x, y, n)
        | UnaryOperation.Logistic -> UnaryStep<LogisticFunction>(x, y, n)
        | UnaryOperation.Softplus -> UnaryStep<Vi.Kernels.Softplus>(x, y, n)
        | UnaryOperation.Sin -> ScalarFunctionStep(Math.Sin, x, y, n)
        | UnaryOperation.Cos -> ScalarFunctionStep(Math.Cos, x, y, n)
        | UnaryOperation.LogGamma -> ScalarFunctionStep(onPositive Special.logGamma infinity, x, y, n)
        | UnaryOperation.Digamma -> ScalarFunctionStep(onPositive Special.digamma infinity, x, y, n)
        | UnaryOperation.LogNormalCdf -> ScalarFunctionStep(Special.logNormalCdf, x, y, n)
        | UnaryOperation.Trigamma -> ScalarFunctionStep(onPositive Special.trigamma 0.0, x, y, n)

    let private binaryStep operation (x: Operand) (y: Operand) z rows columns : PlanStep =
        match operation with
        | BinaryOperation.Add -> BinaryStep<Addition>(x, y, z, rows, columns)
        | BinaryOperation.Subtract -> BinaryStep<Subtraction>(x, y, z, rows, columns)
        | BinaryOperation.Multiply -> BinaryStep<Multiplication>(x, y, z, rows, columns)
        | BinaryOperation.Divide -> BinaryStep<Division>(x, y, z, rows, columns)
        | BinaryOperation.Power -> BinaryStep<PowerFunction>(x, y, z, rows, columns)
        | BinaryOperation.Maximum -> BinaryStep<Vi.Kernels.Maximum>(x, y, z, rows, columns)
        | BinaryOperation.Minimum -> BinaryStep<Vi.Kernels.Minimum>(x, y, z, rows, columns)
        | BinaryOperation.AtLeast -> BinaryStep<Vi.Kernels.AtLeast>(x, y, z, rows, columns)

    let predictorStep family data place arguments result rows columns : PlanStep =
        match family with
        | PredictorFamily.NormalPredictor ->
            LinearPredictorStep<Vi.Kernels.NormalPredictor>(data, place, arguments, result, rows, columns)
        | PredictorFamily.BernoulliPredictor ->
            LinearPredictorStep<Vi.Kernels.BernoulliPredictor>(data, place, arguments, result, rows, columns)
        | PredictorFamily.PoissonPredictor ->
            LinearPredictorStep<Vi.Kernels.PoissonPredictor>(data, place, arguments, result, rows, columns)
        | PredictorFamily.StudentPredictor ->
            LinearPredictorStep<Vi.Kernels.StudentPredictor>(data, place, arguments, result, rows, columns)

    /// How an argument lies over a result of a shape.
    let private operand place (argument: Shape) (result: Shape) : Operand =
        let isColumn = argument.Columns = 1 && result.Columns > 1 || argument.Size = 1
        let rowStride = if argument.Rows = 1 then 0 else argument.Columns
        Operand(place, rowStride, isColumn)

    /// Whether a binary operation is one loop: both arguments have the result's shape or are numbers.
    let isFlat (node: Expression) =
        let mutable flat = true

        for argument in node.Arguments do
            flat <- flat && (argument.Shape.Size = 1 || argument.Shape.Size = node.Shape.Size)

        flat

    /// Where the entries of a node lie that are entries of its argument as they stand, counted from the argument's first: no step is needed;
    /// -1 for all other nodes.
    let alias (node: Expression) =
        match node.Operation with
        | Operation.Reshape
        | Operation.PredictorValue -> 0
        | Operation.Slice first -> first
        | Operation.Fill when node.Arguments[0].Shape.Size = node.Shape.Size -> 0
        | _ -> -1

    /// Numbers of a node's place. A matrix whose rows do not fill whole vectors is written a little past its end.
    let placeSize (node: Expression) =
        match node.Operation, node.Shape with
        | Operation.LinearPredictor _, shape -> PredictorRows.ResultLength(shape.Size - Expr.predictorHead)
        | _, Shape.Matrix(rows, columns) -> PlanStep.Padded(rows * columns) + PlanStep.Lanes
        | _, shape -> PlanStep.Padded shape.Size

    /// The step of a node whose arguments are at these places.
    let step (node: Expression) (places: int[]) (y: int) : PlanStep =
        let n = node.Shape.Size
        let shape i = node.Arguments[i].Shape

        match node.Operation with
        | Operation.Unary operation -> unaryStep operation places[0] y n
        | Operation.Binary operation ->
            if isFlat node then
                let flat i = Operand(places[i], 0, ((shape i).Size = 1))
                binaryStep operation (flat 0) (flat 1) y 1 n
            else
                let lay i = operand places[i] (shape i) node.Shape
                binaryStep operation (lay 0) (lay 1) y node.Shape.Rows node.Shape.Columns
        | Operation.Sum -> SumStep(places[0], y, (shape 0).Size)
        | Operation.Dot -> DotStep(places[0], places[1], y, (shape 0).Size)
        | Operation.SumAlong ofRows -> SumAlongStep(places[0], y, (shape 0).Rows, (shape 0).Columns, ofRows)
        | Operation.Fill -> FillStep(operand places[0] (shape 0) node.Shape, y, node.Shape.Rows, node.Shape.Columns)
        | Operation.Transpose -> TransposeStep(places[0], y, (shape 0).Rows, (shape 0).Columns)
        | Operation.Concatenate -> ConcatenateStep(places, node.Arguments |> Array.map (fun part -> part.Shape.Size), y)
        | Operation.Embed first -> EmbedStep(places[0], y, first, (shape 0).Size, n)
        | Operation.LowerTriangle onDiagonal -> LowerTriangleStep(places[0], y, node.Shape.Rows, onDiagonal)
        | Operation.Gather indices -> GatherStep(places[0], y, indices)
        | Operation.Scatter indices -> ScatterStep(places[0], y, indices, n)
        | Operation.MatrixProduct transposed ->
            let inner = (shape 1).Rows

            if node.Shape.Rows = 1 then
                MatrixVectorStep(places[1], places[0], y, inner, node.Shape.Columns, true)
            else
                MatrixProductStep(places[0], places[1], -1, y, node.Shape.Rows, inner, node.Shape.Columns, transposed)
        | Operation.MatrixProductPlusRow ->
            let inner = (shape 1).Rows
            MatrixProductStep(places[0], places[1], places[2], y, node.Shape.Rows, inner, node.Shape.Columns, false)
        | Operation.MatrixVector transposed ->
            MatrixVectorStep(places[0], places[1], y, (shape 0).Rows, (shape 0).Columns, transposed)
        | Operation.Cholesky -> CholeskyStep(places[0], y, node.Shape.Rows)
        | Operation.TriangularSolve transposed ->
            let columns =
                match node.Shape with
                | Shape.Matrix(_, columns) -> columns
                | _ -> 1

            TriangularSolveStep(places[0], places[1], y, (shape 0).Rows, columns, transposed)
        | Operation.LogSumExp when node.Shape = Shape.Scalar -> LogSumExpStep(places[0], y, 1, (shape 0).Size)
        | Operation.LogSumExp -> LogSumExpStep(places[0], y, (shape 0).Rows, (shape 0).Columns)
        | Operation.CumulativeSum fromEnd -> CumulativeSumStep(places[0], y, n, fromEnd)
        | Operation.Recurrence backwards -> RecurrenceStep(places[0], places[1], y, n, backwards)
        | Operation.Parameter _
        | Operation.Constant _
        | Operation.RowsOf _
        | Operation.Reshape
        | Operation.Slice _
        | Operation.PredictorValue
        | Operation.LinearPredictor _ -> invalidOp "leaves, likelihoods and parts of others have no step of this kind"

    /// The likelihood's rows where they never change: all rows, or constants.
    let fixedRows (node: Expression) =
        let values (leaf: Expression) =
            match leaf.Operation with
            | Operation.Constant values -> ValueSome values
            | Operation.RowsOf table when table.Rows = leaf.Shape.Size / table.Columns -> ValueSome table.Values
            | _ -> ValueNone

        match values node.Arguments[0], values node.Arguments[1] with
        | ValueSome x, ValueSome y ->
            let columns = node.Arguments[0].Shape.Columns
            let rows = node.Arguments[1].Shape.Size
            let groups = AlignedNumbers(PredictorRows.BufferLength(rows, columns))
            PredictorRows.Lay(ReadOnlySpan x, ReadOnlySpan y, columns, groups.Span)
            ValueSome groups
        | _ -> ValueNone
