namespace Vi.Math.FSharp

open System

/// Special functions of positive real arguments, and sums in the log domain.
[<RequireQualifiedAccess>]
module Special =

    /// log(2 pi).
    let logTwoPi = 1.8378770664093454836

    /// Arguments below this are raised by the recurrence before the asymptotic series is used.
    let private asymptotic = 12.0

    /// Coefficients B_2k / (2k (2k - 1)) of the Stirling series (Abramowitz and Stegun 6.1.41).
    let private stirling =
        [| 1.0 / 12.0
           -1.0 / 360.0
           1.0 / 1260.0
           -1.0 / 1680.0
           1.0 / 1188.0
           -691.0 / 360360.0
           1.0 / 156.0 |]

    /// Coefficients B_2k / 2k of the series of digamma (Abramowitz and Stegun 6.3.18).
    let private psi =
        [| 1.0 / 12.0; -1.0 / 120.0; 1.0 / 252.0; -1.0 / 240.0; 1.0 / 132.0; -691.0 / 32760.0; 1.0 / 12.0 |]

    /// Bernoulli numbers B_2k of the series of trigamma (Abramowitz and Stegun 6.4.12).
    let private bernoulli =
        [| 1.0 / 6.0; -1.0 / 30.0; 1.0 / 42.0; -1.0 / 30.0; 5.0 / 66.0; -691.0 / 2730.0; 7.0 / 6.0 |]

    /// Horner's scheme in z.
    let private polynomial (coefficients: float[]) z =
        let mutable sum = 0.0

        for k in coefficients.Length - 1 .. -1 .. 0 do
            sum <- Math.FusedMultiplyAdd(sum, z, coefficients[k])

        sum

    let private requirePositive name (x: float) =
        if not (x > 0.0) then
            raise (ArgumentOutOfRangeException(nameof x, x, $"{name} is defined here for positive arguments only"))

    /// log Gamma(x), x > 0; absolute error below 2e-14 for x < 1 and a few ulps of max(1, |log Gamma(x)|) beyond. Recurrence upwards, then the Stirling series.
    let logGamma (x: float) =
        requirePositive "log Gamma" x

        if x = 1.0 || x = 2.0 then
            0.0
        else
            let mutable y = x
            let mutable product = 1.0

            while y < asymptotic do
                product <- product * y
                y <- y + 1.0

            let inverse = 1.0 / y
            let series = inverse * polynomial stirling (inverse * inverse)
            (y - 0.5) * log y - y + 0.5 * logTwoPi + series - log product

    /// digamma(x) = d log Gamma(x) / dx, x > 0.
    let digamma (x: float) =
        requirePositive "digamma" x
        let mutable y = x
        let mutable sum = 0.0

        while y < asymptotic do
            sum <- sum + 1.0 / y
            y <- y + 1.0

        let inverse = 1.0 / y
        let square = inverse * inverse
        log y - 0.5 * inverse - square * polynomial psi square - sum

    /// trigamma(x) = d digamma(x) / dx, x > 0.
    let trigamma (x: float) =
        requirePositive "trigamma" x
        let mutable y = x
        let mutable sum = 0.0

        while y < asymptotic do
            sum <- sum + 1.0 / (y * y)
            y <- y + 1.0

        let inverse = 1.0 / y
        let square = inverse * inverse
        sum + inverse + 0.5 * square + inverse * square * polynomial bernoulli square

    /// log Gamma(x + y) - log Gamma(x) - log Gamma(y), negated: log B(x, y), both positive.
    let logBeta x y = logGamma x + logGamma y - logGamma (x + y)

    /// log Gamma_D(x) = D(D-1)/4 log pi + sum_j log Gamma(x + (1 - j)/2), j = 1..D; x > (D - 1)/2.
    let multivariateLogGamma (dimension: int) (x: float) =
        let mutable sum = 0.25 * float (dimension * (dimension - 1)) * log Math.PI

        for j in 1..dimension do
            sum <- sum + logGamma (x + 0.5 * float (1 - j))

        sum

    /// Derivative of the multivariate log Gamma: sum_j digamma(x + (1 - j)/2).
    let multivariateDigamma (dimension: int) (x: float) =
        let mutable sum = 0.0

        for j in 1..dimension do
            sum <- sum + digamma (x + 0.5 * float (1 - j))

        sum

    /// log sum exp of the entries, shifted by the maximum; minus infinity for no entries.
    let logSumExp (values: ReadOnlySpan<float>) =
        let mutable largest = Double.NegativeInfinity

        for value in values do
            largest <- Math.Max(largest, value)

        if Double.IsInfinity largest || Double.IsNaN largest then
            largest
        else
            let mutable sum = 0.0

            for value in values do
                sum <- sum + exp (value - largest)

            largest + log sum

    /// x log x, continued by 0 at 0.
    let xlogx (x: float) = if x = 0.0 then 0.0 else x * log x

    /// Standard normal distribution function.
    let normalCdf (x: float) = 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-x / sqrt 2.0)

    /// Standard normal quantile, 0 < p < 1; MathNet's inverse, polished by one Halley step.
    let normalQuantile (p: float) =
        if not (p > 0.0 && p < 1.0) then
            raise (ArgumentOutOfRangeException(nameof p, p, "a probability strictly between 0 and 1 is needed"))

        let x = -sqrt 2.0 * MathNet.Numerics.SpecialFunctions.ErfcInv(2.0 * p)
        // From the nearer tail, so that the residual keeps its digits.
        let residual = if x < 0.0 then normalCdf x - p else (1.0 - p) - normalCdf -x

        let step = residual * exp (0.5 * (x * x + logTwoPi))
        x - step / (1.0 + 0.5 * x * step)

    /// log(1 + x) to a few ulps near 0 (Kahan's correction of the rounded 1 + x); x > -1.
    let log1p (x: float) =
        let u = 1.0 + x

        if u = 1.0 then x
        elif Double.IsInfinity u then log u
        else log u * (x / (u - 1.0))

    /// exp x - 1 to a few ulps near 0 (Kahan's correction of the rounded exp x).
    let expm1 (x: float) =
        let u = exp x

        if u = 1.0 then x
        elif u - 1.0 = -1.0 then -1.0
        elif Double.IsInfinity u then u
        else (u - 1.0) * (x / log u)

    /// log of the standard normal distribution function; far below 0 by the asymptotic series of Mills' ratio (DLMF 7.12.1).
    let logNormalCdf (x: float) =
        if x > 1.0 then
            log1p (-0.5 * MathNet.Numerics.SpecialFunctions.Erfc(x / sqrt 2.0))
        elif x > -20.0 then
            log (normalCdf x)
        else
            let s = 1.0 / (x * x)
            let series = s * (-1.0 + s * (3.0 + s * (-15.0 + s * (105.0 - 945.0 * s))))
            -0.5 * x * x - log -x - 0.5 * logTwoPi + log1p series

    /// The remainder of Stirling's formula, log Gamma(x) = (x - 1/2) log x - x + log(2 pi)/2 + remainder(x), x > 0; convex,
    /// decreasing, about 1 / (12 x).
    let stirlingRemainder (x: float) =
        if x < asymptotic then
            logGamma x - (x - 0.5) * log x + x - 0.5 * logTwoPi
        else
            let inverse = 1.0 / x
            inverse * polynomial stirling (inverse * inverse)

    /// Derivative of the remainder: digamma(x) = log x - 1 / (2 x) + derivative(x), x > 0.
    let stirlingRemainderDerivative (x: float) =
        if x < asymptotic then
            digamma x - log x + 0.5 / x
        else
            let square = 1.0 / (x * x)
            -square * polynomial psi square

    /// log Gamma(x + h) - log Gamma(x), x > 0 and h >= 0, by Stirling's formula with its large terms cancelled on paper.
    let logGammaDifference (x: float) (h: float) =
        (x - 0.5) * log1p (h / x) + h * log (x + h) - h + stirlingRemainder (x + h) - stirlingRemainder x
