namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// A step of batch-and-match from lambda, q, noise (B x D) and scores (B x D), given, so that a wrong one can be tried.
type MatchingStep = float -> Variational -> Mat -> Mat -> Variational

/// Laws of batch-and-match.
[<RequireQualifiedAccess>]
module BatchAndMatchLaws =

    /// The step itself.
    let step: MatchingStep = fun lambda q noise scores -> (BatchAndMatch.next lambda q noise scores).Value

    let private law name statement formula source cases generator holds =
        Law.make
            { Name = name
              Statement = statement
              Formula = formula
              Source = source
              Covers = [ "black-box"; "batch-and-match" ]
              Cases = cases
              Generator = generator
              Holds = holds }

    let private paper = "Cai, Modi, Pillaud-Vivien, Margossian, Gower, Blei and Saul 2024"

    let private matrix rows columns seed =
        let struct (values, _) = Rng.array (rows * columns) Rng.normal (Rng.ofSeed seed)
        Mat.ofArray rows columns values

    let private started precision mean =
        FullRank.ofCholesky mean (Chol.factor "covariance" (Chol.inverse (Chol.factor "precision" precision)))

    /// Cases: a normal to step from, B draws with scores that belong to no density, and lambda.
    let private batches =
        Scalars.both
            (MinimisationLaws.normals 5 30.0)
            (Scalars.three (Scalars.integer 2 12) (Scalars.positive 0.05 50.0) Scalars.seed)

    /// The objective by its definition: what a step minimises in the normal it goes to, at draws z (B x D) with scores g (B x D).
    let private objective lambda (before: Variational) (draws: Mat) (scores: Mat) (q: Variational) =
        let covariance = Chol.factor "covariance" (Variational.covariance q)
        let mean = Variational.mean q

        let mismatch b =
            let away = Vec.subtract (Mat.row b draws) mean
            let gap = Vec.add (Chol.solve covariance away) (Mat.row b scores)
            Mat.bilinear gap (Chol.toMat covariance) gap

        let apart = Vec.subtract (Variational.mean before) mean

        let divergence =
            0.5
            * (Chol.traceOfInverseTimes covariance (Variational.covariance before)
               + Chol.inverseQuadratic covariance apart
               - float mean.Length
               + Chol.logDeterminant covariance
               - Chol.logDeterminant (FullRank.cholesky before))

        Seq.averageBy mismatch [ 0 .. draws.Rows - 1 ] + 2.0 / lambda * divergence

    /// The step goes to where its objective has no slope in any parameter, and is lower than anywhere near.
    let minimises (step: MatchingStep) : Law =
        law
            "batch-and-match: a step minimises its objective"
            "At the normal that a step goes to, the objective (the mismatch of scores in the normal's own covariance, and the penalty 2 / lambda KL) has slope 0 in every parameter by differences, and is no lower at a normal beside it."
            @"\arg\min_{q'}\ \tfrac1B\sum_b\|\nabla\log q'(z_b)-g_b\|^2_{\mathrm{Cov}(q')}+\tfrac2\lambda\mathrm{KL}(q\,\|\,q')"
            $"{paper}, (6)"
            25
            batches
            (fun ((precision, mean), (count, lambda, seed)) ->
                let q = started precision mean
                let d = mean.Length
                let noise = matrix count d seed
                let scores = matrix count d (seed + 1UL)
                let draws = Variational.transform q noise
                let found = step lambda q noise scores
                let value = objective lambda q draws scores
                let least = value found

                let moved (direction: Vec) size =
                    Variational.ofParameters q.Family (Vec.add found.Parameters (Vec.scale size direction))

                let unit i = Vec.init found.Parameters.Length (fun j -> if i = j then 1.0 else 0.0)
                let aside = Mat.row 0 (matrix 1 found.Parameters.Length (seed + 2UL))
                let sds = Variational.standardDeviations found

                [ for i in 0 .. found.Parameters.Length - 1 do
                      let first = 0.05 * (if i < d then sds[i] else 1.0)
                      let slope = Numerical.derivative first (fun size -> value (moved (unit i) size))

                      let allowed =
                          Tolerances.derivative
                              slope.Error
                              (Tolerances.conditioned d (Matrices.condition precision) (abs least))
                              slope.Step

                      Compare.close $"slope {i}" 0.0 slope.Value allowed

                  for size in [ -0.1; 0.1 ] do
                      Compare.atMost
                          "beside"
                          least
                          (value (moved aside size))
                          (Tolerances.conditioned d (Matrices.condition precision) (abs least)) ])

    let private equation: Law =
        law
            "batch-and-match: the covariance solves the quadratic equation, by either of two ways"
            "With fewer draws than coordinates (the low-rank form) and with more, the new covariance S in the coordinates of q solves S U S + S = V, and the mean is the weighted one."
            @"SUS+S=V"
            $"{paper}, (8) to (11)"
            40
            (Scalars.three
                (Scalars.both (Scalars.integer 1 9) (Scalars.integer 2 12))
                (Scalars.positive 0.01 100.0)
                Scalars.seed)
            (fun ((d, count), lambda, seed) ->
                let noise = matrix count d seed
                let scores = matrix count d (seed + 1UL)
                let share = lambda / (1.0 + lambda)
                let mean (rows: Mat) = Vec.init d (fun c -> Vec.sum (Mat.column c rows) / float count)

                let spread (rows: Mat) =
                    let centre = mean rows

                    Seq.init count (fun b -> Vec.subtract (Mat.row b rows) centre)
                    |> Seq.fold
                        (fun sum away -> Mat.add sum (Mat.outer (lambda / float count) away away))
                        (Mat.zero d d)
                    |> Mat.add (Mat.outer share centre centre)

                let u, v = spread scores, Mat.add (Mat.identity d) (spread noise)
                let struct (found, factor) = (BatchAndMatch.matchBatch lambda noise scores).Value
                let s = Chol.toMat factor
                let left = Mat.add (Mat.multiply s (Mat.multiply u s)) s
                let expected = Vec.scale share (Vec.add (Mat.multiplyVec s (mean scores)) (mean noise))
                let allowed = Tolerances.conditioned d (1.0 + Mat.maxAbs u * Mat.maxAbs v) (1.0 + Mat.maxAbs v)

                [ for i in 0 .. d - 1 do
                      Compare.close $"mean {i}" expected[i] found[i] allowed

                      for j in 0..i do
                          Compare.close $"equation {i} {j}" v[i, j] left[i, j] allowed ])

    let private exact: Law =
        law
            "batch-and-match: on a normal density steps end at that density, with any draws"
            "With more draws than coordinates and lambda = B D forty steps from a normal elsewhere end at the density's mean and covariance up to rounding: the draws leave no noise."
            @"p=\mathcal N(m,\Sigma)\Rightarrow q_t\to p"
            $"{paper}, theorem 3.1"
            25
            (Scalars.three (MinimisationLaws.normals 5 100.0) (Scalars.integer 2 8) Scalars.seed)
            (fun ((precision, mean), more, seed) ->
                let d = mean.Length
                let count = d + more
                let covariance = Chol.inverse (Chol.factor "precision" precision)

                let towards (q: Variational) k =
                    let noise = matrix count d (seed + uint64 k)
                    let draws = Variational.transform q noise

                    let scores =
                        Mat.ofRows (
                            Array.init count (fun b ->
                                (Vec.scale -1.0 (Mat.multiplyVec precision (Vec.subtract (Mat.row b draws) mean)))
                                    .ToArray())
                        )

                    step (float (count * d)) q noise scores

                let start = Variational.start (FullRank.family d) (Vec.constant d 3.0) (Vec.constant d 2.0)
                let found = Seq.fold towards start [ 1..40 ]
                let spread = Variational.covariance found
                let allowed = Tolerances.conditioned d (Matrices.condition precision) 1.0

                [ for i in 0 .. d - 1 do
                      let sd = sqrt covariance[i, i]
                      let size = 1.0 + abs mean[i] / sd

                      Compare.close
                          $"mean {i}, in sd"
                          0.0
                          (((Variational.mean found).[i] - mean[i]) / sd)
                          (size * allowed)

                      for j in 0..i do
                          let scale = sd * sqrt covariance[j, j]
                          Compare.close $"covariance {i} {j}" 0.0 ((spread[i, j] - covariance[i, j]) / scale) allowed ])

    let private affine: Law =
        law
            "batch-and-match: a step goes along with a change of coordinates"
            "Under x = A y + b with A lower triangular, the same noise and the scores A'g, the step in y is the step in x mapped back: units and correlations play no part."
            @"q'_y=A^{-1}(q'_x-b)"
            "definition: the objective does not change under an affine map"
            30
            (Scalars.both batches (Matrices.positiveDefinite 5 10.0 30.0))
            (fun (((precision, mean), (count, lambda, seed)), map) ->
                let d = mean.Length

                let a =
                    Chol.factor
                        "map"
                        (Mat.add
                            (Mat.identity d)
                            (Mat.init d d (fun i j -> if i < map.Rows && j < map.Rows then map[i, j] else 0.0)))

                let b = Vec.init d float
                let q = started precision mean
                let noise = matrix count d seed
                let scores = matrix count d (seed + 1UL)

                let image (x: Variational) =
                    FullRank.ofCholesky
                        (Vec.add b (Chol.multiplyLower a (Variational.mean x)))
                        (Chol.ofLower (Mat.multiply a.Lower (FullRank.cholesky x).Lower))

                let pulled = Mat.ofRows (Array.init count (fun k -> (Chol.solveUpper a (Mat.row k scores)).ToArray()))
                let expected = image (step lambda q noise scores)
                let found = step lambda (image q) noise pulled
                let sds = Variational.standardDeviations expected
                let spread, truth = Variational.covariance found, Variational.covariance expected
                let condition = Matrices.condition precision * Matrices.condition (Chol.toMat a)
                let allowed = Tolerances.conditioned d condition (1.0 + lambda)

                [ for i in 0 .. d - 1 do
                      let away = ((Variational.mean found).[i] - (Variational.mean expected).[i]) / sds[i]

                      Compare.close
                          $"mean {i}, in sd"
                          0.0
                          away
                          ((1.0 + abs (Variational.mean expected).[i] / sds[i]) * allowed)

                      for j in 0..i do
                          Compare.close
                              $"covariance {i} {j}"
                              0.0
                              ((spread[i, j] - truth[i, j]) / (sds[i] * sds[j]))
                              allowed ])

    /// A rule must not stop short: where a run is said to have converged, q is where the method's fixed point is.
    let honest (rule: BatchAndMatchOptions -> StopRule<BatchAndMatchInfo>) : Law =
        law
            "batch-and-match's stop rule: converged means at the fixed point, whatever constant log p has"
            "On a skewed density with heavy tails, from five standard deviations away and with a constant added to log p, the fit that ends as converged has an average score of 0 and scores whose covariance is its own inverse."
            @"\mathbb E_q g=0,\quad\mathrm{Cov}_q(g)=\Sigma^{-1}"
            "the equation's fixed point"
            10
            (Scalars.three (Scalars.real 1e5) (Scalars.integer 1 3) Scalars.seed)
            (fun (constant, d, seed) ->
                let options =
                    { BatchAndMatch.defaults d with Start = FromNormal(Vec.constant d 5.0, Vec.constant d 0.5) }

                let density = Targets.raised constant (Targets.skewed d 5.0 1.0)
                let engine = BatchAndMatch.engine options density
                let last = Run.last engine (rule options) (Rng.ofSeed seed)
                let q = engine.Answer last.State
                let struct (draws, _) = Variational.stratifiedDraws 4000 q (Rng.ofSeed (seed + 1UL))
                let values: float[] = Array.zeroCreate 4000
                let scores: float[] = Array.zeroCreate (4000 * d)
                density.Evaluator().ValuesAndGradients(draws.AsSpan(), values.AsSpan(), scores.AsSpan())
                let scores = Mat.ofArray 4000 d scores
                let covariance = Variational.covariance q
                let factor = FullRank.cholesky q
                // In q's own coordinates: scores with mean 0 and covariance I.
                let whitened = Mat.multiply scores factor.Lower
                let accuracy = options.Accuracy

                [ Compare.holds $"{last.Outcome}" last.Outcome.Value.IsConverged
                  for c in 0 .. d - 1 do
                      let column = Mat.column c whitened
                      let mean = Vec.sum column / 4000.0
                      let variance = Vec.sumBy (fun g -> (g - mean) * (g - mean)) column / 4000.0
                      Compare.close $"average score {c} of variance {covariance[c, c]}" 0.0 mean (3.0 * accuracy)
                      // A standard deviation that is off by a share moves the variance of scores by four times as much at most.
                      Compare.close $"variance of scores {c}" 1.0 variance (12.0 * accuracy) ])

    let private engineLaws: Law list =
        EngineLaws.battery
            { Name = "batch-and-match"
              Covers = [ "black-box"; "batch-and-match" ]
              Cases = Scalars.integer 1 3
              Engine =
                fun d ->
                    BatchAndMatch.engine
                        { BatchAndMatch.defaults d with Start = FromNormal(Vec.zero d, Vec.constant d 1.0) }
                        (Targets.skewed d 5.0 1.0)
              Rule = fun d -> BatchAndMatch.stopRule { BatchAndMatch.defaults d with MaxSteps = 80 }
              Budget = fun _ -> 20 }

    let all: Law list =
        [ minimises step; equation; exact; affine; honest BatchAndMatch.stopRule ] @ engineLaws
