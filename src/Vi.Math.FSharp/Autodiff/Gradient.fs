namespace Vi.Math.FSharp

open System
open System.Collections.Generic
open Vi.Math

/// Reverse mode as a transform: the derivatives of a scalar expression are expressions again, and can be differentiated again. Formulas for
/// matrix operations from Giles 2008, 'Collected matrix derivative results for forward and reverse mode algorithmic differentiation'.
[<RequireQualifiedAccess>]
module Gradient =

    /// All expressions below these, arguments before what uses them. Without recursion: a chain may be long.
    let internal ordered (roots: Expression seq) : Expression[] =
        let done' = HashSet<Expression>()
        let order = ResizeArray<Expression>()
        // Two lists are the stack: of nodes, and of how many of their arguments have been seen.
        let nodes = ResizeArray<Expression>()
        let seen = ResizeArray<int>()

        let push node =
            nodes.Add node
            seen.Add 0

        for root in roots do
            if not (done'.Contains root) then
                push root

            while nodes.Count > 0 do
                let top = nodes.Count - 1
                let node = nodes[top]
                let next = seen[top]

                if next < node.Arguments.Length then
                    seen[top] <- next + 1

                    if not (done'.Contains node.Arguments[next]) then
                        push node.Arguments[next]
                else
                    nodes.RemoveAt top
                    seen.RemoveAt top

                    if done'.Add node then
                        order.Add node

        order.ToArray()

    let private unary operation (x: Expression) (y: Expression) (g: Expression) : Expression =
        match operation with
        | UnaryOperation.Negate -> -g
        | UnaryOperation.Exp -> g * y
        | UnaryOperation.Expm1 -> g * (y + 1.0)
        | UnaryOperation.Log -> g / x
        | UnaryOperation.Log1p -> g / (1.0 + x)
        | UnaryOperation.Sqrt -> 0.5 * g / y
        | UnaryOperation.Square -> (2.0 * g) * x
        | UnaryOperation.OneMinusSquare -> (-2.0 * g) * x
        | UnaryOperation.Reciprocal -> -(g * Expr.square y)
        | UnaryOperation.Abs -> g * Expr.sign x
        | UnaryOperation.Sign -> Expr.number 0.0 |> Expr.fill x.Shape
        | UnaryOperation.Tanh -> g * Expression.Map UnaryOperation.OneMinusSquare y
        | UnaryOperation.Logistic -> g * (y * (1.0 - y))
        | UnaryOperation.Softplus -> g * Expr.logistic x
        | UnaryOperation.Sin -> g * Expr.cos x
        | UnaryOperation.Cos -> -(g * Expr.sin x)
        | UnaryOperation.LogGamma -> g * Expr.digamma x
        | UnaryOperation.LogNormalCdf -> g * Expr.exp (-0.5 * Expr.square x - 0.5 * Special.logTwoPi - y)
        | UnaryOperation.Digamma -> g * Expression.Map UnaryOperation.Trigamma x
        | UnaryOperation.Trigamma -> raise (NotSupportedException "third derivatives of log-gamma are not available")

    let private binary operation (a: Expression) (b: Expression) (y: Expression) (g: Expression) =
        match operation with
        | BinaryOperation.Add -> g, g
        | BinaryOperation.Subtract -> g, -g
        | BinaryOperation.Multiply -> g * b, g * a
        | BinaryOperation.Divide ->
            let byA = g / b
            byA, -(byA * y)
        | BinaryOperation.Power -> g * b * Expr.power a (b - 1.0), g * y * Expr.log a
        | BinaryOperation.Maximum ->
            let first = Expr.atLeast a b
            g * first, g * (1.0 - first)
        | BinaryOperation.Minimum ->
            let first = Expr.atLeast b a
            g * first, g * (1.0 - first)
        | BinaryOperation.AtLeast ->
            let zero = Expr.fill y.Shape (Expr.number 0.0)
            zero, zero

    let private asMatrix (a: Expression) =
        match a.Shape with
        | Shape.Matrix _ -> a
        | _ -> Expr.column a

    /// Shares of A and B where Y = A B, or A' B.
    let private ofMatrixProduct transposed (a: Expression) (b: Expression) (g: Expression) =
        if transposed then
            Expr.matrixProduct b (Expr.transpose g), Expr.matrixProduct a g
        else
            Expr.matrixProduct g (Expr.transpose b), Expr.matrixProduct (Expr.transpose a) g

    /// Shares of A and x where y = A x, or A' x.
    let private ofMatrixVector transposed (a: Expression) (x: Expression) (g: Expression) =
        if transposed then
            Expr.outer x g, Expr.matrixVector a g
        else
            Expr.outer g x, Expr.matrixVector (Expr.transpose a) g

    /// The share of A where L is its Cholesky factor: with P = tril(L' G) and half its diagonal, L^-T P L^-1 made symmetric.
    let private ofCholesky (lower: Expression) (g: Expression) =
        let p = Expr.lowerTriangle 0.5 (Expr.matrixProduct (Expr.transpose lower) g)
        let left = Expr.solveLowerTransposed lower p
        let both = Expr.solveLowerTransposed lower (Expr.transpose left)
        0.5 * (both + Expr.transpose both)

    /// Shares of L and B where Y = L^-1 B, or L^-T B.
    let private ofTriangularSolve transposed (lower: Expression) (y: Expression) (g: Expression) =
        let byB =
            if transposed then
                Expr.solveLower lower g
            else
                Expr.solveLowerTransposed lower g

        let left, right = if transposed then y, byB else byB, y
        let product = Expr.matrixProduct (asMatrix left) (Expr.transpose (asMatrix right))
        -(Expr.lowerTriangle 1.0 product), byB

    /// The share of x where y is log sum exp x, of each row of a matrix.
    let private ofLogSumExp (x: Expression) (y: Expression) (g: Expression) =
        let spread (a: Expression) = if a.Shape = Shape.Scalar then a else Expr.column a
        spread g * Expr.exp (x - spread y)

    /// Shares of e and phi where y_t = phi y_(t-1) + e_t, or the same from the end; phi has none where there is one step alone.
    let private ofRecurrence backwards (phi: Expression) (y: Expression) (g: Expression) =
        let byE =
            if backwards then
                Expr.linearRecurrence phi g
            else
                Expr.linearRecurrenceFromEnd phi g

        let n = y.Shape.Size
        let earlier, later = if backwards then 1, 0 else 0, 1

        byE,
        if n > 1 then
            Some(Expr.dot (Expr.slice later (n - 1) byE) (Expr.slice earlier (n - 1) y))
        else
            None

    /// The share that each argument of a node is given, where the derivative with respect to the node is g.
    let private pull (node: Expression) (g: Expression) (add: Expression -> Expression -> unit) =
        let argument i = node.Arguments[i]

        let addBoth (first, second) =
            add (argument 0) first
            add (argument 1) second

        match node.Operation with
        | Operation.Parameter _
        | Operation.Constant _
        | Operation.RowsOf _ -> ()
        | Operation.Unary operation -> add (argument 0) (unary operation (argument 0) node g)
        | Operation.Binary operation ->
            let byA, byB = binary operation (argument 0) (argument 1) node g

            addBoth (
                Expr.sumTo (argument 0).Shape (Expr.fill node.Shape byA),
                Expr.sumTo (argument 1).Shape (Expr.fill node.Shape byB)
            )
        | Operation.Sum -> add (argument 0) (Expr.fill (argument 0).Shape g)
        | Operation.Dot -> addBoth (g * argument 1, g * argument 0)
        | Operation.SumAlong ofRows ->
            add (argument 0) (Expr.fill (argument 0).Shape (if ofRows then Expr.column g else g))
        | Operation.Fill -> add (argument 0) (Expr.sumTo (argument 0).Shape g)
        | Operation.Reshape -> add (argument 0) (Expr.reshape (argument 0).Shape g)
        | Operation.Transpose -> add (argument 0) (Expr.transpose g)
        | Operation.Concatenate ->
            let mutable first = 0

            for part in node.Arguments do
                add part (Expr.reshape part.Shape (Expr.slice first part.Shape.Size g))
                first <- first + part.Shape.Size
        | Operation.Slice first -> add (argument 0) (Expr.embed (argument 0).Shape first g)
        | Operation.Embed first ->
            add (argument 0) (Expr.reshape (argument 0).Shape (Expr.slice first (argument 0).Shape.Size g))
        | Operation.LowerTriangle onDiagonal -> add (argument 0) (Expr.lowerTriangle onDiagonal g)
        | Operation.Gather indices -> add (argument 0) (Expr.scatter (argument 0).Shape indices g)
        | Operation.Scatter indices -> add (argument 0) (Expr.gatherTo (argument 0).Shape indices g)
        | Operation.MatrixProduct transposed -> addBoth (ofMatrixProduct transposed (argument 0) (argument 1) g)
        | Operation.MatrixProductPlusRow ->
            addBoth (ofMatrixProduct false (argument 0) (argument 1) g)
            add (argument 2) (Expr.sumTo (argument 2).Shape g)
        | Operation.MatrixVector transposed -> addBoth (ofMatrixVector transposed (argument 0) (argument 1) g)
        | Operation.Cholesky -> add (argument 0) (ofCholesky node g)
        | Operation.TriangularSolve transposed ->
            let byLower, byB = ofTriangularSolve transposed (argument 0) node g
            add (argument 1) byB
            add (argument 0) byLower
        | Operation.LogSumExp -> add (argument 0) (ofLogSumExp (argument 0) node g)
        | Operation.CumulativeSum fromEnd ->
            add (argument 0) (if fromEnd then Expr.cumulativeSum g else Expr.cumulativeSumFromEnd g)
        | Operation.Recurrence backwards ->
            let byE, byPhi = ofRecurrence backwards (argument 0) node g
            add (argument 1) byE
            Option.iter (add (argument 0)) byPhi
        | Operation.LinearPredictor _ ->
            raise (NotSupportedException "second derivatives of a likelihood with linear predictors are not available")
        | Operation.PredictorValue ->
            let all = argument 0

            for i in 2..4 do
                add all.Arguments[i] (g * Expr.item (i - 1) all)

            let head = Expr.predictorHead
            add all.Arguments[5] (g * Expr.slice head (all.Shape.Size - head) all)

    /// What the derivative g with respect to a node adds to those of its arguments, in pairs of an argument and its share; an argument that
    /// is there twice has two shares.
    let pullback (node: Expression) (g: Expression) : (Expression * Expression) list =
        let shares = ResizeArray()
        pull node g (fun argument share -> shares.Add((argument, share)))
        List.ofSeq shares

    let private accumulate
        (pull: Expression -> Expression -> (Expression -> Expression -> unit) -> unit)
        (output: Expression)
        (inputs: Expression list)
        =
        if output.Shape <> Shape.Scalar then
            invalidArg (nameof output) $"only a number has a gradient, not {output.Describe()}"

        let derivatives = Dictionary<Expression, Expression>()
        derivatives[output] <- Expr.number 1.0

        let add (node: Expression) (g: Expression) =
            if node.Varies then
                derivatives[node] <-
                    match derivatives.TryGetValue node with
                    | true, sum -> sum + g
                    | _ -> g

        let order = ordered [ output ]

        for i = order.Length - 1 downto 0 do
            match derivatives.TryGetValue order[i] with
            | true, g when order[i].Varies -> pull order[i] g add
            | _ -> ()

        inputs
        |> List.map (fun input ->
            match derivatives.TryGetValue input with
            | true, g -> Expr.fill input.Shape g
            | _ -> Expr.fill input.Shape (Expr.number 0.0))

    /// The derivatives of a scalar expression with respect to the given ones, in their order. Raises ArgumentException where it is not a
    /// scalar.
    let reverse (output: Expression) (inputs: Expression list) : Expression list = accumulate pull output inputs

    /// The same by other pullbacks than this module's.
    let reverseBy
        (pullback: Expression -> Expression -> (Expression * Expression) list)
        (output: Expression)
        (inputs: Expression list)
        : Expression list =
        accumulate
            (fun node g add -> pullback node g |> List.iter (fun (argument, share) -> add argument share))
            output
            inputs
