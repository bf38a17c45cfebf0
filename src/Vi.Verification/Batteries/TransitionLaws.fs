namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// So many leapfrog steps of a size under a metric.
type LeapfrogSteps = LogDensity -> Metric -> float -> int -> PhasePoint -> PhasePoint

/// One transition of the no-U-turn sampler: greatest depth, density, metric, step size, position.
type NoUTurnTransition = int -> LogDensity -> Metric -> float -> Vec -> Rng -> struct (Draw * Rng)

/// A case for single steps and transitions: a density on a few coordinates, a metric, a step size and a start.
type TransitionCase =
    {
        /// Covariance of a normal (D x D); the density is that normal with its tails bent, so that nothing is linear.
        Covariance: Mat
        /// The metric's covariance (D x D); its diagonal is used for a diagonal metric.
        Mass: Mat
        IsDense: bool
        Step: float
        Seed: uint64
    }

    /// The metric.
    member this.Metric =
        if this.IsDense then
            Metric.ofCovariance this.Mass
        else
            Metric.ofScales (Vec.map sqrt (Mat.diagonal this.Mass))

    /// log p = -sum_i sqrt(1 + z_i^2) with z = L^-1 q and L L' the covariance.
    member this.Density: LogDensity =
        let factor = Chol.factor "covariance" this.Covariance

        LogDensity.ofFunction this.Covariance.Rows (fun q ->
            let z = Chol.solveLower factor (Vec.ofArray q)
            let roots = Vec.map (fun z -> sqrt (1.0 + z * z)) z
            struct (-Vec.sum roots, (Chol.solveUpper factor (Vec.map2 (fun z r -> -z / r) z roots)).ToArray()))

    /// A start and a momentum.
    member this.Start: PhasePoint =
        let dimension = this.Covariance.Rows
        let struct (z, rng) = HamiltonianChain.momentum dimension (Rng.ofSeed this.Seed)
        let struct (p, _) = HamiltonianChain.momentum dimension rng
        let position = Chol.multiplyLower (Chol.factor "covariance" this.Covariance) z
        Leapfrog.point this.Density this.Metric position p

