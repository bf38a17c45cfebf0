namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// A member of a variational family, made from numbers that shrink.
type FamilyCase = { Dimension: int; Seed: uint64 }

/// Laws of the families of normal approximations.
[<RequireQualifiedAccess>]
module FamilyLaws =

    /// A family by its name and dimension.
    type Subject = { Name: string; Family: int -> VariationalFamily }

    /// Globals first, then a path: as most models have them.
    let private arrow (dimension: int) =
        let globals = min 2 (dimension - 1)

        SparsityPattern.arrow dimension [ { Coordinates = [| globals .. dimension - 1 |]; Order = 1 } ]

    let meanField = { Name = "mean-field"; Family = MeanField.family }
    let fullRank = { Name = "full-rank"; Family = FullRank.family }
    let lowRank = { Name = "low-rank"; Family = fun d -> LowRank.family d 2 }

    let banded =
        { Name = "sparse-precision (band)"
          Family = fun d -> SparsePrecision.family (SparsityPattern.banded d 2) }

    let arrows = { Name = "sparse-precision (arrow)"; Family = arrow >> SparsePrecision.family }

    let dense =
        { Name = "sparse-precision (dense)"; Family = SparsityPattern.dense >> SparsePrecision.family }

    /// Every family.
    let subjects = [ meanField; fullRank; lowRank; banded; arrows; dense ]

    let cases: Arbitrary<FamilyCase> =
        Scalars.both (Scalars.integer 1 7) Scalars.seed
        |> Arb.convert (fun (d, seed) -> { Dimension = d; Seed = seed }) (fun case -> (case.Dimension, case.Seed))

    /// A member: parameters spread about the start at unit standard deviations.
    let memberOf (subject: Subject) (case: FamilyCase) : Variational =
        let family = subject.Family case.Dimension
        let start = family.Start (Vec.zero case.Dimension) (Vec.constant case.Dimension 1.0)
        let struct (noise, _) = Rng.array family.ParameterCount Rng.normal (Rng.ofSeed case.Seed)
        Variational.ofParameters family (Vec.map2 (fun x z -> x + 0.4 * z) start (Vec.ofArray noise))

    /// The same normal with a dense covariance.
    let private oracle (q: Variational) = MvNormal.ofCovariance (Variational.mean q) (Variational.covariance q)

    let private condition (q: Variational) = Matrices.condition (Variational.covariance q)

    /// Random numbers of a case, apart from those that made the member.
    let private numbers count (case: FamilyCase) =
        let struct (values, _) = Rng.array count Rng.normal (Rng.derive 1 (Rng.ofSeed case.Seed))
        Vec.ofArray values

    let battery (subject: Subject) : Law list =
        [ Law.make
              { Name = $"family {subject.Name}: density, entropy and spread are those of the normal that its draws have"
                Statement =
                  "log q, the entropy and the standard deviations equal those of a dense normal with the covariance of the draws."
                Formula = @"q=\mathcal N(m,AA')"
                Source = "normal distribution: Bishop 2006, 2.3"
                Covers = [ "black-box"; subject.Name.Split(' ').[0] ]
                Cases = 50
                Generator = cases
                Holds =
                  fun case ->
                      let q = memberOf subject case
                      let normal = oracle q
                      let x = Vec.add (Variational.mean q) (numbers case.Dimension case)
                      let allowed = Tolerances.conditioned case.Dimension (condition q)
                      let expected = MvNormal.logDensity normal x

                      Compare.close "log q" expected (Variational.logDensity q x) (allowed (1.0 + abs expected))
                      :: Compare.close "entropy" (MvNormal.entropy normal) (Variational.entropy q) (allowed 10.0)
                      :: [ for i in 0 .. case.Dimension - 1 do
                               let sd = sqrt (Variational.covariance q).[i, i]
                               Compare.close $"sd {i}" sd (Variational.standardDeviations q).[i] (allowed sd) ] }
          Law.make
              { Name = $"family {subject.Name}: the estimate's gradient is the derivative of the estimate"
                Statement =
                  "With fixed noise, the gradient that goes with the closed-form entropy is the derivative of the bound's estimate along any direction of the parameters."
                Formula = @"\nabla_\theta\hat{\mathcal L}(\theta,z)"
                Source = "reparametrisation: Kucukelbir et al. 2017; Tan and Nott 2018; Ong, Nott and Smith 2018"
                Covers = [ "black-box"; subject.Name.Split(' ').[0] ]
                Cases = 50
                Generator = cases
                Holds =
                  fun case ->
                      let q = memberOf subject case
                      let density = (Targets.skewed case.Dimension 5.0 2.0).Evaluator()
                      let estimator = { Draws = 3; Antithetic = true; Entropy = ClosedForm }
                      let noise = Mat.ofArray 2 q.Family.NoiseCount ((numbers (2 * q.Family.NoiseCount) case).ToArray())
                      let along = numbers q.Family.ParameterCount { case with Seed = case.Seed + 1UL }

                      let at step = { q with Parameters = Vec.addScaled step along q.Parameters }

                      let estimate q = ElboGradient.ofNoise estimator density q noise
                      let found = Numerical.derivative 0.05 (fun step -> (estimate (at step)).Elbo)
                      let slope = Vec.dot along (estimate q).Gradient
                      let size = 1.0 + abs (estimate q).Elbo

                      [ Compare.close
                            "derivative"
                            found.Value
                            slope
                            (Tolerances.derivative found.Error (Tolerances.rounding 400 size) found.Step) ] }
          Law.make
              { Name = $"family {subject.Name}: scores are the derivatives of log q"
                Statement =
                  "The two estimators of the gradient differ by the score's pullback: with log p = log q itself, sticking the landing gives zero for every noise."
                Formula = @"\nabla_x\log q-\nabla_x\log q=0"
                Source = "Roeder, Wu and Duvenaud 2017"
                Covers = [ "black-box"; subject.Name.Split(' ').[0] ]
                Cases = 50
                Generator = cases
                Holds =
                  fun case ->
                      let q = memberOf subject case
                      let normal = oracle q
                      let precision = Chol.toMat normal.Precision
                      let density = (Targets.normal normal.Mean precision).Evaluator()
                      let noise = Mat.ofArray 1 q.Family.NoiseCount ((numbers q.Family.NoiseCount case).ToArray())

                      let gradient antithetic draws =
                          (ElboGradient.ofNoise
                              { Draws = draws; Antithetic = antithetic; Entropy = StickingTheLanding }
                              density
                              q
                              noise)
                              .Gradient

                      let size =
                          1.0
                          + Mat.maxAbs precision
                            * (1.0 + Mat.maxAbs (Variational.covariance q))
                            * (1.0 + Vec.norm (Mat.row 0 noise))

                      let allowed = Tolerances.conditioned case.Dimension (condition q) (10.0 * size)

                      [ Compare.error "single draw" (Vec.maxAbs (gradient false 1)) allowed
                        Compare.error "pair" (Vec.maxAbs (gradient true 2)) allowed ] }
          Law.make
              { Name = $"family {subject.Name}: a mirrored pair is the average of its two draws"
                Statement =
                  "The estimate of an antithetic pair is the mean of the estimates of a draw and of its mirror image."
                Formula = @"\hat g(z,-z)=\tfrac12(\hat g(z)+\hat g(-z))"
                Source = "antithetic variates"
                Covers = [ "black-box"; subject.Name.Split(' ').[0] ]
                Cases = 50
                Generator = cases
                Holds =
                  fun case ->
                      let q = memberOf subject case
                      let density = (Targets.skewed case.Dimension 5.0 2.0).Evaluator()
                      let noise = numbers q.Family.NoiseCount case
                      let mat (z: Vec) = Mat.ofArray 1 z.Length (z.ToArray())

                      [ for entropy in [ ClosedForm; StickingTheLanding ] do
                            let estimate antithetic draws z =
                                ElboGradient.ofNoise
                                    { Draws = draws; Antithetic = antithetic; Entropy = entropy }
                                    density
                                    q
                                    (mat z)

                            let pair = estimate true 2 noise
                            let one, other = estimate false 1 noise, estimate false 1 (Vec.scale -1.0 noise)
                            let mean = Vec.scale 0.5 (Vec.add one.Gradient other.Gradient)
                            let size = 1.0 + Vec.maxAbs one.Gradient + Vec.maxAbs other.Gradient

                            Compare.error
                                $"gradient, {entropy}"
                                (Vec.maxAbs (Vec.subtract mean pair.Gradient))
                                (Tolerances.conditioned case.Dimension (condition q) size)

                            let size = 1.0 + abs one.Elbo + abs other.Elbo

                            Compare.close
                                "bound"
                                (0.5 * (one.Elbo + other.Elbo))
                                pair.Elbo
                                (Tolerances.rounding 100 size) ] }
          Law.make
              { Name = $"family {subject.Name}: a natural direction's length is the divergence that it makes"
                Statement =
                  "Going a small way along the natural direction d of a gradient g moves q by a divergence of half the step squared times g'd: the metric is the Fisher information. The low-rank family's metric is another one; there g'd must be positive."
                Formula = @"\mathrm{KL}(q_{\theta+\epsilon d}\|q_\theta)\approx\tfrac{\epsilon^2}{2}g'd"
                Source = "Amari 1998"
                Covers = [ "black-box"; subject.Name.Split(' ').[0] ]
                Cases = 50
                Generator = cases
                Holds =
                  fun case ->
                      let q = memberOf subject case
                      let gradient = numbers q.Family.ParameterCount case
                      let natural = Variational.natural q gradient
                      let length = Vec.dot gradient natural

                      if subject.Name = "low-rank" then
                          [ Compare.holds "positive" (length > 0.0) ]
                      else
                          let normal = oracle q
                          let unit = Vec.scale (1.0 / sqrt length) natural

                          let divergence step =
                              let moved = { q with Parameters = Vec.addScaled step unit q.Parameters }
                              2.0 * MvNormal.klDivergence (oracle moved) normal / (step * step)

                          // Both signs: the third-order term cancels; the fourth is left, and rounding of the divergence.
                          let h = 1e-3
                          let allowed = 1e-4 + Tolerances.conditioned case.Dimension (condition q) 1.0 / (h * h)
                          [ Compare.close "ratio" 1.0 (0.5 * (divergence h + divergence -h)) allowed ] } ]

    /// Families agree where they overlap, and integrate to 1 in low dimension.
    let overlaps: Law list =
        [ Law.make
              { Name = "families: log q is normalised"
                Statement = "exp log q integrates to 1 on the line, and on the plane one coordinate after the other."
                Formula = @"\int q=1"
                Source = "definition"
                Covers = [ "black-box" ]
                Cases = 20
                Generator = Scalars.both (Scalars.integer 0 5) Scalars.seed
                Holds =
                  fun (which, seed) ->
                      let subject = subjects[which]
                      let q = memberOf subject { Dimension = 1; Seed = seed }
                      let mean = (Variational.mean q).[0]
                      let sd = (Variational.standardDeviations q).[0]
                      let line = Numerical.integral mean sd (fun x -> Variational.logDensity q (Vec.ofArray [| x |]))
                      let plane = memberOf subject { Dimension = 2; Seed = seed }
                      let means = Variational.mean plane
                      let sds = Variational.standardDeviations plane

                      // Trapezoidal rule on a square of nine standard deviations, exponentially accurate for normals (Trefethen and Weideman 2014);
                      // 0.15 of the conditional width a step.
                      let narrow = exp (Variational.entropy plane - Special.logTwoPi - 1.0) / (sds[0] * sds[1])
                      let steps = int (ceil (9.0 / (0.3 * min 1.0 narrow)))
                      let h = 9.0 / float steps
                      let grid = [| for i in -steps .. steps -> float i * h |]
                      let mutable sum = 0.0

                      for u in grid do
                          let rows = grid |> Array.map (fun v -> [| means[0] + sds[0] * u; means[1] + sds[1] * v |])
                          sum <- sum + Vec.sumBy exp (Variational.logDensities plane (Mat.ofRows rows))

                      [ Compare.close "on the line" 1.0 line (Tolerances.quadrature 1.0)
                        Compare.close "on the plane" 1.0 (sum * h * h * sds[0] * sds[1]) (Tolerances.quadrature 1.0) ] }
          Law.make
              { Name = "families: full-rank without correlation is mean-field"
                Statement =
                  "A full-rank normal with a diagonal factor has the density, the entropy and, in means and scales, the gradient of the mean-field one."
                Formula = @"L=\mathrm{diag}(e^\omega)"
                Source = "definition"
                Covers = [ "black-box" ]
                Cases = 50
                Generator = cases
                Holds =
                  fun case ->
                      let q = memberOf meanField case
                      let mean, sds = Variational.mean q, Variational.standardDeviations q
                      let full = Variational.start (FullRank.family case.Dimension) mean sds

                      let sparse =
                          Variational.start (SparsePrecision.family (SparsityPattern.dense case.Dimension)) mean sds

                      let noise = Mat.ofArray 1 case.Dimension ((numbers case.Dimension case).ToArray())
                      let density = (Targets.skewed case.Dimension 5.0 2.0).Evaluator()

                      let estimate q =
                          ElboGradient.ofNoise { Draws = 2; Antithetic = true; Entropy = ClosedForm } density q noise

                      let a, b, c = estimate q, estimate full, estimate sparse
                      let size = 1.0 + abs a.Elbo + Vec.maxAbs a.Gradient
                      let allowed = Tolerances.rounding 100 size

                      [ Compare.close "bound" a.Elbo b.Elbo allowed
                        Compare.close "bound, sparse precision" a.Elbo c.Elbo allowed
                        for i in 0 .. case.Dimension - 1 do
                            Compare.close $"mean {i}" a.Gradient[i] b.Gradient[i] allowed
                            Compare.close $"mean {i}, sparse precision" a.Gradient[i] c.Gradient[i] allowed

                            Compare.close
                                $"log scale {i}"
                                a.Gradient[case.Dimension + i]
                                b.Gradient[case.Dimension + i * (i + 3) / 2]
                                allowed ] }
          Law.make
              { Name = "sparsity patterns: the arrow holds a path's posterior"
                Statement =
                  "The Cholesky factor of a path's precision, globals last, has no number outside the arrow: the family with that factor is the exact posterior."
                Formula = @"T T'=\Lambda"
                Source = "Tan and Nott 2018; Rue and Held 2005"
                Covers = [ "black-box" ]
                Cases = 50
                Generator = Scalars.three (Scalars.integer 2 12) (Scalars.integer 0 2) (Scalars.positive 0.1 10.0)
                Holds =
                  fun (length, globals, seen) ->
                      let d = length + globals
                      // Globals first in the coordinates: each shifts every value of the path.
                      let path = Targets.pathPrecision length 0.9 seen

                      let precision =
                          Mat.init d d (fun i j ->
                              if i >= globals && j >= globals then path[i - globals, j - globals]
                              elif i = j then 3.0 + float d
                              elif i < globals && j < globals then 0.5
                              else -0.2)

                      let pattern = SparsityPattern.arrow d [ { Coordinates = [| globals .. d - 1 |]; Order = 1 } ]

                      let order = [| yield! [| globals .. d - 1 |]; yield! [| 0 .. globals - 1 |] |]
                      let factor = Chol.factor "precision" (Mat.submatrix order order precision)
                      let q = SparsePrecision.ofCholesky pattern (Vec.zero d) factor
                      let exact = Chol.inverse (Chol.factor "precision" precision)

                      [ for i in 0 .. d - 1 do
                            Compare.close
                                $"sd {i}"
                                (sqrt exact[i, i])
                                (Variational.standardDeviations q).[i]
                                (Tolerances.conditioned d (Matrices.condition precision) (sqrt exact[i, i])) ] } ]

    let all: Law list = (subjects |> List.collect battery) @ overlaps
