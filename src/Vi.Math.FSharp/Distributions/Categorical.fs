namespace Vi.Math

/// A distribution on 0 .. K - 1 by the logarithms of its probabilities (K); minus infinity where the probability is 0.
type Categorical = { LogProbabilities: Vec }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The categorical family, overcomplete: T(x) = indicator of x (K entries), eta = log probabilities, defined up to a shared constant,
/// A = log sum exp eta, base measure 1. Formulas: Bishop, section 2.4.
[<RequireQualifiedAccess>]
module Categorical =

    let private isLogWeight (v: float) = not (Double.IsNaN v) && v < Double.PositiveInfinity

    /// Whether no entry is NaN or plus infinity and at least one is finite.
    let isProper (eta: Vec) =
        let values = Vec.toArray eta
        Array.forall isLogWeight values && Array.exists Double.IsFinite values

    /// log sum exp eta.
    let logPartition (eta: Vec) =
        if isProper eta then
            Special.logSumExp (eta.AsSpan())
        else
            Double.PositiveInfinity

    /// From log probabilities (K >= 1); raises ArgumentException where one is NaN or positive infinity, or where the probabilities
    /// miss the sum 1 by more than 1e-9.
    let create (logProbabilities: Vec) : Categorical =
        Require.atLeastOne "Categorical" "LogProbabilities" logProbabilities.Length

        let refuse why =
            raise (ArgumentException($"Categorical: LogProbabilities {logProbabilities} {why}", "LogProbabilities"))

        if not (isProper logProbabilities) then
            refuse "must hold numbers below infinity, at least one of them finite"

        let total = logPartition logProbabilities

        if not (abs total <= 1e-9) then
            refuse $"must sum to probability 1; they sum to {exp total}"

        { LogProbabilities = logProbabilities }

    /// The distribution of eta, normalised; raises ArgumentException where eta is not proper.
    let ofNaturalParameters (eta: Vec) : Categorical =
        let total = logPartition eta
        create (Vec.map (fun e -> e - total) eta)

    /// The probabilities (K).
    let probabilities (d: Categorical) : Vec = Vec.map exp d.LogProbabilities

    /// eta = log probabilities.
    let naturalParameters (d: Categorical) : Vec = d.LogProbabilities

    /// The indicator of x among K; raises where x is not in 0 .. K - 1.
    let sufficientStatistics (count: int) (x: int) : Vec =
        if x < 0 || x >= count then
            raise (ArgumentOutOfRangeException(nameof x, x, $"a category from 0 to {count - 1} is needed"))

        Vec.init count (fun k -> if k = x then 1.0 else 0.0)

    /// The probabilities.
    let meanParameters (d: Categorical) : Vec = probabilities d

    /// 0.
    let logBaseMeasure = 0.0

    /// log probability of x; minus infinity outside 0 .. K - 1.
    let logDensity (d: Categorical) (x: int) =
        if x >= 0 && x < d.LogProbabilities.Length then
            d.LogProbabilities[x]
        else
            Double.NegativeInfinity

    /// sum p_k v_k, where a probability of 0 counts as 0 even against an infinite value.
    let private expect (p: Vec) (values: Vec) = Vec.sum (Vec.map2 (fun p v -> if p = 0.0 then 0.0 else p * v) p values)

    /// -sum p log p.
    let entropy (d: Categorical) = -(expect (probabilities d) d.LogProbabilities)

    /// E_q[log p]; minus infinity where q reaches a category that p excludes.
    let expectedLogDensity (q: Categorical) (p: Categorical) = expect (probabilities q) p.LogProbabilities

    /// KL(q || p) = sum q (r - 1 - log r), r = p / q: q log(q / p) with p - q added, which sums to zero. Infinite where q reaches a
    /// category that p excludes.
    let klDivergence (q: Categorical) (p: Categorical) =
        let term (ofQ: float) (ofP: float) =
            if Double.IsNegativeInfinity ofQ then
                exp ofP
            else
                exp ofQ * Bregman.ofLogRatio (ofP - ofQ)

        Vec.sum (Vec.map2 term q.LogProbabilities p.LogProbabilities)

    /// One draw from 0 .. K - 1.
    let sample (d: Categorical) (rng: Rng) : struct (int * Rng) = Rng.index ((probabilities d).AsSpan()) rng

    /// The contract for K categories.
    let family (count: int) : ExponentialFamily<Categorical, int> =
        { Name = $"Categorical, K = {count}"
          NaturalParameters = naturalParameters
          OfNaturalParameters =
            (fun eta ->
                Require.length "Categorical" count eta
                ofNaturalParameters eta)
          IsProper = (fun eta -> eta.Length = count && isProper eta)
          SufficientStatistics = sufficientStatistics count
          MeanParameters = meanParameters
          LogPartition = logPartition
          LogBaseMeasure = logBaseMeasure
          LogDensity = logDensity
          Entropy = entropy
          ExpectedLogDensity = expectedLogDensity
          KlDivergence = klDivergence
          Sample = sample }
