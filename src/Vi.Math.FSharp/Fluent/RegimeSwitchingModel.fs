namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

module internal RegimeDraws =

    /// Draws of the transition matrix from q(A).
    let transitions (q: RegimeSwitchingPosterior) (draws: int) (seed: uint64) : Mat[] =
        let draw (rng: Rng) : struct (Mat * Rng) =
            let struct (rows, rng) =
                ((struct ([], rng)), q.Transitions)
                ||> Array.fold (fun (struct (rows, rng)) distribution ->
                    let struct (row, rng) = Dirichlet.sample distribution rng
                    struct (row.ToArray() :: rows, rng))

            struct (Mat.ofRows (List.rev rows), rng)

        let struct (matrices, _) = Rng.array draws draw (Rng.ofSeed seed)
        matrices

/// What a fitted chain of S states says of its T rows, read once.
[<Sealed>]
type RegimeView
    internal (prior: RegimeSwitchingPrior, q: RegimeSwitchingPosterior, rows: Rows, draws: int, seed: uint64) =

    let chain = RegimeSwitching.chain rows
    let probabilities = RegimeSwitching.stateProbabilities q chain

    let stationary =
        let distributions = RegimeDraws.transitions q draws seed |> Array.map RegimeSwitching.stationary
        Array.init q.States.Length (fun k -> distributions |> Array.map (fun weights -> weights[k]))

    /// Rows that each state explains (S).
    member val Counts = (RegimeSwitching.counts prior q).ToArray()

    /// Probability of each state at each row given all rows (T rows of S), which add up to 1.
    member _.Probabilities = probabilities

    /// The most probable state of each row (T).
    member val States = probabilities |> Array.map (fun row -> Array.IndexOf(row, Array.max row))

    /// The most probable path as a whole (T).
    member val Path = RegimeSwitching.mostProbablePath q chain

    /// Draws of the share of time that each state has in the long run (S rows of draws), by draws of the transition matrix from q(A).
    member _.StationaryDraws = stationary

    /// Shares of time in the long run under the expected transitions (S).
    member val LongRun = RegimeSwitching.stationary (RegimeSwitching.expectedTransitions q)

    /// Probability of each state at the row after the last (S).
    member val Next = RegimeSwitching.nextState q (Vec.ofArray (Array.last probabilities))

