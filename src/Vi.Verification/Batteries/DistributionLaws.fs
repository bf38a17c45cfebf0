namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The laws of an exponential family, for any contract record.
[<RequireQualifiedAccess>]
module DistributionLaws =

    /// Sum of |a_i b_i|: the size of the terms of an inner product. A weight of 0 counts as 0 even against infinity.
    let private sizeOfDot (a: Vec) (b: Vec) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            if a[i] <> 0.0 && b[i] <> 0.0 then
                sum <- sum + abs (a[i] * b[i])

        sum

    /// What rounding may do to A(eta) + eta . t + base measure: terms' sizes times the condition.
    let private rounding (subject: DistributionSubject<'d, 'p>) (d: 'd) (statistics: Vec) =
        let family = subject.Family d
        let eta = family.NaturalParameters d

        Tolerances.conditioned
            eta.Length
            (subject.Condition d)
            (1.0 + subject.TermSizes d + sizeOfDot eta statistics + abs family.LogBaseMeasure)

    let private meanRounding (subject: DistributionSubject<'distribution, 'point>) q p =
        rounding subject p ((subject.Family q).MeanParameters q)
        + rounding subject q ((subject.Family q).MeanParameters q)

    let private draw (family: ExponentialFamily<'d, 'p>) (d: 'd) seed =
        let struct (point, _) = family.Sample d (Rng.ofSeed seed)
        point

    let private draws (family: ExponentialFamily<'d, 'p>) count (d: 'd) seed =
        let struct (points, _) = Rng.array count (family.Sample d) (Rng.ofSeed seed)
        points

    let private unit n i = Vec.init n (fun j -> if i = j then 1.0 else 0.0)

    /// A first step for derivatives along a direction: a tenth of the distribution's own size of that direction, inside the space.
    let private step (family: ExponentialFamily<'d, 'p>) (eta: Vec) (direction: Vec) =
        let start = 1.0 + Vec.maxAbs eta / System.Math.Max(1e-300, Vec.maxAbs direction)
        Numerical.roomyStep start (fun h -> family.IsProper(Vec.addScaled h direction eta)) * 0.2

    /// Variance and third cumulant of direction . T: first and second derivative of direction . m along the direction.
    let private cumulants (family: ExponentialFamily<'d, 'p>) (d: 'd) (direction: Vec) =
        let eta = family.NaturalParameters d
        let first = step family eta direction

        let at h =
            Vec.dot direction (family.MeanParameters(family.OfNaturalParameters(Vec.addScaled h direction eta)))

        let variance = (Numerical.derivative first at).Value
        let h = min first (0.2 / sqrt (max 1e-300 variance))
        let third = (at h - 2.0 * at 0.0 + at -h) / (h * h)
        struct (variance, third / (variance ** 1.5))

    let private bishop = "Bishop 2006, section 2.4; Wainwright and Jordan 2008, section 3"

    let private logDensity (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: log density equals the contract's"
              Statement = $"{subject.Name}: log density equals the contract's."
              Formula = @"\log p(x)=\log h+\eta^\top T(x)-A(\eta)"
              Source = bishop
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.withSeed subject.Points
              Holds =
                fun (d, seed) ->
                    let family = subject.Family d
                    let x = draw family d seed
                    let statistics = family.SufficientStatistics x
                    let actual = family.LogDensity d x

                    if Vec.isFinite statistics then
                        [ Compare.close
                              "log density"
                              (DerivedFamily.logDensity family d x)
                              actual
                              (rounding subject d statistics) ]
                    else
                        // A draw that rounded onto the edge of the support: any value but NaN.
                        [ Compare.holds "log density at the edge is a number" (not (System.Double.IsNaN actual)) ] }

    let private entropy (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: entropy equals the one derived from the contract"
              Statement = $"{subject.Name}: entropy equals the one derived from the contract."
              Formula = @"H=A(\eta)-\eta^\top m-\log h"
              Source = bishop
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.one subject.Wide
              Holds =
                fun d ->
                    let family = subject.Family d

                    [ Compare.close
                          "entropy"
                          (DerivedFamily.entropy family d)
                          (family.Entropy d)
                          (rounding subject d (family.MeanParameters d)) ] }

    let private divergence (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: Kullback-Leibler divergence equals the one derived from the contract"
              Statement = $"{subject.Name}: Kullback-Leibler divergence equals the one derived from the contract."
              Formula = @"\mathrm{KL}(q\|p)=A(\eta_p)-A(\eta_q)-(\eta_p-\eta_q)^\top m_q"
              Source = bishop
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.two subject.Wide subject.Family
              Holds =
                fun (q, p) ->
                    let family = subject.Family q

                    [ Compare.close
                          "KL(q || p)"
                          (DerivedFamily.klDivergence family q p)
                          (family.KlDivergence q p)
                          (meanRounding subject q p) ] }

    let private expectedLogDensity (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: expected log density is minus entropy minus divergence"
              Statement = $"{subject.Name}: expected log density is minus entropy minus divergence."
              Formula = @"\mathbb E_q[\log p]=-H(q)-\mathrm{KL}(q\|p)"
              Source = "definition of the divergence"
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.two subject.Wide subject.Family
              Holds =
                fun (q, p) ->
                    let family = subject.Family q

                    [ Compare.close
                          "E_q[log p]"
                          (-family.Entropy q - family.KlDivergence q p)
                          (family.ExpectedLogDensity q p)
                          (meanRounding subject q p + Tolerances.rounding 64 (family.KlDivergence q p)) ] }

    let private notNegative (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: divergence is not negative, and zero between equals"
              Statement = $"{subject.Name}: divergence is not negative, and zero between equals."
              Formula = @"\mathrm{KL}(q\|p)\ge 0,\quad \mathrm{KL}(q\|q)=0"
              Source = "Gibbs' inequality"
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.two subject.Wide subject.Family
              Holds =
                fun (q, p) ->
                    let family = subject.Family q
                    // A sum of non-negative terms may round below zero only by ulps of those terms.
                    [ Compare.atMost
                          "0 <= KL(q || p)"
                          0.0
                          (family.KlDivergence q p)
                          (Tolerances.rounding 8 (family.KlDivergence q p + 1e-4))
                      Compare.close "KL(q || q)" 0.0 (family.KlDivergence q q) (Tolerances.rounding 16 1.0) ] }

    /// The divergence of close neighbours, where the contract's difference of large numbers has lost its digits.
    let private nearby (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: divergence between close neighbours is half the Fisher distance squared"
              Statement = $"{subject.Name}: divergence between close neighbours is half the Fisher distance squared."
              Formula = @"\mathrm{KL}(\eta\|\eta+\delta)=\tfrac12\delta^\top\nabla^2A\,\delta+O(\delta^3)"
              Source = "second-order Taylor series of the Bregman divergence of A"
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Scalars.both (Families.two subject.Moderate subject.Family) (Scalars.positive 1e-7 1e-4)
              Holds =
                fun ((q, other), size) ->
                    let family = subject.Family q
                    let eta = family.NaturalParameters q
                    let towards = Vec.subtract (family.NaturalParameters other) eta
                    let towards = if Vec.maxAbs towards > 0.0 then towards else unit eta.Length 0
                    let struct (variance, _) = cumulants family q towards
                    let p = family.OfNaturalParameters(Vec.addScaled (size / sqrt variance) towards eta)
                    let delta = Vec.subtract (family.NaturalParameters p) eta
                    let struct (actual, skewness) = cumulants family q delta
                    let fisher = 0.5 * actual
                    // The next term of the series is a sixth of the third cumulant; the parameters themselves carry rounding.
                    [ Compare.close
                          "KL / Fisher"
                          1.0
                          (family.KlDivergence q p / fisher)
                          (size * (1.0 + abs skewness)
                           + 1e-6
                           + 2.0 * Tolerances.conditioned eta.Length (subject.Condition q) (1.0 / size)) ] }

    let private gradient (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: mean parameters are the gradient of the log-partition"
              Statement = $"{subject.Name}: mean parameters are the gradient of the log-partition."
              Formula = @"\mathbb E[T(x)]=\nabla A(\eta)"
              Source = bishop
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.one subject.Moderate
              Holds =
                fun d ->
                    let family = subject.Family d
                    let eta = family.NaturalParameters d
                    let mean = family.MeanParameters d

                    [ for i in 0 .. eta.Length - 1 do
                          let direction = unit eta.Length i
                          let first = step family eta direction

                          let estimate =
                              Numerical.derivative first (fun h -> family.LogPartition(Vec.addScaled h direction eta))

                          let functionRounding =
                              Tolerances.conditioned eta.Length (subject.Condition d) (1.0 + subject.TermSizes d)

                          Compare.close
                              $"E[T_{i}]"
                              estimate.Value
                              mean[i]
                              (Tolerances.derivative estimate.Error functionRounding estimate.Step) ] }

    let private roundTrip (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: natural parameters survive the way back and forth"
              Statement = $"{subject.Name}: natural parameters survive the way back and forth."
              Formula = @"\eta(\theta(\eta))=\eta"
              Source = "definition"
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Families.one subject.Wide
              Holds =
                fun d ->
                    let family = subject.Family d
                    let eta = family.NaturalParameters d
                    let back = family.NaturalParameters(family.OfNaturalParameters eta)

                    [ Compare.close
                          "largest difference of natural parameters"
                          0.0
                          (Vec.maxAbs (Vec.subtract back eta))
                          (Tolerances.conditioned eta.Length (subject.Condition d) (Vec.maxAbs eta)) ] }

    let private product (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: a product of densities adds natural parameters"
              Statement = $"{subject.Name}: a product of densities adds natural parameters."
              Formula = @"p_1(x)\,p_2(x)\propto p_{\eta_1+\eta_2}(x)"
              Source = bishop
              Covers = [ subject.Name ]
              Cases = 100
              Generator = Scalars.both (Families.two subject.Moderate subject.Family) Scalars.seed
              Holds =
                fun ((p, q), seed) ->
                    let family = subject.Family p
                    let both = family.OfNaturalParameters(DerivedFamily.product family p q)
                    let points = draws family 2 p seed
                    let excess x = family.LogDensity p x + family.LogDensity q x - family.LogDensity both x
                    let size x = rounding subject both (family.SufficientStatistics x)

                    [ Compare.close
                          "log p1 + log p2 - log p at two points"
                          (excess points[0])
                          (excess points[1])
                          (size points[0] + size points[1]) ] }

    let private sampleCount = 1000

    let private samples (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: draws have the mean parameters as their average"
              Statement = $"{subject.Name}: draws have the mean parameters as their average."
              Formula = @"\tfrac1n\sum_i T(x_i)\to m"
              Source = "law of large numbers"
              Covers = [ subject.Name ]
              Cases = 25
              Generator = Families.withSeed subject.Moderate
              Holds =
                fun (d, seed) ->
                    let family = subject.Family d
                    let eta = family.NaturalParameters d
                    let mean = family.MeanParameters d
                    let points = draws family sampleCount d seed |> Array.map family.SufficientStatistics

                    [ for i in 0 .. eta.Length - 1 do
                          let struct (variance, skewness) = cumulants family d (unit eta.Length i)
                          let average = points |> Array.averageBy (fun t -> t[i])

                          Compare.close
                              $"average of T_{i}"
                              mean[i]
                              average
                              (Tolerances.monteCarlo
                                  (sqrt (variance / float sampleCount))
                                  skewness
                                  sampleCount
                                  (abs mean[i])) ] }

    let private divergenceByDraws (subject: DistributionSubject<'distribution, 'point>) =
        Law.make
            { Name = $"{subject.Name}: divergence equals its Monte Carlo average"
              Statement = $"{subject.Name}: divergence equals its Monte Carlo average."
              Formula = @"\mathrm{KL}(q\|p)\approx\tfrac1n\sum_i[\log q(x_i)-\log p(x_i)],\ x_i\sim q"
              Source = "definition of the divergence"
              Covers = [ subject.Name ]
              Cases = 25
              Generator = Scalars.both (Families.two subject.Moderate subject.Family) Scalars.seed
              Holds =
                fun ((q, p), seed) ->
                    let family = subject.Family q
                    let points = draws family sampleCount q seed
                    let average = points |> Array.averageBy (fun x -> family.LogDensity q x - family.LogDensity p x)
                    let delta = Vec.subtract (family.NaturalParameters q) (family.NaturalParameters p)
                    let closed = family.KlDivergence q p

                    let allowed =
                        if Vec.maxAbs delta = 0.0 then
                            0.0
                        else
                            let struct (variance, skewness) = cumulants family q delta
                            Tolerances.monteCarlo (sqrt (variance / float sampleCount)) skewness sampleCount closed

                    [ Compare.close "KL(q || p)" closed average (allowed + meanRounding subject q p) ] }

    /// All laws that follow from the contract alone.
    let battery (subject: DistributionSubject<'d, 'p>) : Law list =
        [ logDensity subject
          entropy subject
          divergence subject
          expectedLogDensity subject
          notNegative subject
          nearby subject
          gradient subject
          roundTrip subject
          product subject
          samples subject
          divergenceByDraws subject ]
