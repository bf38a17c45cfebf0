namespace Vi.Math

/// z_n ~ Categorical(pi), x_n | z_n = k ~ N(mu_k, Lambda_k^-1), pi ~ Dirichlet, (mu_k, Lambda_k) ~ Normal-Wishart.
type GaussianMixturePrior =
    {
        /// Prior of the K weights.
        Weights: Dirichlet
        /// Prior of every component.
        Component: NormalWishart
    }

/// Expected sufficient statistics of a mixture under q(z): what a sweep needs of the data.
type MixtureStatistics =
    {
        /// Responsibility-weighted moments of each component.
        Components: Moments[]
        /// H[q(z)] = - sum_nk r_nk log r_nk, the local factors' own part of the bound, in nats.
        Entropy: float
    }

/// Factors q(pi) and q(mu_k, Lambda_k).
type GaussianMixturePosterior =
    {
        /// q(pi).
        Weights: Dirichlet
        /// q(mu_k, Lambda_k), K of them.
        Components: NormalWishart[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Mixture of multivariate normal distributions (Bishop 2006, 10.2), with all terms of the bound. Data: D columns.
[<RequireQualifiedAccess>]
module GaussianMixture =

    /// How statistics of separate blocks add up.
    let monoid (components: int) (dimension: int) : Monoid<MixtureStatistics> =
        let moments = Monoid.array components (Moments.monoid dimension)

        { Zero = { Components = moments.Zero; Entropy = 0.0 }
          Combine =
            fun a b -> { Components = moments.Combine a.Components b.Components; Entropy = a.Entropy + b.Entropy } }

    let private statisticsOf (sums: MixtureSums) (parameters: MixtureParameters) : MixtureStatistics =
        let d = parameters.Dimension

        { Components =
            Array.init parameters.Components (fun k ->
                Moments.ofSums
                    (ReadOnlySpan(parameters.Means, k * d, d))
                    sums.Counts[k]
                    (ReadOnlySpan(sums.Sums, k * d, d))
                    (ReadOnlySpan(sums.Scatters, k * d * d, d * d)))
          Entropy = sums.Entropy }

    /// Statistics of a block under the responsibilities that are optimal for the given E[log pi] and components, which are prepared once
    /// for all blocks.
    let localStatisticsUnder (logWeights: Vec) (components: NormalWishart[]) : Block -> MixtureStatistics =
        let parameters = MixtureView.kernelParameters logWeights components
        fun block -> statisticsOf (MixtureKernel.Accumulate(block, parameters, false)) parameters

    /// The same for the given factors.
    let localStatistics (q: GaussianMixturePosterior) : Block -> MixtureStatistics =
        localStatisticsUnder (Dirichlet.expectedLog q.Weights) q.Components

    /// What responsibilities and predictions read.
    let view (q: GaussianMixturePosterior) : MixtureView =
        { ExpectedWeights = Dirichlet.mean q.Weights
          ExpectedLogWeights = Dirichlet.expectedLog q.Weights
          Components = q.Components }

    /// E[log p(X | z, mu, Lambda)] under any components (Bishop 10.71).
    let internal likelihoodTerm (statistics: MixtureStatistics) (components: NormalWishart[]) =
        let d = float components[0].Mean.Length

        let ofComponent (data: Moments) (c: NormalWishart) =
            if data.Weight = 0.0 then
                0.0
            else
                let wishart = c.Precision
                let shift = Vec.subtract data.Mean c.Mean

                0.5
                * data.Weight
                * (Wishart.expectedLogDeterminant wishart - d / c.PrecisionScale - d * Special.logTwoPi)
                - 0.5
                  * wishart.DegreesOfFreedom
                  * (Chol.traceOfInverseTimes wishart.InverseScale data.Scatter
                     + data.Weight * Chol.inverseQuadratic wishart.InverseScale shift)

        "E[log p(X | z, mu, Lambda)]", Array.map2 ofComponent statistics.Components components |> Array.sum

    /// E[log p(z | pi)] under any E[log pi] (Bishop 10.72).
    let internal expectedLogAssignments (statistics: MixtureStatistics) (logWeights: Vec) =
        statistics.Components |> Array.mapi (fun k data -> data.Weight * logWeights[k]) |> Array.sum

    /// The components' prior in the bound (Bishop 10.74).
    let internal priorTerm (prior: NormalWishart) (components: NormalWishart[]) =
        "E[log p(mu, Lambda)]", components |> Array.sumBy (fun c -> NormalWishart.expectedLogDensity c prior)

    /// The components' entropy in the bound (Bishop 10.77).
    let internal entropyTerm (components: NormalWishart[]) =
        "H[q(mu, Lambda)]", Array.sumBy NormalWishart.entropy components

    /// The whole bound of any statistics and any factors (Bishop 10.70 to 10.77).
    let elbo (prior: GaussianMixturePrior) (statistics: MixtureStatistics) (q: GaussianMixturePosterior) : Elbo =
        Elbo.ofTerms
            [ likelihoodTerm statistics q.Components
              "E[log p(z | pi)]", expectedLogAssignments statistics (Dirichlet.expectedLog q.Weights)
              "E[log p(pi)]", Dirichlet.expectedLogDensity q.Weights prior.Weights
              priorTerm prior.Component q.Components
              "H[q(z)]", statistics.Entropy
              "H[q(pi)]", Dirichlet.entropy q.Weights
              entropyTerm q.Components ]

    /// The exact posterior of one component given weighted data (Bishop 10.60 to 10.63).
    let updateComponent (prior: NormalWishart) (data: Moments) : NormalWishart =
        if data.Weight = 0.0 then
            prior
        else
            let scale = prior.PrecisionScale + data.Weight
            let shift = Vec.subtract data.Mean prior.Mean

            let inverseScale =
                Chol.toMat prior.Precision.InverseScale
                |> Mat.add data.Scatter
                |> Mat.add (Mat.outer (prior.PrecisionScale * (data.Weight / scale)) shift shift)

            { Mean = Vec.addScaled (data.Weight / scale) shift prior.Mean
              PrecisionScale = scale
              Precision =
                { DegreesOfFreedom = prior.Precision.DegreesOfFreedom + data.Weight
                  InverseScale = Chol.factor "a component's inverse scale matrix" inverseScale } }

    /// The optimal q(pi).
    let updateWeights (prior: GaussianMixturePrior) (statistics: MixtureStatistics) (q: GaussianMixturePosterior) =
        { q with
            Weights =
                { Concentration =
                    prior.Weights.Concentration |> Vec.mapi (fun k alpha -> alpha + statistics.Components[k].Weight) } }

    /// The optimal q(mu_k, Lambda_k) of all components.
    let updateComponents (prior: GaussianMixturePrior) (statistics: MixtureStatistics) (q: GaussianMixturePosterior) =
        { q with Components = statistics.Components |> Array.map (updateComponent prior.Component) }

    /// log p(X) of a single component, that is the evidence of the Normal-Wishart model (Murphy 2007, 266).
    let logEvidenceOfOne (prior: NormalWishart) (data: Moments) =
        let d = prior.Mean.Length
        let posterior = updateComponent prior data

        let half (w: Wishart) =
            Special.multivariateLogGamma d (0.5 * w.DegreesOfFreedom)
            - 0.5 * w.DegreesOfFreedom * Chol.logDeterminant w.InverseScale

        half posterior.Precision - half prior.Precision - 0.5 * float d * data.Weight * log Math.PI
        + 0.5 * float d * (log prior.PrecisionScale - log posterior.PrecisionScale)

    /// The model with as many components as the prior has weights.
    let model (prior: GaussianMixturePrior) : ConjugateModel<Block, MixtureStatistics, GaussianMixturePosterior> =
        let k = prior.Weights.Concentration.Length

        { Name = "gaussian-mixture"
          Monoid = monoid k prior.Component.Mean.Length
          Data = Local("q(z)", localStatistics)
          Updates =
            [ { Factor = "q(pi)"; Update = updateWeights prior }
              { Factor = "q(mu, Lambda)"; Update = updateComponents prior } ]
          Elbo = elbo prior
          Divergence =
            fun a b ->
                Dirichlet.klDivergence a.Weights b.Weights
                + Array.sum (Array.map2 NormalWishart.klDivergence a.Components b.Components)
          Prior = { Weights = prior.Weights; Components = Array.create k prior.Component } }

    /// Statistics of all rows when each belongs wholly to its nearest centre, distances measured in the given units of the columns.
    let hardStatistics (centres: Vec[]) (units: Vec) (rows: Rows) : MixtureStatistics =
        let d = units.Length

        let parameters =
            MixtureParameters(
                centres.Length,
                d,
                Array.zeroCreate centres.Length,
                centres |> Array.collect (fun c -> c.ToArray()),
                Array.create centres.Length (Mat.diagonalOf (Vec.map (fun u -> 1.0 / u) units))
                |> Array.collect (fun m -> m.ToArray())
            )

        (rows :> IBatches<Block>)
            .Fold(
                monoid centres.Length d,
                fun block -> statisticsOf (MixtureKernel.Accumulate(block, parameters, true)) parameters
            )

    /// Statistics to start from: k-means++ centres, every row to its nearest.
    let internal startStatistics (components: int) (rows: Rows) (rng: Rng) : MixtureStatistics =
        let units = KMeansPlusPlus.units (Moments.ofRows rows)
        hardStatistics (KMeansPlusPlus.centres components units rows rng) units rows

    /// A start: k-means++ centres, every row to its nearest, and the factors' optima given those.
    let start (prior: GaussianMixturePrior) (rows: Rows) (rng: Rng) : CaviState<GaussianMixturePosterior> =
        let model = model prior
        let statistics = startStatistics model.Prior.Components.Length rows rng

        let struct (globals, elbo, _) =
            Cavi.updateAll model statistics model.Prior (model.Elbo statistics model.Prior)

        { Globals = globals; Elbo = elbo.Value }

    /// Responsibilities of all rows of a small table, N rows of K.
    let responsibilities (q: GaussianMixturePosterior) (rows: Rows) : float[][] =
        MixtureView.responsibilities (view q) rows

    /// Index of the most probable component of each row.
    let mostProbable (q: GaussianMixturePosterior) (rows: Rows) : int[] = MixtureView.mostProbable (view q) rows

    /// Rows that each component explains: the concentration beyond the prior's.
    let counts (prior: GaussianMixturePrior) (q: GaussianMixturePosterior) : Vec =
        Vec.map2 (-) q.Weights.Concentration prior.Weights.Concentration

    /// Effective number of components: exp of the entropy of the shares of rows.
    let effectiveComponents (prior: GaussianMixturePrior) (q: GaussianMixturePosterior) =
        MixtureView.effectiveComponents (counts prior q)

    /// Log density of a new observation under the factors.
    let predictiveLogDensity (q: GaussianMixturePosterior) : Vec -> float = MixtureView.predictiveLogDensity (view q)

    /// Distribution function of column j of a new observation.
    let predictiveCdf (q: GaussianMixturePosterior) (j: int) : float -> float = MixtureView.predictiveCdf (view q) j

    /// Quantile of column j of a new observation, 0 < probability < 1.
    let predictiveQuantile (q: GaussianMixturePosterior) (j: int) (probability: float) : float =
        MixtureView.predictiveQuantile (view q) j probability

    /// The factors with components that explain rows first, in the order of their means, and the others after them.
    let inOrder (prior: GaussianMixturePrior) (q: GaussianMixturePosterior) : GaussianMixturePosterior =
        let counts = counts prior q

        let order =
            Array.init q.Components.Length id
            |> Array.sortBy (fun k -> struct ((if counts[k] >= 1.0 then 0 else 1), q.Components[k].Mean.ToArray()))

        { Weights = { Concentration = Vec.init order.Length (fun i -> q.Weights.Concentration[order[i]]) }
          Components = order |> Array.map (fun k -> q.Components[k]) }

    /// A prior in the data's own unit, worth one row and as wide as the data: component means about the data's mean with weight 1, D degrees
    /// of freedom, and the data's covariance as inverse scale. Components are then added only where they pay. Raises ArithmeticException
    /// where the covariance is singular (a constant column, columns that determine each other, too few rows).
    let defaultPrior (components: int) (concentration: float) (data: Moments) : GaussianMixturePrior =
        let d = data.Mean.Length

        { Weights = { Concentration = Vec.constant components concentration }
          Component =
            { Mean = data.Mean
              PrecisionScale = 1.0
              Precision =
                { DegreesOfFreedom = float d
                  InverseScale = Chol.factor "the data's covariance" (Moments.covariance data) } } }
