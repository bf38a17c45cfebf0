namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// A precision matrix Lambda = W'W (D x D) by its whitening W, a lower triangle: row by row its entries below the diagonal and the logarithms of
/// those on it. W whitens deviations without a factorisation, and |dLambda / dW| = 2^D prod_i W_ii^i with i from 1.
[<RequireQualifiedAccess>]
module internal WhiteningCoordinates =

    /// D (D + 1) / 2.
    let size = Symmetric.packedLength

    let private place i j = i * (i + 1) / 2 + j

    /// Names of the coordinates of a matrix; the prefix is what stands before the entry's own two indices.
    let names (symbol: string) (prefix: string) dimension =
        [| for i in 1..dimension do
               for j in 1..i -> $"{symbol}[{prefix}{i},{j}]" |]

    /// W (D x D, row by row).
    let matrix dimension (x: float[]) at : float[] =
        let w: float[] = Array.zeroCreate (dimension * dimension)

        for i in 0 .. dimension - 1 do
            for j in 0 .. i - 1 do
                w[i * dimension + j] <- x[at + place i j]

            w[i * dimension + i] <- exp x[at + place i i]

        w

    /// log |W|.
    let logDeterminant dimension (x: float[]) at =
        let mutable sum = 0.0

        for i in 0 .. dimension - 1 do
            sum <- sum + x[at + place i i]

        sum

    /// The coordinates of the W that whitens by the expected precision.
    let ofWishart (d: Wishart) : float[] =
        let w = Chol.inverseLower d.InverseScale |> Mat.scale (sqrt d.DegreesOfFreedom)

        [| for i in 0 .. w.Rows - 1 do
               for j in 0..i -> if i = j then log w[i, i] else w[i, j] |]

    /// The largest absolute logarithm of an entry on the diagonal that a distribution is pinned at: squares of larger ones leave double precision.
    let private mostLog = 300.0

    /// The Wishart distribution pinned at coordinates. Draws of a wide approximation can have entries beyond double precision, which count as the largest or
    /// the smallest that it holds.
    let toWishart dimension (x: float[]) at : Wishart =
        let w = matrix dimension x at

        for i in 0 .. dimension - 1 do
            w[i * dimension + i] <- exp (max -mostLog (min mostLog x[at + place i i]))

        Pin.whitened (Chol.ofLower (Mat.wrap dimension dimension w))

    /// Adds count times the gradient of log |W|, and that of -tr(W A W') / 2 for a symmetric A (D x D, its lower triangle is read); gives the
    /// trace.
    let addScatter dimension (w: float[]) (count: float) (a: ReadOnlySpan<float>) (gradient: float[]) at : float =
        let mutable trace = 0.0

        for i in 0 .. dimension - 1 do
            for j in 0..i do
                let mutable product = 0.0

                for l in 0..i do
                    product <- product + w[i * dimension + l] * a[(max l j) * dimension + min l j]

                let entry = w[i * dimension + j]
                trace <- trace + product * entry
                let slope = if i = j then count - product * entry else -product
                gradient[at + place i j] <- gradient[at + place i j] + slope

        trace

    /// Adds W'W s: the gradient in a mean whose rows' deviations add up to s (D).
    let addShift dimension (w: float[]) (s: ReadOnlySpan<float>) (gradient: float[]) at =
        for i in 0 .. dimension - 1 do
            let whitened = LinearAlgebra.Dot(ReadOnlySpan(w, i * dimension, i + 1), s.Slice(0, i + 1))

            for j in 0..i do
                gradient[at + j] <- gradient[at + j] + w[i * dimension + j] * whitened

    /// log density of K means and W: with deviations d_k of the means from those of the distribution,
    /// A = V^-1 + sum_k beta_k d_k d_k' and V^-1 the inverse scale, sum_i (nu - D + K + i) log W_ii - tr(W A W') / 2 and constants, i from 1.
    let private density (q: TiedNormalWishart) : CoordinateDensity =
        let dimension = TiedNormalWishart.dimension q
        let count = q.Means.Length
        let inverseScale = (Chol.toMat q.Precision.InverseScale).ToArray()

        let constant =
            float dimension * log 2.0 - Wishart.logNormalizer q.Precision
            + 0.5 * float dimension * Vec.sumBy (fun beta -> log beta - Special.logTwoPi) q.PrecisionScales

        fun x at gradient ->
            let ofWhitening = at + count * dimension
            let w = matrix dimension x ofWhitening
            let a = Array.copy inverseScale
            let pull: float[] = Array.zeroCreate dimension

            for k in 0 .. count - 1 do
                let first = at + k * dimension
                let mean = q.Means[k]

                for i in 0 .. dimension - 1 do
                    pull[i] <- q.PrecisionScales[k] * (mean[i] - x[first + i])

                    for j in 0..i do
                        a[i * dimension + j] <- a[i * dimension + j] + pull[i] * (mean[j] - x[first + j])

                addShift dimension w (ReadOnlySpan pull) gradient first

            let trace = addScatter dimension w 0.0 (ReadOnlySpan a) gradient ofWhitening
            let mutable logs = 0.0

            for i in 0 .. dimension - 1 do
                let exponent = q.Precision.DegreesOfFreedom - float (dimension - count - i - 1)
                let diagonal = ofWhitening + place i i
                logs <- logs + exponent * x[diagonal]
                gradient[diagonal] <- gradient[diagonal] + exponent

            constant + logs - 0.5 * trace

    /// K means and the precision that they share, in this order.
    let tied (count: int) (dimension: int) : Coordinates<TiedNormalWishart> =
        { Names =
            [| for k in 1..count do
                   for j in 1..dimension -> $"mu[{k},{j}]"
               yield! names "Lambda" "" dimension |]
          LogDensity = density
          OfFactor = fun q -> [| yield! Array.collect Vec.toArray q.Means; yield! ofWishart q.Precision |]
          ToFactor =
            fun x at ->
                Pin.tied
                    (Array.init count (fun k -> Vec.wrap (Array.sub x (at + k * dimension) dimension)))
                    (toWishart dimension x (at + count * dimension)) }

    /// Mean and precision of component k, from 1.
    let ofComponent (k: int) (dimension: int) : Coordinates<NormalWishart> =
        { Coordinates.convert (TiedNormalWishart.replicate 1) (TiedNormalWishart.marginal 0) (tied 1 dimension) with
            Names =
                [| yield! Array.init dimension (fun j -> $"mu[{k},{j + 1}]")
                   yield! names "Lambda" $"{k}," dimension |] }

    /// A precision matrix alone.
    let ofMatrix (symbol: string) (dimension: int) : Coordinates<Wishart> =
        let alone (d: Wishart) : TiedNormalWishart = { Means = [||]; PrecisionScales = Vec.zero 0; Precision = d }
        { Coordinates.convert alone _.Precision (tied 0 dimension) with Names = names symbol "" dimension }
