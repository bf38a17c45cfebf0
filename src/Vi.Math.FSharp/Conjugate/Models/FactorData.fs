namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// The rows that a factor model reads, by the cheaper of two ways: R'R read once, or the rows themselves.
type FactorData =
    /// No entry is missing and T > N.
    | Reduced of FactorScatter
    /// Some entries are missing (NaN), or N >= T.
    | RowByRow of Rows

/// Data of factor models, and starts on them.
[<RequireQualifiedAccess>]
module FactorData =

    /// Number and sum of the observed entries of each column.
    let private observedSums (rows: Rows) =
        let add: Monoid<struct (Vec * Vec)> =
            { Zero = struct (Vec.zero rows.Columns, Vec.zero rows.Columns)
              Combine = fun (struct (a, b)) (struct (c, d)) -> struct (Vec.add a c, Vec.add b d) }

        let ofBlock (block: Block) =
            let counts = Array.zeroCreate rows.Columns
            let sums = Array.zeroCreate rows.Columns

            for n in 0 .. rows.Columns - 1 do
                for t in 0 .. block.Rows - 1 do
                    let value = block[t, n]

                    if not (Double.IsNaN value) then
                        counts[n] <- counts[n] + 1.0
                        sums[n] <- sums[n] + value

            struct (Vec.wrap counts, Vec.wrap sums)

        (rows :> IBatches<Block>).Fold(add, ofBlock)

    /// The rows as the model reads them, and the columns' means that were taken off (zeros where the rows are not centred).
    let ofRows (center: bool) (rows: Rows) : struct (FactorData * Vec) =
        let columns = rows.Columns
        let struct (counts, sums) = observedSums rows
        let complete = counts |> Vec.fold (fun all count -> all && count = float rows.Count) true
        let none = Vec.zero columns

        if complete && rows.Count > int64 columns then
            let moments = Moments.ofRows rows

            let scatter =
                if center then
                    moments.Scatter
                else
                    Moments.scatterAbout (Vec.zero columns) moments

            struct (Reduced { Rows = moments.Weight; Scatter = scatter }, (if center then moments.Mean else none))
        elif center then
            let means = Vec.map2 (fun sum count -> if count > 0.0 then sum / count else 0.0) sums counts
            let centred = rows |> Rows.map (Array.mapi (fun n value -> value - means[n]))
            struct (RowByRow(centred.WithThreads rows.Threads), means)
        else
            struct (RowByRow rows, none)

    /// R'R Z (N x K), missing entries taken as 0.
    let private product (data: FactorData) (z: Mat) : Mat =
        let columns = z.Rows
        let factors = z.Columns
        let across = Mat.transpose z

        match data with
        | Reduced scatter ->
            Mat.init columns factors (fun n k ->
                LinearAlgebra.Dot(
                    scatter.Scatter.AsSpan().Slice(n * columns, columns),
                    across.AsSpan().Slice(k * columns, columns)
                ))
        | RowByRow rows ->
            let add: Monoid<Mat> = { Zero = Mat.zero columns factors; Combine = Mat.add }

            let ofBlock (block: Block) =
                let row: float[] = Array.zeroCreate columns
                let sums: float[] = Array.zeroCreate (columns * factors)

                for t in 0 .. block.Rows - 1 do
                    block.CopyRow(t, row.AsSpan())

                    for n in 0 .. columns - 1 do
                        if Double.IsNaN row[n] then
                            row[n] <- 0.0

                    let scores = Mat.multiplyVec across (Vec.ofArray row)

                    for n in 0 .. columns - 1 do
                        LinearAlgebra.AddScaled(row[n], scores.AsSpan(), sums.AsSpan(n * factors, factors))

                Mat.wrap columns factors sums

            (rows :> IBatches<Block>).Fold(add, ofBlock)

    /// Mean squares of the columns' observed entries, and their numbers.
    let private meanSquares (data: FactorData) =
        match data with
        | Reduced scatter ->
            let columns = scatter.Scatter.Rows

            struct (Mat.diagonal scatter.Scatter |> Vec.map (fun square -> square / scatter.Rows),
                    Vec.constant columns scatter.Rows)
        | RowByRow rows ->
            let struct (counts, _) = observedSums rows
            let squared = rows |> Rows.map (Array.map (fun value -> value * value))
            let struct (_, sums) = observedSums squared
            struct (Vec.map2 (fun sum count -> if count > 0.0 then sum / count else 0.0) sums counts, counts)

    let private orthonormal (z: Mat) =
        let dense = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfRowArrays(z.ToRows())
        Mat.ofRows ((dense.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).Q).ToRowArrays())

    /// Steps of subspace iteration. Each shrinks what lies outside the leading directions by the ratio of two eigenvalues.
    let private subspaceSteps = 20

    /// A start from a random subspace that is turned towards the leading principal components of the scaled columns (subspace iteration,
    /// Halko, Martinsson and Tropp 2011), factors and noise sharing the variance. K must not exceed N.
    let start (prior: FactorModelPrior) (data: FactorData) (rng: Rng) : FactorModelPosterior =
        let struct (squares, counts) = meanSquares data
        let columns = squares.Length
        let k = prior.Factors
        let floor = 1e-6 * Vec.max squares
        // A column that does not vary counts as a little noise.
        let scales =
            squares |> Vec.map (fun square -> if Vec.max squares > 0.0 then sqrt (max square floor) else 1.0)

        let scaled (by: Vec) (z: Mat) = Mat.init columns k (fun n j -> z[n, j] / by[n])
        let struct (normals, _) = Rng.array (columns * k) Rng.normal rng

        let subspace =
            (orthonormal (Mat.ofArray columns k normals), seq { 1..subspaceSteps })
            ||> Seq.fold (fun z _ -> orthonormal (scaled scales (product data (scaled scales z))))

        let size = sqrt (0.5 * float columns / float k)

        let row n : MvNormal =
            { Mean = Vec.init k (fun j -> scales[n] * size * subspace[n, j])
              Precision = Chol.scaledIdentity k (100.0 * float k / (scales[n] * scales[n])) }

        let noise n : Gamma =
            let shape = prior.NoisePrecision.Shape + 0.5 * counts[n]
            { Shape = shape; Rate = 0.5 * shape * scales[n] * scales[n] }

        { Frame = FactorFrame.identity k
          Loadings = FactorLoadings.ofRows (Array.init columns row)
          NoisePrecisions = Array.init columns noise
          LoadingPrecisions = [||] }
        |> FactorModel.updateRelevance prior

    /// The engine on data, by whichever way they are read.
    let engine
        (prior: FactorModelPrior)
        (data: FactorData)
        : Engine<CaviState<FactorModelPosterior>, SweepInfo, FactorModelPosterior> =
        match data with
        | Reduced scatter ->
            let batches = Batches.ofList [ scatter ]
            let model = FactorModel.ofScatter scatter.Scatter.Rows prior
            Cavi.engineAt batches model (start prior data)
        | RowByRow rows ->
            let model = FactorModel.model rows.Columns prior
            Cavi.engineAt rows model (start prior data)
