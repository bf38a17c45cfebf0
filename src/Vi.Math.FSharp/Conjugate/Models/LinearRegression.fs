namespace Vi.Math

/// Prior of the weights' precision.
type WeightPrecisionPrior =
    /// w ~ N(0, I / alpha) with alpha > 0 known.
    | Known of alpha: float
    /// Automatic relevance determination: w_d ~ N(0, 1 / alpha_d) and each alpha_d ~ Gamma.
    | Ard of Gamma

/// y ~ N(b + (X - mean X) w, 1 / tau).
type LinearRegressionPrior =
    {
        /// Prior of the weights' precision.
        WeightPrecision: WeightPrecisionPrior
        /// Prior of the noise precision tau.
        NoisePrecision: Gamma
        /// Prior of the intercept b, the expected target at the columns' means; none for a regression through the origin, whose columns
        /// are then not centred.
        Intercept: Normal voption
    }

/// Factors q(w) q(b) q(tau) and, with automatic relevance determination, q(alpha).
type LinearRegressionPosterior =
    {
        /// q(w), D weights.
        Weights: MvNormal
        /// q(b), where there is an intercept.
        Intercept: Normal voption
        /// q(tau).
        NoisePrecision: Gamma
        /// q(alpha_d), D of them; none where the precision is known.
        WeightPrecisions: Gamma[]
    }

/// The exact posterior's summary for a known weight precision, by quadrature over tau.
type ExactRegression =
    {
        /// log p(y | X).
        LogEvidence: float
        /// Mean and standard deviation of tau.
        NoisePrecisionMean: float
        NoisePrecisionSd: float
        /// Means of the weights (D).
        WeightMeans: Vec
        /// Standard deviations of the weights (D).
        WeightSds: Vec
    }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Bayesian linear regression with unknown noise: as Bishop 2006, 10.3, where however the noise is known and the weights' precision is not, and
