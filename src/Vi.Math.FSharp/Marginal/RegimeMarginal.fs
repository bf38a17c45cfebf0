namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Regime switching with the path summed out by the forward algorithm. By Fisher's identity the gradient needs the expected first states, steps
/// and moments of the states alone, which forward-backward gathers.
[<RequireQualifiedAccess>]
module internal RegimeMarginal =

    let private initial states = WeightCoordinates.dirichlet (fun k -> $"pi[{k}]") states

    let private row states i = WeightCoordinates.dirichlet (fun k -> $"A[{i + 1},{k}]") states

    let private components states dimension =
        Coordinates.all (Array.init states (fun k -> WhiteningCoordinates.ofComponent (k + 1) dimension))

    let private probabilities states =
        Coordinates.pair (initial states).Factor (Coordinates.all (Array.init states (fun i -> (row states i).Factor)))

    /// First state, rows of the transition matrix, mean and whitening of each state, then their scale if it is learned.
    let coordinates
        (states: int)
        (dimension: int)
        (learned: LearnedScale voption)
        : Coordinates<RegimeSwitchingPosterior> =
        Coordinates.pair (probabilities states) (ScaleCoordinates.after learned (components states dimension))
        |> Coordinates.convert
            (fun (q: RegimeSwitchingPosterior) ->
                struct (struct (q.Initial, q.Transitions), struct (q.States, q.Learned)))
            (fun (struct (struct (initial, transitions), struct (states, learned))) ->
                { Initial = initial; Transitions = transitions; States = states; Learned = learned })

    /// log p(pi, A, states) and, where it is learned, their scale.
    let logPrior (prior: RegimeSwitchingPrior) : CoordinateDensity =
        let states, dimension = prior.Initial.Concentration.Length, prior.State.Mean.Length
        let ofProbabilities = probabilities states
        let first = ofProbabilities.Names.Length
        let densities = ofProbabilities.LogDensity(struct (prior.Initial, prior.Transitions))

        let ofStates =
            ScaleCoordinates.logPrior
                FullComponents.family.Learning
                (Array.create states)
                prior.State
                prior.Learned
                (components states dimension)

        fun x at gradient -> densities x at gradient + ofStates x (at + first) gradient

    /// Probabilities so small that no row can tell them from what forward-backward takes.
    let private atLeast = Array.map (max ForwardBackwardKernel.LeastLog)

    /// log p(X | pi, A, states); every batch is a chain.
    let logLikelihood (states: int) (dimension: int) (chains: IBatches<Block>) : CoordinateDensity =
        let monoid = RegimeSwitching.monoid states dimension
        let initial = initial states
        let rows = Array.init states (row states)
        let ofRow at i = at + (i + 1) * (states - 1)
        let step = dimension + WhiteningCoordinates.size dimension

        fun x at gradient ->
            let ofState k = ofRow at states + k * step
            let ofWhitening k = ofState k + dimension
            let whitening = Array.init states (fun k -> WhiteningCoordinates.matrix dimension x (ofWhitening k))

            let parameters =
                ChainParameters(
                    states,
                    dimension,
                    atLeast (initial.LogWeights x at),
                    rows |> Array.mapi (fun i row -> row.LogWeights x (ofRow at i)) |> Array.concat |> atLeast,
                    Array.init states (fun k ->
                        WhiteningCoordinates.logDeterminant dimension x (ofWhitening k)
                        - 0.5 * float dimension * Special.logTwoPi),
                    Array.init states (fun k -> Array.sub x (ofState k) dimension) |> Array.concat,
                    Array.concat whitening
                )

            let sums = chains.Fold(monoid, RegimeSwitching.statisticsOf parameters LocalChoice.Expected)
            initial.AddCounts (sums.Initial.ToArray()) x at gradient

            for k in 0 .. states - 1 do
                rows[k].AddCounts ((Mat.row k sums.Transitions).ToArray()) x (ofRow at k) gradient
                let moments = sums.States[k]
                let mean = Vec.wrap (Array.sub x (ofState k) dimension)
                let shift = Vec.scale moments.Weight (Moments.meanFrom mean moments)
                WhiteningCoordinates.addShift dimension whitening[k] (shift.AsSpan()) gradient (ofState k)

                WhiteningCoordinates.addScatter
                    dimension
                    whitening[k]
                    moments.Weight
                    ((Moments.scatterAbout mean moments).AsSpan())
                    gradient
                    (ofWhitening k)
                |> ignore

            sums.LogNormalizer
