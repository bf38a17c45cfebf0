namespace Vi.Math.FSharp

open System
open Vi.Math

/// Where algorithms begin on a density that says nothing about where it lies.
[<RequireQualifiedAccess>]
module StartingPoints =

    /// Half the width of the box around the origin from which points are drawn, as in Stan.
    let private reach = 2.0

    /// Halvings of the box before a point is given up.
    let private attempts = 40

    /// The origin (D) as the first, then points uniform in a box around it; each drawn again from a smaller box while log p or its gradient
    /// is not finite there. Points for which none was found are left out.
    let around (density: IDensityEvaluator) (count: int) (rng: Rng) : struct (Vec[] * Rng) =
        let d = density.Dimension
        let gradient = Array.zeroCreate d

        let isGood (point: float[]) =
            Double.IsFinite(density.ValueAndGradient(ReadOnlySpan point, gradient.AsSpan()))
            && Array.forall Double.IsFinite gradient

        let rec find index halvings rng =
            if halvings = attempts then
                struct (ValueNone, rng)
            else
                let width = reach * 0.5 ** float halvings

                let struct (point, rng) =
                    if index = 0 && halvings = 0 then
                        struct (Array.zeroCreate d, rng)
                    else
                        Rng.array
                            d
                            (fun rng ->
                                let struct (u, rng) = Rng.uniform rng
                                struct (width * (2.0 * u - 1.0), rng))
                            rng

                if isGood point then
                    struct (ValueSome(Vec.wrap point), rng)
                else
                    find index (halvings + 1) rng

        let points = ResizeArray()
        let mutable current = rng

        for index in 0 .. count - 1 do
            let struct (point, next) = find index 0 current
            current <- next
            point |> ValueOption.iter points.Add

        struct (points.ToArray(), current)
