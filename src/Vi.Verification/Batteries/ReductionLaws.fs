namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Families that are another family in their smallest dimension or as a marginal: constants that one page got wrong show against the
/// other.
[<RequireQualifiedAccess>]
module ReductionLaws =

    let private bishop = "Bishop 2006, Appendix B"

    /// Density and entropy of a distribution and of its equal in another family at a point.
    let private same (a: float) (b: float) (entropyA: float) (entropyB: float) size =
        [ Compare.close "log density" a b (Tolerances.rounding 64 (1.0 + abs a + size))
          Compare.close "entropy" entropyA entropyB (Tolerances.rounding 64 (1.0 + abs entropyA + size)) ]

    let private one v = Vec.constant 1 v
    let private one' v = Chol.scaledIdentity 1 v

    let all: Law list =
        [ Law.make
              { Name = "mv-normal: one dimension is the normal"
                Statement = "The multivariate normal in one dimension has the normal's density and entropy."
                Formula = @"N_1(m,P)=N(m,1/P)"
                Source = bishop
                Covers = [ "mv-normal"; "normal" ]
                Cases = 100
                Generator = Families.withSeed (Families.normal Moderate)
                Holds =
                  fun (d, seed) ->
                      let wide = MvNormal.create (one d.Mean) (one' (1.0 / d.Variance))
                      let struct (x, _) = Normal.sample d (Rng.ofSeed seed)

                      same
                          (Normal.logDensity d x)
                          (MvNormal.logDensity wide (one x))
                          (Normal.entropy d)
                          (MvNormal.entropy wide)
                          1.0 }
          Law.make
              { Name = "dirichlet: two entries are the beta"
                Statement = "The Dirichlet of two entries has the beta's density and entropy."
                Formula = @"\mathrm{Dir}(a,b)=\mathrm{Beta}(a,b)"
                Source = bishop
                Covers = [ "dirichlet"; "beta" ]
                Cases = 100
                Generator =
                  Scalars.both (Families.one (Families.beta Moderate)) (Arb.fromGen (Scalars.uniformGen 0.01 0.99))
                Holds =
                  fun (d, x) ->
                      let wide = Dirichlet.create (Vec.ofArray [| d.Alpha; d.Beta |])

                      same
                          (Beta.logDensity d x)
                          (Dirichlet.logDensity wide (Vec.ofArray [| x; 1.0 - x |]))
                          (Beta.entropy d)
                          (Dirichlet.entropy wide)
                          (d.Alpha + d.Beta) }
          Law.make
              { Name = "wishart: one dimension is the gamma"
                Statement = "The Wishart in one dimension is Gamma(nu / 2, 1 / (2 W))."
                Formula = @"W_1(w,\nu)=\mathrm{Gamma}(\nu/2,1/(2w))"
                Source = bishop
                Covers = [ "wishart"; "gamma"; "gaussian-mixture" ]
                Cases = 100
                Generator = Families.withSeed (Families.gamma Moderate)
                Holds =
                  fun (d, seed) ->
                      let wide = Wishart.create (2.0 * d.Shape) (one' (2.0 * d.Rate))
                      let struct (x, _) = Gamma.sample d (Rng.ofSeed seed)

                      Compare.close
                          "E[log x]"
                          (Gamma.expectedLog d)
                          (Wishart.expectedLogDeterminant wide)
                          (Tolerances.rounding 64 (1.0 + abs (Gamma.expectedLog d)))
                      :: same
                          (Gamma.logDensity d x)
                          (Wishart.logDensity wide (one' x))
                          (Gamma.entropy d)
                          (Wishart.entropy wide)
                          (d.Shape * (2.0 + abs (log d.Rate) + abs (log x)) + d.Rate * x) }
          Law.make
              { Name = "wishart: density by Bartlett's decomposition"
                Statement =
                  "The density is that of Bartlett's independent chi-square and normal variables times the Jacobian of the way to the matrix."
                Formula = @"X=LAA^\top L^\top,\ a_{ii}^2\sim\chi^2_{\nu-i+1},\ a_{ij}\sim N(0,1)"
                Source = "Bartlett 1933; Anderson 2003, 7.2"
                Covers = [ "wishart"; "gaussian-mixture" ]
                Cases = 100
                Generator = Families.withSeed (Families.wishart Moderate)
                Holds =
                  fun (d, seed) ->
                      let n = Wishart.dimension d
                      let struct (x, _) = Wishart.sample d (Rng.ofSeed seed)
                      let scale = Chol.factor "the scale" (Chol.inverse d.InverseScale)
                      let a = Mat.multiply (Chol.inverseLower scale) x.Lower

                      let diagonal i =
                          // log density of a_ii: chi-square of its square times the slope 2 a_ii.
                          let half = 0.5 * (d.DegreesOfFreedom - float i)
                          let value = a[i, i]

                          (2.0 * half - 1.0) * log value
                          - 0.5 * value * value
                          - (half - 1.0) * log 2.0
                          - Special.logGamma half

                      let below =
                          Seq.sum (
                              seq {
                                  for i in 0 .. n - 1 do
                                      for j in 0 .. i - 1 do
                                          -0.5 * (Special.logTwoPi + a[i, j] * a[i, j])
                              }
                          )
                      // dX = 2^D prod c_ii^(D - i) dC for the factor C = L A, and dC = prod l_ii^(i + 1) dA.
                      let jacobian =
                          Seq.sumBy
                              (fun i ->
                                  log 2.0 + float (n - i) * log x.Lower[i, i] + float (i + 1) * log scale.Lower[i, i])
                              (seq { 0 .. n - 1 })

                      let expected = Seq.sumBy diagonal (seq { 0 .. n - 1 }) + below - jacobian
                      let size = d.DegreesOfFreedom * (4.0 + abs x.LogDeterminant + abs d.InverseScale.LogDeterminant)

                      [ Compare.close
                            "log density"
                            expected
                            (Wishart.logDensity d x)
                            (Tolerances.conditioned
                                n
                                (Matrices.condition (Chol.toMat d.InverseScale))
                                (size + abs expected)) ] }
          Law.make
              { Name = "normal-wishart: one dimension is the normal-gamma"
                Statement =
                  "The normal-Wishart in one dimension is the normal-gamma with shape nu / 2 and rate 1 / (2 W)."
                Formula = @"\mathrm{NW}_1(m,k,w,\nu)=\mathrm{NG}(m,k,\nu/2,1/(2w))"
                Source = bishop
                Covers = [ "normal-wishart"; "normal-gamma"; "gaussian-mixture" ]
                Cases = 100
                Generator = Families.withSeed (Families.normalGamma Moderate)
                Holds =
                  fun (d, seed) ->
                      let wide =
                          NormalWishart.create
                              (one d.Mean)
                              d.PrecisionScale
                              (Wishart.create (2.0 * d.Shape) (one' (2.0 * d.Rate)))

                      let struct (struct (mu, tau), _) = NormalGamma.sample d (Rng.ofSeed seed)

                      same
                          (NormalGamma.logDensity d (struct (mu, tau)))
                          (NormalWishart.logDensity wide (struct (one mu, one' tau)))
                          (NormalGamma.entropy d)
                          (NormalWishart.entropy wide)
                          (d.Shape * (2.0 + abs (log d.Rate) + abs (log tau))
                           + d.Rate * tau
                           + d.PrecisionScale * tau * (mu * mu + d.Mean * d.Mean)) }
          Law.make
              { Name = "inverse-gamma: the distribution of a gamma variable's reciprocal"
                Statement = "p(1 / x) of the inverse gamma is the gamma's density at x with the Jacobian x^2."
                Formula = @"p_{IG}(1/x)=x^2 p_G(x)"
                Source = "change of variables"
                Covers = [ "inverse-gamma"; "gamma" ]
                Cases = 100
                Generator = Families.withSeed (Families.gamma Moderate)
                Holds =
                  fun (d, seed) ->
                      let struct (x, _) = Gamma.sample d (Rng.ofSeed seed)
                      let inverse = InverseGamma.create d.Shape d.Rate
                      let size = 1.0 + d.Shape * (2.0 + abs (log x) + abs (log d.Rate)) + d.Rate * x

                      [ Compare.close
                            "log density"
                            (Gamma.logDensity d x + 2.0 * log x)
                            (InverseGamma.logDensity inverse (1.0 / x))
                            (Tolerances.rounding 64 size) ] }
          Law.make
              { Name = "student-t: a normal-gamma's predictive"
                Statement =
                  "Bayes' theorem in one point: evidence of the point times posterior density is prior density times likelihood, at any mean and precision."
                Formula = @"t(x)\,p(\mu,\tau\mid x)=p(\mu,\tau)\,N(x\mid\mu,1/\tau)"
                Source = "Bishop 2006, 2.158"
                Covers = [ "student-t"; "normal-gamma"; "gaussian-mean-precision" ]
                Cases = 100
                Generator = Scalars.both (Families.withSeed (Families.normalGamma Moderate)) (Scalars.real 5.0)
                Holds =
                  fun ((d, seed), x) ->
                      let struct (struct (mu, tau), _) = NormalGamma.sample d (Rng.ofSeed seed)
                      let k = d.PrecisionScale

                      let posterior =
                          NormalGamma.create
                              ((k * d.Mean + x) / (k + 1.0))
                              (k + 1.0)
                              (d.Shape + 0.5)
                              (d.Rate + 0.5 * k * (x - d.Mean) * (x - d.Mean) / (k + 1.0))

                      let joint =
                          NormalGamma.logDensity d (struct (mu, tau))
                          + Normal.logDensity (Normal.create mu (1.0 / tau)) x

                      let evidence = StudentT.logDensity (StudentT.predictive d) x

                      let size =
                          1.0
                          + d.Shape * (2.0 + abs (log tau))
                          + d.Rate * tau
                          + k * tau * (mu * mu + d.Mean * d.Mean + x * x)

                      [ Compare.close
                            "log evidence + log posterior"
                            joint
                            (evidence + NormalGamma.logDensity posterior (struct (mu, tau)))
                            (Tolerances.rounding 256 size) ] }
          Law.make
              { Name = "mv-student-t: a normal-Wishart's predictive"
                Statement = "The predictive density of one row is the normal-Wishart evidence of that row."
                Formula = @"t(x)=p(x)"
                Source = "Bishop 2006, 10.81; Murphy 2007, 266"
                Covers = [ "mv-student-t"; "normal-wishart"; "gaussian-mixture" ]
                Cases = 100
                Generator =
                  Scalars.both
                      (Families.one (Families.normalWishart Moderate))
                      (Arb.fromGenShrink (Scalars.vectorGen 4 5.0, Scalars.shrinkVector))
                Holds =
                  fun (d, numbers) ->
                      let x = Vec.slice 0 d.Mean.Length numbers
                      let evidence = Evidence.normalWishart d [| x.ToArray() |]
                      let condition = Matrices.condition (Chol.toMat d.Precision.InverseScale)

                      [ Compare.close
                            "log density"
                            evidence
                            (MvStudentT.logDensity (MvStudentT.predictive d) x)
                            (Tolerances.conditioned
                                d.Mean.Length
                                condition
                                (10.0 + abs evidence + 4.0 * d.Precision.DegreesOfFreedom)) ] }
          Law.make
              { Name = "normal-scale-mixture: without variance it is Student's t"
                Statement = "With a certain mean the mixture over a gamma precision is Student's t."
                Formula = @"\int N(y\mid m,1/\tau)\,\mathrm{Gamma}(\tau\mid a,b)\,d\tau=t_{2a}"
                Source = "Bishop 2006, 2.158"
                Covers = [ "normal-scale-mixture"; "student-t"; "linear-regression" ]
                Cases = 100
                Generator = Scalars.both Families.studentT (Scalars.real 20.0)
                Holds =
                  fun (d, z) ->
                      let shape = 0.5 * d.DegreesOfFreedom
                      let mixture = NormalScaleMixture.create d.Location 0.0 shape (shape * d.Scale * d.Scale)
                      let y = d.Location + d.Scale * z
                      let expected = StudentT.logDensity d y

                      [ Compare.close
                            "log density"
                            expected
                            (NormalScaleMixture.logDensity mixture y)
                            (Tolerances.quadrature expected)
                        Compare.close
                            "distribution function"
                            (StudentT.cdf d y)
                            (NormalScaleMixture.cdf mixture y)
                            (Tolerances.quadrature 1.0) ] }
          Law.make
              { Name = "normal-approximation: forward divergence is least at the moments"
                Statement =
                  "No other normal has a smaller divergence from the mixture than the one with its mean and variance."
                Formula = @"\arg\min_q\mathrm{KL}(p\|q)=N(\mathbb E x,\mathrm{Var}\,x)"
                Source = "Bishop 2006, 10.7"
                Covers = [ "normal-approximation" ]
                Cases = 30
                Generator = Scalars.both Families.normalMixture (Families.one (Families.normal Moderate))
                Holds =
                  fun (p, other) ->
                      let best = NormalApproximation.forward p
                      let at q = NormalApproximation.forwardDivergence p q

                      let near: Normal =
                          { Mean = best.Mean + 1e-2 * other.Mean
                            Variance = best.Variance * exp (1e-2 * log other.Variance) }

                      let least = at best

                      [ for q in [ other; near ] do
                            let there = at q
                            // Exactly: KL(p || q) - KL(p || best) = KL(best || q), as p and best share the moments.
                            Compare.close
                                "KL(p || q) - KL(p || best)"
                                (Normal.klDivergence best q)
                                (there.Value - least.Value)
                                (10.0 * (there.Error + least.Error) + Tolerances.quadrature (there.Value + least.Value)) ] }
          Law.make
              { Name = "normal-approximation: reverse divergence never rises on its way down and ends stationary"
                Statement =
                  "Every path of the minimisation falls, and no neighbour of a converged end point is nearer to the mixture."
                Formula = @"\mathrm{KL}(q_{t+1}\|p)\le\mathrm{KL}(q_t\|p)"
                Source = "Bishop 2006, 10.1.2"
                Covers = [ "normal-approximation" ]
                Cases = 20
                Generator = Scalars.both Families.normalMixture Scalars.seed
                Holds =
                  fun (p, seed) ->
                      let found = NormalApproximation.reverse p
                      let struct (z, rng) = Rng.normal (Rng.ofSeed seed)
                      let struct (w, _) = Rng.normal rng

                      [ for path in found.Paths do
                            for struct (before, after) in
                                path.Points |> Array.pairwise |> Array.map (fun (a, b) -> struct (a, b)) do
                                Compare.atMost
                                    "rise of the divergence"
                                    after.Divergence
                                    before.Divergence
                                    (Tolerances.quadrature before.Divergence)
                        for optimum in found.Optima do
                            let q = optimum.Normal

                            let near: Normal =
                                { Mean = q.Mean + 1e-3 * z * sqrt q.Variance; Variance = q.Variance * exp (1e-3 * w) }

                            Compare.atMost
                                "divergence at the optimum against a neighbour"
                                optimum.Divergence
                                (NormalApproximation.divergence p near)
                                (Tolerances.quadrature optimum.Divergence)

                        if found.Optima.Length = 0 then
                            Compare.holds "an optimum is found" false ] } ]
