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
    /// combine of the statistics of all batches, in the source's fixed order.
    abstract Fold: monoid: Monoid<'statistics> * statistics: ('batch -> 'statistics) -> 'statistics

namespace Vi.Math.FSharp

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

/// Batches held in a list: the plainest source, for tests and small data.
[<RequireQualifiedAccess>]
module Batches =

    /// The batches of a list, visited in its order.
    let ofList (batches: 'batch list) : IBatches<'batch> =
        { new IBatches<'batch> with
            member _.Fold(monoid, statistics) = batches |> Seq.map statistics |> Monoid.fold monoid }
