namespace Vi.Math.Fluent

open System.Collections.Generic
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
              Component = NormalWishart.create m0 beta0 (Wishart.create nu0 factor) }

    /// Fits the factors, lazily, sweep by sweep, restart after restart. A stream starts from the rows that it takes in first.
    static member Fit
        (prior: GaussianMixturePrior, rows: Rows, options: FitOptions)
        : IEnumerable<Sweep<GaussianMixturePosterior>> =
        let rows = rows.WithThreads options.Threads

        let inOrder = GaussianMixture.inOrder prior
        let model = Stochastic.gaussianMixture prior

        match options.Algorithm with
        | FitAlgorithm.Stochastic ->
            Sweeps.stochastic options inOrder rows model (fun rng -> (GaussianMixture.start prior rows rng).Globals)
        | FitAlgorithm.Streaming ->
            let first = Streaming.part rows 0L (min options.BatchRows rows.Count)

            Sweeps.streaming options inOrder rows model.Scale model.Model (fun rng ->
                (GaussianMixture.start prior first rng).Globals)
        | _ -> Cavi.engine rows model.Model (GaussianMixture.start prior rows) |> Sweeps.ofEngine options inOrder

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

    /// The exact log evidence where K = 1, in nats.
    static member LogEvidenceOfOne(prior: GaussianMixturePrior, data: Moments) : float =
        GaussianMixture.logEvidenceOfOne prior.Component data

    /// What responsibilities and predictions read of the factors.
    static member View(posterior: GaussianMixturePosterior) : MixtureView = GaussianMixture.view posterior

    /// Index of the most probable component of each row.
    static member MostProbable(view: MixtureView, rows: Rows) : int[] = MixtureView.mostProbable view rows

    /// Quantile of column j of a new row, 0 < probability < 1.
    static member PredictiveQuantile(view: MixtureView, column: int, probability: float) : float =
        MixtureView.predictiveQuantile view column probability

    /// exp of the entropy of the components' shares, given the rows that each explains (K): between 1 and K.
    static member EffectiveComponents(counts: Vec) : float = MixtureView.effectiveComponents counts

/// The same with stick-breaking weights: a Dirichlet process truncated to K components.
[<AbstractClass; Sealed>]
type StickBreakingMixtureModel private () =

    /// K - 1 shares with Beta(1, concentration) priors, and the components' prior of another mixture.
    static member Prior
        (components: int, concentration: float, ofComponents: GaussianMixturePrior)
        : StickBreakingMixturePrior =
        { Weights = StickBreaking.create components concentration; Component = ofComponents.Component }

    /// Fits the factors, lazily, sweep by sweep, restart after restart. Components keep the order of their start, the largest cluster first.
    static member Fit
        (prior: StickBreakingMixturePrior, rows: Rows, options: FitOptions)
        : IEnumerable<Sweep<StickBreakingMixturePosterior>> =
        let rows = rows.WithThreads options.Threads

        Cavi.engine rows (StickBreakingMixture.model prior) (StickBreakingMixture.start prior rows)
        |> Sweeps.ofEngine options id

    /// What responsibilities and predictions read of the factors.
    static member View(posterior: StickBreakingMixturePosterior) : MixtureView = StickBreakingMixture.view posterior

    /// Rows that each component explains (K).
    static member Counts(prior: StickBreakingMixturePrior, posterior: StickBreakingMixturePosterior) : Vec =
        StickBreakingMixture.counts prior posterior

    /// The Beta law with the mean and variance of weight k, from 0; K of at least 2 components.
    static member MarginalWeight(posterior: StickBreakingMixturePosterior, k: int) : Beta =
        StickBreaking.marginal k posterior.Weights
