namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// A normal target.
type NormalTarget =
    {
        Mean: Vec
        Covariance: Mat
        /// Whether the covariance is a diagonal.
        IsDiagonal: bool
        Seed: uint64
    }

    /// log p up to its constant.
    member this.Density =
        if this.IsDiagonal then
            Densities.independentNormal (this.Mean.ToArray()) ((Vec.map sqrt (Mat.diagonal this.Covariance)).ToArray())
        else
            Densities.normal this.Mean this.Covariance

/// Laws of whole samplers: moments of their draws, chains, divergences.
[<RequireQualifiedAccess>]
module SamplingLaws =

    /// Normals in so many dimensions, each number as often as it stands in the list.
    let internal targetOf (dimensions: int list) (isDiagonal: bool) condition : Arbitrary<NormalTarget> =
        Arb.fromGenShrink (
            gen {
                let! dimension = Gen.elements dimensions
                let! mean = Scalars.vectorGen dimension 10.0
                let! seed = Scalars.seedGen

                let! covariance =
                    if isDiagonal then
                        Gen.arrayOfLength dimension (Scalars.logUniformGen (1.0 / condition) condition)
                        |> Gen.map (Vec.ofArray >> Mat.diagonalOf)
                    else
                        Matrices.positiveDefiniteGen dimension 1.0 condition

                return { Mean = mean; Covariance = covariance; IsDiagonal = isDiagonal; Seed = seed }
            },
            fun target ->
                seq {
                    for n in [ 1; target.Mean.Length / 2 ] do
                        if n >= 1 && n < target.Mean.Length then
                            { target with
                                Mean = Vec.slice 0 n target.Mean
                                Covariance = Matrices.leading n target.Covariance }

                    for seed in Scalars.seed.Shrinker target.Seed do
                        { target with Seed = seed }
                }
        )

    let private noUTurn = HamiltonianChain.noUTurn

    /// Means, variances and quantiles of draws against a normal's, in standard errors. The effective sample size is the draws' own estimate, but
    /// no more than their number: NUTS on normals is often better than independent, and an estimate above 1 would be optimistic.
    let private againstNormal (mean: float) (sd: float) (name: string) (chains: Mat) =
        let z = Mat.map (fun x -> (x - mean) / sd) chains
        let count = float (z.Rows * z.Columns)
        let size estimate = min count estimate

        let share p chains =
            Sample.mean (Chains.pooled (Mat.map (fun x -> if x <= Special.normalQuantile p then 1.0 else 0.0) chains))

        let k = Tolerances.standardErrors

        [ Compare.close
              $"mean of {name}, in sds"
              0.0
              (Sample.mean (Chains.pooled z))
              (k / sqrt (size (EffectiveSampleSize.mean z)))
          Compare.close
              $"variance of {name}"
              1.0
              (Sample.mean (Chains.pooled (Mat.map (fun x -> x * x) z)))
              (Tolerances.monteCarlo
                  (sqrt (2.0 / size (EffectiveSampleSize.mean (Mat.map (fun x -> x * x) z))))
                  3.0
                  (z.Rows * z.Columns)
                  1.0)
          for p in [ 0.05; 0.5; 0.9 ] do
              Compare.close
                  $"share of {name} below its quantile at {p}"
                  p
                  (share p z)
                  (k * sqrt (p * (1.0 - p) / size (EffectiveSampleSize.quantile p z))) ]

    /// Draws of a normal against its moments.
    let private moments options warmUp draws (target: NormalTarget) =
        let set =
            Sampler.run
                1
                { options with WarmUp = warmUp }
                draws
                target.Density
                (RandomStarts 2)
                (Rng.ofSeed target.Seed)

        let sds = Vec.map sqrt (Mat.diagonal target.Covariance)

        [ for d in 0 .. target.Mean.Length - 1 do
              yield! againstNormal target.Mean[d] sds[d] $"x[{d}]" (SampleSet.coordinate d set)

          // The density of D normals is known too: -2 log p is a chi-square variable of D degrees of freedom.
          let dimension = float target.Mean.Length
          let square = SampleSet.logDensity set |> Mat.map (fun value -> -2.0 * value / dimension)
          let size = min (float (square.Rows * square.Columns)) (EffectiveSampleSize.mean square)

          Compare.close
              "average of -2 log p over D"
              1.0
              (Sample.mean (Chains.pooled square))
              (Tolerances.monteCarlo
                  (sqrt (2.0 / dimension / size))
                  (sqrt (8.0 / dimension))
                  (square.Rows * square.Columns)
                  1.0) ]

    /// Of forty targets one in 200 dimensions, which costs as much as all others.
    let private often = List.replicate 13 1 @ List.replicate 13 2 @ List.replicate 11 10 @ [ 50; 50; 200 ]

    let private momentLaws =
        [ Law.make
              { Name = "nuts: ill-scaled normals have their moments"
                Statement =
                  "Independent normals whose sds lie up to 1e4 apart, in 1 to 200 dimensions: means, variances, quantiles and log densities of the draws are within standard errors."
                Formula = @"|\bar x-\mu|\le k\,\sigma/\sqrt{S_{\mathrm{eff}}}"
                Source = "closed form; standard errors from the effective sample size"
                Covers = [ "nuts"; "sampling" ]
                Cases = 5
                Generator = targetOf often true 1e4
                Holds = moments noUTurn 500 500 }
          Law.make
              { Name = "nuts: correlated normals have their moments"
                Statement = "Normals of condition up to 100 under a diagonal metric."
                Formula = @"|\bar x-\mu|\le k\,\sigma/\sqrt{S_{\mathrm{eff}}}"
                Source = "closed form; standard errors from the effective sample size"
                Covers = [ "nuts"; "sampling" ]
                Cases = 5
                Generator = targetOf [ 1; 2; 5; 20 ] false 100.0
                Holds = moments noUTurn 400 800 }
          Law.make
              { Name = "nuts: strongly correlated normals have their moments under a dense metric"
                Statement = "Normals of condition up to 1e6 under a metric that learns the covariance."
                Formula = @"|\bar x-\mu|\le k\,\sigma/\sqrt{S_{\mathrm{eff}}}"
                Source = "closed form; standard errors from the effective sample size"
                Covers = [ "nuts"; "sampling" ]
                Cases = 5
                Generator = targetOf [ 1; 2; 5; 20 ] false 1e6
                Holds = moments { noUTurn with Shape = Full } 800 800 }
          Law.make
              { Name = "hmc: ill-scaled normals have their moments"
                Statement = "The same for trajectories of fixed length."
                Formula = @"|\bar x-\mu|\le k\,\sigma/\sqrt{S_{\mathrm{eff}}}"
                Source = "closed form; standard errors from the effective sample size"
                Covers = [ "nuts"; "sampling"; "hmc" ]
                Cases = 5
                Generator = targetOf [ 1; 2; 10; 50 ] true 1e4
                Holds = moments HamiltonianChain.fixedLength 400 1000 } ]

    /// A small target and a sampler that is still warming up in its first blocks.
    let private engineSubject: EngineSubject<NormalTarget * int, SamplerState, Draw[][], Vec[]> =
        { Name = "nuts"
          Covers = [ "nuts"; "sampling" ]
          Cases = Scalars.both (targetOf [ 1; 3 ] false 10.0) (Scalars.integer 0 2)
          Engine =
            fun (target, kind) ->
                let options =
                    match kind with
                    | 0 -> noUTurn
                    | 1 -> { noUTurn with Shape = Full }
                    | _ -> HamiltonianChain.fixedLength

                Sampler.engine 2 9 30 { options with WarmUp = 40 } target.Density (RandomStarts 2)
          Rule = fun _ -> Sampler.stopRule 9 30 { noUTurn with WarmUp = 40 }
          // 70 draws in blocks of 9.
          Budget = fun _ -> 8 }

    let private chainLaws =
        [ Law.make
              { Name = "nuts: the draws do not depend on the number of threads"
                Statement = "Four chains on one, two and four threads make the same draws to the bit."
                Formula = @"x_{c,i}(\mathrm{threads})=x_{c,i}"
                Source = "DESIGN: a result does not depend on the number of threads"
                Covers = [ "nuts"; "sampling" ]
                Cases = 10
                Generator = targetOf [ 1; 4 ] false 10.0
                Holds =
                  fun target ->
                      let run threads =
                          Sampler.run
                              threads
                              { noUTurn with WarmUp = 30 }
                              10
                              target.Density
                              (RandomStarts 4)
                              (Rng.ofSeed target.Seed)

                      let one = run 1
                      [ Compare.holds "two threads" (run 2 = one); Compare.holds "four threads" (run 4 = one) ] }
          Law.make
              { Name = "nuts: a shorter chain is a prefix of a longer one"
                Statement =
                  "With the same warm-up, draws 1 to n are the same however many follow, and chains are the same however many there are."
                Formula = @"x^{(n)}\sqsubseteq x^{(m)}"
                Source = "DESIGN: a run depends on its seed alone"
                Covers = [ "nuts"; "sampling" ]
                Cases = 10
                Generator = targetOf [ 1; 4 ] false 10.0
                Holds =
                  fun target ->
                      let run chains draws =
                          Sampler.run
                              1
                              { noUTurn with WarmUp = 30 }
                              draws
                              target.Density
                              (RandomStarts chains)
                              (Rng.ofSeed target.Seed)

                      let longer = run 3 24
                      let shorter = run 2 10

                      [ Compare.holds
                            "draws"
                            (shorter.Chains = (longer.Chains |> Array.truncate 2 |> Array.map (Array.truncate 10)))
                        Compare.holds "warm-up" (shorter.WarmUps = Array.truncate 2 longer.WarmUps) ] } ]

    let private standard = Densities.independentNormal (Array.zeroCreate 10) (Array.create 10 1.0)

    let private divergenceLaws =
        [ Law.make
              { Name = "nuts: a funnel diverges where it is narrow, a normal does not"
                Statement =
                  "From exact draws of Neal's funnel, steps of half a unit diverge; the locations are finite and most lie in the neck, where the scale is below its median of 1. On a standard normal none diverges."
                Formula = @"H_t-H_0>1000"
                Source = "Neal 2003; Betancourt 2017, section 6.2"
                Covers = [ "nuts"; "sampling" ]
                Cases = 10
                Generator = Scalars.seed
                Holds =
                  fun seed ->
                      let dimension = 10

                      let transition density start rng =
                          let metric = Metric.identity dimension
                          let struct (draw, _) = HamiltonianChain.transition (NoUTurn 8) density metric 0.5 start rng
                          draw

                      let exact (run: int) =
                          let struct (z, rng) = HamiltonianChain.momentum dimension (Rng.derive run (Rng.ofSeed seed))
                          let v = 3.0 * z[0]
                          let funnel = Vec.mapi (fun d x -> if d = 0 then v else exp (0.5 * v) * x) z
                          transition (Densities.funnel dimension) funnel rng, transition standard z rng

                      let funnel, normal = Array.init 300 exact |> Array.unzip

                      let diverging (draws: Draw[]) =
                          draws |> Array.choose (fun draw -> ValueOption.toOption draw.Divergence)

                      let places = diverging funnel
                      let narrow = places |> Array.filter (fun place -> place[0] < 0.0)

                      // A share of Phi(-0.9) = 0.18 starts where the step is unstable, v < -2.8.
                      [ Compare.atMost "a twentieth" (0.05 * float funnel.Length) (float places.Length) 0.0
                        Compare.holds "finite" (places |> Array.forall Vec.isFinite)
                        Compare.atMost "half of them in the neck" (0.5 * float places.Length) (float narrow.Length) 0.0
                        Compare.close "divergences of the normal" 0.0 (float (diverging normal).Length) 0.0 ] }
          Law.make
              { Name = "nuts: a divergence is located where its step started"
                Statement =
                  "Where the density ends at a wall, the location reported is the point before the step over it: finite, inside, within a step of the wall."
                Formula = @"q_{t}\ \text{with}\ H_{t+1}-H_0>1000"
                Source = "own derivation"
                Covers = [ "nuts"; "sampling" ]
                Cases = 20
                Generator = Scalars.both Scalars.seed (Scalars.integer 0 1)
                Holds =
                  fun (seed, kind) ->
                      // A standard normal cut off at 1, beyond which the density is 0 or not a number.
                      let beyond = if kind = 0 then -infinity else nan

                      let wall =
                          LogDensity.ofFunction 1 (fun q ->
                              if q[0] > 1.0 then
                                  struct (beyond, [| nan |])
                              else
                                  struct (-0.5 * q[0] * q[0], [| -q[0] |]))

                      let step = 0.3
                      let metric = Metric.identity 1

                      let rec visit count position rng divergences =
                          if count = 0 then
                              divergences
                          else
                              let struct (draw, rng) =
                                  HamiltonianChain.transition (NoUTurn 6) wall metric step position rng

                              visit
                                  (count - 1)
                                  draw.Position
                                  rng
                                  (Option.toList (ValueOption.toOption draw.Divergence) @ divergences)

                      let places = visit 200 (Vec.constant 1 0.0) (Rng.ofSeed seed) []

                      [ Compare.holds "some" (not places.IsEmpty)
                        for place in places do
                            Compare.atMost "inside the wall" place[0] 1.0 1e-12
                            // No momentum of these steps exceeds 6.
                            Compare.atMost "within a step of it" (1.0 - place[0]) (6.0 * step) 0.0 ] }
          Law.make
              { Name = "nuts: a density that is not finite everywhere is sampled where it is"
                Statement =
                  "The exponential distribution on the positive numbers, minus infinity below 0: all draws are positive, the mean is 1 within standard errors; a density finite nowhere is refused."
                Formula = @"p(x)=e^{-x},\ x>0"
                Source = "closed form"
                Covers = [ "nuts"; "sampling" ]
                Cases = 10
                Generator = Scalars.seed
                Holds =
                  fun seed ->
                      let exponential =
                          LogDensity.ofFunction 1 (fun q ->
                              if q[0] > 0.0 then struct (-q[0], [| -1.0 |]) else struct (-infinity, [| 0.0 |]))

                      let set =
                          Sampler.run
                              1
                              { noUTurn with WarmUp = 300 }
                              1500
                              exponential
                              (RandomStarts 2)
                              (Rng.ofSeed seed)

                      let draws = SampleSet.coordinate 0 set
                      let size = min 3000.0 (EffectiveSampleSize.mean draws)

                      let refused =
                          try
                              let nowhere = LogDensity.ofFunction 2 (fun _ -> struct (nan, [| nan; nan |]))
                              Sampler.run 1 noUTurn 1 nowhere (RandomStarts 1) (Rng.ofSeed seed) |> ignore
                              false
                          with :? ArithmeticException ->
                              true

                      [ Compare.holds "positive" (Seq.forall (fun x -> x > 0.0) (Chains.pooled draws |> Vec.toArray))
                        Compare.close
                            "mean"
                            1.0
                            (Sample.mean (Chains.pooled draws))
                            (Tolerances.monteCarlo (1.0 / sqrt size) 2.0 (int size) 1.0)
                        Compare.holds "finite nowhere" refused ] } ]

    let all: Law list = momentLaws @ EngineLaws.battery engineSubject @ chainLaws @ divergenceLaws
