namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Pullbacks as they should not be.
[<RequireQualifiedAccess>]
module WrongPullbacks =

    /// The gradient by pullbacks of which some are replaced: where the function gives none, the right one serves.
    let private replacing (wrong: Expression -> Expression -> (Expression * Expression) list option) =
        AutodiffLaws.derivatives (
            Gradient.reverseBy (fun node g -> wrong node g |> Option.defaultWith (fun () -> Gradient.pullback node g))
        )

    let private tanhWithoutSquare (node: Expression) (g: Expression) =
        match node.Operation with
        | Operation.Unary UnaryOperation.Tanh -> Some [ node.Operands[0], g * (1.0 - node) ]
        | _ -> None

    let private choleskyWithoutHalving (node: Expression) (g: Expression) =
        match node.Operation, node.Shape with
        | Operation.Cholesky, Shape.Matrix(n, _) ->
            let lower = Expr.matrix n n (Array.init (n * n) (fun k -> if k / n >= k % n then 1.0 else 0.0))
            let p = lower * Expr.matrixProduct (Expr.transpose node) g
            let left = Expr.solveLowerTransposed node p
            let both = Expr.solveLowerTransposed node (Expr.transpose left)
            Some [ node.Operands[0], 0.5 * (both + Expr.transpose both) ]
        | _ -> None

    let private recurrenceWithoutPhi (node: Expression) (g: Expression) =
        match node.Operation with
        | Operation.Recurrence _ ->
            Gradient.pullback node g
            |> List.filter (fun (argument, _) -> argument.Shape <> Shape.Scalar)
            |> Some
        | _ -> None

    /// exp x where exp(x - log sum exp x) should stand.
    let private softmaxWithoutSum (node: Expression) (g: Expression) =
        match node.Operation, node.Shape with
        | Operation.LogSumExp, Shape.Vector _ -> Some [ node.Operands[0], Expr.column g * Expr.exp node.Operands[0] ]
        | _ -> None

    /// The first row's share where a row that serves all should get their sum.
    let private broadcastWithoutSumming (node: Expression) (g: Expression) =
        match node.Operation with
        | Operation.Binary BinaryOperation.Add when node.Operands[0].Shape <> node.Operands[1].Shape ->
            Some
                [ for argument in node.Operands do
                      argument, Expr.gatherTo argument.Shape [| 0 .. argument.Shape.Size - 1 |] g ]
        | _ -> None

    let private scatterForGather (node: Expression) (g: Expression) =
        match node.Operation with
        | Operation.Gather indices when indices.Length = node.Operands[0].Shape.Size ->
            Some [ node.Operands[0], Expr.gatherTo node.Operands[0].Shape indices (Expr.flatten g) ]
        | _ -> None

    let private transposedSolveUntransposed (node: Expression) (g: Expression) =
        match node.Operation with
        | Operation.TriangularSolve true ->
            Gradient.pullback node g
            |> List.map (fun (argument, share) ->
                if obj.ReferenceEquals(argument, node.Operands[0]) then
                    argument, Expr.transpose share
                else
                    argument, share)
            |> Some
        | _ -> None

    let private specimen name wrong operation pullback =
        Specimen.make name "a common slip" wrong $"autodiff: gradient of {operation}" (replacing pullback)

    let all: Specimen list =
        [ specimen "tanh' = 1 - y" "The square of y is missing in tanh' = 1 - y^2." "tanh" tanhWithoutSquare
          specimen
              "Cholesky without halving"
              "The diagonal of L'G counts whole where it should count half."
              "Cholesky factor"
              choleskyWithoutHalving
          specimen
              "recurrence without phi"
              "The derivative with respect to the coefficient is missing."
              "recurrence"
              recurrenceWithoutPhi
          specimen
              "softmax without its sum"
              "The pullback of log sum exp has exp x where exp(x - log sum exp x) should stand."
              "log sum exp of rows"
              softmaxWithoutSum
          specimen
              "broadcast without summing"
              "A row or number that serves many entries gets the share of the first only."
              "addition"
              broadcastWithoutSumming
          specimen
              "gather pulled back by gathering"
              "The derivative is gathered where it should be scattered: entries taken twice count once."
              "gather"
              scatterForGather
          specimen
              "transposed solve with the factor's derivative transposed"
              "The derivative with respect to the factor lies in the wrong triangle."
              "triangular solve transposed, vector"
              transposedSolveUntransposed ]
