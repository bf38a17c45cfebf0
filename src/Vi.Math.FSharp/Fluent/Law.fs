namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Laws of random quantities: priors and likelihoods. Parameters are expressions; numbers and arrays stand for constant ones.
[<AbstractClass; Sealed>]
type Law private () =

    /// Normal with a mean and a standard deviation > 0.
    static member Normal(mean: Expression, standardDeviation: Expression) : RandomLaw =
        RealLaws.normal mean standardDeviation

    /// Cauchy with a location and a scale > 0.
    static member Cauchy(location: Expression, scale: Expression) : RandomLaw = RealLaws.cauchy location scale

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    static member StudentT(degreesOfFreedom: Expression, location: Expression, scale: Expression) : RandomLaw =
        RealLaws.studentT degreesOfFreedom location scale

    /// Laplace with a location and a scale > 0.
    static member Laplace(location: Expression, scale: Expression) : RandomLaw = RealLaws.laplace location scale

    /// |x| for x normal around 0 with this standard deviation > 0.
    static member HalfNormal(standardDeviation: Expression) : RandomLaw = PositiveLaws.halfNormal standardDeviation

    /// |x| for x Cauchy around 0 with this scale > 0.
    static member HalfCauchy(scale: Expression) : RandomLaw = PositiveLaws.halfCauchy scale

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    static member HalfStudentT(degreesOfFreedom: Expression, scale: Expression) : RandomLaw =
        PositiveLaws.halfStudentT degreesOfFreedom scale

    /// Exponential with a rate > 0.
    static member Exponential(rate: Expression) : RandomLaw = PositiveLaws.exponential rate

    /// exp x for x normal with a mean and a standard deviation > 0.
    static member LogNormal(mean: Expression, standardDeviation: Expression) : RandomLaw =
        PositiveLaws.logNormal mean standardDeviation

    /// Gamma with a shape and a rate > 0.
    static member Gamma(shape: Expression, rate: Expression) : RandomLaw = PositiveLaws.gamma shape rate

    /// 1 / x for x Gamma(shape, rate = scale).
    static member InverseGamma(shape: Expression, scale: Expression) : RandomLaw = PositiveLaws.inverseGamma shape scale

    /// Beta on (0, 1) with two shapes > 0.
    static member Beta(a: Expression, b: Expression) : RandomLaw = PositiveLaws.beta a b

    /// 1 with a probability, otherwise 0.
    static member Bernoulli(probability: Expression) : RandomLaw = CountLaws.bernoulli probability

    /// 1 with probability sigma(log odds), otherwise 0.
    static member BernoulliLogit(logOdds: Expression) : RandomLaw = CountLaws.bernoulliLogit logOdds

    /// Successes among trials with a probability.
    static member Binomial(trials: Expression, probability: Expression) : RandomLaw =
        CountLaws.binomial trials probability

    /// Successes among trials with probability sigma(log odds).
    static member BinomialLogit(trials: Expression, logOdds: Expression) : RandomLaw =
        CountLaws.binomialLogit trials logOdds

    /// Poisson with a mean > 0.
    static member Poisson(mean: Expression) : RandomLaw = CountLaws.poisson mean

    /// Poisson with the logarithm of its mean.
    static member PoissonLog(logMean: Expression) : RandomLaw = CountLaws.poissonLog logMean

    /// Negative binomial with variance mean + mean^2 / dispersion.
    static member NegativeBinomial(mean: Expression, dispersion: Expression) : RandomLaw =
        CountLaws.negativeBinomial mean dispersion

    /// Categories 0 .. K - 1 with probabilities (K, or N x K: a row for each entry).
    static member Categorical(probabilities: Expression) : RandomLaw = CountLaws.categorical probabilities

    /// Categories 0 .. K - 1 with probabilities proportional to exp(logits) (K, or N x K).
    static member CategoricalLogit(logits: Expression) : RandomLaw = CountLaws.categoricalLogit logits

    /// Multivariate normal with the lower Cholesky factor (D x D) of its covariance.
    static member MultivariateNormal(mean: Expression, covarianceFactor: Expression) : RandomLaw =
        VectorLaws.multivariateNormal mean covarianceFactor

    /// Multivariate normal with the lower Cholesky factor (D x D) of its precision.
    static member MultivariateNormalPrecision(mean: Expression, precisionFactor: Expression) : RandomLaw =
        VectorLaws.multivariateNormalPrecision mean precisionFactor

    /// Dirichlet with concentrations > 0 (K).
    static member Dirichlet(concentration: Expression) : RandomLaw = VectorLaws.dirichlet concentration

    /// Lower Cholesky factor of a Wishart matrix, from that of its scale matrix.
    static member Wishart(degreesOfFreedom: Expression, scaleFactor: Expression) : RandomLaw =
        VectorLaws.wishart degreesOfFreedom scaleFactor

    /// Lower Cholesky factor of an inverse-Wishart matrix, from that of its scale matrix.
    static member InverseWishart(degreesOfFreedom: Expression, scaleFactor: Expression) : RandomLaw =
        VectorLaws.inverseWishart degreesOfFreedom scaleFactor

    /// lower + (upper - lower) x for x Beta(a, b).
    static member BetaBetween(lower: float, upper: float, a: Expression, b: Expression) : RandomLaw =
        PositiveLaws.betaBetween lower upper a b

    /// Normal, given that it lies between two bounds, of which either may be infinite.
    static member NormalBetween
        (lower: float, upper: float, mean: Expression, standardDeviation: Expression)
        : RandomLaw =
        RealLaws.normalBetween lower upper mean standardDeviation

    /// Uniform between two numbers.
    static member Uniform(lower: float, upper: float) : RandomLaw = RealLaws.uniform lower upper

    /// Density 1 on the real line: improper.
    static member Flat() : RandomLaw = RealLaws.flatOn Domain.Real

    /// Density 1 on the positive numbers: improper.
    static member FlatPositive() : RandomLaw = RealLaws.flatOn Domain.Positive

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    static member Lkj(dimension: int, concentration: Expression) : RandomLaw = VectorLaws.lkj dimension concentration

    /// A law on another domain, its density not renormalised: a normal on ascending vectors, say.
    static member On(domain: Domain, law: RandomLaw) : RandomLaw = RandomLaw.on domain law

    /// Components of one family whose parameters have one entry a component; weights (K) with sum 1.
    static member Mixture(weights: Expression, components: RandomLaw) : RandomLaw = MixedLaws.mixture weights components

    /// Components of any families of single entries; weights (K) with sum 1.
    static member Mixture(weights: Expression, components: IReadOnlyList<RandomLaw>) : RandomLaw =
        MixedLaws.mixtureOf weights (List.ofSeq components)

    /// A first-order autoregression of so many entries from its stationary law.
    static member Autoregression
        (mean: Expression, phi: Expression, standardDeviation: Expression, length: int)
        : RandomLaw =
        SeriesLaws.autoregression mean phi standardDeviation length

    /// A hidden Markov chain of so many entries with the path summed out: weights of the first state (K), transitions (K x K, the next
    /// state's probabilities in the row of the present one), emissions with one entry a state.
    static member HiddenMarkov
        (initial: Expression, transitions: Expression, emissions: RandomLaw, length: int)
        : RandomLaw =
        SeriesLaws.hiddenMarkov initial transitions emissions length
