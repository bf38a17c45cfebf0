namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Data sets on which coordinate ascent is right, nearly right, too narrow, or elsewhere.
[<RequireQualifiedAccess>]
module VerdictKinds =

    let private normals count rng = Rng.array count Rng.normal rng

    let private ofFixed (rows: Rows) (model: CheckedModel<Block, 's, 'g>) seed =
        let engine = Cavi.engineAt rows model.Sampler.Model (fun _ -> model.Sampler.Model.Prior)
        CheckedFit.make rows model (CheckedFit.best 1 engine seed)

    let private meanPrecision count seed =
        let prior: NormalGamma = { Mean = 0.0; PrecisionScale = 0.01; Shape = 1.0; Rate = 1.0 }
        let struct (z, _) = normals count (Rng.ofSeed seed)
        let rows = Rows.ofColumn (z |> Array.map (fun z -> 3.0 + 2.0 * z))
        ofFixed rows (CheckedModels.gaussianMeanPrecision prior) seed

    /// Rows whose columns are correlated with the one before; with relevance determination two weights of three are 0.
    let private regression count columns isArd seed =
        let prior: LinearRegressionPrior =
            { WeightPrecision = (if isArd then Ard { Shape = 0.01; Rate = 0.01 } else Known 1.0)
              NoisePrecision = { Shape = 1.0; Rate = 1.0 }
              Intercept = ValueSome { Mean = 0.0; Variance = 100.0 } }

        let struct (z, rng) = normals (count * (columns + 1)) (Rng.ofSeed seed)
        let struct (w, _) = normals columns rng
        let w = w |> Array.mapi (fun j w -> if isArd && j % 3 > 0 then 0.0 else w)

        let row i =
            let z = Array.sub z (i * (columns + 1)) (columns + 1)
            let x = Array.scan (fun before z -> 0.5 * before + sqrt 0.75 * z) z[0] z[1 .. columns - 1]
            Array.append x [| Seq.sum (Seq.map2 (*) w x) + z[columns] |]

        ofFixed (Rows.ofSeq (Array.init count row)) (CheckedModels.linearRegression columns prior) seed

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

        ofFixed (Rows.ofSeq (Array.init count row)) (CheckedModels.logisticRegression prior) seed

    /// Groups of unit normals in two columns, their centres on both axes so far from 0 and twice as far.
    let private groupRows count groups distance seed =
        let struct (z, _) = normals (2 * count) (Rng.ofSeed seed)

        let entry i j =
            let group = i % groups
            z[2 * i + j] + (if j = group % 2 then distance * float (1 + group / 2) else 0.0)

        Rows.ofSeq (Array.init count (fun i -> Array.init 2 (entry i)))

    let private mixtureEngine prior rows =
        let model = CheckedModels.fullMixture prior

        struct (model,
                Cavi.engine
                    rows
                    model.Sampler.Model
                    (Mixture.start WeightFamilies.dirichlet FullComponents.family prior rows))

    let private mixture count groups components distance seed =
        let rows = groupRows count groups distance seed
        let prior = GaussianMixture.defaultPrior components 1.0 (Moments.ofRows rows)
        let struct (model, engine) = mixtureEngine prior rows
        CheckedFit.make rows model (CheckedFit.best 3 engine seed)

    let private regimes (sds: float[]) (means: float[]) seed =
        let states = sds.Length
        let struct (z, rng) = normals 300 (Rng.ofSeed seed)
        let struct (u, _) = Rng.array 300 Rng.uniform rng
        let path = u[1..] |> Array.scan (fun state u -> if u < 0.95 then state else (state + 1) % states) 0
        let rows = Rows.ofColumn (Array.map2 (fun state z -> means[state] + sds[state] * z) path z)
        let moments = Moments.ofRows rows

        let prior =
            RegimeSwitching.prior
                states
                1.0
                0.0
                { Mean = moments.Mean
                  PrecisionScale = 1.0
                  Precision =
                    { DegreesOfFreedom = 1.0
                      InverseScale = Chol.factor "the data's variance" (Moments.covariance moments) } }

        let model = CheckedModels.regimeSwitching prior
        let chain = RegimeSwitching.chain rows
        let batches = Batches.ofList [ chain ]
        let engine = Cavi.engine batches model.Sampler.Model (RegimeStart.start prior chain)
        CheckedFit.make batches model (CheckedFit.best 3 engine seed)

    let private factors count columns factors size seed =
        let struct (f, rng) = normals (count * factors) (Rng.ofSeed seed)
        let struct (b, rng) = normals (columns * factors) rng
        let struct (e, _) = normals (count * columns) rng

        let entry t n =
            let common = Seq.sum (Seq.init factors (fun k -> b[n * factors + k] * f[t * factors + k]))
            e[t * columns + n] + size * common

        let rows = Rows.ofSeq (Array.init count (fun t -> Array.init columns (entry t)))

        let prior: FactorModelPrior =
            { Factors = factors
              LoadingPrecision = Known 1.0
              NoisePrecision = { Shape = 1.0; Rate = 1.0 }
              Rotation = true }

        let struct (data, means) = FactorData.ofRows true rows
        let struct (q, sweeps) = CheckedFit.best 3 (FactorData.engine prior data) seed
        CheckedFit.make rows (CheckedModels.factorModel means prior) (struct (FactorModel.inOrder q, sweeps))

    let private kind name draws fit : VerdictKind = { Name = name; ReferenceDraws = draws; Fit = fit }

    /// All kinds.
    let all: VerdictKind list =
        [ kind "mean and precision of 40 rows" 2000 (meanPrecision 40)
          kind "mean and precision of 6 rows" 2000 (meanPrecision 6)
          kind "regression, 100 rows of 3 columns" 2000 (regression 100 3 false)
          kind "regression, 24 rows of 12 columns" 2000 (regression 24 12 false)
          kind "relevance, 100 rows of 9 columns" 2000 (regression 100 9 true)
          kind "relevance, 20 rows of 9 columns" 2000 (regression 20 9 true)
          kind "logistic, 200 rows of 3 columns" 2000 (logistic 200 3)
          kind "logistic, 30 rows of 3 columns" 2000 (logistic 30 3)
          kind "mixture, two groups apart" 2000 (mixture 200 2 2 6.0)
          kind "mixture, two groups that overlap" 4000 (mixture 150 2 2 2.5)
          kind "mixture, two groups, four components" 8000 (mixture 200 2 4 5.0)
          kind "mixture, three groups" 4000 (mixture 300 3 3 4.0)
          kind "regimes that differ in level" 2000 (regimes [| 1.0; 1.0 |] [| 0.0; 3.0 |])
          kind "regimes that differ in volatility" 8000 (regimes [| 1.0; 2.0 |] [| 0.0; 0.0 |])
          kind "one strong factor" 8000 (factors 200 6 1 1.0)
          kind "two weak factors" 8000 (factors 100 6 2 0.5) ]
