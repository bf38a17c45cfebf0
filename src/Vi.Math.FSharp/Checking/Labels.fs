namespace Vi.Math

/// Numbers that belong to labels without a meaning of their own: components of a mixture, states of a chain.
type LabelledNumbers =
    {
        /// Number K of labels.
        Count: int
        /// Places of each label's means (K x D).
        Means: int[][]
        /// Places of the variances next to them; the same for all labels where they are shared.
        Variances: int[][]
        /// Where each number comes from when label k becomes that of order[k].
        Sources: int[] -> int[]
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Matching labels of draws (Marin, Mengersen and Robert 2005: draws are relabelled to be near a pivot).
[<RequireQualifiedAccess>]
module Labels =

    /// A number for each label, or so many.
    type private Group =
        /// So many numbers for each label, label by label.
        | Each of width: int
        /// A number for each pair of labels, row by row.
        | Pairs
        /// So many numbers that no label has.
        | Shared of count: int

    let private sources count (groups: Group list) (order: int[]) : int[] =
        let size group =
            match group with
            | Each width -> count * width
            | Pairs -> count * count
            | Shared n -> n

        let starts = groups |> List.scan (fun at group -> at + size group) 0

        [| for start, group in List.zip (List.truncate groups.Length starts) groups do
               match group with
               | Each width ->
                   for k in order do
                       yield! seq { start + k * width .. start + (k + 1) * width - 1 }
               | Pairs ->
                   for k in order do
                       for l in order -> start + k * count + l
               | Shared n -> yield! seq { start .. start + n - 1 } |]

    /// Place of entry (d, d) in a lower triangle given row by row.
    let private diagonal d = d * (d + 3) / 2

    let private make count dimension groups meansAt varianceAt =
        { Count = count
          Means = Array.init count (fun k -> Array.init dimension (fun d -> meansAt + k * dimension + d))
          Variances = Array.init count (fun k -> Array.init dimension (varianceAt k))
          Sources = sources count groups }

    let private triangle d = d * (d + 1) / 2

    /// The same numbers with so many more after them that no label has.
    let withShared (count: int) (labels: LabelledNumbers) : LabelledNumbers =
        { labels with
            Sources =
                fun order ->
                    let own = labels.Sources order
                    let first = (labels.Sources(Array.init labels.Count id)).Length
                    Array.append own (Array.init count (fun i -> first + i)) }

    /// Weights (K), means (K x D), lower triangles of covariances (K of them).
    let ofFullMixture count dimension : LabelledNumbers =
        let t = triangle dimension
        let varianceAt k d = count + count * dimension + k * t + diagonal d
        make count dimension [ Each 1; Each dimension; Each t ] count varianceAt

    /// Weights (K), means (K x D), one lower triangle.
    let ofTiedMixture count dimension : LabelledNumbers =
        let varianceAt _ d = count + count * dimension + diagonal d
        make count dimension [ Each 1; Each dimension; Shared(triangle dimension) ] count varianceAt

    /// Weights (K), means (K x D), variances (K x D).
    let ofDiagonalMixture count dimension : LabelledNumbers =
        let varianceAt k d = count + count * dimension + k * dimension + d
        make count dimension [ Each 1; Each dimension; Each dimension ] count varianceAt

    /// Initial probabilities (S), transitions (S x S), means (S x D), lower triangles of covariances (S of them).
    let ofRegimes count dimension : LabelledNumbers =
        let t = triangle dimension
        let first = count + count * count
        let varianceAt k d = first + count * dimension + k * t + diagonal d
        make count dimension [ Each 1; Pairs; Each dimension; Each t ] first varianceAt

    /// Square distance of label k of one set of numbers from label l of another, in the data's unit: of means by their variances, and of the
    /// logarithms of variances.
    let private distance (labels: LabelledNumbers) (a: Vec) k (b: Vec) l =
        let term d =
            let v, w = a[labels.Variances[k][d]], b[labels.Variances[l][d]]
            let shift = a[labels.Means[k][d]] - b[labels.Means[l][d]]
            let ratio = log (v / w)
            2.0 * shift * shift / (v + w) + 0.5 * ratio * ratio

        Seq.sumBy term (seq { 0 .. labels.Means[k].Length - 1 })

    /// The distance taken where the true one is not finite.
    let private farthest = 1e100

    /// The order of a draw's labels that brings it nearest to the pivot.
    let private order (labels: LabelledNumbers) (pivot: Vec) (draw: Vec) : int[] =
        let cost l k =
            let found = distance labels draw k pivot l
            if System.Double.IsFinite found then found else farthest

        Assignment.best (Mat.init labels.Count labels.Count cost)

    /// The draw with its labels in the order that brings it near the pivot.
    let near (labels: LabelledNumbers) (pivot: Vec) (draw: Vec) : Vec =
        let order = order labels pivot draw

        if order |> Array.indexed |> Array.forall (fun (i, k) -> i = k) then
            draw
        else
            labels.Sources order |> Array.map (fun at -> draw[at]) |> Vec.ofArray
