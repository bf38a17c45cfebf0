namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Rates of ADVI's steps: where they begin, when they fall, and what a ragged minibatch makes of them.
[<RequireQualifiedAccess>]
module AdviRateLaws =

    /// The run is given, so that a wrong one can be tried.
    let internal lowered
        (parts: AdviOptions -> VariationalFamily -> LogDensity -> RunParts<AdviState, AdviInfo>)
        : Law =
        Law.make
            { Name = "advi: the rate falls before a fit has settled"
              Statement =
                "Automatic steps begin at the rate of the family and keep or lower it; a run has converged only at a lower rate, with averages that drift no more than the accuracy and shifted no more than twice that when the rate was lowered."
              Formula = @"\rho_T<\rho_0,\quad\|\bar\theta_{\rho/4}-\bar\theta_\rho\|\le2\epsilon"
              Source = "Welandawe, Andersen, Vehtari and Huggins 2022"
              Covers = [ "black-box"; "advi" ]
              Cases = 8
              Generator = Scalars.three (Scalars.integer 1 3) (Scalars.integer 0 1) Scalars.seed
              Holds =
                fun (d, which, seed) ->
                    let family = if which = 0 then MeanField.family d else FullRank.family d
                    let density = Targets.skewed d 8.0 1.0
                    let start = FromNormal(Vec.constant d 2.0, Vec.constant d 2.0)
                    let options = { Advi.defaults with Start = start }
                    let run = RunProgress.finish (parts options family density) (Rng.ofSeed seed)
                    let infos = RunProgress.history run
                    let rates = infos |> Array.map _.Rate
                    let last = Array.last infos

                    [ Compare.holds
                          $"converged, not {run.Outcome}"
                          (match run.Outcome with
                           | ValueSome(Converged _) -> true
                           | _ -> false)
                      Compare.close "first rate" (Advi.firstRate family options 1) rates[0] 0.0
                      Compare.holds
                          "rates never rise"
                          (Array.pairwise rates |> Array.forall (fun (before, after) -> after <= before))
                      Compare.atMost "last rate over the first" (Array.last rates / rates[0]) RateVerdict.lowering 0.0
                      Compare.atMost "drift" last.Drift options.Accuracy 0.0
                      Compare.atMost "shift" last.Shift (2.0 * options.Accuracy) 0.0
                      Compare.holds
                          "settled at the end alone"
                          (infos |> Array.forall (fun info -> info.Settled = (info = last))) ] }

    /// The first rate is given, so that a wrong one can be tried.
    let internal firstRate (rate: VariationalFamily -> AdviOptions -> int -> float) : Law =
        Law.make
            { Name = "advi: minibatches lower the first rate to half of their share of the rows"
              Statement =
                "With all rows the first rate is R / (F + R + 1) for R independent draws and F numbers to a column; with minibatches it is no more than half of their share, and that where the share is small."
              Formula = @"\rho_0=\min\Big(\frac R{F+R+1},\ \frac M{2N}\Big)"
              Source = "own derivation: the noise of minibatches is N / M times a posterior's information"
              Covers = [ "black-box"; "advi" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Scalars.integer 1 6)
                    (Scalars.both (Scalars.integer 1 40) (Scalars.integer 1 1000))
                    (Scalars.integer 1 2000)
              Holds =
                fun (d, (draws, batch), rows) ->
                    let batch = min batch rows

                    [ for name, family, freedom in
                          [ "mean-field", MeanField.family d, 1; "full-rank", FullRank.family d, d ] do
                          for antithetic in [ true; false ] do
                              let options =
                                  { Advi.defaults with
                                      Estimator =
                                          { Advi.defaults.Estimator with Draws = draws; Antithetic = antithetic } }

                              let independent = float (if antithetic then (draws + 1) / 2 else draws)
                              let stable = independent / (float freedom + independent + 1.0)
                              let share = float batch / float rows

                              Compare.close
                                  $"{name}: all rows"
                                  stable
                                  (rate family options rows)
                                  (Tolerances.rounding 4 1.0)

                              Compare.close
                                  $"{name}: minibatches"
                                  (min stable (0.5 * share))
                                  (rate family { options with BatchRows = batch } rows)
                                  (Tolerances.rounding 4 1.0) ] }

    /// A density whose gradient is the same at every place and in every minibatch.
    let private slanted rows (slope: float) : RowDensity =
        let whole = LogDensity.ofFunction 1 (fun x -> struct (slope * x[0], [| slope |]))

        { Whole = whole
          Rows = rows
          Minibatch =
            fun () ->
                let evaluator = whole.Evaluator()

                { new IMinibatchEvaluator with
                    member _.Dimension = 1
                    member _.Select _ = ()
                    member _.Value position = evaluator.Value position
                    member _.ValueAndGradient(position, gradient) = evaluator.ValueAndGradient(position, gradient)

                    member _.ValuesAndGradients(positions, values, gradients) =
                        evaluator.ValuesAndGradients(positions, values, gradients) } }

    let internal ragged (parts: AdviOptions -> VariationalFamily -> RowDensity -> RunParts<AdviState, AdviInfo>) : Law =
        Law.make
            { Name = "advi: a ragged last minibatch moves q by its share of a whole one"
              Statement =
                "Where all minibatches have one gradient g, an epoch of steps of rate r moves the mean by r g N / M: the last one by its share."
              Formula = @"\mu_T-\mu_0=r\,g\,\frac NM"
              Source = "every row has the same weight"
              Covers = [ "black-box"; "advi"; "minibatches" ]
              Cases = 30
              Generator =
                Scalars.three
                    (Scalars.integer 2 60)
                    (Scalars.integer 1 30)
                    (Scalars.both (Scalars.positive 0.1 2.0) Scalars.seed)
              Holds =
                fun (rows, batch, (slope, seed)) ->
                    let batch = min batch (rows - 1)
                    let rate = 0.01

                    let options =
                        { Advi.defaults with
                            Start = FromNormal(Vec.zero 1, Vec.constant 1 1.0)
                            Steps = FirstOrder(Optimizer.sgd (Steady rate))
                            BatchRows = batch }

                    let parts = parts options (MeanField.family 1) (slanted rows slope)
                    let struct (_, start) = parts.Begin(Rng.ofSeed seed)
                    let struct (first, info) = parts.Step start
                    let struct (second, _) = parts.Step first
                    let steps = (rows + batch - 1) / batch
                    let expected = rate * slope * float rows / float batch

                    [ Compare.holds "a block is an epoch" (first.Steps = steps && second.Steps = 2 * steps)
                      Compare.close
                          "mean after an epoch"
                          expected
                          first.Parameters[0]
                          (Tolerances.rounding (16 * rows) (1.0 + expected))
                      Compare.close
                          "mean after two epochs"
                          (2.0 * expected)
                          second.Parameters[0]
                          (Tolerances.rounding (32 * rows) (1.0 + expected))
                      Compare.close
                          "evaluations"
                          (float options.Estimator.Draws)
                          info.Evaluations
                          (Tolerances.rounding (16 * rows) (float options.Estimator.Draws)) ] }

    let all: Law list = [ lowered Advi.parts; firstRate Advi.firstRate; ragged Advi.partsOfRows ]
