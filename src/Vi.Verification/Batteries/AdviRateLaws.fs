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

    /// A density whose gradient is the same at every place and in every minibatch; told which rows each minibatch selects.
    let internal slanted rows (slope: float) (selected: int[] -> unit) : RowDensity =
        let whole = LogDensity.ofFunction 1 (fun x -> struct (slope * x[0], [| slope |]))

        { Whole = whole
          Rows = rows
          Minibatch =
            fun () ->
                let evaluator = whole.Evaluator()
                Targets.minibatches 1 selected (fun () -> evaluator) }

    let internal ragged (parts: AdviOptions -> VariationalFamily -> RowDensity -> RunParts<AdviState, AdviInfo>) : Law =
        Law.make
            { Name = "advi: a ragged last minibatch moves q by its share of a whole one"
              Statement =
                "Where all minibatches have one gradient g, an epoch of steps of rate r moves the mean by r g N / M: the last one by its share."
              Formula = @"\mu_T-\mu_0=r\,g\,\frac NM"
              Source = "every row has the same weight"
              Covers = [ "black-box"; "advi" ]
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

                    let parts = parts options (MeanField.family 1) (slanted rows slope ignore)
                    let struct (_, start) = parts.Begin(Rng.ofSeed seed)
                    let struct (first, info) = parts.Step start
                    let struct (second, _) = parts.Step first
                    let steps = (rows + batch - 1) / batch
                    let expected = rate * slope * float rows / float batch

                    let sizes = Array.init steps (fun t -> min batch (rows - t * batch)) |> Array.map float
                    let ends = sizes |> Array.scan (+) 0.0 |> Array.skip 1

                    // Each step's iterate counts by the rows that led to it.
                    let average =
                        rate * slope / float batch * (Array.fold2 (fun sum m after -> sum + m * after) 0.0 sizes ends)
                        / float rows

                    [ Compare.holds "a block is an epoch" (first.Steps = steps && second.Steps = 2 * steps)
                      Compare.close
                          "mean after an epoch"
                          expected
                          first.Parameters[0]
                          (Tolerances.rounding (16 * rows) (1.0 + expected))
                      Compare.close
                          "average over an epoch"
                          average
                          first.Batches.Means[0].[0]
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

    /// Averages over stretches of a run, and the distance of two members; given, so that wrong ones can be tried.
    let internal averages
        (settling: VariationalFamily -> BatchMeans -> Settling voption)
        (average: BatchMeans -> Vec voption)
        (distance: VariationalFamily -> Vec -> Vec -> float)
        : Law =
        Law.make
            { Name = "averages of an iterate: the later half counts, quarter against quarter, in standard deviations"
              Statement =
                "Blocks are gathered to fewer than 32 stretches of equal length; the answer is the average over the last two quarters of them, drift is at least the largest move between these two - of a mean in standard deviations, of the logarithm of a standard deviation - and the gain is that of the bound."
              Formula =
                @"\bar\theta=\tfrac12(\bar\theta_3+\bar\theta_4),\quad d(a,b)=\max_i\max\Big(\frac{|\mu^b_i-\mu^a_i|}{\sigma^b_i},\ \Big|\log\frac{\sigma^b_i}{\sigma^a_i}\Big|\Big)"
              Source = "Welandawe, Andersen, Vehtari and Huggins 2022"
              Covers = [ "black-box"; "advi" ]
              Cases = 40
              Generator = Scalars.three (Scalars.integer 1 3) (Scalars.integer 1 140) Scalars.seed
              Holds =
                fun (d, count, seed) ->
                    let family = MeanField.family d
                    let struct (numbers, _) = Rng.array (count * (2 * d + 1)) Rng.normal (Rng.ofSeed seed)
                    let number t i = numbers[t * (2 * d + 1) + i]

                    // Standard deviations far from 1, so that moves in the coordinates' own unit are others.
                    let member' t =
                        family.Start
                            (Vec.init d (fun i -> 5.0 * number t i))
                            (Vec.init d (fun i -> 8.0 * exp (0.3 * number t (d + i))))

                    let blocks = Array.init count (fun t -> struct (member' t, number t (2 * d)))

                    let batches =
                        (BatchMeans.empty, blocks)
                        ||> Array.fold (fun batches (struct (theta, bound)) -> BatchMeans.add theta bound batches)

                    let length = Seq.initInfinite (fun k -> pown 2 k) |> Seq.find (fun length -> count / length < 32)
                    let stretches = count / length
                    let quarter = stretches / 4

                    let part k = Array.sub blocks ((stretches - (k + 1) * quarter) * length) (quarter * length)

                    let meanOf k =
                        let found = part k

                        Vec.init family.ParameterCount (fun i ->
                            found |> Array.averageBy (fun (struct (theta, _)) -> theta[i]))

                    let boundOf k = part k |> Array.averageBy (fun (struct (_, bound)) -> bound)

                    let apart (a: Vec) (b: Vec) =
                        let at theta = Variational.ofParameters family theta
                        let sdA = Variational.standardDeviations (at a)
                        let sdB = Variational.standardDeviations (at b)

                        Seq.init d (fun i -> max (abs (b[i] - a[i]) / sdB[i]) (abs (log (sdB[i] / sdA[i])))) |> Seq.max

                    let allowed = Tolerances.rounding (8 * count) 20.0
                    let struct (first, _) = blocks[0]
                    let struct (last, _) = blocks[count - 1]

                    [ Compare.close "distance" (apart first last) (distance family first last) allowed

                      match settling family batches, average batches with
                      | ValueSome found, ValueSome answer ->
                          let third, fourth = meanOf 1, meanOf 0
                          Compare.holds "enough stretches" (stretches >= 8)
                          Compare.holds "blocks of two quarters" (found.Blocks = 2 * quarter * length)
                          Compare.close "gain" (boundOf 0 - boundOf 1) found.Gain allowed
                          Compare.atMost "largest move less drift" (apart third fourth - found.Drift) 0.0 allowed

                          for i in 0 .. family.ParameterCount - 1 do
                              let expected = 0.5 * (third[i] + fourth[i])
                              Compare.close $"average {i}" expected answer[i] allowed
                              Compare.close $"settled average {i}" expected found.Average[i] allowed
                      | ValueNone, ValueNone -> Compare.holds "few stretches" (stretches < 8)
                      | _ -> Compare.holds "both or none" false ] }

    let all: Law list =
        [ lowered Advi.parts
          firstRate Advi.firstRate
          ragged Advi.partsOfRows
          averages BatchMeans.settling BatchMeans.average BatchMeans.distance ]
