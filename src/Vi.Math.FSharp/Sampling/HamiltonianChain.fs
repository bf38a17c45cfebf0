namespace Vi.Math

/// How far a trajectory goes.
type TrajectoryRule =
    /// Until it turns back, doubling at most so often (the no-U-turn sampler).
    | NoUTurn of maxDepth: int
    /// About so long, in the time of the whitened dynamics, jittered (Hamiltonian Monte Carlo).
    | Static of time: float

/// Settings of a Hamiltonian sampler.
type HamiltonianOptions =
    {
        /// How far trajectories go.
        Trajectory: TrajectoryRule
        /// Number of draws that tune the sampler and are no draws from the posterior; 0 keeps step size and metric as given.
        WarmUp: int
        /// Acceptance rate that the step size is tuned to, between 0 and 1.
        TargetAcceptance: float
        /// What warm-up estimates the metric by.
        Shape: MetricShape
        /// The metric to begin with; the identity where none is given.
        Metric: Metric voption
        /// The step size to begin with; found by doubling and halving where warm-up is to tune it.
        StepSize: float
    }

/// A chain between two draws.
type ChainState =
    {
        /// Number of draws made, warm-up's included.
        Drawn: int
        /// The generator of the next transition.
        Rng: Rng
        /// The last draw (D).
        Position: Vec
        /// log p there, in nats.
        LogDensity: float
        /// S' times the gradient there (D).
        Slope: Vec
        /// The metric of the next transition.
        Metric: Metric
        /// Its leapfrog step size.
        StepSize: float
        /// What is being learned; nothing after warm-up.
        Learning: WarmUp voption
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// What one thread needs to make transitions.
[<Sealed>]
type private SamplerWorkspace(density: LogDensity) =
    let integrator = Integrator(density.Evaluator())
    let noUTurn = lazy NoUTurnTrajectory integrator
    let fixedLength = lazy StaticTrajectory integrator
    member _.Integrator = integrator
    member _.NoUTurn = noUTurn.Value
    member _.Static = fixedLength.Value

/// Hamiltonian Monte Carlo and the no-U-turn sampler as engines: a step is a draw.
[<RequireQualifiedAccess>]
module HamiltonianChain =

    /// The no-U-turn sampler with Stan's settings: 1000 draws of warm-up, acceptance 0.8, depth 10, standard deviations as the metric.
    let noUTurn: HamiltonianOptions =
        { Trajectory = NoUTurn 10
          WarmUp = 1000
          TargetAcceptance = 0.8
          Shape = Diagonals
          Metric = ValueNone
          StepSize = 1.0 }

    /// Hamiltonian Monte Carlo with trajectories of a quarter period of a standard normal, where successive draws are least correlated.
    let fixedLength: HamiltonianOptions = { noUTurn with Trajectory = Static(0.5 * Math.PI) }

    let private require (density: LogDensity) (options: HamiltonianOptions) =
        let refuse (name: string) (value: string) (wanted: string) : unit =
            raise (ArgumentException($"sampler: {name} must be {wanted}, not {value}", name))

        match options.Trajectory with
        | NoUTurn depth when depth < 1 || depth > 20 -> refuse "maxDepth" (string depth) "from 1 to 20"
        | Static time when not (time > 0.0 && Double.IsFinite time) -> refuse "time" (string time) "positive"
        | _ -> ()

        if options.WarmUp < 0 then
            refuse "WarmUp" (string options.WarmUp) "0 or more"

        if not (options.TargetAcceptance > 0.0 && options.TargetAcceptance < 1.0) then
            refuse "TargetAcceptance" (string options.TargetAcceptance) "between 0 and 1"

        if not (options.StepSize > 0.0 && Double.IsFinite options.StepSize) then
            refuse "StepSize" (string options.StepSize) "positive"

        match options.Metric with
        | ValueSome metric when Metric.dimension metric <> density.Dimension ->
            refuse "Metric" $"of dimension {Metric.dimension metric}" $"of dimension {density.Dimension}"
        | _ -> ()

    /// The whitened momentum (D) that a transition from this generator begins with, and the generator after it.
    let momentum (dimension: int) (rng: Rng) : struct (Vec * Rng) =
        let values = Array.zeroCreate dimension
        let rng = Rng.fillNormal (values.AsSpan()) rng
        struct (Vec.wrap values, rng)

    /// Log of the acceptance probability that the search for a first step size crosses.
    let private crossing = log 0.8

    /// A step size that one leapfrog step from here accepts with a probability near 0.8: doubled or halved until it crosses (Hoffman and Gelman
    /// 2014, algorithm 4, with Stan's 0.8).
    let private firstStep (integrator: Integrator) (step: float) (state: ChainState) : struct (float * Rng) =
        let momentum = Array.zeroCreate integrator.Dimension

        let gain step rng =
            let rng = Rng.fillNormal (momentum.AsSpan()) rng
            let position = state.Position.ToArray()
            let slope = state.Slope.ToArray()
            let before = Transition.energy state.LogDensity (0.5 * (momentum |> Array.sumBy (fun p -> p * p)))
            let struct (value, kinetic) = integrator.Step(step, position, slope, momentum, momentum)
            struct (before - Transition.energy value kinetic, rng)

        let struct (first, rng) = gain step state.Rng
        let factor = if first > crossing then 2.0 else 0.5

        let rec search step rng =
            let next = step * factor
            let struct (gained, rng) = gain next rng

            if next < 1e-300 || next > 1e7 then struct (step, rng)
            elif (factor = 2.0) = (gained > crossing) then search next rng
            else struct (next, rng)

        search step rng

    /// A chain at a position (D): raises ArgumentException where the density or its gradient is not finite there.
    let private startAt (integrator: Integrator) (options: HamiltonianOptions) (names: string[]) (position: Vec) rng =
        let metric = options.Metric |> ValueOption.defaultWith (fun () -> Metric.identity integrator.Dimension)

        integrator.Metric <- metric
        let slope = Array.zeroCreate integrator.Dimension
        let value = integrator.Evaluate(position.ToArray(), slope)

        let state =
            { Drawn = 0
              Rng = rng
              Position = position
              LogDensity = value
              Slope = Vec.wrap slope
              Metric = metric
              StepSize = options.StepSize
              Learning = ValueNone }

        if not (Double.IsFinite value) then
            Error "the log density is not finite"
        else
            match slope |> Array.tryFindIndex (fun g -> not (Double.IsFinite g)) with
            | Some d -> Error $"the gradient in {names[d]} is not finite"
            | None when options.WarmUp = 0 -> Ok state
            | None ->
                let struct (step, rng) = firstStep integrator options.StepSize state

                Ok
                    { state with
                        Rng = rng
                        StepSize = step
                        Learning = ValueSome { Search = DualAveraging.start step; Window = [||] } }

    /// Tries of a random start before the density is called broken.
    let private mostTries = 100

    /// A start uniform on (-2, 2) in every coordinate, again until density and gradient are finite there.
    let private randomStart (integrator: Integrator) options names rng =
        let rec search tried rng =
            let struct (position, next) =
                Rng.array
                    integrator.Dimension
                    (fun rng -> let struct (u, rng) = Rng.uniform rng in struct (4.0 * u - 2.0, rng))
                    rng

            match startAt integrator options names (Vec.wrap position) next with
            | Ok state -> state
            | Error _ when tried < mostTries -> search (tried + 1) next
            | Error reason ->
                raise (
                    ArithmeticException
                        $"no start was found in {mostTries} random points between -2 and 2: {reason} at the last of them"
                )

        search 1 rng

    /// The state after a draw of warm-up: step size and, where a window ends, metric.
    let private learn
        (integrator: Integrator)
        options
        (windows: struct (int * int list))
        (state: ChainState)
        (draw: Draw)
        =
        match state.Learning with
        | ValueNone -> state
        | ValueSome learning ->
            let struct (first, ends) = windows
            let search = DualAveraging.observe options.TargetAcceptance draw.AcceptanceRate learning.Search
            let drawn = state.Drawn

            let inWindow =
                options.Shape <> Given
                && drawn > first
                && (match ends with
                    | [] -> false
                    | _ -> drawn <= List.last ends)

            let window =
                if inWindow then
                    Array.append learning.Window [| draw.Position |]
                else
                    learning.Window

            if drawn >= options.WarmUp then
                { state with StepSize = DualAveraging.settled search; Learning = ValueNone }
            elif inWindow && List.contains drawn ends then
                let metric = WarmUp.metricOf options.Shape state.Metric window
                integrator.Metric <- metric
                let slope = Array.zeroCreate integrator.Dimension
                let value = integrator.Evaluate(state.Position.ToArray(), slope)
                let moved = { state with Metric = metric; Slope = Vec.wrap slope; LogDensity = value }
                let struct (step, rng) = firstStep integrator (DualAveraging.next search) moved

                { moved with
                    Rng = rng
                    StepSize = step
                    Learning = ValueSome { Search = DualAveraging.start step; Window = [||] } }
            else
                { state with
                    StepSize = DualAveraging.next search
                    Learning = ValueSome { Search = search; Window = window } }

    /// The engine of one chain, from a given position (D) or a random one. Steps may be made on any thread and again from any state: the
    /// same state gives the same draw.
    let engine
        (options: HamiltonianOptions)
        (density: LogDensity)
        (start: Vec voption)
        : Engine<ChainState, Draw, Vec> =
        require density options
        let workspaces = EvaluatorPool(fun () -> SamplerWorkspace density)
        let windows = WarmUp.windows options.WarmUp

        { Name =
            (match options.Trajectory with
             | NoUTurn _ -> "nuts"
             | Static _ -> "hmc")
          Init =
            fun rng ->
                workspaces.Use(fun workspace ->
                    match start with
                    | ValueNone -> randomStart workspace.Integrator options density.CoordinateNames rng
                    | ValueSome position ->
                        match startAt workspace.Integrator options density.CoordinateNames position rng with
                        | Ok state -> state
                        | Error reason -> invalidArg (nameof start) $"{reason} at the given start")
          Step =
            fun state ->
                workspaces.Use(fun workspace ->
                    workspace.Integrator.Metric <- state.Metric
                    let isWarmUp = state.Learning.IsSome

                    let landing =
                        match options.Trajectory with
                        | NoUTurn maxDepth ->
                            workspace.NoUTurn.Run(
                                state.Position,
                                state.Slope,
                                state.LogDensity,
                                state.StepSize,
                                maxDepth,
                                isWarmUp,
                                state.Rng
                            )
                        | Static time ->
                            workspace.Static.Run(
                                state.Position,
                                state.Slope,
                                state.LogDensity,
                                state.StepSize,
                                time,
                                isWarmUp,
                                state.Rng
                            )

                    let moved =
                        { state with
                            Drawn = state.Drawn + 1
                            Rng = landing.Rng
                            Position = landing.Draw.Position
                            LogDensity = landing.Draw.LogDensity
                            Slope = landing.Slope }

                    struct (learn workspace.Integrator options windows moved landing.Draw, landing.Draw))
          Answer = fun state -> state.Position }

    /// One transition from a position, without tuning: the next draw and the generator after it.
    let transition
        (trajectory: TrajectoryRule)
        (density: LogDensity)
        (metric: Metric)
        (step: float)
        (position: Vec)
        (rng: Rng)
        : struct (Draw * Rng) =
        let options =
            { noUTurn with Trajectory = trajectory; WarmUp = 0; Metric = ValueSome metric; StepSize = step }

        let engine = engine options density (ValueSome position)
        let struct (state, draw) = engine.Step(engine.Init rng)
        struct (draw, state.Rng)
