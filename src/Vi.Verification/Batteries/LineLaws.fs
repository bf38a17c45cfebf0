namespace Vi.Verification

open FsCheck
open Vi.Math

/// A distribution on numbers under test.
type LineSubject<'distribution> =
    {
        /// Prefix of the laws' names.
        Name: string
        /// Distributions.
        Cases: Arbitrary<'distribution>
        /// Where it lives.
        Support: Support
        /// Centre and scale in the coordinate of the support (x, log x or logit x).
        Around: 'distribution -> struct (float * float)
        /// log density.
        LogDensity: 'distribution -> float -> float
        /// P(X <= x).
        Cdf: 'distribution -> float -> float
        /// P(X > x), where it has its own formula.
        UpperTail: ('distribution -> float -> float) option
        /// The inverse of the distribution function, where there is one.
        Quantile: ('distribution -> float -> float) option
        /// How many cases an ordinary check tries.
        Count: int
    }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of distributions on numbers: densities, distribution functions, quantiles.
[<RequireQualifiedAccess>]
module LineLaws =

    /// x and the log of dx/dt at a coordinate t of the support.
    let private place support t : struct (float * float) =
        match support with
        | Support.RealLine -> struct (t, 0.0)
        | Support.HalfLine -> struct (exp t, t)
        | Support.UnitInterval ->
            let fall = exp -(abs t)
            struct (1.0 / (1.0 + exp -t), -(abs t) - 2.0 * log (1.0 + fall))

    let private logDensityAt subject d t =
        let struct (x, logJacobian) = place subject.Support t

        let inside =
            subject.Support = Support.RealLine || (x > 0.0 && (subject.Support = Support.HalfLine || x < 1.0))

        if inside && Double.IsFinite x then
            subject.LogDensity d x + logJacobian
        else
            Double.NegativeInfinity

    let private withPoint subject =
        Scalars.both
            subject.Cases
            (Arb.fromGenShrink (Scalars.uniformGen -3.0 3.0, fun z -> if z = 0.0 then Seq.empty else Seq.singleton 0.0))

    let private normalises subject =
        Law.make
            { Name = $"{subject.Name}: the density integrates to 1"
              Statement = $"{subject.Name}: the density integrates to 1."
              Formula = @"\int p(x)\,dx=1"
              Source = "definition"
              Covers = [ subject.Name ]
              Cases = subject.Count
              Generator = subject.Cases
              Holds =
                fun d ->
                    let struct (centre, scale) = subject.Around d
                    let total = Numerical.integral centre scale (logDensityAt subject d)
                    // Near 1 a number on the unit interval has no more than 2^-53 of room: what a logit beyond 37 holds is lost.
                    let lost =
                        if subject.Support = Support.UnitInterval then
                            1.0 - subject.Cdf d (1.0 - Tolerances.epsilon)
                        else
                            0.0

                    [ Compare.close "integral" 1.0 total (Tolerances.quadrature 1.0 + 2.0 * lost) ] }

    let private derivative subject =
        Law.make
            { Name = $"{subject.Name}: the density is the slope of the distribution function"
              Statement = $"{subject.Name}: the density is the slope of the distribution function."
              Formula = @"F'(x)=p(x)"
              Source = "definition"
              Covers = [ subject.Name ]
              Cases = subject.Count
              Generator = withPoint subject
              Holds =
                fun (d, z) ->
                    let struct (centre, scale) = subject.Around d
                    let t = centre + scale * z

                    let cdf h =
                        let struct (x, _) = place subject.Support (t + h)
                        subject.Cdf d x

                    let estimate = Numerical.derivative (0.3 * scale) cdf
                    let density = exp (logDensityAt subject d t)
                    // The distribution function rounds, and so does the place where it is taken.
                    let rounding = Tolerances.rounding 4 1.0 + Tolerances.epsilon * abs t * density

                    [ Compare.close
                          "slope at a point, per scale"
                          (scale * density)
                          (scale * estimate.Value)
                          (scale * Tolerances.derivative estimate.Error rounding estimate.Step) ] }

    let private complement subject (upper: 'd -> float -> float) =
        Law.make
            { Name = $"{subject.Name}: both tails add up to 1"
              Statement = $"{subject.Name}: both tails add up to 1."
              Formula = @"P(X\le x)+P(X>x)=1"
              Source = "definition"
              Covers = [ subject.Name ]
              Cases = subject.Count
              Generator = withPoint subject
              Holds =
                fun (d, z) ->
                    let struct (centre, scale) = subject.Around d
                    let struct (x, _) = place subject.Support (centre + scale * z)
                    [ Compare.close "sum of the tails" 1.0 (subject.Cdf d x + upper d x) (Tolerances.rounding 16 1.0) ] }

    let private inverse subject (quantile: 'd -> float -> float) =
        let probabilities =
            Arb.fromGenShrink (
                Scalars.uniformGen 1e-4 0.9999,
                fun p -> if p = 0.5 then Seq.empty else Seq.singleton 0.5
            )

        Law.make
            { Name = $"{subject.Name}: the quantile is the inverse of the distribution function"
              Statement = $"{subject.Name}: the quantile is the inverse of the distribution function."
              Formula = @"F(F^{-1}(p))=p"
              Source = "definition"
              Covers = [ subject.Name ]
              Cases = subject.Count
              Generator = Scalars.both subject.Cases probabilities
              Holds =
                fun (d, p) ->
                    let x = quantile d p
                    // The quantile itself is rounded: an ulp of x times the density there.
                    let ulp = Tolerances.epsilon * abs x * exp (subject.LogDensity d x)
                    [ Compare.close "F(quantile p)" p (subject.Cdf d x) (Tolerances.rounding 16 1.0 + 4.0 * ulp) ] }

    /// All laws that apply.
    let battery (subject: LineSubject<'d>) : Law list =
        [ normalises subject
          derivative subject

          match subject.UpperTail with
          | Some upper -> complement subject upper
          | None -> ()

          match subject.Quantile with
          | Some quantile -> inverse subject quantile
          | None -> () ]

    /// The closed divergence of two members of a family against the adaptive quadrature, and the Monte Carlo average against both.
    let divergence
        (subject: LineSubject<'d>)
        (pairs: Arbitrary<'d * 'd>)
        (closed: 'd -> 'd -> float)
        (sample: 'd -> Rng -> struct (float * Rng))
        : Law list =
        let quadrature (q: 'd, p: 'd) =
            let struct (centre, scale) = subject.Around q
            Divergence.byQuadrature subject.Support centre scale (subject.LogDensity q) (subject.LogDensity p)

        [ Law.make
              { Name = $"{subject.Name}: divergence by quadrature equals the closed form"
                Statement = $"{subject.Name}: divergence by quadrature equals the closed form."
                Formula = @"\int q\log\frac{q}{p}=\mathrm{KL}(q\|p)"
                Source = "definition"
                Covers = [ subject.Name ]
                Cases = subject.Count
                Generator = pairs
                Holds =
                  fun (q, p) ->
                      let integral = quadrature (q, p)
                      let expected = closed q p
                      // Densities near the edges of the unit interval lose digits in 1 - x, as far as their mass there goes.
                      let lost =
                          if subject.Support = Support.UnitInterval then
                              (1.0 - subject.Cdf q (1.0 - Tolerances.epsilon)) * 100.0 * (1.0 + expected)
                          else
                              0.0

                      [ Compare.close
                            "KL(q || p)"
                            expected
                            integral.Value
                            (10.0 * integral.Error + Tolerances.quadrature expected + lost) ] }
          Law.make
              { Name = $"{subject.Name}: divergence by draws has the standard error it states"
                Statement = $"{subject.Name}: divergence by draws has the standard error it states."
                Formula = @"\left|\widehat{\mathrm{KL}}-\mathrm{KL}\right|\le k\,\mathrm{se}"
                Source = "definition"
                Covers = [ subject.Name ]
                Cases = 20
                Generator = Scalars.both pairs Scalars.seed
                Holds =
                  fun ((q, p), seed) ->
                      let struct (estimate, _) =
                          Divergence.byMonteCarlo
                              (sample q)
                              (subject.LogDensity q)
                              (subject.LogDensity p)
                              4000
                              (Rng.ofSeed seed)

                      // The standard error is itself estimated from the draws; log ratios have exponential tails (skewness about 2).
                      [ Compare.close
                            "KL(q || p)"
                            (closed q p)
                            estimate.Value
                            (Tolerances.monteCarlo (1.5 * estimate.StandardError) 4.0 4000 (closed q p)) ] } ]

    let normal: LineSubject<Normal> =
        { Name = "normal"
          Cases = Families.one (Families.normal Wide)
          Support = Support.RealLine
          Around = fun d -> struct (d.Mean, sqrt d.Variance)
          LogDensity = Normal.logDensity
          Cdf = Normal.cdf
          UpperTail = None
          Quantile = Some Normal.quantile
          Count = 100 }

    let gamma: LineSubject<Gamma> =
        { Name = "gamma"
          Cases = Families.one (Families.gamma Moderate)
          Support = Support.HalfLine
          Around = fun d -> struct (Gamma.expectedLog d, sqrt (Special.trigamma d.Shape))
          LogDensity = Gamma.logDensity
          Cdf = Gamma.cdf
          UpperTail = Some Gamma.upperTail
          Quantile = Some Gamma.quantile
          Count = 100 }

    let inverseGamma: LineSubject<InverseGamma> =
        { Name = "inverse-gamma"
          Cases = Families.one (Families.inverseGamma Moderate)
          Support = Support.HalfLine
          Around = fun d -> struct (InverseGamma.expectedLog d, sqrt (Special.trigamma d.Shape))
          LogDensity = InverseGamma.logDensity
          Cdf = InverseGamma.cdf
          UpperTail = Some InverseGamma.upperTail
          Quantile = Some InverseGamma.quantile
          Count = 100 }

    let beta: LineSubject<Beta> =
        { Name = "beta"
          Cases = Families.one (Families.beta Moderate)
          Support = Support.UnitInterval
          Around =
            fun d ->
                struct (Special.digamma d.Alpha - Special.digamma d.Beta,
                        sqrt (Special.trigamma d.Alpha + Special.trigamma d.Beta))
          LogDensity = Beta.logDensity
          Cdf = Beta.cdf
          UpperTail = Some Beta.upperTail
          Quantile = Some Beta.quantile
          Count = 100 }

    let studentT: LineSubject<StudentT> =
        { Name = "student-t"
          Cases = Families.studentT
          Support = Support.RealLine
          Around = fun d -> struct (d.Location, d.Scale)
          LogDensity = StudentT.logDensity
          Cdf = StudentT.cdf
          UpperTail = Some StudentT.upperTail
          Quantile = Some StudentT.quantile
          Count = 100 }

    let normalMixture: LineSubject<NormalMixture> =
        { Name = "normal-mixture"
          Cases = Families.normalMixture
          Support = Support.RealLine
          Around =
            // The narrowest component sets the scale: the rule must see it wherever it lies.
            fun d -> struct (NormalMixture.mean d, d.Components |> Array.map (fun c -> sqrt c.Variance) |> Array.min)
          LogDensity = NormalMixture.logDensity
          Cdf = NormalMixture.cdf
          UpperTail = None
          Quantile = None
          Count = 100 }

    let normalScaleMixture: LineSubject<NormalScaleMixture> =
        { Name = "normal-scale-mixture"
          Cases = Families.normalScaleMixture
          Support = Support.RealLine
          Around = fun d -> struct (d.Mean, sqrt (d.Variance + d.Rate / d.Shape))
          LogDensity = NormalScaleMixture.logDensity
          Cdf = NormalScaleMixture.cdf
          UpperTail = Some NormalScaleMixture.upperTail
          Quantile = Some NormalScaleMixture.quantile
          Count = 5 }

    /// Where z^2 overflows or nearly so, the distribution function takes the leading term of its series.
    let private farTail: Law =
        Law.make
            { Name = "student-t: far out the tail is the density times x over the degrees of freedom"
              Statement = "P(X > x) = x p(x) / nu, up to terms that are 1 / x^2 as large."
              Formula = @"P(X>x)\sim\frac{x\,p(x)}{\nu}"
              Source = "the density's power law, integrated"
              Covers = [ "student-t" ]
              Cases = 100
              Generator = Scalars.both (Scalars.positive 0.05 1.0) (Scalars.positive 60.0 140.0)
              Holds =
                fun (nu, exponent) ->
                    let d = StudentT.create 0.0 1.0 nu
                    let x = 10.0 ** exponent
                    let expected = log x + StudentT.logDensity d x - log nu

                    [ Compare.close
                          "log P(X > x)"
                          expected
                          (log (StudentT.upperTail d x))
                          (Tolerances.rounding 64 (abs expected))
                      Compare.close
                          "log P(X < -x)"
                          expected
                          (log (StudentT.cdf d -x))
                          (Tolerances.rounding 64 (abs expected)) ] }

    let all: Law list =
        List.concat
            [ [ farTail ]
              battery normal
              battery gamma
              battery inverseGamma
              battery beta
              battery studentT
              battery normalMixture
              battery normalScaleMixture
              divergence
                  normal
                  (Families.two (Families.normal Moderate) (fun _ -> Normal.family))
                  Normal.klDivergence
                  Normal.sample
              divergence
                  gamma
                  (Families.two (Families.gamma Moderate) (fun _ -> Gamma.family))
                  Gamma.klDivergence
                  Gamma.sample
              divergence
                  inverseGamma
                  (Families.two (Families.inverseGamma Moderate) (fun _ -> InverseGamma.family))
                  InverseGamma.klDivergence
                  InverseGamma.sample
              divergence
                  beta
                  (Families.two (Families.beta Moderate) (fun _ -> Beta.family))
                  Beta.klDivergence
                  Beta.sample ]
