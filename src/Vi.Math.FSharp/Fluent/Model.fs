namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// log p at a position (D); writes its gradient (D). A position where the density is not finite gives minus infinity or NaN. It is called on
/// several threads at a time where several are asked for.
type DensityFunction = delegate of position: ReadOnlySpan<float> * gradient: Span<float> -> float

/// log prior plus a scale times the log likelihood of chosen rows, at a position (D); writes its gradient (D). The scale is N over the
/// number of rows, and is to be applied to the likelihood once.
type RowDensityFunction =
    delegate of position: ReadOnlySpan<float> * rows: ReadOnlySpan<int> * scale: float * gradient: Span<float> -> float

/// Log densities from functions of C#.
module internal Densities =

    let private evaluator dimension (evaluate: DensityFunction) =
        { new IDensityEvaluator with
            member _.Dimension = dimension
            member _.Value position = evaluate.Invoke(position, Array.zeroCreate<float> dimension)
            member _.ValueAndGradient(position, gradient) = evaluate.Invoke(position, gradient)

            member _.ValuesAndGradients(positions, values, gradients) =
                for s in 0 .. values.Length - 1 do
                    values[s] <-
                        evaluate.Invoke(
                            positions.Slice(s * dimension, dimension),
                            gradients.Slice(s * dimension, dimension)
                        ) }

    let named (names: IReadOnlyList<string>) evaluator : LogDensity =
        { Dimension = names.Count; CoordinateNames = Seq.toArray names; Evaluator = evaluator }

    let ofFunction (names: IReadOnlyList<string>) evaluate = named names (fun () -> evaluator names.Count evaluate)

    let ofRows (names: IReadOnlyList<string>) rows (evaluate: RowDensityFunction) : RowDensity =
        let all = Array.init rows id

        let over (selected: unit -> int[]) =
            evaluator
                names.Count
                (DensityFunction(fun position gradient ->
                    let chosen = selected ()
                    evaluate.Invoke(position, ReadOnlySpan chosen, float rows / float chosen.Length, gradient)))

        { Whole = named names (fun () -> over (fun () -> all))
          Rows = rows
          Minibatch =
            fun () ->
                let mutable selected = all
                let inner = over (fun () -> selected)

                { new IMinibatchEvaluator with
                    member _.Dimension = names.Count
                    member _.Select rows = selected <- rows.ToArray()
                    member _.Value position = inner.Value position
                    member _.ValueAndGradient(position, gradient) = inner.ValueAndGradient(position, gradient)

                    member _.ValuesAndGradients(positions, values, gradients) =
                        inner.ValuesAndGradients(positions, values, gradients) } }

