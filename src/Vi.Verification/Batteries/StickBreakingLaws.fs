namespace Vi.Verification.FSharp

open FsCheck
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What only stick-breaking weights can be asked. Cases are those of the mixture.
[<RequireQualifiedAccess>]
module StickBreakingLaws =

    let private weightsOf = MixtureKinds.stickBreaking.Of

    let internal subject =
        MixtureKinds.subject MixtureKinds.cases MixtureKinds.stickBreaking MixtureKinds.full

    let private blei = "Blei and Jordan 2006"

    let private boundAfter (subject: ConjugateSubject<MixtureCase, 'statistics, 'globals>) case count first =
        let answer = ConjugateSubject.sweeps subject case count first
        let model = subject.Model case
        model.Elbo (Cavi.statistics (ConjugateSubject.table (subject.Columns case) case.Rows) model answer) answer

    let private two: Law =
        Law.make
            { Name = "gaussian-mixture with stick-breaking: two components are the Dirichlet mixture"
              Statement =
                "A Beta share and what it leaves are a Dirichlet of two: bound and answer are those of the mixture with Dirichlet weights."
              Formula = @"\mathrm{Beta}(a,b)=\mathrm{Dir}(a,b)"
              Source = "Bishop 2006, Appendix B"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 40 4 2 2
              Holds =
                fun case ->
                    let mixture = MixtureKinds.gaussianMixture
                    let first = ConjugateSubject.start mixture case
                    let concentration = first.Weights.Concentration

                    let asSticks (q: GaussianMixturePosterior) : StickBreakingMixturePosterior =
                        { Weights = { Sticks = [| Beta.create q.Weights.Concentration[0] q.Weights.Concentration[1] |] }
                          Components = q.Components
                          Learned = q.Learned }

                    let dirichlet = boundAfter mixture case 3 first
                    let sticks = boundAfter subject case 3 (asSticks first)

                    let distance =
                        (subject.Model case).Divergence
                            (ConjugateSubject.sweeps subject case 3 (asSticks first))
                            (asSticks (ConjugateSubject.sweeps mixture case 3 first))

                    [ Compare.close "bound" dirichlet.Value sticks.Value (Tolerances.evidence dirichlet.Magnitude)
                      Compare.close
                          "answer, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * max 0.0 distance))
                          Tolerances.sameAnswer
                      Compare.holds "both start alike" (concentration.Length = 2) ] }

    let private moments: Law =
        Law.make
            { Name = "gaussian-mixture with stick-breaking: moments of the weights are probabilities of assignments"
              Statement =
                "E[pi_k] and E[pi_k^2] are the probabilities that one row, and two rows, belong to component k; the expected weights add up to 1; the matched Beta has these moments."
              Formula = @"\mathbb E[\pi_k]=p(z_1=k),\quad\mathbb E[\pi_k^2]=p(z_1=z_2=k)"
              Source = blei
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 0 1 2 4
              Holds =
                fun case ->
                    let weights = weightsOf case
                    let mean = StickBreaking.mean weights
                    let second = StickBreaking.secondMoment weights
                    let exact z = exp (EnumeratedMixture.logAssignmentOfSticks weights z)

                    [ Compare.close "sum of the expected weights" 1.0 (Vec.sum mean) (Tolerances.rounding 8 1.0)
                      for k in 0 .. mean.Length - 1 do
                          let beta = StickBreaking.marginal k weights
                          // Matching divides by the variance.
                          let condition = 1.0 + mean[k] / Beta.variance beta
                          Compare.close "E[pi]" (exact [ k ]) mean[k] (Tolerances.rounding 8 mean[k])
                          Compare.close "E[pi^2]" (exact [ k; k ]) second[k] (Tolerances.rounding 16 second[k])

                          Compare.close
                              "mean of the matched Beta"
                              mean[k]
                              (Beta.mean beta)
                              (Tolerances.rounding 8 mean[k])

                          Compare.close
                              "second moment of the matched Beta"
                              second[k]
                              (Beta.variance beta + mean[k] * mean[k])
                              (Tolerances.rounding 16 (second[k] * condition)) ] }

    let private logarithm: Law =
        Law.make
            { Name = "gaussian-mixture with stick-breaking: the expected log weight is the slope of the log moment at 0"
              Statement = "E[log pi_k] is the derivative of log E[pi_k^s] at s = 0, a product of Beta functions."
              Formula = @"\mathbb E[\log\pi_k]=\tfrac{d}{ds}\log\mathbb E[\pi_k^s]\big|_{s=0}"
              Source = blei
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 0 1 2 4
              Holds =
                fun case ->
                    let weights = weightsOf case
                    let expected = StickBreaking.expectedLog weights

                    let logMoment k s =
                        weights.Sticks
                        |> Array.mapi (fun j stick ->
                            let ratio a b = Special.logBeta a b - Special.logBeta stick.Alpha stick.Beta

                            if j < k then ratio stick.Alpha (stick.Beta + s)
                            elif j = k then ratio (stick.Alpha + s) stick.Beta
                            else 0.0)
                        |> Array.sum

                    let least = Vec.fold min infinity case.Prior.Weights.Concentration

                    [ for k in 0 .. expected.Length - 1 do
                          let slope = Numerical.derivative (0.4 * least) (logMoment k)

                          Compare.close
                              "E[log pi]"
                              slope.Value
                              expected[k]
                              (Tolerances.derivative slope.Error (Tolerances.rounding 8 40.0) slope.Step
                               + Tolerances.rounding 32 expected[k]) ] }

    let all: Law list = [ two; moments; logarithm ]
