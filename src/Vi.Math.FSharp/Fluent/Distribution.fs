namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Densities, quantiles and divergences of the distributions, one name for all of them.
[<AbstractClass; Sealed>]
type Distribution private () =

    /// Density at x.
    static member Density(law: Normal, x: float) : float = exp (Normal.logDensity law x)

    /// Density at x > 0.
    static member Density(law: Gamma, x: float) : float = exp (Gamma.logDensity law x)

    /// Density at x > 0.
    static member Density(law: InverseGamma, x: float) : float = exp (InverseGamma.logDensity law x)

    /// Density at x in (0, 1).
    static member Density(law: Beta, x: float) : float = exp (Beta.logDensity law x)

    /// Density at x.
    static member Density(law: StudentT, x: float) : float = exp (StudentT.logDensity law x)

    /// Density at x.
    static member Density(law: NormalMixture, x: float) : float = exp (NormalMixture.logDensity law x)

    /// Density at x.
    static member Density(law: NormalScaleMixture, x: float) : float = exp (NormalScaleMixture.logDensity law x)

    /// Quantile, 0 < probability < 1.
    static member Quantile(law: Normal, probability: float) : float = Normal.quantile law probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(law: Gamma, probability: float) : float = Gamma.quantile law probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(law: InverseGamma, probability: float) : float = InverseGamma.quantile law probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(law: Beta, probability: float) : float = Beta.quantile law probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(law: StudentT, probability: float) : float = StudentT.quantile law probability

    /// Quantile, 0 < probability < 1.
    static member Quantile(law: NormalScaleMixture, probability: float) : float =
        NormalScaleMixture.quantile law probability

    /// Mean.
    static member Mean(law: Gamma) : float = Gamma.mean law

    /// Mean; infinite for a shape of at most 1.
    static member Mean(law: InverseGamma) : float = InverseGamma.mean law

    /// Mean.
    static member Mean(law: Beta) : float = Beta.mean law

    /// Standard deviation.
    static member Sd(law: Normal) : float = Normal.standardDeviation law

    /// Standard deviation.
    static member Sd(law: Gamma) : float = sqrt (Gamma.variance law)

    /// Standard deviation; infinite for a shape of at most 2.
    static member Sd(law: InverseGamma) : float = sqrt (InverseGamma.variance law)

    /// Standard deviation.
    static member Sd(law: Beta) : float = sqrt (Beta.variance law)

    /// Standard deviation; infinite where the law has none.
    static member Sd(law: StudentT) : float = sqrt (StudentT.variance law)

    /// Standard deviation; infinite where the law has none.
    static member Sd(law: NormalScaleMixture) : float = sqrt (NormalScaleMixture.variance law)

    /// E sqrt(x) = sqrt(scale) Gamma(shape - 1/2) / Gamma(shape); infinite for a shape of at most 1/2.
    static member MeanOfSquareRoot(law: InverseGamma) : float =
        if law.Shape > 0.5 then
            sqrt law.Scale * exp (Special.logGamma (law.Shape - 0.5) - Special.logGamma law.Shape)
        else
            infinity

    /// KL(q || p), in nats.
    static member Divergence(q: Normal, p: Normal) : float = Normal.klDivergence q p

    /// KL(q || p), in nats.
    static member Divergence(q: Gamma, p: Gamma) : float = Gamma.klDivergence q p

    /// Law of one weight of a Dirichlet.
    static member Marginal(law: Dirichlet, index: int) : Beta = Dirichlet.marginal index law

    /// Law of one entry of a multivariate normal.
    static member Marginal(law: MvNormal, index: int) : Normal = MvNormal.marginal index law

    /// Law of entry i of mu under q(mu, Lambda): a Student-t.
    static member MarginalMean(law: NormalWishart, index: int) : StudentT =
        MvStudentT.ofMean law |> MvStudentT.marginal index

    /// Law of entry i of a new observation under q(mu, Lambda): a Student-t.
    static member MarginalPredictive(law: NormalWishart, index: int) : StudentT =
        MvStudentT.predictive law |> MvStudentT.marginal index

    /// Law of mu alone under a normal-gamma: a Student-t.
    static member MarginalMean(law: NormalGamma) : StudentT = StudentT.ofMean law

    /// Law of the marginal variance Sigma_ii, Sigma = Lambda^-1: inverse gamma with shape (nu - D + 1) / 2 and scale
    /// (W^-1)_ii / 2 (Gelman et al. 2013, appendix A, inverse Wishart).
    static member MarginalVariance(law: NormalWishart, index: int) : InverseGamma =
        MixtureComponent.marginalVariance index (Joint law)

    /// Covariance matrix (D x D).
    static member Covariance(law: MvNormal) : Mat = MvNormal.covariance law

    /// Covariance matrix that the expected precision stands for: (nu W)^-1.
    static member Covariance(law: NormalWishart) : Mat = MixtureComponent.covariance (Joint law)

    /// The scale matrix W.
    static member ScaleMatrix(law: NormalWishart) : Mat = Chol.inverse law.Precision.InverseScale

    /// The inverse scale matrix W^-1.
    static member InverseScaleMatrix(law: NormalWishart) : Mat = Chol.toMat law.Precision.InverseScale

    /// Law of entry i of a component's mean: a Student-t.
    static member MarginalMean(law: MixtureComponent, index: int) : StudentT = MixtureComponent.marginalMean index law

    /// Law of entry i of a new row of a component: a Student-t.
    static member MarginalPredictive(law: MixtureComponent, index: int) : StudentT =
        MixtureComponent.marginalPredictive index law

    /// Law of the variance of column i within a component: inverse gamma.
    static member MarginalVariance(law: MixtureComponent, index: int) : InverseGamma =
        MixtureComponent.marginalVariance index law

    /// Covariance matrix that a component's expected precision stands for (D x D).
    static member Covariance(law: MixtureComponent) : Mat = MixtureComponent.covariance law

    /// Expected mean of a component (D).
    static member Mean(law: MixtureComponent) : Vec = MixtureComponent.mean law

    /// Reciprocal of a gamma variable: 1 / tau ~ inverse gamma.
    static member Reciprocal(law: Gamma) : InverseGamma = { Shape = law.Shape; Scale = law.Rate }

