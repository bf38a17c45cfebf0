namespace Vi.Math

open System
open Vi.Kernels

/// A conjugate model with the two operations that inference from parts of the data needs on top of coordinate ascent.
type StochasticModel<'statistics, 'globals> =
    {
        /// The model.
        Model: ConjugateModel<Block, 'statistics, 'globals>
        /// Statistics as if every row had been there s >= 0 times, the local factors' part of the bound included.
        Scale: float -> 'statistics -> 'statistics
        /// (1 - rho) old + rho new of all global factors in natural parameters, 0 <= rho <= 1; the ends to the bit.
        Blend: float -> 'globals -> 'globals -> 'globals
        /// The natural parameters of all global factors, one after the other.
        NaturalParameters: 'globals -> Vec
    }

/// Statistics of M of the N rows, scaled by N / M so that they stand for all rows. Only `Minibatch.statistics` makes one, so that the
/// scale can neither be forgotten nor applied twice.
[<Sealed>]
type Scaled<'statistics> internal (statistics: 'statistics, rows: int64, total: int64) =

    /// The scaled statistics.
    member _.Statistics = statistics

    /// Number M of rows that were read.
    member _.Rows = rows

    /// Number N of rows that they stand for.
    member _.Total = total

/// M rows drawn from N.
[<Sealed>]
type Minibatch(rows: Rows, total: int64) =

    do
        if rows.Count < 1L || rows.Count > total then
            raise (ArgumentException($"a minibatch of {rows.Count} rows cannot stand for {total} rows", nameof rows))

    /// The M rows.
    member _.Rows = rows

    /// N.
    member _.Total = total

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Parts of the data that stand for all of them.
[<RequireQualifiedAccess>]
module Minibatch =

    /// The rows at places first .. first + count - 1 of a random order, gathered block by block when they are read.
    let ofShuffle (shuffle: Shuffle) (first: int64) (count: int64) (rows: Rows) : Minibatch =
        let columns = rows.Columns
        let blockRows = rows.BlockRows

        let read block =
            let start = int64 block * int64 blockRows
            let length = int (min (int64 blockRows) (count - start))
            let values: float[] = Array.zeroCreate (length * columns)
            let mutable at = 0

            for struct (row, run) in Shuffle.runs shuffle (first + start) (int64 length) do
                let numbers = int run * columns
                rows.CopyRows(row, values.AsMemory(at, numbers))
                at <- at + numbers

            Block.FromRows(ReadOnlyMemory values, columns)

        let batch = Rows(count, columns, blockRows, rows.Threads, Func<int, Block>(read))
        Minibatch(batch.Watched rows.Watch, shuffle.Count)

    /// The minibatches of one visit to all N rows: of so many rows each, the last with those that are left. A minibatch that holds all rows
    /// is the table itself.
    let epoch (batchRows: int64) (rows: Rows) (rng: Rng) : struct (Minibatch seq * Rng) =
        if rows.Count = 0L then
            struct (Seq.empty, rng)
        elif batchRows >= rows.Count then
            struct (Seq.singleton (Minibatch(rows, rows.Count)), rng)
        else
            let struct (shuffle, rng) = Shuffle.create rows.Count batchRows rng
            let batches = (rows.Count + batchRows - 1L) / batchRows

            struct (seq { 0L .. batches - 1L }
                    |> Seq.map (fun batch ->
                        let first = batch * batchRows
                        ofShuffle shuffle first (min batchRows (rows.Count - first)) rows),
                    rng)

    /// Statistics of a minibatch under the given globals, scaled to all rows.
    let statistics
        (model: StochasticModel<'statistics, 'globals>)
        (globals: 'globals)
        (batch: Minibatch)
        : Scaled<'statistics> =
        let read = Cavi.statistics batch.Rows model.Model globals
        Scaled(model.Scale (float batch.Total / float batch.Rows.Count) read, batch.Rows.Count, batch.Total)
