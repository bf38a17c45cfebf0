namespace Vi.Math.FSharp

open Vi.Math

/// Compiles expressions to plans: common subexpressions are shared, what is constant is computed once, and places are used again once
/// nobody reads them.
[<RequireQualifiedAccess>]
module Plan =

    /// Compiles expressions of a position in R^D. The first output can be had alone, without the steps that only the others need.
    let compile (dimension: int) (outputs: Expression list) : Plan =
        let outputs = Array.ofList outputs
        PlanBuilder(dimension, PlanGraph.ofOutputs outputs).Build(outputs |> Array.map _.Shape)

    /// Values of a plan's outputs at a position, as vectors; with a new memory.
    let evaluate (plan: Plan) (position: Vec) : Vec[] =
        let memory = PlanMemory plan
        memory.Run(position.AsSpan(), plan.Steps)

        Array.map2
            (fun place (shape: Shape) -> Vec(memory.Span.Slice(place, shape.Size).ToArray()))
            plan.Places
            plan.Shapes
