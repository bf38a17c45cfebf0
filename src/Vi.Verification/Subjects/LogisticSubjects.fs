namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Logistic regression as subjects of the conjugate battery.
[<RequireQualifiedAccess>]
module LogisticSubjects =

    let internal columns (case: LogisticCase) = case.Prior.Centre.Length

    /// The target is the last entry of a row.
    let private mapTarget f (rows: float[][]) =
        rows |> Array.map (fun row -> Array.updateAt (row.Length - 1) (f row[row.Length - 1]) row)

    let private mapColumns f (rows: float[][]) =
        rows |> Array.map (Array.mapi (fun j x -> if j < rows[0].Length - 1 then f x else x))

    let private reverseColumns (row: float[]) = Array.append (Array.rev row[.. row.Length - 2]) row[row.Length - 1 ..]

    /// Weights with their first D entries in reverse order.
    let private reverseWeights d (q: MvNormal) : MvNormal =
        let from i = if i < d then d - 1 - i else i
        let precision = Chol.toMat q.Precision

        { Mean = Vec.init q.Mean.Length (fun i -> q.Mean[from i])
          Precision =
            Mat.init precision.Rows precision.Columns (fun i j -> precision[from i, from j])
            |> Chol.factor "a precision in another order" }

    /// Weights of columns in units `factor` times as large; the intercept stays.
    let private scaleWeights d factor (q: MvNormal) : MvNormal =
        let scale i = if i < d then factor else 1.0

        { Mean = Vec.mapi (fun i m -> scale i * m) q.Mean
          Precision = Chol.ofLower (Mat.init q.Mean.Length q.Mean.Length (fun i j -> q.Precision.Lower[i, j] / scale i)) }

    let private negate (q: MvNormal) : MvNormal = { q with Mean = Vec.scale -1.0 q.Mean }

    let private onWeights f (case: LogisticCase) =
        { case with Prior = { case.Prior with Weights = f case.Prior.Weights } }

    /// 2^20, as for the other models: with data and centre on a grid of 2^-20 the shift rounds nothing.
    let private shift = 1048576.0

    let private snap x = round (x * shift) / shift

    let private scale = 1e-6

    let private symmetries: SymmetryAction<LogisticCase, MvNormal> list =
        let action name case answer =
            { Name = name
              Before = id
              Case = case
              Answer = answer
              BoundShift = fun _ -> 0.0
              Resolution = fun _ -> 0.0 }

        [ action
              "labels turned round"
              (fun case -> onWeights negate { case with Rows = mapTarget (fun y -> 1.0 - y) case.Rows })
              (fun _ -> negate)
          action
              "columns in another order"
              (fun case ->
                  let d = columns case

                  onWeights
                      (reverseWeights d)
                      { case with
                          Prior = { case.Prior with Centre = Vec.init d (fun j -> case.Prior.Centre[d - 1 - j]) }
                          Rows = Array.map reverseColumns case.Rows })
              (fun case -> reverseWeights (columns case))
          action
              "columns scaled by 1e-6"
              (fun case ->
                  onWeights
                      (scaleWeights (columns case) (1.0 / scale))
                      { case with
                          Prior = { case.Prior with Centre = Vec.scale scale case.Prior.Centre }
                          Rows = mapColumns (fun x -> scale * x) case.Rows })
              (fun case -> scaleWeights (columns case) (1.0 / scale))
          { action
                "columns shifted by 1e6"
                (fun (case: LogisticCase) ->
                    // Without an intercept a shifted column is another model; there the shift is none.
                    if case.Prior.Intercept then
                        { case with
                            Prior = { case.Prior with Centre = Vec.map (fun c -> c + shift) case.Prior.Centre }
                            Rows = mapColumns (fun x -> x + shift) case.Rows }
                    else
                        case)
                (fun _ -> id) with
              Before =
                  fun case ->
                      { case with
                          Prior = { case.Prior with Centre = Vec.map snap case.Prior.Centre }
                          Rows = mapColumns snap case.Rows } } ]

    let private subjectOf cases : ConjugateSubject<LogisticCase, LogisticStatistics, MvNormal> =
        { Name = "logistic-regression"
          Cases = cases
          Rows = fun case -> case.Rows
          Columns = fun case -> columns case + 1
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> LogisticRegression.model case.Prior
          Factors =
            fun case ->
                [ FactorLens.one
                      (if case.Prior.Intercept then "q(w, b)" else "q(w)")
                      (MvNormal.family case.Prior.Weights.Mean.Length)
                      id
                      (fun _ q -> q) ]
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = true
          Symmetries = symmetries }

    let logistic = subjectOf (Samples.logistic 0 40 4)

    /// One or two weights, where the exact evidence and the divergence from the exact posterior are sums over a grid.
    let byQuadrature =
        { subjectOf (Samples.logistic 0 8 2) with
            Evidence = Some(fun case -> LogisticEvidence.logEvidence case.Prior case.Rows)
            Gap =
                Some(fun case q ->
                    LogisticEvidence.divergence
                        case.Prior
                        case.Rows
                        (LogisticEvidence.logEvidence case.Prior case.Rows)
                        q) }
