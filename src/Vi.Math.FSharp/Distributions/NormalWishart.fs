namespace Vi.Math

/// Joint distribution of a mean mu (D) and a precision matrix Lambda (D x D): mu | Lambda ~ N(Mean, (PrecisionScale Lambda)^-1),
/// Lambda ~ Precision; PrecisionScale > 0.
type NormalWishart = { Mean: Vec; PrecisionScale: float; Precision: Wishart }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The normal-Wishart family over (mu, Cholesky factor of Lambda): T = (log |Lambda|, lower entries of Lambda, Lambda mu,
/// mu' Lambda mu); with scale k eta = ((nu - D) / 2, W^-1 + k m m' packed, k m, -k / 2), A = A_Wishart(W, nu) - D/2 log k, base measure
/// (2 pi)^(-D/2). 2 + D + D (D + 1) / 2 natural parameters. Formulas: Bishop, sections 2.3.6 and 10.2, Appendix B.
[<RequireQualifiedAccess>]
module NormalWishart =

    /// Mean (D), precision scale and Wishart of one dimension; raises ArgumentException where they do not match, the mean is not
    /// finite or the scale not positive.
    let create (mean: Vec) (precisionScale: float) (precision: Wishart) : NormalWishart =
        Require.finiteVec "NormalWishart" "Mean" mean
        Require.positive "NormalWishart" "PrecisionScale" precisionScale

        Require.sameDimension "NormalWishart" "Mean" mean.Length "Precision" (Wishart.dimension precision)

        { Mean = mean; PrecisionScale = precisionScale; Precision = precision }

    /// D.
    let dimension (d: NormalWishart) = d.Mean.Length

    /// (E[mu], E[Lambda]).
    let mean (d: NormalWishart) : struct (Vec * Mat) = struct (d.Mean, Wishart.mean d.Precision)

    /// E[Lambda] = nu W (D x D).
    let expectedPrecision (d: NormalWishart) : Mat = Wishart.expectedPrecision d.Precision

    /// E[log |Lambda|].
    let expectedLogDeterminant (d: NormalWishart) = Wishart.expectedLogDeterminant d.Precision

    /// E[(x - mu)' Lambda (x - mu)] = D / k + nu (x - m)' W (x - m), the expected squared distance of a point x (D).
    let expectedQuadratic (d: NormalWishart) (x: Vec) =
        float (dimension d) / d.PrecisionScale
        + d.Precision.DegreesOfFreedom
          * Chol.inverseQuadratic d.Precision.InverseScale (Vec.subtract x d.Mean)

    /// eta = ((nu - D) / 2, W^-1 + k m m' packed, k m, -k / 2).
    let naturalParameters (d: NormalWishart) : Vec =
        let n = dimension d
        let k = d.PrecisionScale

        let matrix = Mat.add (Chol.toMat d.Precision.InverseScale) (Mat.outer k d.Mean d.Mean)

        Vec.append
            (Vec.append
                (Vec.constant 1 (0.5 * (d.Precision.DegreesOfFreedom - float n)))
                (Symmetric.packHalfNegative matrix))
            (Vec.append (Vec.scale k d.Mean) (Vec.constant 1 (-0.5 * k)))

    let private naturalLength dimension = 2 + dimension + Symmetric.packedLength dimension

    let private tryParts n (eta: Vec) : NormalWishart voption =
        if eta.Length <> naturalLength n || not (Vec.isFinite eta) then
            ValueNone
        else
            let k = -2.0 * eta[eta.Length - 1]
            let degreesOfFreedom = 2.0 * eta[0] + float n

            if not (k > 0.0 && degreesOfFreedom > float (n - 1)) then
                ValueNone
            else
                let mean = Vec.scale (1.0 / k) (Vec.slice (eta.Length - 1 - n) n eta)

                let inverseScale = Mat.subtract (Symmetric.unpackHalfNegative n 1 eta) (Mat.outer k mean mean)

                match Chol.tryFactor inverseScale with
                | ValueSome chol ->
                    ValueSome
                        { Mean = mean
                          PrecisionScale = k
                          Precision = { DegreesOfFreedom = degreesOfFreedom; InverseScale = chol } }
                | ValueNone -> ValueNone

    /// Whether eta has k > 0, nu > D - 1 and a positive definite W^-1.
    let isProper (dimension: int) (eta: Vec) = (tryParts dimension eta).IsSome

    /// The distribution of eta; raises ArgumentException where eta is not proper. W^-1 is a difference, so that its digits go where
    /// k m m' is much larger.
    let ofNaturalParameters (dimension: int) (eta: Vec) : NormalWishart =
        Require.length "NormalWishart" (naturalLength dimension) eta

        match tryParts dimension eta with
        | ValueSome d -> d
        | ValueNone ->
            raise (
                ArgumentException(
                    $"NormalWishart: naturalParameters {eta} need PrecisionScale > 0, DegreesOfFreedom > {dimension - 1} and a positive definite inverse scale",
                    nameof eta
                )
            )

    /// (log |Lambda|, lower entries of Lambda, Lambda mu, mu' Lambda mu).
    let sufficientStatistics (struct (mu, lambda): struct (Vec * Chol)) : Vec =
        Vec.append
            (Wishart.sufficientStatistics lambda)
            (Vec.append (Symmetric.multiply lambda mu) (Vec.constant 1 (Symmetric.quadratic lambda mu)))

    /// (E[log |Lambda|], lower entries of E[Lambda], E[Lambda] m, D / k + m' E[Lambda] m).
    let meanParameters (d: NormalWishart) : Vec =
        let lambda = expectedPrecision d
        let projected = Mat.multiplyVec lambda d.Mean

        Vec.append
            (Wishart.meanParameters d.Precision)
            (Vec.append projected (Vec.constant 1 (float (dimension d) / d.PrecisionScale + Vec.dot projected d.Mean)))

    /// A(eta) = A_Wishart(W, nu) - D/2 log k.
    let logPartition (dimension: int) (eta: Vec) =
        match tryParts dimension eta with
        | ValueSome d -> Wishart.logNormalizer d.Precision - 0.5 * float dimension * log d.PrecisionScale
        | ValueNone -> Double.PositiveInfinity

    /// -D/2 log(2 pi).
    let logBaseMeasure (dimension: int) = -0.5 * float dimension * Special.logTwoPi

    /// log density at (mu, factor of Lambda).
    let logDensity (d: NormalWishart) (struct (mu, lambda): struct (Vec * Chol)) =
        Wishart.logDensity d.Precision lambda
        + 0.5
          * (float (dimension d) * (log d.PrecisionScale - Special.logTwoPi) + lambda.LogDeterminant
             - d.PrecisionScale * Symmetric.quadratic lambda (Vec.subtract mu d.Mean))

    /// Entropy of Lambda plus the mean entropy of mu given Lambda.
    let entropy (d: NormalWishart) =
        Wishart.entropy d.Precision
        + 0.5
          * (float (dimension d) * (Special.logTwoPi + 1.0 - log d.PrecisionScale) - expectedLogDeterminant d)

    /// nu_q (m_q - m_p)' W_q (m_q - m_p).
    let private squaredDistance (q: NormalWishart) (p: NormalWishart) =
        q.Precision.DegreesOfFreedom
        * Chol.inverseQuadratic q.Precision.InverseScale (Vec.subtract q.Mean p.Mean)

    /// E_q[log p].
    let expectedLogDensity (q: NormalWishart) (p: NormalWishart) =
        let n = float (dimension p)

        Wishart.expectedLogDensity q.Precision p.Precision
        + 0.5
          * (n * (log p.PrecisionScale - Special.logTwoPi - p.PrecisionScale / q.PrecisionScale)
             + expectedLogDeterminant q
             - p.PrecisionScale * squaredDistance q p)

    /// KL(q || p): that of Lambda plus (D (r - 1 - log r) + k_p nu_q (m_q - m_p)' W_q (m_q - m_p)) / 2 with r = k_p / k_q, the mean
    /// divergence of mu given Lambda.
    let klDivergence (q: NormalWishart) (p: NormalWishart) =
        Wishart.klDivergence q.Precision p.Precision
        + 0.5
          * (float (dimension p) * Bregman.ofRatio p.PrecisionScale q.PrecisionScale
             + p.PrecisionScale * squaredDistance q p)

    /// One draw (mu, factor of Lambda).
    let sample (d: NormalWishart) (rng: Rng) : struct (struct (Vec * Chol) * Rng) =
        let struct (lambda, rng) = Wishart.sample d.Precision rng
        let struct (z, rng) = Rng.array (dimension d) Rng.normal rng
        let away = Chol.solveUpper lambda (Vec.wrap z)
        struct (struct (Vec.addScaled (1.0 / sqrt d.PrecisionScale) away d.Mean, lambda), rng)

    /// The contract in a given dimension.
    let family (dimension: int) : ExponentialFamily<NormalWishart, struct (Vec * Chol)> =
        { Name = $"Normal-Wishart, D = {dimension}"
          NaturalParameters = naturalParameters
          OfNaturalParameters = ofNaturalParameters dimension
          IsProper = isProper dimension
          SufficientStatistics = sufficientStatistics
          MeanParameters = meanParameters
          LogPartition = logPartition dimension
          LogBaseMeasure = logBaseMeasure dimension
          LogDensity = logDensity
          Entropy = entropy
          ExpectedLogDensity = expectedLogDensity
          KlDivergence = klDivergence
          Sample = sample }
