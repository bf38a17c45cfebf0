namespace Vi.Math

/// A change of coordinates of the K factors: loadings B = B~ A and factors f = A^-1 f~. Data see the product B f alone, so A is free; it
/// is what the rotation step chooses (parameter expansion, Luttinen and Ilin 2010).
type FactorFrame =
    {
        /// A (K x K), invertible.
        Matrix: Mat
        /// A^-1 (K x K).
        Inverse: Mat
        /// log |det A|.
        LogDeterminant: float
    }

/// q(B~): N independent rows of K loadings in the coordinates of a frame, with what the other factors need of them.
type FactorLoadings =
    {
        /// The rows, N of them.
        Rows: MvNormal[]
        /// E[b~_n b~_n'], N matrices of K x K.
        SecondMoments: Mat[]
        /// The sum of the second moments (K x K).
        Total: Mat
        /// Entropy of all rows, in nats.
        Entropy: float
    }

/// Factors q(B) q(psi) and, with automatic relevance determination, q(alpha). q(F) is local: it is set to its optimum in each sweep.
type FactorModelPosterior =
    {
        /// The coordinates in which the loadings are kept.
        Frame: FactorFrame
        /// q(B~).
        Loadings: FactorLoadings
        /// q(1 / psi_n), N of them.
        NoisePrecisions: Gamma[]
        /// q(alpha_k), K of them; none where the loadings' precision is known.
        LoadingPrecisions: Gamma[]
    }

/// Rows without gaps reduced to what a factor model needs of them: their number and R'R.
type FactorScatter =
    {
        /// Number T of rows.
        Rows: float
        /// R'R (N x N).
        Scatter: Mat
    }

