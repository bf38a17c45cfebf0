namespace Vi.Math

open Vi.Kernels

/// Coordinates that follow one another in time: each depends on so many before it, given the coordinates that belong to no path.
type LatentPath =
    {
        /// The coordinates in their order, numbers from 0.
        Coordinates: int[]
        /// How many earlier ones each is tied to, at least 1.
        Order: int
    }

/// Where a sparse precision's Cholesky factor has numbers.
[<NoComparison; NoEquality>]
type SparsityPattern =
    internal
        {
            /// Coordinate at each place of the factor.
            Order: int[]
            /// Places of the numbers.
            Shape: SparseShape
        }

    /// Number D of coordinates.
    member this.Dimension = this.Order.Length

    /// Number of entries of the factor.
    member this.Count = this.Shape.Rows.Length

namespace Vi.Math.FSharp

open System.Collections.Generic
open Vi.Kernels
open Vi.Math

/// Sparsity patterns, closed under elimination: what fill-in a factorisation would make is part of the pattern.
[<RequireQualifiedAccess>]
module SparsityPattern =

    /// The pattern with these coordinates at the factor's places, and for each place the later places that it is tied to.
    let ofColumns (order: int[]) (later: int -> int seq) : SparsityPattern =
        let d = order.Length

        if Array.sort order <> Array.init d id then
            invalidArg (nameof order) $"the order must name each of {d} coordinates once"

        // A column hands its rows on to the column of its first row: the elimination tree.
        let columns = Array.init d (fun j -> SortedSet(later j |> Seq.filter (fun i -> i > j && i < d)))

        for j in 0 .. d - 1 do
            if columns[j].Count > 0 then
                let parent = Seq.head columns[j]
                columns[parent].UnionWith(columns[j] |> Seq.filter (fun i -> i > parent))

        let rows = columns |> Array.mapi (fun j below -> Array.append [| j |] (Seq.toArray below))
        let starts = rows |> Array.map Array.length |> Array.scan (+) 0

        let pairs =
            [| for column in rows do
                   for a in 1 .. column.Length - 1 do
                       for b in 1..a do
                           let among = rows[column[b]]
                           starts[column[b]] + System.Array.BinarySearch(among, column[a]) |]

        { Order = order; Shape = SparseShape(starts, Array.concat rows, pairs) }

    /// All pairs: the family is then the full-rank one.
    let dense (dimension: int) : SparsityPattern =
        ofColumns (Array.init dimension id) (fun j -> seq { j + 1 .. dimension - 1 })

    /// One path of all coordinates in order: a band.
    let banded (dimension: int) (order: int) : SparsityPattern =
        ofColumns (Array.init dimension id) (fun j -> seq { j + 1 .. j + order })

    /// Paths, independent of each other given the rest, and the rest: global coordinates tied to everything. An arrow: bands with a dense
    /// border. The paths come first, in which order the factor has no fill-in (Tan and Nott 2018).
    let arrow (dimension: int) (paths: LatentPath list) : SparsityPattern =
        let along = paths |> List.collect (fun path -> List.ofArray path.Coordinates)

        if (List.distinct along).Length <> along.Length then
            invalidArg (nameof paths) "a coordinate lies on two paths, or twice on one"

        for path in paths do
            if path.Order < 1 then
                invalidArg (nameof paths) $"the order of a path must be at least 1, not {path.Order}"

        let onPath = HashSet along
        let rest = [ 0 .. dimension - 1 ] |> List.filter (fun i -> not (onPath.Contains i))
        let order = Array.ofList (along @ rest)

        let bands =
            [| for path in paths do
                   for _ in path.Coordinates do
                       path.Order |]

        let ends =
            [| for path, first in
                   List.zip
                       paths
                       (paths |> List.map (fun p -> p.Coordinates.Length) |> List.scan (+) 0 |> List.take paths.Length) do
                   for _ in path.Coordinates do
                       first + path.Coordinates.Length |]

        ofColumns order (fun j ->
            if j < bands.Length then
                Seq.append (seq { j + 1 .. min (j + bands[j]) (ends[j] - 1) }) (seq { bands.Length .. dimension - 1 })
            else
                seq { j + 1 .. dimension - 1 })
