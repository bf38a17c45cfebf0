namespace Vi.Charts

open System
open System.Linq
open System.Runtime.InteropServices
open Vi.Results

/// Grids and curves for figures.
[<AbstractClass; Sealed>]
type Curves private () =

    /// Evenly spaced numbers, ends included.
    static member Grid(from: float, ``to``: float, [<Optional; DefaultParameterValue(201)>] count: int) : float[] =
        Array.init count (fun i -> from + (``to`` - from) * float i / float (count - 1))

    /// Evenly spaced on a logarithmic scale, ends included; both positive.
    static member LogGrid(from: float, ``to``: float, [<Optional; DefaultParameterValue(201)>] count: int) : float[] =
        Curves.Grid(log from, log ``to``, count) |> Array.map exp

    /// A line or points through given places.
    static member Through
        (
            name: string,
            x: seq<float>,
            y: seq<float>,
            color: int,
            [<Optional; DefaultParameterValue("line")>] style: string
        ) : Series =
        Series(Name = name, Style = style, X = Seq.toArray x, Y = Seq.toArray y, Color = color)

    /// Points at some rows of a table.
    static member Cloud(name: string, rows: seq<int>, x: Func<int, float>, y: Func<int, float>, color: int) : Series =
        Curves.Through(name, Seq.map x.Invoke rows, Seq.map y.Invoke rows, color, "points")

    /// A function drawn over a grid.
    static member Line
        (
            name: string,
            grid: seq<float>,
            f: Func<float, float>,
            color: int,
            [<Optional; DefaultParameterValue("line")>] style: string
        ) : Series =
        Curves.Through(name, grid, Seq.map f.Invoke grid, color, style)

    /// The band between two curves.
    static member Band
        (
            name: string,
            x: seq<float>,
            lower: seq<float>,
            upper: seq<float>,
            [<Optional; DefaultParameterValue(0)>] color: int
        ) : Series =
        Series(
            Name = name,
            Style = "band",
            X = Seq.toArray x,
            Lower = Seq.toArray lower,
            Upper = Seq.toArray upper,
            Color = color
        )

    /// A histogram as a density: bars whose areas add up to 1. The number of bins follows Freedman and Diaconis (1981).
    static member Histogram
        (name: string, values: seq<float>, [<Optional; DefaultParameterValue(-1)>] color: int)
        : Series =
        let sorted = values |> Seq.toArray |> Array.sort
        let count = sorted.Length
        let low, high = sorted[0], sorted[count - 1]
        let quartile share = sorted[int (share * float (count - 1))]
        let optimal = 2.0 * (quartile 0.75 - quartile 0.25) / Math.Cbrt(float count)

        let bins =
            if optimal > 0.0 then
                int (Math.Clamp(ceil ((high - low) / optimal), 1.0, 80.0))
            else
                1

        let width = if high > low then (high - low) / float bins else 1.0
        let heights: float[] = Array.zeroCreate bins

        for value in sorted do
            let bin = min (bins - 1) (int ((value - low) / width))
            heights[bin] <- heights[bin] + 1.0 / (float count * width)

        Curves.Through(name, Array.init bins (fun b -> low + width * (float b + 0.5)), heights, color, "bars")

    /// An ellipse that holds all points within so many standard deviations: centre + radius L (cos t, sin t) with L L' the covariance. Its
    /// abscissae and ordinates.
    static member Ellipse
        (centre: struct (float * float), varianceX: float, covariance: float, varianceY: float, radius: float)
        : struct (float[] * float[]) =
        let struct (x, y) = centre
        let l11 = sqrt varianceX
        let l21 = covariance / l11
        let l22 = sqrt (max 0.0 (varianceY - l21 * l21))
        let angles = Curves.Grid(0.0, 2.0 * Math.PI, 73)

        struct (angles |> Array.map (fun t -> x + radius * l11 * cos t),
                angles |> Array.map (fun t -> y + radius * (l21 * cos t + l22 * sin t)))

    /// At most so many indices of rows, evenly spread, for figures of large tables.
    static member Sample(count: int, [<Optional; DefaultParameterValue(3000)>] most: int) : int[] =
        if count <= most then
            Array.init count id
        else
            Array.init most (fun i -> int (int64 i * int64 count / int64 most))

