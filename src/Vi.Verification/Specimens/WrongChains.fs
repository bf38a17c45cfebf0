namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Statistics and bounds of hidden Markov chains as they should not be.
[<RequireQualifiedAccess>]
module WrongChains =

    let private withModel change =
        { RegimeModels.regimeSwitching with Model = fun case -> change (RegimeSwitching.model case.Prior) }

    let private withStatistics
        (change: RegimeSwitchingPosterior -> Vi.Kernels.Block -> ChainStatistics -> ChainStatistics)
        =
        withModel (fun model ->
            { model with
                Data =
                    DataStep.byBatch "q(path)" model.Monoid (fun q chain ->
                        change q chain (RegimeSwitching.localStatistics q chain)) })

    let private entropyOfMarginals =
        withStatistics (fun q chain right ->
            { right with
                Entropy = -(RegimeSwitching.stateProbabilities q chain |> Array.sumBy (Array.sumBy Special.xlogx)) })

    /// Takes the first row for a step from its state to itself.
    let private oneStepTooMany =
        withStatistics (fun _ _ right ->
            { right with Transitions = Mat.add right.Transitions (Mat.diagonalOf right.Initial) })

    let private withoutTransitionsEntropy =
        withModel (fun model ->
            { model with
                Elbo =
                    fun statistics q ->
                        { Inflation = 1.0
                          Terms =
                            (model.Elbo statistics q).Terms
                            |> List.filter (fun term -> term.Name <> "H[q(A)]" && term.Name <> "E[log p(A)]") } })

    let private enumerated = "regime-switching: forward-backward agrees with the enumeration of all paths"

    let all: Specimen list =
        [ Specimen.make
              "entropy of independent marginals"
              "a common slip: the entropy of a mixture's assignments taken over"
              "Sums the entropies of the rows' states as if they were independent: more than the path's entropy."
              enumerated
              [ RegimeLaws.enumeratedPaths entropyOfMarginals ]
          Specimen.make
              "entropy of independent marginals in the bound"
              "the same slip"
              "The same: the bound exceeds what the normaliser allows."
              "regime-switching: the bound is the log normaliser less the divergences from the priors"
              [ RegimeLaws.normalizerBound entropyOfMarginals ]
          Specimen.make
              "one step too many"
              "a common slip: T steps counted where T rows have T - 1"
              "The first row counts as a step from its state to itself."
              enumerated
              [ RegimeLaws.enumeratedPaths oneStepTooMany ]
          Specimen.make
              "one step too many, under updates"
              "the same slip"
              "The same: the update of the path is no longer the optimum of the bound."
              "regime-switching: no factor's update lowers the bound"
              (ConjugateLaws.batteryOfSeries oneStepTooMany)
          Specimen.make
              "transitions without their prior"
              "a common slip: treating the transitions as known"
              "No E[log p(A)] and no entropy of q(A): no bound on the evidence."
              "regime-switching: the bound lies below the evidence enumerated over all paths"
              [ RegimeLaws.enumeratedEvidence withoutTransitionsEntropy ] ]
