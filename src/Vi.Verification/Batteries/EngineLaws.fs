namespace Vi.Verification

open FsCheck
open Vi.Math

/// An engine under test.
type EngineSubject<'case, 'state, 'info, 'answer> =
    {
        /// Prefix of the laws' names.
        Name: string
        /// Model types and engines it speaks for.
        Covers: string list
        /// What engines are made from.
        Cases: Arbitrary<'case>
        /// The engine.
        Engine: 'case -> Engine<'state, 'info, 'answer>
        /// Its stop rule.
        Rule: 'case -> StopRule<'info>
        /// The most steps that the rule allows.
        Budget: 'case -> int
    }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of engines under the one driver.
[<RequireQualifiedAccess>]
module EngineLaws =

    let private states (steps: RunStep<'state, 'info> seq) = steps |> Seq.map (fun step -> step.State) |> Seq.toList

    /// The engine with a count of the steps it made.
    let private counting (engine: Engine<'state, 'info, 'answer>) (made: int ref) =
        { engine with
            Step =
                fun state ->
                    made.Value <- made.Value + 1
                    engine.Step state }

    /// The laws of any engine: deterministic in its seed, lazy, and resumable from any state.
    let battery (subject: EngineSubject<'case, 'state, 'info, 'answer>) : Law list =
        let cases = Scalars.three subject.Cases (Scalars.integer 0 6) Scalars.seed

        let run case seed = Run.steps (subject.Engine case) (subject.Rule case) (Rng.ofSeed seed)
        let most = 8

        [ Law.make
              { Name = $"{subject.Name}: a run depends on its seed alone"
                Statement = "Two runs from one seed visit the same states."
                Formula = @"s_t(\mathrm{seed})=s_t(\mathrm{seed})"
                Source = "DESIGN: an engine is a record of pure functions, driven by one driver"
                Covers = ("engine" :: subject.Covers)
                Cases = 25
                Generator = cases
                Holds =
                  fun (case, _, seed) ->
                      let once () = run case seed |> Seq.truncate most |> states
                      [ Compare.holds "same states" (once().Equals(once ())) ] }
          Law.make
              { Name = $"{subject.Name}: a shorter run is a prefix of a longer one"
                Statement = "What is pulled does not depend on how much is pulled later."
                Formula = @"(s_1,\dots,s_m)\sqsubseteq(s_1,\dots,s_n)"
                Source = "DESIGN: an engine is a record of pure functions, driven by one driver"
                Covers = ("engine" :: subject.Covers)
                Cases = 25
                Generator = cases
                Holds =
                  fun (case, length, seed) ->
                      let longer = run case seed |> Seq.truncate most |> states
                      let shorter = run case seed |> Seq.truncate length |> states
                      [ Compare.holds "prefix" (shorter.Equals(List.truncate length longer)) ] }
          Law.make
              { Name = $"{subject.Name}: a run resumed from any state continues identically"
                Statement = "Going on from a step's state gives the steps that would have followed."
                Formula = @"\mathrm{resume}(s_m)=(s_{m+1},\dots)"
                Source = "DESIGN: an engine is a record of pure functions, driven by one driver"
                Covers = ("engine" :: subject.Covers)
                Cases = 25
                Generator = cases
                Holds =
                  fun (case, length, seed) ->
                      let longer = run case seed |> Seq.truncate most |> Seq.toList

                      match List.tryItem length longer with
                      | Some step when step.Outcome.IsNone ->
                          let rest =
                              Run.resume (subject.Engine case) (subject.Rule case) step.Iteration step.State
                              |> Seq.truncate (most - step.Iteration)

                          [ Compare.holds "states" ((states rest).Equals(states (List.skip (length + 1) longer)))
                            Compare.holds
                                "step numbers"
                                (List.ofSeq (Seq.map (fun s -> s.Iteration) rest) =
                                    List.map
                                        (fun (s: RunStep<'state, 'info>) -> s.Iteration)
                                        (List.skip (length + 1) longer)) ]
                      | _ ->
                          // The run had ended by then: a verdict stands on its last step and nowhere else.
                          let verdicts = longer |> List.map (fun step -> step.Outcome.IsSome)

                          [ Compare.holds
                                "a verdict on the last step alone"
                                (List.tryFindIndex id verdicts = Some(longer.Length - 1)) ] }
          Law.make
              { Name = $"{subject.Name}: a state stored and read back continues identically"
                Statement =
                  "A state written as bytes comes back to the bit, and the steps from it are those that would have followed: a checkpoint loses nothing."
                Formula = @"\mathrm{read}(\mathrm{write}(s))=s"
                Source = "DESIGN: an engine is a record of pure functions, driven by one driver"
                Covers = ("engine" :: subject.Covers)
                Cases = 25
                Generator = cases
                Holds =
                  fun (case, length, seed) ->
                      let longer = run case seed |> Seq.truncate (length + 2) |> Seq.toList

                      [ for step, next in List.pairwise longer do
                            let bytes = StateBytes.write step.State
                            let back = StateBytes.read<'state> bytes
                            Compare.holds "the state" (back.Equals step.State && StateBytes.write back = bytes)
                            let struct (state, _) = (subject.Engine case).Step back
                            Compare.holds "the next state" (StateBytes.write state = StateBytes.write next.State)

                        if longer.Length < 2 then
                            let bytes = StateBytes.write longer.Head.State
                            Compare.holds "the state" (StateBytes.write (StateBytes.read<'state> bytes) = bytes) ] }
          Law.make
              { Name = $"{subject.Name}: a run ends within its budget and says how"
                Statement =
                  "No step follows the budget's last; the last step carries an outcome: converged, or, with the budget spent, budget spent. No step before it carries one."
                Formula = @"T\le T_{\max}"
                Source = "definition of a budget"
                Covers = ("engine" :: subject.Covers)
                Cases = 10
                Generator = cases
                Holds =
                  fun (case, _, seed) ->
                      let budget = subject.Budget case
                      let steps = run case seed |> Seq.truncate (budget + 1) |> Seq.toArray
                      let last = Array.last steps
                      let outcomes = steps |> Array.filter (fun step -> step.Outcome.IsSome)

                      [ Compare.atMost "steps" (float last.Iteration) (float budget) 0.0
                        Compare.close "outcomes" 1.0 (float outcomes.Length) 0.0

                        match last.Outcome with
                        | ValueSome(Converged _) -> ()
                        | ValueSome(BudgetSpent _) ->
                            Compare.close "steps of a spent budget" (float budget) (float last.Iteration) 0.0
                        | outcome -> Compare.holds $"{outcome}" false ] }
          Law.make
              { Name = $"{subject.Name}: no step is made before it is pulled"
                Statement = "Pulling m steps makes m steps of the engine."
                Formula = @"\#\mathrm{steps}=m"
                Source = "DESIGN: an engine is a record of pure functions, driven by one driver"
                Covers = ("engine" :: subject.Covers)
                Cases = 25
                Generator = cases
                Holds =
                  fun (case, length, seed) ->
                      let made = ref 0
                      let engine = counting (subject.Engine case) made

                      let pulled =
                          Run.steps engine (subject.Rule case) (Rng.ofSeed seed) |> Seq.truncate length |> Seq.length

                      [ Compare.close "steps made" (float pulled) (float made.Value) 0.0 ] } ]

    /// A random walk: the plainest engine whose steps draw.
    let internal walk: EngineSubject<float, struct (float * Rng), float, float> =
        { Name = "random walk"
          Covers = []
          Cases = Scalars.positive 1e-2 1e2
          Engine =
            fun size ->
                { Name = "random-walk"
                  Init = fun rng -> struct (0.0, rng)
                  Step =
                    fun (struct (place, rng)) ->
                        let struct (z, rng) = Rng.normal rng
                        struct (struct (place + size * z, rng), z)
                  Answer = fun (struct (place, _)) -> place }
          Rule =
            fun size ->
                StopRule.firstOf
                    [ StopRule.steps 5
                      { Judge =
                          fun i z -> if z > 1.0 + size then ValueSome(Converged(SweepGain(i, z, 0.0))) else ValueNone } ]
          Budget = fun _ -> 5 }

    /// Coordinate ascent on a conjugate model as an engine.
    let cavi
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        : EngineSubject<'case, CaviState<'globals>, SweepInfo, 'globals> =
        { Name = $"cavi on {subject.Name}"
          Covers = [ subject.Name; "cavi" ]
          Cases = subject.Cases
          Engine =
            fun case ->
                let rows = ConjugateSubject.table (subject.Columns case) (subject.Rows case)
                let model = subject.Model case
                Cavi.engine rows model (fun _ -> Cavi.start rows model (ConjugateSubject.start subject case))
          Rule = fun _ -> Cavi.stopRule 1e-8 200
          Budget = fun _ -> 200 }

    /// The minimisation of reverse divergence as an engine.
    let private reverseDivergence: EngineSubject<NormalMixture, CaviState<Normal>, SweepInfo, Normal> =
        { Name = "reverse-kl"
          Covers = [ "normal-approximation" ]
          Cases = Families.normalMixture
          Engine = fun target -> NormalApproximationEngine.engine target (NormalApproximation.forward target)
          Rule = fun _ -> Cavi.stopRule 1e-10 100
          Budget = fun _ -> 100 }

    /// What a step of it says of itself.
    let private reverseSteps: Law =
        Law.make
            { Name = "reverse-kl: a step tells its gain and its change"
              Statement =
                "The gain is the rise of the bound, which is minus the divergence; the change is the distance sqrt(2 KL) to the state before."
              Formula = @"\Delta\mathcal L=\mathcal L(q_{t+1})-\mathcal L(q_t)"
              Source = "definition"
              Covers = [ "normal-approximation"; "engine" ]
              Cases = 25
              Generator = Families.normalMixture
              Holds =
                fun target ->
                    let engine = reverseDivergence.Engine target
                    let start = engine.Init(Rng.ofSeed 0UL)

                    ((start, []), [ 1..3 ])
                    ||> List.fold (fun (state, found) step ->
                        let struct (next, info) = engine.Step state
                        let moved = sqrt (2.0 * max 0.0 (Normal.klDivergence next.Globals state.Globals))
                        let allowed = Elbo.roundoff info.Elbo

                        next,
                        found
                        @ [ Compare.close $"gain of step {step}" (next.Elbo - state.Elbo) info.Gain allowed
                            Compare.close $"gain in the ledger of step {step}" info.Gain info.Ledger.Head.Gain 0.0
                            Compare.close
                                $"bound of step {step}"
                                -(NormalApproximation.divergence target next.Globals)
                                next.Elbo
                                allowed
                            Compare.close $"change of step {step}" moved info.Change (Tolerances.rounding 4 moved) ])
                    |> snd }

    /// After convergence one more sweep neither gains nor moves more than the rule asks for.
    let settled (subject: ConjugateSubject<'case, 'statistics, 'globals>) : Law =
        let engine = cavi subject
        let tolerance = 1e-8

        Law.make
            { Name = $"cavi on {subject.Name}: a further sweep after convergence changes nothing"
              Statement =
                "Where the rule says converged, one more sweep gains no more than about the tolerance and moves the posterior by no more than the rule allows."
              Formula = @"|\Delta\mathcal L|\lesssim\epsilon"
              Source = "definition of convergence"
              Covers = [ subject.Name; "cavi"; "engine" ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let last = Run.last (engine.Engine case) (Cavi.stopRule tolerance 5000) (Rng.ofSeed 0UL)
                    let struct (_, info) = (engine.Engine case).Step last.State

                    match last.Outcome with
                    | ValueSome(Converged _) ->
                        [ Compare.error
                              "gain of a further sweep"
                              (abs info.Gain)
                              (2.0 * tolerance + Elbo.roundoff info.Elbo)
                          Compare.error
                              "move of a further sweep, in posterior standard deviations"
                              info.Change
                              (0.2 * sqrt tolerance) ]
                    | ValueSome(BudgetSpent _) ->
                        // Mixtures may creep along a plateau; then the verdict must say so and the bound must still rise.
                        [ Compare.atMost "bound falls though not converged" 0.0 info.Gain (Elbo.roundoff info.Elbo) ]
                    | verdict -> [ Compare.holds $"verdict {verdict}" false ] }

    let all: Law list =
        List.concat
            [ battery walk
              battery reverseDivergence
              [ reverseSteps ]
              battery (cavi Models.gaussianMean)
              battery (cavi Models.gaussianMeanPrecision)
              battery (cavi Models.linearRegression)
              battery (cavi MixtureKinds.gaussianMixture)
              [ settled Models.gaussianMean
                settled Models.gaussianMeanPrecision
                settled Models.linearRegression
                settled Models.relevanceDetermination
                settled MixtureKinds.gaussianMixture ] ]
