namespace Vi.Figures

open MathNet.Numerics.Statistics
open Vi.Charts
open Vi.Results

/// What the figures of single quantities do not show of draws: correlations and the strongest pairs.
[<RequireQualifiedAccess>]
module internal DrawFigures =

    /// Numbers whose correlations are drawn.
    let private mostNumbers = 12

    /// Points of a cloud.
    let private mostDots = 1500

    /// Correlation in absolute value from which a pair is worth a figure.
    let private notable = 0.3

    /// A density estimate of draws over the range that holds nearly all of them (Gaussian kernel, Silverman's width).
    let density (name: string) (draws: float[]) (color: int) (style: string) =
        let estimate = DensityEstimate.Of draws
        Curves.Line(name, Curves.Grid(estimate.From, estimate.To, 161), (fun x -> estimate.At x), color, style)

    /// Correlations of all numbers, and the strongest pairs; nothing where there is one number only.
    let joint (draws: DrawTable) : Exhibit list =
        let numbers = draws.Numbers mostNumbers
        let name i = let struct (name, _) = numbers[i] in name
        let drawsOf i = let struct (_, draws) = numbers[i] in draws

        let matrix =
            Array.init numbers.Length (fun a ->
                Array.init numbers.Length (fun b -> if a = b then 1.0 else Correlation.Pearson(drawsOf a, drawsOf b)))

        let strongest =
            [ for a in 0 .. numbers.Length - 1 do
                  for b in 0 .. a - 1 -> a, b, matrix[a][b] ]
            |> List.sortByDescending (fun (_, _, value) -> abs value)

        match strongest with
        | [] -> []
        | (a, b, value) :: _ ->
            let places = Array.init numbers.Length (fun i -> float i + 1.0)
            let order = numbers |> Seq.mapi (fun i _ -> $"{i + 1} {name i}") |> String.concat ", "

            [ Chart.surface
                  (FigureText.Of("figures", "correlations", order, value, name a, name b))
                  places
                  places
                  (fun x y -> matrix[int y - 1][int x - 1])
                  []
              for y, x, value in strongest |> List.filter (fun (_, _, value) -> abs value >= notable) |> List.truncate 3 do
                  let across, up = drawsOf x, drawsOf y
                  let shown = Curves.Sample(across.Length, mostDots)

                  Chart.xy
                      (FigureText.Of("figures", "pair-{0}-{1}", name x, name y, shown.Length, value))
                      [ Curves.Cloud("draws", shown, (fun i -> across[i]), (fun i -> up[i]), 0) ] ]
