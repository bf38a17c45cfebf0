namespace Vi.Verification

/// Factors of a factor model in plain arrays and plain coordinates.
type PlainFactors =
    {
        /// Means of the loadings, N rows of K.
        Means: float[][]
        /// Covariances of the loadings, N of K x K.
        Covariances: float[,][]
        /// q(1 / psi_n): shapes and rates.
        Noise: (float * float)[]
        /// q(alpha_k): shapes and rates; empty where alpha is known.
        Relevance: (float * float)[]
    }

namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The factor model written a second time: row by row, entry by entry, without frames, statistics or R'R. Slow.
[<RequireQualifiedAccess>]
module PlainFactorModel =

    let private log2Pi = 1.8378770664093454836

    /// log |A| and A^-1 of a positive definite matrix by Gauss and Jordan.
    let private invert (matrix: float[,]) : struct (float * float[,]) =
        let n = matrix.GetLength 0
        let a = Array2D.copy matrix
        let inverse = Array2D.init n n (fun i j -> if i = j then 1.0 else 0.0)
        let mutable logDeterminant = 0.0

        for k in 0 .. n - 1 do
            let pivot = a[k, k]
            logDeterminant <- logDeterminant + log pivot

            for j in 0 .. n - 1 do
                a[k, j] <- a[k, j] / pivot
                inverse[k, j] <- inverse[k, j] / pivot

            for i in 0 .. n - 1 do
                if i <> k then
                    let factor = a[i, k]

                    for j in 0 .. n - 1 do
                        a[i, j] <- a[i, j] - factor * a[k, j]
                        inverse[i, j] <- inverse[i, j] - factor * inverse[k, j]

        struct (logDeterminant, inverse)

    let private sumOf count f = Seq.init count f |> Seq.sum

    let private solve (inverse: float[,]) (v: float[]) =
        Array.init v.Length (fun i -> sumOf v.Length (fun j -> inverse[i, j] * v[j]))

    /// E[x x'].
    let private second (mean: float[]) (covariance: float[,]) =
        Array2D.init mean.Length mean.Length (fun i j -> covariance[i, j] + mean[i] * mean[j])

    /// The factors in plain coordinates: b = A' b~.
    let ofPosterior (q: FactorModelPosterior) : PlainFactors =
        let a = q.Frame.Matrix
        let k = a.Rows

        { Means =
            FactorLoadings.rows q.Loadings
            |> Array.map (fun row -> Array.init k (fun j -> sumOf k (fun i -> a[i, j] * row.Mean[i])))
          Covariances =
            FactorLoadings.rows q.Loadings
            |> Array.map (fun row ->
                let struct (_, covariance) =
                    let precision = Chol.toMat row.Precision
                    invert (Array2D.init k k (fun i j -> precision[i, j]))

                Array2D.init k k (fun i j ->
                    sumOf k (fun l -> sumOf k (fun m -> a[l, i] * covariance[l, m] * a[m, j]))))
          Noise = q.NoisePrecisions |> Array.map (fun d -> d.Shape, d.Rate)
          Relevance = q.LoadingPrecisions |> Array.map (fun d -> d.Shape, d.Rate) }

    /// s_n^2 of a column's priors.
    let private unitSquare (prior: FactorModelPrior) n =
        match prior.Scales with
        | ValueSome s -> s[n] * s[n]
        | ValueNone -> 1.0

    let private noiseOf (prior: FactorModelPrior) n : Gamma =
        { prior.NoisePrecision with Rate = prior.NoisePrecision.Rate * unitSquare prior n }

    let private alphaOf (prior: FactorModelPrior) (q: PlainFactors) =
        match prior.LoadingPrecision with
        | Known alpha -> Array.create prior.Factors (alpha, log alpha)
        | Ard _ -> q.Relevance |> Array.map (fun (a, b) -> a / b, Special.digamma a - log b)

    /// Optimal q(f_t) of a row: mean, covariance and log |covariance|.
    let private factorsOf k (q: PlainFactors) (row: float[]) =
        let observed =
            [| for n in 0 .. row.Length - 1 do
                   if not (Double.IsNaN row[n]) then
                       n |]

        let tau n = fst q.Noise[n] / snd q.Noise[n]
        let seconds = observed |> Array.map (fun n -> n, second q.Means[n] q.Covariances[n])

        let precision =
            Array2D.init k k (fun i j ->
                (if i = j then 1.0 else 0.0) + (seconds |> Array.sumBy (fun (n, e) -> tau n * e[i, j])))

        let struct (logDeterminant, covariance) = invert precision

        let pull = Array.init k (fun i -> observed |> Array.sumBy (fun n -> tau n * q.Means[n][i] * row[n]))

        solve covariance pull, covariance, -logDeterminant

    /// Mean and covariance of the factors at a row, NaN where an entry is missing.
    let factorsAt (q: PlainFactors) (row: float[]) : struct (float[] * float[,]) =
        let mean, covariance, _ = factorsOf q.Means[0].Length q row
        struct (mean, covariance)

    /// E[b_nk^2] of a column by factor, and its variance: their sum and E[psi_n], which counts where it is finite.
    let varianceOf (q: PlainFactors) n : struct (float[] * float) =
        let squares = q.Means[n] |> Array.mapi (fun k mean -> mean * mean + q.Covariances[n].[k, k])
        let shape, rate = q.Noise[n]
        let own = if shape > 1.0 then rate / (shape - 1.0) else 0.0
        struct (squares, Array.sum squares + own)

    /// E (r - b'f)^2.
    let private residual (r: float) (b: float[]) (bb: float[,]) (f: float[]) (ff: float[,]) =
        let k = b.Length

        r * r - 2.0 * r * sumOf k (fun i -> b[i] * f[i])
        + sumOf k (fun i -> sumOf k (fun j -> bb[i, j] * ff[i, j]))

    /// The whole bound at the given factors with the optimal q(F).
    let elbo (prior: FactorModelPrior) (rows: float[][]) (q: PlainFactors) =
        let k = prior.Factors
        let mutable total = 0.0

        for row in rows do
            let f, covariance, logDeterminant = factorsOf k q row
            let ff = second f covariance

            for n in 0 .. row.Length - 1 do
                if not (Double.IsNaN row[n]) then
                    let a, b = q.Noise[n]

                    total <-
                        total + 0.5 * (Special.digamma a - log b - log2Pi)
                        - 0.5 * a / b * residual row[n] q.Means[n] (second q.Means[n] q.Covariances[n]) f ff

            // E log p(f) + H[q(f)]
            total <- total - 0.5 * sumOf k (fun i -> ff[i, i]) + 0.5 * logDeterminant + 0.5 * float k

        let alpha = alphaOf prior q

        for n in 0 .. q.Means.Length - 1 do
            let bb = second q.Means[n] q.Covariances[n]
            let struct (logDeterminant, _) = invert q.Covariances[n]
            total <- total + 0.5 * logDeterminant + 0.5 * float k

            for i in 0 .. k - 1 do
                let mean, logMean = alpha[i]
                let unit = unitSquare prior n
                total <- total + 0.5 * (logMean - log unit) - 0.5 * mean * bb[i, i] / unit

        let againstGamma (p: Gamma) (a, b) =
            let logMean = Special.digamma a - log b

            p.Shape * log p.Rate - Special.logGamma p.Shape + (p.Shape - 1.0) * logMean - p.Rate * a / b + a
            - log b
            + Special.logGamma a
            + (1.0 - a) * Special.digamma a

        for n in 0 .. q.Noise.Length - 1 do
            total <- total + againstGamma (noiseOf prior n) q.Noise[n]

        match prior.LoadingPrecision with
        | Ard p -> total + Array.sumBy (againstGamma p) q.Relevance
        | Known _ -> total

    /// One sweep without rotation: q(F), q(B), q(psi), q(alpha).
    let sweep (prior: FactorModelPrior) (rows: float[][]) (q: PlainFactors) : PlainFactors =
        let k = prior.Factors

        let factors =
            rows
            |> Array.map (fun row ->
                let f, covariance, _ = factorsOf k q row
                f, second f covariance)

        let observed n =
            [| for t in 0 .. rows.Length - 1 do
                   if not (Double.IsNaN(rows[t][n])) then
                       t |]

        let mean t : float[] = fst (Array.item t factors)
        let moment t : float[,] = snd (Array.item t factors)
        let alpha = alphaOf prior q

        let loadings =
            Array.init q.Means.Length (fun n ->
                let tau = fst q.Noise[n] / snd q.Noise[n]

                let precision =
                    Array2D.init k k (fun i j ->
                        (if i = j then fst alpha[i] / unitSquare prior n else 0.0)
                        + (observed n |> Array.sumBy (fun t -> tau * (moment t)[i, j])))

                let struct (_, covariance) = invert precision

                let pull = Array.init k (fun i -> observed n |> Array.sumBy (fun t -> tau * (mean t)[i] * rows[t][n]))

                solve covariance pull, covariance)

        { Means = Array.map fst loadings
          Covariances = Array.map snd loadings
          Noise =
            loadings
            |> Array.mapi (fun n (loading, covariance) ->
                let seen = observed n
                let bb = second loading covariance

                prior.NoisePrecision.Shape + 0.5 * float seen.Length,
                (noiseOf prior n).Rate
                + 0.5 * (seen |> Array.sumBy (fun t -> residual (rows[t][n]) loading bb (mean t) (moment t))))
          Relevance =
            match prior.LoadingPrecision with
            | Known _ -> [||]
            | Ard p ->
                Array.init k (fun i ->
                    p.Shape + 0.5 * float loadings.Length,
                    p.Rate
                    + 0.5
                      * (loadings
                         |> Array.mapi (fun n (mean, covariance) ->
                             (mean[i] * mean[i] + covariance[i, i]) / unitSquare prior n)
                         |> Array.sum)) }

    /// The exact evidence of one column and K factors with loadings of known precision: |b|^2 = v ~ Gamma(K/2, alpha/2), and given v and
    /// tau the entries are independent N(0, v + 1/tau); two integrals on logarithmic scales remain.
    let evidenceOfOneColumn (prior: FactorModelPrior) (alpha: float) (column: float[]) =
        let seen = column |> Array.filter (fun r -> not (Double.IsNaN r))
        let squares = seen |> Array.sumBy (fun r -> r * r)
        let count = float seen.Length
        let ofSize = Gamma.create (0.5 * float prior.Factors) (0.5 * alpha / unitSquare prior 0)

        // Whatever v, the integrand over w = log tau dies out between where the prior does and where the posterior for v = 0 does.
        let precision = noiseOf prior 0

        let places =
            [ precision; Gamma.create (precision.Shape + 0.5 * count) (precision.Rate + 0.5 * squares) ]
            |> List.map (fun d -> (LogScaleQuadrature.nodes (fun w -> Gamma.logDensity d (exp w) + w)).Points)

        let low = places |> List.map Array.head |> List.min
        let high = places |> List.map Array.last |> List.max
        let steps = 1024
        let h = (high - low) / float steps
        let points = Array.init (steps + 1) (fun i -> low + h * float i)
        let noise = points |> Array.map (fun w -> exp -w)
        let logPrior = points |> Array.map (fun w -> Gamma.logDensity precision (exp w) + w)

        let outer =
            LogScaleQuadrature.nodes (fun u ->
                let v = exp u

                let values =
                    Array.map2
                        (fun noise logPrior ->
                            let variance = v + noise
                            logPrior - 0.5 * count * (log2Pi + log variance) - 0.5 * squares / variance)
                        noise
                        logPrior

                Special.logSumExp (ReadOnlySpan values) + log h + Gamma.logDensity ofSize v + u)

        outer.LogIntegral
