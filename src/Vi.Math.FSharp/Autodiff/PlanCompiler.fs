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

    /// Compiles expressions of a position in R^D. The first output can be had alone, without the steps that only the others need.
    let compile (dimension: int) (outputs: Expression list) : Plan =
        let outputs = Array.ofList outputs

        // Equal operations on equal arguments are one: numbers stand for nodes.
        let numbers = Dictionary<Expression, int>()
        let known = Dictionary<NodeKey, int>()
        let nodes = ResizeArray<Expression>()
        let arguments = ResizeArray<int[]>()

        for node in Gradient.ordered outputs do
            let below = Array.zeroCreate<int> node.Arguments.Length

            for i in 0 .. below.Length - 1 do
                below[i] <- numbers[node.Arguments[i]]

            let key = NodeKey(node.Operation, below, node.Shape)

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
            changes[i] <- nodes[i].Varies || isSlot nodes[i]

            for argument in arguments[i] do
                changes[i] <- changes[i] || changes[argument]

        // Tables that only likelihoods read are stored in the likelihoods' own layout.
        let read = Array.zeroCreate<bool> count

        for i in 0 .. count - 1 do
            for position in 0 .. arguments[i].Length - 1 do
                if not (isLikelihood nodes[i] && position < 2) then
                    read[arguments[i][position]] <- true

        // Whose place a node's entries are in: its own, or another's of which it is a part.
        let owner = Array.zeroCreate<int> count

        for i in 0 .. count - 1 do
            owner[i] <- if PlanSteps.alias nodes[i] >= 0 then owner[arguments[i][0]] else i

        let pinned = Array.zeroCreate<bool> count

        for output in outputs do
            pinned[owner[numbers[output]]] <- true

        let lastUse = Array.zeroCreate<int> count

        for i in 0 .. count - 1 do
            for argument in arguments[i] do
                lastUse[owner[argument]] <- i

        let places = Array.zeroCreate<int> count
        let mutable size = PlanStep.Padded(max 1 dimension) + PlanStep.Lanes
        let free = Dictionary<int, ResizeArray<int>>()

        let fresh numbers =
            let place = size
            size <- size + numbers
            place

        let take numbers =
            match free.TryGetValue numbers with
            | true, stack when stack.Count > 0 ->
                let place = stack[stack.Count - 1]
                stack.RemoveAt(stack.Count - 1)
                place
            | _ -> fresh numbers

        let giveBack i =
            let numbers = PlanSteps.room nodes[i]

            if not (free.ContainsKey numbers) then
                free[numbers] <- ResizeArray<int>()

            free[numbers].Add places[i]

        let constants = ResizeArray<float[]>()
        let constantPlaces = ResizeArray<int>()

        let addConstant place values =
            constantPlaces.Add place
            constants.Add values

        let once = ResizeArray<PlanStep>()
        let steps = ResizeArray<PlanStep>()
        let rows = ResizeArray<RowPlace>()
        let mutable selected = 0
        let mutable stepsOfFirst = 0

        for i in 0 .. count - 1 do
            let node = nodes[i]
            let needed = read[i] || pinned[i]
            let placesBelow = Array.zeroCreate<int> arguments[i].Length

            for k in 0 .. placesBelow.Length - 1 do
                placesBelow[k] <- places[arguments[i][k]]


            match node.Operation with
            | _ when owner[i] <> i -> places[i] <- placesBelow[0] + PlanSteps.alias node
            | Operation.Parameter offset -> places[i] <- offset
            | Operation.Constant values when needed ->
                places[i] <- fresh (PlanSteps.room node)
                addConstant places[i] values
            | Operation.RowsOf table when needed ->
                places[i] <- fresh (PlanSteps.room node)

                if isSlot node then
                    selected <- node.Shape.Size / table.Columns
                    rows.Add { Table = table; Place = places[i]; Target = ValueNone }
                else
                    addConstant places[i] table.Values
            | Operation.Constant _
            | Operation.RowsOf _ -> ()
            | Operation.LinearPredictor family ->
                let columns = node.Arguments[0].Shape.Columns
                let length = node.Arguments[1].Shape.Size
                let below = placesBelow
                places[i] <- fresh (PlanSteps.room node)
                let at = PredictorArguments(below[2], below[3], below[4], below[5])

                let struct (data: float[] | null, place: int) =
                    match PlanSteps.fixedRows node, node.Arguments[0].Operation, node.Arguments[1].Operation with
                    | ValueSome groups, _, _ -> struct (groups.Array, groups.Start)
                    | _, Operation.RowsOf table, Operation.RowsOf target ->
                        let place = fresh (PredictorRows.Room(length, columns))
                        selected <- length
                        rows.Add { Table = table; Place = place; Target = ValueSome target }
                        struct (null, place)
                    | _ -> invalidOp "a likelihood's rows are constants or rows of data"

                steps.Add(PlanSteps.predictorStep family data place at places[i] length columns)
            | operation ->
                let below = placesBelow

                let inPlace =
                    match operation with
                    | Operation.Unary _ -> true
                    | Operation.Binary _ -> PlanSteps.isFlat node
                    | _ -> false

                let release () =
                    for k in 0 .. arguments[i].Length - 1 do
                        let argument = owner[arguments[i][k]]
                        let mutable isFirst = true

                        for before in 0 .. k - 1 do
                            isFirst <- isFirst && owner[arguments[i][before]] <> argument

                        let source = nodes[argument]

                        let isLeaf =
                            match source.Operation with
                            | Operation.Parameter _
                            | Operation.Constant _
                            | Operation.RowsOf _
                            | Operation.LinearPredictor _ -> true
                            | _ -> false

                        if
                            isFirst && lastUse[argument] = i && changes[argument] && not pinned[argument] && not isLeaf
                        then
                            giveBack argument

                if not changes[i] then
                    places[i] <- fresh (PlanSteps.room node)
                    once.Add(PlanSteps.step node below places[i])
                else
                    if inPlace then
                        release ()

                    places[i] <- take (PlanSteps.room node)

                    if not inPlace then
                        release ()

                    steps.Add(PlanSteps.step node below places[i])

            if i = numbers[outputs[0]] then
                stepsOfFirst <- steps.Count

        let template = Array.zeroCreate<float>(size + tail)

        for i in 0 .. constants.Count - 1 do
            constants[i].AsSpan().CopyTo(template.AsSpan constantPlaces[i])

        for step in once do
            step.Run(template.AsSpan())

        for place in rows do
            if place.Table.Rows <> rows[0].Table.Rows then
                invalidArg
                    (nameof outputs)
                    $"minibatches select from tables of one length, not of {rows[0].Table.Rows} and {place.Table.Rows}"

        Plan(
            dimension,
            template,
            steps.ToArray(),
            stepsOfFirst,
            [| for output in outputs -> places[numbers[output]] |],
            [| for output in outputs -> output.Shape |],
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
