namespace Vi.Math.FSharp

open System
open System.Collections.Generic
open Vi.Math

/// Log densities from expressions of a position.
[<RequireQualifiedAccess>]
module PlannedDensity =

    /// The plan of a scalar expression and its derivatives: the first output is the value, the second all D derivatives in one vector.
    let plan (dimension: int) (value: Expression) : Plan =
        let leaves = ResizeArray<Expression>()
        let offsets = ResizeArray<int>()

        for node in Gradient.ordered [ value ] do
            match node.Operation with
            | Operation.Parameter offset ->
                leaves.Add node
                offsets.Add offset
            | _ -> ()

        let leaves = leaves.ToArray()
        let derivatives = Gradient.reverse value (List.ofArray leaves) |> Array.ofList
        let offsets = offsets.ToArray()
        // By offset, so that leaves that cover the position follow each other: then they need no spreading.
        let order = Array.zeroCreate<int> leaves.Length

        for i in 0 .. order.Length - 1 do
            let mutable at = i

            while at > 0 && offsets[order[at - 1]] > offsets[i] do
                order[at] <- order[at - 1]
                at <- at - 1

            order[at] <- i

        let mutable reached = 0

        for i in order do
            reached <- if reached = offsets[i] then reached + leaves[i].Shape.Size else -1

        let gradient =
            if reached = dimension then
                Expr.concatenate [| for i in order -> derivatives[i] |]
            else
                let mutable sum = Expr.fill (Shape.Vector dimension) (Expr.number 0.0)

                for i in order do
                    sum <- sum + Expr.embed (Shape.Vector dimension) offsets[i] derivatives[i]

                sum

        Plan.compile dimension [ value; gradient ]

    let private requireLength (dimension: int) (given: int) =
        if given <> dimension then
            raise (ArgumentException $"a position of {given} numbers was given to a density of {dimension} coordinates")

    /// Evaluates a plan over one memory.
    let private evaluatorOf (memory: PlanMemory) : IDensityEvaluator =
        let plan = memory.Plan
        let dimension = plan.Dimension
        let memories = PlanMemories plan

        { new IDensityEvaluator with
            member _.Dimension = dimension

            member _.Value position =
                requireLength dimension position.Length
                memory.Run(position, plan.StepsOfFirst)
                memory.Span[plan.Places[0]]

            member _.ValueAndGradient(position, gradient) =
                requireLength dimension position.Length
                memory.Run(position, plan.Steps)
                memory.Span.Slice(plan.Places[1], dimension).CopyTo gradient
                memory.Span[plan.Places[0]]

            member this.ValuesAndGradients(positions, values, gradients) =
                let isShared = plan.Shared.Length > 0 && plan.Selected = 0 && values.Length > 1
                let atOnce = if isShared then PlanMemories.Most else 1

                for first in 0..atOnce .. values.Length - 1 do
                    let count = min atOnce (values.Length - first)
                    let here = positions.Slice(first * dimension, count * dimension)

                    if isShared then
                        memories.Run(here, count)

                        for s in 0 .. count - 1 do
                            let memory = memories.Span s
                            values[first + s] <- memory[plan.Places[0]]

                            memory
                                .Slice(plan.Places[1], dimension)
                                .CopyTo(gradients.Slice((first + s) * dimension, dimension))
                    else
                        values[first] <- this.ValueAndGradient(here, gradients.Slice(first * dimension, dimension)) }

    /// The density of a plan made by `plan`.
    let ofPlan (names: string[]) (plan: Plan) : LogDensity =
        { Dimension = plan.Dimension
          CoordinateNames = names
          Evaluator = fun () -> evaluatorOf (PlanMemory plan) }

    /// Minibatches of N rows, from the plan of each number M of selected rows. Plans are made when a number of rows is first selected.
    let minibatches (rows: int) (dimension: int) (planOf: int -> Plan) : IMinibatchEvaluator =
        let memories = Dictionary<int, PlanMemory>()
        let evaluators = Dictionary<int, IDensityEvaluator>()
        let mutable current = Unchecked.defaultof<IDensityEvaluator>

        { new IMinibatchEvaluator with
            member _.Select selection =
                if selection.Length < 1 || selection.Length > rows then
                    raise (ArgumentException $"a minibatch of {selection.Length} rows cannot stand for {rows} rows")

                if not (evaluators.ContainsKey selection.Length) then
                    let memory = PlanMemory(planOf selection.Length)
                    memories[selection.Length] <- memory
                    evaluators[selection.Length] <- evaluatorOf memory

                if selection.Length < rows then
                    memories[selection.Length].Select selection

                current <- evaluators[selection.Length]

            member _.Dimension = dimension
            member _.Value position = current.Value position
            member _.ValueAndGradient(position, gradient) = current.ValueAndGradient(position, gradient)

            member _.ValuesAndGradients(positions, values, gradients) =
                current.ValuesAndGradients(positions, values, gradients) }
