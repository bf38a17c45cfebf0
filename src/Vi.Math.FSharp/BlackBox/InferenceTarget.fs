namespace Vi.Math

open System

/// An option that does not fit the model, or is out of range.
[<Sealed>]
type InferenceOptionException(option: string, message: string) =
    inherit ArgumentException(message)

    /// Name of the option: that of the setting's field in F# and of its property in C#.
    member _.Option = option

/// Coordinates of a position that belong together.
type TargetParameter =
    {
        Name: string
        /// Its coordinates in their order, numbers from 0.
        Coordinates: int[]
        /// Whether they are a path in time: each depends on the one before it.
        IsSeries: bool
    }

/// What is done with a Markov chain, whatever its state is.
type IChainVisitor<'result> =

    /// The chain's first state comes from a generator; the info of a step is its position (D).
    abstract Visit: chain: Engine<'state, Vec, Vec> -> 'result

/// A Markov chain of positions (D) whose distribution goes to the target's, such as Gibbs sampling of a conjugate model.
type IPositionChain =

    abstract Accept: visitor: IChainVisitor<'result> -> 'result

/// Coordinates in other units: x = centre + scale z, so that what begins near the origin of z, with steps of its size, suits any unit of x.
[<NoComparison; NoEquality>]
type CoordinateUnits =
    {
        /// Positions of x where z is 0 (D).
        Centre: float[]
        /// Sizes of x where z is 1, all > 0 (D).
        Scale: float[]
    }

