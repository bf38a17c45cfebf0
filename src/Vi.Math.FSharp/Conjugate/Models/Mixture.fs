namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Mixtures of normal distributions (Bishop 2006, 10.2; Blei and Jordan 2006 for stick-breaking weights) with weights and components of any
/// kind, and all terms of the bound. Data: D columns.
[<RequireQualifiedAccess>]
module Mixture =

    /// What responsibilities and predictions read.
    let view
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (q: MixturePosterior<'weights, 'components>)
        : MixtureView =
        { ExpectedWeights = weights.Mean q.Weights
          ExpectedLogWeights = weights.ExpectedLog q.Weights
          Components = family.View q.Components }

    /// How statistics of separate blocks add up.
    let monoid
        (family: ComponentFamily<'prior, 'data, 'components>)
        (components: int)
        (dimension: int)
        : Monoid<MixtureStatistics<'data>> =
        let data = family.Monoid components dimension

        { Zero = { Components = data.Zero; Entropy = 0.0 }
          Combine = fun a b -> { Components = data.Combine a.Components b.Components; Entropy = a.Entropy + b.Entropy } }

    /// The prior that the components' update sees: with what is learned of its scale.
    let componentPrior
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (q: MixturePosterior<'weights, 'components>)
        : 'prior =
        LearnedScale.seen family.Learning prior.Component q.Learned

    /// Rows that each component explains (K).
    let explained
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (q: MixturePosterior<'weights, 'components>)
        : Vec =
        family.Explained (componentPrior family prior q) q.Components

    /// The prior with a learned scale: components are expected to be as wide as its W0^-1, and beta_0 is expected to be its beta0.
    let learnScale (family: ComponentFamily<'prior, 'data, 'components>) (prior: MixturePrior<'weights, 'prior>) =
        { prior with Learned = ValueSome(family.Learning.Hyperprior prior.Component) }

    /// The whole bound of any statistics and any factors (Bishop 10.70 to 10.77).
    let elbo
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (statistics: MixtureStatistics<'data>)
        (q: MixturePosterior<'weights, 'components>)
        : Elbo =
        let w, c = weights.Variable, family.Variables

        let struct (excess, ofScale) =
            LearnedScale.bound family.Learning prior.Component prior.Learned q.Learned q.Components

        let inflation =
            match q.Learned with
            | ValueSome scale -> max (family.Inflation q.Components) (LearnedScale.inflation scale)
            | ValueNone -> family.Inflation q.Components

        Elbo.ofInflated
            inflation
            ([ $"E[log p(X | z, {c})]", family.ExpectedLogLikelihood statistics.Components q.Components
               $"E[log p(z | {w})]", Vec.dot (family.Counts statistics.Components) (weights.ExpectedLog q.Weights)
               $"E[log p({w})]", weights.ExpectedLogDensity q.Weights prior.Weights
               $"E[log p({c})]", family.ExpectedLogPrior (componentPrior family prior q) q.Components + excess
               "H[q(z)]", statistics.Entropy
               $"H[q({w})]", weights.Entropy q.Weights
               $"H[q({c})]", family.Entropy q.Components ]
             @ ofScale)

    /// The optimal factor of the weights.
    let updateWeights
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (statistics: MixtureStatistics<'data>)
        (q: MixturePosterior<'weights, 'components>)
        =
        { q with Weights = weights.Posterior (family.Counts statistics.Components) prior.Weights }

    /// The model with as many components as the prior has weights.
    let model
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        : ConjugateModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        let k = weights.Count prior.Weights

        { Name = "gaussian-mixture"
          Monoid = monoid family k (family.Dimension prior.Component)
          Data =
            Local("q(z)", (fun q -> family.Accumulate Locals.Expected (weights.ExpectedLog q.Weights) q.Components))
          Updates =
            [ { Factor = $"q({weights.Variable})"; Update = updateWeights weights family prior }
              yield!
                  LearnedScale.updates
                      family.Learning
                      prior.Component
                      prior.Learned
                      (fun (q: MixturePosterior<'weights, 'components>) -> q.Components)
                      _.Learned
                      (fun scale q -> { q with Learned = ValueSome scale })
              { Factor = $"q({family.Variables})"
                Update =
                  fun (statistics: MixtureStatistics<'data>) (q: MixturePosterior<'weights, 'components>) ->
                      { q with Components = family.Posterior (componentPrior family prior q) statistics.Components } } ]
          Elbo = elbo weights family prior
          Divergence =
            fun a b ->
                weights.KlDivergence a.Weights b.Weights
                + family.KlDivergence a.Components b.Components
                + LearnedScale.divergence a.Learned b.Learned
          Coordinates =
            FactorCoordinates.together
                [ FactorCoordinates.inside
                      (fun (q: MixturePosterior<'weights, 'components>) -> q.Weights)
                      (fun own q -> { q with Weights = own })
                      weights.Coordinates
                  FactorCoordinates.inside
                      (fun (q: MixturePosterior<'weights, 'components>) -> q.Components)
                      (fun components q -> { q with Components = components })
                      family.Coordinates
                  FactorCoordinates.inside
                      (fun (q: MixturePosterior<'weights, 'components>) -> q.Learned)
                      (fun learned q -> { q with Learned = learned })
                      (FactorCoordinates.optional LearnedScale.coordinates) ]
          Prior = { Weights = prior.Weights; Components = family.Prior k prior.Component; Learned = prior.Learned } }

    /// Statistics of a mixture as if every row had been there s times.
    let scale (family: ComponentFamily<'prior, 'data, 'components>) (s: float) (statistics: MixtureStatistics<'data>) =
        { statistics with
            Components = family.Scale s statistics.Components
            Entropy = s * statistics.Entropy }

    /// The model as stochastic and streaming inference see it.
    let stochastic
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        : StochasticModel<MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        { Model = model weights family prior
          Scale = scale family
          Blend =
            fun rho a b ->
                { Weights = weights.Blend rho a.Weights b.Weights
                  Components = family.Blend rho a.Components b.Components
                  Learned = ValueOption.map2 (LearnedScale.blend rho) a.Learned b.Learned }
          NaturalParameters =
            fun q ->
                [ weights.NaturalParameters q.Weights
                  family.NaturalParameters q.Components
                  match q.Learned with
                  | ValueSome scale -> LearnedScale.naturalParameters scale
                  | ValueNone -> () ]
                |> List.reduce Vec.append }

    /// A start: k-means++ centres for so many of the components, every row to its nearest, and the factors' optima given those rows, each counted
    /// so many times. Where the prior expects weights to fall, the largest cluster comes first; that order stays.
    let private startCounting
        (used: int)
        (times: float)
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        (rng: Rng)
        : CaviState<MixturePosterior<'weights, 'components>> =
        let model = model weights family prior
        let k = weights.Count prior.Weights
        let units = KMeansPlusPlus.units (Moments.ofRows rows)
        let some = KMeansPlusPlus.centres used units rows rng
        // Of equal centres the first takes the rows.
        let centres = Array.init k (fun i -> some[if i < used then i else 0])

        let data = family.Assign centres units rows |> family.Scale times

        let ordered =
            match weights.Reorder with
            | ValueSome _ -> data
            | ValueNone ->
                let counts = family.Counts data
                family.Reorder (Array.init k id |> Array.sortBy (fun i -> -counts[i])) data

        let statistics = { Components = ordered; Entropy = 0.0 }

        let struct (globals, elbo, _) =
            Cavi.updateAll model statistics model.Prior (model.Elbo statistics model.Prior)

        { Globals = globals; Elbo = elbo.Value }

    /// A start from all rows of a table.
    let start (weights: WeightFamily<'weights>) family (prior: MixturePrior<'weights, 'prior>) rows rng =
        startCounting (weights.Count prior.Weights) 1.0 weights family prior rows rng

    /// A start of which every second has fewer clusters than components, any number from two; the other components have no rows. Where K is an upper
    /// limit, ascent that splits components comes to better optima from a few clusters than from many.
    let startWithFew (weights: WeightFamily<'weights>) family (prior: MixturePrior<'weights, 'prior>) rows rng =
        let k = weights.Count prior.Weights
        let struct (isFew, rng) = Rng.uniform rng
        let struct (share, rng) = Rng.uniform rng
        let used = if k > 2 && isFew < 0.5 then 2 + int (share * float (k - 2)) else k
        startCounting used 1.0 weights family prior rows rng

    /// Rows from which stochastic inference starts where there are more.
    let private startRows = 16384L

    /// Most sweeps over those rows; fewer where together they would read more than half of all rows.
    let private startSweeps = 30L

    /// Factors to start stochastic inference from: a start and some sweeps of coordinate ascent on rows drawn from all, which count for all.
    /// Sweeps on a sample cost next to nothing and go most of the way, in which minibatches are slow: they take small steps.
    let startFromSample
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        (rng: Rng)
        : MixturePosterior<'weights, 'components> =
        if rows.Count <= startRows then
            (start weights family prior rows rng).Globals
        else
            let struct (draw, rng) = Rng.split rng
            let struct (shuffle, _) = Shuffle.create rows.Count startRows draw
            let values: float[] = Array.zeroCreate (int startRows * rows.Columns)
            (Minibatch.ofShuffle shuffle 0L startRows rows).Rows.CopyRows(0L, System.Memory values)

            let sample = Rows.OfRowMajor(System.ReadOnlyMemory values, rows.Columns).WithThreads rows.Threads

            let times = float rows.Count / float startRows
            let model = model weights family prior

            let sweep globals =
                let statistics = scale family times (Cavi.statistics sample model globals)
                (globals, model.Updates) ||> List.fold (fun globals update -> update.Update statistics globals)

            let sweeps = int (min startSweeps (rows.Count / (2L * startRows)))

            ((startCounting (weights.Count prior.Weights) times weights family prior sample rng).Globals,
             seq { 1..sweeps })
            ||> Seq.fold (fun globals _ -> sweep globals)

    /// The factors with components that explain rows first, in the order of their means, and the others after them; as they are where the
    /// prior of the weights has an order.
    let inOrder
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (q: MixturePosterior<'weights, 'components>)
        : MixturePosterior<'weights, 'components> =
        match weights.Reorder with
        | ValueNone -> q
        | ValueSome reorder ->
            let counts = explained family prior q
            let components = family.View q.Components

            let order =
                Array.init components.Length id
                |> Array.sortBy (fun k ->
                    struct ((if counts[k] >= 1.0 then 0 else 1), (MixtureComponent.mean components[k]).ToArray()))

            { q with Weights = reorder order q.Weights; Components = family.Select order q.Components }
