namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// One transition of the no-U-turn sampler: greatest depth, density, metric, step size, position.
type NoUTurnTransition = int -> LogDensity -> Metric -> float -> Vec -> Rng -> struct (Draw * Rng)

/// Laws of single transitions.
[<RequireQualifiedAccess>]
module TransitionLaws =

    /// The names that specimens refer to.
    let agreesName = "nuts: the fast transition is the textbook's"
    let longStepsName = "nuts: the fast transition is the textbook's with long steps"
    let metricName = "nuts: a metric is a change of coordinates"
    let invariantName = "nuts: draws from the target stay draws from the target"

    /// Both samplers from one start with the same random numbers.
    let private compareWithPlain
        (transition: NoUTurnTransition)
        (density: LogDensity)
        (metric: Metric)
        (step: float)
        (start: Vec)
        (seed: uint64)
        =
        let rng = Rng.ofSeed seed
        let maxDepth = 1 + int (seed % 7UL)
        let struct (fast, after) = transition maxDepth density metric step start rng
        let struct (plain, afterPlain) = PlainNoUTurn.transition NoSlip maxDepth density metric step start rng
        let rounding = 1e3 * Tolerances.rounding 128 (10.0 + Vec.maxAbs plain.Position)

        [ Compare.close "depth" (float plain.TreeDepth) (float fast.TreeDepth) 0.0
          Compare.close "leapfrog steps" (float plain.LeapfrogSteps) (float fast.LeapfrogSteps) 0.0
          Compare.close "position" 0.0 (LeapfrogLaws.distance plain.Position fast.Position) rounding
          Compare.close "log density" plain.LogDensity fast.LogDensity rounding
          Compare.close "energy" plain.Energy fast.Energy rounding
          Compare.close "acceptance" plain.AcceptanceRate fast.AcceptanceRate rounding
          Compare.holds "divergence" (plain.Divergence.IsSome = fast.Divergence.IsSome)
          Compare.holds "generator" (after = afterPlain) ]

    let private agrees (transition: NoUTurnTransition) =
        Law.make
            { Name = agreesName
              Statement =
                "From the same start and the same random numbers the fast sampler and a plain one, made of lists and unwhitened momenta, make the same draw: depth, steps, energy, acceptance, divergence."
              Formula = ""
              Source = "Betancourt 2017, appendix A; Stan's multinomial sampler"
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 100
              Generator = LeapfrogLaws.casesOf 5
              Holds =
                fun case ->
                    compareWithPlain transition case.Density case.Metric case.Step case.Start.Position (case.Seed + 1UL) }

    /// Steps of more than a right angle of a standard normal's dynamics: whole turns can be missed by all but the checks across subtrees.
    let private agreesOnLongSteps (transition: NoUTurnTransition) =
        Law.make
            { Name = longStepsName
              Statement =
                "On standard normals with steps near the limit of stability, where a trajectory can go round between two points that are compared, both make the same draw."
              Formula = ""
              Source = "Stan 2.21, additional checks across subtrees"
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 100
              Generator = Scalars.three (Scalars.integer 1 6) (Scalars.integer 100 195) Scalars.seed
              Holds =
                fun (dimension, hundredths, seed) ->
                    let density = Densities.independentNormal (Array.zeroCreate dimension) (Array.create dimension 1.0)
                    let struct (start, _) = HamiltonianChain.momentum dimension (Rng.ofSeed (seed + 1UL))
                    compareWithPlain transition density (Metric.identity dimension) (0.01 * float hundredths) start seed }

    let private metricIsCoordinates (transition: NoUTurnTransition) =
        Law.make
            { Name = metricName
              Statement =
                "A transition under a metric S is the one under the identity for the density seen through q = S z."
              Formula = @"q'=S z'"
              Source = "Neal 2011, section 5.4.1"
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 100
              Generator = LeapfrogLaws.casesOf 5
              Holds =
                fun case ->
                    let start = case.Start.Position

                    let z =
                        match case.Metric with
                        | Diagonal scales -> Vec.map2 (/) start scales
                        | Dense factor -> Chol.solveLower factor start

                    let rng = Rng.ofSeed case.Seed
                    let identity = Metric.identity start.Length
                    let struct (direct, _) = transition 8 case.Density case.Metric case.Step start rng

                    let struct (seen, _) =
                        transition 8 (Densities.whitened case.Metric case.Density) identity case.Step z rng

                    let rounding = 1e3 * Tolerances.rounding 256 (10.0 + Vec.maxAbs direct.Position)

                    [ Compare.close "leapfrog steps" (float seen.LeapfrogSteps) (float direct.LeapfrogSteps) 0.0
                      Compare.close
                          "position"
                          0.0
                          (LeapfrogLaws.distance (Metric.velocity case.Metric seen.Position) direct.Position)
                          rounding ] }

    /// Laws on the line with closed quantiles: name, log density, derivative, distribution function, quantile.
    let private lines =
        [| "normal", (fun x -> -0.5 * x * x), (fun x -> -x), Special.normalCdf, Special.normalQuantile
           "hyperbolic secant",
           (fun x -> -log(cosh (0.5 * Math.PI * x))),
           (fun x -> -0.5 * Math.PI * tanh (0.5 * Math.PI * x)),
           (fun x -> 2.0 / Math.PI * atan (exp (0.5 * Math.PI * x))),
           (fun p -> 2.0 / Math.PI * log (tan (0.5 * Math.PI * p)))
           "Gumbel",
           (fun x -> -x - exp -x),
           (fun x -> -1.0 + exp -x),
           (fun x -> exp (-(exp -x))),
           (fun p -> -log(-(log p))) |]

    let private runs = 2000

    /// From independent exact draws, one transition each: what comes out is again independent and exact.
    let private invariant name source (transition: float -> LogDensity -> Metric -> Vec -> Rng -> Draw) =
        Law.make
            { Name = name
              Statement =
                $"Starts drawn exactly from a target on the line or in the plane, one transition each, with steps so long that many points are refused: {runs} draws follow the target within Massart's bound, and so do their products of two coordinates."
              Formula = @"\int p(q)\,T(q'\mid q)\,dq=p(q')"
              Source = source
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 6
              Generator =
                Scalars.three
                    (Scalars.integer 0 (lines.Length - 1))
                    (Scalars.both (Scalars.integer 1 2) (Scalars.positive 0.5 2.0))
                    Scalars.seed
              Holds =
                fun (kind, (dimension, step), seed) ->
                    let name, log, derivative, cdf, quantile = lines[kind]
                    let density = Densities.product dimension log derivative
                    let metric = Metric.identity dimension
                    let rng = Rng.ofSeed seed

                    let draws =
                        Array.init runs (fun run ->
                            let rng = Rng.derive run rng
                            let struct (uniforms, rng) = Rng.array dimension Rng.openUniform rng
                            let start = Vec.ofArray (Array.map quantile uniforms)
                            (transition step density metric start rng).Position)

                    [ for d in 0 .. dimension - 1 do
                          Compare.error
                              $"Kolmogorov-Smirnov distance of coordinate {d}, {name}"
                              (Numerical.kolmogorovSmirnov cdf (draws |> Array.map (fun q -> q[d])))
                              (Tolerances.kolmogorovSmirnov runs)

                      if dimension = 2 then
                          // Two independent uniforms: P(u v <= t) = t - t log t.
                          let product (q: Vec) = cdf q[0] * cdf q[1]
                          let below t = if t <= 0.0 then 0.0 else t - t * Math.Log t

                          Compare.error
                              $"Kolmogorov-Smirnov distance of the product, {name}"
                              (Numerical.kolmogorovSmirnov below (draws |> Array.map product))
                              (Tolerances.kolmogorovSmirnov runs) ] }

    let private noUTurnInvariant (transition: NoUTurnTransition) =
        invariant invariantName "Betancourt 2017" (fun step density metric start rng ->
            let struct (draw, _) = transition 5 density metric step start rng
            draw)

    let transitions (transition: NoUTurnTransition) : Law list =
        [ agrees transition
          agreesOnLongSteps transition
          metricIsCoordinates transition
          noUTurnInvariant transition ]

    let private right: NoUTurnTransition = fun maxDepth -> HamiltonianChain.transition (NoUTurn maxDepth)

    let private fixedLength step density metric start rng =
        let struct (draw, _) = HamiltonianChain.transition (Static 1.5) density metric step start rng
        draw

    let all: Law list =
        transitions right
        @ [ invariant "hmc: draws from the target stay draws from the target" "Duane et al. 1987; Neal 2011" fixedLength ]
