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

    /// The mean of vectors of one length, of which there must be one.
    let internal mean (means: Vec[]) =
        let sum = Array.zeroCreate means[0].Length

        for mean in means do
            LinearAlgebra.AddScaled(1.0 / float means.Length, mean.AsSpan(), sum.AsSpan())

        Vec.wrap sum

    let private spreads (evaluator: IFamilyEvaluator) (dimension: int) (theta: Vec) : float[] =
        let sds = Array.zeroCreate dimension
        evaluator.Load(theta.AsSpan())
        evaluator.StandardDeviations(sds.AsSpan())
        sds

    /// Moves from a to b with their standard deviations: of each mean in standard deviations of b, then of the logarithm of each standard
    /// deviation (2 D).
    let private moves (a: Vec) (sdA: float[]) (b: Vec) (sdB: float[]) : float[] =
        let d = sdA.Length

        Array.init (2 * d) (fun i -> if i < d then (b[i] - a[i]) / sdB[i] else log (sdB[i - d] / sdA[i - d]))

    let private largest (moves: float[]) =
        moves
        |> Array.fold (fun most move -> if Double.IsNaN move then infinity else max most (abs move)) 0.0

    /// How far apart two members of a family are (parameters P each): the largest difference of a coordinate's mean, in standard deviations of
    /// the second, or of the logarithm of its standard deviation; infinite where one is not a number.
    let distance (family: VariationalFamily) (a: Vec) (b: Vec) =
        let evaluator = family.Evaluator()
        let spread = spreads evaluator family.Dimension
        largest (moves a (spread a) b (spread b))

    /// The cosine from which on two moves count as going the same way. Noise about a standstill has -1/2: the average between them enters
    /// both with opposite sign.
    let private sameWay = 0.5

    /// Averages over the last quarter of the stretches (k = 0), the one before it, and so on.
    let private quarter (batches: BatchMeans) k =
        let length = batches.Means.Length / 4
        mean (Array.sub batches.Means (batches.Means.Length - (k + 1) * length) length)

    /// Average parameters (P) of the later half; nothing before eight stretches.
    let average (batches: BatchMeans) : Vec voption =
        if batches.Means.Length < 8 then
            ValueNone
        else
            ValueSome(middle (quarter batches 1) (quarter batches 0))

    /// How far the averages still move; nothing before eight stretches.
    let settling (family: VariationalFamily) (batches: BatchMeans) : Settling voption =
        let count = batches.Means.Length

        if count < 8 then
            ValueNone
        else
            let length = count / 4
            let bound k = Array.average (Array.sub batches.Bounds (count - (k + 1) * length) length)
            let last, third, second = quarter batches 0, quarter batches 1, quarter batches 2
            let evaluator = family.Evaluator()
            let spread = spreads evaluator family.Dimension
            let sdLast, sdThird, sdSecond = spread last, spread third, spread second
            let before = moves second sdSecond third sdThird
            let now = moves third sdThird last sdLast
            let inner a b = Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b
            let drift = largest now
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
                  Blocks = 2 * length * batches.Blocks }
