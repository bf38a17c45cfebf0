namespace Vi.Math.FSharp

open Vi.Math
open Vi.Math.FSharp.ModelLanguage

/// Linear and logistic regression as programs. Tables and targets are rows of data, so that minibatches of them work.
[<RequireQualifiedAccess>]
module RegressionPrograms =

    let private columnMeans (x: Mat) = Vec.init x.Columns (fun j -> Vec.sum (Mat.column j x) / float x.Rows)

    let private centred (x: Mat) (centre: Vec) = Mat.init x.Rows x.Columns (fun i j -> x[i, j] - centre[j])

    /// y ~ N(b + (X - mean X) w, 1 / tau) with the prior of the conjugate model `LinearRegression`; X is N x D, y has N entries. Parameters:
    /// alpha (with relevance determination), w (D), b (with an intercept), tau; sigma = tau^(-1/2) is reported.
    let linear (prior: LinearRegressionPrior) (x: Mat) (y: Vec) : Program<unit> =
        let columns = x.Columns
        let table = if prior.Intercept.IsSome then centred x (columnMeans x) else x

        program {
            let! w =
                match prior.WeightPrecision with
                | Known alpha ->
                    normalVector
                        "w"
                        columns
                        0.0
                        (Array.init columns (fun d -> sqrt (WeightScales.square prior.Scales d / alpha)))
                | Ard distribution ->
                    program {
                        let! alpha = gammaVector "alpha" columns distribution.Shape distribution.Rate
                        let sd = Expr.exp (-0.5 * Expr.log alpha)

                        return!
                            match prior.Scales with
                            | ValueNone -> normalVector "w" columns 0.0 sd
                            | ValueSome scales -> normalVector "w" columns 0.0 (sd * Expr.vector (scales.ToArray()))
                    }

            let! b =
                match prior.Intercept with
                | ValueSome distribution -> normal "b" distribution.Mean (sqrt distribution.Variance)
                | ValueNone -> Program.result (Expr.number 0.0)

            let! tau = gamma "tau" prior.NoisePrecision.Shape prior.NoisePrecision.Rate
            let! sigma = deterministic "sigma" (Expr.exp (-0.5 * Expr.log tau))
            let! x = rowData "X" table
            let! y = rowData "y" y
            do! observe "y" (Distribution.normal (b + Expr.matrixVector x w) sigma) y
        }

    /// y ~ Bernoulli(sigma((X - centre) w + b)) with the normal prior of the conjugate bound `LogisticRegression`, of all weights and, as its
    /// last entry, the intercept; X is N x D, y has N entries 0 or 1. Parameters: w (D) and b, or w alone without an intercept; where the
    /// prior's entries depend on each other, w (D + 1) with the intercept last.
    let logistic (prior: LogisticRegressionPrior) (x: Mat) (y: Vec) : Program<unit> =
        let columns = x.Columns
        let table = if prior.Intercept then centred x prior.Centre else x
        let distribution = prior.Weights
        let factor = distribution.Precision.Lower

        let independent =
            Seq.allPairs (seq { 0 .. factor.Rows - 1 }) (seq { 0 .. factor.Rows - 1 })
            |> Seq.forall (fun (i, j) -> i = j || factor[i, j] = 0.0)

        let sd i = 1.0 / factor[i, i]

        program {
            let! w, b =
                if independent then
                    let sds = Array.init columns sd
                    let means = Array.init columns (fun i -> distribution.Mean[i])

                    program {
                        let! w = draw "w" (Distribution.normal means sds)

                        if prior.Intercept then
                            let! b = normal "b" distribution.Mean[columns] (sd columns)
                            return w, b
                        else
                            return w, Expr.number 0.0
                    }
                else
                    multivariateNormalPrecision "w" distribution.Mean factor
                    |> Program.map (fun all ->
                        if prior.Intercept then
                            Expr.slice 0 columns all, Expr.item columns all
                        else
                            all, Expr.number 0.0)

            let! x = rowData "X" table
            let! y = rowData "y" y
            do! observe "y" (Distribution.bernoulliLogit (b + Expr.matrixVector x w)) y
        }

    /// The same with independent weights ~ N(0, priorSd^2), through the origin or with an intercept ~ N(0, interceptSd^2) at the columns'
    /// means.
    let logisticOf (priorSd: float) (interceptSd: float voption) (x: Mat) (y: Vec) : Program<unit> =
        let precision (sd: float) = 1.0 / (sd * sd)
        let size = x.Columns + (if interceptSd.IsSome then 1 else 0)

        let scale i =
            match interceptSd with
            | ValueSome sd when i = x.Columns -> precision sd
            | _ -> precision priorSd

        logistic
            { Weights =
                MvNormal.create
                    (Vec.zero size)
                    (Chol.ofLower (Mat.diagonalOf (Vec.init size (fun i -> sqrt (scale i)))))
              Centre = if interceptSd.IsSome then columnMeans x else Vec.zero x.Columns
              Intercept = interceptSd.IsSome }
            x
            y
