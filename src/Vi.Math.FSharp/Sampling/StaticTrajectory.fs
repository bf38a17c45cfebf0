namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// The workspace in which trajectories of given length are made (Duane, Kennedy, Pendleton and Roweth 1987). The number of steps is uniform
/// between 1 and twice its mean less 1, so that no period of the dynamics can be hit again and again (Neal 2011, section 5.4.2.2). One
/// thread at a time.
[<Sealed>]
type internal StaticTrajectory(integrator: Integrator) =

    let dimension = integrator.Dimension
    let position: float[] = Array.zeroCreate dimension
    let slope: float[] = Array.zeroCreate dimension
    let momentum: float[] = Array.zeroCreate dimension

    /// Mean number of steps for a length of time: at least 1, and at most what trees of depth 10 have.
    let meanSteps (time: float) (step: float) = int (min 1023.0 (max 1.0 (Math.Round(time / step))))

    /// One transition from a position (D) with its slope and log density: a trajectory of this length in time, accepted or not (Metropolis).
    member _.Run
        (start: Vec, startSlope: Vec, logDensity: float, step: float, time: float, isWarmUp: bool, rng: Rng)
        : Landing =
        start.AsSpan().CopyTo position
        startSlope.AsSpan().CopyTo slope
        let rng = Rng.fillNormal (momentum.AsSpan()) rng
        let struct (extra, rng) = Rng.below (2 * meanSteps time step - 1) rng
        let struct (u, rng) = Rng.uniform rng
        let initialEnergy = Transition.energy logDensity (0.5 * LinearAlgebra.Dot(momentum, momentum))
        let mutable value = logDensity
        let mutable energy = initialEnergy
        let mutable steps = 0
        let mutable divergence = ValueNone

        while steps <= extra && divergence.IsNone do
            let struct (next, kinetic) = integrator.Step(step, position, slope, momentum, momentum)
            value <- next
            energy <- Transition.energy next kinetic
            steps <- steps + 1

            if not (energy - initialEnergy <= Transition.divergenceLimit) then
                divergence <- ValueSome(integrator.Origin(step, next, position, slope, momentum))

        let accepted = divergence.IsNone && log u < initialEnergy - energy

        { Draw =
            { Position = if accepted then Vec.ofArray position else start
              LogDensity = if accepted then value else logDensity
              Energy = if accepted then energy else initialEnergy
              AcceptanceRate = min 1.0 (exp (initialEnergy - energy))
              StepSize = step
              TreeDepth = 0
              LeapfrogSteps = steps
              Divergence = divergence
              IsWarmUp = isWarmUp }
          Slope = if accepted then Vec.ofArray slope else startSlope
          Rng = rng }
