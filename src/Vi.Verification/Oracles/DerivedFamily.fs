namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp

/// What follows from the record of an exponential family by its first parts alone: what its closed forms are held against.
[<RequireQualifiedAccess>]
module DerivedFamily =

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
