namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// A plan in the making: places are taken and given back, and steps added, in the order in which nodes are computed.
[<Sealed>]
type internal PlanBuilder(dimension: int, graph: PlanGraph) =
    let nodes, arguments, owner = graph.Nodes, graph.Arguments, graph.Owner
    let tiles = PlanTiles.choose graph
    let order = PlanOrder.create graph tiles
    let places = Array.zeroCreate<int> nodes.Length
    let layout = PlanLayout(dimension, nodes.Length)
    let constants = ResizeArray<struct (int * float[])>()
    let once = ResizeArray<PlanStep>()
    let steps = ResizeArray<PlanStep>()
    // The node that each step works on.
    let subjects = ResizeArray<int>()
    let rows = ResizeArray<RowPlace>()
    let mutable selected = 0

    /// Numbers behind the last place: kernels may read whole blocks of vectors.
    let tail = 16

    let addStep i step =
        steps.Add step
        subjects.Add i

    /// Whether the entries of a node of rows are there for one tile only.
    let isBrief i = tiles.Roles[owner[i]] = NodeRole.OfRows && not tiles.Full[owner[i]]

    let isLeaf (node: Expression) =
        match node.Operation with
        | Operation.Parameter _
        | Operation.Constant _
        | Operation.RowsOf _
        | Operation.LinearPredictor _ -> true
        | _ -> false

    /// Gives places back that are read for the last time; while rows are computed those alone that serve one tile.
    let release time =
        let amongRows = time >= order.BeforeRows && time < order.AfterRows

        for argument in arguments[order.Nodes[time]] |> Array.map (fun below -> owner[below]) |> Array.distinct do
            if
                order.LastUse[argument] = time
                && graph.Changes[argument]
                && not graph.Pinned[argument]
                && not (isLeaf nodes[argument])
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

        places[order.Nodes[time]] <- layout.Take(order.Nodes[time], PlanSteps.placeSize node)

        if not inPlace then
            release time

    let takeFresh i =
        places[i] <- layout.Fresh(PlanSteps.placeSize nodes[i])
        places[i]

    let placesBelow i = arguments[i] |> Array.map (fun argument -> places[argument])

    let addLikelihood i family =
        let node = nodes[i]
        let columns = node.Arguments[0].Shape.Columns
        let length = node.Arguments[1].Shape.Size
        let below = placesBelow i
        let result = takeFresh i
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

        addStep i (PlanSteps.predictorStep family data place at result length columns)

    let addRows i (table: RowData) =
        let place = takeFresh i

        if PlanGraph.isSlot nodes[i] then
            selected <- nodes[i].Shape.Size / table.Columns
            rows.Add { Table = table; Place = place; Target = ValueNone }
        else
            constants.Add(struct (place, table.Values))

    /// A node that is computed as a whole: each time, or once where nothing below it changes.
    let addComputed time i =
        let below = placesBelow i

        if graph.Changes[i] then
            takePlace time nodes[i]
            addStep i (PlanSteps.step nodes[i] below places[i])
        else
            once.Add(PlanSteps.step nodes[i] below (takeFresh i))

    /// A node that is not computed by tiles.
    let addNode time =
        let i = order.Nodes[time]
        let needed = graph.Read[i] || graph.Pinned[i]

        match nodes[i].Operation with
        | _ when owner[i] <> i -> places[i] <- places[arguments[i][0]] + PlanSteps.alias nodes[i]
        | Operation.Parameter offset -> places[i] <- offset
        | Operation.Constant values when needed -> constants.Add(struct (takeFresh i, values))
        | Operation.RowsOf table when needed -> addRows i table
        | Operation.Constant _
        | Operation.RowsOf _ -> ()
        | Operation.LinearPredictor family -> addLikelihood i family
        | _ -> addComputed time i

    /// A place for a node that is computed by tiles: for one tile, for all rows, or for the parts of a total.
    let placeByTiles time =
        let i = order.Nodes[time]

        if owner[i] <> i then
            places[i] <- places[arguments[i][0]]
        elif tiles.Roles[i] = NodeRole.Total then
            places[i] <- layout.Fresh(PlanStep.Padded(nodes[i].Shape.Size * tiles.Count) + PlanStep.Lanes)
        elif tiles.Full[i] then
            places[i] <- layout.Take(i, PlanSteps.placeSize nodes[i])
        else
            takePlace time (PlanTiles.nodeOf tiles 0 nodes[i])

    /// A node's step for one tile.
    let addTile tile i =
        let placeOf i =
            if isBrief i then
                places[i]
            else
                places[i] + tile * tiles.TileRows * (nodes[i].Shape.Size / tiles.Rows)

        let below =
            arguments[i]
            |> Array.mapi (fun k argument ->
                if PlanTiles.isByRow tiles.Rows nodes[i] k then
                    placeOf argument
                else
                    places[argument])

        let place =
            if tiles.Roles[i] = NodeRole.Total then
                places[i] + tile * nodes[i].Shape.Size
            else
                placeOf i

        addStep i (PlanSteps.step (PlanTiles.nodeOf tiles tile nodes[i]) below place)

    /// A total from its parts.
    let addTotal i =
        let parts = places[i]
        let size = nodes[i].Shape.Size
        places[i] <- layout.Take(i, PlanSteps.placeSize nodes[i])

        addStep
            i
            (if size = 1 then
                 SumStep(parts, places[i], tiles.Count) :> PlanStep
             else
                 SumAlongStep(parts, places[i], tiles.Count, size, false))

    /// Nodes of rows and the parts of totals, tile by tile, then the totals.
    let addTiles () =
        let among = order.AmongRows |> Seq.map (fun time -> order.Nodes[time]) |> Seq.toArray

        for time in order.AmongRows do
            placeByTiles time

        for tile in 0 .. tiles.Count - 1 do
            for i in among do
                if owner[i] = i then
                    addTile tile i

        for i in among do
            if tiles.Roles[i] = NodeRole.Total then
                addTotal i

    let addAll () =
        for time in 0 .. order.BeforeRows - 1 do
            addNode time

        if tiles.Count > 0 then
            addTiles ()

        for time in order.AfterRows .. order.Nodes.Length - 1 do
            addNode time

    /// The memory to begin with: what is constant is there already.
    let template () =
        let memory = Array.zeroCreate<float>(layout.Size + tail)

        for struct (place, values) in constants do
            values.AsSpan().CopyTo(memory.AsSpan place)

        for step in once do
            step.Run(memory.AsSpan())

        memory

    let requireOneLength () =
        for place in rows do
            if place.Table.Rows <> rows[0].Table.Rows then
                invalidArg
                    "outputs"
                    $"minibatches select from tables of one length, not of {rows[0].Table.Rows} and {place.Table.Rows}"

    /// The plan with its outputs' shapes.
    member _.Build(shapes: Shape[]) : Plan =
        addAll ()
        requireOneLength ()
        let ofFirst = PlanGraph.ofFirst graph

        Plan(
            dimension,
            template (),
            steps.ToArray(),
            [| for i in 0 .. steps.Count - 1 do
                   if ofFirst[subjects[i]] then
                       steps[i] |],
            [| for output in graph.Outputs -> places[output] |],
            shapes,
            rows.ToArray(),
            selected
        )
