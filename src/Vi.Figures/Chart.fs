namespace Vi.Figures

open System
open System.Collections.Generic
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// Makes figures and tables.
[<RequireQualifiedAccess>]
module internal Chart =

    let private chart references stacked (words: FigureText) (series: seq<Series>) =
        XyChart(
            Id = words.Id,
            Title = words.Title,
            Caption = words.Caption,
            X = words.Axis 0,
            Y = words.Axis 1,
            Series = Seq.toArray series,
            References = references,
            Stacked = stacked
        )

    /// A column on an axis: its name with its unit.
    let axis (data: ITable) column =
        let name = data.ColumnNames[column]

        match data.Unit with
        | _ when data.IsCentred column -> $"{name} (difference from its mean)"
        | DataUnit.Percent -> $"{name} (%%)"
        | DataUnit.Fraction -> $"{name} (fraction)"
        | _ -> name

    /// A chart of series over two axes.
    let xy words series = chart [] false words series

    /// The same with reference lines.
    let referring (references: ReferenceLine list) words series = chart references false words series

    /// The same with bars that pile up at one place.
    let stacked words series = chart [] true words series

    /// What is made of a value that may be missing: nothing where it is.
    let known (value: 'value | null) (make: 'value -> 'made) : 'made list =
        match value with
        | null -> []
        | value -> [ make value ]

    /// A function of two numbers over a grid, with marks upon it.
    let surface (words: FigureText) (x: float[]) (y: float[]) (value: float -> float -> float) (overlays: Series list) =
        HeatmapChart(
            Id = words.Id,
            Title = words.Title,
            Caption = words.Caption,
            X = words.Axis 0,
            Y = words.Axis 1,
            ValueTitle = words.Heads[2],
            GridX = x,
            GridY = y,
            Values = [| for b in y -> [| for a in x -> value a b |] :> IReadOnlyList<float> |],
            Overlays = overlays
        )

    /// A table with heads of its own. Texts are shown as they are, numbers with four significant digits.
    let tableOf (heads: seq<string>) (words: FigureText) (rows: seq<objnull list>) =
        let cell (value: objnull) =
            match value with
            | :? float as number -> Numbers.Significant number
            | text -> $"{text}"

        TableExhibit(
            Id = words.Id,
            Title = words.Title,
            Caption = words.Caption,
            Columns = Seq.toArray heads,
            Rows = [| for row in rows -> row |> List.map cell |> List.toArray :> IReadOnlyList<string> |]
        )

    /// A table whose heads stand on the page.
    let table (words: FigureText) rows = tableOf words.Heads words rows

    /// What is shown of a table that has more rows than a figure: nothing where all of them are.
    let drawn (shown: int) (all: int) = if shown < all then $" {shown} of {all} rows are drawn." else ""

    /// Values at named places.
    let named style (name: string) (labels: IReadOnlyList<string>) (values: seq<float>) color =
        Series(Name = name, Style = style, Labels = labels, Y = Seq.toArray values, Color = color)

    /// Expected values at named places with the 90 % intervals of their distributions.
    let intervals (name: string) (labels: IReadOnlyList<string>) (entries: seq<Marginal>) color =
        let entries = Seq.toArray entries

        Series(
            Name = name,
            Style = "points",
            Labels = labels,
            Y = (entries |> Array.map _.Mean),
            Lower = (entries |> Array.map _.Q05),
            Upper = (entries |> Array.map _.Q95),
            Color = color
        )

    /// The distribution of a new observation beside the data's histogram.
    let predictive (column: string) (values: seq<float>) (distribution: string) (predictive: Marginal) (grid: float[]) =
        xy
            (FigureText.Of("figures", "predictive", column, distribution, predictive.Q05, predictive.Q95))
            [ Curves.Histogram("data", values)
              Curves.Line("predictive", grid, (fun x -> predictive.Density x), 0) ]

    /// A column's histogram with mixtures that predict it; the given parts of the first mixture are drawn too, dotted, each with its weight.
    let mixtures words (values: float[]) (mixtures: (string * StudentTMixture) list) (parts: seq<int * string * int>) =
        let low, high = Array.min values, Array.max values
        let margin = 0.08 * (high - low)
        let grid = Curves.Grid(low - margin, high + margin)
        let first = snd mixtures[0]

        xy
            words
            [ Curves.Histogram("data", values)
              for i, (name, mixture) in List.indexed mixtures do
                  let marginal = Marginal.Of(mixture: StudentTMixture)
                  Curves.Line(name, grid, (fun x -> marginal.Density x), i, (if i = 0 then "line" else "dashed"))
              for part, name, color in parts do
                  let density x = first.Weights[part] * Distribution.Density(first.Components[part], x)
                  Curves.Line(name, grid, density, color, "dotted") ]

/// What figures over time have in common.
[<RequireQualifiedAccess>]
module internal OverTime =

    /// Rows of the rolling volatility: a month of trading days.
    let window = 21

    /// Standard deviation of the rows of the window that ends at a row; not a number before there are so many.
    let rollingSd (value: int -> float) row =
        if row + 1 < window then
            nan
        else
            Statistics.Sd(Seq.init window (fun i -> value (row + 1 - window + i)))

    /// A band from half a row before the first to half a row after the last row of each stretch in a state.
    let stretches
        (axis: TimeAxis)
        (name: string)
        (states: IReadOnlyList<int>)
        (state: int)
        (low: float, high: float)
        color
        =
        let isIn t = t >= 0 && t < states.Count && states[t] = state

        let x =
            [| for t in 0 .. states.Count - 1 do
                   if isIn t then
                       if not (isIn (t - 1)) then
                           axis.After(t - 1)

                       if not (isIn (t + 1)) then
                           axis.After t
                           nan |]

        let level value = x |> Array.map (fun at -> if Double.IsNaN at then nan else value)
        Curves.Band(name, x, level low, level high, color)
