namespace Vi.Math

/// Inverse gamma(Shape a, Scale b) on x > 0: 1 / x ~ Gamma(a, rate b); both positive.
type InverseGamma = { Shape: float; Scale: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The inverse gamma family: T(x) = (log x, 1 / x), eta = (-a - 1, -b), A = log Gamma(a) - a log b, base measure 1. Formulas: those of
/// the gamma family at 1 / x.
[<RequireQualifiedAccess>]
module InverseGamma =

    /// Inverse gamma(shape, scale); raises ArgumentException unless both are positive and finite.
    let create (shape: float) (scale: float) : InverseGamma =
        Require.positive "InverseGamma" "Shape" shape
        Require.positive "InverseGamma" "Scale" scale
        { Shape = shape; Scale = scale }

    /// The distribution of 1 / x.
    let reciprocal (d: InverseGamma) : Gamma = { Shape = d.Shape; Rate = d.Scale }

    /// E[x] = b / (a - 1); infinite for a <= 1.
    let mean (d: InverseGamma) = if d.Shape > 1.0 then d.Scale / (d.Shape - 1.0) else Double.PositiveInfinity

    /// Var[x] = b^2 / ((a - 1)^2 (a - 2)); infinite for 1 < a <= 2, undefined (NaN) for a <= 1.
    let variance (d: InverseGamma) =
        if d.Shape > 2.0 then
            let m = mean d
            m * m / (d.Shape - 2.0)
        elif d.Shape > 1.0 then
            Double.PositiveInfinity
        else
            Double.NaN

    /// E[log x] = log b - digamma(a).
    let expectedLog (d: InverseGamma) = -(Gamma.expectedLog (reciprocal d))

    /// eta = (-a - 1, -b).
    let naturalParameters (d: InverseGamma) : Vec = Vec.ofArray [| -d.Shape - 1.0; -d.Scale |]

    /// Whether eta1 < -1 and eta2 < 0.
    let isProper (eta: Vec) = eta.Length = 2 && Vec.isFinite eta && eta[0] < -1.0 && eta[1] < 0.0

    /// The distribution of eta; raises ArgumentException unless eta1 < -1 and eta2 < 0.
    let ofNaturalParameters (eta: Vec) : InverseGamma =
        Require.length "InverseGamma" 2 eta
        create (-eta[0] - 1.0) -eta[1]

    /// (log x, 1 / x), x > 0.
    let sufficientStatistics (x: float) : Vec = Vec.ofArray [| log x; 1.0 / x |]

    /// (E[log x], E[1 / x] = a / b).
    let meanParameters (d: InverseGamma) : Vec = Vec.ofArray [| expectedLog d; d.Shape / d.Scale |]

    /// A(eta) = log Gamma(-eta1 - 1) + (eta1 + 1) log(-eta2).
    let logPartition (eta: Vec) =
        if isProper eta then
            Special.logGamma (-eta[0] - 1.0) + (eta[0] + 1.0) * log -eta[1]
        else
            Double.PositiveInfinity

    /// 0.
    let logBaseMeasure = 0.0

    /// log density at x; minus infinity unless x > 0.
    let logDensity (d: InverseGamma) (x: float) =
        if not (x > 0.0) || Double.IsPositiveInfinity x then
            Double.NegativeInfinity
        elif d.Scale / x < 1e-290 || d.Scale / x / d.Shape < 1e-290 then
            // So far out that the quotient underflows: the plain formula loses nothing there.
            d.Shape * (log d.Scale - log x) - log x - Special.logGamma d.Shape
        else
            Incomplete.logGammaFront d.Shape (d.Scale / x) - log x

    /// a + log b + log Gamma(a) - (1 + a) digamma(a).
    let entropy (d: InverseGamma) = Gamma.standardEntropy d.Shape + log d.Scale - 2.0 * Special.digamma d.Shape

    /// E_q[log p] = a_p log b_p - log Gamma(a_p) - (a_p + 1) E_q[log x] - b_p E_q[1 / x].
    let expectedLogDensity (q: InverseGamma) (p: InverseGamma) =
        p.Shape * log p.Scale
        - Special.logGamma p.Shape
        - (p.Shape + 1.0) * expectedLog q
        - p.Scale * (q.Shape / q.Scale)

    /// KL(q || p): that of the reciprocals, because divergence is invariant under one-to-one maps.
    let klDivergence (q: InverseGamma) (p: InverseGamma) = Gamma.klDivergence (reciprocal q) (reciprocal p)

    /// P(X <= x).
    let cdf (d: InverseGamma) (x: float) = if x <= 0.0 then 0.0 else Incomplete.gammaUpper d.Shape (d.Scale / x)

    /// P(X > x), exact in the upper tail.
    let upperTail (d: InverseGamma) (x: float) = if x <= 0.0 then 1.0 else Incomplete.gammaLower d.Shape (d.Scale / x)

    /// The point below which a probability p lies, 0 < p < 1; may overflow for shapes far below 1.
    let quantile (d: InverseGamma) (p: float) = d.Scale * exp -(Incomplete.logGammaUpperQuantile d.Shape p)

    /// One draw.
    let sample (d: InverseGamma) (rng: Rng) : struct (float * Rng) =
        let struct (x, rng) = Rng.logGamma d.Shape rng
        struct (Math.Min(Double.MaxValue, d.Scale * exp -x), rng)

    /// The contract.
    let family: ExponentialFamily<InverseGamma, float> =
        { Name = "Inverse gamma"
          NaturalParameters = naturalParameters
          OfNaturalParameters = ofNaturalParameters
          IsProper = isProper
          SufficientStatistics = sufficientStatistics
          MeanParameters = meanParameters
          LogPartition = logPartition
          LogBaseMeasure = logBaseMeasure
          LogDensity = logDensity
          Entropy = entropy
          ExpectedLogDensity = expectedLogDensity
          KlDivergence = klDivergence
          Sample = sample }
