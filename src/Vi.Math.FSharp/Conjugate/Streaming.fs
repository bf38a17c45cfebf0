namespace Vi.Math

/// How streaming inference goes through the data.
type StreamingOptions =
    {
        /// Rows that are taken in at a time, at least 1.
        BatchRows: int64
        /// Share of what is known that is kept when new rows arrive, above 0 and at most 1: the posterior's power. 1 forgets nothing.
        Memory: float
        /// Gain in nats below which new rows count as taken in.
        Tolerance: float
        /// Most sweeps over the new rows.
        Sweeps: int
    }

/// What the next rows need.
type StreamingState<'statistics, 'globals> =
    {
        /// Statistics of all rows so far, each under the local factors it had when it was taken in.
        Statistics: 'statistics
        /// The global factors: the posterior of the rows so far.
        Globals: 'globals
        /// Number of rows so far; the next row's number.
        Seen: int64
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Streaming Bayes (Broderick et al. 2013, streaming variational Bayes): the posterior becomes the prior of the rows that follow. In a
/// conjugate model that prior is the first one plus the statistics so far, so the statistics are what is carried on; where data enter
/// through fixed statistics the answer is that of all rows at once. Forgetting takes the posterior to a power, relative to the first
/// prior: statistics are multiplied by the memory before new rows are added.
[<RequireQualifiedAccess>]
module Streaming =

    /// Before any row.
    let start
        (model: ConjugateModel<Block, 'statistics, 'globals>)
        (globals: 'globals)
        : StreamingState<'statistics, 'globals> =
        { Statistics = model.Monoid.Zero; Globals = globals; Seen = 0L }

    /// New rows taken in: their local factors and the global ones are set to their optima in turn, the earlier rows' local factors stay.
    /// The info's gain and change are those of the last sweep over the new rows. The scale gives statistics as if every row had been
    /// there so many times.
    let absorb
        (options: StreamingOptions)
        (scale: float -> 'statistics -> 'statistics)
        (model: ConjugateModel<Block, 'statistics, 'globals>)
        (batch: IBatches<Block>)
        (rows: int64)
        (state: StreamingState<'statistics, 'globals>)
        =
        let before =
            if options.Memory = 1.0 then
                state.Statistics
            else
                scale options.Memory state.Statistics

        let fixedStatistics =
            match model.Data with
            | Fixed _ -> ValueSome(Cavi.statistics batch model state.Globals)
            | Local _ -> ValueNone

        let statisticsAt globals =
            let ofBatch =
                match fixedStatistics with
                | ValueSome known -> known
                | ValueNone -> Cavi.statistics batch model globals

            model.Monoid.Combine before ofBatch

        let rec sweep count statistics globals =
            let bound = model.Elbo statistics globals
            let struct (next, after, ledger) = Cavi.updateAll model statistics globals bound
            let refreshed = statisticsAt next

            let elbo = if fixedStatistics.IsSome then after else model.Elbo refreshed next

            let info =
                { Elbo = elbo
                  Gain = elbo.Value - bound.Value
                  Change = sqrt (2.0 * max 0.0 (model.Divergence next globals))
                  Ledger = ledger
                  Passes = 1 }

            if
                count >= options.Sweeps
                || info.Gain <= options.Tolerance && info.Change <= 0.1 * sqrt options.Tolerance
            then
                struct ({ Statistics = refreshed; Globals = next; Seen = state.Seen + rows }, info)
            else
                sweep (count + 1) refreshed next

        sweep 1 (statisticsAt state.Globals) state.Globals

    /// Rows first .. first + count - 1 of a table, in their order.
    let part (rows: Rows) (first: int64) (count: int64) : Rows =
        let read block =
            let start = int64 block * int64 rows.BlockRows
            let length = int (min (int64 rows.BlockRows) (count - start))
            let values: float[] = Array.zeroCreate (length * rows.Columns)
            rows.CopyRows(first + start, values.AsMemory())
            Block.FromRows(ReadOnlyMemory values, rows.Columns)

        Rows(count, rows.Columns, rows.BlockRows, rows.Threads, Func<int, Block>(read)).Watched rows.Watch

    /// Number of steps in which all rows are taken in.
    let steps (options: StreamingOptions) (rows: Rows) = int ((rows.Count + options.BatchRows - 1L) / options.BatchRows)

    /// The engine: a step takes in the next rows, in the order of the table. Its bound is that of the rows so far, so it falls as rows
    /// come in.
    let engine
        (options: StreamingOptions)
        (rows: Rows)
        (scale: float -> 'statistics -> 'statistics)
        (model: ConjugateModel<Block, 'statistics, 'globals>)
        (init: Rng -> 'globals)
        : Engine<StreamingState<'statistics, 'globals>, SweepInfo, 'globals> =
        if options.BatchRows < 1L then
            invalidArg (nameof options) $"at least one row must be taken in at a time, not {options.BatchRows}"

        if not (options.Memory > 0.0 && options.Memory <= 1.0) then
            invalidArg (nameof options) $"the memory must be above 0 and at most 1, not {options.Memory}"

        { Name = "streaming"
          Init = init >> start model
          Step =
            fun state ->
                let count = min options.BatchRows (rows.Count - state.Seen)
                absorb options scale model (part rows state.Seen count) count state
          Answer = fun state -> state.Globals }

    /// Stops when all rows have been taken in: converged where the last sweep over the last rows gained no more than the tolerance.
    let stopRule (options: StreamingOptions) (rows: Rows) : StopRule<SweepInfo> =
        let last = steps options rows

        let judge iteration (info: SweepInfo) =
            match info.Elbo.Terms |> List.tryFind (fun term -> not (Double.IsFinite term.Value)) with
            | Some term -> ValueSome(Diverged(TermNotFinite(iteration, term.Name)))
            | None when iteration >= last && info.Gain <= options.Tolerance ->
                ValueSome(Converged(StreamRead(iteration, info.Gain, info.Change)))
            | None -> ValueNone

        let spent batches (info: SweepInfo) =
            BudgetSpent(
                if Double.IsNaN info.Gain then
                    TooFewSweepsToTell batches
                else
                    StreamGaining(batches, info.Gain)
            )

        StopRule.firstOf [ { Judge = judge }; StopRule.budget last spent ]
