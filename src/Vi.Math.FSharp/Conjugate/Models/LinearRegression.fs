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
        /// Units s of the weights (D), that the precision refers to: w_d ~ N(0, s_d^2 / alpha_d). Where there are none they are 1.
        Scales: Vec voption
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

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Units of weights that a prior's precision refers to.
[<RequireQualifiedAccess>]
module internal WeightScales =

    /// s_d^2 of weight d.
    let square (scales: Vec voption) d =
        match scales with
        | ValueSome s -> s[d] * s[d]
        | ValueNone -> 1.0

    /// 1 / s_d^2 of D weights.
    let precisions (scales: Vec voption) columns = Array.init columns (fun d -> 1.0 / square scales d)

    /// sum_d log s_d.
    let sumOfLogs (scales: Vec voption) =
        match scales with
        | ValueSome s -> Vec.sumBy log s
        | ValueNone -> 0.0

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
    let internal gram (design: Design) =
        match design.Offset with
        | ValueSome offset -> Mat.add design.Sxx (Mat.outer design.Rows offset offset)
        | ValueNone -> design.Sxx

    /// X'(y - b) of the columns from their centre.
    let internal cross (design: Design) (intercept: float) =
        match design.Offset with
        | ValueSome offset -> Vec.addScaled (design.Rows * design.Target intercept) offset design.Sxy
        | ValueNone -> design.Sxy

    /// E[alpha_d] / s_d^2.
    let private expectedPrecisions (prior: LinearRegressionPrior) (q: LinearRegressionPosterior) =
        Vec.init q.Weights.Mean.Length (fun d ->
            match prior.WeightPrecision with
            | Known alpha -> alpha / WeightScales.square prior.Scales d
            | Ard _ -> Gamma.mean q.WeightPrecisions[d] / WeightScales.square prior.Scales d)

    /// E[w_d^2] / s_d^2.
    let private secondMoments (prior: LinearRegressionPrior) (weights: MvNormal) =
        let covariance = MvNormal.covariance weights
        Vec.mapi (fun d m -> (m * m + covariance[d, d]) / WeightScales.square prior.Scales d) weights.Mean

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
        let second = secondMoments prior q.Weights

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
              ofWeights - WeightScales.sumOfLogs prior.Scales

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

    /// The optimal q(w): precision diag(E alpha / s^2) + E tau X'X, mean E tau Sigma X'(y - E b) (Bishop 2006, 10.99 to 10.101).
    let private updateWeights centre (prior: LinearRegressionPrior) (data: Moments) (q: LinearRegressionPosterior) =
        let design = designOf centre prior data
        let precision = Gamma.mean q.NoisePrecision

        let matrix = Mat.addScaled precision (gram design) (Mat.diagonalOf (expectedPrecisions prior q))

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

    /// The optimal q(alpha_d): shape a_0 + 1/2, rate b_0 + E[w_d^2] / (2 s_d^2) (Bishop 2006, 10.93 to 10.95 for one weight); nothing to do where the precision is known.
    let private updateRelevance (prior: LinearRegressionPrior) (_: Moments) (q: LinearRegressionPosterior) =
        match prior.WeightPrecision with
        | Known _ -> q
        | Ard p ->
            let second = secondMoments prior q.Weights

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
          Coordinates =
            FactorCoordinates.together
                [ FactorCoordinates.inside
                      (fun (q: LinearRegressionPosterior) -> q.Weights)
                      (fun weights q -> { q with Weights = weights })
                      FactorCoordinates.mvNormal
                  FactorCoordinates.inside
                      (fun (q: LinearRegressionPosterior) -> q.Intercept)
                      (fun intercept q -> { q with Intercept = intercept })
                      (FactorCoordinates.optional FactorCoordinates.normal)
                  FactorCoordinates.inside
                      (fun (q: LinearRegressionPosterior) -> q.NoisePrecision)
                      (fun noise q -> { q with NoisePrecision = noise })
                      FactorCoordinates.gamma
                  FactorCoordinates.inside
                      (fun (q: LinearRegressionPosterior) -> q.WeightPrecisions)
                      (fun precisions q -> { q with WeightPrecisions = precisions })
                      (FactorCoordinates.each FactorCoordinates.gamma) ]
          Prior =
            { Weights =
                { Mean = Vec.zero columns
                  Precision =
                    Chol.ofLower (
                        Mat.diagonalOf (Vec.init columns (fun d -> sqrt (alpha / WeightScales.square prior.Scales d)))
                    ) }
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

    /// The distribution of the target at a row of D columns, taken from a centre (D) where there is an intercept.
    let predictiveAbout (centre: Vec) (q: LinearRegressionPosterior) (x: Vec) : NormalScaleMixture =
        let struct (offset, variance, x) =
            match q.Intercept with
            | ValueSome b -> struct (b.Mean, b.Variance, Vec.subtract x centre)
            | ValueNone -> struct (0.0, 0.0, x)

        { Mean = offset + Vec.dot q.Weights.Mean x
          Variance = variance + Chol.inverseQuadratic q.Weights.Precision x
          Shape = q.NoisePrecision.Shape
          Rate = q.NoisePrecision.Rate }

    /// The same; the moments are those the fit was made from (they hold the columns' means).
    let predictive (data: Moments) (q: LinearRegressionPosterior) (x: Vec) : NormalScaleMixture =
        predictiveAbout (Vec.slice 0 x.Length data.Mean) q x
