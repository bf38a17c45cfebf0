namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Models whose joint density is the marginal one as subjects of its laws.
[<RequireQualifiedAccess>]
module MarginalRegressions =

    /// b, 0 where there is none.
    let private intercept (q: LinearRegressionPosterior) =
        match q.Intercept with
        | ValueSome b -> b.Mean
        | ValueNone -> 0.0

    /// log p(w, b, tau, alpha).
    let private logPrior (case: RegressionCase) (q: LinearRegressionPosterior) =
        let alpha j =
            match case.Prior.WeightPrecision with
            | Known alpha -> alpha
            | Ard _ -> Gamma.mean q.WeightPrecisions[j]

        let unit j =
            match case.Prior.Scales with
            | ValueSome s -> s[j]
            | ValueNone -> 1.0

        Seq.sum (
            Seq.init case.Columns (fun j ->
                MarginalSubject.logOfNormal 0.0 (unit j * unit j / alpha j) q.Weights.Mean[j])
        )
        + MarginalSubject.logGamma case.Prior.NoisePrecision q.NoisePrecision
        + (match case.Prior.Intercept with
           | ValueSome b -> MarginalSubject.logOfNormal b.Mean b.Variance (intercept q)
           | ValueNone -> 0.0)
        + (match case.Prior.WeightPrecision with
           | Known _ -> 0.0
           | Ard p -> Array.sumBy (MarginalSubject.logGamma p) q.WeightPrecisions)

    /// log p(y | X, w, b, tau), row by row.
    let private logRows (case: RegressionCase) (q: LinearRegressionPosterior) =
        let centre =
            Array.init case.Columns (fun j ->
                if case.Prior.Intercept.IsSome then
                    case.Rows |> Array.averageBy (fun row -> row[j])
                else
                    0.0)

        case.Rows
        |> Array.sumBy (fun row ->
            let signal = Seq.sum (Seq.init case.Columns (fun j -> q.Weights.Mean[j] * (row[j] - centre[j])))

            MarginalSubject.logOfNormal (intercept q + signal) (1.0 / Gamma.mean q.NoisePrecision) row[case.Columns])

    let private regression
        name
        cases
        precision
        priorFactorises
        evidence
        : MarginalSubject<RegressionCase, Moments, LinearRegressionPosterior> =
        let gibbs (case: RegressionCase) = GibbsModels.linearRegression case.Columns case.Prior
        let struct (pin, values) = MarginalSubject.ofGibbs gibbs
        let batches (case: RegressionCase) = MarginalSubject.table (case.Columns + 1) case.Rows

        { Name = name
          Covers = "linear-regression"
          Cases = cases
          Draft =
            fun count seed ->
                { Prior =
                    { WeightPrecision = precision
                      Scales = ValueNone
                      NoisePrecision = { Shape = 3.0; Rate = 2.0 }
                      Intercept = ValueSome { Mean = -1.0; Variance = 2.0 } }
                  Rows = MarginalSubject.normals count 3 seed
                  Columns = 2
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = batches
          Marginal = fun case -> MarginalModels.linearRegression case.Columns case.Prior (batches case)
          Conjugate = fun case -> LinearRegression.model case.Columns case.Prior
          Pin = pin
          Values = values
          LogJoint = fun case q -> logPrior case q + (if case.Rows.Length = 0 then 0.0 else logRows case q)
          Variables =
            fun _ q ->
                [| yield! q.Weights.Mean.ToArray()
                   if q.Intercept.IsSome then
                       intercept q
                   Gamma.mean q.NoisePrecision
                   yield! Array.map Gamma.mean q.WeightPrecisions |]
          Evidence = evidence
          PriorFactorises = priorFactorises
          HasLocals = false
          Reorder = ValueNone }

    let linearRegression =
        regression
            "linear-regression"
            (Samples.regression 0 15)
            (Known 0.5)
            true
            (ValueSome(fun case ->
                (ExactRegression.ofMoments case.Prior (Moments.ofRows (ConjugateSubject.table 3 case.Rows)))
                    .Value.LogEvidence))

    let relevance =
        regression
            "linear-regression with ard"
            (Samples.relevance 0 15)
            (Ard { Shape = 3.0; Rate = 3.0 })
            false
            ValueNone

    let logisticRegression: MarginalSubject<LogisticCase, LogisticStatistics, MvNormal> =
        let gibbs (case: LogisticCase) = GibbsModels.logisticRegression case.Prior
        let struct (pin, values) = MarginalSubject.ofGibbs gibbs
        let batches (case: LogisticCase) = MarginalSubject.table (case.Prior.Centre.Length + 1) case.Rows

        { Name = "logistic-regression"
          Covers = "logistic-regression"
          Cases = Samples.logistic 0 20 3
          Draft =
            fun count seed ->
                { Prior =
                    { Weights = { Mean = Vec.ofArray [| 0.5; -0.5 |]; Precision = Chol.scaledIdentity 2 0.4 }
                      Centre = Vec.zero 1
                      Intercept = true }
                  Rows =
                    MarginalSubject.normals count 2 seed
                    |> Array.map (fun row -> [| row[0]; (if row[1] > 0.0 then 1.0 else 0.0) |])
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = batches
          Marginal = fun case -> MarginalModels.logisticRegression case.Prior (batches case)
          Conjugate = fun case -> LogisticRegression.model case.Prior
          Pin = pin
          Values = values
          LogJoint =
            fun case q ->
                let w = q.Mean.ToArray()

                MarginalSubject.logNormal case.Prior.Weights.Mean (MvNormal.covariance case.Prior.Weights) w
                + LogisticEvidence.logLikelihood case.Prior case.Rows w
          Variables = fun _ q -> q.Mean.ToArray()
          Evidence = ValueSome(fun case -> LogisticEvidence.logEvidence case.Prior case.Rows)
          PriorFactorises = true
          HasLocals = true
          Reorder = ValueNone }

    let gaussianMeanPrecision: MarginalSubject<GaussianMeanPrecisionCase, Moments, GaussianMeanPrecisionPosterior> =
        let gibbs (case: GaussianMeanPrecisionCase) = GibbsModels.gaussianMeanPrecision case.Prior
        let struct (pin, values) = MarginalSubject.ofGibbs gibbs
        let batches (case: GaussianMeanPrecisionCase) = MarginalSubject.table 1 case.Rows

        { Name = "gaussian-mean-precision"
          Covers = "gaussian-mean-precision"
          Cases = Samples.gaussianMeanPrecision 0 20
          Draft =
            fun count seed ->
                { Prior = { Mean = 1.0; PrecisionScale = 0.5; Shape = 3.0; Rate = 2.0 }
                  Rows = MarginalSubject.normals count 1 seed
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = batches
          Marginal = fun case -> MarginalModels.gaussianMeanPrecision case.Prior (batches case)
          Conjugate = fun case -> GaussianMeanPrecision.model case.Prior
          Pin = pin
          Values = values
          LogJoint =
            fun case q ->
                let tau = Gamma.mean q.Precision

                NormalGamma.logDensity case.Prior (struct (q.Mean.Mean, tau))
                + Array.sumBy
                    (fun (row: float[]) -> MarginalSubject.logOfNormal q.Mean.Mean (1.0 / tau) row[0])
                    case.Rows
          Variables = fun _ q -> [| q.Mean.Mean; Gamma.mean q.Precision |]
          Evidence = ValueSome(fun case -> Evidence.gaussianMeanPrecision case.Prior (Array.map Array.head case.Rows))
          PriorFactorises = false
          HasLocals = false
          Reorder = ValueNone }

    let gaussianMean: MarginalSubject<GaussianMeanCase, Moments, Normal> =
        let batches (case: GaussianMeanCase) = MarginalSubject.table 1 case.Rows

        { Name = "gaussian-mean"
          Covers = "gaussian-mean"
          Cases = Samples.gaussianMean 0 20
          Draft =
            fun count seed ->
                { Prior = { Mean = { Mean = 1.0; Variance = 2.0 }; NoiseVariance = 1.5 }
                  Rows = MarginalSubject.normals count 1 seed
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = batches
          Marginal = fun case -> MarginalModels.gaussianMean case.Prior (batches case)
          Conjugate = fun case -> GaussianMean.model case.Prior
          Pin =
            fun _ q rng ->
                let struct (mu, rng) = Normal.sample q rng
                struct ({ Mean = mu; Variance = 0.0 }, rng)
          Values = fun _ q -> Vec.constant 1 q.Mean
          LogJoint =
            fun case q ->
                Normal.logDensity case.Prior.Mean q.Mean
                + Array.sumBy
                    (fun (row: float[]) -> MarginalSubject.logOfNormal q.Mean case.Prior.NoiseVariance row[0])
                    case.Rows
          Variables = fun _ q -> [| q.Mean |]
          Evidence = ValueSome(fun case -> Evidence.gaussianMean case.Prior (Array.map Array.head case.Rows))
          PriorFactorises = true
          HasLocals = false
          Reorder = ValueNone }
