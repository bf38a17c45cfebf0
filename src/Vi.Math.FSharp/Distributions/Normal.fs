namespace Vi.Math

/// N(Mean, Variance) on the real line; Variance > 0.
type Normal = { Mean: float; Variance: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The normal family: T(x) = (x, x^2), eta = (mean / variance, -1 / (2 variance)), A = -eta1^2 / (4 eta2) - log(-2 eta2) / 2, base
/// measure (2 pi)^(-1/2). Formulas: Bishop, Pattern Recognition and Machine Learning, sections 2.3.1 and 2.4.
[<RequireQualifiedAccess>]
module Normal =

    /// N(mean, variance); raises ArgumentException unless the mean is finite and the variance positive and finite.
    let create (mean: float) (variance: float) : Normal =
        Require.finite "Normal" "Mean" mean
        Require.positive "Normal" "Variance" variance
        { Mean = mean; Variance = variance }

    /// N(mean, standardDeviation^2).
    let ofStandardDeviation (mean: float) (standardDeviation: float) : Normal =
        Require.positive "Normal" "standardDeviation" standardDeviation
        create mean (standardDeviation * standardDeviation)

    /// E[x].
    let mean (d: Normal) = d.Mean

    /// Var[x].
    let variance (d: Normal) = d.Variance

    /// sqrt Var[x].
    let standardDeviation (d: Normal) = sqrt d.Variance

    /// eta = (mean / variance, -1 / (2 variance)).
    let naturalParameters (d: Normal) : Vec = Vec.ofArray [| d.Mean / d.Variance; -0.5 / d.Variance |]

    /// Whether eta2 < 0.
    let isProper (eta: Vec) = eta.Length = 2 && Vec.isFinite eta && eta[1] < 0.0

    /// The normal of eta; raises ArgumentException unless eta2 < 0.
    let ofNaturalParameters (eta: Vec) : Normal =
        Require.length "Normal" 2 eta
        let variance = -0.5 / eta[1]
        create (eta[0] * variance) variance

    /// (x, x^2).
    let sufficientStatistics (x: float) : Vec = Vec.ofArray [| x; x * x |]

    /// (E[x], E[x^2]).
    let meanParameters (d: Normal) : Vec = Vec.ofArray [| d.Mean; d.Variance + d.Mean * d.Mean |]

    /// A(eta) = -eta1^2 / (4 eta2) - log(-2 eta2) / 2.
    let logPartition (eta: Vec) =
        if isProper eta then
            -0.25 * eta[0] * eta[0] / eta[1] - 0.5 * log (-2.0 * eta[1])
        else
            Double.PositiveInfinity

    /// -log(2 pi) / 2.
    let logBaseMeasure = -0.5 * Special.logTwoPi

    /// log density at x.
    let logDensity (d: Normal) (x: float) =
        let away = x - d.Mean
        -0.5 * (Special.logTwoPi + log d.Variance + away * (away / d.Variance))

    /// log(2 pi e variance) / 2.
    let entropy (d: Normal) = 0.5 * (Special.logTwoPi + 1.0 + log d.Variance)

    /// E_q[log p].
    let expectedLogDensity (q: Normal) (p: Normal) =
        let away = q.Mean - p.Mean
        -0.5 * (Special.logTwoPi + log p.Variance + q.Variance / p.Variance + away * (away / p.Variance))

    /// KL(q || p) = (r - 1 - log r + (m_q - m_p)^2 / v_p) / 2 with r = v_q / v_p.
    let klDivergence (q: Normal) (p: Normal) =
        let away = q.Mean - p.Mean
        0.5 * (Bregman.ofRatio q.Variance p.Variance + away * (away / p.Variance))

    /// P(X <= x).
    let cdf (d: Normal) (x: float) = Special.normalCdf ((x - d.Mean) / sqrt d.Variance)

    /// The point below which a probability p lies, 0 < p < 1.
    let quantile (d: Normal) (p: float) = d.Mean + sqrt d.Variance * Special.normalQuantile p

    /// One draw.
    let sample (d: Normal) (rng: Rng) : struct (float * Rng) =
        let struct (z, rng) = Rng.normal rng
        struct (d.Mean + sqrt d.Variance * z, rng)

    /// The contract.
    let family: ExponentialFamily<Normal, float> =
        { Name = "Normal"
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
