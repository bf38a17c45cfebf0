namespace Vi.Math

/// Averages of an iterate over stretches of equal length, few of them however long the run: when there are 32, neighbours are merged.
type BatchMeans =
    {
        /// Average parameters (P) of each stretch, the oldest first.
        Means: Vec[]
        /// Average estimate of the bound over each stretch, in nats.
        Bounds: float[]
        /// Blocks that make a stretch.
        Blocks: int
        /// Average over the blocks that do not make a stretch yet; empty where there are none.
        Pending: Vec
        /// The bound's average over these.
        PendingBound: float
        /// Their number.
        PendingBlocks: int
    }

/// How far averages still move.
type Settling =
    {
        /// Average parameters (P) of the later half.
        Average: Vec
        /// The largest move of a coordinate's mean, in its standard deviations, or of the logarithm of its standard deviation, from the third
        /// to the last quarter; where the last moves go the same way, what is left of them when they shrink on in proportion, if that is
        /// more.
        Drift: float
        /// Change of the bound between these quarters, in nats.
        Gain: float
        /// Blocks of the two quarters together.
        Blocks: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Batch means.
[<RequireQualifiedAccess>]
module BatchMeans =

    let private most = 32

    /// None yet.
    let empty: BatchMeans =
        { Means = [||]
          Bounds = [||]
          Blocks = 1
          Pending = Vec.zero 0
          PendingBound = 0.0
          PendingBlocks = 0 }

    let private middle (a: Vec) (b: Vec) = Vec.map2 (fun x y -> 0.5 * (x + y)) a b

    /// One more block with its averages.
    let add (mean: Vec) (bound: float) (batches: BatchMeans) : BatchMeans =
        let count = batches.PendingBlocks + 1
        let share = 1.0 / float count

        let pending =
            if count = 1 then
                mean
            else
                Vec.map2 (fun old fresh -> old + share * (fresh - old)) batches.Pending mean

        let pendingBound = batches.PendingBound + share * (bound - batches.PendingBound)

        if count < batches.Blocks then
            { batches with Pending = pending; PendingBound = pendingBound; PendingBlocks = count }
        else
            let means = Array.append batches.Means [| pending |]
            let bounds = Array.append batches.Bounds [| pendingBound |]
            let merged = means.Length = most

            { Means =
                if merged then
                    means |> Array.chunkBySize 2 |> Array.map (fun pair -> middle pair[0] pair[1])
                else
                    means
              Bounds =
                if merged then
                    bounds |> Array.chunkBySize 2 |> Array.map Array.average
                else
                    bounds
              Blocks = if merged then 2 * batches.Blocks else batches.Blocks
              Pending = Vec.zero 0
              PendingBound = 0.0
              PendingBlocks = 0 }

    let private average (means: Vec[]) =
        let sum = Array.zeroCreate means[0].Length

        for mean in means do
            LinearAlgebra.AddScaled(1.0 / float means.Length, mean.AsSpan(), sum.AsSpan())

        Vec.wrap sum

    /// Moves from one member of a family to another: of each mean in standard deviations of the second, then of the logarithm of each
    /// standard deviation (2 D).
    let moves (family: VariationalFamily) (a: Vec) (b: Vec) : float[] =
        let d = family.Dimension
        let sds (theta: Vec) = (Variational.standardDeviations { Family = family; Parameters = theta }).Values
        let sdA = sds a
        let sdB = sds b

        Array.init (2 * d) (fun i -> if i < d then (b[i] - a[i]) / sdB[i] else log (sdB[i - d] / sdA[i - d]))

    /// The largest of these moves; infinite where one is not a number.
    let distance family a b =
        moves family a b
        |> Array.fold (fun most move -> if Double.IsNaN move then infinity else max most (abs move)) 0.0

    /// The cosine from which on two moves count as going the same way. Noise about a standstill has -1/2: the average between them enters
    /// both with opposite sign.
    let private sameWay = 0.5

    /// How far the averages still move; nothing before eight stretches.
    let settling (family: VariationalFamily) (batches: BatchMeans) : Settling voption =
        let count = batches.Means.Length

        if count < 8 then
            ValueNone
        else
            let quarter = count / 4

            let part k = average (Array.sub batches.Means (count - (k + 1) * quarter) quarter)

            let bound k = Array.average (Array.sub batches.Bounds (count - (k + 1) * quarter) quarter)
            let last, third, second = part 0, part 1, part 2
            let before = moves family second third
            let now = moves family third last
            let inner a b = Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b
            let drift = distance family third last
            let along = inner before now

            let drift =
                if along > sameWay * sqrt (inner before before * inner now now) then
                    let ratio = along / inner before before
                    if ratio < 1.0 then drift * max 1.0 (ratio / (1.0 - ratio)) else infinity
                else
                    drift

            ValueSome
                { Average = middle third last
                  Drift = drift
                  Gain = bound 0 - bound 1
                  Blocks = 2 * quarter * batches.Blocks }
