namespace Vi.Verification.FSharp

open System

/// Tolerances that several laws of the project share, each with its reason; a law's own tolerance has its reason beside it. A tolerance is scaled by what makes rounding grow - the size of the
/// terms, the condition of a matrix, the number of additions, a Monte Carlo standard error - and is never widened to let a law pass.
[<RequireQualifiedAccess>]
module Tolerances =

    /// 2^-52: the distance from 1 to the next number.
    let epsilon = 2.220446049250313e-16

    /// Rounding of a computation with so many roundings on terms of this size: each contributes at most half an ulp of the largest
    /// term; eight for the constants of library functions (exp, log, pow are good to one ulp, and appear a few at a time).
    let rounding (operations: int) (magnitude: float) = 8.0 * float (max 1 operations) * epsilon * abs magnitude

    /// log Gamma and its derivatives: the recurrence multiplies up to twelve factors and the series has seven terms, so a few dozen
    /// ulps of the larger of 1 and the value. Near its zeros at 1 and 2 the error is absolute.
    let special (value: float) = 64.0 * epsilon * max 1.0 (abs value)

    /// A published value of 16 significant digits is itself rounded in its last place: the same few dozen ulps.
    let published (value: float) = special value

    /// What passes through a factorisation of a matrix of this condition: backward error of D^2 ulps (Higham 2002, theorem 10.3),
    /// magnified by the condition where a system is solved.
    let conditioned (dimension: int) (condition: float) (magnitude: float) =
        16.0 * float ((dimension + 1) * (dimension + 1)) * epsilon * condition * abs magnitude

    /// A derivative from Richardson-extrapolated central differences with error estimate: the estimate times ten (it is itself a
    /// difference of two extrapolations), and no less than the given rounding of function values divided by the smallest step.
    let derivative (estimatedError: float) (functionRounding: float) (step: float) =
        10.0 * estimatedError + 10.0 * functionRounding / step

    /// Quadrature on the whole line after a sinh substitution: the trapezoidal rule converges exponentially for these densities, so
    /// what is left is the rounding of some thousand terms and of their log densities.
    let quadrature (magnitude: float) = 1e-10 * max 1.0 (abs magnitude)

    /// A number of a size that goes to another unit and back, through a logarithm and an exponential at most: some ten roundings, and an exponential
    /// whose argument of tens magnifies that of its argument as often; 4500 ulps leave room for both.
    let unitsThereAndBack (magnitude: float) = 1e-12 * abs magnitude

    /// Moments of a missing entry by plain loops, in the size of their own parts: a system of a few equations whose condition stays below 1e4, times
    /// some twenty ulps, is 5e-11 (3e-14 was measured in 1,000 cases).
    let missingEntry = 1e-10

    /// Evenly spaced sums over the logarithms of two scales. Steps leave 1e-8 of what is summed; the points left out have 1e-8 of the mass, where
    /// the integrand of a divergence is tens of nats: a few 1e-7 (2e-7 was measured).
    let sumOverLogScales (magnitude: float) = 5e-7 * max 1.0 (abs magnitude)

    /// Standard errors that a Monte Carlo average may be off. Two-sided normal tail beyond 7: 2.6e-12; a hundred statistical
    /// comparisons in a catalogue of 10,000 cases each raise a false alarm with probability 3e-6.
    let standardErrors = 7.0

    /// A Monte Carlo average: standardErrors standard errors, widened by the second term of the Cornish-Fisher expansion for the
    /// skewness of the average of n draws, plus rounding.
    let monteCarlo (standardError: float) (skewnessOfOneDraw: float) (draws: int) (magnitude: float) =
        let k = standardErrors
        let correction = (k * k - 1.0) / 6.0 * abs skewnessOfOneDraw / sqrt (float draws)
        standardError * (k + correction) + rounding 64 magnitude

    /// Kolmogorov-Smirnov distance of n draws: P(sqrt n D > d) <= 2 exp(-2 d^2) (Massart 1990), at 4e-12 as for standardErrors.
    let kolmogorovSmirnov (draws: int) = sqrt (log (2.0 / 4e-12) / 2.0) / sqrt (float draws)

    /// Most of n independent cases that may be an exception, each with a probability: the binomial tail beyond is below 1e-9.
    let exceptions (n: int) (probability: float) =
        let rec most k term below =
            if below > 1.0 - 1e-9 then
                k
            else
                let next = term * float (n - k) / float (k + 1) * probability / (1.0 - probability)
                most (k + 1) next (below + next)

        let none = (1.0 - probability) ** float n
        most 0 none none

    /// Share of estimates beyond two jackknife errors from 16 draws: 6 % of a t distribution with 15 degrees of freedom, with room for figures that are
    /// ratios of sums, not sums.
    let beyondTwoErrors = 0.1

    /// The average of 1000 drifts of 1, each with a standard deviation of 0.4: 7 standard errors are 0.09; the regression on 16 starts, whose slope is cut
    /// off at 0 and a half, leaves some hundredths more.
    let extrapolatedDrift = 0.15

    /// The fall of a bound that rounding explains: the project's own definition, a part in 10^12 of the terms' sizes.
    let bound (magnitude: float) = 1e-12 * (1.0 + abs magnitude)

    /// An identity between two evidence lower bounds or an evidence and a bound, computed by different formulas from data of
    /// moderate size: 1e-10 relative to the sum of the terms' absolute values.
    let evidence (magnitude: float) = 1e-10 * (1.0 + abs magnitude)

    /// Data shifted by 1e6 or scaled by 1e-6: rounding of the shifted data alone is 1e6 * 2^-53 = 1e-10 in units of their spread;
    /// it reaches the answer through sums of squares, with room of a hundred. The project promises 1e-8.
    let shiftedData (magnitude: float) = 1e-8 * max 1.0 (abs magnitude)

    /// Statistics gathered in another grouping: each of n additions rounds once.
    let regrouped (count: int) (magnitude: float) = 4.0 * float (count + 4) * epsilon * abs magnitude

    /// A derivative against Richardson-extrapolated central differences of values of size about 1 over steps of 0.05 and less: 1e-7 of the
    /// sizes of the terms that the derivative is the sum of, and no less than that for 0.01.
    let finiteDifference (magnitude: float) = 1e-7 * max 0.01 (abs magnitude)

    /// What Richardson's extrapolation leaves of a slope of size 1 that differs by so much between a step and one twice as large: of a smooth
    /// answer f + a h^2 + b h^4 the difference is 3 a h^2, and 4 b h^4 is left, 4 (difference / 3)^2 = 0.44 of its square where the terms fall
    /// like those of 1 / (1 - h^2), and (35 / 32) / (9 / 8)^2 = 0.86 where two optima are about to merge, 1 / sqrt(1 - h^2). Measured on 20,000
    /// regressions: at most 0.41.
    let extrapolated (difference: float) = difference * difference

    /// A value through a graph of some tens of operations on hundreds of numbers of size about 1: a thousand roundings, each magnified
    /// by the slopes of what follows it (up to about ten).
    let throughGraph (magnitude: float) = rounding 1000 (1.0 + abs magnitude)

    /// Two answers that differ by the order of operations alone, in posterior standard deviations, sqrt(2 KL): a few thousand roundings,
    /// magnified by conditions up to a thousand.
    let sameAnswer = 1e-9

    /// The same where statistics are gathered on another way, R'R in the place of the rows: differences of squares cost half of the digits.
    let sameAnswerByOtherStatistics = 1e-7

    /// Forward and backward recursions over some hundred rows: each step adds logarithms of this size, and rounds each.
    let recursion (magnitude: float) = 1e-11 * magnitude

    /// Probabilities that add up to 1, or squares of a unit vector: some hundred numbers, each good to a few dozen ulps of 1.
    let sumOfProbabilities = 1e-12

    /// A figure that another implementation, R's posterior or loo, printed with 16 digits: sums over some thousand draws in another order, and
    /// fits by another iteration, agree to nine digits.
    let publishedByR (value: float) = 1e-9 * max 1.0 (abs value)

    /// Sums and sorted differences of at most two dozen numbers below 10.
    let shortSum = 1e-13

    /// Bounds, in nats, of two ascents to one optimum that end where a sweep gains 1e-9 nats: the gains to come add up to some hundred times that.
    let sameOptimum = 1e-6

    /// Where an optimiser comes to rest, in standard deviations of the target: it stops by its own tolerance on forces or gains, 1e-6 and below,
    /// which leaves a distance of the square root along the flattest direction.
    let atRest = 1e-3

    /// Covariances by tilted ascents: ascents end with gains below 1e-18, that is moves of 1e-10 standard deviations, which are then divided
    /// by the step of the tilt.
    let response (variance: float) = 1e-6 * variance

    /// The integral of a program's density over two numbers, by a grid that ends at 150: what tails hold beyond, and what steps that widen
    /// outwards leave.
    let evidenceOfProgram = 1e-6

    /// A log density of this size by another formula: a few hundred operations on terms ten times its size.
    let logDensity (value: float) = 1e-11 * (1.0 + abs value)

    /// A short formula for a number below 1: a few ulps.
    let lastDigit = 1e-15
