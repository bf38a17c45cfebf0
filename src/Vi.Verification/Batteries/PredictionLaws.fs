namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What models predict of a new row, against integrals over their factors, and as units, origins and order of the columns change.
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

    /// The joint density of a mixture is given, so that a wrong one can be tried.
    let internal mixture
        (weights: WeightKind<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        (logDensity: MixtureView -> Vec -> float)
        : Law =
        let subject = MixtureKinds.subject (Samples.mixture 0 20 3 2 4) weights kind

        Law.make
            { Name = $"{subject.Name}: a prediction weighs the components' evidences of a row by their probabilities"
              Statement =
                "At any factors the density of a new row is the sum over components of the probability that a row belongs to it times the evidence of that row under the component."
              Formula = @"p(x)=\sum_k\mathbb E[\pi_k]\int N(x\mid\mu,\Lambda^{-1})\,q_k(\mu,\Lambda)\,d\mu\,d\Lambda"
              Source = "Bishop 2006, 10.80"
              Covers = [ "gaussian-mixture"; "predictions" ]
              Cases = 30
              Generator = Scalars.both subject.Cases point
              Holds =
                fun (case, point) ->
                    let q = ConjugateSubject.start subject case
                    let view = Mixture.view weights.Family kind.Family q
                    let x = point[.. case.Prior.Component.Mean.Length - 1]

                    let probabilities =
                        Array.init view.Components.Length (fun k -> exp (weights.LogAssignment q.Weights [ k ]))

                    let expected = Predictions.mixtureLogDensity probabilities view.Components x

                    Compare.close
                        "log density"
                        expected
                        (logDensity view (Vec.ofArray x))
                        (Tolerances.evidence (abs expected))
                    :: [ for k in 0 .. probabilities.Length - 1 do
                             Compare.close
                                 $"probability of component {k}"
                                 probabilities[k]
                                 view.ExpectedWeights[k]
                                 (Tolerances.special 1.0) ] }

    /// Integrals of a joint density in two columns over the column that is not meant, for the cases that have two; in one column the joint density
    /// itself. The marginal of a component is given, so that a wrong one can be tried.
    let internal marginals
        (kind: ComponentKind<'prior, 'data, 'components>)
        (marginal: int -> MixtureComponent -> StudentT)
        : Law =
        let subject = MixtureKinds.subject (Samples.mixture 0 20 2 1 3) MixtureKinds.dirichlet kind

        Law.make
            { Name =
                $"{subject.Name}: what is predicted of a column is the joint prediction with the other integrated out"
              Statement =
                "In one and two columns the density that a component predicts of a column is the integral of the evidence of a row over the other column."
              Formula = @"p(x_j)=\int p(x_1,x_2)\,dx_{3-j}"
              Source = "definition of a marginal density"
              Covers = [ "gaussian-mixture"; "predictions" ]
              Cases = 15
              Generator = Scalars.both subject.Cases (Arb.fromGen (Scalars.uniformGen -3.0 3.0))
              Holds =
                fun (case, z) ->
                    let d = case.Prior.Component.Mean.Length
                    let q = ConjugateSubject.start subject case

                    [ for c in kind.Family.View q.Components do
                          let own = Array.init d (fun j -> MixtureComponent.marginalPredictive j c)

                          for j in 0 .. d - 1 do
                              let found = marginal j c
                              let x = own[j].Location + z * own[j].Scale

                              let expected =
                                  if d = 1 then
                                      Predictions.componentLogDensity c [| x |]
                                  else
                                      let other = own[1 - j]

                                      Numerical.integral other.Location other.Scale (fun y ->
                                          Predictions.componentLogDensity c (if j = 0 then [| x; y |] else [| y; x |]))
                                      |> log

                              Compare.close
                                  $"log density of column {j}"
                                  expected
                                  (StudentT.logDensity found x)
                                  (10.0 * allowedLog expected) ] }

    /// A quantile of one column, given a probability.
    let internal mixtureQuantile (quantile: MixtureView -> int -> float -> float) : Law =
        let subject = MixtureKinds.gaussianMixture

        Law.make
            { Name = "gaussian-mixture: the quantile of a new row's column has its probability below it"
              Statement =
                "The probabilities of the components times their distribution functions add up to p at the quantile of p."
              Formula = @"\sum_k\mathbb E[\pi_k]\,F_k(Q(p))=p"
              Source = "definition of the quantile"
              Covers = [ "gaussian-mixture"; "predictions" ]
              Cases = 40
              Generator = Scalars.both subject.Cases (Arb.fromGen (Scalars.uniformGen 0.02 0.98))
              Holds =
                fun (case, p) ->
                    let q = ConjugateSubject.start subject case
                    let view = GaussianMixture.view q
                    let total = Vec.sum q.Weights.Concentration

                    [ for j in 0 .. case.Prior.Component.Mean.Length - 1 do
                          let at = quantile view j p

                          let below =
                              q.Components
                              |> Array.mapi (fun k c ->
                                  q.Weights.Concentration[k] / total
                                  * StudentT.cdf (MixtureComponent.marginalPredictive j (Joint c)) at)
                              |> Array.sum

                          // Quantiles are roots to a part in 10^12 or so, and densities here are below a hundred.
                          Compare.close $"probability below, column {j}" p below (1e-10 * (1.0 + abs at)) ] }

    /// The next state is given, so that a wrong one can be tried.
    let internal nextState (next: RegimeSwitchingPosterior -> Vec -> Vec) : Law =
        Law.make
            { Name = "regime-switching: states one and several rows ahead are sums over paths"
              Statement =
                "The state of a row that lies one, two or three steps ahead has the probabilities of all paths there, each step with its expected probability."
              Formula = @"P(z_{T+h}=j)=\sum_{i_0,\dots,i_{h-1}}p_{i_0}\prod_{s=1}^{h}\mathbb E[A_{i_{s-1}i_s}]"
              Source = "enumeration"
              Covers = [ "regime-switching"; "predictions" ]
              Cases = 50
              Generator = Scalars.both (Samples.regimes 3 20 2 1 4) Scalars.seed
              Holds =
                fun (case, seed) ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case

                    let last =
                        let struct (uniforms, _) = Rng.array q.States.Length Rng.openUniform (Rng.ofSeed seed)
                        uniforms |> Array.map (fun u -> u / Array.sum uniforms)

                    [ for steps in 1..3 do
                          let found = (Vec.ofArray last, seq { 1..steps }) ||> Seq.fold (fun p _ -> next q p)
                          let expected = Predictions.statesAhead q.Transitions steps last

                          for k in 0 .. last.Length - 1 do
                              Compare.close
                                  $"state {k} after {steps} steps"
                                  expected[k]
                                  found[k]
                                  Tolerances.sumOfProbabilities ] }

    /// The density of a row given the probabilities of its state.
    let internal regimes (logDensity: RegimeSwitchingPosterior -> Vec -> Vec -> float) : Law =
        Law.make
            { Name = "regime-switching: a prediction weighs the states' evidences of a row by their probabilities"
              Statement =
                "At any factors the density of a row whose state has given probabilities is the sum over states of the probability times the evidence of that row under the state; a column's is its integral over the other."
              Formula = @"p(x)=\sum_k p_k\int N(x\mid\mu,\Lambda^{-1})\,q_k(\mu,\Lambda)\,d\mu\,d\Lambda"
              Source = "definition of the predictive"
              Covers = [ "regime-switching"; "predictions" ]
              Cases = 30
              Generator = Scalars.three (Samples.regimes 3 20 3 1 4) point Scalars.seed
              Holds =
                fun (case, point, seed) ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case

                    let last =
                        let struct (uniforms, _) = Rng.array q.States.Length Rng.openUniform (Rng.ofSeed seed)
                        uniforms |> Array.map (fun u -> u / Array.sum uniforms)

                    let x = point[.. case.Prior.State.Mean.Length - 1]
                    let expected = Predictions.mixtureLogDensity last (Array.map Joint q.States) x

                    Compare.close
                        "log density"
                        expected
                        (logDensity q (Vec.ofArray last) (Vec.ofArray x))
                        (Tolerances.evidence (abs expected))
                    :: [ for j in 0 .. x.Length - 1 do
                             let column = RegimeSwitching.predictive q (Vec.ofArray last) j

                             for k in 0 .. last.Length - 1 do
                                 let own = MixtureComponent.marginalPredictive j (Joint q.States[k])
                                 Compare.close $"probability of state {k}" last[k] column.Weights[k] 0.0

                                 Compare.close
                                     $"log density of column {j}, state {k}"
                                     (StudentT.logDensity own x[j])
                                     (StudentT.logDensity column.Components[k] x[j])
                                     (Tolerances.special (StudentT.logDensity own x[j])) ] }

    /// Factors at a row with gaps, and the shares of the variance that they explain; both functions are given, so that wrong ones can be tried.
    let internal factors
        (factorsOf: FactorModelPosterior -> float[] -> struct (Vec * Mat))
        (explained: FactorModelPosterior -> ExplainedVariance)
        : Law =
        let subject = FactorSubjects.known

        Law.make
            { Name =
                "factor-model: factors at a row and explained shares are those of plain sums over its observed entries"
              Statement =
                "Mean and covariance of the factors at a new row with gaps are those of a plain implementation, the prior's where no entry is observed; the share of a factor in a column's variance is E[b^2] over the sum of all and E[psi]."
              Formula =
                @"S=\Big(I+\sum_{n\ \mathrm{seen}}\mathbb E[\tau_n]\,\mathbb E[b_nb_n^\top]\Big)^{-1},\quad m=S\sum_n\mathbb E[\tau_n]\,\mathbb E[b_n]\,r_n"
              Source = "Bishop 1999; plain loops"
              Covers = [ "factor-model"; "predictions" ]
              Cases = 50
              Generator = Scalars.three subject.Cases point (Scalars.integer 0 31)
              Holds =
                fun (case, point, gaps) ->
                    let q = ConjugateSubject.start subject case
                    let plain = PlainFactorModel.ofPosterior q
                    let k = case.Prior.Factors

                    let row = Array.init case.Columns (fun n -> if (gaps >>> n) &&& 1 = 1 then nan else point[n])

                    let compare what row =
                        let struct (mean, covariance) = factorsOf q row
                        let struct (expected, spread) = PlainFactorModel.factorsAt plain row

                        [ for i in 0 .. k - 1 do
                              let sd = sqrt spread[i, i]
                              Compare.close $"{what}: factor {i}, in sds" 0.0 ((mean[i] - expected[i]) / sd) 1e-8

                              for j in 0 .. k - 1 do
                                  Compare.close
                                      $"{what}: correlation ({i}, {j})"
                                      0.0
                                      ((covariance[i, j] - spread[i, j]) / sqrt (spread[i, i] * spread[j, j]))
                                      1e-8 ]

                    let shares = FactorModel.inFrame (FactorFrame.identity k) q |> explained
                    let parts = Array.init case.Columns (PlainFactorModel.varianceOf plain)
                    let total = parts |> Array.sumBy (fun (struct (_, all)) -> all)

                    compare "a row with gaps" row
                    @ compare "a row of gaps" (Array.create case.Columns nan)
                    @ [ for i in 0 .. k - 1 do
                            let ofFactor = parts |> Array.sumBy (fun (struct (squares, _)) -> squares[i])
                            Compare.close $"share of factor {i}" (ofFactor / total) shares.ByFactor[i] 1e-8

                            for n in 0 .. case.Columns - 1 do
                                let struct (squares, all) = parts[n]

                                Compare.close
                                    $"share of factor {i} in column {n}"
                                    (squares[i] / all)
                                    shares.ByColumn[n].[i]
                                    1e-8 ] }

    let all: Law list =
        [ regression LinearRegression.predictive
          regressionChanges (fitted LinearRegression.predictive)
          meanPrecision GaussianMeanPrecision.predictive
          interval PredictionScores.ofDistribution
          logistic (fun prior q x -> LogisticRegression.logOdds prior q x |> LogisticRegression.probability)
          mixture MixtureKinds.dirichlet MixtureKinds.full MixtureView.predictiveLogDensity
          mixture MixtureKinds.dirichlet MixtureKinds.diagonal MixtureView.predictiveLogDensity
          mixture MixtureKinds.stickBreaking MixtureKinds.tied MixtureView.predictiveLogDensity
          marginals MixtureKinds.full MixtureComponent.marginalPredictive
          marginals MixtureKinds.tied MixtureComponent.marginalPredictive
          marginals MixtureKinds.diagonal MixtureComponent.marginalPredictive
          mixtureQuantile MixtureView.predictiveQuantile
          nextState RegimeSwitching.nextState
          regimes RegimeSwitching.predictiveLogDensity
          factors FactorStatistics.factorsOf FactorView.explained ]