/// Statistics of tables.
[<AbstractClass; Sealed>]
type Statistics private () =

    /// Weight, mean and scatter of the rows.
    static member Moments(rows: Rows) : Moments = Moments.ofRows rows

    /// Covariance of the rows with divisor N - 1; raises ArgumentException for fewer than two rows.
    static member Covariance(moments: Moments) : Mat = Moments.covariance moments

    /// True where a symmetric matrix is positive definite to working precision.
    static member IsPositiveDefinite(matrix: Mat) : bool = (Chol.tryFactor matrix).IsSome

    /// Inverse of a symmetric positive definite matrix; raises ArithmeticException where it is not.
    static member Inverse(matrix: Mat) : Mat = Chol.inverse (Chol.factor "the matrix" matrix)

    /// A vector of these numbers.
    static member Vector([<System.ParamArray>] values: float[]) : Vec = Vec.ofArray values

    /// A matrix of these rows, all of one length.
    static member Matrix(rows: IEnumerable<IReadOnlyList<float>>) : Mat = Mat.ofRows (rows |> Seq.map Seq.toArray)

/// The best normal approximation of a mixture of normal laws in both directions of the divergence.
[<AbstractClass; Sealed>]
type NormalApproximationModel private () =

    /// The target, a mixture of normal laws: weights that add up to 1, means, positive standard deviations, of one length.
    static member Target(weights: float[], means: float[], sds: float[]) : NormalMixture =
        if means.Length <> weights.Length || sds.Length <> weights.Length then
            invalidArg
                (nameof means)
                $"{weights.Length} weights, {means.Length} means and {sds.Length} sds do not go together"

        NormalMixture.create (Vec.ofArray weights) (Array.map2 (fun m s -> Normal.create m (s * s)) means sds)

    /// KL(q || p), in nats.
    static member Reverse(target: NormalMixture, q: Normal) : float = NormalApproximation.divergence target q

    /// KL(p || q), in nats.
    static member Forward(target: NormalMixture, q: Normal) : float =
        (NormalApproximation.forwardDivergence target q).Value

    /// The q that minimises KL(p || q): mean and variance of the target.
    static member BestForward(target: NormalMixture) : Normal = NormalApproximation.forward target

    /// All local minima of KL(q || p) that were found, the smallest first, each with its divergence in nats.
    static member BestReverse(target: NormalMixture) : IReadOnlyList<ApproximationPoint> =
        (NormalApproximation.reverse target).Optima

    /// Maximises the bound E_q log p + H[q] = - KL(q || p) from several starts: one restart for each component, and one for the overall
    /// moments.
    static member Fit(target: NormalMixture, options: FitOptions) : IEnumerable<Sweep<Normal>> =
        NormalApproximationEngine.starts target
        |> Array.map (NormalApproximationEngine.engine target)
        |> Sweeps.ofEngines options id
