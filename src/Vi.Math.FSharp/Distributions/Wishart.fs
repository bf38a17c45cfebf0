namespace Vi.Math

/// Wishart(W, nu) on positive definite D x D matrices, with mean nu W. InverseScale is the Cholesky factor of W^-1;
/// DegreesOfFreedom nu > D - 1.
type Wishart = { DegreesOfFreedom: float; InverseScale: Chol }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The Wishart family over the Cholesky factor of the matrix X (the density is that of X itself, with respect to its lower entries):
/// T(X) = (log |X|, lower entries of X), eta = ((nu - D - 1) / 2, W^-1 packed as -W^-1_ii/2 and -W^-1_ij),
/// A = -nu/2 log |W^-1| + nu D/2 log 2 + log Gamma_D(nu / 2), base measure 1. 1 + D (D + 1) / 2 natural parameters.
/// Formulas: Bishop, Appendix B; Gupta and Nagar, Matrix Variate Distributions, chapter 3; the divergence as in Penny (2001).
[<RequireQualifiedAccess>]
module Wishart =

    /// nu and the factor of W^-1 (D x D); raises ArgumentException unless nu > D - 1 and finite.
    let create (degreesOfFreedom: float) (inverseScale: Chol) : Wishart =
        Require.above "Wishart" "DegreesOfFreedom" (float (inverseScale.Dimension - 1)) degreesOfFreedom
        { DegreesOfFreedom = degreesOfFreedom; InverseScale = inverseScale }

    /// D.
    let dimension (d: Wishart) = d.InverseScale.Dimension

    /// E[X] = nu W (D x D).
    let expectedPrecision (d: Wishart) : Mat = Mat.scale d.DegreesOfFreedom (Chol.inverse d.InverseScale)

    /// E[X] = nu W (D x D).
    let mean (d: Wishart) : Mat = expectedPrecision d

    /// Var[X_ij] = nu (W_ij^2 + W_ii W_jj), entry by entry (D x D).
    let variance (d: Wishart) : Mat =
        let w = Chol.inverse d.InverseScale
        Mat.init w.Rows w.Rows (fun i j -> d.DegreesOfFreedom * (w[i, j] * w[i, j] + w[i, i] * w[j, j]))

    /// E[log |X|] = sum_j digamma((nu + 1 - j) / 2) + D log 2 + log |W|.
    let expectedLogDeterminant (d: Wishart) =
        Special.multivariateDigamma (dimension d) (0.5 * d.DegreesOfFreedom) + float (dimension d) * log 2.0
        - d.InverseScale.LogDeterminant

    /// eta = ((nu - D - 1) / 2, W^-1 packed).
    let naturalParameters (d: Wishart) : Vec =
        Vec.append
            (Vec.constant 1 (0.5 * (d.DegreesOfFreedom - float (dimension d) - 1.0)))
            (Symmetric.packHalfNegative (Chol.toMat d.InverseScale))

    let private degreesOfFreedom dimension (eta: Vec) = 2.0 * eta[0] + float dimension + 1.0

    let private tryInverseScale dimension (eta: Vec) =
        if
            eta.Length = 1 + Symmetric.packedLength dimension
            && Vec.isFinite eta
            && degreesOfFreedom dimension eta > float (dimension - 1)
        then
            Chol.tryFactor (Symmetric.unpackHalfNegative dimension 1 eta)
        else
            ValueNone

    /// Whether eta1 > -1 and the matrix in eta is positive definite.
    let isProper (dimension: int) (eta: Vec) = (tryInverseScale dimension eta).IsSome

    /// The distribution of eta; raises where eta1 <= -1 or the matrix in it is not positive definite.
    let ofNaturalParameters (dimension: int) (eta: Vec) : Wishart =
        Require.length "Wishart" (1 + Symmetric.packedLength dimension) eta

        create
            (degreesOfFreedom dimension eta)
            (Chol.factor "the inverse scale of a Wishart" (Symmetric.unpackHalfNegative dimension 1 eta))

    /// (log |X|, lower entries of X), X by its factor.
    let sufficientStatistics (x: Chol) : Vec =
        Vec.append (Vec.constant 1 x.LogDeterminant) (Symmetric.pack (Chol.toMat x))

    /// (E[log |X|], lower entries of E[X]).
    let meanParameters (d: Wishart) : Vec =
        Vec.append (Vec.constant 1 (expectedLogDeterminant d)) (Symmetric.pack (expectedPrecision d))

    /// Logarithm of the normaliser: -nu/2 log |W^-1| + nu D/2 log 2 + log Gamma_D(nu / 2).
    let logNormalizer (d: Wishart) =
        let half = 0.5 * d.DegreesOfFreedom

        half * (float (dimension d) * log 2.0 - d.InverseScale.LogDeterminant)
        + Special.multivariateLogGamma (dimension d) half

    /// A(eta), the logarithm of the normaliser.
    let logPartition (dimension: int) (eta: Vec) =
        match tryInverseScale dimension eta with
        | ValueSome inverseScale ->
            logNormalizer { DegreesOfFreedom = degreesOfFreedom dimension eta; InverseScale = inverseScale }
        | ValueNone -> Double.PositiveInfinity

    /// 0.
    let logBaseMeasure = 0.0

    /// log density of X = L L' at its factor L, with respect to the lower entries of X: (nu - D - 1)/2 log |X| - tr(W^-1 X)/2 less the
    /// logarithm of the normaliser.
    let logDensity (d: Wishart) (x: Chol) =
        let trace = Mat.inner (Chol.toMat d.InverseScale) (Chol.toMat x)

        0.5 * (d.DegreesOfFreedom - float (dimension d) - 1.0) * x.LogDeterminant
        - 0.5 * trace
        - logNormalizer d

    /// (D + 1)/2 (log |W| + D log 2) + log Gamma_D(nu / 2) - (nu - D - 1)/2 digamma_D(nu / 2) + nu D/2, summed as entropies of the
    /// gamma variables of Bartlett's decomposition, so that the large terms cancel on paper.
    let entropy (d: Wishart) =
        let n = dimension d

        let bartlett j =
            let shape = 0.5 * (d.DegreesOfFreedom + 1.0 - float j)
            Gamma.standardEntropy shape + 0.5 * float (n - j) * Special.digamma shape + 0.5 * float (j - 1)

        0.5 * float (n + 1) * (float n * log 2.0 - d.InverseScale.LogDeterminant)
        + 0.25 * float (n * (n - 1)) * log Math.PI
        + Seq.sumBy bartlett (seq { 1..n })

    /// E_q[log p] = (nu_p - D - 1)/2 E_q[log |X|] - nu_q/2 tr(W_p^-1 W_q) less the logarithm of p's normaliser.
    let expectedLogDensity (q: Wishart) (p: Wishart) =
        0.5 * (p.DegreesOfFreedom - float (dimension p) - 1.0) * expectedLogDeterminant q
        - 0.5 * q.DegreesOfFreedom * Symmetric.traceOfRatio p.InverseScale q.InverseScale
        - logNormalizer p

    /// KL(q || p). With a = nu / 2, a_j = (nu + 1 - j) / 2 and c = a_q / a_p: a_p (tr M - D - log |M|) for M = c W_p^-1 W_q, plus for
    /// each j the divergence of log Gamma from a_pj to a_qj, less D a_p (c - 1 - log c), which the first term holds too much.
    let klDivergence (q: Wishart) (p: Wishart) =
        let ofQ = 0.5 * q.DegreesOfFreedom
        let ofP = 0.5 * p.DegreesOfFreedom
        let scale = sqrt (ofQ / ofP)
        let difference = ofQ - ofP
        let scaleMinusOne = difference / ofP / (scale + 1.0)
        let shared = ofP * Bregman.ofRatio ofQ ofP

        let bartlett j =
            let shift = 0.5 * float (j - 1)
            let x = ofP - shift
            let y = ofQ - shift

            (x * Bregman.excess (y / x) (difference / x) - shared)
            + 0.5 * Bregman.excess (x / y) (-difference / y)
            + Bregman.stirlingRemainderApart x y -difference

        ofP * Bregman.scaledMatrix scale scaleMinusOne p.InverseScale q.InverseScale
        + Seq.sumBy bartlett (seq { 1 .. dimension q })

    /// Bartlett's lower triangle scaled so that a product with the factor of W is a draw's factor: diagonal entries are roots of
    /// chi-square variables, floored where they would underflow (nu within about 0.002 of D - 1).
    let private bartlettFactor (d: Wishart) (rng: Rng) : struct (Mat * Rng) =
        let n = dimension d
        let values: float[] = Array.zeroCreate (n * n)
        let mutable current = rng

        for i in 0 .. n - 1 do
            for j in 0 .. i - 1 do
                let struct (z, next) = Rng.normal current
                values[i * n + j] <- z
                current <- next

            let struct (value, next) = Rng.logGamma (0.5 * (d.DegreesOfFreedom - float i)) current
            values[i * n + i] <- Math.Max(1e-150, exp (0.5 * (value + log 2.0)))
            current <- next

        struct (Mat.wrap n n values, current)

    /// The factor of a draw, by Bartlett's decomposition: lower factor of W times a random lower triangle.
    let sample (d: Wishart) (rng: Rng) : struct (Chol * Rng) =
        let scale = Chol.factor "the scale of a Wishart" (Chol.inverse d.InverseScale)
        let struct (triangle, rng) = bartlettFactor d rng
        struct (Chol.ofLower (Mat.multiply scale.Lower triangle), rng)

    /// The contract in a given dimension.
    let family (dimension: int) : ExponentialFamily<Wishart, Chol> =
        { Name = $"Wishart, D = {dimension}"
          NaturalParameters = naturalParameters
          OfNaturalParameters = ofNaturalParameters dimension
          IsProper = isProper dimension
          SufficientStatistics = sufficientStatistics
          MeanParameters = meanParameters
          LogPartition = logPartition dimension
          LogBaseMeasure = logBaseMeasure
          LogDensity = logDensity
          Entropy = entropy
          ExpectedLogDensity = expectedLogDensity
          KlDivergence = klDivergence
          Sample = sample }
