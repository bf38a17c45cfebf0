namespace Vi.Math

/// Dirichlet(Concentration) on the simplex of K >= 2 probabilities; every concentration positive.
type Dirichlet = { Concentration: Vec }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The Dirichlet family: T(x) = log x, eta = concentration - 1, A = sum log Gamma(alpha_k) - log Gamma(alpha_0), base measure 1 with
/// respect to the Lebesgue measure of the first K - 1 entries. Formulas: Bishop, Appendix B; the divergence as in Penny (2001).
[<RequireQualifiedAccess>]
module Dirichlet =

    /// Dirichlet(concentration), K >= 2 entries; raises ArgumentException unless all are positive and finite.
    let create (concentration: Vec) : Dirichlet =
        if concentration.Length < 2 then
            raise (
                ArgumentException(
                    $"Dirichlet: Concentration must have at least two entries, not {concentration.Length}",
                    "Concentration"
                )
            )

        Require.positiveVec "Dirichlet" "Concentration" concentration
        { Concentration = concentration }

    /// K equal concentrations.
    let symmetric (count: int) (concentration: float) : Dirichlet = create (Vec.constant count concentration)

    /// alpha_0, the sum of the concentrations.
    let total (d: Dirichlet) = Vec.sum d.Concentration

    /// E[x] (K).
    let mean (d: Dirichlet) : Vec = Vec.scale (1.0 / total d) d.Concentration

    /// Variances of the entries (K).
    let variance (d: Dirichlet) : Vec =
        let sum = total d
        d.Concentration |> Vec.map (fun a -> a / sum * ((sum - a) / sum) / (sum + 1.0))

    /// E[log x_k] = digamma(alpha_k) - digamma(alpha_0).
    let expectedLog (d: Dirichlet) : Vec =
        let ofTotal = Special.digamma (total d)
        d.Concentration |> Vec.map (fun a -> Special.digamma a - ofTotal)

    /// The distribution of entry i, from 0: Beta(alpha_i, alpha_0 - alpha_i), the second as the sum of the others.
    let marginal (i: int) (d: Dirichlet) : Beta =
        let mutable others = 0.0

        for k in 0 .. d.Concentration.Length - 1 do
            if k <> i then
                others <- others + d.Concentration[k]

        { Alpha = d.Concentration[i]; Beta = others }

    /// eta = concentration - 1.
    let naturalParameters (d: Dirichlet) : Vec = Vec.map (fun a -> a - 1.0) d.Concentration

    /// Whether every entry is above -1.
    let isProper (eta: Vec) = eta.Length >= 2 && Vec.isFinite eta && Seq.forall (fun e -> e > -1.0) (Vec.toArray eta)

    /// The distribution of eta; raises ArgumentException unless every entry is above -1.
    let ofNaturalParameters (eta: Vec) : Dirichlet = create (Vec.map (fun e -> e + 1.0) eta)

    /// log x of a point of the simplex.
    let sufficientStatistics (x: Vec) : Vec = Vec.map log x

    /// E[log x].
    let meanParameters (d: Dirichlet) : Vec = expectedLog d

    /// Logarithm of the multivariate beta function.
    let private logBeta (concentration: Vec) =
        Vec.sumBy Special.logGamma concentration - Special.logGamma (Vec.sum concentration)

    /// A(eta) = sum log Gamma(eta_k + 1) - log Gamma(sum (eta_k + 1)).
    let logPartition (eta: Vec) =
        if isProper eta then
            logBeta (Vec.map (fun e -> e + 1.0) eta)
        else
            Double.PositiveInfinity

    /// 0.
    let logBaseMeasure = 0.0

    /// log density at a point of the simplex, with respect to its first K - 1 entries; the point is taken to sum to 1. Minus infinity
    /// where an entry is negative.
    let logDensity (d: Dirichlet) (x: Vec) =
        if Seq.exists (fun v -> v < 0.0) (Vec.toArray x) then
            Double.NegativeInfinity
        else
            let powers = Vec.map2 (fun a v -> if a = 1.0 then 0.0 else (a - 1.0) * log v) d.Concentration x

            Vec.sum powers - logBeta d.Concentration

    /// log B(alpha) + (alpha_0 - K) digamma(alpha_0) - sum (alpha_k - 1) digamma(alpha_k).
    let entropy (d: Dirichlet) = Concentration.entropy d.Concentration

    /// E_q[log p] = sum (alpha_p - 1) E_q[log x] - log B(alpha_p).
    let expectedLogDensity (q: Dirichlet) (p: Dirichlet) =
        Vec.dot (naturalParameters p) (expectedLog q) - logBeta p.Concentration

    /// KL(q || p): the Bregman divergence of log B from alpha_p to alpha_q.
    let klDivergence (q: Dirichlet) (p: Dirichlet) = Bregman.logMultivariateBeta p.Concentration q.Concentration

    /// One draw, by normalised gamma variables in logs; entries that would underflow become the smallest normal number.
    let sample (d: Dirichlet) (rng: Rng) : struct (Vec * Rng) =
        let logs = Array.zeroCreate d.Concentration.Length
        let mutable current = rng

        for k in 0 .. logs.Length - 1 do
            let struct (value, next) = Rng.logGamma d.Concentration[k] current
            logs[k] <- value
            current <- next

        let logTotal = Special.logSumExp (ReadOnlySpan<float> logs)
        struct (Vec.init logs.Length (fun k -> Math.Max(Require.smallest, exp (logs[k] - logTotal))), current)

    /// The contract for K probabilities.
    let family (count: int) : ExponentialFamily<Dirichlet, Vec> =
        { Name = $"Dirichlet, K = {count}"
          NaturalParameters = naturalParameters
          OfNaturalParameters =
            (fun eta ->
                Require.length "Dirichlet" count eta
                ofNaturalParameters eta)
          IsProper = (fun eta -> eta.Length = count && isProper eta)
          SufficientStatistics = sufficientStatistics
          MeanParameters = meanParameters
          LogPartition = logPartition
          LogBaseMeasure = logBaseMeasure
          LogDensity = logDensity
          Entropy = entropy
          ExpectedLogDensity = expectedLogDensity
          KlDivergence = klDivergence
          Sample = sample }
