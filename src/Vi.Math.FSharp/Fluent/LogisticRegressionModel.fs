namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// y in {0, 1}, P(y = 1) = sigma((x - centre)'w + b) with w ~ N(0, priorSd^2 I), b ~ N(0, interceptSd^2).
[<AbstractClass; Sealed>]
type LogisticRegressionModel private () =

    static let precision (sd: float) = 1.0 / (Normal.ofStandardDeviation 0.0 sd).Variance

    /// D weights with a prior standard deviation > 0, in log odds per unit of a column; no intercept.
    static member Prior(columns: int, priorSd: float) : LogisticRegressionPrior =
        { Weights = MvNormal.create (Vec.zero columns) (Chol.scaledIdentity columns (precision priorSd))
          Centre = Vec.zero columns
          Intercept = false }

    /// Weights with a prior standard deviation > 0 each (D), in log odds per unit of their column; no intercept.
    static member Prior(priorSds: IReadOnlyList<float>) : LogisticRegressionPrior =
        let roots = Vec.init priorSds.Count (fun d -> sqrt (precision priorSds[d]))

        { Weights = MvNormal.create (Vec.zero priorSds.Count) (Chol.ofLower (Mat.diagonalOf roots))
          Centre = Vec.zero priorSds.Count
          Intercept = false }

    /// The same prior with an intercept of prior standard deviation interceptSd > 0, the log odds at the centre (D).
    static member WithIntercept
        (prior: LogisticRegressionPrior, centre: Vec, interceptSd: float)
        : LogisticRegressionPrior =
        let d = prior.Centre.Length

        if centre.Length <> d then
            invalidArg (nameof centre) $"a centre of {d} entries is needed, not {centre.Length}"

        let precisions =
            Vec.init (d + 1) (fun i ->
                if i < d then
                    prior.Weights.Precision.Lower[i, i] * prior.Weights.Precision.Lower[i, i]
                else
                    precision interceptSd)

        { Weights =
            MvNormal.create
                (Vec.append prior.Weights.Mean (Vec.zero 1))
                (Chol.ofLower (Mat.diagonalOf (Vec.map sqrt precisions)))
          Centre = centre
          Intercept = true }

    /// The first row, from 0, whose target (the last column) is neither 0 nor 1; -1 where there is none.
    static member FirstBadTarget(rows: Rows) : int64 =
        match LogisticRegression.firstBadTarget rows with
        | ValueSome(struct (row, _)) -> row
        | ValueNone -> -1L

    /// Fits q(w), with an intercept q(w, b), b last, to rows of D columns and the target, lazily, sweep by sweep. Raises ArgumentException
    /// naming row and value of a target that is neither 0 nor 1.
    static member Fit(prior: LogisticRegressionPrior, rows: Rows, options: FitOptions) : IEnumerable<Sweep<MvNormal>> =
        match LogisticRegression.firstBadTarget rows with
        | ValueSome(struct (row, value)) ->
            invalidArg (nameof rows) $"the target of row {row} is {value}; it must be 0 or 1"
        | ValueNone -> ()

        let rows = rows.WithThreads options.Threads
        let model = LogisticRegression.model prior

        Acceleration.engineAt options.Accelerate rows model (fun _ -> model.Prior)
        |> Sweeps.ofEngine options id

    /// Made ready to be checked against the posterior, on rows of D columns and the target.
    static member Checker(prior: LogisticRegressionPrior, rows: Rows, posterior: MvNormal) : PosteriorChecker =
        PosteriorCheckers.ofRows rows (CheckedModels.logisticRegression prior) [] posterior

    /// Covariances of the weights w[1] ... w[D] and, where there is one, the intercept b by linear response, at an optimum of coordinate
    /// ascent.
    static member LinearResponse
        (prior: LogisticRegressionPrior, rows: Rows, posterior: MvNormal, options: LinearResponseOptions)
        : LinearResponseCovariance =
        ResponseCovariances.ofRows
            rows
            (LogisticRegression.model prior)
            (Responses.logisticRegression prior)
            options
            posterior

    /// Distribution of the log odds at a row of D columns.
    static member LogOdds(prior: LogisticRegressionPrior, posterior: MvNormal, x: Vec) : Normal =
        LogisticRegression.logOdds prior posterior x

    /// P(y = 1) under a distribution of the log odds.
    static member Probability(logOdds: Normal) : float = LogisticRegression.probability logOdds

    /// sigma(z).
    static member Sigmoid(z: float) : float = LogisticRegression.sigmoid z

    /// The predictions of the labels, in the last column, at rows of D further columns.
    static member Predict
        (prior: LogisticRegressionPrior, posterior: MvNormal, rows: IEnumerable<float[]>)
        : PredictedLabels =
        let d = prior.Centre.Length

        rows
        |> Seq.map (fun row -> LogisticRegressionModel.Predict(prior, posterior, Vec.ofArray row[.. d - 1], int row[d]))
        |> Seq.toArray
        |> PredictedLabels

    /// The same by draws of the weights (S rows of D) and, where there is an intercept, of it (S).
    static member Predict
        (prior: LogisticRegressionPrior, weights: Mat, intercepts: float[], rows: IEnumerable<float[]>)
        : PredictedLabels =
        let d = prior.Centre.Length

        rows
        |> Seq.map (fun row ->
            LogisticRegressionModel.Predict(prior, weights, intercepts, Vec.ofArray row[.. d - 1], int row[d]))
        |> Seq.toArray
        |> PredictedLabels

    /// The prediction of the label at a row of D columns, and the label that came.
    static member Predict(prior: LogisticRegressionPrior, posterior: MvNormal, x: Vec, label: int) : LabelPrediction =
        LabelScores.ofLogOdds (LogisticRegression.logOdds prior posterior x) label

    /// The same by draws of the weights (S rows of D) and, where there is an intercept, of it (S).
    static member Predict
        (prior: LogisticRegressionPrior, weights: Mat, intercepts: float[], x: Vec, label: int)
        : LabelPrediction =
        let logOdds = Mat.multiplyVec weights (Vec.subtract x prior.Centre)

        let logOdds =
            if prior.Intercept then
                Vec.mapi (fun s z -> z + intercepts[s]) logOdds
            else
                logOdds

        LabelScores.ofDraws logOdds label

    /// The normal at the posterior's mean with the curvature of log p(w, y) as its precision, one pass over the rows: what the bound's
    /// too narrow spread is to be held against.
    static member CurvatureAt(prior: LogisticRegressionPrior, rows: Rows, posterior: MvNormal) : MvNormal =
        LogisticRegression.curvatureAt prior rows posterior
