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
        let numbers = Dictionary<Expression, int>(HashIdentity.Reference)
        let known = Dictionary<struct (Operation * int[] * Shape), int>(PlanKeys.keys)
        let nodes = ResizeArray<Expression>()
        let arguments = ResizeArray<int[]>()

        for node in Gradient.ordered outputs do
            let below = node.Arguments |> Array.map (fun argument -> numbers[argument])
            let key = struct (node.Operation, below, node.Shape)

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

        // Whose place a node's entries are in: its own, or another's of which it is a part.
        let owner = Array.init count id

        for i in 0 .. count - 1 do
            if (PlanSteps.alias nodes[i]).IsSome then
                owner[i] <- owner[arguments[i][0]]

        let pinned = Array.zeroCreate<bool> count

        for output in outputs do
            pinned[owner[numbers[output]]] <- true

        let lastUse = Array.create count -1

        for i in 0 .. count - 1 do
            for argument in arguments[i] do
                lastUse[owner[argument]] <- i

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
            let numbers = PlanSteps.room nodes[i]

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
            | _ when owner[i] <> i -> places[i] <- places[arguments[i][0]] + ValueOption.get (PlanSteps.alias node)
            | Operation.Parameter offset -> places[i] <- offset
            | Operation.Constant values when needed ->
                places[i] <- fresh (PlanSteps.room node)
                constants.Add(struct (places[i], values))
            | Operation.RowsOf table when needed ->
                places[i] <- fresh (PlanSteps.room node)

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
                let below = arguments[i] |> Array.map (fun a -> places[a])

                let inPlace =
                    match operation with
                    | Operation.Unary operation -> not (PlanSteps.isSpecial operation)
                    | Operation.Binary _ -> PlanSteps.isFlat node
                    | _ -> false

                let release () =
                    for argument in arguments[i] |> Array.map (fun a -> owner[a]) |> Array.distinct do
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
