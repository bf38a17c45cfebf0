namespace Vi.Math

/// Where a climb of log p ended.
[<NoComparison>]
type ModeEnd =
    {
        /// Position (D).
        Position: Vec
        /// log p there.
        LogDensity: float
    }

/// A mode that a fit's climbs found.
[<NoComparison>]
type FoundMode =
    {
        /// Position (D).
        Position: Vec
        /// log p there.
        LogDensity: float
        /// Its share of the probability and the standard error of it; not numbers where it was not weighed.
        Mass: float
        MassError: float
        /// How far its part's mean lies from the mean of what was fitted, in standard deviations of that, in the coordinate where it is farthest.
        Distance: float
        /// Whether it is the one that was fitted.
        IsFitted: bool
        /// Whether it is part of the answer.
        IsKept: bool
    }

/// What looking for modes next to a fit came to.
[<NoComparison>]
type ModeReport =
    {
        /// The modes, the one that was fitted first, then by log p.
        Modes: FoundMode[]
        /// Climbs that were made, and those that arrived.
        Climbs: int
        Arrived: int
        /// Modes that report the same as the fitted one: its images under a symmetry that no reported number sees.
        Images: int
        /// Share of the probability in modes that the answer leaves out; infinite where it could not be estimated.
        Omitted: float
        /// Gradients and values of log p that it took.
        Evaluations: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Which ends of climbs are one mode.
[<RequireQualifiedAccess>]
module Modes =

    /// Nats by which log p may dip along the straight line between two ends of one mode. A normal that is as wide as both then covers the dip with
    /// draws, so that its importance weights see both ends.
    let private allowedDip = 1.0

    /// Points of the line at which log p is looked at.
    let private linePoints = 15

    /// By how much log p falls along the straight line between two positions (D) below the lower of both, in nats.
    let dip (density: IDensityEvaluator) (a: ModeEnd) (b: ModeEnd) : float =
        let point: float[] = Array.zeroCreate a.Position.Length

        let valueAt share =
            for i in 0 .. point.Length - 1 do
                point[i] <- a.Position[i] + share * (b.Position[i] - a.Position[i])

            density.Value(ReadOnlySpan point)

        let lowest =
            Seq.init linePoints (fun i -> valueAt ((float i + 1.0) / (float linePoints + 1.0)))
            |> Seq.fold (fun least value -> if Double.IsNaN value then -infinity else min least value) infinity

        min a.LogDensity b.LogDensity - lowest

    /// Positions closer than this, in standard deviations of every coordinate, are the same up to the rest that a climb leaves.
    let private same = 1e-3

    /// Whether two ends are one mode: log p hardly dips between them. With standard deviations (D) of the coordinates ends that are all but the same
    /// need no look at log p.
    let areOne (density: IDensityEvaluator) (sds: Vec) (a: ModeEnd) (b: ModeEnd) : bool =
        let isSame i = abs (a.Position[i] - b.Position[i]) <= same * sds[i]
        Seq.forall isSame (seq { 0 .. sds.Length - 1 }) || dip density a b <= allowedDip

    /// The ends in groups, one for each mode, the highest group and the highest end of a group first. Neither the order of the ends nor an affine map
    /// of the coordinates changes the groups.
    let groups (density: IDensityEvaluator) (sds: Vec) (ends: ModeEnd[]) : ModeEnd[][] =
        let order (a: ModeEnd) (b: ModeEnd) =
            match compare b.LogDensity a.LogDensity with
            | 0 -> compare a.Position.Values b.Position.Values
            | order -> order

        let place (groups: ModeEnd list list) (next: ModeEnd) =
            let belongs (group: ModeEnd list) = areOne density sds (List.last group) next

            match List.tryFindIndex belongs groups with
            | Some at -> groups |> List.mapi (fun i group -> if i = at then next :: group else group)
            | None -> groups @ [ [ next ] ]

        ends
        |> Array.sortWith order
        |> Array.fold place []
        |> List.map (List.rev >> List.toArray)
        |> List.toArray
