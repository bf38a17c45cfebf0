namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// How answers are read: the order of regimes, labels of rows, and figures of mixtures.
[<RequireQualifiedAccess>]
module ReadingLaws =

    /// The order is given, so that a wrong one can be tried.
    let internal regimeOrder
        (inOrder: RegimeSwitchingPrior -> RegimeSwitchingPosterior -> RegimeSwitchingPosterior)
        : Law =
        Law.make
            { Name = "regime-switching: the order of states is a relabelling, by rising volatility"
              Statement =
                "In the order in which states are shown every state keeps its own beginning and its own steps to every other; states with a row come first, each group by the determinant of its covariance."
              Formula = @"A'_{ij}=A_{\pi(i)\pi(j)},\quad|\Sigma_{\pi(1)}|\le|\Sigma_{\pi(2)}|\le\dots"
              Source = "definition of the order"
              Covers = [ "regime-switching" ]
              Cases = 50
              Generator = Samples.regimes 3 30 3 2 4
              Holds =
                fun case ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let found = inOrder case.Prior q
                    let states = q.States.Length
                    let counts = RegimeSwitching.counts case.Prior q

                    let place =
                        Array.init states (fun i ->
                            q.States |> Array.findIndex (fun state -> state.Equals found.States[i]))

                    let logDeterminant i =
                        let d = q.States[i].Mean.Length
                        let inverse = Chol.toMat q.States[i].Precision.InverseScale
                        let nu = q.States[i].Precision.DegreesOfFreedom
                        Evidence.logDeterminant (Array2D.init d d (fun j k -> inverse[j, k] / nu))

                    [ Compare.holds "each state once" (Array.sort place = [| 0 .. states - 1 |])

                      for i in 0 .. states - 1 do
                          Compare.close
                              $"beginning in {i}"
                              q.Initial.Concentration[place[i]]
                              found.Initial.Concentration[i]
                              0.0

                          for j in 0 .. states - 1 do
                              Compare.close
                                  $"steps from {i} to {j}"
                                  q.Transitions[place[i]].Concentration[place[j]]
                                  found.Transitions[i].Concentration[j]
                                  0.0

                      for before, after in Array.pairwise place do
                          let isSeen i = counts[i] >= 1.0
                          Compare.holds "states with a row first" (isSeen before || not (isSeen after))

                          if isSeen before = isSeen after then
                              let size = 1.0 + abs (logDeterminant before)

                              Compare.atMost
                                  "log volatility of neighbours"
                                  (logDeterminant before)
                                  (logDeterminant after)
                                  (Tolerances.rounding 64 size) ] }

    /// Labels of rows under a mixture and under regimes, given, so that wrong ones can be tried.
    let internal labels
        (components: MixtureView -> Rows -> int[])
        (states: RegimeSwitchingPosterior -> Vi.Kernels.Block -> int[])
        (effective: Vec -> float)
        : Law =
        Law.make
            { Name = "labels: a row has its most probable component, a mixture as many as its counts are even"
              Statement =
                "A row's label is the first of its most probable components or states; the effective number of components is the exponential of the entropy of their shares."
              Formula = @"k_n=\arg\max_k r_{nk},\quad K_{\mathrm{eff}}=\exp\Big(-\sum_kp_k\log p_k\Big)"
              Source = "definition"
              Covers = [ "gaussian-mixture"; "regime-switching" ]
              Cases = 50
              Generator = Scalars.both (Samples.regimes 3 30 2 2 4) (Scalars.arrayOf 1 6 (Scalars.positive 0.01 100.0))
              Holds =
                fun (case, counts) ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case

                    let mixture =
                        GaussianMixture.view { Weights = q.Initial; Components = q.States; Learned = ValueNone }

                    let rows = ConjugateSubject.table case.Prior.State.Mean.Length case.Rows
                    let chain = RegimeSwitching.chain rows
                    let best (row: float[]) = row |> Array.findIndex (fun p -> p = Array.max row)
                    let total = Array.sum counts
                    let perplexity = counts |> Array.fold (fun product c -> product * (c / total) ** -(c / total)) 1.0

                    [ Compare.holds
                          "components"
                          (components mixture rows = (MixtureView.responsibilities mixture rows |> Array.map best))
                      Compare.holds
                          "states"
                          (states q chain = (RegimeSwitching.stateProbabilities q chain |> Array.map best))
                      Compare.close
                          "effective components"
                          perplexity
                          (effective (Vec.ofArray counts))
                          (Tolerances.rounding 64 perplexity) ] }

    /// Mean and variance of a mixture of Student's t, given, so that wrong ones can be tried.
    let internal moments (mean: StudentTMixture -> float) (variance: StudentTMixture -> float) : Law =
        Law.make
            { Name = "student-t-mixture: mean and variance are those of its second moments"
              Statement =
                "The mean is that of the components' locations by their weights; the variance is the mean of squares less the square of the mean, and infinite where a component has none."
              Formula = @"\mathrm{Var}[x]=\sum_kw_k\Big(\frac{\nu_ks_k^2}{\nu_k-2}+m_k^2\Big)-\Big(\sum_kw_km_k\Big)^2"
              Source = "definition"
              Covers = [ "gaussian-mixture"; "regime-switching"; "predictions" ]
              Cases = 50
              Generator =
                Scalars.arrayOf
                    1
                    4
                    (Arb.fromGen (
                        Gen.zip
                            (Gen.zip (Scalars.uniformGen 0.1 1.0) (Scalars.uniformGen -5.0 5.0))
                            (Gen.zip (Scalars.logUniformGen 0.1 5.0) (Scalars.logUniformGen 1.2 30.0))
                    ))
              Holds =
                fun parts ->
                    let total = parts |> Array.sumBy (fun ((w, _), _) -> w)

                    let d: StudentTMixture =
                        { Weights = parts |> Array.map (fun ((w, _), _) -> w / total) |> Vec.ofArray
                          Components = parts |> Array.map (fun ((_, m), (s, nu)) -> StudentT.create m s nu) }

                    let first = parts |> Array.sumBy (fun ((w, m), _) -> w / total * m)

                    let second =
                        parts |> Array.sumBy (fun ((w, m), (s, nu)) -> w / total * (nu * s * s / (nu - 2.0) + m * m))

                    [ Compare.close "mean" first (mean d) (Tolerances.rounding 16 10.0)

                      if parts |> Array.forall (fun (_, (_, nu)) -> nu > 2.0) then
                          Compare.close "variance" (second - first * first) (variance d) (Tolerances.rounding 64 second)
                      else
                          Compare.holds "no variance" (System.Double.IsPositiveInfinity(variance d)) ] }

    let internal factorOrder (inOrder: FactorModelPosterior -> FactorModelPosterior) : Law =
        let subject = FactorSubjects.relevance

        Law.make
            { Name = "factor-model: factors are shown by falling size, each with loadings that add up to more than 0"
              Statement =
                "In the order in which factors are shown the sums of expected squares of their loadings fall, no sum of expected loadings is below 0, and loadings are those of the factors up to their signs."
              Formula =
                @"\sum_n\mathbb E[b_{n1}^2]\ge\sum_n\mathbb E[b_{n2}^2]\ge\dots,\quad\sum_n\mathbb E[b_{nk}]\ge0"
              Source = "definition of the order"
              Covers = [ "factor-model" ]
              Cases = 50
              Generator = subject.Cases
              Holds =
                fun case ->
                    let q = ConjugateSubject.start subject case
                    let before = PlainFactorModel.ofPosterior q
                    let after = PlainFactorModel.ofPosterior (inOrder q)
                    let k = case.Prior.Factors

                    let size (plain: PlainFactors) j =
                        Array.map2
                            (fun (mean: float[]) (c: float[,]) -> mean[j] * mean[j] + c[j, j])
                            plain.Means
                            plain.Covariances
                        |> Array.sum

                    let total (plain: PlainFactors) j = plain.Means |> Array.sumBy (fun mean -> mean[j])
                    let order = Array.init k id |> Array.sortByDescending (size before)
                    let allowed j = 1e-8 * (1.0 + size before j)

                    [ for j in 0 .. k - 1 do
                          let own = order[j]
                          Compare.close $"size of factor {j}" (size before own) (size after j) (allowed own)
                          Compare.close $"sum of loadings {j}" (abs (total before own)) (total after j) (allowed own) ] }

    let all: Law list =
        [ regimeOrder RegimeSwitching.inOrder
          factorOrder FactorModel.inOrder
          labels MixtureView.mostProbable RegimeSwitching.mostProbableStates MixtureView.effectiveComponents
          moments StudentTMixture.mean StudentTMixture.variance ]
