namespace Vi.Math.FSharp

open Vi.Math

/// The conjugate models as stochastic and streaming inference see them.
[<RequireQualifiedAccess>]
module Stochastic =

    /// gaussian-mean.
    let gaussianMean (prior: GaussianMeanPrior) : StochasticModel<Moments, Normal> =
        { Model = GaussianMean.model prior
          Scale = Moments.scale
          Blend = Blend.normal
          NaturalParameters = Normal.naturalParameters }

    /// gaussian-mean-precision.
    let gaussianMeanPrecision (prior: NormalGamma) : StochasticModel<Moments, GaussianMeanPrecisionPosterior> =
        { Model = GaussianMeanPrecision.model prior
          Scale = Moments.scale
          Blend =
            fun rho a b ->
                { Mean = Blend.normal rho a.Mean b.Mean; Precision = Blend.gamma rho a.Precision b.Precision }
          NaturalParameters =
            fun q -> Vec.append (Normal.naturalParameters q.Mean) (Gamma.naturalParameters q.Precision) }

    /// linear-regression; an intercept is the expected target at the given centre (D), the columns' means of all rows: then all minibatches
    /// share one model, that of all rows. Without intercept the centre's length alone matters.
    let linearRegression
        (centre: Vec)
        (prior: LinearRegressionPrior)
        : StochasticModel<Moments, LinearRegressionPosterior> =
        { Model = LinearRegression.modelAt centre prior
          Scale = Moments.scale
          Blend =
            fun rho a b ->
                { Weights = Blend.mvNormal rho a.Weights b.Weights
                  Intercept = ValueOption.map2 (Blend.normal rho) a.Intercept b.Intercept
                  NoisePrecision = Blend.gamma rho a.NoisePrecision b.NoisePrecision
                  WeightPrecisions = Blend.all Blend.gamma rho a.WeightPrecisions b.WeightPrecisions }
          NaturalParameters =
            fun q ->
                [ MvNormal.naturalParameters q.Weights
                  match q.Intercept with
                  | ValueSome b -> Normal.naturalParameters b
                  | ValueNone -> ()
                  Gamma.naturalParameters q.NoisePrecision
                  for alpha in q.WeightPrecisions do
                      Gamma.naturalParameters alpha ]
                |> List.reduce Vec.append }

    /// gaussian-mixture with Dirichlet weights and full covariances; Mixture.stochastic for all kinds.
    let gaussianMixture (prior: GaussianMixturePrior) : StochasticModel<MixtureStatistics, GaussianMixturePosterior> =
        Mixture.stochastic WeightFamilies.dirichlet FullComponents.family prior
