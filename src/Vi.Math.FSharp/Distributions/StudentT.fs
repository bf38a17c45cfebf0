namespace Vi.Math

/// Student's t with Location, Scale > 0 (not its square) and DegreesOfFreedom > 0.
type StudentT = { Location: float; Scale: float; DegreesOfFreedom: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Student's t on the real line: what a normal mean or observation follows once its precision is integrated out. Formulas: Bishop,
/// section 2.3.7 and Appendix B.
[<RequireQualifiedAccess>]
module StudentT =

    /// Location, scale, degrees of freedom; raises ArgumentException unless the location is finite and the others positive and finite.
    let create (location: float) (scale: float) (degreesOfFreedom: float) : StudentT =
        Require.finite "StudentT" "Location" location
        Require.positive "StudentT" "Scale" scale
        Require.positive "StudentT" "DegreesOfFreedom" degreesOfFreedom
        { Location = location; Scale = scale; DegreesOfFreedom = degreesOfFreedom }

    /// The marginal distribution of mu under a normal-gamma: location m, scale^2 = b / (a k), 2 a degrees of freedom.
    let ofMean (d: NormalGamma) : StudentT =
        create d.Mean (sqrt (d.Rate / (d.Shape * d.PrecisionScale))) (2.0 * d.Shape)

    /// The predictive distribution of a new observation under a normal-gamma: location m, scale^2 = b (k + 1) / (a k), 2 a degrees of freedom.
    let predictive (d: NormalGamma) : StudentT =
        create d.Mean (sqrt (d.Rate / d.Shape * (1.0 + 1.0 / d.PrecisionScale))) (2.0 * d.Shape)

    /// The location; undefined (NaN) for at most 1 degree of freedom.
    let mean (d: StudentT) = if d.DegreesOfFreedom > 1.0 then d.Location else Double.NaN

    /// scale^2 nu / (nu - 2); infinite for 1 < nu <= 2, undefined (NaN) for nu <= 1.
    let variance (d: StudentT) =
        let nu = d.DegreesOfFreedom

        if nu > 2.0 then d.Scale * d.Scale * (nu / (nu - 2.0))
        elif nu > 1.0 then Double.PositiveInfinity
        else Double.NaN

    /// log(1 + z^2 / nu) without overflow.
    let private logKernel nu (z: float) =
        if abs z < 1e150 then Special.log1p (z * z / nu) else 2.0 * log (abs z) - log nu

    let private standardLogDensity nu (z: float) =
        Special.logGammaDifference (0.5 * nu) 0.5
        - 0.5 * log (nu * Math.PI)
        - 0.5 * (nu + 1.0) * logKernel nu z

    /// log density at x.
    let logDensity (d: StudentT) (x: float) =
        standardLogDensity d.DegreesOfFreedom ((x - d.Location) / d.Scale) - log d.Scale

    /// P(Z <= z) of the standard distribution: for z < 0, I_x(nu/2, 1/2) / 2 at x = nu / (nu + z^2), far out the leading term of its series.
    let private standardCdf (nu: float) (z: float) =
        let ratio = abs z / sqrt nu

        let tail =
            if ratio > 1e100 then
                exp (Special.logGammaDifference (0.5 * nu) 0.5 - 0.5 * log Math.PI - log nu - nu * log ratio)
            else
                let x = 1.0 / (1.0 + ratio * ratio)
                0.5 * Incomplete.beta (0.5 * nu) 0.5 x (ratio * ratio * x)

        if z < 0.0 then tail else 1.0 - tail

    /// P(X <= x).
    let cdf (d: StudentT) (x: float) = standardCdf d.DegreesOfFreedom ((x - d.Location) / d.Scale)

    /// P(X > x), exact in the upper tail.
    let upperTail (d: StudentT) (x: float) = standardCdf d.DegreesOfFreedom ((d.Location - x) / d.Scale)

    /// The point below which a probability p lies, 0 < p < 1; solved in arsinh z, so that heavy tails are reached.
    let quantile (d: StudentT) (p: float) =
        let nu = d.DegreesOfFreedom

        if p = 0.5 then
            d.Location
        else
            let t =
                Incomplete.quantile
                    (fun t -> standardCdf nu (sinh t))
                    (fun t -> standardCdf nu (sinh -t))
                    (fun t -> standardLogDensity nu (sinh t) + log (cosh t))
                    0.0
                    1.0
                    p

            d.Location + d.Scale * sinh t

    /// One draw: a normal over the root of a gamma.
    let sample (d: StudentT) (rng: Rng) : struct (float * Rng) =
        let half = 0.5 * d.DegreesOfFreedom
        let struct (z, rng) = Rng.normal rng
        let struct (logTau, rng) = Rng.logGamma half rng
        struct (d.Location + d.Scale * z * exp (0.5 * (log half - logTau)), rng)
