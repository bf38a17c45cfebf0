namespace Vi.Math

/// x_i ~ N(mu, sigma^2) with known sigma, mu ~ N(m_0, s_0^2).
type GaussianMeanPrior =
    {
        /// Prior of the mean.
        Mean: Normal
        /// Known variance sigma^2 > 0 of one observation.
        NoiseVariance: float
    }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// The mean of a normal sample with known variance. One factor, so the approximation is exact: after one sweep the bound is the log
/// evidence and q(mu) the posterior. Data: one column.
[<RequireQualifiedAccess>]
module GaussianMean =

    /// The whole bound at any q(mu): E log p(x | mu) + E log p(mu) + H[q(mu)].
    let elbo (prior: GaussianMeanPrior) (data: Moments) (q: Normal) : Elbo =
        let n = data.Weight
        let deviation = Moments.meanFromAt 0 q.Mean data

        let squares = data.Scatter[0, 0] + n * (deviation * deviation + q.Variance)

        Elbo.ofTerms
            [ "E[log p(x | mu)]",
              -0.5 * n * (Special.logTwoPi + log prior.NoiseVariance) - 0.5 * squares / prior.NoiseVariance
              "E[log p(mu)]", Normal.expectedLogDensity q prior.Mean
              "H[q(mu)]", Normal.entropy q ]

    /// The exact posterior of the mean (Bishop 2006, 2.141 and 2.142).
    let posterior (prior: GaussianMeanPrior) (data: Moments) : Normal =
        let dataPrecision = data.Weight / prior.NoiseVariance
        let precision = 1.0 / prior.Mean.Variance + dataPrecision

        { Mean = prior.Mean.Mean + dataPrecision / precision * Moments.meanFromAt 0 prior.Mean.Mean data
          Variance = 1.0 / precision }

    /// The exact log evidence, the joint normal density of the sample: the sample's spread about its mean, and the density of that mean
    /// over the one that the spread left out.
    let logEvidence (prior: GaussianMeanPrior) (data: Moments) =
        let n = data.Weight

        if n = 0.0 then
            0.0
        else
            let meanVariance = prior.NoiseVariance / n

            let ofSpread =
                -0.5 * (n - 1.0) * (Special.logTwoPi + log prior.NoiseVariance)
                - 0.5 * log n
                - 0.5 * data.Scatter[0, 0] / prior.NoiseVariance

            ofSpread
            + Normal.logDensity { Mean = prior.Mean.Mean; Variance = prior.Mean.Variance + meanVariance } data.Mean[0]

    /// The model: data enter through their moments.
    let model (prior: GaussianMeanPrior) : ConjugateModel<Block, Moments, Normal> =
        { Name = "gaussian-mean"
          Monoid = Moments.monoid 1
          Data = Fixed Moments.ofBlock
          Updates = [ { Factor = "q(mu)"; Update = fun data _ -> posterior prior data } ]
          Elbo = elbo prior
          Divergence = Normal.klDivergence
          Coordinates = FactorCoordinates.normal
          Prior = prior.Mean }

    /// The distribution of a new observation given q(mu).
    let predictive (prior: GaussianMeanPrior) (q: Normal) : Normal =
        { q with Variance = q.Variance + prior.NoiseVariance }
