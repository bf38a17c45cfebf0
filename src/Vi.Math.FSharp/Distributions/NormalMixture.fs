namespace Vi.Math

/// sum_k Weights[k] Components[k] on the real line; K weights that sum to 1.
type NormalMixture = { Weights: Vec; Components: Normal[] }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Finite mixtures of normals in one dimension.
[<RequireQualifiedAccess>]
module NormalMixture =

    /// K weights and K components; raises ArgumentException where the counts differ, a weight is negative, or the weights miss the sum 1
    /// by more than 1e-9. The components are copied.
    let create (weights: Vec) (components: Normal[]) : NormalMixture =
        Require.finiteVec "NormalMixture" "Weights" weights
        Require.sameDimension "NormalMixture" "Weights" weights.Length "Components" components.Length

        if Seq.exists (fun w -> w < 0.0) (Vec.toArray weights) || abs (Vec.sum weights - 1.0) > 1e-9 then
            raise (
                ArgumentException($"NormalMixture: Weights must be non-negative and sum to 1, not {weights}", "Weights")
            )

        let checkedAgain (c: Normal) = Normal.create c.Mean c.Variance
        { Weights = weights; Components = Array.map checkedAgain components }

    let private weigh (d: NormalMixture) (f: Normal -> float) =
        let mutable sum = 0.0

        for k in 0 .. d.Components.Length - 1 do
            sum <- sum + d.Weights[k] * f d.Components[k]

        sum

    /// E[x].
    let mean (d: NormalMixture) = weigh d (fun c -> c.Mean)

    /// Var[x]: the mean variance plus the variance of the means.
    let variance (d: NormalMixture) =
        let centre = mean d

        weigh d (fun c ->
            let away = c.Mean - centre
            c.Variance + away * away)

    /// log weight plus log density of every component at x (K).
    let private logTerms (d: NormalMixture) (x: float) =
        Array.init d.Components.Length (fun k -> log d.Weights[k] + Normal.logDensity d.Components[k] x)

    /// log density at x.
    let logDensity (d: NormalMixture) (x: float) = Special.logSumExp (ReadOnlySpan<float>(logTerms d x))

    /// log density at x with its first and second derivative in x.
    let logDensityDerivatives (d: NormalMixture) (x: float) : struct (float * float * float) =
        let terms = logTerms d x
        let value = Special.logSumExp (ReadOnlySpan<float> terms)
        let mutable first = 0.0
        let mutable precision = 0.0
        let mutable squares = 0.0

        for k in 0 .. terms.Length - 1 do
            let responsibility = exp (terms[k] - value)
            let c = d.Components[k]
            let slope = (c.Mean - x) / c.Variance
            first <- first + responsibility * slope
            precision <- precision + responsibility / c.Variance
            squares <- squares + responsibility * slope * slope

        struct (value, first, squares - first * first - precision)

    /// P(X <= x).
    let cdf (d: NormalMixture) (x: float) = weigh d (fun c -> Normal.cdf c x)

    /// The quantile at p, 0 < p < 1.
    let quantile (d: NormalMixture) (p: float) =
        let widest = d.Components |> Array.maxBy (fun c -> c.Variance)
        Root.ofIncreasing (cdf d) p widest.Mean (sqrt widest.Variance)

    /// Points that show an integrator where the mixture lives: each component's mean and 1, 2, 4 and 8 standard deviations around it.
    let breakpoints (d: NormalMixture) : float[] =
        d.Components |> Array.collect (fun c -> Quadrature.around c.Mean (0.5 * sqrt c.Variance))

    /// One draw.
    let sample (d: NormalMixture) (rng: Rng) : struct (float * Rng) =
        let struct (k, rng) = Rng.index (d.Weights.AsSpan()) rng
        Normal.sample d.Components[k] rng
