namespace Vi.Math

/// What every exponential family offers: densities exp(logBaseMeasure + eta . T(x) - A(eta)) with a constant base measure. 'T is the
/// family's record, 'Point what it is a distribution of. The last five are the family's own closed forms; the module
/// ExponentialFamily derives the same quantities from the parts before them, independently.
[<NoEquality; NoComparison>]
type ExponentialFamily<'T, 'Point> =
    {
        /// Name of the family, with the dimension where there is one.
        Name: string
        /// eta of a distribution.
        NaturalParameters: 'T -> Vec
        /// The distribution of eta; raises where eta is outside the natural parameter space.
        OfNaturalParameters: Vec -> 'T
        /// Whether eta is inside the natural parameter space, so that the density can be normalised.
        IsProper: Vec -> bool
        /// T(x).
        SufficientStatistics: 'Point -> Vec
        /// E[T(x)], which is the gradient of A at eta.
        MeanParameters: 'T -> Vec
        /// A(eta), convex; plus infinity outside the natural parameter space.
        LogPartition: Vec -> float
        /// Logarithm of the constant base measure.
        LogBaseMeasure: float
        /// log of the density at a point, in nats; minus infinity outside the support.
        LogDensity: 'T -> 'Point -> float
        /// Differential entropy (entropy for a discrete family), in nats.
        Entropy: 'T -> float
        /// E_q[log p(x)] for q, p, in nats.
        ExpectedLogDensity: 'T -> 'T -> float
        /// KL(q || p) for q, p, in nats.
        KlDivergence: 'T -> 'T -> float
        /// One draw.
        Sample: 'T -> Rng -> struct ('Point * Rng)
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Everything that follows from the contract of an exponential family alone, derived once for all of them.
[<RequireQualifiedAccess>]
module ExponentialFamily =

    /// sum w_i v_i where a weight of zero counts as zero even against an infinite value (categories of probability 0).
    let private weigh (weights: Vec) (values: Vec) =
        let mutable sum = 0.0

        for i in 0 .. weights.Length - 1 do
            if weights[i] <> 0.0 then
                sum <- sum + weights[i] * values[i]

        sum

    /// log density = logBaseMeasure + eta . T(x) - A(eta).
    let logDensity (family: ExponentialFamily<'T, 'Point>) (distribution: 'T) (point: 'Point) =
        let eta = family.NaturalParameters distribution
        family.LogBaseMeasure + weigh (family.SufficientStatistics point) eta - family.LogPartition eta

    /// Entropy = A(eta) - eta . m - logBaseMeasure, m the mean parameters.
    let entropy (family: ExponentialFamily<'T, 'Point>) (distribution: 'T) =
        let eta = family.NaturalParameters distribution

        family.LogPartition eta - weigh (family.MeanParameters distribution) eta - family.LogBaseMeasure

    /// E_q[log p] = logBaseMeasure + eta_p . m_q - A(eta_p).
    let expectedLogDensity (family: ExponentialFamily<'T, 'Point>) (q: 'T) (p: 'T) =
        let eta = family.NaturalParameters p
        family.LogBaseMeasure + weigh (family.MeanParameters q) eta - family.LogPartition eta

    /// KL(q || p) = A(eta_p) - A(eta_q) - (eta_p - eta_q) . m_q.
    let klDivergence (family: ExponentialFamily<'T, 'Point>) (q: 'T) (p: 'T) =
        let ofQ = family.NaturalParameters q
        let ofP = family.NaturalParameters p

        family.LogPartition ofP
        - family.LogPartition ofQ
        - weigh (family.MeanParameters q) (Vec.subtract ofP ofQ)

    /// Natural parameters of the normalised product of two densities: eta_p + eta_q. May be improper.
    let product (family: ExponentialFamily<'T, 'Point>) (p: 'T) (q: 'T) =
        Vec.add (family.NaturalParameters p) (family.NaturalParameters q)

    /// Natural parameters of the normalised quotient p / q: eta_p - eta_q. May be improper.
    let ratio (family: ExponentialFamily<'T, 'Point>) (p: 'T) (q: 'T) =
        Vec.subtract (family.NaturalParameters p) (family.NaturalParameters q)

    /// Natural parameters of the normalised power p^exponent: exponent eta_p. May be improper.
    let power (family: ExponentialFamily<'T, 'Point>) (exponent: float) (p: 'T) =
        Vec.scale exponent (family.NaturalParameters p)

    /// Whether natural parameters belong to a distribution that can be normalised.
    let isProper (family: ExponentialFamily<'T, 'Point>) (naturalParameters: Vec) =
        Vec.length naturalParameters > 0 && family.IsProper naturalParameters