/// What an inference may ask of a model: a log density on R^D, and what is known of it beyond that.
[<NoComparison; NoEquality>]
type InferenceTarget =
    {
        Density: LogDensity
        /// The density by rows of data; raises ArgumentException where the likelihood is no sum over rows.
        Rows: unit -> RowDensity
        /// Its parameters by name.
        Parameters: TargetParameter[]
        /// What is reported of a position.
        Quantities: ProgramQuantities
        /// Draws from the complete conditional distributions; none where they are not known.
        Conditionals: IPositionChain voption
        /// Units of the coordinates; none where they are the model's own.
        Units: CoordinateUnits voption
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Checks of options.
[<RequireQualifiedAccess>]
module internal InferenceOption =

    /// Refuses an option by its name; raises InferenceOptionException.
    let refuse (option: string) (message: string) : 'a = raise (InferenceOptionException(option, message))

    /// An option that must be at least so much.
    let atLeast (least: int) (option: string) (value: int) =
        if value < least then
            refuse option $"{value} is not allowed: at least {least}"

    /// An option that must be a number of at least 0.
    let notNegative (option: string) (value: float) =
        if not (value >= 0.0) then
            refuse option $"{value} is not allowed: at least 0"

    /// A named optimiser's rate must be positive.
    let rate (option: string) (choice: OptimizerChoice voption) =
        match choice with
        | ValueSome { Rate = ValueSome rate } when not (rate > 0.0 && Double.IsFinite rate) ->
            refuse option $"{rate} is not allowed: more than 0"
        | _ -> ()

/// Densities in other units.
[<RequireQualifiedAccess>]
module internal CoordinateUnits =

    /// x of z.
    let forth (units: CoordinateUnits) (z: ReadOnlySpan<float>) (x: Span<float>) =
        for d in 0 .. units.Scale.Length - 1 do
            x[d] <- units.Centre[d] + units.Scale[d] * z[d]

    /// z of x.
    let back (units: CoordinateUnits) (x: Vec) : Vec = Vec.mapi (fun d x -> (x - units.Centre[d]) / units.Scale[d]) x

    /// An evaluator in z of one in x. The density of z is that of x times the product of the scales.
    let private evaluator (units: CoordinateUnits) (inner: IDensityEvaluator) : IDensityEvaluator =
        let dimension = units.Scale.Length
        let logScale = Array.sumBy log units.Scale
        let x: float[] = Array.zeroCreate dimension

        { new IDensityEvaluator with
            member _.Dimension = dimension

            member _.Value z =
                forth units z (x.AsSpan())
                inner.Value(ReadOnlySpan x) + logScale

            member _.ValueAndGradient(z, gradient) =
                forth units z (x.AsSpan())
                let value = inner.ValueAndGradient(ReadOnlySpan x, gradient)

                for d in 0 .. dimension - 1 do
                    gradient[d] <- gradient[d] * units.Scale[d]

                value + logScale

            member _.ValuesAndGradients(z, values, gradients) =
                let all: float[] = Array.zeroCreate z.Length

                for s in 0 .. values.Length - 1 do
                    forth units (z.Slice(s * dimension, dimension)) (all.AsSpan(s * dimension, dimension))

                inner.ValuesAndGradients(ReadOnlySpan all, values, gradients)

                for s in 0 .. values.Length - 1 do
                    values[s] <- values[s] + logScale

                    for d in 0 .. dimension - 1 do
                        gradients[s * dimension + d] <- gradients[s * dimension + d] * units.Scale[d] }

    let private name (units: CoordinateUnits) d (name: string) =
        match units.Centre[d], units.Scale[d] with
        | 0.0, 1.0 -> name
        | 0.0, scale -> $"{name} / {scale:g3}"
        | centre, 1.0 -> $"{name} - {centre:g3}"
        | centre, scale -> $"({name} - {centre:g3}) / {scale:g3}"

    let density (units: CoordinateUnits) (inner: LogDensity) : LogDensity =
        { inner with
            CoordinateNames = inner.CoordinateNames |> Array.mapi (name units)
            Evaluator = fun () -> evaluator units (inner.Evaluator()) }

    let rows (units: CoordinateUnits) (inner: RowDensity) : RowDensity =
        { Whole = density units inner.Whole
          Rows = inner.Rows
          Minibatch =
            fun () ->
                let own = inner.Minibatch()
                let outer = evaluator units own

                { new IMinibatchEvaluator with
                    member _.Dimension = outer.Dimension
                    member _.Select selected = own.Select selected
                    member _.Value z = outer.Value z
                    member _.ValueAndGradient(z, gradient) = outer.ValueAndGradient(z, gradient)
                    member _.ValuesAndGradients(z, values, gradients) = outer.ValuesAndGradients(z, values, gradients) } }

    let quantities (units: CoordinateUnits) (inner: ProgramQuantities) : ProgramQuantities =
        { inner with
            Evaluator =
                fun () ->
                    let own = inner.Evaluator()
                    let x: float[] = Array.zeroCreate units.Scale.Length

                    { new IQuantityEvaluator with
                        member _.Evaluate(z, values) =
                            forth units z (x.AsSpan())
                            own.Evaluate(ReadOnlySpan x, values) } }

/// Targets of inference.
[<RequireQualifiedAccess>]
module InferenceTarget =

    /// The name before the index: z of z[3].
    let private stem (name: string) =
        match name.IndexOf '[' with
        | -1 -> name
        | at -> name.Substring(0, at)

    /// Coordinates themselves as what is reported.
    let private identity (names: string[]) : ProgramQuantities =
        { Places = names |> Array.mapi (fun i name -> { Name = name; Shape = Shape.Scalar; First = i })
          Names = names
          Evaluator =
            fun () ->
                { new IQuantityEvaluator with
                    member _.Evaluate(position, values) = position.CopyTo values } }

    let private plain (density: LogDensity) rows : InferenceTarget =
        let stems = density.CoordinateNames |> Array.map stem

        { Density = density
          Rows = rows
          Parameters =
            Array.distinct stems
            |> Array.map (fun name ->
                { Name = name
                  Coordinates =
                    [| for i in 0 .. stems.Length - 1 do
                           if stems[i] = name then
                               i |]
                  IsSeries = false })
          Quantities = identity density.CoordinateNames
          Conditionals = ValueNone
          Units = ValueNone }

    /// A log density of which nothing else is known. Coordinates z[1], z[2], ... are the parameter z.
    let ofDensity (density: LogDensity) : InferenceTarget =
        plain density (fun () -> raise (ArgumentException "the density has no rows of data"))

    /// A log density whose likelihood is a sum over rows.
    let ofRows (density: RowDensity) : InferenceTarget = plain density.Whole (fun () -> density)

    /// A conjugate model with its local variables summed or integrated out; what is reported are the model's numbers. Its rows cannot be selected.
    let ofMarginal (model: MarginalModel<'globals>) : InferenceTarget =
        { ofDensity model.Density with
            Quantities =
                { identity model.Names with
                    Evaluator =
                        fun () ->
                            { new IQuantityEvaluator with
                                member _.Evaluate(position, values) =
                                    (model.Values(Vec.ofArray (position.ToArray()))).AsSpan().CopyTo values } } }

    /// A traced program.
    let ofTraced (program: TracedProgram) : InferenceTarget =
        { Density = ProgramDensity.whole program
          Rows = fun () -> ProgramDensity.rows program
          Parameters =
            program.Parameters
            |> Array.map (fun parameter ->
                { Name = parameter.Name
                  Coordinates = Array.init parameter.Size (fun i -> parameter.Offset + i)
                  IsSeries = (parameter.Distribution.Family = "autoregression") })
          Quantities = ProgramDensity.quantities program
          Conditionals = ValueNone
          Units = ValueNone }

    /// The same target with a function that gives an engine of draws from the complete conditional distributions, whose info is the
    /// position (D).
    let withConditionals (chain: unit -> Engine<'state, Vec, Vec>) (target: InferenceTarget) : InferenceTarget =
        { target with
            Conditionals =
                ValueSome
                    { new IPositionChain with
                        member _.Accept visitor = visitor.Visit(chain ()) } }

    /// The same target in other coordinates; quantities stay what they are.
    let inUnits (units: CoordinateUnits) (target: InferenceTarget) : InferenceTarget =
        { target with
            Units = ValueSome units
            Density = CoordinateUnits.density units target.Density
            Rows = fun () -> CoordinateUnits.rows units (target.Rows())
            Quantities = CoordinateUnits.quantities units target.Quantities
            Conditionals =
                target.Conditionals
                |> ValueOption.map (fun inner ->
                    { new IPositionChain with
                        member _.Accept visitor =
                            inner.Accept
                                { new IChainVisitor<'result> with
                                    member _.Visit chain =
                                        visitor.Visit(
                                            { Name = chain.Name
                                              Init = chain.Init
                                              Step =
                                                fun state ->
                                                    let struct (next, position) = chain.Step state
                                                    struct (next, CoordinateUnits.back units position)
                                              Answer = chain.Answer >> CoordinateUnits.back units }
                                        ) } }) }

    /// All numbers that the target reports (S x Q) at positions (S x D), row by row.
    let values (positions: Mat) (target: InferenceTarget) : Mat =
        let width = target.Quantities.Names.Length
        let values: float[] = Array.zeroCreate (positions.Rows * width)
        let evaluator = target.Quantities.Evaluator()

        for s in 0 .. positions.Rows - 1 do
            evaluator.Evaluate(
                positions.AsSpan().Slice(s * positions.Columns, positions.Columns),
                values.AsSpan(s * width, width)
            )

        Mat.wrap positions.Rows width values

    /// A program of the model language.
    let ofProgram (program: Program<'a>) : InferenceTarget = ofTraced (Program.trace program)
