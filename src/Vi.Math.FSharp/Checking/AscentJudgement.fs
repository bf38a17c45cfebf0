namespace Vi.Math.FSharp

open System
open Vi.Math

/// Judgements of checked fits by sweeps.
[<RequireQualifiedAccess>]
module AscentJudgement =

    let private ofMoved (figures: StationarityFigures) =
        Check.lenient 1.0 CheckId.CheckedNumbers (float figures.Numbers.Length)
        :: AscentBounds.checks figures.Numbers
        @ [ Check.lenient Stationarity.mostLeft CheckId.KeptStart figures.Memory |> Check.about figures.Slowest
            if not (Double.IsNaN figures.RHat) then
                Check.lenient DispersedChains.nearAgreement CheckId.RHat figures.RHat ]

    let private ofChains (figures: SampledFigures) =
        let largest =
            figures.RHats
            |> Array.indexed
            |> Array.filter (fun (_, rHat) -> Double.IsFinite rHat)
            |> function
                | [||] -> []
                | known ->
                    let d, rHat = known |> Array.maxBy snd

                    [ Check.lenient DispersedChains.nearAgreement CheckId.RHat rHat
                      |> Check.about figures.Numbers[d].Name ]

        Check.lenient 1.0 CheckId.CheckedNumbers (float figures.Numbers.Length)
        :: AscentBounds.checks figures.Numbers
        @ largest

    /// The checks of a fit against its posterior. A fit that was not checked can be used with care at best.
    let checks (check: AscentCheck) : Check list =
        match check with
        | AscentCheck.NotChecked _ -> [ Check.lenient 1.0 CheckId.CheckedNumbers 0.0 ]
        | AscentCheck.Stationary figures
        | AscentCheck.Moved figures
        | AscentCheck.Unclear figures -> ofMoved figures
        | AscentCheck.Sampled figures -> ofChains figures

    /// The judgement of a fit: whether its sweeps converged (`SweepJudgement.ofGains`), and whether they converged to the posterior.
    let ofFit (outcome: Outcome voption) (remaining: float) (gains: float[]) (check: AscentCheck) : Judgement =
        Judgement.Of(Seq.append (SweepJudgement.ofGains outcome remaining gains).Checks (checks check))

    /// Whether chains from dispersed starts were made.
    let private wasFull (check: AscentCheck) =
        match check with
        | AscentCheck.NotChecked _ -> false
        | AscentCheck.Stationary figures
        | AscentCheck.Moved figures
        | AscentCheck.Unclear figures -> not (Double.IsNaN figures.RHat)
        | AscentCheck.Sampled _ -> true

    /// What to change in a fit so checked: check one that was not, or in full where a fast check leaves it open; sample where the fit is off or may be.
    let advice (check: AscentCheck) (judgement: Judgement) : Advice list =
        let gibbs = Remedy.OtherAlgorithm AlgorithmKind.Gibbs

        judgement
        |> Advice.ofFailed (fun failed ->
            match failed.Id, check with
            | CheckId.CheckedNumbers, AscentCheck.NotChecked(CheckOmission.TooFewSweeps _) ->
                [ Remedy.CheckPosterior CheckExtent.Full ]
            | CheckId.CheckedNumbers, _ -> [ Remedy.CheckPosterior CheckExtent.Fast ]
            | (CheckId.DriftOfMeansShown | CheckId.RatioOfSdsShown), _ -> [ gibbs ]
            | (CheckId.DriftOfMeans | CheckId.RatioOfSds | CheckId.KeptStart), _ ->
                [ if not (wasFull check) then
                      Remedy.CheckPosterior CheckExtent.Full
                  gibbs ]
            | _ -> [])
