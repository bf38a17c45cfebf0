namespace Vi.Figures

open System.Collections.Generic
open Vi.Charts
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What each direction of the divergence chooses, how lopsided they are, and their curves over mean and scale.
[<RequireQualifiedAccess>]
module NormalApproximationFigures =

    let private words id (values: obj list) = FigureText.Of("normal-approximation", id, List.toArray values)

    /// From so many standard deviations below the lowest component to as many above the highest.
    let private around (target: NormalMixture) sds =
        target.Components |> Seq.map (fun c -> c.Mean - sds * Distribution.Sd c) |> Seq.min,
        target.Components |> Seq.map (fun c -> c.Mean + sds * Distribution.Sd c) |> Seq.max

    let private choices (target: NormalMixture) (forward: Normal) (optima: IReadOnlyList<ApproximationPoint>) =
        let low, high = around target 4.0
        let grid = Curves.Grid(low, high, 401)
        let density (q: Normal) z = Distribution.Density(q, z)
        let heights = grid |> Array.map (fun z -> Distribution.Density(target, z))

        Chart.xy
            (words
                "choices"
                [ Distribution.Sd forward; optima.Count; optima.Count > 1; Distribution.Sd optima[0].Normal ])
            [ Curves.Band("target p", grid, Array.map (fun _ -> 0.0) grid, heights, -1)
              Curves.Line("best under KL(p ‖ q): covers", grid, density forward, 1, "dashed")
              for i, optimum in Seq.indexed optima do
                  let name = $"optimum {i + 1} of KL(q ‖ p): {Numbers.Significant optimum.Divergence} nats"
                  Curves.Line(name, grid, density optimum.Normal, (if i = 0 then 0 else 1 + i)) ]

    let private table target forward (optima: seq<ApproximationPoint>) =
        let row (name: string) (q: Normal) : objnull list =
            let sd = Distribution.Sd q

            [ name
              (if abs q.Mean < 1e-12 * sd then 0.0 else q.Mean)
              sd
              NormalApproximationModel.Reverse(target, q)
              NormalApproximationModel.Forward(target, q) ]

        Chart.table
            (words "optima" [])
            [ row "best under KL(p ‖ q)" forward
              for i, optimum in Seq.indexed optima do
                  row $"optimum {i + 1} of KL(q ‖ p)" optimum.Normal ]

    let private surface (target: NormalMixture) (optima: seq<ApproximationPoint>) =
        let low, high = around target 2.0
        let smallest = target.Components |> Seq.map (fun c -> Distribution.Sd c) |> Seq.min
        let optima = optima |> Seq.map _.Normal

        Chart.surface
            (words "surface" [])
            (Curves.Grid(low, high, 61))
            (Curves.LogGrid(smallest / 2.0, (high - low) / 2.0, 51))
            (fun m s -> -NormalApproximationModel.Reverse(target, { Mean = m; Variance = s * s }))
            [ Curves.Through(
                  "local optima",
                  optima |> Seq.map _.Mean,
                  optima |> Seq.map (fun (q: Normal) -> Distribution.Sd q),
                  1,
                  "points"
              ) ]

    /// Both directions of the divergence from p = N(0, 1), from the least value that the axis can show.
    let private divergences references id grid least (q: float -> Normal) =
        let p = { Mean = 0.0; Variance = 1.0 }
        let shown nats = if nats >= least then nats else nan

        Chart.referring
            references
            (words id [])
            [ Curves.Line("KL(q ‖ p)", grid, (fun x -> shown (Distribution.Divergence(q x, p))), 0)
              Curves.Line("KL(p ‖ q)", grid, (fun x -> shown (Distribution.Divergence(p, q x))), 1, "dashed") ]

    /// The figures of a target, the best q under KL(p || q), and the local optima of KL(q || p), best first.
    let ofTarget
        (target: NormalMixture)
        (forward: Normal)
        (optima: IReadOnlyList<ApproximationPoint>)
        : IReadOnlyList<Exhibit> =
        let means, scales = Curves.Grid(-3.0, 3.0), Curves.LogGrid(0.1, 3.0)

        [ choices target forward optima
          table target forward optima
          surface target optima
          divergences [] "over-mean" means 0.0 (fun m -> { Mean = m; Variance = 1.0 })
          divergences [ ReferenceLine("x", 1.0, "q = p") ] "over-scale" scales 1e-6 (fun s ->
              { Mean = 0.0; Variance = s * s })
          divergences [] "asymmetry" means 0.0 (fun m -> { Mean = m; Variance = 0.25 }) ]
