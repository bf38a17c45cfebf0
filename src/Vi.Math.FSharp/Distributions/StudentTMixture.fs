namespace Vi.Math

/// sum_k Weights[k] Components[k] on the real line; K weights that sum to 1.
type StudentTMixture = { Weights: Vec; Components: StudentT[] }

namespace Vi.Math.FSharp

open Vi.Math

/// Finite mixtures of Student-t distributions in one dimension: what mixtures and chains of normal states predict.
[<RequireQualifiedAccess>]
module StudentTMixture =

    let private weigh (d: StudentTMixture) (f: StudentT -> float) =
        d.Components |> Array.mapi (fun k c -> d.Weights[k] * f c) |> Array.sum

    /// E[x], where every component has a mean.
    let mean (d: StudentTMixture) = weigh d (fun c -> c.Location)

    /// Var[x]: the mean variance plus the variance of the means; infinite where a component has none.
    let variance (d: StudentTMixture) =
        let centre = mean d
        weigh d (fun c -> StudentT.variance c + (c.Location - centre) * (c.Location - centre))

    /// Density at x.
    let density (d: StudentTMixture) (x: float) = weigh d (fun c -> exp (StudentT.logDensity c x))

    /// P(X <= x).
    let cdf (d: StudentTMixture) (x: float) = weigh d (fun c -> StudentT.cdf c x)

    /// The quantile at p, 0 < p < 1.
    let quantile (d: StudentTMixture) (p: float) =
        let widest = d.Components |> Array.maxBy (fun c -> c.Scale)
        Root.ofIncreasing (cdf d) p widest.Location widest.Scale
