namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// The rows that a factor model reads, by the cheaper of two ways: R'R read once, or the rows themselves.
type FactorData =
    /// No entry is missing and T > N.
    | Reduced of FactorScatter
    /// Some entries are missing (NaN), or N >= T: rows, and the centre (N) that they are taken about.
    | RowByRow of rows: Rows * centre: Vec

/// Data of factor models, and starts on them.
[<RequireQualifiedAccess>]
module FactorData =

    /// Number, sum about a centre and sum of squares about it of the observed entries of each column.
    let private observedSums (centre: Vec) (rows: Rows) =
        let add: Monoid<struct (Vec * Vec * Vec)> =
            let none = Vec.zero rows.Columns

            { Zero = struct (none, none, none)
              Combine = fun (struct (a, b, c)) (struct (d, e, f)) -> struct (Vec.add a d, Vec.add b e, Vec.add c f) }

        let ofBlock (block: Block) =
            let counts: float[] = Array.zeroCreate rows.Columns
            let sums: float[] = Array.zeroCreate rows.Columns
            let squares: float[] = Array.zeroCreate rows.Columns
            ObservedRows.Add(block, centre.AsSpan(), counts, sums, squares)
            struct (Vec.wrap counts, Vec.wrap sums, Vec.wrap squares)

        (rows :> IBatches<Block>).Fold(add, ofBlock)

    let private quotient (sums: Vec) (counts: Vec) =
        Vec.map2 (fun sum count -> if count > 0.0 then sum / count else 0.0) sums counts

    /// Whether a sweep works on R'R and costs nothing in the number of rows.
    let isReduced data =
        match data with
        | Reduced _ -> true
        | RowByRow _ -> false

    /// The rows as they are, about a centre; for tables of any shape, with or without gaps.
    let rowByRow (centre: Vec) (rows: Rows) = RowByRow(rows, centre)

    /// Rows without gaps read once, about a centre.
    let reduced (centre: Vec) (rows: Rows) : FactorData =
        let moments = Moments.about centre rows

        Reduced { Rows = moments.Weight; Scatter = Moments.scatterAbout centre moments; Threads = rows.Threads }

    /// The rows as the model reads them, and the columns' means that were taken off (zeros where the rows are not centred).
    let ofRows (center: bool) (rows: Rows) : struct (FactorData * Vec) =
        let columns = rows.Columns
        let none = Vec.zero columns
        let struct (counts, sums, _) = observedSums none rows
        let complete = counts |> Vec.fold (fun all count -> all && count = float rows.Count) true
        let centre = if center then quotient sums counts else none

        if complete && rows.Count > int64 columns then
            struct (reduced centre rows, centre)
        else
            struct (rowByRow centre rows, centre)

    /// Z R'R (K x N), missing entries taken as the centre.
    let private product (data: FactorData) (z: Mat) : Mat =
        match data with
        | Reduced scatter -> Mat.multiplyOn scatter.Threads z scatter.Scatter
        | RowByRow(rows, centre) ->
            let add: Monoid<Mat> = { Zero = Mat.zero z.Rows z.Columns; Combine = Mat.add }

            let ofBlock (block: Block) =
                let values: float[] = Array.zeroCreate (block.Rows * block.Columns)
                ObservedRows.Sort(block, centre.AsSpan(), values) |> ignore

                for at in 0 .. values.Length - 1 do
                    if Double.IsNaN values[at] then
                        values[at] <- 0.0

                let values = Mat.wrap block.Rows block.Columns values
                Mat.multiply (Mat.rowProducts z values) values

            (rows :> IBatches<Block>).Fold(add, ofBlock)

    /// Mean squares of the columns' observed entries, and their numbers.
    let private meanSquares (data: FactorData) =
        match data with
        | Reduced scatter ->
            struct (Mat.diagonal scatter.Scatter |> Vec.map (fun square -> square / scatter.Rows),
                    Vec.constant scatter.Scatter.Rows scatter.Rows)
        | RowByRow(rows, centre) ->
            let struct (counts, _, squares) = observedSums centre rows
            struct (quotient squares counts, counts)

    /// The floor, 1e-12 of the largest column, lies above the rounding that centring leaves of a constant column (about 1e-16 of its values) and
    /// below columns whose units are a million times apart.
    let private scalesOf (squares: Vec) =
        let floor = 1e-24 * Vec.max squares

        squares |> Vec.map (fun square -> if Vec.max squares > 0.0 then sqrt (max square floor) else 1.0)

    /// Root mean square of each column's observed entries (N); a column that does not vary counts as 1e-12 of the largest.
    let scales (data: FactorData) : Vec =
        let struct (squares, _) = meanSquares data
        scalesOf squares

    /// The rows (K x N, K at most N) made orthonormal, each only by those before it, twice over (Gram and Schmidt; Giraud, Langou and
    /// Rozloznik 2005). A row that the others leave nothing of gives way to the next unit vector.
    let private orthonormal (z: Mat) : Mat =
        let columns = z.Columns
        let values = z.ToArray()
        let mutable unit = 0

        let norm k =
            let row = ReadOnlySpan(values, k * columns, columns)
            sqrt (LinearAlgebra.Dot(row, row))

        let scale k (s: float) =
            for n in k * columns .. (k + 1) * columns - 1 do
                values[n] <- s * values[n]

        let project k =
            for j in 0 .. k - 1 do
                let other = ReadOnlySpan(values, j * columns, columns)
                let row = values.AsSpan(k * columns, columns)
                LinearAlgebra.AddScaled(-LinearAlgebra.Dot(other, Span.op_Implicit row), other, row)

        for k in 0 .. z.Rows - 1 do
            let mutable settled = false

            while not settled do
                let before = norm k
                project k
                project k
                let after = norm k

                if after > 1e-10 * before && Double.IsFinite after then
                    scale k (1.0 / after)
                    project k
                    settled <- true
                else
                    Array.Clear(values, k * columns, columns)
                    values[k * columns + unit] <- 1.0
                    unit <- unit + 1

        Mat.wrap z.Rows columns values

    /// Steps of subspace iteration. Each shrinks what lies outside the leading directions by the ratio of two eigenvalues.
    let private subspaceSteps = 20

    /// A start from a random subspace that is turned towards the leading principal components of the scaled columns (subspace iteration,
    /// Halko, Martinsson and Tropp 2011), factors and noise sharing the variance. K must not exceed N.
    let start (prior: FactorModelPrior) (data: FactorData) (rng: Rng) : FactorModelPosterior =
        let struct (squares, counts) = meanSquares data
        let columns = squares.Length
        let k = prior.Factors
        let scales = scalesOf squares
        let scaled (by: float -> float) (z: Mat) = Mat.init k columns (fun j n -> z[j, n] * by scales[n])
        let divided = scaled (fun scale -> 1.0 / scale)
        let struct (normals, _) = Rng.array (columns * k) Rng.normal rng

        let subspace =
            (orthonormal (Mat.init k columns (fun j n -> normals[n * k + j])), seq { 1..subspaceSteps })
            ||> Seq.fold (fun z _ -> orthonormal (divided (product data (divided z))))

        let size = sqrt (0.5 * float columns / float k)

        let noise n : Gamma =
            let shape = prior.NoisePrecision.Shape + 0.5 * counts[n]
            { Shape = shape; Rate = 0.5 * shape * scales[n] * scales[n] }

        { Frame = FactorFrame.identity k
          Loadings =
            FactorLoadings.shared
                (Mat.identity k)
                0.0
                (Mat.scale size (scaled id subspace))
                (Mat.init k columns (fun _ n -> scales[n] * scales[n] / (100.0 * float k)))
          NoisePrecisions = Array.init columns noise
          LoadingPrecisions = [||] }
        |> FactorModel.updateRelevance prior

    /// The engine on data, by whichever way they are read, accelerated or not.
    let engineWith
        (accelerate: bool)
        (prior: FactorModelPrior)
        (data: FactorData)
        : Engine<AcceleratedState<FactorModelPosterior>, SweepInfo, FactorModelPosterior> =
        match data with
        | Reduced scatter ->
            let batches = Batches.ofList [ scatter ]
            let model = FactorModel.ofScatter scatter.Scatter.Rows prior
            Acceleration.engineAt accelerate batches model (start prior data)
        | RowByRow(rows, centre) ->
            let model = FactorModel.modelAbout centre prior
            Acceleration.engineAt accelerate rows model (start prior data)

    /// The same, accelerated.
    let engine prior data = engineWith true prior data
