namespace Vi.Math

/// The D-dimensional normal with mean (D) and the Cholesky factor of its precision matrix (D x D), the inverse of its covariance.
type MvNormal = { Mean: Vec; Precision: Chol }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The multivariate normal family: T(x) = (x, lower entries of x x'), eta = (P m, -P_ii/2 and -P_ij for i > j) with P the precision,
/// A = eta1' P^-1 eta1 / 2 - log |P| / 2, base measure (2 pi)^(-D/2). D + D (D + 1) / 2 natural parameters. Formulas: Bishop,
/// section 2.3 and Appendix B.
[<RequireQualifiedAccess>]
module MvNormal =

    /// Mean (D) and factor of the precision (D x D); raises ArgumentException where they do not match or the mean is not finite.
    let create (mean: Vec) (precision: Chol) : MvNormal =
        Require.finiteVec "MvNormal" "Mean" mean
        Require.sameDimension "MvNormal" "Mean" mean.Length "Precision" precision.Dimension
        { Mean = mean; Precision = precision }

    /// From mean (D) and covariance matrix (D x D); raises ArithmeticException where the covariance is not positive definite.
    let ofCovariance (mean: Vec) (covariance: Mat) : MvNormal =
        let factor = Chol.factor "the covariance of a multivariate normal" covariance

        create mean (Chol.factor "the precision of a multivariate normal" (Chol.inverse factor))

    /// D.
    let dimension (d: MvNormal) = d.Mean.Length

    /// E[x].
    let mean (d: MvNormal) = d.Mean

    /// Covariance matrix (D x D), the inverse of the precision.
    let covariance (d: MvNormal) : Mat = Chol.inverse d.Precision

    /// Variances of the entries: the diagonal of the covariance, as squared columns of the inverted factor.
    let variance (d: MvNormal) : Vec =
        let inverse = Chol.inverseLower d.Precision

        Vec.init d.Mean.Length (fun j ->
            let column = Mat.column j inverse
            Vec.dot column column)

    /// Standard deviations of the entries.
    let standardDeviations (d: MvNormal) : Vec = Vec.map sqrt (variance d)

    /// The distribution of entry i, from 0.
    let marginal (i: int) (d: MvNormal) : Normal = { Mean = d.Mean[i]; Variance = (variance d)[i] }

    /// eta = (P m, P packed).
    let naturalParameters (d: MvNormal) : Vec =
        Vec.append (Symmetric.multiply d.Precision d.Mean) (Symmetric.packHalfNegative (Chol.toMat d.Precision))

    let private naturalLength dimension = dimension + Symmetric.packedLength dimension

    let private tryPrecision dimension (eta: Vec) =
        if eta.Length = naturalLength dimension && Vec.isFinite eta then
            Chol.tryFactor (Symmetric.unpackHalfNegative dimension dimension eta)
        else
            ValueNone

    /// Whether the precision in eta is positive definite.
    let isProper (dimension: int) (eta: Vec) = (tryPrecision dimension eta).IsSome

    /// The distribution of eta; raises ArithmeticException where the precision in it is not positive definite.
    let ofNaturalParameters (dimension: int) (eta: Vec) : MvNormal =
        Require.length "MvNormal" (naturalLength dimension) eta

        let precision =
            Chol.factor "the precision of a multivariate normal" (Symmetric.unpackHalfNegative dimension dimension eta)

        create (Chol.solve precision (Vec.slice 0 dimension eta)) precision

    /// (x, lower entries of x x').
    let sufficientStatistics (x: Vec) : Vec = Vec.append x (Symmetric.pack (Mat.outer 1.0 x x))

    /// (E[x], lower entries of E[x x']).
    let meanParameters (d: MvNormal) : Vec =
        Vec.append d.Mean (Symmetric.pack (Mat.add (covariance d) (Mat.outer 1.0 d.Mean d.Mean)))

    /// A(eta) = eta1' P^-1 eta1 / 2 - log |P| / 2.
    let logPartition (dimension: int) (eta: Vec) =
        match tryPrecision dimension eta with
        | ValueSome precision ->
            0.5 * Chol.inverseQuadratic precision (Vec.slice 0 dimension eta) - 0.5 * precision.LogDeterminant
        | ValueNone -> Double.PositiveInfinity

    /// -D log(2 pi) / 2.
    let logBaseMeasure (dimension: int) = -0.5 * float dimension * Special.logTwoPi

    /// log density at x (D).
    let logDensity (d: MvNormal) (x: Vec) =
        0.5
        * (d.Precision.LogDeterminant
           - float d.Mean.Length * Special.logTwoPi
           - Symmetric.quadratic d.Precision (Vec.subtract x d.Mean))

    /// D log(2 pi e) / 2 - log |P| / 2.
    let entropy (d: MvNormal) = 0.5 * (float d.Mean.Length * (Special.logTwoPi + 1.0) - d.Precision.LogDeterminant)

    /// E_q[log p].
    let expectedLogDensity (q: MvNormal) (p: MvNormal) =
        0.5
        * (p.Precision.LogDeterminant
           - float p.Mean.Length * Special.logTwoPi
           - Symmetric.traceOfRatio p.Precision q.Precision
           - Symmetric.quadratic p.Precision (Vec.subtract q.Mean p.Mean))

    /// KL(q || p) = (tr(P_p P_q^-1) - D - log |P_p P_q^-1| + (m_q - m_p)' P_p (m_q - m_p)) / 2.
    let klDivergence (q: MvNormal) (p: MvNormal) =
        0.5
        * (Bregman.matrix p.Precision q.Precision
           + Symmetric.quadratic p.Precision (Vec.subtract q.Mean p.Mean))

    /// One draw (D): mean + L'^-1 z.
    let sample (d: MvNormal) (rng: Rng) : struct (Vec * Rng) =
        let struct (z, rng) = Rng.array d.Mean.Length Rng.normal rng
        struct (Vec.add d.Mean (Chol.solveUpper d.Precision (Vec.wrap z)), rng)

    /// The contract in a given dimension.
    let family (dimension: int) : ExponentialFamily<MvNormal, Vec> =
        { Name = $"Multivariate normal, D = {dimension}"
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
