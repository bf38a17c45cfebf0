namespace Vi.Math

/// z_1 ~ Categorical(pi), z_t | z_(t-1) = i ~ Categorical(A_i), x_t | z_t = k ~ N(mu_k, Lambda_k^-1), pi ~ Dirichlet, A_i ~ Dirichlet,
/// (mu_k, Lambda_k) ~ Normal-Wishart.
type RegimeSwitchingPrior =
    {
        /// Prior of the S probabilities of the first state.
        Initial: Dirichlet
        /// Prior of each row of the transition matrix, S of them.
        Transitions: Dirichlet[]
        /// Prior of every state's mean and precision; where B and beta_0 are learned, they take the place of its W0^-1 and beta0.
        State: NormalWishart
        /// Prior of B and beta_0, where they are learned.
        Learned: LearnedScale voption
    }

/// Expected sufficient statistics of chains under q(path): what a sweep needs of the data.
type ChainStatistics =
    {
        /// Moments of each state, weighted by its probability at each row.
        States: Moments[]
        /// Expected number of chains that begin in each state (S).
        Initial: Vec
        /// Expected number of steps from state i to state j (S x S).
        Transitions: Mat
        /// H[q(path)], the local factors' own part of the bound, in nats.
        Entropy: float
        /// Log normaliser of q(path), in nats: its expected log potential plus its entropy.
        LogNormalizer: float
    }

