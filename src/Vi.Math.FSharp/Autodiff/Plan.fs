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

    let shared =
        let found = ResizeArray<int>()

        for i in 0 .. steps.Length - 1 do
            if steps[i].IsShared then
                found.Add i

        found.ToArray()

    /// Number D of coordinates of a position.
    member _.Dimension = dimension

    /// The memory of an evaluator before its first call: constants in their places.
    member internal _.Template = template

    /// All steps, in order.
    member internal _.Steps = steps

    /// The steps that compute the first output, in order.
    member internal _.StepsOfFirst = stepsOfFirst

    /// Numbers of the steps that take less time in several memories at once than in one after the other.
    member internal _.Shared = shared

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
                    memory.Slice(place.Place, PredictorRows.BufferLength(selection.Length, columns))
                )
            | ValueNone ->
                for i in 0 .. selection.Length - 1 do
                    values
                        .Slice(selection[i] * columns, columns)
                        .CopyTo(memory.Slice(place.Place + i * columns, columns))

/// Memories in which a plan is run for several positions at once; one thread at a time uses them.
[<Sealed>]
type internal PlanMemories(plan: Plan) =

    let each = PlanStep.Padded plan.Template.Length
    let mutable numbers = AlignedNumbers 0

    let reserve count =
        if numbers.Length < count * each then
            numbers <- AlignedNumbers(count * each)

            for s in 0 .. count - 1 do
                plan.Template.AsSpan().CopyTo(numbers.Span.Slice(s * each))

    /// Positions that are run at once.
    static member Most = 8

    /// The memory of one of the positions.
    member _.Span s = numbers.Span.Slice(s * each, each)

    /// Runs all steps at so many positions (S x D).
    member this.Run(positions: ReadOnlySpan<float>, count: int) =
        reserve count
        let d = plan.Dimension
        let mutable next = 0

        for s in 0 .. count - 1 do
            positions.Slice(s * d, d).CopyTo(this.Span s)

        let runUpTo last =
            for s in 0 .. count - 1 do
                let memory = this.Span s

                for i in next..last do
                    plan.Steps[i].Run memory

        for step in plan.Shared do
            runUpTo (step - 1)
            plan.Steps[step].RunAll(numbers.Span.Slice(0, count * each), each)
            next <- step + 1

        runUpTo (plan.Steps.Length - 1)
