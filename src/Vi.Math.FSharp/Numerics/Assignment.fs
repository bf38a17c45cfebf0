namespace Vi.Math.FSharp

open Vi.Math

/// The assignment problem: rows to columns, one to one, at the least total cost.
[<RequireQualifiedAccess>]
module Assignment =

    /// The column of each row (n) for finite costs (n x n), by shortest augmenting paths with potentials in O(n^3) (Kuhn 1955; Jonker and
    /// Volgenant 1987).
    let best (costs: Mat) : int[] =
        let n = costs.Rows

        if costs.Columns <> n then
            invalidArg
                (nameof costs)
                $"costs of {n} rows and {costs.Columns} columns: as many columns as rows are needed"

        // Potentials of rows and columns, and the row of each column; place 0 means none, as rows and columns count from 1 here.
        let rowPotentials: float[] = Array.zeroCreate (n + 1)
        let columnPotentials: float[] = Array.zeroCreate (n + 1)
        let rowOf: int[] = Array.zeroCreate (n + 1)

        for row in 1..n do
            let previous: int[] = Array.zeroCreate (n + 1)
            let distances = Array.create (n + 1) infinity
            let isDone = Array.create (n + 1) false
            let mutable column = 0
            rowOf[0] <- row

            // Dijkstra from the row over reduced costs, which are not negative, until a free column.
            while rowOf[column] <> 0 do
                isDone[column] <- true
                let from = rowOf[column]
                let mutable nearest = 0
                let mutable least = infinity

                for next in 1..n do
                    if not isDone[next] then
                        let reduced = costs[from - 1, next - 1] - rowPotentials[from] - columnPotentials[next]

                        if reduced < distances[next] then
                            distances[next] <- reduced
                            previous[next] <- column

                        if distances[next] < least then
                            least <- distances[next]
                            nearest <- next

                for next in 0..n do
                    if isDone[next] then
                        rowPotentials[rowOf[next]] <- rowPotentials[rowOf[next]] + least
                        columnPotentials[next] <- columnPotentials[next] - least
                    else
                        distances[next] <- distances[next] - least

                column <- nearest

            while column <> 0 do
                rowOf[column] <- rowOf[previous[column]]
                column <- previous[column]

        let columnOf: int[] = Array.zeroCreate n

        for column in 1..n do
            columnOf[rowOf[column] - 1] <- column - 1

        columnOf
