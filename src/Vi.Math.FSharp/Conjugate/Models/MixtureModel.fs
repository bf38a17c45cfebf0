namespace Vi.Math

open Vi.Kernels

/// Distribution of the scale B of components' precisions.
type ScaleMatrix =
    /// Lambda_k | B ~ Wishart(B^-1, nu_0): a Wishart distribution of the matrix B.
    | JointScale of Wishart
    /// tau_kj | b_j ~ Gamma(a_0j, b_j): a gamma distribution of each column's rate b_j.
    | ColumnRates of Gamma[]

/// Distributions of what the priors of components have in common, where it is learned: a prior of both or their factors.
type LearnedScale =
    {
        /// Of the scale B.
        Matrix: ScaleMatrix
        /// Of beta_0, rows that the prior of a mean is worth.
        MeanScale: Gamma
    }

/// z_n ~ Categorical(pi), x_n | z_n = k ~ component k, pi and the components with conjugate priors.
type MixturePrior<'weights, 'prior> =
    {
        /// Prior of the K weights.
        Weights: 'weights
        /// Prior of every component; where B and beta_0 are learned, they take the place of its W0^-1 and beta0.
        Component: 'prior
        /// Prior of B and beta_0, where they are learned.
        Learned: LearnedScale voption
    }

/// Factors of the weights and of the components.
type MixturePosterior<'weights, 'components> =
    {
        /// The factor of the weights.
        Weights: 'weights
        /// The factor of the components, K of them.
        Components: 'components
        /// The factors q(B) and q(beta0), where they are learned.
        Learned: LearnedScale voption
    }

/// Expected sufficient statistics of a mixture under q(z): what a sweep needs of the data.
type MixtureStatistics<'data> =
    {
        /// Responsibility-weighted moments of the components.
        Components: 'data
        /// H[q(z)] = - sum_nk r_nk log r_nk, the local factors' own part of the bound, in nats.
        Entropy: float
    }

/// Component k of a mixture by itself, as predictions and figures read it: exact for every kind of covariance.
type MixtureComponent =
    /// q(mu_k, Lambda_k); of components that share a covariance the marginal distribution.
    | Joint of NormalWishart
    /// Independent distributions of mean and precision of each column.
    | Independent of NormalGamma[]

/// A distribution of mixture weights as mixtures use it.
type WeightFamily<'weights> =
    {
        /// Name of the weights' variable: pi or v.
        Variable: string
        /// K.
        Count: 'weights -> int
        /// E[pi] (K).
        Mean: 'weights -> Vec
        /// E[log pi] (K).
        ExpectedLog: 'weights -> Vec
        /// The posterior given counts (K) of rows and the prior.
        Posterior: Vec -> 'weights -> 'weights
        /// E_q[log p], of q and p.
        ExpectedLogDensity: 'weights -> 'weights -> float
        /// Entropy, in nats.
        Entropy: 'weights -> float
        /// KL(q || p), of q and p.
        KlDivergence: 'weights -> 'weights -> float
        /// Convex combination in natural parameters.
        Blend: float -> 'weights -> 'weights -> 'weights
        /// Natural parameters.
        NaturalParameters: 'weights -> Vec
        /// Parameters without bounds.
        Coordinates: FactorCoordinates<'weights>
        /// The weights in another order; none where the order has a meaning.
        Reorder: (int[] -> 'weights -> 'weights) voption
    }

/// How the scale of a kind of components is learned (Richardson and Green 1997; Stephens 2000).
type ScaleLearning<'prior, 'components> =
    {
        /// A weak prior of B and beta_0, from a prior with fixed W0^-1 and beta0: it expects components as wide as W0^-1, and beta0.
        Hyperprior: 'prior -> LearnedScale
        /// The prior that the components' update sees: expectations in the place of B and beta_0.
        At: LearnedScale -> 'prior -> 'prior
        /// The optimal q(B) given the components, from the prior of B.
        Matrix: 'prior -> 'components -> ScaleMatrix -> ScaleMatrix
        /// The optimal q(beta0) given the components, from the prior of beta_0.
        MeanScale: 'prior -> 'components -> Gamma -> Gamma
        /// E[log p(components | B, beta_0)] less that at their expectations, in nats: what E[log |B|] and E[log beta_0] are below the logarithms of
        /// these.
        Excess: LearnedScale -> 'prior -> 'components -> float
    }

/// A kind of components as mixtures use it: prior, statistics and factor, all for K components together.
type ComponentFamily<'prior, 'data, 'components> =
    {
        /// Names of the components' variables: mu, Lambda or mu, tau.
        Variables: string
        /// D.
        Dimension: 'prior -> int
        /// How statistics of separate blocks add up, for K components in D dimensions.
        Monoid: int -> int -> Monoid<'data>
        /// Statistics of all rows for given E[log pi] and components, each row belonging to components by its optimal responsibilities or to a
        /// drawn one.
        Accumulate: Locals -> Vec -> 'components -> IBatches<Block> -> MixtureStatistics<'data>
        /// Statistics of rows that belong wholly to the nearest of K centres, distances measured in the given units of the columns.
        Assign: Vec[] -> Vec -> IBatches<Block> -> 'data
        /// Expected rows of each component (K).
        Counts: 'data -> Vec
        /// Statistics with the components in another order.
        Reorder: int[] -> 'data -> 'data
        /// Statistics as if every row had been there so many times.
        Scale: float -> 'data -> 'data
        /// Statistics in which the rows of the second component belong to the first, and the second has none.
        Merge: int -> int -> 'data -> 'data
        /// Statistics of 2 K components, each of the K cut in two halves, k and K + k, across the direction in which it is widest by the prior's
        /// measure (0), or second widest (1), and so on, below D.
        Halve: 'prior -> int -> 'data -> 'data
        /// K components at their prior.
        Prior: int -> 'prior -> 'components
        /// The optimal factor given the statistics.
        Posterior: 'prior -> 'data -> 'components
        /// E[log p(X | z, components)].
        ExpectedLogLikelihood: 'data -> 'components -> float
        /// E[log p(components)].
        ExpectedLogPrior: 'prior -> 'components -> float
        /// How the prior's scale is learned.
        Learning: ScaleLearning<'prior, 'components>
        /// Entropy of the components' factor, in nats.
        Entropy: 'components -> float
        /// By how much solving with the components' matrices magnifies rounding, at least 1.
        Inflation: 'components -> float
        /// KL(new || old) of the components' factor.
        KlDivergence: 'components -> 'components -> float
        /// Convex combination in natural parameters.
        Blend: float -> 'components -> 'components -> 'components
        /// Natural parameters.
        NaturalParameters: 'components -> Vec
        /// Parameters without bounds.
        Coordinates: FactorCoordinates<'components>
        /// Rows that each component explains: the weight of its mean beyond the prior's (K).
        Explained: 'prior -> 'components -> Vec
        /// Components in another order.
        Select: int[] -> 'components -> 'components
        /// The components one by one.
        View: 'components -> MixtureComponent[]
    }