/// A model that was built by `ModelBuilder`, or a log density: what inference needs of it, the quantities that it reports, and simulations.
[<Sealed>]
type Model private (target: Lazy<InferenceTarget>, traced: TracedProgram voption) =

    let simulator = lazy (traced |> ValueOption.map ProgramDensity.simulator)

    let program () =
        match traced with
        | ValueSome traced -> traced
        | ValueNone ->
            raise (NotSupportedException "a plain log density has no program: no priors, terms or observations")

    internal new(traced: TracedProgram) = Model(lazy (InferenceTarget.ofTraced traced), ValueSome traced)

    /// A program whose target holds more than its density.
    internal new(struct (traced: TracedProgram, target: InferenceTarget)) = Model(lazy target, ValueSome traced)

    /// A target that is no program.
    internal new(target: unit -> InferenceTarget) = Model(lazy (target ()), ValueNone)

    member internal _.Target = target.Force()

    /// A log density on R^D with a name for each coordinate. Coordinates z[0], z[1], ... are the parameter z.
    static member OfDensity(names: IReadOnlyList<string>, evaluate: DensityFunction) : Model =
        Model(lazy (InferenceTarget.ofDensity (Densities.ofFunction names evaluate)), ValueNone)

    /// A log density on R^D from evaluators with buffers of their own: every thread makes one.
    static member OfDensity(names: IReadOnlyList<string>, evaluator: Func<IDensityEvaluator>) : Model =
        Model(lazy (InferenceTarget.ofDensity (Densities.named names (fun () -> evaluator.Invoke()))), ValueNone)

    /// A target of the core.
    static member internal OfTarget(target: InferenceTarget) : Model = Model(lazy target, ValueNone)

    /// A log density whose likelihood is a sum over N rows, from a function that any number of threads may call at once.
    static member OfRows(names: IReadOnlyList<string>, rows: int, evaluate: RowDensityFunction) : Model =
        Model(lazy (InferenceTarget.ofRows (Densities.ofRows names rows evaluate)), ValueNone)

    /// Number D of coordinates of a position on the real line.
    member _.Dimension =
        match traced with
        | ValueSome traced -> traced.Dimension
        | ValueNone -> target.Force().Density.Dimension

    /// A name for each coordinate of a position, e.g. mu or theta[3].
    member this.CoordinateNames: IReadOnlyList<string> = this.Target.Density.CoordinateNames

    /// A new evaluator of the log density, with all constants and Jacobians, and of its gradient; one thread at a time uses it.
    member this.NewEvaluator() : IDensityEvaluator = this.Target.Density.Evaluator()

    /// A new evaluator of minibatches; raises ArgumentException where the model has no rows of data, or a likelihood of them is no sum.
    member this.NewMinibatchEvaluator() : IMinibatchEvaluator = this.Target.Rows().Minibatch()

    /// The quantities among the numbers that the model reports.
    member this.QuantityPlaces: IReadOnlyList<QuantityPlace> = this.Target.Quantities.Places

    /// A name for each number that the model reports, e.g. tau or effect[2], in the order in which `NewQuantityEvaluator` gives them.
    member this.QuantityNames: IReadOnlyList<string> = this.Target.Quantities.Names

    /// A new evaluator of parameters on their own scale and deterministic quantities; one thread at a time uses it.
    member this.NewQuantityEvaluator() : IQuantityEvaluator = this.Target.Quantities.Evaluator()

    /// A position in the program's own coordinates.
    member private this.InProgram(position: IReadOnlyList<float>) : Vec =
        match this.Target.Units with
        | ValueNone -> Vec.ofSeq position
        | ValueSome units ->
            let own: float[] = Array.zeroCreate position.Count
            CoordinateUnits.forth units (ReadOnlySpan(Seq.toArray position)) (own.AsSpan())
            Vec.wrap own

    /// Parameters on their own scale and deterministic quantities at a position (D).
    member this.ValuesAt(position: IReadOnlyList<float>) : IReadOnlyList<NamedValue> =
        ProgramDensity.valuesAt (program ()) (this.InProgram position)

    /// Each term of the log density at a position (D), in the program's own coordinates.
    member this.TermsAt(position: IReadOnlyList<float>) : IReadOnlyList<TermValue> =
        ProgramDensity.termsAt (program ()) (this.InProgram position)

    /// The position (D) of parameters given on their own scale, row by row.
    member this.Unconstrain(values: IReadOnlyDictionary<string, float[]>) : Vec =
        let own = ProgramDensity.unconstrain (program ()) (values |> Seq.map (fun pair -> pair.Key, pair.Value))

        match this.Target.Units with
        | ValueNone -> own
        | ValueSome units -> CoordinateUnits.back units own

    /// A draw of all parameters from their priors and of all observations given them, from a seed.
    member _.Simulate(seed: uint64) : Simulation =
        match simulator.Force() with
        | ValueSome simulate ->
            let struct (simulation, _) = simulate (Rng.ofSeed seed)
            simulation
        | ValueNone -> raise (NotSupportedException "a plain log density has no priors to draw from")

    /// The same model with other data in the place of observations, by name.
    member _.WithObservations(values: IReadOnlyDictionary<string, float[]>) : Model =
        Model(Program.withObservations (values |> Seq.map (fun pair -> pair.Key, pair.Value)) (program ()))
