namespace Vi.Math.FSharp

open System
open Vi.Math

/// Statements of programs and their composition.
[<RequireQualifiedAccess>]
module Program =

    let private refuse (what: string) : 'a = raise (ArgumentException what)

    /// The program that says nothing and gives a value.
    let result (value: 'a) : Program<'a> = Program(fun trace -> struct (value, trace))

    /// One program after the other, which may use the first one's value.
    let bind (next: 'a -> Program<'b>) (first: Program<'a>) : Program<'b> =
        Program(fun trace ->
            let struct (value, trace) = first.Run trace
            (next value).Run trace)

    /// A program with its value changed.
    let map (f: 'a -> 'b) (program: Program<'a>) : Program<'b> =
        Program(fun trace ->
            let struct (value, trace) = program.Run trace
            struct (f value, trace))

    /// The programs f 0 .. f (count - 1), one after the other, with all values.
    let init (count: int) (f: int -> Program<'a>) : Program<'a[]> =
        Program(fun trace ->
            let mutable current = trace

            let values =
                Array.init count (fun i ->
                    let struct (value, next) = (f i).Run current
                    current <- next
                    value)

            struct (values, current))

    /// A statement by what it adds to the trace.
    let private state (change: ProgramTrace -> struct ('a * ProgramTrace)) : Program<'a> = Program change

    let private requireNew (name: string) (trace: ProgramTrace) =
        if String.IsNullOrWhiteSpace name then
            refuse "every parameter, observation, potential and deterministic quantity needs a name"

        if trace.Names.Contains name then
            refuse $"'{name}' is there already: names in a program are unique"

        { trace with Names = trace.Names.Add name }

    /// Runs something about a variable; what it refuses is told with the variable's name.
    let private about (what: string) (name: string) (f: unit -> 'a) : 'a =
        try
            f ()
        with :? ArgumentException as failure ->
            raise (ArgumentException($"{what} '{name}': {failure.Message}", failure))

    let private dependsOnRows (value: Expression) =
        Gradient.ordered [ value ]
        |> Array.exists (fun node ->
            match node.Operation with
            | Operation.RowsOf _ -> true
            | _ -> false)

    let private term name kind value : ProgramTerm =
        { Name = name; Kind = kind; Value = value; OfRows = dependsOnRows value }

    let private isZero (value: Expression) = value.ConstantNumber = ValueSome 0.0

    let private requireFit (what: string) (name: string) (distribution: ProgramDistribution) (shape: Shape) =
        if not (distribution.Accepts shape) then
            refuse
                $"{what} '{name}' ({shape}) does not go together with its distribution, {distribution.Family} of {distribution.Shape}"

    /// A parameter of a distribution with a shape.
    let drawShaped (name: string) (shape: Shape) (distribution: ProgramDistribution) : Program<Expression> =
        state (fun trace ->
            let trace = requireNew name trace
            requireFit "parameter" name distribution shape

            let real = about "parameter" name (fun () -> Bijectors.realShape distribution.Support shape)
            let coordinates = Expr.parameter name trace.Dimension real
            let struct (value, logJacobian) = Bijectors.constrain distribution.Support shape coordinates
            let value = Expr.named name value
            let prior = about "parameter" name (fun () -> distribution.LogDensity value)

            let parameter =
                { Name = name
                  Distribution = distribution
                  Shape = shape
                  Offset = trace.Dimension
                  Size = real.Size
                  Value = value }

            let terms = [ term name Prior prior; term name Jacobian logJacobian ]

            let trace =
                { trace with
                    Dimension = trace.Dimension + real.Size
                    Parameters = parameter :: trace.Parameters
                    Terms = List.rev (terms |> List.filter (fun term -> not (isZero term.Value))) @ trace.Terms
                    Quantities = { Name = name; Value = value } :: trace.Quantities }

            struct (value, trace))

    /// A parameter of a distribution, with the shape that the distribution's own parameters ask for.
    let draw (name: string) (distribution: ProgramDistribution) : Program<Expression> =
        drawShaped name distribution.Shape distribution

    /// A value, an expression of parameters and data, that is reported under a name.
    let deterministic (name: string) (value: Expression) : Program<Expression> =
        state (fun trace ->
            let trace = requireNew name trace
            let value = Expr.named name value
            struct (value, { trace with Quantities = { Name = name; Value = value } :: trace.Quantities }))

    /// A number that is added to the log density.
    let potential (name: string) (value: Expression) : Program<unit> =
        state (fun trace ->
            let trace = requireNew name trace

            if value.Shape <> Shape.Scalar then
                refuse $"potential '{name}': a number is needed, not {value.Describe()}"

            struct ((), { trace with Terms = term name Potential value :: trace.Terms }))

    /// The numbers of data.
    let internal dataOf (data: Expression) : float[] voption =
        match data.Operation with
        | Operation.Constant values -> ValueSome values
        | Operation.RowsOf table -> ValueSome table.Values
        | _ -> ValueNone

    let private likelihood (name: string) (distribution: ProgramDistribution) (data: Expression) =
        about "observation" name (fun () -> term name Likelihood (distribution.LogDensity data))

    let private requireData (name: string) (distribution: ProgramDistribution) (data: Expression) =
        match dataOf data with
        | ValueNone -> refuse $"observation '{name}': {data.Describe()} is not data; a potential adds other terms"
        | ValueSome values ->
            let shape =
                match data.Operation with
                | Operation.RowsOf table when table.Columns > 1 -> Shape.Matrix(table.Rows, table.Columns)
                | Operation.RowsOf table -> Shape.Vector table.Rows
                | _ -> data.Shape

            requireFit "observation" name distribution data.Shape

            match Bijectors.violation distribution.Support shape values with
            | ValueSome what ->
                refuse $"observation '{name}': {what}, not among {distribution.Support} ({distribution.Family})"
            | ValueNone -> ()

    /// Data of a distribution.
    let observe (name: string) (distribution: ProgramDistribution) (data: Expression) : Program<unit> =
        state (fun trace ->
            let trace = requireNew name trace
            let data = if data.Label = "" then Expr.named name data else data
            requireData name distribution data
            let observation = { Name = name; Distribution = distribution; Data = data }

            struct ((),
                    { trace with
                        Terms = likelihood name distribution data :: trace.Terms
                        Observations = observation :: trace.Observations }))

    let private rows (asMatrix: bool) (table: RowData) : Program<Expression> =
        state (fun trace ->
            if not trace.AllowRows then
                refuse
                    $"the table '{table.Name}': a program with rows of data is traced again for minibatches, so it must be defined by a function"

            let trace =
                match trace.Rows with
                | ValueNone -> { trace with Rows = ValueSome(struct (table.Rows, table.Name)) }
                | ValueSome(struct (rows, _)) when rows = table.Rows -> trace
                | ValueSome(struct (rows, first)) ->
                    refuse $"the table '{table.Name}' has {table.Rows} rows, and '{first}' has {rows}"

            let count = ValueOption.defaultValue table.Rows trace.Selected
            let shape = if asMatrix then Shape.Matrix(count, table.Columns) else Shape.Vector count
            struct (Expression(Operation.RowsOf table, [||], shape, table.Name), trace))

    /// The rows of a table as a matrix: all of them (N x C), or those that a minibatch selects (M x C). All tables of a program have the
    /// same number of rows.
    let rowMatrix (table: RowData) : Program<Expression> = rows true table

    /// The rows of a table of one column as a vector: all of them (N), or those that a minibatch selects (M).
    let rowVector (table: RowData) : Program<Expression> =
        if table.Columns <> 1 then
            refuse $"the table '{table.Name}' has {table.Columns} columns: only one makes a vector"

        rows false table

    // Tracing.

    let internal start (allowRows: bool) (selected: int voption) : ProgramTrace =
        { Selected = selected
          Rows = ValueNone
          AllowRows = allowRows
          Dimension = 0
          Names = Set.empty
          Parameters = []
          Terms = []
          Quantities = []
          Observations = [] }

    let private sameParameters (a: ProgramTrace) (b: ProgramTrace) =
        let signature (trace: ProgramTrace) =
            trace.Parameters |> List.map (fun (p: ProgramParameter) -> struct (p.Name, p.Shape, p.Offset))

        signature a = signature b

    /// The program with its value. Raises ArgumentException, naming variables and shapes, where it is not well formed.
    let traceWithResult (program: Program<'T>) : struct ('T * TracedProgram) =
        let struct (value, whole) = program.Run(start true ValueNone)

        let retrace rows =
            let struct (_, part) = program.Run(start true (ValueSome rows))

            if not (sameParameters whole part) then
                refuse $"on {rows} rows of data the program has other parameters than on all of them"

            TracedProgram(part, ValueNone)

        let retrace = if whole.Rows.IsSome then ValueSome retrace else ValueNone
        struct (value, TracedProgram(whole, retrace))

    /// The program, traced.
    let trace (program: Program<'T>) : TracedProgram =
        let struct (_, traced) = traceWithResult program
        traced

    /// The same program with other data in the place of its observations of these names (row by row; of all rows where they are rows of
    /// data). Raises ArgumentException where a name is no observation, or numbers do not fit it.
    let withObservations (replacements: (string * float[]) seq) (program: TracedProgram) : TracedProgram =
        let replacements = Map.ofSeq replacements

        for name in replacements.Keys do
            if program.Observations |> Array.forall (fun observation -> observation.Name <> name) then
                refuse $"there is no observation '{name}'"

        let replaced =
            program.Observations
            |> Array.choose (fun observation ->
                replacements
                |> Map.tryFind observation.Name
                |> Option.map (fun values ->
                    let required =
                        match observation.Data.Operation with
                        | Operation.RowsOf table -> table.Rows * table.Columns
                        | _ -> observation.Data.Shape.Size

                    if values.Length <> required then
                        refuse $"observation '{observation.Name}' has {required} numbers, not {values.Length}"

                    let operation =
                        match observation.Data.Operation with
                        | Operation.RowsOf table ->
                            Operation.RowsOf(RowData(table.Name, table.Rows, table.Columns, Array.copy values))
                        | _ -> Operation.Constant(Array.copy values)

                    observation.Name, operation))
            |> Map.ofArray

        let replace (trace: ProgramTrace) =
            let observations =
                trace.Observations
                |> List.map (fun observation ->
                    match Map.tryFind observation.Name replaced with
                    | Some operation ->
                        let data = Expression(operation, [||], observation.Data.Shape, observation.Data.Label)
                        requireData observation.Name observation.Distribution data
                        { observation with Data = data }
                    | None -> observation)

            let terms =
                trace.Terms
                |> List.map (fun old ->
                    match observations |> List.tryFind (fun o -> o.Name = old.Name && old.Kind = Likelihood) with
                    | Some observation when replaced.ContainsKey old.Name ->
                        likelihood old.Name observation.Distribution observation.Data
                    | _ -> old)

            { trace with Observations = observations; Terms = terms }

        TracedProgram(
            replace program.Trace,
            program.Retrace
            |> ValueOption.map (fun retrace rows -> TracedProgram(replace (retrace rows).Trace, ValueNone))
        )
