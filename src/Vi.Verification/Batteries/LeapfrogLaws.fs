namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// So many leapfrog steps of a size under a metric.
type LeapfrogSteps = LogDensity -> Metric -> float -> int -> PhasePoint -> PhasePoint

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

/// Laws of leapfrog steps.
[<RequireQualifiedAccess>]
module LeapfrogLaws =

    let internal casesOf most : Arbitrary<TransitionCase> =
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

    let internal distance (a: Vec) (b: Vec) = Vec.maxAbs (Vec.subtract a b)

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
        [ Law.make
              { Name = "leapfrog: steps back undo steps forward"
                Statement =
                  "Twenty steps and twenty steps of minus the size lead back to position, momentum and energy, to rounding."
                Formula = @"\Phi_{-\epsilon}\circ\Phi_{\epsilon}=\mathrm{id}"
                Source = "Verlet 1967; Neal 2011, section 5.2.3"
                Covers = [ "nuts"; "hmc"; "sampling" ]
                Cases = 100
                Generator = casesOf 6
                Holds =
                  fun case ->
                      let count = 20
                      let start = case.Start
                      let there = steps case.Density case.Metric case.Step count start
                      let back = steps case.Density case.Metric -case.Step count there
                      // Each step rounds at the size of the coordinates; errors of steps of about the stability limit grow with their number.
                      let size = 10.0 + Vec.maxAbs there.Position + Vec.maxAbs start.Position
                      let rounding = 1e3 * Tolerances.rounding count size

                      [ Compare.close "position" 0.0 (distance start.Position back.Position) rounding
                        Compare.close "momentum" 0.0 (distance start.Momentum back.Momentum) rounding
                        Compare.close "energy" start.Energy back.Energy rounding ] }
          Law.make
              { Name = "leapfrog: volume is preserved"
                Statement =
                  "The Jacobian of three steps in position and momentum, by finite differences, has determinant 1."
                Formula = @"\left|\frac{\partial\Phi(q,p)}{\partial(q,p)}\right|=1"
                Source = "Neal 2011, section 5.2.3"
                Covers = [ "nuts"; "hmc"; "sampling" ]
                Cases = 100
                Generator = casesOf 2
                Holds =
                  fun case ->
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

                      [ Compare.close "determinant" 1.0 determinant 1e-7 ] }
          Law.make
              { Name = "leapfrog: the energy error falls with the square of the step"
                Statement = "Over the same length of time, steps half as long make a quarter of the energy error."
                Formula = @"\max|H_t-H_0|=O(\epsilon^2)"
                Source = "Leimkuhler and Reich 2004"
                Covers = [ "nuts"; "hmc"; "sampling" ]
                Cases = 100
                Generator = casesOf 4
                Holds =
                  fun case ->
                      // The step's own scale is the smallest sd of the whitened density, some 1/6 for these conditions.
                      let error count = energyError steps case 2.0 count
                      let coarse = error 128
                      let fine = error 256
                      // The next order of the error is (step / scale)^2, some 1 %; errors near rounding say nothing.
                      let floor = 1e-12
                      [ Compare.close "log2 of the ratio" 2.0 (Math.Log2((coarse + floor) / (fine + floor))) 0.2 ] } ]

    let all: Law list = leapfrog Leapfrog.steps
