namespace Vi.Math.FSharp

open System
open Vi.Math

/// Distributions of positive numbers and of numbers between bounds, each entry on its own. Halves are normalised on their support.
[<RequireQualifiedAccess>]
module PositiveDistributions =

    let private constant (value: float) = Expr.number value
    let private logTwo = log 2.0

    /// |x| of a distribution around 0 with the scale as parameter 0.
    let private folded (standard: Rng -> struct (float * Rng)) (p: int -> float) rng =
        let struct (z, next) = standard rng
        struct ((p 0) * abs z, next)

    /// |x| for x normal with mean 0 and this standard deviation > 0: twice the normal density.
    let halfNormal (sd: Expression) : ProgramDistribution =
        let sd = ProgramDistribution.positive "half-normal" "standard deviation" sd

        ProgramDistribution.entrywise
            "half-normal"
            Domain.Positive
            [ sd ]
            (fun x ->
                [ Expr.square x * (-0.5 * ProgramDistribution.inverseSquare sd)
                  -(Expr.log sd)
                  constant (logTwo - 0.5 * Special.logTwoPi) ])
            (folded Rng.normal)

    /// |x| for x Cauchy around 0 with this scale > 0.
    let halfCauchy (scale: Expression) : ProgramDistribution =
        let scale = ProgramDistribution.positive "half-Cauchy" "scale" scale

        ProgramDistribution.entrywise
            "half-Cauchy"
            Domain.Positive
            [ scale ]
            (fun x -> [ -(Expr.log1p (Expr.square (x / scale))); -(Expr.log scale); constant (logTwo - log Math.PI) ])
            (folded RealDistributions.standardCauchy)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    let halfStudentT (nu: Expression) (scale: Expression) : ProgramDistribution =
        let nu = ProgramDistribution.positive "half-Student-t" "number of degrees of freedom" nu
        let scale = ProgramDistribution.positive "half-Student-t" "scale" scale

        ProgramDistribution.entrywise
            "half-Student-t"
            Domain.Positive
            [ scale; nu ]
            (fun x -> constant logTwo :: RealDistributions.studentSummands nu (constant 0.0) scale x)
            (fun p rng -> folded (RealDistributions.standardStudent (p 1)) p rng)

    /// Exponential with a rate > 0 and mean 1 / rate.
    let exponential (rate: Expression) : ProgramDistribution =
        let rate = ProgramDistribution.positive "exponential" "rate" rate

        ProgramDistribution.entrywise
            "exponential"
            Domain.Positive
            [ rate ]
            (fun x -> [ -(rate * x); Expr.log rate ])
            (fun p rng ->
                let struct (e, next) = Rng.exponential rng
                struct (e / (p 0), next))

    /// exp x for x normal with a mean and a standard deviation > 0.
    let logNormal (mean: Expression) (sd: Expression) : ProgramDistribution =
        let sd = ProgramDistribution.positive "log-normal" "standard deviation of the logarithm" sd

        ProgramDistribution.entrywise
            "log-normal"
            Domain.Positive
            [ mean; sd ]
            (fun x ->
                [ Expr.square (Expr.log x - mean) * (-0.5 * ProgramDistribution.inverseSquare sd)
                  -(Expr.log x)
                  -(Expr.log sd)
                  constant (-0.5 * Special.logTwoPi) ])
            (fun p rng ->
                let struct (value, next) = RealDistributions.shifted Rng.normal p rng
                struct (exp value, next))

    /// Gamma with a shape and a rate > 0 and mean shape / rate.
    let gamma (shape: Expression) (rate: Expression) : ProgramDistribution =
        let shape = ProgramDistribution.positive "gamma" "shape" shape
        let rate = ProgramDistribution.positive "gamma" "rate" rate

        ProgramDistribution.entrywise
            "gamma"
            Domain.Positive
            [ shape; rate ]
            (fun x -> [ (shape - 1.0) * Expr.log x; -(rate * x); shape * Expr.log rate - Expr.logGamma shape ])
            (fun p rng -> Rng.gamma (p 0) (p 1) rng)

    /// 1 / x for x Gamma(shape, rate = scale); both > 0.
    let inverseGamma (shape: Expression) (scale: Expression) : ProgramDistribution =
        let shape = ProgramDistribution.positive "inverse-gamma" "shape" shape
        let scale = ProgramDistribution.positive "inverse-gamma" "scale" scale

        ProgramDistribution.entrywise
            "inverse-gamma"
            Domain.Positive
            [ shape; scale ]
            (fun x -> [ -((shape + 1.0) * Expr.log x); -(scale / x); shape * Expr.log scale - Expr.logGamma shape ])
            (fun p rng ->
                let struct (value, next) = Rng.logGamma (p 0) rng
                struct ((p 1) * exp -value, next))

    /// lower + (upper - lower) x for x Beta(a, b); a, b > 0.
    let betaBetween (lower: float) (upper: float) (a: Expression) (b: Expression) : ProgramDistribution =
        if not (lower < upper && Double.IsFinite(upper - lower)) then
            ProgramDistribution.refuse $"beta: the bounds must ascend, not {lower}, {upper}"

        let a = ProgramDistribution.positive "beta" "first shape" a
        let b = ProgramDistribution.positive "beta" "second shape" b
        let width = upper - lower

        ProgramDistribution.entrywise
            "beta"
            (Domain.Between(lower, upper))
            [ a; b ]
            (fun x ->
                let f = ProgramDistribution.fraction lower width x

                [ (a - 1.0) * ProgramDistribution.logOf f
                  (b - 1.0) * ProgramDistribution.logRest f
                  Expr.logGamma (a + b) - Expr.logGamma a - Expr.logGamma b
                  constant -(log width) ])
            (fun p rng ->
                let struct (x, rng) = Rng.logGamma (p 0) rng
                let struct (y, next) = Rng.logGamma (p 1) rng
                struct (lower + width / (1.0 + exp (y - x)), next))

    /// Beta with two shapes > 0, on (0, 1).
    let beta (a: Expression) (b: Expression) : ProgramDistribution = betaBetween 0.0 1.0 a b
