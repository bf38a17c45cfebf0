namespace Vi.Math

/// z_n ~ Categorical(pi), x_n | z_n = k ~ N(mu_k, Lambda_k^-1), pi by stick-breaking, (mu_k, Lambda_k) ~ Normal-Wishart.
type StickBreakingMixturePrior =
    {
        /// Prior of the K weights' shares.
        Weights: StickBreaking
        /// Prior of every component.
        Component: NormalWishart
    }

/// Factors q(v) and q(mu_k, Lambda_k).
type StickBreakingMixturePosterior =
    {
        /// q(v): K - 1 shares.
        Weights: StickBreaking
        /// q(mu_k, Lambda_k), K of them.
        Components: NormalWishart[]
    }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Mixture of multivariate normal distributions with stick-breaking weights, the truncated Dirichlet process of Blei and Jordan (2006), with
/// all terms of the bound. Statistics and components are those of GaussianMixture. Data: D columns.
[<RequireQualifiedAccess>]
module StickBreakingMixture =

    /// What responsibilities and predictions read.
    let view (q: StickBreakingMixturePosterior) : MixtureView =
        { ExpectedWeights = StickBreaking.mean q.Weights
          ExpectedLogWeights = StickBreaking.expectedLog q.Weights
          Components = q.Components }

    /// The whole bound of any statistics and any factors.
    let elbo
        (prior: StickBreakingMixturePrior)
        (statistics: MixtureStatistics)
        (q: StickBreakingMixturePosterior)
        : Elbo =
        Elbo.ofTerms
            [ GaussianMixture.likelihoodTerm statistics q.Components
              "E[log p(z | v)]", GaussianMixture.expectedLogAssignments statistics (StickBreaking.expectedLog q.Weights)
              "E[log p(v)]", StickBreaking.expectedLogDensity q.Weights prior.Weights
              GaussianMixture.priorTerm prior.Component q.Components
              "H[q(z)]", statistics.Entropy
              "H[q(v)]", StickBreaking.entropy q.Weights
              GaussianMixture.entropyTerm q.Components ]

    /// The optimal q(v).
    let updateWeights
        (prior: StickBreakingMixturePrior)
        (statistics: MixtureStatistics)
        (q: StickBreakingMixturePosterior)
        =
        let counts = Vec.init statistics.Components.Length (fun k -> statistics.Components[k].Weight)
        { q with Weights = StickBreaking.posterior counts prior.Weights }

    /// The optimal q(mu_k, Lambda_k) of all components.
    let updateComponents
        (prior: StickBreakingMixturePrior)
        (statistics: MixtureStatistics)
        (q: StickBreakingMixturePosterior)
        =
        { q with
            Components = statistics.Components |> Array.map (GaussianMixture.updateComponent prior.Component) }

    /// The model with as many components as the prior has weights.
    let model
        (prior: StickBreakingMixturePrior)
        : ConjugateModel<Block, MixtureStatistics, StickBreakingMixturePosterior> =
        let k = StickBreaking.components prior.Weights

        { Name = "gaussian-mixture"
          Monoid = GaussianMixture.monoid k prior.Component.Mean.Length
          Data =
            Local(
                "q(z)",
                (fun q -> GaussianMixture.localStatisticsUnder (StickBreaking.expectedLog q.Weights) q.Components)
            )
          Updates =
            [ { Factor = "q(v)"; Update = updateWeights prior }
              { Factor = "q(mu, Lambda)"; Update = updateComponents prior } ]
          Elbo = elbo prior
          Divergence =
            fun a b ->
                StickBreaking.klDivergence a.Weights b.Weights
                + Array.sum (Array.map2 NormalWishart.klDivergence a.Components b.Components)
          Prior = { Weights = prior.Weights; Components = Array.create k prior.Component } }

    /// A start: k-means++ centres, every row to its nearest, and the factors' optima given those. The largest cluster comes first, for the
    /// prior expects the weights to fall; that order stays.
    let start (prior: StickBreakingMixturePrior) (rows: Rows) (rng: Rng) : CaviState<StickBreakingMixturePosterior> =
        let model = model prior
        let statistics = GaussianMixture.startStatistics model.Prior.Components.Length rows rng

        let ordered =
            { statistics with Components = statistics.Components |> Array.sortBy (fun data -> -data.Weight) }

        let struct (globals, elbo, _) =
            Cavi.updateAll model ordered model.Prior (model.Elbo ordered model.Prior)

        { Globals = globals; Elbo = elbo.Value }

    /// Rows that each component explains: the weight of its mean beyond the prior's.
    let counts (prior: StickBreakingMixturePrior) (q: StickBreakingMixturePosterior) : Vec =
        Vec.init q.Components.Length (fun k -> q.Components[k].PrecisionScale - prior.Component.PrecisionScale)
