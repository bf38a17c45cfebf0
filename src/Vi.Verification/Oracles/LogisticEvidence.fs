namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp

/// The exact evidence of a logistic regression with one or two weights, by a plain sum over a grid.
[<RequireQualifiedAccess>]
module LogisticEvidence =

    /// log sigma(z).
    let logSigmoid (z: float) = min 0.0 z - Special.log1p (exp -(abs z))

    /// log p(y | w), row by row.
    let logLikelihood (prior: LogisticRegressionPrior) (rows: float[][]) (w: float[]) =
        let columns = prior.Centre.Length

        rows
        |> Array.sumBy (fun row ->
            let mutable z = if prior.Intercept then w[columns] else 0.0

            for j in 0 .. columns - 1 do
                z <- z + (row[j] - prior.Centre[j]) * w[j]

            if row[columns] = 1.0 then logSigmoid z else logSigmoid -z)

    /// log p(y | X): the likelihood averaged over the prior, w = m + L'^-1 u with u on a grid of steps 1/20 up to 8, beyond which
    /// 1e-15 of the prior's mass lies. The trapezoidal rule converges exponentially for such integrands.
    let logEvidence (prior: LogisticRegressionPrior) (rows: float[][]) =
        let steps = 160
        let h = 8.0 / float steps
        let p = prior.Weights.Mean.Length
        let nodes = Array.init (2 * steps + 1) (fun i -> h * float (i - steps))

        let directions =
            Array.init p (fun j ->
                (Chol.solveUpper prior.Weights.Precision (Vec.init p (fun i -> if i = j then 1.0 else 0.0))).ToArray())

        let mean = prior.Weights.Mean.ToArray()

        let at (u: float[]) =
            let w = Array.copy mean
            let mutable squares = 0.0

            for j in 0 .. p - 1 do
                squares <- squares + u[j] * u[j]

                for i in 0 .. p - 1 do
                    w[i] <- w[i] + u[j] * directions[j].[i]

            logLikelihood prior rows w - 0.5 * squares

        let values =
            match p with
            | 1 -> nodes |> Array.map (fun u -> at [| u |])
            | 2 -> nodes |> Array.collect (fun u -> nodes |> Array.map (fun v -> at [| u; v |]))
            | _ -> invalidArg (nameof prior) $"the grid is for one or two weights, not {p}"

        Special.logSumExp (System.ReadOnlySpan values) + float p * (log h - 0.5 * Special.logTwoPi)
