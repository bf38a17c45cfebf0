namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What streaming inference carries from one part of the data to the next, and when it stops.
[<RequireQualifiedAccess>]
module CarriedLaws =

    let private broderick = "Broderick, Boyd, Wibisono, Wilson and Jordan 2013, streaming variational Bayes"

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

    /// Cases of a model with parts of up to twelve rows, each swept over three times, and a memory.
    let private streams (subject: StreamingSubject<'case, 'statistics, 'globals>) =
        Scalars.both
            subject.Subject.Cases
            (Scalars.both (Scalars.integer 1 12) (Scalars.positive 0.05 1.0)
             |> Arb.convert
                 (fun (batchRows, memory) ->
                     { BatchRows = int64 batchRows; Memory = memory; Tolerance = 1e-10; Sweeps = 3 })
                 (fun options -> int options.BatchRows, options.Memory))

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
              Generator = streams subject
              Holds =
                fun (case, options) ->
                    let model = subject.Subject.Model case
                    let rows = subject.Subject.Rows case
                    let cut = min (int options.BatchRows) rows.Length

                    let take part =
                        absorb options subject.Scale model (table subject.Subject case part) (int64 (Array.length part))

                    let start = ConjugateSubject.start subject.Subject case
                    let struct (first, _) = Streaming.start model start |> take rows[.. cut - 1]
                    let struct (second, _) = take rows[cut..] first

                    let fresh part globals = Cavi.statistics (table subject.Subject case part) model globals

                    let kept = subject.Scale options.Memory first.Statistics

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
        (engine: StreamEngine<'statistics, 'globals>)
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
              Generator = streams subject
              Holds =
                fun (case, options) ->
                    let model = subject.Subject.Model case
                    let rows = subject.Subject.Rows case
                    let all = table subject.Subject case rows
                    let first = ConjugateSubject.start subject.Subject case
                    let engine = engine options all subject.Scale model (fun _ -> first)
                    let parts = Array.chunkBySize (int options.BatchRows) rows

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
                              Ledger = []
                              Passes = 1 }
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

    let private streamed subject = [ statistics Streaming.absorb subject; steps Streaming.engine subject ]

    let all: Law list =
        List.concat
            [ streamed (StreamingLaws.ofMoments Models.gaussianMeanPrecision)
              streamed (StreamingLaws.mixture MixtureKinds.dirichlet MixtureKinds.full)
              streamed (StreamingLaws.mixture MixtureKinds.stickBreaking MixtureKinds.diagonal)
              [ streamStops Streaming.stopRule ] ]
