namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What a joint distribution says of one of its variables, of a draw and of the next observation, against one-dimensional distributions.
[<RequireQualifiedAccess>]
module MarginalLaws =

    let private bishop = "Bishop 2006, sections 2.3.6 and 2.3.7"

    /// Shapes up to 1, where the mean has no variance, and shapes from 1.1 on, where its integral converges.
    let private normalGammas =
        let shapes = Gen.oneof [ Scalars.uniformGen 0.1 1.0; Scalars.logUniformGen 1.1 50.0 ]

        Gen.map4
            NormalGamma.create
            (Scalars.uniformGen -10.0 10.0)
            (Scalars.logUniformGen 0.01 100.0)
            shapes
            (Scalars.logUniformGen 0.01 100.0)
        |> Arb.fromGen

    let internal variances (variance: NormalGamma -> struct (float * float)) : Law =
        Law.make
            { Name = "normal-gamma: variances are integrals over the precision"
              Statement = "The mean's variance is the expectation of 1 / (k tau), the precision's that of a gamma."
              Formula =
                @"\mathrm{Var}[\mu]=\mathbb E\big[\tfrac1{k\tau}\big],\quad\mathrm{Var}[\tau]=\mathbb E[\tau^2]-\mathbb E[\tau]^2"
              Source = bishop
              Covers = [ "normal-gamma"; "gaussian-mean-precision" ]
              Cases = 100
              Generator = normalGammas
              Holds =
                fun d ->
                    let tau = NormalGamma.precision d

                    /// E[(b tau)^p].
                    let expected p =
                        let logDensity t =
                            let x = exp t

                            if x > 0.0 && Double.IsFinite x then
                                Gamma.logDensity tau x + t + p * (t + log d.Rate)
                            else
                                Double.NegativeInfinity

                        Numerical.integral (Gamma.expectedLog tau) (sqrt (Special.trigamma d.Shape)) logDensity

                    let struct (ofMean, ofPrecision) = variance d
                    let first, second = expected 1.0, expected 2.0

                    [ Compare.close
                          "Var[tau], in 1 / b^2"
                          (second - first * first)
                          (d.Rate * d.Rate * ofPrecision)
                          (Tolerances.quadrature second)
                      if d.Shape > 1.0 then
                          // Var[mu] = E[Var[mu | tau]] = E[1 / (k tau)].
                          let inverse = expected -1.0

                          Compare.close
                              "Var[mu], in b / k"
                              inverse
                              (ofMean * d.PrecisionScale / d.Rate)
                              (Tolerances.quadrature inverse)
                      else
                          Compare.holds "Var[mu] is infinite" (Double.IsPositiveInfinity ofMean) ] }

    let private draws = 4000

    let private studentTs =
        let freedom = Arb.fromGen (Scalars.logUniformGen 0.6 30.0)
        Scalars.three (Families.one (Families.mvNormal Moderate)) freedom Scalars.seed

    /// Entries, and a sum of all entries with turning signs: the first sees location, scale and tails, the second the correlations.
    let internal projections (sample: MvStudentT -> Rng -> struct (Vec * Rng)) : Law =
        Law.make
            { Name = "mv-student-t: draws have the marginals' distributions, and a sum's"
              Statement =
                "Every entry of a draw, and a linear combination of them, is Student's t with as many degrees of freedom."
              Formula = @"a^\top x\sim t_\nu(a^\top m,\,a^\top S a)"
              Source = bishop
              Covers = [ "mv-student-t"; "gaussian-mixture" ]
              Cases = 30
              Generator = studentTs
              Holds =
                fun (normal, nu, seed) ->
                    let d = MvStudentT.create normal.Mean normal.Precision nu
                    let n = MvStudentT.dimension d
                    let struct (values, _) = Rng.array draws (sample d) (Rng.ofSeed seed)
                    let signs = Vec.init n (fun i -> if i % 2 = 0 then 1.0 else -1.0)
                    let scale = sqrt (Mat.bilinear signs (Chol.toMat d.ScaleMatrix) signs)
                    let sum = StudentT.create (Vec.dot signs d.Location) scale nu

                    let distance what distribution (of': Vec -> float) =
                        Compare.error
                            $"Kolmogorov-Smirnov distance of {what}"
                            (Numerical.kolmogorovSmirnov (StudentT.cdf distribution) (values |> Array.map of'))
                            (Tolerances.kolmogorovSmirnov draws)

                    [ for i in 0 .. n - 1 do
                          distance $"entry {i}" (MvStudentT.marginal i d) (fun x -> x[i])
                      distance "the sum" sum (Vec.dot signs) ] }

    let internal predictive (predictive: GaussianMeanPrior -> Normal -> Normal) : Law =
        Law.make
            { Name = "gaussian-mean: the density of the next observation is a ratio of evidences"
              Statement =
                "The predictive density of one more observation is the evidence with it over the evidence without it."
              Formula = @"p(x_{n+1}\mid x_{1:n})=\frac{p(x_{1:n+1})}{p(x_{1:n})}"
              Source = "definition"
              Covers = [ "gaussian-mean" ]
              Cases = 100
              Generator = Scalars.both Models.gaussianMean.Cases (Arb.fromGen (Scalars.uniformGen -4.0 4.0))
              Holds =
                fun (case, z) ->
                    let column = case.Rows |> Array.map Array.head
                    let q = GaussianMean.posterior case.Prior (Moments.ofRows (ConjugateSubject.table 1 case.Rows))
                    let distribution = predictive case.Prior q
                    let next = distribution.Mean + z * sqrt distribution.Variance
                    let before = Evidence.gaussianMean case.Prior column
                    let after = Evidence.gaussianMean case.Prior (Array.append column [| next |])

                    [ Compare.close
                          "log density"
                          (after - before)
                          (Normal.logDensity distribution next)
                          (Tolerances.evidence (abs before + abs after)) ] }

    let all: Law list =
        [ variances NormalGamma.variance
          projections MvStudentT.sample
          predictive GaussianMean.predictive ]
