namespace Vi.Math

open System
open Vi.Kernels

/// A table of N rows and D columns cut into blocks of a fixed number of rows, so that every fold over it runs in one order and gives
/// the same bits on any number of threads. Blocks are read by number; reading one twice gives the same block.
[<Sealed>]
type Rows
    private
    (
        count: int64,
        columns: int,
        blockRows: int,
        threads: int,
        read: Func<int, Block>,
        copy: Action<int64, Memory<float>>,
        watch: Action<int64>
    ) =

    do
        if blockRows < 1 || blockRows % Block.TileRows <> 0 then
            invalidArg
                (nameof blockRows)
                $"rows of a block must be a positive multiple of {Block.TileRows}, not {blockRows}"

    let blocks = int ((count + int64 blockRows - 1L) / int64 blockRows)

    /// N rows of D columns; blocks of so many rows, read by number; and how consecutive rows from a given one on are copied, row by row,
    /// into as many numbers as there is room for.
    new
        (
            count: int64,
            columns: int,
            blockRows: int,
            threads: int,
            read: Func<int, Block>,
            copy: Action<int64, Memory<float>>
        ) =
        Rows(count, columns, blockRows, threads, read, copy, Action<int64>(ignore))

    /// N rows of D columns; blocks of so many rows, read by number.
    new(count: int64, columns: int, blockRows: int, threads: int, read: Func<int, Block>) =
        let copy (first: int64) (target: Memory<float>) =
            let rows = target.Length / columns
            let mutable at = 0

            while at < rows do
                let row = first + int64 at
                let block: Block = read.Invoke(int (row / int64 blockRows))
                let within = int (row % int64 blockRows)
                let length = min (block.Rows - within) (rows - at)

                for i in 0 .. length - 1 do
                    block.CopyRow(within + i, target.Span.Slice((at + i) * columns, columns))

                at <- at + length

        Rows(
            count,
            columns,
            blockRows,
            threads,
            read,
            Action<int64, Memory<float>>(fun first target -> copy first target)
        )

    /// Number N of rows.
    member _.Count = count

    /// Number D of columns.
    member _.Columns = columns

    /// Number of blocks.
    member _.BlockCount = blocks

    /// Rows of every block but the last.
    member _.BlockRows = blockRows

    /// Most threads that a fold uses; no result depends on it.
    member _.Threads = threads

    /// Block by number, from 0.
    member _.Block(index: int) = read.Invoke index

    /// The same rows folded on another number of threads.
    member _.WithThreads(threads: int) = Rows(count, columns, blockRows, threads, read, copy, watch)

    /// The same rows, watched: whenever a fold has read a block of them, the function gets the number of the block's rows, on the thread
    /// that read it. It may raise an exception to end the fold, and changes no result.
    member _.Watched(watch: Action<int64>) = Rows(count, columns, blockRows, threads, read, copy, watch)

    /// What watches over the folds.
    member internal _.Watch = watch

    /// Copies consecutive rows, the first of them given, row by row into as many numbers as there is room for.
    member _.CopyRows(first: int64, target: Memory<float>) = copy.Invoke(first, target)

    /// Row i as a vector of D numbers.
    member _.Row(i: int64) =
        let values = Array.zeroCreate columns
        copy.Invoke(i, values.AsMemory())
        Vec values

    /// Rows that fill a block of about 2^17 numbers: whole tiles, at least one, at most 4096 rows.
    static member DefaultBlockRows(columns: int) =
        let tiles = (1 <<< 17) / (Block.TileRows * max 1 columns)
        Block.TileRows * (tiles |> max 1 |> min 32)

    /// A table held in memory, given row by row: entry (i, j) is values[i * columns + j]. The numbers are not copied and must not change
    /// afterwards.
    static member OfRowMajor(values: ReadOnlyMemory<float>, columns: int) =
        if columns < 1 || values.Length % columns <> 0 then
            invalidArg (nameof columns) $"{values.Length} numbers are not rows of {columns}"

        let blockRows = Rows.DefaultBlockRows columns
        let count = values.Length / columns

        let block b =
            let first = b * blockRows * columns
            Block.FromRows(values.Slice(first, min (blockRows * columns) (values.Length - first)), columns)

        Rows(int64 count, columns, blockRows, 1, Func<int, Block>(block))

    /// The largest subtrees of the fold's tree that lie within some consecutive blocks, from the first given one on.
    member internal _.Subtrees(monoid: Monoid<'statistics>, statistics: Block -> 'statistics, first: int, count: int) =
        BlockFold.Subtrees(
            first,
            count,
            blocks,
            threads,
            Func<_, _>(fun b ->
                let block = (read.Invoke b).Numbered b
                let ofBlock = statistics block
                watch.Invoke(int64 block.Rows)
                ofBlock),
            Func<_, _, _>(fun a b -> monoid.Combine a b)
        )

    interface IBatches<Block> with
        member this.Fold(monoid, statistics) =
            let root = this.Subtrees(monoid, statistics, 0, blocks)
            if root.Count = 0 then monoid.Zero else root[0].Value

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Tables of rows.
[<RequireQualifiedAccess>]
module Rows =

    /// A table of these rows, all of one length.
    let ofSeq (rows: float[] seq) =
        let table = Mat.ofRows rows
        Rows.OfRowMajor(ReadOnlyMemory<float>(table.ToArray()), table.Columns)

    /// One column of numbers.
    let ofColumn (values: float seq) = Rows.OfRowMajor(ReadOnlyMemory<float>(Seq.toArray values), 1)

    /// No rows of D columns.
    let empty columns = Rows.OfRowMajor(ReadOnlyMemory<float>.Empty, columns)

    /// All rows, in order, for small tables.
    let toArrays (rows: Rows) = Array.init (int rows.Count) (fun i -> (rows.Row(int64 i)).ToArray())

    /// The rows through a function, as a new table in memory.
    let map (f: float[] -> float[]) (rows: Rows) = rows |> toArrays |> Array.map f |> ofSeq

    /// What `count` blocks from `first` on (from 0) contribute to the fold over all blocks of the table: the largest subtrees of its tree
    /// that lie within them, in their order, at most two of each level. One machine has some blocks, another the others, and `join`
    /// finishes the tree. Raises ArgumentOutOfRangeException where the table has no such blocks.
    let subtrees
        (monoid: Monoid<'statistics>)
        (statistics: Block -> 'statistics)
        (first: int)
        (count: int)
        (rows: Rows)
        : Subtree<'statistics> list =
        rows.Subtrees(monoid, statistics, first, count) |> List.ofSeq

    /// The fold over all of so many blocks from their subtrees, in any order: the bits of the fold by one worker, however the blocks were
    /// shared out. Statistics that are combined in place are used up. Raises ArgumentException where a block is missing or there twice.
    let join (monoid: Monoid<'statistics>) (blocks: int) (subtrees: Subtree<'statistics> seq) : 'statistics =
        BlockFold.Join(blocks, monoid.Zero, subtrees, Func<_, _, _>(fun a b -> monoid.Combine a b))
