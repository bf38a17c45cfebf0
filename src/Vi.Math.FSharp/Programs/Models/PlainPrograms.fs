namespace Vi.Math

/// Priors of a mixture of normals in one dimension.
type NormalMixturePrior =
    {
        /// Number K > 1 of components.
        Components: int
        /// Concentration > 0 of each weight's Dirichlet prior.
        Concentration: float
        /// Prior of each component's mean.
        Mean: Normal
        /// Scale > 0 of the half-normal prior of each component's standard deviation.
        SdScale: float
    }

namespace Vi.Math.FSharp

open Vi.Math
open Vi.Math.FSharp.ModelLanguage

/// Small models as programs.
[<RequireQualifiedAccess>]
module PlainPrograms =

    /// x ~ N(mu, variance) with the prior of `GaussianMean`. Parameter mu; x are rows of data.
    let gaussianMean (prior: GaussianMeanPrior) (x: Vec) : Program<unit> =
        program {
            let! mu = normal "mu" prior.Mean.Mean (sqrt prior.Mean.Variance)
            let! x = rowData "x" x
            do! observe "x" (Distribution.normal mu (sqrt prior.NoiseVariance)) x
        }

    /// x ~ N(mu, 1 / tau) with a normal-gamma prior: tau ~ Gamma(a, b), mu ~ N(m, 1 / (k tau)). Parameters tau, mu; x are rows of data.
    let gaussianMeanPrecision (prior: NormalGamma) (x: Vec) : Program<unit> =
        program {
            let! tau = gamma "tau" prior.Shape prior.Rate
            let! sigma = deterministic "sigma" (Expr.exp (-0.5 * Expr.log tau))
            let! mu = normal "mu" prior.Mean (sigma * (1.0 / sqrt prior.PrecisionScale))
            let! x = rowData "x" x
            do! observe "x" (Distribution.normal mu sigma) x
        }

    /// Treatment effects theta_j ~ N(mu, tau) measured as y_j ~ N(theta_j, sigma_j), mu ~ N(0, 5), tau ~ half-Cauchy(5) (Rubin 1981;
    /// Gelman et al., Bayesian Data Analysis, 5.5). Centred: parameters mu, tau, theta; otherwise theta = mu + tau theta_trans is
    /// reported.
    let eightSchools (centred: bool) (y: Vec) (sigma: Vec) : Program<unit> =
        let schools = y.Length

        program {
            let! mu = normal "mu" 0.0 5.0
            let! tau = halfCauchy "tau" 5.0

            let! theta =
                if centred then
                    normalVector "theta" schools mu tau
                else
                    program {
                        let! standard = normalVector "theta_trans" schools 0.0 1.0
                        return! deterministic "theta" (mu + tau * standard)
                    }

            do! observe "y" (Distribution.normal theta sigma) y
        }

    /// x ~ sum_k w_k N(mu_k, sigma_k^2) with ascending means, the components summed out. Parameters weights (K), mu (K), sigma (K); x are
    /// rows of data. The means' prior is not renormalised for their order.
    let normalMixture (prior: NormalMixturePrior) (x: Vec) : Program<unit> =
        let count = prior.Components

        program {
            let! weights = dirichlet "weights" (Array.create count prior.Concentration)

            let! mu =
                drawVector
                    "mu"
                    count
                    (Distribution.on Domain.Ordered (Distribution.normal prior.Mean.Mean (sqrt prior.Mean.Variance)))

            let! sigma = halfNormalVector "sigma" count prior.SdScale
            let! x = rowData "x" x
            do! observe "x" (Distribution.mixture weights (Distribution.normal mu sigma)) x
        }
