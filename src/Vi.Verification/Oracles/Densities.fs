namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp

/// Log densities written by hand, for samplers.
[<RequireQualifiedAccess>]
module Densities =

    /// A density from a function that writes the gradient and gives the value; nothing is allocated.
    let ofWriter (dimension: int) (valueAndGradient: float[] -> float[] -> float) : LogDensity =
        { Dimension = dimension
          CoordinateNames = LogDensity.plainNames dimension
          Evaluator =
            fun () ->
                let position: float[] = Array.zeroCreate dimension
                let slope: float[] = Array.zeroCreate dimension

                { new IDensityEvaluator with
                    member _.Dimension = dimension

                    member _.Value at =
                        at.CopyTo position
                        valueAndGradient position slope

                    member _.ValueAndGradient(at, gradient) =
                        at.CopyTo position
                        let value = valueAndGradient position slope
                        slope.AsSpan().CopyTo gradient
                        value

                    member this.ValuesAndGradients(positions, values, gradients) =
                        for s in 0 .. values.Length - 1 do
                            values[s] <-
                                this.ValueAndGradient(
                                    positions.Slice(s * dimension, dimension),
                                    gradients.Slice(s * dimension, dimension)
                                ) } }

    /// Independent normals with means and standard deviations (D).
    let independentNormal (means: float[]) (sds: float[]) : LogDensity =
        ofWriter means.Length (fun q g ->
            let mutable value = 0.0

            for i in 0 .. q.Length - 1 do
                let z = (q[i] - means[i]) / sds[i]
                value <- value - 0.5 * z * z
                g[i] <- -z / sds[i]

            value)

    /// N(mean, covariance) in D dimensions, up to its constant.
    let normal (mean: Vec) (covariance: Mat) : LogDensity =
        let precision = (Chol.inverse (Chol.factor "covariance" covariance)).ToRows()
        let mean = mean.ToArray()

        ofWriter mean.Length (fun q g ->
            let mutable value = 0.0

            for i in 0 .. q.Length - 1 do
                let row = precision[i]
                let mutable sum = 0.0

                for j in 0 .. q.Length - 1 do
                    sum <- sum + row[j] * (q[j] - mean[j])

                g[i] <- -sum
                value <- value - 0.5 * sum * (q[i] - mean[i])

            value)

    /// Independent coordinates of one distribution on the line, given by log density and its derivative.
    let product (dimension: int) (log: float -> float) (derivative: float -> float) : LogDensity =
        ofWriter dimension (fun q g ->
            let mutable value = 0.0

            for i in 0 .. q.Length - 1 do
                value <- value + log q[i]
                g[i] <- derivative q[i]

            value)

    /// Neal's (2003) funnel: v ~ N(0, 9), then D - 1 coordinates N(0, e^v).
    let funnel (dimension: int) : LogDensity =
        ofWriter dimension (fun q g ->
            let v = q[0]
            let precision = exp -v
            let mutable squares = 0.0

            for i in 1 .. q.Length - 1 do
                squares <- squares + q[i] * q[i]
                g[i] <- -q[i] * precision

            let others = float (q.Length - 1)
            g[0] <- -v / 9.0 + 0.5 * squares * precision - 0.5 * others
            -v * v / 18.0 - 0.5 * squares * precision - 0.5 * others * v)

    /// The same density seen through q = S z: what a metric makes of it.
    let whitened (metric: Metric) (density: LogDensity) : LogDensity =
        LogDensity.ofFunction density.Dimension (fun z ->
            let struct (value, gradient) = LogDensity.at density (Metric.velocity metric (Vec.ofArray z))
            struct (value, (Metric.slope metric gradient).ToArray()))
