namespace Vi.Math

open System

/// Moments of a column's observed entries.
type ColumnMoments =
    {
        /// Arithmetic mean.
        Mean: float
        /// Standard deviation with divisor n - 1; 0 for one row.
        Sd: float
        /// Least value.
        Minimum: float
        /// Greatest value.
        Maximum: float
        /// Entries that are missing.
        Missing: int64
    }

    /// True if all values are equal.
    member this.IsConstant = (this.Minimum = this.Maximum)

/// What the columns of some consecutive rows hold: D means, sums of squares about them, least and greatest numbers of what was observed.
[<Sealed>]
type TableMoments
    internal
    (
        rows: int64,
        observed: int64[],
        mean: float[],
        squares: float[],
        minimum: float[],
        maximum: float[],
        bad: struct (int64 * int * float) voption
    ) =

    member internal _.Rows = rows
    member internal _.Observed = observed
    member internal _.Mean = mean
    member internal _.Squares = squares
    member internal _.Minimum = minimum
    member internal _.Maximum = maximum
    member internal _.FirstBad = bad

    /// The first number that is not allowed, by its row and its column, both from 0; null where there is none. Then the moments say nothing.
    member _.Bad: Nullable<struct (int64 * int * float)> =
        match bad with
        | ValueSome found -> Nullable found
        | ValueNone -> Nullable()

    /// The first column without any number, from 0; null where there is none.
    member _.Empty: Nullable<int> =
        match Array.IndexOf(observed, 0L) with
        | -1 -> Nullable()
        | column -> Nullable column

    /// The moments of each column.
    member _.Columns: ColumnMoments[] =
        Array.init mean.Length (fun j ->
            { Mean = mean[j]
              Sd = if observed[j] > 1L then sqrt (squares[j] / float (observed[j] - 1L)) else 0.0
              Minimum = minimum[j]
              Maximum = maximum[j]
              Missing = rows - observed[j] })

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Moments of columns: a monoid (Chan, Golub and LeVeque 1983).
[<RequireQualifiedAccess>]
module TableMoments =

    let private make rows observed mean squares minimum maximum bad =
        TableMoments(rows, observed, mean, squares, minimum, maximum, bad)

    let private none bad = make 0L [||] [||] [||] [||] [||] bad

    /// Of rows of D numbers, the first of them with the given number; a missing entry is not a number where gaps are allowed.
    let ofNumbers (gaps: bool) (columns: int) (firstRow: int64) (numbers: ReadOnlySpan<float>) : TableMoments =
        let rows = numbers.Length / columns
        let observed = Array.create columns (int64 rows)
        let mean: float[] = Array.zeroCreate columns
        let squares: float[] = Array.zeroCreate columns
        let minimum: float[] = Array.zeroCreate columns
        let maximum: float[] = Array.zeroCreate columns

        let bad =
            match ColumnSummaryKernel.Run(numbers, columns, mean, squares, minimum, maximum) with
            | at when at >= 0 && gaps ->
                ColumnSummaryKernel.RunWithGaps(numbers, columns, observed, mean, squares, minimum, maximum)
            | at -> at

        let place =
            if bad < 0 then
                ValueNone
            else
                ValueSome(struct (firstRow + int64 (bad / columns), bad % columns, numbers[bad]))

        make (int64 rows) observed mean squares minimum maximum place

    /// Of the rows of both, the earlier ones first.
    let combine (a: TableMoments) (b: TableMoments) : TableMoments =
        match a.FirstBad |> ValueOption.orElse b.FirstBad with
        | ValueSome _ as bad -> none bad
        | ValueNone when a.Rows = 0L -> b
        | ValueNone when b.Rows = 0L -> a
        | ValueNone ->
            let observed = Array.map2 (+) a.Observed b.Observed
            let entry empty f = Array.init observed.Length (fun j -> if observed[j] = 0L then empty else f j)
            let shift j = b.Mean[j] - a.Mean[j]

            let mean j = a.Mean[j] + shift j * float b.Observed[j] / float observed[j]

            let squares j =
                a.Squares[j]
                + b.Squares[j]
                + shift j * shift j * float a.Observed[j] / float observed[j] * float b.Observed[j]

            make
                (a.Rows + b.Rows)
                observed
                (entry 0.0 mean)
                (entry 0.0 squares)
                (Array.map2 min a.Minimum b.Minimum)
                (Array.map2 max a.Maximum b.Maximum)
                ValueNone

    /// Of a table, block by block along its fixed tree.
    let ofRows (gaps: bool) (rows: Rows) : TableMoments =
        let ofBlock (block: Block) =
            ofNumbers gaps block.Columns (int64 block.Number * int64 rows.BlockRows) block.Values

        (rows :> IBatches<Block>).Fold({ Zero = none ValueNone; Combine = combine }, ofBlock)
