namespace Vi.Math

/// Responsibility-weighted moments of K components that share a covariance: means of their own, second moments together.
type TiedMoments =
    {
        /// Weight of each component (K).
        Weights: Vec
        /// Weighted means (K of D numbers), rounded; zeros where the weight is zero.
        Means: Vec[]
        /// What rounding took from the means.
        MeanRests: Vec[]
        /// Scatter of every component about its own mean, summed over components (D x D).
        Scatter: Mat
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Normal components with one precision matrix Lambda ~ Wishart and means mu_k | Lambda ~ N(m_0, (beta_0 Lambda)^-1): given z this prior is
/// conjugate to all means and Lambda together, so q(mu_1 ... mu_K, Lambda) is one factor, a normal-Wishart with K means.
[<RequireQualifiedAccess>]
module TiedComponents =

    let private addOuter (s: float) (v: Vec) (sum: Mat) = Mat.add sum (Mat.outer s v v)

    /// How moments of separate blocks add up.
    let monoid (count: int) (dimension: int) : Monoid<TiedMoments> =
        let none = Vec.zero dimension

        let zero: TiedMoments =
            { Weights = Vec.zero count
              Means = Array.create count none
              MeanRests = Array.create count none
              Scatter = Mat.zero dimension dimension }

        let combine (a: TiedMoments) (b: TiedMoments) : TiedMoments =
            let means = Array.copy a.Means
            let rests = Array.copy a.MeanRests
            let mutable scatter = Mat.add a.Scatter b.Scatter

            for k in 0 .. count - 1 do
                if a.Weights[k] = 0.0 then
                    means[k] <- b.Means[k]
                    rests[k] <- b.MeanRests[k]
                elif b.Weights[k] > 0.0 then
                    let struct (shift, mean, rest) =
                        Moments.between
                            (a.Weights[k], a.Means[k], a.MeanRests[k])
                            (b.Weights[k], b.Means[k], b.MeanRests[k])

                    let cross = a.Weights[k] * (b.Weights[k] / (a.Weights[k] + b.Weights[k]))
                    scatter <- addOuter cross shift scatter
                    means[k] <- mean
                    rests[k] <- rest

            { Weights = Vec.add a.Weights b.Weights; Means = means; MeanRests = rests; Scatter = scatter }

        { Zero = zero; Combine = combine }

    /// The way of each component's mean from given points (K).
    let private shifts (points: Vec[]) (data: TiedMoments) =
        Array.init points.Length (fun k -> Vec.add (Vec.subtract data.Means[k] points[k]) data.MeanRests[k])

    /// The exact posterior of all means and the precision given weighted data: with N = sum_k N_k, nu = nu_0 + N and
    /// W^-1 = W_0^-1 + S + sum_k beta_0 N_k / (beta_0 + N_k) (xbar_k - m_0)(xbar_k - m_0)'.
    let posterior (prior: NormalWishart) (data: TiedMoments) : TiedNormalWishart =
        let count = data.Weights.Length
        let total = Vec.sum data.Weights

        if total = 0.0 then
            TiedNormalWishart.replicate count prior
        else
            let beta = prior.PrecisionScale
            let shifts = shifts (Array.create count prior.Mean) data
            let share k = data.Weights[k] / (beta + data.Weights[k])

            let inverseScale =
                (Mat.add (Chol.toMat prior.Precision.InverseScale) data.Scatter, seq { 0 .. count - 1 })
                ||> Seq.fold (fun sum k ->
                    if data.Weights[k] = 0.0 then sum else addOuter (beta * share k) shifts[k] sum)

            { Means =
                Array.init count (fun k ->
                    if data.Weights[k] = 0.0 then
                        prior.Mean
                    else
                        Vec.addScaled (share k) shifts[k] prior.Mean)
              PrecisionScales = Vec.map (fun weight -> beta + weight) data.Weights
              Precision =
                { DegreesOfFreedom = prior.Precision.DegreesOfFreedom + total
                  InverseScale = Chol.factor "the components' inverse scale matrix" inverseScale } }

    /// E[log p(X | z, mu, Lambda)] of weighted data.
    let expectedLogLikelihood (data: TiedMoments) (c: TiedNormalWishart) =
        let d = float (TiedNormalWishart.dimension c)
        let expected = TiedNormalWishart.expectedLogDeterminant c
        let inverseScale = c.Precision.InverseScale
        let shifts = shifts c.Means data
        let mutable constants = 0.0
        let mutable squares = Chol.traceOfInverseTimes inverseScale data.Scatter

        for k in 0 .. shifts.Length - 1 do
            let weight = data.Weights[k]

            if weight > 0.0 then
                constants <- constants + weight * (expected - d / c.PrecisionScales[k] - d * Special.logTwoPi)
                squares <- squares + weight * Chol.inverseQuadratic inverseScale shifts[k]

        0.5 * constants - 0.5 * c.Precision.DegreesOfFreedom * squares

    /// log rho_nk = E log pi_k + E log|Lambda| / 2 - D/2 log 2 pi - D / (2 beta_k) - nu (x - m_k)' W (x - m_k) / 2.
    let private kernelParameters (logWeights: Vec) (c: TiedNormalWishart) : TiedMixtureParameters =
        let d = TiedNormalWishart.dimension c
        let expected = 0.5 * TiedNormalWishart.expectedLogDeterminant c
        let root = sqrt c.Precision.DegreesOfFreedom

        TiedMixtureParameters(
            c.Means.Length,
            d,
            Array.init c.Means.Length (fun k ->
                logWeights[k] + expected - 0.5 * float d * (Special.logTwoPi + 1.0 / c.PrecisionScales[k])),
            c.Means |> Array.collect Vec.toArray,
            (Chol.inverseLower c.Precision.InverseScale |> Mat.scale root).ToArray()
        )

    let private momentsOf (parameters: TiedMixtureParameters) (sums: TiedMixtureSums) : TiedMoments =
        let d = parameters.Dimension
        let count = parameters.Components

        // Each component by itself, without second moments: mean and weight as elsewhere.
        let own =
            Array.init count (fun k ->
                DiagonalMoments.ofSums
                    (ReadOnlySpan(parameters.Means, k * d, d))
                    sums.Counts[k]
                    (sums.SumsOf k)
                    (ReadOnlySpan(Array.zeroCreate d)))

        let scatter, sumsOf, counts = sums.Scatter.ToArray(), sums.Sums.ToArray(), sums.Counts.ToArray()

        // About the components' own means: less sum_k N_k (xbar_k - m_k)(xbar_k - m_k)'.
        let within i j =
            let mutable value = scatter[i * d + j]

            for k in 0 .. count - 1 do
                if own[k].Weight > 0.0 then
                    value <- value - sumsOf[k * d + i] * (sumsOf[k * d + j] / counts[k])

            value

        { Weights = Vec.init count (fun k -> own[k].Weight)
          Means = own |> Array.map (fun m -> m.Mean)
          MeanRests = own |> Array.map (fun m -> m.MeanRest)
          Scatter = Mat.init d d (fun i j -> within (max i j) (min i j)) }

    /// What is read off the sums over all rows under given parameters.
    let internal gather (parameters: TiedMixtureParameters) (choice: Block -> LocalChoice) read =
        Batches.sums
            (fun block -> TiedMixtureKernel.Accumulate(block, parameters, choice block))
            (fun () -> new TiedMixtureSums(parameters.Components, parameters.Dimension))
            read

    let private accumulate locals logWeights components =
        let parameters = kernelParameters logWeights components

        gather parameters (Locals.choice locals) (fun sums ->
            { Components = momentsOf parameters sums; Entropy = sums.Entropy })

    let private assign (centres: Vec[]) (units: Vec) =
        let parameters =
            TiedMixtureParameters(
                centres.Length,
                units.Length,
                Array.zeroCreate centres.Length,
                centres |> Array.collect Vec.toArray,
                (Mat.diagonalOf (Vec.map (fun u -> 1.0 / u) units)).ToArray()
            )

        gather parameters (fun _ -> LocalChoice.MostProbable) (momentsOf parameters)

    let private select order (v: Vec) = Vec.init (Array.length order) (fun i -> v[order[i]])

    /// The rows of one component counted with another's.
    let private merge into from (data: TiedMoments) : TiedMoments =
        if data.Weights[from] = 0.0 then
            data
        else
            let put value rest k =
                if k = into then value
                elif k = from then Vec.zero (Vec.length rest)
                else rest

            let a, b = data.Weights[into], data.Weights[from]

            let struct (shift, mean, meanRest) =
                if a = 0.0 then
                    struct (Vec.zero data.Means[from].Length, data.Means[from], data.MeanRests[from])
                else
                    Moments.between
                        (a, data.Means[into], data.MeanRests[into])
                        (b, data.Means[from], data.MeanRests[from])

            { Weights =
                Vec.init data.Weights.Length (fun k ->
                    if k = into then a + b
                    elif k = from then 0.0
                    else data.Weights[k])
              Means = data.Means |> Array.mapi (fun k own -> put mean own k)
              MeanRests = data.MeanRests |> Array.mapi (fun k own -> put meanRest own k)
              Scatter = addOuter (a * (b / (a + b))) shift data.Scatter }

    /// Every component cut in two halves across the direction in which the shared scatter is widest (rank 0) or next widest against the prior's
    /// inverse scale matrix.
    let private halve (prior: NormalWishart) (rank: int) (data: TiedMoments) : TiedMoments =
        let unit = prior.Precision.InverseScale
        let inverse = Chol.inverseLower unit
        let whitened = Mat.multiply inverse (Mat.rowProducts data.Scatter inverse)
        let struct (values, vectors) = Mat.symmetricEigen (Mat.symmetrize whitened)
        let last = values.Length - 1 - rank
        let total = Vec.sum data.Weights
        let deviation = if total > 0.0 then sqrt (max 0.0 values[last] / total) else 0.0

        let step =
            Chol.multiplyLower unit (Mat.column last vectors) |> Vec.scale (deviation * sqrt (2.0 / Math.PI))

        let means sign = data.Means |> Array.map (Vec.addScaled sign step)
        let half = Vec.scale 0.5 data.Weights

        { data with
            Weights = Vec.append half half
            Means = Array.append (means -1.0) (means 1.0)
            MeanRests = Array.append data.MeanRests data.MeanRests
            Scatter = addOuter -total step data.Scatter }

    /// As mixtures use them.
    let family: ComponentFamily<NormalWishart, TiedMoments, TiedNormalWishart> =
        { Variables = "mu, Lambda"
          Dimension = fun prior -> prior.Mean.Length
          Monoid = monoid
          Accumulate = accumulate
          Assign = assign
          Counts = fun data -> data.Weights
          Reorder =
            fun order data ->
                { data with
                    Weights = select order data.Weights
                    Means = order |> Array.map (fun k -> data.Means[k])
                    MeanRests = order |> Array.map (fun k -> data.MeanRests[k]) }
          Merge = merge
          Halve = halve
          Scale = fun s data -> { data with Weights = Vec.scale s data.Weights; Scatter = Mat.scale s data.Scatter }
          Prior = TiedNormalWishart.replicate
          Posterior = posterior
          ExpectedLogLikelihood = expectedLogLikelihood
          ExpectedLogPrior =
            fun prior c -> TiedNormalWishart.expectedLogDensity c (TiedNormalWishart.replicate c.Means.Length prior)
          Learning =
            LearnedScale.ofMatrices
                (fun (c: TiedNormalWishart) -> [| c.Precision |])
                (fun c -> c.Means.Length)
                (fun m c ->
                    Seq.sumBy
                        (fun k -> NormalWishart.expectedQuadratic (TiedNormalWishart.marginal k c) m)
                        (seq { 0 .. c.Means.Length - 1 }))
          Entropy = TiedNormalWishart.entropy
          Inflation = fun c -> Chol.inflation c.Precision.InverseScale
          KlDivergence = TiedNormalWishart.klDivergence
          Blend = Blend.tiedNormalWishart
          NaturalParameters = TiedNormalWishart.naturalParameters
          Coordinates = FactorCoordinates.tiedNormalWishart
          Explained = fun prior c -> Vec.map (fun beta -> beta - prior.PrecisionScale) c.PrecisionScales
          Select =
            fun order c ->
                { c with
                    Means = order |> Array.map (fun k -> c.Means[k])
                    PrecisionScales = select order c.PrecisionScales }
          View = fun c -> Array.init c.Means.Length (fun k -> Joint(TiedNormalWishart.marginal k c)) }
