namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// The mean of a normal sample with known noise: x_i ~ N(mu, noiseSd^2), mu ~ N(priorMean, priorSd^2).
[<AbstractClass; Sealed>]
type GaussianMeanModel private () =

    /// The prior; both standard deviations are positive, in the data's unit.
    static member Prior(priorMean: float, priorSd: float, noiseSd: float) : GaussianMeanPrior =
        { Mean = Normal.create priorMean (priorSd * priorSd)
          NoiseVariance = (Normal.create 0.0 (noiseSd * noiseSd)).Variance }

    /// Fits q(mu) to one column, lazily, sweep by sweep.
    static member Fit(prior: GaussianMeanPrior, rows: Rows, options: FitOptions) : IEnumerable<Sweep<Normal>> =
        let rows = rows.WithThreads options.Threads
        let model = GaussianMean.model prior
        Sweeps.ofFixed options id rows Moments.scale model

    /// Made ready to be checked against the posterior, which it is where nothing went wrong.
    static member Checker(prior: GaussianMeanPrior, rows: Rows, posterior: Normal) : PosteriorChecker =
        PosteriorCheckers.ofRows rows (CheckedModels.gaussianMean prior) [] posterior

    /// The bound at any q(mu) = N(mean, sd^2), in nats.
    static member Elbo(prior: GaussianMeanPrior, data: Moments, mean: float, sd: float) : float =
        (GaussianMean.elbo prior data (Normal.create mean (sd * sd))).Value

    /// The exact posterior.
    static member Posterior(prior: GaussianMeanPrior, data: Moments) : Normal = GaussianMean.posterior prior data

    /// The exact log evidence, in nats.
    static member LogEvidence(prior: GaussianMeanPrior, data: Moments) : float = GaussianMean.logEvidence prior data

    /// The distribution of a new observation.
    static member Predictive(prior: GaussianMeanPrior, q: Normal) : Normal = GaussianMean.predictive prior q

/// Mean and precision of a normal sample: mu | tau ~ N(m0, 1 / (kappa0 tau)), tau ~ Gamma(a0, b0), approximated by q(mu) q(tau).
[<AbstractClass; Sealed>]
type GaussianMeanPrecisionModel private () =

    /// The prior.
    static member Prior(m0: float, kappa0: float, a0: float, b0: float) : NormalGamma =
        NormalGamma.create m0 kappa0 a0 b0

    /// Fits q(mu) q(tau) to one column, lazily, sweep by sweep.
    static member Fit
        (prior: NormalGamma, rows: Rows, options: FitOptions)
        : IEnumerable<Sweep<GaussianMeanPrecisionPosterior>> =
        let rows = rows.WithThreads options.Threads
        let model = GaussianMeanPrecision.model prior
        Sweeps.ofFixed options id rows Moments.scale model

    /// The exact posterior.
    static member Posterior(prior: NormalGamma, data: Moments) : NormalGamma =
        GaussianMeanPrecision.posterior prior data

    /// The exact log evidence, in nats.
    static member LogEvidence(prior: NormalGamma, data: Moments) : float = GaussianMeanPrecision.logEvidence prior data

    /// Made ready to be checked against the posterior.
    static member Checker
        (prior: NormalGamma, rows: Rows, posterior: GaussianMeanPrecisionPosterior)
        : PosteriorChecker =
        PosteriorCheckers.ofRows rows (CheckedModels.gaussianMeanPrecision prior) [] posterior

    /// Covariances of mu and tau by linear response, at an optimum of coordinate ascent.
    static member LinearResponse
        (prior: NormalGamma, data: Moments, q: GaussianMeanPrecisionPosterior, options: LinearResponseOptions)
        : LinearResponseCovariance =
        ResponseCovariances.ofMoments data (GaussianMeanPrecision.model prior) Responses.gaussianMeanPrecision options q

    /// KL(q || posterior) in closed form, in nats.
    static member Divergence(prior: NormalGamma, data: Moments, q: GaussianMeanPrecisionPosterior) : float =
        GaussianMeanPrecision.divergenceFromPosterior prior data q

    /// The distribution of a new observation.
    static member Predictive(q: GaussianMeanPrecisionPosterior) : NormalScaleMixture =
        GaussianMeanPrecision.predictive q
