namespace Vi.Math

open System
open Vi.Kernels

/// A function of one number that has no vector form, entry by entry.
[<Sealed>]
type internal ScalarFunctionStep(f: float -> float, x: int, y: int, length: int) =
    inherit PlanStep()

    override _.Run(memory: Span<float>) =
        for i in 0 .. length - 1 do
            memory[y + i] <- f memory[x + i]

/// Where the rows that a minibatch selects are written.
[<Struct>]
type internal RowPlace =
    {
        Table: RowData
        /// Where they are.
        Place: int
        /// Of a likelihood's rows: its target, which is laid beside the columns; null where the rows are stored row by row.
        Target: RowData voption
    }

/// A schedule of steps over one memory, compiled once from expressions. It never changes; every evaluator has a memory of its own.
[<Sealed>]
type Plan
    internal
    (
        dimension: int,
        template: float[],
        steps: PlanStep[],
        stepsOfFirst: PlanStep[],
        places: int[],
        shapes: Shape[],
        rows: RowPlace[],
        selected: int
    ) =

    /// Number D of coordinates of a position.
    member _.Dimension = dimension

    /// The memory of an evaluator before its first call: constants in their places.
    member internal _.Template = template

    /// All steps, in order.
    member internal _.Steps = steps

    /// The steps that compute the first output, in order.
    member internal _.StepsOfFirst = stepsOfFirst

    /// Place of each output.
    member internal _.Places = places

    /// Shape of each output.
    member _.Shapes = shapes

    /// Where selected rows are written.
    member internal _.Rows = rows

    /// Number M of rows that a minibatch selects; 0 where the plan reads all.
    member _.Selected = selected

/// The memory in which a plan is run; one thread at a time uses it.
[<Sealed>]
type internal PlanMemory(plan: Plan) =

    let numbers = AlignedNumbers plan.Template.Length

    do plan.Template.AsSpan().CopyTo numbers.Span

    member _.Plan = plan

    member _.Span = numbers.Span

    /// Runs steps of the plan at a position.
    member this.Run(position: ReadOnlySpan<float>, steps: PlanStep[]) =
        let memory = this.Span
        position.CopyTo memory

        for i in 0 .. steps.Length - 1 do
            steps[i].Run memory

    /// Puts the selected rows of all tables in their places.
    member this.Select(selection: ReadOnlySpan<int>) =
        let memory = this.Span

        for place in plan.Rows do
            let columns = place.Table.Columns
            let values = ReadOnlySpan place.Table.Values

            match place.Target with
            | ValueSome target ->
                PredictorRows.Gather(
                    values,
                    ReadOnlySpan target.Values,
                    selection,
                    columns,
                    memory.Slice(place.Place, PredictorRows.Room(selection.Length, columns))
                )
            | ValueNone ->
                for i in 0 .. selection.Length - 1 do
                    values
                        .Slice(selection[i] * columns, columns)
                        .CopyTo(memory.Slice(place.Place + i * columns, columns))
