namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp

/// Exact log evidences written a second time, on other ways than the models go: what the bounds are held against.
[<RequireQualifiedAccess>]
module Evidence =

    let private log2Pi = 1.8378770664093454836

    /// log |A| and A^-1 b of a positive definite matrix by elimination without square roots, on plain arrays.
    let private eliminate (matrix: float[,]) (right: float[]) : struct (float * float[]) =
        let n = right.Length
        let a = Array2D.copy matrix
        let b = Array.copy right
        let mutable logDeterminant = 0.0

        for k in 0 .. n - 1 do
            logDeterminant <- logDeterminant + log a[k, k]

            for i in k + 1 .. n - 1 do
                let factor = a[i, k] / a[k, k]

                for j in k .. n - 1 do
                    a[i, j] <- a[i, j] - factor * a[k, j]

                b[i] <- b[i] - factor * b[k]

        for i in n - 1 .. -1 .. 0 do
            for j in i + 1 .. n - 1 do
                b[i] <- b[i] - a[i, j] * b[j]

            b[i] <- b[i] / a[i, i]

        struct (logDeterminant, b)

    /// log |A| by elimination.
    let logDeterminant (matrix: float[,]) =
        let struct (value, _) = eliminate matrix (Array.zeroCreate (matrix.GetLength 0))
        value

    /// Density of a normal vector with a dense covariance.
    let jointNormal (mean: float) (covariance: float[,]) (x: float[]) =
        let away = x |> Array.map (fun value -> value - mean)
        let struct (logDeterminant, solved) = eliminate covariance away

        -0.5
        * (float x.Length * log2Pi + logDeterminant + Array.fold2 (fun sum a b -> sum + a * b) 0.0 away solved)

    /// gaussian-mean: each observation predicted from those before it, N(m, v + sigma^2).
    let gaussianMean (prior: GaussianMeanPrior) (data: float[]) =
        let mutable mean = prior.Mean.Mean
        let mutable variance = prior.Mean.Variance
        let mutable total = 0.0

        for x in data do
            let predictive = variance + prior.NoiseVariance
            let away = x - mean
            total <- total - 0.5 * (log2Pi + log predictive + away * away / predictive)
            mean <- mean + variance / predictive * away
            variance <- variance * (prior.NoiseVariance / predictive)

        total

    /// gaussian-mean-precision: each observation predicted by Student's t from those before it.
    let gaussianMeanPrecision (prior: NormalGamma) (data: float[]) =
        let mutable m = prior.Mean
        let mutable k = prior.PrecisionScale
        let mutable a = prior.Shape
        let mutable b = prior.Rate
        let mutable total = 0.0

        for x in data do
            let away = x - m
            let scale = 2.0 * b * (1.0 + 1.0 / k)

            total <-
                total + Special.logGamma (a + 0.5)
                - Special.logGamma a
                - 0.5 * log (System.Math.PI * scale)
                - (a + 0.5) * log (1.0 + away * away / scale)

            b <- b + 0.5 * k * away * away / (k + 1.0)
            a <- a + 0.5
            m <- m + away / (k + 1.0)
            k <- k + 1.0

        total

    /// log of the integral of exp(logJoint u) over u = log tau by a plain trapezoidal sum, its peak found by a scan. To the left the integrand
    /// falls as exp((a + n/2) u), a + n/2 > 0.7 in all cases, so e^-35 of the mass lies beyond 50; to the right faster.
    let private overLogPrecision (logJoint: float -> float) =
        let peak = seq { -30.0 .. 0.25..30.0 } |> Seq.maxBy logJoint
        let top = logJoint peak
        let h = 1.0 / 16.0
        let sum = seq { -800 .. 320 } |> Seq.sumBy (fun i -> exp (logJoint (peak + h * float i) - top))
        top + log (h * sum)

    let private logPrecisionPrior (prior: LinearRegressionPrior) u =
        prior.NoisePrecision.Shape * (u + log prior.NoisePrecision.Rate)
        - prior.NoisePrecision.Rate * exp u
        - Special.logGamma prior.NoisePrecision.Shape

    /// s_d of a weight's prior N(0, s_d^2 / alpha).
    let private unitOf (prior: LinearRegressionPrior) d =
        match prior.Scales with
        | ValueSome s -> s[d]
        | ValueNone -> 1.0

    /// linear-regression with known precision of the weights: the target's normal density given tau, all weights and the intercept
    /// integrated out of the N x N covariance, then one integral over log tau.
    let regression (prior: LinearRegressionPrior) (rows: float[][]) =
        match prior.WeightPrecision with
        | Ard _ -> invalidArg (nameof prior) "there is no such integral under relevance determination"
        | Known alpha ->
            let n = rows.Length
            let columns = if n = 0 then 0 else rows[0].Length - 1
            let target = rows |> Array.map Array.last

            let centre =
                Array.init columns (fun j ->
                    if prior.Intercept.IsSome then
                        rows |> Array.averageBy (fun row -> row[j])
                    else
                        0.0)

            let shared =
                Array2D.init n n (fun i j ->
                    let mutable sum = 0.0

                    for c in 0 .. columns - 1 do
                        let unit = unitOf prior c
                        sum <- sum + (rows[i][c] - centre[c]) * (rows[j][c] - centre[c]) * unit * unit

                    sum / alpha
                    + (match prior.Intercept with
                       | ValueSome b -> b.Variance
                       | ValueNone -> 0.0))

            let mean =
                match prior.Intercept with
                | ValueSome b -> b.Mean
                | ValueNone -> 0.0

            let logJoint u =
                let tau = exp u

                let logPrior = logPrecisionPrior prior u

                // So far out nothing is left, and 1 / tau on the diagonal is lost in the rounding of what the rows share.
                if logPrior < -1e5 then
                    -infinity
                else
                    let covariance = Array2D.init n n (fun i j -> shared[i, j] + (if i = j then 1.0 / tau else 0.0))
                    jointNormal mean covariance target + logPrior

            overLogPrecision logJoint

    /// linear-regression with known precision of the weights, given u = log tau: log p(y, u) with the weights eliminated, which no scale of a
    /// column disturbs, and the exact posteriors of weights and intercept, which are independent where the columns are centred.
    let regressionGivenPrecision (prior: LinearRegressionPrior) (rows: float[][]) =
        match prior.WeightPrecision with
        | Ard _ -> invalidArg (nameof prior) "there is no such integral under relevance determination"
        | Known alpha ->
            let n = float rows.Length
            let d = rows[0].Length - 1

            let centre =
                Array.init d (fun j ->
                    if prior.Intercept.IsSome then
                        rows |> Array.averageBy (fun row -> row[j])
                    else
                        0.0)

            let struct (offset, variance) =
                match prior.Intercept with
                | ValueSome b -> struct (b.Mean, b.Variance)
                | ValueNone -> struct (0.0, 0.0)

            let target = rows |> Array.map (fun row -> row[d] - offset)
            let column j (row: float[]) = row[j] - centre[j]
            let sumOf f = rows |> Array.sumBy f
            let scatter = Array2D.init d d (fun i j -> sumOf (fun row -> column i row * column j row))
            let cross = Array.init d (fun j -> sumOf (fun row -> column j row * (row[d] - offset)))
            let mean = Array.average target
            let around = target |> Array.sumBy (fun y -> (y - mean) * (y - mean))

            fun u ->
                let tau = exp u

                let precision =
                    Array2D.init d d (fun i j ->
                        tau * scatter[i, j] + (if i = j then alpha / (unitOf prior i * unitOf prior i) else 0.0))

                let struct (logDeterminant, solved) = eliminate precision cross
                let explained = tau * Array.fold2 (fun sum a b -> sum + a * b) 0.0 cross solved
                let shared = 1.0 + tau * n * variance

                {| LogJoint =
                    0.5 * n * (u - log2Pi)
                    - 0.5
                      * (logDeterminant - float d * log alpha
                         + 2.0 * Seq.sum (Seq.init d (unitOf prior >> log))
                         + log shared)
                    - 0.5 * tau * (around + n * mean * mean / shared - explained)
                    + logPrecisionPrior prior u
                   WeightMeans = solved |> Array.map (fun w -> tau * w)
                   WeightPrecision = precision
                   InterceptMean = offset + tau * n * variance * mean / shared
                   InterceptVariance = variance / shared |}

    /// The same for columns of any scales: `regression` drowns the noise in the rows' covariance where one column is much larger.
    let regressionByWeights (prior: LinearRegressionPrior) (rows: float[][]) =
        let given = regressionGivenPrecision prior rows
        overLogPrecision (fun u -> (given u).LogJoint)

    /// Means and standard deviations of the weights and of the noise precision under the exact posterior of a linear regression with known precision of
    /// the weights: plain trapezoidal sums over log tau of what is exact given tau.
    let regressionMoments (prior: LinearRegressionPrior) (rows: float[][]) =
        let given = regressionGivenPrecision prior rows
        let peak = seq { -30.0 .. 0.25..30.0 } |> Seq.maxBy (fun u -> (given u).LogJoint)
        let top = (given peak).LogJoint
        let h = 1.0 / 16.0

        // Beyond, as for the evidence, e^-35 of the mass lies.
        let nodes =
            [| for i in -800 .. 320 do
                   let u = peak + h * float i
                   let found = given u
                   let weight = exp (found.LogJoint - top)

                   if weight > 1e-25 then
                       struct (weight, exp u, found.WeightMeans, found.WeightPrecision) |]

        let total = nodes |> Array.sumBy (fun (struct (weight, _, _, _)) -> weight)

        let expectation f =
            (nodes |> Array.sumBy (fun (struct (weight, tau, mean, precision)) -> weight * f tau mean precision))
            / total

        let tau = expectation (fun tau _ _ -> tau)
        let d = rows[0].Length - 1
        let means = Array.init d (fun j -> expectation (fun _ (mean: float[]) _ -> mean[j]))

        let variance j =
            let unit = Array.init d (fun i -> if i = j then 1.0 else 0.0)

            expectation (fun _ mean precision ->
                let struct (_, column) = eliminate precision unit
                column[j] + (mean[j] - means[j]) * (mean[j] - means[j]))

        {| Means = means
           Sds = Array.init d (variance >> sqrt)
           NoiseMean = tau
           NoiseSd = sqrt (expectation (fun t _ _ -> (t - tau) * (t - tau))) |}

    /// Means and variances of mean and precision of a normal sample under a normal-gamma prior by plain sums over both: over log tau, and given tau over
    /// the mean in steps of an eighth of its standard deviation.
    let normalGammaMoments (prior: NormalGamma) (data: float[]) =
        let n = float data.Length
        let k = prior.PrecisionScale
        let centre = (k * prior.Mean + Array.sum data) / (k + n)
        let squares = data |> Array.sumBy (fun x -> (x - centre) * (x - centre))

        let logJoint u mu =
            let tau = exp u
            // sum (x - mu)^2 about the centre.
            let pull = data |> Array.sumBy (fun x -> x - centre)
            let away = mu - centre
            let residual = squares - 2.0 * away * pull + n * away * away

            0.5 * (n + 1.0) * u - 0.5 * tau * (residual + k * (mu - prior.Mean) * (mu - prior.Mean))
            + prior.Shape * u
            - prior.Rate * tau

        let peak = seq { -30.0 .. 0.25..30.0 } |> Seq.maxBy (fun u -> logJoint u centre - 0.5 * u)
        let top = logJoint peak centre - 0.5 * peak

        let nodes =
            [| for i in -640 .. 240 do
                   let u = peak + float i / 8.0
                   let sd = exp (-0.5 * u) / sqrt (k + n)

                   for j in -80 .. 80 do
                       let mu = centre + float j / 8.0 * sd
                       let weight = exp (logJoint u mu - 0.5 * u - top)

                       if weight > 1e-30 then
                           struct (weight, mu, exp u) |]

        let total = nodes |> Array.sumBy (fun (struct (weight, _, _)) -> weight)
        let expectation f = (nodes |> Array.sumBy (fun (struct (weight, mu, tau)) -> weight * f mu tau)) / total
        let mean, precision = expectation (fun mu _ -> mu), expectation (fun _ tau -> tau)

        {| Mean = mean
           MeanVariance = expectation (fun mu _ -> (mu - mean) * (mu - mean))
           Precision = precision
           PrecisionVariance = expectation (fun _ tau -> (tau - precision) * (tau - precision)) |}

    /// KL of the factors to the exact posterior of a linear regression with known precision of the weights: over q(tau), log q(tau) - log p(tau | y)
    /// plus the divergences of q(w) and q(b) from what is exact given tau. The evidence is given.
    let regressionDivergence (prior: LinearRegressionPrior) (rows: float[][]) evidence (q: LinearRegressionPosterior) =
        let given = regressionGivenPrecision prior rows
        let logDensity u = Gamma.logDensity q.NoisePrecision (exp u) + u
        let nodes = LogScaleQuadrature.nodes logDensity

        Array.map2
            (fun u weight ->
                let exact = given u

                let weights: MvNormal =
                    { Mean = Vec.ofArray exact.WeightMeans
                      Precision =
                        Mat.init q.Weights.Mean.Length q.Weights.Mean.Length (fun i j -> exact.WeightPrecision[i, j])
                        |> Chol.factor "a posterior precision" }

                let ofIntercept =
                    match q.Intercept with
                    | ValueSome b -> Normal.klDivergence b (Normal.create exact.InterceptMean exact.InterceptVariance)
                    | ValueNone -> 0.0

                weight
                * (logDensity u - (exact.LogJoint - evidence) + MvNormal.klDivergence q.Weights weights + ofIntercept))
            nodes.Points
            nodes.Weights
        |> Array.sum

    /// linear-regression of one column with relevance determination: exp(log evidence given alpha) averaged over alpha's prior by a plain sum
    /// over log alpha. To the left the prior falls as exp(0.3 u) or faster and the evidence as exp(u / 2), so e^-35 of the mass lies beyond -45;
    /// to the right the prior is nothing at exp(12).
    let regressionOfOneColumn (prior: LinearRegressionPrior) (logEvidenceGiven: float -> float) =
        match prior.WeightPrecision with
        | Known alpha -> logEvidenceGiven alpha
        | Ard p ->
            let h = 0.25

            let values =
                [| for u in -45.0 .. h .. 12.0 -> Gamma.logDensity p (exp u) + u + logEvidenceGiven (exp u) |]

            Special.logSumExp (System.ReadOnlySpan values) + log h

    /// Normal-Wishart: log p(X) of rows that share one mean and precision (Murphy 2007, 266), second moments taken about the prior's
    /// mean, determinants by elimination.
    let normalWishart (prior: NormalWishart) (rows: float[][]) =
        let d = prior.Mean.Length
        let n = float rows.Length
        let k = prior.PrecisionScale
        let nu = prior.Precision.DegreesOfFreedom
        let inverseScale = Chol.toMat prior.Precision.InverseScale
        let away = rows |> Array.map (Array.mapi (fun j x -> x - prior.Mean[j]))
        let sum = Array.init d (fun j -> away |> Array.sumBy (fun row -> row[j]))
        let before = Array2D.init d d (fun i j -> inverseScale[i, j])

        let after =
            Array2D.init d d (fun i j ->
                inverseScale[i, j] + (away |> Array.sumBy (fun row -> row[i] * row[j])) - sum[i] * sum[j] / (k + n))

        let logGammaD x = Seq.sumBy (fun j -> Special.logGamma (x - 0.5 * float j)) (seq { 0 .. d - 1 })

        logGammaD (0.5 * (nu + n)) - logGammaD (0.5 * nu) + 0.5 * nu * logDeterminant before
        - 0.5 * (nu + n) * logDeterminant after
        - 0.5 * n * float d * log System.Math.PI
        + 0.5 * float d * log (k / (k + n))

    /// Several means and one precision: log p(X | z) of rows by component, the means of all components and the precision they share integrated
    /// out: the normal-Wishart's integral with a factor (k / (k + N_c))^(D/2) and a reduced second moment for each component. A component
    /// without rows changes nothing.
    let tiedNormalWishart (prior: NormalWishart) (groups: float[][][]) =
        let d = prior.Mean.Length
        let k = prior.PrecisionScale
        let nu = prior.Precision.DegreesOfFreedom
        let inverseScale = Chol.toMat prior.Precision.InverseScale
        let away = groups |> Array.map (Array.map (Array.mapi (fun j x -> x - prior.Mean[j])))
        let n = groups |> Array.sumBy (fun rows -> float rows.Length)
        let before = Array2D.init d d (fun i j -> inverseScale[i, j])

        let after =
            Array2D.init d d (fun i j ->
                before[i, j]
                + (away
                   |> Array.sumBy (fun rows ->
                       let sum index = rows |> Array.sumBy (fun (row: float[]) -> row[index])

                       (rows |> Array.sumBy (fun row -> row[i] * row[j])) - sum i * sum j / (k + float rows.Length))))

        let logGammaD x = Seq.sumBy (fun j -> Special.logGamma (x - 0.5 * float j)) (seq { 0 .. d - 1 })

        logGammaD (0.5 * (nu + n)) - logGammaD (0.5 * nu) + 0.5 * nu * logDeterminant before
        - 0.5 * (nu + n) * logDeterminant after
        - 0.5 * n * float d * log System.Math.PI
        + (groups |> Array.sumBy (fun rows -> 0.5 * float d * log (k / (k + float rows.Length))))
