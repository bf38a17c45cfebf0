namespace Vi.Math

/// Joint distribution of K means mu_k (D) and one precision matrix Lambda (D x D) that they share: mu_k | Lambda ~ N(Means_k,
/// (PrecisionScales_k Lambda)^-1), independent given Lambda, Lambda ~ Precision; all scales positive.
type TiedNormalWishart =
    {
        /// Means, K of D numbers each.
        Means: Vec[]
        /// Precision scales (K).
        PrecisionScales: Vec
        /// Distribution of Lambda.
        Precision: Wishart
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The normal-Wishart family with several means, over (mu_1 ... mu_K, Cholesky factor of Lambda): T = (log |Lambda|, lower entries of Lambda,
/// then for each k Lambda mu_k and mu_k' Lambda mu_k); eta = ((nu - D - 1 + K) / 2, W^-1 + sum_k beta_k m_k m_k' packed, then for each k
/// beta_k m_k and -beta_k / 2), A = A_Wishart(W, nu) - D/2 sum_k log beta_k, base measure (2 pi)^(-K D/2). 1 + D (D + 1) / 2 + K (D + 1)
/// natural parameters. It is the exact conjugate prior and posterior of normal samples with different means and one covariance; K = 1 is
/// the normal-Wishart. Formulas: Bishop, 2.3.6 and Appendix B, a product over k of his conditional given Lambda.
[<RequireQualifiedAccess>]
module TiedNormalWishart =

    /// Means (K of D numbers), precision scales (K) and Wishart of D dimensions; raises ArgumentException where they do not match, a mean
    /// is not finite or a scale not positive.
    let create (means: Vec[]) (precisionScales: Vec) (precision: Wishart) : TiedNormalWishart =
        Require.sameDimension "TiedNormalWishart" "Means" means.Length "PrecisionScales" precisionScales.Length

        for k in 0 .. means.Length - 1 do
            Require.finiteVec "TiedNormalWishart" "Means" means[k]
            Require.positive "TiedNormalWishart" "PrecisionScales" precisionScales[k]

            Require.sameDimension "TiedNormalWishart" "Means" means[k].Length "Precision" (Wishart.dimension precision)

        { Means = means; PrecisionScales = precisionScales; Precision = precision }

    /// D.
    let dimension (d: TiedNormalWishart) = Wishart.dimension d.Precision

    /// K.
    let components (d: TiedNormalWishart) = d.Means.Length

    /// The marginal distribution of mu_k and Lambda, k from 0.
    let marginal (k: int) (d: TiedNormalWishart) : NormalWishart =
        { Mean = d.Means[k]; PrecisionScale = d.PrecisionScales[k]; Precision = d.Precision }

    /// K means with the same distribution given Lambda.
    let replicate (count: int) (d: NormalWishart) : TiedNormalWishart =
        { Means = Array.create count d.Mean
          PrecisionScales = Vec.constant count d.PrecisionScale
          Precision = d.Precision }

    /// E[log |Lambda|].
    let expectedLogDeterminant (d: TiedNormalWishart) = Wishart.expectedLogDeterminant d.Precision

    let private sumOver f (d: TiedNormalWishart) = Seq.sumBy f (seq { 0 .. d.Means.Length - 1 })

    /// For each k what f gives, one after the other.
    let private blocks (f: int -> Vec) count = Seq.init count (f >> Vec.toArray) |> Array.concat |> Vec.ofArray

    /// eta = ((nu - D - 1 + K) / 2, W^-1 + sum_k beta_k m_k m_k' packed, beta_1 m_1, -beta_1 / 2, ...).
    let naturalParameters (d: TiedNormalWishart) : Vec =
        let n = dimension d
        let count = components d

        let matrix =
            (Chol.toMat d.Precision.InverseScale, seq { 0 .. count - 1 })
            ||> Seq.fold (fun sum k -> Mat.add sum (Mat.outer d.PrecisionScales[k] d.Means[k] d.Means[k]))

        let ofMean k =
            let beta = d.PrecisionScales[k]
            Vec.append (Vec.scale beta d.Means[k]) (Vec.constant 1 (-0.5 * beta))

        Vec.append
            (Vec.append
                (Vec.constant 1 (0.5 * (d.Precision.DegreesOfFreedom - float n - 1.0 + float count)))
                (Symmetric.packHalfNegative matrix))
            (blocks ofMean count)

    let private naturalLength count n = 1 + Symmetric.packedLength n + count * (n + 1)

    let private tryParts count n (eta: Vec) : TiedNormalWishart voption =
        if eta.Length <> naturalLength count n || not (Vec.isFinite eta) then
            ValueNone
        else
            let first = 1 + Symmetric.packedLength n
            let scales = Vec.init count (fun k -> -2.0 * eta[first + k * (n + 1) + n])
            let degreesOfFreedom = 2.0 * eta[0] + float (n + 1 - count)

            if
                not (Seq.forall (fun k -> scales[k] > 0.0) (seq { 0 .. count - 1 }) && degreesOfFreedom > float (n - 1))
            then
                ValueNone
            else
                let means =
                    Array.init count (fun k -> Vec.scale (1.0 / scales[k]) (Vec.slice (first + k * (n + 1)) n eta))

                let inverseScale =
                    (Symmetric.unpackHalfNegative n 1 eta, seq { 0 .. count - 1 })
                    ||> Seq.fold (fun left k -> Mat.subtract left (Mat.outer scales[k] means[k] means[k]))

                match Chol.tryFactor inverseScale with
                | ValueSome chol ->
                    ValueSome
                        { Means = means
                          PrecisionScales = scales
                          Precision = { DegreesOfFreedom = degreesOfFreedom; InverseScale = chol } }
                | ValueNone -> ValueNone

    /// Whether eta of K means in D dimensions has positive scales, nu > D - 1 and a positive definite W^-1.
    let isProper (count: int) (dimension: int) (eta: Vec) = (tryParts count dimension eta).IsSome

    /// The distribution of eta; raises ArgumentException where eta is not proper. W^-1 is a difference, so that its digits go where
    /// sum_k beta_k m_k m_k' is much larger.
    let ofNaturalParameters (count: int) (dimension: int) (eta: Vec) : TiedNormalWishart =
        Require.length "TiedNormalWishart" (naturalLength count dimension) eta

        match tryParts count dimension eta with
        | ValueSome d -> d
        | ValueNone ->
            raise (
                ArgumentException(
                    $"TiedNormalWishart: naturalParameters {eta} need positive PrecisionScales, DegreesOfFreedom > {dimension - 1} and a positive definite inverse scale",
                    nameof eta
                )
            )

    /// (log |Lambda|, lower entries of Lambda, Lambda mu_1, mu_1' Lambda mu_1, ...).
    let sufficientStatistics (struct (means, lambda): struct (Vec[] * Chol)) : Vec =
        let ofMean k =
            Vec.append (Symmetric.multiply lambda means[k]) (Vec.constant 1 (Symmetric.quadratic lambda means[k]))

        Vec.append (Wishart.sufficientStatistics lambda) (blocks ofMean means.Length)

    /// (E[log |Lambda|], lower entries of E[Lambda], E[Lambda] m_1, D / beta_1 + m_1' E[Lambda] m_1, ...).
    let meanParameters (d: TiedNormalWishart) : Vec =
        let lambda = Wishart.expectedPrecision d.Precision
        let n = float (dimension d)

        let ofMean k =
            let projected = Mat.multiplyVec lambda d.Means[k]
            Vec.append projected (Vec.constant 1 (n / d.PrecisionScales[k] + Vec.dot projected d.Means[k]))

        Vec.append (Wishart.meanParameters d.Precision) (blocks ofMean (components d))

    /// A(eta) = A_Wishart(W, nu) - D/2 sum_k log beta_k.
    let logPartition (count: int) (dimension: int) (eta: Vec) =
        match tryParts count dimension eta with
        | ValueSome d -> Wishart.logNormalizer d.Precision - 0.5 * float dimension * Vec.sumBy log d.PrecisionScales
        | ValueNone -> Double.PositiveInfinity

    /// -K D/2 log(2 pi).
    let logBaseMeasure (count: int) (dimension: int) = -0.5 * float (count * dimension) * Special.logTwoPi

    /// log density at (mu_1 ... mu_K, factor of Lambda).
    let logDensity (d: TiedNormalWishart) (struct (means, lambda): struct (Vec[] * Chol)) =
        let n = float (dimension d)

        let ofMean k =
            let beta = d.PrecisionScales[k]

            n * (log beta - Special.logTwoPi) + lambda.LogDeterminant
            - beta * Symmetric.quadratic lambda (Vec.subtract means[k] d.Means[k])

        Wishart.logDensity d.Precision lambda + 0.5 * sumOver ofMean d

    /// Entropy of Lambda plus the mean entropy of the means given Lambda.
    let entropy (d: TiedNormalWishart) =
        let n = float (dimension d)
        let expected = expectedLogDeterminant d

        Wishart.entropy d.Precision
        + 0.5 * Vec.sumBy (fun beta -> n * (Special.logTwoPi + 1.0 - log beta) - expected) d.PrecisionScales

    /// nu_q (m_qk - m_pk)' W_q (m_qk - m_pk).
    let private squaredDistance (q: TiedNormalWishart) (p: TiedNormalWishart) k =
        q.Precision.DegreesOfFreedom
        * Chol.inverseQuadratic q.Precision.InverseScale (Vec.subtract q.Means[k] p.Means[k])

    /// E_q[log p].
    let expectedLogDensity (q: TiedNormalWishart) (p: TiedNormalWishart) =
        let n = float (dimension p)
        let expected = expectedLogDeterminant q

        let ofMean k =
            let beta = p.PrecisionScales[k]

            n * (log beta - Special.logTwoPi - beta / q.PrecisionScales[k]) + expected
            - beta * squaredDistance q p k

        Wishart.expectedLogDensity q.Precision p.Precision + 0.5 * sumOver ofMean p

    /// KL(q || p): that of Lambda plus for each k (D (r - 1 - log r) + beta_p nu_q (m_q - m_p)' W_q (m_q - m_p)) / 2 with
    /// r = beta_p / beta_q, the mean divergence of mu_k given Lambda.
    let klDivergence (q: TiedNormalWishart) (p: TiedNormalWishart) =
        let n = float (dimension p)

        let ofMean k =
            n * Bregman.ofRatio p.PrecisionScales[k] q.PrecisionScales[k]
            + p.PrecisionScales[k] * squaredDistance q p k

        Wishart.klDivergence q.Precision p.Precision + 0.5 * sumOver ofMean p

    /// One draw (mu_1 ... mu_K, factor of Lambda).
    let sample (d: TiedNormalWishart) (rng: Rng) : struct (struct (Vec[] * Chol) * Rng) =
        let struct (lambda, rng) = Wishart.sample d.Precision rng
        let means = Array.copy d.Means
        let mutable rng = rng

        for k in 0 .. means.Length - 1 do
            let struct (z, next) = Rng.array (dimension d) Rng.normal rng
            rng <- next
            let away = Chol.solveUpper lambda (Vec.wrap z)
            means[k] <- Vec.addScaled (1.0 / sqrt d.PrecisionScales[k]) away d.Means[k]

        struct (struct (means, lambda), rng)

    /// The contract for K means in D dimensions.
    let family (count: int) (dimension: int) : ExponentialFamily<TiedNormalWishart, struct (Vec[] * Chol)> =
        { Name = $"Tied normal-Wishart, K = {count}, D = {dimension}"
          NaturalParameters = naturalParameters
          OfNaturalParameters = ofNaturalParameters count dimension
          IsProper = isProper count dimension
          SufficientStatistics = sufficientStatistics
          MeanParameters = meanParameters
          LogPartition = logPartition count dimension
          LogBaseMeasure = logBaseMeasure count dimension
          LogDensity = logDensity
          Entropy = entropy
          ExpectedLogDensity = expectedLogDensity
          KlDivergence = klDivergence
          Sample = sample }
