namespace Vi.Math.FSharp

open Vi.Math

/// The order in which nodes are computed, and when the place of each is read for the last time.
[<NoComparison; NoEquality>]
type internal PlanOrder =
    {
        /// Numbers of the nodes: those before all rows, those by tiles of rows and their totals, those after.
        Nodes: int[]
        /// Where those by tiles begin, and where they end.
        BeforeRows: int
        AfterRows: int
        /// Of each owner of a place, the time of its last reader.
        LastUse: int[]
    }

    /// Times at which nodes are computed by tiles.
    member this.AmongRows = seq { this.BeforeRows .. this.AfterRows - 1 }

[<RequireQualifiedAccess>]
module internal PlanOrder =

    /// The order of a graph's nodes.
    let create (graph: PlanGraph) (tiles: PlanTiles) : PlanOrder =
        let ofRoles first last =
            [| for i in 0 .. graph.Nodes.Length - 1 do
                   if tiles.Roles[i] >= first && tiles.Roles[i] <= last && not graph.Absorbed[i] then
                       i |]

        let before = ofRoles NodeRole.Before NodeRole.Before
        let among = ofRoles NodeRole.OfRows NodeRole.Total
        let order = Array.concat [ before; among; ofRoles NodeRole.After NodeRole.After ]
        let lastUse = Array.zeroCreate<int> graph.Nodes.Length

        for time in 0 .. order.Length - 1 do
            for argument in graph.Arguments[order[time]] do
                lastUse[graph.Owner[argument]] <- time

        { Nodes = order
          BeforeRows = before.Length
          AfterRows = before.Length + among.Length
          LastUse = lastUse }
