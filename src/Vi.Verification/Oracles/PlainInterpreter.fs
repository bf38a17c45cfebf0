namespace Vi.Verification.FSharp

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Expressions evaluated the slow way, by plain loops over plain arrays: what compiled plans are held against.
[<RequireQualifiedAccess>]
module PlainInterpreter =

    let private softplus x = if x > 0.0 then x + Math.Log(1.0 + exp -x) else Math.Log(1.0 + exp x)

    /// log(1 + x) by Kahan's formula, from the runtime's logarithm.
    let private log1p x =
        let u = 1.0 + x

        if u = 1.0 then x
        elif Double.IsInfinity u then u
        else Math.Log u * x / (u - 1.0)

    let private expm1 (x: float) =
        if abs x < 1e-5 then
            x + 0.5 * x * x + x * x * x / 6.0
        else
            2.0 * Math.Sinh(0.5 * x) * exp (0.5 * x)

    let private onPositive f limit x =
        if x = infinity then limit
        elif x > 0.0 then f x
        else nan

    let private unary operation (x: float) =
        match operation with
        | UnaryOperation.Negate -> -x
        | UnaryOperation.Exp -> exp x
        | UnaryOperation.Expm1 -> expm1 x
        | UnaryOperation.Log -> log x
        | UnaryOperation.Log1p -> log1p x
        | UnaryOperation.Sqrt -> sqrt x
        | UnaryOperation.Square -> x * x
        | UnaryOperation.OneMinusSquare -> 1.0 - x * x
        | UnaryOperation.Reciprocal -> 1.0 / x
        | UnaryOperation.Abs -> abs x
        | UnaryOperation.Sign -> if Double.IsNaN x then nan else float (sign x)
        | UnaryOperation.Tanh -> tanh x
        | UnaryOperation.Logistic -> 1.0 / (1.0 + exp -x)
        | UnaryOperation.Softplus -> softplus x
        | UnaryOperation.Sin -> sin x
        | UnaryOperation.Cos -> cos x
        | UnaryOperation.LogGamma -> onPositive Special.logGamma infinity x
        | UnaryOperation.Digamma -> onPositive Special.digamma infinity x
        | UnaryOperation.LogNormalCdf -> Special.logNormalCdf x
        | UnaryOperation.Trigamma -> onPositive Special.trigamma 0.0 x

    let private binary operation (x: float) (y: float) =
        match operation with
        | BinaryOperation.Add -> x + y
        | BinaryOperation.Subtract -> x - y
        | BinaryOperation.Multiply -> x * y
        | BinaryOperation.Divide -> x / y
        | BinaryOperation.Power -> Math.Pow(x, y)
        | BinaryOperation.Maximum -> Math.Max(x, y)
        | BinaryOperation.Minimum -> Math.Min(x, y)
        | BinaryOperation.AtLeast -> if x >= y then 1.0 else 0.0

    /// Entry (i, j) of an argument laid over a larger shape.
    let private laid (shape: Shape) (values: float[]) i j =
        let row = if shape.Rows = 1 then 0 else i
        let column = if shape.Columns = 1 then 0 else j
        values[row * shape.Columns + column]

    let private overShape (shape: Shape) entry =
        Array.init shape.Size (fun k -> entry (k / shape.Columns) (k % shape.Columns))

    let private logSumExp (values: float[]) =
        let largest = Array.fold (fun (a: float) b -> Math.Max(a, b)) Double.NegativeInfinity values

        if Double.IsFinite largest then
            largest + log (values |> Array.sumBy (fun x -> exp (x - largest)))
        else
            largest

    let private cholesky n (a: float[]) =
        let l = Array.zeroCreate (n * n)

        for j in 0 .. n - 1 do
            for i in j .. n - 1 do
                let mutable rest = a[i * n + j]

                for k in 0 .. j - 1 do
                    rest <- rest - l[i * n + k] * l[j * n + k]

                l[i * n + j] <- if i = j then sqrt rest else rest / l[j * n + j]

        if Array.exists (Double.IsFinite >> not) l then Array.create (n * n) nan else l

    let private solve transposed n (l: float[]) columns (b: float[]) =
        let x = Array.copy b
        let entry i j = if transposed then l[j * n + i] else l[i * n + j]

        for step in 0 .. n - 1 do
            let i = if transposed then n - 1 - step else step

            for c in 0 .. columns - 1 do
                let mutable rest = b[i * columns + c]

                for j in (if transposed then [ i + 1 .. n - 1 ] else [ 0 .. i - 1 ]) do
                    rest <- rest - entry i j * x[j * columns + c]

                x[i * columns + c] <- rest / entry i i

        x

    /// The part of log p(y) that depends on the predictor, by the family's formula.
    let private logLikelihood family y eta first second =
        match family with
        | PredictorFamily.NormalPredictor -> -0.5 * ((y - eta) / first) ** 2.0
        | PredictorFamily.BernoulliPredictor -> y * eta - softplus eta
        | PredictorFamily.PoissonPredictor -> y * eta - exp eta
        | PredictorFamily.StudentPredictor -> -0.5 * (second + 1.0) * log1p (((y - eta) / first) ** 2.0 / second)

    /// The value alone, with NaN where the derivatives are: those are held against finite differences.
    let private predictor family (shape: Shape) (x: float[]) (y: float[]) alpha first second (beta: float[]) =
        let columns = beta.Length
        let eta n = alpha + Seq.sum (Seq.init columns (fun j -> x[n * columns + j] * beta[j]))
        let value = Seq.sum (Seq.init y.Length (fun n -> logLikelihood family y[n] (eta n) first second))
        Array.init shape.Size (fun i -> if i = 0 then value else nan)

    let private apply (position: float[]) (node: Expression) (values: float[][]) =
        let shape i = node.Operands[i].Shape
        let size = node.Shape.Size

        match node.Operation with
        | Operation.Parameter offset -> Array.sub position offset size
        | Operation.Constant numbers -> Array.copy numbers
        | Operation.RowsOf _ -> invalidOp "rows of data have no value of their own here"
        | Operation.Unary f -> values[0] |> Array.map (unary f)
        | Operation.Binary f ->
            overShape node.Shape (fun i j -> binary f (laid (shape 0) values[0] i j) (laid (shape 1) values[1] i j))
        | Operation.Sum -> [| Array.sum values[0] |]
        | Operation.Dot -> [| Array.fold2 (fun sum a b -> sum + a * b) 0.0 values[0] values[1] |]
        | Operation.SumAlong ofRows ->
            let entry i j = values[0][i * (shape 0).Columns + j]
            let rows, columns = [ 0 .. (shape 0).Rows - 1 ], [ 0 .. (shape 0).Columns - 1 ]

            if ofRows then
                Array.init size (fun i -> columns |> List.sumBy (entry i))
            else
                Array.init size (fun j -> rows |> List.sumBy (fun i -> entry i j))
        | Operation.Fill -> overShape node.Shape (laid (shape 0) values[0])
        | Operation.Reshape -> Array.copy values[0]
        | Operation.Transpose -> overShape node.Shape (fun i j -> values[0][j * (shape 0).Columns + i])
        | Operation.Concatenate -> Array.concat values
        | Operation.Slice first -> Array.sub values[0] first size
        | Operation.Embed first ->
            Array.init size (fun i -> if i < first || i >= first + (shape 0).Size then 0.0 else values[0][i - first])
        | Operation.LowerTriangle onDiagonal ->
            let factor i j =
                if i > j then 1.0
                elif i = j then onDiagonal
                else 0.0

            overShape node.Shape (fun i j -> if j > i then 0.0 else factor i j * values[0][i * node.Shape.Columns + j])
        | Operation.Gather indices -> indices |> Array.map (fun index -> values[0][index])
        | Operation.Scatter indices ->
            let sums = Array.zeroCreate size
            indices |> Array.iteri (fun i index -> sums[index] <- sums[index] + values[0][i])
            sums
        | Operation.MatrixProduct transposed ->
            let a i k =
                if transposed then
                    values[0][k * (shape 0).Columns + i]
                else
                    values[0][i * (shape 0).Columns + k]

            let inner = (shape 1).Rows

            overShape node.Shape (fun i j ->
                Seq.sum (Seq.init inner (fun k -> a i k * values[1][k * (shape 1).Columns + j])))
        | Operation.MatrixProductPlusRow ->
            let inner = (shape 1).Rows

            overShape node.Shape (fun i j ->
                let term k = values[0][i * inner + k] * values[1][k * (shape 1).Columns + j]
                values[2][j] + Seq.sum (Seq.init inner term))
        | Operation.MatrixVector transposed ->
            let a i k =
                if transposed then
                    values[0][k * (shape 0).Columns + i]
                else
                    values[0][i * (shape 0).Columns + k]

            Array.init size (fun i -> Seq.sum (Seq.init (shape 1).Size (fun k -> a i k * values[1][k])))
        | Operation.Cholesky -> cholesky node.Shape.Rows values[0]
        | Operation.TriangularSolve transposed ->
            let n = (shape 0).Rows
            solve transposed n values[0] (size / n) values[1]
        | Operation.LogSumExp ->
            let columns = (shape 0).Size / size
            Array.init size (fun i -> logSumExp (Array.sub values[0] (i * columns) columns))
        | Operation.CumulativeSum fromEnd ->
            if fromEnd then
                Array.scanBack (+) values[0] 0.0 |> Array.take size
            else
                Array.scan (+) 0.0 values[0] |> Array.skip 1
        | Operation.Recurrence backwards ->
            let phi = values[0][0]
            let steps = if backwards then Array.rev values[1] else values[1]
            let path = Array.copy steps

            for t in 1 .. size - 1 do
                path[t] <- phi * path[t - 1] + steps[t]

            if backwards then Array.rev path else path
        | Operation.LinearPredictor family ->
            let number i = Array.head values[i]
            predictor family node.Shape (values[0]) (values[1]) (number 2) (number 3) (number 4) (values[5])
        | Operation.PredictorValue -> [| values[0][0] |]

    /// The numbers of expressions at a position, row by row; what they share is computed once.
    let evaluator (position: float[]) : Expression -> float[] =
        let known = Dictionary<Expression, float[]>(HashIdentity.Reference)

        let rec value (node: Expression) =
            match known.TryGetValue node with
            | true, numbers -> numbers
            | _ ->
                let numbers = node.Operands |> Seq.map value |> Array.ofSeq |> apply position node
                known[node] <- numbers
                numbers

        value

    /// The numbers of one expression at a position.
    let evaluate position expression = evaluator position expression
