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

    /// linear-regression of so many columns and a target, without intercept. Raises ArgumentException for a prior with one: it centres
    /// the columns at the means of the rows that are read, so that every minibatch would have another model.
    let linearRegression
        (columns: int)
        (prior: LinearRegressionPrior)
        : StochasticModel<Moments, LinearRegressionPosterior> =
        if prior.Intercept.IsSome then
            invalidArg
                (nameof prior)
                "a regression with an intercept centres its columns at the means of the rows that are read, so minibatches do not share a model; center the columns and leave the intercept out"

        { Model = LinearRegression.model columns prior
          Scale = Moments.scale
          Blend =
            fun rho a b ->
                { Weights = Blend.mvNormal rho a.Weights b.Weights
                  Intercept = ValueNone
                  NoisePrecision = Blend.gamma rho a.NoisePrecision b.NoisePrecision
                  WeightPrecisions = Blend.all Blend.gamma rho a.WeightPrecisions b.WeightPrecisions }
          NaturalParameters =
            fun q ->
                [ MvNormal.naturalParameters q.Weights
                  Gamma.naturalParameters q.NoisePrecision
                  for alpha in q.WeightPrecisions do
                      Gamma.naturalParameters alpha ]
                |> List.reduce Vec.append }

    /// Statistics of a mixture as if every row had been there s times.
    let scaleMixture (s: float) (data: MixtureStatistics) : MixtureStatistics =
        { Components = data.Components |> Array.map (Moments.scale s); Entropy = s * data.Entropy }

    /// gaussian-mixture.
    let gaussianMixture (prior: GaussianMixturePrior) : StochasticModel<MixtureStatistics, GaussianMixturePosterior> =
        { Model = GaussianMixture.model prior
          Scale = scaleMixture
          Blend =
            fun rho a b ->
                { Weights = Blend.dirichlet rho a.Weights b.Weights
                  Components = Blend.all Blend.normalWishart rho a.Components b.Components }
          NaturalParameters =
            fun q ->
                q.Components
                |> Array.map NormalWishart.naturalParameters
                |> Array.fold Vec.append (Dirichlet.naturalParameters q.Weights) }
