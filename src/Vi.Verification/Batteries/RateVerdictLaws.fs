namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// When ADVI's averages count as settled, what becomes of a block that went astray, and schedules of first-order steps.
[<RequireQualifiedAccess>]
module RateVerdictLaws =

    let private welandawe = "Welandawe, Andersen, Vehtari and Huggins 2022"

    let private family = MeanField.family 1

    let private at mean = family.Start (Vec.constant 1 mean) (Vec.constant 1 1.0)

    let private gathered (means: float[]) =
        (BatchMeans.empty, means) ||> Array.fold (fun batches mean -> BatchMeans.add (at mean) 0.0 batches)

    /// The verdict on averages is given, so that a wrong one can be tried: accuracy, whether blocks are enough, averages, the earlier one.
    let internal verdicts
        (judge: VariationalFamily -> float -> (int -> bool) -> BatchMeans -> Vec[] -> RateVerdict voption)
        : Law =
        Law.make
            { Name =
                "advi: averages are at rest where they drift no more than the accuracy, and settled where a lower rate leaves them"
              Statement =
                "A mean that approaches its limit by a constant share a block drifts by the larger of its last move and what is left of the way; it moves where that is above the accuracy or blocks are too few, and else rests as far as it is from the average at the rate before."
              Formula = @"d=\max\Big(|\Delta|,\ |\Delta|\frac\rho{1-\rho}\Big)"
              Source = welandawe
              Covers = [ "black-box"; "advi" ]
              Cases = 100
              Generator =
                Scalars.three
                    (Scalars.both (Scalars.integer 1 31) (Arb.fromGen (Scalars.uniformGen 0.7 0.98)))
                    (Scalars.both (Scalars.positive 0.01 5.0) (Scalars.positive 0.05 20.0))
                    (Arb.fromGen (Scalars.uniformGen -1.0 1.0))
              Holds =
                fun ((count, ratio), (size, share), before) ->
                    let means = Array.init count (fun t -> size * (1.0 - ratio ** float t))
                    let batches = gathered means
                    let quarter = count / 4
                    let meanOf k = Array.sub means (count - (k + 1) * quarter) quarter |> Array.average
                    let verdict accuracy enough earlier = judge family accuracy (fun _ -> enough) batches earlier

                    if count < 8 then
                        [ Compare.holds "too few to judge" (verdict 1e3 true [||]).IsNone ]
                    else
                        let last, third = meanOf 0, meanOf 1
                        // What is left of the way from the last quarter's average to the limit.
                        let drift = max (last - third) (size - last)
                        let accuracy = share * drift
                        let average = 0.5 * (last + third)
                        let found = verdict accuracy true [| at before |]

                        [ match found with
                          | ValueSome(Moving settling) ->
                              Compare.close "drift" drift settling.Drift (1e-9 * size)
                              Compare.atMost "accuracy while moving" accuracy drift (1e-9 * size)
                          | ValueSome(AtRest(settling, shift)) ->
                              Compare.close "drift at rest" drift settling.Drift (1e-9 * size)
                              Compare.atMost "drift at rest, at most the accuracy" drift accuracy (1e-9 * size)
                              Compare.close "shift" (abs (average - before)) shift (1e-9 * (1.0 + size))
                          | ValueNone -> Compare.holds "a verdict" false

                          match verdict (2.0 * drift) true [||] with
                          | ValueSome(AtRest(_, shift)) ->
                              Compare.holds "no rate before" (Double.IsPositiveInfinity shift)
                          | other -> Compare.holds $"at rest, not {other}" false

                          match verdict (2.0 * drift) false [| at before |] with
                          | ValueSome(Moving _) -> Compare.holds "too few blocks" true
                          | other -> Compare.holds $"moving, not {other}" false

                          Compare.holds
                              "settled within two accuracies"
                              (RateVerdict.isSettled accuracy (1.9 * accuracy))
                          Compare.holds "not settled beyond" (not (RateVerdict.isSettled accuracy (2.1 * accuracy)))
                          Compare.holds "never at an accuracy of 0" (not (RateVerdict.isSettled 0.0 0.0))

                          let shortfall drift shift = RateVerdict.shortfall accuracy 100 drift shift

                          Compare.holds
                              "moving"
                              (shortfall (1.1 * accuracy) nan = AveragesMoving(100, 1.1 * accuracy, accuracy))

                          Compare.holds
                              "the rate matters"
                              (shortfall accuracy (3.0 * accuracy) = RateMatters(100, 3.0 * accuracy, 2.0 * accuracy))

                          Compare.holds "too few steps" (shortfall infinity infinity = TooFewStepsToTell 100)
                          Compare.holds "one rate alone" (shortfall accuracy infinity = TooFewStepsToTell 100)

                          let drifts settled drift shift =
                              RateVerdict.checks accuracy settled drift shift
                              |> List.forall (fun check -> check.IsPassed)

                          Compare.holds "settled averages pass" (drifts true (0.5 * accuracy) accuracy)
                          Compare.holds "rest at one rate does not" (not (drifts false (0.5 * accuracy) infinity))
                          Compare.holds "drift does not" (not (drifts true (1.5 * accuracy) accuracy))
                          Compare.holds "a shift does not" (not (drifts true (0.5 * accuracy) (3.0 * accuracy))) ] }

    /// The run is given, so that a wrong one can be tried.
    let internal astray (parts: AdviOptions -> VariationalFamily -> LogDensity -> RunParts<AdviState, AdviInfo>) : Law =
        Law.make
            { Name = "advi: a block that went astray is taken back, at half the rate"
              Statement =
                "After a block whose bound lies far below the best the parameters are those of the best, the rate is halved and averages begin anew; after any other block they go on."
              Formula =
                @"\mathcal L_t\ll\mathcal L_{\mathrm{best}}:\ \theta\leftarrow\theta_{\mathrm{best}},\ \rho\leftarrow\tfrac12\rho"
              Source = "definition of the step"
              Covers = [ "black-box"; "advi" ]
              Cases = 20
              Generator = Scalars.three (Scalars.integer 1 4) (Scalars.positive 1e3 1e6) Scalars.seed
              Holds =
                fun (d, gap, seed) ->
                    let family = MeanField.family d
                    let options = { Advi.defaults with Start = FromNormal(Vec.zero d, Vec.constant d 1.0) }
                    let parts = parts options family (Targets.skewed d 8.0 1.0)
                    let struct (_, start) = parts.Begin(Rng.ofSeed seed)
                    let struct (first, _) = parts.Step start
                    let best = family.Start (Vec.constant d 0.5) (Vec.constant d 0.7)
                    let struct (onward, _) = parts.Step first
                    let struct (back, info) = parts.Step { first with Best = best; BestElbo = first.BestElbo + gap }

                    [ Compare.holds "back to the best" (back.Parameters = best)
                      Compare.close "half the rate" (0.5 * first.Rate) back.Rate 0.0
                      Compare.holds "averages begin anew" (back.Batches.Means.Length = 0 && back.Earlier.Length = 0)
                      Compare.holds "not settled" (not info.Settled)
                      Compare.holds "steps count all the same" (back.Steps = onward.Steps)
                      Compare.close "the same rate onward" first.Rate onward.Rate 0.0
                      Compare.holds "averages go on" (onward.Batches.Means.Length = 2)
                      Compare.holds "parameters go on" (onward.Parameters <> best) ] }

    let internal schedule (rate: StepSchedule -> int64 -> float) : Law =
        Law.make
            { Name = "optimisers: a decaying rate falls to its power"
              Statement =
                "A steady rate stays; a decaying one begins at its rate and has fallen to 2^-power of it after as many steps as its halving says."
              Formula = @"r_t=r\Big(1+\frac{t-1}h\Big)^{-p}"
              Source = "Robbins and Monro 1951"
              Covers = [ "black-box"; "advi" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Scalars.positive 1e-3 1.0)
                    (Scalars.integer 1 1000)
                    (Arb.fromGen (Scalars.uniformGen 0.51 1.0))
              Holds =
                fun (first, halving, power) ->
                    let decaying = rate (Decaying(first, float halving, power))
                    let allowed = Tolerances.rounding 16 first

                    [ Compare.close "steady" first (rate (Steady first) 17L) 0.0
                      Compare.close "first" first (decaying 1L) allowed
                      Compare.close "at the halving" (first / 2.0 ** power) (decaying (1L + int64 halving)) allowed
                      Compare.close
                          "at thrice the halving"
                          (first / 4.0 ** power)
                          (decaying (1L + 3L * int64 halving))
                          allowed ] }

    let all: Law list = [ verdicts RateVerdict.judge; astray Advi.parts; schedule Optimizer.rate ]
