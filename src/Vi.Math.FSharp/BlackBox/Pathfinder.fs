namespace Vi.Math

/// How Pathfinder runs.
type PathfinderOptions =
    {
        /// Paths from different starting points, at least 1.
        Paths: int
        /// Draws from each path's best normal, at least 2.
        DrawsPerPath: int
        /// Draws that judge each normal of a path.
        ElboDraws: int
        /// Pairs of steps and gradient differences kept.
        Memory: int
        /// Most steps of a path.
        MaxIterations: int
    }

/// What one path found.
[<NoComparison>]
type PathfinderPath =
    {
        /// The normal with the highest estimated bound.
        Best: CurvatureNormal
        /// That estimate, in nats.
        Elbo: float
        /// The step of the path at which it stands, from 1.
        Iteration: int
        /// Steps of the path.
        Iterations: int
        /// The path's last point: a mode, or where climbing ended.
        End: Vec
        /// log p there.
        EndLogDensity: float
        /// Draws from the best normal (S x D).
        Draws: Mat
        /// log p at the draws (S).
        LogDensities: Vec
    }

/// What all paths found: draws from the equal mixture of their normals, with importance weights.
[<NoComparison>]
type PathfinderResult =
    {
        /// The paths that found a normal, in order of their starts.
        Paths: PathfinderPath[]
        /// Paths that found none: no start with finite density, or no step.
        Failed: int
        /// All draws (S x D).
        Draws: Mat
        /// log p at the draws (S).
        LogDensities: Vec
        /// log density of the mixture at the draws (S).
        LogApproximation: Vec
        /// Evaluations of log p.
        Evaluations: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Pathfinder (Zhang, Carpenter, Gelman and Vehtari 2022): L-BFGS climbs log p; each of its points gives a normal by the curvature seen so
/// far; the one with the highest estimated bound is kept. Draws of several paths are weighted against the mixture of their normals
/// (deterministic mixture weights, Owen and Zhou 2000), so that a mode found by one path only gets its share.
[<RequireQualifiedAccess>]
module Pathfinder =

    /// Four paths, 250 draws each, judged by 16 draws, memory 6, 1000 steps.
    let defaults = { Paths = 4; DrawsPerPath = 250; ElboDraws = 16; Memory = 6; MaxIterations = 1000 }

    /// The normals along a path with their steps' numbers.
    let internal normals (memory: int) (path: LbfgsPoint[]) : struct (int * CurvatureNormal) seq =
        seq {
            let d = path[0].Position.Length
            let mutable diagonal = Array.create d 1.0
            let mutable pairs: struct (float[] * float[])[] = [||]

            for l in 1 .. path.Length - 1 do
                let s = (Vec.subtract path[l].Position path[l - 1].Position).Values
                let y = (Vec.subtract path[l].Gradient path[l - 1].Gradient).Values
                let sy = Array.sum (Array.map2 (*) s y)
                let yy = Array.sumBy (fun v -> v * v) y

                // A pair with hardly any curvature along it would make the normal as good as improper.
                if sy > 0.0 && yy < 1e12 * sy then
                    diagonal <- CurvatureNormal.nextDiagonal diagonal s y
                    pairs <- Array.append pairs [| struct (s, y) |]
                    pairs <- Array.skip (max 0 (pairs.Length - memory)) pairs

                match CurvatureNormal.tryCreate path[l].Position (Vec.scale -1.0 path[l].Gradient) diagonal pairs with
                | ValueSome normal when Vec.isFinite normal.Mean -> struct (l, normal)
                | _ -> ()
        }

    let private logDensities (density: IDensityEvaluator) (draws: Mat) =
        Vec.init draws.Rows (fun s -> density.Value(draws.AsSpan().Slice(s * draws.Columns, draws.Columns)))

    /// Mean of log p - log q over draws; minus infinity where it is not finite.
    let private elbo density (normal: CurvatureNormal) (noise: Mat) =
        let values = logDensities density (CurvatureNormal.transform normal noise)
        let mean = Sample.mean values - CurvatureNormal.meanLogDensity normal noise
        if Double.IsFinite mean then mean else Double.NegativeInfinity

    let private standardNormal rows columns rng =
        let values = Array.zeroCreate (rows * columns)
        let rng = Rng.fillNormal (values.AsSpan()) rng
        struct (Mat.wrap rows columns values, rng)

    /// One path from a starting point (D), and its evaluations of log p; nothing where no step of it gives a proper normal at which log p
    /// is finite.
    let path
        (options: PathfinderOptions)
        (density: IDensityEvaluator)
        (start: Vec)
        (rng: Rng)
        : struct (PathfinderPath voption * int) =
        let d = start.Length

        let climb =
            Lbfgs.climb
                { Lbfgs.defaults with
                    Memory = options.Memory
                    MaxIterations = options.MaxIterations
                    Tolerance = 1e-8 }
                density
                start

        let struct (noise, rng) = standardNormal options.ElboDraws d rng

        let found =
            normals options.Memory climb.Path
            |> Seq.map (fun (struct (l, normal)) -> struct (elbo density normal noise, l, normal))
            |> Seq.toArray

        let evaluations = climb.Evaluations + found.Length * options.ElboDraws
        let good = found |> Array.filter (fun (struct (elbo, _, _)) -> Double.IsFinite elbo)

        if good.Length = 0 then
            struct (ValueNone, evaluations)
        else
            let struct (elbo, l, best) = good |> Array.maxBy (fun (struct (elbo, _, _)) -> elbo)
            let struct (noise, _) = standardNormal options.DrawsPerPath d rng
            let draws = CurvatureNormal.transform best noise

            struct (ValueSome
                        { Best = best
                          Elbo = elbo
                          Iteration = l
                          Iterations = climb.Path.Length - 1
                          End = climb.Last.Position
                          EndLogDensity = -climb.Last.Value
                          Draws = draws
                          LogDensities = logDensities density draws },
                    evaluations + draws.Rows)

    /// log of the equal mixture's density at each draw.
    let private mixture (normals: CurvatureNormal[]) (draws: Mat) =
        Vec.init draws.Rows (fun s ->
            let x = Mat.row s draws
            let logs = normals |> Array.map (fun normal -> CurvatureNormal.logDensity normal x)
            Special.logSumExp (ReadOnlySpan logs) - log (float normals.Length))

    /// All paths, from given starting points.
    let fromPoints (options: PathfinderOptions) (density: LogDensity) (starts: Vec[]) (rng: Rng) : PathfinderResult =
        let evaluator = density.Evaluator()
        let found = starts |> Array.mapi (fun i start -> path options evaluator start (Rng.derive i rng))
        let paths = found |> Array.choose (fun (struct (path, _)) -> ValueOption.toOption path)
        let draws = Mat.ofRows (paths |> Seq.collect (fun path -> path.Draws.ToRows()))

        { Paths = paths
          Failed = options.Paths - paths.Length
          Draws = draws
          LogDensities = Vec.ofSeq (paths |> Seq.collect (fun path -> path.LogDensities.Values))
          LogApproximation = mixture (paths |> Array.map (fun path -> path.Best)) draws
          Evaluations = found |> Array.sumBy (fun (struct (_, evaluations)) -> evaluations) }

    /// All paths, the first from the origin, the others from points around it.
    let run (options: PathfinderOptions) (density: LogDensity) (rng: Rng) : PathfinderResult =
        let struct (points, rng) = StartingPoints.around (density.Evaluator()) options.Paths rng
        fromPoints options density points rng

    /// The path with the highest bound; nothing where all failed.
    let best (result: PathfinderResult) : PathfinderPath voption =
        if result.Paths.Length = 0 then
            ValueNone
        else
            ValueSome(result.Paths |> Array.maxBy (fun path -> path.Elbo))
