namespace Vi.Charts

open System
open System.Collections.Generic
open Plotly.NET
open Plotly.NET.LayoutObjects
open Plotly.NET.TraceObjects
open Vi.Results

/// Draws curves, points, bars and bands over two axes.
module internal XyPlot =

    let private symbols =
        [| StyleParam.MarkerSymbol.Circle
           StyleParam.MarkerSymbol.Diamond
           StyleParam.MarkerSymbol.Square
           StyleParam.MarkerSymbol.TriangleUp
           StyleParam.MarkerSymbol.Cross
           StyleParam.MarkerSymbol.TriangleDown
           StyleParam.MarkerSymbol.Pentagon
           StyleParam.MarkerSymbol.Star |]

    /// The marks of a series of points.
    let pointMarks (series: Series) =
        let many = series.Y.Count > 60

        Marker.init (
            Color = Plot.faint 0.85 series.Color,
            Size =
                (if series.Y.Count > 1000 then 4
                 elif many then 6
                 else 8),
            Symbol = symbols[max 0 series.Color % symbols.Length]
        )

    let private line (series: Series) =
        Line.init (
            Color = Plot.colour series.Color,
            Width = 2.0,
            Dash =
                (match series.Style with
                 | "dashed" -> StyleParam.DrawingStyle.Dash
                 | "dotted" -> StyleParam.DrawingStyle.Dot
                 | _ -> StyleParam.DrawingStyle.Solid)
        )

    let private errors (series: Series) =
        match series.Lower, series.Upper with
        | null, _
        | _, null -> None
        | lower, upper ->
            Some(
                Error.init (
                    Type = StyleParam.ErrorType.Data,
                    Symmetric = false,
                    Array = Seq.map2 (-) upper series.Y,
                    Arrayminus = Seq.map2 (-) series.Y lower,
                    // In the colour of its own bar the lower half would not be seen.
                    Color = (if series.Style = "bars" then Plot.ink else Plot.colour series.Color),
                    Thickness = 1.5,
                    Width = 4.0
                )
            )

    let private tooltip (x: Axis) (y: Axis) (series: Series) interval =
        let first = if isNull series.Labels then Plot.hover x "x" else "%{text}"

        let ends =
            if interval then
                $"<br>interval: %%{{customdata[0]{Plot.hoverFormat}}} to %%{{customdata[1]{Plot.hoverFormat}}}"
            else
                ""

        $"""{first}<br>{Plot.hover y "y"}{ends}<extra>{Plot.text series.Name}</extra>"""

    let private places (labels: string[]) (series: Series) =
        match series.Labels with
        | null -> Extent.abscissae series
        | own -> [| for label in own -> float (Array.IndexOf(labels, label)) |]

    let private marks labels x y (series: Series) : Trace =
        let error = errors series
        let hover = tooltip x y series error.IsSome
        let texts = series.Labels |> Option.ofObj |> Option.map (Seq.map Plot.text)

        let trace: Trace =
            match series.Style with
            | "bars" ->
                Trace2D.initBar (
                    Trace2DStyle.Bar(
                        X = places labels series,
                        Y = series.Y,
                        ?MultiText = texts,
                        TextPosition = StyleParam.TextPosition.None,
                        Marker = Marker.init (Color = Plot.faint (if series.Color < 0 then 0.4 else 1.0) series.Color),
                        ?YError = error,
                        HoverTemplate = hover
                    )
                )
            | style ->
                let points = (style = "points")

                Trace2D.initScatter (
                    Trace2DStyle.Scatter(
                        X = places labels series,
                        Y = series.Y,
                        Mode = (if points then StyleParam.Mode.Markers else StyleParam.Mode.Lines),
                        ?MultiText = texts,
                        ?Marker = (if points then Some(pointMarks series) else None),
                        ?Line = (if points then None else Some(line series)),
                        ?YError = error,
                        HoverTemplate = hover
                    )
                )

        if error.IsSome then
            let pairs =
                Seq.map2 (fun low high -> [| low; high |]) (Extent.orEmpty series.Lower) (Extent.orEmpty series.Upper)

            trace |> Plot.set "customdata" pairs
        else
            trace

    /// A closed outline for each run of finite ends: along the lower end and back along the upper.
    let private band (series: Series) : Trace =
        let points =
            Seq.zip3 (Extent.orEmpty series.X) (Extent.orEmpty series.Lower) (Extent.orEmpty series.Upper)
            |> Array.ofSeq

        let folder (x, low, high) (runs: (float * float * float) list list) =
            if Double.IsFinite(x + low + high) then
                ((x, low, high) :: List.head runs) :: List.tail runs
            elif List.isEmpty (List.head runs) then
                runs
            else
                [] :: runs

        let outline =
            [| for run in Array.foldBack folder points [ [] ] do
                   if not (List.isEmpty run) then
                       for x, low, _ in run do
                           yield struct (x, low)

                       for x, _, high in List.rev run do
                           yield struct (x, high)

                       yield struct (nan, nan) |]

        Trace2D.initScatter (
            Trace2DStyle.Scatter(
                Mode = StyleParam.Mode.Lines,
                X = (outline |> Array.map (fun struct (x, _) -> x)),
                Y = (outline |> Array.map (fun struct (_, y) -> y)),
                Fill = StyleParam.Fill.ToSelf,
                FillColor = Plot.faint 0.2 series.Color,
                Line = Line.init (Width = 0.0, Color = Plot.colour series.Color),
                HoverInfo = StyleParam.HoverInfo.Skip
            )
        )

    /// A series as a trace, with its place in the legend if it has one; also for what lies on a heatmap.
    let trace labels x y legend (series: Series) =
        (if series.Style = "band" then band series else marks labels x y series)
        |> Plot.set "name" (Plot.text (Plot.short series.Name))
        |> Plot.set "legendgroup" (Plot.text series.Name)
        |> Plot.set "showlegend" legend

    let private reference (line: ReferenceLine) =
        let along = (line.Axis = "x")
        let value, start, stop = line.Value, 0.0, 1.0

        let label =
            ShapeLabel.init (
                Text = Plot.text line.Label,
                TextAngle = StyleParam.TextAngle.Degrees 0.0,
                XAnchor =
                    (if along then
                         StyleParam.XAnchorPosition.Left
                     else
                         StyleParam.XAnchorPosition.Right),
                YAnchor =
                    (if along then
                         StyleParam.YAnchorPosition.Top
                     else
                         StyleParam.YAnchorPosition.Bottom),
                Font = Font.init (Color = Plot.ink, Size = 12.0)
            )
            |> Plot.set "textposition" "end"

        let style = Line.init (Color = Plot.ink, Width = 1.2, Dash = StyleParam.DrawingStyle.Dash)
        let shape = Shape.init (ShapeType = StyleParam.ShapeType.Line, Line = style, Label = label)

        let straight, across = if along then "x", "y" else "y", "x"

        shape
        |> Plot.set (straight + "0") value
        |> Plot.set (straight + "1") value
        |> Plot.set (across + "0") start
        |> Plot.set (across + "1") stop
        |> Plot.set (across + "ref") "paper"

    /// Piled bars are read together; several curves one at a time, since their labels would cover them.
    let private hoverMode (chart: XyChart) =
        if chart.Stacked then
            StyleParam.HoverMode.XUnified
        elif chart.Series.Count = 1 && chart.Series[0].Style <> "points" then
            StyleParam.HoverMode.X
        else
            StyleParam.HoverMode.Closest

    let private names (all: IReadOnlyList<Series>) =
        all
        |> Seq.collect (fun series ->
            match series.Labels with
            | null -> Seq.empty
            | own -> own)
        |> Seq.distinct
        |> Array.ofSeq

    /// The ends that a view shows: the window's, or all that is drawn; piled bars and whole logarithmic axes are left to plotly.
    let private ends (chart: XyChart) (axis: Axis) (window: Nullable<struct (float * float)>) all =
        if window.HasValue then window
        elif chart.Stacked || axis.Logarithmic then Nullable()
        else all chart

    let private horizontal (chart: XyChart) (labels: string[]) (window: Window) =
        let axis =
            if labels.Length > 0 then
                Plot.namedAxis chart.X.Title labels (-0.6, float labels.Length - 0.4)
            else
                let axis = Plot.axis chart.X (ends chart chart.X window.X Extent.ofX)

                if chart.X.Logarithmic || chart.X.Dated then
                    axis
                else
                    axis |> Plot.atWholeNumbers (Seq.collect Extent.abscissae chart.Series)

        if chart.Stacked then
            let title = $"{Plot.text chart.X.Title} %%{{x}}: {Plot.text chart.Y.Title}"
            axis |> Plot.set "unifiedhovertitle" (Title.init (Text = title))
        else
            axis

    let draw (chart: XyChart) (window: Window) : Plot =
        let labels = names chart.Series
        let shown = HashSet<string>()

        let traces =
            [ for series in chart.Series do
                  let legend = series.Name <> "" && chart.Series.Count > 1 && shown.Add series.Name
                  let trace = trace labels chart.X chart.Y legend series

                  if chart.Stacked then
                      trace |> Plot.set "hovertemplate" $"%%{{y{Plot.hoverFormat}}}"
                  else
                      trace ]

        let references = chart.References |> Seq.filter (fun line -> Double.IsFinite line.Value)

        let own: Layout =
            Layout.init (
                HoverMode = hoverMode chart,
                ?BarMode = (if chart.Stacked then Some StyleParam.BarMode.Relative else None),
                Shapes = [ for line in references -> reference line ]
            )

        { Traces = traces
          Layout =
            own
            |> Plot.layout (horizontal chart labels window) (Plot.axis chart.Y (ends chart chart.Y window.Y Extent.ofY)) }
