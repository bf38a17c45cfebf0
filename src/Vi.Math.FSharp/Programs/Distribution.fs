namespace Vi.Math.FSharp

open Vi.Math

/// What may stand for an expression: numbers, vectors and matrices of them, and expressions themselves.
[<AbstractClass; Sealed>]
type AsExpression private () =

    /// An expression is one.
    static member Convert(value: Expression, _: AsExpression) = value

    /// A number.
    static member Convert(value: float, _: AsExpression) = Expr.number value

    /// A whole number.
    static member Convert(value: int, _: AsExpression) = Expr.number (float value)

    /// A vector.
    static member Convert(value: float[], _: AsExpression) = Expr.vector value

    /// A vector of whole numbers.
    static member Convert(value: int[], _: AsExpression) = Expr.vector (Array.map float value)

    /// A vector.
    static member Convert(value: Vec, _: AsExpression) = Expr.vector value.Values

    /// A matrix.
    static member Convert(value: Mat, _: AsExpression) = Expr.matrix value.Rows value.Columns value.Values

    /// A matrix, row by row.
    static member Convert(value: float[][], _: AsExpression) =
        let matrix = Mat.ofRows value
        Expr.matrix matrix.Rows matrix.Columns matrix.Values

    /// Any of these; the second argument only says where to look.
    static member inline Apply(value: ^a, witness: ^w) : Expression =
        ((^w or ^a): (static member Convert: ^a * ^w -> Expression) (value, witness))

