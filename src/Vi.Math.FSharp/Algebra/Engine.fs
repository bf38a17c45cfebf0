namespace Vi.Math

/// An inference algorithm as a record of pure functions.
type Engine<'state, 'info, 'answer> =
    {
        /// The algorithm's name, e.g. cavi.
        Name: string
        /// The first state, from a random generator.
        Init: Rng -> 'state
        /// The next state, and what a reader wants to know of the step. The state holds what the next step needs and nothing else.
        Step: 'state -> struct ('state * 'info)
        /// What a state answers.
        Answer: 'state -> 'answer
    }

/// When to stop: a judgement of the step that was just made, from its number (1 for the first) and its info.
type StopRule<'info> = { Judge: int -> 'info -> Outcome voption }

/// What one step of a run left behind.
[<Struct>]
type RunStep<'state, 'info> =
    {
        /// Number of the step, from 1.
        Iteration: int
        /// The state after it.
        State: 'state
        /// What the step reported.
        Info: 'info
        /// How the run ended, on the last step only.
        Outcome: Outcome voption
    }

namespace Vi.Math.FSharp

open Vi.Math

/// The one driver of all engines.
[<RequireQualifiedAccess>]
module Run =

    /// The steps that follow a state, lazily, up to and including the one that the rule stops at. Whoever pulls may stop earlier, and
    /// may continue from any step's state later: the steps are the same.
    let following
        (step: 'state -> struct ('state * 'info))
        (rule: StopRule<'info>)
        (iteration: int)
        (state: 'state)
        : RunStep<'state, 'info> seq =
        Seq.unfold
            (fun next ->
                match next with
                | ValueNone -> None
                | ValueSome(struct (iteration, state)) ->
                    let struct (state, info) = step state
                    let iteration = iteration + 1
                    let outcome = rule.Judge iteration info

                    let step = { Iteration = iteration; State = state; Info = info; Outcome = outcome }

                    let next = if outcome.IsSome then ValueNone else ValueSome(struct (iteration, state))

                    Some(step, next))
            (ValueSome(struct (iteration, state)))

    /// The steps of an engine that follow a state.
    let resume (engine: Engine<'state, 'info, 'answer>) (rule: StopRule<'info>) (iteration: int) (state: 'state) =
        following engine.Step rule iteration state

    /// All steps from the engine's first state.
    let steps (engine: Engine<'state, 'info, 'answer>) (rule: StopRule<'info>) (rng: Rng) =
        Seq.delay (fun () -> resume engine rule 0 (engine.Init rng))

    /// The last step: the engine run to its end.
    let last engine rule rng = steps engine rule rng |> Seq.last

    /// Several runs from independent generators; gives each run's last step.
    let restarts (count: int) engine rule (rng: Rng) =
        Array.init count (fun restart -> last engine rule (Rng.derive restart rng))

/// Stop rules.
[<RequireQualifiedAccess>]
module StopRule =

    /// After so many steps, converged or not; what was missing is read from their number and the info.
    let budget (iterations: int) (shortfall: int -> 'info -> Outcome) : StopRule<'info> =
        { Judge =
            fun iteration info ->
                if iteration >= iterations then
                    ValueSome(shortfall iterations info)
                else
                    ValueNone }

    /// After so many steps of a run that knows no convergence.
    let steps (iterations: int) : StopRule<'info> = budget iterations (fun steps _ -> BudgetSpent(StepsSpent steps))

    /// The first of the rules that stops.
    let firstOf (rules: StopRule<'info> list) : StopRule<'info> =
        { Judge =
            fun iteration info ->
                rules
                |> List.tryPick (fun rule ->
                    match rule.Judge iteration info with
                    | ValueSome outcome -> Some outcome
                    | ValueNone -> None)
                |> function
                    | Some outcome -> ValueSome outcome
                    | None -> ValueNone }