/// Factors q(pi), q(A) row by row, q(mu_k, Lambda_k), and where the states' scale is learned q(B) and q(beta0).
type RegimeSwitchingPosterior =
    {
        /// q(pi).
        Initial: Dirichlet
        /// q(A_i), S of them.
        Transitions: Dirichlet[]
        /// q(mu_k, Lambda_k), S of them.
        States: NormalWishart[]
        /// The factors q(B) and q(beta0), where they are learned.
        Learned: LearnedScale voption
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Hidden Markov chain of multivariate normal states (MacKay 1997, Ensemble learning for hidden Markov models; Beal 2003, chapter 3),
/// with all terms of the bound. A block is one chain, its rows in the order of time; several blocks are several chains of one distribution.
[<RequireQualifiedAccess>]
module RegimeSwitching =

    /// How statistics of separate chains add up.
    let monoid (states: int) (dimension: int) : Monoid<ChainStatistics> =
        let moments = Monoid.array states (Moments.monoid dimension)

        { Zero =
            { States = moments.Zero
              Initial = Vec.zero states
              Transitions = Mat.zero states states
              Entropy = 0.0
              LogNormalizer = 0.0 }
          Combine =
            fun a b ->
                { States = moments.Combine a.States b.States
                  Initial = Vec.add a.Initial b.Initial
                  Transitions = Mat.add a.Transitions b.Transitions
                  Entropy = a.Entropy + b.Entropy
                  LogNormalizer = a.LogNormalizer + b.LogNormalizer } }

    /// E[log A] (S x S).
    let expectedLogTransitions (q: RegimeSwitchingPosterior) : Mat =
        let rows = q.Transitions |> Array.map Dirichlet.expectedLog
        Mat.init rows.Length rows.Length (fun i j -> rows[i][j])

    /// E[A] (S x S).
    let expectedTransitions (q: RegimeSwitchingPosterior) : Mat =
        let rows = q.Transitions |> Array.map Dirichlet.mean
        Mat.init rows.Length rows.Length (fun i j -> rows[i][j])

    let private requireLogs name (logs: float[]) =
        if Array.exists (fun log -> log < ForwardBackwardKernel.LeastLog) logs then
            invalidArg
                name
                $"an expected log probability of {Array.min logs:g3} is below {ForwardBackwardKernel.LeastLog}; concentrations of at least 0.005 stay above it"

        logs

    /// log rho_tk = E log|Lambda_k| / 2 - D/2 log 2 pi - D / (2 beta_k) - nu_k (x - m_k)' W_k (x - m_k) / 2.
    let private kernelParameters (q: RegimeSwitchingPosterior) : ChainParameters =
        let d = q.States[0].Mean.Length

        ChainParameters(
            q.States.Length,
            d,
            (Dirichlet.expectedLog q.Initial).ToArray() |> requireLogs "Initial",
            (expectedLogTransitions q).ToArray() |> requireLogs "Transitions",
            q.States
            |> Array.map (fun state ->
                0.5 * NormalWishart.expectedLogDeterminant state
                - 0.5 * float d * (Special.logTwoPi + 1.0 / state.PrecisionScale)),
            q.States |> Array.collect (fun state -> state.Mean.ToArray()),
            q.States
            |> Array.collect (fun state ->
                let root = sqrt state.Precision.DegreesOfFreedom
                (Chol.inverseLower state.Precision.InverseScale |> Mat.scale root).ToArray())
        )

    /// Statistics of a chain under given parameters.
    let internal statisticsOf (parameters: ChainParameters) (choice: LocalChoice) (chain: Block) : ChainStatistics =
        let sums = ForwardBackwardKernel.Accumulate(chain, parameters, choice)
        let d = parameters.Dimension

        { States =
            Array.init parameters.States (fun k ->
                Moments.ofSums
                    (ReadOnlySpan(parameters.Means, k * d, d))
                    sums.Counts[k]
                    (ReadOnlySpan(sums.Sums, k * d, d))
                    (ReadOnlySpan(sums.Scatters, k * d * d, d * d)))
          Initial = Vec.ofArray sums.Initial
          Transitions = Mat.ofArray parameters.States parameters.States sums.Transitions
          Entropy = sums.Entropy
          LogNormalizer = sums.LogNormalizer }

    /// Statistics of a chain under the optimal distribution of its path, or those of a path drawn from it.
    let internal statisticsWith (locals: Locals) (q: RegimeSwitchingPosterior) (chain: Block) : ChainStatistics =
        statisticsOf (kernelParameters q) (Locals.choice locals chain) chain

    /// Statistics of a chain under the distribution of its path that is optimal for the given factors. With pi* = exp E log pi and
    /// A* = exp E log A, whose rows add up to less than 1, forward alpha_1(k) = pi*_k rho_1k, alpha_t(k) = rho_tk sum_j alpha_(t-1)(j) A*_jk and
    /// backward beta_T(k) = 1, beta_t(j) = sum_k A*_jk rho_(t+1)k beta_(t+1)(k) (Bishop 2006, 13.36 and 13.38) give
    /// q(z_t = k) = alpha_t(k) beta_t(k) / Z and q(z_t = j, z_(t+1) = k) = alpha_t(j) A*_jk rho_(t+1)k beta_(t+1)(k) / Z (13.33 and 13.43), with
    /// the normaliser Z = sum_k alpha_T(k) (Beal 2003, chapter 3).
    let localStatistics (q: RegimeSwitchingPosterior) (chain: Block) : ChainStatistics =
        statisticsWith Locals.Expected q chain

    let private sumOver2 f (a: 'a[]) (b: 'b[]) = Array.map2 f a b |> Array.sum

    let private learning = FullComponents.family.Learning

    /// The prior that the states' update sees: with what is learned of its scale.
    let statePrior (prior: RegimeSwitchingPrior) (q: RegimeSwitchingPosterior) : NormalWishart =
        LearnedScale.seen learning prior.State q.Learned

    /// The prior with a learned scale: states are expected to be as wide as its W0^-1, and beta_0 is expected to be its beta0.
    let learnScale (prior: RegimeSwitchingPrior) : RegimeSwitchingPrior =
        { prior with Learned = ValueSome(learning.Hyperprior prior.State) }

    /// The whole bound of any statistics and any factors.
    let elbo (prior: RegimeSwitchingPrior) (statistics: ChainStatistics) (q: RegimeSwitchingPosterior) : Elbo =
        let struct (excess, ofScale) = LearnedScale.bound learning prior.State prior.Learned q.Learned q.States
        let state = statePrior prior q

        let inflation =
            match q.Learned with
            | ValueSome scale -> max (FullComponents.family.Inflation q.States) (LearnedScale.inflation scale)
            | ValueNone -> FullComponents.family.Inflation q.States

        Elbo.ofInflated
            inflation
            ([ "E[log p(X | path, mu, Lambda)]",
               sumOver2 FullComponents.expectedLogLikelihood statistics.States q.States
               "E[log p(path | pi, A)]",
               Vec.dot statistics.Initial (Dirichlet.expectedLog q.Initial)
               + Mat.inner statistics.Transitions (expectedLogTransitions q)
               "E[log p(pi)]", Dirichlet.expectedLogDensity q.Initial prior.Initial
               "E[log p(A)]", sumOver2 Dirichlet.expectedLogDensity q.Transitions prior.Transitions
               "E[log p(mu, Lambda)]", FullComponents.family.ExpectedLogPrior state q.States + excess
               "H[q(path)]", statistics.Entropy
               "H[q(pi)]", Dirichlet.entropy q.Initial
               "H[q(A)]", Array.sumBy Dirichlet.entropy q.Transitions
               "H[q(mu, Lambda)]", Array.sumBy NormalWishart.entropy q.States ]
             @ ofScale)

    let private withCounts (counts: Vec) (prior: Dirichlet) : Dirichlet =
        { Concentration = Vec.add prior.Concentration counts }

    /// The optimal q(pi): the prior's concentrations plus q(z_1 = k).
    let updateInitial (prior: RegimeSwitchingPrior) (statistics: ChainStatistics) (q: RegimeSwitchingPosterior) =
        { q with Initial = withCounts statistics.Initial prior.Initial }

    /// The optimal q(A_i) of all rows: the prior's concentrations plus sum_t q(z_t = i, z_(t+1) = k).
    let updateTransitions (prior: RegimeSwitchingPrior) (statistics: ChainStatistics) (q: RegimeSwitchingPosterior) =
        { q with
            Transitions =
                prior.Transitions |> Array.mapi (fun i row -> withCounts (Mat.row i statistics.Transitions) row) }

    /// The optimal q(mu_k, Lambda_k) of all states, as in a mixture with q(z_t = k) for responsibilities (Bishop 2006, 10.60 to 10.63).
    let updateStates (prior: RegimeSwitchingPrior) (statistics: ChainStatistics) (q: RegimeSwitchingPosterior) =
        { q with States = statistics.States |> Array.map (FullComponents.posterior (statePrior prior q)) }

    /// KL(a || b) of all global factors, in nats.
    let divergence (a: RegimeSwitchingPosterior) (b: RegimeSwitchingPosterior) =
        Dirichlet.klDivergence a.Initial b.Initial
        + sumOver2 Dirichlet.klDivergence a.Transitions b.Transitions
        + sumOver2 NormalWishart.klDivergence a.States b.States
        + LearnedScale.divergence a.Learned b.Learned

    /// The model with as many states as the prior has initial probabilities.
    let model (prior: RegimeSwitchingPrior) : ConjugateModel<Block, ChainStatistics, RegimeSwitchingPosterior> =
        let s = prior.Initial.Concentration.Length
        let monoid = monoid s prior.State.Mean.Length

        { Name = "regime-switching"
          Monoid = monoid
          Data = DataStep.byBatch "q(path)" monoid localStatistics
          Updates =
            [ { Factor = "q(pi)"; Update = updateInitial prior }
              { Factor = "q(A)"; Update = updateTransitions prior }
              yield!
                  LearnedScale.updates
                      learning
                      prior.State
                      prior.Learned
                      (fun (q: RegimeSwitchingPosterior) -> q.States)
                      _.Learned
                      (fun scale q -> { q with Learned = ValueSome scale })
              { Factor = "q(mu, Lambda)"; Update = updateStates prior } ]
          Elbo = elbo prior
          Divergence = divergence
          Coordinates =
            FactorCoordinates.together
                [ FactorCoordinates.inside
                      (fun (q: RegimeSwitchingPosterior) -> q.Initial)
                      (fun initial q -> { q with Initial = initial })
                      FactorCoordinates.dirichlet
                  FactorCoordinates.inside
                      (fun (q: RegimeSwitchingPosterior) -> q.Transitions)
                      (fun transitions q -> { q with Transitions = transitions })
                      (FactorCoordinates.each FactorCoordinates.dirichlet)
                  FactorCoordinates.inside
                      (fun (q: RegimeSwitchingPosterior) -> q.States)
                      (fun states q -> { q with States = states })
                      (FactorCoordinates.each FactorCoordinates.normalWishart)
                  FactorCoordinates.inside
                      (fun (q: RegimeSwitchingPosterior) -> q.Learned)
                      (fun learned q -> { q with Learned = learned })
                      (FactorCoordinates.optional LearnedScale.coordinates) ]
          Prior =
            { Initial = prior.Initial
              Transitions = prior.Transitions
              States = Array.create s prior.State
              Learned = prior.Learned } }

    /// S states: every initial and transition probability with one concentration, the diagonal of the transitions with the stickiness on
    /// top: concentration > 0, stickiness >= 0.
    let prior (states: int) (concentration: float) (stickiness: float) (state: NormalWishart) : RegimeSwitchingPrior =
        let row diagonal : Dirichlet =
            { Concentration = Vec.init states (fun j -> concentration + (if j = diagonal then stickiness else 0.0)) }

        { Initial = row -1; Transitions = Array.init states row; State = state; Learned = ValueNone }

    /// A whole table as one chain.
    let chain (rows: Rows) : Block =
        let columns = rows.Columns
        let values: float[] = Array.zeroCreate (int rows.Count * columns)
        let mutable at = 0

        for b in 0 .. rows.BlockCount - 1 do
            let block = rows.Block b

            for i in 0 .. block.Rows - 1 do
                block.CopyRow(i, Span(values, at, columns))
                at <- at + columns

        Block.FromRows(ReadOnlyMemory values, columns)

    /// Probability of each state at each row given all rows, T rows of S.
    let stateProbabilities (q: RegimeSwitchingPosterior) (chain: Block) : float[][] =
        ForwardBackwardKernel.Probabilities(chain, kernelParameters q) |> Array.chunkBySize q.States.Length

    /// The most probable state at each row by itself, the first among equals.
    let mostProbableStates (q: RegimeSwitchingPosterior) (chain: Block) : int[] =
        stateProbabilities q chain |> Array.map (fun row -> Array.IndexOf(row, Array.max row))

    /// The path that q(path) gives most probability as a whole.
    let mostProbablePath (q: RegimeSwitchingPosterior) (chain: Block) : int[] =
        ViterbiKernel.MostProbablePath(chain, kernelParameters q)

    /// Rows that each state explains: the precision scale beyond the prior's (S).
    let counts (prior: RegimeSwitchingPrior) (q: RegimeSwitchingPosterior) : Vec =
        FullComponents.family.Explained (statePrior prior q) q.States

    /// The stationary distribution of a transition matrix with positive entries, by state reduction, which subtracts nothing (Grassmann, Taksar
    /// and Heyman 1985).
    let stationary (transitions: Mat) : Vec =
        let n = transitions.Rows
        let a = Array2D.init n n (fun i j -> transitions[i, j])

        for k in n - 1 .. -1 .. 1 do
            let mutable leaving = 0.0

            for j in 0 .. k - 1 do
                leaving <- leaving + a[k, j]

            for i in 0 .. k - 1 do
                a[i, k] <- a[i, k] / leaving

                for j in 0 .. k - 1 do
                    a[i, j] <- a[i, j] + a[i, k] * a[k, j]

        let weights: float[] = Array.zeroCreate n
        weights[0] <- 1.0

        for k in 1 .. n - 1 do
            for i in 0 .. k - 1 do
                weights[k] <- weights[k] + weights[i] * a[i, k]

        let total = Array.sum weights
        Vec.init n (fun k -> weights[k] / total)

    /// Probability of each state at the row after the last, from the distribution of the state at the last row (S).
    let nextState (q: RegimeSwitchingPosterior) (last: Vec) : Vec =
        let transitions = expectedTransitions q
        Vec.init last.Length (fun j -> Vec.dot last (Mat.column j transitions))

    /// Mean and standard deviation of 1 / (1 - p), p ~ Beta(a, b), the expected rows until a state is left that is kept with probability p: the
    /// mean is (a + b - 1) / (b - 1), the second moment (a + b - 1)(a + b - 2) / ((b - 1)(b - 2)); infinite where there is none.
    let duration (stay: Beta) : struct (float * float) =
        let a, b = stay.Alpha, stay.Beta
        let mean = if b > 1.0 then (a + b - 1.0) / (b - 1.0) else infinity

        let sd =
            if b > 2.0 then
                sqrt ((a + b - 1.0) * (a + b - 2.0) / ((b - 1.0) * (b - 2.0)) - mean * mean)
            else
                infinity

        struct (mean, sd)

    /// Log density of a row whose state has the given distribution: the states' multivariate Student-t distributions mixed by it.
    let predictiveLogDensity (q: RegimeSwitchingPosterior) (weights: Vec) : Vec -> float =
        let distributions = q.States |> Array.map MvStudentT.predictive

        fun x ->
            let terms =
                distributions
                |> Array.mapi (fun k distribution -> log weights[k] + MvStudentT.logDensity distribution x)

            Special.logSumExp (ReadOnlySpan terms)

    /// Distribution of column j of a row whose state has the given distribution.
    let predictive (q: RegimeSwitchingPosterior) (weights: Vec) (j: int) : StudentTMixture =
        { Weights = weights
          Components = q.States |> Array.map (MvStudentT.predictive >> MvStudentT.marginal j) }

    /// Quantile of column j of a row whose state has the given distribution, 0 < probability < 1.
    let predictiveQuantile (q: RegimeSwitchingPosterior) (weights: Vec) (j: int) (probability: float) : float =
        StudentTMixture.quantile (predictive q weights j) probability

    /// The factors with states that explain rows first, by increasing volatility (the determinant of what the expected precision stands
    /// for), and the others after them.
    let inOrder (prior: RegimeSwitchingPrior) (q: RegimeSwitchingPosterior) : RegimeSwitchingPosterior =
        let counts = counts prior q

        let volatility (state: NormalWishart) =
            Chol.logDeterminant state.Precision.InverseScale
            - float state.Mean.Length * log state.Precision.DegreesOfFreedom

        let order =
            Array.init q.States.Length id
            |> Array.sortBy (fun k -> struct ((if counts[k] >= 1.0 then 0 else 1), volatility q.States[k]))

        let permute (d: Dirichlet) : Dirichlet =
            { Concentration = Vec.init order.Length (fun j -> d.Concentration[order[j]]) }

        { q with
            Initial = permute q.Initial
            Transitions = order |> Array.map (fun i -> permute q.Transitions[i])
            States = order |> Array.map (fun k -> q.States[k]) }
