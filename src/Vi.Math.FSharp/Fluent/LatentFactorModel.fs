namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// A fitted factor model in plain arrays: factors in falling size, each with loadings that add up to more than 0.
[<Sealed>]
type LatentFactorPosterior internal (q: FactorModelPosterior) =

    let loadings = lazy FactorLoadings.rows q.Loadings

    member internal _.Factors = q

    /// q(b_n), the K loadings of each of the N columns.
    member _.Loadings: IReadOnlyList<MvNormal> = loadings.Value

    /// Expected loadings (N x K).
    member _.LoadingMeans = FactorLoadings.means q.Loadings

    /// sum_n E[b_nk^2] of each factor (K).
    member _.LoadingSquares = Mat.diagonal (FactorLoadings.squares q.Frame q.Loadings)

    /// q(1 / psi_n), N of them.
    member _.NoisePrecisions: IReadOnlyList<Gamma> = q.NoisePrecisions

    /// q(alpha_k), the precision of each factor's loadings; empty where it is known.
    member _.LoadingPrecisions: IReadOnlyList<Gamma> = q.LoadingPrecisions

/// Rows made ready for a factor model: centred where asked for, and reduced to R'R where no entry is missing and T > N.
[<Sealed>]
type LatentFactorData internal (rows: Rows, data: FactorData, means: Vec) =

    member internal _.Data = data

    member internal _.Rows = rows

    /// What was taken off each column (N).
    member _.Means = means

    /// Root mean square of each column's observed entries (N) about what was taken off; a column that does not vary counts as 1e-12 of the largest.
    member _.Scales: IReadOnlyList<float> = (FactorData.scales data).ToArray()

    /// True where a sweep works on R'R and costs nothing in the number of rows.
    member _.IsReduced = FactorData.isReduced data

/// Loadings and factors turned: shown loadings are B Q, shown factors Q' f, for an orthogonal Q (K x J).
[<Sealed>]
type TurnedFactors internal (turn: Mat, loadings: Mat) =

    /// Number J of factors that are shown.
    member _.Count = turn.Columns

    /// Mean and standard deviation of shown entry j of a normal vector (K).
    member _.Shown(mean: Vec, covariance: Mat, j: int) : struct (float * float) =
        let direction = Mat.column j turn
        struct (Vec.dot direction mean, sqrt (max 0.0 (Mat.bilinear direction covariance direction)))

    /// Correlation of the shown loadings with others (N x J), factor by factor.
    member _.Correlations(others: Mat) : float[] = FactorView.correlations (Mat.multiply loadings turn) others

