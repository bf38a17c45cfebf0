namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Stored fits as they should not be.
[<RequireQualifiedAccess>]
module WrongStoredFits =

    let private rounded (digits: string) (fit: StoredFit) =
        let again = fit |> StoredFit.toJson |> StoredFit.ofJson

        { again with
            Posterior =
                FittedPosterior.toArrays again.Posterior
                |> Array.map (fun numbers ->
                    { numbers with
                        Values = numbers.Values |> Array.map (fun value -> System.Double.Parse(value.ToString digits)) })
                |> FittedPosterior.ofArrays (FittedPosterior.kind again.Posterior) }

    let all: Specimen list =
        [ Specimen.make
              "posteriors stored with fifteen digits"
              "files written with a format of six to fifteen digits"
              "Predictions from the file are not those of the fit."
              (StoredFitLaws.stored id).Name
              [ StoredFitLaws.stored (rounded "G15") ]
          Specimen.make
              "a filter without transitions"
              "each row classified by itself"
              "What the rows before say of a row's state is lost."
              (StoredFitLaws.filter StoredFitLaws.filterOf).Name
              [ StoredFitLaws.filter (fun continues posterior ->
                    let right = StoredFitLaws.filterOf continues posterior
                    { right with Step = fun _ row -> right.Step right.Start row }) ]
          Specimen.make
              "a series that always begins anew"
              "a stored probability of the last state that nobody reads"
              "The first rows after the fit forget the state in which it ended."
              (StoredFitLaws.filter StoredFitLaws.filterOf).Name
              [ StoredFitLaws.filter (fun _ posterior -> StoredFitLaws.filterOf false posterior) ]
          Specimen.make
              "predictions in the unit that the model reads"
              "a target's transform that nobody takes back"
              "Ends of intervals are logarithms, or count standard deviations."
              (StoredFitLaws.units StoredFitLaws.unitsOf).Name
              [ StoredFitLaws.units (fun columns _ posterior -> StoredFitLaws.unitsOf columns [||] posterior) ]
          Specimen.make
              "densities in the unit that the model reads"
              "a change of variables without its derivative"
              "Rows of a table in another unit have other densities than they should."
              (StoredFitLaws.densities StoredFitLaws.unitsOf).Name
              [ StoredFitLaws.densities (fun columns target posterior ->
                    let right = StoredFitLaws.unitsOf columns target posterior

                    let step state (row: float[]) =
                        let struct (next, numbers) = right.Step state row

                        if Array.last right.Names = "logDensity" then
                            let slope = ColumnSteps.logSlope columns[0].Steps row[0]
                            let last = numbers.Length - 1
                            struct (next, Array.updateAt last (numbers[last] - slope) numbers)
                        else
                            struct (next, numbers)

                    { right with Step = step }) ]
          Specimen.make
              "missing entries with known loadings"
              "forecasts that put the loadings' means in"
              "Intervals of missing entries are too narrow."
              (StoredFitLaws.missing StoredFitLaws.missingOf).Name
              [ StoredFitLaws.missing (fun columns posterior ->
                    match posterior with
                    | FittedPosterior.Factors(loadings, noise, means) ->
                        let sure =
                            loadings
                            |> Array.map (fun row -> { row with Precision = Chol.scaledIdentity row.Mean.Length 1e12 })

                        StoredFitLaws.missingOf columns (FittedPosterior.Factors(sure, noise, means))
                    | other -> StoredFitLaws.missingOf columns other) ] ]
