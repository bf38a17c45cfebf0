namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp

/// Log densities whose answers are known, for black-box inference.
[<RequireQualifiedAccess>]
module Targets =

    /// log N(mean, precision^-1), normalised.
    let normal (mean: Vec) (precision: Mat) : LogDensity =
        let d = mean.Length

        let constant =
            0.5 * (Chol.logDeterminant (Chol.factor "precision" precision) - float d * Special.logTwoPi)

        LogDensity.ofFunction d (fun x ->
            let away = Vec.subtract (Vec.ofArray x) mean
            let slope = Vec.scale -1.0 (Mat.multiplyVec precision away)
            struct (constant + 0.5 * Vec.dot away slope, slope.ToArray()))

    /// The prior N(0, 1) with one observation 10 of standard deviation 0.5: the posterior is N(8, 0.2), whose standard deviation is 0.4472.
    let oneObservation: LogDensity =
        LogDensity.ofFunction 1 (fun x ->
            let residual = 10.0 - x[0]

            struct (-0.5 * x[0] * x[0] - 2.0 * residual * residual - Special.logTwoPi + log 2.0,
                    [| -x[0] + 4.0 * residual |]))

    /// Evidence of oneObservation: log N(10 | 0, 1.25).
    let oneObservationEvidence = Normal.logDensity (Normal.create 0.0 1.25) 10.0

    /// Independent Student-t coordinates with so many degrees of freedom, and a skew: log p = -(nu + 1) / 2 log(1 + x^2 / nu) + tilt log sigma(x).
    let skewed (dimension: int) (freedom: float) (tilt: float) : LogDensity =
        LogDensity.ofFunction dimension (fun x ->
            let value t = -0.5 * (freedom + 1.0) * log (1.0 + t * t / freedom) - tilt * Special.log1p (exp -t)

            let slope t = -(freedom + 1.0) * t / (freedom + t * t) + tilt / (1.0 + exp t)

            struct (Array.sumBy value x, Array.map slope x))

    /// Neal's funnel: v ~ N(0, 9), the others N(0, exp v) given v.
    let funnel (dimension: int) : LogDensity =
        LogDensity.ofFunction dimension (fun x ->
            let v = x[0]
            let precision = exp -v
            let square = x |> Seq.skip 1 |> Seq.sumBy (fun t -> t * t)
            let count = float (dimension - 1)

            struct (-v * v / 18.0 - 0.5 * precision * square - 0.5 * count * v,
                    Array.init dimension (fun i ->
                        if i = 0 then
                            -v / 9.0 + 0.5 * precision * square - 0.5 * count
                        else
                            -precision * x[i])))

    /// Precision of an AR(1) path of T values with coefficient phi, unit innovations, each seen once with a precision.
    let pathPrecision (length: int) (phi: float) (seen: float) : Mat =
        Mat.init length length (fun i j ->
            if i = j then seen + (if i = length - 1 then 1.0 else 1.0 + phi * phi)
            elif abs (i - j) = 1 then -phi
            else 0.0)

    /// A mixture of normals, each given by the logarithm of its weight (which need not add up to 1), its mean and its precision.
    let mixture (parts: struct (float * Vec * Mat) list) : LogDensity =
        let parts =
            parts
            |> List.map (fun (struct (weight, mean, precision)) -> struct (weight, normal mean precision))
            |> List.toArray

        let struct (_, first) = parts[0]

        LogDensity.ofFunction first.Dimension (fun x ->
            let found =
                parts
                |> Array.map (fun (struct (weight, part)) ->
                    let struct (value, slope) = LogDensity.at part (Vec.ofArray x)
                    struct (weight + value, slope))

            let total = Special.logSumExp (ReadOnlySpan(found |> Array.map (fun (struct (value, _)) -> value)))

            struct (total,
                    Array.init x.Length (fun i ->
                        found |> Array.sumBy (fun (struct (value, slope)) -> exp (value - total) * slope[i]))))

    /// log p(T x) + log |T| seen from x, the map x -> A x + b with A lower triangular: the density of y = A^-1 (x - b).
    let mapped (a: Chol) (b: Vec) (density: LogDensity) : LogDensity =
        let lower = a.Lower

        LogDensity.ofFunction density.Dimension (fun y ->
            let x = Vec.add b (Mat.multiplyVec lower (Vec.ofArray y))
            let struct (value, slope) = LogDensity.at density x

            struct (value + 0.5 * Chol.logDeterminant a, (Mat.multiplyVec (Mat.transpose lower) slope).ToArray()))

    /// log p + c.
    let raised (c: float) (density: LogDensity) : LogDensity =
        LogDensity.ofFunction density.Dimension (fun x ->
            let struct (value, slope) = LogDensity.at density (Vec.ofArray x)
            struct (value + c, slope.ToArray()))

    /// Minibatches, from what selecting rows does and the evaluator for those that are selected.
    let internal minibatches
        dimension
        (select: int[] -> unit)
        (current: unit -> IDensityEvaluator)
        : IMinibatchEvaluator =
        { new IMinibatchEvaluator with
            member _.Dimension = dimension
            member _.Select rows = select (rows.ToArray())
            member _.Value position = current().Value position
            member _.ValueAndGradient(position, gradient) = current().ValueAndGradient(position, gradient)

            member _.ValuesAndGradients(positions, values, gradients) =
                current().ValuesAndGradients(positions, values, gradients) }

    /// Scale in the place of N / M: from the number N of rows, the number M of those selected, and the scale N / M itself.
    type BatchScale = float -> float -> float

    /// The right scale.
    let rightScale: BatchScale = fun rows selected -> rows / selected

    /// Logistic regression of N rows on D columns, made from a seed, with priors N(0, 1); minibatches with a scale.
    let logistic (scale: BatchScale) (rows: int) (columns: int) (seed: uint64) : RowDensity =
        let struct (design, rng) = Rng.array (rows * columns) Rng.normal (Rng.ofSeed seed)
        let struct (weights, rng) = Rng.array columns Rng.normal rng
        let struct (uniforms, _) = Rng.array rows Rng.uniform rng

        let predictor (w: float[]) n =
            Vi.Kernels.LinearAlgebra.Dot(ReadOnlySpan(design, n * columns, columns), ReadOnlySpan w)

        let targets =
            Array.init rows (fun n -> if uniforms[n] < 1.0 / (1.0 + exp -(predictor weights n)) then 1.0 else 0.0)

        let evaluate (selected: int[]) factor (w: float[]) : struct (float * float[]) =
            let slope = Array.map (~-) w
            let mutable value = -0.5 * Array.sumBy (fun x -> x * x) w

            for n in selected do
                let z = predictor w n
                value <- value + factor * (targets[n] * z - (max 0.0 z + Special.log1p (exp -(abs z))))
                let residual = factor * (targets[n] - 1.0 / (1.0 + exp -z))
                Vi.Kernels.LinearAlgebra.AddScaled(residual, ReadOnlySpan(design, n * columns, columns), slope.AsSpan())

            struct (value, slope)

        let all = Array.init rows id

        { Whole = LogDensity.ofFunction columns (evaluate all 1.0)
          Rows = rows
          Minibatch =
            fun () ->
                let mutable selected = all

                let current () =
                    (LogDensity.ofFunction columns (fun w ->
                        evaluate selected (scale (float rows) (float selected.Length)) w))
                        .Evaluator()

                minibatches columns (fun rows -> selected <- rows) current }