/// as Drugowitsch 2013 with relevance determination, whose q(w, tau) is one factor and here is two. Data: D columns and the target as the last
/// one; they enter through the moments of all D + 1 columns alone.
[<RequireQualifiedAccess>]
module LinearRegression =

    /// The moments as the weights see them. Columns are taken from a centre: the origin where there is no intercept, a given point, or their
    /// own means, which are then no distance away.
    type internal Design =
        {
            Rows: float
            Sxx: Mat
            Sxy: Vec
            /// From the centre to the columns' means; none where they are the same.
            Offset: Vec voption
            Target: float -> float
            TargetScatter: float
        }

    let internal designOf (centre: Vec voption) (prior: LinearRegressionPrior) (data: Moments) =
        let d = data.Mean.Length - 1

        let from (point: Vec) = Vec.init d (fun j -> Moments.meanFromAt j point[j] data)

        { Rows = data.Weight
          Sxx = Mat.init d d (fun i j -> data.Scatter[i, j])
          Sxy = Vec.init d (fun i -> data.Scatter[i, d])
          Offset =
            match prior.Intercept, centre with
            | ValueNone, _ -> ValueSome(from (Vec.zero d))
            | ValueSome _, ValueSome point -> ValueSome(from point)
            | ValueSome _, ValueNone -> ValueNone
          Target = fun point -> Moments.meanFromAt d point data
          TargetScatter = data.Scatter[d, d] }

    /// E[b], 0 where there is no intercept.
    let private expectedIntercept (q: LinearRegressionPosterior) =
        match q.Intercept with
        | ValueSome b -> b.Mean
        | ValueNone -> 0.0

    /// X'X of the columns from their centre.
    let private gram (design: Design) =
        match design.Offset with
        | ValueSome offset -> Mat.add design.Sxx (Mat.outer design.Rows offset offset)
        | ValueNone -> design.Sxx

    /// X'(y - b) of the columns from their centre.
    let private cross (design: Design) (intercept: float) =
        match design.Offset with
        | ValueSome offset -> Vec.addScaled (design.Rows * design.Target intercept) offset design.Sxy
        | ValueNone -> design.Sxy

    let private expectedAlpha (prior: LinearRegressionPrior) (q: LinearRegressionPosterior) =
        match prior.WeightPrecision with
        | Known alpha -> Vec.constant q.Weights.Mean.Length alpha
        | Ard _ -> q.WeightPrecisions |> Array.map Gamma.mean |> Vec.ofArray

    let private secondMoments (weights: MvNormal) =
        let covariance = MvNormal.covariance weights
        Vec.mapi (fun i m -> m * m + covariance[i, i]) weights.Mean

    /// E |y - b - X w|^2 under q(w) q(b). The residual's mean part is kept apart, so that shifted data lose no digits.
    let private expectedResidualSquares (design: Design) (q: LinearRegressionPosterior) =
        let m = q.Weights.Mean
        let covariance = MvNormal.covariance q.Weights
        let spread = design.TargetScatter - 2.0 * Vec.dot m design.Sxy + Mat.bilinear m design.Sxx m
        let fromIntercept = design.Target(expectedIntercept q)

        let struct (deviation, ofWeights) =
            match design.Offset with
            | ValueSome offset -> struct (fromIntercept - Vec.dot offset m, Mat.bilinear offset covariance offset)
            | ValueNone -> struct (fromIntercept, 0.0)

        let ofIntercept =
            match q.Intercept with
            | ValueSome b -> b.Variance
            | ValueNone -> 0.0

        spread
        + Mat.inner design.Sxx covariance
        + design.Rows * (deviation * deviation + ofIntercept + ofWeights)

    let private elboAbout centre (prior: LinearRegressionPrior) (data: Moments) (q: LinearRegressionPosterior) : Elbo =
        let design = designOf centre prior data
        let d = float q.Weights.Mean.Length
        let precision = Gamma.mean q.NoisePrecision
        let second = secondMoments q.Weights

        let ofWeights =
            match prior.WeightPrecision with
            | Known alpha -> 0.5 * d * (log alpha - Special.logTwoPi) - 0.5 * alpha * Vec.sum second
            | Ard _ ->
                q.WeightPrecisions
                |> Array.mapi (fun i alpha ->
                    0.5 * (Gamma.expectedLog alpha - Special.logTwoPi) - 0.5 * Gamma.mean alpha * second[i])
                |> Array.sum

        Elbo.ofTerms
            [ "E[log p(y | X, w, tau)]",
              0.5 * design.Rows * (Gamma.expectedLog q.NoisePrecision - Special.logTwoPi)
              - 0.5 * precision * expectedResidualSquares design q
              (match prior.WeightPrecision with
               | Known _ -> "E[log p(w)]"
               | Ard _ -> "E[log p(w | alpha)]"),
              ofWeights

              match prior.Intercept, q.Intercept with
              | ValueSome p, ValueSome b -> "E[log p(b)]", Normal.expectedLogDensity b p
              | _ -> ()

              "E[log p(tau)]", Gamma.expectedLogDensity q.NoisePrecision prior.NoisePrecision

              match prior.WeightPrecision with
              | Ard p -> "E[log p(alpha)]", q.WeightPrecisions |> Array.sumBy (fun a -> Gamma.expectedLogDensity a p)
              | Known _ -> ()

              "H[q(w)]", MvNormal.entropy q.Weights

              match q.Intercept with
              | ValueSome b -> "H[q(b)]", Normal.entropy b
              | ValueNone -> ()

              "H[q(tau)]", Gamma.entropy q.NoisePrecision

              match prior.WeightPrecision with
              | Ard _ -> "H[q(alpha)]", q.WeightPrecisions |> Array.sumBy Gamma.entropy
              | Known _ -> () ]

    /// The optimal q(w): precision diag(E alpha) + E tau X'X, mean E tau Sigma X'(y - E b) (Bishop 2006, 10.99 to 10.101).
    let private updateWeights centre (prior: LinearRegressionPrior) (data: Moments) (q: LinearRegressionPosterior) =
        let design = designOf centre prior data
        let precision = Gamma.mean q.NoisePrecision

        let matrix = Mat.addScaled precision (gram design) (Mat.diagonalOf (expectedAlpha prior q))

        let factor = Chol.factor "the weights' precision, alpha I + E[tau] X'X," matrix

        { q with
            Weights =
                { Mean = Chol.solve factor (Vec.scale precision (cross design (expectedIntercept q)))
                  Precision = factor } }

    /// The optimal q(b): precision 1 / v_0 + n E tau, mean (m_0 / v_0 + E tau sum_n (y_n - x_n' E w)) over it. It does not depend on q(w) where the columns are centred at their own means.
    let private updateIntercept centre (prior: LinearRegressionPrior) (data: Moments) (q: LinearRegressionPosterior) =
        match prior.Intercept with
        | ValueNone -> q
        | ValueSome p ->
            let design = designOf centre prior data
            let ofData = Gamma.mean q.NoisePrecision * design.Rows
            let precision = 1.0 / p.Variance + ofData

            let target =
                match design.Offset with
                | ValueSome offset -> design.Target p.Mean - Vec.dot offset q.Weights.Mean
                | ValueNone -> design.Target p.Mean

            { q with
                Intercept = ValueSome { Mean = p.Mean + ofData / precision * target; Variance = 1.0 / precision } }

    /// The optimal q(tau): shape a_0 + n / 2, rate b_0 + E|y - b - X w|^2 / 2.
    let private updateNoise centre (prior: LinearRegressionPrior) (data: Moments) (q: LinearRegressionPosterior) =
        let design = designOf centre prior data

        { q with
            NoisePrecision =
                { Shape = prior.NoisePrecision.Shape + 0.5 * design.Rows
                  Rate = prior.NoisePrecision.Rate + 0.5 * expectedResidualSquares design q } }

    /// The optimal q(alpha_d): shape a_0 + 1/2, rate b_0 + E[w_d^2] / 2 (Bishop 2006, 10.93 to 10.95 for one weight); nothing to do where the precision is known.
    let private updateRelevance (prior: LinearRegressionPrior) (_: Moments) (q: LinearRegressionPosterior) =
        match prior.WeightPrecision with
        | Known _ -> q
        | Ard p ->
            let second = secondMoments q.Weights

            { q with
                WeightPrecisions =
                    Array.init second.Length (fun i -> { Shape = p.Shape + 0.5; Rate = p.Rate + 0.5 * second[i] }) }

    let private divergence (a: LinearRegressionPosterior) (b: LinearRegressionPosterior) =
        MvNormal.klDivergence a.Weights b.Weights
        + (match a.Intercept, b.Intercept with
           | ValueSome p, ValueSome q -> Normal.klDivergence p q
           | _ -> 0.0)
        + Gamma.klDivergence a.NoisePrecision b.NoisePrecision
        + Array.sum (Array.map2 Gamma.klDivergence a.WeightPrecisions b.WeightPrecisions)

    let private modelAbout
        (centre: Vec voption)
        (columns: int)
        (prior: LinearRegressionPrior)
        : ConjugateModel<Block, Moments, LinearRegressionPosterior> =
        let alpha, relevance =
            match prior.WeightPrecision with
            | Known alpha -> alpha, [||]
            | Ard p -> Gamma.mean p, Array.create columns p

        { Name = "linear-regression"
          Monoid = Moments.monoid (columns + 1)
          Data = Fixed Moments.ofBlock
          Updates =
            [ { Factor = "q(w)"; Update = updateWeights centre prior }
              if prior.Intercept.IsSome then
                  { Factor = "q(b)"; Update = updateIntercept centre prior }
              { Factor = "q(tau)"; Update = updateNoise centre prior }
              if prior.WeightPrecision.IsArd then
                  { Factor = "q(alpha)"; Update = updateRelevance prior } ]
          Elbo = elboAbout centre prior
          Divergence = divergence
          Prior =
            { Weights = { Mean = Vec.zero columns; Precision = Chol.scaledIdentity columns alpha }
              Intercept = prior.Intercept
              NoisePrecision = prior.NoisePrecision
              WeightPrecisions = relevance } }

    /// The whole bound at any factors.
    let elbo (prior: LinearRegressionPrior) (data: Moments) (q: LinearRegressionPosterior) : Elbo =
        elboAbout ValueNone prior data q

    /// The model of D columns and a target; with an intercept the columns are centred at the means of the rows that are read.
    let model (columns: int) (prior: LinearRegressionPrior) = modelAbout ValueNone columns prior

    /// The model whose intercept is the expected target at a given point (D), whatever rows are read: that of all rows where the point is their
    /// columns' mean and only some of them are read.
    let modelAt (centre: Vec) (prior: LinearRegressionPrior) = modelAbout (ValueSome centre) centre.Length prior

    /// The distribution of the target at a row of D columns; the moments are those the fit was made from (they hold the columns' means).
    let predictive (data: Moments) (q: LinearRegressionPosterior) (x: Vec) : NormalScaleMixture =
        let struct (offset, variance, x) =
            match q.Intercept with
            | ValueSome b -> struct (b.Mean, b.Variance, Vec.subtract x (Vec.slice 0 x.Length data.Mean))
            | ValueNone -> struct (0.0, 0.0, x)

        { Mean = offset + Vec.dot q.Weights.Mean x
          Variance = variance + Chol.inverseQuadratic q.Weights.Precision x
          Shape = q.NoisePrecision.Shape
          Rate = q.NoisePrecision.Rate }

    /// X'X = V diag(lambda) V' of the columns from their centre, and c = V'X'y: given tau, the weights are independent along V.
    type private Spectrum = { Eigenvalues: Vec; Vectors: Mat; Cross: Vec }

    let private spectrumOf (design: Design) : Spectrum =
        let information = gram design
        let d = information.Rows
        let scales = Seq.init d (fun j -> information[j, j])

        // A tridiagonal form has errors of the largest column's size. Where scales differ by more than a hundred, Jacobi's rotations, ten
        // times as slow, keep what columns of small scale say.
        let struct (eigenvalues, vectors) =
            if d = 0 || Seq.max scales <= 1e4 * Seq.min scales then
                Mat.symmetricEigen information
            else
                Mat.eigenInPlace information

        // A direction v that the rows leave open has eigenvalue and cross product 0; what stands there is rounding, which a large tau would
        // blow up: v'Gv is a sum of terms that are together at most D sum_j v_j^2 G_jj.
        let isOpen k =
            let size = Seq.init d (fun j -> vectors[j, k] * vectors[j, k] * information[j, j]) |> Seq.sum

            eigenvalues[k] <= float d * 2.220446049250313e-16 * size

        let closed (values: Vec) = Vec.mapi (fun k value -> if isOpen k then 0.0 else value) values

        { Eigenvalues = closed eigenvalues
          Vectors = vectors
          Cross = closed (Mat.multiplyVec (Mat.transpose vectors) (cross design 0.0)) }

    /// log p(y | X, tau), with w and b integrated out: n/2 log(tau / 2 pi) - (log |I + tau X'X / alpha| + log(1 + tau n v)) / 2
    /// - tau (y'y - sum_k tau c_k^2 / (alpha + tau lambda_k)) / 2, v the prior variance of b (Bishop 2006, 3.86 with beta = tau).
    let private logDensityGiven (prior: LinearRegressionPrior) alpha (design: Design) (spectrum: Spectrum) tau =
        let n = design.Rows
        let mutable determinant = 0.0
        let mutable explained = 0.0

        for i in 0 .. spectrum.Eigenvalues.Length - 1 do
            determinant <- determinant + log (1.0 + tau * spectrum.Eigenvalues[i] / alpha)

            explained <-
                explained + tau * spectrum.Cross[i] * spectrum.Cross[i] / (alpha + tau * spectrum.Eigenvalues[i])

        let total =
            match prior.Intercept with
            | ValueSome b ->
                let deviation = design.Target b.Mean
                let shrink = 1.0 + tau * n * b.Variance
                determinant <- determinant + log shrink
                design.TargetScatter + n * deviation * deviation / shrink
            | ValueNone -> (let mean = design.Target 0.0 in design.TargetScatter + n * mean * mean)

        0.5 * n * (log tau - Special.logTwoPi) - 0.5 * determinant - 0.5 * tau * max 0.0 (total - explained)

    /// Means and standard deviations of the weights (D each): given tau they have mean V diag(tau / (alpha + tau lambda)) c and covariance
    /// V diag(1 / (alpha + tau lambda)) V', which are averaged over tau.
    let private weightMoments alpha (spectrum: Spectrum) (taus: float[]) (weights: float[]) : struct (Vec * Vec) =
        let vectors = spectrum.Vectors
        let d = vectors.Rows

        let averaged (f: int -> float) = weights |> Array.mapi (fun i w -> w * f i) |> Array.sum

        let means =
            taus
            |> Array.map (fun tau ->
                spectrum.Cross
                |> Vec.mapi (fun k c -> tau * c / (alpha + tau * spectrum.Eigenvalues[k]))
                |> Mat.multiplyVec vectors)

        let conditional tau j =
            let mutable variance = 0.0

            for k in 0 .. d - 1 do
                variance <- variance + vectors[j, k] * vectors[j, k] / (alpha + tau * spectrum.Eigenvalues[k])

            variance

        let mean = Vec.init d (fun j -> averaged (fun i -> means[i][j]))

        let variance =
            Vec.init d (fun j ->
                averaged (fun i ->
                    let deviation = means[i][j] - mean[j]
                    conditional taus[i] j + deviation * deviation))

        struct (mean, Vec.map sqrt variance)

    /// The exact posterior where alpha is known: given tau everything is normal, so one integral over log tau remains. It is taken by the
    /// trapezoidal rule, which converges geometrically for smooth integrands that die out at both ends. Nothing under relevance
    /// determination, where no such reduction exists.
    let exact (prior: LinearRegressionPrior) (data: Moments) : ExactRegression voption =
        match prior.WeightPrecision with
        | Ard _ -> ValueNone
        | Known alpha ->
            let design = designOf ValueNone prior data
            let spectrum = spectrumOf design

            let nodes =
                LogScaleQuadrature.nodes (fun u ->
                    let tau = exp u
                    logDensityGiven prior alpha design spectrum tau + Gamma.logDensity prior.NoisePrecision tau + u)

            let taus = Array.map exp nodes.Points
            let expectation f = Array.map2 (fun weight tau -> weight * f tau) nodes.Weights taus |> Array.sum
            let tauMean = expectation id
            let struct (means, sds) = weightMoments alpha spectrum taus nodes.Weights

            ValueSome
                { LogEvidence = nodes.LogIntegral
                  NoisePrecisionMean = tauMean
                  NoisePrecisionSd = sqrt (expectation (fun tau -> (tau - tauMean) * (tau - tauMean)))
                  WeightMeans = means
                  WeightSds = sds }
