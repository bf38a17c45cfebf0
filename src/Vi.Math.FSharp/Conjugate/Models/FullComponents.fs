namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Multivariate normal components with a precision matrix of their own each: q(mu_k, Lambda_k) is normal-Wishart (Bishop 2006, 10.2).
[<RequireQualifiedAccess>]
module FullComponents =

    /// The exact posterior of one component given weighted data (Bishop 10.60 to 10.63).
    let posterior (prior: NormalWishart) : Moments -> NormalWishart =
        let own = lazy Chol.toMat prior.Precision.InverseScale

        fun data ->
            if data.Weight = 0.0 then
                prior
            else
                let scale = prior.PrecisionScale + data.Weight
                let shift = Moments.meanFrom prior.Mean data
                let cross = prior.PrecisionScale * (data.Weight / scale)
                let own = own.Value

                { Mean = Vec.addScaled (data.Weight / scale) shift prior.Mean
                  PrecisionScale = scale
                  Precision =
                    { DegreesOfFreedom = prior.Precision.DegreesOfFreedom + data.Weight
                      InverseScale =
                        Chol.factorOf "a component's inverse scale matrix" shift.Length (fun i j ->
                            cross * shift[i] * shift[j] + (data.Scatter[i, j] + own[i, j])) } }

    /// E[log p(x_1 ... x_N | mu, Lambda)] of weighted data under one component (Bishop 10.71).
    let expectedLogLikelihood (data: Moments) (c: NormalWishart) =
        if data.Weight = 0.0 then
            0.0
        else
            let d = float c.Mean.Length
            let wishart = c.Precision
            let shift = Moments.meanFrom c.Mean data

            0.5
            * data.Weight
            * (Wishart.expectedLogDeterminant wishart - d / c.PrecisionScale - d * Special.logTwoPi)
            - 0.5
              * wishart.DegreesOfFreedom
              * (Chol.traceOfInverseTimes wishart.InverseScale data.Scatter
                 + data.Weight * Chol.inverseQuadratic wishart.InverseScale shift)

    /// log p(X) of a single component, that is the evidence of the Normal-Wishart model (Murphy 2007, 266).
    let logEvidence (prior: NormalWishart) (data: Moments) =
        let d = prior.Mean.Length
        let posterior = posterior prior data

        let half (w: Wishart) =
            Special.multivariateLogGamma d (0.5 * w.DegreesOfFreedom)
            - 0.5 * w.DegreesOfFreedom * Chol.logDeterminant w.InverseScale

        half posterior.Precision - half prior.Precision - 0.5 * float d * data.Weight * log Math.PI
        + 0.5 * float d * (log prior.PrecisionScale - log posterior.PrecisionScale)

    /// sqrt(nu_k) L_k^-1 with W_k^-1 = L_k L_k', K of D x D numbers.
    let private whitenings (components: NormalWishart[]) =
        let square = components[0].Mean.Length * components[0].Mean.Length
        let values: float[] = Array.zeroCreate (components.Length * square)

        for k in 0 .. components.Length - 1 do
            let root = sqrt components[k].Precision.DegreesOfFreedom
            let inverse = (Chol.inverseLower components[k].Precision.InverseScale).AsSpan()

            for at in 0 .. square - 1 do
                values[k * square + at] <- root * inverse[at]

        values

    /// log rho_nk = E log pi_k + E log|Lambda_k| / 2 - D/2 log 2 pi - D / (2 beta_k) - nu_k (x - m_k)' W_k (x - m_k) / 2 (Bishop 10.46).
    let internal kernelParameters (logWeights: Vec) (components: NormalWishart[]) : MixtureParameters =
        let k = components.Length
        let d = components[0].Mean.Length

        MixtureParameters(
            k,
            d,
            Array.init k (fun i ->
                let c = components[i]

                logWeights[i] + 0.5 * Wishart.expectedLogDeterminant c.Precision
                - 0.5 * float d * (Special.logTwoPi + 1.0 / c.PrecisionScale)),
            components |> Array.collect (fun c -> c.Mean.ToArray()),
            whitenings components
        )

    let private momentsOf (parameters: MixtureParameters) (sums: MixtureSums) : Moments[] =
        let d = parameters.Dimension

        Array.init parameters.Components (fun k ->
            Moments.ofSums (ReadOnlySpan(parameters.Means, k * d, d)) sums.Counts[k] (sums.SumsOf k) (sums.ScatterOf k))

    /// What is read off the sums over all rows under given parameters.
    let internal gather (parameters: MixtureParameters) (choice: Block -> LocalChoice) read =
        Batches.sums
            (fun block -> MixtureKernel.Accumulate(block, parameters, choice block))
            (fun () -> new MixtureSums(parameters.Components, parameters.Dimension))
            read

    let private accumulate locals logWeights components =
        let parameters = kernelParameters logWeights components

        gather parameters (Locals.choice locals) (fun sums ->
            { Components = momentsOf parameters sums; Entropy = sums.Entropy })

    let private assign (centres: Vec[]) (units: Vec) =
        let parameters =
            MixtureParameters(
                centres.Length,
                units.Length,
                Array.zeroCreate centres.Length,
                centres |> Array.collect Vec.toArray,
                Array.replicate centres.Length ((Mat.diagonalOf (Vec.map (fun u -> 1.0 / u) units)).ToArray())
                |> Array.concat
            )

        gather parameters (fun _ -> LocalChoice.MostProbable) (momentsOf parameters)

    /// The two halves of normal data of these moments, cut through the mean across the direction in which the data are widest (rank 0) or next
    /// widest against the prior's inverse scale matrix: half-normal means lie sqrt(2 / pi) standard deviations from the cut, and as much variance goes.
    let private halves (prior: NormalWishart) (rank: int) (data: Moments) : Moments[] =
        if data.Weight <= 0.0 then
            [| data; data |]
        else
            let unit = prior.Precision.InverseScale
            let inverse = Chol.inverseLower unit
            let whitened = Mat.multiply inverse (Mat.rowProducts data.Scatter inverse)
            let struct (values, vectors) = Mat.symmetricEigen (Mat.symmetrize whitened)
            let last = values.Length - 1 - rank
            let deviation = sqrt (max 0.0 values[last] / data.Weight)

            let step =
                Chol.multiplyLower unit (Mat.column last vectors) |> Vec.scale (deviation * sqrt (2.0 / Math.PI))

            let half sign =
                { data with
                    Weight = 0.5 * data.Weight
                    Mean = Vec.addScaled sign step data.Mean
                    Scatter = Mat.scale 0.5 (Mat.subtract data.Scatter (Mat.outer data.Weight step step)) }

            [| half -1.0; half 1.0 |]

    /// As mixtures use them.
    let family: ComponentFamily<NormalWishart, Moments[], NormalWishart[]> =
        { Variables = "mu, Lambda"
          Dimension = fun prior -> prior.Mean.Length
          Monoid = fun count dimension -> Monoid.array count (Moments.monoid dimension)
          Accumulate = accumulate
          Assign = assign
          Counts = fun data -> Vec.init data.Length (fun k -> data[k].Weight)
          Reorder = fun order data -> order |> Array.map (fun k -> data[k])
          Scale = fun s -> Array.map (Moments.scale s)
          Merge =
            fun into from data ->
                data
                |> Array.mapi (fun k own ->
                    if k = into then Moments.combine own data[from]
                    elif k = from then Moments.zero own.Mean.Length
                    else own)
          Halve = fun prior rank -> Array.map (halves prior rank) >> Array.transpose >> Array.concat
          Prior = Array.create
          Posterior = fun prior -> Array.map (posterior prior)
          ExpectedLogLikelihood = fun data components -> Array.map2 expectedLogLikelihood data components |> Array.sum
          ExpectedLogPrior = fun prior -> Array.sumBy (fun c -> NormalWishart.expectedLogDensity c prior)
          Learning =
            LearnedScale.ofMatrices (Array.map _.Precision) Array.length (fun m ->
                Array.sumBy (fun c -> NormalWishart.expectedQuadratic c m))
          Entropy = Array.sumBy NormalWishart.entropy
          Inflation =
            fun components ->
                components |> Array.fold (fun most c -> max most (Chol.inflation c.Precision.InverseScale)) 1.0
          KlDivergence = fun a b -> Array.map2 NormalWishart.klDivergence a b |> Array.sum
          Blend = Blend.all Blend.normalWishart
          NaturalParameters = Array.map NormalWishart.naturalParameters >> Array.reduce Vec.append
          Coordinates = FactorCoordinates.each FactorCoordinates.normalWishart
          Explained =
            fun prior components ->
                Vec.init components.Length (fun k -> components[k].PrecisionScale - prior.PrecisionScale)
          Select = fun order components -> order |> Array.map (fun k -> components[k])
          View = Array.map Joint }
