namespace Vi.Math.FSharp

open System
open Vi.Math

/// Data drawn from models whose parameters are known. Draws of a seed are part of what stored experiments repeat, so sums here are in plain
/// arithmetic and in a fixed order.
[<RequireQualifiedAccess>]
module SyntheticData =

    let private dot (a: float[]) (b: float[]) = Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

    /// From N(mean, sd^2).
    let normal (mean: float) (sd: float) (rng: Rng) : struct (float * Rng) =
        let struct (z, rng) = Rng.normal rng
        struct (mean + sd * z, rng)

    /// N rows of D standard normal predictors and, last, a target drawn given intercept + weights . x.
    let regression
        (weights: float[])
        (intercept: float)
        (target: float -> Rng -> struct (float * Rng))
        (count: int)
        (rng: Rng)
        : struct (float[][] * Rng) =
        let row rng =
            let struct (x, rng) = Rng.array weights.Length Rng.normal rng
            let struct (y, rng) = target (Array.fold2 (fun sum w x -> sum + w * x) intercept weights x) rng
            struct (Array.append x [| y |], rng)

        Rng.array count row rng

    /// 1 with the probability that has these log odds, otherwise 0.
    let bernoulli (logOdds: float) (rng: Rng) : struct (float * Rng) =
        let struct (u, rng) = Rng.uniform rng
        struct ((if u < LogisticRegression.sigmoid logOdds then 1.0 else 0.0), rng)

    /// The lower factor L with L L' = covariance, row by row; nothing where the matrix (D x D) is not symmetric and positive definite.
    let tryFactor (covariance: float[][]) : float[][] voption =
        let factor = covariance |> Array.map (fun row -> Array.zeroCreate row.Length)

        let entry i j =
            let mutable rest = covariance[i][j]

            for k in 0 .. j - 1 do
                rest <- rest - factor[i][k] * factor[j][k]

            factor[i][j] <- if i = j then sqrt rest else rest / factor[j][j]
            covariance[i][j] = covariance[j][i] && (i <> j || rest > 0.0)

        let isFactored =
            Seq.forall (fun i -> Seq.forall (entry i) (seq { 0..i })) (seq { 0 .. covariance.Length - 1 })

        if isFactored then ValueSome factor else ValueNone

    /// Of a normal mixture: so many rows (D numbers) of each component with its mean (D) and lower factor of the covariance, shuffled, each with
    /// the index of its component.
    let mixture
        (counts: int[])
        (means: float[][])
        (factors: float[][][])
        (rng: Rng)
        : struct (struct (float[] * int)[] * Rng) =
        let row k rng =
            let struct (noise, rng) = Rng.array means[k].Length Rng.normal rng

            let entry d =
                let factor: float[] = factors[k][d]
                Seq.fold (fun sum e -> sum + factor[e] * noise[e]) (means[k][d]) (seq { 0..d })

            struct (struct (Array.init noise.Length entry, k), rng)

        let drawn, rng =
            Array.mapFold
                (fun rng k ->
                    let struct (rows, rng) = Rng.array counts[k] (row k) rng
                    rows, rng)
                rng
                [| 0 .. counts.Length - 1 |]

        let rows = Array.concat drawn
        let struct (order, rng) = Rng.permutation rows.Length rng
        struct (Array.map (fun i -> rows[i]) order, rng)

    /// The place at which the running sum of probabilities exceeds a uniform number.
    let private place (probabilities: float[]) (rng: Rng) : struct (int * Rng) =
        let struct (u, rng) = Rng.uniform rng
        let last = probabilities.Length - 1

        let rec search k (rest: float) =
            if k = last || rest - probabilities[k] < 0.0 then
                k
            else
                search (k + 1) (rest - probabilities[k])

        struct (search 0 u, rng)

    /// N numbers whose mean and standard deviation follow a Markov chain that begins in its first state; each with its state.
    let regimes
        (transitions: float[][])
        (means: float[])
        (sds: float[])
        (count: int)
        (rng: Rng)
        : struct (struct (float * int)[] * Rng) =
        let step (state: int, rng) t =
            let struct (state, rng) = if t = 0 then struct (0, rng) else place transitions[state] rng

            let struct (x, rng) = normal means[state] sds[state] rng
            struct (x, state), (state, rng)

        let drawn, (_, rng) = Array.mapFold step (0, rng) [| 0 .. count - 1 |]
        struct (drawn, rng)

    /// N returns from N(mean, exp h_t), each with its log variance h_t: a first-order autoregression about mu with persistence phi in (-1, 1) and
    /// innovations of standard deviation sigma, which begins in its stationary distribution.
    let volatility
        (mean: float)
        (mu: float)
        (phi: float)
        (sigma: float)
        (count: int)
        (rng: Rng)
        : struct (struct (float * float)[] * Rng) =
        let step (h: float, rng) _ =
            let struct (x, rng) = normal mean (exp (0.5 * h)) rng
            let struct (z, rng) = Rng.normal rng
            struct (x, h), (mu + phi * (h - mu) + sigma * z, rng)

        let struct (first, rng) = normal mu (sigma / sqrt (1.0 - phi * phi)) rng
        let drawn, (_, rng) = Array.mapFold step (first, rng) [| 1..count |]
        struct (drawn, rng)

    /// N rows of a factor model, each with its factors f (K) from N(0, I): entry n is loadings[n] . f plus normal noise of variance psi[n].
    let factors
        (loadings: float[][])
        (psi: float[])
        (count: int)
        (rng: Rng)
        : struct (struct (float[] * float[])[] * Rng) =
        let row rng =
            let struct (f, rng) = Rng.array loadings[0].Length Rng.normal rng

            let entry rng n =
                let struct (x, rng) = normal (dot loadings[n] f) (sqrt psi[n]) rng
                x, rng

            let x, rng = Array.mapFold entry rng [| 0 .. loadings.Length - 1 |]
            struct (struct (x, f), rng)

        Rng.array count row rng
