namespace Vi.Figures

open Vi.Data
open Vi.Results

/// Where rows stand on the axis of figures over time: at their dates where every row has one and they rise, otherwise at their numbers from 1.
[<Sealed>]
type TimeAxis(data: ITable) =

    let dates =
        match data.Times with
        | null -> [||]
        | times -> [| for time in times -> if time.HasValue then Axis.Milliseconds time.Value else nan |]

    let dated =
        dates.Length > 0
        && dates.Length = data.RowCount
        && dates |> Array.pairwise |> Array.forall (fun (before, after) -> before < after)

    /// Whether rows stand at dates.
    member _.IsDated = dated

    /// Where a row stands, from row 0.
    member _.At(row: int) = if dated then dates[row] else float row + 1.0

    /// The border between a row and the one after it; outwards of the first and the last row half a step away.
    member this.After(row: int) =
        let last = data.RowCount - 1

        if not dated then float row + 1.5
        elif last = 0 then dates[0]
        elif row < 0 then dates[0] - (dates[1] - dates[0]) / 2.0
        elif row = last then dates[last] + (dates[last] - dates[last - 1]) / 2.0
        else (dates[row] + dates[row + 1]) / 2.0

    /// A chart whose horizontal axis is this one.
    member _.Of(chart: XyChart) =
        if dated then
            XyChart(
                Id = chart.Id,
                Title = chart.Title,
                Caption = chart.Caption,
                X = Axis("date", Dated = true),
                Y = chart.Y,
                Series = chart.Series,
                References = chart.References
            )
        else
            chart
