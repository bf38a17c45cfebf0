namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Independent normals: x_i = m_i + exp(omega_i) z_i with parameters (m, omega), P = 2 D (Kucukelbir et al. 2017).
[<RequireQualifiedAccess>]
module MeanField =

    type private Workspace(d: int) =
        let sds: float[] = Array.zeroCreate d
        let parameters: float[] = Array.zeroCreate (2 * d)
        let variances: float[] = Array.zeroCreate d
        let negativeSds: float[] = Array.zeroCreate d

        interface IFamilyEvaluator with
            member _.Load theta =
                theta.CopyTo(parameters.AsSpan())
                VectorKernel.Exp(theta.Slice(d, d), sds.AsSpan())

            // sum omega_i + D log(2 pi e) / 2.
            member _.Entropy() =
                let mutable sum = 0.5 * float d * (Special.logTwoPi + 1.0)

                for i in d .. 2 * d - 1 do
                    sum <- sum + parameters[i]

                sum

            member _.AddEntropyGradient target =
                for i in d .. 2 * d - 1 do
                    target[i] <- target[i] + 1.0

            member _.Deviations(noise, deviations) =
                for at in 0..d .. noise.Length - d do
                    VectorKernel.Multiply(ReadOnlySpan sds, noise.Slice(at, d), deviations.Slice(at, d))

            // -z / sd.
            member _.Scores(noise, _, scores) =
                for i in 0 .. d - 1 do
                    negativeSds[i] <- -sds[i]

                for at in 0..d .. noise.Length - d do
                    VectorKernel.Divide(noise.Slice(at, d), ReadOnlySpan negativeSds, scores.Slice(at, d))

            member this.LogDensities(deviations, values) =
                let constant = (this :> IFamilyEvaluator).Entropy() - 0.5 * float d

                for s in 0 .. values.Length - 1 do
                    let mutable square = 0.0

                    for i in 0 .. d - 1 do
                        let z = deviations[s * d + i] / sds[i]
                        square <- Math.FusedMultiplyAdd(z, z, square)

                    values[s] <- -constant - 0.5 * square

            // g_i exp(omega_i) z_i, the deviation times the gradient: the derivative in omega, not in the standard deviation.
            member _.AddShapePullback(_, deviations, gradients, weight, target) =
                for at in 0..d .. gradients.Length - d do
                    VectorKernel.AddProduct(weight, deviations.Slice(at, d), gradients.Slice(at, d), target.Slice(d, d))

            // Fisher information: 1 / sd^2 for the mean, 2 for omega.
            member _.Condition() = VectorKernel.Multiply(ReadOnlySpan sds, ReadOnlySpan sds, variances.AsSpan())

            member _.Natural(gradient, direction) =
                VectorKernel.Multiply(ReadOnlySpan variances, gradient.Slice(0, d), direction.Slice(0, d))

                for i in d .. 2 * d - 1 do
                    direction[i] <- 0.5 * gradient[i]

            member _.StandardDeviations target = sds.AsSpan().CopyTo target

    /// The family in D dimensions; it starts at any mean and standard deviations.
    let family (dimension: int) : VariationalFamily =
        { Kind = FamilyKind.MeanField
          Dimension = dimension
          ParameterCount = 2 * dimension
          NoiseCount = dimension
          Freedom = 1
          Start = fun mean sds -> Vec.append mean (Vec.map log sds)
          OfCovariance = ValueNone
          Evaluator = fun () -> Workspace dimension }
