namespace Vi.Math

/// What modes are looked for next to: a fit, or what a sampler is to start from.
[<NoComparison; NoEquality>]
type ModeBase =
    {
        /// The normal from whose mean, along whose directions, climbs begin.
        Normal: Variational
        /// The whole fit, a mixture among others.
        Part: MixturePart
        /// Ends of climbs that are known already (D each).
        Ends: Vec[]
        /// Gradients and values of log p that the fit took.
        Evaluations: float
    }

/// What climbs next to a fit came to.
[<NoComparison; NoEquality>]
type ModeClimbs =
    {
        /// Climbs, and those that ended where no step promises more.
        Made: int
        /// The ends, the one of the climb from the fit's mean apart: nothing where it did not arrive.
        Own: ModeEnd voption
        Arrived: ModeEnd[]
        Evaluations: int
    }

/// A mode next to the fitted one with its local fit.
[<NoComparison; NoEquality>]
type OtherMode = { End: ModeEnd; Part: MixturePart }

/// The modes of a fit and what to answer.
[<NoComparison; NoEquality>]
type ModeAnswer =
    {
        Report: ModeReport
        /// The mixture of local fits that takes the fit's place; nothing where the fit has all that matters.
        Stacked: MixturePart voption
        /// The local fits of all modes that may matter, whether they could be weighed or not.
        Separate: MixturePart[]
        /// Whether the fit itself is none of them.
        IsElsewhere: bool
        /// The local fits of the other modes that matter with their masses, where these are known.
        Others: (MixturePart * float)[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Looks for modes that a fit has not seen, weighs them, and stacks them where they matter (Yao, Vehtari and Gelman 2022, "Stacking for
/// non-mixing Bayesian computations", with importance sampling's weights in the place of predictive ones).
[<RequireQualifiedAccess>]
module ModeSearch =

    /// How far from the fit's mean climbs begin, in its standard deviations, in an order that covers near and far early, as the budget may end in
    /// between. Far out the widest mode takes all climbs; most pairs of modes are told apart from where both are near.
    let private reaches = [| 8.0; 4.0; 16.0; 2.0; 32.0; 128.0; 5.7; 11.3; 22.6; 64.0; 256.0; 512.0 |]

    /// Times that all distances are taken in new directions; once on a line, which has only two.
    let private rounds = 4

    /// Directions along which log p is scanned for tops that no climb from far around would find, and the ratio of the distances that are looked at.
    let private scans = 3

    let private scanRatio = 1.15

    /// Evaluations that a search may take at least, and as a share of the fit's.
    let private leastBudget = 1500

    let private shareOfFit = 0.1

    /// Share of the budget that climbs may take: the rest is for local fits at their ends.
    let private shareOfClimbs = 0.67

    /// Evaluations that a local fit may take at least, whatever climbs have left.
    let private leastForFit = 500

    /// Iterations of one climb. One that needs more has no mode nearby.
    let private mostIterations = 300

    /// How climbs that look for modes go.
    let climbing = { Lbfgs.defaults with MaxIterations = mostIterations; Tolerance = 1e-6 }

    /// Nats that a Newton step may still promise where a climb has arrived: a move by a thousandth of a standard deviation.
    let private atRest = 5e-7

    /// Modes beyond the highest so many are not weighed.
    let private mostModes = 12

    /// Draws of each part that weigh the modes.
    let private weighingDraws = 1000

    /// Shares of the probability, or of the variance, below which a mode does not matter: it moves no mean by more than a tenth of a standard deviation
    /// and no standard deviation by more than half a percent.
    let private matters = 0.01

    /// The share from which a mode may matter where weights are not to be relied on: they may be wrong by a factor of a hundred.
    let private mayMatter = 1e-4

    let private endOf (climb: LbfgsResult) : ModeEnd voption =
        if (climb.End = Reached || climb.End = NoLower) && Double.IsFinite climb.Last.Value then
            ValueSome { Position = climb.Last.Position; LogDensity = -climb.Last.Value }
        else
            ValueNone

    /// A direction of unit length to a coordinate: along the normal's own axes, or along the coordinates in its standard deviations, as another mode
    /// need not be correlated as this one is.
    let private direction (normal: Variational) isOwn (rng: Rng) : Vec =
        let unit (noise: Mat) =
            let size = sqrt (Array.sumBy (fun z -> z * z) noise.Values / float noise.Columns)
            Mat.scale (1.0 / size) noise

        if isOwn then
            let struct (noise, _) = Variational.noise 1 normal rng
            Vec.subtract (Mat.row 0 (Variational.transform normal (unit noise))) (Variational.mean normal)
        else
            let d = normal.Family.Dimension
            let struct (noise, _) = Rng.array d Rng.normal rng
            Vec.map2 (*) (Variational.standardDeviations normal) (Mat.row 0 (unit (Mat.wrap 1 d noise)))

    /// Points in mirrored pairs about the normal's mean.
    let private dispersed (normal: Variational) (rng: Rng) : Vec seq =
        let mean = Variational.mean normal

        seq {
            for round in 0 .. (if mean.Length = 1 then 0 else rounds - 1) do
                for i, reach in Array.indexed reaches do
                    let away = direction normal (round % 2 = 0) (Rng.derive (round * reaches.Length + i) rng)
                    Vec.addScaled reach away mean
                    Vec.addScaled -reach away mean
        }

    /// Points of straight lines through the normal's mean, about its standard deviations, at which log p is higher than at their neighbours, the
    /// bulk of the normal left out; and how many points were looked at.
    let private tops (evaluator: IDensityEvaluator) (normal: Variational) (rng: Rng) : struct (Vec[] * int) =
        let mean = Variational.mean normal
        let nearest, farthest = Array.min reaches, Array.max reaches
        let steps = int (ceil (log (farthest / nearest) / log scanRatio))
        let lines = min scans mean.Length

        let found =
            [| for line in 0 .. lines - 1 do
                   let away = direction normal true (Rng.derive line rng)

                   for side in [ -1.0; 1.0 ] do
                       let points =
                           Array.init (steps + 1) (fun i ->
                               Vec.addScaled (side * nearest * scanRatio ** float i) away mean)

                       let values = points |> Array.map (fun point -> evaluator.Value(point.AsSpan()))

                       for i in 1 .. steps - 1 do
                           if values[i] > values[i - 1] && values[i] >= values[i + 1] then
                               points[i] |]

        struct (found, 2 * lines * (steps + 1))

    /// The climbs from a fit's mean, from known ends and from points far around, as far as the budget goes.
    let climb (density: LogDensity) (budget: int) (fit: ModeBase) (rng: Rng) : ModeClimbs =
        let evaluator = density.Evaluator()
        let own = Lbfgs.climb climbing evaluator (Variational.mean fit.Normal)

        let folder (spent, made, ends) start =
            if spent >= budget then
                (spent, made, ends)
            else
                let climb = Lbfgs.climb climbing evaluator start
                (spent + climb.Evaluations, made + 1, endOf climb :: ends)

        let struct (tops, looked) = tops evaluator fit.Normal (Rng.derive 0 rng)

        let spent, made, ends =
            Seq.concat [ fit.Ends :> Vec seq; tops; dispersed fit.Normal (Rng.derive 1 rng) ]
            |> Seq.fold folder (own.Evaluations + looked, 1, [])

        { Made = made
          Own = endOf own
          Arrived = ends |> List.rev |> List.toArray |> Array.choose ValueOption.toOption
          Evaluations = spent }

    /// Numbers that are reported at positions (S x D) as rows.
    type private Reported = Mat -> Mat

    /// Whether two positions report the same, in the standard deviations that the numbers have under the fit.
    let private areImages (reported: Reported) (fit: ModeBase) rng (a: ModeEnd) : ModeEnd -> bool =
        let struct (draws, _) = fit.Part.Draw 64 rng
        let values = reported draws

        let scale =
            Array.init values.Columns (fun j ->
                let column = (Mat.column j values).ToArray() |> Array.filter Double.IsFinite
                if column.Length < 2 then 0.0 else Sample.sd (Vec.wrap column))

        let at (x: ModeEnd) = Mat.row 0 (reported (Mat.wrap 1 x.Position.Length (x.Position.ToArray())))
        let known = at a

        fun b ->
            let found = at b

            abs (a.LogDensity - b.LogDensity) <= 0.01
            && Seq.forall
                (fun j -> abs (found[j] - known[j]) <= 0.05 * scale[j] + 1e-9 * abs known[j])
                (seq { 0 .. scale.Length - 1 })

    /// The local fit at the end of a climb: by the Hessian where the budget has room for it, otherwise by the curvature that the climb saw. Nothing
    /// where the end is no mode. Gives the evaluations it took.
    let private local (density: LogDensity) room (at: ModeEnd) : struct (OtherMode voption * int) =
        let d = density.Dimension

        if 16 * d + 10 <= room then
            match Laplace.fromPoint density at.Position with
            | ModeFound found when found.Decrement <= atRest ->
                struct (ValueSome
                            { End = { Position = Variational.mean found.Normal; LogDensity = found.LogDensity }
                              Part = MixturePart.ofNormal found.Normal },
                        found.Evaluations)
            | ModeFound found -> struct (ValueNone, found.Evaluations)
            | NoFiniteStart
            | NoMaximum _ -> struct (ValueNone, 4 * d + 1)
        else
            // A few steps away from the end and back show the curvature.
            let sds = Vec.map (fun x -> 1e-3 * (1.0 + abs x)) at.Position
            let start = Vec.add at.Position sds
            let climb = Lbfgs.climb { climbing with Memory = 20 } (density.Evaluator()) start

            match
                endOf climb,
                (if climb.Path.Length > 1 then
                     Seq.tryLast (Pathfinder.normals 20 climb.Path)
                 else
                     None)
            with
            | ValueSome found, Some(struct (_, normal)) ->
                struct (ValueSome { End = found; Part = MixturePart.ofCurvature normal }, climb.Evaluations)
            | _ -> struct (ValueNone, climb.Evaluations)

    /// Modes other than the fitted one, with their local fits; and how many report the same as the fitted one.
    let private others (density: LogDensity) (reported: Reported) budget (fit: ModeBase) (climbs: ModeClimbs) rng =
        let evaluator = density.Evaluator()
        let sds = fit.Part.StandardDeviations
        let isOwn end' = climbs.Own |> ValueOption.exists (fun own -> Modes.areOne evaluator sds own end')

        let isImage =
            match climbs.Own with
            | ValueSome own -> areImages reported fit rng own
            | ValueNone -> fun _ -> false

        let isElsewhere (at: ModeEnd) = not (isOwn at)

        let heads =
            climbs.Arrived |> Array.filter isElsewhere |> Modes.groups evaluator sds |> Array.map Array.head

        let folder (spent, images, found: OtherMode list) (head: ModeEnd) =
            if isImage head then
                (spent, images + 1, found)
            elif found.Length >= mostModes then
                (spent, images, found)
            else
                let struct (mode, took) = local density (max leastForFit (budget - spent)) head
                let spent = spent + took

                match mode with
                | ValueSome mode when
                    isElsewhere mode.End
                    && found |> List.forall (fun other -> not (Modes.areOne evaluator sds other.End mode.End))
                    ->
                    if isImage mode.End then
                        (spent, images + 1, found)
                    else
                        (spent, images, mode :: found)
                | _ -> (spent, images, found)

        let spent, images, found = Array.fold folder (climbs.Evaluations, 0, []) heads
        struct (found |> List.rev |> List.toArray, images, spent)

    /// How far the mean of a part lies from that of another, in the other's standard deviations, in the coordinate where it is farthest.
    let private distance (mean: Vec) (sds: Vec) (part: MixturePart) =
        Seq.init mean.Length (fun c -> abs (part.Mean[c] - mean[c]) / sds[c]) |> Seq.max

    let private single (fit: ModeBase) (climbs: ModeClimbs) images spent : ModeAnswer =
        { Report =
            { Modes =
                [| match climbs.Own with
                   | ValueSome own ->
                       { Position = own.Position
                         LogDensity = own.LogDensity
                         Mass = 1.0
                         MassError = 0.0
                         Distance =
                           distance fit.Part.Mean fit.Part.StandardDeviations { fit.Part with Mean = own.Position }
                         IsFitted = true
                         IsKept = true }
                   | ValueNone -> () |]
              Climbs = climbs.Made
              Arrived = climbs.Arrived.Length + (if climbs.Own.IsSome then 1 else 0)
              Images = images
              Omitted = 0.0
              Evaluations = spent }
          Stacked = ValueNone
          Separate = [| fit.Part |]
          IsElsewhere = false
          Others = [||] }

    /// Weighs the fit against the other modes' local fits, once more with these fits refined where the first weights cannot be relied on.
    let private weighed density (fit: ModeBase) (found: OtherMode[]) rng =
        let parts = Array.append [| fit.Part |] (found |> Array.map _.Part)
        let first = MixturePart.weigh density weighingDraws parts (Rng.derive 0 rng)

        if first.IsKnown then
            struct (parts, first)
        else
            let better =
                parts
                |> Array.mapi (fun k part ->
                    if k = 0 then
                        part
                    else
                        MixturePart.refined first k |> ValueOption.defaultValue part)

            struct (better, MixturePart.weigh density weighingDraws better (Rng.derive 1 rng))

    /// The modes of a fit with reported numbers (S x Q at S x D), and what to answer.
    let answer (density: LogDensity) (reported: Mat -> Mat) (fit: ModeBase) (rng: Rng) : ModeAnswer =
        let budget = max leastBudget (int (shareOfFit * fit.Evaluations))
        let climbs = climb density (int (shareOfClimbs * float budget)) fit (Rng.derive 0 rng)
        let struct (found, images, spent) = others density reported budget fit climbs (Rng.derive 1 rng)

        if found.Length = 0 then
            single fit climbs images spent
        else
            let struct (parts, weights) = weighed density fit found (Rng.derive 2 rng)
            let evidence = weights.Evidence

            // No narrower than the narrowest part, whatever a few draws with all the weight say.
            let sds =
                evidence.StandardDeviations
                |> Vec.mapi (fun c sd -> max sd (parts |> Seq.map (fun part -> part.StandardDeviations[c]) |> Seq.min))

            /// A part's share of the probability, or of the whole's variance where that is more.
            let weight k = weights.Masses[k] * (max 1.0 (distance evidence.Mean sds parts[k])) ** 2.0

            let border = if weights.IsKnown then matters else mayMatter
            let kept = Array.init parts.Length (fun k -> not (weight k < border))
            let left = Seq.sum (Seq.init parts.Length (fun k -> if kept[k] then 0.0 else weights.Masses[k]))
            let isOther = Array.exists id kept[1..]

            let mode k =
                let at = if k = 0 then ValueOption.toOption climbs.Own else Some found[k - 1].End

                { Position = at |> Option.map _.Position |> Option.defaultValue fit.Part.Mean
                  LogDensity = at |> Option.map _.LogDensity |> Option.defaultValue nan
                  Mass = if weights.IsKnown then weights.Masses[k] else nan
                  MassError = if weights.IsKnown then weights.Errors[k] else nan
                  Distance = distance fit.Part.Mean fit.Part.StandardDeviations parts[k]
                  IsFitted = (k = 0)
                  IsKept = if weights.IsKnown then kept[k] else (k = 0) }

            { Report =
                { Modes = Array.init parts.Length mode
                  Climbs = climbs.Made
                  Arrived = climbs.Arrived.Length + (if climbs.Own.IsSome then 1 else 0)
                  Images = images
                  Omitted =
                    if weights.IsKnown then left
                    elif isOther then infinity
                    else 1.0 - weights.Masses[0]
                  Evaluations = spent + weights.Draws.Rows }
              Separate = parts |> Array.indexed |> Array.filter (fun (k, _) -> kept[k]) |> Array.map snd
              IsElsewhere = not kept[0]
              Others =
                [| for k in 1 .. parts.Length - 1 do
                       if weights.IsKnown && kept[k] then
                           parts[k], weights.Masses[k] |]
              Stacked =
                if weights.IsKnown && isOther then
                    let chosen = [| 0 .. parts.Length - 1 |] |> Array.filter (fun k -> kept[k])
                    let total = chosen |> Array.sumBy (fun k -> weights.Masses[k])

                    ValueSome(
                        MixturePart.mixture
                            (chosen |> Array.map (fun k -> weights.Masses[k] / total))
                            (chosen |> Array.map (fun k -> parts[k]))
                    )
                else
                    ValueNone }
