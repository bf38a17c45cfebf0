namespace Vi.Math

/// Joint distribution of a mean mu and a precision tau > 0: mu | tau ~ N(Mean, 1 / (PrecisionScale tau)), tau ~ Gamma(Shape, Rate); all but the
/// mean positive.
type NormalGamma = { Mean: float; PrecisionScale: float; Shape: float; Rate: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The normal-gamma family: T(mu, tau) = (log tau, tau, tau mu, tau mu^2), with scale k eta = (a - 1/2, -(b + k m^2 / 2), k m, -k / 2),
/// A = log Gamma(a) - a log b - log(k) / 2, base measure (2 pi)^(-1/2). Formulas: Bishop, section 2.3.6 and Appendix B.
[<RequireQualifiedAccess>]
module NormalGamma =

    /// Mean m, precision scale k, shape a, rate b; raises ArgumentException unless m is finite and the others positive and finite.
    let create (mean: float) (precisionScale: float) (shape: float) (rate: float) : NormalGamma =
        Require.finite "NormalGamma" "Mean" mean
        Require.positive "NormalGamma" "PrecisionScale" precisionScale
        Require.positive "NormalGamma" "Shape" shape
        Require.positive "NormalGamma" "Rate" rate
        { Mean = mean; PrecisionScale = precisionScale; Shape = shape; Rate = rate }

    /// The marginal distribution of tau.
    let precision (d: NormalGamma) : Gamma = { Shape = d.Shape; Rate = d.Rate }

    /// (E[mu], E[tau]).
    let mean (d: NormalGamma) : struct (float * float) = struct (d.Mean, d.Shape / d.Rate)

    /// (Var[mu], Var[tau]); the first is infinite for a <= 1.
    let variance (d: NormalGamma) : struct (float * float) =
        let ofMean =
            if d.Shape > 1.0 then
                d.Rate / (d.PrecisionScale * (d.Shape - 1.0))
            else
                Double.PositiveInfinity

        struct (ofMean, d.Shape / d.Rate / d.Rate)

    /// E[tau] = a / b.
    let expectedPrecision (d: NormalGamma) = d.Shape / d.Rate

    /// E[log tau] = digamma(a) - log b.
    let expectedLog (d: NormalGamma) = Gamma.expectedLog (precision d)

    /// eta = (a - 1/2, -(b + k m^2 / 2), k m, -k / 2).
    let naturalParameters (d: NormalGamma) : Vec =
        let k = d.PrecisionScale

        Vec.ofArray [| d.Shape - 0.5; -(d.Rate + 0.5 * k * d.Mean * d.Mean); k * d.Mean; -0.5 * k |]

    let private parts (eta: Vec) : NormalGamma =
        let k = -2.0 * eta[3]
        let mean = eta[2] / k
        { Mean = mean; PrecisionScale = k; Shape = eta[0] + 0.5; Rate = -eta[1] - 0.5 * eta[2] * mean }

    /// Whether a, b and k of eta are positive.
    let isProper (eta: Vec) =
        eta.Length = 4
        && Vec.isFinite eta
        && (let d = parts eta in d.PrecisionScale > 0.0 && d.Shape > 0.0 && d.Rate > 0.0)

    /// The distribution of eta; raises ArgumentException unless a, b and k of eta are positive. The rate is a difference, so that its
    /// digits go where k m^2 is much larger.
    let ofNaturalParameters (eta: Vec) : NormalGamma =
        Require.length "NormalGamma" 4 eta
        let d = parts eta
        create d.Mean d.PrecisionScale d.Shape d.Rate

    /// (log tau, tau, tau mu, tau mu^2).
    let sufficientStatistics (struct (mu, tau): struct (float * float)) : Vec =
        Vec.ofArray [| log tau; tau; tau * mu; tau * mu * mu |]

    /// (E[log tau], E[tau], E[tau mu], E[tau mu^2] = 1/k + m^2 a/b).
    let meanParameters (d: NormalGamma) : Vec =
        let tau = expectedPrecision d

        Vec.ofArray [| expectedLog d; tau; tau * d.Mean; 1.0 / d.PrecisionScale + tau * d.Mean * d.Mean |]

    /// A(eta) = log Gamma(a) - a log b - log(k) / 2.
    let logPartition (eta: Vec) =
        if isProper eta then
            let d = parts eta
            Special.logGamma d.Shape - d.Shape * log d.Rate - 0.5 * log d.PrecisionScale
        else
            Double.PositiveInfinity

    /// -log(2 pi) / 2.
    let logBaseMeasure = -0.5 * Special.logTwoPi

    /// log density at (mu, tau); minus infinity unless tau > 0.
    let logDensity (d: NormalGamma) (struct (mu, tau): struct (float * float)) =
        if tau > 0.0 then
            let away = mu - d.Mean

            Gamma.logDensity (precision d) tau
            + 0.5 * (log d.PrecisionScale + log tau - Special.logTwoPi - d.PrecisionScale * tau * away * away)
        else
            Double.NegativeInfinity

    /// Entropy of tau plus the mean entropy of mu given tau.
    let entropy (d: NormalGamma) =
        Gamma.entropy (precision d) + 0.5 * (Special.logTwoPi + 1.0 - log d.PrecisionScale - expectedLog d)

    /// E_q[log p].
    let expectedLogDensity (q: NormalGamma) (p: NormalGamma) =
        let away = q.Mean - p.Mean

        Gamma.expectedLogDensity (precision q) (precision p)
        + 0.5
          * (log p.PrecisionScale + expectedLog q
             - Special.logTwoPi
             - p.PrecisionScale / q.PrecisionScale
             - p.PrecisionScale * expectedPrecision q * away * away)

    /// KL(q || p): that of tau plus (r - 1 - log r + k_p E_q[tau] (m_q - m_p)^2) / 2 with r = k_p / k_q, the mean divergence of mu given
    /// tau.
    let klDivergence (q: NormalGamma) (p: NormalGamma) =
        let away = q.Mean - p.Mean

        Gamma.klDivergence (precision q) (precision p)
        + 0.5
          * (Bregman.ofRatio p.PrecisionScale q.PrecisionScale
             + p.PrecisionScale * expectedPrecision q * away * away)

    /// One draw (mu, tau).
    let sample (d: NormalGamma) (rng: Rng) : struct (struct (float * float) * Rng) =
        let struct (tau, rng) = Gamma.sample (precision d) rng
        let struct (z, rng) = Rng.normal rng
        struct (struct (d.Mean + z / sqrt (d.PrecisionScale * tau), tau), rng)

    /// The contract.
    let family: ExponentialFamily<NormalGamma, struct (float * float)> =
        { Name = "Normal-gamma"
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
