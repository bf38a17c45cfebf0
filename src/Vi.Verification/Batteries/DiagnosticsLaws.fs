namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What is held against the reference: R-hat and the effective sample size for the bulk.
type ConvergenceDiagnostics = { RHat: Mat -> float; BulkSize: Mat -> float; BasicSize: Mat -> float }

/// Laws of convergence diagnostics.
[<RequireQualifiedAccess>]
module DiagnosticsLaws =

    let private vehtari = "Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021"

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
        Law.make
            { Name = "convergence: R-hat, ESS and MCSE agree with R's posterior on fixed draws"
              Statement =
                "On draws that both programs make from a formula - slow, antithetic, heavy-tailed, tied, drifting - every figure is the R package's."
              Formula = ""
              Source = "posterior 1.4.0 under R 4.2.2"
              Covers = [ "diagnostics" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    [ for (name, expected) in PublishedDiagnostics.figures do
                          let chains = PublishedDiagnostics.chains name

                          for (quantity, figure), value in Array.zip (figures d) expected do
                              // Printed to 16 digits; made by Fourier transforms there and by sums here. The project asks for 1e-6.
                              Compare.close
                                  $"{quantity} of {name}"
                                  value
                                  (figure chains)
                                  (Tolerances.publishedByR value) ] }

    /// Chains of independent normal draws.
    let private normalChains chains draws rng : Mat =
        let struct (values, _) = Rng.array (chains * draws) Rng.normal rng
        Mat.ofArray chains draws values

    let private generated: Arbitrary<int * uint64> = Scalars.both (Scalars.integer 1 5) Scalars.seed

    let internal convergenceLaws (d: ConvergenceDiagnostics) =
        [ agrees d
          Law.make
              { Name = "convergence: increasing maps change neither R-hat nor the bulk's ESS"
                Statement =
                  "Ranks are all that counts: draws of a normal and of its exponential, cubed or shifted, have the same figures."
                Formula = @"\hat R(g(\theta))=\hat R(\theta)"
                Source = vehtari
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = generated
                Holds =
                  fun (chains, seed) ->
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
                            1e-12 ] }
          Law.make
              { Name = "convergence: a chain that drifts is seen"
                Statement =
                  "Chains that all drift by three standard deviations in the same way have a large R-hat, though their means and variances agree."
                Formula = @"\hat R>1.1"
                Source = vehtari
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.both (Scalars.integer 2 5) Scalars.seed
                Holds =
                  fun (chains, seed) ->
                      let noise = normalChains chains 400 (Rng.ofSeed seed)
                      let drifting = Mat.init chains 400 (fun c i -> noise[c, i] + 3.0 * float i / 400.0)
                      [ Compare.atMost "1.1" 1.1 (d.RHat drifting) 0.0 ] }
          Law.make
              { Name = "convergence: chains of different scale are seen"
                Statement =
                  "Where one chain is five times as wide as the others, R-hat is large, though all means agree."
                Formula = @"\hat R>1.05"
                Source = vehtari
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.seed
                Holds =
                  fun seed ->
                      let noise = normalChains 4 400 (Rng.ofSeed seed)
                      let wide = Mat.init 4 400 (fun c i -> if c = 0 then 5.0 * noise[c, i] else noise[c, i])
                      [ Compare.atMost "1.05" 1.05 (d.RHat wide) 0.0 ] }
          Law.make
              { Name = "convergence: the effective sample size of an autoregression is the known one"
                Statement =
                  "A stationary first-order autoregression of slope phi has S (1 - phi) / (1 + phi) effective draws, within the estimate's own scatter."
                Formula = @"S_{\mathrm{eff}}=S\,(1-\phi)/(1+\phi)"
                Source = "closed form of the autocorrelations phi^t"
                Covers = [ "diagnostics" ]
                Cases = 40
                Generator = Scalars.both (Scalars.integer 0 12) Scalars.seed
                Holds =
                  fun (tenths, seed) ->
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
                            (Tolerances.standardErrors * scatter) ] }
          Law.make
              { Name = "convergence: draws that do not vary or are not finite have no figures"
                Statement = "Constant draws, NaN and infinities give NaN for every figure: never a clean bill."
                Formula = @"\mathrm{NaN}"
                Source = vehtari
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.both (Scalars.real 1e6) (Scalars.integer 0 2)
                Holds =
                  fun (value, kind) ->
                      let chains =
                          Mat.init 2 40 (fun c i ->
                              if kind = 0 then value
                              elif c = 1 && i = 17 then (if kind = 1 then nan else infinity)
                              else value + float (i * (c + 3) % 7))

                      [ for quantity, figure in Array.take 11 (figures d) do
                            Compare.holds quantity (Double.IsNaN(figure chains)) ] } ]

    let private summaryLaw =
        Law.make
            { Name = "convergence: a summary has the figures that its parts give"
              Statement = "Ranks are made once for all figures of a quantity; the figures are those made one by one."
              Formula = ""
              Source = "definition"
              Covers = [ "diagnostics" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    [ for name, _ in PublishedDiagnostics.figures do
                          let chains = PublishedDiagnostics.chains name
                          let summary = SampleSet.summarize name chains
                          Compare.close $"R-hat of {name}" (RHat.rank chains) summary.RHat 0.0
                          Compare.close $"bulk ESS of {name}" (EffectiveSampleSize.bulk chains) summary.BulkSize 0.0
                          Compare.close $"tail ESS of {name}" (EffectiveSampleSize.tail chains) summary.TailSize 0.0

                          Compare.close
                              $"median of {name}"
                              (Sample.quantile (Chains.pooled chains) 0.5)
                              summary.Quantiles[2]
                              0.0 ] }

    let private energyLaws =
        [ Law.make
              { Name = "energies: independent energies have a BFMI of 2, a random walk's goes to 0"
                Statement =
                  "The expected squared step of independent energies is twice their variance; energies that creep have a small ratio."
                Formula = @"E[(E_n-E_{n-1})^2]=2\,\mathrm{Var}\,E"
                Source = "Betancourt 2016"
                Covers = [ "diagnostics" ]
                Cases = 20
                Generator = Scalars.seed
                Holds =
                  fun seed ->
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
                        Compare.holds "constant" (Double.IsNaN(EnergyDiagnostic.bfmi (Vec.constant 10 1.0))) ] } ]

    let internal right: ConvergenceDiagnostics =
        { RHat = RHat.rank; BulkSize = EffectiveSampleSize.bulk; BasicSize = EffectiveSampleSize.basic }

    let all: Law list = summaryLaw :: convergenceLaws right @ energyLaws
