namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of marginal densities that are about one model: samplers, threads, forms of data.
[<RequireQualifiedAccess>]
module MarginalDataLaws =

    /// Means of coordinates and of their squares about a centre, by draws of two samplers that know nothing of one another.
    let private agree name (a: Mat) (b: Mat) =
        let k = Tolerances.standardErrors
        let centre, sd = Sample.mean (Chains.pooled a), Sample.sd (Chains.pooled a)
        let scaled = Mat.map (fun x -> (x - centre) / sd)
        let squares = scaled >> Mat.map (fun z -> z * z)

        let compare what (a: Mat) (b: Mat) =
            let errors = sqrt (MonteCarloError.mean a ** 2.0 + MonteCarloError.mean b ** 2.0)

            Compare.close
                $"{what} of {name}, in sds"
                (Sample.mean (Chains.pooled a))
                (Sample.mean (Chains.pooled b))
                (k * errors)

        [ compare "mean" (scaled a) (scaled b); compare "mean square" (squares a) (squares b) ]

    let internal samplers
        (subject: MarginalSubject<'c, 's, 'g>)
        (gibbs: 'c -> GibbsModel<Block, 's, 'g>)
        (compared: 'c -> MarginalModel<'g> -> Vec -> Vec)
        : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: NUTS on the density agrees with Gibbs sampling"
              Statement =
                "Draws of the global parameters by NUTS, local variables summed or integrated out, and by Gibbs sampling, local variables drawn, have the same means and mean squares."
              Formula = @"p(\theta\mid x)=\int p(\theta,z\mid x)\,dz"
              Source = "own derivation"
              Covers = [ "marginal"; "gibbs"; subject.Covers ]
              Cases = 1
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let case = subject.Draft 12 seed
                    let model = subject.Marginal case
                    let compared = compared case model
                    let count = 4000

                    let table (draws: Vec[]) =
                        let draws = draws |> Array.map compared

                        Array.init draws[0].Length (fun d ->
                            Mat.init 4 (draws.Length / 4) (fun c i -> draws[c * (draws.Length / 4) + i].[d]))

                    let byNuts =
                        Sampler.run
                            1
                            { HamiltonianChain.noUTurn with WarmUp = 500 }
                            (count / 4)
                            model.Density
                            (RandomStarts 4)
                            (Rng.ofSeed seed)
                        |> fun set -> set.Chains |> Array.collect (Array.map (fun draw -> draw.Position))

                    let byGibbs =
                        [| for c in 0..3 do
                               let engine =
                                   Gibbs.engine (subject.Batches case) (gibbs case) (fun _ ->
                                       (subject.Conjugate case).Prior)

                               yield!
                                   Run.steps engine (StopRule.steps (count + 200)) (Rng.derive c (Rng.ofSeed seed))
                                   |> Seq.skip 200
                                   |> Seq.map (fun step -> model.OfGlobals step.State.Globals) |]

                    let nuts, chain = table byNuts, table byGibbs

                    [ for d in 0 .. nuts.Length - 1 do
                          yield! agree $"number {d + 1}" chain[d] nuts[d] ] }

    /// Coordinates as they are.
    let internal plain _ _ = id

    /// Loadings have no direction of their own: what is compared are B B' and psi, by their logarithms where they are positive.
    let private common _ (model: MarginalModel<FactorModelPosterior>) (x: Vec) = Vec.map log (model.Values x)

    let private rowsOfLaw = 5 * Block.TileRows + 17

    /// Rows of two columns in blocks of so many rows.
    let internal inBlocks blockRows (values: float[]) threads =
        let columns = 2

        let block b =
            let first = b * blockRows * columns
            Block.FromRows(ReadOnlyMemory(values, first, min (blockRows * columns) (values.Length - first)), columns)

        Rows(int64 (values.Length / columns), columns, blockRows, threads, Func<int, Block> block)

    /// The way from numbers of two columns and a number of threads to rows is given, so that a wrong one can be tried.
    let internal sameBits (rowsOf: float[] -> int -> Rows) =
        Law.make
            { Name = "marginal: values and gradients do not depend on the number of threads"
              Statement =
                "Statistics are added along one tree, so the density has the same bits on one thread and on three."
              Formula = @"f_1=f_3"
              Source = "own derivation"
              Covers = [ "marginal"; "gaussian-mixture"; "factor-model"; "logistic-regression" ]
              Cases = 3
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let struct (z, _) = Rng.array (2 * rowsOfLaw) Rng.normal (Rng.ofSeed seed)

                    let labelled =
                        z
                        |> Array.mapi (fun i z ->
                            if i % 2 = 0 then z
                            elif z > 0.0 then 1.0
                            else 0.0)

                    let gapped = z |> Array.mapi (fun i z -> if i % 7 = 0 then nan else z)
                    let mixture = MarginalMixtures.fullMixture.Draft 1 seed
                    let logistic = MarginalRegressions.logisticRegression.Draft 1 seed

                    let bits (density: LogDensity) =
                        let x = Vec.init density.Dimension (fun d -> 0.3 * sin (float d))
                        let struct (value, slope) = LogDensity.at density x
                        Array.append [| value |] (slope.ToArray())

                    let prior =
                        { mixture.Prior with
                            Component =
                                { mixture.Prior.Component with
                                    Mean = Vec.zero 2
                                    Precision = { DegreesOfFreedom = 7.0; InverseScale = Chol.scaledIdentity 2 6.0 } } }

                    let factors: FactorModelPrior =
                        { Factors = 1
                          LoadingPrecision = Known 1.0
                          Scales = ValueNone
                          NoisePrecision = { Shape = 3.0; Rate = 2.0 }
                          Rotation = false }

                    let densities threads =
                        [ "mixture", (MarginalModels.fullMixture prior (rowsOf z threads)).Density
                          "factors",
                          (MarginalModels.factorModel factors (FactorData.rowByRow (Vec.zero 2) (rowsOf gapped threads)))
                              .Density
                          "logistic",
                          (MarginalModels.logisticRegression logistic.Prior (rowsOf labelled threads)).Density ]

                    [ for (name, one), (_, three) in List.zip (densities 1) (densities 3) do
                          Compare.holds $"the same bits: {name}" (bits one = bits three) ] }

    /// The way from rows to R'R about a centre is given, so that a wrong one can be tried.
    let internal reduced (reduce: Vec -> Rows -> FactorData) =
        Law.make
            { Name = "marginal: factor-model: R'R says what the rows say"
              Statement = "Rows without gaps and their number with R'R give the same density."
              Formula = @"\mathrm{tr}(\Sigma^{-1}R^\top R)"
              Source = "own derivation"
              Covers = [ "marginal"; "factor-model" ]
              Cases = 25
              Generator = MarginalFactors.factors.Cases
              Holds =
                fun case ->
                    let rows = case.Rows |> Array.map (Array.map (fun r -> if Double.IsNaN r then 0.0 else r))
                    let case = { case with Rows = rows }
                    let centre = Vec.zero case.Columns
                    let table = ConjugateSubject.table case.Columns case.Rows
                    let x = MarginalModelLaws.near MarginalFactors.factors case
                    let expected = MarginalModelLaws.valueAt (MarginalFactors.factors.Marginal case).Density x
                    let model = MarginalModels.factorModel case.Prior (reduce centre table)

                    [ Compare.close
                          "log density"
                          expected
                          (MarginalModelLaws.valueAt model.Density x)
                          (Tolerances.evidence (abs expected)) ] }

    let private chains =
        Law.make
            { Name = "marginal: regime-switching: the likelihoods of several chains multiply"
              Statement =
                "With two chains the log density over that without data is the sum of those of each chain alone, value and gradient."
              Formula = @"\log p(x_1,x_2\mid\theta)=\log p(x_1\mid\theta)+\log p(x_2\mid\theta)"
              Source = "own derivation"
              Covers = [ "marginal"; "regime-switching" ]
              Cases = 25
              Generator = MarginalRegimes.regimeSwitching.Cases
              Holds =
                fun case ->
                    let columns = case.Prior.State.Mean.Length
                    let x = MarginalModelLaws.near MarginalRegimes.regimeSwitching case
                    let half = case.Rows.Length / 2

                    let at (chains: float[][] list) =
                        let blocks =
                            chains |> List.map (fun rows -> Block.FromRows(ReadOnlyMemory(Array.concat rows), columns))

                        let model = MarginalModels.regimeSwitching case.Prior (Batches.ofList blocks)
                        let struct (value, slope) = LogDensity.at model.Density x
                        Vec.append (Vec.constant 1 value) slope

                    let first, second = case.Rows[.. half - 1], case.Rows[half..]
                    let none = at []
                    let expected = Vec.add (Vec.subtract (at [ first ]) none) (at [ second ])
                    let both = at [ first; second ]
                    let allowed = Tolerances.evidence (Vec.maxAbs expected + Vec.maxAbs none)

                    [ for d in 0 .. both.Length - 1 do
                          Compare.close (if d = 0 then "value" else $"derivative {d}") expected[d] both[d] allowed ] }

    /// The evidence of draws is given, so that a wrong one can be tried.
    let internal exact ofFactors =
        Law.make
            { Name = "marginal: gaussian-mean: the weights of the exact posterior are all the evidence"
              Statement =
                "Where q is the posterior, every weight is the evidence: bound and weighted bound equal it, and no draw is worth more than another."
              Formula = @"p(x,\mu)/p(\mu\mid x)=p(x)"
              Source = "Bayes' rule"
              Covers = [ "marginal"; "gaussian-mean" ]
              Cases = 25
              Generator = MarginalRegressions.gaussianMean.Cases
              Holds =
                fun case ->
                    let data = Moments.ofRows (ConjugateSubject.table 1 case.Rows)
                    let q = GaussianMean.posterior case.Prior data
                    let expected = GaussianMean.logEvidence case.Prior data
                    let subject = MarginalRegressions.gaussianMean
                    let draws = 100

                    let told: WeightEvidence =
                        ofFactors (subject.Marginal case) (subject.Pin case) q draws (Rng.ofSeed case.Seed)

                    // Each log density is a sum of squares about the draw, of a condition of prior over posterior variance.
                    let allowed = Tolerances.evidence (abs expected + case.Prior.Mean.Variance / q.Variance)

                    [ Compare.close "bound" expected told.Elbo allowed
                      Compare.close "weighted bound" expected told.WeightedBound allowed
                      Compare.close "effective draws" (float draws) told.EffectiveDraws (float draws * allowed) ] }

    let private target =
        Law.make
            { Name = "marginal: a target reports the model's numbers"
              Statement =
                "As a target of inference the model reports its own numbers under its names, and every coordinate belongs to one parameter."
              Formula = ""
              Source = "own derivation"
              Covers = [ "marginal"; "gaussian-mixture" ]
              Cases = 10
              Generator = MarginalMixtures.fullMixture.Cases
              Holds =
                fun case ->
                    let model = MarginalMixtures.fullMixture.Marginal case
                    let target = InferenceTarget.ofMarginal model
                    let x = MarginalModelLaws.near MarginalMixtures.fullMixture case
                    let values: float[] = Array.zeroCreate model.Names.Length
                    target.Quantities.Evaluator().Evaluate(x.AsSpan(), values.AsSpan())
                    let coordinates = target.Parameters |> Array.collect _.Coordinates |> Array.sort

                    [ Compare.holds "names" (target.Quantities.Names = model.Names)
                      Compare.holds "values" ((model.Values x).ToArray() = values)
                      Compare.holds "coordinates" (coordinates = [| 0 .. x.Length - 1 |])
                      Compare.holds "parameters" (target.Parameters |> Array.map _.Name = [| "pi"; "mu"; "Lambda" |]) ] }

    /// All laws.
    let all: Law list =
        List.concat
            [ MarginalModelLaws.battery MarginalMixtures.fullMixture
              MarginalModelLaws.battery MarginalMixtures.tiedMixture
              MarginalModelLaws.battery MarginalMixtures.diagonalMixture
              MarginalModelLaws.battery MarginalMixtures.fullStickBreaking
              MarginalModelLaws.battery MarginalMixtures.tiedStickBreaking
              MarginalModelLaws.battery MarginalMixtures.diagonalStickBreaking
              MarginalModelLaws.battery MarginalRegimes.regimeSwitching
              MarginalModelLaws.battery MarginalMixtures.learnedFullMixture
              MarginalModelLaws.battery MarginalMixtures.learnedTiedMixture
              MarginalModelLaws.battery MarginalMixtures.learnedDiagonalMixture
              MarginalModelLaws.battery MarginalRegimes.learnedRegimes
              MarginalModelLaws.battery MarginalFactors.factors
              MarginalModelLaws.battery MarginalFactors.relevantFactors
              MarginalModelLaws.battery MarginalRegressions.linearRegression
              MarginalModelLaws.battery MarginalRegressions.relevance
              MarginalModelLaws.battery MarginalRegressions.logisticRegression
              MarginalModelLaws.battery MarginalRegressions.gaussianMeanPrecision
              MarginalModelLaws.battery MarginalRegressions.gaussianMean
              [ samplers MarginalMixtures.fullMixture (fun case -> GibbsModels.fullMixture case.Prior) plain
                samplers
                    MarginalMixtures.tiedMixture
                    (MixtureKinds.prior MixtureKinds.dirichlet MixtureKinds.tied >> GibbsModels.tiedMixture)
                    plain
                samplers
                    MarginalMixtures.diagonalMixture
                    (MixtureKinds.prior MixtureKinds.dirichlet MixtureKinds.diagonal >> GibbsModels.diagonalMixture)
                    plain
                samplers
                    MarginalMixtures.fullStickBreaking
                    (MixtureKinds.prior MixtureKinds.stickBreaking MixtureKinds.full >> GibbsModels.fullStickBreaking)
                    plain
                samplers MarginalRegimes.regimeSwitching (fun case -> GibbsModels.regimeSwitching case.Prior) plain
                samplers
                    MarginalMixtures.learnedFullMixture
                    (fun case -> GibbsModels.fullMixture (MarginalMixtures.learnScale FullComponents.family case.Prior))
                    plain
                samplers
                    MarginalMixtures.learnedTiedMixture
                    (MixtureKinds.prior MixtureKinds.dirichlet MixtureKinds.tied
                     >> MarginalMixtures.learnScale TiedComponents.family
                     >> GibbsModels.tiedMixture)
                    plain
                samplers
                    MarginalMixtures.learnedDiagonalMixture
                    (MixtureKinds.prior MixtureKinds.dirichlet MixtureKinds.diagonal
                     >> MarginalMixtures.learnScale DiagonalComponents.family
                     >> GibbsModels.diagonalMixture)
                    plain
                samplers
                    MarginalRegimes.learnedRegimes
                    (fun case -> GibbsModels.regimeSwitching (MarginalRegimes.learnStates case.Prior))
                    plain
                samplers
                    MarginalFactors.factors
                    (fun case -> GibbsModels.factorModel (Vec.zero case.Columns) case.Prior)
                    common
                samplers
                    MarginalFactors.relevantFactors
                    (fun case -> GibbsModels.factorModel (Vec.zero case.Columns) case.Prior)
                    common
                samplers
                    MarginalRegressions.linearRegression
                    (fun case -> GibbsModels.linearRegression case.Columns case.Prior)
                    plain
                samplers
                    MarginalRegressions.relevance
                    (fun case -> GibbsModels.linearRegression case.Columns case.Prior)
                    plain
                samplers
                    MarginalRegressions.logisticRegression
                    (fun case -> GibbsModels.logisticRegression case.Prior)
                    plain
                samplers
                    MarginalRegressions.gaussianMeanPrecision
                    (fun case -> GibbsModels.gaussianMeanPrecision case.Prior)
                    plain
                sameBits (inBlocks Block.TileRows)
                chains
                exact MarginalEvidence.ofFactors
                target
                reduced FactorData.reduced ] ]
