namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// log p at a position (D); writes its gradient (D).
type DensityFunction = delegate of position: ReadOnlySpan<float> * gradient: Span<float> -> float

/// log prior plus a scale times the log likelihood of chosen rows, at a position (D); writes its gradient (D). The scale is N over the
/// number of rows, and is to be applied to the likelihood once.
type RowDensityFunction =
    delegate of position: ReadOnlySpan<float> * rows: ReadOnlySpan<int> * scale: float * gradient: Span<float> -> float

/// Black-box inference: the posterior of any log density on R^D with its gradient.
[<AbstractClass; Sealed>]
type BlackBox private () =

    static let evaluator dimension (evaluate: DensityFunction) =
        { new IDensityEvaluator with
            member _.Dimension = dimension

            member _.Value position =
                let gradient = Array.zeroCreate dimension
                evaluate.Invoke(position, gradient.AsSpan())

            member _.ValueAndGradient(position, gradient) = evaluate.Invoke(position, gradient)

            member _.ValuesAndGradients(positions, values, gradients) =
                for s in 0 .. values.Length - 1 do
                    values[s] <-
                        evaluate.Invoke(
                            positions.Slice(s * dimension, dimension),
                            gradients.Slice(s * dimension, dimension)
                        ) }

    static let named (names: IReadOnlyList<string>) evaluator : LogDensity =
        { Dimension = names.Count; CoordinateNames = Seq.toArray names; Evaluator = evaluator }

    static let adviSweep (info: AdviInfo) : SweepInfo =
        { Elbo = Elbo.ofTerms [ "E[log p]", info.Point.Elbo - info.Entropy; "entropy of q", info.Entropy ]
          Gain = info.Gain
          Change = info.Drift
          Ledger = [] }

    static let advi (options: BlackBoxOptions) settings (density: LogDensity) engine =
        Sweeps.ofSteps
            options.Seed
            (fun outcome state -> BlackBoxFit(VariationalFit.ofAdvi settings density engine outcome state))
            adviSweep
            (Advi.stopRule settings)
            engine

    /// A density from a function that any number of threads may call at once; a name for each coordinate.
    static member Density(names: IReadOnlyList<string>, evaluate: DensityFunction) : LogDensity =
        named names (fun () -> evaluator names.Count evaluate)

    /// A density whose likelihood is a sum over N rows, from a function that any number of threads may call at once.
    static member RowDensity(names: IReadOnlyList<string>, rows: int, evaluate: RowDensityFunction) : RowDensity =
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

    /// Automatic differentiation variational inference, lazily: a sweep is a block of steps, its posterior the fit as it stands.
    static member Advi(density: LogDensity, options: BlackBoxOptions) : IEnumerable<Sweep<BlackBoxFit>> =
        let settings = BlackBoxSettings.advi options 1

        Advi.engine settings (BlackBoxSettings.family options density.Dimension) density
        |> advi options settings density

    /// The same where the likelihood is a sum over rows, by minibatches where the options say so.
    static member Advi(density: RowDensity, options: BlackBoxOptions) : IEnumerable<Sweep<BlackBoxFit>> =
        let settings = BlackBoxSettings.advi options density.Rows

        Advi.engineOfRows settings (BlackBoxSettings.family options density.Whole.Dimension) density
        |> advi options settings density.Whole

    /// Stein variational gradient descent, lazily, step by step. Particles have no bound; the sweeps' is not a number.
    static member Svgd(density: LogDensity, options: BlackBoxOptions) : IEnumerable<Sweep<BlackBoxFit>> =
        let settings = BlackBoxSettings.svgd options

        Sweeps.ofSteps
            options.Seed
            (fun outcome state -> BlackBoxFit(VariationalFit.ofSvgd settings density outcome state))
            (fun info ->
                { Elbo = Elbo.ofTerms [ "none for particles", nan ]; Gain = nan; Change = info.Force; Ledger = [] })
            (Svgd.stopRule settings)
            (Svgd.engine settings density)

    /// Pathfinder, with the options' number of starts.
    static member Pathfinder(density: LogDensity, options: BlackBoxOptions) : BlackBoxFit =
        BlackBoxFit(VariationalFit.pathfinder (BlackBoxSettings.pathfinder options) density (Rng.ofSeed options.Seed))

    /// Laplace's method, the best mode of the options' number of starts.
    static member Laplace(density: LogDensity, options: BlackBoxOptions) : BlackBoxFit =
        BlackBoxFit(VariationalFit.laplace options.Starts density (Rng.ofSeed options.Seed))

    /// A latent path: coordinates that follow one another, each tied to so many before it.
    static member Path(coordinates: IReadOnlyList<int>, order: int) : LatentPath =
        { Coordinates = Seq.toArray coordinates; Order = order }
