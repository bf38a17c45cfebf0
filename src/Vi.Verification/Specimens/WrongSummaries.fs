namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Summaries of posteriors as they should not be.
[<RequireQualifiedAccess>]
module WrongSummaries =

    let private exact = ExactRegression.ofMoments

    let private changed change prior data = exact prior data |> ValueOption.map (change prior)

    let private components = SummaryLaws.components MixtureComponent.marginalMean

    let all: Specimen list =
        [ Specimen.make
              "weights' sds in a common unit"
              "units that the means are put back into and the standard deviations are not"
              "Where columns have different units the standard deviations are off by their ratio."
              (SummaryLaws.regression exact).Name
              [ SummaryLaws.regression (
                    changed (fun (prior: LinearRegressionPrior) found ->
                        match prior.Scales with
                        | ValueSome s -> { found with WeightSds = Vec.map2 (/) found.WeightSds s }
                        | ValueNone -> found)
                ) ]
          Specimen.make
              "a variance for a standard deviation"
              "a root that is left out"
              "The spread of the noise precision is its square."
              (SummaryLaws.regression exact).Name
              [ SummaryLaws.regression (
                    changed (fun _ found ->
                        { found with NoisePrecisionSd = found.NoisePrecisionSd * found.NoisePrecisionSd })
                ) ]
          Specimen.make
              "half a row more in the shape"
              "the shape of q(tau) taken for that of the exact posterior"
              "The precision is larger than it is, by 1 / (2 a)."
              (SummaryLaws.meanPrecision GaussianMeanPrecision.posterior).Name
              [ SummaryLaws.meanPrecision (fun prior data ->
                    let right = GaussianMeanPrecision.posterior prior data
                    { right with Shape = right.Shape + 0.5 }) ]
          Specimen.make
              "the variance of a column with nu / 2 for its shape"
              "the formula of one column used in several"
              "Variances are too small where there are several columns."
              "gaussian-mixture: what is said of a component's mean and variances is how draws of it scatter"
              [ components
                    (fun j c ->
                        let found = MixtureComponent.marginalVariance j c

                        match c with
                        | Joint d -> { found with Shape = 0.5 * d.Precision.DegreesOfFreedom }
                        | Independent _ -> found)
                    MixtureComponent.covariance
                    MixtureComponent.squaredDistance ]
          Specimen.make
              "a covariance by nu + 1"
              "a common slip in the degrees of freedom"
              "The covariance is not the inverse of the precision that responsibilities are made with."
              "gaussian-mixture: what is said of a component's mean and variances is how draws of it scatter"
              [ components
                    MixtureComponent.marginalVariance
                    (fun c ->
                        match c with
                        | Joint d ->
                            let nu = d.Precision.DegreesOfFreedom
                            Mat.scale (nu / (nu + 1.0)) (MixtureComponent.covariance c)
                        | Independent _ -> MixtureComponent.covariance c)
                    MixtureComponent.squaredDistance ]
          Specimen.make
              "curvature of the likelihood alone"
              "a prior left out of a second derivative"
              "Spreads at the answer are too wide where the prior matters."
              (SummaryLaws.curvature LogisticRegression.curvatureAt).Name
              [ SummaryLaws.curvature (fun prior rows q ->
                    let right = LogisticRegression.curvatureAt prior rows q
                    let half = Mat.scale 0.5 (Chol.toMat prior.Weights.Precision)

                    { right with
                        Precision = Chol.factor "half of the prior" (Mat.subtract (Chol.toMat right.Precision) half) }) ]
          Specimen.make
              "duration of the expected probability"
              "1 / (1 - E[p]) for E[1 / (1 - p)]"
              "Durations are too short, the more so the less is known."
              (SummaryLaws.duration RegimeSwitching.duration).Name
              [ SummaryLaws.duration (fun stay ->
                    let struct (_, sd) = RegimeSwitching.duration stay
                    struct (1.0 / (1.0 - Beta.mean stay), sd)) ] ]
