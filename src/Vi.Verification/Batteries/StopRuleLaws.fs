namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of stop rules.
[<RequireQualifiedAccess>]
module StopRuleLaws =

    /// Gains of a run, an ELBO's level, and a constant to add to log p.
    let private gains =
        Scalars.three (Scalars.arrayOf 1 12 (Scalars.real 10.0)) (Scalars.real 100.0) (Scalars.real 1e4)

    /// What the rule says of a run with these gains, the bound starting at a level.
    let private judge (infoOf: SweepInfo -> 'info) (rule: StopRule<'info>) level constant (gains: float[]) =
        let infos =
            gains
            |> Array.scan (+) level
            |> Array.skip 1
            |> Array.map2
                (fun gain bound ->
                    infoOf
                        { Elbo = Elbo.ofTerms [ "E[log p]", bound; "constant", constant ]
                          Gain = gain
                          Change = sqrt (2.0 * max 0.0 gain)
                          Ledger = []
                          Passes = 1 })
                gains

        infos
        |> Seq.mapi (fun i info -> rule.Judge (i + 1) info)
        |> Seq.tryFind (fun verdict -> verdict.IsSome)

    let private status (outcome: Outcome voption option) =
        outcome |> Option.bind ValueOption.toOption |> Option.map Outcome.status

    /// The laws of any stop rule made from tolerance and budget on a bound, given, so that a wrong one can be tried.
    let any prefix covers (infoOf: SweepInfo -> 'info) (rule: float -> int -> StopRule<'info>) : Law list =
        let judge tolerance steps level constant gains = judge infoOf (rule tolerance steps) level constant gains

        let law name statement formula holds =
            Law.make
                { Name = $"{prefix}: {name}"
                  Statement = statement
                  Formula = formula
                  Source = "Welandawe et al. 2022 on stop rules; DESIGN section 2"
                  Covers = "engine" :: covers
                  Cases = 100
                  Generator = gains
                  Holds = holds }

        [ law
              "a constant added to the bound changes no verdict"
              "Adding a constant to log p leaves the verdict as it was."
              @"\mathrm{verdict}(\mathcal L+c)=\mathrm{verdict}(\mathcal L)"
              (fun (gains, level, constant) ->
                  [ Compare.holds
                        "same verdict"
                        (status (judge 1e-6 1000 level constant gains) = status (judge 1e-6 1000 level 0.0 gains)) ])
          law
              "the budget is kept"
              "A run that never converges stops after its budget of steps, and says so."
              @"T=T_{\max}"
              (fun (gains, level, _) ->
                  let rising = gains |> Array.map (fun gain -> 1.0 + abs gain)

                  [ Compare.holds
                        "budget spent"
                        (status (judge 1e-6 rising.Length level 0.0 rising) = Some Status.BudgetSpent)
                    Compare.holds "not before" (status (judge 1e-6 (rising.Length + 1) level 0.0 rising) = None) ])
          law
              "a term that is not finite ends the run"
              "A bound with a NaN or infinite term is never converged."
              @"\mathcal L\notin\mathbb R\Rightarrow\mathrm{diverged}"
              (fun (gains, _, _) ->
                  [ for level in [ nan; infinity; -infinity ] do
                        Compare.holds
                            $"diverged at {level}"
                            (status (judge 1e-6 1000 level 0.0 gains) = Some Status.Diverged) ]) ]

    /// The laws of a stop rule of coordinate ascent: those of any, that a fall is no convergence, and that convergence is seen.
    let ascent (rule: float -> int -> StopRule<SweepInfo>) : Law list =
        let judge = judge id (rule 1e-6 1000)

        Law.make
            { Name = "stop rule: a falling bound is never taken for convergence"
              Statement =
                "Where the bound falls by more than rounding the verdict is diverged, not converged; where it stands still, converged."
              Formula = @"\Delta\mathcal L<0\Rightarrow\mathrm{diverged}"
              Source = "Welandawe et al. 2022 on stop rules; DESIGN section 2"
              Covers = [ "engine"; "cavi" ]
              Cases = 100
              Generator = gains
              Holds =
                fun (gains, level, _) ->
                    [ Compare.holds
                          "converged where nothing changes"
                          (status (judge level 0.0 [| 1.0; 0.0; 0.0; 0.0 |]) = Some Status.Converged)

                      for length in 1 .. gains.Length do
                          let run = gains[.. length - 1]
                          let falls = Array.tryFindIndex (fun gain -> gain < -1e-3) run
                          let still = Array.tryFindIndex (fun gain -> gain >= 0.0 && gain <= 1e-6) run

                          match falls, judge level 0.0 run with
                          | Some fall, Some(ValueSome(Converged _)) ->
                              Compare.holds $"converged at step {length}" (still.IsSome && still.Value < fall)
                          | Some _, verdict -> Compare.holds "a verdict where the bound fell" verdict.IsSome
                          | None, _ -> () ] }
        :: any "stop rule" [ "cavi" ] id rule

    /// The laws of stop rules for svi, whose info holds that of a sweep.
    let stochastic (rule: float -> int -> StopRule<SviInfo>) : Law list =
        any
            "svi's stop rule"
            [ "svi" ]
            (fun sweep ->
                { Sweep = sweep; Remaining = struct (abs sweep.Gain, sweep.Change); Estimates = [||]; Step = 0.1 })
            rule

    /// Converged exactly where a sweep of coordinate ascent would change nothing that matters, whatever the bound did between two epochs.
    let stopsOnNoise (rule: float -> int -> StopRule<SviInfo>) : Law =
        Law.make
            { Name = "svi's stop rule: noise is not taken for convergence"
              Statement =
                "A run has converged where a sweep of coordinate ascent over all rows would gain no more than the tolerance and hardly move the factors, and nowhere else: that the bound stands still between two epochs, or does not, says nothing."
              Formula = @"\mathrm{converged}\Leftrightarrow\mathcal L(\mathrm{CAVI}(q))-\mathcal L(q)\le\epsilon"
              Source = "definition of convergence"
              Covers = [ "svi"; "engine" ]
              Cases = 100
              Generator =
                Scalars.three
                    (Scalars.positive 1e-9 1e3)
                    (Scalars.real 10.0)
                    (Scalars.both (Scalars.positive 1e-3 1e3) (Scalars.positive 1e-3 1e3))
              Holds =
                fun (tolerance, gain, (gainShare, changeShare)) ->
                    let remaining, change = gainShare * tolerance, changeShare * 0.1 * sqrt tolerance

                    let verdictAt gain =
                        let info =
                            { Sweep =
                                { Elbo = Elbo.ofTerms [ "E[log p]", -1.0 ]
                                  Gain = gain
                                  Change = 0.0
                                  Ledger = []
                                  Passes = 1 }
                              Remaining = struct (remaining, change)
                              Estimates = [||]
                              Step = 0.1 }

                        (rule tolerance 1000).Judge 1 info

                    [ for gain in [ gain; 0.0; -gain ] do
                          match verdictAt gain with
                          | ValueSome(Converged _) ->
                              Compare.atMost "what a sweep would gain" remaining tolerance 0.0
                              Compare.atMost "how far it would move the factors" change (0.1 * sqrt tolerance) 0.0
                          | _ -> Compare.holds "more to gain" (remaining > tolerance || change > 0.1 * sqrt tolerance) ] }

    let private unknown: Law =
        Law.make
            { Name = "svi's stop rule: without the whole bound it never says converged"
              Statement = "An estimate alone, whose noise is not known to be small, ends a run by its budget only."
              Formula = @"\mathrm{converged}\Rightarrow\mathcal L\ \mathrm{known}"
              Source = "definition of convergence"
              Covers = [ "svi"; "engine" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    let info =
                        { Sweep =
                            { Elbo = Elbo.ofTerms [ "E[log p]", -1.0 ]
                              Gain = 0.0
                              Change = 0.0
                              Ledger = []
                              Passes = 1 }
                          Remaining = struct (nan, nan)
                          Estimates = [||]
                          Step = 0.1 }

                    let verdict = (Svi.stopRule 1e3 5).Judge 5 info

                    [ Compare.holds "goes on" ((Svi.stopRule 1e3 5).Judge 4 info).IsNone
                      Compare.holds "spends its epochs" (verdict = ValueSome(BudgetSpent(EpochsUnchecked 5))) ] }

    let all: Law list =
        ascent Cavi.stopRule @ stochastic Svi.stopRule @ [ stopsOnNoise Svi.stopRule; unknown ]
