namespace Vi.Math.FSharp

open System
open Vi.Math

/// Log densities of positions from parts that add their gradients.
[<RequireQualifiedAccess>]
module internal MarginalDensity =

    /// The sum of parts that all begin at the position's first coordinate.
    let ofParts (names: string[]) (parts: CoordinateDensity list) : LogDensity =
        let dimension = names.Length

        let evaluator () =
            let x: float[] = Array.zeroCreate dimension
            let slope: float[] = Array.zeroCreate dimension

            let evaluate () =
                Array.Clear slope
                parts |> List.sumBy (fun part -> part x 0 slope)

            { new IDensityEvaluator with
                member _.Dimension = dimension

                member _.Value position =
                    position.CopyTo(x.AsSpan())
                    evaluate ()

                member _.ValueAndGradient(position, gradient) =
                    position.CopyTo(x.AsSpan())
                    let value = evaluate ()
                    slope.AsSpan().CopyTo gradient
                    value

                member this.ValuesAndGradients(positions, values, gradients) =
                    for s in 0 .. values.Length - 1 do
                        let at = s * dimension

                        values[s] <-
                            this.ValueAndGradient(positions.Slice(at, dimension), gradients.Slice(at, dimension)) }

        { Dimension = dimension; CoordinateNames = names; Evaluator = evaluator }

    /// A model from the coordinates of its globals, the parts of its density and what is reported of pinned globals.
    let model
        (coordinates: Coordinates<'globals>)
        (parts: CoordinateDensity list)
        (names: string[])
        (values: 'globals -> Vec)
        : MarginalModel<'globals> =
        let toGlobals (position: Vec) = coordinates.ToFactor (position.ToArray()) 0

        { Density = ofParts coordinates.Names parts
          Names = names
          Values = toGlobals >> values
          OfGlobals = coordinates.OfFactor >> Vec.wrap
          ToGlobals = toGlobals
          LogFactors =
            fun q ->
                let density = coordinates.LogDensity q
                fun position -> density (position.ToArray()) 0 (Array.zeroCreate position.Length) }
