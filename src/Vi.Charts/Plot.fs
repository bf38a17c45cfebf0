namespace Vi.Charts

open System
open System.Globalization
open Newtonsoft.Json
open Plotly.NET
open Plotly.NET.LayoutObjects
open Vi.Results

/// A figure of Plotly.NET: its traces in drawing order, and what its layout has besides the page's own. Colours are tokens
/// that the page replaces by those of its theme whenever the theme changes: @c0 to @c7, @ink, @muted, @gain, @loss, with an
/// opacity as in @c0/0.2.
type internal Plot = { Traces: Trace list; Layout: Layout }

/// Ten significant digits are more than a screen shows; what is not finite becomes a gap.
type private Digits() =
    inherit JsonConverter()
    override _.CanConvert(kind: Type) = kind = typeof<float>
    override _.CanRead = false
    override _.ReadJson(_: JsonReader, _: Type, _: obj, _: JsonSerializer) : obj = raise (NotSupportedException())

    override _.WriteJson(writer: JsonWriter, value: obj, _: JsonSerializer) =
        let number = unbox<float> value

        if Double.IsFinite number then
            writer.WriteRawValue(number.ToString("G10", CultureInfo.InvariantCulture))
        else
            writer.WriteNull()

/// Objects of Plotly.NET property by property: Newtonsoft's own way compiles an expression for each property's name, which
/// takes most of a second before the first figure.
type private Properties() =
    inherit JsonConverter()
    override _.CanConvert(kind: Type) = typeof<DynamicObj.DynamicObj>.IsAssignableFrom kind
    override _.CanRead = false
    override _.ReadJson(_: JsonReader, _: Type, _: obj, _: JsonSerializer) : obj = raise (NotSupportedException())

    override _.WriteJson(writer: JsonWriter, value: obj, serializer: JsonSerializer) =
        writer.WriteStartObject()

        for pair in (unbox<DynamicObj.DynamicObj> value).GetProperties true do
            writer.WritePropertyName pair.Key
            serializer.Serialize(writer, pair.Value)

        writer.WriteEndObject()

/// What all drawings share.
module internal Plot =

    let private settings =
        // A page holds this in a script element, which no text may end.
        let settings = JsonSerializerSettings(StringEscapeHandling = StringEscapeHandling.EscapeHtml)
        settings.Converters.Add(Digits())
        settings.Converters.Add(Properties())
        settings

    /// The figure as plotly.js reads it.
    let json plot = JsonConvert.SerializeObject({| data = plot.Traces; layout = plot.Layout |}, settings)

    let private paletteSize = 8

    /// Number format of tooltips: six significant digits, thousands separated.
    let hoverFormat = ":,.6~g"

    let ink = Color.fromString "@ink"
    let surface = Color.fromString "@surface"
    let muted = Color.fromString "@muted"

    /// A palette colour; the neutral grey where the index is negative.
    let faint (opacity: float) index =
        let token = if index < 0 then "@muted" else $"@c{index % paletteSize}"

        Color.fromString (
            if opacity < 1.0 then
                token + "/" + opacity.ToString("0.##", CultureInfo.InvariantCulture)
            else
                token
        )

    let colour index = faint 1.0 index

    /// A text in which plotly finds neither tags nor templates nor TeX.
    let text (value: string) =
        value
            .Replace("&", "&amp;")
            .Replace("<", "&lt;")
            .Replace(">", "&gt;")
            .Replace("$", "&#36;")
            .Replace("%{", "%\u2060{")

    /// A name that fits into a legend.
    let short (name: string) =
        let most = 40

        if name.Length <= most then
            name
        else
            name.Substring(0, most - 1).TrimEnd() + "…"

    /// A line of a tooltip: a title and the value under a letter.
    let hover (axis: Axis) letter =
        let format = if axis.Dated then "|%Y-%m-%d" else hoverFormat
        $"{text axis.Title}: %%{{{letter}{format}}}"

    /// A property that the typed initialisers do not offer.
    let set name (value: obj) (target: #DynamicObj.DynamicObj) =
        target.SetProperty(name, value)
        target

    /// An axis with its title over a part of its numbers, or over all of them. plotly.js takes the ends of a logarithmic axis as powers of ten.
    let axis (axis: Axis) (ends: Nullable<struct (float * float)>) =
        let range =
            if ends.HasValue && not axis.EqualScale then
                let struct (from, upTo) = ends.Value
                let place = if axis.Logarithmic then log10 else id
                Some(StyleParam.Range.ofMinMax (place from, place upTo))
            else
                None

        LinearAxis.init (
            Title = Title.init (Text = text axis.Title),
            ?Range = range,
            ?AxisType =
                (if axis.Logarithmic then Some StyleParam.AxisType.Log
                 elif axis.Dated then Some StyleParam.AxisType.Date
                 else None),
            ?ExponentFormat = (if axis.Logarithmic then Some StyleParam.ExponentFormat.Power else None),
            ?ScaleAnchor = (if axis.EqualScale then Some(StyleParam.ScaleAnchor.X 1) else None),
            ?Constrain = (if axis.EqualScale then Some StyleParam.AxisConstraint.Domain else None)
        )

    /// Steps up to which an axis of whole numbers has a tick at each.
    let private mostSteps = 10.0

    /// Ticks at whole numbers where nothing else is drawn, as iterations and components are; a longer axis has them anyway.
    let atWholeNumbers (values: seq<float>) (axis: LinearAxis) =
        let finite = values |> Seq.filter Double.IsFinite |> Array.ofSeq

        if
            finite.Length > 0
            && Array.forall (fun value -> value = Math.Round(value: float)) finite
            && Array.max finite - Array.min finite <= mostSteps
        then
            axis |> set "dtick" 1 |> set "tick0" 0
        else
            axis

    /// An axis with names at 0, 1, 2, ..., which the page shortens to the room there is.
    let namedAxis (title: string) (names: string[]) (from, upTo) =
        LinearAxis.init (
            Title = Title.init (Text = text title),
            TickVals = Array.init names.Length float,
            TickText = Array.map text names,
            Range = StyleParam.Range.ofMinMax (from, upTo),
            ShowGrid = false,
            ZeroLine = false
        )

    /// A layout with its axes.
    let layout x y (own: Layout) =
        own
        |> Layout.setLinearAxis (StyleParam.SubPlotId.XAxis 1, x)
        |> Layout.setLinearAxis (StyleParam.SubPlotId.YAxis 1, y)
