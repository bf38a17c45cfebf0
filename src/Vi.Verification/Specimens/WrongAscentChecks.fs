namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Checks of fits as they should not be.
[<RequireQualifiedAccess>]
module WrongAscentChecks =

    let private right = AscentCheckLaws.subject

    /// A judgement that leaves out some checks.
    let private without (ids: CheckId list) =
        { right with
            Judge =
                fun outcome remaining gains check ->
                    (right.Judge outcome remaining gains check).Checks
                    |> Seq.filter (fun check -> not (List.contains check.Id ids))
                    |> Judgement.Of }

    /// A judgement by limits of its own from which an error that is shown misleads.
    let private misleadingFrom drift ratio =
        let limited (check: Check) =
            match check.Id with
            | CheckId.DriftOfMeansShown -> { check with Target = drift; Limit = drift }
            | CheckId.RatioOfSdsShown -> { check with Target = ratio; Limit = ratio }
            | _ -> check

        { right with
            Judge =
                fun outcome remaining gains check ->
                    (right.Judge outcome remaining gains check).Checks |> Seq.map limited |> Judgement.Of }

    /// Figures of moved draws changed.
    let private changed (change: StationarityFigures -> StationarityFigures) =
        { right with
            Run =
                fun options model q rng ->
                    match right.Run options model q rng with
                    | AscentCheck.Stationary figures -> AscentCheck.Stationary(change figures)
                    | AscentCheck.Moved figures -> AscentCheck.Moved(change figures)
                    | AscentCheck.Unclear figures -> AscentCheck.Unclear(change figures)
                    | other -> other }

    /// Where draws have come after the last sweeps, for where they are going.
    let private unextrapolated (figures: StationarityFigures) =
        let last = Array.last figures.Steps

        { figures with
            Numbers =
                figures.Numbers
                |> Array.mapi (fun d number ->
                    { number with Drift = -last.Drifts[d]; LogRatio = -(log last.SdRatios[d]) }) }

    /// Errors of averages over all sweeps of all draws as if each were independent.
    let private allIndependent (figures: StationarityFigures) =
        let share = 1.0 / sqrt (float (figures.Draws * figures.Sweeps))

        { figures with
            Numbers =
                figures.Numbers
                |> Array.map (fun number -> { number with DriftError = share; LogRatioError = share / sqrt 2.0 }) }

    let private specimen name seenIn wrong law subject =
        Specimen.make name seenIn wrong $"ascent check: {law}" (AscentCheckLaws.ofSubject subject)

    let all: Specimen list =
        [ specimen
              "a check that ignores means"
              "a common slip: variational posteriors are known for their standard deviations, so only those are compared"
              "A mean that is off by one or two standard deviations passes."
              "a mean off by a standard deviation and halved standard deviations are detected"
              (without [ CheckId.DriftOfMeans; CheckId.DriftOfMeansShown ])
          specimen
              "a check that ignores standard deviations"
              "a common slip: comparing point estimates"
              "Standard deviations of a half and a third pass."
              "a mean off by a standard deviation and halved standard deviations are detected"
              (without [ CheckId.RatioOfSds; CheckId.RatioOfSdsShown ])
          specimen
              "halved standard deviations can be used"
              "this project before levels had one scale: other algorithms' fits were unreliable at smaller errors"
              "A fit with a mean off by 0.9 and standard deviations of 0.55 reads better than one that is less wrong."
              "levels follow from the worst number"
              (misleadingFrom 1.0 2.0)
          specimen
              "a fit that nobody checked passes"
              "this project before it checked fits: sweeps that converged were called reliable"
              "Without a check there is nothing to fail."
              "a fit that was not checked is never reliable"
              (without [ CheckId.CheckedNumbers ])
          specimen
              "drifts as far as the draws have come"
              "a common slip: a chain that is still moving is taken for one that has arrived"
              "What slow sweeps have not yet moved is missing."
              "drifts are those at the chain's limit"
              (changed unextrapolated)
          specimen
              "errors as if sweeps were independent"
              "a common slip: sd / sqrt n of a Markov chain"
              "Successive sweeps are correlated; errors are too small."
              "errors are calibrated"
              (changed allIndependent) ]
