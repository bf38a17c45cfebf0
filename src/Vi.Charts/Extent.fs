namespace Vi.Charts

open System
open System.Collections.Generic
open Vi.Results

/// The part of its axes that a view of a chart shows; an axis of which nothing is said shows everything drawn.
[<Sealed>]
type Window(x: Nullable<struct (float * float)>, y: Nullable<struct (float * float)>) =

    /// The shown part of the horizontal axis.
    member _.X = x

    /// The shown part of the vertical axis.
    member _.Y = y

/// How far a chart's axes reach: everything drawn, its error bars and its reference lines, with a margin so that nothing
/// touches the frame.
[<RequireQualifiedAccess>]
module Extent =

    let private margin = 0.04

    /// The numbers of a list that may be missing.
    let internal orEmpty (values: IReadOnlyList<float> | null) : seq<float> =
        match values with
        | null -> Seq.empty
        | given -> given

    let private isBars (series: Series) = series.Style = "bars"

    /// The abscissae of a series: 1, 2, 3, ... where it has none.
    let internal abscissae (series: Series) : float[] =
        match series.X with
        | null -> Array.init series.Y.Count (fun i -> float (i + 1))
        | x -> Array.ofSeq x

    let private halfWidth (bars: Series) =
        let x = orEmpty bars.X |> Seq.filter Double.IsFinite |> Seq.sort |> Array.ofSeq

        let gaps =
            x |> Array.pairwise |> Array.map (fun (left, right) -> right - left) |> Array.filter ((<) 0.0)

        if gaps.Length = 0 then 0.5 else Array.min gaps / 2.0

    /// The ends of the finite numbers among some, moved outwards by the margin; null where there are none.
    let around (values: seq<float>) : Nullable<struct (float * float)> =
        let finite = values |> Seq.filter Double.IsFinite |> Array.ofSeq

        if finite.Length = 0 then
            Nullable()
        else
            let low, high = Array.min finite, Array.max finite
            let room = if high > low then margin * (high - low) else max 1e-9 (0.05 * abs high)
            Nullable(struct (low - room, high + room))

    let private references (chart: XyChart) axis =
        chart.References |> Seq.filter (fun line -> line.Axis = axis) |> Seq.map _.Value

    /// Ends of the horizontal axis; null where nothing finite is drawn.
    let ofX (chart: XyChart) : Nullable<struct (float * float)> =
        let half = chart.Series |> Seq.filter isBars |> Seq.map halfWidth |> Seq.fold max 0.0

        let values = chart.Series |> Seq.collect abscissae
        around (Seq.append (values |> Seq.collect (fun x -> [ x - half; x + half ])) (references chart "x"))

    /// All ordinates of a chart, the ends of bands and error bars among them.
    let ordinates (chart: XyChart) : seq<float> =
        chart.Series
        |> Seq.collect (fun series -> Seq.concat [ series.Y :> seq<float>; orEmpty series.Lower; orEmpty series.Upper ])

    /// Ends of the vertical axis; null where nothing finite is drawn. Bars stand on zero.
    let ofY (chart: XyChart) : Nullable<struct (float * float)> =
        let values = ordinates chart |> Array.ofSeq
        let standing = Seq.exists isBars chart.Series
        let ground = if standing then [ 0.0 ] else []
        let ends = around (Seq.concat [ Seq.ofArray values; references chart "y"; ground ])

        if standing && ends.HasValue && values |> Array.forall (fun y -> not (y < 0.0)) then
            let struct (_, high) = ends.Value
            Nullable(struct (0.0, high))
        else
            ends
