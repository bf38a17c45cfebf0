namespace Vi.Math

/// A point of Hamiltonian dynamics under a metric S.
type PhasePoint =
    {
        /// Position q (D).
        Position: Vec
        /// Whitened momentum p (D): N(0, I) in equilibrium, with velocity S p.
        Momentum: Vec
        /// S' times the gradient of log p at q (D).
        Slope: Vec
        /// log p at q, in nats.
        LogDensity: float
    }

    /// -log p(q) + p'p / 2, in nats.
    member this.Energy =
        -this.LogDensity
        + 0.5 * Vi.Kernels.LinearAlgebra.Dot(this.Momentum.AsSpan(), this.Momentum.AsSpan())

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// The leapfrog step over buffers that its caller owns; one thread at a time.
[<Sealed>]
type internal Integrator(evaluator: IDensityEvaluator) =

    let gradient: float[] = Array.zeroCreate evaluator.Dimension
    let mutable metric = Metric.identity evaluator.Dimension

    /// D.
    member _.Dimension = evaluator.Dimension

    /// The metric that steps are made under.
    member _.Metric
        with get () = metric
        and set value = metric <- value

    /// log p at a position, whose slope is written.
    member _.Evaluate(position: float[], slope: float[]) : float =
        match metric with
        | Diagonal scales ->
            let value = evaluator.ValueAndGradient(ReadOnlySpan position, Span slope)

            for i in 0 .. slope.Length - 1 do
                slope[i] <- scales[i] * slope[i]

            value
        | Dense factor ->
            let value = evaluator.ValueAndGradient(ReadOnlySpan position, Span gradient)
            HamiltonianKernel.WhitenLower(factor.Values, gradient, slope)
            value

    /// Half a push, a drift, half a push (Verlet 1967): position and slope are moved in place, the momentum goes to the target. Gives log p at the
    /// new position and the kinetic energy. Where log p is not finite there is no second push, and no kinetic energy.
    member _.Step
        (step: float, position: float[], slope: float[], momentum: float[], target: float[])
        : struct (float * float) =
        let half = 0.5 * step

        match metric with
        | Diagonal scales ->
            HamiltonianKernel.PushAndDrift(half, step, scales.AsSpan(), slope, momentum, target, position)
            let value = evaluator.ValueAndGradient(ReadOnlySpan position, Span slope)

            if Double.IsFinite value then
                struct (value, 0.5 * HamiltonianKernel.WhitenAndPush(half, scales.AsSpan(), slope, target))
            else
                struct (value, nan)
        | Dense factor ->
            Array.blit momentum 0 target 0 momentum.Length
            LinearAlgebra.AddScaled(half, slope, target)
            HamiltonianKernel.AddLower(step, factor.Values, target, position)
            let value = evaluator.ValueAndGradient(ReadOnlySpan position, Span gradient)

            if Double.IsFinite value then
                HamiltonianKernel.WhitenLower(factor.Values, gradient, slope)
                LinearAlgebra.AddScaled(half, slope, target)
                struct (value, 0.5 * LinearAlgebra.Dot(target, target))
            else
                struct (value, nan)

    /// Where the last step started, from what it left: the drift undone, with the momentum before its second push. Where the gradient was not
    /// finite that is lost, and the position that the step led to is given.
    member _.Origin(step: float, logDensity: float, position: float[], slope: float[], momentum: float[]) : Vec =
        let half = if Double.IsFinite logDensity then 0.5 * step else 0.0
        let drifting = Array.map2 (fun p s -> if half = 0.0 then p else p - half * s) momentum slope
        let velocity = Metric.velocity metric (Vec.wrap drifting)
        let here = Vec.ofArray position
        let origin = Vec.addScaled -step velocity here
        if Vec.isFinite origin then origin else here

/// The leapfrog integrator of Hamiltonian dynamics.
[<RequireQualifiedAccess>]
module Leapfrog =

    /// The point of a position (D) and a whitened momentum (D).
    let point (density: LogDensity) (metric: Metric) (position: Vec) (momentum: Vec) : PhasePoint =
        let struct (value, gradient) = LogDensity.at density position

        { Position = position
          Momentum = momentum
          Slope = Metric.slope metric gradient
          LogDensity = value }

    /// So many steps from a point; a negative step size goes back in time.
    let steps (density: LogDensity) (metric: Metric) (step: float) (count: int) (start: PhasePoint) : PhasePoint =
        let integrator = Integrator(density.Evaluator(), Metric = metric)
        let position = start.Position.ToArray()
        let slope = start.Slope.ToArray()
        let momentum = start.Momentum.ToArray()
        let mutable value = start.LogDensity

        for _ in 1..count do
            let struct (next, _) = integrator.Step(step, position, slope, momentum, momentum)
            value <- next

        { Position = Vec.wrap position
          Momentum = Vec.wrap momentum
          Slope = Vec.wrap slope
          LogDensity = value }
