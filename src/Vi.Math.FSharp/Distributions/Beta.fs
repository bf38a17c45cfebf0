namespace Vi.Math

/// Beta(Alpha, Beta) on (0, 1), density x^(Alpha-1) (1-x)^(Beta-1) / B(Alpha, Beta); both positive.
type Beta = { Alpha: float; Beta: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The beta family: T(x) = (log x, log(1 - x)), eta = (Alpha - 1, Beta - 1), A = log B(Alpha, Beta), base measure 1. Formulas: Bishop,
/// Appendix B; the divergence is that of the two-entry Dirichlet (Penny 2001).
[<RequireQualifiedAccess>]
module Beta =

    /// Beta(alpha, beta); raises ArgumentException unless both are positive and finite.
    let create (alpha: float) (beta: float) : Beta =
        Require.positive "Beta" "Alpha" alpha
        Require.positive "Beta" "Beta" beta
        { Alpha = alpha; Beta = beta }

    let private concentration (d: Beta) = Vec.ofArray [| d.Alpha; d.Beta |]

    /// E[x] = alpha / (alpha + beta).
    let mean (d: Beta) = d.Alpha / (d.Alpha + d.Beta)

    /// Var[x].
    let variance (d: Beta) =
        let sum = d.Alpha + d.Beta
        d.Alpha / sum * (d.Beta / sum) / (sum + 1.0)

    /// (E[log x], E[log(1 - x)]).
    let expectedLog (d: Beta) : Vec =
        let ofSum = Special.digamma (d.Alpha + d.Beta)
        Vec.map (fun a -> Special.digamma a - ofSum) (concentration d)

    /// eta = (alpha - 1, beta - 1).
    let naturalParameters (d: Beta) : Vec = Vec.ofArray [| d.Alpha - 1.0; d.Beta - 1.0 |]

    /// Whether both entries are above -1.
    let isProper (eta: Vec) = eta.Length = 2 && Vec.isFinite eta && eta[0] > -1.0 && eta[1] > -1.0

    /// The distribution of eta; raises ArgumentException unless both entries are above -1.
    let ofNaturalParameters (eta: Vec) : Beta =
        Require.length "Beta" 2 eta
        create (eta[0] + 1.0) (eta[1] + 1.0)

    /// (log x, log(1 - x)), 0 < x < 1.
    let sufficientStatistics (x: float) : Vec = Vec.ofArray [| log x; Special.log1p -x |]

    /// (E[log x], E[log(1 - x)]).
    let meanParameters (d: Beta) : Vec = expectedLog d

    /// A(eta) = log B(eta1 + 1, eta2 + 1).
    let logPartition (eta: Vec) =
        if isProper eta then
            Special.logBeta (eta[0] + 1.0) (eta[1] + 1.0)
        else
            Double.PositiveInfinity

    /// 0.
    let logBaseMeasure = 0.0

    /// log density at x; minus infinity unless 0 < x < 1.
    let logDensity (d: Beta) (x: float) =
        if x > 0.0 && x < 1.0 then
            Incomplete.logBetaFront d.Alpha d.Beta x (1.0 - x) - log x - Special.log1p -x
        else
            Double.NegativeInfinity

    /// log B - (alpha - 1) digamma(alpha) - (beta - 1) digamma(beta) + (alpha + beta - 2) digamma(alpha + beta).
    let entropy (d: Beta) = Concentration.entropy (concentration d)

    /// E_q[log p].
    let expectedLogDensity (q: Beta) (p: Beta) =
        Vec.dot (naturalParameters p) (expectedLog q) - Special.logBeta p.Alpha p.Beta

    /// KL(q || p).
    let klDivergence (q: Beta) (p: Beta) = Bregman.logMultivariateBeta (concentration p) (concentration q)

    /// P(X <= x).
    let cdf (d: Beta) (x: float) = Incomplete.beta d.Alpha d.Beta x (1.0 - x)

    /// P(X > x), exact in the upper tail.
    let upperTail (d: Beta) (x: float) = Incomplete.beta d.Beta d.Alpha (1.0 - x) x

    /// The point below which a probability p lies, 0 < p < 1.
    let quantile (d: Beta) (p: float) = 1.0 / (1.0 + exp -(Incomplete.betaQuantileLogit d.Alpha d.Beta p))

    /// One draw, strictly inside (0, 1): what would round to an end becomes the nearest number inside.
    let sample (d: Beta) (rng: Rng) : struct (float * Rng) =
        let struct (x, rng) = Rng.logGamma d.Alpha rng
        let struct (y, rng) = Rng.logGamma d.Beta rng
        struct (Math.Clamp(1.0 / (1.0 + exp (y - x)), Require.smallest, Math.BitDecrement 1.0), rng)

    /// The contract.
    let family: ExponentialFamily<Beta, float> =
        { Name = "Beta"
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
