namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Diagnostics of one number that a model reports; not numbers where it never changes.
[<Struct>]
type internal NumberDiagnostics = { RHat: float; BulkSize: float; TailSize: float; MeanError: float }

/// Whether chains can be believed.
type internal ChainJudgement =
    {
        /// Of each number that the model reports.
        Numbers: NumberDiagnostics[]
        /// reliable, usable-with-care or not-to-be-believed.
        Verdict: string
        /// The verdict as a sentence, with what to do.
        Sentence: string
    }

/// Judges chains by R-hat, effective sample sizes, divergences and energies.
[<RequireQualifiedAccess>]
module internal ChainJudgement =

    /// Draws of a chain below which autocorrelations of its halves say nothing.
    let private fewestDraws = 12

    /// Effective draws below which quantiles are not to be trusted (Vehtari et al. 2021).
    let private enoughDraws chains = 100.0 * float chains

    let private ofNumber name (draws: Mat) : NumberDiagnostics =
        // Numbers that never change, such as zeros above a diagonal, have no diagnostics.
        if draws.Columns > 0 && Chains.vary draws then
            let summary = SampleSet.summarize name draws

            { RHat = summary.RHat
              BulkSize = summary.BulkSize
              TailSize = summary.TailSize
              MeanError = summary.MeanError }
        else
            { RHat = nan; BulkSize = nan; TailSize = nan; MeanError = nan }

    /// Judges chains and the numbers reported at their draws (chains x draws each).
    let ofDraws (set: SampleSet) (names: string[]) (column: int -> Mat) : ChainJudgement =
        let chains = set.Chains.Length
        let length = set.Chains[0].Length
        let numbers = names |> Array.mapi (fun j name -> ofNumber name (column j))
        let finite (f: NumberDiagnostics -> float) = numbers |> Array.map f |> Array.filter Double.IsFinite
        let worst = Array.fold max 0.0 (finite _.RHat)
        let fewest = Array.fold min infinity (Array.append (finite _.BulkSize) (finite _.TailSize))
        let divergences = SampleSet.divergences set
        let least = (SampleSet.bfmi set).ToArray() |> Array.filter Double.IsFinite |> Array.fold min infinity

        let stuck =
            set.Names
            |> Seq.indexed
            |> Seq.filter (fun (d, _) -> not (Chains.vary (SampleSet.coordinate d set)))
            |> Seq.map snd
            |> List.ofSeq

        let doubts =
            [ if worst > RHat.agreement then
                  $"chains do not agree (R-hat {worst:f3}, at most {RHat.agreement} is good enough)",
                  "take more draws (inference.samples, inference.warmup)"
              if fewest < enoughDraws chains then
                  $"the draws are worth {fewest:f0} independent ones where {enoughDraws chains:f0} are needed",
                  "take more draws (inference.samples, inference.warmup)"
              if divergences > 0 then
                  $"{divergences} trajectories diverged: the sampler cannot follow the density everywhere",
                  "write the model non-centred, or raise inference.targetAcceptance"
              if least < EnergyDiagnostic.border then
                  $"energies move slowly (E-BFMI {least:f2}, at least {EnergyDiagnostic.border} is good enough)",
                  "write the model non-centred" ]

        let told verdict doubts remedies : ChainJudgement =
            let opening =
                match verdict with
                | "usable-with-care" -> "Usable with care"
                | _ -> "Not to be believed"

            let reasons = String.concat "; " doubts
            let advice = remedies |> List.distinct |> String.concat "; "

            { Numbers = numbers; Verdict = verdict; Sentence = $"{opening}: {reasons}. What to do: {advice}." }

        if length = 0 then
            told "not-to-be-believed" [ "there are no draws, as warm-up was not over" ] [ "let the run go on" ]
        elif length < fewestDraws then
            told
                "not-to-be-believed"
                [ $"{length} draws of a chain are too few to judge it, at least {fewestDraws} are needed" ]
                [ "take more draws (inference.samples)" ]
        elif not stuck.IsEmpty then
            let shown = String.concat ", " (List.truncate 5 stuck)

            told
                "not-to-be-believed"
                [ $"the chains do not move in {shown}" ]
                [ "look at the model there; raise inference.warmup" ]
        elif doubts.IsEmpty then
            { Numbers = numbers
              Verdict = "reliable"
              Sentence =
                $"Reliable: R-hat at most {worst:f3}, draws worth at least {fewest:f0} independent ones, no trajectory diverged." }
        else
            let usable = worst <= 1.05 && fewest >= 100.0 && divergences * 100 <= chains * length

            told
                (if usable then "usable-with-care" else "not-to-be-believed")
                (List.map fst doubts)
                (List.map snd doubts)
