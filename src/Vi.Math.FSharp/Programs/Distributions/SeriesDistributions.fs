namespace Vi.Math.FSharp

open System
open Vi.Math

/// Distributions of series.
[<RequireQualifiedAccess>]
module SeriesDistributions =

    let private requireNumber (what: string) (a: Expression) =
        if a.Shape <> Shape.Scalar then
            ProgramDistribution.refuse $"autoregression: the {what} must be a number, not {a.Describe()}"

    /// 1 - phi^2; phi = -1 + 2 f makes it 4 f (1 - f).
    let internal oneMinusSquare (phi: Expression) =
        let f = ProgramDistribution.fraction -1.0 2.0 phi

        match f.Operation, phi.Operation with
        | Operation.Unary UnaryOperation.Logistic, _ ->
            4.0 * Expr.exp (ProgramDistribution.logOf f + ProgramDistribution.logRest f)
        | _, Operation.Unary UnaryOperation.Logistic -> Expr.exp (ProgramDistribution.logRest phi) * (1.0 + phi)
        | _ -> 1.0 - Expr.square phi

    let private check (mean: Expression) (phi: Expression) (sd: Expression) (length: int) =
        requireNumber "mean" mean
        requireNumber "coefficient phi" phi
        requireNumber "innovations' standard deviation" sd

        if length < 1 then
            ProgramDistribution.refuse $"autoregression: a series has at least 1 entry, not {length}"

        ProgramDistribution.positive "autoregression" "innovations' standard deviation" sd |> ignore

    /// A first-order autoregression from its stationary distribution: x_0 ~ N(mean, sd^2 / (1 - phi^2)), x_t ~ N(mean + phi (x_(t-1) - mean), sd^2);
    /// -1 < phi < 1, sd > 0.
    let autoregression (mean: Expression) (phi: Expression) (sd: Expression) (length: int) : ProgramDistribution =
        check mean phi sd length

        let logDensity (x: Expression) =
            let residual = x - mean
            let first = Expr.item 0 residual
            let stationary = oneMinusSquare phi

            let squares =
                if length = 1 then
                    stationary * Expr.square first
                else
                    let steps = Expr.slice 1 (length - 1) residual - phi * Expr.slice 0 (length - 1) residual
                    stationary * Expr.square first + Expr.sum (Expr.square steps)

            -0.5 * ProgramDistribution.inverseSquare sd * squares + 0.5 * Expr.log stationary
            - float length * (Expr.log sd + 0.5 * Special.logTwoPi)

        let draw (p: float[][]) rng =
            let mean, phi, sd = p[0][0], p[1][0], p[2][0]
            let struct (z, next) = Rng.array length Rng.normal rng
            let values: float[] = Array.zeroCreate length
            let mutable residual = 0.0

            for t in 0 .. length - 1 do
                residual <-
                    if t = 0 then
                        sd * z[0] / sqrt ((1.0 - phi) * (1.0 + phi))
                    else
                        phi * residual + sd * z[t]

                values[t] <- mean + residual

            struct (values, next)

        ProgramDistribution.ofWhole "autoregression" Domain.Real (Shape.Vector length) [ mean; phi; sd ] logDensity draw

    /// The same series made of independent standard normal numbers z (length): mean + sd times the recurrence of z, the first of which
    /// is divided by sqrt(1 - phi^2).
    let autoregressionOf (mean: Expression) (phi: Expression) (sd: Expression) (z: Expression) : Expression =
        let length = z.Shape.Size
        check mean phi sd length
        let isFirst t = if t = 0 then 1.0 else 0.0
        let stretch = Expr.reciprocal (Expr.sqrt (oneMinusSquare phi)) - 1.0
        let shocks = z * (1.0 + stretch * Expr.vector (Array.init length isFirst))
        mean + sd * Expr.linearRecurrence phi shocks

    /// Rows first .. first + count - 1 of a matrix, each as a vector, in halves: so what comes back from them is spread over log(count)
    /// levels instead of over the whole matrix for each row.
    let rec private rowsOf (matrix: Expression) : Expression list =
        let rows, columns = matrix.Shape.Rows, matrix.Shape.Columns

        if rows = 1 then
            [ Expr.flatten matrix ]
        else
            let half = rows / 2

            let part first count =
                Expr.reshape (Shape.Matrix(count, columns)) (Expr.slice (first * columns) (count * columns) matrix)

            rowsOf (part 0 half) @ rowsOf (part half (rows - half))

    /// A hidden Markov chain with the path summed out (Rabiner 1989, in logs): a_0k = log w_k + log p_k(x_0),
    /// a_tk = log sum_j exp(a_(t-1)j + log T_jk) + log p_k(x_t), log p(x) = log sum_k exp a_(T-1)k. Weights w of the first state (K), which
    /// need not add up to 1; T (K x K) has the probabilities of the next state in the row of the present one; the emissions' parameters
    /// have one entry a state.
    let hiddenMarkov
        (initial: Expression)
        (transitions: Expression)
        (emissions: ProgramDistribution)
        (length: int)
        : ProgramDistribution =
        let states = initial.Shape.Size

        if transitions.Shape <> Shape.Matrix(states, states) || initial.Shape <> Shape.Vector states then
            ProgramDistribution.refuse
                $"hidden Markov chain: {initial.Describe()} and {transitions.Describe()} are no weights (K) and transitions (K x K)"

        if not (emissions.Accepts(Shape.Vector states)) then
            ProgramDistribution.refuse
                $"hidden Markov chain: {emissions.Family} of {emissions.Shape} has not one entry for each of {states} states"

        let entries =
            match emissions.Entrywise with
            | ValueSome entries -> entries
            | ValueNone ->
                ProgramDistribution.refuse
                    $"hidden Markov chain: {emissions.Family} is no distribution of single entries"

        let logDensity (x: Expression) =
            let ofRows = rowsOf (Expr.fill (Shape.Matrix(length, states)) (entries (Expr.column x)))
            // Row k: from every state j to k.
            let into = Expr.transpose (Expr.log transitions)

            let last =
                (Expr.log initial + List.head ofRows, List.tail ofRows)
                ||> List.fold (fun before row -> Expr.logSumExpRows (into + before) + row)

            Expr.logSumExp last

        let draw (p: float[][]) rng =
            let values: float[] = Array.zeroCreate length
            let mutable current = rng
            let mutable state = 0

            for t in 0 .. length - 1 do
                let weights = if t = 0 then p[0] else Array.sub p[1] (state * states) states
                let struct (k, next) = Rng.index (ReadOnlySpan weights) current
                state <- k
                let struct (all, next) = emissions.Draw (Shape.Vector states) p[2..] next
                current <- next
                values[t] <- all[k]

            struct (values, current)

        ProgramDistribution.ofWhole
            $"hidden Markov chain of {emissions.Family}"
            emissions.Support
            (Shape.Vector length)
            (initial :: transitions :: emissions.Parameters(Shape.Vector states))
            logDensity
            draw
