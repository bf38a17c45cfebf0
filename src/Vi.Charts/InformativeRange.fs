namespace Vi.Charts

open System
open System.Collections.Generic
open Vi.Results

/// The part of a chart that is looked at first, where a few values would press all others into a line: a bound's first iterations, the empty
/// tails of a density. What is left out is said in the caption and one click away.
[<AbstractClass; Sealed>]
type InformativeRange private () =

    /// How many spreads from the median a value may lie; a normal sample's stay within seven standard deviations.
    static let spreads = 10.0

    /// The same for powers of ten, whose spread is wide already; those of numbers that decay evenly stay within two.
    static let spreadsOfLogs = 4.0

    /// The least spread, as a share of the median: converged to rounding is no scale to look at.
    static let leastSpread = 0.001

    /// How many times as long as the informative part the full axis must be before it is cut.
    static let worthACut = 5.0

    /// The share of its peak below which a density counts as empty; of several densities, of the peak in the middle.
    static let empty = 0.001
    static let emptyAmongSeveral = 0.01

    /// The height of the first view of several densities, times the peak in the middle: a spike would press all others onto the axis.
    static let tallest = 3.0

    static let finite (values: seq<float>) = values |> Seq.filter Double.IsFinite |> Seq.sort |> Seq.toArray

    static let isWorthACut (all: Nullable<struct (float * float)>) (kept: Nullable<struct (float * float)>) times =
        all.HasValue
        && kept.HasValue
        && (let struct (low, high) = all.Value
            let struct (from, till) = kept.Value
            high - low > times * (till - from))

    static let isOutside value (ends: Nullable<struct (float * float)>) =
        ends.HasValue
        && (let struct (from, till) = ends.Value
            value < from || value > till)

    /// Never below zero, and down to nearly nothing somewhere: a density, whose peak is what matters.
    static let isMass (series: Series) =
        let values = finite series.Y

        values.Length > 2
        && (let least, peak = values[0], Array.last values
            least >= 0.0 && least <= 0.01 * peak && peak > 0.0)

    static let references (chart: XyChart) axis =
        chart.References |> Seq.filter (fun line -> line.Axis = axis) |> Seq.map _.Value

    static let peak (series: Series) = series.Y |> Seq.filter Double.IsFinite |> Seq.max

    static let middlePeak (chart: XyChart) =
        DensityEstimate.Quantile(chart.Series |> Seq.map peak |> Seq.sort |> Seq.toArray, 0.5)

    /// Where there is anything to see: of one density all but its empty tails; of several at least each one's upper half.
    static let mass (chart: XyChart) =
        let middle = middlePeak chart

        let shown (series: Series) =
            let least =
                if chart.Series.Count = 1 then
                    empty * peak series
                else
                    min (emptyAmongSeveral * middle) (0.5 * peak series)

            Seq.map2 (fun x y -> if y > least then x else nan) (Extent.abscissae series) series.Y

        Extent.around (Seq.append (Seq.collect shown chart.Series) (references chart "x"))

    /// The height at which spikes are cut; null where there is none among several densities.
    static let height (chart: XyChart) : Nullable<struct (float * float)> =
        let middle = middlePeak chart

        if chart.Series |> Seq.map peak |> Seq.max > worthACut * middle then
            Nullable(struct (0.0, tallest * middle))
        else
            Nullable()

    /// The values within so many spreads of the median. The narrower side of the middle half is the spread, since outliers have one side.
    static let near spreads (values: seq<float>) =
        let sorted = finite values

        if sorted.Length < 5 then
            sorted
        else
            let quantile share = DensityEstimate.Quantile(sorted, share)
            let middle = quantile 0.5

            let spread = max (min (middle - quantile 0.25) (quantile 0.75 - middle)) (leastSpread * abs middle)

            if spread > 0.0 then
                sorted |> Array.filter (fun value -> abs (value - middle) <= spreads * spread)
            else
                sorted

    static let lists (series: Series) : IReadOnlyList<float> list =
        [ series.Y
          match series.Lower with
          | null -> ()
          | lower -> lower
          match series.Upper with
          | null -> ()
          | upper -> upper ]

    static let bulk (chart: XyChart) =
        Extent.around (
            Seq.append (chart.Series |> Seq.collect lists |> Seq.collect (near spreads)) (references chart "y")
        )

    /// The same on a logarithmic axis, and how much longer all of it is there.
    static let bulkOfLogs (chart: XyChart) : Nullable<struct (float * float)> =
        let logs (values: seq<float>) = values |> Seq.filter (fun value -> value > 0.0) |> Seq.map log10
        let all = chart.Series |> Seq.collect lists |> Seq.map logs |> Seq.toArray

        let kept = Extent.around (all |> Seq.collect (near spreadsOfLogs))

        if isWorthACut (Extent.around (Seq.concat all)) kept (worthACut / 2.0) then
            let struct (from, till) = kept.Value
            Nullable(struct (10.0 ** from, 10.0 ** till))
        else
            Nullable()

    /// The window of the first view, or null where everything drawn can be seen at once.
    static member Of(chart: XyChart) : Window | null =
        let isPlain (series: Series) = series.Style <> "bars" && isNull series.Labels

        if
            chart.Stacked
            || chart.Y.EqualScale
            || chart.Series.Count = 0
            || not (Seq.forall isPlain chart.Series)
        then
            null
        elif chart.Y.Logarithmic then
            match bulkOfLogs chart with
            | kept when kept.HasValue -> Window(Nullable(), kept)
            | _ -> null
        elif Seq.forall isMass chart.Series then
            let kept = if chart.X.Logarithmic then Nullable() else mass chart

            let width =
                if isWorthACut (Extent.ofX chart) kept (worthACut / 2.0) then
                    kept
                else
                    Nullable()

            let height = height chart
            if width.HasValue || height.HasValue then Window(width, height) else null
        else
            let kept = if Seq.exists isMass chart.Series then Nullable() else bulk chart

            if isWorthACut (Extent.ofY chart) kept worthACut then
                Window(Nullable(), kept)
            else
                null

    /// How many of a chart's ordinates lie outside a window, and how many there are.
    static member Count(chart: XyChart, window: Window) : struct (int * int) =
        let places (series: Series) =
            let x i =
                match series.X with
                | null -> float (i + 1)
                | given -> given[i]

            lists series |> Seq.collect (Seq.mapi (fun i y -> x i, y))

        let drawn = chart.Series |> Seq.collect places |> Seq.filter (snd >> Double.IsFinite) |> Seq.toArray

        let outside (x, y) = isOutside x window.X || isOutside y window.Y

        struct (drawn |> Array.filter outside |> Array.length, drawn.Length)
