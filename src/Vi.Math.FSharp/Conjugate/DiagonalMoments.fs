namespace Vi.Math

/// Weighted moments of points in D dimensions column by column: total weight, weighted mean, and sums of squares about it.
type DiagonalMoments =
    {
        /// Total weight W >= 0.
        Weight: float
        /// Weighted mean (D), rounded; zeros where the weight is zero.
        Mean: Vec
        /// What rounding took from the mean (D): the mean is Mean + MeanRest.
        MeanRest: Vec
        /// sum_n w_n (x_nj - mean_j)^2 (D).
        Squares: Vec
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Weighted moments column by column: the diagonal of Moments, at D numbers in place of D^2.
[<RequireQualifiedAccess>]
module DiagonalMoments =

    /// No points in D dimensions.
    let zero dimension : DiagonalMoments =
        { Weight = 0.0
          Mean = Vec.zero dimension
          MeanRest = Vec.zero dimension
          Squares = Vec.zero dimension }

    /// The mean's way from a number c in column j.
    let meanFromAt j (c: float) (a: DiagonalMoments) = (a.Mean[j] - c) + a.MeanRest[j]

    /// Moments of both sets of points together.
    let combine (a: DiagonalMoments) (b: DiagonalMoments) : DiagonalMoments =
        if a.Weight = 0.0 then
            b
        elif b.Weight = 0.0 then
            a
        else
            let struct (shift, mean, rest) =
                Moments.between (a.Weight, a.Mean, a.MeanRest) (b.Weight, b.Mean, b.MeanRest)

            let weight = a.Weight + b.Weight
            let cross = a.Weight * (b.Weight / weight)

            { Weight = weight
              Mean = mean
              MeanRest = rest
              Squares = Vec.mapi (fun j s -> a.Squares[j] + b.Squares[j] + cross * (s * s)) shift }

    /// The monoid in D dimensions.
    let monoid dimension : Monoid<DiagonalMoments> = { Zero = zero dimension; Combine = combine }

    /// All weights times s >= 0.
    let scale (s: float) (a: DiagonalMoments) = { a with Weight = s * a.Weight; Squares = Vec.scale s a.Squares }

    /// The diagonal of full moments.
    let ofMoments (a: Moments) : DiagonalMoments =
        { Weight = a.Weight; Mean = a.Mean; MeanRest = a.MeanRest; Squares = Mat.diagonal a.Scatter }

    /// Moments from sums about a reference c: weight, sum of w (x - c), sum of w (x - c)^2.
    let internal ofSums
        (reference: ReadOnlySpan<float>)
        (weight: float)
        (sums: ReadOnlySpan<float>)
        (squares: ReadOnlySpan<float>)
        =
        if weight < Moments.negligible then
            zero reference.Length
        else
            let offset: float[] = Array.zeroCreate reference.Length
            let centred: float[] = Array.zeroCreate reference.Length

            for j in 0 .. offset.Length - 1 do
                offset[j] <- sums[j] / weight
                // Rounding can take a sum of squares about the mean below zero, where it has no meaning.
                centred[j] <- max 0.0 (squares[j] - weight * offset[j] * offset[j])

            let struct (mean, rest) = Moments.moved reference (ReadOnlySpan offset)
            { Weight = weight; Mean = mean; MeanRest = rest; Squares = Vec.wrap centred }
