namespace Vi.Math.FSharp

open System
open Vi.Math

/// When a node is computed.
type internal NodeRole =
    /// Before all rows.
    | Before = 0
    /// A tile of rows at a time.
    | OfRows = 1
    /// A part from each tile, whose sum it is.
    | Total = 2
    /// After all rows.
    | After = 3

/// Nodes whose rows can be computed some at a time, from as many rows of others: what lies between data and sums over them then stays in the
/// processor's nearest cache, however many rows there are. (N rows; the last tile may have fewer than the others.)
[<NoComparison; NoEquality>]
type internal PlanTiles =
    {
        /// N; 0 where nothing is computed by tiles.
        Rows: int
        /// Rows of a tile, a multiple of eight.
        TileRows: int
        /// Of each node.
        Roles: NodeRole[]
        /// Whether a node of rows is kept for all of them: something after the rows reads it.
        Full: bool[]
    }

    /// Number of tiles.
    member this.Count = if this.Rows = 0 then 0 else (this.Rows + this.TileRows - 1) / this.TileRows

    /// Rows of a tile.
    member this.RowsOf tile = min this.TileRows (this.Rows - tile * this.TileRows)

[<RequireQualifiedAccess>]
module internal PlanTiles =

    /// Entries of the largest node from which on tiles are worth their steps: 32 KB.
    let private worthwhile = 4096

    /// Entries of a tile of the widest node: some of them fit into the nearest cache.
    let private tileEntries = 2048

    /// Entries of a matrix that every tile reads as a whole, from which on tiles have at least 32 rows.
    let private largeFactor = 4096

    let private mostTiles = 64

    let private lanes = 8

    let private upToLanes n = (n + lanes - 1) / lanes * lanes

    let private isOfRows rows (shape: Shape) =
        match shape with
        | Shape.Vector length -> length = rows
        | Shape.Matrix(length, _) -> length = rows
        | _ -> false

    /// A row times a matrix: a sum over the matrix's rows.
    let private isRowProduct rows (node: Expression) =
        match node.Operation with
        | Operation.MatrixProduct false -> node.Shape.Rows = 1 && node.Arguments[0].Shape.Columns = rows
        | _ -> false

    /// Whether a row of a node needs but one row of its argument of that number; otherwise it needs all of the argument.
    let isByRow rows (node: Expression) k =
        match node.Operation with
        | Operation.Binary _
        | Operation.Fill ->
            match node.Shape, node.Arguments[k].Shape with
            | Shape.Matrix _, Shape.Matrix(length, _) -> length = rows
            | Shape.Vector _, Shape.Vector length -> length = rows
            | _ -> false
        | Operation.MatrixProduct false -> k = 0 || isRowProduct rows node
        | Operation.MatrixProductPlusRow
        | Operation.MatrixVector false -> k = 0
        | Operation.Gather _ -> false
        | _ -> true

    let private isElementwise (node: Expression) =
        match node.Operation with
        | Operation.Unary _
        | Operation.Binary _
        | Operation.MatrixProduct false
        | Operation.MatrixProductPlusRow -> true
        | _ -> false

    /// Whether rows of a node may be made one by one, as far as its operation and shapes go.
    let private hasRows rows (node: Expression) =
        isOfRows rows node.Shape
        && match node.Operation with
           | Operation.Unary _
           | Operation.Binary _
           | Operation.Fill
           | Operation.Reshape
           | Operation.SumAlong true
           | Operation.LogSumExp
           | Operation.MatrixProduct false
           | Operation.MatrixProductPlusRow
           | Operation.MatrixVector false -> true
           | Operation.Gather _ -> node.Shape.Columns = rows && node.Shape.Rows = 1
           | _ -> false

    /// Whether a node is a sum over the rows of its arguments.
    let private isTotal rows (node: Expression) =
        match node.Operation with
        | Operation.MatrixProduct false -> isRowProduct rows node
        | Operation.Sum
        | Operation.Dot
        | Operation.SumAlong false
        | Operation.MatrixProduct true
        | Operation.MatrixVector true -> true
        | _ -> false

    let private roleOf rows (graph: PlanGraph) (roles: NodeRole[]) i =
        let node = graph.Nodes[i]
        let below = graph.Arguments[i]
        let mutable afterRows = false
        let mutable ofRows = false
        let mutable fits = true

        for k in 0 .. below.Length - 1 do
            let role = roles[below[k]]
            afterRows <- afterRows || role = NodeRole.Total || role = NodeRole.After
            ofRows <- ofRows || role = NodeRole.OfRows

            fits <-
                fits
                && (if isByRow rows node k then
                        isOfRows rows graph.Nodes[below[k]].Shape
                        || k = 0 && role = NodeRole.Before && isRowProduct rows node
                    else
                        role = NodeRole.Before)

        if not graph.Changes[i] || below.Length = 0 then NodeRole.Before
        elif afterRows then NodeRole.After
        elif fits && hasRows rows node then NodeRole.OfRows
        elif not ofRows then NodeRole.Before
        elif fits && isTotal rows node then NodeRole.Total
        else NodeRole.After

    let private none (graph: PlanGraph) =
        { Rows = 0
          TileRows = lanes
          Roles = Array.zeroCreate<NodeRole> graph.Nodes.Length
          Full = Array.zeroCreate<bool> graph.Nodes.Length }

    let private tileRows rows (graph: PlanGraph) (roles: NodeRole[]) =
        let mutable widest = 1
        let mutable least = upToLanes ((rows + mostTiles - 1) / mostTiles)

        for i in 0 .. roles.Length - 1 do
            if roles[i] = NodeRole.OfRows then
                widest <- max widest (graph.Nodes[i].Shape.Size / rows)

                match graph.Nodes[i].Operation with
                | Operation.MatrixProduct _
                | Operation.MatrixProductPlusRow when graph.Nodes[i].Arguments[1].Shape.Size > largeFactor ->
                    least <- max least 32
                | _ -> ()

        max least (max lanes (tileEntries / widest / lanes * lanes))

    /// Which nodes of a graph are computed by tiles, if that is worthwhile.
    let choose (graph: PlanGraph) : PlanTiles =
        let mutable largest = 0
        let mutable rows = 0

        for i in 0 .. graph.Nodes.Length - 1 do
            let shape = graph.Nodes[i].Shape

            if graph.Changes[i] && isElementwise graph.Nodes[i] && shape.Size > largest then
                largest <- shape.Size

                rows <-
                    match shape with
                    | Shape.Matrix(length, _) -> length
                    | _ -> shape.Columns

        if largest < worthwhile then
            none graph
        else
            let roles = Array.zeroCreate<NodeRole> graph.Nodes.Length
            let full = Array.zeroCreate<bool> graph.Nodes.Length

            for i in 0 .. roles.Length - 1 do
                roles[i] <- roleOf rows graph roles i

            for i in 0 .. roles.Length - 1 do
                let owner = graph.Owner[i]

                if roles[i] = NodeRole.OfRows && graph.Pinned[owner] then
                    full[owner] <- true

                if roles[i] = NodeRole.After then
                    for argument in graph.Arguments[i] do
                        if roles[argument] = NodeRole.OfRows then
                            full[graph.Owner[argument]] <- true

            let size = tileRows rows graph roles
            let mutable brief = 0

            for i in 0 .. roles.Length - 1 do
                if roles[i] = NodeRole.OfRows && graph.Owner[i] = i && not full[i] then
                    brief <- brief + 1

            if size >= rows || brief < 2 then
                none graph
            else
                { Rows = rows; TileRows = size; Roles = roles; Full = full }

    let private rowsOfShape rows (shape: Shape) =
        match shape with
        | Shape.Matrix(1, _) -> Shape.Matrix(1, rows)
        | Shape.Matrix(_, columns) -> Shape.Matrix(rows, columns)
        | _ -> Shape.Vector rows

    /// The node over the rows of one tile, for the step that computes them.
    let nodeOf (tiles: PlanTiles) tile (node: Expression) : Expression =
        let count = tiles.RowsOf tile

        let arguments =
            [| for k in 0 .. node.Arguments.Length - 1 ->
                   let argument = node.Arguments[k]

                   if isByRow tiles.Rows node k then
                       Expression(Operation.Parameter 0, [||], rowsOfShape count argument.Shape, "")
                   else
                       argument |]

        let operation =
            match node.Operation with
            | Operation.Gather indices -> Operation.Gather(indices.AsSpan(tile * tiles.TileRows, count).ToArray())
            | other -> other

        let shape = if isTotal tiles.Rows node then node.Shape else rowsOfShape count node.Shape

        Expression(operation, arguments, shape, "")
