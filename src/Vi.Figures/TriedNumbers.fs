namespace Vi.Figures

open System.Collections.Generic
open Vi.Charts
open Vi.Results

/// What a fit with a number of components, states or factors reached.
type TriedNumber =
    {
        /// The number.
        Count: int
        /// Its bound, in nats.
        Elbo: float
        /// log of the number of answers that differ from it in their labels alone. They share the evidence, of which the bound of one sees its
        /// part only (Bishop 2006, 10.2.4); so bounds are compared with it.
        LogLabellings: float
        /// Sweeps until it ended.
        Sweeps: int
    }

    /// What is compared, in nats.
    member this.Bound = this.Elbo + this.LogLabellings

/// Fits of other numbers beside the one that was asked for.
[<AbstractClass; Sealed>]
type TriedNumbers =

    /// log of K! / (K - used)!: the ways to label the used of K interchangeable components.
    static member LogLabellings(count: int, used: int) = Seq.init used (fun i -> log (float (count - i))) |> Seq.sum

    /// What the diagnostics store; the number by its plural.
    static member Diagnostics(plural: string, fits: IReadOnlyList<TriedNumber>) =
        [ for fit in fits ->
              NamedNumbers.Of
                  [ plural, box fit.Count
                    "elbo", fit.Elbo
                    "logLabellings", fit.LogLabellings
                    "sweeps", fit.Sweeps ] ]

    /// The bounds over the numbers.
    static member Figure(plural: string, fits: IReadOnlyList<TriedNumber>) : Exhibit =
        let best = fits |> Seq.maxBy _.Bound
        let counts = fits |> Seq.map (fun fit -> float fit.Count)
        let bounds = fits |> Seq.map _.Bound
        let sweeps = fits |> Seq.map (fun fit -> $"{fit.Sweeps} with {fit.Count}") |> String.concat ", "
        let labelled = fits |> Seq.exists (fun fit -> fit.LogLabellings > 0.0)

        Chart.xy
            (FigureText.Of("figures", "number-of-{0}", plural, best.Count, sweeps, labelled))
            [ Curves.Through("", counts, bounds, 0); Curves.Through("bound", counts, bounds, 0, "points") ]