/// Distributions of random quantities: priors and likelihoods. Every parameter may be an expression, a number, an array, a Vec or a Mat. The modules
/// RealDistributions, PositiveDistributions, CountDistributions, VectorDistributions, MixtureDistributions and SeriesDistributions say more about each.
[<RequireQualifiedAccess>]
module Distribution =

    /// Anything that stands for an expression, as one.
    let inline expression (value: ^a) : Expression = AsExpression.Apply(value, Unchecked.defaultof<AsExpression>)

    /// Normal with a mean and a standard deviation > 0.
    let inline normal (mean: ^a) (sd: ^b) = RealDistributions.normal (expression mean) (expression sd)

    /// Cauchy with a location and a scale > 0.
    let inline cauchy (location: ^a) (scale: ^b) = RealDistributions.cauchy (expression location) (expression scale)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    let inline studentT (degreesOfFreedom: ^a) (location: ^b) (scale: ^c) =
        RealDistributions.studentT (expression degreesOfFreedom) (expression location) (expression scale)

    /// Laplace with a location and a scale > 0.
    let inline laplace (location: ^a) (scale: ^b) = RealDistributions.laplace (expression location) (expression scale)

    /// |x| for x normal around 0 with this standard deviation > 0.
    let inline halfNormal (sd: ^a) = PositiveDistributions.halfNormal (expression sd)

    /// |x| for x Cauchy around 0 with this scale > 0.
    let inline halfCauchy (scale: ^a) = PositiveDistributions.halfCauchy (expression scale)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    let inline halfStudentT (degreesOfFreedom: ^a) (scale: ^b) =
        PositiveDistributions.halfStudentT (expression degreesOfFreedom) (expression scale)

    /// Exponential with a rate > 0.
    let inline exponential (rate: ^a) = PositiveDistributions.exponential (expression rate)

    /// exp x for x normal with a mean and a standard deviation > 0.
    let inline logNormal (mean: ^a) (sd: ^b) = PositiveDistributions.logNormal (expression mean) (expression sd)

    /// Gamma with a shape and a rate > 0.
    let inline gamma (shape: ^a) (rate: ^b) = PositiveDistributions.gamma (expression shape) (expression rate)

    /// 1 / x for x Gamma(shape, rate = scale).
    let inline inverseGamma (shape: ^a) (scale: ^b) =
        PositiveDistributions.inverseGamma (expression shape) (expression scale)

    /// Beta on (0, 1) with two shapes > 0.
    let inline beta (a: ^a) (b: ^b) = PositiveDistributions.beta (expression a) (expression b)

    /// 1 with a probability, otherwise 0.
    let inline bernoulli (probability: ^a) = CountDistributions.bernoulli (expression probability)

    /// 1 with probability sigma(log odds), otherwise 0.
    let inline bernoulliLogit (logOdds: ^a) = CountDistributions.bernoulliLogit (expression logOdds)

    /// Successes among trials with a probability.
    let inline binomial (trials: ^a) (probability: ^b) =
        CountDistributions.binomial (expression trials) (expression probability)

    /// Successes among trials with probability sigma(log odds).
    let inline binomialLogit (trials: ^a) (logOdds: ^b) =
        CountDistributions.binomialLogit (expression trials) (expression logOdds)

    /// Poisson with a mean > 0.
    let inline poisson (mean: ^a) = CountDistributions.poisson (expression mean)

    /// Poisson with the logarithm of its mean.
    let inline poissonLog (logMean: ^a) = CountDistributions.poissonLog (expression logMean)

    /// Negative binomial with variance mean + mean^2 / dispersion.
    let inline negativeBinomial (mean: ^a) (dispersion: ^b) =
        CountDistributions.negativeBinomial (expression mean) (expression dispersion)

    /// Categories 0 .. K - 1 with probabilities (K, or N x K: a row for each entry).
    let inline categorical (probabilities: ^a) = CountDistributions.categorical (expression probabilities)

    /// Categories 0 .. K - 1 with probabilities proportional to exp(logits) (K, or N x K).
    let inline categoricalLogit (logits: ^a) = CountDistributions.categoricalLogit (expression logits)

    /// Multivariate normal with the lower Cholesky factor of its covariance.
    let inline multivariateNormal (mean: ^a) (covarianceFactor: ^b) =
        VectorDistributions.multivariateNormal (expression mean) (expression covarianceFactor)

    /// Multivariate normal with the lower Cholesky factor of its precision.
    let inline multivariateNormalPrecision (mean: ^a) (precisionFactor: ^b) =
        VectorDistributions.multivariateNormalPrecision (expression mean) (expression precisionFactor)

    /// Dirichlet with concentrations > 0 (K).
    let inline dirichlet (concentration: ^a) = VectorDistributions.dirichlet (expression concentration)

    /// Lower Cholesky factor of a Wishart matrix, from that of its scale matrix.
    let inline wishart (degreesOfFreedom: ^a) (scaleFactor: ^b) =
        VectorDistributions.wishart (expression degreesOfFreedom) (expression scaleFactor)

    /// Lower Cholesky factor of an inverse-Wishart matrix, from that of its scale matrix.
    let inline inverseWishart (degreesOfFreedom: ^a) (scaleFactor: ^b) =
        VectorDistributions.inverseWishart (expression degreesOfFreedom) (expression scaleFactor)

    /// lower + (upper - lower) x for x Beta(a, b).
    let inline betaBetween (lower: float) (upper: float) (a: ^a) (b: ^b) =
        PositiveDistributions.betaBetween lower upper (expression a) (expression b)

    /// Uniform between two numbers.
    let uniform (lower: float) (upper: float) = RealDistributions.uniform lower upper

    /// Density 1 on the real line: improper.
    let flat = RealDistributions.flatOn Domain.Real

    /// Density 1 on a support of numbers: improper unless it is bounded.
    let flatOn (support: Domain) = RealDistributions.flatOn support

    /// A distribution on another domain, its density not renormalised: a normal on ascending vectors, say.
    let on (domain: Domain) (distribution: ProgramDistribution) = ProgramDistribution.on domain distribution

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    let inline lkj (dimension: int) (concentration: ^a) = VectorDistributions.lkj dimension (expression concentration)

    /// Components of one family whose parameters have one entry a component; weights (K) with sum 1.
    let inline mixture (weights: ^a) (components: ProgramDistribution) =
        MixtureDistributions.mixture (expression weights) components

    /// Components of any families of single entries; weights (K) with sum 1.
    let inline mixtureOf (weights: ^a) (components: ProgramDistribution list) =
        MixtureDistributions.mixtureOf (expression weights) components

    /// A first-order autoregression of so many entries from its stationary distribution.
    let inline autoregression (mean: ^a) (phi: ^b) (sd: ^c) (length: int) =
        SeriesDistributions.autoregression (expression mean) (expression phi) (expression sd) length

    /// Normal with a mean and a standard deviation > 0, given that it lies between two bounds, of which either may be infinite.
    let inline normalBetween (lower: float) (upper: float) (mean: ^a) (sd: ^b) =
        RealDistributions.normalBetween lower upper (expression mean) (expression sd)

    /// A hidden Markov chain with the path summed out: weights of the first state (K), probabilities of the next state in the row of the
    /// present one (K x K), and the distribution of an entry given its state, whose parameters have one entry a state.
    let inline hiddenMarkov (initial: ^a) (transitions: ^b) (emissions: ProgramDistribution) (length: int) =
        SeriesDistributions.hiddenMarkov (expression initial) (expression transitions) emissions length
