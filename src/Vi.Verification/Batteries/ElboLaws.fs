namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// An estimator of the bound's gradient from fixed noise, given, so that a wrong one can be tried.
type GradientEstimator = ElboEstimator -> IDensityEvaluator -> Variational -> Mat -> ElboGradient

/// Laws of estimates of the bound and its gradient.
[<RequireQualifiedAccess>]
module ElboLaws =

    /// Gauss-Hermite grid of a dimension: noise and weight. log p has a pole at i sqrt nu, which limits the rate of convergence.
    let private grid dimension =
        let struct (nodes, weights) = Quadrature.gaussHermite (if dimension = 1 then 120 else 48)

        if dimension = 1 then
            [| for i in 0 .. nodes.Length - 1 -> struct ([| nodes[i] |], weights[i]) |]
        else
            [| for i in 0 .. nodes.Length - 1 do
                   for j in 0 .. nodes.Length - 1 do
                       struct ([| nodes[i]; nodes[j] |], weights[i] * weights[j]) |]

    let private grids = [| grid 1; grid 2 |]

    /// Families whose draws take D numbers.
    let private subjects = [ FamilyLaws.meanField; FamilyLaws.fullRank; FamilyLaws.dense ]

    /// The gradient's expectation by quadrature is the derivative of the bound, whose expectation is by quadrature and whose entropy is of
    /// the dense normal.
    let unbiased (estimator: GradientEstimator) : Law =
        Law.make
            { Name = "elbo gradient: estimates average to the derivative of the bound"
              Statement =
                "Averaged over its noise by quadrature, the gradient of each estimator is the derivative of E_q[log p] + H[q]; the density is skewed with heavy tails."
              Formula = @"\mathbb E_z\hat g=\nabla_\theta(\mathbb E_q\log p+\mathbb H q)"
              Source = "Kucukelbir et al. 2017; Roeder, Wu and Duvenaud 2017"
              Covers = [ "black-box"; "advi" ]
              Cases = 12
              Generator = Scalars.three (Scalars.integer 1 2) (Scalars.integer 0 2) Scalars.seed
              Holds =
                fun (d, which, seed) ->
                    let subject = subjects[which]
                    let q = FamilyLaws.memberOf subject { Dimension = d; Seed = seed }
                    let target = Targets.skewed d 8.0 1.5
                    let evaluator = target.Evaluator()
                    let points = grids[d - 1]

                    let bound (q: Variational) =
                        let positions =
                            Variational.transform q (Mat.ofRows (points |> Array.map (fun (struct (z, _)) -> z)))

                        let mutable sum = 0.0

                        for k in 0 .. points.Length - 1 do
                            let struct (_, weight) = points[k]
                            sum <- sum + weight * evaluator.Value(positions.AsSpan().Slice(k * d, d))

                        sum + MvNormal.entropy (MvNormal.ofCovariance (Variational.mean q) (Variational.covariance q))

                    let struct (numbers, _) =
                        Rng.array q.Family.ParameterCount Rng.normal (Rng.derive 2 (Rng.ofSeed seed))

                    let along = Vec.ofArray numbers

                    let derivative =
                        Numerical.derivative 0.05 (fun step ->
                            bound { q with Parameters = Vec.addScaled step along q.Parameters })

                    [ for entropy in [ ClosedForm; StickingTheLanding ] do
                          let mutable slope = 0.0
                          let mutable value = 0.0

                          for struct (z, weight) in points do
                              let found =
                                  estimator
                                      { Draws = 1; Antithetic = false; Entropy = entropy }
                                      evaluator
                                      q
                                      (Mat.ofArray 1 d z)

                              slope <- slope + weight * Vec.dot along found.Gradient
                              value <- value + weight * found.Elbo

                          // Quadrature of the two sides is the same rule, but for sticking the landing it is exact only as the rule is.
                          let allowed =
                              Tolerances.derivative
                                  derivative.Error
                                  (Tolerances.rounding 3000 (1.0 + abs value))
                                  derivative.Step
                              + 1e-7 * (1.0 + Vec.norm along)

                          Compare.close $"gradient, {entropy}" derivative.Value slope allowed
                          Compare.close $"bound, {entropy}" (bound q) value (1e-9 * (1.0 + abs value)) ] }

    /// Gradients of the minibatches of a partition, each weighted by its rows, add up to the gradient of all rows.
    let partition (density: Targets.BatchScale -> int -> uint64 -> RowDensity) (scale: Targets.BatchScale) : Law =
        Law.make
            { Name = "minibatches: gradients over a partition add up to the full one"
              Statement =
                "With the same draws, the average over the minibatches of a partition, each weighted by its share of the rows, is the estimate from all rows, the ragged last minibatch included."
              Formula = @"\sum_b\tfrac{M_b}{N}\hat g_b=\hat g"
              Source = "log likelihood is a sum over rows"
              Covers = [ "black-box"; "advi" ]
              Cases = 30
              Generator = Scalars.three (Scalars.integer 2 40) (Scalars.integer 1 12) Scalars.seed
              Holds =
                fun (rows, batch, seed) ->
                    let density = density scale rows seed
                    let d = density.Whole.Dimension
                    let q = FamilyLaws.memberOf FamilyLaws.meanField { Dimension = d; Seed = seed }
                    let struct (noise, _) = Variational.noise 2 q (Rng.ofSeed seed)
                    let estimator = { Draws = 4; Antithetic = true; Entropy = ClosedForm }
                    let whole = ElboGradient.ofNoise estimator (density.Whole.Evaluator()) q noise
                    let minibatch = density.Minibatch()
                    let struct (order, _) = Rng.permutation rows (Rng.ofSeed seed)

                    let parts =
                        order
                        |> Array.chunkBySize (min batch rows)
                        |> Array.map (fun selected ->
                            minibatch.Select(ReadOnlySpan selected)
                            let part = ElboGradient.ofNoise estimator minibatch q noise
                            struct (float selected.Length / float rows, part))

                    let sum f = parts |> Array.sumBy (fun (struct (share, part)) -> share * f part)
                    let size = 1.0 + abs whole.Elbo + Vec.maxAbs whole.Gradient

                    [ Compare.close
                          "bound"
                          whole.Elbo
                          (sum (fun part -> part.Elbo))
                          (Tolerances.regrouped (10 * rows) (float rows * size))
                      for i in 0 .. q.Family.ParameterCount - 1 do
                          Compare.close
                              $"gradient {i}"
                              whole.Gradient[i]
                              (sum (fun part -> part.Gradient[i]))
                              (Tolerances.regrouped (10 * rows) (float rows * size)) ] }

    let private badPoints: Law =
        Law.make
            { Name = "elbo gradient: draws at which log p is not finite are left out and counted"
              Statement =
                "A density that is minus infinity to the left of its mean costs half of the draws and no more: what is left is the estimate from the others, and no number becomes infinite."
              Formula = @"\log p=-\infty"
              Source = "a bad point is a value"
              Covers = [ "black-box"; "advi" ]
              Cases = 20
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let density =
                        LogDensity.ofFunction 1 (fun x ->
                            if x[0] < 0.0 then
                                struct (Double.NegativeInfinity, [| Double.NaN |])
                            else
                                struct (-x[0], [| -1.0 |]))

                    let q = Variational.start (MeanField.family 1) (Vec.zero 1) (Vec.constant 1 1.0)
                    let struct (noise, _) = Variational.noise 50 q (Rng.ofSeed seed)

                    let found =
                        ElboGradient.ofNoise
                            { Draws = 50; Antithetic = false; Entropy = ClosedForm }
                            (density.Evaluator())
                            q
                            noise

                    let below = noise.ToArray() |> Array.filter (fun z -> z < 0.0) |> Array.length

                    [ Compare.close "bad draws" (float below) (float found.BadDraws) 0.0
                      Compare.close "slope in the mean" -1.0 found.Gradient[0] (Tolerances.rounding 100 1.0) ] }

    let all: Law list =
        [ unbiased ElboGradient.ofNoise
          partition (fun scale rows seed -> Targets.logistic scale rows 3 seed) Targets.rightScale
          badPoints ]
