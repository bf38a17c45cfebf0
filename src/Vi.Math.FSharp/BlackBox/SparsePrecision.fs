namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Normals with precision T T', T a sparse lower triangle (Tan and Nott 2018): T' (x - m) = z. Parameters: m, then T = U diag(e^s) column by
/// column, s on the diagonal and U, whose diagonal is 1, below it: -U_ij is the weight of x_i where x_j is told from what follows it,
/// so that averages of parameters are averages of such weights (see FullRank). Every cost is linear in the pattern's size.
[<RequireQualifiedAccess>]
module SparsePrecision =

    type private Workspace(pattern: SparsityPattern) =
        let shape = pattern.Shape
        let order = pattern.Order
        let d = order.Length
        let count = shape.Rows.Length
        let lanes = SparseTriangle.Lanes
        let values: float[] = Array.zeroCreate count
        let point: float[] = Array.zeroCreate count
        let inverse: float[] = Array.zeroCreate count
        let tile: float[] = Array.zeroCreate (lanes * d)
        let second: float[] = Array.zeroCreate (lanes * d)
        let raw: float[] = Array.zeroCreate count
        let mutable blocks: float[] = Array.empty
        let mutable buffer: float[] = Array.empty
        let mutable logDeterminant = 0.0

        interface IFamilyEvaluator with
            member _.Load theta =
                theta.Slice(d, count).CopyTo(values.AsSpan())
                logDeterminant <- 0.0

                for j in 0 .. d - 1 do
                    let at = shape.Starts[j]
                    logDeterminant <- logDeterminant + values[at]
                    values[at] <- exp values[at]

                    for p in at + 1 .. shape.Starts[j + 1] - 1 do
                        values[p] <- values[p] * values[at]

            // -log |T| + D log(2 pi e) / 2.
            member _.Entropy() = 0.5 * float d * (Special.logTwoPi + 1.0) - logDeterminant

            member _.AddEntropyGradient target =
                for j in 0 .. d - 1 do
                    let at = d + shape.Starts[j]
                    target[at] <- target[at] - 1.0

            member _.Deviations(noise, deviations) =
                for first in 0 .. lanes * d .. noise.Length - 1 do
                    let length = min (lanes * d) (noise.Length - first)
                    SparseTriangle.Pack(noise.Slice(first, length), ReadOnlySpan order, tile.AsSpan())
                    SparseTriangle.SolveTransposed(shape, ReadOnlySpan values, tile.AsSpan())
                    SparseTriangle.Unpack(ReadOnlySpan tile, ReadOnlySpan order, deviations.Slice(first, length))

            // -T z.
            member _.Scores(noise, _, scores) =
                for first in 0 .. lanes * d .. noise.Length - 1 do
                    let length = min (lanes * d) (noise.Length - first)
                    SparseTriangle.Pack(noise.Slice(first, length), ReadOnlySpan order, tile.AsSpan())
                    SparseTriangle.Multiply(shape, ReadOnlySpan values, ReadOnlySpan tile, second.AsSpan())

                    for at in 0 .. second.Length - 1 do
                        second[at] <- -second[at]

                    SparseTriangle.Unpack(ReadOnlySpan second, ReadOnlySpan order, scores.Slice(first, length))

            member _.LogDensities(deviations, target) =
                for first in 0 .. lanes * d .. deviations.Length - 1 do
                    let length = min (lanes * d) (deviations.Length - first)
                    SparseTriangle.Pack(deviations.Slice(first, length), ReadOnlySpan order, tile.AsSpan())
                    SparseTriangle.MultiplyTransposed(shape, ReadOnlySpan values, ReadOnlySpan tile, second.AsSpan())

                    for lane in 0 .. length / d - 1 do
                        let mutable square = 0.0

                        for k in 0 .. d - 1 do
                            let z = second[k * lanes + lane]
                            square <- Math.FusedMultiplyAdd(z, z, square)

                        target[first / d + lane] <- logDeterminant - 0.5 * float d * Special.logTwoPi - 0.5 * square

            // With u = T^-1 g: G = -(x - m)_i u_j in T_ij, so sum_i G_ij T_ij in s_j and G_ij T_jj in U_ij.
            member _.AddShapePullback(_, deviations, gradients, weight, target) =
                Array.Clear raw

                for first in 0 .. lanes * d .. gradients.Length - 1 do
                    let length = min (lanes * d) (gradients.Length - first)
                    SparseTriangle.Pack(gradients.Slice(first, length), ReadOnlySpan order, tile.AsSpan())
                    SparseTriangle.Solve(shape, ReadOnlySpan values, tile.AsSpan())
                    SparseTriangle.Pack(deviations.Slice(first, length), ReadOnlySpan order, second.AsSpan())

                    SparseTriangle.AddOuter(shape, -weight, ReadOnlySpan second, ReadOnlySpan tile, raw.AsSpan())

                for j in 0 .. d - 1 do
                    let at = shape.Starts[j]
                    let length = shape.Starts[j + 1] - at
                    let column = target.Slice(d + at, length)

                    column[0] <-
                        column[0] + LinearAlgebra.Dot(ReadOnlySpan(raw, at, length), ReadOnlySpan(values, at, length))

                    LinearAlgebra.AddScaled(values[at], ReadOnlySpan(raw, at + 1, length - 1), column.Slice 1)

            // Columns of T are independent in the Fisher information: S_PP + e e' / T_jj^2.
            member _.Condition() =
                if blocks.Length = 0 then
                    let lengths = Array.init d (fun j -> shape.Starts[j + 1] - shape.Starts[j])
                    blocks <- Array.zeroCreate (lengths |> Array.sumBy (fun n -> n * n))
                    buffer <- Array.zeroCreate (2 * pown (Array.fold max 0 lengths) 2)

                Array.blit values 0 point 0 count
                SparseTriangle.SelectedInverse(shape, ReadOnlySpan point, inverse.AsSpan())

                SparseTriangle.InverseInformation(
                    shape,
                    ReadOnlySpan point,
                    ReadOnlySpan inverse,
                    blocks.AsSpan(),
                    buffer.AsSpan()
                )

            member _.Natural(gradient, direction) =
                SparseTriangle.Pack(gradient.Slice(0, d), ReadOnlySpan order, tile.AsSpan())
                SparseTriangle.Solve(shape, ReadOnlySpan point, tile.AsSpan())
                SparseTriangle.SolveTransposed(shape, ReadOnlySpan point, tile.AsSpan())
                SparseTriangle.Unpack(ReadOnlySpan tile, ReadOnlySpan order, direction.Slice(0, d))
                gradient.Slice(d, count).CopyTo(raw.AsSpan())

                // The gradient in T: that in U_ij over T_jj, on the diagonal (that in s_j - sum_i that in U_ij times U_ij) over T_jj.
                for j in 0 .. d - 1 do
                    let at = shape.Starts[j]

                    for p in at + 1 .. shape.Starts[j + 1] - 1 do
                        raw[p] <- raw[p] / point[at]
                        raw[at] <- raw[at] - raw[p] * point[p]

                    raw[at] <- raw[at] / point[at]

                let target = direction.Slice(d, count)
                SparseTriangle.MultiplyBlocks(shape, ReadOnlySpan blocks, ReadOnlySpan raw, target)

                // The direction in T back in s and U.
                for j in 0 .. d - 1 do
                    let at = shape.Starts[j]
                    target[at] <- target[at] / point[at]

                    for p in at + 1 .. shape.Starts[j + 1] - 1 do
                        target[p] <- (target[p] - point[p] * target[at]) / point[at]

            member _.StandardDeviations target =
                SparseTriangle.SelectedInverse(shape, ReadOnlySpan values, inverse.AsSpan())

                for j in 0 .. d - 1 do
                    target[order[j]] <- sqrt inverse[shape.Starts[j]]

    /// The family of a pattern; it starts without correlation.
    let family (pattern: SparsityPattern) : VariationalFamily =
        let d = pattern.Dimension
        let starts = pattern.Shape.Starts

        { Kind = FamilyKind.SparsePrecision
          Dimension = d
          ParameterCount = d + pattern.Count
          NoiseCount = d
          Freedom = Array.pairwise starts |> Array.fold (fun most (a, b) -> max most (b - a)) 1
          Start =
            fun mean sds ->
                let shape = Array.zeroCreate pattern.Count

                for j in 0 .. d - 1 do
                    shape[starts[j]] <- -(log sds[pattern.Order[j]])

                Vec.append mean (Vec.wrap shape)
          OfCovariance = ValueNone
          Evaluator = fun () -> Workspace pattern }

    /// The member with this mean (D) and the precision whose factor (D x D) is given in the pattern's order of the coordinates; numbers
    /// outside the pattern are left out.
    let ofCholesky (pattern: SparsityPattern) (mean: Vec) (precision: Chol) : Variational =
        let shape = pattern.Shape
        let values = Array.zeroCreate pattern.Count

        for j in 0 .. pattern.Dimension - 1 do
            for p in shape.Starts[j] .. shape.Starts[j + 1] - 1 do
                let entry = precision.Lower[shape.Rows[p], j]
                values[p] <- if shape.Rows[p] = j then log entry else entry / precision.Lower[j, j]

        Variational.ofParameters (family pattern) (Vec.append mean (Vec.wrap values))
