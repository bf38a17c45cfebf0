namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// A Gibbs model with what the joint-distribution test needs: parameters from the prior, and data given parameters.
type GibbsSubject<'statistics, 'globals> =
    {
        Name: string
        Covers: string
        Model: GibbsModel<Block, 'statistics, 'globals>
        /// Factors whose prior depends on others, which are drawn before.
        Children: string list
        /// Rows given pinned globals.
        Simulate: 'globals -> Rng -> struct (float[][] * Rng)
    }

/// Draws of a subject's parameters.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal GibbsSubject =

    /// Parameters from the prior, all pinned: those that no other depends on first, the others from their updates without data.
    let fromPrior (subject: GibbsSubject<'s, 'g>) (rng: Rng) : struct ('g * Rng) =
        let model = subject.Model
        let isChild factor = List.contains factor subject.Children
        let parents, children = model.Draws |> List.partition (fun draw -> not (isChild draw.Factor))

        let pinned =
            (struct (model.Model.Prior, rng), parents)
            ||> List.fold (fun (struct (globals, rng)) draw -> draw.Draw globals rng)

        (pinned, children)
        ||> List.fold (fun (struct (globals, rng)) draw ->
            let update = model.Model.Updates |> List.find (fun update -> update.Factor = draw.Factor)
            draw.Draw (update.Update model.Model.Monoid.Zero globals) rng)

/// Small models whose parameters and data can be drawn together.
[<RequireQualifiedAccess>]
module internal GibbsSubjects =

    let private normals count rng = Rng.array count Rng.normal rng

    let private meanPrior: NormalGamma = { Mean = 1.0; PrecisionScale = 0.5; Shape = 3.0; Rate = 2.0 }

    let gaussianMeanPrecision: GibbsSubject<Moments, GaussianMeanPrecisionPosterior> =
        { Name = "mean and precision"
          Covers = "gaussian-mean-precision"
          Model = GibbsModels.gaussianMeanPrecision meanPrior
          Children = [ "q(mu)" ]
          Simulate =
            fun q rng ->
                let struct (z, rng) = normals 6 rng
                struct (z |> Array.map (fun z -> [| q.Mean.Mean + z / sqrt (Gamma.mean q.Precision) |]), rng) }

    /// Rows of columns that vary around 0, and a target y = b + (x - mean x)'w + noise.
    let private regressionRows columns (q: LinearRegressionPosterior) rng =
        let count = 9
        let struct (z, rng) = normals (count * (columns + 1)) rng
        let x = Array.init count (fun i -> Array.sub z (i * (columns + 1)) columns)
        let means = Array.init columns (fun j -> x |> Array.averageBy (fun row -> row[j]))

        let row i =
            let signal = Seq.sum (Seq.init columns (fun j -> q.Weights.Mean[j] * (x[i][j] - means[j])))
            let noise = z[i * (columns + 1) + columns] / sqrt (Gamma.mean q.NoisePrecision)
            Array.append x[i] [| q.Intercept.Value.Mean + signal + noise |]

        struct (Array.init count row, rng)

    let private regressionPrior precision : LinearRegressionPrior =
        { WeightPrecision = precision
          Scales = ValueSome(Vec.ofArray [| 0.5; 2.0 |])
          NoisePrecision = { Shape = 3.0; Rate = 2.0 }
          Intercept = ValueSome { Mean = -1.0; Variance = 2.0 } }

    let linearRegression: GibbsSubject<Moments, LinearRegressionPosterior> =
        { Name = "linear regression"
          Covers = "linear-regression"
          Model = GibbsModels.linearRegression 2 (regressionPrior (Known 0.5))
          Children = []
          Simulate = regressionRows 2 }

    let relevance: GibbsSubject<Moments, LinearRegressionPosterior> =
        { Name = "linear regression with relevance determination"
          Covers = "linear-regression"
          Model = GibbsModels.linearRegression 2 (regressionPrior (Ard { Shape = 3.0; Rate = 3.0 }))
          Children = [ "q(w)" ]
          Simulate = regressionRows 2 }

    let logisticRegression: GibbsSubject<LogisticStatistics, MvNormal> =
        let prior: LogisticRegressionPrior =
            { Weights = { Mean = Vec.ofArray [| 0.5; -0.5; 0.2 |]; Precision = Chol.scaledIdentity 3 0.4 }
              Centre = Vec.zero 2
              Intercept = true }

        { Name = "logistic regression"
          Covers = "logistic-regression"
          Model = GibbsModels.logisticRegression prior
          Children = []
          Simulate =
            fun q rng ->
                let count = 12
                let struct (z, rng) = normals (2 * count) rng
                let struct (u, rng) = Rng.array count Rng.uniform rng

                let row i =
                    let x1, x2 = 2.0 * z[2 * i], z[2 * i + 1]
                    let odds = q.Mean[0] * x1 + q.Mean[1] * x2 + q.Mean[2]
                    [| x1; x2; (if u[i] < 1.0 / (1.0 + exp -odds) then 1.0 else 0.0) |]

                struct (Array.init count row, rng) }

    /// A row of a pinned component.
    let private rowOf (c: MixtureComponent) rng =
        let d = MixtureComponent.dimension c
        let struct (z, rng) = normals d rng
        let lower = (Chol.factor "a drawn covariance" (MixtureComponent.covariance c)).Lower
        struct ((Vec.add (MixtureComponent.mean c) (Mat.multiplyVec lower (Vec.ofArray z))).ToArray(), rng)

    let private rowsOf count (view: MixtureView) rng =
        Rng.array
            count
            (fun rng ->
                let struct (k, rng) = Rng.index (view.ExpectedWeights.AsSpan()) rng
                rowOf view.Components[k] rng)
            rng

    // Components lie close together, so that rows say little about their component: what is wrong with assignments shows.
    let private wishartPrior: NormalWishart =
        { Mean = Vec.ofArray [| 0.5; -0.5 |]
          PrecisionScale = 6.0
          Precision = { DegreesOfFreedom = 9.0; InverseScale = Chol.scaledIdentity 2 3.0 } }

    let private gammaPrior: NormalGamma[] =
        Array.init 2 (fun j -> { Mean = float j; PrecisionScale = 6.0; Shape = 3.0; Rate = 2.0 })

    let private dirichletPrior = Dirichlet.create (Vec.ofArray [| 0.5; 0.7 |])

    let private sticksPrior: StickBreaking = StickBreaking.create 3 1.5

    let private mixture name (weights: WeightFamily<'weights>) (family: ComponentFamily<'p, 'data, 'components>) model =
        { Name = name
          Covers = "gaussian-mixture"
          Model = model
          Children = []
          Simulate = fun q rng -> rowsOf 10 (Mixture.view weights family q) rng }

    let fullMixture =
        GibbsModels.fullMixture { Weights = dirichletPrior; Component = wishartPrior; Learned = ValueNone }
        |> mixture "full mixture" WeightFamilies.dirichlet FullComponents.family

    let tiedMixture =
        GibbsModels.tiedMixture { Weights = dirichletPrior; Component = wishartPrior; Learned = ValueNone }
        |> mixture "tied mixture" WeightFamilies.dirichlet TiedComponents.family

    let diagonalMixture =
        GibbsModels.diagonalMixture { Weights = dirichletPrior; Component = gammaPrior; Learned = ValueNone }
        |> mixture "diagonal mixture" WeightFamilies.dirichlet DiagonalComponents.family

    let fullStickBreaking =
        GibbsModels.fullStickBreaking { Weights = sticksPrior; Component = wishartPrior; Learned = ValueNone }
        |> mixture "full stick-breaking mixture" WeightFamilies.stickBreaking FullComponents.family

    let tiedStickBreaking =
        GibbsModels.tiedStickBreaking { Weights = sticksPrior; Component = wishartPrior; Learned = ValueNone }
        |> mixture "tied stick-breaking mixture" WeightFamilies.stickBreaking TiedComponents.family

    let diagonalStickBreaking =
        GibbsModels.diagonalStickBreaking { Weights = sticksPrior; Component = gammaPrior; Learned = ValueNone }
        |> mixture "diagonal stick-breaking mixture" WeightFamilies.stickBreaking DiagonalComponents.family

    /// Moderate, so that components from the prior lie close together as well.
    let private learned matrix : LearnedScale = { Matrix = matrix; MeanScale = { Shape = 4.0; Rate = 1.0 } }

    let private learnedMatrix =
        learned (JointScale { DegreesOfFreedom = 6.0; InverseScale = Chol.scaledIdentity 2 2.0 })

    let private ofScale (subject: GibbsSubject<'s, 'g>) factor =
        { subject with Name = $"{subject.Name} with a learned scale"; Children = [ factor ] }

    let learnedFullMixture =
        let subject =
            GibbsModels.fullMixture
                { Weights = dirichletPrior; Component = wishartPrior; Learned = ValueSome learnedMatrix }
            |> mixture "full mixture" WeightFamilies.dirichlet FullComponents.family

        ofScale subject "q(mu, Lambda)"

    let learnedTiedMixture =
        let subject =
            GibbsModels.tiedMixture
                { Weights = dirichletPrior; Component = wishartPrior; Learned = ValueSome learnedMatrix }
            |> mixture "tied mixture" WeightFamilies.dirichlet TiedComponents.family

        ofScale subject "q(mu, Lambda)"

    let learnedDiagonalMixture =
        let subject =
            GibbsModels.diagonalMixture
                { Weights = dirichletPrior
                  Component = gammaPrior
                  Learned = ValueSome(learned (ColumnRates(Array.create 2 { Shape = 3.0; Rate = 1.5 }))) }
            |> mixture "diagonal mixture" WeightFamilies.dirichlet DiagonalComponents.family

        ofScale subject "q(mu, tau)"

    let private regimes learned : GibbsSubject<ChainStatistics, RegimeSwitchingPosterior> =
        { Name = "regimes"
          Covers = "regime-switching"
          Model =
            GibbsModels.regimeSwitching
                { Initial = dirichletPrior
                  Transitions = [| Dirichlet.create (Vec.ofArray [| 0.9; 0.4 |]); dirichletPrior |]
                  State = wishartPrior
                  Learned = learned }
          Children = []
          Simulate =
            fun q rng ->
                let states = q.States |> Array.map Joint
                let struct (first, rng) = Rng.index ((Dirichlet.mean q.Initial).AsSpan()) rng

                let rec walk count state rows rng =
                    let struct (row, rng) = rowOf states[state] rng

                    if count = 1 then
                        struct (List.rev (row :: rows) |> Array.ofList, rng)
                    else
                        let struct (next, rng) = Rng.index ((Dirichlet.mean q.Transitions[state]).AsSpan()) rng
                        walk (count - 1) next (row :: rows) rng

                walk 14 first [] rng }

    let regimeSwitching = regimes ValueNone

    let learnedRegimes = ofScale (regimes (ValueSome learnedMatrix)) "q(mu, Lambda)"

    /// Columns of the factor models.
    let factorColumns = 4

    /// Precision of the loadings where it is known.
    let loadingPrecision = 0.8

    /// Two factors.
    let factorPrior precision : FactorModelPrior =
        { Factors = 2
          LoadingPrecision = precision
          Scales = ValueSome(Vec.ofArray [| 0.5; 1.0; 2.0; 1.0 |])
          NoisePrecision = { Shape = 3.0; Rate = 2.0 }
          Rotation = false }

    /// Two factors of four columns; a share of the entries is missing.
    let private factorModel name precision children missing : GibbsSubject<FactorStatistics, FactorModelPosterior> =
        let columns = factorColumns

        { Name = name
          Covers = "factor-model"
          Model = GibbsModels.factorModel (Vec.zero columns) (factorPrior precision)
          Children = children
          Simulate =
            fun q rng ->
                let b = FactorLoadings.means q.Loadings
                let count = 7
                let struct (f, rng) = normals (2 * count) rng
                let struct (e, rng) = normals (columns * count) rng
                let struct (u, rng) = Rng.array (columns * count) Rng.uniform rng

                let entry t n =
                    let at = t * columns + n

                    if u[at] < missing then
                        nan
                    else
                        b[n, 0] * f[2 * t] + b[n, 1] * f[2 * t + 1] + e[at] / sqrt (Gamma.mean q.NoisePrecisions[n])

                struct (Array.init count (fun t -> Array.init columns (entry t)), rng) }

    let completeFactors = factorModel "factor model" (Known loadingPrecision) [] 0.0

    let gappedFactors =
        factorModel
            "factor model with gaps and relevance determination"
            (Ard { Shape = 3.0; Rate = 3.0 })
            [ "q(B)" ]
            0.3
