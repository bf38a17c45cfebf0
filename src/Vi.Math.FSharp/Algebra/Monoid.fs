namespace Vi.Math

/// An associative operation with a neutral element. Statistics that form a commutative monoid can be gathered block by block, on
/// several cores, from a stream or from a minibatch: folding is the only way data enter a model.
type Monoid<'a> =
    {
        /// The neutral element.
        Zero: 'a
        /// The operation.
        Combine: 'a -> 'a -> 'a
    }

/// Data cut into batches with a fixed order. How the batches are visited (one core, several, from disk) is the source's affair; what
/// a fold gives is not.
type IBatches<'batch> =
    /// combine of the statistics of all batches, along the source's fixed tree over them: each part is combined once.
    abstract Fold: monoid: Monoid<'statistics> * statistics: ('batch -> 'statistics) -> 'statistics

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Monoids.
[<RequireQualifiedAccess>]
module Monoid =

    /// Numbers under addition.
    let sum: Monoid<float> = { Zero = 0.0; Combine = (+) }

    /// Component by component.
    let pair (first: Monoid<'a>) (second: Monoid<'b>) : Monoid<struct ('a * 'b)> =
        { Zero = struct (first.Zero, second.Zero)
          Combine = fun (struct (a, b)) (struct (c, d)) -> struct (first.Combine a c, second.Combine b d) }

    /// All elements from left to right.
    let fold (monoid: Monoid<'a>) (values: 'a seq) = Seq.fold monoid.Combine monoid.Zero values

    /// Arrays of one length, entry by entry.
    let array (length: int) (monoid: Monoid<'a>) : Monoid<'a[]> =
        { Zero = Array.create length monoid.Zero; Combine = Array.map2 monoid.Combine }

/// Batches of data.
[<RequireQualifiedAccess>]
module Batches =

    /// The batches of a list, visited in its order: the plainest source, for tests and small data.
    let ofList (batches: 'batch list) : IBatches<'batch> =
        { new IBatches<'batch> with
            member _.Fold(monoid, statistics) = batches |> Seq.map statistics |> Monoid.fold monoid }

    /// What sums that are added up in place come to over all batches: those of a batch, those of no batch, and what is read off the whole.
    let internal sums
        (ofBatch: 'batch -> 'sums :> BlockSums)
        (none: unit -> 'sums)
        (read: 'sums -> 'statistics)
        (batches: IBatches<'batch>)
        : 'statistics =
        let combine (a: 'sums voption) (b: 'sums voption) =
            match a, b with
            | ValueSome sums, ValueSome more ->
                sums.Take more
                a
            | ValueNone, some
            | some, ValueNone -> some

        use whole =
            batches.Fold({ Zero = ValueNone; Combine = combine }, ofBatch >> ValueSome)
            |> ValueOption.defaultWith none

        read whole
