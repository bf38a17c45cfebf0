namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Tables with gaps read as they should not be.
[<RequireQualifiedAccess>]
module WrongGaps =

    let private filled (rows: Rows) = rows |> Rows.map (Array.map (fun x -> if Double.IsNaN x then 0.0 else x))

    let all: Specimen list =
        [ Specimen.make
              "means over all rows"
              "sums of observed entries divided by the number of rows"
              "A column with gaps is taken nearer to 0 than it is."
              (GapLaws.moments (fun rows -> (TableMoments.ofRows true rows).Columns)).Name
              [ GapLaws.moments (fun rows ->
                    (TableMoments.ofRows true rows).Columns
                    |> Array.map (fun column ->
                        let seen = float (rows.Count - column.Missing) / float rows.Count
                        { column with Mean = seen * column.Mean })) ]
          Specimen.make
              "gaps filled with 0"
              "tables that were filled before they were centred"
              "Means and scales are those of another table."
              (GapLaws.data FactorData.ofRows).Name
              [ GapLaws.data (fun center rows -> FactorData.ofRows center (filled rows)) ]
          Specimen.make
              "the first column's number of entries for all"
              "a number of rows in the place of numbers of entries"
              "The noise of columns with gaps starts as certain as that of complete ones."
              (GapLaws.start FactorData.start).Name
              [ GapLaws.start (fun prior data rng ->
                    let q = FactorData.start prior data rng

                    { q with
                        NoisePrecisions =
                            q.NoisePrecisions
                            |> Array.map (fun noise ->
                                let shape = q.NoisePrecisions[0].Shape
                                { Shape = shape; Rate = shape * noise.Rate / noise.Shape }) }) ] ]
