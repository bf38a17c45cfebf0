namespace Vi.Math

open System

/// A vector of numbers, read-only once built.
[<Sealed>]
type Vec internal (values: float[]) =

    /// The numbers themselves; never written after construction.
    member internal _.Values = values

    /// Number of entries.
    member _.Length = values.Length

    /// Entry i, from 0.
    member _.Item
        with get (i: int) = values[i]

    /// The entries as a read-only span.
    member _.AsSpan() = ReadOnlySpan<float>(values)

    /// A copy as an array.
    member _.ToArray() = Array.copy values

    /// Equal length and equal entries; NaN equals NaN, so that a value always equals itself.
    override _.Equals(other: obj) =
        match other with
        | :? Vec as other -> values.AsSpan().SequenceEqual(ReadOnlySpan<float>(other.Values))
        | _ -> false

    override _.GetHashCode() =
        let mutable hash = HashCode()

        for value in values do
            hash.Add value

        hash.ToHashCode()

    override _.ToString() = "[" + String.Join("; ", values |> Array.map (fun v -> v.ToString "R")) + "]"

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Operations on vectors. Lengths must agree; where they do not, the call raises and names both.
[<RequireQualifiedAccess>]
module Vec =

    let private requireSame (a: Vec) (b: Vec) =
        if a.Length <> b.Length then
            invalidArg (nameof b) $"vectors of length {a.Length} and {b.Length} do not go together"

    /// A vector of these numbers (copied).
    let ofArray (values: float[]) = Vec(Array.copy values)

    /// A vector that takes the array over: the caller promises never to write to it again.
    let internal wrap (values: float[]) = Vec values

    /// A vector of these numbers.
    let ofSeq (values: float seq) = Vec(Seq.toArray values)

    /// n entries f 0 .. f (n - 1).
    let init n f = Vec(Array.init n f)

    /// n equal entries.
    let constant n (value: float) = Vec(Array.create n value)

    /// n zeros.
    let zero n = constant n 0.0

    /// Number of entries.
    let length (a: Vec) = a.Length

    /// A copy as an array.
    let toArray (a: Vec) = a.ToArray()

    /// Entry by entry.
    let map f (a: Vec) = Vec(Array.map f a.Values)

    /// Entry by entry with the index.
    let mapi f (a: Vec) = Vec(Array.mapi f a.Values)

    /// Two vectors entry by entry.
    let map2 f (a: Vec) (b: Vec) =
        requireSame a b
        Vec(Array.map2 f a.Values b.Values)

    /// a + b.
    let add a b = map2 (+) a b

    /// a - b.
    let subtract a b = map2 (-) a b

    /// s a.
    let scale (s: float) a = map (fun x -> s * x) a

    /// a + s b.
    let addScaled (s: float) (b: Vec) (a: Vec) = map2 (fun x y -> x + s * y) a b

    /// a'b.
    let dot (a: Vec) (b: Vec) =
        requireSame a b
        LinearAlgebra.Dot(a.AsSpan(), b.AsSpan())

    /// Sum of the entries, from first to last.
    let sum (a: Vec) = Array.sum a.Values

    /// Sum of f over the entries, from first to last.
    let sumBy (f: float -> float) (a: Vec) = Array.sumBy f a.Values

    /// f folded over the entries, from first to last.
    let fold (f: 'a -> float -> 'a) (start: 'a) (a: Vec) = Array.fold f start a.Values

    /// Largest entry.
    let max (a: Vec) = Array.max a.Values

    /// Largest absolute value; 0 for no entries.
    let maxAbs (a: Vec) = a.Values |> Array.fold (fun m x -> System.Math.Max(m, abs x)) 0.0

    /// Euclidean norm.
    let norm (a: Vec) = sqrt (dot a a)

    /// Entries i .. i + n - 1.
    let slice start count (a: Vec) = Vec(Array.sub a.Values start count)

    /// One vector after the other.
    let append (a: Vec) (b: Vec) = Vec(Array.append a.Values b.Values)

    /// True where every entry is finite.
    let isFinite (a: Vec) = a.Values |> Array.forall System.Double.IsFinite
