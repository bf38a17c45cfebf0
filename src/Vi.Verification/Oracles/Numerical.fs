namespace Vi.Verification.FSharp

open System

/// A number found numerically, with an estimate of its error.
[<Struct>]
type Estimate = { Value: float; Error: float; Step: float }

/// Derivatives and integrals by plain numerical methods: what closed forms are held against.
[<RequireQualifiedAccess>]
module Numerical =

    /// Derivative at 0 by central differences, extrapolated to step 0 (Ridders 1982; Press et al., Numerical Recipes, 5.7). The first
    /// step should be of the size over which the function changes; the error is the difference of the last extrapolations.
    let derivative (firstStep: float) (f: float -> float) : Estimate =
        let shrink = 1.4
        let rows = 12
        let table = Array2D.zeroCreate<float> rows rows
        let mutable best = { Value = nan; Error = infinity; Step = firstStep }
        let mutable step = firstStep

        for i in 0 .. rows - 1 do
            table[0, i] <- (f step - f -step) / (2.0 * step)
            let mutable factor = shrink * shrink

            for j in 1..i do
                table[j, i] <- (table[j - 1, i] * factor - table[j - 1, i - 1]) / (factor - 1.0)
                factor <- factor * shrink * shrink

                let error = max (abs (table[j, i] - table[j - 1, i])) (abs (table[j, i] - table[j - 1, i - 1]))

                if error < best.Error then
                    best <- { Value = table[j, i]; Error = error; Step = step }

            step <- step / shrink

        best

    /// The largest step of the form start / 2^k that keeps both ends where the condition holds, halved once more for room.
    let roomyStep (start: float) (inside: float -> bool) =
        let rec narrow step count =
            if count = 0 || (inside step && inside -step) then
                0.5 * step
            else
                narrow (0.5 * step) (count - 1)

        narrow start 200

    /// Integral of exp(logDensity) over the real line by the trapezoidal rule after t = centre + scale sinh u (Trefethen and Weideman
    /// 2014), |u| <= 40: converges exponentially for analytic densities, and reaches 1e17 scales out, heavy tails included. A side ends
    /// earlier where, more than 1500 scales out, twenty terms in a row are below 1e-25.
    let integral (centre: float) (scale: float) (logDensity: float -> float) =
        let steps = 2000
        let h = 40.0 / float steps

        let term i =
            let u = h * float i
            let value = logDensity (centre + scale * sinh u)
            if value > -1e4 then exp (value + log (scale * cosh u)) else 0.0

        let side direction =
            let mutable sum = 0.0
            let mutable small = 0
            let mutable i = 1

            while i <= steps && small < 20 do
                let value = term (direction * i)
                sum <- sum + value
                small <- if h * float i > 8.0 && value < 1e-25 then small + 1 else 0
                i <- i + 1

            sum

        h * (term 0 + side 1 + side -1)

    /// Largest distance between the empirical distribution function of values and the given one.
    let kolmogorovSmirnov (cdf: float -> float) (values: float[]) =
        let sorted = Array.sort values
        let n = float sorted.Length

        sorted
        |> Array.mapi (fun i x ->
            let p = cdf x
            max (p - float i / n) (float (i + 1) / n - p))
        |> Array.max
