namespace Vi.Math.FSharp

open System

/// Regularised incomplete gamma and beta functions, and their inverses. The factors in front are written with Stirling's remainder,
/// so that large parameters cost no digits. Gamma: series and continued fraction as in Press et al., Numerical Recipes, 6.2; beta: the
/// continued fraction DLMF 8.17.22. Both take about sqrt(parameter) terms. Accuracy relative to the smaller tail is 1e-13; for shapes
/// far below 1, where the upper tail is one minus the lower, it is 1e-15 over the tail.
[<RequireQualifiedAccess>]
module Incomplete =

    let private tiny = 1e-300
    let private precision = 1e-16
    let private mostTerms = 50_000_000

    /// Continued fraction by Lentz's method: first denominator term b0, then numerators and denominators of step i >= 1.
    let private continuedFraction (b0: float) (next: int -> struct (float * float)) =
        let guard v = if abs v < tiny then tiny else v
        let mutable value = guard b0
        let mutable c = value
        let mutable d = 0.0
        let mutable i = 1
        let mutable going = true

        while going && i < mostTerms do
            let struct (numerator, denominator) = next i
            d <- 1.0 / guard (denominator + numerator * d)
            c <- guard (denominator + numerator / c)
            let factor = c * d
            value <- value * factor
            going <- abs (factor - 1.0) > 2.0 * precision
            i <- i + 1

        value

    /// log of x^a e^-x / Gamma(a) for a, x > 0.
    let internal logGammaFront (a: float) (x: float) =
        -a * Bregman.excess (x / a) ((x - a) / a) + 0.5 * (log a - Special.logTwoPi)
        - Special.stirlingRemainder a

    /// log of x^a (1 - x)^b / B(a, b), with 1 - x given separately.
    let internal logBetaFront (a: float) (b: float) (x: float) (oneMinusX: float) =
        let n = a + b
        let away = x * b - a * oneMinusX

        -(a * Bregman.excess (x * n / a) (away / a) + b * Bregman.excess (oneMinusX * n / b) (-away / b))
        + 0.5 * (log a + log b - log n - Special.logTwoPi)
        + Special.stirlingRemainder n
        - Special.stirlingRemainder a
        - Special.stirlingRemainder b

    let private gammaSeries a x =
        let mutable term = 1.0 / a
        let mutable sum = term
        let mutable n = a
        let mutable count = 0

        while abs term > precision * abs sum && count < mostTerms do
            n <- n + 1.0
            term <- term * x / n
            sum <- sum + term
            count <- count + 1

        sum * exp (logGammaFront a x)

    let private gammaFraction a x =
        let fraction =
            continuedFraction (x + 1.0 - a) (fun i -> struct (-float i * (float i - a), x + 1.0 - a + 2.0 * float i))

        exp (logGammaFront a x) / fraction

    /// P(a, x): probability that a Gamma(a, 1) variable is below x; a > 0, x >= 0.
    let gammaLower (a: float) (x: float) =
        if x <= 0.0 then 0.0
        elif Double.IsPositiveInfinity x then 1.0
        elif x < a + 1.0 then gammaSeries a x
        else 1.0 - gammaFraction a x

    /// Q(a, x) = 1 - P(a, x), without cancellation in the upper tail.
    let gammaUpper (a: float) (x: float) =
        if x <= 0.0 then 1.0
        elif Double.IsPositiveInfinity x then 0.0
        elif x < a + 1.0 then 1.0 - gammaSeries a x
        else gammaFraction a x

    /// The contracted continued fraction (DLMF 8.17.22, even part), whose terms are positive for x below the mean and need no
    /// difference of nearly equal numbers.
    let private betaFraction (a: float) (b: float) (x: float) oneMinusX =
        let towardsMean = a * oneMinusX - b * x

        let denominator m =
            m
            + m * (b - m) * x / (a + 2.0 * m - 1.0)
            + (a + m) * (towardsMean + 1.0 + m * (1.0 + oneMinusX)) / (a + 2.0 * m + 1.0)

        let fraction =
            continuedFraction (a * (towardsMean + 1.0) / (a + 1.0)) (fun i ->
                let m = float i
                let root = x / (a + 2.0 * m - 1.0)
                struct ((a + m - 1.0) * (a + b + m - 1.0) * m * (b - m) * root * root, denominator m))

        exp (logBetaFront a b x oneMinusX) / fraction

    /// I_x(a, b): probability that a Beta(a, b) variable is below x. 1 - x is given separately, so that neither end loses digits.
    let beta (a: float) (b: float) (x: float) (oneMinusX: float) =
        if x <= 0.0 then 0.0
        elif oneMinusX <= 0.0 then 1.0
        elif x < (a + 1.0) / (a + b + 2.0) then betaFraction a b x oneMinusX
        else 1.0 - betaFraction b a oneMinusX x

    /// The point where an increasing function crosses zero, from a bracket where it is negative at the left and positive at the
    /// right end: Newton steps with the given slope, bisection where they leave the bracket or stall.
    let internal root (f: float -> struct (float * float)) (left: float) (right: float) (start: float) =
        let rec search left right x count =
            let struct (value, slope) = f x

            if value = 0.0 || count > 200 then
                x
            else
                let left, right = if value < 0.0 then x, right else left, x
                let newton = x - value / slope

                let next =
                    if newton > left && newton < right && count % 8 <> 7 then
                        newton
                    else
                        0.5 * (left + right)

                if next = x || next <= left && next >= right then x
                elif abs (next - x) <= 1e-16 * abs x then next
                else search left right next (count + 1)

        search left right start 0

    /// A bracket around the root by doubling the step from the start.
    let internal bracket (f: float -> float) (start: float) (step: float) =
        let rec goLeft x step = if f x < 0.0 || Double.IsInfinity x then x else goLeft (x - step) (2.0 * step)
        let rec goRight x step = if f x > 0.0 || Double.IsInfinity x then x else goRight (x + step) (2.0 * step)
        struct (goLeft (start - step) step, goRight (start + step) step)

    /// Raises unless 0 < p < 1.
    let internal requireProbability (p: float) =
        if not (p > 0.0 && p < 1.0) then
            raise (ArgumentOutOfRangeException(nameof p, p, "a probability strictly between 0 and 1 is needed"))

    /// Quantile by solving log(tail) = log(p) for the smaller tail: cdf, upper tail and log density as functions of a coordinate on
    /// the whole real line; start and step of the search for a bracket.
    let internal quantile
        (lower: float -> float)
        (upper: float -> float)
        (logDensity: float -> float)
        (start: float)
        (step: float)
        (p: float)
        =
        requireProbability p

        let residual x =
            if p <= 0.5 then
                let tail = lower x
                struct (log tail - log p, exp (logDensity x - log tail))
            else
                let tail = upper x
                struct (log (1.0 - p) - log tail, exp (logDensity x - log tail))

        let value x =
            let struct (v, _) = residual x
            v

        let struct (left, right) = bracket value start step
        root residual left right (Math.Clamp(start, left, right))

    let private logGammaSolve (a: float) (p: float) (sign: float) =
        let lower t =
            if t < -700.0 then
                exp (a * t - Special.logGamma (a + 1.0))
            else
                gammaLower a (exp t)

        let upper t = gammaUpper a (exp t)

        let logDensity t = if t < -700.0 then a * t - Special.logGamma a else logGammaFront a (exp t)

        let at tail t = tail (sign * t)
        let spread = sqrt (Special.trigamma a)
        let start = sign * Special.digamma a
        let first, second = if sign > 0.0 then lower, upper else upper, lower
        sign * quantile (at first) (at second) (at logDensity) start spread p

    /// log of the point below which a Gamma(a, 1) variable lies with probability p, 0 < p < 1; in logs because for small shapes the
    /// point itself underflows.
    let logGammaQuantile (a: float) (p: float) = logGammaSolve a p 1.0

    /// log of the point above which a Gamma(a, 1) variable lies with probability p, 0 < p < 1.
    let logGammaUpperQuantile (a: float) (p: float) = logGammaSolve a p -1.0

    /// Quantile of Beta(a, b), as its logit log(x / (1 - x)), so that both ends keep their digits.
    let betaQuantileLogit (a: float) (b: float) (p: float) =
        let x t = 1.0 / (1.0 + exp -t)

        quantile
            (fun t -> beta a b (x t) (x -t))
            (fun t -> beta b a (x -t) (x t))
            (fun t -> logBetaFront a b (x t) (x -t))
            (Special.digamma a - Special.digamma b)
            (sqrt (Special.trigamma a + Special.trigamma b))
            p
