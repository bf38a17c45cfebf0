namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What models with hidden variables predict - mixtures, regimes and factor models - against sums over components and paths.
[<RequireQualifiedAccess>]
module HiddenPredictionLaws =

    /// Places of a new row: more columns than any case has.
    let private point = Scalars.arrayOf 5 5 (Scalars.real 3.0)

    /// Logs of densities by quadrature over a column.
    let private allowedLog (value: float) = 100.0 * Tolerances.quadrature value

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
                                  (allowedLog expected) ] }

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
        [ mixture MixtureKinds.dirichlet MixtureKinds.full MixtureView.predictiveLogDensity
          mixture MixtureKinds.dirichlet MixtureKinds.diagonal MixtureView.predictiveLogDensity
          mixture MixtureKinds.stickBreaking MixtureKinds.tied MixtureView.predictiveLogDensity
          marginals MixtureKinds.full MixtureComponent.marginalPredictive
          marginals MixtureKinds.tied MixtureComponent.marginalPredictive
          marginals MixtureKinds.diagonal MixtureComponent.marginalPredictive
          mixtureQuantile MixtureView.predictiveQuantile
          nextState RegimeSwitching.nextState
          regimes RegimeSwitching.predictiveLogDensity
          factors FactorStatistics.factorsOf FactorView.explained ]
