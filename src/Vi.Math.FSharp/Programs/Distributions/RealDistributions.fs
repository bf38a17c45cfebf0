namespace Vi.Math.FSharp

open System
open Vi.Math

/// Distributions on the real line, each entry on its own. Parameters are numbers, or repeated over the value.
[<RequireQualifiedAccess>]
module RealDistributions =

    let private constant (value: float) = Expr.number value

    /// Draws location + scale z from parameters 0 and 1.
    let internal shifted (standard: Rng -> struct (float * Rng)) (p: int -> float) rng =
        let struct (z, next) = standard rng
        struct ((p 0) + (p 1) * z, next)

    /// Normal with a mean and a standard deviation > 0.
    let normal (mean: Expression) (sd: Expression) : ProgramDistribution =
        let sd = ProgramDistribution.positive "normal" "standard deviation" sd

        ProgramDistribution.entrywise
            "normal"
            Domain.Real
            [ mean; sd ]
            (fun x ->
                [ Expr.square (x - mean) * (-0.5 * ProgramDistribution.inverseSquare sd)
                  -(Expr.log sd)
                  constant (-0.5 * Special.logTwoPi) ])
            (shifted Rng.normal)
        |> ProgramDistribution.fused (fun y ->
            match mean with
            | ProgramDistribution.LinearPredictor(x, alpha, beta) when sd.Shape = Shape.Scalar ->
                ValueSome(GeneralizedLinear.normal x y alpha beta sd)
            | _ -> ValueNone)

    /// The standard Cauchy by its quantile.
    let internal standardCauchy rng =
        let struct (u, next) = Rng.openUniform rng
        struct (tan (Math.PI * (u - 0.5)), next)

    /// Cauchy with a location and a scale > 0.
    let cauchy (location: Expression) (scale: Expression) : ProgramDistribution =
        let scale = ProgramDistribution.positive "cauchy" "scale" scale

        ProgramDistribution.entrywise
            "cauchy"
            Domain.Real
            [ location; scale ]
            (fun x ->
                [ -(Expr.log1p (Expr.square ((x - location) / scale))); -(Expr.log scale); constant -(log Math.PI) ])
            (shifted standardCauchy)

    /// Summands of a Student-t's log density.
    let internal studentSummands (nu: Expression) (location: Expression) (scale: Expression) (x: Expression) =
        [ (-0.5 * (nu + 1.0)) * Expr.log1p (Expr.square ((x - location) / scale) / nu)
          Expr.logGamma (0.5 * (nu + 1.0)) - Expr.logGamma (0.5 * nu) - 0.5 * Expr.log (Math.PI * nu)
          -(Expr.log scale) ]

    /// z / sqrt(chi^2 / nu).
    let internal standardStudent (nu: float) rng =
        let struct (z, rng) = Rng.normal rng
        let struct (logGamma, next) = Rng.logGamma (0.5 * nu) rng
        struct (z * exp (0.5 * (log (0.5 * nu) - logGamma)), next)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    let studentT (nu: Expression) (location: Expression) (scale: Expression) : ProgramDistribution =
        let nu = ProgramDistribution.positive "Student-t" "number of degrees of freedom" nu
        let scale = ProgramDistribution.positive "Student-t" "scale" scale

        ProgramDistribution.entrywise
            "Student-t"
            Domain.Real
            [ location; scale; nu ]
            (studentSummands nu location scale)
            (fun p rng -> shifted (standardStudent (p 2)) p rng)
        |> ProgramDistribution.fused (fun y ->
            match location with
            | ProgramDistribution.LinearPredictor(x, alpha, beta) when
                scale.Shape = Shape.Scalar && nu.Shape = Shape.Scalar
                ->
                ValueSome(GeneralizedLinear.studentT x y alpha beta nu scale)
            | _ -> ValueNone)

    /// Laplace with a location and a scale > 0: density exp(-|x - location| / scale) / (2 scale).
    let laplace (location: Expression) (scale: Expression) : ProgramDistribution =
        let scale = ProgramDistribution.positive "Laplace" "scale" scale

        ProgramDistribution.entrywise
            "Laplace"
            Domain.Real
            [ location; scale ]
            (fun x -> [ -(Expr.abs (x - location) / scale); -(Expr.log scale); constant -(log 2.0) ])
            (shifted (fun rng ->
                let struct (e, rng) = Rng.exponential rng
                let struct (u, next) = Rng.uniform rng
                struct ((if u < 0.5 then -e else e), next)))

    /// Density 1 on a support of numbers: improper unless the support is bounded. There are no draws from it.
    let flatOn (support: Domain) : ProgramDistribution =
        ProgramDistribution.entrywise "flat" support [] (fun _ -> [ constant 0.0 ]) (fun _ _ ->
            ProgramDistribution.refuse "a flat distribution has no draws: give a proper prior to simulate")

    /// Uniform between two numbers.
    let uniform (lower: float) (upper: float) : ProgramDistribution =
        if not (lower < upper && Double.IsFinite(upper - lower)) then
            ProgramDistribution.refuse $"uniform: the bounds must ascend, not {lower}, {upper}"

        ProgramDistribution.entrywise
            "uniform"
            (Domain.Between(lower, upper))
            []
            (fun _ -> [ constant -(log (upper - lower)) ])
            (fun _ rng ->
                let struct (u, next) = Rng.openUniform rng
                struct (lower + (upper - lower) * u, next))

    /// Normal with a mean and a standard deviation > 0, given that it lies between two bounds, of which either may be infinite. The
    /// logarithm of the probability between them is taken in the tail on the side of the bounds' sign, where it is accurate.
    let normalBetween (lower: float) (upper: float) (mean: Expression) (sd: Expression) : ProgramDistribution =
        if not (lower < upper) then
            ProgramDistribution.refuse $"truncated normal: the bounds must ascend, not {lower}, {upper}"

        let sd = ProgramDistribution.positive "truncated normal" "standard deviation" sd
        let upTo (bound: float) = Expr.logNormalCdf ((bound - mean) / sd)
        let from (bound: float) = Expr.logNormalCdf ((mean - bound) / sd)

        let support, logProbability =
            match lower = -infinity, upper = infinity with
            | true, true -> Domain.Real, constant 0.0
            | false, true -> Domain.Above lower, from lower
            | true, false -> Domain.Below upper, upTo upper
            | false, false ->
                // log(F(high) - F(low)) = log F(high) + log(1 - exp(log F(low) - log F(high))), in the tail away from the bounds.
                let isRight = Expr.atLeast (constant (0.5 * (lower + upper))) mean
                let a, b = (lower - mean) / sd, (upper - mean) / sd
                let low = (1.0 - isRight) * a - isRight * b
                let high = (1.0 - isRight) * b - isRight * a
                let logHigh = Expr.logNormalCdf high
                Domain.Between(lower, upper), logHigh + Expr.log1p -(Expr.exp (Expr.logNormalCdf low - logHigh))

        let draw (p: int -> float) rng =
            let mean, sd = p 0, p 1
            let a, b = (lower - mean) / sd, (upper - mean) / sd
            let struct (u, next) = Rng.openUniform rng
            // In the left tail, where probabilities keep their digits.
            let turned = a + b > 0.0
            let low, high = if turned then -b, -a else a, b
            let below = Special.normalCdf low
            let z = Special.normalQuantile (below + u * (Special.normalCdf high - below))
            let z = max low (min high z)
            struct (mean + sd * (if turned then -z else z), next)

        ProgramDistribution.entrywise
            "truncated normal"
            support
            [ mean; sd ]
            (fun x ->
                [ Expr.square (x - mean) * (-0.5 * ProgramDistribution.inverseSquare sd)
                  -(Expr.log sd)
                  -logProbability
                  constant (-0.5 * Special.logTwoPi) ])
            draw
