namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What warm-up makes of its draws: metrics of windows, and slopes that belong to them.
[<RequireQualifiedAccess>]
module MetricLaws =

    /// The metric of a window's draws is given, so that a wrong one can be tried.
    let internal metric (metricOf: MetricShape -> Metric -> Vec[] -> Metric) : Law =
        Law.make
            { Name = "warm-up: a metric is the regularised covariance of its window, and has its scale"
              Statement =
                "Diagonal and full metrics are n / (n + 5) of the sample covariance of the window's draws and 5 / (n + 5) of a thousandth of I, wherever the draws lie; fewer than two draws, and a metric that is given, change nothing."
              Formula = @"SS^\top=\tfrac n{n+5}\hat\Sigma+\tfrac5{n+5}10^{-3}I"
              Source = "Stan reference manual, automatic parameter tuning"
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 40
              Generator =
                Scalars.three
                    (Scalars.both (Scalars.integer 1 5) (Scalars.integer 0 60))
                    (Scalars.real 1e4)
                    Scalars.seed
              Holds =
                fun ((d, n), place, seed) ->
                    let struct (numbers, _) = Rng.array ((n + 1) * d) Rng.normal (Rng.ofSeed seed)

                    // Scales from 0.01 to 100, and neighbours correlated.
                    let scale i = 10.0 ** float (i - 2)

                    let window =
                        Array.init n (fun t ->
                            Vec.init d (fun i ->
                                let own = numbers[t * d + i]
                                let other = numbers[t * d + (i + 1) % d]
                                place + scale i * (own + 0.5 * other)))

                    let before = Diagonal(Vec.init d (fun i -> 1.0 + float i))
                    let mean i = window |> Array.averageBy (fun x -> x[i])
                    let size = float n

                    let expected i j =
                        let covariance =
                            (window |> Array.sumBy (fun x -> (x[i] - mean i) * (x[j] - mean j))) / (size - 1.0)

                        size / (size + 5.0) * covariance + (if i = j then 5.0 / (size + 5.0) * 1e-3 else 0.0)

                    let isBefore metric =
                        match metric with
                        | Diagonal scales -> scales = Vec.init d (fun i -> 1.0 + float i)
                        | Dense _ -> false

                    // Draws about a place far off are themselves rounded there.
                    let allowed i j =
                        Tolerances.rounding (8 * (n + 1)) (sqrt (expected i i * expected j j))
                        + 64.0 * Tolerances.epsilon * abs place * sqrt (max (expected i i) (expected j j))

                    [ Compare.holds "a given metric stays" (isBefore (metricOf Given before window))

                      if n < 2 then
                          Compare.holds "few draws change nothing" (isBefore (metricOf Diagonals before window))
                      else
                          match metricOf Diagonals before window with
                          | Diagonal scales ->
                              for i in 0 .. d - 1 do
                                  Compare.close $"variance {i}" (expected i i) (scales[i] * scales[i]) (allowed i i)
                          | Dense _ -> Compare.holds "a diagonal metric" false

                          if n > 2 * d then
                              match metricOf Full before window with
                              | Dense factor ->
                                  let found = Chol.toMat factor

                                  for i in 0 .. d - 1 do
                                      for j in 0 .. d - 1 do
                                          Compare.close
                                              $"covariance ({i}, {j})"
                                              (expected i j)
                                              found[i, j]
                                              (allowed i j)
                              | Diagonal _ -> Compare.holds "a full metric" false ] }

    /// A chain is given, so that a wrong one can be tried.
    let internal slopes
        (engine: HamiltonianOptions -> LogDensity -> Vec voption -> Engine<ChainState, Draw, Vec>)
        : Law =
        Law.make
            { Name = "warm-up: a chain's slope belongs to its metric, and a metric to its window"
              Statement =
                "Between any two draws the state holds log p and S' times the gradient at its position, S being the metric of the next transition; where a window ends the metric is that of the window's own draws."
              Formula = @"g=S^\top\nabla\log p(x)"
              Source = "Stan reference manual, automatic parameter tuning; definition of the state"
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 6
              Generator = Scalars.three (Scalars.integer 2 4) (Scalars.integer 0 3) Scalars.seed
              Holds =
                fun (d, which, seed) ->
                    let precision = Mat.init d d (fun i j -> (if i = j then 1.0 else 0.3) / (10.0 ** float (i + j - 2)))

                    let mean = Vec.init d (fun i -> 10.0 ** float i)
                    let density = Targets.normal mean precision
                    let shape = if which % 2 = 0 then Diagonals else Full
                    let options = if which < 2 then HamiltonianChain.noUTurn else HamiltonianChain.fixedLength
                    let options = { options with WarmUp = 300; Shape = shape }
                    let struct (first, ends) = WarmUp.windows options.WarmUp
                    let engine = engine options density (ValueSome mean)

                    let check (state: ChainState) =
                        let struct (value, gradient) = LogDensity.at density state.Position
                        let slope = Metric.slope state.Metric gradient
                        let size = 1.0 + Vec.maxAbs slope

                        [ Compare.close
                              $"log density after {state.Drawn}"
                              value
                              state.LogDensity
                              (1e-9 * (1.0 + abs value))
                          for i in 0 .. d - 1 do
                              Compare.close $"slope {i} after {state.Drawn}" slope[i] state.Slope[i] (1e-8 * size) ]

                    let same a b =
                        match a, b with
                        | Diagonal a, Diagonal b -> Vec.maxAbs (Vec.map2 (fun x y -> log (x / y)) a b) < 1e-9
                        | Dense a, Dense b ->
                            Mat.maxAbs (Mat.subtract (Chol.toMat a) (Chol.toMat b)) <= 1e-9 * Mat.maxAbs (Chol.toMat b)
                        | _ -> false

                    let rec follow (state: ChainState) (window: Vec list) found =
                        if state.Drawn = options.WarmUp + 3 then
                            found
                        else
                            let struct (next, draw: Draw) = engine.Step state
                            let drawn = next.Drawn

                            let window =
                                if drawn > first && drawn <= List.last ends then
                                    draw.Position :: window
                                else
                                    window

                            if List.contains drawn ends then
                                let learned = WarmUp.metricOf shape state.Metric (window |> List.rev |> Array.ofList)

                                follow
                                    next
                                    []
                                    (Compare.holds
                                        $"metric of the window that ends with {drawn}"
                                        (same next.Metric learned)
                                     :: check next
                                     @ found)
                            else
                                follow
                                    next
                                    window
                                    (Compare.holds $"metric after {drawn}" (same next.Metric state.Metric) :: check next
                                     @ found)

                    follow (engine.Init(Rng.ofSeed seed)) [] [] }

    let all: Law list = [ metric WarmUp.metricOf; slopes HamiltonianChain.engine ]
