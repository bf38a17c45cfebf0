namespace Vi.Math.FSharp

open System

/// Inferred groups against true labels.
[<RequireQualifiedAccess>]
module LabelMatching =

    /// Groups, from 0, with the labels that they are matched with, one to one, so that as many rows as possible agree; and the rows that do.
    let private matching (groups: int[]) (labels: int[]) =
        let names = labels |> Array.distinct |> Array.sort
        let size = max names.Length (Array.max groups + 1)
        let counts = Array2D.zeroCreate size size

        for group, label in Array.zip groups labels do
            let column = Array.BinarySearch(names, label)
            counts[group, column] <- counts[group, column] + 1

        Assignment.best (Mat.init size size (fun i j -> -(float counts[i, j])))
        |> Array.mapi (fun group column ->
            struct ((if column < names.Length then ValueSome names[column] else ValueNone), counts[group, column]))

    /// Largest share of rows whose group, from 0, is matched with their label, each group with a label of its own.
    let agreement (groups: int[]) (labels: int[]) : float =
        let agreeing = matching groups labels |> Array.sumBy (fun (struct (_, rows)) -> rows)
        float agreeing / float groups.Length

    /// The label of each group, from 0, so that as many rows as possible agree; groups and labels that share no row have none.
    let matched (groups: int[]) (labels: int[]) : int voption[] =
        matching groups labels
        |> Array.map (fun (struct (label, rows)) -> if rows > 0 then label else ValueNone)

    /// The adjusted Rand index: pairs of rows that both partitions put together, over what is expected of random partitions of these sizes (0)
    /// and of equal ones (1). Hubert and Arabie 1985, eq. 5.
    let adjustedRand (groups: int[]) (labels: int[]) : float =
        let pairs (sizes: seq<int>) = sizes |> Seq.sumBy (fun size -> float size * float (size - 1) / 2.0)
        let sizes (keys: seq<'key>) = keys |> Seq.countBy id |> Seq.map snd
        let together = pairs (sizes (Seq.zip groups labels))
        let ofGroups, ofLabels = pairs (sizes groups), pairs (sizes labels)
        let expected = ofGroups * ofLabels / pairs [ groups.Length ]
        let most = (ofGroups + ofLabels) / 2.0
        // Equal partitions, also where one group or nothing but groups of one row leaves 0 / 0.
        if together = ofGroups && together = ofLabels then
            1.0
        else
            (together - expected) / (most - expected)

    /// Share of rows that have the most frequent label of their group.
    let purity (groups: int[]) (labels: int[]) : float =
        let matched =
            Array.zip groups labels
            |> Array.groupBy fst
            |> Array.sumBy (fun (_, rows) -> rows |> Array.countBy snd |> Array.map snd |> Array.max)

        float matched / float groups.Length