/// An estimated density of a number over the range in which it can be seen.
[<Sealed>]
type DensityEstimate private (from: float, ``to``: float, at: float -> float) =

    static let normal z = exp (-0.5 * z * z) / sqrt (2.0 * Math.PI)

    /// Lower end of the range.
    member _.From = from

    /// Upper end of the range.
    member _.To = ``to``

    /// The density at a value.
    member _.At(x: float) : float = at x

    /// A quantile of sorted draws, between two of them by linear interpolation (Hyndman and Fan's type 7).
    static member Quantile(sorted: float[], probability: float) : float =
        let at = probability * float (sorted.Length - 1)
        let below = int at

        if below + 1 >= sorted.Length then
            sorted[sorted.Length - 1]
        else
            sorted[below] + (at - float below) * (sorted[below + 1] - sorted[below])

    /// From draws of which at least two differ, over the range that holds nearly all of them: Gaussian kernels of width 0.9 n^(-1/5) times the
    /// lesser of standard deviation and interquartile range / 1.349 (Silverman 1986, eq. 3.31). Summed in the order of the draws: MathNet's
    /// estimate sums on several threads, and its last bits change from run to run. Kernels are reflected at the least and the greatest draw
    /// (Silverman 1986, section 2.10), so that nothing lies where the quantity cannot be: below 0 for a scale, above 1 for a share.
    static member Of(draws: float[]) : DensityEstimate =
        let sorted = Array.sort draws
        let quantile p = DensityEstimate.Quantile(sorted, p)
        let spread = (quantile 0.75 - quantile 0.25) / 1.349
        let mean = Enumerable.Average sorted

        let squares = sorted |> Array.fold (fun sum value -> sum + (value - mean) * (value - mean)) 0.0

        let sd = sqrt (squares / float (max 1 (sorted.Length - 1)))

        let width = 0.9 * (if spread > 0.0 then min sd spread else sd) * Math.Pow(float sorted.Length, -0.2)

        let shown = Curves.Sample(draws.Length, 4000) |> Array.map (fun i -> draws[i]) |> Array.sort

        let least, greatest = sorted[0], Array.last sorted

        // Beyond this distance a kernel is below 2e-14 of its peak: less than a chart can show, and most draws lie there.
        let reach = 8.0 * width

        /// Index of the first draw that is no less.
        let firstFrom (value: float) =
            let found = Array.BinarySearch(shown, value)
            let mutable index = if found < 0 then ~~~found else found

            while index > 0 && shown[index - 1] = value do
                index <- index - 1

            index

        let kernelsAround (x: float) =
            let mutable index = firstFrom (x - reach)
            let mutable sum = 0.0

            while index < shown.Length && shown[index] <= x + reach do
                let z = (x - shown[index]) / width
                sum <- sum + exp (-0.5 * z * z)
                index <- index + 1

            sum

        let at x =
            if x < least || x > greatest then
                0.0
            else
                (kernelsAround x + kernelsAround (2.0 * least - x) + kernelsAround (2.0 * greatest - x))
                / (float shown.Length * width * sqrt (2.0 * Math.PI))

        DensityEstimate(max least (quantile 0.001 - 2.0 * width), min greatest (quantile 0.999 + 2.0 * width), at)

    /// Tukey's g-distribution through three quantiles: x = q50 + s (e^(g z) - 1) / g with z standard normal, which is the normal where they are
    /// symmetric (g = 0) and a shifted log-normal where not; e^(g z95) = (q95 - q50) / (q50 - q05). Null where they do not rise.
    static member OfQuantiles(q05: float, q50: float, q95: float) : DensityEstimate | null =
        let z95 = 1.6448536269514722
        let below, above = q50 - q05, q95 - q50
        let g = log (above / below) / z95

        if not (below > 0.0 && above > 0.0 && Double.IsFinite(below + above)) then
            null
        elif abs g < 1e-3 then
            let sd = (below + above) / (2.0 * z95)
            DensityEstimate(q50 - 4.0 * sd, q50 + 4.0 * sd, (fun x -> normal ((x - q50) / sd) / sd))
        else
            let s = above * g / (above / below - 1.0)
            let quantile z = q50 + s * (exp (g * z) - 1.0) / g
            // A long tail would leave the bulk too little room.
            let ends = 3.2 / (1.0 + abs g / 2.0)

            let at x =
                let u = 1.0 + g * (x - q50) / s
                if u > 0.0 then normal (log u / g) / (s * u) else 0.0

            DensityEstimate(quantile -ends, quantile ends, at)
