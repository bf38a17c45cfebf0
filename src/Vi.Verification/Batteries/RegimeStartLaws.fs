namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Where a fit of regimes begins, and what it says of the next row.
[<RequireQualifiedAccess>]
module RegimeStartLaws =

    /// Deviations over windows, in the way that a start sees volatility. The function is given, so that a wrong one can be tried.
    let internal rollingDeviations (rolling: int -> Vec -> Vec -> Block -> Rows) : Law =
        Law.make
            { Name = "regime-switching: a start sees volatility as plain averages over windows"
              Statement =
                "The features of a row are logarithms of the mean distance from the column's mean over the window around it, in the column's unit."
              Formula = @"f_t=\log\Big(\frac{1}{|W_t|}\sum_{s\in W_t}\frac{|x_s-m|}{u}+10^{-3}\Big)"
              Source = "plain loops"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 30
              Generator = Scalars.both (Samples.regimes 1 80 3 1 3) (Scalars.integer 1 40)
              Holds =
                fun (case, window) ->
                    let rows = case.Rows
                    let columns = rows[0].Length
                    let means = Vec.init columns (fun j -> (rows |> Array.averageBy (fun row -> row[j])) + 0.1)
                    let units = Vec.init columns (fun j -> 0.5 + float j)
                    let found = rolling window means units (RegimeLaws.chainOf rows)
                    let values: float[] = Array.zeroCreate (rows.Length * columns)
                    found.CopyRows(0L, values.AsMemory())
                    let deviation s j = abs (rows[s].[j] - means[j]) / units[j]

                    [ for t in 0 .. rows.Length - 1 do
                          let around = [| max 0 (t - window / 2) .. min (rows.Length - 1) (t + window / 2) |]

                          for j in 0 .. columns - 1 do
                              let mean = around |> Array.averageBy (fun s -> deviation s j)
                              let largest = Seq.init rows.Length (fun s -> deviation s j) |> Seq.max

                              // Sums that slide keep the rounding of what has left them.
                              Compare.close
                                  $"row {t}, column {j}"
                                  (log (mean + 1e-3))
                                  values[t * columns + j]
                                  (Tolerances.rounding (4 * rows.Length) (largest / (mean + 1e-3))
                                   + Tolerances.rounding 4 10.0) ] }

    /// Statistics of a path, given the number of states, the path and the chain. The function is given, so that a wrong one can be tried.
    let internal knownPath (ofPath: int -> int[] -> Block -> ChainStatistics) : Law =
        Law.make
            { Name = "regime-switching: statistics of a known path count rows and steps once"
              Statement =
                "Where the path is given, rows belong to their state, the first row begins, and every step from one row to the next is counted once."
              Formula = @"C_{ij}=\#\{t:z_{t-1}=i,\,z_t=j\}"
              Source = "definition of the counts"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 50
              Generator = Scalars.both (Samples.regimes 1 40 3 1 4) Scalars.seed
              Holds =
                fun (case, seed) ->
                    let states = case.Prior.Transitions.Length

                    let path =
                        let struct (uniforms, _) = Rng.array case.Rows.Length Rng.uniform (Rng.ofSeed seed)
                        uniforms |> Array.map (fun u -> min (states - 1) (int (u * float states)))

                    let found = ofPath states path (RegimeLaws.chainOf case.Rows)
                    let steps = Array.pairwise path

                    [ for i in 0 .. states - 1 do
                          let mine =
                              Array.zip path case.Rows |> Array.filter (fun (state, _) -> state = i) |> Array.map snd

                          Compare.close $"beginning in {i}" (if path[0] = i then 1.0 else 0.0) found.Initial[i] 0.0
                          Compare.close $"rows of {i}" (float mine.Length) found.States[i].Weight 0.0

                          if mine.Length > 0 then
                              Compare.close
                                  $"sum of {i}"
                                  (mine |> Array.sumBy (fun row -> row[0]))
                                  (found.States[i].Weight * found.States[i].Mean[0])
                                  (Tolerances.rounding (4 * mine.Length) (mine |> Array.sumBy (fun row -> abs row[0])))

                          for j in 0 .. states - 1 do
                              let count = steps |> Array.filter (fun step -> step = (i, j)) |> Array.length
                              Compare.close $"steps from {i} to {j}" (float count) found.Transitions[i, j] 0.0 ] }

    /// The predictive density is given, so that a wrong one can be tried.
    let internal predictiveDensity (logDensity: RegimeSwitchingPosterior -> Vec -> Vec -> float) : Law =
        Law.make
            { Name = "regime-switching: the predictive density is the slope of its quantiles"
              Statement =
                "With states of unequal probability the quantile of the next row rises with its probability as one over the density there."
              Formula = @"\frac{dQ(p)}{dp}=\frac1{f(Q(p))}"
              Source = "definition of the quantile"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 50
              Generator =
                Scalars.three (Samples.regimes 3 20 1 1 3) (Arb.fromGen (Scalars.uniformGen 0.1 0.9)) Scalars.seed
              Holds =
                fun (case, p, seed) ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case

                    let weights =
                        let struct (uniforms, _) = Rng.array q.States.Length Rng.openUniform (Rng.ofSeed seed)
                        Vec.ofArray (uniforms |> Array.map (fun u -> u / Array.sum uniforms))

                    let quantile h = RegimeSwitching.predictiveQuantile q weights 0 (p + h)
                    let slope = Numerical.derivative 0.05 quantile
                    let density = exp (logDensity q weights (Vec.constant 1 (quantile 0.0)))

                    // Quantiles are roots to a part in 10^12 or so.
                    [ Compare.close
                          "slope times density"
                          1.0
                          (slope.Value * density)
                          (1e-6
                           + Tolerances.derivative slope.Error (1e-11 * (1.0 + abs (quantile 0.0))) slope.Step * density) ] }

    /// The prior is given, so that a wrong one can be tried: from the number of states, the concentration, the stickiness and the prior of a state.
    let internal sticky (prior: int -> float -> float -> NormalWishart -> RegimeSwitchingPrior) : Law =
        Law.make
            { Name = "regime-switching: stickiness acts on the diagonal alone"
              Statement =
                "Every initial and transition probability has the concentration, staying in a state the stickiness on top; without stickiness no state is preferred, and the same data with the states in any other order have the same prior."
              Formula = @"A_i\sim\mathrm{Dirichlet}(c+\kappa e_i),\quad\pi\sim\mathrm{Dirichlet}(c)"
              Source = "Fox, Sudderth, Jordan and Willsky 2011, sticky hidden Markov models"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Scalars.integer 1 5)
                    (Scalars.both
                        (Scalars.positive 0.01 10.0)
                        (Arb.fromGen (Gen.oneof [ Gen.constant 0.0; Scalars.logUniformGen 0.1 50.0 ])))
                    (Families.one (Families.normalWishart Moderate))
              Holds =
                fun (states, (concentration, stickiness), state) ->
                    let found = prior states concentration stickiness state

                    [ Compare.holds "rows of transitions" (found.Transitions.Length = states)
                      Compare.holds "the states' prior" (found.State.Equals state && found.Learned.IsNone)

                      for i in 0 .. states - 1 do
                          Compare.close $"beginning in {i}" concentration found.Initial.Concentration[i] 0.0

                          for j in 0 .. states - 1 do
                              Compare.close
                                  $"from {i} to {j}"
                                  (if i = j then concentration + stickiness else concentration)
                                  found.Transitions[i].Concentration[j]
                                  0.0 ] }

    let all: Law list =
        [ sticky RegimeSwitching.prior
          knownPath RegimeStart.ofPath
          predictiveDensity RegimeSwitching.predictiveLogDensity
          rollingDeviations RegimeStart.rollingDeviations ]
