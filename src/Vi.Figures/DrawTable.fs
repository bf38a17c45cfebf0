namespace Vi.Figures

open System
open System.Collections.Generic
open System.Linq
open Vi.Charts
open Vi.Math.Fluent
open Vi.Results

/// Draws of one quantity, whose entries stand, row by row, from one column on in draws of so many columns each, draw by draw.
[<Sealed>]
type DrawnQuantity(quantity: Quantity, draws: float[], width: int, first: int) =
    inherit Quantity(quantity)

    /// Number of draws.
    member _.Draws = draws.Length / width

    /// All draws of one entry, in order.
    member this.Entry(entry: int) : float[] = Array.init this.Draws (fun s -> draws[s * width + first + entry])

    /// All entries of one draw.
    member this.Draw(draw: int) : float[] = Array.sub draws (draw * width + first) this.Count

    /// All draws of each entry.
    member this.Entries: float[][] = Array.init this.Count this.Entry

    /// The mean of every entry.
    member this.Means() : float[] = this.Entries |> Array.map Enumerable.Average

    /// Equally weighted draws of a number: standard deviation with divisor n - 1, quantiles between two draws by linear interpolation, density
    /// by a Gaussian kernel of Silverman's width.
    static member MarginalOf(draws: float[]) =
        let sorted = Array.sort draws
        let mean = Enumerable.Average sorted
        let squares = sorted |> Seq.sumBy (fun value -> (value - mean) * (value - mean))
        let estimate = lazy DensityEstimate.Of sorted

        Marginal(
            mean,
            sqrt (squares / float (max 1 (sorted.Length - 1))),
            (fun p -> DensityEstimate.Quantile(sorted, p)),
            (fun x -> estimate.Value.At x),
            fun () -> struct (estimate.Value.From, estimate.Value.To)
        )

    /// The distribution of each entry's draws.
    member this.Distributions() : Marginal[] = this.Entries |> Array.map DrawnQuantity.MarginalOf

/// Draws from a posterior or its approximation: parameters first, then what is computed from them.
[<Sealed>]
type DrawTable(quantities: IReadOnlyList<DrawnQuantity>) =

    /// Draws of factors: as many as a result keeps for figures.
    static let mostDraws = 2000

    static let mostNumbers = 60

    /// The quantities.
    member _.Quantities = quantities

    /// Number of draws, all chains together.
    member _.Count = if quantities.Count = 0 then 0 else quantities[0].Draws

    /// The quantity of a name; null where there is none.
    member _.Find(name: string) : DrawnQuantity | null =
        quantities |> Seq.tryFind (fun quantity -> quantity.Name = name) |> Option.toObj

    /// Draws that hold the quantities one after the other.
    static member Of(quantities: IReadOnlyList<Quantity>, draws: float[]) =
        let firsts = quantities |> Seq.scan (fun first quantity -> first + quantity.Count) 0 |> Seq.toArray
        let width = Array.last firsts
        DrawTable [| for i, quantity in Seq.indexed quantities -> DrawnQuantity(quantity, draws, width, firsts[i]) |]

    /// Independent draws of the quantities that can be drawn, so that figures can hold a fit by factors against one by draws; null where there are
    /// none.
    static member OfFactors(quantities: seq<PosteriorQuantity>, seed: uint64) : DrawTable | null =
        let stream = RandomStream seed

        let drawable =
            [| for quantity in quantities do
                   match quantity.Draw with
                   | null -> ()
                   | draw -> struct (quantity :> Quantity, draw) |]

        let draw _ =
            let drawn = Dictionary<string, float[]>(StringComparer.Ordinal)

            drawable
            |> Array.collect (fun (struct (quantity, draw)) ->
                drawn[quantity.Name] <- draw.Invoke(stream, drawn)
                drawn[quantity.Name])

        if drawable.Length = 0 then
            null
        else
            let quantities = drawable |> Array.map (fun (struct (quantity, _)) -> quantity)
            DrawTable.Of(quantities, Array.collect draw [| 1..mostDraws |])

    /// Single numbers and the entries of short vectors, with names and draws, at most so many; those that never vary are left out.
    member _.Numbers(most: int) : struct (string * float[])[] =
        quantities
        |> Seq.filter (fun quantity -> quantity.Count <= 20)
        |> Seq.collect (fun quantity ->
            quantity.Entries |> Seq.mapi (fun i draws -> struct (quantity.EntryName i, draws)))
        |> Seq.filter (fun (struct (_, draws)) -> draws |> Array.exists (fun draw -> not (draw.Equals draws[0])))
        |> Seq.truncate most
        |> Seq.toArray

    /// Single numbers and entries of short vectors as a result keeps them, thinned evenly.
    member this.Thinned() =
        let numbers = this.Numbers mostNumbers
        let kept = Curves.Sample(this.Count, mostDraws)

        DrawsRecord(
            [| for struct (name, _) in numbers -> name |],
            [| for struct (_, draws) in numbers -> [| for i in kept -> draws[i] |] :> IReadOnlyList<float> |]
        )
