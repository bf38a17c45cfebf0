namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Normals with covariance B B' + diag(d^2), B of K columns: x = m + B u + d e with noise z = (u, e) of K + D numbers (Ong, Nott and Smith
/// 2018). Parameters: m, log d, then B row by row; P = D (K + 2). All costs grow as D K, but for K^3.
[<RequireQualifiedAccess>]
module LowRank =

    /// Added to B' C^-1 B in the metric of B, whose Fisher information vanishes as B does.
    let private damping = 0.5

    type private Workspace(d: int, k: int) =
        let diagonal: float[] = Array.zeroCreate d
        let factor: float[] = Array.zeroCreate (d * k)
        // Z = D^-2 B and the factor of I + B' D^-2 B (K x K).
        let weighted: float[] = Array.zeroCreate (d * k)
        let core: float[] = Array.zeroCreate (k * k)
        let small: float[] = Array.zeroCreate k
        let mutable logDeterminant = 0.0
        // The metric's place: covariance as diagonal and factor, and the factor of B' C^-1 B + damping.
        let placeDiagonal: float[] = Array.zeroCreate d
        let placeFactor: float[] = Array.zeroCreate (d * k)
        let metric: float[] = Array.zeroCreate (k * k)
        let rows: float[] = Array.zeroCreate (d * k)
        let solved: float[] = Array.zeroCreate d

        /// C^-1 x = D^-2 x - Z core^-1 Z' x, into target.
        let solve (x: ReadOnlySpan<float>) (target: Span<float>) =
            Array.Clear small

            for i in 0 .. d - 1 do
                LinearAlgebra.AddScaled(x[i], ReadOnlySpan(weighted, i * k, k), small.AsSpan())

            LinearAlgebra.SolveLower(ReadOnlySpan core, small.AsSpan(), k)
            LinearAlgebra.SolveLowerTransposed(ReadOnlySpan core, small.AsSpan(), k)

            for i in 0 .. d - 1 do
                target[i] <-
                    x[i] / (diagonal[i] * diagonal[i])
                    - LinearAlgebra.Dot(ReadOnlySpan(weighted, i * k, k), ReadOnlySpan small)

        /// C^-1 B = Z core^-1, row by row, into target (D x K).
        let inverseTimesFactor (target: Span<float>) =
            weighted.AsSpan().CopyTo target

            for i in 0 .. d - 1 do
                LinearAlgebra.SolveLower(ReadOnlySpan core, target.Slice(i * k, k), k)
                LinearAlgebra.SolveLowerTransposed(ReadOnlySpan core, target.Slice(i * k, k), k)

        /// Covariance at the metric's place times x (stride apart), into target.
        let covarianceTimes (x: ReadOnlySpan<float>) (target: Span<float>) stride offset =
            Array.Clear small

            for i in 0 .. d - 1 do
                LinearAlgebra.AddScaled(x[i * stride + offset], ReadOnlySpan(placeFactor, i * k, k), small.AsSpan())

            for i in 0 .. d - 1 do
                target[i * stride + offset] <-
                    placeDiagonal[i] * placeDiagonal[i] * x[i * stride + offset]
                    + LinearAlgebra.Dot(ReadOnlySpan(placeFactor, i * k, k), ReadOnlySpan small)

        interface IFamilyEvaluator with
            member _.Load theta =
                VectorKernel.Exp(theta.Slice(d, d), diagonal.AsSpan())
                theta.Slice(2 * d, d * k).CopyTo(factor.AsSpan())
                Array.Clear core
                logDeterminant <- 0.0

                for i in 0 .. d - 1 do
                    logDeterminant <- logDeterminant + theta[d + i]
                    let row = ReadOnlySpan(factor, i * k, k)
                    let inverse = 1.0 / (diagonal[i] * diagonal[i])

                    for a in 0 .. k - 1 do
                        weighted[i * k + a] <- inverse * row[a]
                        LinearAlgebra.AddScaled(inverse * row[a], row, core.AsSpan(a * k, k))

                for a in 0 .. k - 1 do
                    core[a * k + a] <- core[a * k + a] + 1.0

                // I + B' D^-2 B is positive definite whatever B; only numbers that are not finite can fail here.
                if LinearAlgebra.Cholesky(core.AsSpan(), k) >= 0 then
                    logDeterminant <- nan

                for a in 0 .. k - 1 do
                    logDeterminant <- logDeterminant + log core[a * k + a]

            member _.Entropy() = logDeterminant + 0.5 * float d * (Special.logTwoPi + 1.0)

            // In B: C^-1 B; in log d_i: d_i^2 (C^-1)_ii = 1 - b_i' core^-1 b_i / d_i^2.
            member _.AddEntropyGradient target =
                inverseTimesFactor (rows.AsSpan())
                LinearAlgebra.AddScaled(1.0, ReadOnlySpan rows, target.Slice(2 * d, d * k))

                for i in 0 .. d - 1 do
                    let explained = LinearAlgebra.Dot(ReadOnlySpan(rows, i * k, k), ReadOnlySpan(factor, i * k, k))

                    target[d + i] <- target[d + i] + 1.0 - explained

            member _.Deviations(noise, deviations) =
                for s in 0 .. noise.Length / (d + k) - 1 do
                    let u = noise.Slice(s * (d + k), k)
                    let e = noise.Slice(s * (d + k) + k, d)

                    for i in 0 .. d - 1 do
                        deviations[s * d + i] <-
                            diagonal[i] * e[i] + LinearAlgebra.Dot(ReadOnlySpan(factor, i * k, k), u)

            member _.Scores(_, deviations, scores) =
                for at in 0..d .. deviations.Length - d do
                    let row = scores.Slice(at, d)
                    solve (deviations.Slice(at, d)) row

                    for i in 0 .. d - 1 do
                        row[i] <- -row[i]

            member _.LogDensities(deviations, values) =
                for s in 0 .. values.Length - 1 do
                    let row = deviations.Slice(s * d, d)
                    solve row (solved.AsSpan())

                    values[s] <-
                        -logDeterminant
                        - 0.5 * float d * Special.logTwoPi
                        - 0.5 * LinearAlgebra.Dot(row, ReadOnlySpan solved)

            member _.AddShapePullback(noise, _, gradients, weight, target) =
                for s in 0 .. noise.Length / (d + k) - 1 do
                    let u = noise.Slice(s * (d + k), k)
                    let e = noise.Slice(s * (d + k) + k, d)

                    for i in 0 .. d - 1 do
                        let g = weight * gradients[s * d + i]
                        target[d + i] <- target[d + i] + g * diagonal[i] * e[i]
                        LinearAlgebra.AddScaled(g, u, target.Slice(2 * d + i * k, k))

            member _.Condition() =
                Array.blit diagonal 0 placeDiagonal 0 d
                Array.blit factor 0 placeFactor 0 (d * k)
                inverseTimesFactor (rows.AsSpan())
                Array.Clear metric

                for i in 0 .. d - 1 do
                    for a in 0 .. k - 1 do
                        LinearAlgebra.AddScaled(
                            factor[i * k + a],
                            ReadOnlySpan(rows, i * k, k),
                            metric.AsSpan(a * k, k)
                        )

                for a in 0 .. k - 1 do
                    metric[a * k + a] <- metric[a * k + a] + damping

                LinearAlgebra.Cholesky(metric.AsSpan(), k) |> ignore

            // Mean: C g. log d: g / 2, the information without B. B: C G (B' C^-1 B + damping I)^-1.
            member _.Natural(gradient, direction) =
                covarianceTimes gradient direction 1 0

                for i in d .. 2 * d - 1 do
                    direction[i] <- 0.5 * gradient[i]

                let shape = direction.Slice(2 * d, d * k)

                for a in 0 .. k - 1 do
                    covarianceTimes (gradient.Slice(2 * d, d * k)) shape k a

                for i in 0 .. d - 1 do
                    LinearAlgebra.SolveLower(ReadOnlySpan metric, shape.Slice(i * k, k), k)
                    LinearAlgebra.SolveLowerTransposed(ReadOnlySpan metric, shape.Slice(i * k, k), k)

            member _.StandardDeviations target =
                for i in 0 .. d - 1 do
                    let row = ReadOnlySpan(factor, i * k, k)
                    target[i] <- sqrt (diagonal[i] * diagonal[i] + LinearAlgebra.Dot(row, row))

    /// The family in D dimensions with rank K >= 1. It starts with d = 0.9 sd, the rest of each variance in B, whose rows point in
    /// different directions: B = 0 is a saddle point.
    let family (dimension: int) (rank: int) : VariationalFamily =
        if rank < 1 then
            invalidArg (nameof rank) $"the rank must be at least 1, not {rank}"

        { Kind = FamilyKind.LowRank rank
          Dimension = dimension
          ParameterCount = dimension * (rank + 2)
          NoiseCount = dimension + rank
          Freedom = rank + 1
          Start =
            fun mean sds ->
                let struct (directions, _) = Rng.array (dimension * rank) Rng.normal (Rng.ofSeed 0UL)

                let factor =
                    Array.init (dimension * rank) (fun at ->
                        let row = Array.sub directions (at / rank * rank) rank
                        let norm = sqrt (Array.sumBy (fun x -> x * x) row)
                        sqrt 0.19 * sds[at / rank] * directions[at] / norm)

                Vec.append (Vec.append mean (Vec.map (fun sd -> log (0.9 * sd)) sds)) (Vec.wrap factor)
          OfCovariance = ValueNone
          Evaluator = fun () -> Workspace(dimension, rank) }
