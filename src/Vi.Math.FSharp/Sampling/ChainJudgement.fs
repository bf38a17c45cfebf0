namespace Vi.Math

/// Diagnostics of one number that a model reports; not numbers where it never changes.
[<Struct>]
type NumberDiagnostics = { RHat: float; BulkSize: float; TailSize: float; MeanError: float }

/// Whether chains can be used.
type ChainJudgement =
    {
        /// Of each number that the model reports.
        Numbers: NumberDiagnostics[]
        Judgement: Judgement
    }

/// What chains were made with.
type ChainBudget =
    {
        /// Draws of each chain.
        Draws: int
        /// Its draws of warm-up before.
        WarmUp: int
        /// Transitions for each draw that is kept, warm-up's not counted.
        Thin: int
        /// Acceptance that the step size was tuned for; not a number where there is none.
        TargetAcceptance: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Judges chains by R-hat, effective sample sizes, divergences and energies.
[<RequireQualifiedAccess>]
module ChainJudgement =

    /// R-hat up to which chains that do not quite agree can be used.
    let private nearAgreement = 1.05

    /// Draws of a chain below which autocorrelations of its halves say nothing.
    let private fewestDraws = 12.0

    /// Effective draws below which quantiles are not to be trusted (Vehtari et al. 2021): for each chain, and for all together.
    let private enoughDraws = 100.0

    /// Share of diverged trajectories up to which draws can be used.
    let private fewDivergences = 0.01

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

    /// A check of the number that is worst by a figure, those without it left out.
    let private worst (names: string[]) (numbers: NumberDiagnostics[]) choose figure (check: float -> Check) =
        Array.zip names (Array.map figure numbers)
        |> Array.filter (snd >> Double.IsFinite)
        |> function
            | [||] -> []
            | known ->
                let name, value = choose snd known
                [ check value |> Check.about name ]

    let private coordinates (set: SampleSet) =
        let still =
            set.Names
            |> Array.indexed
            |> Array.filter (fun (d, _) -> not (Chains.vary (SampleSet.coordinate d set)))
            |> Array.map snd

        let all = float set.Names.Length
        let check = Check.strict all CheckId.MovingCoordinates (all - float still.Length)
        if still.Length = 0 then check else check |> Check.about still[0]

    let private checks (set: SampleSet) names numbers : Check list =
        let chains = float set.Chains.Length
        let draws = chains * float set.Chains[0].Length
        let bfmi = (SampleSet.bfmi set).ToArray() |> Array.filter Double.IsFinite

        [ yield! worst names numbers Array.maxBy _.RHat (Check.within nearAgreement RHat.agreement CheckId.RHat)
          yield!
              worst
                  names
                  numbers
                  Array.minBy
                  (fun number ->
                      if Double.IsFinite number.BulkSize && Double.IsFinite number.TailSize then
                          min number.BulkSize number.TailSize
                      elif Double.IsFinite number.BulkSize then
                          number.BulkSize
                      else
                          number.TailSize)
                  (Check.within enoughDraws (enoughDraws * chains) CheckId.EffectiveSampleSize)
          // Chains without trajectories cannot diverge.
          if SampleSet.leapfrogSteps set > 0 then
              Check.within (fewDivergences * draws) 0.0 CheckId.Divergences (float (SampleSet.divergences set))
          if bfmi.Length > 0 then
              Check.lenient EnergyDiagnostic.border CheckId.EnergyBfmi (Array.min bfmi) ]

    /// Judges chains and the numbers reported at their draws (chains x draws each).
    let ofDraws (set: SampleSet) (names: string[]) (column: int -> Mat) : ChainJudgement =
        let numbers = names |> Array.mapi (fun j name -> ofNumber name (column j))
        let length = Check.strict fewestDraws CheckId.DrawsPerChain (float set.Chains[0].Length)
        let moving = if length.IsPassed then [ length; coordinates set ] else [ length ]

        { Numbers = numbers
          Judgement =
            Judgement.Of(
                // Chains that are too short or stand still have no other diagnostics that mean anything.
                if moving |> List.forall (fun check -> check.IsPassed) then
                    moving @ checks set names numbers
                else
                    moving
            ) }

    /// So many draws more than there are, to two digits, as lift an effective size to its target; four times as many at most.
    let private enough (check: Check) draws =
        let factor = min 4.0 (max 1.5 (check.Target / max 1.0 check.Value))
        let wanted = factor * float draws
        let unit = 10.0 ** (floor (log10 wanted) - 1.0)
        int (unit * ceil (wanted / unit))

    /// Of several numbers of draws the largest.
    let private once (advice: Advice list) =
        let draws =
            advice
            |> List.choose (fun one ->
                match one.Remedy with
                | Remedy.MoreDraws draws -> Some draws
                | _ -> None)

        advice
        |> List.filter (fun one ->
            match one.Remedy with
            | Remedy.MoreDraws some -> some = List.max draws
            | _ -> true)

    /// What to change in chains that were made so.
    let advice (budget: ChainBudget) (judgement: Judgement) : Advice list =
        judgement
        |> Advice.ofFailed (fun check ->
            match check.Id with
            | CheckId.DrawsPerChain when check.Value = 0.0 -> [ Remedy.FinishRun ]
            | CheckId.DrawsPerChain -> [ Remedy.MoreDraws(max 1000 budget.Draws) ]
            | CheckId.MovingCoordinates ->
                [ match check.Subject with
                  | null -> ()
                  | subject -> Remedy.LookAtModel subject
                  Remedy.MoreWarmUp(2 * budget.WarmUp) ]
            | CheckId.RHat -> [ Remedy.MoreDraws(2 * budget.Draws); Remedy.MoreWarmUp(2 * budget.WarmUp) ]
            | CheckId.EffectiveSampleSize -> [ Remedy.MoreDraws(enough check budget.Draws) ]
            | CheckId.Divergences ->
                // Halfway to 1: 0.8, 0.9, 0.95.
                [ Remedy.NonCentred; Remedy.HigherAcceptance(0.5 + 0.5 * budget.TargetAcceptance) ]
            | CheckId.EnergyBfmi -> [ Remedy.NonCentred ]
            | CheckId.OmittedModes -> [ Remedy.OtherAlgorithm AlgorithmKind.Pathfinder ]
            | _ -> [])
        |> once

    /// How chains ended that were made so, by the numbers reported at their positions: a sampler cannot say of itself that it is done, its chains
    /// must agree.
    let outcome (budget: ChainBudget) (target: InferenceTarget) (set: SampleSet) : Outcome =
        let chains = set.Chains.Length
        let length = if chains = 0 then 0 else set.Chains[0].Length
        let moves = Seq.init set.Names.Length (fun d -> Chains.vary (SampleSet.coordinate d set))

        let rHat =
            if length = 0 || not (Seq.forall id moves) then
                infinity
            else
                let values = InferenceTarget.values (SampleSet.positions set) target

                Seq.init values.Columns (fun j -> Mat.wrap chains length ((Mat.column j values).ToArray()))
                // Numbers that never change, such as zeros above a diagonal, have no R-hat.
                |> Seq.filter (fun draws -> not (Mat.isFinite draws) || Chains.vary draws)
                |> Seq.map RHat.rank
                |> Seq.fold (fun worst value -> if Double.IsNaN value then infinity else max worst value) 0.0

        if rHat <= RHat.agreement then
            Converged(ChainsAgree(chains, budget.WarmUp, budget.Draws, rHat))
        elif Double.IsFinite rHat then
            BudgetSpent(ChainsDisagree(chains, budget.WarmUp, budget.Draws, rHat, RHat.agreement))
        else
            BudgetSpent(ChainsUnchecked(chains, budget.WarmUp, budget.Draws))
