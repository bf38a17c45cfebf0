namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Predictions as they should not be.
[<RequireQualifiedAccess>]
module WrongPredictions =

    let private right = LinearRegression.predictive

    /// New rows taken from 0 where the fit took its rows from their means.
    let private uncentred (data: Moments) = right { data with Mean = Vec.zero data.Mean.Length }

    let private probability prior q x = LogisticRegression.logOdds prior q x |> LogisticRegression.probability

    let all: Specimen list =
        [ Specimen.make
              "a prediction without the weights' spread"
              "forecasts that put the weights' means in"
              "Intervals far from the rows are as narrow as near them."
              (PredictionLaws.regression right).Name
              [ PredictionLaws.regression (fun data q x ->
                    { right data q x with
                        Variance =
                            match q.Intercept with
                            | ValueSome b -> b.Variance
                            | ValueNone -> 0.0 }) ]
          Specimen.make
              "a prediction without the intercept's spread"
              "a common slip: the intercept taken for known"
              "The standard deviation at the columns' means is the noise's alone."
              (PredictionLaws.regression right).Name
              [ PredictionLaws.regression (fun data q x ->
                    let found = right data q x

                    match q.Intercept with
                    | ValueSome b -> { found with Variance = found.Variance - b.Variance }
                    | ValueNone -> found) ]
          Specimen.make
              "a prediction by the mean's distribution"
              "the posterior of the mean taken for that of the next observation"
              "The noise is left out: intervals are too narrow, and more so the more rows there are."
              (PredictionLaws.mean GaussianMean.predictive).Name
              [ PredictionLaws.mean (fun _ q -> q) ]
          Specimen.make
              "a prediction about a known mean"
              "forecasts that put the mean in"
              "The mean's own uncertainty is left out."
              (PredictionLaws.mean GaussianMean.predictive).Name
              [ PredictionLaws.mean (fun prior q -> { q with Variance = prior.NoiseVariance }) ]
          Specimen.make
              "new rows that are not centred"
              "a fit on centred columns used on raw ones"
              "The prediction is that of another row, as far off as the columns' means."
              (PredictionLaws.regressionChanges (PredictionLaws.fitted right)).Name
              [ PredictionLaws.regressionChanges (PredictionLaws.fitted uncentred) ]
          Specimen.make
              "an interval of 80 %"
              "quantiles of 10 % and 90 % for an interval of 90 %"
              "One number in five lies outside."
              (PredictionLaws.interval PredictionScores.ofDistribution).Name
              [ PredictionLaws.interval (fun d actual ->
                    { PredictionScores.ofDistribution d actual with
                        Low = NormalScaleMixture.quantile d 0.1
                        High = NormalScaleMixture.quantile d 0.9 }) ]
          Specimen.make
              "the sigmoid of the mean log odds"
              "forecasts that put the weights' means in"
              "Probabilities are too near 0 and 1 where the log odds are uncertain."
              (PredictionLaws.logistic probability).Name
              [ PredictionLaws.logistic (fun prior q x ->
                    LogisticRegression.sigmoid (LogisticRegression.logOdds prior q x).Mean) ]
          Specimen.make
              "log odds about 0"
              "a centre that the prediction forgets"
              "The intercept is taken for the log odds at 0."
              (PredictionLaws.logistic probability).Name
              [ PredictionLaws.logistic (fun prior -> probability { prior with Centre = Vec.zero prior.Centre.Length }) ]
          Specimen.make
              "components with equal probabilities"
              "predictions that leave the weights out"
              "Rare components are predicted as often as the others."
              (HiddenPredictionLaws.mixture MixtureKinds.dirichlet MixtureKinds.full MixtureView.predictiveLogDensity)
                  .Name
              [ HiddenPredictionLaws.mixture MixtureKinds.dirichlet MixtureKinds.full (fun view ->
                    let k = view.ExpectedWeights.Length
                    MixtureView.predictiveLogDensity { view with ExpectedWeights = Vec.constant k (1.0 / float k) }) ]
          Specimen.make
              "a marginal with the joint degrees of freedom plus D - 1"
              "nu taken for nu - D + 1"
              "The tails of a column are too light where there are several columns."
              (HiddenPredictionLaws.marginals MixtureKinds.full MixtureComponent.marginalPredictive).Name
              [ HiddenPredictionLaws.marginals MixtureKinds.full (fun j c ->
                    let found = MixtureComponent.marginalPredictive j c
                    let extra = float (MixtureComponent.dimension c - 1)
                    { found with DegreesOfFreedom = found.DegreesOfFreedom + extra }) ]
          Specimen.make
              "the quantile of the first column"
              "a column's index that is dropped"
              "Every column has the first one's interval."
              (HiddenPredictionLaws.mixtureQuantile MixtureView.predictiveQuantile).Name
              [ HiddenPredictionLaws.mixtureQuantile (fun view _ -> MixtureView.predictiveQuantile view 0) ]
          Specimen.make
              "transitions read backwards"
              "a common slip: A p in the place of A'p"
              "The next state is the one that leads here, not the one that follows."
              (HiddenPredictionLaws.nextState RegimeSwitching.nextState).Name
              [ HiddenPredictionLaws.nextState (fun q last ->
                    Mat.multiplyVec (RegimeSwitching.expectedTransitions q) last) ]
          Specimen.make
              "states weighed twice"
              "probabilities that multiply weights already inside"
              "The density is that of p^2, which does not add up to 1."
              (HiddenPredictionLaws.regimes RegimeSwitching.predictiveLogDensity).Name
              [ HiddenPredictionLaws.regimes (fun q weights ->
                    RegimeSwitching.predictiveLogDensity q (Vec.map (fun p -> p * p) weights)) ]
          Specimen.make
              "gaps taken for zeros"
              "tables whose missing entries were filled with the mean"
              "An entry that was not seen pulls the factors to 0 and narrows them."
              (HiddenPredictionLaws.factors FactorStatistics.factorsOf FactorView.explained).Name
              [ HiddenPredictionLaws.factors
                    (fun q row ->
                        FactorStatistics.factorsOf q (row |> Array.map (fun r -> if Double.IsNaN r then 0.0 else r)))
                    FactorView.explained ] ]
