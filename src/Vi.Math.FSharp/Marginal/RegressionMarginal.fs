namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Models without local variables, or with such as only a bound needs: the joint density of data and global parameters as it stands.
[<RequireQualifiedAccess>]
module internal RegressionMarginal =

    /// log p(x | mu, tau) of moments, mu at a place, and log tau given or at the next place.
    let ofNormal (data: Moments) (logPrecision: float voption) : CoordinateDensity =
        fun x at gradient ->
            let log = logPrecision |> ValueOption.defaultWith (fun () -> x[at + 1])
            let tau = exp log
            let away = Moments.meanFromAt 0 x[at] data
            let squares = tau * (data.Scatter[0, 0] + data.Weight * away * away)
            gradient[at] <- gradient[at] + tau * data.Weight * away

            if logPrecision.IsNone then
                gradient[at + 1] <- gradient[at + 1] + 0.5 * (data.Weight - squares)

            0.5 * (data.Weight * (log - Special.logTwoPi) - squares)

    let private weightNames columns = Array.init columns (fun j -> $"w[{j + 1}]")

    /// w, then b where there is an intercept, log tau, and log alpha where it is learned.
    let ofLinear (columns: int) (prior: LinearRegressionPrior) : Coordinates<LinearRegressionPosterior> =
        let intercept = if prior.Intercept.IsSome then [| Coordinates.normal "b" |] else [||]
        let relevance = if prior.WeightPrecision.IsArd then columns else 0

        Coordinates.pair
            (Coordinates.mvNormal (weightNames columns))
            (Coordinates.pair
                (Coordinates.all intercept)
                (Coordinates.pair
                    (Coordinates.gamma "tau")
                    (Coordinates.all (Array.init relevance (fun j -> Coordinates.gamma $"alpha[{j + 1}]")))))
        |> Coordinates.convert
            (fun (q: LinearRegressionPosterior) ->
                struct (q.Weights,
                        struct (ValueOption.toArray q.Intercept, struct (q.NoisePrecision, q.WeightPrecisions))))
            (fun (struct (weights, struct (intercept, struct (noise, relevance)))) ->
                { Weights = weights
                  Intercept = if intercept.Length = 1 then ValueSome intercept[0] else ValueNone
                  NoisePrecision = noise
                  WeightPrecisions = relevance })

    /// log p(w | alpha) + log p(b) + log p(tau) + log p(alpha).
    let priorOfLinear (columns: int) (prior: LinearRegressionPrior) : CoordinateDensity =
        let intercept = prior.Intercept |> ValueOption.map (Coordinates.normal "").LogDensity
        let ofNoise = columns + (if prior.Intercept.IsSome then 1 else 0)
        let units = WeightScales.precisions prior.Scales columns
        let noise = (Coordinates.gamma "").LogDensity prior.NoisePrecision

        let relevance =
            match prior.WeightPrecision with
            | Known _ -> ValueNone
            | Ard p -> ValueSome((Coordinates.gamma "").LogDensity p)

        fun x at gradient ->
            let ofPrecisions = at + ofNoise + 1

            let mutable value =
                Coordinates.addWeights prior.WeightPrecision units columns x at ofPrecisions gradient
                + noise x (at + ofNoise) gradient

            match intercept with
            | ValueSome density -> value <- value + density x (at + columns) gradient
            | ValueNone -> ()

            match relevance with
            | ValueSome density ->
                for j in 0 .. columns - 1 do
                    value <- value + density x (ofPrecisions + j) gradient
            | ValueNone -> ()

            value

    /// log p(y | X, w, b, tau) from the moments of all columns.
    let likelihoodOfLinear (columns: int) (prior: LinearRegressionPrior) (data: Moments) : CoordinateDensity =
        let design = LinearRegression.designOf ValueNone prior data
        let withIntercept = prior.Intercept.IsSome
        let ofNoise = columns + (if withIntercept then 1 else 0)

        fun x at gradient ->
            let w = Vec.wrap (Array.sub x at columns)
            let tau = exp x[at + ofNoise]
            let explained = Mat.multiplyVec design.Sxx w
            let spread = design.TargetScatter - 2.0 * Vec.dot w design.Sxy + Vec.dot w explained
            let target = design.Target(if withIntercept then x[at + columns] else 0.0)

            let away =
                match design.Offset with
                | ValueSome offset -> target - Vec.dot offset w
                | ValueNone -> target

            for j in 0 .. columns - 1 do
                let ofOffset =
                    match design.Offset with
                    | ValueSome offset -> design.Rows * away * offset[j]
                    | ValueNone -> 0.0

                gradient[at + j] <- gradient[at + j] + tau * (design.Sxy[j] - explained[j] + ofOffset)

            if withIntercept then
                gradient[at + columns] <- gradient[at + columns] + tau * design.Rows * away

            let squares = tau * (spread + design.Rows * away * away)
            gradient[at + ofNoise] <- gradient[at + ofNoise] + 0.5 * (design.Rows - squares)
            0.5 * (design.Rows * (x[at + ofNoise] - Special.logTwoPi) - squares)

    /// log p(y | X, w), the Bernoulli likelihood itself and not its bound.
    let likelihoodOfLogistic (prior: LogisticRegressionPrior) (batches: IBatches<Block>) : CoordinateDensity =
        let weights = prior.Weights.Mean.Length
        let centre = prior.Centre.ToArray()

        fun x at gradient ->
            let parameters =
                LogisticParameters(centre.Length, prior.Intercept, centre, Array.sub x at weights, [||])

            let read (sums: LogisticLikelihood) =
                for j in 0 .. weights - 1 do
                    gradient[at + j] <- gradient[at + j] + sums.Gradient[j]

                sums.Value

            Batches.sums
                (fun block -> LogisticKernel.AccumulateLikelihood(block, parameters))
                (fun () -> new LogisticLikelihood(weights))
                read
                batches
