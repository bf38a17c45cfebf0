namespace Vi.Figures

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Statistics
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent

/// An axis on which rows are seen: a weighted sum of their columns.
type internal Direction =
    { Title: string
      Weights: float[]
      Offset: float }

    /// Where a row stands.
    member this.At(row: float[]) = this.Offset + Seq.sum (Seq.map2 (*) this.Weights row)

/// Two directions in which rows are drawn, with the name of the view.
type internal Plane = { Name: string; X: Direction; Y: Direction }

/// Views of tables with more than two columns.
[<RequireQualifiedAccess>]
module internal Planes =

    /// Columns that are drawn in pairs.
    let mostColumns = 4

    let private mostRows = 3000

    let private ofColumn (data: ITable) column =
        { Title = Chart.axis data column
          Weights = Array.init data.ColumnNames.Count (fun j -> if j = column then 1.0 else 0.0)
          Offset = 0.0 }

    /// Two columns.
    let ofColumns (data: ITable) a b =
        { Name = $"{data.ColumnNames[a]}, {data.ColumnNames[b]}"; X = ofColumn data a; Y = ofColumn data b }

    /// Means, standard deviations and the spectrum of the correlations.
    let private standardised (data: ITable) =
        let rows = Curves.Sample(data.RowCount, mostRows) |> Array.map data.Row
        let column j = rows |> Array.map (fun row -> row[j])
        let all = Array.init data.ColumnNames.Count column
        let means = all |> Array.map (fun (values: float[]) -> Statistics.Mean values)

        let sds =
            all
            |> Array.map (fun (values: float[]) ->
                match Statistics.StandardDeviation values with
                | sd when sd > 0.0 -> sd
                | _ -> 1.0)

        let correlation a b =
            if a = b then
                1.0
            else
                match Correlation.Pearson(all[a], all[b]) with
                | value when System.Double.IsFinite value -> value
                | _ -> 0.0

        let spectrum =
            (Matrix<float>.Build.Dense(all.Length, all.Length, correlation)).Evd Symmetricity.Symmetric

        struct (means, sds, spectrum)

    /// Share of the standardised columns' variance that their first two principal components hold.
    let shareOfComponents (data: ITable) =
        let struct (_, _, spectrum) = standardised data
        let values = spectrum.EigenValues |> Seq.map _.Real |> Seq.sortDescending |> Seq.toArray
        (values[0] + values[1]) / Array.sum values

    let private components (data: ITable) =
        let struct (means, sds, spectrum) = standardised data

        // Eigenvalues rise. The sign of a component is free: its largest weight is positive.
        let direction place =
            let vector = spectrum.EigenVectors.Column(means.Length - place)
            let sign = float (sign vector[vector.AbsoluteMaximumIndex()])
            let weights = Array.init means.Length (fun j -> sign * vector[j] / sds[j])

            { Title = $"principal component {place}"
              Weights = weights
              Offset = -Seq.sum(Seq.map2 (*) weights means) }

        { Name = "Principal components"; X = direction 1; Y = direction 2 }

    /// The columns whose means differ most between components, as shares of the columns' variance.
    let private separating (data: ITable) (q: FittedMixture) =
        let counts = q.Counts.ToArray()
        let total = Array.sum counts

        let between j =
            let means = q.Components |> Seq.map (fun c -> (Distribution.Mean c)[j]) |> Seq.toArray
            let mean = Seq.sum (Seq.map2 (*) counts means) / total
            let spread = Seq.sum (Seq.map2 (fun n m -> n * (m - mean) * (m - mean)) counts means) / total

            let within =
                q.Components
                |> Seq.map (fun c -> let covariance = Distribution.Covariance c in covariance[j, j])
                |> Seq.map2 (*) counts
                |> Seq.sum

            spread / (spread + within / total)

        [ 0 .. data.ColumnNames.Count - 1 ]
        |> List.sortBy (fun j -> -(between j))
        |> List.truncate mostColumns
        |> List.sort

    /// Principal components first, then pairs of the columns that separate the components best.
    let several (data: ITable) (q: FittedMixture) =
        let columns = separating data q

        [| components data
           for i, a in List.indexed columns do
               for b in List.skip (i + 1) columns do
                   ofColumns data a b |]

    /// The ellipse at two standard deviations of a component.
    let ellipse (plane: Plane) (c: MixtureComponent) =
        let mean, covariance = Distribution.Mean c, Distribution.Covariance c

        let between (a: Direction) (b: Direction) =
            let places = [ 0 .. a.Weights.Length - 1 ]

            Seq.allPairs places places
            |> Seq.sumBy (fun (i, j) -> a.Weights[i] * covariance[i, j] * b.Weights[j])

        let at = mean.ToArray()
        let centre = struct (plane.X.At at, plane.Y.At at)
        Curves.Ellipse(centre, between plane.X plane.X, between plane.X plane.Y, between plane.Y plane.Y, 2.0)
