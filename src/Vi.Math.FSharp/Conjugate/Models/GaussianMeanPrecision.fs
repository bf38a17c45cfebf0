namespace Vi.Math

/// Factors of the mean and precision of a normal sample: q(mu) q(tau).
type GaussianMeanPrecisionPosterior =
    {
        /// q(mu).
        Mean: Normal
        /// q(tau), the precision of one observation.
        Precision: Gamma
    }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Mean and precision of a normal sample under a normal-gamma prior, with q(mu) q(tau) (Bishop 2006, 10.1.3). The exact posterior ties the
/// two, so a gap remains; the exact evidence is known and the gap is the KL divergence. Data: one column.
[<RequireQualifiedAccess>]
module GaussianMeanPrecision =

    /// E sum_i (x_i - mu)^2 under q(mu).
    let private expectedSquares (data: Moments) (mean: Normal) =
        let deviation = Moments.meanFromAt 0 mean.Mean data
        data.Scatter[0, 0] + data.Weight * (deviation * deviation + mean.Variance)

    /// E (mu - m_0)^2 under q(mu).
    let private expectedShift (prior: NormalGamma) (mean: Normal) =
        let deviation = mean.Mean - prior.Mean
        deviation * deviation + mean.Variance

    /// The whole bound at any factors.
    let elbo (prior: NormalGamma) (data: Moments) (q: GaussianMeanPrecisionPosterior) : Elbo =
        let n = data.Weight
        let precision = Gamma.mean q.Precision
        let logPrecision = Gamma.expectedLog q.Precision

        Elbo.ofTerms
            [ "E[log p(x | mu, tau)]",
              0.5 * n * (logPrecision - Special.logTwoPi) - 0.5 * precision * expectedSquares data q.Mean
              "E[log p(mu | tau)]",
              0.5 * (logPrecision + log prior.PrecisionScale - Special.logTwoPi)
              - 0.5 * prior.PrecisionScale * precision * expectedShift prior q.Mean
              "E[log p(tau)]", Gamma.expectedLogDensity q.Precision { Shape = prior.Shape; Rate = prior.Rate }
              "H[q(mu)]", Normal.entropy q.Mean
              "H[q(tau)]", Gamma.entropy q.Precision ]

    /// The optimal q(mu): depends on q(tau) through its mean alone.
    let updateMean (prior: NormalGamma) (data: Moments) (q: GaussianMeanPrecisionPosterior) =
        let scale = prior.PrecisionScale + data.Weight

        { q with
            Mean =
                { Mean = prior.Mean + data.Weight / scale * Moments.meanFromAt 0 prior.Mean data
                  Variance = 1.0 / (scale * Gamma.mean q.Precision) } }

    /// The optimal q(tau); the half beyond N/2 is that of p(mu | tau).
    let updatePrecision (prior: NormalGamma) (data: Moments) (q: GaussianMeanPrecisionPosterior) =
        { q with
            Precision =
                { Shape = prior.Shape + 0.5 * (data.Weight + 1.0)
                  Rate =
                    prior.Rate + 0.5 * (expectedSquares data q.Mean + prior.PrecisionScale * expectedShift prior q.Mean) } }

    /// The exact posterior (Murphy 2007, Conjugate Bayesian analysis of the Gaussian distribution, 85 to 89).
    let posterior (prior: NormalGamma) (data: Moments) : NormalGamma =
        let n = data.Weight
        let scale = prior.PrecisionScale + n
        let shift = Moments.meanFromAt 0 prior.Mean data

        { Mean = prior.Mean + n / scale * shift
          PrecisionScale = scale
          Shape = prior.Shape + 0.5 * n
          Rate = prior.Rate + 0.5 * data.Scatter[0, 0] + 0.5 * prior.PrecisionScale * (n / scale) * shift * shift }

    /// The exact log evidence (Murphy 2007, 95).
    let logEvidence (prior: NormalGamma) (data: Moments) =
        let exact = posterior prior data

        Special.logGamma exact.Shape - Special.logGamma prior.Shape + prior.Shape * log prior.Rate
        - exact.Shape * log exact.Rate
        + 0.5 * (log prior.PrecisionScale - log exact.PrecisionScale)
        - 0.5 * data.Weight * Special.logTwoPi

    /// KL of the factors to the exact posterior: what the factorisation costs, log evidence - bound.
    let divergenceFromPosterior (prior: NormalGamma) (data: Moments) (q: GaussianMeanPrecisionPosterior) =
        let exact = posterior prior data
        let precision = Gamma.mean q.Precision
        let shift = q.Mean.Mean - exact.Mean
        // Conditional on tau, KL of N(m, v) to N(m_n, 1 / (kappa_n tau)); then its mean over q(tau).
        let ratio = exact.PrecisionScale * precision * q.Mean.Variance

        let jensen = log precision - Gamma.expectedLog q.Precision

        0.5 * (ratio - 1.0 - log ratio)
        + 0.5 * exact.PrecisionScale * precision * shift * shift
        + 0.5 * jensen
        + Gamma.klDivergence q.Precision { Shape = exact.Shape; Rate = exact.Rate }

    /// The model: data enter through their moments. The start has q(tau) at its prior and q(mu) at the prior given its mean.
    let model (prior: NormalGamma) : ConjugateModel<Block, Moments, GaussianMeanPrecisionPosterior> =
        { Name = "gaussian-mean-precision"
          Monoid = Moments.monoid 1
          Data = Fixed Moments.ofBlock
          Updates =
            [ { Factor = "q(mu)"; Update = updateMean prior }
              { Factor = "q(tau)"; Update = updatePrecision prior } ]
          Elbo = elbo prior
          Divergence = fun a b -> Normal.klDivergence a.Mean b.Mean + Gamma.klDivergence a.Precision b.Precision
          Coordinates =
            FactorCoordinates.together
                [ FactorCoordinates.inside
                      (fun (q: GaussianMeanPrecisionPosterior) -> q.Mean)
                      (fun mean q -> { q with Mean = mean })
                      FactorCoordinates.normal
                  FactorCoordinates.inside
                      (fun (q: GaussianMeanPrecisionPosterior) -> q.Precision)
                      (fun precision q -> { q with Precision = precision })
                      FactorCoordinates.gamma ]
          Prior =
            { Mean = { Mean = prior.Mean; Variance = prior.Rate / (prior.PrecisionScale * prior.Shape) }
              Precision = { Shape = prior.Shape; Rate = prior.Rate } } }

    /// The distribution of a new observation: normal with the precision's uncertainty mixed in.
    let predictive (q: GaussianMeanPrecisionPosterior) : NormalScaleMixture =
        { Mean = q.Mean.Mean
          Variance = q.Mean.Variance
          Shape = q.Precision.Shape
          Rate = q.Precision.Rate }
