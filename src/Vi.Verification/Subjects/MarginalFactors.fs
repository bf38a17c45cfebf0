namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Factor models as subjects of the laws of marginal densities.
[<RequireQualifiedAccess>]
module MarginalFactors =

    /// log p(B, psi, alpha).
    let private logPrior (case: FactorCase) (q: FactorModelPosterior) =
        let b = FactorLoadings.means q.Loadings

        let alpha k =
            match case.Prior.LoadingPrecision with
            | Known alpha -> alpha
            | Ard _ -> Gamma.mean q.LoadingPrecisions[k]

        let variance n =
            match case.Prior.Scales with
            | ValueSome s -> s[n] * s[n]
            | ValueNone -> 1.0

        let ofLoadings =
            Seq.sum (
                seq {
                    for n in 0 .. b.Rows - 1 do
                        for k in 0 .. b.Columns - 1 -> MarginalSubject.logOfNormal 0.0 (variance n / alpha k) b[n, k]
                }
            )

        ofLoadings
        + Seq.sum (
            q.NoisePrecisions
            |> Seq.mapi (fun n tau ->
                let p = case.Prior.NoisePrecision
                MarginalSubject.logGamma { p with Rate = p.Rate * variance n } tau)
        )
        + (match case.Prior.LoadingPrecision with
           | Known _ -> 0.0
           | Ard p -> Array.sumBy (MarginalSubject.logGamma p) q.LoadingPrecisions)

    /// log N(r | 0, B B' + diag psi) of the observed entries of a row.
    let private logRow (q: FactorModelPosterior) (row: float[]) =
        let seen = Array.init row.Length id |> Array.filter (fun n -> not (Double.IsNaN row[n]))
        let b = FactorLoadings.means q.Loadings
        let common = Mat.multiply b (Mat.transpose b)

        let covariance =
            Array2D.init seen.Length seen.Length (fun i j ->
                common[seen[i], seen[j]] + (if i = j then 1.0 / Gamma.mean q.NoisePrecisions[seen[i]] else 0.0))

        Evidence.jointNormal 0.0 covariance (seen |> Array.map (fun n -> row[n]))

    let private factorModel
        name
        cases
        precision
        priorFactorises
        evidence
        : MarginalSubject<FactorCase, FactorStatistics, FactorModelPosterior> =
        let gibbs (case: FactorCase) = GibbsModels.factorModel (Vec.zero case.Columns) case.Prior
        let struct (pin, values) = MarginalSubject.ofGibbs gibbs
        let rows (case: FactorCase) = ConjugateSubject.table case.Columns case.Rows

        { Name = name
          Covers = "factor-model"
          Cases = cases
          Draft =
            fun count seed ->
                { Prior =
                    { Factors = 1
                      LoadingPrecision = precision
                      Scales = ValueNone
                      NoisePrecision = { Shape = 3.0; Rate = 2.0 }
                      Rotation = false }
                  Columns = 1
                  Rows = MarginalSubject.normals count 1 seed
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = fun case -> rows case
          Marginal =
            fun case -> MarginalModels.factorModel case.Prior (FactorData.rowByRow (Vec.zero case.Columns) (rows case))
          Conjugate = fun case -> FactorModel.model case.Columns case.Prior
          Pin = pin
          Values = values
          LogJoint = fun case q -> logPrior case q + Array.sumBy (logRow q) case.Rows
          Variables =
            fun _ q ->
                [| yield! (FactorLoadings.means q.Loadings).ToArray()
                   yield! Array.map Gamma.mean q.NoisePrecisions
                   yield! Array.map Gamma.mean q.LoadingPrecisions |]
          Evidence = evidence
          PriorFactorises = priorFactorises
          HasLocals = true
          Reorder =
            ValueSome(fun (case, q) ->
                let turned =
                    FactorLoadings.rows q.Loadings
                    |> Array.map (fun row ->
                        { row with Mean = Vec.ofArray (Array.rev (row.Mean.ToArray() |> Array.map (~-))) })

                case,
                { q with
                    Loadings = FactorLoadings.ofRows turned
                    LoadingPrecisions = Array.rev q.LoadingPrecisions }) }

    let factors =
        factorModel
            "factor-model"
            (FactorSamples.factorModel 0 12 (1, 4) 2 FactorSamples.known)
            (Known 0.8)
            true
            (ValueSome(fun case ->
                match case.Prior.LoadingPrecision with
                | Known alpha -> PlainFactorModel.evidenceOfOneColumn case.Prior alpha (Array.map Array.head case.Rows)
                | Ard _ -> invalidOp "the evidence is for loadings of known precision"))

    let relevantFactors =
        factorModel
            "factor-model with ard"
            (FactorSamples.factorModel 0 12 (1, 4) 2 FactorSamples.relevance)
            (Ard { Shape = 3.0; Rate = 3.0 })
            false
            ValueNone
