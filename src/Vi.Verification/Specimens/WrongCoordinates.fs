namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Full-rank normals over parameters that do not change affinely with the coordinates.
[<RequireQualifiedAccess>]
module WrongCoordinates =

    let private place i j = i * (i + 1) / 2 + j
    let private diagonal i = place i i

    /// The shape (log L_jj, L_ij) as the shape (s_j, U_ij) of L = U diag(e^s).
    let private unitShape d (shape: ReadOnlySpan<float>) (target: Span<float>) =
        for i in 0 .. d - 1 do
            for j in 0 .. i - 1 do
                target[place i j] <- shape[place i j] / exp shape[diagonal j]

            target[diagonal i] <- shape[diagonal i]

    /// The evaluator of the right parameters behind entries of L with logarithms on its diagonal.
    type private Entrywise(d: int, right: IFamilyEvaluator) =
        let count = d + d * (d + 1) / 2
        let loaded: float[] = Array.zeroCreate count
        let point: float[] = Array.zeroCreate count
        let converted: float[] = Array.zeroCreate count

        interface IFamilyEvaluator with
            member _.Load theta =
                theta.Slice(0, d).CopyTo(loaded.AsSpan())
                unitShape d (theta.Slice d) (loaded.AsSpan(d))
                right.Load(ReadOnlySpan loaded)

            member _.Entropy() = right.Entropy()
            member _.AddEntropyGradient target = right.AddEntropyGradient target
            member _.Deviations(noise, deviations) = right.Deviations(noise, deviations)
            member _.Scores(noise, deviations, scores) = right.Scores(noise, deviations, scores)
            member _.LogDensities(deviations, values) = right.LogDensities(deviations, values)

            // With U_ij = L_ij e^-s_j: the part of L_ij is that of U_ij times e^-s_j, and s_j loses what it moves in L.
            member _.AddShapePullback(noise, deviations, gradients, weight, target) =
                Array.Clear converted
                right.AddShapePullback(noise, deviations, gradients, weight, converted.AsSpan())

                for i in 0 .. d - 1 do
                    for j in 0 .. i - 1 do
                        let part = converted[d + place i j]
                        target[d + place i j] <- target[d + place i j] + part / exp loaded[d + diagonal j]
                        target[d + diagonal j] <- target[d + diagonal j] - part * loaded[d + place i j]

                    target[d + diagonal i] <- target[d + diagonal i] + converted[d + diagonal i]

            member _.Condition() =
                Array.blit loaded 0 point 0 count
                right.Condition()

            // The right direction at the same gradient, both through L_ij = U_ij e^s_j.
            member _.Natural(gradient, direction) =
                gradient.CopyTo(converted.AsSpan())

                for i in 0 .. d - 1 do
                    for j in 0 .. i - 1 do
                        let scaled = gradient[d + place i j] * exp point[d + diagonal j]
                        converted[d + place i j] <- scaled
                        converted[d + diagonal j] <- converted[d + diagonal j] + scaled * point[d + place i j]

                right.Natural(ReadOnlySpan converted, direction)

                for i in 0 .. d - 1 do
                    for j in 0 .. i - 1 do
                        direction[d + place i j] <-
                            exp point[d + diagonal j]
                            * (direction[d + place i j] + point[d + place i j] * direction[d + diagonal j])

            member _.StandardDeviations sds = right.StandardDeviations sds

    /// Any normal, by the entries of L with logarithms on its diagonal.
    let private entrywise d : VariationalFamily =
        let right = FullRank.family d

        { right with
            OfCovariance =
                ValueSome(fun mean covariance ->
                    let shape =
                        [| for i in 0 .. d - 1 do
                               for j in 0..i do
                                   let entry = covariance.Lower[i, j]
                                   if i = j then log entry else entry |]

                    Vec.append mean (Vec.ofArray shape))
            Evaluator = fun () -> Entrywise(d, right.Evaluator()) }

    let all: Specimen list =
        [ Specimen.make
              "averages of a Cholesky factor's entries"
              "the first full-rank fits of this project: entries of L, logarithms on its diagonal"
              "Averages are geometric on the diagonal and arithmetic below it: strong correlations blew a standard deviation up six times."
              (AdviCoordinateLaws.triangular FullRank.family).Name
              [ AdviCoordinateLaws.triangular entrywise ] ]
