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

    /// Fills with standard normal numbers for factors that are drawn; nothing where expectations are taken.
    let private noise (locals: Locals) (block: Block) : (RentedNumbers -> unit) voption =
        match locals with
        | Locals.Expected -> ValueNone
        | Locals.Drawn rng ->
            let rng = ref (Rng.derive block.Number rng)
            ValueSome(fun values -> rng.Value <- Rng.fillNormal values.Span rng.Value)

    /// Entries that are missing become 0; 1 where one is observed, else 0.
    let private takeGaps (rows: Span<float>) (seen: Span<float>) =
        for at in 0 .. rows.Length - 1 do
            let isMissing = Double.IsNaN rows[at]
            seen[at] <- if isMissing then 0.0 else 1.0

            if isMissing then
                rows[at] <- 0.0

    /// q(f_t) of a row of N entries, NaN where one is missing: mean (K) and covariance (K x K).
    let factorsOf (q: FactorModelPosterior) : float[] -> struct (Vec * Mat) =
        let gapped = gapped q (noiseMeans q)
        let k = gapped.Pulls.Rows

        fun row ->
            let row = Array.copy row
            let seen: float[] = Array.zeroCreate row.Length
            takeGaps (row.AsSpan()) (seen.AsSpan())
            let information = Mat.multiply (Mat.wrap 1 row.Length seen) gapped.Informations
            let information = Mat.wrap k k (information.ToArray())

            let struct (mean, spread) =
                conditional q.Frame information (Mat.multiplyVec gapped.Pulls (Vec.wrap row))

            struct (Mat.multiplyVec q.Frame.Inverse mean, FactorFrame.ofFactors q.Frame spread.Covariance)

    /// What rows are read with: q(f_t) of rows without gaps, and what rows with gaps need.
    type private Reading =
        {
            Centre: Vec
            Whole: Spread
            /// S (E[1/psi] B~)' (K x N).
            Weights: Mat
            Partial: Lazy<Gapped>
        }

    /// Adds rows without gaps (T x N), which cost two products with K x N numbers; factors are drawn where there is noise.
    let private addComplete (by: Reading) noise (rows: ReadOnlySpan<float>) (sums: FactorSums) =
        let factors, columns = by.Weights.Rows, by.Weights.Columns
        let count = rows.Length / columns
        use means = new RentedNumbers(factors * count)
        use squares = new RentedNumbers(factors * factors)
        MatrixProducts.RowProducts(by.Weights.AsSpan(), rows, means.Span, factors, count, columns)

        match noise with
        | ValueSome fill ->
            use normals = new RentedNumbers(factors * count)
            use changes = new RentedNumbers(factors * count)
            fill normals
            changes.Span.Clear()
            let half = by.Whole.Half.AsSpan()
            let noise: ReadOnlySpan<float> = Span.op_Implicit normals.Span
            MatrixProducts.Add(half, noise, changes.Span, factors, factors, count)
            LinearAlgebra.AddScaled(1.0, Span.op_Implicit changes.Span, means.Span)
        | ValueNone -> LinearAlgebra.AddScaled(float count, by.Whole.Covariance.AsSpan(), sums.Gram)

        let means: ReadOnlySpan<float> = Span.op_Implicit means.Span
        MatrixProducts.RowProducts(means, means, squares.Span, factors, factors, count)
        LinearAlgebra.AddScaled(1.0, Span.op_Implicit squares.Span, sums.Gram)
        MatrixProducts.Add(means, rows, sums.Cross, factors, count, columns)
        sums.LogDeterminants <- sums.LogDeterminants + float count * by.Whole.LogDeterminant

    /// Adds rows with gaps (T x N), each of which has a covariance of its own; missing entries become 0.
    let private addGapped (by: Gapped) noise (rows: Span<float>) (sums: FactorSums) =
        let factors, columns = by.Pulls.Rows, by.Pulls.Columns
        let square = factors * factors
        let count = rows.Length / columns
        use seen = new RentedNumbers(rows.Length)
        use informations = new RentedNumbers(count * square)
        use pulls = new RentedNumbers(factors * count)
        use normals = new RentedNumbers(factors * count)
        use means = new RentedNumbers(factors * count)
        use seconds = new RentedNumbers(count * square)
        takeGaps rows seen.Span
        let observed: ReadOnlySpan<float> = Span.op_Implicit seen.Span
        informations.Span.Clear()
        MatrixProducts.Add(observed, by.Informations.AsSpan(), informations.Span, count, columns, square)
        MatrixProducts.RowProducts(by.Pulls.AsSpan(), Span.op_Implicit rows, pulls.Span, factors, count, columns)
        let mutable drawn = ReadOnlySpan<float>.Empty

        match noise with
        | ValueSome fill ->
            fill normals
            drawn <- Span.op_Implicit normals.Span
        | ValueNone -> ()

        let mutable logDeterminants = 0.0

        let failed =
            GappedFactorKernel.Condition(
                by.Frame.Matrix.AsSpan(),
                Span.op_Implicit informations.Span,
                Span.op_Implicit pulls.Span,
                drawn,
                means.Span,
                seconds.Span,
                &logDeterminants
            )

        if failed >= 0 then
            raise (
                ArithmeticException $"{precisionName} is not positive definite in row {failed + 1} of those with gaps"
            )

        sums.ExpectGaps()
        let secondMoments: ReadOnlySpan<float> = Span.op_Implicit seconds.Span

        for t in 0 .. count - 1 do
            LinearAlgebra.AddScaled(1.0, secondMoments.Slice(t * square, square), sums.Gram)

        MatrixProducts.AddTransposed(observed, secondMoments, sums.Observed, columns, count, square)
        MatrixProducts.Add(Span.op_Implicit means.Span, Span.op_Implicit rows, sums.Cross, factors, count, columns)

        sums.LogDeterminants <- sums.LogDeterminants + 2.0 * float count * by.Frame.LogDeterminant - logDeterminants

    let private addBlock (locals: Locals) (by: Reading) (block: Block) : FactorSums =
        let columns = by.Centre.Length
        let sums = new FactorSums(columns, by.Weights.Rows)
        use rows = new RentedNumbers(block.Rows * columns)
        use unused = new RentedNumbers(columns)
        unused.Span.Clear()
        sums.Rows <- float block.Rows
        ObservedRows.Add(block, by.Centre.AsSpan(), sums.Counts, unused.Span, sums.Squares)
        let complete = columns * ObservedRows.Sort(block, by.Centre.AsSpan(), rows.Span)
        let noise = noise locals block
        addComplete by noise (Span.op_Implicit (rows.Part(0, complete))) sums

        if complete < block.Rows * columns then
            addGapped by.Partial.Value noise (rows.Part(complete, block.Rows * columns - complete)) sums

        sums

    let private read columns factors (sums: FactorSums) : FactorStatistics =
        { Rows = sums.Rows
          Counts = Vec.wrap (sums.Counts.ToArray())
          Squares = Vec.wrap (sums.Squares.ToArray())
          Cross = Mat.wrap factors columns (sums.Cross.ToArray())
          Gram = Mat.wrap factors factors (sums.Gram.ToArray())
          Observed =
            if sums.HasGaps then
                Mat.wrap columns (factors * factors) (sums.Observed.ToArray())
            else
                noGaps
          LogDeterminants = sums.LogDeterminants }

    /// From rows taken about a centre (N), NaN where an entry is missing, under q(F~) or for a draw from it. Rows without gaps cost two
    /// products of their block with K x N numbers; what is observed of a row with gaps decides its own covariance.
    let internal ofRowsWith (locals: Locals) (centre: Vec) (q: FactorModelPosterior) =
        let tau = noiseMeans q
        let factors = q.Frame.Matrix.Rows
        let whole = complete q tau

        let by =
            { Centre = centre
              Whole = whole
              Weights = FactorLoadings.weightedMeans whole.Covariance tau q.Loadings
              Partial = lazy gapped q tau }

        Batches.sums
            (addBlock locals by)
            (fun () -> new FactorSums(centre.Length, factors))
            (read centre.Length factors)

    /// The same under q(F~).
    let ofRows (centre: Vec) (q: FactorModelPosterior) : IBatches<Block> -> FactorStatistics =
        ofRowsWith Locals.Expected centre q
