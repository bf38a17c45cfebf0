namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The conjugate models of the project as subjects of the conjugate battery.
[<RequireQualifiedAccess>]
module Models =

    let private column (rows: float[][]) = rows |> Array.map Array.head

    let internal mapRows f (rows: float[][]) = rows |> Array.map (Array.map f)

    /// 2^20, about 1e6: with data on a grid of 2^-20 the shift itself rounds nothing, so that what is measured is the model.
    let internal shift = 1048576.0

    let internal snap (x: float) = round (x * shift) / shift

    /// A shifted location is stored to 2^-33; a few such roundings, in units of its standard deviation.
    let private locationRounding (standardDeviation: float) = 32.0 * Tolerances.epsilon * shift / standardDeviation

    let internal scale = 1e-6

    /// Log of the Jacobian of scaling N rows of D numbers: each density is divided by scale^D.
    let internal scalingShift (rows: float[][]) columns = -(float (rows.Length * columns)) * log scale

    let private snapNormal (d: Normal) : Normal = { d with Mean = snap d.Mean }
    let private normalRounding (d: Normal) = locationRounding (sqrt d.Variance)
    let private shiftNormal (d: Normal) : Normal = { d with Mean = d.Mean + shift }
    let private scaleNormal (d: Normal) : Normal = { Mean = scale * d.Mean; Variance = scale * scale * d.Variance }
    let private scalePrecision (d: Gamma) : Gamma = { d with Rate = scale * scale * d.Rate }

    let gaussianMean: ConjugateSubject<GaussianMeanCase, Moments, Normal> =
        let posteriorOf (case: GaussianMeanCase) =
            // By the rule of precisions, on plain sums.
            let precision = 1.0 / case.Prior.Mean.Variance + float case.Rows.Length / case.Prior.NoiseVariance

            let weighted =
                case.Prior.Mean.Mean / case.Prior.Mean.Variance
                + Array.sum (column case.Rows) / case.Prior.NoiseVariance

            Normal.create (weighted / precision) (1.0 / precision)

        { Name = "gaussian-mean"
          Cases = Samples.gaussianMean 0 40
          Rows = fun case -> case.Rows
          Columns = fun _ -> 1
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> GaussianMean.model case.Prior
          Factors = fun _ -> [ FactorLens.one "q(mu)" Normal.family id (fun _ q -> q) ]
          Evidence = Some(fun case -> Evidence.gaussianMean case.Prior (column case.Rows))
          Gap = Some(fun case q -> Normal.klDivergence q (posteriorOf case))
          Exact = true
          PriorFactorises = true
          Symmetries =
            [ { Name = "data shifted by 1e6"
                Before =
                  fun case ->
                      { case with
                          Prior = { case.Prior with Mean = snapNormal case.Prior.Mean }
                          Rows = mapRows snap case.Rows }
                Case =
                  fun case ->
                      { case with
                          Prior = { case.Prior with Mean = shiftNormal case.Prior.Mean }
                          Rows = mapRows (fun x -> x + shift) case.Rows }
                Answer = fun _ q -> shiftNormal q
                BoundShift = fun _ -> 0.0
                Resolution = normalRounding }
              { Name = "data scaled by 1e-6"
                Before = id
                Resolution = fun _ -> 0.0
                Case =
                  fun case ->
                      { case with
                          Prior =
                              { Mean = scaleNormal case.Prior.Mean
                                NoiseVariance = scale * scale * case.Prior.NoiseVariance }
                          Rows = mapRows (fun x -> scale * x) case.Rows }
                Answer = fun _ q -> scaleNormal q
                BoundShift = fun case -> scalingShift case.Rows 1 } ] }

    let gaussianMeanPrecision: ConjugateSubject<GaussianMeanPrecisionCase, Moments, GaussianMeanPrecisionPosterior> =
        { Name = "gaussian-mean-precision"
          Cases = Samples.gaussianMeanPrecision 0 40
          Rows = fun case -> case.Rows
          Columns = fun _ -> 1
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> GaussianMeanPrecision.model case.Prior
          Factors =
            fun _ ->
                [ FactorLens.one "q(mu)" Normal.family (fun q -> q.Mean) (fun q d -> { q with Mean = d })
                  FactorLens.one "q(tau)" Gamma.family (fun q -> q.Precision) (fun q d -> { q with Precision = d }) ]
          Evidence = Some(fun case -> Evidence.gaussianMeanPrecision case.Prior (column case.Rows))
          Gap =
            Some(fun case q ->
                GaussianMeanPrecision.divergenceFromPosterior
                    case.Prior
                    (Moments.ofRows (ConjugateSubject.table 1 case.Rows))
                    q)
          Exact = false
          PriorFactorises = false
          Symmetries =
            [ { Name = "data shifted by 1e6"
                Before =
                  fun case ->
                      { case with
                          Prior = { case.Prior with Mean = snap case.Prior.Mean }
                          Rows = mapRows snap case.Rows }
                Case =
                  fun case ->
                      { case with
                          Prior = { case.Prior with Mean = case.Prior.Mean + shift }
                          Rows = mapRows (fun x -> x + shift) case.Rows }
                Answer = fun _ q -> { q with Mean = shiftNormal q.Mean }
                BoundShift = fun _ -> 0.0
                Resolution = fun q -> normalRounding q.Mean }
              { Name = "data scaled by 1e-6"
                Before = id
                Resolution = fun _ -> 0.0
                Case =
                  fun case ->
                      { case with
                          Prior =
                              { case.Prior with Mean = scale * case.Prior.Mean; Rate = scale * scale * case.Prior.Rate }
                          Rows = mapRows (fun x -> scale * x) case.Rows }
                Answer = fun _ q -> { Mean = scaleNormal q.Mean; Precision = scalePrecision q.Precision }
                BoundShift = fun case -> scalingShift case.Rows 1 } ] }

    let private regressionFactors (case: RegressionCase) =
        [ FactorLens.one
              "q(w)"
              (MvNormal.family case.Columns)
              (fun (q: LinearRegressionPosterior) -> q.Weights)
              (fun q d -> { q with Weights = d })
          if case.Prior.Intercept.IsSome then
              FactorLens.one "q(b)" Normal.family (fun q -> q.Intercept.Value) (fun q d ->
                  { q with Intercept = ValueSome d })
          FactorLens.one "q(tau)" Gamma.family (fun q -> q.NoisePrecision) (fun q d -> { q with NoisePrecision = d })
          if case.Prior.WeightPrecision.IsArd then
              FactorLens.many "q(alpha)" Gamma.family case.Columns (fun q -> q.WeightPrecisions) (fun q d ->
                  { q with WeightPrecisions = d }) ]

    /// Weights in units `factor` times as large: means scale, precisions fall by the square.
    let private scaleWeights factor (w: MvNormal) : MvNormal =
        { Mean = Vec.scale factor w.Mean
          Precision = Chol.ofLower (Mat.scale (1.0 / factor) w.Precision.Lower) }

    let private scaleWeightPrecision factor prior =
        match prior with
        | Known alpha -> Known(alpha / (factor * factor))
        | Ard d -> Ard { d with Rate = factor * factor * d.Rate }

    let private scaleGammas factor (ds: Gamma[]) = ds |> Array.map (fun d -> { d with Rate = factor * factor * d.Rate })

    let private mapTarget f (rows: float[][]) =
        rows |> Array.map (fun row -> Array.append row[.. row.Length - 2] [| f row[row.Length - 1] |])

    let private mapColumns f (rows: float[][]) =
        rows
        |> Array.map (fun row -> Array.append (Array.map f row[.. row.Length - 2]) [| row[row.Length - 1] |])

    let private regressionSymmetries: SymmetryAction<RegressionCase, LinearRegressionPosterior> list =
        // Through the origin a shifted target is another model; there the shift is none.
        let shiftOf (case: RegressionCase) = if case.Prior.Intercept.IsSome then shift else 0.0

        [ { Name = "columns and target shifted by 1e6"
            Before =
              fun case ->
                  { case with
                      Prior = { case.Prior with Intercept = case.Prior.Intercept |> ValueOption.map snapNormal }
                      Rows = mapRows snap case.Rows }
            Case =
              fun case ->
                  { case with
                      Prior = { case.Prior with Intercept = case.Prior.Intercept |> ValueOption.map shiftNormal }
                      Rows =
                          case.Rows |> mapTarget (fun y -> y + shiftOf case) |> mapColumns (fun x -> x + shiftOf case) }
            Answer = fun _ q -> { q with Intercept = q.Intercept |> ValueOption.map shiftNormal }
            BoundShift = fun _ -> 0.0
            Resolution =
              fun q ->
                  // The columns' centre is stored no better than the intercept.
                  let ofWeights = Vec.maxAbs (MvNormal.standardDeviations q.Weights)

                  match q.Intercept with
                  | ValueSome b -> normalRounding b * (1.0 + Vec.maxAbs q.Weights.Mean + ofWeights)
                  | ValueNone -> 0.0 }
          { Name = "target scaled by 1e-6"
            Before = id
            Resolution = fun _ -> 0.0
            Case =
              fun case ->
                  { case with
                      Prior =
                          { WeightPrecision = scaleWeightPrecision scale case.Prior.WeightPrecision
                            Scales = case.Prior.Scales
                            NoisePrecision = scalePrecision case.Prior.NoisePrecision
                            Intercept = case.Prior.Intercept |> ValueOption.map scaleNormal }
                      Rows = mapTarget (fun y -> scale * y) case.Rows }
            Answer =
              fun _ q ->
                  { Weights = scaleWeights scale q.Weights
                    Intercept = q.Intercept |> ValueOption.map scaleNormal
                    NoisePrecision = scalePrecision q.NoisePrecision
                    WeightPrecisions = scaleGammas scale q.WeightPrecisions }
            BoundShift = fun case -> scalingShift case.Rows 1 }
          { Name = "columns scaled by 1e-6"
            Before = id
            Resolution = fun _ -> 0.0
            Case =
              fun case ->
                  { case with
                      Prior =
                          { case.Prior with
                              WeightPrecision = scaleWeightPrecision (1.0 / scale) case.Prior.WeightPrecision }
                      Rows = mapColumns (fun x -> scale * x) case.Rows }
            Answer =
              fun _ q ->
                  { q with
                      Weights = scaleWeights (1.0 / scale) q.Weights
                      WeightPrecisions = scaleGammas (1.0 / scale) q.WeightPrecisions }
            BoundShift = fun _ -> 0.0 } ]

    let private regressionOf name cases : ConjugateSubject<RegressionCase, Moments, LinearRegressionPosterior> =
        { Name = name
          Cases = cases
          Rows = fun case -> case.Rows
          Columns = fun case -> case.Columns + 1
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> LinearRegression.model case.Columns case.Prior
          Factors = regressionFactors
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = false
          Symmetries = regressionSymmetries }

    /// Log evidence by the model's own quadrature.
    let private regressionEvidence (case: RegressionCase) =
        let data = Moments.ofRows (ConjugateSubject.table (case.Columns + 1) case.Rows)
        (ExactRegression.ofMoments case.Prior data).Value.LogEvidence

    let linearRegression =
        let subject = regressionOf "linear-regression" (Samples.regression 0 40)

        { subject with
            PriorFactorises = true
            Evidence = Some regressionEvidence
            Gap =
                Some(fun case q ->
                    if case.Rows.Length = 0 then
                        let model = subject.Model case
                        model.Divergence q model.Prior
                    else
                        Evidence.regressionDivergence case.Prior case.Rows (regressionEvidence case) q) }

    let relevanceDetermination = regressionOf "linear-regression with ard" (Samples.relevance 0 40)

    /// One column with relevance determination, where the exact evidence is an integral over one precision.
    let relevanceOfOneColumn =
        let firstColumn (case: RegressionCase) =
            { case with
                Prior = { case.Prior with Scales = case.Prior.Scales |> ValueOption.map (Vec.slice 0 1) }
                Columns = 1
                Rows = case.Rows |> Array.map (fun row -> [| row[0]; Array.last row |]) }

        let cases = Samples.relevance 0 12 |> Arb.mapFilter firstColumn (fun case -> case.Columns = 1)

        { regressionOf "linear-regression with ard of one column" cases with
            Evidence =
                Some(fun case ->
                    Evidence.regressionOfOneColumn case.Prior (fun alpha ->
                        regressionEvidence { case with Prior = { case.Prior with WeightPrecision = Known alpha } })) }

    let internal shiftComponent (c: NormalWishart) = { c with Mean = Vec.map (fun m -> m + shift) c.Mean }

    let internal snapComponent (c: NormalWishart) = { c with Mean = Vec.map snap c.Mean }

    /// By the narrowest direction of any of the means, 1 / sqrt(k nu W).
    let internal meansRounding (components: NormalWishart[]) =
        components
        |> Array.map (fun c ->
            let struct (inverseScales, _) = Mat.symmetricEigen (Chol.toMat c.Precision.InverseScale)
            let least = max 1e-300 inverseScales[0] / (c.PrecisionScale * c.Precision.DegreesOfFreedom)
            locationRounding (sqrt least))
        |> Array.max

    let internal scaleComponent (c: NormalWishart) : NormalWishart =
        { c with
            Mean = Vec.scale scale c.Mean
            Precision =
                { c.Precision with InverseScale = Chol.ofLower (Mat.scale scale c.Precision.InverseScale.Lower) } }

    /// Turns the first two columns by 30 degrees; one column is mirrored.
    let internal rotation d =
        if d = 1 then
            Mat.ofRows [ [| -1.0 |] ]
        else
            let c, s = cos (System.Math.PI / 6.0), sin (System.Math.PI / 6.0)

            Mat.init d d (fun i j ->
                match i, j with
                | 0, 0
                | 1, 1 -> c
                | 0, 1 -> -s
                | 1, 0 -> s
                | _ -> if i = j then 1.0 else 0.0)

    /// A component of data that an orthogonal matrix turns.
    let internal turnComponent (turn: Mat) (c: NormalWishart) =
        { c with
            Mean = Mat.multiplyVec turn c.Mean
            Precision =
                { c.Precision with
                    InverseScale =
                        Mat.multiply (Mat.multiply turn (Chol.toMat c.Precision.InverseScale)) (Mat.transpose turn)
                        |> Mat.symmetrize
                        |> Chol.factor "a rotated matrix" } }

    let internal reverse (v: Vec) = Vec.init v.Length (fun i -> v[v.Length - 1 - i])

    /// The Dirichlet's contract, a single certain weight included.
    let internal weightsFamily k =
        { Dirichlet.family k with
            IsProper = fun eta -> Vec.isFinite eta && Array.forall (fun e -> e > -1.0) (Vec.toArray eta)
            OfNaturalParameters = fun eta -> { Concentration = Vec.map (fun e -> e + 1.0) eta } }
