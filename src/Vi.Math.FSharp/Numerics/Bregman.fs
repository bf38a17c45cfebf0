namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Bregman divergences f(x) - f(y) - (x - y) f'(y) of the convex functions whose combinations are the Kullback-Leibler divergences
/// of the exponential families. Each is a sum of terms that are not negative, so that nearly equal arguments keep their digits.
[<RequireQualifiedAccess>]
module Bregman =

    /// d - log(1 + d) = d^2/2 - d^3/3 + ... for |d| <= 1/2, by the series of log((1 + s) / (1 - s)) at s = d / (2 + d): it equals
    /// s d - 2 s^3 (1/3 + s^2/5 + ...).
    let private excessNearOne d =
        let s = d / (2.0 + d)
        let square = s * s
        let mutable sum = 0.0

        for k in 14..-1..0 do
            sum <- sum * square + 1.0 / float (2 * k + 3)

        s * d - 2.0 * s * square * sum

    /// r - 1 - log r >= 0 for a ratio r > 0 whose distance r - 1 is given separately, because near r = 1 it is what counts.
    let excess (ratio: float) (difference: float) =
        if abs difference <= 0.5 then
            excessNearOne difference
        else
            ratio - 1.0 - log ratio

    /// x/y - 1 - log(x/y): the divergence of -log from x to y, both positive.
    let ofRatio (x: float) (y: float) = excess (x / y) ((x - y) / y)

    /// exp(t) - 1 - t >= 0: the same in the logarithm t of the ratio.
    let ofLogRatio (t: float) =
        if t = Double.NegativeInfinity then
            Double.PositiveInfinity
        elif abs t <= 0.5 then
            let mutable term = 0.5 * t * t
            let mutable sum = term

            for k in 3..16 do
                term <- term * t / float k
                sum <- sum + term

            sum
        else
            exp t - 1.0 - t

    /// c_k and the power m = 2k - 1 of the Stirling series sum_k c_k x^-m (Abramowitz and Stegun 6.1.41).
    let private stirling =
        [| struct (1, 1.0 / 12.0)
           struct (3, -1.0 / 360.0)
           struct (5, 1.0 / 1260.0)
           struct (7, -1.0 / 1680.0)
           struct (9, 1.0 / 1188.0)
           struct (11, -691.0 / 360360.0)
           struct (13, 1.0 / 156.0) |]

    /// The divergence of x^-m in r = x / y, with d = r - 1 given separately: x^-m d^2 sum_{i<m} (i + 1) r^i.
    let private ofPower m (x: float) (y: float) (difference: float) =
        let ratio = x / y
        let mutable sum = 0.0

        for i in m - 1 .. -1 .. 0 do
            sum <- sum * ratio + float (i + 1)

        Math.Pow(x, -float m) * difference * difference * sum

    /// Arguments below this are raised by the recurrence Gamma(x + 1) = x Gamma(x).
    let private asymptotic = 12.0

    /// The divergence of the remainder of Stirling's formula (Special.stirlingRemainder) from x to y, both positive, with x - y given
    /// separately: sums that make up x and y may have rounded away what their terms differ by.
    let internal stirlingRemainderApart (x: float) (y: float) (difference: float) =
        if abs difference > 0.5 * y then
            Special.stirlingRemainder x
            - Special.stirlingRemainder y
            - difference * Special.stirlingRemainderDerivative y
        else
            let steps = int (Math.Max(0.0, ceil (asymptotic - Math.Min(x, y))))
            let raisedX = x + float steps
            let raisedY = y + float steps
            let mutable sum = 0.0

            for struct (m, coefficient) in stirling do
                sum <- sum + coefficient * ofPower m raisedX raisedY (difference / raisedY)

            if steps > 0 then
                // log Gamma(x) = log Gamma(x + n) - sum log(x + k), less the leading terms of Stirling's formula at x itself.
                for k in 0 .. steps - 1 do
                    let denominator = y + float k
                    sum <- sum + excess ((x + float k) / denominator) (difference / denominator)

                let leading (x: float) (y: float) =
                    x * excess (y / x) (-difference / x) + 0.5 * excess (x / y) (difference / y)

                sum + leading raisedX raisedY - leading x y
            else
                sum

    /// The divergence of the remainder of Stirling's formula from x to y, both positive.
    let stirlingRemainder (x: float) (y: float) = stirlingRemainderApart x y (x - y)

    /// The divergence of log Gamma from x to y, both positive: x (y/x - 1 - log(y/x)) + (x/y - 1 - log(x/y))/2 + the remainder's.
    let logGamma (x: float) (y: float) = x * ofRatio y x + 0.5 * ofRatio x y + stirlingRemainder x y

    /// The divergence of the logarithm of the multivariate beta function prod Gamma(x_k) / Gamma(sum x), from x to y: the
    /// Kullback-Leibler divergence of Dirichlet(y) from Dirichlet(x), KL(Dirichlet(y) || Dirichlet(x)) (Penny 2001), rearranged by
    /// Stirling's formula so that the large terms cancel on paper: x0 KL(x/x0 || y/y0) and terms of order one.
    let logMultivariateBeta (x: Vec) (y: Vec) =
        let totalX = Vec.sum x
        let totalY = Vec.sum y
        let totalDifference = Vec.sum (Vec.subtract y x)
        let mutable sum = 0.0

        for k in 0 .. x.Length - 1 do
            let ratio = (y[k] / totalY) / (x[k] / totalX)

            // By differences where all is close; far apart those would cancel, and the ratio itself serves.
            let difference =
                if abs (y[k] - x[k]) <= 0.5 * x[k] && abs totalDifference <= 0.5 * totalY then
                    (y[k] - x[k]) / x[k] * (totalX / totalY) - totalDifference / totalY
                else
                    ratio - 1.0

            sum <- sum + x[k] * excess ratio difference
            sum <- sum + 0.5 * ofRatio x[k] y[k] + stirlingRemainder x[k] y[k]

        let total =
            0.5 * excess (totalX / totalY) (-totalDifference / totalY)
            + stirlingRemainderApart totalX totalY -totalDifference

        Math.Max(0.0, sum - total)

    /// tr(A B^-1) - D - log |A B^-1| for A = a and B = b of one dimension D. With the factors A = L L', B = M M' and the lower
    /// triangle G = M^-1 (scale L - M) it is 2 sum (G_ii - log(1 + G_ii)) + |G|^2; A may be scaled by scale^2, whose distance
    /// scale - 1 is given separately.
    let scaledMatrix (scale: float) (scaleMinusOne: float) (a: Chol) (b: Chol) =
        let n = a.Dimension

        if b.Dimension <> n then
            invalidArg (nameof b) $"matrices of dimension {n} and {b.Dimension} do not go together"

        let left = a.Lower
        let right = b.Lower
        let column: float[] = Array.zeroCreate n
        let mutable sum = 0.0

        for j in 0 .. n - 1 do
            for i in j .. n - 1 do
                column[i] <- left[i, j] - right[i, j]

            LinearAlgebra.SolveLower(b.Values, column, n, j)

            for i in j .. n - 1 do
                let entry = scale * column[i] + (if i = j then scaleMinusOne else 0.0)
                sum <- sum + entry * entry

                if i = j then
                    sum <- sum + 2.0 * excess (scale * left[i, i] / right[i, i]) entry

        sum

    /// tr(A B^-1) - D - log |A B^-1| >= 0, zero only for A = B.
    let matrix (a: Chol) (b: Chol) = scaledMatrix 1.0 0.0 a b
