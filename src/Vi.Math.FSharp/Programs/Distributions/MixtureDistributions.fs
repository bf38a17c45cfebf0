namespace Vi.Math.FSharp

open System
open Vi.Math

/// Mixtures with the component summed out: p(x) = sum_k w_k p_k(x), each entry on its own.
[<RequireQualifiedAccess>]
module MixtureDistributions =

    let private requireWeights (weights: Expression) (count: int) =
        match weights.Shape with
        | Shape.Vector length when length = count -> ()
        | _ ->
            ProgramDistribution.refuse
                $"mixture: {count} components need a vector of {count} weights, not {weights.Describe()}"

    let private entriesOf (distribution: ProgramDistribution) =
        match distribution.Entrywise with
        | ValueSome entries -> entries
        | ValueNone -> ProgramDistribution.refuse $"mixture: {distribution.Family} is no distribution of single entries"

    let private drawComponent (weights: float[]) rng = Rng.index (ReadOnlySpan weights) rng

    /// log sum exp over components of rows (N x K) that hold the entries' log densities, under the value's shape.
    let private total (shape: Shape) (logs: Expression) = Expr.reshape shape (Expr.logSumExpRows logs)

    let private ofEntries family support shape accepts entries parameters draw : ProgramDistribution =
        { Family = family
          Support = support
          Shape = shape
          Accepts = accepts
          LogDensity = entries >> Expr.sum
          Entrywise = ValueSome entries
          Parameters = parameters
          Draw = draw }

    /// Components of one family, whose parameters are vectors with one entry a component (K) or numbers; weights (K) with sum 1.
    let mixture (weights: Expression) (components: ProgramDistribution) : ProgramDistribution =
        let count = weights.Shape.Size
        requireWeights weights count
        let entriesOfAll = entriesOf components
        let row = Shape.Vector count

        if not (components.Accepts row) then
            ProgramDistribution.refuse
                $"mixture: {components.Family} of {components.Shape} does not go together with {count} weights"

        let entries (x: Expression) =
            let logs = entriesOfAll (Expr.column (Expr.flatten x)) + Expr.log weights
            total x.Shape (Expr.fill (Shape.Matrix(x.Shape.Size, count)) logs)

        let draw (shape: Shape) (numbers: float[][]) rng =
            let values: float[] = Array.zeroCreate shape.Size
            let mutable current = rng

            for i in 0 .. values.Length - 1 do
                let struct (k, next) = drawComponent numbers[0] current
                let struct (all, next) = components.Draw row numbers[1..] next
                values[i] <- all[k]
                current <- next

            struct (values, current)

        ofEntries
            $"mixture of {components.Family}"
            components.Support
            Shape.Scalar
            (fun _ -> true)
            entries
            (fun _ -> weights :: components.Parameters row)
            draw

    /// Components of any families of single entries; weights (K) with sum 1.
    let mixtureOf (weights: Expression) (components: ProgramDistribution list) : ProgramDistribution =
        let count = components.Length
        requireWeights weights count
        let supports = components |> List.map (fun distribution -> distribution.Support) |> List.distinct

        let support =
            match supports with
            | [ one ] -> one
            | _ -> Domain.Real

        let parts = components |> List.map entriesOf

        let entries (x: Expression) =
            let rows = parts |> List.map (fun part -> Expr.fill x.Shape (part x))
            let logs = Expr.transpose (Expr.reshape (Shape.Matrix(count, x.Shape.Size)) (Expr.concatenate rows))
            total x.Shape (logs + Expr.log weights)

        let shape =
            components
            |> List.map (fun distribution -> distribution.Shape)
            |> List.maxBy (fun shape -> shape.Size)

        let draw (shape: Shape) (numbers: float[][]) rng =
            // Whole draws of every component, of which each entry takes one.
            let mutable current = rng
            let mutable next = 1

            let all =
                components
                |> List.map (fun distribution ->
                    let mine = distribution.Parameters shape |> List.length
                    let struct (values, rng) = distribution.Draw shape numbers[next .. next + mine - 1] current
                    next <- next + mine
                    current <- rng
                    values)
                |> Array.ofList

            let values =
                Array.init shape.Size (fun i ->
                    let struct (k, rng) = drawComponent numbers[0] current
                    current <- rng
                    all[k][i])

            struct (values, current)

        ofEntries
            "mixture"
            support
            shape
            (fun shape -> components |> List.forall (fun distribution -> distribution.Accepts shape))
            entries
            (fun shape -> weights :: (components |> List.collect (fun distribution -> distribution.Parameters shape)))
            draw
