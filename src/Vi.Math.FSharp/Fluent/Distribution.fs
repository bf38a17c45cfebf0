namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Distributions: those that a model draws parameters and observes data from (their parameters are expressions; numbers and arrays stand
/// for constant ones), and the densities, quantiles, moments and divergences of those that an answer holds.
[<AbstractClass; Sealed>]
type Distribution private () =

    /// Normal with a mean and a standard deviation > 0.
    static member Normal(mean: Expression, standardDeviation: Expression) : ProgramDistribution =
        RealDistributions.normal mean standardDeviation

    /// Cauchy with a location and a scale > 0.
    static member Cauchy(location: Expression, scale: Expression) : ProgramDistribution =
        RealDistributions.cauchy location scale

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    static member StudentT
        (degreesOfFreedom: Expression, location: Expression, scale: Expression)
        : ProgramDistribution =
        RealDistributions.studentT degreesOfFreedom location scale

    /// Laplace with a location and a scale > 0.
    static member Laplace(location: Expression, scale: Expression) : ProgramDistribution =
        RealDistributions.laplace location scale

    /// |x| for x normal around 0 with this standard deviation > 0.
    static member HalfNormal(standardDeviation: Expression) : ProgramDistribution =
        PositiveDistributions.halfNormal standardDeviation

    /// |x| for x Cauchy around 0 with this scale > 0.
    static member HalfCauchy(scale: Expression) : ProgramDistribution = PositiveDistributions.halfCauchy scale

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    static member HalfStudentT(degreesOfFreedom: Expression, scale: Expression) : ProgramDistribution =
        PositiveDistributions.halfStudentT degreesOfFreedom scale

    /// Exponential with a rate > 0.
    static member Exponential(rate: Expression) : ProgramDistribution = PositiveDistributions.exponential rate

    /// exp x for x normal with a mean and a standard deviation > 0.
    static member LogNormal(mean: Expression, standardDeviation: Expression) : ProgramDistribution =
        PositiveDistributions.logNormal mean standardDeviation

    /// Gamma with a shape and a rate > 0.
    static member Gamma(shape: Expression, rate: Expression) : ProgramDistribution =
        PositiveDistributions.gamma shape rate

    /// 1 / x for x Gamma(shape, rate = scale).
    static member InverseGamma(shape: Expression, scale: Expression) : ProgramDistribution =
        PositiveDistributions.inverseGamma shape scale

    /// Beta on (0, 1) with two shapes > 0.
    static member Beta(a: Expression, b: Expression) : ProgramDistribution = PositiveDistributions.beta a b

    /// 1 with a probability, otherwise 0.
    static member Bernoulli(probability: Expression) : ProgramDistribution = CountDistributions.bernoulli probability

    /// 1 with probability sigma(log odds), otherwise 0.
    static member BernoulliLogit(logOdds: Expression) : ProgramDistribution = CountDistributions.bernoulliLogit logOdds

    /// Successes among trials with a probability.
    static member Binomial(trials: Expression, probability: Expression) : ProgramDistribution =
        CountDistributions.binomial trials probability

    /// Successes among trials with probability sigma(log odds).
    static member BinomialLogit(trials: Expression, logOdds: Expression) : ProgramDistribution =
        CountDistributions.binomialLogit trials logOdds

    /// Poisson with a mean > 0.
    static member Poisson(mean: Expression) : ProgramDistribution = CountDistributions.poisson mean

    /// Poisson with the logarithm of its mean.
    static member PoissonLog(logMean: Expression) : ProgramDistribution = CountDistributions.poissonLog logMean

    /// Negative binomial with variance mean + mean^2 / dispersion.
    static member NegativeBinomial(mean: Expression, dispersion: Expression) : ProgramDistribution =
        CountDistributions.negativeBinomial mean dispersion

    /// Categories 0 .. K - 1 with probabilities (K, or N x K: a row for each entry).
    static member Categorical(probabilities: Expression) : ProgramDistribution =
        CountDistributions.categorical probabilities

    /// Categories 0 .. K - 1 with probabilities proportional to exp(logits) (K, or N x K).
    static member CategoricalLogit(logits: Expression) : ProgramDistribution =
        CountDistributions.categoricalLogit logits

    /// Multivariate normal with the lower Cholesky factor (D x D) of its covariance.
    static member MultivariateNormal(mean: Expression, covarianceFactor: Expression) : ProgramDistribution =
        VectorDistributions.multivariateNormal mean covarianceFactor

    /// Multivariate normal with the lower Cholesky factor (D x D) of its precision.
    static member MultivariateNormalPrecision(mean: Expression, precisionFactor: Expression) : ProgramDistribution =
        VectorDistributions.multivariateNormalPrecision mean precisionFactor

    /// Dirichlet with concentrations > 0 (K).
    static member Dirichlet(concentration: Expression) : ProgramDistribution =
        VectorDistributions.dirichlet concentration

    /// Lower Cholesky factor of a Wishart matrix, from that of its scale matrix.
    static member Wishart(degreesOfFreedom: Expression, scaleFactor: Expression) : ProgramDistribution =
        VectorDistributions.wishart degreesOfFreedom scaleFactor

    /// Lower Cholesky factor of an inverse-Wishart matrix, from that of its scale matrix.
    static member InverseWishart(degreesOfFreedom: Expression, scaleFactor: Expression) : ProgramDistribution =
        VectorDistributions.inverseWishart degreesOfFreedom scaleFactor

    /// lower + (upper - lower) x for x Beta(a, b).
    static member BetaBetween(lower: float, upper: float, a: Expression, b: Expression) : ProgramDistribution =
        PositiveDistributions.betaBetween lower upper a b

    /// Normal, given that it lies between two bounds, of which either may be infinite.
    static member NormalBetween
        (lower: float, upper: float, mean: Expression, standardDeviation: Expression)
        : ProgramDistribution =
        RealDistributions.normalBetween lower upper mean standardDeviation

    /// Uniform between two numbers.
    static member Uniform(lower: float, upper: float) : ProgramDistribution = RealDistributions.uniform lower upper

    /// Density 1 on the real line: improper.
    static member Flat() : ProgramDistribution = RealDistributions.flatOn Domain.Real

    /// Density 1 on the positive numbers: improper.
    static member FlatPositive() : ProgramDistribution = RealDistributions.flatOn Domain.Positive

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    static member Lkj(dimension: int, concentration: Expression) : ProgramDistribution =
        VectorDistributions.lkj dimension concentration

    /// A distribution on another domain, its density not renormalised: a normal on ascending vectors, say.
    static member On(domain: Domain, distribution: ProgramDistribution) : ProgramDistribution =
        ProgramDistribution.on domain distribution

    /// Components of one family whose parameters have one entry a component; weights (K) with sum 1.
    static member Mixture(weights: Expression, components: ProgramDistribution) : ProgramDistribution =
        MixtureDistributions.mixture weights components

    /// Components of any families of single entries; weights (K) with sum 1.
    static member Mixture(weights: Expression, components: IReadOnlyList<ProgramDistribution>) : ProgramDistribution =
        MixtureDistributions.mixtureOf weights (List.ofSeq components)

    /// A first-order autoregression of so many entries from its stationary distribution.
    static member Autoregression
        (mean: Expression, phi: Expression, standardDeviation: Expression, length: int)
        : ProgramDistribution =
        SeriesDistributions.autoregression mean phi standardDeviation length

    /// A hidden Markov chain of so many entries with the path summed out: weights of the first state (K), transitions (K x K, the next
    /// state's probabilities in the row of the present one), emissions with one entry a state.
    static member HiddenMarkov
        (initial: Expression, transitions: Expression, emissions: ProgramDistribution, length: int)
        : ProgramDistribution =
        SeriesDistributions.hiddenMarkov initial transitions emissions length

    /// Density at x.
    static member Density(distribution: Normal, x: float) : float = exp (Normal.logDensity distribution x)

    /// Density at x > 0.
    static member Density(distribution: Gamma, x: float) : float = exp (Gamma.logDensity distribution x)

    /// Density at x > 0.
    static member Density(distribution: InverseGamma, x: float) : float = exp (InverseGamma.logDensity distribution x)

    /// Density at x in (0, 1).
    static member Density(distribution: Beta, x: float) : float = exp (Beta.logDensity distribution x)

    /// Density at x.
    static member Density(distribution: StudentT, x: float) : float = exp (StudentT.logDensity distribution x)

    /// Density at x.
    static member Density(distribution: NormalMixture, x: float) : float = exp (NormalMixture.logDensity distribution x)

    /// Density at x.
    static member Density(distribution: NormalScaleMixture, x: float) : float =
        exp (NormalScaleMixture.logDensity distribution x)

    /// Quantile, 0 < probability < 1.
    static member Quantile(distribution: Normal, probability: float) : float = Normal.quantile distribution probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(distribution: Gamma, probability: float) : float = Gamma.quantile distribution probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(distribution: InverseGamma, probability: float) : float =
        InverseGamma.quantile distribution probability

    /// Quantile, 0 < probability < 1; 1 where the second parameter is 0, as of the weight of a single component.
    static member Quantile(distribution: Beta, probability: float) : float =
        if distribution.Beta = 0.0 then 1.0 else Beta.quantile distribution probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(distribution: StudentT, probability: float) : float =
        StudentT.quantile distribution probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(distribution: NormalScaleMixture, probability: float) : float =
        NormalScaleMixture.quantile distribution probability

    /// Mean.
    static member Mean(distribution: Gamma) : float = Gamma.mean distribution

    /// Mean; infinite for a shape of at most 1.
    static member Mean(distribution: InverseGamma) : float = InverseGamma.mean distribution

    /// Mean.
    static member Mean(distribution: Beta) : float = Beta.mean distribution

    /// Standard deviation.
    static member Sd(distribution: Normal) : float = Normal.standardDeviation distribution

    /// Standard deviation.
    static member Sd(distribution: Gamma) : float = sqrt (Gamma.variance distribution)

    /// Standard deviation; infinite for a shape of at most 2.
    static member Sd(distribution: InverseGamma) : float = sqrt (InverseGamma.variance distribution)

    /// Standard deviation.
    static member Sd(distribution: Beta) : float = sqrt (Beta.variance distribution)

    /// Standard deviation; infinite where the distribution has none.
    static member Sd(distribution: StudentT) : float = sqrt (StudentT.variance distribution)

    /// Standard deviation; infinite where the distribution has none.
    static member Sd(distribution: NormalScaleMixture) : float = sqrt (NormalScaleMixture.variance distribution)

    /// E sqrt(x) = sqrt(scale) Gamma(shape - 1/2) / Gamma(shape); infinite for a shape of at most 1/2.
    static member MeanOfSquareRoot(distribution: InverseGamma) : float =
        if distribution.Shape > 0.5 then
            sqrt distribution.Scale
            * exp (Special.logGamma (distribution.Shape - 0.5) - Special.logGamma distribution.Shape)
        else
            infinity

    /// KL(q || p), in nats.
    static member Divergence(q: Normal, p: Normal) : float = Normal.klDivergence q p

    /// KL(q || p), in nats.
    static member Divergence(q: Gamma, p: Gamma) : float = Gamma.klDivergence q p

    /// Distribution of one weight of a Dirichlet.
    static member Marginal(distribution: Dirichlet, index: int) : Beta = Dirichlet.marginal index distribution

    /// Distribution of one entry of a multivariate normal.
    static member Marginal(distribution: MvNormal, index: int) : Normal = MvNormal.marginal index distribution

    /// Distribution of entry i of mu under q(mu, Lambda): a Student-t.
    static member MarginalMean(distribution: NormalWishart, index: int) : StudentT =
        MvStudentT.ofMean distribution |> MvStudentT.marginal index

    /// Distribution of entry i of a new observation under q(mu, Lambda): a Student-t.
    static member MarginalPredictive(distribution: NormalWishart, index: int) : StudentT =
        MvStudentT.predictive distribution |> MvStudentT.marginal index

    /// Distribution of mu alone under a normal-gamma: a Student-t.
    static member MarginalMean(distribution: NormalGamma) : StudentT = StudentT.ofMean distribution

    /// Distribution of the marginal variance Sigma_ii, Sigma = Lambda^-1: inverse gamma with shape (nu - D + 1) / 2 and scale
    /// (W^-1)_ii / 2 (Gelman et al. 2013, appendix A, inverse Wishart).
    static member MarginalVariance(distribution: NormalWishart, index: int) : InverseGamma =
        MixtureComponent.marginalVariance index (Joint distribution)

    /// Covariance matrix (D x D).
    static member Covariance(distribution: MvNormal) : Mat = MvNormal.covariance distribution

    /// Covariance matrix that the expected precision stands for: (nu W)^-1.
    static member Covariance(distribution: NormalWishart) : Mat = MixtureComponent.covariance (Joint distribution)

    /// The scale matrix W.
    static member ScaleMatrix(distribution: NormalWishart) : Mat = Chol.inverse distribution.Precision.InverseScale

    /// The inverse scale matrix W^-1.
    static member InverseScaleMatrix(distribution: NormalWishart) : Mat = Chol.toMat distribution.Precision.InverseScale

    /// Distribution of entry i of a component's mean: a Student-t.
    static member MarginalMean(distribution: MixtureComponent, index: int) : StudentT =
        MixtureComponent.marginalMean index distribution

    /// Distribution of entry i of a new row of a component: a Student-t.
    static member MarginalPredictive(distribution: MixtureComponent, index: int) : StudentT =
        MixtureComponent.marginalPredictive index distribution

    /// Distribution of the variance of column i within a component: inverse gamma.
    static member MarginalVariance(distribution: MixtureComponent, index: int) : InverseGamma =
        MixtureComponent.marginalVariance index distribution

    /// Covariance matrix that a component's expected precision stands for (D x D).
    static member Covariance(distribution: MixtureComponent) : Mat = MixtureComponent.covariance distribution

    /// Expected mean of a component (D).
    static member Mean(distribution: MixtureComponent) : Vec = MixtureComponent.mean distribution

    /// Reciprocal of a gamma variable: 1 / tau ~ inverse gamma.
    static member Reciprocal(distribution: Gamma) : InverseGamma =
        { Shape = distribution.Shape; Scale = distribution.Rate }
