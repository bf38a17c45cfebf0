namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp

/// Slips that the plain sampler can be made with.
type NoUTurnSlip =
    /// None: the sampler as it should be.
    | NoSlip
    /// All points of a trajectory weigh the same.
    | UniformWeights
    /// The second half of the push is left out of each step.
    | HalfAPush
    /// The U-turn is judged by momenta as if the mass were 1.
    | TurnWithoutMetric
    /// Subtrees are judged by their ends only.
    | NoChecksAcross
    /// Subtrees that turn back within themselves are not seen.
    | NoChecksWithin
    /// The newest half is taken whenever it is valid.
    | AlwaysTakeNewest

/// The no-U-turn sampler from the textbook: lists of points, unwhitened momenta, the mass matrix written out. It draws its random numbers in the
/// same order as the fast one, so that both must make the same transition.
[<RequireQualifiedAccess>]
module PlainNoUTurn =

    type private Point = { Q: Vec; P: Vec; G: Vec; Value: float }

    /// M^-1 p = S S' p.
    let private velocity metric (p: Vec) = Metric.velocity metric (Metric.slope metric p)

    /// p = S'^-1 z.
    let private unwhiten (metric: Metric) (z: Vec) =
        match metric with
        | Diagonal scales -> Vec.map2 (/) z scales
        | Dense factor -> Chol.solveUpper factor z

    /// One transition.
    let transition
        (slip: NoUTurnSlip)
        (maxDepth: int)
        (density: LogDensity)
        (metric: Metric)
        (stepSize: float)
        (position: Vec)
        (start: Rng)
        : struct (Draw * Rng) =
        let inverseMass = if slip = TurnWithoutMetric then id else velocity metric
        let struct (z, afterMomentum) = HamiltonianChain.momentum density.Dimension start
        let mutable rng = afterMomentum

        let uniform () =
            let struct (u, next) = Rng.uniform rng
            rng <- next
            u

        let at q p =
            let struct (value, gradient) = LogDensity.at density q
            { Q = q; P = p; G = gradient; Value = value }

        let energy point =
            let total = 0.5 * Vec.dot point.P (velocity metric point.P) - point.Value
            if Double.IsNaN total then infinity else total

        let leapfrog step point =
            let half = Vec.addScaled (0.5 * step) point.G point.P
            let moved = at (Vec.addScaled step (velocity metric half) point.Q) half

            if slip = HalfAPush then
                moved
            else
                { moved with P = Vec.addScaled (0.5 * step) moved.G half }

        let sum (points: Point list) = points |> List.map (fun point -> point.P) |> List.reduce Vec.add
        let ahead rho point = Vec.dot rho (inverseMass point.P) > 0.0

        /// Whether a list of 2^k points, in order, goes on as a whole and across its halves.
        let goesOn (points: Point list) =
            let first, last = List.head points, List.last points
            let half = points.Length / 2
            let left, right = List.splitAt half points
            let whole = sum points
            let within = ahead whole first && ahead whole last

            if slip = NoChecksAcross then
                within
            else
                let leftAndNext = Vec.add (sum left) (List.head right).P
                let rightAndNext = Vec.add (sum right) (List.last left).P

                within
                && ahead leftAndNext first
                && ahead leftAndNext (List.head right)
                && ahead rightAndNext (List.last left)
                && ahead rightAndNext last

        let initial = at position (unwhiten metric z)
        let initialEnergy = energy initial
        let mutable leapfrogs = 0
        let mutable acceptance = 0.0
        let mutable divergence = ValueNone

        // Points of a subtree in the order they were made, or nothing; the candidate and the log of the weight so far are threaded.
        let rec build depth step from (candidate, logWeight) =
            if depth = 0 then
                let point = leapfrog step from
                let weight = initialEnergy - energy point
                leapfrogs <- leapfrogs + 1
                acceptance <- acceptance + min 1.0 (exp weight)

                if not (weight >= -1000.0) then
                    divergence <- ValueSome from.Q
                    None
                else
                    let weight = if slip = UniformWeights then 0.0 else weight
                    let total = log (exp logWeight + exp weight)
                    let chosen = if log (uniform ()) < weight - total then Some point else candidate
                    Some([ point ], (chosen, total))
            else
                match build (depth - 1) step from (candidate, logWeight) with
                | None -> None
                | Some(first, soFar) ->
                    match build (depth - 1) step (List.last first) soFar with
                    | None -> None
                    | Some(second, soFar) ->
                        let all = first @ second
                        if slip = NoChecksWithin || goesOn all then Some(all, soFar) else None

        let rec grow depth (points: Point list) (selected: Point) logWeight =
            if depth >= maxDepth then
                struct (depth, selected)
            else
                let struct (bits, next) = Rng.bits rng
                rng <- next
                let forward = (bits >>> 63) = 1UL
                let from = if forward then List.last points else List.head points

                match build depth (if forward then stepSize else -stepSize) from (None, -infinity) with
                | None -> struct (depth, selected)
                | Some(subtree, (candidate, weight)) ->
                    let takesNew = log (uniform ()) < weight - logWeight || slip = AlwaysTakeNewest
                    let selected = if takesNew then Option.get candidate else selected
                    let all = if forward then points @ subtree else List.rev subtree @ points
                    let total = log (exp logWeight + exp weight)

                    if goesOn all then
                        grow (depth + 1) all selected total
                    else
                        struct (depth + 1, selected)

        let struct (depth, selected) = grow 0 [ initial ] initial 0.0

        struct ({ Position = selected.Q
                  LogDensity = selected.Value
                  Energy = energy selected
                  AcceptanceRate = acceptance / float leapfrogs
                  StepSize = stepSize
                  TreeDepth = depth
                  LeapfrogSteps = leapfrogs
                  Divergence = divergence
                  IsWarmUp = false },
                rng)
