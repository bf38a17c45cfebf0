namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Normal samples and regressions.
[<RequireQualifiedAccess>]
module RegressionVerdicts =

    let private normals count rng = Rng.array count Rng.normal rng

    let private conjugate name model draw : VerdictKind =
        { Name = name; Model = model; Algorithms = VerdictFits.ofConjugate; Draw = draw }

    /// A problem whose target reports the numbers of its check, the data entering through one set of statistics.
    let private problem
        (rows: Rows)
        (check: CheckedModel<Block, 's, 'g>)
        target
        : ConjugateProblem<Block, 's, 'g, CaviState<'g>> =
        { Batches = rows
          Checked = check
          Engine = Cavi.engineAt rows check.Sampler.Model (fun _ -> check.Sampler.Model.Prior)
          Restarts = 1
          Ordered = id
          Pinned = ValueNone
          Target = target
          Chains = References.byGibbs 1 ([]: Engine<unit, Vec, Vec> list) target }

    let private sample count seed =
        let struct (z, _) = normals count (Rng.ofSeed seed)
        z |> Array.map (fun z -> 3.0 + 2.0 * z)

    /// The mean of a normal sample with known noise, where q is exact.
    let private mean count seed =
        let rows = Rows.ofColumn (sample count seed)
        let prior: GaussianMeanPrior = { Mean = Normal.create 0.0 100.0; NoiseVariance = 4.0 }
        let target = InferenceTarget.ofMarginal (MarginalModels.gaussianMean prior rows)

        VerdictFits.conjugate
            { problem rows (CheckedModels.gaussianMean prior) target with Chains = References.byNoUTurn target }
            seed

    let private meanPrecision count seed =
        let prior: NormalGamma = { Mean = 0.0; PrecisionScale = 0.01; Shape = 1.0; Rate = 1.0 }
        let x = sample count seed

        VerdictFits.conjugate
            (problem
                (Rows.ofColumn x)
                (CheckedModels.gaussianMeanPrecision prior)
                (ConjugateTargets.gaussianMeanPrecision prior (Vec.ofArray x)))
            seed

    /// X and y of rows with y as the last column.
    let private table (rows: float[][]) =
        let struct (x, y) = SampledSubjects.tableOf rows
        struct (Rows.ofSeq rows, x, y)

    /// Rows whose columns are correlated with the one before; with relevance determination two weights of three are 0.
    let private linear count columns isArd seed =
        let prior: LinearRegressionPrior =
            { WeightPrecision = (if isArd then Ard { Shape = 0.01; Rate = 0.01 } else Known 1.0)
              Scales = ValueNone
              NoisePrecision = { Shape = 1.0; Rate = 1.0 }
              Intercept = ValueSome { Mean = 0.0; Variance = 100.0 } }

        let struct (z, rng) = normals (count * (columns + 1)) (Rng.ofSeed seed)
        let struct (w, _) = normals columns rng
        let w = w |> Array.mapi (fun j w -> if isArd && j % 3 > 0 then 0.0 else w)

        let row i =
            let z = Array.sub z (i * (columns + 1)) (columns + 1)
            let x = Array.scan (fun before z -> 0.5 * before + sqrt 0.75 * z) z[0] z[1 .. columns - 1]
            Array.append x [| Seq.sum (Seq.map2 (*) w x) + z[columns] |]

        let struct (rows, x, y) = table (Array.init count row)

        VerdictFits.conjugate
            (problem rows (CheckedModels.linearRegression columns prior) (ConjugateTargets.linearRegression prior x y))
            seed

    let private logistic count columns seed =
        let struct (x, rng) = normals (count * columns) (Rng.ofSeed seed)
        let struct (w, rng) = normals columns rng
        let struct (u, _) = Rng.array count Rng.uniform rng

        let row i =
            let x = Array.sub x (i * columns) columns
            let odds = Seq.sum (Seq.map2 (*) w x)
            Array.append x [| (if u[i] < LogisticRegression.sigmoid odds then 1.0 else 0.0) |]

        let precisions = Vec.init (columns + 1) (fun j -> if j = columns then 0.01 else 1.0)

        let prior: LogisticRegressionPrior =
            { Weights =
                { Mean = Vec.zero (columns + 1)
                  Precision = Chol.ofLower (Mat.diagonalOf (Vec.map sqrt precisions)) }
              Centre = Vec.zero columns
              Intercept = true }

        let struct (rows, x, y) = table (Array.init count row)

        VerdictFits.conjugate
            (problem rows (CheckedModels.logisticRegression prior) (ConjugateTargets.logisticRegression prior x y))
            seed

    /// All of them.
    let all: VerdictKind list =
        [ { conjugate "mean of 40 rows" "gaussian-mean" (mean 40) with
              Algorithms = VerdictFits.cavi :: VerdictFits.blackBox }
          conjugate "mean and precision of 40 rows" "gaussian-mean-precision" (meanPrecision 40)
          conjugate "mean and precision of 6 rows" "gaussian-mean-precision" (meanPrecision 6)
          conjugate "regression, 100 rows of 3 columns" "linear-regression" (linear 100 3 false)
          conjugate "regression, 24 rows of 12 columns" "linear-regression" (linear 24 12 false)
          conjugate "relevance, 100 rows of 9 columns" "linear-regression" (linear 100 9 true)
          conjugate "relevance, 20 rows of 9 columns" "linear-regression" (linear 20 9 true)
          conjugate "logistic, 200 rows of 3 columns" "logistic-regression" (logistic 200 3)
          conjugate "logistic, 30 rows of 3 columns" "logistic-regression" (logistic 30 3) ]
