namespace Vi.Math

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
        /// Most workers on it; no result depends on their number.
        Threads: int
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
        /// sum_t E[f~_t] r_tn over the observed entries (K x N).
        Cross: Mat
        /// sum_t E[f~_t f~_t'] over all rows (K x K).
        Gram: Mat
        /// The same over the rows in which column n is observed, a row of K^2 numbers for each n; no rows where no entry is missing.
        Observed: Mat
        /// sum_t log |Cov f~_t|.
        LogDeterminants: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Expected statistics of a factor model under the optimal q(F).
[<RequireQualifiedAccess>]
module FactorStatistics =

    let private noGaps = Mat.zero 0 0

    /// Whether no entry is missing.
    let isComplete (s: FactorStatistics) = s.Observed.Rows = 0

    /// sum_t E[f~_t f~_t'] over the rows in which column n is observed.
    let gramOf (s: FactorStatistics) n =
        if isComplete s then
            s.Gram
        else
            let k = s.Gram.Rows
            Mat.wrap k k (s.Observed.AsSpan().Slice(n * k * k, k * k).ToArray())

    /// The numbers of a K x K matrix as each of so many rows.
    let private repeated count (a: Mat) =
        let k = a.Rows
        Mat.init count (k * k) (fun _ at -> a[at / k, at % k])

    /// How statistics of separate rows add up.
    let monoid columns factors : Monoid<FactorStatistics> =
        let observed (s: FactorStatistics) = if isComplete s then repeated columns s.Gram else s.Observed

        { Zero =
            { Rows = 0.0
              Counts = Vec.zero columns
              Squares = Vec.zero columns
              Cross = Mat.zero factors columns
              Gram = Mat.zero factors factors
              Observed = noGaps
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
                        if isComplete a && isComplete b then
                            noGaps
                        else
                            Mat.add (observed a) (observed b)
                      LogDeterminants = a.LogDeterminants + b.LogDeterminants } }

    /// E[1/psi_n] (N).
    let internal noiseMeans (q: FactorModelPosterior) = Array.map Gamma.mean q.NoisePrecisions

    let private precisionName = "the factors' precision, I + E[B' psi^-1 B],"

    /// q(f~_t) of a row: covariance S and the log of its determinant.
    [<Struct>]
    type private Spread =
        {
            Covariance: Mat
            /// H with H H' the covariance.
            Half: Mat
            LogDeterminant: float
        }

    /// S = A (I + A' (sum_n E[1/psi_n] E[b~_n b~_n']) A)^-1 A'; the sum over the observed columns is given in the frame's own unit.
    let private spreadOf (frame: FactorFrame) (own: Mat) : Spread =
        let precision =
            Mat.init own.Rows own.Rows (fun i j -> if i = j then 1.0 + own[i, j] else own[i, j])
            |> Chol.factor precisionName

        let half = Mat.rowProducts frame.Matrix (Chol.inverseLower precision)

        { Covariance = Mat.rowProducts half half
          Half = half
          LogDeterminant = 2.0 * frame.LogDeterminant - precision.LogDeterminant }

    /// The spread of a row without gaps.
    let private complete (q: FactorModelPosterior) (tau: float[]) =
        spreadOf q.Frame (FactorLoadings.weightedSquares q.Frame tau q.Loadings)

    /// From R'R alone: with W = S (E[1/psi] B~)' the factors' means are W r_t, so that their moments with the rows and with themselves
    /// are W R'R and T S + W R'R W'. Costs nothing in the number of rows.
    let ofScatter (q: FactorModelPosterior) (data: FactorScatter) : FactorStatistics =
        let tau = noiseMeans q
        let spread = complete q tau
        let weights = FactorLoadings.weightedMeans spread.Covariance tau q.Loadings
        let cross = Mat.multiplyOn data.Threads weights data.Scatter

        { Rows = data.Rows
          Counts = Vec.constant tau.Length data.Rows
          Squares = Mat.diagonal data.Scatter
          Cross = cross
          Gram = Mat.rowProducts weights cross |> Mat.addScaled data.Rows spread.Covariance |> Mat.symmetrize
          Observed = noGaps
          LogDeterminants = data.Rows * spread.LogDeterminant }

    /// What rows with gaps need of the loadings.
    type private Gapped =
        {
            Frame: FactorFrame
            /// E[1/psi_n] E[b~_n] (K x N).
            Pulls: Mat
            /// E[1/psi_n] E[b~_n b~_n'], a row of K^2 numbers for each n.
            Informations: Mat
        }

    let private gapped (q: FactorModelPosterior) (tau: float[]) : Gapped =
        let seconds = (FactorLoadings.secondMoments q.Loadings).ToArray()
        let width = seconds.Length / tau.Length

        for at in 0 .. seconds.Length - 1 do
            seconds[at] <- tau[at / width] * seconds[at]

        let factors = q.Frame.Matrix.Rows

        { Frame = q.Frame
          Pulls = FactorLoadings.weightedMeans (Mat.identity factors) tau q.Loadings
          Informations = Mat.wrap tau.Length width seconds }

    /// Mean and spread of q(f~) from its information sum_n E[1/psi_n] E[b~_n b~_n'] and its pull over the observed columns.
    let private conditional (frame: FactorFrame) (information: Mat) (pull: Vec) : struct (Vec * Spread) =
        let spread = spreadOf frame (FactorFrame.sandwich (Mat.transpose frame.Matrix) information)
        struct (Mat.multiplyVec spread.Covariance pull, spread)

    /// Standard normal numbers for factors that are drawn (K x rows); none where expectations are taken.
    let private noise (locals: Locals) (block: Block) (factors: int) : (int -> Mat) voption =
        match locals with
        | Locals.Expected -> ValueNone
        | Locals.Drawn rng ->
            let mutable rng = Rng.derive block.Number rng

            ValueSome(fun rows ->
                let values: float[] = Array.zeroCreate (factors * rows)
                rng <- Rng.fillNormal (values.AsSpan()) rng
                Mat.wrap factors rows values)

    /// Means or draws (K x rows), their second moments (a row of K^2 numbers each) and sum of log determinants of q(f~_t) for rows with gaps,
    /// those entries 0; seen is 1 where an entry is observed, else 0 (both rows x N).
    let private ofGappedRows (noise: Mat voption) (q: Gapped) (rows: Mat) (seen: Mat) : struct (Mat * Mat * float) =
        let k = q.Pulls.Rows
        let informations = Mat.multiply seen q.Informations
        let pulls = Mat.rowProducts q.Pulls rows
        let means: float[] = Array.zeroCreate (k * rows.Rows)
        let seconds: float[] = Array.zeroCreate (rows.Rows * k * k)
        let mutable logDeterminants = 0.0

        let failed =
            GappedFactorKernel.Condition(
                q.Frame.Matrix.AsSpan(),
                informations.AsSpan(),
                pulls.AsSpan(),
                (match noise with
                 | ValueSome z -> z.AsSpan()
                 | ValueNone -> ReadOnlySpan.Empty),
                means.AsSpan(),
                seconds.AsSpan(),
                &logDeterminants
            )

        if failed >= 0 then
            raise (
                ArithmeticException $"{precisionName} is not positive definite in row {failed + 1} of those with gaps"
            )

        struct (Mat.wrap k rows.Rows means,
                Mat.wrap rows.Rows (k * k) seconds,
                2.0 * float rows.Rows * q.Frame.LogDeterminant - logDeterminants)

    /// Entries that are missing become 0; 1 where one is observed, else 0.
    let private takeGaps (rows: float[]) =
        let seen: float[] = Array.zeroCreate rows.Length

        for at in 0 .. rows.Length - 1 do
            if Double.IsNaN rows[at] then rows[at] <- 0.0 else seen[at] <- 1.0

        seen

    /// q(f_t) of a row of N entries, NaN where one is missing: mean (K) and covariance (K x K).
    let factorsOf (q: FactorModelPosterior) : float[] -> struct (Vec * Mat) =
        let gapped = gapped q (noiseMeans q)
        let k = gapped.Pulls.Rows

        fun row ->
            let row = Array.copy row
            let seen = Mat.wrap 1 row.Length (takeGaps row)
            let information = Mat.wrap k k ((Mat.multiply seen gapped.Informations).ToArray())

            let struct (mean, spread) =
                conditional q.Frame information (Mat.multiplyVec gapped.Pulls (Vec.wrap row))

            struct (Mat.multiplyVec q.Frame.Inverse mean, FactorFrame.ofFactors q.Frame spread.Covariance)

    /// From rows, block by block, taken about a centre (N), NaN where an entry is missing, under q(F~) or for a draw from it. Rows without gaps cost two products of their
    /// block with K x N numbers; what is observed of a row with gaps decides its own covariance.
    let internal ofBlockWith (locals: Locals) (centre: Vec) (q: FactorModelPosterior) : Block -> FactorStatistics =
        let tau = noiseMeans q
        let columns = tau.Length
        let factors = q.Frame.Matrix.Rows
        let whole = complete q tau
        let weights = FactorLoadings.weightedMeans whole.Covariance tau q.Loadings
        let partial = lazy gapped q tau

        fun block ->
            let counts: float[] = Array.zeroCreate columns
            let ofColumns: float[] = Array.zeroCreate columns
            let sums: float[] = Array.zeroCreate columns
            ObservedRows.Add(block, centre.AsSpan(), counts, sums, ofColumns)
            let rows: float[] = Array.zeroCreate (block.Rows * columns)
            let withoutGaps = ObservedRows.Sort(block, centre.AsSpan(), rows)

            let plain =
                Mat.wrap
                    withoutGaps
                    columns
                    (if withoutGaps = block.Rows then rows else rows[.. withoutGaps * columns - 1])

            let draw = noise locals block factors
            let expected = Mat.rowProducts weights plain

            let means =
                match draw with
                | ValueSome normals -> Mat.add expected (Mat.multiply whole.Half (normals withoutGaps))
                | ValueNone -> expected

            let cross = Mat.multiply means plain
            let squares = Mat.rowProducts means means

            let gram =
                if draw.IsSome then
                    squares
                else
                    Mat.addScaled (float withoutGaps) whole.Covariance squares

            let statistics =
                { Rows = float block.Rows
                  Counts = Vec.wrap counts
                  Squares = Vec.wrap ofColumns
                  Cross = cross
                  Gram = gram
                  Observed = noGaps
                  LogDeterminants = float withoutGaps * whole.LogDeterminant }

            if withoutGaps = block.Rows then
                statistics
            else
                let rest = rows[withoutGaps * columns ..]
                let seen = Mat.wrap (block.Rows - withoutGaps) columns (takeGaps rest)
                let rest = Mat.wrap seen.Rows columns rest

                let struct (means, seconds, logDeterminants) =
                    ofGappedRows (ValueOption.map (fun normals -> normals seen.Rows) draw) partial.Value rest seen

                let sum = Mat.multiply (Mat.init 1 seen.Rows (fun _ _ -> 1.0)) seconds
                let observed = Mat.multiply (Mat.transpose seen) seconds

                { statistics with
                    Cross = Mat.add cross (Mat.multiply means rest)
                    Gram = Mat.add gram (Mat.wrap factors factors (sum.ToArray()))
                    Observed = observed |> Mat.map2 (+) (repeated columns gram)
                    LogDeterminants = statistics.LogDeterminants + logDeterminants }

    /// The same under q(F~).
    let ofBlock (centre: Vec) (q: FactorModelPosterior) : Block -> FactorStatistics =
        ofBlockWith Locals.Expected centre q
