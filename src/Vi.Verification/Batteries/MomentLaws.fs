namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Means and variances of distributions, against integrals of their densities and of their entries'.
[<RequireQualifiedAccess>]
module MomentLaws =

    /// Mean and variance of x(t) under a log density in a coordinate t of the support.
    let private integrated (centre: float) (scale: float) (logDensity: float -> float) (logValue: float -> float) =
        let moment power = Numerical.integral centre scale (fun t -> logDensity t + power * logValue t)

        let first = moment 1.0
        struct (first, moment 2.0 - first * first, moment 2.0)

    /// The law of one family: distributions whose second moment converges well, mean and variance, and the density in a coordinate with the logarithm of
    /// the value there.
    let internal law
        name
        (cases: Arbitrary<'d>)
        (mean: 'd -> float)
        (variance: 'd -> float)
        (around: 'd -> struct (float * float))
        (logDensity: 'd -> float -> float)
        (logValue: float -> float)
        : Law =
        Law.make
            { Name = $"{name}: mean and variance are integrals of the density"
              Statement = "The stated mean and variance equal the first two moments of the density by quadrature."
              Formula = @"\mathbb E[x]=\int x\,p(x)\,dx,\quad\mathrm{Var}[x]=\int x^2p(x)\,dx-\mathbb E[x]^2"
              Source = "definition"
              Covers = [ name ]
              Cases = 40
              Generator = cases
              Holds =
                fun d ->
                    let struct (centre, scale) = around d
                    let struct (first, second, square) = integrated centre scale (logDensity d) logValue

                    [ Compare.close "mean, over the integral" 1.0 (mean d / first) (Tolerances.quadrature 1.0)
                      Compare.close
                          "variance, in squares"
                          0.0
                          ((variance d - second) / square)
                          (Tolerances.quadrature 1.0) ] }

    let private two low high make =
        Gen.map2 make (Scalars.logUniformGen low high) (Scalars.logUniformGen 0.1 10.0) |> Arb.fromGen

    let internal gamma (variance: Gamma -> float) =
        law
            "gamma"
            (two 0.3 30.0 Gamma.create)
            Gamma.mean
            variance
            (fun d -> struct (Gamma.expectedLog d, sqrt (Special.trigamma d.Shape)))
            (fun d t -> d.Shape * (t + log d.Rate) - d.Rate * exp t - Special.logGamma d.Shape)
            id

    let internal inverseGamma (variance: InverseGamma -> float) =
        law
            "inverse-gamma"
            (two 2.5 30.0 InverseGamma.create)
            InverseGamma.mean
            variance
            (fun d -> struct (InverseGamma.expectedLog d, sqrt (Special.trigamma d.Shape)))
            (fun d t -> d.Shape * (log d.Scale - t) - d.Scale * exp -t - Special.logGamma d.Shape)
            id

    /// log(1 + exp t).
    let private softplus t = max t 0.0 + Special.log1p (exp -(abs t))

    let private logitDensity (a: float) (b: float) t =
        a * t - (a + b) * softplus t - Special.logGamma a - Special.logGamma b + Special.logGamma (a + b)

    let private aroundLogit a b : struct (float * float) =
        struct (Special.digamma a - Special.digamma b, sqrt (Special.trigamma a + Special.trigamma b))

    let internal beta (variance: Beta -> float) =
        law
            "beta"
            (two 0.2 20.0 Beta.create)
            Beta.mean
            variance
            (fun d -> aroundLogit d.Alpha d.Beta)
            (fun d -> logitDensity d.Alpha d.Beta)
            (fun t -> t - softplus t)

    /// Entry k of a Dirichlet as a beta distribution of alpha_k and the sum of the others, and what is said of it.
    let internal dirichlet (variance: Dirichlet -> Vec) (marginal: int -> Dirichlet -> Beta) : Law =
        Law.make
            { Name = "dirichlet: means and variances of entries are integrals of beta densities"
              Statement =
                "Mean, variance and marginal distribution of every entry are those of the beta distribution of its own concentration and the sum of the others."
              Formula = @"x_k\sim\mathrm{Beta}(\alpha_k,\ \alpha_0-\alpha_k)"
              Source = "Bishop 2006, exercise 2.10"
              Covers = [ "dirichlet" ]
              Cases = 30
              Generator = Scalars.arrayOf 2 5 (Scalars.positive 0.2 20.0)
              Holds =
                fun concentration ->
                    let d: Dirichlet = { Concentration = Vec.ofArray concentration }

                    [ for k in 0 .. concentration.Length - 1 do
                          let a = concentration[k]
                          let b = Array.sum (Array.removeAt k concentration)
                          let struct (centre, scale) = aroundLogit a b

                          let struct (first, second, square) =
                              integrated centre scale (logitDensity a b) (fun t -> t - softplus t)

                          let own = marginal k d
                          Compare.close $"mean {k}" 1.0 ((Dirichlet.mean d).[k] / first) (Tolerances.quadrature 1.0)

                          Compare.close
                              $"variance {k}, in squares"
                              0.0
                              (((variance d).[k] - second) / square)
                              (Tolerances.quadrature 1.0)

                          Compare.close $"alpha of entry {k}" a own.Alpha 0.0
                          Compare.close $"beta of entry {k}" b own.Beta (Tolerances.rounding 8 b) ] }

    /// Student's t about its location: E[(x - m)^2] = s^2 E[z^2], z^2 by an integral over log |z|.
    let internal studentT (variance: StudentT -> float) : Law =
        Law.make
            { Name = "student-t: the variance is an integral of the density, and infinite below two degrees of freedom"
              Statement =
                "The variance equals the second moment about the location by quadrature; up to two degrees of freedom there is none."
              Formula = @"\mathrm{Var}[x]=\int(x-m)^2p(x)\,dx"
              Source = "definition"
              Covers = [ "student-t" ]
              Cases = 40
              Generator = Scalars.three (Scalars.real 5.0) (Scalars.positive 0.1 10.0) (Scalars.positive 0.5 50.0)
              Holds =
                fun (location, scale, nu) ->
                    let found = variance (StudentT.create location scale nu)
                    let standard = StudentT.create 0.0 1.0 nu

                    if nu > 2.5 then
                        let second =
                            2.0
                            * Numerical.integral 0.0 1.0 (fun u ->
                                let z = exp u

                                if z > 0.0 && System.Double.IsFinite z then
                                    StudentT.logDensity standard z + 3.0 * u
                                else
                                    System.Double.NegativeInfinity)

                        [ Compare.close
                              "variance, over the integral"
                              1.0
                              (found / (scale * scale * second))
                              (Tolerances.quadrature 1.0) ]
                    elif nu <= 2.0 then
                        [ Compare.holds "none" (not (System.Double.IsFinite found)) ]
                    else
                        [ Compare.holds "finite" (System.Double.IsFinite found) ] }

    /// Variances by joint distributions of several entries, from one-dimensional ones along their sums.
    let internal joint (covariance: MvStudentT -> Mat) (variance: Wishart -> Mat) (normal: MvNormal -> Vec) : Law =
        let cases =
            Scalars.three
                (Families.one (Families.mvNormal Moderate))
                (Scalars.positive 2.5 30.0)
                (Families.one (Families.wishart Moderate))

        Law.make
            { Name = "joint distributions: variances follow from those along one direction"
              Statement =
                "a'x of a Student t has the variance of a Student t along a; the diagonal of a Wishart matrix is that of gamma variables, and its other entries follow from sums and differences of two; a normal's variances are the diagonal of its covariance."
              Formula =
                @"a^\top\Sigma a=\frac{\nu}{\nu-2}a^\top Sa,\quad u^\top Xu\sim\mathrm{Gamma}\Big(\frac\nu2,\frac1{2u^\top Wu}\Big)"
              Source = "Bishop 2006, appendix B; Mardia, Kent and Bibby 1979, 3.4"
              Covers = [ "mv-student-t"; "wishart"; "mv-normal" ]
              Cases = 40
              Generator = cases
              Holds =
                fun (d, nu, wishart) ->
                    let n = d.Mean.Length
                    let t = MvStudentT.create d.Mean d.Precision nu
                    let found = covariance t
                    let scale = Chol.toMat t.ScaleMatrix
                    let ofNormal = normal d
                    let inverse = Chol.inverse d.Precision
                    let condition = Matrices.condition scale
                    let w = Chol.inverse wishart.InverseScale
                    let spread = variance wishart
                    let freedom = wishart.DegreesOfFreedom
                    // Var[u'Xu] = 2 nu (u'Wu)^2 of a gamma variable with shape nu / 2 and rate 1 / (2 u'Wu).
                    let along (u: Vec) = 2.0 * freedom * Mat.bilinear u w u ** 2.0

                    let unit i j sign =
                        Vec.init w.Rows (fun k -> (if k = i then 1.0 else 0.0) + (if k = j then sign else 0.0))

                    [ for i in 0 .. n - 1 do
                          Compare.close
                              $"variance {i} of a normal"
                              inverse[i, i]
                              ofNormal[i]
                              (Tolerances.conditioned n condition inverse[i, i])

                          for j in 0 .. n - 1 do
                              Compare.close
                                  $"covariance ({i}, {j}) of a Student t"
                                  (nu / (nu - 2.0) * scale[i, j])
                                  found[i, j]
                                  (Tolerances.rounding 64 (nu / (nu - 2.0) * sqrt (scale[i, i] * scale[j, j])))

                      for i in 0 .. w.Rows - 1 do
                          let own = along (unit i i 0.0)
                          Compare.close $"variance of X[{i}, {i}]" own spread[i, i] (1e-10 * own)

                          for j in 0 .. i - 1 do
                              // X_ij = ((e_i + e_j)'X(e_i + e_j) - (e_i - e_j)'X(e_i - e_j)) / 4, and
                              // Cov[a'Xa, b'Xb] = 2 nu (a'Wb)^2.
                              let a, b = unit i j 1.0, unit i j -1.0
                              let cross = 2.0 * freedom * Mat.bilinear a w b ** 2.0
                              let expected = (along a + along b - 2.0 * cross) / 16.0
                              let size = along a + along b
                              Compare.close $"variance of X[{i}, {j}]" expected spread[i, j] (1e-10 * size) ] }

    let all: Law list =
        [ gamma Gamma.variance
          inverseGamma InverseGamma.variance
          beta Beta.variance
          dirichlet Dirichlet.variance Dirichlet.marginal
          studentT StudentT.variance
          joint MvStudentT.covariance Wishart.variance MvNormal.variance ]
