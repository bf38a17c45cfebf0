namespace Vi.Math.FSharp

open System
open Vi.Math

/// Bounds on how wrong a checked fit is, and what passes.
[<RequireQualifiedAccess>]
module AscentBounds =

    /// Distance of a mean from the posterior mean that a reader need not mind, in posterior standard deviations.
    let drift = 0.3

    /// Distance beyond which a mean misleads: what the study of verdicts calls wrong (decision 71).
    let largeDrift = 0.5

    /// Factor between standard deviations that a reader need not mind.
    let ratio = 1.25

    /// Factor by which a standard deviation that is too small misleads: 30 %, as in that study.
    let largeRatio = 1.0 / 0.7

    /// Standard errors between an estimate and what is taken for possible.
    let private margin = 1.0

    /// Standard errors between an estimate and what is taken for shown: of many numbers some are off by two by chance.
    let private clear = 2.0

    /// The largest of figures that bound an error from above: one that is not known bounds nothing.
    let private largestPossible figure (numbers: CheckedNumber[]) =
        numbers
        |> Array.map figure
        |> Array.fold (fun worst value -> if Double.IsNaN value then infinity else max worst value) 0.0

    /// The largest of figures that bound an error from below: one that is not known shows nothing.
    let private largestShown figure (numbers: CheckedNumber[]) =
        numbers |> Array.map figure |> Array.filter (Double.IsNaN >> not) |> Array.fold max 0.0

    /// Name of the number that is worst by a figure; null where there is none.
    let private worst figure (numbers: CheckedNumber[]) : string | null =
        match numbers with
        | [||] -> null
        | _ -> (numbers |> Array.maxBy figure).Name

    let private possibleDrift (number: CheckedNumber) = abs number.Drift + margin * number.DriftError
    let private possibleLogRatio (number: CheckedNumber) = abs number.LogRatio + margin * number.LogRatioError
    let private shownDrift (number: CheckedNumber) = abs number.Drift - clear * number.DriftError
    let private possibleNarrowness (number: CheckedNumber) = margin * number.LogRatioError - number.LogRatio
    let private shownNarrowness (number: CheckedNumber) = -number.LogRatio - clear * number.LogRatioError

    /// The checks of numbers: how wrong they may be, and how wrong they are shown to be.
    let checks (numbers: CheckedNumber[]) : Check list =
        let about figure check =
            match worst figure numbers with
            | null -> check
            | name -> Check.about name check

        [ Check.lenient drift CheckId.DriftOfMeans (largestPossible possibleDrift numbers)
          |> about possibleDrift
          Check.strict largeDrift CheckId.DriftOfMeansShown (largestShown shownDrift numbers)
          |> about shownDrift
          Check.lenient ratio CheckId.RatioOfSds (exp (largestPossible possibleLogRatio numbers))
          |> about possibleLogRatio
          Check.strict largeRatio CheckId.RatioOfSdsShown (exp (largestShown shownNarrowness numbers))
          |> about shownNarrowness ]

    /// Whether some number is clearly off by more than a reader need not mind.
    let isMoved (numbers: CheckedNumber[]) =
        largestShown shownDrift numbers > drift
        || largestShown (fun number -> abs number.LogRatio - clear * number.LogRatioError) numbers > log ratio

    /// Whether no number can be off by more, as far as draws of q can show it.
    let isStationary (figures: StationarityFigures) =
        largestPossible possibleDrift figures.Numbers <= drift
        && largestPossible possibleLogRatio figures.Numbers <= log ratio
        && figures.Memory <= Stationarity.mostLeft

    /// Whether it can no longer change how far the fit can be trusted: it is right, useless, or clearly between.
    let isDecided (figures: StationarityFigures) =
        isStationary figures
        || largestShown shownDrift figures.Numbers > largeDrift
        || largestShown shownNarrowness figures.Numbers > log largeRatio
        || (isMoved figures.Numbers
            && figures.Memory <= Stationarity.mostLeft
            && largestPossible possibleDrift figures.Numbers <= largeDrift
            && largestPossible possibleNarrowness figures.Numbers <= log largeRatio)
