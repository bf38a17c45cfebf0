namespace Vi.Math

/// How far a minimisation goes.
type LbfgsOptions =
    {
        /// Pairs of steps and gradient differences that are kept, at least 1.
        Memory: int
        /// Most iterations.
        MaxIterations: int
        /// The minimum counts as reached where a quasi-Newton step promises to lower the function by no more than this.
        Tolerance: float
        /// A line search ends where the slope is no more than this part of the first one, in (0.0001, 1).
        Curvature: float
    }

/// A point of a minimisation.
type LbfgsPoint =
    {
        /// Where (D).
        Position: Vec
        /// The function there.
        Value: float
        /// Its gradient (D).
        Gradient: Vec
    }

/// How a minimisation ended.
type LbfgsEnd =
    /// A quasi-Newton step promises no more than the tolerance.
    | Reached
    /// No point along the direction is lower, up to rounding.
    | NoLower
    /// The iterations are used up.
    | IterationsSpent
    /// The function is not finite at the start.
    | BadStart

/// A minimisation.
type LbfgsResult =
    {
        /// The start and the point after each iteration.
        Path: LbfgsPoint[]
        /// How it ended.
        End: LbfgsEnd
        /// Evaluations of function and gradient.
        Evaluations: int
    }

    /// The last point.
    member this.Last = this.Path[this.Path.Length - 1]

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Minimisation by L-BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 7.4, 3.5 and 3.6).
[<RequireQualifiedAccess>]
module Lbfgs =

    /// Memory 10, 1000 iterations, tolerance 1e-10, curvature 0.9. The tolerance is the squared distance to the minimum, in the standard
    /// deviations that a log density has there and as far as the metric is right: 1e-5 of them are left on logistic posteriors, 6e-5 on normals
    /// of condition 1e4. It costs a fifth more evaluations than 1e-6, which leaves a hundred times as much, and lies far above the
    /// rounding of values of size 1e3, 2e-13.
    let defaults = { Memory = 10; MaxIterations = 1000; Tolerance = 1e-10; Curvature = 0.9 }

    let private decrease = 1e-4

    let private dot (a: float[]) (b: float[]) = LinearAlgebra.Dot(ReadOnlySpan a, ReadOnlySpan b)

    let private addScaled s (x: float[]) (y: float[]) = LinearAlgebra.AddScaled(s, ReadOnlySpan x, y.AsSpan())

    /// A point of a line: step, value, slope, position and gradient.
    [<NoComparison>]
    type private Trial = { Step: float; Value: float; Slope: float; Position: float[]; Gradient: float[] }

    /// Minimiser of the cubic through two values and slopes, kept off the ends by a tenth; the middle where there is none.
    let private interpolate (a: Trial) (b: Trial) =
        let width = b.Step - a.Step
        let middle = a.Step + 0.5 * width

        if not (Double.IsFinite b.Value && Double.IsFinite b.Slope) then
            a.Step + 0.1 * width
        else
            let d1 = a.Slope + b.Slope - 3.0 * (a.Value - b.Value) / (a.Step - b.Step)
            let square = d1 * d1 - a.Slope * b.Slope

            if square < 0.0 then
                middle
            else
                let d2 = float (sign width) * sqrt square
                let at = b.Step - width * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2.0 * d2)
                let share = (at - a.Step) / width

                if Double.IsNaN share then
                    middle
                else
                    a.Step + width * (share |> max 0.001 |> min 0.9)

    /// A point that satisfies the conditions, or the lowest found; nothing where none is lower.
    let private search (curvature: float) (evaluate: float -> Trial) (start: Trial) (first: float) : Trial voption =
        let slack = 1e-14 * (1.0 + abs start.Value)

        let isLow (trial: Trial) =
            trial.Value <= start.Value + decrease * trial.Step * start.Slope
            // Near the minimum differences of values are rounding; slopes still tell (Hager and Zhang 2005).
            || (trial.Value <= start.Value + slack && trial.Slope <= (2.0 * decrease - 1.0) * start.Slope)

        let isFlat (trial: Trial) = abs trial.Slope <= -curvature * start.Slope
        let isFinite (trial: Trial) = Double.IsFinite trial.Value && Double.IsFinite trial.Slope

        let orNothing (trial: Trial) = if trial.Step > 0.0 && isLow trial then ValueSome trial else ValueNone

        let rec zoom (low: Trial) (high: Trial) count =
            if count = 0 || abs (high.Step - low.Step) <= 1e-14 * abs high.Step then
                orNothing low
            else
                let trial = evaluate (interpolate low high)

                if not (isFinite trial) || not (isLow trial) || trial.Value > low.Value + slack then
                    zoom low trial (count - 1)
                elif isFlat trial then
                    ValueSome trial
                elif trial.Slope * (high.Step - low.Step) >= 0.0 then
                    zoom trial low (count - 1)
                else
                    zoom trial high (count - 1)

        let rec expand (previous: Trial) step count =
            let trial = evaluate step

            if not (isFinite trial) || not (isLow trial) || trial.Value > previous.Value + slack then
                zoom previous trial 40
            elif isFlat trial then
                ValueSome trial
            elif trial.Slope >= 0.0 then
                zoom trial previous 40
            elif count = 0 then
                orNothing trial
            else
                expand trial (4.0 * step) (count - 1)

        expand start first 30

    /// -H g by the two-loop recursion, H beginning as the given matrix (applied in place).
    let private direction (pairs: struct (float[] * float[])[]) (initial: float[] -> unit) (gradient: float[]) =
        let p = gradient |> Array.map (~-)
        let alphas = Array.zeroCreate pairs.Length

        for k in pairs.Length - 1 .. -1 .. 0 do
            let struct (s, y) = pairs[k]
            alphas[k] <- dot s p / dot s y
            addScaled -alphas[k] y p

        initial p

        for k in 0 .. pairs.Length - 1 do
            let struct (s, y) = pairs[k]
            addScaled (alphas[k] - dot y p / dot s y) s p

        p

    /// Applies the matrix that the inverse Hessian begins as, in place: the one given, or s'y / y'y times the identity by the last pair.
    let private initially (initial: (float[] -> unit) voption) (pairs: struct (float[] * float[])[]) (p: float[]) =
        match initial with
        | ValueSome apply -> apply p
        | ValueNone when pairs.Length > 0 ->
            let struct (s, y) = pairs[pairs.Length - 1]
            let gamma = dot s y / dot y y

            for i in 0 .. p.Length - 1 do
                p[i] <- gamma * p[i]
        | ValueNone -> ()

    /// The pairs with that of one more step, if the function curves upwards along it, and no more than the memory holds.
    let private remember (memory: int) (pairs: struct (float[] * float[])[]) (before: Trial) (next: Trial) =
        let s = Array.map2 (-) next.Position before.Position
        let y = Array.map2 (-) next.Gradient before.Gradient

        let pairs =
            if dot s y > 1e-12 * sqrt (dot s s * dot y y) then
                Array.append pairs [| struct (s, y) |]
            else
                pairs

        Array.skip (max 0 (pairs.Length - memory)) pairs

    let private recorded (trial: Trial) =
        { Position = Vec.wrap trial.Position; Value = trial.Value; Gradient = Vec.wrap trial.Gradient }

    /// Minimises a function given by position and a gradient to be written, from a start (D). The matrix that the inverse Hessian begins
    /// as is applied in place; where none is given it is a multiple of the identity. Points where the function is not finite are avoided.
    let minimizeWith
        (options: LbfgsOptions)
        (initial: (float[] -> unit) voption)
        (f: float[] -> float[] -> float)
        (start: Vec)
        : LbfgsResult =
        let mutable evaluations = 0

        /// The point at a step along a direction.
        let point step (p: float[]) (position: float[]) =
            let gradient = Array.zeroCreate start.Length
            evaluations <- evaluations + 1
            let value = f position gradient

            { Step = step; Value = value; Slope = dot p gradient; Position = position; Gradient = gradient }

        let first = point 0.0 (Array.zeroCreate start.Length) (start.ToArray())
        let path = ResizeArray [ recorded first ]
        let finish reason = { Path = path.ToArray(); End = reason; Evaluations = evaluations }

        let rec iterate (pairs: struct (float[] * float[])[]) (at: Trial) iteration =
            let p = direction pairs (initially initial pairs) at.Gradient
            let slope = dot p at.Gradient
            let hasMemory = pairs.Length > 0

            if not (slope < -options.Tolerance) then
                if slope >= 0.0 && hasMemory && dot at.Gradient at.Gradient > 0.0 then
                    // Rounding has spoilt the memory.
                    iterate [||] at iteration
                else
                    finish Reached
            elif iteration >= options.MaxIterations then
                finish IterationsSpent
            else
                let along step =
                    let position = Array.copy at.Position
                    addScaled step p position
                    point step p position

                let step =
                    if hasMemory || initial.IsSome then
                        1.0
                    else
                        min 1.0 (1.0 / sqrt (dot at.Gradient at.Gradient))

                let here = { at with Step = 0.0; Slope = slope }

                match search options.Curvature along here step with
                | ValueNone when hasMemory -> iterate [||] at iteration
                | ValueNone -> finish NoLower
                | ValueSome next ->
                    path.Add(recorded next)
                    iterate (remember options.Memory pairs here next) next (iteration + 1)

        if Double.IsFinite first.Value && Double.IsFinite(dot first.Gradient first.Gradient) then
            iterate [||] first 0
        else
            finish BadStart

    /// The same from a multiple of the identity.
    let minimize options f start = minimizeWith options ValueNone f start

    /// Maximises log p from a start (D): values and gradients along the path are those of -log p.
    let climb (options: LbfgsOptions) (density: IDensityEvaluator) (start: Vec) : LbfgsResult =
        let negative (position: float[]) (gradient: float[]) =
            let value = density.ValueAndGradient(ReadOnlySpan position, gradient.AsSpan())

            for i in 0 .. gradient.Length - 1 do
                gradient[i] <- -gradient[i]

            -value

        minimize options negative start