/// Laws of leapfrog steps and of single transitions.
[<RequireQualifiedAccess>]
module TransitionLaws =

    let private law name statement formula source cases compare =
        Law.make name cases compare
        |> Law.says statement formula source
        |> Law.covers [ "nuts"; "hmc"; "sampling" ]

    let private casesOf most : Arbitrary<TransitionCase> =
        Arb.fromGenShrink (
            gen {
                let! dimension = Gen.choose (1, most)
                let! covariance = Matrices.positiveDefiniteGen dimension 1.0 10.0
                let! mass = Matrices.positiveDefiniteGen dimension 1.0 4.0
                let! isDense = Gen.elements [ true; false ]
                let! step = Scalars.logUniformGen 0.05 1.2
                let! seed = Scalars.seedGen

                return { Covariance = covariance; Mass = mass; IsDense = isDense; Step = step; Seed = seed }
            },
            fun case ->
                seq {
                    for n in 1 .. case.Covariance.Rows - 1 do
                        { case with
                            Covariance = Matrices.leading n case.Covariance
                            Mass = Matrices.leading n case.Mass }

                    if case.IsDense then
                        { case with IsDense = false }

                    for covariance in Matrices.shrinkSameSize case.Covariance do
                        { case with Covariance = covariance }

                    for mass in Matrices.shrinkSameSize case.Mass do
                        { case with Mass = mass }

                    for seed in Scalars.seed.Shrinker case.Seed do
                        { case with Seed = seed }
                }
        )

    let private distance (a: Vec) (b: Vec) = Vec.maxAbs (Vec.subtract a b)

    /// Largest energy error along a trajectory of a length in time.
    let private energyError (steps: LeapfrogSteps) (case: TransitionCase) time count =
        let start = case.Start
        let step = time / float count

        let _, largest =
            ((start, 0.0), [ 1..count ])
            ||> List.fold (fun (point, largest) _ ->
                let next = steps case.Density case.Metric step 1 point
                next, max largest (abs (next.Energy - start.Energy)))

        largest

    let leapfrog (steps: LeapfrogSteps) : Law list =
        [ law
              "leapfrog: steps back undo steps forward"
              "Twenty steps and twenty steps of minus the size lead back to position, momentum and energy, to rounding."
              @"\Phi_{-\epsilon}\circ\Phi_{\epsilon}=\mathrm{id}"
              "Verlet 1967; Neal 2011, section 5.2.3"
              (casesOf 6)
              (fun case ->
                  let count = 20
                  let start = case.Start
                  let there = steps case.Density case.Metric case.Step count start
                  let back = steps case.Density case.Metric -case.Step count there
                  // Each step rounds at the size of the coordinates; errors of steps of about the stability limit grow with their number.
                  let size = 10.0 + Vec.maxAbs there.Position + Vec.maxAbs start.Position
                  let rounding = 1e3 * Tolerances.rounding count size

                  [ Compare.close "position" 0.0 (distance start.Position back.Position) rounding
                    Compare.close "momentum" 0.0 (distance start.Momentum back.Momentum) rounding
                    Compare.close "energy" start.Energy back.Energy rounding ])
          law
              "leapfrog: volume is preserved"
              "The Jacobian of three steps in position and momentum, by finite differences, has determinant 1."
              @"\left|\frac{\partial\Phi(q,p)}{\partial(q,p)}\right|=1"
              "Neal 2011, section 5.2.3"
              (casesOf 2)
              (fun case ->
                  let start = case.Start
                  let dimension = start.Position.Length

                  let image (shift: float) (k: int) =
                      let moved (v: Vec) i = Vec.mapi (fun j x -> if j = i then x + shift else x) v

                      let point =
                          Leapfrog.point
                              case.Density
                              case.Metric
                              (if k < dimension then moved start.Position k else start.Position)
                              (if k >= dimension then moved start.Momentum (k - dimension) else start.Momentum)

                      let there = steps case.Density case.Metric case.Step 3 point
                      Vec.append there.Position there.Momentum

                  // Central differences extrapolated once: error of h^4, and rounding over h.
                  let h = 2e-4

                  let column k =
                      let slope h = Vec.scale (0.5 / h) (Vec.subtract (image h k) (image -h k))
                      Vec.map2 (fun fine coarse -> (4.0 * fine - coarse) / 3.0) (slope h) (slope (2.0 * h))

                  let jacobian = Array.init (2 * dimension) (fun k -> (column k).ToArray())

                  let determinant =
                      MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfColumnArrays(jacobian).Determinant()

                  [ Compare.close "determinant" 1.0 determinant 1e-7 ])
          law
              "leapfrog: the energy error falls with the square of the step"
              "Over the same length of time, steps half as long make a quarter of the energy error."
              @"\max|H_t-H_0|=O(\epsilon^2)"
              "Leimkuhler and Reich 2004"
              (casesOf 4)
              (fun case ->
                  // The step's own scale is the smallest sd of the whitened density, some 1/6 for these conditions.
                  let error count = energyError steps case 2.0 count
                  let coarse = error 128
                  let fine = error 256
                  // The next order of the error is (step / scale)^2, some 1 %; errors near rounding say nothing.
                  let floor = 1e-12
                  [ Compare.close "log2 of the ratio" 2.0 (Math.Log2((coarse + floor) / (fine + floor))) 0.2 ]) ]

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
          Compare.close "position" 0.0 (distance plain.Position fast.Position) rounding
          Compare.close "log density" plain.LogDensity fast.LogDensity rounding
          Compare.close "energy" plain.Energy fast.Energy rounding
          Compare.close "acceptance" plain.AcceptanceRate fast.AcceptanceRate rounding
          Compare.holds "divergence" (plain.Divergence.IsSome = fast.Divergence.IsSome)
          Compare.holds "generator" (after = afterPlain) ]

    let private agrees (transition: NoUTurnTransition) =
        law
            agreesName
            "From the same start and the same random numbers the fast sampler and a plain one, made of lists and unwhitened momenta, make the same draw: depth, steps, energy, acceptance, divergence."
            ""
            "Betancourt 2017, appendix A; Stan's multinomial sampler"
            (casesOf 5)
            (fun case ->
                compareWithPlain transition case.Density case.Metric case.Step case.Start.Position (case.Seed + 1UL))

    /// Steps of more than a right angle of a standard normal's dynamics: whole turns can be missed by all but the checks across subtrees.
    let private agreesOnLongSteps (transition: NoUTurnTransition) =
        law
            longStepsName
            "On standard normals with steps near the limit of stability, where a trajectory can go round between two points that are compared, both make the same draw."
            ""
            "Stan 2.21, additional checks across subtrees"
            (Scalars.three (Scalars.integer 1 6) (Scalars.integer 100 195) Scalars.seed)
            (fun (dimension, hundredths, seed) ->
                let density = Densities.independentNormal (Array.zeroCreate dimension) (Array.create dimension 1.0)
                let struct (start, _) = HamiltonianChain.momentum dimension (Rng.ofSeed (seed + 1UL))
                compareWithPlain transition density (Metric.identity dimension) (0.01 * float hundredths) start seed)

    let private metricIsCoordinates (transition: NoUTurnTransition) =
        law
            metricName
            "A transition under a metric S is the one under the identity for the density seen through q = S z."
            @"q'=S z'"
            "Neal 2011, section 5.4.1"
            (casesOf 5)
            (fun case ->
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
                      (distance (Metric.velocity case.Metric seen.Position) direct.Position)
                      rounding ])

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

    let private kolmogorovSmirnov (cdf: float -> float) (values: float[]) =
        let sorted = Array.sort values
        let n = float sorted.Length

        sorted
        |> Array.mapi (fun i x ->
            let p = cdf x
            max (p - float i / n) (float (i + 1) / n - p))
        |> Array.max

    let private runs = 4000

    /// From independent exact draws, one transition each: what comes out is again independent and exact.
    let private invariant name source (transition: float -> LogDensity -> Metric -> Vec -> Rng -> Draw) =
        law
            name
            $"Starts drawn exactly from a target on the line or in the plane, one transition each, with steps so long that many points are refused: {runs} draws follow the target within Massart's bound, and so do their products of two coordinates."
            @"\int p(q)\,T(q'\mid q)\,dq=p(q')"
            source
            (Scalars.three
                (Scalars.integer 0 (lines.Length - 1))
                (Scalars.both (Scalars.integer 1 2) (Scalars.positive 0.5 2.0))
                Scalars.seed)
            (fun (kind, (dimension, step), seed) ->
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
                          (kolmogorovSmirnov cdf (draws |> Array.map (fun q -> q[d])))
                          (Tolerances.kolmogorovSmirnov runs)

                  if dimension = 2 then
                      // Two independent uniforms: P(u v <= t) = t - t log t.
                      let product (q: Vec) = cdf q[0] * cdf q[1]
                      let below t = if t <= 0.0 then 0.0 else t - t * Math.Log t

                      Compare.error
                          $"Kolmogorov-Smirnov distance of the product, {name}"
                          (kolmogorovSmirnov below (draws |> Array.map product))
                          (Tolerances.kolmogorovSmirnov runs) ])
        |> Law.cases 6

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
        leapfrog Leapfrog.steps
        @ transitions right
        @ [ invariant "hmc: draws from the target stay draws from the target" "Duane et al. 1987; Neal 2011" fixedLength ]

    /// Euler's step with the new momentum only: symplectic, but of first order and not its own inverse.
    let private fullPush: LeapfrogSteps =
        fun density metric step count start ->
            (start, [ 1..count ])
            ||> List.fold (fun point _ ->
                let p = Vec.addScaled step point.Slope point.Momentum
                Leapfrog.point density metric (Vec.addScaled step (Metric.velocity metric p) point.Position) p)

    /// Position and momentum both moved from the old point.
    let private explicitEuler: LeapfrogSteps =
        fun density metric step count start ->
            (start, [ 1..count ])
            ||> List.fold (fun point _ ->
                Leapfrog.point
                    density
                    metric
                    (Vec.addScaled step (Metric.velocity metric point.Momentum) point.Position)
                    (Vec.addScaled step point.Slope point.Momentum))

    let private slip kind : NoUTurnTransition = PlainNoUTurn.transition kind

    let specimens: Specimen list =
        [ Specimen.make
              "leapfrog without half pushes"
              "a common slip: momentum and position updated in turn by whole steps"
              "Steps back do not undo steps forward."
              "leapfrog: steps back undo steps forward"
              (leapfrog fullPush)
          Specimen.make
              "leapfrog of first order"
              "the same slip"
              "Half the step, half the error: trajectories need far more steps."
              "leapfrog: the energy error falls with the square of the step"
              (leapfrog fullPush)
          Specimen.make
              "Euler's explicit step"
              "a common slip: both updates from the old point"
              "Volume grows, so accepted draws do not have the target as their law."
              "leapfrog: volume is preserved"
              (leapfrog explicitEuler)
          Specimen.make
              "nuts with uniform weights"
              "a common slip: the points of a trajectory taken as equally likely"
              "Points of higher energy are drawn too often: the tails are too heavy."
              invariantName
              (transitions (slip UniformWeights))
          Specimen.make
              "nuts with half a push left out"
              "a common slip in hand-written leapfrogs"
              "A step is no longer its own inverse, and the energies that weigh the points are not theirs."
              agreesName
              (transitions (slip HalfAPush))
          Specimen.make
              "nuts that takes every new half"
              "a common slip: the probability of moving to the newer half left out"
              "The stationary law is no longer the target."
              invariantName
              (transitions (slip AlwaysTakeNewest))
          Specimen.make
              "nuts with subtrees that turn back"
              "a common slip: only whole trajectories are judged"
              "From the points of a trajectory other trajectories can be made than from its start."
              agreesName
              (transitions (slip NoChecksWithin))
          Specimen.make
              "nuts that turns without its metric"
              "samplers that judge the U-turn by momenta instead of velocities"
              "With scales apart, trajectories stop far too early or too late."
              metricName
              (transitions (slip TurnWithoutMetric))
          Specimen.make
              "nuts without checks across subtrees"
              "Stan before 2.21"
              "Trajectories that go round between two checks are not seen."
              longStepsName
              (transitions (slip NoChecksAcross)) ]
