namespace Vi.Math

open Vi.Kernels

/// A conjugate model whose fits can be checked by Gibbs sweeps.
type CheckedModel<'batch, 'statistics, 'globals> =
    {
        /// Sweeps, and the numbers that they report.
        Sampler: GibbsModel<'batch, 'statistics, 'globals>
        /// Convex combination of two values of the globals in natural parameters.
        Blend: float -> 'globals -> 'globals -> 'globals
        /// The numbers' labels, where they have some.
        Labels: LabelledNumbers voption
        /// Which numbers of these globals are checked.
        IsChecked: 'globals -> bool[]
        /// About how long a sweep over so many rows takes, in seconds (`SweepCosts`).
        SweepSeconds: int64 -> float
    }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// The conjugate models as their check sees them.
[<RequireQualifiedAccess>]
module CheckedModels =

    let private unlabelled sweepSeconds blend (sampler: GibbsModel<'batch, 'statistics, 'globals>) =
        { Sampler = sampler
          Blend = blend
          Labels = ValueNone
          IsChecked = fun _ -> Array.create sampler.Names.Length true
          SweepSeconds = sweepSeconds }

    /// The mean of a normal sample with known noise: its one factor is the posterior.
    let gaussianMean (prior: GaussianMeanPrior) : CheckedModel<Block, Moments, Normal> =
        unlabelled
            SweepCosts.normal
            Blend.normal
            { Model = GaussianMean.model prior
              Draws =
                [ { Factor = "q(mu)"
                    Draw =
                      fun q rng ->
                          let struct (mu, rng) = Normal.sample q rng
                          struct (Pin.normal mu, rng) } ]
              Locals = ValueNone
              Names = [| "mu" |]
              Values = fun q -> Vec.ofArray [| q.Mean |] }

    /// The mean and precision of a normal sample.
    let gaussianMeanPrecision (prior: NormalGamma) =
        unlabelled
            SweepCosts.normal
            (Stochastic.gaussianMeanPrecision prior).Blend
            (GibbsModels.gaussianMeanPrecision prior)

    /// A linear regression of D columns.
    let linearRegression (columns: int) (prior: LinearRegressionPrior) =
        unlabelled
            (SweepCosts.linearRegression columns)
            (Stochastic.linearRegression (Vec.zero columns) prior).Blend
            (GibbsModels.linearRegression columns prior)

    /// A logistic regression.
    let logisticRegression (prior: LogisticRegressionPrior) =
        unlabelled
            (SweepCosts.logisticRegression prior.Weights.Mean.Length)
            Blend.mvNormal
            (GibbsModels.logisticRegression prior)

    /// Numbers of labels that explain a row or more; those without a label always. Numbers of empty components repeat the prior.
    let private explained (labels: LabelledNumbers) size (counts: Vec) : bool[] =
        let isExplained = Array.init labels.Count (fun k -> counts[k] >= 1.0)
        let marked = labels.Sources(Array.init labels.Count id) |> Array.map (fun _ -> true)

        // A number belongs to the labels whose removal from the order removes it.
        for k in 0 .. labels.Count - 1 do
            if not isExplained[k] then
                let kept = labels.Sources(Array.init labels.Count id |> Array.filter (fun l -> l <> k)) |> Set.ofArray

                for at in 0 .. size - 1 do
                    if not (kept.Contains at) then
                        marked[at] <- false

        marked

    let private labelled
        sweepSeconds
        blend
        (labels: LabelledNumbers)
        counts
        (sampler: GibbsModel<'batch, 'statistics, 'globals>)
        =
        let own = (labels.Sources(Array.init labels.Count id)).Length
        let ofScale = sampler.Names.Length - own

        // The scale of components is part of their prior: what q says of it is no answer, and of empty components it hears as of others.
        { Sampler = sampler
          Blend = blend
          Labels = ValueSome(Labels.withShared ofScale labels)
          IsChecked = fun q -> Array.append (explained labels own (counts q)) (Array.create ofScale false)
          SweepSeconds = sweepSeconds }

    let private mixture
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        sweepSeconds
        labels
        (sampler:
            MixturePrior<'weights, 'prior>
                -> GibbsModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        (prior: MixturePrior<'weights, 'prior>)
        : CheckedModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        let components = weights.Count prior.Weights
        let columns = family.Dimension prior.Component

        labelled
            (sweepSeconds columns components)
            (Mixture.stochastic weights family prior).Blend
            (labels components columns)
            (Mixture.explained family prior)
            (sampler prior)

    /// Mixtures with Dirichlet weights.
    let fullMixture prior =
        mixture
            WeightFamilies.dirichlet
            FullComponents.family
            SweepCosts.mixture
            Labels.ofFullMixture
            GibbsModels.fullMixture
            prior

    /// With one covariance for all components.
    let tiedMixture prior =
        mixture
            WeightFamilies.dirichlet
            TiedComponents.family
            SweepCosts.mixture
            Labels.ofTiedMixture
            GibbsModels.tiedMixture
            prior

    /// With independent columns.
    let diagonalMixture prior =
        mixture
            WeightFamilies.dirichlet
            DiagonalComponents.family
            SweepCosts.diagonalMixture
            Labels.ofDiagonalMixture
            GibbsModels.diagonalMixture
            prior

    /// Mixtures with stick-breaking weights.
    let fullStickBreaking prior =
        mixture
            WeightFamilies.stickBreaking
            FullComponents.family
            SweepCosts.mixture
            Labels.ofFullMixture
            GibbsModels.fullStickBreaking
            prior

    /// With one covariance for all components.
    let tiedStickBreaking prior =
        mixture
            WeightFamilies.stickBreaking
            TiedComponents.family
            SweepCosts.mixture
            Labels.ofTiedMixture
            GibbsModels.tiedStickBreaking
            prior

    /// With independent columns.
    let diagonalStickBreaking prior =
        mixture
            WeightFamilies.stickBreaking
            DiagonalComponents.family
            SweepCosts.diagonalMixture
            Labels.ofDiagonalMixture
            GibbsModels.diagonalStickBreaking
            prior

    /// A hidden Markov chain of S normal states.
    let regimeSwitching (prior: RegimeSwitchingPrior) : CheckedModel<Block, ChainStatistics, RegimeSwitchingPosterior> =
        let blend rho (a: RegimeSwitchingPosterior) (b: RegimeSwitchingPosterior) : RegimeSwitchingPosterior =
            { Initial = Blend.dirichlet rho a.Initial b.Initial
              Transitions = Array.map2 (Blend.dirichlet rho) a.Transitions b.Transitions
              States = Array.map2 (Blend.normalWishart rho) a.States b.States
              Learned = ValueOption.map2 (LearnedScale.blend rho) a.Learned b.Learned }

        GibbsModels.regimeSwitching prior
        |> labelled
            (SweepCosts.regimes prior.State.Mean.Length prior.Initial.Concentration.Length)
            blend
            (Labels.ofRegimes prior.Initial.Concentration.Length prior.State.Mean.Length)
            (RegimeSwitching.counts prior)

    /// A factor model of columns about a centre (N), whose complete rows are reduced once or not. Its fits are read in order
    /// (`FactorModel.inOrder`).
    let factorModel
        (isReduced: bool)
        (centre: Vec)
        (prior: FactorModelPrior)
        : CheckedModel<Block, FactorStatistics, FactorModelPosterior> =
        let blend rho (a: FactorModelPosterior) (b: FactorModelPosterior) : FactorModelPosterior =
            { b with
                Loadings =
                    Array.map2 (Blend.mvNormal rho) (FactorLoadings.rows a.Loadings) (FactorLoadings.rows b.Loadings)
                    |> FactorLoadings.ofRows
                NoisePrecisions = Array.map2 (Blend.gamma rho) a.NoisePrecisions b.NoisePrecisions
                LoadingPrecisions = Array.map2 (Blend.gamma rho) a.LoadingPrecisions b.LoadingPrecisions }

        let cost = if isReduced then SweepCosts.reducedFactors else SweepCosts.factors
        unlabelled (cost centre.Length prior.Factors) blend (GibbsModels.factorModel centre prior)
