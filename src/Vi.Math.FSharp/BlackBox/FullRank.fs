namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Any normal: x = m + L z, L = U diag(e^s) with U unit lower triangular. Parameters: m, then s on the diagonal and U below it, row by row;
/// P = D + D (D + 1) / 2. Under x -> A x + b, A lower triangular, these parameters change affinely, so that neither additive steps nor
/// averages of parameters depend on units or on correlations. Entries of L with logarithms on the diagonal do not: an average of them is
/// geometric for one entry of a column and arithmetic for the others, which strong correlations blow up.
[<RequireQualifiedAccess>]
module FullRank =

    let private size d = d * (d + 1) / 2
    let private place i j = i * (i + 1) / 2 + j
    let private diagonal i = place i i

    type private Workspace(d: int) =
        let lower: float[] = Array.zeroCreate (size d)
        let point: float[] = Array.zeroCreate (size d)
        let gradientBuffer: float[] = Array.zeroCreate (size d)
        let natural: float[] = Array.zeroCreate (size d)
        let row: float[] = Array.zeroCreate d
        let mutable logDeterminant = 0.0

        interface IFamilyEvaluator with
            member _.Load theta =
                theta.Slice(d, size d).CopyTo(lower.AsSpan())
                logDeterminant <- 0.0

                for i in 0 .. d - 1 do
                    for j in 0 .. i - 1 do
                        lower[place i j] <- lower[place i j] * lower[diagonal j]

                    logDeterminant <- logDeterminant + lower[diagonal i]
                    lower[diagonal i] <- exp lower[diagonal i]

            // log |L| + D log(2 pi e) / 2.
            member _.Entropy() = logDeterminant + 0.5 * float d * (Special.logTwoPi + 1.0)

            member _.AddEntropyGradient target =
                for i in 0 .. d - 1 do
                    target[d + diagonal i] <- target[d + diagonal i] + 1.0

            member _.Deviations(noise, deviations) =
                for at in 0..d .. noise.Length - d do
                    FullRankKernel.Multiply(ReadOnlySpan lower, noise.Slice(at, d), deviations.Slice(at, d))

            // -L'^-1 z.
            member _.Scores(noise, _, scores) =
                for at in 0 .. noise.Length - 1 do
                    scores[at] <- -noise[at]

                for at in 0..d .. noise.Length - d do
                    FullRankKernel.SolveTransposed(ReadOnlySpan lower, scores.Slice(at, d))

            member _.LogDensities(deviations, values) =
                for s in 0 .. values.Length - 1 do
                    deviations.Slice(s * d, d).CopyTo(row.AsSpan())
                    FullRankKernel.Solve(ReadOnlySpan lower, row.AsSpan())

                    values[s] <-
                        -logDeterminant
                        - 0.5 * float d * Special.logTwoPi
                        - 0.5 * LinearAlgebra.Dot(ReadOnlySpan row, ReadOnlySpan row)

            // G = g z' in L, so sum_i G_ij L_ij in s_j and G_ij L_jj in U_ij.
            member _.AddShapePullback(noise, _, gradients, weight, target) =
                let shape = target.Slice(d, size d)
                Array.Clear gradientBuffer

                for at in 0..d .. gradients.Length - d do
                    FullRankKernel.AddOuter(weight, gradients.Slice(at, d), noise.Slice(at, d), gradientBuffer.AsSpan())

                for i in 0 .. d - 1 do
                    for j in 0 .. i - 1 do
                        let entry = gradientBuffer[place i j]
                        shape[diagonal j] <- shape[diagonal j] + entry * lower[place i j]
                        shape[place i j] <- shape[place i j] + entry * lower[diagonal j]

                    shape[diagonal i] <- shape[diagonal i] + gradientBuffer[diagonal i] * lower[diagonal i]

            member _.Condition() = Array.blit lower 0 point 0 lower.Length

            // Mean: L L' g. Shape: see the kernel.
            member _.Natural(gradient, direction) =
                FullRankKernel.MultiplyTransposed(ReadOnlySpan point, gradient.Slice(0, d), row.AsSpan())
                FullRankKernel.Multiply(ReadOnlySpan point, ReadOnlySpan row, direction.Slice(0, d))
                gradient.Slice(d, size d).CopyTo(gradientBuffer.AsSpan())
                let shape = direction.Slice(d, size d)
                FullRankKernel.Natural(ReadOnlySpan point, ReadOnlySpan gradientBuffer, natural.AsSpan(), shape, d)

            member _.StandardDeviations target =
                for i in 0 .. d - 1 do
                    let line = ReadOnlySpan(lower, i * (i + 1) / 2, i + 1)
                    target[i] <- sqrt (LinearAlgebra.Dot(line, line))

    let private shapeOf (covariance: Chol) =
        let d = covariance.Dimension

        Vec.wrap
            [| for i in 0 .. d - 1 do
                   for j in 0..i do
                       let entry = covariance.Values[i * d + j]
                       if i = j then log entry else entry / covariance.Values[j * d + j] |]

    /// The family in D dimensions; it starts without correlation.
    let family (dimension: int) : VariationalFamily =
        { Kind = FamilyKind.FullRank
          Dimension = dimension
          ParameterCount = dimension + size dimension
          NoiseCount = dimension
          Freedom = dimension
          Start =
            fun mean sds ->
                let shape = Array.zeroCreate (size dimension)

                for i in 0 .. dimension - 1 do
                    shape[diagonal i] <- log sds[i]

                Vec.append mean (Vec.wrap shape)
          OfCovariance = ValueSome(fun mean covariance -> Vec.append mean (shapeOf covariance))
          Evaluator = fun () -> Workspace dimension }

    /// The factor L of a member's covariance.
    let cholesky (q: Variational) : Chol =
        let d = q.Family.Dimension
        let shape i j = q.Parameters[d + place i j]

        Chol.ofLower (
            Mat.init d d (fun i j ->
                if i = j then exp (shape i i)
                elif j < i then shape i j * exp (shape j j)
                else 0.0)
        )

    /// The member with this mean and a covariance given by its factor.
    let ofCholesky (mean: Vec) (covariance: Chol) : Variational =
        Variational.ofParameters (family mean.Length) (Vec.append mean (shapeOf covariance))
