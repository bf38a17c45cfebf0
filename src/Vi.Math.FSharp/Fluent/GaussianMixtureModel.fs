namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// Mixture of K multivariate normal distributions in D dimensions.
[<AbstractClass; Sealed>]
type GaussianMixtureModel private () =

    /// A prior in the data's own unit, as wide as the data. Raises ArithmeticException where the data's covariance is singular.
    static member DefaultPrior(components: int, concentration: float, data: Moments) : GaussianMixturePrior =
        GaussianMixture.defaultPrior components concentration data

    /// A prior in full: component mean m0 (D) with weight beta0 > 0, nu0 > D - 1 degrees of freedom, inverse scale matrix W0^-1 (D x D,
    /// symmetric positive definite). Raises ArgumentException where one of them is not.
    static member Prior
        (components: int, concentration: float, m0: Vec, beta0: float, nu0: float, inverseScale: Mat)
        : GaussianMixturePrior =
        match Chol.tryFactor inverseScale with
        | ValueNone -> invalidArg (nameof inverseScale) "the inverse scale matrix must be positive definite"
        | ValueSome factor ->
            { Weights = Dirichlet.create (Vec.constant components concentration)
              Learned = ValueNone
              Component = NormalWishart.create m0 beta0 (Wishart.create nu0 factor) }

    /// The prior with a scale of components that is learned: B and beta0 take the place of its W0^-1 and beta0, about which they begin.
    static member WithLearnedScale(prior: GaussianMixturePrior) : GaussianMixturePrior =
        GaussianMixture.learnScale prior

    /// Fits the factors, lazily, sweep by sweep, restart after restart. Stochastic inference starts from a sample of the rows, a stream from the
    /// rows that it takes in first.
    static member Fit
        (prior: GaussianMixturePrior, rows: Rows, options: FitOptions)
        : IEnumerable<Sweep<GaussianMixturePosterior>> =
        MixtureFits.fit WeightFamilies.dirichlet FullComponents.family prior rows options id

    /// The same for weights and covariances of any kind. With stick-breaking weights components keep the order of their start, the largest
    /// cluster first.
    static member Fit(design: MixtureDesign, rows: Rows, options: FitOptions) : IEnumerable<Sweep<FittedMixture>> =
        MixtureFits.ofDesign design rows options

    /// Made ready to be checked against the posterior, other fits of the same model and rows (restarts) giving further places for chains to start.
    static member Checker
        (
            prior: GaussianMixturePrior,
            rows: Rows,
            posterior: GaussianMixturePosterior,
            others: IEnumerable<GaussianMixturePosterior>
        ) : PosteriorChecker =
        PosteriorCheckers.ofRows rows (CheckedModels.fullMixture prior) others posterior

    /// The mixture with the rows' components summed out, for `ModelRun`: Gibbs sampling, NUTS and every inference that needs a log density. Weights pi
    /// (K), means mu (K x D) and standard deviations sigma (K x D) within components are reported, their labels matched to a fit.
    static member AsModel(design: MixtureDesign, rows: Rows) : Model =
        Model(fun () -> MixtureFits.target design (rows.WithThreads 1))

    /// Covariances of the means mu[k,d] and weights pi[k] of components that explain rows by linear response, at an optimum of coordinate
    /// ascent on these rows.
    static member LinearResponse
        (prior: GaussianMixturePrior, rows: Rows, posterior: GaussianMixturePosterior, options: LinearResponseOptions)
        : LinearResponseCovariance =
        MixtureFits.respond
            WeightFamilies.dirichlet
            FullComponents.family
            Responses.dirichletWeights
            Responses.fullMeans
            prior
            posterior
            rows
            options

    /// The exact log evidence where K = 1 and nothing of the prior is learned, in nats.
    static member LogEvidenceOfOne(design: MixtureDesign, data: Moments) : float =
        match design.Covariance with
        | MixtureCovariance.Diagonal -> DiagonalComponents.logEvidence design.Columns (DiagonalMoments.ofMoments data)
        | _ -> FullComponents.logEvidence design.Joint data

    /// Responsibilities, N rows of K, which add up to 1.
    static member Responsibilities(posterior: GaussianMixturePosterior, rows: Rows) : float[][] =
        GaussianMixture.responsibilities posterior rows

    /// Index of the most probable component of each row.
    static member MostProbable(posterior: GaussianMixturePosterior, rows: Rows) : int[] =
        GaussianMixture.mostProbable posterior rows

    /// Rows that each component explains (K).
    static member Counts(prior: GaussianMixturePrior, posterior: GaussianMixturePosterior) : Vec =
        GaussianMixture.counts prior posterior

    /// exp of the entropy of the components' shares of rows: between 1 and K.
    static member EffectiveComponents(prior: GaussianMixturePrior, posterior: GaussianMixturePosterior) : float =
        GaussianMixture.effectiveComponents prior posterior

    /// Log density of a new row, in nats.
    static member LogDensity(posterior: GaussianMixturePosterior, x: Vec) : float =
        GaussianMixture.predictiveLogDensity posterior x

    /// Quantile of column j of a new row, 0 < probability < 1.
    static member PredictiveQuantile(posterior: GaussianMixturePosterior, column: int, probability: float) : float =
        GaussianMixture.predictiveQuantile posterior column probability

    /// The exact log evidence where K = 1 and nothing of the prior is learned, in nats.
    static member LogEvidenceOfOne(prior: GaussianMixturePrior, data: Moments) : float =
        FullComponents.logEvidence prior.Component data

    /// What responsibilities and predictions read of the factors.
    static member View(posterior: GaussianMixturePosterior) : MixtureView = GaussianMixture.view posterior

    /// Index of the most probable component of each row.
    static member MostProbable(view: MixtureView, rows: Rows) : int[] = MixtureView.mostProbable view rows

    /// Distribution of column j of a new row.
    static member Predictive(view: MixtureView, column: int) : StudentTMixture = MixtureView.predictive view column

    /// exp of the entropy of the components' shares, given the rows that each explains (K): between 1 and K.
    static member EffectiveComponents(counts: Vec) : float = MixtureView.effectiveComponents counts
