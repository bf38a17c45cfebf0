namespace Vi.Math

open System
open Vi.Kernels

/// A function of one number that has no vector form, entry by entry.
[<Sealed>]
type internal ScalarFunctionStep(f: float -> float, x: int, y: int, length: int) =
    inherit PlanStep()

    override _.Run(memory: Span<float>) =
        for i in 0 .. length - 1 do
            memory[y + i] <- f memory[x + i]

/// Where the rows that a minibatch selects are written.
[<Struct>]
type internal RowPlace =
    {
        Table: RowData
        /// Where they are.
        Place: int
        /// Of a likelihood's rows: its target, which is laid beside the columns; null where the rows are stored row by row.
        Target: RowData voption
    }

/// A schedule of steps over one memory, compiled once from expressions. It never changes; every evaluator has a memory of its own.
[<Sealed>]
type Plan
    internal
    (
        dimension: int,
        template: float[],
        steps: PlanStep[],
        stepsOfFirst: int,
        places: int[],
        shapes: Shape[],
        rows: RowPlace[],
        selected: int
    ) =

    /// Number D of coordinates of a position.
    member _.Dimension = dimension

    /// The memory of an evaluator before its first call: constants in their places.
    member internal _.Template = template

    /// All steps, in order; the first `StepsOfFirst` of them compute the first output.
    member internal _.Steps = steps

    member internal _.StepsOfFirst = stepsOfFirst

    /// Place of each output.
    member internal _.Places = places

    /// Shape of each output.
    member _.Shapes = shapes

    /// Where selected rows are written.
    member internal _.Rows = rows

    /// Number M of rows that a minibatch selects; 0 where the plan reads all.
    member _.Selected = selected

/// The memory in which a plan is run; one thread at a time uses it.
[<Sealed>]
type internal PlanMemory(plan: Plan) =

    /// Numbers of a cache line, to which the memory is aligned.
    let line = 8

    let array: float[] = GC.AllocateArray(plan.Template.Length + line, pinned = true)

    let start =
        let address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0).ToInt64()
        int ((64L - address % 64L) % 64L / 8L)

    do plan.Template.AsSpan().CopyTo(array.AsSpan start)

    member _.Plan = plan

    member _.Span = array.AsSpan(start, plan.Template.Length)

    /// Runs the first steps at a position.
    member this.Run(position: ReadOnlySpan<float>, steps: int) =
        let memory = this.Span
        position.CopyTo memory
        let all = plan.Steps

        for i in 0 .. steps - 1 do
            all[i].Run memory

    /// Puts the selected rows of all tables in their places.
    member this.Select(selection: ReadOnlySpan<int>) =
        let memory = this.Span

        for place in plan.Rows do
            let columns = place.Table.Columns
            let values = ReadOnlySpan place.Table.Values

            match place.Target with
            | ValueSome target ->
                PredictorRows.Gather(
                    values,
                    ReadOnlySpan target.Values,
                    selection,
                    columns,
                    memory.Slice(place.Place, PredictorRows.Room(selection.Length, columns))
                )
            | ValueNone ->
                for i in 0 .. selection.Length - 1 do
                    values
                        .Slice(selection[i] * columns, columns)
                        .CopyTo(memory.Slice(place.Place + i * columns, columns))

namespace Vi.Math.FSharp

open System
open System.Collections.Generic
open Vi.Kernels
open Vi.Math

