namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Gibbs sampling of every conjugate model that can be sampled.
[<RequireQualifiedAccess>]
module GibbsCalibration =

    /// Replicates of a quick check: a chain each.
    let private quickReplicates = 100

    /// Parameters from the prior, rows given them, and draws of a chain on the rows.
    let private calibrated (subject: GibbsSubject<'s, 'g>) : CalibrationSubject =
        let simulate rng =
            let struct (globals, rng) = GibbsSubject.fromPrior subject rng
            let struct (data, rng) = subject.Simulate globals rng
            struct ((subject.Model.Values globals).ToArray(), data, rng)

        let posterior (data: float[][]) rng = ThinnedChain.gibbs Calibration.draws subject.Model (Rows.ofSeq data) rng

        Calibration.byDraws subject.Name "gibbs" (List.ofArray subject.Model.Names) Calibrated simulate posterior
        |> Calibration.quickly quickReplicates

    /// All of them.
    let all: CalibrationSubject list =
        [ calibrated GibbsSubjects.gaussianMeanPrecision
          calibrated GibbsSubjects.linearRegression
          calibrated GibbsSubjects.relevance
          calibrated GibbsSubjects.logisticRegression
          calibrated GibbsSubjects.fullMixture
          calibrated GibbsSubjects.tiedMixture
          calibrated GibbsSubjects.diagonalMixture
          calibrated GibbsSubjects.fullStickBreaking
          calibrated GibbsSubjects.tiedStickBreaking
          calibrated GibbsSubjects.diagonalStickBreaking
          calibrated GibbsSubjects.regimeSwitching
          calibrated GibbsSubjects.learnedFullMixture
          calibrated GibbsSubjects.learnedTiedMixture
          calibrated GibbsSubjects.learnedDiagonalMixture
          calibrated GibbsSubjects.learnedRegimes
          calibrated GibbsSubjects.completeFactors
          calibrated GibbsSubjects.gappedFactors ]
