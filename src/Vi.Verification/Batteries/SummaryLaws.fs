namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Means and standard deviations that are said of a posterior, against integrals and draws.
[<RequireQualifiedAccess>]
module SummaryLaws =

    let private draws = 2000

    /// The summary is given, so that a wrong one can be tried.
    let internal regression (exact: LinearRegressionPrior -> Moments -> ExactRegression voption) : Law =
        Law.make
            { Name = "linear-regression: exact means and standard deviations are integrals over the noise"
              Statement =
                "Means and standard deviations of the weights and of the noise precision under the exact posterior equal plain sums over log tau of what is exact given tau, in each weight's own unit."
              Formula =
                @"\mathrm{Var}[w_j]=\mathbb E_\tau\big[(P_\tau^{-1})_{jj}\big]+\mathrm{Var}_\tau\big[\mathbb E[w_j\mid\tau]\big]"
              Source = "Bishop 2006, 3.5; law of total variance"
              Covers = [ "linear-regression" ]
              Cases = 20
              Generator = Samples.regression 2 20
              Holds =
                fun case ->
                    let data = Moments.ofRows (ConjugateSubject.table (case.Columns + 1) case.Rows)
                    let found = (exact case.Prior data).Value
                    let expected = Evidence.regressionMoments case.Prior case.Rows
                    // The two sides go through eigenvectors and elimination, and lose what the evidences of the two lose.
                    let allowed = 1e-8

                    [ Compare.close
                          "mean of tau, in sds"
                          0.0
                          ((found.NoisePrecisionMean - expected.NoiseMean) / expected.NoiseSd)
                          allowed
                      Compare.close "sd of tau, as a ratio" 1.0 (found.NoisePrecisionSd / expected.NoiseSd) allowed

                      for j in 0 .. case.Columns - 1 do
                          Compare.close
                              $"mean of weight {j}, in sds"
                              0.0
                              ((found.WeightMeans[j] - expected.Means[j]) / expected.Sds[j])
                              allowed

                          Compare.close
                              $"sd of weight {j}, as a ratio"
                              1.0
                              (found.WeightSds[j] / expected.Sds[j])
                              allowed ] }

    let internal meanPrecision (posterior: NormalGamma -> Moments -> NormalGamma) : Law =
        Law.make
            { Name = "gaussian-mean-precision: exact means and variances are sums over mean and precision"
              Statement =
                "Means and variances of mu and tau under the exact posterior equal sums over a grid of both of prior times likelihood."
              Formula =
                @"\mathbb E[f]=\frac{\iint f\,p(x\mid\mu,\tau)\,p(\mu,\tau)}{\iint p(x\mid\mu,\tau)\,p(\mu,\tau)}"
              Source = "definition of the posterior"
              Covers = [ "gaussian-mean-precision" ]
              Cases = 10
              Generator = Samples.gaussianMeanPrecision 4 20
              Holds =
                fun case ->
                    let found = posterior case.Prior (Moments.ofRows (ConjugateSubject.table 1 case.Rows))

                    let expected = Evidence.normalGammaMoments case.Prior (case.Rows |> Array.map Array.head)
                    let struct (mean, precision) = NormalGamma.mean found
                    let struct (ofMean, ofPrecision) = NormalGamma.variance found
                    // With shape a the mass of small tau falls as tau^a, of variances as tau^(a - 1), a at least 2: e^-60 beyond the grid.
                    let allowed = 1e-8

                    [ Compare.close
                          "mean of mu, in sds"
                          0.0
                          ((mean - expected.Mean) / sqrt expected.MeanVariance)
                          allowed
                      Compare.close "variance of mu, as a ratio" 1.0 (ofMean / expected.MeanVariance) allowed
                      Compare.close "mean of tau, as a ratio" 1.0 (precision / expected.Precision) allowed
                      Compare.close "variance of tau, as a ratio" 1.0 (ofPrecision / expected.PrecisionVariance) allowed ] }

    /// What is said of a component of a mixture: distributions of a mean's and a variance's entry, a covariance and a squared distance.
    let internal components
        (mean: int -> MixtureComponent -> StudentT)
        (variance: int -> MixtureComponent -> InverseGamma)
        (covariance: MixtureComponent -> Mat)
        (squaredDistance: Vec -> MixtureComponent -> float)
        : Law =
        let cases =
            Scalars.three (Samples.mixture 0 0 3 1 1) Scalars.seed (Arb.fromGen (Gen.elements [ true; false ]))

        Law.make
            { Name = "gaussian-mixture: what is said of a component's mean and variances is how draws of it scatter"
              Statement =
                "Draws of a component's mean and of the diagonal of its covariance have the stated distributions; its covariance is the inverse of the expected precision, by which distances are measured."
              Formula = @"\mu_j\sim t,\quad\Sigma_{jj}\sim\mathrm{IG},\quad C=\mathbb E[\Lambda]^{-1}"
              Source = "draws; Gelman et al. 2013, appendix A"
              Covers = [ "gaussian-mixture"; "regime-switching" ]
              Cases = 15
              Generator = cases
              Holds =
                fun (case, seed, joint) ->
                    let d = case.Prior.Component.Mean.Length
                    let own = case.Prior.Component

                    let independent =
                        Array.init d (fun j ->
                            NormalGamma.create
                                own.Mean[j]
                                own.PrecisionScale
                                (0.5 * own.Precision.DegreesOfFreedom)
                                (0.5 + float j))

                    let c = if joint then Joint own else Independent independent

                    /// A draw of the mean's entries and of the covariance's diagonal.
                    let draw rng : struct (struct (float[] * float[]) * Rng) =
                        if joint then
                            let struct (struct (mu, lambda), rng) = NormalWishart.sample own rng
                            let inverse = Chol.inverse lambda
                            struct (struct (mu.ToArray(), Array.init d (fun j -> inverse[j, j])), rng)
                        else
                            let mutable rng = rng
                            let pairs = Array.zeroCreate d

                            for j in 0 .. d - 1 do
                                let struct (struct (mu, tau), next) = NormalGamma.sample independent[j] rng
                                pairs[j] <- struct (mu, 1.0 / tau)
                                rng <- next

                            let first = pairs |> Array.map (fun (struct (mu, _)) -> mu)
                            struct (struct (first, pairs |> Array.map (fun (struct (_, v)) -> v)), rng)

                    let struct (drawn, rng) = Rng.array draws draw (Rng.ofSeed seed)

                    let expected =
                        if joint then
                            NormalWishart.expectedPrecision own
                        else
                            Mat.diagonalOf (Vec.init d (fun j -> independent[j].Shape / independent[j].Rate))

                    let product = Mat.multiply (covariance c) expected
                    let struct (place, _) = Rng.array d Rng.normal rng
                    let away = Array.init d (fun j -> place[j] - (if joint then own.Mean[j] else independent[j].Mean))

                    let square =
                        Seq.sum (
                            seq {
                                for i in 0 .. d - 1 do
                                    for j in 0 .. d - 1 do
                                        away[i] * expected[i, j] * away[j]
                            }
                        )

                    let condition = Matrices.condition expected

                    [ for j in 0 .. d - 1 do
                          Compare.error
                              $"distance of means' distribution, column {j}"
                              (Numerical.kolmogorovSmirnov
                                  (StudentT.cdf (mean j c))
                                  (drawn |> Array.map (fun (struct (mu, _)) -> mu[j])))
                              (Tolerances.kolmogorovSmirnov draws)

                          Compare.error
                              $"distance of variances' distribution, column {j}"
                              (Numerical.kolmogorovSmirnov
                                  (InverseGamma.cdf (variance j c))
                                  (drawn |> Array.map (fun (struct (_, v)) -> v[j])))
                              (Tolerances.kolmogorovSmirnov draws)

                      for j in 0 .. d - 1 do
                          Compare.close
                              $"expected mean {j}"
                              (if joint then own.Mean[j] else independent[j].Mean)
                              (MixtureComponent.mean c).[j]
                              0.0

                      Compare.error
                          "covariance times expected precision, less I"
                          (Mat.maxAbs (Mat.subtract product (Mat.identity d)))
                          (Tolerances.conditioned d condition 1.0)

                      Compare.close
                          "squared distance"
                          square
                          (squaredDistance (Vec.ofArray place) c)
                          (Tolerances.conditioned d condition (abs square)) ] }

    /// Mean and standard deviation of the expected rows until a state is left.
    let internal duration (duration: Beta -> struct (float * float)) : Law =
        Law.make
            { Name = "regime-switching: expected durations have the moments of 1 / (1 - p)"
              Statement =
                "Mean and standard deviation of 1 / (1 - p) under a beta distribution of p equal integrals over the logit of p, and are infinite where these do not converge."
              Formula = @"\mathbb E\Big[\frac1{1-p}\Big],\quad\mathbb E\Big[\frac1{(1-p)^2}\Big]"
              Source = "definition"
              Covers = [ "regime-switching" ]
              Cases = 50
              Generator = Scalars.both (Scalars.positive 0.1 50.0) (Scalars.positive 0.3 50.0)
              Holds =
                fun (a, b) ->
                    let struct (mean, sd) = duration (Beta.create a b)
                    let logBeta = Special.logGamma a + Special.logGamma b - Special.logGamma (a + b)

                    /// E[(1 - p)^-power], 1 / (1 - p) = 1 + exp t of the logit t.
                    let expected power =
                        Numerical.integral
                            (Special.digamma a - Special.digamma b)
                            (sqrt (Special.trigamma a + Special.trigamma b))
                            (fun t ->
                                let softplus = max t 0.0 + Special.log1p (exp -(abs t))
                                a * t - (a + b - power) * softplus - logBeta)

                    [ if b <= 1.0 then
                          Compare.holds "no mean" (Double.IsPositiveInfinity mean)
                      elif b > 1.1 then
                          let first = expected 1.0
                          Compare.close "mean" first mean (Tolerances.quadrature first)

                      if b <= 2.0 then
                          Compare.holds "no standard deviation" (Double.IsPositiveInfinity sd)
                      elif b > 2.1 then
                          let first, second = expected 1.0, expected 2.0
                          Compare.close "second moment" second (sd * sd + mean * mean) (Tolerances.quadrature second)
                          Compare.close "variance" (second - first * first) (sd * sd) (Tolerances.quadrature second)
                      else
                          Compare.holds "a mean" (mean > 1.0) ] }

    /// The normal with the curvature of the posterior is given, so that a wrong one can be tried.
    let internal curvature (curvatureAt: LogisticRegressionPrior -> Rows -> MvNormal -> MvNormal) : Law =
        Law.make
            { Name = "logistic-regression: the curvature at an answer is the second derivative of log p"
              Statement =
                "The precision taken at any weights is minus the second derivative of the log posterior along any direction, prior and rows together; the mean stays."
              Formula = @"u^\top Pu=-\frac{d^2}{dh^2}\log p(w+hu,y)\Big|_{h=0}"
              Source = "Bishop 2006, 4.143"
              Covers = [ "logistic-regression" ]
              Cases = 40
              Generator = Scalars.both (Samples.logistic 1 20 3) Scalars.seed
              Holds =
                fun (case, seed) ->
                    let q = ConjugateSubject.sweeps LogisticSubjects.logistic case 2 case.Prior.Weights
                    let d = case.Prior.Centre.Length
                    let found = curvatureAt case.Prior (ConjugateSubject.table (d + 1) case.Rows) q
                    let struct (along, _) = Rng.array q.Mean.Length Rng.normal (Rng.ofSeed seed)
                    let u = Vec.ofArray along
                    let prior = Chol.toMat case.Prior.Weights.Precision

                    let row (x: float[]) =
                        Vec.init q.Mean.Length (fun j -> if j < d then x[j] - case.Prior.Centre[j] else 1.0)

                    /// d/dh log p(w + h u, y).
                    let slope h =
                        let w = Vec.addScaled h u q.Mean

                        (case.Rows
                         |> Array.sumBy (fun x ->
                             let design = row x
                             (x[d] - LogisticRegression.sigmoid (Vec.dot design w)) * Vec.dot design u))
                        - Mat.bilinear (Vec.subtract w case.Prior.Weights.Mean) prior u

                    let second = Numerical.derivative 0.1 slope
                    let expected = -second.Value
                    let size = Mat.bilinear u prior u + (case.Rows |> Array.sumBy (fun x -> Vec.dot (row x) u ** 2.0))

                    [ Compare.error "the mean" (Vec.maxAbs (Vec.subtract found.Mean q.Mean)) 0.0
                      Compare.close
                          "curvature along a direction"
                          expected
                          (Mat.bilinear u (Chol.toMat found.Precision) u)
                          (Tolerances.derivative second.Error (Tolerances.rounding 64 (1.0 + size)) second.Step
                           + Tolerances.finiteDifference size) ] }

    let all: Law list =
        [ curvature LogisticRegression.curvatureAt
          regression ExactRegression.ofMoments
          meanPrecision GaussianMeanPrecision.posterior
          components
              MixtureComponent.marginalMean
              MixtureComponent.marginalVariance
              MixtureComponent.covariance
              MixtureComponent.squaredDistance
          duration RegimeSwitching.duration ]