/// Compiles expressions to plans: common subexpressions are shared, what is constant is computed once, and places are used again once
/// nobody reads them.
[<RequireQualifiedAccess>]
module Plan =

    /// Room behind the last place: kernels may read whole blocks of vectors.
    let private tail = 16

    let private isSpecial operation =
        match operation with
        | UnaryOperation.Sin
        | UnaryOperation.Cos
        | UnaryOperation.LogGamma
        | UnaryOperation.Digamma
        | UnaryOperation.Trigamma
        | UnaryOperation.LogNormalCdf -> true
        | _ -> false

    /// NaN, not an exception, where the function is not defined: a point may be bad.
    let private onPositive (f: float -> float) x = if x > 0.0 then f x else nan

    let private unaryStep operation x y n : PlanStep =
        match operation with
        | UnaryOperation.Negate -> UnaryStep<Negation>(x, y, n)
        | UnaryOperation.Exp -> UnaryStep<Exponential>(x, y, n)
        | UnaryOperation.Expm1 -> UnaryStep<ExponentialMinusOne>(x, y, n)
        | UnaryOperation.Log -> UnaryStep<Logarithm>(x, y, n)
        | UnaryOperation.Log1p -> UnaryStep<LogarithmOfOnePlus>(x, y, n)
        | UnaryOperation.Sqrt -> UnaryStep<SquareRoot>(x, y, n)
        | UnaryOperation.Square -> UnaryStep<Squaring>(x, y, n)
        | UnaryOperation.Reciprocal -> UnaryStep<Vi.Kernels.Reciprocal>(x, y, n)
        | UnaryOperation.Abs -> UnaryStep<Magnitude>(x, y, n)
        | UnaryOperation.Sign -> UnaryStep<Signum>(x, y, n)
        | UnaryOperation.Tanh -> UnaryStep<HyperbolicTangent>(x, y, n)
        | UnaryOperation.Logistic -> UnaryStep<LogisticFunction>(x, y, n)
        | UnaryOperation.Softplus -> UnaryStep<Vi.Kernels.Softplus>(x, y, n)
        | UnaryOperation.Sin -> ScalarFunctionStep(Math.Sin, x, y, n)
        | UnaryOperation.Cos -> ScalarFunctionStep(Math.Cos, x, y, n)
        | UnaryOperation.LogGamma -> ScalarFunctionStep(onPositive Special.logGamma, x, y, n)
        | UnaryOperation.Digamma -> ScalarFunctionStep(onPositive Special.digamma, x, y, n)
        | UnaryOperation.LogNormalCdf -> ScalarFunctionStep(Special.logNormalCdf, x, y, n)
        | UnaryOperation.Trigamma -> ScalarFunctionStep(onPositive Special.trigamma, x, y, n)

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

    let private predictorStep family data place arguments result rows columns : PlanStep =
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
    let private isFlat (node: Expression) =
        node.Arguments
        |> Array.forall (fun argument -> argument.Shape.Size = 1 || argument.Shape.Size = node.Shape.Size)

    let private contiguous (indices: int[]) =
        indices.Length > 0
        && (let first = indices[0]
            indices |> Array.indexed |> Array.forall (fun (i, index) -> index = first + i))

    /// Numbers of a node's place. A matrix whose rows do not fill whole vectors is written a little past its end.
    let private room (node: Expression) =
        match node.Operation, node.Shape with
        | Operation.LinearPredictor _, shape ->
            PlanStep.Padded shape.Size + PlanStep.Lanes * (shape.Size - Expr.predictorHead)
        | _, Shape.Matrix(rows, columns) -> PlanStep.Padded(rows * columns) + PlanStep.Lanes
        | _, shape -> PlanStep.Padded shape.Size

    /// The step of a node whose arguments are at these places.
    let private step (node: Expression) (places: int[]) (y: int) : PlanStep =
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
        | Operation.Reshape -> CopyStep(places[0], y, n)
        | Operation.Transpose -> TransposeStep(places[0], y, (shape 0).Rows, (shape 0).Columns)
        | Operation.Concatenate -> ConcatenateStep(places, node.Arguments |> Array.map (fun part -> part.Shape.Size), y)
        | Operation.Gather indices when contiguous indices -> CopyStep(places[0] + indices[0], y, n)
        | Operation.Gather indices -> GatherStep(places[0], y, indices)
        | Operation.Scatter indices -> ScatterStep(places[0], y, indices, n)
        | Operation.MatrixProduct transposed ->
            let inner = (shape 1).Rows
            MatrixProductStep(places[0], places[1], y, node.Shape.Rows, inner, node.Shape.Columns, transposed)
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
        | Operation.PredictorValue -> CopyStep(places[0], y, 1)
        | Operation.Parameter _
        | Operation.Constant _
        | Operation.RowsOf _
        | Operation.LinearPredictor _ -> invalidOp "leaves and likelihoods have places of their own"

    /// The likelihood's rows where they never change: all rows, or constants.
    let private fixedRows (node: Expression) =
        let values (leaf: Expression) =
            match leaf.Operation with
            | Operation.Constant values -> ValueSome values
            | Operation.RowsOf table when table.Rows = leaf.Shape.Size / table.Columns -> ValueSome table.Values
            | _ -> ValueNone

        match values node.Arguments[0], values node.Arguments[1] with
        | ValueSome x, ValueSome y ->
            let columns = node.Arguments[0].Shape.Columns
            let rows = node.Arguments[1].Shape.Size
            let groups: float[] = Array.zeroCreate (PredictorRows.Room(rows, columns))
            PredictorRows.Lay(ReadOnlySpan x, ReadOnlySpan y, columns, groups.AsSpan())
            ValueSome groups
        | _ -> ValueNone

    /// Compiles expressions of a position in R^D. The first output can be had alone, without the steps that only the others need.
    let compile (dimension: int) (outputs: Expression list) : Plan =
        let outputs = Array.ofList outputs

        // Equal operations on equal arguments are one: numbers stand for nodes.
        let numbers = Dictionary<Expression, int>(HashIdentity.Reference)
        let known = Dictionary<struct (Operation * int list * Shape), int>(HashIdentity.Structural)
        let nodes = ResizeArray<Expression>()
        let arguments = ResizeArray<int[]>()

        for node in Gradient.ordered outputs do
            let below = node.Arguments |> Array.map (fun argument -> numbers[argument])
            let key = struct (node.Operation, List.ofArray below, node.Shape)

            match known.TryGetValue key with
            | true, number -> numbers[node] <- number
            | _ ->
                known[key] <- nodes.Count
                numbers[node] <- nodes.Count
                nodes.Add node
                arguments.Add below

        let count = nodes.Count

        let isSlot (node: Expression) =
            match node.Operation with
            | Operation.RowsOf table -> node.Shape.Size <> table.Rows * table.Columns
            | _ -> false

        // What changes from call to call, or from minibatch to minibatch.
        let changes = Array.zeroCreate<bool> count

        let isLikelihood (node: Expression) =
            match node.Operation with
            | Operation.LinearPredictor _ -> true
            | _ -> false

        for i in 0 .. count - 1 do
            changes[i] <- nodes[i].Varies || isSlot nodes[i] || arguments[i] |> Array.exists (fun a -> changes[a])

        // Tables that only likelihoods read are stored in the likelihoods' own layout.
        let readers = Array.init count (fun _ -> ResizeArray<int>())

        for i in 0 .. count - 1 do
            arguments[i]
            |> Array.iteri (fun position argument ->
                if not (isLikelihood nodes[i] && position < 2) then
                    readers[argument].Add i)

        let pinned = Array.zeroCreate<bool> count

        for output in outputs do
            pinned[numbers[output]] <- true

        let lastUse = Array.create count -1

        for i in 0 .. count - 1 do
            for argument in arguments[i] do
                lastUse[argument] <- i

        let places = Array.create count -1
        let mutable size = PlanStep.Padded(max 1 dimension) + PlanStep.Lanes
        let free = Dictionary<int, Stack<int>>()

        let take numbers =
            match free.TryGetValue numbers with
            | true, stack when stack.Count > 0 -> stack.Pop()
            | _ ->
                let place = size
                size <- size + numbers
                place

        let giveBack i =
            let numbers = room nodes[i]

            match free.TryGetValue numbers with
            | true, stack -> stack.Push places[i]
            | _ -> free[numbers] <- Stack [ places[i] ]

        let constants = ResizeArray<struct (int * float[])>()
        let once = ResizeArray<PlanStep>()
        let steps = ResizeArray<PlanStep>()
        let rows = ResizeArray<RowPlace>()
        let mutable selected = 0
        let mutable stepsOfFirst = 0

        let fresh numbers =
            let place = size
            size <- size + numbers
            place

        for i in 0 .. count - 1 do
            let node = nodes[i]
            let needed = readers[i].Count > 0 || pinned[i]

            match node.Operation with
            | Operation.Parameter offset -> places[i] <- offset
            | Operation.Constant values when needed ->
                places[i] <- fresh (room node)
                constants.Add(struct (places[i], values))
            | Operation.RowsOf table when needed ->
                places[i] <- fresh (room node)

                if isSlot node then
                    selected <- node.Shape.Size / table.Columns
                    rows.Add { Table = table; Place = places[i]; Target = ValueNone }
                else
                    constants.Add(struct (places[i], table.Values))
            | Operation.Constant _
            | Operation.RowsOf _ -> ()
            | Operation.LinearPredictor family ->
                let columns = node.Arguments[0].Shape.Columns
                let length = node.Arguments[1].Shape.Size
                let below = arguments[i] |> Array.map (fun a -> places[a])
                places[i] <- fresh (room node)
                let at = PredictorArguments(below[2], below[3], below[4], below[5])

                let struct (data: float[] | null, place: int) =
                    match fixedRows node, node.Arguments[0].Operation, node.Arguments[1].Operation with
                    | ValueSome data, _, _ -> struct (data, 0)
                    | _, Operation.RowsOf table, Operation.RowsOf target ->
                        let place = fresh (PredictorRows.Room(length, columns))
                        selected <- length
                        rows.Add { Table = table; Place = place; Target = ValueSome target }
                        struct (null, place)
                    | _ -> invalidOp "a likelihood's rows are constants or rows of data"

                steps.Add(predictorStep family data place at places[i] length columns)
            | operation ->
                let below = arguments[i] |> Array.map (fun a -> places[a])

                let inPlace =
                    match operation with
                    | Operation.Unary operation -> not (isSpecial operation)
                    | Operation.Binary _ -> isFlat node
                    | _ -> false

                let release () =
                    for argument in Array.distinct arguments[i] do
                        let source = nodes[argument]

                        let isLeaf =
                            match source.Operation with
                            | Operation.Parameter _
                            | Operation.Constant _
                            | Operation.RowsOf _
                            | Operation.LinearPredictor _ -> true
                            | _ -> false

                        if lastUse[argument] = i && changes[argument] && not pinned[argument] && not isLeaf then
                            giveBack argument

                if not changes[i] then
                    places[i] <- fresh (room node)
                    once.Add(step node below places[i])
                else
                    if inPlace then
                        release ()

                    places[i] <- take (room node)

                    if not inPlace then
                        release ()

                    steps.Add(step node below places[i])

            if i = numbers[outputs[0]] then
                stepsOfFirst <- steps.Count

        let template: float[] = Array.zeroCreate (size + tail)

        for struct (place, values) in constants do
            Array.blit values 0 template place values.Length

        for step in once do
            step.Run(template.AsSpan())

        let selections = rows |> Seq.map (fun place -> place.Table.Rows) |> Seq.distinct |> List.ofSeq

        if selections.Length > 1 then
            invalidArg (nameof outputs) $"minibatches select from tables of one length, not of {selections}"

        Plan(
            dimension,
            template,
            steps.ToArray(),
            stepsOfFirst,
            outputs |> Array.map (fun output -> places[numbers[output]]),
            outputs |> Array.map (fun output -> output.Shape),
            rows.ToArray(),
            selected
        )

    /// Values of a plan's outputs at a position, as vectors; with a new memory.
    let evaluate (plan: Plan) (position: Vec) : Vec[] =
        let memory = PlanMemory plan
        memory.Run(position.AsSpan(), plan.Steps.Length)

        Array.map2
            (fun place (shape: Shape) -> Vec(memory.Span.Slice(place, shape.Size).ToArray()))
            plan.Places
            plan.Shapes