/// Expected sufficient statistics of a factor model under q(F~): what a sweep needs of the data.
type FactorStatistics =
    {
        /// Number T of rows.
        Rows: float
        /// Observed entries of each column (N).
        Counts: Vec
        /// Sums of squares of the observed entries of each column (N).
        Squares: Vec
        /// sum_t r_tn E[f~_t] over the observed entries, N rows of K.
        Cross: Mat
        /// sum_t E[f~_t f~_t'] over all rows (K x K).
        Gram: Mat
        /// The same over the rows in which column n is observed, N matrices; empty where no entry is missing.
        Observed: Mat[]
        /// sum_t log |Cov f~_t|.
        LogDeterminants: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Coordinates of factors.
[<RequireQualifiedAccess>]
module FactorFrame =

    /// No change of coordinates.
    let identity factors : FactorFrame =
        { Matrix = Mat.identity factors; Inverse = Mat.identity factors; LogDeterminant = 0.0 }

    /// The frame of an invertible matrix A.
    let ofMatrix (a: Mat) : FactorFrame =
        let lu = (MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfRowArrays(a.ToRows())).LU()

        { Matrix = a
          Inverse = Mat.ofRows (lu.Inverse().ToRowArrays())
          LogDeterminant = Seq.init a.Rows (fun k -> log (abs lu.U[k, k])) |> Seq.sum }

    /// A' X A: a second moment of loadings, seen in the frame's own unit.
    let ofLoadings (frame: FactorFrame) (x: Mat) =
        Mat.multiply (Mat.transpose frame.Matrix) (Mat.multiply x frame.Matrix)

    /// A^-1 X A^-T: a second moment of factors, seen in the frame's own unit.
    let ofFactors (frame: FactorFrame) (x: Mat) =
        Mat.multiply (Mat.multiply frame.Inverse x) (Mat.transpose frame.Inverse)

/// Loadings with their moments.
[<RequireQualifiedAccess>]
module FactorLoadings =

    /// Rows with the moments that follow from them.
    let ofRows (rows: MvNormal[]) : FactorLoadings =
        let factors = rows[0].Mean.Length
        let total: float[] = Array.zeroCreate (factors * factors)

        let secondMoments =
            rows
            |> Array.map (fun row ->
                let second = (Chol.inverse row.Precision).ToArray()

                for k in 0 .. factors - 1 do
                    LinearAlgebra.AddScaled(row.Mean[k], row.Mean.AsSpan(), second.AsSpan(k * factors, factors))

                LinearAlgebra.AddScaled(1.0, ReadOnlySpan second, total.AsSpan())
                Mat.wrap factors factors second)

        { Rows = rows
          SecondMoments = secondMoments
          Total = Mat.wrap factors factors total
          Entropy = Array.sumBy MvNormal.entropy rows }

/// Expected statistics of a factor model under the optimal q(F).
[<RequireQualifiedAccess>]
module FactorStatistics =

    /// sum_t E[f~_t f~_t'] over the rows in which column n is observed.
    let gramOf (s: FactorStatistics) n = if s.Observed.Length = 0 then s.Gram else s.Observed[n]

    /// How statistics of separate rows add up.
    let monoid columns factors : Monoid<FactorStatistics> =
        { Zero =
            { Rows = 0.0
              Counts = Vec.zero columns
              Squares = Vec.zero columns
              Cross = Mat.zero columns factors
              Gram = Mat.zero factors factors
              Observed = [||]
              LogDeterminants = 0.0 }
          Combine =
            fun a b ->
                if a.Rows = 0.0 then
                    b
                elif b.Rows = 0.0 then
                    a
                else
                    { Rows = a.Rows + b.Rows
                      Counts = Vec.add a.Counts b.Counts
                      Squares = Vec.add a.Squares b.Squares
                      Cross = Mat.add a.Cross b.Cross
                      Gram = Mat.add a.Gram b.Gram
                      Observed =
                        if a.Observed.Length = 0 && b.Observed.Length = 0 then
                            [||]
                        else
                            Array.init columns (fun n -> Mat.add (gramOf a n) (gramOf b n))
                      LogDeterminants = a.LogDeterminants + b.LogDeterminants } }

    /// q(f~_t) of a row: covariance S and the log of its determinant.
    [<Struct>]
    type private Spread = { Covariance: Mat; LogDeterminant: float }

    /// S = A (I + A' (sum_n E[1/psi_n] E[b~_n b~_n']) A)^-1 A', the sum running over the observed columns.
    let private spreadOf (q: FactorModelPosterior) (observed: int -> bool) : Spread =
        let factors = q.Frame.Matrix.Rows
        let information: float[] = Array.zeroCreate (factors * factors)

        for n in 0 .. q.NoisePrecisions.Length - 1 do
            if observed n then
                LinearAlgebra.AddScaled(
                    Gamma.mean q.NoisePrecisions[n],
                    q.Loadings.SecondMoments[n].AsSpan(),
                    information.AsSpan()
                )

        let precision =
            Mat.wrap factors factors information
            |> FactorFrame.ofLoadings q.Frame
            |> Mat.add (Mat.identity factors)
            |> Chol.factor "the factors' precision, I + E[B' psi^-1 B],"

        let half = Mat.multiply (Chol.inverseLower precision) (Mat.transpose q.Frame.Matrix)

        { Covariance = Mat.multiply (Mat.transpose half) half
          LogDeterminant = 2.0 * q.Frame.LogDeterminant - precision.LogDeterminant }

    /// E[1/psi_n] E[b~_n], N rows of K.
    let private weightedLoadings (q: FactorModelPosterior) =
        let factors = q.Frame.Matrix.Rows

        Mat.init q.NoisePrecisions.Length factors (fun n k ->
            Gamma.mean q.NoisePrecisions[n] * q.Loadings.Rows[n].Mean[k])

    let private everywhere (_: int) = true

    /// From R'R alone: with W = S (E[1/psi] B~)' the factors' means are W r_t, so that their moments with the rows and with themselves
    /// are R'R W' and T S + W R'R W'. Costs nothing in the number of rows.
    let ofScatter (q: FactorModelPosterior) (data: FactorScatter) : FactorStatistics =
        let columns = q.NoisePrecisions.Length
        let factors = q.Frame.Matrix.Rows
        let spread = spreadOf q everywhere
        let weights = Mat.multiply spread.Covariance (Mat.transpose (weightedLoadings q))
        let cross: float[] = Array.zeroCreate (columns * factors)

        for n in 0 .. columns - 1 do
            let row = data.Scatter.AsSpan().Slice(n * columns, columns)

            for k in 0 .. factors - 1 do
                cross[n * factors + k] <- LinearAlgebra.Dot(row, weights.AsSpan().Slice(k * columns, columns))

        let cross = Mat.wrap columns factors cross

        { Rows = data.Rows
          Counts = Vec.constant columns data.Rows
          Squares = Mat.diagonal data.Scatter
          Cross = cross
          Gram = Mat.multiply weights cross |> Mat.addScaled data.Rows spread.Covariance |> Mat.symmetrize
          Observed = [||]
          LogDeterminants = data.Rows * spread.LogDeterminant }

    /// Mean and spread of q(f~_t) for one row of N entries, those that are missing set to 0 and named.
    let private ofRow
        (q: FactorModelPosterior)
        (pulls: Mat)
        (complete: Spread)
        (row: ReadOnlySpan<float>)
        (missing: bool[] voption)
        =
        let factors = pulls.Rows
        let columns = pulls.Columns
        let pull: float[] = Array.zeroCreate factors

        for k in 0 .. factors - 1 do
            pull[k] <- LinearAlgebra.Dot(row, pulls.AsSpan().Slice(k * columns, columns))

        let spread =
            match missing with
            | ValueSome missing -> spreadOf q (fun n -> not missing[n])
            | ValueNone -> complete

        struct (Mat.multiplyVec spread.Covariance (Vec.wrap pull), spread)

    /// Which entries are missing, where some are; they are then set to 0 in the row.
    let private takeGaps (row: float[]) =
        if Array.exists Double.IsNaN row then
            let missing = row |> Array.map Double.IsNaN

            for n in 0 .. row.Length - 1 do
                if missing[n] then
                    row[n] <- 0.0

            ValueSome missing
        else
            ValueNone

    /// q(f_t) of a row of N entries, NaN where one is missing: mean (K) and covariance (K x K).
    let factorsOf (q: FactorModelPosterior) : float[] -> struct (Vec * Mat) =
        let pulls = Mat.transpose (weightedLoadings q)
        let complete = spreadOf q everywhere

        fun row ->
            let row = Array.copy row
            let missing = takeGaps row
            let struct (mean, spread) = ofRow q pulls complete (ReadOnlySpan row) missing
            struct (Mat.multiplyVec q.Frame.Inverse mean, FactorFrame.ofFactors q.Frame spread.Covariance)

    /// Sums over the rows of one block.
    [<Sealed>]
    type private RowSums(q: FactorModelPosterior, pulls: Mat, complete: Spread) =
        let factors = pulls.Rows
        let columns = pulls.Columns
        let counts: float[] = Array.zeroCreate columns
        let squares: float[] = Array.zeroCreate columns
        // K rows of N.
        let cross: float[] = Array.zeroCreate (factors * columns)
        // Sums of E[f f'] over the complete rows (means only), over those with gaps, and over the latter by column.
        let plain: float[] = Array.zeroCreate (factors * factors)
        let gapped: float[] = Array.zeroCreate (factors * factors)
        let mutable observed: float[][] = [||]
        let mutable completeRows = 0.0
        let mutable gappedRows = 0.0
        let mutable logDeterminants = 0.0

        /// Adds a row; its missing entries become 0.
        member _.Add(row: float[]) =
            let missing = takeGaps row
            let struct (mean, spread) = ofRow q pulls complete (ReadOnlySpan row) missing

            for k in 0 .. factors - 1 do
                LinearAlgebra.AddScaled(mean[k], ReadOnlySpan row, cross.AsSpan(k * columns, columns))

            for n in 0 .. columns - 1 do
                squares[n] <- squares[n] + row[n] * row[n]

            match missing with
            | ValueNone ->
                completeRows <- completeRows + 1.0

                for k in 0 .. factors - 1 do
                    LinearAlgebra.AddScaled(mean[k], mean.AsSpan(), plain.AsSpan(k * factors, factors))
            | ValueSome missing ->
                gappedRows <- gappedRows + 1.0
                logDeterminants <- logDeterminants + spread.LogDeterminant
                let second = Mat.add spread.Covariance (Mat.outer 1.0 mean mean)
                LinearAlgebra.AddScaled(1.0, second.AsSpan(), gapped.AsSpan())

                if observed.Length = 0 then
                    observed <- Array.init columns (fun _ -> Array.zeroCreate (factors * factors))

                for n in 0 .. columns - 1 do
                    if not missing[n] then
                        counts[n] <- counts[n] + 1.0
                        LinearAlgebra.AddScaled(1.0, second.AsSpan(), observed[n].AsSpan())

        member _.Total() : FactorStatistics =
            let matrix (values: float[]) = Mat.ofArray factors factors values
            let ofComplete = Mat.addScaled completeRows complete.Covariance (matrix plain)

            { Rows = completeRows + gappedRows
              Counts = Vec.init columns (fun n -> completeRows + counts[n])
              Squares = Vec.ofArray squares
              Cross = Mat.transpose (Mat.ofArray factors columns cross)
              Gram = Mat.add ofComplete (matrix gapped)
              Observed = observed |> Array.map (fun values -> Mat.add ofComplete (matrix values))
              LogDeterminants = logDeterminants + completeRows * complete.LogDeterminant }

    /// From rows, block by block, NaN where an entry is missing. What is observed of a row decides its own covariance.
    let ofBlock (q: FactorModelPosterior) : Block -> FactorStatistics =
        let pulls = Mat.transpose (weightedLoadings q)
        let complete = spreadOf q everywhere

        fun block ->
            let sums = RowSums(q, pulls, complete)
            let row: float[] = Array.zeroCreate block.Columns

            for t in 0 .. block.Rows - 1 do
                block.CopyRow(t, row.AsSpan())
                sums.Add row

            sums.Total()
