namespace Vi.Math.FSharp

open System.Numerics

/// Inferred groups against true labels.
[<RequireQualifiedAccess>]
module LabelMatching =

    /// Most groups for which the best of all matchings is found.
    let private mostForAll = 8

    /// The largest sum of counts, each group (row) with a label (column) of its own, by dynamic programming over sets of labels: the first
    /// groups have taken the labels of the set.
    let private best (counts: int[,]) : int =
        let size = Array2D.length1 counts
        let most: int[] = Array.zeroCreate (1 <<< size)

        for taken in 1 .. most.Length - 1 do
            let group = BitOperations.PopCount(uint32 taken) - 1

            most[taken] <-
                seq { 0 .. size - 1 }
                |> Seq.filter (fun label -> taken &&& (1 <<< label) <> 0)
                |> Seq.map (fun label -> most[taken ^^^ (1 <<< label)] + counts[group, label])
                |> Seq.max

        most[most.Length - 1]

    /// The most frequent pairs first.
    let private greedy (counts: int[,]) : int =
        let size = Array2D.length1 counts

        [ for group in 0 .. size - 1 do
              for label in 0 .. size - 1 -> struct (group, label) ]
        |> List.sortByDescending (fun (struct (group, label)) -> counts[group, label])
        |> List.fold
            (fun (struct (sum, groups, labels)) (struct (group, label)) ->
                if Set.contains group groups || Set.contains label labels then
                    struct (sum, groups, labels)
                else
                    struct (sum + counts[group, label], groups.Add group, labels.Add label))
            (struct (0, Set.empty, Set.empty))
        |> fun (struct (sum, _, _)) -> sum

    /// Largest share of rows whose group, from 0, is matched with their label, each group with a label of its own. Beyond eight groups or
    /// labels the most frequent pairs are matched first.
    let agreement (groups: int[]) (labels: int[]) : float =
        let names = labels |> Array.distinct |> Array.sort
        let size = max names.Length (Array.max groups + 1)
        let counts = Array2D.zeroCreate size size

        for group, label in Array.zip groups labels do
            let column = System.Array.BinarySearch(names, label)
            counts[group, column] <- counts[group, column] + 1

        float (if size <= mostForAll then best counts else greedy counts) / float groups.Length

    /// Share of rows that have the most frequent label of their group.
    let purity (groups: int[]) (labels: int[]) : float =
        let matched =
            Array.zip groups labels
            |> Array.groupBy fst
            |> Array.sumBy (fun (_, rows) -> rows |> Array.countBy snd |> Array.map snd |> Array.max)

        float matched / float groups.Length
