namespace Vi.Math

/// Gamma(Shape a, Rate b) on x > 0, density b^a x^(a-1) exp(-b x) / Gamma(a), mean a / b; both positive.
type Gamma = { Shape: float; Rate: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The gamma family: T(x) = (log x, x), eta = (a - 1, -b), A = log Gamma(a) - a log b, base measure 1. Formulas: Bishop, Appendix B;
/// the divergence as in Penny (2001), "KL-divergences of normal, gamma, Dirichlet and Wishart densities", rearranged.
[<RequireQualifiedAccess>]
module Gamma =

    /// Gamma(shape, rate); raises ArgumentException unless both are positive and finite.
    let create (shape: float) (rate: float) : Gamma =
        Require.positive "Gamma" "Shape" shape
        Require.positive "Gamma" "Rate" rate
        { Shape = shape; Rate = rate }

    /// E[x] = a / b.
    let mean (d: Gamma) = d.Shape / d.Rate

    /// Var[x] = a / b^2.
    let variance (d: Gamma) = d.Shape / d.Rate / d.Rate

    /// E[log x] = digamma(a) - log b.
    let expectedLog (d: Gamma) = Special.digamma d.Shape - log d.Rate

    /// eta = (a - 1, -b).
    let naturalParameters (d: Gamma) : Vec = Vec.ofArray [| d.Shape - 1.0; -d.Rate |]

    /// Whether eta1 > -1 and eta2 < 0.
    let isProper (eta: Vec) = eta.Length = 2 && Vec.isFinite eta && eta[0] > -1.0 && eta[1] < 0.0

    /// The distribution of eta; raises ArgumentException unless eta1 > -1 and eta2 < 0.
    let ofNaturalParameters (eta: Vec) : Gamma =
        Require.length "Gamma" 2 eta
        create (eta[0] + 1.0) -eta[1]

    /// (log x, x), x > 0.
    let sufficientStatistics (x: float) : Vec = Vec.ofArray [| log x; x |]

    /// (E[log x], E[x]).
    let meanParameters (d: Gamma) : Vec = Vec.ofArray [| expectedLog d; mean d |]

    /// A(eta) = log Gamma(eta1 + 1) - (eta1 + 1) log(-eta2).
    let logPartition (eta: Vec) =
        if isProper eta then
            Special.logGamma (eta[0] + 1.0) - (eta[0] + 1.0) * log -eta[1]
        else
            Double.PositiveInfinity

    /// 0.
    let logBaseMeasure = 0.0

    /// log density at x; minus infinity unless x > 0.
    let logDensity (d: Gamma) (x: float) =
        let scaled = d.Rate * x

        if not (x > 0.0) || Double.IsPositiveInfinity x then
            Double.NegativeInfinity
        elif scaled < 1e-290 || scaled / d.Shape < 1e-290 then
            // So near 0 that the quotient underflows: the plain formula loses nothing there.
            d.Shape * (log d.Rate + log x) - log x - Special.logGamma d.Shape
        else
            Incomplete.logGammaFront d.Shape scaled - log x

    /// Entropy of Gamma(a, 1), log Gamma(a) + (1 - a) digamma(a) + a, with Stirling's leading terms cancelled on paper:
    /// log(2 pi e a) / 2 - 1 / (2 a) + r(a) + (1 - a) r'(a), r the remainder.
    let internal standardEntropy (shape: float) =
        0.5 * (Special.logTwoPi + 1.0 + log shape) - 0.5 / shape
        + Special.stirlingRemainder shape
        + (1.0 - shape) * Special.stirlingRemainderDerivative shape

    /// log Gamma(a) + (1 - a) digamma(a) + a - log b.
    let entropy (d: Gamma) = standardEntropy d.Shape - log d.Rate

    /// E_q[log p] = a_p log b_p - log Gamma(a_p) + (a_p - 1) E_q[log x] - b_p E_q[x].
    let expectedLogDensity (q: Gamma) (p: Gamma) =
        p.Shape * log p.Rate - Special.logGamma p.Shape + (p.Shape - 1.0) * expectedLog q - p.Rate * mean q

    /// KL(q || p) = a_p (R - 1 - log R) + (s - 1 - log s) / 2 + B with R the ratio of the means E_q / E_p, s = a_p / a_q and B the
    /// Bregman divergence of Stirling's remainder from a_p to a_q: Penny's formula after log Gamma is expanded by Stirling.
    let klDivergence (q: Gamma) (p: Gamma) =
        let ratio = mean q / mean p

        // By differences where shapes and rates are close; far apart those would cancel, and the ratio itself serves.
        let difference =
            if abs (q.Shape - p.Shape) <= 0.5 * p.Shape && abs (p.Rate - q.Rate) <= 0.5 * q.Rate then
                (q.Shape - p.Shape) / p.Shape * (p.Rate / q.Rate) + (p.Rate - q.Rate) / q.Rate
            else
                ratio - 1.0

        let ofMeans = p.Shape * Bregman.excess ratio difference

        // Both divergences of a number from itself are 0.
        if p.Shape = q.Shape then
            ofMeans
        else
            ofMeans + 0.5 * Bregman.ofRatio p.Shape q.Shape + Bregman.stirlingRemainder p.Shape q.Shape

    /// P(X <= x).
    let cdf (d: Gamma) (x: float) = Incomplete.gammaLower d.Shape (d.Rate * x)

    /// P(X > x), exact in the upper tail.
    let upperTail (d: Gamma) (x: float) = Incomplete.gammaUpper d.Shape (d.Rate * x)

    /// The point below which a probability p lies, 0 < p < 1; may underflow to 0 for shapes far below 1.
    let quantile (d: Gamma) (p: float) = exp (Incomplete.logGammaQuantile d.Shape p) / d.Rate

    /// One draw; where it would underflow (shapes far below 1), the smallest normal number.
    let sample (d: Gamma) (rng: Rng) : struct (float * Rng) =
        let struct (x, rng) = Rng.gamma d.Shape d.Rate rng
        struct (Math.Max(x, Require.smallest), rng)

    /// The contract.
    let family: ExponentialFamily<Gamma, float> =
        { Name = "Gamma"
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
