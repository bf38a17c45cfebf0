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

    let beta (x: float) : Beta = { Alpha = sharp * max least x; Beta = sharp * max least (1.0 - x) }

    /// Of a precision matrix with the given factor.
    let wishart (lambda: Chol) : Wishart =
        { DegreesOfFreedom = sharp
          InverseScale =
            Chol.factor "a drawn covariance" (Chol.inverse lambda)
            |> fun covariance -> Chol.ofLower (Mat.scale (sqrt sharp) covariance.Lower) }

    let normalWishart (struct (mu: Vec, lambda: Chol)) : NormalWishart =
        { Mean = mu; PrecisionScale = sharp; Precision = wishart lambda }

    let tiedNormalWishart (struct (means: Vec[], lambda: Chol)) : TiedNormalWishart =
        { Means = means; PrecisionScales = Vec.constant means.Length sharp; Precision = wishart lambda }

    let normalGamma (struct (mu: float, tau: float)) : NormalGamma =
        { Mean = mu; PrecisionScale = sharp; Shape = sharp; Rate = sharp / tau }
