namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of finished samples: files of draws, and answers that are known.
[<RequireQualifiedAccess>]
module SampleLaws =

    let private fileLaws =
        [ Law.make
              { Name = "cmdstan csv: what is written is read back"
                Statement =
                  "Names, draws and figures of every chain come back to the bit from the lines written; only the place of a divergence and the cost of warm-up are not in the format."
                Formula = @"\mathrm{read}(\mathrm{lines}(x))=x"
                Source = "CmdStan user's guide, Stan CSV file format"
                Covers = [ "nuts"; "sampling" ]
                Cases = 20
                Generator = Scalars.both (SamplingLaws.targetOf [ 1; 3 ] false 10.0) (Scalars.integer 0 1)
                Holds =
                  fun (target, kind) ->
                      let shape = if kind = 0 then Diagonals else Full
                      let options = { HamiltonianChain.noUTurn with WarmUp = 30; Shape = shape }
                      let set = Sampler.run 1 options 6 target.Density (RandomStarts 2) (Rng.ofSeed target.Seed)
                      let odd = { set.Chains[0][0] with LogDensity = -infinity; Energy = nan; AcceptanceRate = 1e-300 }
                      let set = { set with Chains = set.Chains |> Array.map (Array.append [| odd |]) }
                      let back = CmdStanCsv.read [ for c in 0..1 -> CmdStanCsv.lines "a model" target.Seed c set ]

                      let plain (draw: Draw) =
                          { draw with Divergence = draw.Divergence |> ValueOption.map (fun _ -> draw.Position) }

                      // NaN differs from itself: figures are compared through their bits.
                      let bits (set: SampleSet) = StateBytes.write (set.Chains |> Array.map (Array.map plain))

                      [ Compare.holds "names" (back.Names = set.Names)
                        Compare.holds "draws" (bits back = bits set)
                        for c in 0..1 do
                            Compare.close $"step size of chain {c}" set.WarmUps[c].StepSize back.WarmUps[c].StepSize 0.0
                            Compare.close $"warm-up of chain {c}" 30.0 (float back.WarmUps[c].Draws) 0.0 ] }
          Law.make
              { Name = "cmdstan csv: names are Stan's"
                Statement = "Indices from 0 in brackets become indices from 1 after points, and back."
                Formula = ""
                Source = "CmdStan user's guide, Stan CSV file format"
                Covers = [ "sampling" ]
                Cases = 1
                Generator = Law.once
                Holds =
                  fun () ->
                      let pairs = [ "mu", "mu"; "theta[1]", "theta.1"; "B[2,3]", "B.2.3"; "x[11]", "x.11" ]

                      [ for name, column in pairs do
                            Compare.holds $"column of {name}" (CmdStanCsv.columnName name = column)
                            Compare.holds $"name of {column}" (CmdStanCsv.coordinateName column = name)
                        Compare.holds "other signs" (CmdStanCsv.columnName "a b-c" = "a_b_c") ] } ]

    /// Eight schools (Rubin 1981), noncentred: theta_j = mu + tau z_j, z ~ N(0, 1), mu ~ N(0, 25), tau half-Cauchy(5) with log tau sampled.
    let private eightSchools =
        let y = [| 28.0; 8.0; -3.0; 7.0; -1.0; 1.0; 18.0; 12.0 |]
        let sigma = [| 15.0; 10.0; 16.0; 11.0; 9.0; 11.0; 10.0; 18.0 |]

        Densities.ofWriter 10 (fun q g ->
            let mu = q[8]
            let tau = exp q[9]
            let ratio = tau / 5.0
            let mutable value = -0.02 * mu * mu - log (1.0 + ratio * ratio) + q[9]
            g[8] <- -0.04 * mu
            g[9] <- 1.0 - 2.0 * ratio * ratio / (1.0 + ratio * ratio)

            for j in 0..7 do
                let residual = (y[j] - mu - tau * q[j]) / sigma[j]
                value <- value - 0.5 * q[j] * q[j] - 0.5 * residual * residual
                g[j] <- -q[j] + residual * tau / sigma[j]
                g[8] <- g[8] + residual / sigma[j]
                g[9] <- g[9] + residual * tau * q[j] / sigma[j]

            value)

    /// Exact means and sds of theta, mu and tau, by quadrature over tau with the rest integrated in closed form.
    let private eightSchoolsExact =
        [| 6.21188453, 5.59312654
           4.94017848, 4.67426872
           3.92700426, 5.26261544
           4.75709832, 4.78029761
           3.61547681, 4.65745282
           4.04261252, 4.82686586
           6.29672447, 5.07784902
           4.85425337, 5.29080141
           4.39682067, 3.31770449
           3.59770621, 3.21995833 |]

    let private referenceLaws =
        [ Law.make
              { Name = "nuts: eight schools"
                Statement =
                  "Means and sds of Rubin's eight schools, noncentred, are within standard errors of exact values; R-hat is below 1.03 and next to nothing diverges."
                Formula = @"\theta_j=\mu+\tau z_j"
                Source = "Rubin 1981; posteriordb eight_schools_noncentered; exact values by quadrature"
                Covers = [ "nuts"; "sampling" ]
                Cases = 3
                Generator = Scalars.seed
                Holds =
                  fun seed ->
                      let names = Array.append (Array.init 8 (fun j -> $"theta[{j}]")) [| "mu"; "tau" |]

                      let constrained (q: Vec) =
                          let tau = exp q[9]

                          Vec.init 10 (fun d ->
                              if d < 8 then q[8] + tau * q[d]
                              elif d = 8 then q[8]
                              else tau)

                      let set =
                          Sampler.run
                              1
                              { HamiltonianChain.noUTurn with WarmUp = 500; TargetAcceptance = 0.9 }
                              1000
                              eightSchools
                              (RandomStarts 2)
                              (Rng.ofSeed seed)
                          |> SampleSet.map names constrained

                      [ Compare.atMost "share of divergences" (float (SampleSet.divergences set) / 2000.0) 0.02 0.0
                        for d in 0..9 do
                            let mean, sd = eightSchoolsExact[d]
                            let chains = SampleSet.coordinate d set
                            let size = min 2000.0 (EffectiveSampleSize.mean chains)
                            let k = Tolerances.standardErrors
                            Compare.atMost $"R-hat of {names[d]}" (RHat.rank chains) 1.03 0.0

                            Compare.close
                                $"mean of {names[d]}"
                                mean
                                (Sample.mean (Chains.pooled chains))
                                (k * sd / sqrt size)
                            // Heavy tails through tau: a kurtosis of up to 20 in the sd's standard error.
                            Compare.close
                                $"sd of {names[d]}"
                                sd
                                (Sample.sd (Chains.pooled chains))
                                (k * max (MonteCarloError.sd chains) (sd * sqrt (5.0 / size))) ] } ]

    let all: Law list = fileLaws @ referenceLaws
