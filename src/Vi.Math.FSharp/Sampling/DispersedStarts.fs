namespace Vi.Math.FSharp

open System
open Vi.Math

/// Where chains begin so that they differ where the posterior has several modes.
[<RequireQualifiedAccess>]
module DispersedStarts =

    /// Climbs from near the origin.
    let private climbs = 4

    /// Standard deviations of a mode by which starts are spread around it: beyond its bulk, and near enough to fall back to it.
    let private spread = 2.0

    /// Draws of which a start is one: fewer stratified draws would all lie at the same distance.
    let private stratum = 16

    /// Tries of a start before a mode itself is taken.
    let private mostTries = 20

    /// A point around a mode's mean at which log p and its gradient are finite.
    let private near (density: LogDensity) (part: MixturePart) (rng: Rng) : Vec =
        let gradient = Array.zeroCreate density.Dimension
        let evaluator = density.Evaluator()

        let isGood (x: Vec) =
            Double.IsFinite(evaluator.ValueAndGradient(x.AsSpan(), gradient.AsSpan()))
            && Array.forall Double.IsFinite gradient

        let rec search tried reach rng =
            let struct (draws, next) = part.Draw stratum rng
            let point = Vec.addScaled reach (Vec.subtract (Mat.row 0 draws) part.Mean) part.Mean

            if isGood point then point
            elif tried < mostTries then search (tried + 1) (0.5 * reach) next
            else part.Mean

        search 1 spread rng

    /// Coordinates up to which a Hessian gives the curvature of a mode.
    let private hessianUpTo = 64

    /// The highest end of climbs from near the origin with a normal of its curvature, all the ends, and what they took.
    let private highest (density: LogDensity) rng : struct (Variational voption * Vec[] * int) =
        let evaluator = density.Evaluator()
        let struct (points, _) = StartingPoints.around evaluator climbs rng
        let made = points |> Array.map (Lbfgs.climb ModeSearch.climbing evaluator)
        let arrived = made |> Array.filter (fun climb -> climb.End = Reached && climb.Path.Length > 1)
        let spent = made |> Array.sumBy _.Evaluations

        if arrived.Length = 0 then
            struct (ValueNone, [||], spent)
        else
            let top = arrived |> Array.minBy (fun climb -> climb.Last.Value)
            let ends = arrived |> Array.map (fun climb -> climb.Last.Position)

            if density.Dimension <= hessianUpTo then
                match Laplace.fromPoint density top.Last.Position with
                | ModeFound found -> struct (ValueSome found.Normal, ends, spent + found.Evaluations)
                | NoFiniteStart
                | NoMaximum _ -> struct (ValueNone, ends, spent)
            else
                let normal =
                    Pathfinder.normals 10 top.Path
                    |> Seq.tryLast
                    |> Option.map (fun (struct (_, normal)) ->
                        Variational.start
                            (MeanField.family density.Dimension)
                            top.Last.Position
                            (CurvatureNormal.standardDeviations normal))

                struct (Option.toValueOption normal, ends, spent)

    /// Points for so many chains, in turn around the modes that matter, the highest first, and what finding them took; none where the only such mode is that
    /// which climbs from near the origin find. Chains are expected to take so many evaluations of log p.
    let find (chains: int) (expected: float) (target: InferenceTarget) (rng: Rng) : struct (Vec[] * int) =
        let density = target.Density
        let struct (normal, ends, spent) = highest density (Rng.derive 0 rng)

        match normal with
        | ValueNone -> struct ([||], spent)
        | ValueSome normal ->
            let answer =
                ModeSearch.answer
                    density
                    (fun positions -> InferenceTarget.values positions target)
                    { Normal = normal; Part = MixturePart.ofNormal normal; Ends = ends; Evaluations = expected }
                    (Rng.derive 1 rng)

            let parts = answer.Separate
            let spent = spent + answer.Report.Evaluations

            if parts.Length < 2 && not answer.IsElsewhere then
                struct ([||], spent)
            else
                struct (Array.init chains (fun c -> near density parts[c % parts.Length] (Rng.derive (c + 2) rng)),
                        spent)
