namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What regressions and normal samples predict, against integrals over their factors, and as units, origins and order of the columns change.
[<RequireQualifiedAccess>]
module PredictionLaws =

    /// Places of a new row: more columns than any case has.
    let private point = Scalars.arrayOf 5 5 (Scalars.real 3.0)

    /// A prediction's scale, whatever its tails.
    let private scaleOf (d: NormalScaleMixture) = sqrt (d.Variance + d.Rate / d.Shape)

    /// Logs of densities by quadrature over log tau on one side and sums over it on the other.
    let private allowedLog (value: float) = 10.0 * Tolerances.quadrature value

    /// The prediction is given, so that a wrong one can be tried: from the moments of the rows, the factors and a new row of columns.
    let internal regression (predictive: Moments -> LinearRegressionPosterior -> Vec -> NormalScaleMixture) : Law =
        Law.make
            { Name = "linear-regression: a prediction integrates weights, intercept and noise out"
              Statement =
                "At any factors the density of a new target is the integral over the noise of normal densities, with the weights' and the intercept's spread added; columns count from their means where there is an intercept, and from 0 where there is none."
              Formula = @"p(y)=\int N\big(y\mid m_b+(x-c)^\top m,\ v_b+(x-c)^\top S(x-c)+\tau^{-1}\big)\,q(\tau)\,d\tau"
              Source = "Bishop 2006, 3.58 and 10.105"
              Covers = [ "linear-regression"; "predictions" ]
              Cases = 40
              Generator = Scalars.three (Samples.regression 1 20) point (Arb.fromGen (Scalars.uniformGen -4.0 4.0))
              Holds =
                fun (case, point, z) ->
                    let subject = Models.linearRegression
                    let q = ConjugateSubject.start subject case
                    let data = Moments.ofRows (ConjugateSubject.tableOf subject case)
                    let x = point[.. case.Columns - 1]
                    let struct (mean, variance) = Predictions.regression case.Rows q x
                    let found = predictive data q (Vec.ofArray x)
                    let scale = sqrt (variance + q.NoisePrecision.Rate / q.NoisePrecision.Shape)
                    let y = mean + z * scale
                    let expected = Predictions.logDensity mean variance q.NoisePrecision y

                    [ Compare.close "mean, in scales" 0.0 ((found.Mean - mean) / scale) Tolerances.sameAnswer
                      Compare.close "log density" expected (NormalScaleMixture.logDensity found y) (allowedLog expected) ] }

    let internal meanPrecision (predictive: GaussianMeanPrecisionPosterior -> NormalScaleMixture) : Law =
        Law.make
            { Name = "gaussian-mean-precision: a prediction integrates mean and noise out"
              Statement =
                "At any factors the density of a new observation is the integral over the precision of normal densities whose variance is that of the mean and of the noise."
              Formula = @"p(x)=\int N(x\mid m,\ v+\tau^{-1})\,q(\tau)\,d\tau"
              Source = "definition of the predictive"
              Covers = [ "gaussian-mean-precision"; "predictions" ]
              Cases = 40
              Generator = Scalars.both (Samples.gaussianMeanPrecision 0 20) (Arb.fromGen (Scalars.uniformGen -4.0 4.0))
              Holds =
                fun (case, z) ->
                    let q = ConjugateSubject.start Models.gaussianMeanPrecision case
                    let scale = sqrt (q.Mean.Variance + q.Precision.Rate / q.Precision.Shape)
                    let x = q.Mean.Mean + z * scale
                    let expected = Predictions.logDensity q.Mean.Mean q.Mean.Variance q.Precision x

                    [ Compare.close
                          "log density"
                          expected
                          (NormalScaleMixture.logDensity (predictive q) x)
                          (allowedLog expected) ] }

    let internal mean (predictive: GaussianMeanPrior -> Normal -> Normal) : Law =
        Law.make
            { Name = "gaussian-mean: a prediction integrates the mean out"
              Statement =
                "At any q(mu) the density of a new observation is the integral over the mean of normal densities with the known variance."
              Formula = @"p(x)=\int N(x\mid\mu,\sigma^2)\,q(\mu)\,d\mu"
              Source = "definition of the predictive"
              Covers = [ "gaussian-mean"; "predictions" ]
              Cases = 40
              Generator = Scalars.both Models.gaussianMean.Cases (Arb.fromGen (Scalars.uniformGen -4.0 4.0))
              Holds =
                fun (case, z) ->
                    let q = ConjugateSubject.start Models.gaussianMean case
                    let variance = case.Prior.NoiseVariance
                    let x = q.Mean + z * sqrt (q.Variance + variance)
                    let expected = Predictions.overMean variance q x

                    [ Compare.close
                          "log density"
                          expected
                          (Normal.logDensity (predictive case.Prior q) x)
                          (allowedLog expected) ] }

    /// What is done to the columns and the target of a regression and to a new row, and what a prediction must become.
    let private changes (case: RegressionCase) : (string * RegressionCase * (float[] -> float[]) * float * float) list =
        let d = case.Columns
        let scales = case.Prior.Scales |> ValueOption.defaultValue (Vec.constant d 1.0)

        let changed f (case: RegressionCase) =
            { case with Rows = case.Rows |> Array.map (fun row -> Array.append (f row[.. d - 1]) [| row[d] |]) }

        let withScales f = { case with Prior = { case.Prior with Scales = ValueSome(Vec.init d f) } }

        // Powers of two round nothing.
        let unit j = 2.0 ** float (3 - 2 * j)
        let moved x = x |> Array.mapi (fun j value -> value + 3.0 + float j)
        let scaled x = x |> Array.mapi (fun j value -> unit j * value)

        [ "columns in another order", changed Array.rev (withScales (fun j -> scales[d - 1 - j])), Array.rev, 0.0, 1.0
          "columns in other units", changed scaled (withScales (fun j -> scales[j] / unit j)), scaled, 0.0, 1.0

          if case.Prior.Intercept.IsSome then
              "columns moved", changed moved case, moved, 0.0, 1.0

              "target moved",
              { case with
                  Prior =
                      { case.Prior with
                          Intercept = case.Prior.Intercept |> ValueOption.map (fun b -> { b with Mean = b.Mean + 5.0 }) }
                  Rows = case.Rows |> Array.map (fun row -> Array.updateAt d (row[d] + 5.0) row) },
              id,
              5.0,
              1.0

          "target in another unit",
          { case with
              Prior =
                  { case.Prior with
                      Scales = ValueSome(Vec.scale 4.0 scales)
                      NoisePrecision = { case.Prior.NoisePrecision with Rate = 16.0 * case.Prior.NoisePrecision.Rate }
                      Intercept =
                          case.Prior.Intercept
                          |> ValueOption.map (fun b -> { Mean = 4.0 * b.Mean; Variance = 16.0 * b.Variance }) }
              Rows = case.Rows |> Array.map (fun row -> Array.updateAt d (4.0 * row[d]) row) },
          id,
          0.0,
          4.0 ]

    /// From a case and a new row of columns to the prediction after three sweeps.
    let internal fitted (predictive: Moments -> LinearRegressionPosterior -> Vec -> NormalScaleMixture) =
        fun (case: RegressionCase) (x: float[]) ->
            let subject = Models.linearRegression
            let q = ConjugateSubject.sweeps subject case 3 (subject.Model case).Prior
            predictive (Moments.ofRows (ConjugateSubject.tableOf subject case)) q (Vec.ofArray x)

    let internal regressionChanges (predict: RegressionCase -> float[] -> NormalScaleMixture) : Law =
        let cases =
            let known, learned = Samples.regression 1 20, Samples.relevance 1 20
            Arb.fromGenShrink (Gen.oneof [ known.Generator; learned.Generator ], known.Shrinker)

        Law.make
            { Name = "linear-regression: predictions follow units, origins and order of the columns"
              Statement =
                "Columns in another order, in other units or, where there is an intercept, moved leave what is predicted of a row; a target that is moved or in another unit moves it, or changes its unit."
              Formula = @"p(y\mid Tx,\,TX)=p(y\mid x,\,X)"
              Source = "the model's symmetries"
              Covers = [ "linear-regression"; "predictions" ]
              Cases = 40
              Generator = Scalars.both cases point
              Holds =
                fun (case, point) ->
                    let x = point[.. case.Columns - 1]
                    let before = predict case x
                    let scale = scaleOf before

                    [ for name, changed, follow, shift, unit in changes case do
                          let after = predict changed (follow x)

                          let away =
                              [ (after.Mean - shift - unit * before.Mean) / (unit * scale)
                                (scaleOf after - unit * scale) / (unit * scale)
                                (after.Variance / (unit * unit) - before.Variance) / (scale * scale)
                                after.Shape - before.Shape ]

                          // Rounding of moved columns reaches the answer through their second moments.
                          Compare.close name 0.0 (away |> List.map abs |> List.max) (Tolerances.shiftedData 1.0) ] }

    /// The interval, the mean and the standard deviation of a predicted number. The function is given, so that a wrong one can be tried.
    let internal interval (summary: NormalScaleMixture -> float -> Prediction) : Law =
        Law.make
            { Name = "predictions: an interval of 90 % leaves a twentieth on either side"
              Statement =
                "The ends of a predicted number's interval have 5 % and 95 % of the probability below them, and its standard deviation is the root of the mean's variance and the expected variance of the noise."
              Formula = @"P(y\le a)=0.05,\quad P(y\le b)=0.95,\quad s^2=v+\mathbb E[\tau^{-1}]"
              Source = "definition"
              Covers = [ "linear-regression"; "predictions" ]
              Cases = 40
              Generator = Families.normalScaleMixture
              Holds =
                fun d ->
                    let found = summary d 0.0
                    let precision = Gamma.create d.Shape d.Rate

                    let below y =
                        Predictions.overPrecision precision (fun u ->
                            log (Special.normalCdf ((y - d.Mean) / sqrt (d.Variance + exp -u))))

                    [ Compare.close
                          "probability below the lower end"
                          0.05
                          (below found.Low)
                          (Tolerances.quadrature 10.0)
                      Compare.close
                          "probability below the upper end"
                          0.95
                          (below found.High)
                          (Tolerances.quadrature 10.0)
                      Compare.close "mean" d.Mean found.Mean 0.0

                      if d.Shape > 1.1 then
                          let inverse = Predictions.overPrecision precision (fun u -> -u)

                          Compare.close
                              "variance"
                              (d.Variance + inverse)
                              (found.Sd * found.Sd)
                              (Tolerances.quadrature 10.0 * (d.Variance + inverse)) ] }

    /// The probability of the label 1 at a new row. The function is given, so that a wrong one can be tried.
    let internal logistic (probability: LogisticRegressionPrior -> MvNormal -> Vec -> float) : Law =
        Law.make
            { Name = "logistic-regression: a predicted probability is the sigmoid averaged over the weights"
              Statement =
                "P(y = 1) at a new row is the average of the sigmoid of its log odds over q(w), by a sum over a grid of weights; columns count from the centre."
              Formula = @"P(y=1\mid x)=\int\sigma\big((x-c,1)^\top w\big)\,q(w)\,dw"
              Source = "Bishop 2006, 4.5.2"
              Covers = [ "logistic-regression"; "predictions" ]
              Cases = 20
              Generator = Scalars.both (Samples.logistic 1 20 2) point
              Holds =
                fun (case, point) ->
                    let q = ConjugateSubject.sweeps LogisticSubjects.logistic case 2 case.Prior.Weights
                    let x = point[.. case.Prior.Centre.Length - 1]

                    [ Compare.close
                          "P(y = 1)"
                          (LogisticEvidence.probability case.Prior q x)
                          (probability case.Prior q (Vec.ofArray x))
                          (Tolerances.quadrature 1.0) ] }

    let all: Law list =
        [ regression LinearRegression.predictive
          regressionChanges (fitted LinearRegression.predictive)
          mean GaussianMean.predictive
          meanPrecision GaussianMeanPrecision.predictive
          interval PredictionScores.ofDistribution
          logistic (fun prior q x -> LogisticRegression.logOdds prior q x |> LogisticRegression.probability) ]
