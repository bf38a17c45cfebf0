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

/// Laws of random quantities: priors and likelihoods. Every parameter may be an expression, a number, an array, a Vec or a Mat. The modules
/// RealLaws, PositiveLaws, CountLaws, VectorLaws, MixedLaws and SeriesLaws say more about each.
[<RequireQualifiedAccess>]
module Law =

    /// Anything that stands for an expression, as one.
    let inline expression (value: ^a) : Expression = AsExpression.Apply(value, Unchecked.defaultof<AsExpression>)

    /// Normal with a mean and a standard deviation > 0.
    let inline normal (mean: ^a) (sd: ^b) = RealLaws.normal (expression mean) (expression sd)

    /// Cauchy with a location and a scale > 0.
    let inline cauchy (location: ^a) (scale: ^b) = RealLaws.cauchy (expression location) (expression scale)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    let inline studentT (degreesOfFreedom: ^a) (location: ^b) (scale: ^c) =
        RealLaws.studentT (expression degreesOfFreedom) (expression location) (expression scale)

    /// Laplace with a location and a scale > 0.
    let inline laplace (location: ^a) (scale: ^b) = RealLaws.laplace (expression location) (expression scale)

    /// |x| for x normal around 0 with this standard deviation > 0.
    let inline halfNormal (sd: ^a) = PositiveLaws.halfNormal (expression sd)

    /// |x| for x Cauchy around 0 with this scale > 0.
    let inline halfCauchy (scale: ^a) = PositiveLaws.halfCauchy (expression scale)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    let inline halfStudentT (degreesOfFreedom: ^a) (scale: ^b) =
        PositiveLaws.halfStudentT (expression degreesOfFreedom) (expression scale)

    /// Exponential with a rate > 0.
    let inline exponential (rate: ^a) = PositiveLaws.exponential (expression rate)

    /// exp x for x normal with a mean and a standard deviation > 0.
    let inline logNormal (mean: ^a) (sd: ^b) = PositiveLaws.logNormal (expression mean) (expression sd)

    /// Gamma with a shape and a rate > 0.
    let inline gamma (shape: ^a) (rate: ^b) = PositiveLaws.gamma (expression shape) (expression rate)

    /// 1 / x for x Gamma(shape, rate = scale).
    let inline inverseGamma (shape: ^a) (scale: ^b) = PositiveLaws.inverseGamma (expression shape) (expression scale)

    /// Beta on (0, 1) with two shapes > 0.
    let inline beta (a: ^a) (b: ^b) = PositiveLaws.beta (expression a) (expression b)

    /// 1 with a probability, otherwise 0.
    let inline bernoulli (probability: ^a) = CountLaws.bernoulli (expression probability)

    /// 1 with probability sigma(log odds), otherwise 0.
    let inline bernoulliLogit (logOdds: ^a) = CountLaws.bernoulliLogit (expression logOdds)

    /// Successes among trials with a probability.
    let inline binomial (trials: ^a) (probability: ^b) = CountLaws.binomial (expression trials) (expression probability)

    /// Successes among trials with probability sigma(log odds).
    let inline binomialLogit (trials: ^a) (logOdds: ^b) =
        CountLaws.binomialLogit (expression trials) (expression logOdds)

    /// Poisson with a mean > 0.
    let inline poisson (mean: ^a) = CountLaws.poisson (expression mean)

    /// Poisson with the logarithm of its mean.
    let inline poissonLog (logMean: ^a) = CountLaws.poissonLog (expression logMean)

    /// Negative binomial with variance mean + mean^2 / dispersion.
    let inline negativeBinomial (mean: ^a) (dispersion: ^b) =
        CountLaws.negativeBinomial (expression mean) (expression dispersion)

    /// Categories 0 .. K - 1 with probabilities (K, or N x K: a row for each entry).
    let inline categorical (probabilities: ^a) = CountLaws.categorical (expression probabilities)

    /// Categories 0 .. K - 1 with probabilities proportional to exp(logits) (K, or N x K).
    let inline categoricalLogit (logits: ^a) = CountLaws.categoricalLogit (expression logits)

    /// Multivariate normal with the lower Cholesky factor of its covariance.
    let inline multivariateNormal (mean: ^a) (covarianceFactor: ^b) =
        VectorLaws.multivariateNormal (expression mean) (expression covarianceFactor)

    /// Multivariate normal with the lower Cholesky factor of its precision.
    let inline multivariateNormalPrecision (mean: ^a) (precisionFactor: ^b) =
        VectorLaws.multivariateNormalPrecision (expression mean) (expression precisionFactor)

    /// Dirichlet with concentrations > 0 (K).
    let inline dirichlet (concentration: ^a) = VectorLaws.dirichlet (expression concentration)

    /// Lower Cholesky factor of a Wishart matrix, from that of its scale matrix.
    let inline wishart (degreesOfFreedom: ^a) (scaleFactor: ^b) =
        VectorLaws.wishart (expression degreesOfFreedom) (expression scaleFactor)

    /// Lower Cholesky factor of an inverse-Wishart matrix, from that of its scale matrix.
    let inline inverseWishart (degreesOfFreedom: ^a) (scaleFactor: ^b) =
        VectorLaws.inverseWishart (expression degreesOfFreedom) (expression scaleFactor)

    /// lower + (upper - lower) x for x Beta(a, b).
    let inline betaBetween (lower: float) (upper: float) (a: ^a) (b: ^b) =
        PositiveLaws.betaBetween lower upper (expression a) (expression b)

    /// Uniform between two numbers.
    let uniform (lower: float) (upper: float) = RealLaws.uniform lower upper

    /// Density 1 on the real line: improper.
    let flat = RealLaws.flatOn Domain.Real

    /// Density 1 on a support of numbers: improper unless it is bounded.
    let flatOn (support: Domain) = RealLaws.flatOn support

    /// A law on another domain, its density not renormalised: a normal on ascending vectors, say.
    let on (domain: Domain) (law: RandomLaw) = RandomLaw.on domain law

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    let inline lkj (dimension: int) (concentration: ^a) = VectorLaws.lkj dimension (expression concentration)

    /// Components of one family whose parameters have one entry a component; weights (K) with sum 1.
    let inline mixture (weights: ^a) (components: RandomLaw) = MixedLaws.mixture (expression weights) components

    /// Components of any families of single entries; weights (K) with sum 1.
    let inline mixtureOf (weights: ^a) (components: RandomLaw list) =
        MixedLaws.mixtureOf (expression weights) components

    /// A first-order autoregression of so many entries from its stationary law.
    let inline autoregression (mean: ^a) (phi: ^b) (sd: ^c) (length: int) =
        SeriesLaws.autoregression (expression mean) (expression phi) (expression sd) length

    /// Normal with a mean and a standard deviation > 0, given that it lies between two bounds, of which either may be infinite.
    let inline normalBetween (lower: float) (upper: float) (mean: ^a) (sd: ^b) =
        RealLaws.normalBetween lower upper (expression mean) (expression sd)

    /// A hidden Markov chain with the path summed out: weights of the first state (K), probabilities of the next state in the row of the
    /// present one (K x K), and the law of an entry given its state, whose parameters have one entry a state.
    let inline hiddenMarkov (initial: ^a) (transitions: ^b) (emissions: RandomLaw) (length: int) =
        SeriesLaws.hiddenMarkov (expression initial) (expression transitions) emissions length
