namespace Vi.Math.FSharp

open System

/// Inverses of increasing functions.
[<RequireQualifiedAccess>]
module Root =

    /// x with f x = target for a continuous non-decreasing f, from a guess and a positive length on which f changes: the bracket doubles
    /// until it holds the target, then bisection to the last bit. Infinite where the target is never reached.
    let ofIncreasing (f: float -> float) (target: float) (guess: float) (length: float) =
        let rec reach direction step =
            let x = guess + direction * step

            if Double.IsInfinity x || direction * (f x - target) >= 0.0 then
                x
            else
                reach direction (2.0 * step)

        let rec bisect low high =
            let middle = 0.5 * (low + high)

            if middle <= low || middle >= high then high
            elif f middle < target then bisect middle high
            else bisect low middle

        let low = reach -1.0 length
        let high = reach 1.0 length

        if Double.IsInfinity low then low
        elif Double.IsInfinity high then high
        else bisect low high
