namespace Vi.Math

/// The D-dimensional Student t: Location (D), Cholesky factor of the scale matrix S (D x D; the covariance is S nu / (nu - 2)),
/// DegreesOfFreedom nu > 0.
type MvStudentT = { Location: Vec; ScaleMatrix: Chol; DegreesOfFreedom: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The multivariate Student t: what a multivariate normal mean or observation follows once its precision is integrated out. Formulas:
/// Bishop, section 2.3.7 and equations 10.81 and 10.82.
[<RequireQualifiedAccess>]
module MvStudentT =

    /// Location (D), factor of the scale matrix (D x D), degrees of freedom; raises ArgumentException where dimensions differ, the
    /// location is not finite or the degrees of freedom are not positive and finite.
    let create (location: Vec) (scaleMatrix: Chol) (degreesOfFreedom: float) : MvStudentT =
        Require.finiteVec "MvStudentT" "Location" location
        Require.sameDimension "MvStudentT" "Location" location.Length "ScaleMatrix" scaleMatrix.Dimension
        Require.positive "MvStudentT" "DegreesOfFreedom" degreesOfFreedom
        { Location = location; ScaleMatrix = scaleMatrix; DegreesOfFreedom = degreesOfFreedom }

    let private scaledInverse (d: NormalWishart) (factor: float) : MvStudentT =
        let nu = d.Precision.DegreesOfFreedom - float (d.Mean.Length - 1)
        create d.Mean (Chol.ofLower (Mat.scale (sqrt (factor / nu)) d.Precision.InverseScale.Lower)) nu

    /// The marginal distribution of mu under a normal-Wishart: nu - D + 1 degrees of freedom, S = W^-1 / (k (nu - D + 1)).
    let ofMean (d: NormalWishart) : MvStudentT = scaledInverse d (1.0 / d.PrecisionScale)

    /// The predictive distribution of a new observation under a normal-Wishart: nu - D + 1 degrees of freedom,
    /// S = (1 + 1 / k) W^-1 / (nu - D + 1).
    let predictive (d: NormalWishart) : MvStudentT = scaledInverse d (1.0 + 1.0 / d.PrecisionScale)

    /// D.
    let dimension (d: MvStudentT) = d.Location.Length

    /// The location; undefined (NaN entries) for at most 1 degree of freedom.
    let mean (d: MvStudentT) : Vec =
        if d.DegreesOfFreedom > 1.0 then
            d.Location
        else
            Vec.constant d.Location.Length Double.NaN

    /// The distribution of entry i, from 0.
    let marginal (i: int) (d: MvStudentT) : StudentT =
        { Location = d.Location[i]
          Scale = Vec.norm (Mat.row i d.ScaleMatrix.Lower)
          DegreesOfFreedom = d.DegreesOfFreedom }

    /// Variances of the entries (D); infinite for 1 < nu <= 2, undefined (NaN) for nu <= 1.
    let variance (d: MvStudentT) : Vec = Vec.init d.Location.Length (fun i -> StudentT.variance (marginal i d))

    /// S nu / (nu - 2) (D x D); raises ArgumentException for nu <= 2, where it does not exist.
    let covariance (d: MvStudentT) : Mat =
        let nu = d.DegreesOfFreedom
        Require.above "MvStudentT with a covariance" "DegreesOfFreedom" 2.0 nu
        Mat.scale (nu / (nu - 2.0)) (Chol.toMat d.ScaleMatrix)

    /// log density at x (D).
    let logDensity (d: MvStudentT) (x: Vec) =
        let nu = d.DegreesOfFreedom
        let half = 0.5 * float d.Location.Length
        let squared = Chol.inverseQuadratic d.ScaleMatrix (Vec.subtract x d.Location)

        Special.logGammaDifference (0.5 * nu) half
        - half * log (nu * Math.PI)
        - 0.5 * d.ScaleMatrix.LogDeterminant
        - (0.5 * nu + half) * Special.log1p (squared / nu)

    /// One draw (D): a normal vector over the root of a gamma.
    let sample (d: MvStudentT) (rng: Rng) : struct (Vec * Rng) =
        let half = 0.5 * d.DegreesOfFreedom
        let struct (z, rng) = Rng.array d.Location.Length Rng.normal rng
        let struct (logTau, rng) = Rng.logGamma half rng
        let away = Chol.multiplyLower d.ScaleMatrix (Vec.wrap z)
        struct (Vec.addScaled (exp (0.5 * (log half - logTau))) away d.Location, rng)
