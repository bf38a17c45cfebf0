namespace Vi.Figures

open System.Collections.Generic
open System.Text.Json.Nodes
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// Makes a draw of a quantity from a random stream and the same draw of the quantities before it, by name.
type FactorDraw = delegate of stream: RandomStream * drawn: IDictionary<string, float[]> -> float[]

/// A quantity of an answer with the distribution of each of its entries, row by row. Summaries, standard deviations by linear response, truths,
/// draws and figures follow from it.
[<Sealed>]
type PosteriorQuantity(quantity: Quantity, entries: seq<Marginal>) =
    inherit Quantity(quantity)

    let entries = Seq.toArray entries

    do
        if entries.Length <> quantity.Count then
            invalidArg
                (nameof entries)
                $"{quantity.Name} has {quantity.Count} entries and {entries.Length} distributions."

    /// A number with its factor of q, from which it is drawn.
    new(quantity: Quantity, factor: Normal) as this =
        PosteriorQuantity(quantity, [ Marginal.Of factor ])
        then this.Draw <- FactorDraw(fun stream _ -> [| stream.Next factor |])

    /// A positive number with its factor of q, from which it is drawn.
    new(quantity: Quantity, factor: Gamma) as this =
        PosteriorQuantity(quantity, [ Marginal.Of factor ])
        then this.Draw <- FactorDraw(fun stream _ -> [| stream.Next factor |])

    /// A vector with its factor of q, from which it is drawn.
    new(quantity: Quantity, factor: MvNormal) as this =
        PosteriorQuantity(quantity, PosteriorQuantity.MarginalsOf factor)
        then this.Draw <- FactorDraw(fun stream _ -> (stream.Next factor).ToArray())

    /// Positive numbers that are not drawn.
    new(quantity: Quantity, factors: seq<Gamma>) =
        PosteriorQuantity(quantity, factors |> Seq.map (fun factor -> Marginal.Of factor))

    /// The distributions of the entries, row by row.
    member _.Entries: IReadOnlyList<Marginal> = entries

    /// How independent draws of the answer are made; null where figures compare no draws of it.
    member val Draw: FactorDraw | null = null with get, set

    /// Standard deviations by linear response where the model knows them better than by the entries' names; null otherwise.
    member val LinearResponseSd: IReadOnlyList<float> | null = null with get, set

    /// Whether entries can be held against true values one by one; false where they are known up to a rotation only.
    member val IsIdentified = true with get, set

    /// Where the entries of a vector with an entry for each row stand in time; null for other quantities.
    member val Rows: TimeAxis | null = null with get, set

    /// The distributions of a vector's entries.
    static member MarginalsOf(factor: MvNormal) : Marginal[] =
        Array.init factor.Mean.Length (fun i -> Marginal.Of(Distribution.Marginal(factor, i)))

    /// The standard deviation tau^(-1/2) of noise, whose precision tau is a quantity before this one.
    static member OfSpread(quantity: Quantity, precision: Gamma, response: AscentResponse) =
        PosteriorQuantity(
            quantity,
            [ Marginal.OfSpread precision ],
            Draw = FactorDraw(fun _ drawn -> [| 1.0 / sqrt (Array.head drawn["tau"]) |]),
            LinearResponseSd = response.OfSpread("tau", precision)
        )

    /// The entries of another quantity, each times a positive factor.
    static member Scaled(quantity: Quantity, factors: float[], other: PosteriorQuantity, response: AscentResponse) =
        let scaled (factor: float) (d: Marginal) =
            Marginal(
                factor * d.Mean,
                factor * d.Sd,
                (fun p -> factor * d.Quantile p),
                (fun x -> d.Density(x / factor) / factor),
                fun () ->
                    let struct (from, upTo) = d.Range
                    struct (factor * from, factor * upTo)
            )

        let sds: IReadOnlyList<float> | null =
            match response.Of other with
            | null -> null
            | sds -> Array.map2 (*) factors sds

        PosteriorQuantity(quantity, Seq.map2 scaled factors other.Entries, LinearResponseSd = sds)

    /// True values of the quantity's shape; null where there are none.
    member this.TruthIn(truth: JsonObject) : float[] | null =
        if this.IsIdentified then
            NestedNumbers.Flat(truth[this.Name], this.Shape)
        else
            null

    /// The summary that a result stores.
    member this.Summary(truth: JsonObject, response: AscentResponse | null) =
        let each (number: Marginal -> float) = Array.map number entries

        let byResponse: IReadOnlyList<float> | null =
            match response with
            | null -> null
            | response -> response.Of this

        QuantitySummary(
            this,
            Mean = each _.Mean,
            Sd = each _.Sd,
            Q05 = each _.Q05,
            Q50 = each _.Q50,
            Q95 = each _.Q95,
            LinearResponseSd =
                (match this.LinearResponseSd with
                 | null -> byResponse
                 | known -> known),
            Truth = this.TruthIn truth
        )

/// Names of entries by indices, as the core gives them, with the labels that an answer has for them.
[<Sealed>]
type EntryNames(quantities: seq<Quantity>) =

    let labelled = Dictionary<string, string>()

    do
        for quantity in quantities do
            for i in 0 .. quantity.Count - 1 do
                labelled.TryAdd(quantity.IndexName i, quantity.EntryName i) |> ignore

    /// The name with labels; one that belongs to no quantity stays as it is. A coordinate in units, such as w[1] / 2.5 or (b - 3) / 2, begins with
    /// the entry's name.
    member _.Of(name: string) =
        let first = name.TrimStart('(').Split(' ')[0]
        name.Replace(first, labelled.GetValueOrDefault(first, first), System.StringComparison.Ordinal)
