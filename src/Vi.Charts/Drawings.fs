namespace Vi.Charts

open System
open Plotly.NET
open Plotly.NET.LayoutObjects
open Plotly.NET.TraceObjects
open Vi.Results

/// Draws a surface with points and paths on it.
module internal HeatmapPlot =

    let private clippedShare = 0.1

    /// Where the surface falls off so far that its bulk would share one colour: the tenth percentile, below which all colours
    /// are alike. Nothing where the whole range can be told apart.
    let lowestColoured (chart: HeatmapChart) =
        let sorted = chart.Values |> Seq.concat |> Seq.filter Double.IsFinite |> Array.ofSeq |> Array.sort

        if sorted.Length = 0 then
            None
        else
            let highest = Array.last sorted
            let bulk = highest - sorted[sorted.Length / 2]
            let tenth = sorted[int (clippedShare * float (sorted.Length - 1))]

            if highest - sorted[0] > 10.0 * bulk && tenth < highest then
                Some struct (tenth, highest)
            else
                None

    /// Sets a path or a point off from a surface of any colour: a wider line below it, a rim around it.
    let private overlay (chart: HeatmapChart) (series: Series) : Trace list =
        let draw () = XyPlot.trace [||] chart.X chart.Y (series.Name <> "") series

        if series.Style = "points" then
            let rim = Line.init (Color = Plot.surface, Width = 1.5)
            let marker = XyPlot.pointMarks series |> Plot.set "line" rim |> Plot.set "size" 10
            [ draw () |> Plot.set "marker" marker ]
        else
            let casing =
                draw ()
                |> Plot.set "line" (Line.init (Color = Plot.surface, Width = 5.0))
                |> Plot.set "showlegend" false
                |> Plot.set "hoverinfo" "skip"

            casing.RemoveProperty "hovertemplate" |> ignore
            [ casing; draw () ]

    let draw (chart: HeatmapChart) (_: Window) : Plot =
        let lowest = lowestColoured chart

        let value = Axis(chart.ValueTitle)

        let surface: Trace =
            Trace2D.initHeatmap (
                Trace2DStyle.Heatmap(
                    Name = "",
                    X = chart.GridX,
                    Y = chart.GridY,
                    Z = chart.Values,
                    ?ZMin = (lowest |> Option.map (fun struct (low, _) -> low)),
                    ?ZMax = (lowest |> Option.map (fun struct (_, high) -> high)),
                    ColorBar = ColorBar.init (Thickness = 14.0, OutlineWidth = 0.0),
                    HoverTemplate =
                        $"""{Plot.hover chart.X "x"}<br>{Plot.hover chart.Y "y"}<br>{Plot.hover value "z"}<extra></extra>"""
                )
            )

        let own: Layout = Layout.init (HoverMode = StyleParam.HoverMode.Closest)

        { Traces =
            surface
            :: [ for series in chart.Overlays do
                     yield! overlay chart series ]
          Layout =
            own
            |> Plot.layout
                (Plot.axis chart.X (Nullable()) |> Plot.atWholeNumbers chart.GridX)
                (Plot.axis chart.Y (Nullable()) |> Plot.atWholeNumbers chart.GridY) }

    /// What the colour means, and from where on it means nothing.
    let caption (chart: HeatmapChart) =
        let clipped =
            match lowestColoured chart with
            | Some struct (lowest, _) -> $"; below {Numbers.Significant lowest} all have one colour"
            | None -> ""

        $"{chart.Caption} Colour: {chart.ValueTitle}{clipped}.".TrimStart()

/// Draws amounts that add up: each bar begins where the one above it ended, the last one shows the sum.
module internal WaterfallPlot =

    let private signed amount = (if amount > 0.0 then "+" else "") + Numbers.Nats amount

    let draw (chart: WaterfallChart) (_: Window) : Plot =
        let own = Array.ofSeq chart.Amounts

        let ends =
            own |> Array.scan (fun sum amount -> if Double.IsFinite amount then sum + amount else sum) 0.0

        let starts = Array.append (Array.take own.Length ends) [| 0.0 |]
        let amounts = Array.append own [| Array.sum own |]
        let names = Array.append (Array.ofSeq chart.Labels) [| chart.TotalLabel |]
        let reached = Array.append ends amounts[own.Length ..] |> Array.filter Double.IsFinite
        let lowest, highest = Array.min reached, Array.max reached
        let room = 0.2 * max (highest - lowest) Double.Epsilon

        let colours =
            [| for amount in own do
                   yield Color.fromString (if amount < 0.0 then "@loss" else "@gain")

               yield Plot.muted |]

        let bars =
            Trace2D.initBar (
                Trace2DStyle.Bar(
                    Orientation = StyleParam.Orientation.Horizontal,
                    X = amounts,
                    Y = Array.init names.Length float,
                    Width = 0.55,
                    MultiText = Array.map (signed >> Plot.text) amounts,
                    TextPosition = StyleParam.TextPosition.Outside,
                    ClipOnAxis = false,
                    CustomData = Array.map Plot.text names,
                    Marker = Marker.init (Color = Color.fromColors colours),
                    HoverTemplate = $"%%{{customdata}}: %%{{text}} {Plot.text chart.Unit}<extra></extra>",
                    ShowLegend = false
                )
            )
            |> Plot.set "base" starts

        let horizontal =
            Plot.axis
                (Axis(chart.Unit))
                (Nullable(
                    struct ((if lowest < 0.0 then lowest - room else -room / 4.0),
                            (if highest > 0.0 then highest + room else room / 4.0))
                ))

        let layout: Layout =
            Layout.init (HoverMode = StyleParam.HoverMode.Closest, Height = 110 + 38 * names.Length)

        { Traces = [ bars :> Trace ]
          Layout = layout |> Plot.layout horizontal (Plot.namedAxis "" names (float names.Length - 0.4, -0.6)) }

/// How each kind of figure is drawn: a line a kind.
[<AbstractClass; Sealed>]
type Drawings private () =

    static let nothing = Window(Nullable(), Nullable())

    static let kind (draw: 'chart -> Window -> Plot) (caption: 'chart -> string) =
        typeof<'chart>,
        struct ((fun (chart: Exhibit) window -> draw (unbox<'chart>(box chart)) window),
                (fun (chart: Exhibit) -> caption (unbox<'chart>(box chart))))

    static let all =
        dict
            [ kind XyPlot.draw _.Caption
              kind HeatmapPlot.draw HeatmapPlot.caption
              kind WaterfallPlot.draw _.Caption ]

    /// True for a kind of figure that is drawn; a table is not.
    static member Has(kind: Type) = all.ContainsKey kind

    /// The caption of a figure, with what its drawing adds to it.
    static member Caption(chart: Exhibit) =
        let struct (_, caption) = all[chart.GetType()]
        caption chart

    /// A figure as plotly.js reads it: its data and its layout. A null window shows everything.
    static member Json(chart: Exhibit, window: Window | null) =
        let struct (draw, _) = all[chart.GetType()]

        Plot.json (
            draw
                chart
                (match window with
                 | null -> nothing
                 | shown -> shown)
        )
