namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of optimisers, of L-BFGS and of what is made from its paths.
[<RequireQualifiedAccess>]
module MinimisationLaws =

    /// A mean and a precision of the same dimension.
    let normals most condition : Arbitrary<Mat * Vec> =
        let matrices = Matrices.positiveDefinite most 10.0 condition

        Arb.fromGenShrink (
            gen {
                let! matrix = matrices.Generator
                let! mean = Scalars.vectorGen matrix.Rows 5.0
                return matrix, mean
            },
            fun (matrix, mean) ->
                matrices.Shrinker matrix |> Seq.map (fun smaller -> smaller, Vec.slice 0 smaller.Rows mean)
        )

    let private optimizers =
        [| Optimizer.identity
           Optimizer.scaleByAdam 0.9 0.999 1e-8
           Optimizer.scaleByRootMeanSquare 0.9 1e-8
           Optimizer.momentum 0.5
           Optimizer.clip 0.7
           Optimizer.scale (Decaying(0.1, 5.0, 0.7)) |]

    /// Updates of five steps with gradients made from a seed.
    let private updates (optimizer: Optimizer) seed =
        let count = 11
        let mutable state = Optimizer.init count optimizer

        [ for step in 1L .. 5L do
              let struct (gradient, _) = Rng.array count Rng.normal (Rng.derive (int step) (Rng.ofSeed seed))
              let struct (update, next) = Optimizer.update optimizer step (Vec.ofArray gradient) state
              state <- next
              update ]

    let private three =
        Scalars.three (Scalars.integer 0 5) (Scalars.integer 0 5) (Scalars.both (Scalars.integer 0 5) Scalars.seed)

    let optimizerLaws: Law list =
        [ Law.make
              { Name = "optimisers: composition is associative, with an identity"
                Statement =
                  "Composed optimisers give the same updates however they are grouped, and the identity changes none."
                Formula = @"(a\cdot b)\cdot c=a\cdot(b\cdot c),\quad 1\cdot a=a=a\cdot 1"
                Source = "a monoid"
                Covers = [ "black-box" ]
                Cases = 30
                Generator = three
                Holds =
                  fun (i, j, (k, seed)) ->
                      let a, b, c = optimizers[i], optimizers[j], optimizers[k]
                      let same p q = (updates p seed).Equals(updates q seed)
                      let compose = Optimizer.compose

                      [ Compare.holds "grouping" (same (compose (compose a b) c) (compose a (compose b c)))
                        Compare.holds "identity first" (same (compose Optimizer.identity a) a)
                        Compare.holds "identity last" (same (compose a Optimizer.identity) a) ] }
          Law.make
              { Name = "optimisers: Adam is the published algorithm"
                Statement = "The updates equal those of the algorithm written out number by number."
                Formula = @"\hat m/(\sqrt{\hat v}+\epsilon)"
                Source = "Kingma and Ba 2015, algorithm 1"
                Covers = [ "black-box" ]
                Cases = 30
                Generator = Scalars.seed
                Holds =
                  fun seed ->
                      let m = Array.zeroCreate 11
                      let v = Array.zeroCreate 11

                      [ for step, update in List.indexed (updates (Optimizer.adam (Steady 0.05)) seed) do
                            let t = step + 1
                            let struct (gradient, _) = Rng.array 11 Rng.normal (Rng.derive t (Rng.ofSeed seed))

                            for i in 0..10 do
                                m[i] <- 0.9 * m[i] + 0.1 * gradient[i]
                                v[i] <- 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
                                let mean = m[i] / (1.0 - pown 0.9 t)
                                let square = v[i] / (1.0 - pown 0.999 t)

                                // 1 - 0.999 and the correction lose three digits.
                                Compare.close
                                    $"step {t}, entry {i}"
                                    (0.05 * mean / (sqrt square + 1e-8))
                                    update[i]
                                    (Tolerances.rounding 1000 1.0) ] } ]

    let private quadratic (precision: Mat) (mean: Vec) (x: float[]) (gradient: float[]) =
        let away = Vec.subtract (Vec.ofArray x) mean
        let slope = Mat.multiplyVec precision away
        slope.AsSpan().CopyTo(gradient.AsSpan())
        0.5 * Vec.dot away slope

    let pathLaws: Law list =
        [ Law.make
              { Name = "l-bfgs: a quadratic takes no more than D + 10 steps"
                Statement =
                  "With as much memory as dimensions and line searches that are nearly exact, a quadratic function is minimised in about as many steps as it has dimensions."
                Formula = @"x_{D}=x^*"
                Source = "Nocedal and Wright 2006, theorem 6.4: with exact line searches D steps"
                Covers = [ "black-box" ]
                Cases = 30
                Generator = normals 8 1e3
                Holds =
                  fun (precision, mean) ->
                      let d = mean.Length

                      let options = { Memory = d + 1; MaxIterations = 200; Tolerance = 1e-12; Curvature = 0.001 }

                      let found = Lbfgs.minimize options (quadratic precision mean) (Vec.constant d 1.0)
                      let away = Vec.subtract found.Last.Position mean

                      [ Compare.atMost "steps" (float (found.Path.Length - 1)) (float (d + 10)) 0.0
                        Compare.atMost "value at the end" (0.5 * Mat.bilinear away precision away) 1e-10 0.0 ] }
          Law.make
              { Name = "l-bfgs: values fall along the path, and Rosenbrock's valley is followed to its end"
                Statement =
                  "Each point is no higher than the one before; the minimum of (1 - x)^2 + c (y - x^2)^2 is found."
                Formula = @"f(x_{k+1})\le f(x_k)"
                Source = "Nocedal and Wright 2006, section 3.1; Rosenbrock 1960"
                Covers = [ "black-box" ]
                Cases = 30
                Generator = Scalars.both (Scalars.positive 1.0 1e3) Scalars.seed
                Holds =
                  fun (c, seed) ->
                      let struct (start, _) = Rng.array 2 Rng.normal (Rng.ofSeed seed)

                      let valley (x: float[]) (gradient: float[]) =
                          let off = x[1] - x[0] * x[0]
                          gradient[0] <- -2.0 * (1.0 - x[0]) - 4.0 * c * x[0] * off
                          gradient[1] <- 2.0 * c * off
                          (1.0 - x[0]) * (1.0 - x[0]) + c * off * off

                      let found = Lbfgs.minimize { Lbfgs.defaults with Tolerance = 1e-16 } valley (Vec.ofArray start)

                      [ Compare.close "x" 1.0 found.Last.Position[0] 1e-6
                        Compare.close "y" 1.0 found.Last.Position[1] 2e-6
                        for before, after in Seq.pairwise found.Path do
                            Compare.atMost "value" after.Value before.Value (1e-13 * (1.0 + abs before.Value)) ] }
          Law.make
              { Name = "laplace: normals are found exactly"
                Statement = "Mode, covariance and evidence of a normal density come out but for rounding."
                Formula = @"q=p,\quad\log Z=0"
                Source = "Bishop 2006, 4.4"
                Covers = [ "black-box" ]
                Cases = 30
                Generator = normals 6 1e4
                Holds =
                  fun (precision, mean) ->
                      let d = mean.Length

                      match Laplace.fromPoint (Targets.normal mean precision) (Vec.zero d) with
                      | ModeFound found ->
                          let exact = Chol.inverse (Chol.factor "precision" precision)
                          let covariance = Variational.covariance found.Normal
                          let condition = Matrices.condition precision

                          // Differences with a step of a thousandth lose three digits.
                          let allowed = 1e3 * Tolerances.conditioned d condition 1.0

                          Compare.close "log evidence" 0.0 (Laplace.logEvidence found) (allowed * 10.0)
                          :: [ for i in 0 .. d - 1 do
                                   let sd = sqrt exact[i, i]

                                   Compare.close
                                       $"mode {i}"
                                       mean[i]
                                       (Variational.mean found.Normal).[i]
                                       (allowed * sd + 1e-12 * (1.0 + abs mean[i]))

                                   Compare.close $"sd {i}" sd (sqrt covariance[i, i]) (allowed * sd) ]
                      | NoFiniteStart
                      | NoMaximum _ -> [ Compare.holds "a mode" false ] }
          Law.make
              { Name = "laplace: no mode is said to be none"
                Statement =
                  "On a density that rises for ever along one line, or has a saddle, the outcome is not a normal."
                Formula = @"\nabla^2\log p\not\prec 0"
                Source = "a bad point is a value"
                Covers = [ "black-box" ]
                Cases = 4
                Generator = Scalars.three (Scalars.integer 0 1) (Scalars.positive 1e-2 1e2) (Scalars.positive 1e-2 1e2)
                Holds =
                  fun (which, a, b) ->
                      let density =
                          if which = 0 then
                              LogDensity.ofFunction 2 (fun x ->
                                  struct (a * x[0] - b * x[1] * x[1], [| a; -2.0 * b * x[1] |]))
                          else
                              LogDensity.ofFunction 2 (fun x ->
                                  struct (0.5 * a * x[0] * x[0] - 0.5 * b * x[1] * x[1], [| a * x[0]; -b * x[1] |]))

                      match Laplace.fromPoint density (Vec.zero 2) with
                      | ModeFound _ -> [ Compare.holds "no mode" false ]
                      | NoFiniteStart
                      | NoMaximum _ -> [ Compare.holds "no mode" true ] }
          Law.make
              { Name = "pathfinder: normals are found, and bounds are what they are said to be"
                Statement =
                  "On a normal density every path ends at its mean; the bound stated for a path's normal is minus its divergence from the density within the noise of the draws; the weighted draws have the evidence and the mean."
                Formula = @"\widehat{\mathcal L}\approx-\mathrm{KL}(q\,\|\,p)"
                Source = "Zhang, Carpenter, Gelman and Vehtari 2022; variance of a quadratic form of normals"
                Covers = [ "black-box" ]
                Cases = 15
                Generator = Scalars.both (normals 6 30.0) Scalars.seed
                Holds =
                  fun ((precision, mean), seed) ->
                      let d = mean.Length
                      let density = Targets.normal mean precision
                      let result = Pathfinder.run Pathfinder.defaults density (Rng.ofSeed seed)
                      let fit = VariationalFit.ofPathfinder (InferenceTarget.ofDensity density) result (Rng.ofSeed seed)
                      let evidence = fit.Evidence.Value
                      let exact = Chol.inverse (Chol.factor "precision" precision)

                      let ofPath (path: PathfinderPath) =
                          let covariance = CurvatureNormal.covariance path.Best
                          let ratio = Mat.multiply precision covariance
                          let away = Vec.subtract path.Best.Mean mean
                          let pulled = Mat.multiplyVec precision away

                          let logDeterminant =
                              Chol.logDeterminant (Chol.factor "precision" precision)
                              + Chol.logDeterminant (Chol.factor "covariance" covariance)

                          let divergence = 0.5 * (Mat.trace ratio - float d - logDeterminant + Vec.dot away pulled)

                          // log p - log q is z' (I - L' P L) z / 2 - a' P L z and a constant, with x = m + L z.
                          let rest = Mat.subtract (Mat.identity d) ratio

                          let variance =
                              0.5 * Mat.trace (Mat.multiply rest rest)
                              + Vec.dot pulled (Mat.multiplyVec covariance pulled)

                          let draws = Pathfinder.defaults.ElboDraws

                          // No quadratic form is more skewed than one square of a normal, sqrt 8.
                          Compare.close
                              "bound of a path"
                              -divergence
                              path.Elbo
                              (Tolerances.monteCarlo
                                  (sqrt (max 0.0 variance / float draws))
                                  (sqrt 8.0)
                                  draws
                                  (1.0 + abs divergence + abs logDeterminant))
                          :: [ for i in 0 .. d - 1 do
                                   let sd = sqrt exact[i, i]
                                   // The climb ends where the gradient is a part in 10^8 of the size of log p.
                                   Compare.close $"end {i}, in sds" 0.0 ((path.End[i] - mean[i]) / sd) Tolerances.atRest ]

                      [ yield! result.Paths |> Seq.collect ofPath

                        Compare.atMost
                            "weighted bound above the log evidence"
                            evidence.WeightedBound
                            0.0
                            (Tolerances.standardErrors * evidence.WeightedBoundError + 1e-9)

                        for i in 0 .. d - 1 do
                            Compare.close
                                $"weighted mean {i}"
                                mean[i]
                                evidence.Mean[i]
                                (Tolerances.standardErrors * evidence.MeanErrors[i] + 1e-9) ] }
          Law.make
              { Name = "pathfinder: a curvature normal's density is that of its covariance"
                Statement =
                  "log density, standard deviations and draws of the factored form are those of the dense normal."
                Formula = @"\Sigma=A^{1/2}(I+Q(CC'-I)Q')A^{1/2}"
                Source = "Zhang, Carpenter, Gelman and Vehtari 2022, algorithm 4"
                Covers = [ "black-box" ]
                Cases = 30
                Generator = Scalars.both (normals 6 30.0) Scalars.seed
                Holds =
                  fun ((precision, mean), seed) ->
                      let d = mean.Length
                      let density = Targets.normal mean precision

                      let struct (path, _) =
                          Pathfinder.path
                              Pathfinder.defaults
                              (density.Evaluator())
                              (Vec.constant d 1.5)
                              (Rng.ofSeed seed)

                      let best = path.Value.Best
                      let covariance = CurvatureNormal.covariance best
                      let dense = MvNormal.ofCovariance best.Mean covariance
                      let struct (z, _) = Rng.array d Rng.normal (Rng.ofSeed seed)
                      let x = Mat.row 0 (CurvatureNormal.transform best (Mat.ofArray 1 d z))
                      let allowed = Tolerances.conditioned d (Matrices.condition covariance) 100.0
                      // A draw's distance in its own metric is that of its noise.
                      let away = Vec.subtract x best.Mean
                      let square = Vec.dot away (Mat.multiplyVec (Chol.toMat dense.Precision) away)

                      Compare.close
                          "log density"
                          (MvNormal.logDensity dense x)
                          (CurvatureNormal.logDensity best x)
                          allowed
                      :: Compare.close "noise" (Array.sumBy (fun v -> v * v) z) square (allowed * 10.0)
                      :: [ for i in 0 .. d - 1 do
                               let sd = sqrt covariance[i, i]
                               Compare.close $"sd {i}" sd (CurvatureNormal.standardDeviations best).[i] (allowed * sd) ] } ]

    let all = optimizerLaws @ pathLaws
