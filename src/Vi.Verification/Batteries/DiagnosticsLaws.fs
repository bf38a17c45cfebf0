namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What is held against the reference: R-hat and the effective sample size for the bulk.
type ConvergenceDiagnostics = { RHat: Mat -> float; BulkSize: Mat -> float; BasicSize: Mat -> float }

/// Laws of convergence diagnostics and of distances between posteriors.
[<RequireQualifiedAccess>]
module DiagnosticsLaws =

    let private law name statement formula source cases compare =
        Law.make name cases compare |> Law.says statement formula source |> Law.covers [ "diagnostics" ]

    let private vehtari = "Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021"

    /// Uniform numbers from Park and Miller's generator (1988): exact in double precision, so any program can make them.
    let private parkMiller (count: int) (seed: int64) =
        let mutable state = seed

        Array.init count (fun _ ->
            state <- 16807L * state % 2147483647L
            float state / 2147483647.0)

    /// First-order autoregressions with a shift from chain to chain.
    let private series chains draws (slope: float) (shift: float) seed =
        let noise = parkMiller (chains * draws) seed |> Array.map Special.normalQuantile
        let values = Array2D.zeroCreate chains draws

        for c in 0 .. chains - 1 do
            let mutable x = 0.0

            for i in 0 .. draws - 1 do
                x <- slope * x + noise[c * draws + i]
                values[c, i] <- x + shift * float c

        Mat.init chains draws (fun c i -> values[c, i])

    let private chainsOf name =
        match name with
        | "independent" -> series 4 500 0.0 0.0 11L
        | "slow" -> series 4 400 0.9 0.0 12L
        | "antithetic" -> series 3 301 -0.9 0.0 13L
        | "apart" -> series 4 250 0.3 0.5 14L
        | "heavy" -> series 4 300 0.5 0.0 15L |> Mat.map (fun x -> x * x * x)
        | "scale" ->
            let plain = series 4 300 0.2 0.0 16L
            Mat.init 4 300 (fun c i -> if c = 3 then 3.0 * plain[c, i] else plain[c, i])
        | "single" -> series 1 777 0.6 0.0 17L
        | "ties" -> series 4 200 0.7 0.0 18L |> Mat.map (fun x -> Math.Round(x, MidpointRounding.ToEven))
        | "drift" -> series 2 200 0.98 0.0 19L
        | "short" -> series 2 12 0.1 0.0 20L
        | other -> invalidArg (nameof name) $"no fixed chains '{other}'"

    /// The chains, rounded to 2^-20: distances from a median are then exact, and draws that are equally far from it tie on every machine.
    let private fixedChains name =
        chainsOf name |> Mat.map (fun x -> Math.Round(1048576.0 * x, MidpointRounding.ToEven) / 1048576.0)

    /// From posterior 1.4.0 under R 4.2.2: R-hat, split R-hat, effective sample sizes (bulk, tail, mean, sd, quantile 0.25), Monte Carlo
    /// errors (mean, sd, quantiles 0.1 and 0.5), quantiles 0.05 and 0.93, sd, mean.
    let private published =
        [ ("independent",
           [| 0.9999273955933047
              0.9991762349529085
              1960.62236489675
              1971.254948827241
              1948.61588690604
              1969.193594871649
              1918.627297095954
              0.02278351828687659
              0.01846092885673932
              0.02978658676147461
              0.02236175537109375
              -1.625908327102661
              1.418921680450441
              1.005735799455408
              -0.007277710437774658 |])
          ("slow",
           [| 1.035082221542345
              1.034787314090668
              103.4499004025054
              194.0709511870111
              103.0503512483516
              216.1803844406266
              168.0102755178428
              0.2338903909022999
              0.120794557355795
              0.3645763397216797
              0.2766551971435547
              -3.957746648788452
              3.331962614059453
              2.374308339538302
              -0.09061735987663269 |])
          ("antithetic",
           [| 1.018256383287946
              0.9968210305892171
              2658.818258495392
              404.8376148423132
              2658.818258495392
              139.5142532487718
              546.5131720352085
              0.04649455105375111
              0.1225517257633175
              0.1957321166992188
              0.08719730377197266
              -3.839511966705322
              3.587104835510254
              2.397432480154863
              0.00930021186735675 |])
          ("apart",
           [| 1.09851026861377
              1.100181353053776
              31.89513953581237
              615.0341979870101
              31.37807932211262
              682.0711803974581
              56.19295029766466
              0.2046528703861834
              0.03093211397703181
              0.1564698219299316
              0.1595444679260254
              -1.224768114089966
              2.376770973205567
              1.146386382381374
              0.6596295623779297 |])
          ("heavy",
           [| 1.005415623100653
              1.003440044991134
              385.1223987775456
              764.3278018979698
              578.7609737140003
              781.0568454157628
              514.3748597338522
              0.243841880326192
              0.5115816392686381
              0.6111512184143066
              0.000583648681640625
              -7.142763471603393
              4.414088487625125
              5.866214214882475
              -0.03192021687825521 |])
          ("scale",
           [| 1.131945323410826
              1.001559400827861
              827.034706054366
              43.24710955648477
              818.3558946440755
              15.38260528933085
              148.6728006024158
              0.0604166924622391
              0.434896433565153
              0.5451459884643555
              0.06046581268310547
              -2.796909856796264
              1.967787590026856
              1.728335511963536
              -0.1369880437850952 |])
          ("single",
           [| 1.003121589314659
              1.002949658762353
              153.3154166754507
              294.7953435187945
              151.6805372863491
              291.2285814370352
              256.9156631748151
              0.1050290887197166
              0.05655673849308672
              0.1408004760742188
              0.1273951530456543
              -2.159257698059082
              1.903615875244141
              1.293524105836651
              0.03613404969911318 |])
          ("ties",
           [| 1.007236869464474
              1.007587164843835
              178.3609539437938
              303.4823644371368
              176.5106906537664
              306.4360879617386
              257.4793148237187
              0.1089947001772499
              0.06584992103242909
              0.5
              0.0
              -2.0
              2.0
              1.44807444110575
              0.25875 |])
          ("drift",
           [| 1.733199148836911
              1.704895016298271
              3.3514740554052
              21.82895798697319
              3.494595142366019
              20.27958830589124
              8.059522379470698
              3.167155871928618
              0.8775073883769362
              1.601542472839355
              3.30023717880249
              -10.34253706932068
              8.568877992630004
              5.920629328997365
              -0.2498514938354492 |])
          ("short",
           [| 1.196423217286472
              1.163728171792351
              14.42206491156773
              33.12506980107854
              15.69349933330093
              33.12506980107854
              33.12506980107854
              0.255410864427328
              0.2210233629642176
              1.283097267150879
              0.2690095901489258
              -1.396933126449585
              0.6814428710937501
              1.011810690136858
              -0.1416998704274496 |]) ]

    let private figures (d: ConvergenceDiagnostics) =
        [| "R-hat", d.RHat
           "split R-hat", RHat.split
           "bulk ESS", d.BulkSize
           "tail ESS", EffectiveSampleSize.tail
           "ESS of the mean", (fun chains -> d.BasicSize(Chains.split chains))
           "ESS of the sd", EffectiveSampleSize.sd
           "ESS of the quartile", EffectiveSampleSize.quantile 0.25
           "MCSE of the mean", MonteCarloError.mean
           "MCSE of the sd", MonteCarloError.sd
           "MCSE of the 10 % quantile", MonteCarloError.quantile 0.1
           "MCSE of the median", MonteCarloError.quantile 0.5
           "5 % quantile", (fun chains -> Sample.quantile (Chains.pooled chains) 0.05)
           "93 % quantile", (fun chains -> Sample.quantile (Chains.pooled chains) 0.93)
           "sd", (fun chains -> Sample.sd (Chains.pooled chains))
           "mean", (fun chains -> Sample.mean (Chains.pooled chains)) |]

    let private agrees (d: ConvergenceDiagnostics) =
        Law.fact "convergence: R-hat, ESS and MCSE agree with R's posterior on fixed draws" (fun () ->
            [ for (name, expected) in published do
                  let chains = fixedChains name

                  for (quantity, figure), value in Array.zip (figures d) expected do
                      // Printed to 16 digits; made by Fourier transforms there and by sums here. The project asks for 1e-6.
                      Compare.close $"{quantity} of {name}" value (figure chains) (1e-9 * max 1.0 (abs value)) ])
        |> Law.says
            "On draws that both programs make from a formula - slow, antithetic, heavy-tailed, tied, drifting - every figure is the R package's."
            ""
            "posterior 1.4.0 under R 4.2.2"
        |> Law.covers [ "diagnostics" ]

    /// Chains of independent normal draws.
    let private normalChains chains draws rng : Mat =
        let struct (values, _) = Rng.array (chains * draws) Rng.normal rng
        Mat.ofArray chains draws values

    let private generated: Arbitrary<int * uint64> = Scalars.both (Scalars.integer 1 5) Scalars.seed

    let private convergenceLaws (d: ConvergenceDiagnostics) =
        [ agrees d
          law
              "convergence: increasing maps change neither R-hat nor the bulk's ESS"
              "Ranks are all that counts: draws of a normal and of its exponential, cubed or shifted, have the same figures."
              @"\hat R(g(\theta))=\hat R(\theta)"
              vehtari
              generated
              (fun (chains, seed) ->
                  let draws = normalChains chains 60 (Rng.ofSeed seed)
                  let mapped = Mat.map (fun x -> exp (3.0 * x)) draws

                  let scaled = Mat.map (fun x -> -2.0 * x) draws

                  // Folding is about the median, which such a map does not keep: of R-hat only the bulk's part is unchanged. A change
                  // of unit by a power of two is exact, so that distances from the median that are equal stay so.
                  [ Compare.close "R-hat of the bulk" (RHat.bulk draws) (RHat.bulk mapped) 1e-12
                    Compare.close "bulk ESS" (d.BulkSize draws) (d.BulkSize mapped) 1e-9
                    Compare.close "another unit: R-hat" (d.RHat draws) (d.RHat scaled) 1e-12
                    Compare.close
                        "another unit: MCSE"
                        (2.0 * MonteCarloError.mean draws)
                        (MonteCarloError.mean scaled)
                        1e-12 ])
          law
              "convergence: a chain that drifts is seen"
              "Chains that all drift by three standard deviations in the same way have a large R-hat, though their means and variances agree."
              @"\hat R>1.1"
              vehtari
              (Scalars.both (Scalars.integer 2 5) Scalars.seed)
              (fun (chains, seed) ->
                  let noise = normalChains chains 400 (Rng.ofSeed seed)
                  let drifting = Mat.init chains 400 (fun c i -> noise[c, i] + 3.0 * float i / 400.0)
                  [ Compare.atMost "1.1" 1.1 (d.RHat drifting) 0.0 ])
          law
              "convergence: chains of different scale are seen"
              "Where one chain is five times as wide as the others, R-hat is large, though all means agree."
              @"\hat R>1.05"
              vehtari
              Scalars.seed
              (fun seed ->
                  let noise = normalChains 4 400 (Rng.ofSeed seed)
                  let wide = Mat.init 4 400 (fun c i -> if c = 0 then 5.0 * noise[c, i] else noise[c, i])
                  [ Compare.atMost "1.05" 1.05 (d.RHat wide) 0.0 ])
          law
              "convergence: the effective sample size of an autoregression is the known one"
              "A stationary first-order autoregression of slope phi has S (1 - phi) / (1 + phi) effective draws, within the estimate's own scatter."
              @"S_{\mathrm{eff}}=S\,(1-\phi)/(1+\phi)"
              "closed form of the autocorrelations phi^t"
              (Scalars.both (Scalars.integer 0 12) Scalars.seed)
              (fun (tenths, seed) ->
                  let slope = 0.1 * float (tenths - 6)
                  let chains, draws = 4, 4000
                  let struct (noise, _) = Rng.array (chains * draws) Rng.normal (Rng.ofSeed seed)
                  let values = Array.zeroCreate (chains * draws)

                  for c in 0 .. chains - 1 do
                      let mutable x = noise[c * draws] / sqrt (1.0 - slope * slope)

                      for i in 0 .. draws - 1 do
                          x <- if i = 0 then x else slope * x + noise[c * draws + i]
                          values[c * draws + i] <- x

                  let expected = float (chains * draws) * (1.0 - slope) / (1.0 + slope)
                  let found = d.BasicSize(Mat.ofArray chains draws values)
                  // A window of M lags gives the autocorrelation time with relative variance 2 (2 M + 1) / S (Sokal 1997); Geyer's is
                  // about six times the longest memory.
                  let window = 10.0 + 6.0 * (1.0 + abs slope) / (1.0 - abs slope)
                  let scatter = sqrt (2.0 * (2.0 * window + 1.0) / float (chains * draws))

                  [ Compare.close
                        "log of the effective sample size"
                        (log expected)
                        (log found)
                        (Tolerances.standardErrors * scatter) ])
          |> Law.cases 40
          law
              "convergence: draws that do not vary or are not finite have no figures"
              "Constant draws, NaN and infinities give NaN for every figure: never a clean bill."
              @"\mathrm{NaN}"
              vehtari
              (Scalars.both (Scalars.real 1e6) (Scalars.integer 0 2))
              (fun (value, kind) ->
                  let chains =
                      Mat.init 2 40 (fun c i ->
                          if kind = 0 then value
                          elif c = 1 && i = 17 then (if kind = 1 then nan else infinity)
                          else value + float (i * (c + 3) % 7))

                  [ for quantity, figure in Array.take 11 (figures d) do
                        Compare.holds quantity (Double.IsNaN(figure chains)) ]) ]

    let private summaryLaw =
        Law.fact "convergence: a summary has the figures that its parts give" (fun () ->
            [ for name, _ in published do
                  let chains = fixedChains name
                  let summary = SampleSet.summarize name chains
                  Compare.close $"R-hat of {name}" (RHat.rank chains) summary.RHat 0.0
                  Compare.close $"bulk ESS of {name}" (EffectiveSampleSize.bulk chains) summary.BulkSize 0.0
                  Compare.close $"tail ESS of {name}" (EffectiveSampleSize.tail chains) summary.TailSize 0.0

                  Compare.close
                      $"median of {name}"
                      (Sample.quantile (Chains.pooled chains) 0.5)
                      summary.Quantiles[2]
                      0.0 ])
        |> Law.says
            "Ranks are made once for all figures of a quantity; the figures are those made one by one."
            ""
            "definition"
        |> Law.covers [ "diagnostics" ]

    let private energyLaws =
        [ law
              "energies: independent energies have a BFMI of 2, a random walk's goes to 0"
              "The expected squared step of independent energies is twice their variance; energies that creep have a small ratio."
              @"E[(E_n-E_{n-1})^2]=2\,\mathrm{Var}\,E"
              "Betancourt 2016"
              Scalars.seed
              (fun seed ->
                  let count = 4000
                  let struct (values, _) = Rng.array count Rng.normal (Rng.ofSeed seed)
                  let walk = Array.scan (+) 0.0 values

                  // sum (e_n - e_(n-1))^2 / sum e^2 = 2 - 2 r_1 with r_1 of standard error 1 / sqrt N.
                  [ Compare.close
                        "independent"
                        2.0
                        (EnergyDiagnostic.bfmi (Vec.ofArray values))
                        (Tolerances.standardErrors * 2.0 / sqrt (float count) + 4.0 / float count)
                    Compare.atMost "walk" (EnergyDiagnostic.bfmi (Vec.ofArray walk)) EnergyDiagnostic.border 0.0
                    Compare.holds "constant" (Double.IsNaN(EnergyDiagnostic.bfmi (Vec.constant 10 1.0))) ])
          |> Law.cases 20 ]

    let private sampleOf least most = Scalars.arrayOf least most (Scalars.real 10.0)

    let private sampleLaws =
        [ law
              "sample: equal weights give plain moments and quantiles, doubled draws weigh twice"
              "With equal weights every weighted figure is the plain one; a draw of weight 2 counts in the mean like two."
              @"w_i=1/N"
              "Akinshin 2023"
              (Scalars.both (sampleOf 1 12) (Scalars.positive 1e-3 1.0))
              (fun (values, p) ->
                  let x = Vec.ofArray values
                  let equal = Vec.constant values.Length 0.37
                  let heavy = Vec.init values.Length (fun i -> if i = 0 then 2.0 else 1.0)
                  let doubled = Vec.ofArray (Array.append [| values[0] |] values)
                  let n = float values.Length

                  [ Compare.close "mean" (Sample.mean x) (Sample.weightedMean equal x) 1e-13
                    Compare.close "quantile" (Sample.quantile x p) (Sample.weightedQuantile equal x p) 1e-12
                    Compare.close "mean of doubled" (Sample.mean doubled) (Sample.weightedMean heavy x) 1e-13
                    if values.Length > 1 then
                        Compare.close
                            "variance"
                            (Sample.variance x * (n - 1.0) / n)
                            (Sample.weightedVariance equal x)
                            1e-12 ])
          law
              "sample: far from 0 nothing is lost"
              "Mean and variance of draws shifted by 1e8 are those of the draws, to the rounding of the shifted draws."
              @"\mathrm{Var}(x+c)=\mathrm{Var}\,x"
              "definition"
              (sampleOf 2 40)
              (fun values ->
                  let x = Vec.ofArray values
                  let far = Vec.map (fun x -> x + 1e8) x
                  // Numbers near 1e8 are stored to 1.5e-8.
                  [ Compare.close "mean" (Sample.mean x + 1e8) (Sample.mean far) 1e-7
                    Compare.close "variance" (Sample.variance x) (Sample.variance far) (1e-6 * (1.0 + Sample.sd x)) ]) ]

    let private distanceLaws =
        [ law
              "distance: the 1-Wasserstein distance is a metric and follows shift and scale"
              "Zero for the same sample, symmetric, within the triangle inequality; a shift by c is c away; scaling scales it; repeating all draws changes nothing."
              @"W_1(F,G)=\int|F-G|"
              "Villani 2009"
              (Scalars.three (sampleOf 1 9) (sampleOf 1 9) (sampleOf 1 9))
              (fun (a, b, c) ->
                  let w (x: float[]) (y: float[]) = Distance.wasserstein (Vec.ofArray x) (Vec.ofArray y)

                  [ Compare.close "same" 0.0 (w a a) 0.0
                    Compare.close "symmetric" (w a b) (w b a) 1e-14
                    Compare.atMost "triangle" (w a c) (w a b + w b c) 1e-13
                    Compare.close "shift" 2.5 (w a (Array.map (fun x -> x + 2.5) a)) 1e-13
                    Compare.close "scale" (3.0 * w a b) (w (Array.map ((*) -3.0) a) (Array.map ((*) -3.0) b)) 1e-12
                    Compare.close "repeated" (w a b) (w (Array.append a a) b) 1e-13 ])
          law
              "distance: the 1-Wasserstein distance is the area between distribution functions"
              "Summed over the intervals between all draws, |F - G| gives the same number."
              @"\int|F(x)-G(x)|\,dx"
              "Villani 2009"
              (Scalars.both (sampleOf 1 12) (sampleOf 1 12))
              (fun (a, b) ->
                  let points = Array.append a b |> Array.sort

                  let below (values: float[]) x =
                      float (values |> Array.filter (fun v -> v <= x)).Length / float values.Length

                  let area =
                      points |> Array.pairwise |> Array.sumBy (fun (x, y) -> (y - x) * abs (below a x - below b x))

                  [ Compare.close "area" area (Distance.wasserstein (Vec.ofArray a) (Vec.ofArray b)) 1e-13 ])
          law
              "distance: sliced 1-Wasserstein is 0 for the same draws, symmetric in order, and in one dimension the distance itself"
              "Order of the draws does not matter; with one coordinate every direction is the coordinate."
              @"\mathrm{SW}_1=E_\theta W_1(\theta'x,\theta'y)"
              "Rabin, Peyre, Delon and Bernot 2011"
              (Scalars.three (sampleOf 2 12) (sampleOf 2 12) Scalars.seed)
              (fun (a, b, seed) ->
                  let rng = Rng.ofSeed seed
                  let column (values: float[]) = Mat.ofArray values.Length 1 values

                  let plane (values: float[]) =
                      Mat.init values.Length 3 (fun i d -> values[i] * float (d + 1) + float (i * d % 5))

                  let sliced x y = let struct (value, _) = Distance.sliced 20 x y rng in value
                  let reversed = Mat.ofRows (plane a |> fun m -> Array.rev (m.ToRows()))

                  [ Compare.close "same draws in another order" 0.0 (sliced reversed (plane a)) 1e-12
                    // In the reference's sds, which may be small: distances are rounded at their own size.
                    let alone = (Distance.perCoordinate (column a) (column b)).[0]

                    Compare.close
                        "one coordinate"
                        alone
                        (sliced (column a) (column b))
                        (Tolerances.rounding 64 (1.0 + alone))

                    Compare.holds "repeats itself" (sliced (plane a) (plane b) = sliced (plane a) (plane b)) ])
          law
              "distance: the symmetrised divergence of normals in one dimension"
              "For one coordinate it is (v_p/v_q + v_q/v_p)/2 - 1 + (m_p - m_q)^2 (1/v_p + 1/v_q)/2."
              @"J=\tfrac12\left(\tfrac{v_p}{v_q}+\tfrac{v_q}{v_p}\right)-1+\tfrac12(m_p-m_q)^2\left(\tfrac1{v_p}+\tfrac1{v_q}\right)"
              "Jeffreys 1946"
              (Scalars.both (sampleOf 3 9) (sampleOf 3 9))
              (fun (a, b) ->
                  let spread (values: float[]) = Array.mapi (fun i x -> x + 0.1 * float i) values
                  let column values = let v = spread values in Mat.ofArray v.Length 1 v
                  let p = Distance.tryNormal (column a) |> ValueOption.get
                  let q = Distance.tryNormal (column b) |> ValueOption.get
                  let mp, mq = Sample.mean (Vec.ofArray (spread a)), Sample.mean (Vec.ofArray (spread b))
                  let vp, vq = Sample.variance (Vec.ofArray (spread a)), Sample.variance (Vec.ofArray (spread b))

                  let expected = 0.5 * (vp / vq + vq / vp) - 1.0 + 0.5 * (mp - mq) * (mp - mq) * (1.0 / vp + 1.0 / vq)

                  [ Compare.close "divergence" expected (Distance.symmetrisedKl p q) (1e-11 * (1.0 + expected)) ]) ]

    let private right: ConvergenceDiagnostics =
        { RHat = RHat.rank; BulkSize = EffectiveSampleSize.bulk; BasicSize = EffectiveSampleSize.basic }

    let all: Law list = summaryLaw :: convergenceLaws right @ energyLaws @ sampleLaws @ distanceLaws

    /// Autocorrelations summed over all lags up to the first negative one.
    let private firstNegative (chains: Mat) =
        let draws = chains.Columns

        let correlation lag =
            let row c = Mat.row c chains

            let covariance c lag =
                let x = row c
                let centre = Sample.mean x
                Seq.sumBy (fun i -> (x[i] - centre) * (x[i + lag] - centre)) (seq { 0 .. draws - 1 - lag })

            (Seq.sumBy (fun c -> covariance c lag) (seq { 0 .. chains.Rows - 1 }))
            / (Seq.sumBy (fun c -> covariance c 0) (seq { 0 .. chains.Rows - 1 }))

        let time =
            1.0
            + 2.0
              * (Seq.initInfinite (fun i -> i + 1)
                 |> Seq.map (fun lag -> if lag < draws then correlation lag else -1.0)
                 |> Seq.takeWhile (fun r -> r > 0.0)
                 |> Seq.sum)

        float (chains.Rows * chains.Columns) / time

    let specimens: Specimen list =
        [ Specimen.make
              "R-hat without splitting"
              "Gelman and Rubin 1992, still in use"
              "Chains that drift together agree with each other, and R-hat says that all is well."
              "convergence: a chain that drifts is seen"
              (convergenceLaws
                  { right with
                      RHat =
                          fun chains ->
                              max
                                  (RHat.basic (Chains.normalScores chains))
                                  (RHat.basic (Chains.normalScores (Chains.fold chains))) })
          Specimen.make
              "R-hat without folding"
              "split R-hat before 2019"
              "Chains of different width have the same means, and R-hat says that all is well."
              "convergence: chains of different scale are seen"
              (convergenceLaws { right with RHat = RHat.bulk })
          Specimen.make
              "ESS without rank normalisation"
              "effective sample sizes before 2019"
              "With heavy tails the figure is the autocorrelation of the few largest draws."
              "convergence: increasing maps change neither R-hat nor the bulk's ESS"
              (convergenceLaws { right with BulkSize = EffectiveSampleSize.mean })
          Specimen.make
              "ESS that stops at the first negative autocorrelation"
              "a common rule of thumb"
              "Antithetic chains, whose draws are worth more than independent ones, are credited with no more than S."
              "convergence: the effective sample size of an autoregression is the known one"
              (convergenceLaws { right with BasicSize = firstNegative }) ]
