namespace Vi.Math.FSharp

open System
open Vi.Math

/// When two nodes are one.
[<RequireQualifiedAccess>]
module internal PlanKeys =

    /// Arrays up to this length are compared by content, longer ones by identity: those of gradients are those of the values.
    let private comparedLength = 64

    /// Whether two operations do the same. Numbers are compared by their bits: 0 is not -0, and NaN is NaN.
    let private same (a: Operation) (b: Operation) =
        let equal (x: 'T[]) (y: 'T[]) (bits: 'T -> int64) =
            obj.ReferenceEquals(x, y)
            || x.Length = y.Length && x.Length <= comparedLength && Array.forall2 (fun x y -> bits x = bits y) x y

        match a, b with
        | Operation.Constant x, Operation.Constant y -> equal x y BitConverter.DoubleToInt64Bits
        | Operation.Gather x, Operation.Gather y
        | Operation.Scatter x, Operation.Scatter y -> equal x y int64
        | Operation.Constant _, _
        | Operation.Gather _, _
        | Operation.Scatter _, _ -> false
        | _ -> a = b

    let private digest (operation: Operation) =
        let ofArray (x: 'T[]) =
            if x.Length <= comparedLength then
                Array.fold (fun sum entry -> HashCode.Combine(sum, hash entry)) x.Length x
            else
                Runtime.CompilerServices.RuntimeHelpers.GetHashCode x

        match operation with
        | Operation.Constant x -> ofArray x
        | Operation.Gather x
        | Operation.Scatter x -> 1 + ofArray x
        | other -> hash other

    /// Nodes by what they do with which nodes.
    let keys =
        HashIdentity.FromFunctions
            (fun (struct (operation, below: int[], _: Shape)) ->
                Array.fold (fun sum (argument: int) -> HashCode.Combine(sum, argument)) (digest operation) below)
            (fun (struct (a, x, shape)) (struct (b, y, other)) ->
                x.AsSpan().SequenceEqual(ReadOnlySpan y) && shape = other && same a b)
