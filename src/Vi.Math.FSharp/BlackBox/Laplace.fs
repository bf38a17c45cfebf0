namespace Vi.Math

/// The normal at a mode of p with the curvature of log p there.
[<NoComparison; NoEquality>]
type LaplaceApproximation =
    {
        /// The normal, full-rank.
        Normal: Variational
        /// log p at the mode.
        LogDensity: float
        /// Half of what one more Newton step would gain, in nats: 0 but for rounding at a mode.
        Decrement: float
        /// Evaluations of log p's gradient.
        Evaluations: int
    }

/// What came of looking for a mode.
[<NoComparison; NoEquality>]
type LaplaceOutcome =
    /// A mode with its normal.
    | ModeFound of LaplaceApproximation
    /// log p is not finite at any starting point.
    | NoFiniteStart
    /// The climb ended where the curvature is not that of a maximum: log p has no mode nearby, or is flat in some direction.
    | NoMaximum of logDensity: float * point: Vec

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Laplace's approximation.
[<RequireQualifiedAccess>]
module Laplace =

    /// Step of the differences in conditional standard deviations: extrapolated central differences err by step^4 and 2^-52 / step.
    let private step = 1e-3

    /// The Hessian (D x D) of log p at a point by central differences of gradients with steps h and h / 2 per coordinate (D), extrapolated
    /// (Richardson): 4 D gradients.
    let hessian (density: IDensityEvaluator) (point: Vec) (h: Vec) : Mat =
        let d = point.Length
        let positions = Array.zeroCreate (4 * d)
        let values = Array.zeroCreate 4
        let gradients = Array.zeroCreate (4 * d)
        let result = Array.zeroCreate (d * d)

        for j in 0 .. d - 1 do
            for s in 0..3 do
                point.AsSpan().CopyTo(positions.AsSpan(s * d, d))
                let size = if s < 2 then h[j] else 0.5 * h[j]
                positions[s * d + j] <- point[j] + (if s % 2 = 0 then size else -size)

            density.ValuesAndGradients(ReadOnlySpan positions, values.AsSpan(), gradients.AsSpan())
            // The steps that rounding made of the positions.
            let wide = positions[j] - positions[d + j]
            let narrow = positions[2 * d + j] - positions[3 * d + j]

            for i in 0 .. d - 1 do
                let coarse = (gradients[i] - gradients[d + i]) / wide
                let fine = (gradients[2 * d + i] - gradients[3 * d + i]) / narrow
                result[i * d + j] <- (4.0 * fine - coarse) / 3.0

        Mat.symmetrize (Mat.wrap d d result)

    /// Newton's method from the end of a climb, with sizes (D) for the first differences.
    let private polish (density: IDensityEvaluator) (start: Vec) (sizes: Vec) evaluations : LaplaceOutcome =
        let d = start.Length

        let valueAndGradient (x: Vec) =
            let gradient = Array.zeroCreate d
            let value = density.ValueAndGradient(x.AsSpan(), gradient.AsSpan())
            struct (value, Vec.wrap gradient)

        let rec iterate (x: Vec) (sizes: Vec) count evaluations =
            let precision = Mat.scale -1.0 (hessian density x (Vec.scale step sizes))
            let struct (value, gradient) = valueAndGradient x

            match (if Mat.isFinite precision then Chol.tryFactor precision else ValueNone) with
            | ValueNone -> NoMaximum(value, x)
            | ValueSome factor ->
                let move = Chol.solve factor gradient
                let decrement = 0.5 * Vec.dot gradient move
                let evaluations = evaluations + 4 * d + 1
                let sizes = Mat.diagonal precision |> Vec.map (fun h -> 1.0 / sqrt h)
                let next = Vec.add x move
                let struct (nextValue, _) = valueAndGradient next

                // The second round at least: its differences have steps of the right size.
                if count >= 2 && (decrement <= 1e-14 || count >= 12 || not (nextValue > value)) then
                    match Chol.tryFactor (Mat.symmetrize (Chol.inverse factor)) with
                    | ValueSome covariance ->
                        ModeFound
                            { Normal = FullRank.ofCholesky x covariance
                              LogDensity = value
                              Decrement = decrement
                              Evaluations = evaluations }
                    | ValueNone -> NoMaximum(value, x)
                elif nextValue >= value then
                    iterate next sizes (count + 1) evaluations
                else
                    iterate x sizes (count + 1) evaluations

        iterate start sizes 1 evaluations

    /// From a starting point (D).
    let fromPoint (density: LogDensity) (start: Vec) : LaplaceOutcome =
        let evaluator = density.Evaluator()

        let climb = Lbfgs.climb { Lbfgs.defaults with MaxIterations = 5000; Tolerance = 1e-12 } evaluator start

        if climb.End = BadStart then
            NoFiniteStart
        else
            let sizes =
                match Pathfinder.normals 10 climb.Path |> Seq.tryLast with
                | Some(struct (_, normal)) -> CurvatureNormal.standardDeviations normal
                | None -> Vec.constant start.Length 1.0

            let sizes = sizes |> Vec.map (fun size -> if size > 0.0 && size < 1e6 then size else 1.0)
            polish evaluator climb.Last.Position sizes climb.Evaluations

    /// What came of several climbs, the first from the origin.
    let climbs (starts: int) (density: LogDensity) (rng: Rng) : LaplaceOutcome[] =
        let struct (points, _) = StartingPoints.around (density.Evaluator()) starts rng
        points |> Array.map (fromPoint density)

    /// The climb that found the highest mode.
    let best (outcomes: LaplaceOutcome[]) : LaplaceOutcome =
        let height outcome =
            match outcome with
            | ModeFound found -> found.LogDensity
            | NoFiniteStart
            | NoMaximum _ -> Double.NegativeInfinity

        if outcomes.Length = 0 then NoFiniteStart else Array.maxBy height outcomes

    /// From the best of several climbs, the first from the origin.
    let run (starts: int) (density: LogDensity) (rng: Rng) : LaplaceOutcome = climbs starts density rng |> best

    /// log of the integral of p in Laplace's approximation: log p(mode) + D log(2 pi) / 2 + log |covariance| / 2.
    let logEvidence (found: LaplaceApproximation) =
        found.LogDensity + Variational.entropy found.Normal - 0.5 * float found.Normal.Family.Dimension
