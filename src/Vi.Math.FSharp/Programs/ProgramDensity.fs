namespace Vi.Math

open System

/// A quantity among the numbers that a position stands for.
type QuantityPlace =
    {
        Name: string
        Shape: Shape
        /// Place of its first entry.
        First: int
    }

/// Gives parameters on their own scale and what is computed from them; one thread at a time uses it.
type IQuantityEvaluator =

    /// Writes all quantities of a position (D), entry by entry.
    abstract Evaluate: position: ReadOnlySpan<float> * values: Span<float> -> unit

/// The quantities that a program reports.
[<NoComparison; NoEquality>]
type ProgramQuantities =
    {
        /// Parameters and what is computed from them, in the order of the program.
        Places: QuantityPlace[]
        /// A name for each number, e.g. theta[3] or L[1,0].
        Names: string[]
        /// A new evaluator with buffers of its own.
        Evaluator: unit -> IQuantityEvaluator
    }

/// The value of a term at a position.
[<Struct>]
type TermValue = { Name: string; Kind: TermKind; Value: float }

/// Numbers under a name: a parameter, a quantity or an observation, row by row.
type NamedValue = { Name: string; Shape: Shape; Values: float[] }

/// A draw from a program: parameters from their priors, and data given them.
type Simulation =
    {
        /// The parameters on the real line (D).
        Position: Vec
        Parameters: NamedValue[]
        /// Data, by the names of the program's observations.
        Observations: NamedValue[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// What a traced program is compiled to: its log density on the real line, with minibatches where it has rows of data; its quantities; and
/// simulations.
[<RequireQualifiedAccess>]
module ProgramDensity =

    let private refuse (what: string) : 'a = raise (ArgumentException what)

    /// Names of the entries of a shape: name, name[i] or name[i,j], from 1.
    let internal entryNames (name: string) (shape: Shape) : string[] =
        match shape with
        | Shape.Scalar -> [| name |]
        | Shape.Vector length -> Array.init length (fun i -> $"{name}[{i + 1}]")
        | Shape.Matrix(rows, columns) ->
            Array.init (rows * columns) (fun at -> $"{name}[{at / columns + 1},{at % columns + 1}]")

    /// Names of the coordinates of a position; those of a parameter that has its own shape on the real line are indexed like its entries.
    let coordinateNames (program: TracedProgram) : string[] =
        program.Parameters
        |> Array.collect (fun parameter ->
            entryNames parameter.Name (Bijectors.realShape parameter.Distribution.Support parameter.Shape))

    let private total (terms: ProgramTerm seq) =
        (Expr.number 0.0, terms) ||> Seq.fold (fun sum term -> sum + term.Value)

    let private requireParameters (program: TracedProgram) =
        if program.Dimension = 0 then
            refuse "the program has no parameters"

    /// The log density of all data as an expression of the position: the sum of all terms.
    let expression (program: TracedProgram) : Expression = total program.Terms

    /// The log density of all data on the real line, with all constants and Jacobians.
    let whole (program: TracedProgram) : LogDensity =
        requireParameters program

        PlannedDensity.plan program.Dimension (expression program)
        |> PlannedDensity.ofPlan (coordinateNames program)

    /// Positions at which terms are tried: of moderate size, all entries different.
    let private trialPosition (dimension: int) = Vec.init dimension (fun i -> 0.7 * sin (1.0 + 2.3 * float i))

    /// Terms that are sums over rows: named, with their values over the given rows.
    let private valuesOn (rows: int[]) (program: TracedProgram) =
        let terms = program.Terms |> Array.filter (fun term -> term.OfRows)
        let plan = Plan.compile program.Dimension (terms |> Array.map (fun term -> term.Value) |> List.ofArray)
        let memory = PlanMemory plan

        if plan.Selected > 0 then
            memory.Select(ReadOnlySpan rows)

        memory.Run((trialPosition program.Dimension).AsSpan(), plan.Steps)
        Array.map2 (fun (term: ProgramTerm) place -> struct (term.Name, memory.Span[place])) terms plan.Places

    /// Room for rounding between a sum and its parts.
    let private partsTolerance = 1e-8

    /// Terms of rows must add up over a partition of the rows; raises naming the first that does not.
    let private requireAdditive (program: TracedProgram) (retrace: int -> TracedProgram) =
        let n = program.Rows

        if n > 1 then
            let cut = (n + 1) / 2
            let all = valuesOn [| 0 .. n - 1 |] program
            let first = valuesOn [| 0 .. cut - 1 |] (retrace cut)
            let second = valuesOn [| cut .. n - 1 |] (retrace (n - cut))

            for i in 0 .. all.Length - 1 do
                let struct (name, whole) = all[i]
                let struct (_, a) = first[i]
                let struct (_, b) = second[i]

                if Double.IsFinite whole && not (abs (whole - (a + b)) <= partsTolerance * (1.0 + abs a + abs b)) then
                    refuse
                        $"'{name}' is not a sum over rows: over all {n} it is {whole}, over the first {cut} and the rest {a} + {b}. Minibatches need sums: use no means, and no numbers that depend on N"

    /// The log density with minibatches: terms of rows are scaled by N / M there. Raises ArgumentException where the program has no rows of
    /// data, or a term of rows is not a sum over them.
    let rows (program: TracedProgram) : RowDensity =
        requireParameters program

        match program.Retrace with
        | ValueNone -> refuse "the program has no rows of data: minibatches need tables declared as row data"
        | ValueSome retrace ->
            requireAdditive program retrace
            let n = program.Rows

            let makePlan selected =
                let part = if selected = n then program else retrace selected
                let ofRows, others = part.Terms |> Array.partition (fun term -> term.OfRows)
                let scale = float n / float selected
                PlannedDensity.plan part.Dimension (total others + scale * total ofRows)

            // One plan a size, shared by all evaluators.
            let plans = System.Collections.Concurrent.ConcurrentDictionary<int, Lazy<Plan>>()
            let planOf selected = plans.GetOrAdd(selected, (fun size -> lazy makePlan size)).Value

            { Whole = whole program
              Rows = n
              Minibatch = fun () -> PlannedDensity.minibatches n program.Dimension planOf }

    // Values at a position.

    /// The quantities that the program reports, on all data.
    let quantities (program: TracedProgram) : ProgramQuantities =
        let places =
            (0, program.Quantities)
            ||> Array.mapFold (fun first quantity ->
                ({ Name = quantity.Name; Shape = quantity.Value.Shape; First = first }: QuantityPlace),
                first + quantity.Value.Shape.Size)
            |> fst

        let plan =
            lazy Plan.compile program.Dimension (program.Quantities |> Array.map (fun q -> q.Value) |> List.ofArray)

        { Places = places
          Names = places |> Array.collect (fun place -> entryNames place.Name place.Shape)
          Evaluator =
            fun () ->
                let plan = plan.Force()
                let memory = PlanMemory plan

                { new IQuantityEvaluator with
                    member _.Evaluate(position, values) =
                        memory.Run(position, plan.Steps)

                        for i in 0 .. places.Length - 1 do
                            memory.Span.Slice(plan.Places[i], places[i].Shape.Size).CopyTo(values.Slice places[i].First) } }

    let private requirePosition (program: TracedProgram) (position: Vec) =
        if position.Length <> program.Dimension then
            refuse $"a position of {position.Length} numbers was given to a program of {program.Dimension} coordinates"

    /// Values of expressions of a program at a position.
    let private evaluate (program: TracedProgram) (expressions: Expression seq) (position: Vec) : Vec[] =
        requirePosition program position
        Plan.evaluate (Plan.compile program.Dimension (List.ofSeq expressions)) position

    /// Parameters on their own scale and what is computed from them, at a position.
    let valuesAt (program: TracedProgram) (position: Vec) : NamedValue[] =
        let values = evaluate program (program.Quantities |> Seq.map (fun q -> q.Value)) position

        Array.map2
            (fun (quantity: ProgramQuantity) (value: Vec) ->
                { Name = quantity.Name; Shape = quantity.Value.Shape; Values = value.ToArray() })
            program.Quantities
            values

    /// Each term of the log density at a position.
    let termsAt (program: TracedProgram) (position: Vec) : TermValue[] =
        let values = evaluate program (program.Terms |> Seq.map (fun term -> term.Value)) position

        Array.map2
            (fun (term: ProgramTerm) (value: Vec) -> { Name = term.Name; Kind = term.Kind; Value = value[0] })
            program.Terms
            values

    /// The position of parameters given on their own scale (row by row). Raises ArgumentException naming a parameter that is missing,
    /// unknown, of the wrong size or outside its support.
    let unconstrain (program: TracedProgram) (values: (string * float[]) seq) : Vec =
        let values = Map.ofSeq values

        for name in values.Keys do
            if program.Parameters |> Array.forall (fun parameter -> parameter.Name <> name) then
                refuse $"there is no parameter '{name}'"

        program.Parameters
        |> Array.collect (fun parameter ->
            match Map.tryFind parameter.Name values with
            | None -> refuse $"no value was given for the parameter '{parameter.Name}' ({parameter.Shape})"
            | Some numbers ->
                try
                    Bijectors.unconstrainNumbers parameter.Distribution.Support parameter.Shape numbers
                with :? ArgumentException as failure ->
                    raise (ArgumentException($"parameter '{parameter.Name}': {failure.Message}", failure)))
        |> Vec.ofArray

    // Simulation.

    /// Draws of a program: all parameters from their priors, in order, then all observations given them. Compiles once; give it the
    /// program, then generators. Raises ArgumentException where a prior is improper.
    let simulator (program: TracedProgram) : Rng -> struct (Simulation * Rng) =
        let priors = program.Parameters |> Array.map (fun p -> p.Distribution.Parameters p.Shape)

        let likelihoods = program.Observations |> Array.map (fun o -> o.Distribution.Parameters o.Data.Shape)

        let all = Seq.append priors likelihoods |> List.concat

        let plan = Plan.compile (max 1 program.Dimension) (if all.IsEmpty then [ Expr.number 0.0 ] else all)

        fun rng ->
            let memory = PlanMemory plan
            let position: float[] = Array.zeroCreate (max 1 program.Dimension)
            let mutable current = rng
            let mutable next = 0

            let draw (distribution: ProgramDistribution) (shape: Shape) (parameters: Expression list) =
                let numbers =
                    parameters
                    |> List.mapi (fun i parameter ->
                        memory.Span.Slice(plan.Places[next + i], parameter.Shape.Size).ToArray())
                    |> Array.ofList

                next <- next + numbers.Length
                let struct (values, rng) = distribution.Draw shape numbers current
                current <- rng
                values

            let parameters =
                Array.map2
                    (fun (parameter: ProgramParameter) prior ->
                        memory.Run(ReadOnlySpan position, plan.Steps)
                        let values = draw parameter.Distribution parameter.Shape prior
                        let real = Bijectors.unconstrainNumbers parameter.Distribution.Support parameter.Shape values
                        Array.blit real 0 position parameter.Offset real.Length
                        { Name = parameter.Name; Shape = parameter.Shape; Values = values })
                    program.Parameters
                    priors

            memory.Run(ReadOnlySpan position, plan.Steps)

            let observations =
                Array.map2
                    (fun (observation: ProgramObservation) parameters ->
                        { Name = observation.Name
                          Shape = observation.Data.Shape
                          Values = draw observation.Distribution observation.Data.Shape parameters })
                    program.Observations
                    likelihoods

            struct ({ Position = Vec.slice 0 program.Dimension (Vec.ofArray position)
                      Parameters = parameters
                      Observations = observations },
                    current)
