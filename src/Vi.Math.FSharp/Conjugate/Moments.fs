namespace Vi.Math

/// Weighted moments of points in D dimensions: total weight, weighted mean, and scatter sum_n w_n (x_n - mean)(x_n - mean)'. Kept
/// about the mean, not the origin, so that data at 1e6 +- 1 lose nothing; and the mean with what rounding takes from it, so that its distance
/// from another point is as exact there as at the origin.
type Moments =
    {
        /// Total weight W >= 0.
        Weight: float
        /// Weighted mean (D), rounded; zeros where the weight is zero.
        Mean: Vec
        /// What rounding took from the mean (D): the mean is Mean + MeanRest.
        MeanRest: Vec
        /// Weighted scatter about the mean (D x D, symmetric).
        Scatter: Mat
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Weighted moments: a commutative monoid (Chan, Golub and LeVeque 1983, updating formulae for pairwise variances).
[<RequireQualifiedAccess>]
module Moments =

    /// No points in D dimensions.
    let zero dimension : Moments =
        { Weight = 0.0
          Mean = Vec.zero dimension
          MeanRest = Vec.zero dimension
          Scatter = Mat.zero dimension dimension }

    /// The mean's way from a point c (D), not rounded at the mean's own size.
    let meanFrom (c: Vec) (a: Moments) = Vec.add (Vec.subtract a.Mean c) a.MeanRest

    /// The mean's way from c in entry j.
    let meanFromAt j (c: float) (a: Moments) = (a.Mean[j] - c) + a.MeanRest[j]

    /// Points and small steps from them, added: the sums, rounded, and what rounding took from them (Knuth's two-sum).
    let internal moved (points: ReadOnlySpan<float>) (steps: ReadOnlySpan<float>) : struct (Vec * Vec) =
        let sums: float[] = Array.zeroCreate points.Length
        let rests: float[] = Array.zeroCreate points.Length

        for i in 0 .. sums.Length - 1 do
            let sum = points[i] + steps[i]
            let step = sum - points[i]
            sums[i] <- sum
            rests[i] <- (points[i] - (sum - step)) + (steps[i] - step)

        struct (Vec.wrap sums, Vec.wrap rests)

    /// The way from the mean of points of weight a to that of points of weight b, both above zero, and the mean of all: rounded, and what
    /// rounding took.
    let internal between (a: float, meanOfA: Vec, restOfA: Vec) (b: float, meanOfB: Vec, restOfB: Vec) =
        let shift = Vec.add (Vec.subtract meanOfB meanOfA) (Vec.subtract restOfB restOfA)
        let step = Vec.addScaled (b / (a + b)) shift restOfA
        let struct (mean, rest) = moved (meanOfA.AsSpan()) (step.AsSpan())
        struct (shift, mean, rest)

    /// Moments of both sets of points together.
    let combine (a: Moments) (b: Moments) : Moments =
        if a.Weight = 0.0 then
            b
        elif b.Weight = 0.0 then
            a
        else
            let struct (shift, mean, rest) = between (a.Weight, a.Mean, a.MeanRest) (b.Weight, b.Mean, b.MeanRest)
            let weight = a.Weight + b.Weight
            let cross = a.Weight * (b.Weight / weight)
            let dimension = shift.Length

            let scatter: float[] = Array.zeroCreate (dimension * dimension)
            MomentsKernel.Combine(a.Scatter.AsSpan(), b.Scatter.AsSpan(), cross, shift.AsSpan(), scatter)

            { Weight = weight; Mean = mean; MeanRest = rest; Scatter = Mat.wrap dimension dimension scatter }

    /// The monoid of moments in D dimensions.
    let monoid dimension : Monoid<Moments> = { Zero = zero dimension; Combine = combine }

    /// All weights times s >= 0.
    let scale (s: float) (a: Moments) = { a with Weight = s * a.Weight; Scatter = Mat.scale s a.Scatter }

    /// Below this weight the quotient of two sums of denormal numbers says nothing about a mean, and the weight moves no posterior.
    let internal negligible = 1e-280

    /// Moments of points from sums about a reference: weight, sum of w (x - c), lower triangle of sum of w (x - c)(x - c)'.
    let internal ofSums
        (reference: ReadOnlySpan<float>)
        (weight: float)
        (sums: ReadOnlySpan<float>)
        (scatter: ReadOnlySpan<float>)
        =
        let dimension = reference.Length

        if weight < negligible then
            zero dimension
        else
            let offset: float[] = Array.zeroCreate dimension
            let centred: float[] = Array.zeroCreate (dimension * dimension)

            for i in 0 .. dimension - 1 do
                offset[i] <- sums[i] / weight

            let struct (mean, rest) = moved reference (ReadOnlySpan offset)

            for i in 0 .. dimension - 1 do
                for j in 0..i do
                    let value = scatter[i * dimension + j] - weight * offset[i] * offset[j]
                    centred[i * dimension + j] <- value
                    centred[j * dimension + i] <- value

            { Weight = weight; Mean = mean; MeanRest = rest; Scatter = Mat.wrap dimension dimension centred }

    /// Moments of the rows of a block, each of weight 1.
    let ofBlock (block: Block) : Moments =
        let dimension = block.Columns

        if block.Rows = 0 then
            zero dimension
        else
            use numbers = new RentedNumbers(dimension * (2 + dimension))
            numbers.Span.Clear()
            let reference = numbers.Part(0, dimension)
            let sums = numbers.Part(dimension, dimension)
            let scatter = numbers.Part(2 * dimension, dimension * dimension)
            MomentsKernel.Add(block, reference, sums, scatter)

            ofSums (Span.op_Implicit reference) (float block.Rows) (Span.op_Implicit sums) (Span.op_Implicit scatter)

    /// From as many columns on workers share the entries of the scatter instead of the rows.
    let private wide = 128

    /// One scatter for all rows, about a centre near the mean.
    let private ofWideRows (centre: Vec) (rows: Rows) : Moments =
        let columns = rows.Columns
        let buffer: float[] = Array.zeroCreate (WideMomentsKernel.BufferLength columns)
        let chunk: float[] = Array.zeroCreate (WideMomentsKernel.ChunkRows * columns)
        let sums: float[] = Array.zeroCreate columns
        let scatter: float[] = Array.zeroCreate (columns * columns)

        for first in 0L .. int64 WideMomentsKernel.ChunkRows .. rows.Count - 1L do
            let count = int (min (int64 WideMomentsKernel.ChunkRows) (rows.Count - first))
            let part = Memory(chunk, 0, count * columns)
            rows.CopyRows(first, part)
            WideMomentsKernel.Add(Memory.op_Implicit part, centre.Values, buffer, sums, scatter, rows.Threads)

        ofSums (centre.AsSpan()) (float rows.Count) (ReadOnlySpan sums) (ReadOnlySpan scatter)

    /// Moments of all rows of a table, of which a point near the mean is known.
    let about (centre: Vec) (rows: Rows) : Moments =
        if rows.Columns >= wide then
            ofWideRows centre rows
        else
            (rows :> IBatches<Block>).Fold(monoid rows.Columns, ofBlock)

    /// Moments of all rows of a table.
    let ofRows (rows: Rows) : Moments =
        if rows.Columns >= wide && rows.Count > 0L then
            let sum: Monoid<Vec> = { Zero = Vec.zero rows.Columns; Combine = Vec.add }

            let ofBlock (block: Block) =
                let sums: float[] = Array.zeroCreate block.Columns

                for t in 0 .. block.Rows - 1 do
                    LinearAlgebra.AddScaled(1.0, block.Values.Slice(t * block.Columns, block.Columns), sums.AsSpan())

                Vec.wrap sums

            let sums = (rows :> IBatches<Block>).Fold(sum, ofBlock)
            ofWideRows (Vec.scale (1.0 / float rows.Count) sums) rows
        else
            about (Vec.zero rows.Columns) rows

    /// Covariance with divisor W - 1; raises where the weight is not above 1.
    let covariance (a: Moments) =
        if not (a.Weight > 1.0) then
            invalidArg (nameof a) $"a covariance needs more than one point; the weight is {a.Weight}"

        Mat.scale (1.0 / (a.Weight - 1.0)) a.Scatter

    /// Standard deviations with divisor W - 1.
    let standardDeviations (a: Moments) = Mat.diagonal (covariance a) |> Vec.map sqrt

    /// sum_n w_n (x_n - c)(x_n - c)' about any point c.
    let scatterAbout (c: Vec) (a: Moments) =
        let shift = meanFrom c a
        Mat.add a.Scatter (Mat.outer a.Weight shift shift)
