namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// Kinds of priors of mixture weights.
type MixtureWeights =
    /// A symmetric Dirichlet prior.
    | Dirichlet = 0
    /// A Dirichlet process, truncated to the given number of components.
    | StickBreaking = 1

/// Kinds of covariances of a mixture's components.
type MixtureCovariance =
    /// Every component has a covariance of its own.
    | Full = 0
    /// All components share one covariance.
    | Tied = 1
    /// Every component has variances of its own, and its columns are independent.
    | Diagonal = 2

/// What was learned of the scale of components: B, with Lambda_k | B ~ Wishart(B^-1, nu0) or, with independent columns,
/// tau_kj | b_j ~ Gamma(nu0 / 2, b_j), and beta0 of the means, in plain numbers by textbook name.
[<Sealed>]
type FittedScale internal (scale: LearnedScale) =

    let named name value = KeyValuePair(name, value)

    /// E[B] (D x D); of independent columns E[b] along the diagonal.
    member _.Expected: Mat = LearnedScale.expected scale

    /// The distribution of beta0.
    member _.MeanScale: Gamma = scale.MeanScale

    /// Variational parameters that are one number: nuB of q(B), a and b of q(beta0).
    member _.Numbers: IReadOnlyList<KeyValuePair<string, float>> =
        [| match scale.Matrix with
           | JointScale d -> named "nuB" d.DegreesOfFreedom
           | ColumnRates _ -> ()
           named "aBeta0" scale.MeanScale.Shape
           named "bBeta0" scale.MeanScale.Rate |]

    /// Variational parameters that are a number for each column: aB and bB of q(b).
    member _.Vectors: IReadOnlyList<KeyValuePair<string, Vec>> =
        match scale.Matrix with
        | JointScale _ -> [||]
        | ColumnRates rates ->
            [| named "aB" (rates |> Array.map (fun d -> d.Shape) |> Vec.ofArray)
               named "bB" (rates |> Array.map (fun d -> d.Rate) |> Vec.ofArray) |]

    /// Variational parameters that are a matrix: V of q(B).
    member _.Matrices: IReadOnlyList<KeyValuePair<string, Mat>> =
        match scale.Matrix with
        | JointScale d -> [| named "V" (Chol.inverse d.InverseScale) |]
        | ColumnRates _ -> [||]

    static member internal Of(scale: LearnedScale voption) : IReadOnlyList<FittedScale> =
        match scale with
        | ValueSome scale -> [| FittedScale scale |]
        | ValueNone -> [||]

