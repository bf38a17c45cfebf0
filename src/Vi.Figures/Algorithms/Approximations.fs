namespace Vi.Figures

open System
open System.Collections.Generic
open Vi.Charts
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// The modes that were found next to a fit; null where none were looked for.
[<RequireQualifiedAccess>]
module ModeFigures =

    /// The table; nothing where there is one mode without images.
    let internal table (report: ModeReport | null) : Exhibit list =
        let known (figure: float) : objnull = if Double.IsFinite figure then figure else "unknown"

        match report with
        | null -> []
        | report when report.Modes.Length < 2 && report.Images = 0 -> []
        | report ->
            [ Chart.table
                  (FigureText.Of("figures", "modes", report.Climbs, report.Arrived, report.Images))
                  [ for i, mode in Seq.indexed report.Modes ->
                        [ box (if mode.IsFitted then "fitted" else string (i + 1))
                          mode.LogDensity
                          known mode.Mass
                          known mode.MassError
                          mode.Distance
                          (if mode.IsKept then "yes" else "no") ] ] ]

    /// What is stored of them.
    let numbers (report: ModeReport | null) =
        match report with
        | null -> NamedNumbers()
        | report ->
            NamedNumbers.Of
                [ "modes", report.Modes.Length
                  "modeProbabilities", [ for mode in report.Modes -> mode.Mass ]
                  "modeProbabilityErrors", [ for mode in report.Modes -> mode.MassError ]
                  "modeLogDensities", [ for mode in report.Modes -> mode.LogDensity ]
                  "modeImages", report.Images
                  "modeSearchEvaluations", report.Evaluations ]

/// Figures of a fit that is no sampler's: the bound along the run, and the importance weights.
[<RequireQualifiedAccess>]
module internal ApproximationFigures =

    let private history (points: ElboPoint[]) =
        let steps = points |> Array.map (fun point -> float point.Steps)
        let ends sign = points |> Array.map (fun point -> point.Elbo + sign * (2.0 * point.StandardError))

        Chart.xy
            (FigureText.Of("figures", "bound-by-steps"))
            [ Curves.Band("two standard errors", steps, ends -1.0, ends 1.0)
              Curves.Through("estimate", steps, points |> Array.map _.Elbo, 0) ]

    let private weights (evidence: WeightEvidence) =
        let weights = evidence.LogWeights.ToArray() |> Array.map exp |> Array.sortDescending
        let count = float weights.Length
        let shown = Curves.LogGrid(1.0, count, 200) |> Array.map (int >> float) |> Array.distinct
        let cumulated = weights |> Array.scan (+) 0.0

        Chart.xy
            (FigureText.Of(
                "figures",
                "importance-weights",
                evidence.ParetoK,
                evidence.Threshold,
                evidence.Draws,
                evidence.EffectiveDraws
            ))
            [ Curves.Line("smoothed weights", shown, (fun i -> cumulated[int i]), 0)
              Curves.Line("equal weights", shown, (fun i -> i / count), -1, "dashed") ]

    let ofAnswer (answer: ModelAnswer) : Exhibit list =
        [ if answer.History.Length > 1 then
              history answer.History
          yield! ModeFigures.table answer.Modes
          yield! Chart.known answer.Evidence (fun evidence -> weights evidence :> Exhibit) ]

/// What a check of a fit against its posterior found.
[<RequireQualifiedAccess>]
module CheckFigures =

    /// Numbers whose rows the table shows.
    let private mostRows = 40

    /// Number by number; null where it found nothing.
    let table (check: PosteriorCheck) (names: EntryNames) : Exhibit | null =
        let numbers = check.Numbers

        if numbers.Count = 0 then
            null
        else
            Chart.table
                (FigureText.Of(
                    "figures",
                    "posterior-check",
                    (check.Kind = PosteriorCheckKind.Sampled),
                    numbers.Count > mostRows,
                    check.Draws,
                    check.Sweeps,
                    mostRows,
                    numbers.Count
                ))
                [ for number in
                      numbers
                      |> Seq.sortByDescending (fun number -> max (abs number.Drift) (abs number.LogRatio))
                      |> Seq.truncate mostRows ->
                      [ box (names.Of number.Name)
                        number.Mean
                        number.BestMean
                        number.Drift
                        number.DriftError
                        number.Sd
                        number.BestSd
                        Math.Exp number.LogRatio ] ]
