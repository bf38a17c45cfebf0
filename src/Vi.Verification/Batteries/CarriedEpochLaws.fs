namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// How an epoch of minibatches is made, one minibatch after the other.
type Advance<'statistics, 'globals> =
    SviOptions
        -> StochasticModel<'statistics, 'globals>
        -> SviState<'globals>
        -> Minibatch
        -> struct (SviState<'globals> * float * Elbo)

/// What stochastic inference carries from one minibatch to the next, and from one epoch to the next.
[<RequireQualifiedAccess>]
module CarriedEpochLaws =

    let private hoffman = "Hoffman, Blei, Wang and Paisley 2013, stochastic variational inference"

    let private rates =
        Gen.oneof
            [ Gen.map2
                  (fun delay decay -> RobbinsMonro(delay, decay))
                  (Scalars.uniformGen 0.0 5.0)
                  (Scalars.uniformGen 0.55 1.0)
              Scalars.uniformGen 0.05 1.0 |> Gen.map LearningRate.Constant
              Gen.constant Adaptive ]
        |> Arb.fromGen

    /// One minibatch after the other by hand. The function that makes one step is given, so that a wrong one can be tried.
    let internal minibatches
        (advance: Advance<'statistics, 'globals>)
        (subject: StochasticSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name =
                $"svi on {subject.Subject.Name}: a minibatch moves the factors by the rate times its share of a whole one"
              Statement =
                "Every minibatch moves the factors towards the optimum of its own statistics, scaled to all rows, by the rate of its number; the ragged last one by its share of a whole minibatch. The gradient's averages and the number of steps are carried on."
              Formula = @"\eta\leftarrow(1-\rho)\eta+\rho\,\eta^\ast(\tfrac N{M_b}s(X_b)),\quad\rho=\rho_t\,M_b/M"
              Source = hoffman
              Covers = [ subject.Subject.Name; "svi" ]
              Cases = 50
              Generator = Scalars.three subject.Subject.Cases (Scalars.integer 1 12) rates
              Holds =
                fun (case, batchRows, rate) ->
                    let rows = StochasticLaws.tableOf subject.Subject case
                    let model = subject.Stochastic case
                    let options = { BatchRows = int64 batchRows; Rate = rate; WholeBound = false }
                    let first = ConjugateSubject.start subject.Subject case
                    let start = Svi.start options rows model first (Rng.ofSeed 1UL)
                    let batches = StochasticLaws.epoch options.BatchRows rows (Rng.ofSeed 2UL) |> Seq.toArray

                    let follow (struct (state: SviState<'globals>, found)) (batch: Minibatch) =
                        let scale = float rows.Count / float batch.Rows.Count
                        let data = model.Scale scale (Cavi.statistics batch.Rows model.Model state.Globals)

                        let optimum =
                            (state.Globals, model.Model.Updates) ||> List.fold (fun q update -> update.Update data q)

                        let gradient () =
                            Vec.subtract (model.NaturalParameters optimum) (model.NaturalParameters state.Globals)

                        let number = state.Steps + 1L
                        let struct (whole, averages) = LearningRate.next rate number gradient state.Averages
                        let rho = whole * float batch.Rows.Count / float (min batchRows (int rows.Count))
                        let expected = model.Blend rho state.Globals optimum
                        let bound = model.Model.Elbo data state.Globals
                        let struct (next, step, elbo) = advance options model state batch

                        struct (next,
                                [ Compare.close $"step {number}" rho step (Tolerances.rounding 8 1.0)
                                  Compare.holds $"number {number}" (next.Steps = number)
                                  Compare.close
                                      $"factors after step {number}"
                                      0.0
                                      (ConjugateSubject.distance model.Model next.Globals expected)
                                      Tolerances.sameAnswer
                                  Compare.close
                                      $"bound before step {number}"
                                      bound.Value
                                      elbo.Value
                                      (4.0 * Tolerances.bound bound.Magnitude)
                                  Compare.close
                                      $"average of squares after step {number}"
                                      averages.Square
                                      next.Averages.Square
                                      (Tolerances.rounding 64 averages.Square) ]
                                @ found)

                    let struct (_, found) = (struct (start, []), batches) ||> Array.fold follow
                    Compare.holds "no step yet" (start.Steps = 0L) :: found }

    /// Epochs against their minibatches by hand. The engine is given, so that a wrong one can be tried.
    let internal epochs
        (engine:
            SviOptions
                -> Rows
                -> StochasticModel<'statistics, 'globals>
                -> (Rng -> 'globals)
                -> Engine<SviState<'globals>, SviInfo, 'globals>)
        (subject: StochasticSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name =
                $"svi on {subject.Subject.Name}: an epoch takes its minibatches one after another, and the next epoch starts where it ended"
              Statement =
                "After each of two epochs factors, steps and averages are those of the minibatches one after the other, in orders of their own; the bound's estimates weigh minibatches by their rows, and the step reported is the last one's."
              Formula = @"q_{t+1}=\mathrm{step}(q_t,X_{\pi(t)})"
              Source = hoffman
              Covers = [ subject.Subject.Name; "svi" ]
              Cases = 30
              Generator = Scalars.three subject.Subject.Cases (Scalars.integer 1 12) rates
              Holds =
                fun (case, batchRows, rate) ->
                    let rows = StochasticLaws.tableOf subject.Subject case
                    let model = subject.Stochastic case
                    let options = { BatchRows = int64 batchRows; Rate = rate; WholeBound = false }
                    let first = ConjugateSubject.start subject.Subject case
                    let engine = engine options rows model (fun _ -> first)

                    let follow (struct (state: SviState<'globals>, found)) epoch =
                        let struct (next, info) = engine.Step state
                        let struct (batches, rng) = Minibatch.epoch options.BatchRows rows state.Rng
                        let batches = Seq.toArray batches

                        let struct (expected, step, bounds) =
                            (struct (state, 0.0, []), batches)
                            ||> Array.fold (fun (struct (state, _, bounds)) batch ->
                                let struct (after, rho, elbo) = Svi.advance options model state batch
                                let share = float batch.Rows.Count / float rows.Count
                                struct (after, rho, struct (share, elbo) :: bounds))

                        let size = bounds |> List.sumBy (fun (struct (_, elbo)) -> elbo.Magnitude)

                        // Each estimate covers the batches since the one before.
                        let estimated =
                            let passes =
                                info.Estimates |> Array.map _.Passes |> Array.append [| 0.0 |] |> Array.pairwise

                            (info.Estimates, passes)
                            ||> Array.map2 (fun estimate (before, after) -> (after - before) * estimate.Value)
                            |> Array.sum

                        struct (next,
                                [ Compare.holds
                                      $"steps after epoch {epoch}"
                                      (next.Steps = state.Steps + int64 batches.Length)
                                  Compare.holds $"generator after epoch {epoch}" (next.Rng = rng)
                                  Compare.close $"step reported of epoch {epoch}" step info.Step 0.0
                                  Compare.close
                                      $"factors after epoch {epoch}"
                                      0.0
                                      (ConjugateSubject.distance model.Model next.Globals expected.Globals)
                                      Tolerances.sameAnswer
                                  Compare.close
                                      $"average of squares after epoch {epoch}"
                                      expected.Averages.Square
                                      next.Averages.Square
                                      (Tolerances.rounding 64 expected.Averages.Square)
                                  Compare.close
                                      $"estimates of epoch {epoch}"
                                      (bounds |> List.sumBy (fun (struct (share, elbo)) -> share * elbo.Value))
                                      estimated
                                      (4.0 * Tolerances.bound size)
                                  if batches.Length > 0 then
                                      Compare.close
                                          $"passes by the end of epoch {epoch}"
                                          1.0
                                          (Array.last info.Estimates).Passes
                                          0.0 ]
                                @ found)

                    let start = engine.Init(Rng.ofSeed (subject.Subject.Seed case))

                    if rows.Count = 0L then
                        [ Compare.holds "no step yet" (start.Steps = 0L) ]
                    else
                        let struct (_, found) = (struct (start, []), [ 1; 2 ]) ||> List.fold follow
                        found }

    /// So many rows that stretches of an epoch hold several minibatches, the ragged one among them.
    let private manyMinibatches =
        { StochasticLaws.gaussianMean with
            Subject = { Models.gaussianMean with Cases = Samples.gaussianMean 41 120 } }

    let private stochastic subject = [ minibatches Svi.advance subject; epochs Svi.engine subject ]

    let all: Law list =
        List.concat
            [ stochastic StochasticLaws.linearRegression
              [ epochs Svi.engine manyMinibatches ]
              stochastic StochasticLaws.gaussianMixture
              stochastic (StochasticLaws.mixture MixtureKinds.stickBreaking MixtureKinds.tied) ]
