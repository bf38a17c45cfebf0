namespace Vi.Math

/// What finding a run's first state took and showed.
type StartReport =
    {
        /// Gradients or values of log p that it took.
        Evaluations: int
        /// Ends of the climbs that were made for it (D each).
        Ends: Vec[]
    }

/// A run between two steps: what the next step needs, and beside it the fold of what was reported so far.
[<NoComparison; NoEquality>]
type RunProgress<'state, 'info> =
    {
        /// Number of steps so far.
        Iteration: int
        /// What finding the first state showed.
        Start: StartReport
        /// What each step reported, the last one first.
        Infos: 'info list
        /// Gradients or values of log p that start and steps have evaluated.
        Evaluations: float
        /// What the next step needs.
        State: 'state
        /// How the run ended, after the last step only.
        Outcome: Outcome voption
    }

/// A run between two steps as it is stored, its reports in the order of the steps.
type SavedRun<'state, 'info> =
    { Iteration: int; Start: StartReport; Infos: 'info[]; State: 'state; Outcome: Outcome voption }

/// An engine of black-box inference as a run: where it begins, how it steps and stops, and how many values of log p a step took.
[<NoComparison; NoEquality>]
type RunParts<'state, 'info> =
    { Begin: Rng -> struct (StartReport * 'state)
      Step: 'state -> struct ('state * 'info)
      Rule: StopRule<'info>
      Evaluations: 'info -> float }

namespace Vi.Math.FSharp

open Vi.Math

/// Runs with their history, which is a fold beside them.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module RunProgress =

    /// The start of a run that is given where to begin.
    let given: StartReport = { Evaluations = 0; Ends = [||] }

    /// Before the first step.
    let start (start: StartReport) (state: 'state) : RunProgress<'state, 'info> =
        { Iteration = 0
          Start = start
          Infos = []
          Evaluations = float start.Evaluations
          State = state
          Outcome = ValueNone }

    /// One more step.
    let add (evaluations: 'info -> float) (run: RunProgress<'state, 'info>) (step: RunStep<'state, 'info>) =
        { run with
            Iteration = step.Iteration
            Infos = step.Info :: run.Infos
            Evaluations = run.Evaluations + evaluations step.Info
            State = step.State
            Outcome = step.Outcome }

    /// What the last step reported; there must be one.
    let last (run: RunProgress<'state, 'info>) : 'info = run.Infos.Head

    /// What the steps reported, in their order.
    let history (run: RunProgress<'state, 'info>) : 'info[] = run.Infos |> List.rev |> List.toArray

    /// The run after each step that follows, lazily.
    let following (parts: RunParts<'state, 'info>) (run: RunProgress<'state, 'info>) : RunProgress<'state, 'info> seq =
        if run.Outcome.IsSome then
            Seq.empty
        else
            Run.following parts.Step parts.Rule run.Iteration run.State
            |> Seq.scan (add parts.Evaluations) run
            |> Seq.tail

    /// The run from its beginning, after each step, lazily.
    let steps (parts: RunParts<'state, 'info>) (rng: Rng) : RunProgress<'state, 'info> seq =
        Seq.delay (fun () ->
            let struct (report, state) = parts.Begin rng
            following parts (start report state))

    /// The run at its end.
    let finish (parts: RunParts<'state, 'info>) (rng: Rng) : RunProgress<'state, 'info> = steps parts rng |> Seq.last

    /// The engine alone, whose runs keep no history.
    let engine
        (name: string)
        (answer: 'state -> 'answer)
        (parts: RunParts<'state, 'info>)
        : Engine<'state, 'info, 'answer> =
        { Name = name
          Init =
            fun rng ->
                let struct (_, state) = parts.Begin rng
                state
          Step = parts.Step
          Answer = answer }

    /// As it is stored.
    let save (run: RunProgress<'state, 'info>) : SavedRun<'state, 'info> =
        { Iteration = run.Iteration
          Start = run.Start
          Infos = history run
          State = run.State
          Outcome = run.Outcome }

    /// As it was before it was stored.
    let restore (evaluations: 'info -> float) (saved: SavedRun<'state, 'info>) : RunProgress<'state, 'info> =
        { Iteration = saved.Iteration
          Start = saved.Start
          Infos = saved.Infos |> Array.fold (fun infos info -> info :: infos) []
          Evaluations =
            saved.Infos
            |> Array.fold (fun total info -> total + evaluations info) (float saved.Start.Evaluations)
          State = saved.State
          Outcome = saved.Outcome }
