namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Folds whose bits depend on who read which blocks.
[<RequireQualifiedAccess>]
module WrongFolds =

    /// Every range is folded by itself, as a tree of its own.
    let private ownTrees (ends: int list) (rows: Rows) : IBatches<Block> =
        { new IBatches<Block> with
            member _.Fold(monoid, statistics) =
                List.zip (0 :: List.truncate (ends.Length - 1) ends) ends
                |> List.filter (fun (first, last) -> last > first)
                |> List.map (fun (first, last) ->
                    BlockFold.Run(
                        last - first,
                        1,
                        monoid.Zero,
                        (fun b -> statistics ((rows.Block(first + b)).Numbered(first + b))),
                        fun a b -> monoid.Combine a b
                    ))
                |> List.reduce monoid.Combine }

    let private rejected name seenIn wrong subject =
        Specimen.make
            name
            seenIn
            wrong
            (FoldLaws.splits FoldLaws.joined subject).Name
            [ FoldLaws.splits ownTrees subject ]

    let all: Specimen list =
        [ Specimen.make
              "a product shared out by its inner index"
              "a parallel sum over workers"
              "Every entry is a sum of the workers' sums."
              (MatrixLaws.shares Mat.multiplyOn).Name
              [ MatrixLaws.shares (fun workers a b ->
                    Seq.init workers (fun w ->
                        let first, last = w * a.Columns / workers, (w + 1) * a.Columns / workers
                        let part = Mat.init a.Rows (last - first) (fun i k -> a[i, first + k])
                        Mat.multiply part (Mat.init (last - first) b.Columns (fun k j -> b[first + k, j])))
                    |> Seq.reduce Mat.add) ]
          rejected
              "a tree for each worker's blocks"
              "an all-reduce over one total a machine"
              "Totals of ranges are added in the order of the ranges."
              Models.gaussianMeanPrecision
          rejected
              "a tree for each worker's labelled blocks"
              "an all-reduce over one total a machine"
              "Expected statistics are added in the order of the ranges."
              LogisticSubjects.logistic ]
