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

    /// Weights w = m + L'^-1 u with u on a grid of so many steps up to 8, beyond which 1e-15 of the mass lies, and the log of each node's mass. The
    /// trapezoidal rule converges exponentially for integrands like these.
    let private gridOf steps (weights: MvNormal) : struct (float[] * float)[] =
        let h = 8.0 / float steps
        let p = weights.Mean.Length
        let nodes = Array.init (2 * steps + 1) (fun i -> h * float (i - steps))

        let directions =
            Array.init p (fun j ->
                (Chol.solveUpper weights.Precision (Vec.init p (fun i -> if i = j then 1.0 else 0.0))).ToArray())

        let mean = weights.Mean.ToArray()

        let at (u: float[]) =
            let w = Array.copy mean
            let mutable squares = 0.0

            for j in 0 .. p - 1 do
                squares <- squares + u[j] * u[j]

                for i in 0 .. p - 1 do
                    w[i] <- w[i] + u[j] * directions[j].[i]

            struct (w, float p * (log h - 0.5 * Special.logTwoPi) - 0.5 * squares)

        match p with
        | 1 -> nodes |> Array.map (fun u -> at [| u |])
        | 2 -> nodes |> Array.collect (fun u -> nodes |> Array.map (fun v -> at [| u; v |]))
        | _ -> invalidArg (nameof weights) $"the grid is for one or two weights, not {p}"

    let private grid = gridOf 160

    /// log p(y | X): the likelihood averaged over the prior.
    let logEvidence (prior: LogisticRegressionPrior) (rows: float[][]) =
        let values =
            grid prior.Weights |> Array.map (fun (struct (w, logMass)) -> logLikelihood prior rows w + logMass)

        Special.logSumExp (System.ReadOnlySpan values)

    /// P(y = 1) at a row of D columns: the sigmoid of its log odds averaged over q(w). One row's likelihood is smoother than that of many, and steps
    /// of an eighth leave less than 1e-12 where log odds have standard deviations up to 5.
    let probability (prior: LogisticRegressionPrior) (q: MvNormal) (x: float[]) =
        let row = Array.append x [| 1.0 |]

        gridOf 64 q
        |> Array.sumBy (fun (struct (w, logMass)) -> exp (logMass + logLikelihood prior [| row |] w))

    /// KL(q(w) q(omega) || p(w, omega | y)) with q(omega) optimal for q(w): over q(w), log q(w) - log p(w | y) plus the divergences of
    /// PG(1, c_n) from PG(1, z_n), where z_n are the log odds of a row and c_n^2 their mean square. The evidence is given.
    let divergence (prior: LogisticRegressionPrior) (rows: float[][]) evidence (q: MvNormal) =
        let columns = prior.Centre.Length
        let nodes = grid q

        let design =
            rows
            |> Array.map (fun row ->
                Array.init q.Mean.Length (fun j -> if j < columns then row[j] - prior.Centre[j] else 1.0))

        let logOdds (x: float[]) (w: float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 x w
        let logCosh z = let a = abs z in a + Special.log1p (exp (-2.0 * a)) - log 2.0

        let tilts =
            design
            |> Array.map (fun x ->
                nodes |> Array.sumBy (fun (struct (w, logMass)) -> exp logMass * logOdds x w ** 2.0) |> sqrt)

        nodes
        |> Array.sumBy (fun (struct (w, logMass)) ->
            let place = Vec.ofArray w

            let ofLocal =
                Array.map2
                    (fun x c ->
                        let z = logOdds x w
                        let mean = if c < 1e-6 then 0.25 else tanh (0.5 * c) / (2.0 * c)
                        logCosh (0.5 * c) - logCosh (0.5 * z) - 0.5 * (c * c - z * z) * mean)
                    design
                    tilts
                |> Array.sum

            exp logMass
            * (MvNormal.logDensity q place
               - MvNormal.logDensity prior.Weights place
               - (logLikelihood prior rows w - evidence)
               + ofLocal))
