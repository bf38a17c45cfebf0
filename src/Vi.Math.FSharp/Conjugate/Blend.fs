namespace Vi.Math.FSharp

open Vi.Math

/// Convex combinations in natural parameters, (1 - rho) eta_a + rho eta_b with 0 <= rho <= 1: the step of natural-gradient inference
/// (Hoffman et al. 2013, stochastic variational inference, 26). Natural parameter spaces are convex, so the result is always a
/// distribution; rho = 0 gives a and rho = 1 gives b, to the bit. Means are combined as differences, so that a common offset of 1e6 loses
/// nothing.
[<RequireQualifiedAccess>]
module Blend =

    let private between (rho: float) (a: float) (b: float) = (1.0 - rho) * a + rho * b

    let private step rho a b combine =
        if not (rho >= 0.0 && rho <= 1.0) then
            invalidArg (nameof rho) $"a step must be between 0 and 1, not {rho}"
        elif rho = 0.0 then
            a
        elif rho = 1.0 then
            b
        else
            combine ()

    /// Normal distributions: precisions combine, means by their shares of the precision.
    let normal (rho: float) (a: Normal) (b: Normal) : Normal =
        step rho a b (fun () ->
            let ofB = rho / b.Variance
            let precision = (1.0 - rho) / a.Variance + ofB
            { Mean = a.Mean + ofB / precision * (b.Mean - a.Mean); Variance = 1.0 / precision })

    /// Gamma distributions: shape and rate combine.
    let gamma (rho: float) (a: Gamma) (b: Gamma) : Gamma =
        step rho a b (fun () -> { Shape = between rho a.Shape b.Shape; Rate = between rho a.Rate b.Rate })

    /// Dirichlet distributions: concentrations combine.
    let dirichlet (rho: float) (a: Dirichlet) (b: Dirichlet) : Dirichlet =
        step rho a b (fun () -> { Concentration = Vec.map2 (between rho) a.Concentration b.Concentration })

    let private matrices rho (a: Chol) (b: Chol) = Mat.map2 (between rho) (Chol.toMat a) (Chol.toMat b)

    /// Wishart distributions: degrees of freedom and inverse scale matrices combine.
    let wishart (rho: float) (a: Wishart) (b: Wishart) : Wishart =
        step rho a b (fun () ->
            { DegreesOfFreedom = between rho a.DegreesOfFreedom b.DegreesOfFreedom
              InverseScale =
                Chol.factor "a combination of inverse scale matrices" (matrices rho a.InverseScale b.InverseScale) })

    /// Multivariate normal distributions: precisions combine, means by their shares of the precision.
    let mvNormal (rho: float) (a: MvNormal) (b: MvNormal) : MvNormal =
        step rho a b (fun () ->
            let precision = Chol.factor "a combination of precisions" (matrices rho a.Precision b.Precision)
            let pull = Symmetric.multiply b.Precision (Vec.subtract b.Mean a.Mean)

            { Mean = Vec.addScaled rho (Chol.solve precision pull) a.Mean; Precision = precision })

    /// Normal-Wishart distributions: precision scales, degrees of freedom and W^-1 + k m m' combine; the last is written as the combination of the
    /// W^-1 plus the spread of the two means, (1 - rho) k_a rho k_b / k (m_a - m_b)(m_a - m_b)'.
    let normalWishart (rho: float) (a: NormalWishart) (b: NormalWishart) : NormalWishart =
        step rho a b (fun () ->
            let ofB = rho * b.PrecisionScale
            let scale = (1.0 - rho) * a.PrecisionScale + ofB
            let shift = Vec.subtract b.Mean a.Mean
            let spread = (1.0 - rho) * a.PrecisionScale * (ofB / scale)

            let inverseScale =
                matrices rho a.Precision.InverseScale b.Precision.InverseScale
                |> Mat.add (Mat.outer spread shift shift)

            { Mean = Vec.addScaled (ofB / scale) shift a.Mean
              PrecisionScale = scale
              Precision =
                { DegreesOfFreedom = between rho a.Precision.DegreesOfFreedom b.Precision.DegreesOfFreedom
                  InverseScale = Chol.factor "a combination of inverse scale matrices" inverseScale } })

    /// Beta distributions: both parameters combine.
    let beta (rho: float) (a: Beta) (b: Beta) : Beta =
        step rho a b (fun () -> { Alpha = between rho a.Alpha b.Alpha; Beta = between rho a.Beta b.Beta })

    /// Stick-breaking weights, share by share.
    let stickBreaking (rho: float) (a: StickBreaking) (b: StickBreaking) : StickBreaking =
        { Sticks = Array.map2 (beta rho) a.Sticks b.Sticks }

    /// Normal-gamma distributions: as normal-Wishart ones in one dimension.
    let normalGamma (rho: float) (a: NormalGamma) (b: NormalGamma) : NormalGamma =
        step rho a b (fun () ->
            let ofA = (1.0 - rho) * a.PrecisionScale
            let ofB = rho * b.PrecisionScale
            let scale = ofA + ofB
            let shift = b.Mean - a.Mean

            { Mean = a.Mean + ofB / scale * shift
              PrecisionScale = scale
              Shape = between rho a.Shape b.Shape
              Rate = between rho a.Rate b.Rate + 0.5 * ofA * (ofB / scale) * shift * shift })

    /// Normal-Wishart distributions with several means: as with one, with a spread for each pair of means.
    let tiedNormalWishart (rho: float) (a: TiedNormalWishart) (b: TiedNormalWishart) : TiedNormalWishart =
        step rho a b (fun () ->
            let ofA = Vec.scale (1.0 - rho) a.PrecisionScales
            let ofB = Vec.scale rho b.PrecisionScales
            let scales = Vec.add ofA ofB
            let shifts = Array.map2 Vec.subtract b.Means a.Means

            let inverseScale =
                (matrices rho a.Precision.InverseScale b.Precision.InverseScale, seq { 0 .. shifts.Length - 1 })
                ||> Seq.fold (fun sum k -> Mat.add sum (Mat.outer (ofA[k] * (ofB[k] / scales[k])) shifts[k] shifts[k]))

            { Means = Array.init shifts.Length (fun k -> Vec.addScaled (ofB[k] / scales[k]) shifts[k] a.Means[k])
              PrecisionScales = scales
              Precision =
                { DegreesOfFreedom = between rho a.Precision.DegreesOfFreedom b.Precision.DegreesOfFreedom
                  InverseScale = Chol.factor "a combination of inverse scale matrices" inverseScale } })

    /// Arrays of independent distributions, one by one.
    let all
        (one: float -> 'distribution -> 'distribution -> 'distribution)
        (rho: float)
        (a: 'distribution[])
        (b: 'distribution[])
        : 'distribution[] =
        Array.map2 (one rho) a b
