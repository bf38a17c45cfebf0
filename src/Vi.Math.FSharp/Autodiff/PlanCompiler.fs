namespace Vi.Math.FSharp

open System
open System.Collections.Generic
open Vi.Kernels
open Vi.Math

/// Compiles expressions to plans: common subexpressions are shared, what is constant is computed once, and places are used again once
/// nobody reads them.
[<RequireQualifiedAccess>]
module Plan =

    /// Numbers behind the last place: kernels may read whole blocks of vectors.
    let private tail = 16

    /// Compiles expressions of a position in R^D. The first output can be had alone, without the steps that only the others need.
    let compile (dimension: int) (outputs: Expression list) : Plan =
        let outputs = Array.ofList outputs
        let graph = PlanGraph.ofOutputs outputs
        let nodes, arguments, owner = graph.Nodes, graph.Arguments, graph.Owner
        let count = nodes.Length
        let tiles = PlanTiles.choose graph
        let places = Array.zeroCreate<int> count
        let layout = PlanLayout(dimension, count)
        let constants = ResizeArray<float[]>()
        let constantPlaces = ResizeArray<int>()

        let addConstant place values =
            constantPlaces.Add place
            constants.Add values

        let once = ResizeArray<PlanStep>()
        let steps = ResizeArray<PlanStep>()
        // The node that each step works on.
        let subjects = ResizeArray<int>()

        let addStep i step =
            steps.Add step
            subjects.Add i

        let rows = ResizeArray<RowPlace>()
        let mutable selected = 0

        // Nodes in the order in which they are computed, and when each place is read for the last time.
        let order = ResizeArray<int>()

        let addRoles first last =
            for i in 0 .. count - 1 do
                if tiles.Roles[i] >= first && tiles.Roles[i] <= last && not graph.Absorbed[i] then
                    order.Add i

        addRoles NodeRole.Before NodeRole.Before
        let beforeRows = order.Count
        addRoles NodeRole.OfRows NodeRole.Total
        let afterRows = order.Count
        addRoles NodeRole.After NodeRole.After
        let lastUse = Array.zeroCreate<int> count

        for time in 0 .. order.Count - 1 do
            for argument in arguments[order[time]] do
                lastUse[owner[argument]] <- time

        // Whether the entries of a node of rows are there for one tile only.
        let isBrief i = tiles.Roles[owner[i]] = NodeRole.OfRows && not tiles.Full[owner[i]]

        /// Gives places back that are read for the last time; while rows are computed those alone that serve one tile.
        let release time =
            let below = arguments[order[time]]
            let amongRows = time >= beforeRows && time < afterRows

            for k in 0 .. below.Length - 1 do
                let argument = owner[below[k]]
                let mutable isFirst = true

                for before in 0 .. k - 1 do
                    isFirst <- isFirst && owner[below[before]] <> argument

                let isLeaf =
                    match nodes[argument].Operation with
                    | Operation.Parameter _
                    | Operation.Constant _
                    | Operation.RowsOf _
                    | Operation.LinearPredictor _ -> true
                    | _ -> false

                if
                    isFirst
                    && lastUse[argument] = time
                    && graph.Changes[argument]
                    && not graph.Pinned[argument]
                    && not isLeaf
                    && (not amongRows || isBrief argument)
                then
                    layout.GiveBack(argument, places[argument])

        /// A place for a node's result, which may be that of an argument where the step works entry by entry.
        let takePlace time (node: Expression) =
            let inPlace =
                match node.Operation with
                | Operation.Unary _ -> true
                | Operation.Binary _ -> PlanSteps.isFlat node
                | _ -> false

            if inPlace then
                release time

            places[order[time]] <- layout.Take(order[time], PlanSteps.placeSize node)

            if not inPlace then
                release time

        let placesBelow i =
            let below = Array.zeroCreate<int> arguments[i].Length

            for k in 0 .. below.Length - 1 do
                below[k] <- places[arguments[i][k]]

            below

        let addLikelihood i family =
            let node = nodes[i]
            let columns = node.Arguments[0].Shape.Columns
            let length = node.Arguments[1].Shape.Size
            let below = placesBelow i
            places[i] <- layout.Fresh(PlanSteps.placeSize node)
            let at = PredictorArguments(below[2], below[3], below[4], below[5])

            let struct (data: float[] | null, place: int) =
                match PlanSteps.fixedRows node, node.Arguments[0].Operation, node.Arguments[1].Operation with
                | ValueSome groups, _, _ -> struct (groups.Array, groups.Start)
                | _, Operation.RowsOf table, Operation.RowsOf target ->
                    let place = layout.Fresh(PredictorRows.BufferLength(length, columns))
                    selected <- length
                    rows.Add { Table = table; Place = place; Target = ValueSome target }
                    struct (null, place)
                | _ -> invalidOp "a likelihood's rows are constants or rows of data"

            addStep i (PlanSteps.predictorStep family data place at places[i] length columns)

        /// A node that is computed as a whole.
        let addNode time =
            let i = order[time]
            let node = nodes[i]
            let needed = graph.Read[i] || graph.Pinned[i]

            match node.Operation with
            | _ when owner[i] <> i -> places[i] <- places[arguments[i][0]] + PlanSteps.alias node
            | Operation.Parameter offset -> places[i] <- offset
            | Operation.Constant values when needed ->
                places[i] <- layout.Fresh(PlanSteps.placeSize node)
                addConstant places[i] values
            | Operation.RowsOf table when needed ->
                places[i] <- layout.Fresh(PlanSteps.placeSize node)

                if PlanGraph.isSlot node then
                    selected <- node.Shape.Size / table.Columns
                    rows.Add { Table = table; Place = places[i]; Target = ValueNone }
                else
                    addConstant places[i] table.Values
            | Operation.Constant _
            | Operation.RowsOf _ -> ()
            | Operation.LinearPredictor family -> addLikelihood i family
            | _ ->
                let below = placesBelow i

                if graph.Changes[i] then
                    takePlace time node
                    addStep i (PlanSteps.step node below places[i])
                else
                    places[i] <- layout.Fresh(PlanSteps.placeSize node)
                    once.Add(PlanSteps.step node below places[i])

        /// Nodes of rows and the parts of totals, tile by tile, then the totals.
        let addTiles () =
            for time in beforeRows .. afterRows - 1 do
                let i = order[time]

                if owner[i] <> i then
                    places[i] <- places[arguments[i][0]]
                elif tiles.Roles[i] = NodeRole.Total then
                    places[i] <- layout.Fresh(PlanStep.Padded(nodes[i].Shape.Size * tiles.Count) + PlanStep.Lanes)
                elif tiles.Full[i] then
                    places[i] <- layout.Take(i, PlanSteps.placeSize nodes[i])
                else
                    takePlace time (PlanTiles.nodeOf tiles 0 nodes[i])

            for tile in 0 .. tiles.Count - 1 do
                let placeOf i =
                    if isBrief i then
                        places[i]
                    else
                        places[i] + tile * tiles.TileRows * (nodes[i].Shape.Size / tiles.Rows)

                for time in beforeRows .. afterRows - 1 do
                    let i = order[time]

                    if owner[i] = i then
                        let below = placesBelow i

                        for k in 0 .. below.Length - 1 do
                            if PlanTiles.isByRow tiles.Rows nodes[i] k then
                                below[k] <- placeOf (arguments[i][k])

                        let place =
                            if tiles.Roles[i] = NodeRole.Total then
                                places[i] + tile * nodes[i].Shape.Size
                            else
                                placeOf i

                        addStep i (PlanSteps.step (PlanTiles.nodeOf tiles tile nodes[i]) below place)

            for time in beforeRows .. afterRows - 1 do
                let i = order[time]

                if tiles.Roles[i] = NodeRole.Total then
                    let parts = places[i]
                    let size = nodes[i].Shape.Size
                    places[i] <- layout.Take(i, PlanSteps.placeSize nodes[i])

                    addStep
                        i
                        (if size = 1 then
                             SumStep(parts, places[i], tiles.Count) :> PlanStep
                         else
                             SumAlongStep(parts, places[i], tiles.Count, size, false))

        for time in 0 .. beforeRows - 1 do
            addNode time

        if tiles.Count > 0 then
            addTiles ()

        for time in afterRows .. order.Count - 1 do
            addNode time

        let template = Array.zeroCreate<float>(layout.Size + tail)

        for i in 0 .. constants.Count - 1 do
            constants[i].AsSpan().CopyTo(template.AsSpan constantPlaces[i])

        for step in once do
            step.Run(template.AsSpan())

        for place in rows do
            if place.Table.Rows <> rows[0].Table.Rows then
                invalidArg
                    (nameof outputs)
                    $"minibatches select from tables of one length, not of {rows[0].Table.Rows} and {place.Table.Rows}"

        let ofFirst = PlanGraph.ofFirst graph
        let stepsOfFirst = ResizeArray<PlanStep>()

        for i in 0 .. steps.Count - 1 do
            if ofFirst[subjects[i]] then
                stepsOfFirst.Add steps[i]

        Plan(
            dimension,
            template,
            steps.ToArray(),
            stepsOfFirst.ToArray(),
            [| for output in graph.Outputs -> places[output] |],
            [| for output in outputs -> output.Shape |],
            rows.ToArray(),
            selected
        )

    /// Values of a plan's outputs at a position, as vectors; with a new memory.
    let evaluate (plan: Plan) (position: Vec) : Vec[] =
        let memory = PlanMemory plan
        memory.Run(position.AsSpan(), plan.Steps)

        Array.map2
            (fun place (shape: Shape) -> Vec(memory.Span.Slice(place, shape.Size).ToArray()))
            plan.Places
            plan.Shapes
