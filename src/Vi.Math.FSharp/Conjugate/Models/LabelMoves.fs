namespace Vi.Math

/// What moves between optima need of a model whose rows belong to one of K components or states.
type MovableModel<'statistics, 'globals> =
    {
        /// K.
        Count: int
        /// Directions in which components can be cut, from the widest.
        Directions: int
        /// Expected rows of each component (K).
        Counts: 'statistics -> Vec
        /// The components one by one (K).
        Components: 'globals -> MixtureComponent[]
        /// Statistics in which the rows of the second component belong to the first, and the second has none.
        Merge: int -> int -> 'statistics -> 'statistics
        /// Statistics with other components in the places, those named.
        Reorder: int[] -> 'statistics -> 'statistics
        /// Statistics of 2 K components, each of the K cut in two halves, k and K + k, across the direction of the given rank, which have
        /// found their rows.
        Halved: int -> 'globals -> 'statistics -> 'statistics
        /// The factors' optimum given statistics, from factors that are near.
        Optimum: 'globals -> 'statistics -> 'globals
        /// The bound of any statistics and factors, in nats.
        Bound: 'statistics -> 'globals -> float
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Other places for an ascent to try: two components merged, one split into a component without rows, or both (Ueda, Nakano, Ghahramani and
/// Hinton 2000, SMEM).
[<RequireQualifiedAccess>]
module LabelMoves =

    /// Merges that are tried, splits that are tried across each direction where a component is free, and how many of either are combined where none is.
    let private triedMerges, triedSplits, combined = 4, 2, 2

    /// Most directions across which splits are tried.
    let private directions = 2

    /// Nearest components that each one may be merged with.
    let private neighbours = 3

    /// Sweeps in which the halves of components find their rows.
    [<Literal>]
    let HalvedSweeps = 4

    /// Pairs of components with rows, each with its nearest by the precision of either.
    let private nearPairs (counts: Vec) (components: MixtureComponent[]) =
        let used = [| 0 .. components.Length - 1 |] |> Array.filter (fun k -> counts[k] >= 1.0)
        let from i j = MixtureComponent.squaredDistance (MixtureComponent.mean components[j]) components[i]
        let distance i j = min (from i j) (from j i)

        used
        |> Array.collect (fun i ->
            used
            |> Array.filter (fun j -> j <> i)
            |> Array.sortBy (distance i)
            |> Array.truncate neighbours
            |> Array.map (fun j -> struct (min i j, max i j)))
        |> Array.distinct

    /// Proposals from statistics and factors: merges, then splits, those first whose bound would be highest if the rows' own part stayed.
    let propose (model: MovableModel<'statistics, 'globals>) : MoveProposal<'statistics, 'globals> =
        let rankedFrom from statistics =
            let globals = model.Optimum from statistics
            struct (model.Bound statistics globals, globals)

        let best count (proposals: struct (float * 'a)[]) =
            proposals
            |> Array.filter (fun struct (bound, _) -> System.Double.IsFinite bound)
            |> Array.sortBy (fun struct (bound, _) -> -bound)
            |> Array.truncate count
            |> Array.map (fun struct (_, proposal) -> proposal)

        fun statistics globals ->
            let counts = model.Counts statistics
            let ranked = rankedFrom globals

            let merges =
                lazy
                    (nearPairs counts (model.Components globals)
                     |> Array.map (fun (struct (i, j) as pair) ->
                         let struct (bound, merged) = ranked (model.Merge i j statistics)
                         struct (bound, struct (pair, merged)))
                     |> best triedMerges)

            // One run for all splits across a direction.
            let halved =
                Array.init (min directions model.Directions) (fun rank -> lazy (model.Halved rank globals statistics))

            // Component i split into slot j, which loses its own rows; the other halves come together again.
            let splitInto halved (before: 'statistics -> 'statistics) i j =
                (halved, seq { 0 .. model.Count - 1 })
                ||> Seq.fold (fun data l -> if l = i then data else model.Merge l (model.Count + l) data)
                |> before
                |> model.Reorder(Array.init model.Count (fun l -> if l = j then model.Count + i else l))

            let splits free count before except =
                halved
                |> Seq.collect (fun halved ->
                    [| 0 .. model.Count - 1 |]
                    |> Array.filter (fun i -> counts[i] >= 2.0 && not (List.contains i except))
                    |> Array.map (fun i -> ranked (splitInto halved.Value before i free))
                    |> best count)

            seq {
                for struct (_, merged) in merges.Value do
                    merged

                match [ 0 .. model.Count - 1 ] |> List.tryFind (fun j -> counts[j] < 1.0) with
                | Some free -> yield! splits free triedSplits id [ free ]
                | None ->
                    for struct (struct (i, j), _) in Array.truncate combined merges.Value do
                        yield! splits j combined (model.Merge i j) [ i; j ]
            }
