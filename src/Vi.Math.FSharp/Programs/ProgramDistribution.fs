namespace Vi.Math

/// The distribution of a random quantity in a program: its parameters are expressions. A prior, a likelihood, or a component of a mixture.
[<NoComparison; NoEquality>]
type ProgramDistribution =
    {
        /// The family, e.g. normal.
        Family: string
        /// Where its values lie.
        Support: Domain
        /// The shape of a value that its parameters ask for; a number where they are numbers.
        Shape: Shape
        /// Whether a value may have a shape.
        Accepts: Shape -> bool
        /// log p(x) of a value, a number, with all constants.
        LogDensity: Expression -> Expression
        /// log p of each entry, where entries are independent given the parameters; parameters are repeated over the value, which
        /// may be a column to which they are rows.
        Entrywise: (Expression -> Expression) voption
        /// What a draw of a shape needs to know, in the order of the next.
        Parameters: Shape -> Expression list
        /// A value of a shape (row by row) from the parameters' numbers.
        Draw: Shape -> float[][] -> Rng -> struct (float[] * Rng)
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Parts that families share.
[<RequireQualifiedAccess>]
module ProgramDistribution =

    let internal refuse (what: string) : 'a = raise (ArgumentException what)

    let private shapeOf (family: string) (parameters: Expression list) =
        match parameters with
        | [] -> Shape.Scalar
        | first :: rest ->
            ((first, first.Shape), rest)
            ||> List.fold (fun (sum, _) next ->
                let shape = Expression.Broadcast family sum next
                let larger = if sum.Shape = shape then sum else next
                (if larger.Shape = shape then larger else Expr.fill shape (Expr.number 0.0)), shape)
            |> snd

    /// The sum over a shape of a summand that is repeated over it.
    let internal sumOver (shape: Shape) (summand: Expression) : Expression =
        let times = shape.Size / summand.Shape.Size
        let sum = Expr.sum summand
        if times = 1 then sum else float times * sum

    let private fits (shape: Shape) (value: Shape) =
        let side small large = small = large || small = 1

        match shape, value with
        | Shape.Scalar, _ -> true
        | _, Shape.Scalar -> false
        | Shape.Vector _, Shape.Vector _ -> shape = value
        | _, Shape.Matrix(rows, columns) -> side shape.Rows rows && side shape.Columns columns
        | Shape.Matrix _, Shape.Vector _ -> false

    /// A family with independent entries: its log density is a sum of summands, each a number or repeated over the value; a draw of entry
    /// i takes the parameters' numbers, each repeated over the shape.
    let internal entrywise
        (family: string)
        (support: Domain)
        (parameters: Expression list)
        (summands: Expression -> Expression list)
        (drawEntry: (int -> float) -> Rng -> struct (float * Rng))
        : ProgramDistribution =
        let shape = shapeOf family parameters

        { Family = family
          Support = support
          Shape = shape
          Accepts = fits shape
          LogDensity = fun x -> summands x |> List.map (sumOver x.Shape) |> List.reduce (+)
          Entrywise = ValueSome(fun x -> summands x |> List.reduce (+))
          Parameters = fun shape -> parameters |> List.map (Expr.fill shape)
          Draw =
            fun shape numbers rng ->
                let values: float[] = Array.zeroCreate shape.Size
                let mutable current = rng

                for i in 0 .. values.Length - 1 do
                    let struct (value, next) = drawEntry (fun parameter -> numbers[parameter][i]) current
                    values[i] <- value
                    current <- next

                struct (values, current) }

    /// A family of whole vectors or matrices; values with one more dimension are rows, each an independent draw.
    let internal ofWhole
        (family: string)
        (support: Domain)
        (shape: Shape)
        (parameters: Expression list)
        (logDensity: Expression -> Expression)
        (draw: float[][] -> Rng -> struct (float[] * Rng))
        : ProgramDistribution =
        let rowsOf (value: Shape) =
            match shape, value with
            | _ when shape = value -> ValueSome 1
            | Shape.Vector length, Shape.Matrix(rows, columns) when length = columns -> ValueSome rows
            | _ -> ValueNone

        { Family = family
          Support = support
          Shape = shape
          Accepts = rowsOf >> ValueOption.isSome
          LogDensity = logDensity
          Entrywise = ValueNone
          Parameters = fun _ -> parameters
          Draw =
            fun value numbers rng ->
                let rows =
                    match rowsOf value with
                    | ValueSome rows -> rows
                    | ValueNone -> refuse $"{family}: no draw of {value}"

                let struct (draws, next) = Rng.array rows (draw numbers) rng
                struct (Array.concat draws, next) }

    /// Draws that are tried before a restricted distribution gives up.
    let private mostTries = 100_000

    /// The distribution on another domain, its density not renormalised: a normal on ascending vectors, say. Draws are draws of the distribution that lie
    /// there: put in order where that is enough, otherwise tried again; raises InvalidOperationException where none is found.
    let on (domain: Domain) (distribution: ProgramDistribution) : ProgramDistribution =
        let isOrdered = domain = Domain.Ordered || domain = Domain.PositiveOrdered

        // Entries of one distribution may change places.
        let arrange (values: float[]) =
            if isOrdered && distribution.Shape = Shape.Scalar then
                Array.sort values
            else
                values

        let draw shape numbers rng =
            let rec attempt count rng =
                let struct (values, next) = distribution.Draw shape numbers rng
                let values = arrange values

                if (Bijectors.violation domain shape values).IsNone then
                    struct (values, next)
                elif count = mostTries then
                    invalidOp $"no draw of {distribution.Family} in {mostTries} lies among {domain}"
                else
                    attempt (count + 1) next

            attempt 1 rng

        { distribution with Support = domain; Draw = draw }

    /// Raises where a constant parameter is not positive.
    let internal positive (family: string) (name: string) (parameter: Expression) : Expression =
        match parameter.Operation with
        | Operation.Constant values ->
            for value in values do
                if not (value > 0.0 && value < infinity) then
                    refuse $"{family}: the {name} must be positive, not {value}"
        | _ -> ()

        parameter

    /// Whether an expression is data that likelihoods read in one pass.
    let internal isData (a: Expression) =
        match a.Operation with
        | Operation.Constant _
        | Operation.RowsOf _ -> true
        | _ -> false

    /// X, alpha and beta of a linear predictor alpha + X beta over data X.
    let internal (|LinearPredictor|_|) (eta: Expression) =
        let product (a: Expression) =
            match a.Operation with
            | Operation.MatrixVector false when isData a.Arguments[0] ->
                ValueSome(struct (a.Arguments[0], a.Arguments[1]))
            | _ -> ValueNone

        match product eta, eta.Operation with
        | ValueSome(struct (x, beta)), _ -> Some(x, Expr.number 0.0, beta)
        | _, Operation.Binary BinaryOperation.Add ->
            let sum (alpha: Expression) rest =
                match product rest with
                | ValueSome(struct (x, beta)) when alpha.Shape = Shape.Scalar -> Some(x, alpha, beta)
                | _ -> None

            sum eta.Arguments[0] eta.Arguments[1] |> Option.orElse (sum eta.Arguments[1] eta.Arguments[0])
        | _ -> None

    /// The distribution with the likelihood of rows in one pass, where data, linear predictor and scale allow it.
    let internal fused
        (passes: Expression -> Expression voption)
        (distribution: ProgramDistribution)
        : ProgramDistribution =
        { distribution with
            LogDensity =
                fun x ->
                    let pass =
                        match x.Shape with
                        | Shape.Vector _ when isData x -> passes x
                        | _ -> ValueNone

                    match pass with
                    | ValueSome value -> value
                    | ValueNone -> distribution.LogDensity x }

    // Logarithms that stay finite at the ends of a range, where the value was made by a transform.

    /// log x for x = sigma(y): -softplus(-y).
    let internal logOf (x: Expression) =
        match x.Operation with
        | Operation.Unary UnaryOperation.Logistic -> -(Expr.softplus -x.Arguments[0])
        | _ -> Expr.log x

    /// log(1 - x) for x = sigma(y): -softplus(y).
    let internal logRest (x: Expression) =
        match x.Operation with
        | Operation.Unary UnaryOperation.Logistic -> -(Expr.softplus x.Arguments[0])
        | _ -> Expr.log1p -x

    /// (x - lower) / width, undoing x = lower + width f.
    let internal fraction (lower: float) (width: float) (x: Expression) =
        let isNumber (value: float) (a: Expression) = a.ConstantNumber = ValueSome value

        match x.Operation with
        | Operation.Binary BinaryOperation.Add when
            isNumber lower x.Arguments[0]
            && x.Arguments[1].Operation = Operation.Binary BinaryOperation.Multiply
            && isNumber width x.Arguments[1].Arguments[0]
            ->
            x.Arguments[1].Arguments[1]
        | Operation.Binary BinaryOperation.Multiply when lower = 0.0 && isNumber width x.Arguments[0] -> x.Arguments[1]
        | _ -> (x - lower) / width

    /// 1 / x^2, and x = exp y without the detour.
    let internal inverseSquare (x: Expression) =
        match x.Operation with
        | Operation.Unary UnaryOperation.Exp -> Expr.exp (-2.0 * x.Arguments[0])
        | _ -> Expr.reciprocal (Expr.square x)
