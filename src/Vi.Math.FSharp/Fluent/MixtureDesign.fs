namespace Vi.Math.Fluent

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
