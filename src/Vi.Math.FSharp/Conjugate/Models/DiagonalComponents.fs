namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Normal components whose columns are independent: mu_kj | tau_kj ~ N(m_0j, 1 / (k_0j tau_kj)), tau_kj ~ Gamma(a_0j, b_0j) for each
/// component k and column j, so that q(mu_k, tau_k) is a product of D normal-gammas (Bishop 2006, 2.154). Everything costs D, not D^2.
[<RequireQualifiedAccess>]
module DiagonalComponents =

    let private sumOver (f: int -> float) count =
        let mutable sum = 0.0

        for j in 0 .. count - 1 do
            sum <- sum + f j

        sum

    /// The exact posterior of one component given weighted data, column by column.
    let posterior (prior: NormalGamma[]) (data: DiagonalMoments) : NormalGamma[] =
        if data.Weight = 0.0 then
            prior
        else
            prior
            |> Array.mapi (fun j p ->
                let scale = p.PrecisionScale + data.Weight
                let shift = DiagonalMoments.meanFromAt j p.Mean data

                { Mean = p.Mean + data.Weight / scale * shift
                  PrecisionScale = scale
                  Shape = p.Shape + 0.5 * data.Weight
                  Rate = p.Rate + 0.5 * (data.Squares[j] + p.PrecisionScale * (data.Weight / scale) * shift * shift) })

    /// E[log p(x_1 ... x_N | mu, tau)] of weighted data under one component.
    let expectedLogLikelihood (data: DiagonalMoments) (c: NormalGamma[]) =
        let ofColumn j =
            let distribution = c[j]
            let shift = DiagonalMoments.meanFromAt j distribution.Mean data

            0.5
            * (data.Weight
               * (NormalGamma.expectedLog distribution - Special.logTwoPi - 1.0 / distribution.PrecisionScale)
               - NormalGamma.expectedPrecision distribution * (data.Squares[j] + data.Weight * shift * shift))

        if data.Weight = 0.0 then 0.0 else sumOver ofColumn c.Length

    /// log p(X) of a single component: the product over columns of the normal-gamma evidences (Murphy 2007, 95).
    let logEvidence (prior: NormalGamma[]) (data: DiagonalMoments) =
        let posterior = posterior prior data

        sumOver
            (fun j ->
                let p, q = prior[j], posterior[j]

                Special.logGamma q.Shape - Special.logGamma p.Shape + p.Shape * log p.Rate - q.Shape * log q.Rate
                + 0.5 * (log p.PrecisionScale - log q.PrecisionScale)
                - 0.5 * data.Weight * Special.logTwoPi)
            prior.Length

    /// log rho_nk = E log pi_k + sum_j (E log tau_kj - log 2 pi - 1 / k_kj - E tau_kj (x_nj - m_kj)^2) / 2.
    let internal kernelParameters (logWeights: Vec) (components: NormalGamma[][]) : DiagonalMixtureParameters =
        DiagonalMixtureParameters(
            components.Length,
            components[0].Length,
            components
            |> Array.mapi (fun k c ->
                logWeights[k]
                + 0.5
                  * sumOver
                      (fun j -> NormalGamma.expectedLog c[j] - Special.logTwoPi - 1.0 / c[j].PrecisionScale)
                      c.Length),
            components |> Array.collect (Array.map (fun distribution -> distribution.Mean)),
            components |> Array.collect (Array.map (NormalGamma.expectedPrecision >> sqrt))
        )

    let private momentsOf (parameters: DiagonalMixtureParameters) (sums: DiagonalMixtureSums) : DiagonalMoments[] =
        let d = parameters.Dimension

        Array.init parameters.Components (fun k ->
            DiagonalMoments.ofSums
                (ReadOnlySpan(parameters.Means, k * d, d))
                sums.Counts[k]
                (sums.SumsOf k)
                (sums.SquaresOf k))

    /// What is read off the sums over all rows under given parameters.
    let internal gather (parameters: DiagonalMixtureParameters) (choice: Block -> LocalChoice) read =
        Batches.sums
            (fun block -> DiagonalMixtureKernel.Accumulate(block, parameters, choice block))
            (fun () -> new DiagonalMixtureSums(parameters.Components, parameters.Dimension))
            read

    let private accumulate locals logWeights components =
        let parameters = kernelParameters logWeights components

        gather parameters (Locals.choice locals) (fun sums ->
            { Components = momentsOf parameters sums; Entropy = sums.Entropy })

    let private assign (centres: Vec[]) (units: Vec) =
        let parameters =
            DiagonalMixtureParameters(
                centres.Length,
                units.Length,
                Array.zeroCreate centres.Length,
                centres |> Array.collect Vec.toArray,
                Array.replicate centres.Length (units.ToArray() |> Array.map (fun u -> 1.0 / u)) |> Array.concat
            )

        gather parameters (fun _ -> LocalChoice.MostProbable) (momentsOf parameters)

    /// f summed over all components and columns.
    let private sumPairs (f: NormalGamma -> NormalGamma -> float) (a: NormalGamma[]) (b: NormalGamma[]) =
        Array.fold2 (fun sum p q -> sum + f p q) 0.0 a b

    /// The two halves of normal data of these moments, cut through the mean of the column that is widest (rank 0) or next widest against the
    /// prior's rate: half-normal means lie sqrt(2 / pi) standard deviations from the cut, and as much variance goes.
    let private halves (prior: NormalGamma[]) (rank: int) (data: DiagonalMoments) : DiagonalMoments[] =
        if data.Weight <= 0.0 then
            [| data; data |]
        else
            let widest =
                (Array.init prior.Length id |> Array.sortBy (fun j -> -data.Squares[j] / prior[j].Rate))[rank]

            let step = sqrt (2.0 / Math.PI * data.Squares[widest] / data.Weight)
            let direction = Vec.init prior.Length (fun j -> if j = widest then step else 0.0)

            let half sign =
                { data with
                    Weight = 0.5 * data.Weight
                    Mean = Vec.addScaled sign direction data.Mean
                    Squares =
                        Vec.init prior.Length (fun j ->
                            0.5 * (data.Squares[j] - data.Weight * direction[j] * direction[j])) }

            [| half -1.0; half 1.0 |]

    /// As mixtures use them.
    let family: ComponentFamily<NormalGamma[], DiagonalMoments[], NormalGamma[][]> =
        { Variables = "mu, tau"
          Dimension = Array.length
          Monoid = fun count dimension -> Monoid.array count (DiagonalMoments.monoid dimension)
          Accumulate = accumulate
          Assign = assign
          Counts = fun data -> Vec.init data.Length (fun k -> data[k].Weight)
          Reorder = fun order data -> order |> Array.map (fun k -> data[k])
          Scale = fun s -> Array.map (DiagonalMoments.scale s)
          Merge =
            fun into from data ->
                data
                |> Array.mapi (fun k own ->
                    if k = into then DiagonalMoments.combine own data[from]
                    elif k = from then DiagonalMoments.zero own.Mean.Length
                    else own)
          Halve = fun prior rank -> Array.map (halves prior rank) >> Array.transpose >> Array.concat
          Prior = fun count prior -> Array.create count prior
          Posterior = fun prior -> Array.map (posterior prior)
          ExpectedLogLikelihood = fun data components -> Array.map2 expectedLogLikelihood data components |> Array.sum
          ExpectedLogPrior = fun prior -> Array.sumBy (fun own -> sumPairs NormalGamma.expectedLogDensity own prior)
          Learning = LearnedScale.ofColumns
          Entropy = Array.sumBy (Array.sumBy NormalGamma.entropy)
          Inflation = fun _ -> 1.0
          KlDivergence = fun a b -> Array.map2 (sumPairs NormalGamma.klDivergence) a b |> Array.sum
          Blend = Blend.all (Blend.all Blend.normalGamma)
          NaturalParameters =
            Array.collect (Array.collect (NormalGamma.naturalParameters >> Vec.toArray)) >> Vec.ofArray
          Coordinates = FactorCoordinates.each (FactorCoordinates.each FactorCoordinates.normalGamma)
          Explained =
            fun prior components ->
                let worth (distributions: NormalGamma[]) = distributions[0].PrecisionScale
                Vec.init components.Length (fun k -> worth components[k] - worth prior)
          Select = fun order components -> order |> Array.map (fun k -> components[k])
          View = Array.map Independent }
