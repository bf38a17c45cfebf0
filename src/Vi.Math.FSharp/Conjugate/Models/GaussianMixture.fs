namespace Vi.Math

/// z_n ~ Categorical(pi), x_n | z_n = k ~ N(mu_k, Lambda_k^-1), pi ~ Dirichlet, (mu_k, Lambda_k) ~ Normal-Wishart.
type GaussianMixturePrior = MixturePrior<Dirichlet, NormalWishart>

/// Expected sufficient statistics of components with covariances of their own.
type MixtureStatistics = MixtureStatistics<Moments[]>

/// Factors q(pi) and q(mu_k, Lambda_k).
type GaussianMixturePosterior = MixturePosterior<Dirichlet, NormalWishart[]>

/// The same with stick-breaking weights: the truncated Dirichlet process of Blei and Jordan (2006).
type StickBreakingMixturePrior = MixturePrior<StickBreaking, NormalWishart>

/// Factors q(v) and q(mu_k, Lambda_k).
type StickBreakingMixturePosterior = MixturePosterior<StickBreaking, NormalWishart[]>

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// The mixture with Dirichlet weights and full covariances (Bishop 2006, 10.2). Data: D columns. Other weights and covariances: Mixture with
/// another WeightFamily or ComponentFamily.
[<RequireQualifiedAccess>]
module GaussianMixture =

    let private weights = WeightFamilies.dirichlet
    let private family = FullComponents.family

    /// How statistics of separate blocks add up.
    let monoid (components: int) (dimension: int) : Monoid<MixtureStatistics> =
        Mixture.monoid family components dimension

    /// The model with as many components as the prior has weights.
    let model (prior: GaussianMixturePrior) : ConjugateModel<Block, MixtureStatistics, GaussianMixturePosterior> =
        Mixture.model weights family prior

    /// A start: k-means++ centres, every row to its nearest, and the factors' optima given those.
    let start (prior: GaussianMixturePrior) (rows: Rows) (rng: Rng) : CaviState<GaussianMixturePosterior> =
        Mixture.start weights family prior rows rng

    /// What responsibilities and predictions read.
    let view (q: GaussianMixturePosterior) : MixtureView = Mixture.view weights family q

    /// Responsibilities of all rows of a small table, N rows of K.
    let responsibilities (q: GaussianMixturePosterior) (rows: Rows) : float[][] =
        MixtureView.responsibilities (view q) rows

    /// Index of the most probable component of each row.
    let mostProbable (q: GaussianMixturePosterior) (rows: Rows) : int[] = MixtureView.mostProbable (view q) rows

    /// Rows that each component explains: the weight of its mean beyond the prior's.
    let counts (prior: GaussianMixturePrior) (q: GaussianMixturePosterior) : Vec = Mixture.explained family prior q

    /// Effective number of components: exp of the entropy of the shares of rows.
    let effectiveComponents (prior: GaussianMixturePrior) (q: GaussianMixturePosterior) =
        MixtureView.effectiveComponents (counts prior q)

    /// Log density of a new observation under the factors.
    let predictiveLogDensity (q: GaussianMixturePosterior) : Vec -> float = MixtureView.predictiveLogDensity (view q)

    /// Quantile of column j of a new observation, 0 < probability < 1.
    let predictiveQuantile (q: GaussianMixturePosterior) (j: int) (probability: float) : float =
        MixtureView.predictiveQuantile (view q) j probability

    /// The factors with components that explain rows first, in the order of their means, and the others after them.
    let inOrder (prior: GaussianMixturePrior) (q: GaussianMixturePosterior) : GaussianMixturePosterior =
        Mixture.inOrder weights family prior q

    /// The prior with a learned scale: components are expected to be as wide as its W0^-1, and beta_0 is expected to be its beta0.
    let learnScale (prior: GaussianMixturePrior) : GaussianMixturePrior = Mixture.learnScale family prior

    /// A prior in the data's own unit, worth one row and as wide as the data: component means about the data's mean with weight 1, D degrees
    /// of freedom, and the data's covariance as inverse scale. Components are then added only where they pay. Raises ArithmeticException
    /// where the covariance is singular (a constant column, columns that determine each other, too few rows).
    let defaultPrior (components: int) (concentration: float) (data: Moments) : GaussianMixturePrior =
        let d = data.Mean.Length

        { Weights = { Concentration = Vec.constant components concentration }
          Learned = ValueNone
          Component =
            { Mean = data.Mean
              PrecisionScale = 1.0
              Precision =
                { DegreesOfFreedom = float d
                  InverseScale = Chol.factor "the data's covariance" (Moments.covariance data) } } }
