namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Diagnostics of chains as they should not be.
[<RequireQualifiedAccess>]
module WrongDiagnostics =

    /// Autocorrelations summed over all lags up to the first negative one.
    let private firstNegative (chains: Mat) =
        let draws = chains.Columns

        let correlation lag =
            let row c = Mat.row c chains

            let covariance c lag =
                let x = row c
                let centre = Sample.mean x
                Seq.sumBy (fun i -> (x[i] - centre) * (x[i + lag] - centre)) (seq { 0 .. draws - 1 - lag })

            (Seq.sumBy (fun c -> covariance c lag) (seq { 0 .. chains.Rows - 1 }))
            / (Seq.sumBy (fun c -> covariance c 0) (seq { 0 .. chains.Rows - 1 }))

        let time =
            1.0
            + 2.0
              * (Seq.initInfinite (fun i -> i + 1)
                 |> Seq.map (fun lag -> if lag < draws then correlation lag else -1.0)
                 |> Seq.takeWhile (fun r -> r > 0.0)
                 |> Seq.sum)

        float (chains.Rows * chains.Columns) / time

    let all: Specimen list =
        [ Specimen.make
              "R-hat without splitting"
              "Gelman and Rubin 1992, still in use"
              "Chains that drift together agree with each other, and R-hat says that all is well."
              "convergence: a chain that drifts is seen"
              (DiagnosticsLaws.convergenceLaws
                  { DiagnosticsLaws.right with
                      RHat =
                          fun chains ->
                              max
                                  (RHat.basic (Chains.normalScores chains))
                                  (RHat.basic (Chains.normalScores (Chains.fold chains))) })
          Specimen.make
              "R-hat without folding"
              "split R-hat before 2019"
              "Chains of different width have the same means, and R-hat says that all is well."
              "convergence: chains of different scale are seen"
              (DiagnosticsLaws.convergenceLaws { DiagnosticsLaws.right with RHat = RHat.bulk })
          Specimen.make
              "ESS without rank normalisation"
              "effective sample sizes before 2019"
              "With heavy tails the figure is the autocorrelation of the few largest draws."
              "convergence: increasing maps change neither R-hat nor the bulk's ESS"
              (DiagnosticsLaws.convergenceLaws { DiagnosticsLaws.right with BulkSize = EffectiveSampleSize.mean })
          Specimen.make
              "ESS that stops at the first negative autocorrelation"
              "a common rule of thumb"
              "Antithetic chains, whose draws are worth more than independent ones, are credited with no more than S."
              "convergence: the effective sample size of an autoregression is the known one"
              (DiagnosticsLaws.convergenceLaws { DiagnosticsLaws.right with BasicSize = firstNegative }) ]
