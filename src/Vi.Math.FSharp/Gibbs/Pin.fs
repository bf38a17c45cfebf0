namespace Vi.Math.FSharp

open Vi.Math

/// Factors that hold a single point. The update of a factor of coordinate ascent reads the other factors through expectations; where these
/// are points, the updated factor is the complete conditional distribution given the points. So a model that can be fitted can be sampled.
[<RequireQualifiedAccess>]
module internal Pin =

    /// Concentration of a pinned factor: expectations of its logarithm are those of the point to 1e-13, its variance is 1e-150 of its square.
    let private sharp = 1e150

    /// Least probability that is pinned: its logarithm, -276, is within what forward-backward takes.
    let private least = 1e-120

    let gamma (x: float) : Gamma = { Shape = sharp; Rate = sharp / x }

    let normal (x: float) : Normal = { Mean = x; Variance = 0.0 }

    let mvNormal (x: Vec) : MvNormal = { Mean = x; Precision = Chol.scaledIdentity x.Length sharp }

    let dirichlet (p: Vec) : Dirichlet = { Concentration = Vec.map (fun share -> sharp * max least share) p }

    /// Of a share and what it leaves.
    let share (x: float) (rest: float) : Beta = { Alpha = sharp * max least x; Beta = sharp * max least rest }

    let beta (x: float) : Beta = share x (1.0 - x)

    let private ofCovariance (lower: Mat) : Wishart =
        { DegreesOfFreedom = sharp; InverseScale = Chol.ofLower (Mat.scale (sqrt sharp) lower) }

    /// Of a precision matrix with the given factor.
    let wishart (lambda: Chol) : Wishart = ofCovariance (Chol.factor "a drawn covariance" (Chol.inverse lambda)).Lower

    /// Of a precision matrix W'W, W the lower triangle of the given factor.
    let whitened (w: Chol) : Wishart = ofCovariance (Chol.inverseLower w)

    let normalWishart (struct (mu: Vec, lambda: Chol)) : NormalWishart =
        { Mean = mu; PrecisionScale = sharp; Precision = wishart lambda }

    /// Of means and a pinned precision.
    let tied (means: Vec[]) (precision: Wishart) : TiedNormalWishart =
        { Means = means; PrecisionScales = Vec.constant means.Length sharp; Precision = precision }

    let tiedNormalWishart (struct (means: Vec[], lambda: Chol)) : TiedNormalWishart = tied means (wishart lambda)

    let normalGamma (struct (mu: float, tau: float)) : NormalGamma =
        { Mean = mu; PrecisionScale = sharp; Shape = sharp; Rate = sharp / tau }