/// Prior of a mixture of any kind. Components have means mu_k with (mu_k | Lambda_k) ~ N(m0, (beta0 Lambda_k)^-1) and
/// Lambda_k ~ Wishart(W0, nu0), tied ones the same Lambda; with independent columns tau_kj ~ Gamma(nu0 / 2, (W0^-1)_jj / 2) is the precision
/// of column j. Raises ArgumentException where a parameter is outside its range or the inverse scale matrix is not positive definite.
[<Sealed>]
type MixtureDesign
    private
    (
        weights: MixtureWeights,
        covariance: MixtureCovariance,
        components: int,
        concentration: float,
        m0: Vec,
        beta0: float,
        nu0: float,
        inverseScale: Mat,
        learnsScale: bool
    ) =

    // A single weight is no Dirichlet of its own: it is certainly 1.
    let dirichlet =
        lazy
            (if components = 1 then
                 { Concentration = Vec.constant 1 (Gamma.create concentration 1.0).Shape }
             else
                 Vi.Math.FSharp.Dirichlet.create (Vec.constant components concentration))

    let sticks = lazy (Vi.Math.FSharp.StickBreaking.create components concentration)

    let joint =
        lazy
            (match Chol.tryFactor inverseScale with
             | ValueNone -> invalidArg (nameof inverseScale) "the inverse scale matrix must be positive definite"
             | ValueSome factor -> NormalWishart.create m0 beta0 (Wishart.create nu0 factor))

    let columns =
        lazy (Array.init m0.Length (fun j -> NormalGamma.create m0[j] beta0 (0.5 * nu0) (0.5 * inverseScale[j, j])))

    do
        match weights with
        | MixtureWeights.StickBreaking when components < 2 ->
            invalidArg (nameof components) "a single component has no stick to break"
        | MixtureWeights.StickBreaking -> sticks.Force() |> ignore
        | _ -> dirichlet.Force() |> ignore

        match covariance with
        | MixtureCovariance.Diagonal -> columns.Force() |> ignore
        | _ -> joint.Force() |> ignore

    /// Kind of prior of the weights.
    member _.Weights = weights

    /// Kind of covariance.
    member _.Covariance = covariance

    /// Number K of components.
    member _.Components = components

    /// Prior mean of the components' means (D).
    member _.Mean = m0

    /// Rows that it is worth.
    member _.MeanScale = beta0

    /// Degrees of freedom nu0.
    member _.DegreesOfFreedom = nu0

    /// W0^-1 (D x D).
    member _.InverseScale = inverseScale

    /// Whether the scale of components is learned.
    member _.LearnsScale = learnsScale

    /// The same design with a scale of components that is learned: B and beta0 take the place of W0^-1 and beta0, about which they begin.
    member _.WithLearnedScale() =
        MixtureDesign(weights, covariance, components, concentration, m0, beta0, nu0, inverseScale, true)

    /// A design with a fixed prior of the components.
    new
        (
            weights: MixtureWeights,
            covariance: MixtureCovariance,
            components: int,
            concentration: float,
            m0: Vec,
            beta0: float,
            nu0: float,
            inverseScale: Mat
        ) =
        MixtureDesign(weights, covariance, components, concentration, m0, beta0, nu0, inverseScale, false)

    member internal _.Dirichlet = dirichlet.Value
    member internal _.Sticks = sticks.Value
    member internal _.Joint = joint.Value
    member internal _.Columns = columns.Value

/// A fitted mixture of any kind in plain arrays.
[<Sealed>]
type FittedMixture
    internal
    (
        view: MixtureView,
        counts: Vec,
        weightDistributions: Beta[],
        numbers: KeyValuePair<string, Vec>[],
        vectors: KeyValuePair<string, Vec[]>[],
        matrices: Mat[],
        scale: LearnedScale voption,
        respond: Rows -> LinearResponseOptions -> LinearResponseCovariance,
        factors: obj,
        checker: Rows -> obj seq -> PosteriorChecker
    ) =

    member internal _.Factors = factors

    /// What responsibilities and predictions read.
    member _.View = view

    /// The components one by one (K).
    member _.Components: IReadOnlyList<MixtureComponent> = view.Components

    /// Rows that each component explains (K).
    member _.Counts = counts

    /// Distribution of each weight (K); with stick-breaking the Beta distribution of the same mean and variance.
    member _.WeightDistributions: IReadOnlyList<Beta> = weightDistributions

    /// Variational parameters by textbook name that are a number for each weight or component, or one for all of them.
    member _.Numbers: IReadOnlyList<KeyValuePair<string, Vec>> = numbers

    /// Variational parameters by textbook name that are a vector for each component.
    member _.Vectors: IReadOnlyList<KeyValuePair<string, Vec[]>> = vectors

    /// Scale matrices W of the components' precisions: one for each, one for all where they share it, none for independent columns.
    member _.ScaleMatrices: IReadOnlyList<Mat> = matrices

    /// What was learned of the scale of components: one, or none where it is fixed.
    member _.Scale: IReadOnlyList<FittedScale> = FittedScale.Of scale

    /// Covariances of the means mu[k,d] and weights pi[k] of components that explain rows, by linear response, where these factors are an
    /// optimum of coordinate ascent on the given rows.
    member _.LinearResponse(rows: Rows, options: LinearResponseOptions) : LinearResponseCovariance =
        respond rows options

    /// Made ready to be checked against the posterior, other fits of the same design and rows (restarts) giving further places for chains to start.
    member _.Checker(rows: Rows, others: IEnumerable<FittedMixture>) : PosteriorChecker =
        others |> Seq.map (fun other -> other.Factors) |> checker rows

