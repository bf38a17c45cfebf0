namespace Vi.Math.FSharp

open System.Collections.Generic
open Vi.Math

/// The nodes of some expressions, each once, arguments before what uses them.
[<NoComparison; NoEquality>]
type internal PlanGraph =
    {
        Nodes: Expression[]
        /// Numbers of each node's arguments.
        Arguments: int[][]
        /// What changes from call to call, or from minibatch to minibatch.
        Changes: bool[]
        /// Whether a node is read from its place: tables that only likelihoods read are stored in the likelihoods' own layout.
        Read: bool[]
        /// Whose place a node's entries are in: its own, or another's of which it is a part.
        Owner: int[]
        /// Whether a node is part of another and not computed itself.
        Absorbed: bool[]
        /// Numbers of the outputs.
        Outputs: int[]
        /// Owners of the outputs.
        Pinned: bool[]
    }

[<RequireQualifiedAccess>]
module internal PlanGraph =

    /// Whether a node is rows of a table that a minibatch selects.
    let isSlot (node: Expression) =
        match node.Operation with
        | Operation.RowsOf table -> node.Shape.Size <> table.Rows * table.Columns
        | _ -> false

    let private isLikelihood (node: Expression) =
        match node.Operation with
        | Operation.LinearPredictor _ -> true
        | _ -> false

    /// Makes one node of a product and of a row that is added to it, where nothing else reads the product.
    let private absorbProducts (nodes: Expression[]) (arguments: int[][]) (changes: bool[]) (pinned: bool[]) : bool[] =
        let absorbed = Array.zeroCreate<bool> nodes.Length
        let readers = Array.zeroCreate<int> nodes.Length

        for below in arguments do
            for argument in below do
                readers[argument] <- readers[argument] + 1

        let isRow (node: Expression) columns =
            match node.Shape with
            | Shape.Vector length -> length = columns
            | Shape.Matrix(1, length) -> length = columns
            | _ -> false

        for i in 0 .. nodes.Length - 1 do
            match nodes[i].Operation, nodes[i].Shape with
            | Operation.Binary BinaryOperation.Add, Shape.Matrix(rows, columns) when rows > 1 ->
                let first, second = arguments[i][0], arguments[i][1]
                let product, row = if isRow nodes[first] columns then second, first else first, second

                match nodes[product].Operation with
                | Operation.MatrixProduct false when
                    nodes[product].Shape.Equals nodes[i].Shape
                    && isRow nodes[row] columns
                    && readers[product] = 1
                    && changes[product]
                    && not pinned[product]
                    ->
                    let parts = nodes[product].Arguments
                    let below = arguments[product]
                    arguments[i] <- [| below[0]; below[1]; row |]

                    nodes[i] <-
                        Expression(
                            Operation.MatrixProductPlusRow,
                            [| parts[0]; parts[1]; nodes[row] |],
                            nodes[i].Shape,
                            ""
                        )

                    absorbed[product] <- true
                | _ -> ()
            | _ -> ()

        absorbed

    /// The graph below these expressions: equal operations on equal arguments are one node.
    let ofOutputs (outputs: Expression[]) : PlanGraph =
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
        let changes = Array.zeroCreate<bool> count
        let read = Array.zeroCreate<bool> count
        let owner = Array.zeroCreate<int> count
        let pinned = Array.zeroCreate<bool> count

        for i in 0 .. count - 1 do
            changes[i] <- nodes[i].Varies || isSlot nodes[i]
            owner[i] <- if PlanSteps.alias nodes[i] >= 0 then owner[arguments[i][0]] else i

            for position in 0 .. arguments[i].Length - 1 do
                let argument = arguments[i][position]
                changes[i] <- changes[i] || changes[argument]

                if not (isLikelihood nodes[i] && position < 2) then
                    read[argument] <- true

        let ends = Array.zeroCreate<int> outputs.Length

        for i in 0 .. outputs.Length - 1 do
            ends[i] <- numbers[outputs[i]]
            pinned[owner[ends[i]]] <- true

        let nodes = nodes.ToArray()
        let arguments = arguments.ToArray()
        let absorbed = absorbProducts nodes arguments changes pinned

        { Nodes = nodes
          Arguments = arguments
          Absorbed = absorbed
          Changes = changes
          Read = read
          Owner = owner
          Outputs = ends
          Pinned = pinned }

    /// Which nodes the first output is made of.
    let ofFirst (graph: PlanGraph) : bool[] =
        let needed = Array.zeroCreate<bool> graph.Nodes.Length
        needed[graph.Outputs[0]] <- true

        for i = graph.Nodes.Length - 1 downto 0 do
            if needed[i] then
                for argument in graph.Arguments[i] do
                    needed[argument] <- true

        needed
