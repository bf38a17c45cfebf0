namespace Vi.Math.FSharp

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open Vi.Math

/// When two operations are one. (Plain loops over bytes: generic equality and hashes are compiled anew for each type, at the first program's
/// cost.)
[<RequireQualifiedAccess>]
module internal PlanKeys =

    /// Bytes of arrays up to this number are compared, longer arrays by identity: those of gradients are those of the values.
    let private comparedBytes = 512

    let private sameBytes (x: ReadOnlySpan<byte>) (y: ReadOnlySpan<byte>) =
        x.Length <= comparedBytes && x.SequenceEqual y

    let private sameNumbers (x: float[]) (y: float[]) =
        obj.ReferenceEquals(x, y)
        || sameBytes (MemoryMarshal.AsBytes(ReadOnlySpan x)) (MemoryMarshal.AsBytes(ReadOnlySpan y))

    let private sameIndices (x: int[]) (y: int[]) =
        obj.ReferenceEquals(x, y)
        || sameBytes (MemoryMarshal.AsBytes(ReadOnlySpan x)) (MemoryMarshal.AsBytes(ReadOnlySpan y))

    /// Whether two operations do the same. Numbers are compared by their bits: 0 is not -0, and NaN is NaN.
    let same (a: Operation) (b: Operation) =
        match a, b with
        | Operation.Constant x, Operation.Constant y -> sameNumbers x y
        | Operation.Gather x, Operation.Gather y
        | Operation.Scatter x, Operation.Scatter y -> sameIndices x y
        | Operation.Constant _, _
        | Operation.Gather _, _
        | Operation.Scatter _, _ -> false
        | _ -> a.Equals b

    let private digestBytes (bytes: ReadOnlySpan<byte>) (array: obj) =
        if bytes.Length > comparedBytes then
            RuntimeHelpers.GetHashCode array
        else
            let mutable sum = bytes.Length

            for i in 0 .. bytes.Length - 1 do
                sum <- 31 * sum + int bytes[i]

            sum

    /// A number that operations that do the same share.
    let digest (operation: Operation) =
        match operation with
        | Operation.Constant x -> digestBytes (MemoryMarshal.AsBytes(ReadOnlySpan x)) x
        | Operation.Gather x
        | Operation.Scatter x -> 1 + digestBytes (MemoryMarshal.AsBytes(ReadOnlySpan x)) x
        | other -> other.GetHashCode()

/// What a node does, with which nodes, and the shape of its value: nodes of which these are equal are one.
[<Sealed>]
type internal NodeKey(operation: Operation, below: int[], shape: Shape) =
    member private _.Operation = operation
    member private _.Below = below
    member private _.Shape = shape

    override _.Equals other =
        match other with
        | :? NodeKey as key ->
            below.AsSpan().SequenceEqual(ReadOnlySpan key.Below)
            && shape.Equals key.Shape
            && PlanKeys.same operation key.Operation
        | _ -> false

    override _.GetHashCode() =
        let mutable sum = PlanKeys.digest operation

        for argument in below do
            sum <- 31 * sum + argument

        sum
