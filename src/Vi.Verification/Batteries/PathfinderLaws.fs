namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What Pathfinder's normals know of the path.
[<RequireQualifiedAccess>]
module PathfinderLaws =

    /// Column times row (D x D).
    let private outer (a: Vec) (b: Vec) = Mat.init a.Length b.Length (fun i j -> a[i] * b[j])

    /// The Hessian after a step s with gradient difference y (Nocedal and Wright 2006, 6.19).
    let private hessian (b: Mat) (s: Vec) (y: Vec) : Mat =
        let pushed = Mat.multiplyVec b s

        Mat.subtract b (Mat.scale (1.0 / Vec.dot s pushed) (outer pushed pushed))
        |> Mat.add (Mat.scale (1.0 / Vec.dot s y) (outer y y))

    /// The inverse Hessian after it (6.17).
    let private inverseHessian (h: Mat) (s: Vec) (y: Vec) : Mat =
        let d = s.Length
        let rho = 1.0 / Vec.dot s y
        let left = Mat.subtract (Mat.identity d) (Mat.scale rho (outer s y))

        Mat.multiply left (Mat.multiply h (Mat.transpose left)) |> Mat.add (Mat.scale rho (outer s s))

    /// The diagonal that the pairs are added to: of the inverse Hessian that is diagonal, scaled to the last y, and updated.
    let private nextDiagonal (a: Vec) (s: Vec) (y: Vec) : Vec =
        let ratio = Vec.dot y (Vec.map2 (*) a y) / Vec.dot s y
        let updated = hessian (Mat.diagonalOf (Vec.map (fun v -> ratio / v) a)) s y
        Vec.map (fun v -> 1.0 / v) (Mat.diagonal updated)

    /// Points of a strictly convex function, sum_i c_i log cosh x_i + x'Px / 2, so that every step has curvature along it.
    let private path (precision: Mat) count seed : LbfgsPoint[] =
        let d = precision.Rows
        let struct (values, _) = Rng.array (count * d) Rng.normal (Rng.ofSeed seed)

        Array.init count (fun l ->
            let x = Vec.ofArray (Array.sub values (l * d) d)
            let pulled = Mat.multiplyVec precision x

            { Position = x
              Value = 0.5 * Vec.dot x pulled + Vec.sumBy (fun v -> log (cosh v)) x
              Gradient = Vec.add pulled (Vec.map tanh x) })

    /// The normals are given, so that wrong ones can be tried.
    let internal memory (normals: int -> LbfgsPoint[] -> struct (int * CurvatureNormal) seq) : Law =
        Law.make
            { Name = "pathfinder: a normal knows the last pairs of the path, as many as its memory"
              Statement =
                "At each point of a path the covariance is the inverse Hessian of dense BFGS from a diagonal with the last M pairs of steps and gradient differences, one after the other, and the mean is a Newton step with it; the diagonal has seen all pairs."
              Formula =
                @"H\leftarrow(I-\rho sy^\top)H(I-\rho ys^\top)+\rho ss^\top,\quad\rho=1/s^\top y,\quad m=x-H\nabla f(x)"
              Source =
                "Nocedal and Wright 2006, 6.17 and section 7.2; Zhang, Carpenter, Gelman and Vehtari 2022, algorithm 3"
              Covers = [ "black-box" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Matrices.positiveDefinite 5 1.0 10.0)
                    (Scalars.both (Scalars.integer 1 4) (Scalars.integer 2 12))
                    Scalars.seed
              Holds =
                fun (precision, (memory, count), seed) ->
                    let d = precision.Rows
                    let path = path precision count seed

                    let pairs =
                        Array.pairwise path
                        |> Array.map (fun (before, after) ->
                            Vec.subtract after.Position before.Position, Vec.subtract after.Gradient before.Gradient)

                    let diagonals = pairs |> Array.scan (fun a (s, y) -> nextDiagonal a s y) (Vec.constant d 1.0)

                    let found = normals memory path |> Seq.toArray

                    [ Compare.holds "a normal at every step" (found.Length = count - 1)
                      for struct (l, normal) in found do
                          let last = pairs[max 0 (l - memory) .. l - 1]

                          let expected =
                              last
                              |> Array.fold (fun h (s, y) -> inverseHessian h s y) (Mat.diagonalOf diagonals[l])
                              |> Mat.symmetrize

                          let sds = Vec.map sqrt (Mat.diagonal expected)
                          let allowed = Tolerances.conditioned d (Matrices.condition expected) 10.0
                          let covariance = CurvatureNormal.covariance normal
                          let mean = Vec.subtract path[l].Position (Mat.multiplyVec expected path[l].Gradient)
                          let step = Vec.maxAbs (Vec.map2 (/) (Vec.subtract mean path[l].Position) sds)

                          for i in 0 .. d - 1 do
                              Compare.close
                                  $"mean {i} at step {l}, in sds"
                                  0.0
                                  ((normal.Mean[i] - mean[i]) / sds[i])
                                  (allowed * (1.0 + step))

                              for j in 0..i do
                                  Compare.close
                                      $"covariance {i} {j} at step {l}, in sds"
                                      (expected[i, j] / (sds[i] * sds[j]))
                                      (covariance[i, j] / (sds[i] * sds[j]))
                                      allowed ] }

    let all: Law list = [ memory Pathfinder.normals ]
