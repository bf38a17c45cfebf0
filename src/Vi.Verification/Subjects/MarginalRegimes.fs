namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Regimes as subjects of the laws of marginal densities.
[<RequireQualifiedAccess>]
module MarginalRegimes =

    /// A prior of regimes with a learned scale.
    let internal learnStates (prior: RegimeSwitchingPrior) : RegimeSwitchingPrior =
        let prior = RegimeSwitching.learnScale prior
        { prior with Learned = ValueOption.map MarginalMixtures.firm prior.Learned }

    /// log p(path, X | pi, A, states).
    let private logPath (q: RegimeSwitchingPosterior) (rows: float[][]) (path: int list) =
        let initial = Dirichlet.mean q.Initial
        let transitions = q.Transitions |> Array.map Dirichlet.mean
        let states = q.States |> Array.map Joint

        let row t k =
            MarginalSubject.logNormal (MixtureComponent.mean states[k]) (MixtureComponent.covariance states[k]) rows[t]

        log initial[path.Head]
        + (path |> List.pairwise |> List.sumBy (fun (i, j) -> log (transitions[i].[j])))
        + (path |> List.mapi row |> List.sum)

    /// log p(X | pi, A, states), the sum over all paths.
    let private logRows (q: RegimeSwitchingPosterior) (rows: float[][]) =
        if rows.Length = 0 then
            0.0
        else
            EnumeratedPaths.all rows.Length q.States.Length
            |> Seq.map (logPath q rows)
            |> Seq.toArray
            |> fun logs -> Special.logSumExp (ReadOnlySpan logs)

    /// Regimes, the sum over all paths written out.
    let regimeSwitching: MarginalSubject<RegimeCase, ChainStatistics, RegimeSwitchingPosterior> =
        let gibbs (case: RegimeCase) = GibbsModels.regimeSwitching case.Prior
        let struct (pin, values) = MarginalSubject.ofGibbs gibbs

        let chain (case: RegimeCase) =
            let columns = case.Prior.State.Mean.Length
            Batches.ofList [ Block.FromRows(ReadOnlyMemory(Array.concat case.Rows), columns) ]

        { Name = "regime-switching"
          Covers = "regime-switching"
          Cases = Samples.regimes 0 6 2 2 2
          Draft =
            fun count seed ->
                { Prior = RegimeSwitching.prior 2 1.5 1.0 (MarginalMixtures.wishartPrior 1)
                  Rows = MarginalSubject.normals count 1 seed
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = chain
          Marginal = fun case -> MarginalModels.regimeSwitching case.Prior (chain case)
          Conjugate = fun case -> RegimeSwitching.model case.Prior
          Pin = pin
          Values = values
          LogJoint =
            fun case q ->
                MarginalMixtures.plainDirichlet.LogPrior case.Prior.Initial q.Initial
                + Array.sum (Array.map2 MarginalMixtures.plainDirichlet.LogPrior case.Prior.Transitions q.Transitions)
                + MarginalMixtures.plainFull.LogPrior case.Prior.State q.States
                + logRows q case.Rows
          Variables =
            fun _ q ->
                [| yield! MarginalMixtures.plainDirichlet.Variables q.Initial
                   for row in q.Transitions do
                       yield! MarginalMixtures.plainDirichlet.Variables row
                   yield! MarginalMixtures.plainFull.Variables q.States |]
          Evidence = ValueSome(fun case -> EnumeratedPaths.logEvidence case.Prior case.Rows)
          PriorFactorises = true
          HasLocals = true
          Reorder =
            ValueSome(fun (case, q) ->
                let reverse = MarginalMixtures.plainDirichlet.Reverse.Value
                let reverseRows = Array.rev >> Array.map reverse

                { case with
                    Prior =
                        { case.Prior with
                            Initial = reverse case.Prior.Initial
                            Transitions = reverseRows case.Prior.Transitions } },
                { q with
                    Initial = reverse q.Initial
                    Transitions = reverseRows q.Transitions
                    States = Array.rev q.States }) }

    /// Regimes whose scale is learned.
    let learnedRegimes: MarginalSubject<RegimeCase, ChainStatistics, RegimeSwitchingPosterior> =
        let learn (case: RegimeCase) = { case with Prior = learnStates case.Prior }
        let subject = regimeSwitching
        let scale = MarginalMixtures.plainMatrix (fun (states: NormalWishart[]) -> states.Length)

        { subject with
            Name = $"{subject.Name} with a learned scale"
            Marginal = learn >> subject.Marginal
            Conjugate = learn >> subject.Conjugate
            Pin = learn >> subject.Pin
            Values = learn >> subject.Values
            LogJoint =
                fun case q ->
                    let prior = (learn case).Prior
                    let known = q.Learned.Value

                    subject.LogJoint case q - MarginalMixtures.plainFull.LogPrior prior.State q.States
                    + MarginalMixtures.plainFull.LogPrior (scale.At known prior.State) q.States
                    + scale.Ratio known prior.State q.States
                    + scale.LogPrior prior.Learned.Value known
            Variables = fun case q -> Array.append (subject.Variables case q) (scale.Variables q.Learned.Value)
            Evidence = ValueNone
            PriorFactorises = false }