/// Fits of mixtures of any kind.
module internal MixtureFits =

    /// All sweeps of any algorithm. Stochastic inference starts from a sample of the rows, a stream from the rows that it takes in first.
    let fit
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        (options: FitOptions)
        (form: MixturePosterior<'weights, 'components> -> 'posterior)
        : IEnumerable<Sweep<'posterior>> =
        let rows = rows.WithThreads options.Threads
        let form = Mixture.inOrder weights family prior >> form
        let model = Mixture.stochastic weights family prior

        match options.Algorithm with
        | FitAlgorithm.Stochastic ->
            Sweeps.stochastic options form rows model (Mixture.startFromSample weights family prior rows)
        | FitAlgorithm.Streaming ->
            let first = Streaming.part rows 0L (min options.BatchRows rows.Count)

            Sweeps.streaming options form rows model.Scale model.Model (fun rng ->
                (Mixture.start weights family prior first rng).Globals)
        | _ -> MixtureMoves.engine weights family prior rows |> Sweeps.ofEngine options form

    /// Linear response of the components that explain rows.
    let respond
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (ofWeights: int -> FactorResponse<'weights>)
        (ofComponents: int -> int -> FactorResponse<'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (q: MixturePosterior<'weights, 'components>)
        (rows: Rows)
        (options: LinearResponseOptions)
        : LinearResponseCovariance =
        let k = weights.Count prior.Weights
        let dimension = family.Dimension prior.Component
        let counts = Mixture.explained family prior q

        let wanted =
            Set.ofList
                [ for c in 0 .. k - 1 do
                      if counts[c] >= 1.0 then
                          $"pi[{c + 1}]"

                          for d in 1..dimension do
                              $"mu[{c + 1},{d}]" ]

        let all = Responses.mixture weights family (ofWeights k) (ofComponents k dimension)
        let view = ResponseCovariances.finite wanted.Contains all q
        ResponseCovariances.ofRows rows (Mixture.model weights family prior) view options q

    let private named name values = KeyValuePair(name, values)

    let private dirichletParts (d: Dirichlet) =
        struct (Array.init d.Concentration.Length (fun k -> Dirichlet.marginal k d), [| named "alpha" d.Concentration |])

    let private stickParts (d: StickBreaking) =
        struct (Array.init (StickBreaking.components d) (fun k -> StickBreaking.marginal k d),
                [| named "gamma1" (d.Sticks |> Array.map (fun v -> v.Alpha) |> Vec.ofArray)
                   named "gamma2" (d.Sticks |> Array.map (fun v -> v.Beta) |> Vec.ofArray) |])

    let private ofEach (f: 'c -> float) (components: 'c[]) = components |> Array.map f |> Vec.ofArray

    let private fullParts (c: NormalWishart[]) =
        struct ([| named "beta" (c |> ofEach (fun distribution -> distribution.PrecisionScale))
                   named "nu" (c |> ofEach (fun distribution -> distribution.Precision.DegreesOfFreedom)) |],
                [| named "m" (c |> Array.map (fun distribution -> distribution.Mean)) |],
                c |> Array.map (fun distribution -> Chol.inverse distribution.Precision.InverseScale))

    let private tiedParts (c: TiedNormalWishart) =
        struct ([| named "beta" c.PrecisionScales; named "nu" (Vec.constant 1 c.Precision.DegreesOfFreedom) |],
                [| named "m" c.Means |],
                [| Chol.inverse c.Precision.InverseScale |])

    let private diagonalParts (c: NormalGamma[][]) =
        let ofColumns f = c |> Array.map (ofEach f)

        struct ([| named "beta" (c |> ofEach (fun distributions -> distributions[0].PrecisionScale)) |],
                [| named "m" (ofColumns (fun distribution -> distribution.Mean))
                   named "a" (ofColumns (fun distribution -> distribution.Shape))
                   named "b" (ofColumns (fun distribution -> distribution.Rate)) |],
                Array.empty<Mat>)

    let private any
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        weightParts
        weightResponse
        componentParts
        componentResponse
        (checkedModel:
            MixturePrior<'weights, 'prior>
                -> CheckedModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        prior
        rows
        options
        =
        fit weights family prior rows options (fun q ->
            let struct (distributions, ofWeights) = weightParts q.Weights
            let struct (numbers, vectors, matrices) = componentParts q.Components

            FittedMixture(
                Mixture.view weights family q,
                Mixture.explained family prior q,
                distributions,
                Array.append ofWeights numbers,
                vectors,
                matrices,
                q.Learned,
                respond weights family weightResponse componentResponse prior q,
                q,
                fun rows others ->
                    let others = others |> Seq.map unbox<MixturePosterior<'weights, 'components>>
                    PosteriorCheckers.ofRows rows (checkedModel prior) others q
            ))

    let private priorOf
        (design: MixtureDesign)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (weights: 'weights)
        (component': 'prior)
        : MixturePrior<'weights, 'prior> =
        let prior = { Weights = weights; Component = component'; Learned = ValueNone }
        if design.LearnsScale then Mixture.learnScale family prior else prior

    let private ofWeights
        (design: MixtureDesign)
        (family: ComponentFamily<'prior, 'data, 'components>)
        parts
        response
        ofSticks
        ofDirichlet
        prior
        rows
        options
        =
        match design.Weights with
        | MixtureWeights.StickBreaking ->
            any
                WeightFamilies.stickBreaking
                family
                stickParts
                Responses.stickWeights
                parts
                response
                ofSticks
                (priorOf design family design.Sticks prior)
                rows
                options
        | _ ->
            any
                WeightFamilies.dirichlet
                family
                dirichletParts
                Responses.dirichletWeights
                parts
                response
                ofDirichlet
                (priorOf design family design.Dirichlet prior)
                rows
                options

    /// All sweeps of a mixture of the design's kind.
    let ofDesign (design: MixtureDesign) (rows: Rows) (options: FitOptions) : IEnumerable<Sweep<FittedMixture>> =
        match design.Covariance with
        | MixtureCovariance.Tied ->
            ofWeights
                design
                TiedComponents.family
                tiedParts
                Responses.tiedMeans
                CheckedModels.tiedStickBreaking
                CheckedModels.tiedMixture
                design.Joint
                rows
                options
        | MixtureCovariance.Diagonal ->
            ofWeights
                design
                DiagonalComponents.family
                diagonalParts
                Responses.diagonalMeans
                CheckedModels.diagonalStickBreaking
                CheckedModels.diagonalMixture
                design.Columns
                rows
                options
        | _ ->
            ofWeights
                design
                FullComponents.family
                fullParts
                Responses.fullMeans
                CheckedModels.fullStickBreaking
                CheckedModels.fullMixture
                design.Joint
                rows
                options

    /// The mixture of the design's kind as a target of samplers and black-box inference.
    let target (design: MixtureDesign) (rows: Rows) : InferenceTarget =
        match design.Weights, design.Covariance with
        | MixtureWeights.StickBreaking, MixtureCovariance.Tied ->
            MarginalTargets.tiedStickBreaking (priorOf design TiedComponents.family design.Sticks design.Joint) rows
        | MixtureWeights.StickBreaking, MixtureCovariance.Diagonal ->
            MarginalTargets.diagonalStickBreaking
                (priorOf design DiagonalComponents.family design.Sticks design.Columns)
                rows
        | MixtureWeights.StickBreaking, _ ->
            MarginalTargets.fullStickBreaking (priorOf design FullComponents.family design.Sticks design.Joint) rows
        | _, MixtureCovariance.Tied ->
            MarginalTargets.tiedMixture (priorOf design TiedComponents.family design.Dirichlet design.Joint) rows
        | _, MixtureCovariance.Diagonal ->
            MarginalTargets.diagonalMixture
                (priorOf design DiagonalComponents.family design.Dirichlet design.Columns)
                rows
        | _ -> MarginalTargets.fullMixture (priorOf design FullComponents.family design.Dirichlet design.Joint) rows
