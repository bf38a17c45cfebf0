namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of how statistics of blocks add up: neither threads nor machines that share the blocks out change a bit of a conjugate model's answer.
[<RequireQualifiedAccess>]
module FoldLaws =

    /// 2500 rows about those of a case, in twenty blocks of which the last is not full.
    let internal manyBlocks (subject: ConjugateSubject<'case, 'statistics, 'globals>) case threads : Rows =
        let columns = subject.Columns case

        let struct (jitter, _) = Rng.array (2500 * columns) Rng.normal (Rng.ofSeed (subject.Seed case + 3UL))

        let few = subject.Rows case

        let values =
            jitter
            |> Array.mapi (fun at z ->
                let row = at / columns
                (if few.Length = 0 then 0.0 else few[row % few.Length][at % columns]) + 0.1 * z)

        let blockRows = Block.TileRows

        let read =
            Func<int, Block>(fun b ->
                let first = b * blockRows * columns
                let length = min (blockRows * columns) (values.Length - first)
                Block.FromRows(ReadOnlyMemory(values, first, length), columns))

        Rows(2500L, columns, blockRows, threads, read)

    /// The bound under the globals, and the globals after every update, from one pass over the data.
    let private sweptOnce (model: ConjugateModel<Block, 'statistics, 'globals>) globals (batches: IBatches<Block>) =
        let data = Cavi.statistics batches model globals

        struct ((model.Elbo data globals).Value,
                (globals, model.Updates) ||> List.fold (fun g update -> update.Update data g))

    let internal threads (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: the number of threads changes no bit"
              Statement =
                "Sums over many blocks of rows have the same bits on 1, 2 and 4 threads, whether progress is reported or not, and each row is reported once."
              Formula = @"\mathrm{fold}_1=\mathrm{fold}_2=\mathrm{fold}_4"
              Source = "reductions run in a fixed order over fixed blocks"
              Covers = [ subject.Name; "cavi" ]
              Cases = 5
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let globals = ConjugateSubject.start subject case

                    let answer threads watch =
                        (manyBlocks subject case threads).Watched(Action<int64> watch) |> sweptOnce model globals

                    let struct (elbo, next) = answer 1 ignore

                    [ for count in [ 2; 4 ] do
                          let seen = [| 0L |]

                          let struct (elboOther, nextOther) =
                              answer count (fun rows -> Threading.Interlocked.Add(&seen[0], rows) |> ignore)

                          Compare.close $"bound on {count} threads" elbo elboOther 0.0
                          Compare.holds $"same factors on {count} threads" (next.Equals nextOther)
                          Compare.close $"rows watched on {count} threads" 2500.0 (float seen[0]) 0.0 ] }

    /// The way from the ends of ranges of blocks and a table to batches whose fold goes range by range is given, so that a wrong one can be tried.
    let internal splits
        (inRanges: int list -> Rows -> IBatches<Block>)
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        =
        Law.make
            { Name = $"{subject.Name}: whoever reads which blocks changes no bit"
              Statement =
                "Blocks shared out in any consecutive ranges, some of them empty and the last block not full, give the bits of one fold over all: each range hands in its largest subtrees, and they are joined."
              Formula = @"\mathrm{join}(\mathrm{subtrees}[0,a),\ldots,\mathrm{subtrees}[z,B))=\mathrm{fold}[0,B)"
              Source = "DESIGN: folds follow one binary tree of global block numbers"
              Covers = [ subject.Name; "cavi" ]
              Cases = 5
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let globals = ConjugateSubject.start subject case
                    let rows = manyBlocks subject case 1
                    let blocks = rows.BlockCount
                    let struct (elbo, next) = sweptOnce model globals rows

                    let drawn (workers: int) =
                        let struct (ends, _) =
                            Rng.array (workers - 1) (Rng.below (blocks + 1)) (Rng.ofSeed (subject.Seed case + 5UL))

                        List.ofArray (Array.sort ends) @ [ blocks ]

                    let equal workers = [ for w in 1..workers -> w * blocks / workers ]

                    [ for name, ends in
                          [ "two drawn ranges", drawn 2
                            "five drawn ranges", drawn 5
                            "three equal ranges", equal 3
                            "more workers than blocks", equal (blocks + 7) ] do
                          for threads in [ 1; 2 ] do
                              let struct (elboOther, nextOther) =
                                  inRanges ends (rows.WithThreads threads) |> sweptOnce model globals

                              Compare.close $"bound, {name} on {threads} threads" elbo elboOther 0.0
                              Compare.holds $"same factors, {name} on {threads} threads" (next.Equals nextOther) ] }

    /// A table whose folds go range by range: every range, last to first, computes its subtrees, which are then joined.
    let internal joined (ends: int list) (rows: Rows) : IBatches<Block> =
        { new IBatches<Block> with
            member _.Fold(monoid, statistics) =
                List.zip (0 :: List.truncate (ends.Length - 1) ends) ends
                |> List.rev
                |> List.collect (fun (first, last) -> Rows.subtrees monoid statistics first (last - first) rows)
                |> Rows.join monoid rows.BlockCount }
