namespace Vi.Math.FSharp

open System
open Vi.Math

/// Maps from the real line to supports, with the logarithm of the volume by which they stretch: density of y = density of x(y) times
/// |dx/dy|. For each support: how many real numbers stand for a value, the map as an expression, and both directions in numbers.
/// Sources: Stan Reference Manual, 'Constraint transforms', for the choice of maps; Lewandowski, Kurowicka, Joe 2009 for correlations.
[<RequireQualifiedAccess>]
module Bijectors =

    let private refuse (what: string) : 'a = raise (ArgumentException what)

    let private side (support: Domain) (shape: Shape) =
        match shape with
        | Shape.Matrix(rows, columns) when rows = columns && rows > 1 -> rows
        | _ -> refuse $"{support} are square matrices of at least 2 rows, not {shape}"

    let private requireVector (support: Domain) (shape: Shape) =
        match shape with
        | Shape.Vector length when length > 0 -> length
        | _ -> refuse $"{support} are vectors, not {shape}"

    /// Shape of the real numbers that stand for a value of a support and shape. Raises ArgumentException where there is none: discrete
    /// supports, matrices that are not square.
    let realShape (support: Domain) (shape: Shape) : Shape =
        match support with
        | Domain.Real
        | Domain.Positive
        | Domain.Above _
        | Domain.Below _
        | Domain.Between _ -> shape
        | Domain.Simplex ->
            match shape with
            | Shape.Vector length when length > 1 -> Shape.Vector(length - 1)
            | Shape.Matrix(rows, columns) when columns > 1 -> Shape.Matrix(rows, columns - 1)
            | _ -> refuse $"a simplex has at least 2 entries, and {shape} has not"
        | Domain.Ordered
        | Domain.PositiveOrdered -> Shape.Vector(requireVector support shape)
        | Domain.CorrelationCholesky ->
            let k = side support shape
            Shape.Vector(k * (k - 1) / 2)
        | Domain.CovarianceCholesky ->
            let k = side support shape
            Shape.Vector(k * (k + 1) / 2)
        | Domain.Whole _ -> refuse $"{support} cannot be a parameter: sum discrete quantities out"

    /// Places of the entries below the diagonal of a k x k matrix, row by row; with the diagonal where asked for.
    let private lowerPlaces withDiagonal k =
        [| for i in 0 .. k - 1 do
               for j in 0 .. (if withDiagonal then i else i - 1) -> i * k + j |]

    let private constantMatrix rows columns (f: int -> int -> float) =
        Expr.matrix rows columns (Array.init (rows * columns) (fun at -> f (at / columns) (at % columns)))

    /// log(K - k) for the sticks k = 1 .. K - 1: so 0 is mapped to equal weights.
    let private centring count = Array.init (count - 1) (fun k -> log (float (count - 1 - k)))

    /// x_k = sigma(u_k) prod_(j<k) (1 - sigma(u_j)) with u = y - log(K - k). In logs: log x_k = u_k - sum_(j<=k) softplus(u_j), and the last
    /// is minus the sum of all.
    let private simplex (shape: Shape) (y: Expression) : struct (Expression * Expression) =
        match shape with
        | Shape.Vector count ->
            let u = y - Expr.vector (centring count)
            let s = Expr.softplus u
            let cumulated = Expr.cumulativeSum s
            let first = u - cumulated
            let last = -(Expr.item (count - 2) cumulated)
            struct (Expr.exp (Expr.concatenate [ first; last ]), Expr.sum (first - s))
        | _ ->
            let count = shape.Columns
            let u = y - Expr.vector (centring count)
            let s = Expr.softplus u
            let ones f = constantMatrix (count - 1) count f
            let first = ones (fun m j -> if m = j then 1.0 else 0.0)
            let upTo = ones (fun m j -> if m <= j then 1.0 else 0.0)
            let logs = Expr.matrixProduct u first - Expr.matrixProduct s upTo
            // The last column is no coordinate.
            let coordinates = Expr.vector [ for j in 0 .. count - 1 -> if j < count - 1 then 1.0 else 0.0 ]
            struct (Expr.exp logs, Expr.sum (logs * coordinates) - Expr.sum s)

    /// Canonical partial correlations z = tanh y, row by row: L_ij = z_ij prod_(m<j) sqrt(1 - z_im^2). log(1 - tanh^2 y) is
    /// log 4 - softplus(2 y) - softplus(-2 y).
    let private correlation (k: int) (y: Expression) : struct (Expression * Expression) =
        let places = lowerPlaces false k
        let square = Shape.Matrix(k, k)
        let halfLog = 0.5 * (log 4.0 - Expr.softplus (2.0 * y) - Expr.softplus (-2.0 * y))
        let before = constantMatrix k k (fun m j -> if m < j then 1.0 else 0.0)
        let logRest = Expr.matrixProduct (Expr.scatter square places halfLog) before
        let identity = constantMatrix k k (fun i j -> if i = j then 1.0 else 0.0)
        let factor = Expr.exp logRest * (Expr.scatter square places (Expr.tanh y) + identity)
        struct (factor, Expr.sum (Expr.gather places logRest) + 2.0 * Expr.sum halfLog)

    /// Diagonal exp y, the rest y.
    let private covariance (k: int) (y: Expression) : struct (Expression * Expression) =
        let places = lowerPlaces true k
        let square = Shape.Matrix(k, k)
        let isDiagonal place = place / k = place % k
        let diagonal = Array.init places.Length id |> Array.filter (fun at -> isDiagonal places[at])
        let beside = Array.init places.Length id |> Array.filter (fun at -> not (isDiagonal places[at]))
        let logs = Expr.gather diagonal y

        let factor =
            Expr.scatter square (diagonal |> Array.map (fun at -> places[at])) (Expr.exp logs)
            + Expr.scatter square (beside |> Array.map (fun at -> places[at])) (Expr.gather beside y)

        struct (factor, Expr.sum logs)

    /// The value of a support and shape for which real numbers y (of `realShape`) stand, and log |dx/dy|, a number.
    let constrain (support: Domain) (shape: Shape) (y: Expression) : struct (Expression * Expression) =
        match support with
        | Domain.Real -> struct (y, Expr.number 0.0)
        | Domain.Positive -> struct (Expr.exp y, Expr.sum y)
        | Domain.Above lower -> struct (lower + Expr.exp y, Expr.sum y)
        | Domain.Below upper -> struct (upper - Expr.exp y, Expr.sum y)
        | Domain.Between(lower, upper) ->
            let width = upper - lower
            let logSlope = -(Expr.sum (Expr.softplus y) + Expr.sum (Expr.softplus -y))
            struct (lower + width * Expr.logistic y, logSlope + float shape.Size * log width)
        | Domain.Simplex -> simplex shape y
        | Domain.Ordered ->
            let count = requireVector support shape

            if count = 1 then
                struct (y, Expr.number 0.0)
            else
                let steps = Expr.slice 1 (count - 1) y
                struct (Expr.cumulativeSum (Expr.concatenate [ Expr.item 0 y; Expr.exp steps ]), Expr.sum steps)
        | Domain.PositiveOrdered -> struct (Expr.cumulativeSum (Expr.exp y), Expr.sum y)
        | Domain.CorrelationCholesky -> correlation (side support shape) y
        | Domain.CovarianceCholesky -> covariance (side support shape) y
        | Domain.Whole _ -> refuse $"{support} cannot be a parameter: sum discrete quantities out"

    /// Sums of simplexes and squared rows of factors may be off by this: values are often given to 7 digits.
    let private slack = 1e-6

    /// A text for what is wrong with the first entry that is not inside.
    let private outside (shape: Shape) (x: float[]) isInside =
        let columns = max 1 shape.Columns

        let place i =
            match shape with
            | Shape.Scalar -> ""
            | Shape.Vector _ -> $" {i}"
            | _ -> $" ({i / columns}, {i % columns})"

        x
        |> Array.tryFindIndex (fun value -> not (isInside value))
        |> Option.map (fun i -> $"entry{place i} is {x[i]}")

    /// The same for the first row of which something is wrong as a whole.
    let private outsideRow (shape: Shape) (x: float[]) (wrong: float[] -> string option) =
        let row i text = if x.Length > max 1 shape.Columns then $"row {i}: {text}" else text

        x
        |> Array.chunkBySize (max 1 shape.Columns)
        |> Array.indexed
        |> Array.tryPick (fun (i, entries) -> wrong entries |> Option.map (row i))

    let private notOfLengthOne row =
        let length = Array.sumBy (fun v -> v * v) row

        if abs (length - 1.0) > slack then
            Some $"its squares add up to {length}"
        else
            None

    let private notOfSumOne row =
        let sum = Array.sum row
        if abs (sum - 1.0) <= slack then None else Some $"the sum is {sum}"

    let private notTriangular (shape: Shape) (x: float[]) =
        let columns = max 1 shape.Columns

        seq { 0 .. x.Length - 1 }
        |> Seq.tryPick (fun at ->
            let i, j = at / columns, at % columns

            if j > i && x[at] <> 0.0 then
                Some $"entry ({i}, {j}) above the diagonal is {x[at]}"
            elif i = j && not (x[at] > 0.0) then
                Some $"entry ({i}, {i}) of the diagonal is {x[at]}"
            else
                None)

    let private notAscending (x: float[]) =
        Seq.pairwise x
        |> Seq.tryFindIndex (fun (a, b) -> not (a < b))
        |> Option.map (fun i -> $"entry {i + 1} ({x[i + 1]}) is not above entry {i} ({x[i]})")

    /// What is wrong with values (row by row) as members of a support, or nothing.
    let violation (support: Domain) (shape: Shape) (x: float[]) : string voption =
        let entry isInside = outside shape x isInside
        let triangle () = entry Double.IsFinite |> Option.orElseWith (fun () -> notTriangular shape x)

        match support with
        | Domain.Real -> entry Double.IsFinite
        | Domain.Positive -> entry (fun v -> v > 0.0 && v < infinity)
        | Domain.Above lower -> entry (fun v -> v > lower && v < infinity)
        | Domain.Below upper -> entry (fun v -> v < upper && v > -infinity)
        | Domain.Between(lower, upper) -> entry (fun v -> v >= lower && v <= upper)
        | Domain.Whole(least, most) -> entry (fun v -> v = floor v && v >= least && v <= most && v < infinity)
        | Domain.Simplex -> entry (fun v -> v >= 0.0) |> Option.orElseWith (fun () -> outsideRow shape x notOfSumOne)
        | Domain.Ordered -> entry Double.IsFinite |> Option.orElseWith (fun () -> notAscending x)
        | Domain.PositiveOrdered ->
            entry (fun v -> v > 0.0 && v < infinity) |> Option.orElseWith (fun () -> notAscending x)
        | Domain.CorrelationCholesky -> triangle () |> Option.orElseWith (fun () -> outsideRow shape x notOfLengthOne)
        | Domain.CovarianceCholesky -> triangle ()
        |> ValueOption.ofOption

    let private unbreak (x: float[]) =
        let count = x.Length
        let offsets = centring count
        let y: float[] = Array.zeroCreate (count - 1)
        let mutable after = x[count - 1]

        for k in count - 2 .. -1 .. 0 do
            y[k] <- log x[k] - log after + offsets[k]
            after <- after + x[k]

        y

    /// The real numbers that stand for a value (row by row). Raises ArgumentException where it is outside the support.
    let unconstrainNumbers (support: Domain) (shape: Shape) (x: float[]) : float[] =
        if x.Length <> shape.Size then
            refuse $"{x.Length} numbers are not {shape}"

        match violation support shape x with
        | ValueSome what -> refuse $"{what}: not among {support}"
        | ValueNone -> ()

        match support with
        | Domain.Real -> Array.copy x
        | Domain.Positive -> Array.map log x
        | Domain.Above lower -> x |> Array.map (fun v -> log (v - lower))
        | Domain.Below upper -> x |> Array.map (fun v -> log (upper - v))
        | Domain.Between(lower, upper) -> x |> Array.map (fun v -> log (v - lower) - log (upper - v))
        | Domain.Simplex -> x |> Array.chunkBySize shape.Columns |> Array.collect unbreak
        | Domain.Ordered -> x |> Array.mapi (fun i v -> if i = 0 then v else log (v - x[i - 1]))
        | Domain.PositiveOrdered -> x |> Array.mapi (fun i v -> if i = 0 then log v else log (v - x[i - 1]))
        | Domain.CorrelationCholesky ->
            // tanh y = L_ij / r with r^2 the squares from j on, so sinh y = L_ij / sqrt(the squares after j).
            let k = side support shape

            lowerPlaces false k
            |> Array.map (fun at ->
                let i, j = at / k, at % k
                let after = Seq.sumBy (fun m -> x[i * k + m] * x[i * k + m]) (seq { j + 1 .. i })
                Math.Asinh(x[at] / sqrt after))
        | Domain.CovarianceCholesky ->
            let k = side support shape
            lowerPlaces true k |> Array.map (fun at -> if at / k = at % k then log x[at] else x[at])
        | Domain.Whole _ -> refuse $"{support} cannot be a parameter: sum discrete quantities out"
