namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Bayesian factor analysis (Bishop 1999, Variational principal components; Luttinen and Ilin 2010, Transformations in variational
/// Bayesian factor analysis to speed up learning), with all terms of the bound. Data: rows t of N columns, taken about 0.
///
/// q(B) and the frame that it is written in are in `FactorLoadings`, the local q(F) and what data need of it in `FactorStatistics`, the bound in
/// `FactorBound`, the divergence between two q(B) in `FactorDivergence`; here are the updates of q(B), q(psi), q(alpha) and the rotation. `FactorData`
/// has the forms of data, where a fit begins, and its engine.
[<RequireQualifiedAccess>]
module FactorModel =

    let private expectedAlpha (prior: FactorModelPrior) (q: FactorModelPosterior) =
        match prior.LoadingPrecision with
        | Known alpha -> Vec.constant prior.Factors alpha
        | Ard _ -> q.LoadingPrecisions |> Array.map Gamma.mean |> Vec.ofArray

    /// The whole bound of any statistics and any factors.
    let elbo (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) : Elbo =
        FactorBound.elbo prior data q

    /// Rows of precision P / s_n^2 + tau_n G, P = A E[alpha] A', in the basis Z that makes both diagonal, Z'PZ = I and Z'GZ = diag g: with V the
    /// eigenvectors of E[alpha]^-1/2 A^-1 G A^-T E[alpha]^-1/2 it is Z = A^-T E[alpha]^-1/2 V, and every row costs K^2. Divided by s_n a row has
    /// the precision P + tau_n s_n^2 G.
    let private sharedLoadings (scales: Vec voption) (alpha: Vec) (data: FactorStatistics) (q: FactorModelPosterior) =
        let k = alpha.Length
        let roots = Vec.map sqrt alpha
        let own = FactorFrame.ofFactors q.Frame data.Gram

        let struct (g, v) =
            Mat.init k k (fun i j -> 0.5 * (own[i, j] + own[j, i]) / (roots[i] * roots[j])) |> Mat.eigenInPlace

        let basis = Mat.multiply (Mat.init k k (fun i j -> q.Frame.Inverse[j, i] / roots[j])) v
        let means = (Mat.multiply (Mat.transpose basis) data.Cross).ToArray()
        let variances: float[] = Array.zeroCreate means.Length
        let squares = Array.init q.NoisePrecisions.Length (WeightScales.square scales)
        let tau = Array.map2 (*) squares (FactorStatistics.noiseMeans q)
        FactorKernel.Condition(ReadOnlySpan tau, (Vec.map (max 0.0) g).AsSpan(), means, variances)

        if scales.IsSome then
            for at in 0 .. variances.Length - 1 do
                variances[at] <- variances[at] * squares[at % squares.Length]

        FactorLoadings.shared
            basis
            (-q.Frame.LogDeterminant - 0.5 * Vec.sumBy log alpha)
            (Mat.wrap k tau.Length means)
            (Mat.wrap k tau.Length variances)

    /// Rows each of a precision of its own.
    let private separateLoadings (scales: Vec voption) (alpha: Vec) (data: FactorStatistics) (q: FactorModelPosterior) =
        let a = q.Frame.Matrix
        let ofPrior = Mat.multiply (Mat.init a.Rows a.Columns (fun i k -> a[i, k] * alpha[k])) (Mat.transpose a)

        let row n : MvNormal =
            let tau = Gamma.mean q.NoisePrecisions[n]

            let precision =
                Chol.factor
                    "the loadings' precision, alpha I + E[1/psi] E[F'F],"
                    (ofPrior
                     |> Mat.scale (1.0 / WeightScales.square scales n)
                     |> Mat.addScaled tau (FactorStatistics.gramOf data n))

            { Mean = Chol.solve precision (Vec.scale tau (Mat.column n data.Cross)); Precision = precision }

        FactorLoadings.ofRows (Array.init q.NoisePrecisions.Length row)

    /// The optimal q(B): in the frame A the row's precision is A E[alpha] A' / s_n^2 + E[1/psi_n] E[F~'F~], its mean the covariance times
    /// E[1/psi_n] E[F~]' r_n.
    let updateLoadings (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) =
        let loadings = if FactorStatistics.isComplete data then sharedLoadings else separateLoadings
        { q with Loadings = loadings prior.Scales (expectedAlpha prior q) data q }

    /// The optimal q(1/psi_n): shape a_0 + C_n / 2 with C_n observed entries, rate b_0 s_n^2 + sum_t E (r_tn - b_n' f_t)^2 / 2.
    let updateNoise (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) =
        let residuals = FactorBound.residuals data q

        { q with
            NoisePrecisions =
                Array.init q.NoisePrecisions.Length (fun n ->
                    let p = FactorModelPrior.noise prior n
                    { Shape = p.Shape + 0.5 * data.Counts[n]; Rate = p.Rate + 0.5 * residuals[n] }) }

    let private relevance (p: Gamma) columns (squares: Vec) : Gamma[] =
        Array.init squares.Length (fun k -> { Shape = p.Shape + 0.5 * float columns; Rate = p.Rate + 0.5 * squares[k] })

    /// The optimal q(alpha); nothing to do where the precision is known.
    let updateRelevance (prior: FactorModelPrior) (q: FactorModelPosterior) =
        match prior.LoadingPrecision with
        | Known _ -> q
        | Ard p ->
            { q with
                LoadingPrecisions = relevance p q.NoisePrecisions.Length (FactorBound.loadingSquaresIn prior q) }

    /// The size c = sum_n E[b_nk^2] / s_n^2 of a factor that maximises the bound, where g / c = sum_t E[f_tk^2]: the positive root of
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

    /// The frame that maximises the bound, with q(alpha) at its optimum for it. In the present frame, with C = sum_n E[b b'] / s_n^2 = L L' and
    /// G = sum_t E[f f'], the bound depends on a further change X of coordinates through (N - T) log|det X| - tr(X^-1 G X^-T)/2 and the
    /// loadings' prior; it is highest where X makes both X'CX and X^-1 G X^-T diagonal, that is X = L^-T V sqrt(c), V the eigenvectors of
    /// L'GL with eigenvalues g, and c as above: the maximum over all invertible X in closed form. Where little changes, factors keep their
    /// order and signs.
    let rotate (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) =
        let columns = q.NoisePrecisions.Length
        let k = prior.Factors

        let factor =
            Chol.factor "the loadings' second moment" (FactorLoadings.squaresIn prior.Scales q.Frame q.Loadings)

        let upper = Mat.transpose factor.Lower

        let struct (g, v) =
            FactorFrame.ofFactors q.Frame data.Gram
            |> FactorFrame.sandwich upper
            |> Mat.symmetrize
            |> Mat.eigenInPlace

        let sizes = Vec.map (fun g -> optimalSize prior data.Rows (float columns) (max 0.0 g)) g
        let plain = Mat.multiply (Mat.transpose (Chol.inverseLower factor)) v
        let scales = Vec.init k (fun j -> (if plain[j, j] < 0.0 then -1.0 else 1.0) * sqrt sizes[j])

        { q with
            Frame =
                Mat.init k k (fun i j -> plain[i, j] * scales[j])
                |> Mat.multiply q.Frame.Matrix
                |> FactorFrame.ofMatrix
            LoadingPrecisions =
                match prior.LoadingPrecision with
                | Known _ -> q.LoadingPrecisions
                | Ard p -> relevance p columns sizes }

    let private divergence (a: FactorModelPosterior) (b: FactorModelPosterior) =
        max 0.0 (FactorDivergence.ofLoadings (a.Frame, a.Loadings) (b.Frame, b.Loadings))
        + Array.sum (Array.map2 Gamma.klDivergence a.NoisePrecisions b.NoisePrecisions)
        + Array.sum (Array.map2 Gamma.klDivergence a.LoadingPrecisions b.LoadingPrecisions)

    /// The model of N columns with its data given as batches of one kind.
    let private modelOf
        columns
        (prior: FactorModelPrior)
        (statistics: FactorModelPosterior -> IBatches<'batch> -> FactorStatistics)
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
          Coordinates =
            FactorCoordinates.together
                [ FactorLoadings.coordinates
                      (fun (q: FactorModelPosterior) -> struct (q.Frame, q.Loadings))
                      (fun loadings q -> { q with Loadings = loadings })
                  FactorCoordinates.inside
                      (fun (q: FactorModelPosterior) -> q.NoisePrecisions)
                      (fun noise q -> { q with NoisePrecisions = noise })
                      (FactorCoordinates.each FactorCoordinates.gamma)
                  FactorCoordinates.inside
                      (fun (q: FactorModelPosterior) -> q.LoadingPrecisions)
                      (fun precisions q -> { q with LoadingPrecisions = precisions })
                      (FactorCoordinates.each FactorCoordinates.gamma) ]
          Prior =
            { Frame = FactorFrame.identity prior.Factors
              Loadings =
                FactorLoadings.shared
                    (Mat.identity prior.Factors)
                    0.0
                    (Mat.zero prior.Factors columns)
                    (Mat.init prior.Factors columns (fun _ n -> WeightScales.square prior.Scales n / alpha))
              NoisePrecisions = Array.init columns (FactorModelPrior.noise prior)
              LoadingPrecisions = relevance } }

    /// The model on rows of N columns taken about a centre (N), NaN where an entry is missing. A sweep costs 2 T N K.
    let modelAbout (centre: Vec) prior : ConjugateModel<Block, FactorStatistics, FactorModelPosterior> =
        modelOf centre.Length prior (FactorStatistics.ofRows centre)

    /// The model on rows of N columns taken about 0, NaN where an entry is missing.
    let model columns prior = modelAbout (Vec.zero columns) prior

    /// The model on rows without gaps given by their number and R'R. A sweep costs N^2 K, whatever T.
    let ofScatter columns prior : ConjugateModel<FactorScatter, FactorStatistics, FactorModelPosterior> =
        modelOf columns prior (fun q batches ->
            batches.Fold(FactorStatistics.monoid columns prior.Factors, FactorStatistics.ofScatter q))

    /// The factors in given coordinates: the same distribution of B and F, kept in another frame.
    let inFrame (frame: FactorFrame) (q: FactorModelPosterior) : FactorModelPosterior =
        // b = A'b~ stays, so b~_new = turn' b~_old.
        let turn = Mat.multiply q.Frame.Matrix frame.Inverse
        let logTurn = q.Frame.LogDeterminant - frame.LogDeterminant
        { q with Frame = frame; Loadings = FactorLoadings.turn turn logTurn q.Loadings }

    /// The answer as it is read: plain coordinates, factors in falling size, signs such that a factor's loadings add up to more than 0.
    let inOrder (q: FactorModelPosterior) : FactorModelPosterior =
        let a = q.Frame.Matrix
        let k = a.Rows
        let squares = FactorBound.loadingSquares q
        let order = Array.init k id |> Array.sortBy (fun j -> -squares[j])

        let means = FactorLoadings.means q.Loadings

        let sums = Vec.init k (fun i -> Vec.sum (Mat.column i means)) |> Mat.multiplyVec (Mat.transpose a)

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
