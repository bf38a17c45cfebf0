namespace Vi.Math.FSharp

open System
open Vi.Math

/// Likelihoods of rows with linear predictors eta_n = alpha + x_n'beta, as single operations: where the table X (N x P) and the targets y
/// (N) are constants or rows of data, one pass over the rows gives the value and all derivatives. Otherwise the same is made of simple
/// operations. All constants of the densities are there. Second derivatives are available in the latter form only.
[<RequireQualifiedAccess>]
module GeneralizedLinear =

    let private isData (a: Expression) =
        match a.Operation with
        | Operation.Constant _
        | Operation.RowsOf _ -> true
        | _ -> false

    let private check (x: Expression) (y: Expression) (alpha: Expression) (beta: Expression) =
        match x.Shape, y.Shape, alpha.Shape, beta.Shape with
        | Shape.Matrix(rows, columns), Shape.Vector n, Shape.Scalar, Shape.Vector p when rows = n && columns = p ->
            float n
        | _ ->
            raise (
                ArgumentException
                    $"linear predictors need a matrix N x P, targets (N), a number and slopes (P), not {x.Describe()}, {y.Describe()}, {alpha.Describe()} and {beta.Describe()}"
            )

    let private zero = Expr.number 0.0

    let private eta (x: Expression) (alpha: Expression) (beta: Expression) = alpha + Expr.matrixVector x beta

    /// Sum over rows of log N(y_n | alpha + x_n'beta, sigma^2); sigma > 0 is a standard deviation.
    let normal (x: Expression) (y: Expression) (alpha: Expression) (beta: Expression) (sigma: Expression) : Expression =
        let n = check x y alpha beta

        let squares =
            if isData x && isData y then
                Expr.linearPredictor PredictorFamily.NormalPredictor x y alpha sigma zero beta
            else
                -0.5 * Expr.sum (Expr.square ((y - eta x alpha beta) / sigma))

        squares - n * Expr.log sigma - 0.5 * n * Special.logTwoPi

    /// Sum over rows of log p(y_n) for y_n in {0, 1} with log odds alpha + x_n'beta.
    let bernoulliLogit (x: Expression) (y: Expression) (alpha: Expression) (beta: Expression) : Expression =
        check x y alpha beta |> ignore

        if isData x && isData y then
            Expr.linearPredictor PredictorFamily.BernoulliPredictor x y alpha zero zero beta
        else
            let eta = eta x alpha beta
            Expr.dot y eta - Expr.sum (Expr.softplus eta)

    /// Sum over rows of log p(y_n) for counts y_n with log mean alpha + x_n'beta.
    let poissonLog (x: Expression) (y: Expression) (alpha: Expression) (beta: Expression) : Expression =
        check x y alpha beta |> ignore

        let factorials = Expr.sum (Expr.logGamma (y + 1.0))

        if isData x && isData y then
            Expr.linearPredictor PredictorFamily.PoissonPredictor x y alpha zero zero beta - factorials
        else
            let eta = eta x alpha beta
            Expr.dot y eta - Expr.sum (Expr.exp eta) - factorials

    /// Sum over rows of the log density of a Student-t of nu degrees of freedom, centre alpha + x_n'beta and scale sigma.
    let studentT
        (x: Expression)
        (y: Expression)
        (alpha: Expression)
        (beta: Expression)
        (nu: Expression)
        (sigma: Expression)
        : Expression =
        let n = check x y alpha beta

        let tails =
            if isData x && isData y then
                Expr.linearPredictor PredictorFamily.StudentPredictor x y alpha sigma nu beta
            else
                let z = (y - eta x alpha beta) / sigma
                -0.5 * (nu + 1.0) * Expr.sum (Expr.log1p (Expr.square z / nu))

        tails
        + n
          * (Expr.logGamma (0.5 * (nu + 1.0))
             - Expr.logGamma (0.5 * nu)
             - 0.5 * Expr.log (Math.PI * nu)
             - Expr.log sigma)
