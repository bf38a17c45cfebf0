namespace Vi.Verification

/// A table with gaps (NaN), each column with a share of its own, and a seed.
type GapCase = { Rows: float[][]; Factors: int; Learned: bool; Seed: uint64 }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Tables in which some columns have more gaps than others: means, numbers of entries and starts are those of what is observed.
[<RequireQualifiedAccess>]
module GapLaws =

    /// Columns about places and of scales of their own; the first has no gap, the last misses up to 60 % of its entries. Every column has an entry.
    let private tables: Arbitrary<GapCase> =
        Arb.fromGenShrink (
            gen {
                // From eight columns on they are read several at a time.
                let! columns = Gen.oneof [ Gen.choose (1, 5); Gen.choose (8, 19) ]
                let! count = Gen.choose (4, 40)
                let! common = Gen.arrayOfLength count Scalars.normalGen
                let! loadings = Gen.arrayOfLength columns Scalars.normalGen
                let! places = Gen.arrayOfLength columns (Scalars.uniformGen -5.0 5.0)
                let! scales = Gen.arrayOfLength columns (Scalars.logUniformGen 0.1 10.0)
                let! noise = Gen.arrayOfLength (count * columns) Scalars.normalGen
                let! most = Gen.elements [ 0.0; 0.6 ]
                let! gaps = Gen.arrayOfLength (count * columns) (Scalars.uniformGen 0.0 1.0)
                let! factors = Gen.choose (1, min 2 columns)
                let! learned = Gen.elements [ true; false ]
                let! seed = Scalars.seedGen

                let entry t n =
                    let at = t * columns + n
                    let share = most * float n / float (max 1 (columns - 1))

                    if t > 0 && gaps[at] < share then
                        nan
                    else
                        places[n] + scales[n] * (loadings[n] * common[t] + noise[at])

                return
                    { Rows = Array.init count (fun t -> Array.init columns (entry t))
                      Factors = factors
                      Learned = learned
                      Seed = seed }
            },
            fun case ->
                seq {
                    if case.Factors > 1 then
                        { case with Factors = 1 }

                    if case.Rows.Length > 2 then
                        { case with Rows = case.Rows[.. case.Rows.Length - 2] }

                    for rows in
                        Scalars.shrinkEntries
                            (Scalars.shrinkEntries (fun x -> if Double.IsNaN x then seq { 0.0 } else Seq.empty))
                            case.Rows do
                        { case with Rows = rows }
                }
        )

    /// The table in blocks of few rows, so that their parts are combined.
    let private inBlocks (case: GapCase) : Rows =
        let columns = case.Rows[0].Length
        let size = Block.TileRows
        let repeated = Array.init (2 * size + 3) (fun t -> case.Rows[t % case.Rows.Length])

        let read b =
            let first = b * size
            let part = repeated[first .. min repeated.Length (first + size) - 1]
            Block.FromRows(ReadOnlyMemory(Array.concat part), columns)

        Rows(int64 repeated.Length, columns, size, 1, Func<int, Block>(read))

    let private columnOf (rows: float[][]) n =
        rows |> Array.map (fun row -> row[n]) |> Array.filter (Double.IsNaN >> not)

    /// The moments of the columns are given, so that wrong ones can be tried.
    let internal moments (momentsOf: Rows -> ColumnMoments[]) : Law =
        Law.make
            { Name = "gaps: moments of a column are those of its observed entries"
              Statement =
                "Mean, standard deviation, least and greatest value and the number of gaps of every column are those of its observed entries, in one block and in several."
              Formula = @"\bar r_n=\frac1{C_n}\sum_{t\ \mathrm{seen}}r_{tn}"
              Source = "plain loops"
              Covers = [ "factor-model"; "gaps" ]
              Cases = 50
              Generator = tables
              Holds =
                fun case ->
                    [ for name, rows in [ "one block", Rows.ofSeq case.Rows; "blocks", inBlocks case ] do
                          let values = Rows.toArrays rows
                          let found = momentsOf rows

                          for n in 0 .. case.Rows[0].Length - 1 do
                              let seen = columnOf values n
                              let mean = Array.average seen
                              let squares = seen |> Array.sumBy (fun x -> (x - mean) * (x - mean))
                              let size = seen |> Array.map abs |> Array.max
                              let allowed = Tolerances.regrouped (4 * seen.Length) size
                              Compare.close $"{name}: mean {n}" mean found[n].Mean allowed

                              if seen.Length > 1 then
                                  Compare.close
                                      $"{name}: variance {n}"
                                      (squares / float (seen.Length - 1))
                                      (found[n].Sd * found[n].Sd)
                                      (allowed * size)

                              Compare.close $"{name}: least {n}" (Array.min seen) found[n].Minimum 0.0
                              Compare.close $"{name}: greatest {n}" (Array.max seen) found[n].Maximum 0.0

                              Compare.holds $"{name}: gaps {n}" (found[n].Missing = int64 (values.Length - seen.Length)) ] }

    /// The data as the model reads them are given, so that wrong ones can be tried.
    let internal data (ofRows: bool -> Rows -> struct (FactorData * Vec)) : Law =
        Law.make
            { Name = "gaps: a factor model takes each column's own mean off, and knows each column's own scale"
              Statement =
                "What is taken off a column is the mean of its observed entries, or nothing; its scale is their root mean square about that."
              Formula = @"s_n^2=\frac1{C_n}\sum_{t\ \mathrm{seen}}(r_{tn}-c_n)^2"
              Source = "plain loops"
              Covers = [ "factor-model"; "gaps" ]
              Cases = 50
              Generator = tables
              Holds =
                fun case ->
                    [ for name, rows in [ "one block", Rows.ofSeq case.Rows; "blocks", inBlocks case ] do
                          let values = Rows.toArrays rows

                          for center in [ true; false ] do
                              let struct (data, means) = ofRows center rows
                              let scales = FactorData.scales data

                              for n in 0 .. case.Rows[0].Length - 1 do
                                  let seen = columnOf values n
                                  let centre = if center then Array.average seen else 0.0
                                  let size = seen |> Array.map abs |> Array.max
                                  let square = seen |> Array.averageBy (fun x -> (x - centre) * (x - centre))
                                  let allowed = Tolerances.regrouped (4 * seen.Length) size
                                  Compare.close $"{name}: mean {n}" centre means[n] allowed

                                  Compare.close
                                      $"{name}: square of scale {n}"
                                      square
                                      (scales[n] * scales[n])
                                      (8.0 * allowed * size) ] }

    let private priorOf (case: GapCase) : FactorModelPrior =
        { Factors = case.Factors
          LoadingPrecision = if case.Learned then Ard(Gamma.create 0.5 0.7) else Known 2.0
          Scales = ValueNone
          NoisePrecision = Gamma.create 1.5 0.3
          Rotation = true }

    /// The start is given, so that a wrong one can be tried.
    let internal start (start: FactorModelPrior -> FactorData -> Rng -> FactorModelPosterior) : Law =
        Law.make
            { Name = "gaps: a factor model starts with the observed entries' numbers, scales and leading directions"
              Statement =
                "At the start a column's noise has the shape of its own observed entries and half of their mean square; loadings hold the other half on average, point in directions that hold as much of the scaled columns as the leading ones, and change with a column's unit."
              Formula =
                @"q(1/\psi_n):\ a_0+\tfrac12C_n,\ \tfrac12 s_n^2;\quad\sum_{nk}\mathbb E[b_{nk}]^2/s_n^2=\tfrac12 N"
              Source = "definition of the start; Halko, Martinsson and Tropp 2011"
              Covers = [ "factor-model"; "gaps"; "cavi" ]
              Cases = 40
              Generator = tables
              Holds =
                fun case ->
                    let columns = case.Rows[0].Length
                    let prior = priorOf case

                    let begun (rows: float[][]) =
                        let struct (data, means) = FactorData.ofRows true (Rows.ofSeq rows)
                        struct (start prior data (Rng.ofSeed case.Seed), means)

                    let struct (q, means) = begun case.Rows
                    let loadings = FactorLoadings.means q.Loadings

                    let variances =
                        FactorLoadings.rows q.Loadings |> Array.map (MvNormal.covariance >> Mat.diagonal >> Vec.toArray)

                    let scale =
                        Array.init columns (fun n ->
                            columnOf case.Rows n |> Array.averageBy (fun x -> (x - means[n]) ** 2.0) |> sqrt)

                    let isConstant = Array.exists (fun s -> s < 1e-9) scale

                    // Gaps count as the centre.
                    let scaled =
                        case.Rows
                        |> Array.map (Array.mapi (fun n x -> if Double.IsNaN x then 0.0 else (x - means[n]) / scale[n]))

                    let scatter =
                        Mat.init columns columns (fun i j -> scaled |> Array.sumBy (fun row -> row[i] * row[j]))

                    let units = Array.init columns (fun n -> 2.0 ** float (2 * n - 3))
                    let struct (other, _) = begun (case.Rows |> Array.map (Array.mapi (fun n x -> units[n] * x)))
                    let otherLoadings = FactorLoadings.means other.Loadings

                    [ for n in 0 .. columns - 1 do
                          let count = float (columnOf case.Rows n).Length
                          let noise = q.NoisePrecisions[n]
                          let shape = prior.NoisePrecision.Shape + 0.5 * count
                          Compare.close $"shape of the noise {n}" shape noise.Shape (Tolerances.rounding 4 shape)

                          if not isConstant then
                              Compare.close
                                  $"noise {n}, over half of the mean square"
                                  1.0
                                  (noise.Rate / noise.Shape / (0.5 * scale[n] * scale[n]))
                                  1e-8

                      if not isConstant then
                          let share n k = loadings[n, k] / scale[n]

                          let all f =
                              Seq.sum (
                                  seq {
                                      for n in 0 .. columns - 1 do
                                          for k in 0 .. case.Factors - 1 -> f n k
                                  }
                              )

                          Compare.close
                              "squares of all loadings"
                              (0.5 * float columns)
                              (all (fun n k -> share n k ** 2.0))
                              1e-8

                          let struct (values, _) = Mat.symmetricEigen scatter

                          let leading = values.ToArray() |> Array.sortDescending |> Array.take case.Factors |> Array.sum

                          let held =
                              all (fun n k ->
                                  share n k * Seq.sum (Seq.init columns (fun m -> scatter[n, m] * share m k)))
                              / (0.5 * float columns / float case.Factors)

                          // Twenty steps shrink a direction by the 40th power of the ratio of eigenvalues: what a start far from the leading ones
                          // still holds of others, whose eigenvalues are then near, is at most a tenth of the whole.
                          Compare.atMost
                              "what the leading directions hold, and the start does not"
                              (0.85 * leading)
                              held
                              0.0

                          for n in 0 .. columns - 1 do
                              for k in 0 .. case.Factors - 1 do
                                  Compare.close
                                      $"variance of loading ({n}, {k}), over a hundredth of the column's over K"
                                      1.0
                                      (variances[n].[k] * 100.0 * float case.Factors / (scale[n] * scale[n]))
                                      1e-8

                                  Compare.close
                                      $"loading ({n}, {k}) in another unit"
                                      loadings[n, k]
                                      (otherLoadings[n, k] / units[n])
                                      (1e-6 * scale[n]) ] }

    let all: Law list =
        [ moments (fun rows -> (TableMoments.ofRows true rows).Columns)
          data FactorData.ofRows
          start FactorData.start ]
