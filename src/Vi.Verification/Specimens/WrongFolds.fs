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
        [ rejected
              "a tree for each worker's blocks"
              "an all-reduce over one total a machine"
              "Totals of ranges are added in the order of the ranges."
              Models.gaussianMeanPrecision
          rejected
              "a tree for each worker's labelled blocks"
              "an all-reduce over one total a machine"
              "Expected statistics are added in the order of the ranges."
              LogisticSubjects.logistic ]
