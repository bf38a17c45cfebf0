namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of what samplers learn before they draw.
[<RequireQualifiedAccess>]
module WarmUpLaws =

    /// Acceptance of a step size in a made-up world: falls smoothly, known where it is what.
    let private madeUpAcceptance (scale: float) (step: float) = 1.0 / (1.0 + (step / scale) * (step / scale))

    /// One search for a step size: target, start, and what a step size is accepted with given a uniform number.
    type StepSearch = float -> float -> (float -> float -> float) -> int -> Rng -> float

    let stepSearchName = "dual averaging: the step size found has the acceptance asked for"

    let stepSearch (search: StepSearch) =
        Law.make
            { Name = stepSearchName
              Statement =
                "Where acceptance falls with the step size in a known way, observed with noise, the search settles where it is the target's."
              Formula = @"E[a(\epsilon)]=\delta"
              Source = "Hoffman and Gelman 2014, section 3.2"
              Covers = [ "nuts"; "sampling" ]
              Cases = 100
              Generator =
                Scalars.three
                    (Scalars.integer 0 8)
                    (Scalars.both (Scalars.positive 1e-4 1e4) (Scalars.positive 1e-3 1e3))
                    Scalars.seed
              Holds =
                fun (tenth, (scale, off), seed) ->
                    let target = 0.5 + 0.05 * float tenth
                    // Noise of mean 0 that keeps the rate in [0, 1].
                    let observed step u =
                        let rate = madeUpAcceptance scale step
                        rate + (u - 0.5) * min rate (1.0 - rate)

                    let step = search target (scale * off) observed 4000 (Rng.ofSeed seed)
                    // The average of the logs forgets like t^-0.75, so t tries count as t^0.75 of them; what the rates average to beyond noise
                    // is the target, up to what the curve bends over the tries' spread.
                    let tries = 4000.0
                    let noise = min target (1.0 - target) / sqrt 12.0

                    [ Compare.close
                          "acceptance"
                          target
                          (madeUpAcceptance scale step)
                          (0.01 + Tolerances.standardErrors * noise / sqrt (tries ** 0.75)) ] }

    /// Dual averaging with the step size that is read off it in the end.
    let internal searched read : StepSearch =
        fun target start observed count rng ->
            let mutable search = DualAveraging.start start
            let mutable rng = rng

            for _ in 1..count do
                let struct (u, next) = Rng.uniform rng
                rng <- next
                search <- DualAveraging.observe target (observed (DualAveraging.next search) u) search

            read search

    let all: Law list =
        [ stepSearch (searched DualAveraging.settled)
          Law.make
              { Name = "warm-up: windows are Stan's"
                Statement =
                  "A warm-up of 1000 draws learns its metric after draws 100, 150, 250, 450 and 950; shorter ones have shorter stretches."
                Formula = ""
                Source = "Stan reference manual, automatic parameter tuning; windows as CmdStan 2.32 uses them"
                Covers = [ "nuts"; "hmc"; "sampling" ]
                Cases = 1
                Generator = Law.once
                Holds =
                  fun () ->
                      let ends draws =
                          let struct (first, ends) = WarmUp.windows draws
                          first :: ends

                      [ Compare.holds "1000" (ends 1000 = [ 75; 100; 150; 250; 450; 950 ])
                        Compare.holds "150" (ends 150 = [ 75; 100 ])
                        Compare.holds "100" (ends 100 = [ 15; 90 ])
                        Compare.holds "2000" (ends 2000 = [ 75; 100; 150; 250; 450; 850; 1950 ])
                        Compare.holds "10" (ends 10 = [ 10 ]) ] }
          Law.make
              { Name = "warm-up: the metric learns the scales and the acceptance its target"
                Statement =
                  "In the last long window the average acceptance is the one asked for; after warm-up it is no lower, and the metric's sds are the target's within standard errors and the regularisation."
                Formula = @"S\to\sigma"
                Source = "Stan reference manual; Hoffman and Gelman 2014"
                Covers = [ "nuts"; "sampling" ]
                Cases = 6
                Generator = Scalars.both (SamplingLaws.targetOf [ 2; 10; 50 ] true 1e4) (Scalars.integer 0 2)
                Holds =
                  fun (target, tenth) ->
                      let asked = 0.7 + 0.1 * float tenth
                      let options = { HamiltonianChain.noUTurn with WarmUp = 1000; TargetAcceptance = asked }
                      // Sixteen chains, each of which tunes a step of its own.
                      let chains = 16
                      let engine = Sampler.engine 1 1200 200 options target.Density (RandomStarts chains)
                      let struct (state, block) = engine.Step(engine.Init(Rng.ofSeed target.Seed))
                      let rate first last = block[0][first..last] |> Array.averageBy (fun draw -> draw.AcceptanceRate)

                      [ // The search moves the log of the step by sqrt(t) / 0.05 times the average shortfall, and it stays within a few units of
                        // where it began: so the shortfall over t = 450 draws is below 0.05 * 5 / sqrt 450 = 0.012, and noise of the same size.
                        Compare.close "acceptance in the last window" asked (rate 500 949) 0.03
                        // The rate is concave in the step size where it is tuned, so that the average step is accepted more often than that. Rates
                        // are as good as independent: of each chain 200 tell the step's own, and the fifty of the last stretch told the search
                        // where to settle. 0.28 spreads together, 0.05 at most.
                        let rates =
                            block |> Array.collect (fun chain -> chain[1000..1199] |> Array.map _.AcceptanceRate)

                        let spread = Sample.sd (Vec.ofArray rates)

                        Compare.atMost
                            "target less acceptance of the draws"
                            (asked - Array.average rates)
                            0.0
                            (min
                                0.05
                                (Tolerances.standardErrors * spread * sqrt ((1.0 / 200.0 + 1.0 / 50.0) / float chains)))

                        match state.Chains[0].Metric with
                        | Dense _ -> Compare.holds "a diagonal metric" false
                        | Diagonal scales ->
                            for d in 0 .. scales.Length - 1 do
                                let sd = sqrt target.Covariance[d, d]
                                // 500 draws of the last window, of which at least 150 count; 5e-3 / 505 is added to the variance.
                                Compare.close
                                    $"log of scale {d}"
                                    (log (sqrt (sd * sd + 1e-5)))
                                    (log scales[d])
                                    (Tolerances.standardErrors / sqrt (2.0 * 150.0) + 0.01) ] } ]