/// Hidden Markov chain of S multivariate normal states in D dimensions; a table is one chain, its rows in the order of time.
[<AbstractClass; Sealed>]
type RegimeSwitchingModel private () =

    /// A prior in full: concentration > 0 of every initial and transition probability, stickiness >= 0 added on the diagonal; state mean
    /// m0 (D) with weight beta0 > 0, nu0 > D - 1 degrees of freedom, inverse scale matrix W0^-1 (D x D, symmetric positive definite).
    /// Raises ArgumentException where a number is out of its range.
    static member Prior
        (states: int, concentration: float, stickiness: float, m0: Vec, beta0: float, nu0: float, inverseScale: Mat)
        : RegimeSwitchingPrior =
        if states < 1 then
            invalidArg (nameof states) $"at least one state is needed, not {states}"

        if not (concentration > 0.0) then
            invalidArg (nameof concentration) $"the concentration must be above 0, not {concentration}"

        if not (stickiness >= 0.0) then
            invalidArg (nameof stickiness) $"the stickiness must be at least 0, not {stickiness}"

        match Chol.tryFactor inverseScale with
        | ValueNone -> invalidArg (nameof inverseScale) "the inverse scale matrix must be positive definite"
        | ValueSome factor ->
            RegimeSwitching.prior
                states
                concentration
                stickiness
                (NormalWishart.create m0 beta0 (Wishart.create nu0 factor))

    /// The prior with a scale of states that is learned: B and beta0 take the place of its W0^-1 and beta0, about which they begin.
    static member WithLearnedScale(prior: RegimeSwitchingPrior) : RegimeSwitchingPrior =
        RegimeSwitching.learnScale prior

    /// What was learned of the scale of states: one, or none where it is fixed.
    static member Scale(posterior: RegimeSwitchingPosterior) : IReadOnlyList<FittedScale> =
        FittedScale.Of posterior.Learned

    /// Fits the factors, lazily, sweep by sweep, restart after restart. States are given by increasing volatility.
    static member Fit
        (prior: RegimeSwitchingPrior, rows: Rows, options: FitOptions)
        : IEnumerable<Sweep<RegimeSwitchingPosterior>> =
        let chain = RegimeSwitching.chain rows

        RegimeMoves.engineWith options.Accelerate prior chain
        |> Sweeps.ofEngine options (RegimeSwitching.inOrder prior)

    /// Made ready to be checked against the posterior, other fits of the same model and rows (restarts) giving further places for chains to start.
    static member Checker
        (
            prior: RegimeSwitchingPrior,
            rows: Rows,
            posterior: RegimeSwitchingPosterior,
            others: IEnumerable<RegimeSwitchingPosterior>
        ) : PosteriorChecker =
        let chain = Batches.ofList [ RegimeSwitching.chain rows ]
        PosteriorCheckers.make rows.Count chain (CheckedModels.regimeSwitching prior) others posterior

    /// The model with the path summed out, for `ModelRun`: Gibbs sampling, NUTS and every inference that needs a log density. Reported are pi (S), A
    /// (S x S), mu and sigma (S x D), the stationary distribution and the expected durations (S), states matched to a fit.
    static member AsModel(prior: RegimeSwitchingPrior, rows: Rows) : Model =
        Model(fun () -> MarginalTargets.regimeSwitching prior (rows.WithThreads 1))

    /// Covariances of the means mu[k,d] of states that explain rows, and of the transition probabilities A[i,j] between such states, by linear
    /// response, at an optimum of coordinate ascent.
    static member LinearResponse
        (prior: RegimeSwitchingPrior, rows: Rows, posterior: RegimeSwitchingPosterior, options: LinearResponseOptions)
        : LinearResponseCovariance =
        let states = posterior.States.Length
        let dimension = prior.State.Mean.Length
        let counts = RegimeSwitching.counts prior posterior
        let occupied = [ for k in 0 .. states - 1 -> counts[k] >= 1.0 ]

        let wanted =
            Set.ofList
                [ for k in 0 .. states - 1 do
                      if occupied[k] then
                          for d in 1..dimension do
                              $"mu[{k + 1},{d}]"

                          for j in 0 .. states - 1 do
                              if occupied[j] then
                                  $"A[{k + 1},{j + 1}]" ]

        let view =
            ResponseCovariances.finite wanted.Contains (Responses.regimeSwitching states dimension) posterior

        LinearResponse.covariance
            (Batches.ofList [ RegimeSwitching.chain rows ])
            (float rows.Count)
            (RegimeSwitching.model prior)
            view
            options.Core
            posterior
        |> LinearResponseCovariance

    /// What a fitted chain says of its rows; what has no closed form by so many draws of the transition matrix.
    static member View
        (prior: RegimeSwitchingPrior, posterior: RegimeSwitchingPosterior, rows: Rows, draws: int, seed: uint64)
        : RegimeView =
        RegimeView(prior, posterior, rows, draws, seed)

    /// Probability of each state at each row given all rows, T rows of S, which add up to 1.
    static member StateProbabilities(posterior: RegimeSwitchingPosterior, rows: Rows) : float[][] =
        RegimeSwitching.stateProbabilities posterior (RegimeSwitching.chain rows)

    /// The most probable path as a whole (T).
    static member MostProbablePath(posterior: RegimeSwitchingPosterior, rows: Rows) : int[] =
        RegimeSwitching.mostProbablePath posterior (RegimeSwitching.chain rows)

    /// Rows that each state explains (S).
    static member Counts(prior: RegimeSwitchingPrior, posterior: RegimeSwitchingPosterior) : Vec =
        RegimeSwitching.counts prior posterior

    /// E[A] (S x S).
    static member ExpectedTransitions(posterior: RegimeSwitchingPosterior) : Mat =
        RegimeSwitching.expectedTransitions posterior

    /// Stationary distribution of a transition matrix with positive entries (S).
    static member Stationary(transitions: Mat) : Vec = RegimeSwitching.stationary transitions

    /// Draws of the transition matrix from q(A), as many as asked for.
    static member DrawTransitions(posterior: RegimeSwitchingPosterior, draws: int, seed: uint64) : Mat[] =
        RegimeDraws.transitions posterior draws seed

    /// Distribution of one probability of a row of transitions; certain where there is only one state.
    static member Probability(distribution: Dirichlet, state: int) : Marginal =
        if distribution.Concentration.Length = 1 then
            Marginal(1.0, 0.0, (fun _ -> 1.0), (fun _ -> nan))
        else
            Marginal.Of(Dirichlet.marginal state distribution)

    /// Distribution of the expected rows until a state is left, 1 / (1 - A_kk); there are two states or more.
    static member Duration(posterior: RegimeSwitchingPosterior, state: int) : Marginal =
        let stay = Dirichlet.marginal state posterior.Transitions[state]
        let struct (mean, sd) = RegimeSwitching.duration stay

        Marginal(
            mean,
            sd,
            (fun p -> 1.0 / (1.0 - Beta.quantile stay p)),
            (fun rows -> Distribution.Density(stay, 1.0 - 1.0 / rows) / (rows * rows))
        )

    /// Probability of each state at the row after the last, from that at the last row.
    static member NextState(posterior: RegimeSwitchingPosterior, last: Vec) : Vec =
        RegimeSwitching.nextState posterior last

    /// Log density of a row whose state has the given distribution, in nats.
    static member LogDensity(posterior: RegimeSwitchingPosterior, weights: Vec, x: Vec) : float =
        RegimeSwitching.predictiveLogDensity posterior weights x

    /// Distribution of column j of a row whose state has the given distribution.
    static member Predictive(posterior: RegimeSwitchingPosterior, weights: Vec, column: int) : StudentTMixture =
        RegimeSwitching.predictive posterior weights column

    /// Quantile of column j of a row whose state has the given distribution, 0 < probability < 1.
    static member PredictiveQuantile
        (posterior: RegimeSwitchingPosterior, weights: Vec, column: int, probability: float)
        : float =
        RegimeSwitching.predictiveQuantile posterior weights column probability

    /// The exact log evidence where S = 1 and nothing of the prior is learned, in nats.
    static member LogEvidenceOfOne(prior: RegimeSwitchingPrior, data: Moments) : float =
        FullComponents.logEvidence prior.State data
