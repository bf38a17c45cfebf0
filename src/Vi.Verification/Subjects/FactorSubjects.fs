namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Factor models as subjects of the conjugate battery.
[<RequireQualifiedAccess>]
module FactorSubjects =

    /// The frame as a factor: its parameters are those of the matrix that follows the present one, I where nothing changes.
    let private frameLens: FactorLens<FactorModelPosterior> =
        let square (eta: Vec) =
            let k = int (round (sqrt (float eta.Length)))
            Mat.ofArray k k (eta.ToArray())

        { Factor = "rotation"
          NaturalParameters = fun q -> Vec.ofArray ((Mat.identity q.Frame.Matrix.Rows).ToArray())
          IsProper =
            fun eta ->
                // Coordinates that all but coincide lose digits, whatever the model.
                let x = square eta
                let struct (squares, _) = Mat.symmetricEigen (Mat.multiply (Mat.transpose x) x)
                squares[0] > 1e-2 * squares[squares.Length - 1]
          Replace = fun q eta -> { q with Frame = FactorFrame.ofMatrix (Mat.multiply q.Frame.Matrix (square eta)) } }

    let private factors (case: FactorCase) =
        [ FactorLens.many
              "q(B)"
              (MvNormal.family case.Prior.Factors)
              case.Columns
              (fun (q: FactorModelPosterior) -> FactorLoadings.rows q.Loadings)
              (fun q rows -> { q with Loadings = FactorLoadings.ofRows rows })
          if case.Prior.Rotation then
              frameLens
          FactorLens.many "q(psi)" Gamma.family case.Columns (fun q -> q.NoisePrecisions) (fun q ds ->
              { q with NoisePrecisions = ds })
          if case.Prior.LoadingPrecision.IsArd then
              FactorLens.many "q(alpha)" Gamma.family case.Prior.Factors (fun q -> q.LoadingPrecisions) (fun q ds ->
                  { q with LoadingPrecisions = ds }) ]

    let private scale = 1e-6

    let private scaleGamma (d: Gamma) : Gamma = { d with Rate = scale * scale * d.Rate }

    let private mapRows f (q: FactorModelPosterior) =
        { q with Loadings = FactorLoadings.ofRows (f (FactorLoadings.rows q.Loadings)) }

    let private observed (case: FactorCase) =
        case.Rows |> Array.sumBy (Array.sumBy (fun r -> if Double.IsNaN r then 0.0 else 1.0))

    /// The rows of a case with every entry missing.
    let withoutEntries (case: FactorCase) = { case with Rows = case.Rows |> Array.map (Array.map (fun _ -> nan)) }

    let private withoutRotation (case: FactorCase) = { case with Prior = { case.Prior with Rotation = false } }

    /// Another order of the factors; where their prior is the same for all directions, also a turn of the first two by 30 degrees.
    let private turn (prior: FactorModelPrior) =
        let k = prior.Factors
        let reversed = Mat.init k k (fun i j -> if i + j = k - 1 then 1.0 else 0.0)

        if k > 1 && prior.LoadingPrecision.IsKnown then
            let c, s = cos (Math.PI / 6.0), sin (Math.PI / 6.0)

            Mat.init k k (fun i j ->
                match i, j with
                | 0, 0
                | 1, 1 -> c
                | 0, 1 -> -s
                | 1, 0 -> s
                | _ -> if i = j then 1.0 else 0.0)
            |> Mat.multiply reversed
        else
            reversed

    let private symmetries: SymmetryAction<FactorCase, FactorModelPosterior> list =
        [ { Name = "data scaled by 1e-6"
            Before = id
            Resolution = fun _ -> 0.0
            Case =
              fun case ->
                  { case with
                      Prior =
                          { case.Prior with
                              LoadingPrecision =
                                  (match case.Prior.LoadingPrecision with
                                   | Known alpha -> Known(alpha / (scale * scale))
                                   | Ard d -> Ard(scaleGamma d))
                              NoisePrecision = scaleGamma case.Prior.NoisePrecision }
                      Rows = case.Rows |> Array.map (Array.map (fun r -> scale * r)) }
            Answer =
              fun _ q ->
                  { (q
                     |> mapRows (
                         Array.map (fun row ->
                             { Mean = Vec.scale scale row.Mean
                               Precision = Chol.ofLower (Mat.scale (1.0 / scale) row.Precision.Lower) })
                     )) with
                      NoisePrecisions = Array.map scaleGamma q.NoisePrecisions
                      LoadingPrecisions = Array.map scaleGamma q.LoadingPrecisions }
            BoundShift = fun case -> -(observed case) * log scale }
          { Name = "columns in another order"
            Before = id
            Resolution = fun _ -> 0.0
            Case =
              fun case ->
                  { case with
                      Prior =
                          { case.Prior with
                              Scales =
                                  case.Prior.Scales |> ValueOption.map (fun s -> Vec.ofArray (Array.rev (s.ToArray()))) }
                      Rows = case.Rows |> Array.map Array.rev }
            Answer = fun _ q -> { mapRows Array.rev q with NoisePrecisions = Array.rev q.NoisePrecisions }
            BoundShift = fun _ -> 0.0 }
          { Name = "turned factors"
            Before = withoutRotation
            Resolution = fun _ -> 0.0
            Case = id
            Answer =
              fun case q ->
                  { q with
                      Frame = FactorFrame.ofMatrix (Mat.multiply q.Frame.Matrix (turn case.Prior))
                      LoadingPrecisions = Array.rev q.LoadingPrecisions }
            BoundShift = fun _ -> 0.0 } ]

    let private subject name cases : ConjugateSubject<FactorCase, FactorStatistics, FactorModelPosterior> =
        { Name = name
          Cases = cases
          Rows = fun case -> case.Rows
          Columns = fun case -> case.Columns
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> FactorModel.model case.Columns case.Prior
          Factors = factors
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = false
          Symmetries = symmetries }

    /// Loadings of known precision.
    let known =
        { subject "factor-model" (FactorSamples.factorModel 0 25 (1, 5) 3 FactorSamples.known) with
            PriorFactorises = true }

    /// A precision learned for each factor.
    let relevance =
        subject "factor-model with ard" (FactorSamples.factorModel 0 25 (1, 5) 3 FactorSamples.relevance)

    /// One column, where the exact evidence is a double integral.
    let oneColumn =
        { subject "factor-model of one column" (FactorSamples.factorModel 0 6 (1, 1) 3 FactorSamples.known) with
            PriorFactorises = true
            Evidence =
                Some(fun case ->
                    match case.Prior.LoadingPrecision with
                    | Known alpha ->
                        PlainFactorModel.evidenceOfOneColumn case.Prior alpha (case.Rows |> Array.map Array.head)
                    | Ard _ -> invalidOp "the evidence of one column is for loadings of known precision") }
