namespace Vi.Math.FSharp

open System.Collections.Generic
open Vi.Kernels

/// Places of a plan's memory, which are used again once they are given back.
[<Sealed>]
type internal PlanLayout(dimension: int, nodes: int) =
    let sizes = Array.zeroCreate<int> nodes
    let free = Dictionary<int, ResizeArray<int>>()
    let mutable size = PlanStep.Padded(max 1 dimension) + PlanStep.Lanes

    /// Numbers so far.
    member _.Size = size

    /// A place of so many numbers that nothing else ever had.
    member _.Fresh(numbers: int) =
        let place = size
        size <- size + numbers
        place

    /// A place of so many numbers for a node.
    member this.Take(node: int, numbers: int) =
        sizes[node] <- numbers

        match free.TryGetValue numbers with
        | true, stack when stack.Count > 0 ->
            let place = stack[stack.Count - 1]
            stack.RemoveAt(stack.Count - 1)
            place
        | _ -> this.Fresh numbers

    /// Gives a node's place back.
    member _.GiveBack(node: int, place: int) =
        if not (free.ContainsKey sizes[node]) then
            free[sizes[node]] <- ResizeArray<int>()

        free[sizes[node]].Add place
