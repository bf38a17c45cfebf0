namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What is estimated by draws: bounds without noise at the density itself, the best normal of a path, and figures of importance weights.
[<RequireQualifiedAccess>]
module EstimateLaws =

    /// The estimate is given, so that a wrong one can be tried.
    let internal exact (estimate: GradientEstimator) : Law =
        Law.make
            { Name = "elbo gradient: an exact approximation has no noise"
              Statement =
                "Where q is the density itself, every estimate of the bound is the logarithm of its normaliser, whatever the draws, and the gradient that sticks the landing is 0; near it the estimate varies less than the plain average of log p and the entropy."
              Formula = @"q=p:\quad\log p(x)+\tfrac12(|z|^2-M)+H\equiv0"
              Source = "Roeder, Wu and Duvenaud 2017; control variate of known mean"
              Covers = [ "black-box"; "advi" ]
              Cases = 20
              Generator = Scalars.three (MinimisationLaws.normals 4 30.0) (Scalars.integer 1 9) Scalars.seed
              Holds =
                fun ((precision, mean), draws, seed) ->
                    let d = mean.Length
                    let density = Targets.normal mean precision
                    let evaluator = density.Evaluator()
                    let family = FullRank.family d
                    let factor = Chol.factor "covariance" (Chol.inverse (Chol.factor "precision" precision))
                    let exact = Variational.ofParameters family (family.OfCovariance.Value mean factor)
                    let condition = Matrices.condition precision

                    let estimator antithetic entropy = { Draws = draws; Antithetic = antithetic; Entropy = entropy }

                    let noiseOf antithetic k =
                        let rows = ElboGradient.noiseRows (estimator antithetic ClosedForm)
                        let struct (noise, _) = Variational.noise rows exact (Rng.derive k (Rng.ofSeed seed))
                        noise

                    // A member nearby: the mean moved by a tenth of each standard deviation, all of them a tenth larger.
                    let near =
                        let sds = Variational.standardDeviations exact
                        let moved = Vec.map2 (fun m s -> m + 0.1 * s) mean sds
                        let larger = Chol.ofLower (Mat.scale 1.1 factor.Lower)
                        Variational.ofParameters family (family.OfCovariance.Value moved larger)

                    let variance (values: float[]) =
                        let centre = Array.average values
                        values |> Array.averageBy (fun v -> (v - centre) * (v - centre))

                    let repeated =
                        Array.init 50 (fun k ->
                            let noise = noiseOf false k
                            let found = estimate (estimator false ClosedForm) evaluator near noise
                            let positions = Variational.transform near noise

                            let plain =
                                Seq.init draws (fun s -> evaluator.Value(positions.AsSpan().Slice(s * d, d)))
                                |> Seq.average

                            struct (found.Elbo, plain + Variational.entropy near))

                    [ for antithetic in [ true; false ] do
                          for entropy in [ ClosedForm; StickingTheLanding ] do
                              let found = estimate (estimator antithetic entropy) evaluator exact (noiseOf antithetic 0)
                              let allowed = Tolerances.conditioned (d + draws) condition 100.0
                              Compare.close $"bound, {entropy}, antithetic {antithetic}" 0.0 found.Elbo allowed

                              if entropy = StickingTheLanding then
                                  let size =
                                      10.0 * float draws * sqrt (Mat.maxAbs precision) * (1.0 + Mat.maxAbs precision)

                                  Compare.close
                                      $"gradient, antithetic {antithetic}"
                                      0.0
                                      (Vec.maxAbs found.Gradient)
                                      (Tolerances.conditioned (d + draws) condition size)

                      // log p + |z|^2 / 2 varies by 0.1 z and 0.1 z^2, log p alone by 0.6 z^2: a twentieth of the variance, and 50 of each.
                      Compare.atMost
                          "variance near the density, over that of the plain average"
                          (variance (repeated |> Array.map (fun (struct (found, _)) -> found)))
                          (0.5 * variance (repeated |> Array.map (fun (struct (_, plain)) -> plain)))
                          0.0 ] }

    /// A path from a start is given, so that a wrong one can be tried.
    let internal best
        (path: PathfinderOptions -> IDensityEvaluator -> Vec -> Rng -> struct (PathfinderPath voption * int))
        : Law =
        Law.make
            { Name = "pathfinder: a path returns the best of its normals"
              Statement =
                "Of all normals along a climb the one returned has the highest estimate of the bound by the same draws, with its own step's number, and draws of its own."
              Formula = @"\arg\max_l\frac1S\sum_s\big(\log p(x_s)-\log q_l(x_s)\big)"
              Source = "Zhang, Carpenter, Gelman and Vehtari 2022, algorithm 1"
              Covers = [ "black-box"; "pathfinder" ]
              Cases = 15
              Generator = Scalars.three (Scalars.integer 1 5) (Arb.fromGen (Scalars.uniformGen 1.0 4.0)) Scalars.seed
              Holds =
                fun (d, away, seed) ->
                    let density = Targets.skewed d 5.0 2.0
                    let evaluator = density.Evaluator()
                    let options = { Pathfinder.defaults with DrawsPerPath = 20 }
                    let start = Vec.init d (fun i -> if i % 2 = 0 then away else -away)
                    let rng = Rng.ofSeed seed
                    let struct (found, evaluations) = path options evaluator start rng
                    let found = found.Value

                    let climb =
                        Lbfgs.climb
                            { Lbfgs.defaults with
                                Memory = options.Memory
                                MaxIterations = options.MaxIterations
                                Tolerance = 1e-8 }
                            evaluator
                            start

                    let noise =
                        let values = Array.zeroCreate (options.ElboDraws * d)
                        Rng.fillNormal (values.AsSpan()) rng |> ignore
                        Mat.ofArray options.ElboDraws d values

                    let bound (normal: CurvatureNormal) =
                        let draws = CurvatureNormal.transform normal noise

                        Seq.init draws.Rows (fun s ->
                            let x = Mat.row s draws
                            evaluator.Value(x.AsSpan()) - CurvatureNormal.logDensity normal x)
                        |> Seq.average

                    let bounds =
                        Pathfinder.normals options.Memory climb.Path
                        |> Seq.map (fun (struct (l, normal)) -> struct (l, bound normal))
                        |> Seq.toArray

                    let finite = bounds |> Array.filter (fun (struct (_, value)) -> Double.IsFinite value)
                    let highest = finite |> Array.map (fun (struct (_, value)) -> value) |> Array.max
                    let allowed = 1e-9 * (1.0 + abs highest)

                    [ Compare.holds "several normals" (bounds.Length > 1)
                      Compare.close "bound of the best" highest found.Elbo allowed
                      Compare.close "bound of what is returned" highest (bound found.Best) allowed
                      Compare.holds
                          "its step"
                          (finite
                           |> Array.exists (fun (struct (l, value)) ->
                               l = found.Iteration && abs (value - highest) <= allowed))
                      Compare.holds
                          "evaluations"
                          (evaluations = climb.Evaluations + bounds.Length * options.ElboDraws + options.DrawsPerPath)

                      for s in 0 .. found.Draws.Rows - 1 do
                          Compare.close
                              $"log p at draw {s}"
                              (evaluator.Value((Mat.row s found.Draws).AsSpan()))
                              found.LogDensities[s]
                              0.0 ] }

    /// The paths' mixture is given by its result, so that a wrong one can be tried.
    let internal paths (run: PathfinderOptions -> LogDensity -> Rng -> PathfinderResult) : Law =
        Law.make
            { Name = "pathfinder: draws of all paths are weighed against the equal mixture of their normals"
              Statement =
                "log q at every draw is the logarithm of the mean of the paths' densities there, and the draws are those of the paths in turn."
              Formula = @"q(x)=\frac1K\sum_kq_k(x)"
              Source = "Owen and Zhou 2000, deterministic mixture weights"
              Covers = [ "black-box"; "pathfinder" ]
              Cases = 8
              Generator = Scalars.three (Scalars.integer 1 4) (Scalars.integer 1 4) Scalars.seed
              Holds =
                fun (d, count, seed) ->
                    let density = Targets.skewed d 5.0 2.0
                    let options = { Pathfinder.defaults with Paths = count; DrawsPerPath = 15 }
                    let found = run options density (Rng.ofSeed seed)
                    let drawn = found.Paths |> Array.collect (fun path -> path.Draws.ToRows())

                    [ Compare.holds "a path each" (found.Paths.Length + found.Failed = count)
                      Compare.close
                          "bound of the best path"
                          (found.Paths |> Array.map _.Elbo |> Array.max)
                          (Pathfinder.best found).Value.Elbo
                          0.0
                      Compare.holds "their draws" (found.Draws.ToRows() = drawn)

                      for s in 0 .. drawn.Length - 1 do
                          let x = Vec.ofArray drawn[s]

                          let mean =
                              found.Paths |> Array.averageBy (fun path -> exp (CurvatureNormal.logDensity path.Best x))

                          let value, _ = let struct (value, gradient) = LogDensity.at density x in value, gradient

                          Compare.close
                              $"log q at draw {s}"
                              (log mean)
                              found.LogApproximation[s]
                              (Tolerances.logDensity (log mean))

                          Compare.close $"log p at draw {s}" value found.LogDensities[s] (Tolerances.logDensity value) ] }

    /// What draws tell, and its checks; given, so that wrong ones can be tried.
    let internal evidence
        (ofDraws: Vec -> Vec -> Mat -> Vec -> Vec -> WeightEvidence)
        (checks: WeightEvidence -> Check list)
        : Law =
        Law.make
            { Name = "reliability: few effective draws, far means and other spreads are seen in the weights"
              Statement =
                "Figures of importance weights are plain averages over the draws; fewer than fifty effective ones make an answer unreliable whatever else was found, and weighted means or spreads a tenth away one to use with care."
              Formula = @"n_{\mathrm{eff}}=1/\sum_s w_s^2,\quad\bar x=\sum_sw_sx_s"
              Source = "Vehtari et al. 2024, Pareto smoothed importance sampling; Kong 1992"
              Covers = [ "black-box"; "importance-sampling" ]
              Cases = 40
              Generator =
                Scalars.three
                    (Scalars.both (Scalars.integer 1 3) (Arb.fromGen (Scalars.uniformGen 0.0 0.6)))
                    (Scalars.positive 1.0 2000.0)
                    Scalars.seed
              Holds =
                fun ((d, shift), effective, seed) ->
                    let s = 1000
                    let struct (numbers, _) = Rng.array (s * d) Rng.normal (Rng.ofSeed seed)
                    // q has places and units of its own, p lies beside it along the first coordinate and is narrower by a tenth along the others.
                    let place j = 1.0 + float j
                    let unit j = 4.0 ** float (j - 1)
                    let draws = Mat.init s d (fun i j -> place j + unit j * numbers[i * d + j])

                    let logOf spread away z = -0.5 * ((z - away) / spread) ** 2.0 - log spread

                    let sums f =
                        Vec.init s (fun i -> Seq.init d (fun j -> f j numbers[i * d + j] - log (unit j)) |> Seq.sum)

                    let logQ = sums (fun _ -> logOf 1.0 0.0)
                    let logP = sums (fun j -> if j = 0 then logOf 1.0 shift else logOf 0.9 0.0)
                    let found = ofDraws (Vec.init d place) (Vec.init d unit) draws logP logQ
                    let ratios = Vec.subtract logP logQ
                    let weights = found.LogWeights |> Vec.map exp
                    let weighted f = Seq.init s (fun i -> weights[i] * f i) |> Seq.sum
                    let means = Array.init d (fun j -> weighted (fun i -> draws[i, j]))
                    let mean j = means[j]
                    let sd j = sqrt (weighted (fun i -> (draws[i, j] - mean j) ** 2.0))
                    let largest f = Seq.init d (f >> abs) |> Seq.max
                    let allowed = Tolerances.rounding (4 * s) 1.0

                    let good =
                        { found with
                            ParetoK = -1.0
                            Unseen = 0.0
                            EffectiveDraws = float s
                            Shift = 0.0
                            Spread = 0.0
                            Outside = 0.0 }

                    let level evidence = (Judgement.Of(checks evidence)).Level

                    [ Compare.close "weights" 1.0 (Vec.sum weights) allowed
                      Compare.close
                          "effective draws, over all"
                          (1.0 / Vec.dot weights weights / float s)
                          (found.EffectiveDraws / float s)
                          allowed
                      Compare.close "bound" (Vec.sum ratios / float s) found.Elbo (allowed * (1.0 + Vec.maxAbs ratios))
                      Compare.close
                          "error of the bound"
                          (sqrt (
                              Vec.sumBy (fun ratio -> (ratio - Vec.sum ratios / float s) ** 2.0) ratios
                              / float (s - 1)
                              / float s
                          ))
                          found.ElboError
                          (allowed * (1.0 + Vec.maxAbs ratios))
                      Compare.close
                          "weighted bound"
                          (log (Vec.sumBy exp ratios / float s))
                          found.WeightedBound
                          (allowed * (1.0 + Vec.maxAbs ratios))
                      Compare.close
                          "shift"
                          (largest (fun j -> (mean j - place j) / unit j))
                          found.Shift
                          (10.0 * allowed)
                      Compare.close "spread" (largest (fun j -> log (sd j / unit j))) found.Spread (10.0 * allowed)

                      for j in 0 .. d - 1 do
                          Compare.close $"mean {j}" (mean j) found.Mean[j] (10.0 * allowed * (place j + unit j))

                          Compare.close
                              $"sd {j}"
                              (sd j)
                              found.StandardDeviations[j]
                              (10.0 * allowed * (place j + unit j))

                          Compare.close
                              $"error of mean {j}"
                              (sqrt (Seq.init s (fun i -> (weights[i] * (draws[i, j] - mean j)) ** 2.0) |> Seq.sum))
                              found.MeanErrors[j]
                              (10.0 * allowed * (place j + unit j))

                      Compare.holds "reliable where all is well" (level good = Reliable)

                      Compare.holds
                          $"{effective:g3} effective draws"
                          (level { good with EffectiveDraws = effective } =
                              (if effective >= 50.0 then Reliable else Unreliable))

                      Compare.holds
                          $"a shift of {shift:g3}"
                          (level { good with Shift = shift } = (if shift <= 0.1 then Reliable else Usable))

                      Compare.holds
                          $"spreads apart by {shift:g3}"
                          (level { good with Spread = shift } = (if shift <= 0.1 then Reliable else Usable))

                      Compare.holds "half of the draws outside" (level { good with Outside = 0.51 } = Unreliable)
                      Compare.holds
                          "a heavy tail"
                          (level { good with ParetoK = found.Threshold + 0.01; Unseen = 0.03 } = Unreliable)
                      Compare.holds
                          "a heavy tail of no weight"
                          (level { good with ParetoK = found.Threshold + 0.01; Unseen = 0.01 } = Reliable) ] }

    let all: Law list =
        [ exact ElboGradient.ofNoise
          best Pathfinder.path
          paths Pathfinder.run
          evidence WeightEvidence.ofDraws WeightEvidence.checks ]
