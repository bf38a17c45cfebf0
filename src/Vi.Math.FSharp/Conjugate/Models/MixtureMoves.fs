namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Coordinate ascent of mixtures with moves between optima.
[<RequireQualifiedAccess>]
module MixtureMoves =

    /// What moves need of a mixture.
    let movable
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        : MovableModel<MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        let k = weights.Count prior.Weights

        let over (change: 'data -> 'data) (statistics: MixtureStatistics<'data>) =
            { statistics with Components = change statistics.Components }

        // The largest component first where the prior expects weights to fall.
        let ordered (statistics: MixtureStatistics<'data>) =
            match weights.Reorder with
            | ValueSome _ -> statistics
            | ValueNone ->
                let counts = family.Counts statistics.Components
                over (family.Reorder(Array.init k id |> Array.sortBy (fun i -> -counts[i]))) statistics

        let model = Mixture.model weights family prior

        // The scale of components that are there serves others too: what these tell of it enters once.
        let optimum (q: MixturePosterior<'weights, 'components>) (statistics: MixtureStatistics<'data>) =
            let near =
                match q.Learned with
                | ValueSome _ ->
                    { q with
                        Components = family.Posterior (Mixture.componentPrior family prior q) statistics.Components }
                | ValueNone -> q

            (near, model.Updates) ||> List.fold (fun q update -> update.Update statistics q)

        { Count = k
          Directions = family.Dimension prior.Component
          Counts = fun (statistics: MixtureStatistics<'data>) -> family.Counts statistics.Components
          Components = fun (q: MixturePosterior<'weights, 'components>) -> family.View q.Components
          Merge = fun into from -> over (family.Merge into from)
          Reorder = fun order -> over (family.Reorder order)
          Halved =
            fun rank q statistics ->
                let shared = Vec.map (fun log -> log - System.Math.Log 2.0) (weights.ExpectedLog q.Weights)
                let logWeights = Vec.append shared shared

                (over (family.Halve prior.Component rank) statistics, seq { 1 .. LabelMoves.HalvedSweeps })
                ||> Seq.fold (fun (halved: MixtureStatistics<'data>) _ ->
                    let components = family.Posterior (Mixture.componentPrior family prior q) halved.Components
                    family.Accumulate Locals.Expected logWeights components rows)
          Optimum = fun q -> ordered >> optimum q
          Bound = fun statistics q -> (Mixture.elbo weights family prior (ordered statistics) q).Value }

    /// The engine, from a start by k-means++, accelerated or not.
    let engineWith
        (accelerate: bool)
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        =
        MoveSearch.engine
            accelerate
            rows
            (Mixture.model weights family prior)
            (LabelMoves.propose (movable weights family prior rows))
            (Mixture.startWithFew weights family prior rows)

    /// The same, accelerated.
    let engine weights family prior rows = engineWith true weights family prior rows