/// r_t = B f_t + e_t with f_t ~ N(0, I), e_tn ~ N(0, psi_n), 1 / psi_n ~ Gamma(a0, b0), and B_nk ~ N(0, sd^2) or, with relevance
/// determination, N(0, 1 / alpha_k), alpha_k ~ Gamma.
[<AbstractClass; Sealed>]
type LatentFactorModel private () =

    static let prior factors (loadings: WeightPrecisionPrior) a0 b0 rotation : FactorModelPrior =
        if factors < 1 then
            invalidArg (nameof factors) $"at least one factor is needed, not {factors}"

        { Factors = factors
          LoadingPrecision = loadings
          Scales = ValueNone
          NoisePrecision = Gamma.create a0 b0
          Rotation = rotation }

    /// Loadings of known prior standard deviation > 0. With rotation each sweep also turns and stretches the factors to where the bound is
    /// highest.
    static member Prior(factors: int, loadingSd: float, a0: float, b0: float, rotation: bool) : FactorModelPrior =
        prior factors (Known (Gamma.create (1.0 / (loadingSd * loadingSd)) 1.0).Shape) a0 b0 rotation

    /// Loadings whose precision is learned for each factor, alpha_k ~ Gamma(shape, rate).
    static member RelevancePrior
        (factors: int, shape: float, rate: float, a0: float, b0: float, rotation: bool)
        : FactorModelPrior =
        prior factors (Ard(Gamma.create shape rate)) a0 b0 rotation

    /// The same prior in units s of the columns (N numbers > 0): B_nk ~ N(0, s_n^2 / alpha_k) and s_n^2 / psi_n ~ Gamma(a0, b0). With the columns'
    /// standard deviations the prior says the same whatever units they are in.
    static member WithScales(prior: FactorModelPrior, scales: IReadOnlyList<float>) : FactorModelPrior =
        { prior with Scales = ValueSome(Require.scales "factor-model" scales) }

    /// Rows of N columns, NaN where an entry is missing, read once.
    static member Data(rows: Rows, center: bool) : LatentFactorData =
        let struct (data, means) = FactorData.ofRows center rows
        LatentFactorData(rows, data, means)

    /// Fits the factors, lazily, sweep by sweep, restart after restart. Raises ArgumentException where there are more factors than columns.
    static member Fit
        (prior: FactorModelPrior, data: LatentFactorData, options: FitOptions)
        : IEnumerable<Sweep<LatentFactorPosterior>> =
        if prior.Factors > data.Rows.Columns then
            invalidArg (nameof prior) $"{prior.Factors} factors for {data.Rows.Columns} columns"

        FactorData.engineWith options.Accelerate prior data.Data
        |> Sweeps.ascent data.IsReduced options (FactorModel.inOrder >> LatentFactorPosterior)

    /// Made ready to be checked against the posterior, other fits of the same model and rows (restarts) giving further places for chains to start.
    /// What is checked is B B' and psi, which no rotation of the factors changes.
    static member Checker
        (
            prior: FactorModelPrior,
            data: LatentFactorData,
            posterior: LatentFactorPosterior,
            others: IEnumerable<LatentFactorPosterior>
        ) : PosteriorChecker =
        let others = others |> Seq.map (fun other -> other.Factors)
        let model = CheckedModels.factorModel data.IsReduced data.Means prior
        PosteriorCheckers.ofRows data.Rows model others posterior.Factors

    /// The model with the factors integrated out, for `ModelRun`: Gibbs sampling, NUTS and every inference that needs a log density. Reported are
    /// loadings B (N x K), turned to come closest to a fit, psi (N), alpha (K) where it is learned, and the communalities sum_k B_nk^2 (N).
    static member AsModel(prior: FactorModelPrior, data: LatentFactorData) : Model =
        Model(fun () -> MarginalTargets.factorModel prior data.Data data.Means (data.Rows.WithThreads 1))

    /// Mean (K) and covariance (K x K) of the factors at a row of N entries, NaN where one is missing; the columns' means are taken off
    /// here.
    static member FactorsOf
        (data: LatentFactorData, posterior: LatentFactorPosterior)
        : System.Func<float[], struct (Vec * Mat)> =
        let ofRow = FactorStatistics.factorsOf posterior.Factors
        System.Func<_, _>(fun row -> ofRow (row |> Array.mapi (fun n value -> value - data.Means[n])))

    /// Shares of the variance that the factors explain.
    static member Explained(posterior: LatentFactorPosterior) : ExplainedVariance =
        FactorView.explained posterior.Factors

    /// The factors turned to come closest to other loadings (N x J, J <= K); as they are where there are none.
    static member Turned(posterior: LatentFactorPosterior, target: Mat | null) : TurnedFactors =
        let loadings = posterior.LoadingMeans

        match target with
        | null -> TurnedFactors(Mat.identity loadings.Columns, loadings)
        | target -> TurnedFactors(FactorModel.alignment loadings target, loadings)

    /// The orthogonal Q (K x J) for which loadings Q (N x J) come closest to other loadings of J <= K columns (Schoenemann 1966).
    static member Alignment(loadings: Mat, target: Mat) : Mat = FactorModel.alignment loadings target
