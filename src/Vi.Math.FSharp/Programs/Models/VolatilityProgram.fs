namespace Vi.Math

/// Priors of a stochastic volatility model, for returns that are divided by a unit first.
[<NoComparison; NoEquality>]
type VolatilityPrior =
    {
        /// Mean of the log variance, a number.
        Mu: ProgramDistribution
        /// Persistence, on (0, 1) or (-1, 1).
        Phi: ProgramDistribution
        /// Standard deviation of the log variance's innovations, positive.
        Sigma: ProgramDistribution
        /// Mean of the returns; 0 where there is none.
        MeanReturn: ProgramDistribution voption
        /// Whether the path itself holds the parameters (centred), not the standard normal innovations it is made of.
        Centred: bool
        /// What the returns are divided by. Their standard deviation makes the coordinates, and what begins near their origin, those of any
        /// unit; mu, the log variances and the mean are reported for the returns as they are.
        Unit: float
    }

namespace Vi.Math.FSharp

open Vi.Math
open Vi.Math.FSharp.ModelLanguage

/// Stochastic volatility: y_t ~ N(mean, exp(h_t)), h_t = mu + phi (h_(t-1) - mu) + sigma e_t from the stationary distribution (Kim, Shephard and
/// Chib 1998).
[<RequireQualifiedAccess>]
module VolatilityProgram =

    /// mu ~ N(0, 10), (phi + 1) / 2 ~ Beta(20, 1.5), sigma ~ half-normal(1); returns around 0, in their own unit; non-centred.
    let defaultPrior: VolatilityPrior =
        { Mu = Distribution.normal 0.0 10.0
          Phi = Distribution.betaBetween -1.0 1.0 20.0 1.5
          Sigma = Distribution.halfNormal 1.0
          MeanReturn = ValueNone
          Centred = false
          Unit = 1.0 }

    /// The program where the unit is 1.
    let private ofUnits (prior: VolatilityPrior) (y: Vec) : Program<unit> =
        let length = y.Length

        program {
            let! mu = draw "mu" prior.Mu
            let! phi = draw "phi" prior.Phi
            let! sigma = draw "sigma" prior.Sigma

            let! h =
                if prior.Centred then
                    autoregression "h" length mu phi sigma
                else
                    autoregressionFrom "z" "h" length mu phi sigma

            let! mean =
                match prior.MeanReturn with
                | ValueSome distribution -> draw "mean" distribution
                | ValueNone -> Program.result (Expr.number 0.0)

            do! observe "y" (Distribution.normal mean (Expr.exp (0.5 * h))) y
        }

    /// The program in another unit: the level, the path and the drift of y / unit are parameters, and mu, h and the mean of y follow.
    let private inUnit (prior: VolatilityPrior) (y: Vec) : Program<unit> =
        let length = y.Length
        let shift = 2.0 * log prior.Unit

        program {
            let! level = draw "level" prior.Mu
            let! _ = deterministic "mu" (level + shift)
            let! phi = draw "phi" prior.Phi
            let! sigma = draw "sigma" prior.Sigma

            let! path =
                if prior.Centred then
                    autoregression "path" length level phi sigma
                else
                    autoregressionFrom "z" "path" length level phi sigma

            let! _ = deterministic "h" (path + shift)

            let! drift =
                match prior.MeanReturn with
                | ValueNone -> Program.result (Expr.number 0.0)
                | ValueSome distribution ->
                    program {
                        let! drift = draw "drift" distribution
                        let! _ = deterministic "mean" (prior.Unit * drift)
                        return drift
                    }

            do! observe "y" (Distribution.normal drift (Expr.exp (0.5 * path))) (Vec.scale (1.0 / prior.Unit) y)
            // The density of y, not of y / unit.
            do! potential "unit" (Expr.number (-(float length) * log prior.Unit))
        }

    /// Returns y (T). Parameters mu, phi, sigma, z (T standard normal innovations) or h, mean (where the prior has it); the log variances
    /// h (T) are reported. In another unit than 1 parameters are level, path and drift in the places of mu, h and mean, which are reported.
    let returns (prior: VolatilityPrior) (y: Vec) : Program<unit> =
        if prior.Unit = 1.0 then ofUnits prior y else inUnit prior y
