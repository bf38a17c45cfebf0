namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// A fitted regression in plain arrays.
[<Sealed>]
type RegressionPosterior internal (q: LinearRegressionPosterior) =

    member internal _.Factors = q

    /// q(w), D weights.
    member _.Weights = q.Weights

    /// Covariance of the weights (D x D).
    member _.WeightCovariance = MvNormal.covariance q.Weights

    /// True if there is an intercept.
    member _.HasIntercept = q.Intercept.IsSome

    /// q(b), the expected target at the columns' means; raises where there is no intercept.
    member _.Intercept =
        match q.Intercept with
        | ValueSome b -> b
        | ValueNone -> invalidOp "this regression has no intercept"

    /// q(tau), the noise precision.
    member _.NoisePrecision = q.NoisePrecision

    /// q(alpha_d), one for each weight; empty without relevance determination.
    member _.WeightPrecisions: IReadOnlyList<Gamma> = q.WeightPrecisions

/// y ~ N(b + (x - mean x)'w, 1 / tau) with w ~ N(0, I / alpha) or relevance determination, tau ~ Gamma(a0, b0).
[<AbstractClass; Sealed>]
type LinearRegressionModel private () =

    static let prior (weights: WeightPrecisionPrior) a0 b0 : LinearRegressionPrior =
        { WeightPrecision = weights
          NoisePrecision = Gamma.create a0 b0
          Scales = ValueNone
          Intercept = ValueNone }

    static let fit (prior: LinearRegressionPrior) (rows: Rows) (options: FitOptions) (moments: Moments voption) =
        let rows = rows.WithThreads options.Threads
        let columns = rows.Columns - 1
        let model = LinearRegression.model columns prior

        let read =
            match moments with
            | ValueSome known -> fun _ -> known
            | ValueNone -> Cavi.reader rows model

        match options.Algorithm with
        | FitAlgorithm.Stochastic ->
            // Minibatches share the model of all rows where its centre is theirs: one pass, of moments.
            let centre =
                if prior.Intercept.IsSome then
                    Vec.slice 0 columns (read model.Prior).Mean
                else
                    Vec.zero columns

            Sweeps.stochastic options RegressionPosterior rows (Stochastic.linearRegression centre prior) (fun _ ->
                model.Prior)
        | _ -> Sweeps.ofFixedFrom options RegressionPosterior rows Moments.scale model read

    /// Weights of known prior precision alpha > 0; no intercept.
    static member Prior(alpha: float, a0: float, b0: float) : LinearRegressionPrior =
        prior (Known (Gamma.create alpha 1.0).Shape) a0 b0

    /// Weights whose precisions are learned, each ~ Gamma(shape, rate); no intercept.
    static member RelevancePrior(shape: float, rate: float, a0: float, b0: float) : LinearRegressionPrior =
        prior (Ard(Gamma.create shape rate)) a0 b0

    /// The same prior in units s of the weights (D numbers > 0): w_d ~ N(0, s_d^2 / alpha_d). With the target's standard deviation over each column's
    /// the prior says the same whatever units columns and target are in.
    static member WithScales(prior: LinearRegressionPrior, scales: IReadOnlyList<float>) : LinearRegressionPrior =
        { prior with Scales = ValueSome(Require.scales "linear-regression" scales) }

    /// The same prior with an intercept b ~ N(mean, sd^2).
    static member WithIntercept(prior: LinearRegressionPrior, mean: float, sd: float) : LinearRegressionPrior =
        { prior with Intercept = ValueSome(Normal.create mean (sd * sd)) }

    /// Fits the factors to rows of D columns and the target, lazily, sweep by sweep. Coordinate ascent reads the rows once.
    static member Fit
        (prior: LinearRegressionPrior, rows: Rows, options: FitOptions)
        : IEnumerable<Sweep<RegressionPosterior>> =
        fit prior rows options ValueNone

    /// The same where the rows' moments are known: coordinate ascent then reads no row.
    static member Fit
        (prior: LinearRegressionPrior, rows: Rows, moments: Moments, options: FitOptions)
        : IEnumerable<Sweep<RegressionPosterior>> =
        fit prior rows options (ValueSome moments)

    /// Made ready to be checked against the posterior, on rows of D columns and the target.
    static member Checker(prior: LinearRegressionPrior, rows: Rows, posterior: RegressionPosterior) : PosteriorChecker =
        PosteriorCheckers.ofRows rows (CheckedModels.linearRegression (rows.Columns - 1) prior) [] posterior.Factors

    /// The distribution of the target at a row of D columns; the moments are those of the fitted rows.
    static member Predictive(data: Moments, posterior: RegressionPosterior, x: Vec) : NormalScaleMixture =
        LinearRegression.predictive data posterior.Factors x

    /// The predictions of the target, in the last column, at rows of D further columns.
    static member Predict
        (data: Moments, posterior: RegressionPosterior, rows: IEnumerable<float[]>)
        : PredictedNumbers =
        let d = posterior.Weights.Mean.Length

        rows
        |> Seq.map (fun row -> LinearRegressionModel.Predict(data, posterior, Vec.ofArray row[.. d - 1], row[d]))
        |> Seq.toArray
        |> PredictedNumbers

    /// The prediction of the target at a row of D columns, and the target that came.
    static member Predict(data: Moments, posterior: RegressionPosterior, x: Vec, target: float) : Prediction =
        PredictionScores.ofDistribution (LinearRegression.predictive data posterior.Factors x) target

    /// Covariances of the weights w[1] ... w[D], the noise precision tau and, where there is one, the intercept b by linear response, at an
    /// optimum of coordinate ascent on rows with these moments.
    static member LinearResponse
        (prior: LinearRegressionPrior, data: Moments, posterior: RegressionPosterior, options: LinearResponseOptions)
        : LinearResponseCovariance =
        let columns = data.Mean.Length - 1

        ResponseCovariances.ofMoments
            data
            (LinearRegression.model columns prior)
            (Responses.linearRegression columns prior)
            options
            posterior.Factors

    /// The exact posterior's summary by quadrature; null where the weights' precisions are learned.
    static member Exact(prior: LinearRegressionPrior, data: Moments) : ExactRegression | null =
        match ExactRegression.ofMoments prior data with
        | ValueSome found -> found
        | ValueNone -> null
