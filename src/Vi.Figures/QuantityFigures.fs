namespace Vi.Figures

open System.Collections.Generic
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Results

/// The figure of a quantity: a density for a number, intervals for entries, with the truth where it is known. Its distributions come from a
/// source in words: `q`, `4000 draws of 4 chains`.
[<RequireQualifiedAccess>]
module internal QuantityFigures =

    /// Entries up to which they are drawn as points with intervals; more are a band.
    let private mostPoints = 40

    /// Places along a band.
    let private mostPlaces = 1500

    /// Columns of a matrix that get a figure each.
    let private mostColumns = 4

    let private inWords (quantity: Quantity) =
        match quantity.Label with
        | null
        | "" -> quantity.Name
        | label when label = quantity.Name -> label
        | label -> $"{quantity.Name}: {label}"

    let private density (quantity: PosteriorQuantity) source (truth: float[] | null) =
        let d = quantity.Entries[0]
        let struct (from, upTo) = d.Range
        let values: obj[] = [| quantity.Name; inWords quantity; source; d.Mean; d.Sd; d.Q05; d.Q95 |]
        let mean = ReferenceLine("x", d.Mean, "mean")

        FigureText.Of("figures", "marginal-{0}", values),
        mean :: Chart.known truth (fun known -> ReferenceLine("x", known[0], "truth")),
        [ Curves.Line(quantity.Name, Curves.Grid(from, upTo, 161), (fun x -> d.Density x), 0) ]

    /// The dates of an entry for each row; nothing where they have none.
    let private dates (quantity: PosteriorQuantity) =
        match quantity.Rows with
        | null -> None
        | rows when rows.IsDated -> Some rows
        | _ -> None

    let private points (quantity: PosteriorQuantity) (truth: float[] | null) =
        let labels = Array.init quantity.Count quantity.EntryLabel
        let intervals = Chart.intervals "mean and 90 % interval" labels quantity.Entries 0

        match dates quantity with
        | None -> [ intervals; yield! Chart.known truth (fun known -> Chart.named "points" "truth" labels known 1) ]
        | Some rows ->
            let x = Array.init quantity.Count rows.At

            [ Series(
                  Name = intervals.Name,
                  Style = intervals.Style,
                  X = x,
                  Y = intervals.Y,
                  Lower = intervals.Lower,
                  Upper = intervals.Upper,
                  Color = intervals.Color
              )
              yield! Chart.known truth (fun known -> Curves.Through("truth", x, known, 1, "points")) ]

    let private band (quantity: PosteriorQuantity) (truth: float[] | null) =
        let shown = Curves.Sample(quantity.Count, mostPlaces)
        let at i = dates quantity |> Option.map (fun rows -> rows.At i) |> Option.defaultValue (float i + 1.0)
        let x = shown |> Array.map at
        let entries = shown |> Array.map (fun i -> quantity.Entries[i])

        [ Curves.Band("90 % interval", x, entries |> Array.map _.Q05, entries |> Array.map _.Q95)
          Curves.Through("mean", x, entries |> Array.map _.Mean, 0)
          yield! Chart.known truth (fun known -> Curves.Cloud("truth", shown, at, (fun i -> known[i]), 1)) ]

    let private intervals (quantity: PosteriorQuantity) source (truth: float[] | null) =
        let wide = quantity.Count > mostPoints
        let any isSo = quantity.Entries |> Seq.exists isSo
        let crosses = any (fun d -> d.Q05 < 0.0) && any (fun d -> d.Q95 > 0.0)

        FigureText.Of("figures", "intervals-{0}", quantity.Name, inWords quantity, source, wide),
        (if crosses then [ ReferenceLine("y", 0.0, "") ] else []),
        (if wide then band else points) quantity truth

    /// The figure's words, reference lines and series.
    let parts source (truth: JsonObject) (quantity: PosteriorQuantity) =
        (if quantity.IsScalar then density else intervals) quantity source (quantity.TruthIn truth)

    /// The figure with other words.
    let adjusted (adjust: FigureText -> FigureText) source truth quantity =
        let words, references, series = parts source truth quantity
        let chart = Chart.referring references (adjust words) series
        dates quantity |> Option.map (fun rows -> rows.Of chart) |> Option.defaultValue chart

    let figure source truth quantity = adjusted id source truth quantity

    /// The figures of a matrix with labelled columns, which need not have one unit: one for each column.
    let ofColumns (adjust: FigureText -> FigureText) source (truth: JsonObject) (quantity: PosteriorQuantity) =
        let width = quantity.Shape[1]

        let inColumn j values =
            values |> Seq.indexed |> Seq.filter (fun (i, _) -> i % width = j) |> Seq.map snd |> Seq.toArray

        let ofColumn j =
            let column =
                match quantity.AxisLabels[1] with
                | null -> string (j + 1)
                | columns -> columns[j]

            let one =
                Quantity(
                    $"{quantity.Name} of {column}",
                    [| quantity.Shape[0] |],
                    Label = quantity.Label,
                    AxisLabels = [| quantity.AxisLabels[0] |]
                )

            let known = quantity.TruthIn truth |> Option.ofObj |> Option.map (inColumn j) |> Option.toObj

            let words, references, series =
                intervals (PosteriorQuantity(one, inColumn j quantity.Entries)) source known

            let id = FigureText.Identifier $"intervals-{quantity.Name}-{j + 1}"
            Chart.referring references { adjust words with Id = id } series

        Seq.init (min mostColumns width) ofColumn

    /// Words with a further sentence and the horizontal axis's title.
    let saying (sentence: string) (x: string) (words: FigureText) =
        { words with Caption = $"{words.Caption} {sentence}"; Heads = [| x; words.Heads[1] |] }
