namespace Vi.Math

/// r_t = B f_t + e_t with f_t ~ N(0, I), e_tn ~ N(0, psi_n).
type FactorModelPrior =
    {
        /// Number K of factors.
        Factors: int
        /// Prior of the loadings' precision: one known number, or one learned for each factor.
        LoadingPrecision: WeightPrecisionPrior
        /// Prior of every 1 / psi_n.
        NoisePrecision: Gamma
        /// Whether each sweep turns and stretches the factors to the coordinates in which the bound is highest.
        Rotation: bool
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Bayesian factor analysis (Bishop 1999, Variational principal components; Luttinen and Ilin 2010, Transformations in variational
/// Bayesian factor analysis to speed up learning), with all terms of the bound. Data: rows t of N columns, taken about 0.
[<RequireQualifiedAccess>]
module FactorModel =

    let private expectedAlpha (prior: FactorModelPrior) (q: FactorModelPosterior) =
        match prior.LoadingPrecision with
        | Known alpha -> Vec.constant prior.Factors alpha
        | Ard _ -> q.LoadingPrecisions |> Array.map Gamma.mean |> Vec.ofArray

    /// sum_n E[b_nk^2] of each factor (K).
    let private loadingSquares (q: FactorModelPosterior) =
        Mat.diagonal (FactorFrame.ofLoadings q.Frame q.Loadings.Total)

    /// sum_t E (r_tn - b_n' f_t)^2 over the observed entries of column n. The product b'f is the same in every frame.
    let private residualSquares (data: FactorStatistics) (q: FactorModelPosterior) n =
        data.Squares[n] - 2.0 * Vec.dot q.Loadings.Rows[n].Mean (Mat.row n data.Cross)
        + Mat.inner (FactorStatistics.gramOf data n) q.Loadings.SecondMoments[n]

    /// The whole bound of any statistics and any factors.
    let elbo (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) : Elbo =
        let k = float prior.Factors
        let columns = q.NoisePrecisions.Length
        let n = float columns
        let squares = loadingSquares q
        let mutable likelihood = 0.0

        for i in 0 .. columns - 1 do
            let tau = q.NoisePrecisions[i]

            likelihood <-
                likelihood + 0.5 * data.Counts[i] * (Gamma.expectedLog tau - Special.logTwoPi)
                - 0.5 * Gamma.mean tau * residualSquares data q i

        let ofLoadings =
            match prior.LoadingPrecision with
            | Known alpha -> 0.5 * n * k * (log alpha - Special.logTwoPi) - 0.5 * alpha * Vec.sum squares
            | Ard _ ->
                q.LoadingPrecisions
                |> Array.mapi (fun i alpha ->
                    0.5 * n * (Gamma.expectedLog alpha - Special.logTwoPi) - 0.5 * Gamma.mean alpha * squares[i])
                |> Array.sum

        Elbo.ofTerms
            [ "E[log p(R | B, F, psi)]", likelihood
              "E[log p(F)]",
              -0.5 * (data.Rows * k * Special.logTwoPi + Mat.trace (FactorFrame.ofFactors q.Frame data.Gram))
              (match prior.LoadingPrecision with
               | Known _ -> "E[log p(B)]"
               | Ard _ -> "E[log p(B | alpha)]"),
              ofLoadings
              "E[log p(1/psi)]",
              q.NoisePrecisions |> Array.sumBy (fun tau -> Gamma.expectedLogDensity tau prior.NoisePrecision)

              match prior.LoadingPrecision with
              | Ard p -> "E[log p(alpha)]", q.LoadingPrecisions |> Array.sumBy (fun a -> Gamma.expectedLogDensity a p)
              | Known _ -> ()

              "H[q(F)]",
              0.5 * (data.Rows * k * (Special.logTwoPi + 1.0) + data.LogDeterminants)
              - data.Rows * q.Frame.LogDeterminant
              "H[q(B)]", q.Loadings.Entropy + n * q.Frame.LogDeterminant
              "H[q(1/psi)]", q.NoisePrecisions |> Array.sumBy Gamma.entropy

              match prior.LoadingPrecision with
              | Ard _ -> "H[q(alpha)]", q.LoadingPrecisions |> Array.sumBy Gamma.entropy
              | Known _ -> () ]

    /// The optimal q(B): in the frame A the row's precision is A E[alpha] A' + E[1/psi_n] E[F~'F~], its mean the covariance times
    /// E[1/psi_n] E[F~]' r_n.
    let updateLoadings (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) =
        let a = q.Frame.Matrix
        let alpha = expectedAlpha prior q

        let ofPrior = Mat.multiply (Mat.init a.Rows a.Columns (fun i k -> a[i, k] * alpha[k])) (Mat.transpose a)

        let row n : MvNormal =
            let tau = Gamma.mean q.NoisePrecisions[n]

            let precision =
                Chol.factor
                    "the loadings' precision, alpha I + E[1/psi] E[F'F],"
                    (Mat.addScaled tau (FactorStatistics.gramOf data n) ofPrior)

            { Mean = Chol.solve precision (Vec.scale tau (Mat.row n data.Cross)); Precision = precision }

        { q with Loadings = FactorLoadings.ofRows (Array.init q.NoisePrecisions.Length row) }

    /// The optimal q(psi).
    let updateNoise (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) =
        { q with
            NoisePrecisions =
                Array.init q.NoisePrecisions.Length (fun n ->
                    { Shape = prior.NoisePrecision.Shape + 0.5 * data.Counts[n]
                      Rate = prior.NoisePrecision.Rate + 0.5 * residualSquares data q n }) }

    let private relevance (p: Gamma) columns (squares: Vec) : Gamma[] =
        Array.init squares.Length (fun k -> { Shape = p.Shape + 0.5 * float columns; Rate = p.Rate + 0.5 * squares[k] })

    /// The optimal q(alpha); nothing to do where the precision is known.
    let updateRelevance (prior: FactorModelPrior) (q: FactorModelPosterior) =
        match prior.LoadingPrecision with
        | Known _ -> q
        | Ard p -> { q with LoadingPrecisions = relevance p q.NoisePrecisions.Length (loadingSquares q) }

    /// The size c = sum_n E[b_nk^2] of a factor that maximises the bound, where g / c = sum_t E[f_tk^2]: the positive root of
    /// (N - T) + g/c = alpha c for a known precision, and of (N - T) + g/c = (2 a + N) c / (2 b + c) where alpha follows as
    /// Gamma(a + N/2, b + c/2). Of the two forms of the root the one that does not cancel.
    let private optimalSize (prior: FactorModelPrior) (rows: float) (columns: float) (g: float) =
        match prior.LoadingPrecision with
        | Known alpha ->
            let excess = columns - rows
            let root = sqrt (excess * excess + 4.0 * alpha * g)

            if excess > 0.0 then
                (excess + root) / (2.0 * alpha)
            else
                2.0 * g / (root - excess)
        | Ard p ->
            let slope = g + 2.0 * p.Rate * (columns - rows)
            let square = rows + 2.0 * p.Shape
            let root = sqrt (slope * slope + 8.0 * p.Rate * g * square)

            if slope > 0.0 then
                (slope + root) / (2.0 * square)
            else
                4.0 * p.Rate * g / (root - slope)

    /// The frame that maximises the bound, with q(alpha) at its optimum for it. With C = sum_n E[b~ b~'] = L L' and G = sum_t E[f~ f~']
    /// the bound depends on A through (N - T) log|det A| - tr(A^-1 G A^-T)/2 and the loadings' prior; it is highest where A makes both
    /// A'CA and A^-1 G A^-T diagonal, that is A = L^-T V sqrt(c), V the eigenvectors of L'GL with eigenvalues g, and c as above:
    /// the maximum over all invertible A in closed form. Factors come in falling size and keep their signs.
    let rotate (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) =
        let columns = q.NoisePrecisions.Length
        let k = prior.Factors
        let factor = Chol.factor "the loadings' second moment" q.Loadings.Total
        let lower = factor.Lower

        let struct (g, v) =
            Mat.multiply (Mat.transpose lower) (Mat.multiply data.Gram lower)
            |> Mat.symmetrize
            |> Mat.symmetricEigen

        let sizes = Vec.init k (fun j -> optimalSize prior data.Rows (float columns) (max 0.0 g[k - 1 - j]))
        let plain = Mat.multiply (Mat.transpose (Chol.inverseLower factor)) v
        let former = Mat.multiply (Mat.transpose q.Frame.Matrix) (Mat.multiply q.Loadings.Total plain)

        // Column j of the new frame is the direction of the j-th largest eigenvalue.
        let scales = Vec.init k (fun j -> (if former[j, k - 1 - j] < 0.0 then -1.0 else 1.0) * sqrt sizes[j])

        let ofLower = Mat.multiply (Mat.transpose v) (Mat.transpose lower)

        let frame =
            { Matrix = Mat.init k k (fun i j -> plain[i, k - 1 - j] * scales[j])
              Inverse = Mat.init k k (fun i j -> ofLower[k - 1 - i, j] / scales[i])
              LogDeterminant = 0.5 * (Vec.sumBy log sizes - factor.LogDeterminant) }

        { q with
            Frame = frame
            LoadingPrecisions =
                match prior.LoadingPrecision with
                | Known _ -> q.LoadingPrecisions
                | Ard p -> relevance p columns sizes }

    /// L_new^-1 (R L_old - L_new) (K x K).
    let private spreadDifference (turn: Mat) (recent: Chol) (former: Chol) : Mat =
        let k = turn.Rows
        let lower = recent.Lower
        let e: float[] = Array.zeroCreate (k * k)
        LinearAlgebra.Multiply(turn.AsSpan(), former.Lower.AsSpan(), e, k, k, k)
        LinearAlgebra.AddScaled(-1.0, lower.AsSpan(), e.AsSpan())

        for i in 0 .. k - 1 do
            let row = e.AsSpan(i * k, k)

            for j in 0 .. i - 1 do
                LinearAlgebra.AddScaled(-lower[i, j], ReadOnlySpan(e, j * k, k), row)

            for j in 0 .. k - 1 do
                row[j] <- row[j] / lower[i, i]

        Mat.wrap k k e

    /// X X' (K x K).
    let private rowProducts (x: Mat) : Mat =
        let k = x.Rows
        let product: float[] = Array.zeroCreate (k * k)

        for i in 0 .. k - 1 do
            let row = x.AsSpan().Slice(i * k, k)

            for j in 0..i do
                let value = LinearAlgebra.Dot(row, x.AsSpan().Slice(j * k, k))
                product[i * k + j] <- value
                product[j * k + i] <- value

        Mat.wrap k k product

    /// KL(new || old) of the rows' loadings in nats, both seen in their own frames. With R = A_new A_old^-1 and the factors L of the
    /// precisions it is (tr S - log|I + S|)/2 and a part of the means, S = E + E' + E E', E = L_new^-1 (R L_old - L_new); a small S goes
    /// by the series.
    let private loadingsDivergence (a: FactorModelPosterior) (b: FactorModelPosterior) =
        let turn = Mat.multiply a.Frame.Matrix b.Frame.Inverse
        let logTurn = a.Frame.LogDeterminant - b.Frame.LogDeterminant
        let turnBack = Mat.transpose turn

        (a.Loadings.Rows, b.Loadings.Rows)
        ||> Array.map2 (fun p q ->
            let shift = Vec.subtract (Mat.multiplyVec turnBack p.Mean) q.Mean
            let e = spreadDifference turn p.Precision q.Precision

            let s = rowProducts e |> Mat.map2 (+) (Mat.init e.Rows e.Rows (fun i j -> e[i, j] + e[j, i]))

            let norm = Mat.inner s s

            let ofSpread =
                if norm < 1e-6 then
                    let square = rowProducts s
                    0.5 * norm - Mat.inner s square / 3.0 + 0.25 * Mat.inner square square
                else
                    Mat.trace s - (q.Precision.LogDeterminant - p.Precision.LogDeterminant) - 2.0 * logTurn

            0.5 * (ofSpread + Symmetric.quadratic q.Precision shift))
        |> Array.sum

    let private divergence (a: FactorModelPosterior) (b: FactorModelPosterior) =
        max 0.0 (loadingsDivergence a b)
        + Array.sum (Array.map2 Gamma.klDivergence a.NoisePrecisions b.NoisePrecisions)
        + Array.sum (Array.map2 Gamma.klDivergence a.LoadingPrecisions b.LoadingPrecisions)

    /// The model of N columns with its data given as batches of one kind.
    let private modelOf
        columns
        (prior: FactorModelPrior)
        (statistics: FactorModelPosterior -> 'batch -> FactorStatistics)
        : ConjugateModel<'batch, FactorStatistics, FactorModelPosterior> =
        let alpha, relevance =
            match prior.LoadingPrecision with
            | Known alpha -> alpha, [||]
            | Ard p -> Gamma.mean p, Array.create prior.Factors p

        { Name = "factor-model"
          Monoid = FactorStatistics.monoid columns prior.Factors
          Data = Local("q(F)", statistics)
          Updates =
            [ { Factor = "q(B)"; Update = updateLoadings prior }
              if prior.Rotation then
                  { Factor = "rotation"; Update = rotate prior }
              { Factor = "q(psi)"; Update = updateNoise prior }
              if prior.LoadingPrecision.IsArd then
                  { Factor = "q(alpha)"; Update = fun _ -> updateRelevance prior } ]
          Elbo = elbo prior
          Divergence = divergence
          Prior =
            { Frame = FactorFrame.identity prior.Factors
              Loadings =
                Array.init columns (fun _ ->
                    MvNormal.create (Vec.zero prior.Factors) (Chol.scaledIdentity prior.Factors alpha))
                |> FactorLoadings.ofRows
              NoisePrecisions = Array.create columns prior.NoisePrecision
              LoadingPrecisions = relevance } }

    /// The model on rows of N columns, NaN where an entry is missing. A sweep costs T N K.
    let model columns prior : ConjugateModel<Block, FactorStatistics, FactorModelPosterior> =
        modelOf columns prior FactorStatistics.ofBlock

    /// The model on rows without gaps given by their number and R'R. A sweep costs N^2 K, whatever T.
    let ofScatter columns prior : ConjugateModel<FactorScatter, FactorStatistics, FactorModelPosterior> =
        modelOf columns prior FactorStatistics.ofScatter

    /// The factors in given coordinates: the same law of B and F, kept in another frame.
    let inFrame (frame: FactorFrame) (q: FactorModelPosterior) : FactorModelPosterior =
        // b = A'b~ stays, so b~_new = turn' b~_old.
        let turn = Mat.multiply q.Frame.Matrix frame.Inverse
        let back = Mat.multiply frame.Matrix q.Frame.Inverse

        let row (b: MvNormal) : MvNormal =
            let half = Mat.multiply back b.Precision.Lower

            { Mean = Mat.multiplyVec (Mat.transpose turn) b.Mean
              Precision = Chol.factor "a row's precision" (Mat.multiply half (Mat.transpose half)) }

        { q with Frame = frame; Loadings = FactorLoadings.ofRows (Array.map row q.Loadings.Rows) }

    /// The answer as it is read: plain coordinates, factors in falling size, signs such that a factor's loadings add up to more than 0.
    let inOrder (q: FactorModelPosterior) : FactorModelPosterior =
        let a = q.Frame.Matrix
        let k = a.Rows
        let squares = loadingSquares q
        let order = Array.init k id |> Array.sortBy (fun j -> -squares[j])

        let sums =
            q.Loadings.Rows
            |> Array.fold (fun sum row -> Vec.add sum row.Mean) (Vec.zero k)
            |> Mat.multiplyVec (Mat.transpose a)

        let sign j = if sums[j] < 0.0 then -1.0 else 1.0

        let turned =
            { q with
                Frame =
                    { Matrix = Mat.init k k (fun i j -> sign order[j] * a[i, order[j]])
                      Inverse = Mat.init k k (fun i j -> sign order[i] * q.Frame.Inverse[order[i], j])
                      LogDeterminant = q.Frame.LogDeterminant }
                LoadingPrecisions =
                    if q.LoadingPrecisions.Length = 0 then
                        [||]
                    else
                        order |> Array.map (fun j -> q.LoadingPrecisions[j]) }

        inFrame (FactorFrame.identity k) turned

    /// The orthogonal Q (K x J, J <= K) that maximises tr(Q' B' C): loadings B (N x K) turned to come closest to C (N x J) (orthogonal
    /// Procrustes, Schoenemann 1966).
    let alignment (loadings: Mat) (target: Mat) : Mat =
        let dense =
            MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfRowArrays(
                (Mat.multiply (Mat.transpose loadings) target).ToRows()
            )

        let svd = dense.Svd()
        let j = target.Columns
        Mat.init loadings.Columns j (fun i l -> Seq.init j (fun m -> svd.U[i, m] * svd.VT[m, l]) |> Seq.sum)
