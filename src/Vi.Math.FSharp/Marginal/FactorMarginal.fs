namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Factor models with the factors integrated out: the observed entries of a row are N(0, B B' + diag psi). By Woodbury's identity and the
/// determinant lemma a row needs its factors' posterior given B and psi alone, of K numbers; by Fisher's identity so does the gradient. Both come
/// from the statistics that coordinate ascent gathers, at a point.
[<RequireQualifiedAccess>]
module internal FactorMarginal =

    /// B row by row, then log 1 / psi of each column, then log alpha of each factor where it is learned.
    let coordinates (columns: int) (prior: FactorModelPrior) : Coordinates<FactorModelPosterior> =
        let row n = Coordinates.mvNormal (Array.init prior.Factors (fun k -> $"B[{n + 1},{k + 1}]"))

        let precisions symbol count =
            Coordinates.all (Array.init count (fun n -> Coordinates.gamma $"{symbol}[{n + 1}]"))

        Coordinates.pair
            (Coordinates.all (Array.init columns row))
            (Coordinates.pair
                (precisions "psi" columns)
                (precisions "alpha" (if prior.LoadingPrecision.IsArd then prior.Factors else 0)))
        |> Coordinates.convert
            (fun (q: FactorModelPosterior) ->
                let plain = FactorModel.inFrame (FactorFrame.identity prior.Factors) q
                struct (FactorLoadings.rows plain.Loadings, struct (q.NoisePrecisions, q.LoadingPrecisions)))
            (fun (struct (rows, struct (noise, relevance))) ->
                { Frame = FactorFrame.identity prior.Factors
                  Loadings = FactorLoadings.ofRows rows
                  NoisePrecisions = noise
                  LoadingPrecisions = relevance })

    /// log p(B | alpha) + log p(psi) + log p(alpha).
    let logPrior (columns: int) (prior: FactorModelPrior) : CoordinateDensity =
        let k = prior.Factors
        let ofNoise = columns * k

        let noise =
            Array.init columns (fun n -> (Coordinates.gamma "").LogDensity(FactorModelPrior.noise prior n))

        let units = WeightScales.precisions prior.Scales columns |> Array.collect (Array.replicate k)

        let relevance =
            match prior.LoadingPrecision with
            | Known _ -> ValueNone
            | Ard p -> ValueSome((Coordinates.gamma "").LogDensity p)

        fun x at gradient ->
            let ofPrecisions = at + ofNoise + columns

            let mutable value = Coordinates.addWeights prior.LoadingPrecision units k x at ofPrecisions gradient

            for n in 0 .. columns - 1 do
                value <- value + noise[n] x (at + ofNoise + n) gradient

            match relevance with
            | ValueNone -> value
            | ValueSome density ->
                for j in 0 .. k - 1 do
                    value <- value + density x (ofPrecisions + j) gradient

                value

    /// Loadings and noise at a point, as statistics read them: rows that share the plain basis, without spread.
    let private point columns factors (x: float[]) at : FactorModelPosterior =
        let means = Mat.init factors columns (fun k n -> x[at + n * factors + k])

        { Frame = FactorFrame.identity factors
          Loadings = FactorLoadings.shared (Mat.identity factors) 0.0 means (Mat.zero factors columns)
          NoisePrecisions = Array.init columns (fun n -> { Shape = exp x[at + columns * factors + n]; Rate = 1.0 })
          LoadingPrecisions = [||] }

    /// log p(R | B, psi) from the statistics that a reader gives at a point: with C_n observed entries of column n and S_t the covariance of the
    /// factors of row t, sum_n (C_n (log tau_n - log 2 pi) - tau_n residual_n) / 2 + (sum_t log |S_t| - sum_t E[f_t'f_t] + T K) / 2.
    let private logLikelihoodOf columns factors (read: FactorModelPosterior -> FactorStatistics) : CoordinateDensity =
        fun x at gradient ->
            let q = point columns factors x at
            let data = read q
            let residuals = FactorBound.residuals data q

            let gram n =
                if FactorStatistics.isComplete data then
                    data.Gram
                else
                    FactorStatistics.gramOf data n

            let mutable value = 0.5 * (data.LogDeterminants - Mat.trace data.Gram + data.Rows * float factors)

            for n in 0 .. columns - 1 do
                let first = at + n * factors
                let ofNoise = at + columns * factors + n
                let tau = exp x[ofNoise]
                let gram = gram n

                for k in 0 .. factors - 1 do
                    let explained =
                        LinearAlgebra.Dot(gram.AsSpan().Slice(k * factors, factors), ReadOnlySpan(x, first, factors))

                    gradient[first + k] <- gradient[first + k] + tau * (data.Cross[k, n] - explained)

                value <- value + 0.5 * (data.Counts[n] * (x[ofNoise] - Special.logTwoPi) - tau * residuals[n])
                gradient[ofNoise] <- gradient[ofNoise] + 0.5 * (data.Counts[n] - tau * residuals[n])

            value

    /// The same, minus infinity where loadings and noise are so far apart that the factors' precision cannot be factorised.
    let logLikelihood (columns: int) (factors: int) (data: FactorData) : CoordinateDensity =
        let read: FactorModelPosterior -> FactorStatistics =
            match data with
            | Reduced scatter -> fun q -> FactorStatistics.ofScatter q scatter
            | RowByRow(rows, centre) -> fun q -> FactorStatistics.ofRows centre q rows

        let density = logLikelihoodOf columns factors read

        fun x at gradient ->
            try
                density x at gradient
            with
            | :? ArithmeticException -> Double.NegativeInfinity
            | :? AggregateException as failure when (failure.InnerException :? ArithmeticException) ->
                Double.NegativeInfinity
