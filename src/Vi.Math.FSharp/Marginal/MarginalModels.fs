namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// The conjugate models on data, with their local variables summed or integrated out: densities for samplers and black-box inference, and the
/// yardstick of q. They report what `GibbsModels` reports.
[<RequireQualifiedAccess>]
module MarginalModels =

    let private moments columns (batches: IBatches<Block>) = batches.Fold(Moments.monoid columns, Moments.ofBlock)

    /// The mean of a normal sample of known variance. Data: one column.
    let gaussianMean (prior: GaussianMeanPrior) (batches: IBatches<Block>) : MarginalModel<Normal> =
        let coordinates = Coordinates.normal "mu"

        MarginalDensity.model
            coordinates
            [ coordinates.LogDensity prior.Mean
              RegressionMarginal.ofNormal (moments 1 batches) (ValueSome -(log prior.NoiseVariance)) ]
            [| "mu" |]
            (fun q -> Vec.constant 1 q.Mean)

    /// The mean and precision of a normal sample. Data: one column.
    let gaussianMeanPrecision
        (prior: NormalGamma)
        (batches: IBatches<Block>)
        : MarginalModel<GaussianMeanPrecisionPosterior> =
        let gibbs = GibbsModels.gaussianMeanPrecision prior

        let coordinates =
            Coordinates.pair (Coordinates.normal "mu") (Coordinates.gamma "tau")
            |> Coordinates.convert
                (fun (q: GaussianMeanPrecisionPosterior) -> struct (q.Mean, q.Precision))
                (fun (struct (mean, precision)) -> { Mean = mean; Precision = precision })

        MarginalDensity.model
            coordinates
            [ (Coordinates.normalGamma "mu" "tau").LogDensity prior
              RegressionMarginal.ofNormal (moments 1 batches) ValueNone ]
            gibbs.Names
            gibbs.Values

    /// A linear regression of D columns on a target, the last column; with an intercept the columns are centred at the rows' means.
    let linearRegression
        (columns: int)
        (prior: LinearRegressionPrior)
        (batches: IBatches<Block>)
        : MarginalModel<LinearRegressionPosterior> =
        let gibbs = GibbsModels.linearRegression columns prior

        MarginalDensity.model
            (RegressionMarginal.ofLinear columns prior)
            [ RegressionMarginal.priorOfLinear columns prior
              RegressionMarginal.likelihoodOfLinear columns prior (moments (columns + 1) batches) ]
            gibbs.Names
            gibbs.Values

    /// A logistic regression by its Bernoulli likelihood: the density of the model itself, which coordinate ascent bounds.
    let logisticRegression (prior: LogisticRegressionPrior) (batches: IBatches<Block>) : MarginalModel<MvNormal> =
        let gibbs = GibbsModels.logisticRegression prior
        let coordinates = Coordinates.mvNormal gibbs.Names

        MarginalDensity.model
            coordinates
            [ coordinates.LogDensity prior.Weights; RegressionMarginal.likelihoodOfLogistic prior batches ]
            gibbs.Names
            gibbs.Values

    let private mixture
        (weights: WeightCoordinates<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (components: ComponentCoordinates<'components>)
        (gibbs:
            MixturePrior<'weights, 'prior> -> GibbsModel<Block, 'statistics, MixturePosterior<'weights, 'components>>)
        (prior: MixturePrior<'weights, 'prior>)
        (batches: IBatches<Block>)
        : MarginalModel<MixturePosterior<'weights, 'components>> =
        let gibbs = gibbs prior

        MarginalDensity.model
            (MixtureMarginal.coordinates weights components prior.Learned)
            [ MixtureMarginal.logPrior weights family components prior
              MixtureMarginal.logLikelihood weights components batches ]
            gibbs.Names
            gibbs.Values

    let private dirichlet (d: Dirichlet) = WeightCoordinates.dirichlet (fun k -> $"pi[{k}]") d.Concentration.Length

    let private sticks (d: StickBreaking) = WeightCoordinates.stickBreaking (StickBreaking.components d)

    /// A mixture with Dirichlet weights. Data: D columns.
    let fullMixture (prior: MixturePrior<Dirichlet, NormalWishart>) =
        let weights = prior.Weights.Concentration.Length

        mixture
            (dirichlet prior.Weights)
            FullComponents.family
            (MixtureMarginal.full weights prior.Component.Mean.Length)
            GibbsModels.fullMixture
            prior

    /// With one covariance for all components.
    let tiedMixture (prior: MixturePrior<Dirichlet, NormalWishart>) =
        let weights = prior.Weights.Concentration.Length

        mixture
            (dirichlet prior.Weights)
            TiedComponents.family
            (MixtureMarginal.tied weights prior.Component.Mean.Length)
            GibbsModels.tiedMixture
            prior

    /// With independent columns.
    let diagonalMixture (prior: MixturePrior<Dirichlet, NormalGamma[]>) =
        let weights = prior.Weights.Concentration.Length

        mixture
            (dirichlet prior.Weights)
            DiagonalComponents.family
            (MixtureMarginal.diagonal weights prior.Component.Length)
            GibbsModels.diagonalMixture
            prior

    /// A mixture with stick-breaking weights.
    let fullStickBreaking (prior: MixturePrior<StickBreaking, NormalWishart>) =
        let weights = StickBreaking.components prior.Weights

        mixture
            (sticks prior.Weights)
            FullComponents.family
            (MixtureMarginal.full weights prior.Component.Mean.Length)
            GibbsModels.fullStickBreaking
            prior

    /// With one covariance for all components.
    let tiedStickBreaking (prior: MixturePrior<StickBreaking, NormalWishart>) =
        let weights = StickBreaking.components prior.Weights

        mixture
            (sticks prior.Weights)
            TiedComponents.family
            (MixtureMarginal.tied weights prior.Component.Mean.Length)
            GibbsModels.tiedStickBreaking
            prior

    /// With independent columns.
    let diagonalStickBreaking (prior: MixturePrior<StickBreaking, NormalGamma[]>) =
        let weights = StickBreaking.components prior.Weights

        mixture
            (sticks prior.Weights)
            DiagonalComponents.family
            (MixtureMarginal.diagonal weights prior.Component.Length)
            GibbsModels.diagonalStickBreaking
            prior

    /// A hidden Markov chain of normal states; every batch is a chain, its rows in the order of time.
    let regimeSwitching
        (prior: RegimeSwitchingPrior)
        (chains: IBatches<Block>)
        : MarginalModel<RegimeSwitchingPosterior> =
        let gibbs = GibbsModels.regimeSwitching prior
        let states, dimension = prior.Initial.Concentration.Length, prior.State.Mean.Length

        MarginalDensity.model
            (RegimeMarginal.coordinates states dimension prior.Learned)
            [ RegimeMarginal.logPrior prior; RegimeMarginal.logLikelihood states dimension chains ]
            gibbs.Names
            gibbs.Values

    /// A factor model of N columns, as its data are read. Its density does not change where factors are turned, so B has no mean to speak of:
    /// B B' and psi are reported.
    let factorModel (prior: FactorModelPrior) (data: FactorData) : MarginalModel<FactorModelPosterior> =
        let columns =
            match data with
            | Reduced scatter -> scatter.Scatter.Rows
            | RowByRow(rows, _) -> rows.Columns

        let gibbs = GibbsModels.factorModel (Vec.zero columns) prior

        MarginalDensity.model
            (FactorMarginal.coordinates columns prior)
            [ FactorMarginal.logPrior columns prior; FactorMarginal.logLikelihood columns prior.Factors data ]
            gibbs.Names
            gibbs.Values
