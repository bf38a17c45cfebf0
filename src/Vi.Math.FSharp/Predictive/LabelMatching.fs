namespace Vi.Math.FSharp

open System

/// Inferred groups against true labels.
[<RequireQualifiedAccess>]
module LabelMatching =

    /// Largest share of rows whose group, from 0, is matched with their label, each group with a label of its own.
    let agreement (groups: int[]) (labels: int[]) : float =
        let names = labels |> Array.distinct |> Array.sort
        let size = max names.Length (Array.max groups + 1)
        let counts = Array2D.zeroCreate size size

        for group, label in Array.zip groups labels do
            let column = Array.BinarySearch(names, label)
            counts[group, column] <- counts[group, column] + 1

        let matched =
            Assignment.best (Mat.init size size (fun i j -> -(float counts[i, j])))
            |> Array.mapi (fun group column -> counts[group, column])

        float (Array.sum matched) / float groups.Length

    /// Share of rows that have the most frequent label of their group.
    let purity (groups: int[]) (labels: int[]) : float =
        let matched =
            Array.zip groups labels
            |> Array.groupBy fst
            |> Array.sumBy (fun (_, rows) -> rows |> Array.countBy snd |> Array.map snd |> Array.max)

        float matched / float groups.Length
