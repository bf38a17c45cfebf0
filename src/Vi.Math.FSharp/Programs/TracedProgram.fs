namespace Vi.Math

/// What a term of a log density stands for.
type TermKind =
    /// log density of a parameter's prior, on its own scale.
    | Prior
    /// log |dx/dy| of a parameter's transform.
    | Jacobian
    /// log density of an observation.
    | Likelihood
    /// A term of the user's.
    | Potential

/// A named term of a program's log density.
[<NoComparison; NoEquality>]
type ProgramTerm =
    {
        /// The parameter's, observation's or potential's name.
        Name: string
        Kind: TermKind
        /// Its value, a number.
        Value: Expression
        /// Whether it is a sum over rows of data, of which a minibatch takes some.
        OfRows: bool
    }

/// A parameter of a program: a value of its support, made from real numbers of the position.
[<NoComparison; NoEquality>]
type ProgramParameter =
    {
        Name: string
        /// Its prior.
        Distribution: ProgramDistribution
        /// Shape of the value.
        Shape: Shape
        /// Place of its first coordinate in the position.
        Offset: int
        /// Number of its coordinates.
        Size: int
        /// The value, an expression of the position.
        Value: Expression
    }

/// Data that a program observes.
[<NoComparison; NoEquality>]
type ProgramObservation =
    {
        Name: string
        /// The distribution of the data given the parameters.
        Distribution: ProgramDistribution
        /// The data: constants or rows of data.
        Data: Expression
    }

/// A quantity that is reported: a parameter or what the user computes from parameters.
[<NoComparison; NoEquality>]
type ProgramQuantity = { Name: string; Value: Expression }

/// What a program was found to be so far: an immutable value, threaded through its statements.
[<NoComparison; NoEquality>]
type ProgramTrace =
    internal
        {
            /// Number of rows of data that a minibatch selects; all where there is none.
            Selected: int voption
            /// Rows of data, with the name of the first table.
            Rows: struct (int * string) voption
            /// Whether tables of rows are allowed.
            AllowRows: bool
            Dimension: int
            Names: Set<string>
            // The latest first.
            Parameters: ProgramParameter list
            Terms: ProgramTerm list
            Quantities: ProgramQuantity list
            Observations: ProgramObservation list
        }

/// A program or a part of one: statements that give a value. It is run when it is traced; it may be run many times and gives the same.
[<Sealed>]
type Program<'T> internal (run: ProgramTrace -> struct ('T * ProgramTrace)) =

    member internal _.Run trace = run trace

/// A program that was traced: parameters, terms of its log density, what it observes and what it reports.
[<Sealed; AllowNullLiteral(false)>]
type TracedProgram internal (trace: ProgramTrace, retrace: (int -> TracedProgram) voption) =

    let parameters = trace.Parameters |> List.rev |> Array.ofList
    let terms = trace.Terms |> List.rev |> Array.ofList
    let quantities = trace.Quantities |> List.rev |> Array.ofList
    let observations = trace.Observations |> List.rev |> Array.ofList

    /// Number D of coordinates of a position on the real line.
    member _.Dimension = trace.Dimension

    /// In the order of the program.
    member internal _.Parameters = parameters

    /// In the order of the program; their sum is the log density.
    member internal _.Terms = terms

    /// Parameters and what is computed from them, in the order of the program.
    member internal _.Quantities = quantities

    member internal _.Observations = observations

    member internal _.Trace = trace

    /// Number N of rows of data; 0 where the program has none.
    member _.Rows =
        match trace.Rows with
        | ValueSome(struct (rows, _)) -> rows
        | ValueNone -> 0

    /// The same program on so many selected rows.
    member internal _.Retrace = retrace
