namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of Stein variational gradient descent and of judgements.
[<RequireQualifiedAccess>]
module ParticleLaws =

    /// Kernel values and their derivatives in the first argument, by differences.
    let private plainKernel kernel width (centre: float[]) (x: float[]) (y: float[]) =
        let square = Array.fold2 (fun sum a b -> sum + (a - b) * (a - b)) 0.0 x y
        let product = Array.map3 (fun a b m -> (a - m) * (b - m)) x y centre |> Array.sum

        match kernel with
        | Gaussian -> exp (-square / width)
        | InverseMultiquadric -> 1.0 / sqrt (1.0 + square / width)
        | Linear -> product + 1.0
        | LinearAndGaussian -> product + 1.0 + exp (-square / width)

    let private kernels = [| Gaussian; InverseMultiquadric; Linear; LinearAndGaussian |]

    let private forces: Law =
        Law.make
            { Name = "svgd: the force is its definition"
              Statement =
                "Pull and repulsion equal the double sum of kernel times score and of the kernel's derivative, the latter by differences."
              Formula = @"\phi(x_i)=\tfrac1n\sum_j k(x_j,x_i)g_j+\nabla_{x_j}k(x_j,x_i)"
              Source = "Liu and Wang 2016, (8)"
              Covers = [ "black-box"; "svgd" ]
              Cases = 20
              Generator =
                Scalars.three
                    (Scalars.integer 2 6)
                    (Scalars.integer 1 9)
                    (Scalars.both (Scalars.integer 0 3) Scalars.seed)
              Holds =
                fun (n, d, (which, seed)) ->
                    let kernel = kernels[which]
                    let struct (x, rng) = Rng.array (n * d) Rng.normal (Rng.ofSeed seed)
                    let struct (g, _) = Rng.array (n * d) Rng.normal rng
                    let particles, scores = Mat.ofArray n d x, Mat.ofArray n d g
                    let rows = particles.ToRows()

                    let squares =
                        [| for i in 0 .. n - 1 do
                               for j in 0 .. i - 1 do
                                   Array.fold2 (fun sum a b -> sum + (a - b) * (a - b)) 0.0 rows[i] rows[j] |]
                        |> Array.sort

                    let width = squares[squares.Length / 2] / log (float n + 1.0)
                    let centre = Array.init d (fun c -> Array.averageBy (fun (row: float[]) -> row[c]) rows)
                    let k = plainKernel kernel width centre
                    let struct (pull, repulsion, mass) = Svgd.forces kernel particles scores

                    [ for i in 0 .. n - 1 do
                          Compare.close
                              $"mass {i}"
                              (Seq.init n (fun j ->
                                  if kernel = Linear then
                                      1.0
                                  elif kernel = LinearAndGaussian then
                                      1.0 + plainKernel Gaussian width centre rows[j] rows[i]
                                  else
                                      k rows[j] rows[i])
                               |> Seq.average)
                              mass[i]
                              (Tolerances.rounding (10 * n) (1.0 + abs mass[i]))

                          for c in 0 .. d - 1 do
                              let plainPull = Seq.init n (fun j -> k rows[j] rows[i] * scores[j, c]) |> Seq.average

                              let size =
                                  1.0
                                  + Mat.maxAbs scores * (1.0 + Mat.maxAbs particles * Mat.maxAbs particles * float d)

                              Compare.close $"pull {i} {c}" plainPull pull[i, c] (Tolerances.rounding (20 * n * d) size)

                              let slopes =
                                  Array.init n (fun j ->
                                      Numerical.derivative (0.1 * sqrt width) (fun step ->
                                          k (Array.mapi (fun e v -> if e = c then v + step else v) rows[j]) rows[i]))

                              let plain = slopes |> Array.averageBy (fun slope -> slope.Value)

                              let allowed =
                                  slopes
                                  |> Array.sumBy (fun slope ->
                                      Tolerances.derivative slope.Error (Tolerances.rounding (20 * d) size) slope.Step)

                              Compare.close $"repulsion {i} {c}" plain repulsion[i, c] allowed ] }

    let private rest: Law =
        Law.make
            { Name = "svgd: with the linear kernel particles come to rest with a normal's mean and covariance"
              Statement =
                "Where the force of the linear kernel vanishes, the particles' mean and covariance are those of a normal density."
              Formula = @"\phi=0\Rightarrow\bar x=m,\ \hat\Sigma=\Sigma"
              Source = "Liu and Wang 2018"
              Covers = [ "black-box"; "svgd" ]
              Cases = 8
              Generator = Scalars.both (MinimisationLaws.normals 3 5.0) Scalars.seed
              Holds =
                fun ((precision, mean), seed) ->
                    let density = Targets.normal mean precision

                    let options =
                        { Svgd.defaults with
                            Particles = 20
                            Kernel = Linear
                            Optimizer = Optimizer.sgd (Steady 0.2)
                            Tolerance = 1e-6
                            MaxSteps = 5000 }

                    let fit = VariationalFit.svgd options (InferenceTarget.ofDensity density) (Rng.ofSeed seed)
                    let covariance = Chol.inverse (Chol.factor "precision" precision)

                    [ Compare.holds $"{fit.Outcome}" fit.Outcome.Value.IsConverged
                      for i in 0 .. mean.Length - 1 do
                          let sd = sqrt covariance[i, i]
                          Compare.close $"mean {i}, in sd" 0.0 ((fit.Mean[i] - mean[i]) / sd) Tolerances.atRest
                          Compare.close $"log sd {i}" 0.0 (log (fit.StandardDeviations[i] / sd)) Tolerances.atRest ] }

    /// A spread that has collapsed makes a fit unreliable. The judgement is given, so that a wrong one can be tried.
    let collapse (judgement: VariationalFit -> Judgement) : Law =
        Law.make
            { Name = "svgd: a collapsed spread is measured and said"
              Statement =
                "On independent standard normals in many dimensions the Gaussian kernel's particles spread too little; Stein's identity gives the average of their variances, and a fit with less than 0.8 of the variance is unreliable for that."
              Formula = @"-\overline{(x-\bar x)g}=\overline{(x-\bar x)^2}"
              Source = "Stein's identity; Ba et al. 2022 on variance collapse"
              Covers = [ "black-box"; "svgd" ]
              Cases = 5
              Generator = Scalars.both (Scalars.integer 10 25) Scalars.seed
              Holds =
                fun (d, seed) ->
                    let density = Targets.normal (Vec.zero d) (Mat.identity d)
                    let options = { Svgd.defaults with Kernel = Gaussian; Particles = 30; MaxSteps = 300 }
                    let fit = VariationalFit.svgd options (InferenceTarget.ofDensity density) (Rng.ofSeed seed)
                    let judgement = judgement fit
                    let variance = (Vec.sumBy (fun sd -> sd * sd) fit.StandardDeviations) / float d

                    match judgement.Find CheckId.SteinSpread with
                    | null -> [ Compare.holds "the spread was checked" false ]
                    | check ->
                        [ Compare.close "spread" variance check.Value (Tolerances.rounding 10000 1.0)
                          Compare.atMost "variance" variance 0.8 0.0
                          Compare.holds "the spread does not pass" (not check.IsPassed)
                          Compare.holds "unreliable" (judgement.Level = Unreliable) ] }

    let private engineLaws: Law list =
        EngineLaws.battery
            { Name = "svgd"
              Covers = [ "black-box"; "svgd" ]
              Cases = Scalars.integer 1 3
              Engine =
                fun d ->
                    Svgd.engine
                        { Svgd.defaults with Particles = 5; Start = FromNormal(Vec.zero d, Vec.constant d 1.0) }
                        (Targets.skewed d 5.0 1.0)
              Rule = fun _ -> Svgd.stopRule { Svgd.defaults with MaxSteps = 20 }
              Budget = fun _ -> 20 }

    let private judged (density: LogDensity) (q: Variational) seed =
        let struct (draws, _) = Variational.draws 2000 q (Rng.ofSeed seed)
        let evaluator = density.Evaluator()
        let values = Vec.init 2000 (fun s -> evaluator.Value((Mat.row s draws).AsSpan()))

        WeightEvidence.ofDraws
            (Variational.mean q)
            (Variational.standardDeviations q)
            draws
            values
            (Variational.logDensities q draws)

    let private judgements: Law list =
        [ Law.make
              { Name = "reliability: an exact approximation is reliable, and its bound is the evidence"
                Statement =
                  "With q = p up to a constant, bound and weighted bound equal that constant and the verdict is reliable."
                Formula = @"q=p/Z"
                Source = "definition"
                Covers = [ "black-box"; "diagnostics" ]
                Cases = 20
                Generator = Scalars.both (MinimisationLaws.normals 5 100.0) Scalars.seed
                Holds =
                  fun ((precision, mean), seed) ->
                      let covariance = Chol.inverse (Chol.factor "precision" precision)
                      let q = FullRank.ofCholesky mean (Chol.factor "covariance" covariance)
                      let evidence = judged (Targets.raised 3.0 (Targets.normal mean precision)) q seed
                      let allowed = Tolerances.conditioned mean.Length (Matrices.condition precision) 100.0

                      [ Compare.close "bound" 3.0 evidence.Elbo allowed
                        Compare.close "weighted bound" 3.0 evidence.WeightedBound allowed
                        Compare.holds "reliable" ((WeightEvidence.judge evidence).Level = Reliable) ] }
          Law.make
              { Name = "reliability: what is off by half a standard deviation is not called reliable"
                Statement =
                  "A normal approximation whose mean is off by half a standard deviation or more, or whose spread is half or twice the right one, is usable with correction at best; the bounds do not exceed the evidence."
                Formula = @"|m-\mu|\ge\sigma/2"
                Source = "issue: no fit off by more than half a standard deviation is called reliable"
                Covers = [ "black-box"; "diagnostics" ]
                Cases = 20
                Generator = Scalars.three (Scalars.positive 0.5 6.0) (Scalars.integer 0 2) Scalars.seed
                Holds =
                  fun (size, which, seed) ->
                      let shift = if which = 0 then size else 0.0

                      let sd =
                          match which with
                          | 0 -> 1.0
                          | 1 -> 0.5
                          | _ -> 2.0

                      let q =
                          Variational.start
                              (MeanField.family 2)
                              (Vec.ofArray [| shift; 0.0 |])
                              (Vec.ofArray [| sd; 1.0 |])

                      let evidence = judged (Targets.normal (Vec.zero 2) (Mat.identity 2)) q seed

                      [ Compare.holds "not reliable" ((WeightEvidence.judge evidence).Level <> Reliable)
                        Compare.atMost "bound" evidence.Elbo 0.0 (Tolerances.standardErrors * evidence.ElboError)

                        if evidence.ParetoK <= evidence.Threshold then
                            Compare.atMost
                                "weighted bound"
                                evidence.WeightedBound
                                0.0
                                (Tolerances.standardErrors * evidence.WeightedBoundError) ] } ]

    /// The level is given, so that a wrong judgement can be tried.
    let notBelieved (level: WeightEvidence -> TrustLevel) : Law =
        Law.make
            { Name = "reliability: mean-field on a strongly correlated normal is not believed, and full-rank is"
              Statement =
                "With correlation 0.99 among ten coordinates the mean-field optimum is a thirtieth as wide as the density in one direction: of 60 sets of draws hardly any lets it pass. The full-rank optimum is reliable."
              Formula = @"\rho=0.99"
              Source = "Yao, Vehtari, Simpson and Gelman 2018"
              Covers = [ "black-box"; "diagnostics" ]
              Cases = 5
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let rho, d = 0.99, 10
                    let share = rho / ((1.0 - rho) * (1.0 + float (d - 1) * rho))
                    let precision = Mat.init d d (fun i j -> (if i = j then 1.0 / (1.0 - rho) else 0.0) - share)
                    let density = Targets.normal (Vec.zero d) precision

                    let meanField =
                        Variational.start
                            (MeanField.family d)
                            (Vec.zero d)
                            (Vec.constant d (1.0 / sqrt precision[0, 0]))

                    let covariance = Chol.factor "covariance" (Chol.inverse (Chol.factor "precision" precision))
                    let passes seed = level (judged density meanField seed) <> Unreliable
                    let passed = Seq.init 60 (fun k -> seed + uint64 k) |> Seq.filter passes |> Seq.length
                    let fullRank = FullRank.ofCholesky (Vec.zero d) covariance

                    // One in thirty passes.
                    [ Compare.atMost "passed" (float passed) (float (Tolerances.exceptions 60 0.03)) 0.0
                      Compare.holds "full-rank" (level (judged density fullRank seed) = Reliable) ] }

    /// The standard deviation is given, so that a wrong one can be tried.
    let corrected (standardDeviation: WeightEvidence -> Variational -> float) : Law =
        Law.make
            { Name = "reliability: corrected draws have the posterior's moments"
              Statement =
                "Where the verdict is usable with correction, mean and standard deviation of the weighted draws agree with the density's within their Monte Carlo error, where those of q do not."
              Formula = @"\sum w_sx_s\approx\mathbb E_p x"
              Source = "Vehtari, Simpson, Gelman, Yao and Gabry 2024"
              Covers = [ "black-box"; "diagnostics" ]
              Cases = 20
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let density = Targets.normal (Vec.constant 1 0.6) (Mat.identity 1)
                    let q = Variational.start (MeanField.family 1) (Vec.zero 1) (Vec.constant 1 1.2)
                    let evidence = judged density q seed
                    // No weight exceeds 1.2 exp(0.41) = 1.81, so that the variance of the weighted variance of N draws is at most 1.81 times 2 / N,
                    // and the standard deviation's error half that of the variance: 0.021 for 2000 draws.
                    let error = sqrt (1.81 / (2.0 * 2000.0))

                    [ Compare.holds "usable" ((WeightEvidence.judge evidence).Level = Usable)
                      Compare.close "mean" 0.6 evidence.Mean[0] (Tolerances.standardErrors * evidence.MeanErrors[0])
                      Compare.close "sd" 1.0 (standardDeviation evidence q) (Tolerances.standardErrors * error) ] }

    let all: Law list =
        [ forces; rest; collapse (fun fit -> fit.Judgement) ]
        @ engineLaws
        @ judgements
        @ [ notBelieved (fun evidence -> (WeightEvidence.judge evidence).Level)
            corrected (fun evidence _ -> evidence.StandardDeviations[0]) ]
