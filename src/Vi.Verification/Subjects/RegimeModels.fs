namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The regime-switching model as a subject of the conjugate battery.
[<RequireQualifiedAccess>]
module RegimeModels =

    let private mapStates f (q: RegimeSwitchingPosterior) = { q with States = Array.map f q.States }

    let private moveState f (case: RegimeCase) = { case with Prior = { case.Prior with State = f case.Prior.State } }

    let private mapRows f (case: RegimeCase) = { case with Rows = Models.mapRows f case.Rows }

    let private reverse (d: Dirichlet) : Dirichlet = { Concentration = Models.reverse d.Concentration }

    let private reverseRows (rows: Dirichlet[]) = rows |> Array.rev |> Array.map reverse

    let private columns (case: RegimeCase) = case.Prior.State.Mean.Length

    let regimesOf cases : ConjugateSubject<RegimeCase, ChainStatistics, RegimeSwitchingPosterior> =
        { Name = "regime-switching"
          Cases = cases
          Rows = fun case -> case.Rows
          Columns = columns
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> RegimeSwitching.model case.Prior
          Factors =
            fun case ->
                let s = case.Prior.Initial.Concentration.Length

                [ FactorLens.one "q(pi)" (Models.weightsFamily s) (fun q -> q.Initial) (fun q d ->
                      { q with Initial = d })
                  FactorLens.many "q(A)" (Models.weightsFamily s) s (fun q -> q.Transitions) (fun q d ->
                      { q with Transitions = d })
                  FactorLens.many
                      "q(mu, Lambda)"
                      (NormalWishart.family (columns case))
                      s
                      (fun q -> q.States)
                      (fun q d -> { q with States = d }) ]
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = true
          Symmetries =
            [ { Name = "data shifted by 1e6"
                Before = moveState Models.snapComponent >> mapRows Models.snap
                Case = moveState Models.shiftComponent >> mapRows (fun x -> x + Models.shift)
                Answer = fun _ -> mapStates Models.shiftComponent
                BoundShift = fun _ -> 0.0
                Resolution = fun q -> Models.meansRounding q.States }
              { Name = "data scaled by 1e-6"
                Before = id
                Resolution = fun _ -> 0.0
                Case = moveState Models.scaleComponent >> mapRows (fun x -> Models.scale * x)
                Answer = fun _ -> mapStates Models.scaleComponent
                BoundShift = fun case -> Models.scalingShift case.Rows (columns case) }
              { Name = "rotated data"
                Before = id
                Resolution = fun _ -> 0.0
                Case =
                  fun case ->
                      let rotation = Models.rotation (columns case)

                      { moveState (Models.turnComponent rotation) case with
                          Rows =
                              case.Rows |> Array.map (fun row -> (Mat.multiplyVec rotation (Vec.ofArray row)).ToArray()) }
                Answer = fun case -> mapStates (Models.turnComponent (Models.rotation (columns case)))
                BoundShift = fun _ -> 0.0 }
              { Name = "states in another order"
                Before = id
                Resolution = fun _ -> 0.0
                Case =
                  fun case ->
                      { case with
                          Prior =
                              { case.Prior with
                                  Initial = reverse case.Prior.Initial
                                  Transitions = reverseRows case.Prior.Transitions } }
                Answer =
                  fun _ q ->
                      { q with
                          Initial = reverse q.Initial
                          Transitions = reverseRows q.Transitions
                          States = Array.rev q.States }
                BoundShift = fun _ -> 0.0 } ] }

    let regimeSwitching = regimesOf (Samples.regimes 0 40 4 2 4)

    /// Chains so short that sums over all paths give the exact evidence and the divergence from the exact posterior.
    let enumerated =
        let subject = regimesOf (Samples.regimes 0 6 2 2 2)

        { subject with
            Evidence = Some(fun case -> EnumeratedPaths.logEvidence case.Prior case.Rows)
            Gap =
                Some(fun case q ->
                    let model = subject.Model case

                    EnumeratedPaths.divergence case.Prior q case.Rows (fun path ->
                        let chain = Block.FromRows(ReadOnlyMemory(Array.concat case.Rows), columns case)
                        let data = RegimeStart.ofPath q.States.Length path chain
                        let exact = (model.Prior, model.Updates) ||> List.fold (fun q update -> update.Update data q)
                        model.Divergence q exact)) }
