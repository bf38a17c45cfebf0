namespace Vi.Verification.FSharp

open System
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

/// What streaming and stochastic inference carry from one part of the data to the next, and when they stop.
[<RequireQualifiedAccess>]
module CarriedLaws =

    let private broderick = "Broderick, Boyd, Wibisono, Wilson and Jordan 2013, streaming variational Bayes"

    let private hoffman = "Hoffman, Blei, Wang and Paisley 2013, stochastic variational inference"

    let private table (subject: ConjugateSubject<'case, 'statistics, 'globals>) case rows =
        ConjugateSubject.table (subject.Columns case) rows

    /// Bounds of two sets of statistics at the same factors, and the factors that they give.
    let private alike
        what
        (model: ConjugateModel<Block, 'statistics, 'globals>)
        expected
        found
        (places: 'globals list)
        =
        [ for i, place in List.indexed places do
              let bound = model.Elbo expected place

              Compare.close
                  $"{what}: bound at place {i}"
                  bound.Value
                  (model.Elbo found place).Value
                  (4.0 * Tolerances.bound bound.Magnitude)

              let next data = (place, model.Updates) ||> List.fold (fun q update -> update.Update data q)

              Compare.close
                  $"{what}: next factors from place {i}, in posterior standard deviations"
                  0.0
                  (ConjugateSubject.distance model (next found) (next expected))
                  Tolerances.sameAnswer ]

    /// The function that takes rows in is given, so that a wrong one can be tried.
    let internal statistics
        (absorb: Absorb<'statistics, 'globals>)
        (subject: StreamingSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name =
                $"streaming on {subject.Subject.Name}: what is carried on are the kept statistics and those of the new rows"
              Statement =
                "After new rows the statistics are the earlier ones, times the memory, and those of the new rows under the factors that are left: they give the same bounds and the same next factors."
              Formula = @"s_{t+1}=m\,s_t\oplus s(X_{t+1};q_{t+1})"
              Source = broderick
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 50
              Generator = Scalars.three subject.Subject.Cases (Scalars.integer 1 12) (Scalars.positive 0.05 1.0)
              Holds =
                fun (case, batchRows, memory) ->
                    let model = subject.Subject.Model case
                    let rows = subject.Subject.Rows case
                    let cut = min batchRows rows.Length
                    let options = { BatchRows = int64 batchRows; Memory = memory; Tolerance = 1e-10; Sweeps = 3 }

                    let take part =
                        absorb options subject.Scale model (table subject.Subject case part) (int64 (Array.length part))

                    let start = ConjugateSubject.start subject.Subject case
                    let struct (first, _) = Streaming.start model start |> take rows[.. cut - 1]
                    let struct (second, _) = take rows[cut..] first

                    let fresh part globals = Cavi.statistics (table subject.Subject case part) model globals

                    let kept = subject.Scale memory first.Statistics

                    [ Compare.holds "rows so far" (first.Seen = int64 cut && second.Seen = int64 rows.Length)
                      yield!
                          alike
                              "first rows"
                              model
                              (fresh rows[.. cut - 1] first.Globals)
                              first.Statistics
                              [ first.Globals; start ]
                      yield!
                          alike
                              "next rows"
                              model
                              (model.Monoid.Combine kept (fresh rows[cut..] second.Globals))
                              second.Statistics
                              [ second.Globals; start ] ] }

    /// The engine's steps against rows that are taken in by hand, in their order. The engine is given, so that a wrong one can be tried.
    let internal steps
        (engine:
            StreamingOptions
                -> Rows
                -> (float -> 'statistics -> 'statistics)
                -> ConjugateModel<Block, 'statistics, 'globals>
                -> (Rng -> 'globals)
                -> Engine<StreamingState<'statistics, 'globals>, SweepInfo, 'globals>)
        (subject: StreamingSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name =
                $"streaming on {subject.Subject.Name}: each step takes the next rows in, the last step what is left"
              Statement =
                "Step by step the engine has the state that rows cut by hand give, in the order of the table; the last step has the rows that are left."
              Formula = @"X_t=(x_{(t-1)M+1},\dots,x_{\min(tM,N)})"
              Source = broderick
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 50
              Generator = Scalars.three subject.Subject.Cases (Scalars.integer 1 12) (Scalars.positive 0.05 1.0)
              Holds =
                fun (case, batchRows, memory) ->
                    let model = subject.Subject.Model case
                    let rows = subject.Subject.Rows case
                    let options = { BatchRows = int64 batchRows; Memory = memory; Tolerance = 1e-10; Sweeps = 3 }
                    let all = table subject.Subject case rows
                    let first = ConjugateSubject.start subject.Subject case
                    let engine = engine options all subject.Scale model (fun _ -> first)
                    let parts = Array.chunkBySize batchRows rows

                    let rec follow step state byHand found =
                        if step = parts.Length then
                            found
                        else
                            let struct (next, info: SweepInfo) = engine.Step state
                            let part = parts[step]

                            let struct (expected, expectedInfo: SweepInfo) =
                                Streaming.absorb
                                    options
                                    subject.Scale
                                    model
                                    (table subject.Subject case part)
                                    (int64 part.Length)
                                    byHand

                            let distance = ConjugateSubject.distance model next.Globals expected.Globals

                            follow
                                (step + 1)
                                next
                                expected
                                (Compare.holds $"rows after step {step + 1}" (next.Seen = expected.Seen)
                                 :: Compare.close $"factors after step {step + 1}" 0.0 distance Tolerances.sameAnswer
                                 :: Compare.close
                                     $"bound after step {step + 1}"
                                     expectedInfo.Elbo.Value
                                     info.Elbo.Value
                                     (4.0 * Tolerances.bound expectedInfo.Elbo.Magnitude)
                                 :: found)

                    follow
                        0
                        (engine.Init(Rng.ofSeed 1UL))
                        (Streaming.start model first)
                        [ Compare.holds "number of steps" (Streaming.steps options all = parts.Length) ] }

    /// The stop rule is given, so that a wrong one can be tried.
    let internal streamStops (rule: StreamingOptions -> Rows -> StopRule<SweepInfo>) : Law =
        Law.make
            { Name =
                "streaming's stop rule: it stops with the last rows, converged exactly where their last sweep gained no more than the tolerance"
              Statement =
                "Before the last rows only a term that is not finite ends a run; with them it has converged where the last sweep gained no more than the tolerance, and has spent its sweeps where it gained more or the gain is not known."
              Formula = @"t=\lceil N/M\rceil:\quad\mathrm{converged}\Leftrightarrow\Delta\le\epsilon"
              Source = "definition of convergence"
              Covers = [ "streaming"; "engine" ]
              Cases = 100
              Generator =
                Scalars.three
                    (Scalars.both (Scalars.integer 1 40) (Scalars.integer 1 12))
                    (Scalars.positive 1e-9 1e3)
                    (Scalars.positive 1e-3 1e3)
              Holds =
                fun ((count, batchRows), tolerance, share) ->
                    let rows = Rows.ofColumn (Seq.init count float)
                    let options = { BatchRows = int64 batchRows; Memory = 1.0; Tolerance = tolerance; Sweeps = 5 }
                    let rule = rule options rows
                    let last = (count + batchRows - 1) / batchRows

                    let at iteration value gain =
                        rule.Judge
                            iteration
                            { Elbo = Elbo.ofTerms [ "E[log p]", value ]
                              Gain = gain
                              Change = sqrt (abs gain)
                              Ledger = [] }
                        |> ValueOption.map Outcome.status

                    [ for iteration in 1 .. last - 1 do
                          for gain in [ 0.0; share * tolerance; nan ] do
                              Compare.holds $"goes on after {iteration} of {last}" (at iteration -1.0 gain).IsNone

                      Compare.holds "converged where nothing is gained" (at last -1.0 0.0 = ValueSome Status.Converged)

                      Compare.holds
                          "converged where little is gained, and nowhere else"
                          (at last -1.0 (share * tolerance) =
                              ValueSome(if share <= 1.0 then Status.Converged else Status.BudgetSpent))

                      Compare.holds
                          "spent where the gain is not known"
                          (at last -1.0 nan = ValueSome Status.BudgetSpent)

                      for iteration in [ 1; last ] do
                          Compare.holds
                              $"diverged after {iteration}"
                              (at iteration infinity 0.0 = ValueSome Status.Diverged) ] }

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
            { Name = $"svi on {subject.Subject.Name}: an epoch is its minibatches in turn, and the next goes on from it"
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

    let private streamed subject = [ statistics Streaming.absorb subject; steps Streaming.engine subject ]

    let private stochastic subject = [ minibatches Svi.advance subject; epochs Svi.engine subject ]

    let all: Law list =
        List.concat
            [ streamed (StreamingLaws.ofMoments Models.gaussianMeanPrecision)
              streamed (StreamingLaws.mixture MixtureKinds.dirichlet MixtureKinds.full)
              streamed (StreamingLaws.mixture MixtureKinds.stickBreaking MixtureKinds.diagonal)
              [ streamStops Streaming.stopRule ]
              stochastic StochasticLaws.linearRegression
              [ epochs Svi.engine manyMinibatches ]
              stochastic StochasticLaws.gaussianMixture
              stochastic (StochasticLaws.mixture MixtureKinds.stickBreaking MixtureKinds.tied) ]
