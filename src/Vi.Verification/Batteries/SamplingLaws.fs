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

/// Laws of whole samplers: warm-up, chains, draws.
[<RequireQualifiedAccess>]
module SamplingLaws =

    let private law name statement formula source cases compare =
        Law.make name cases compare
        |> Law.says statement formula source
        |> Law.covers [ "nuts"; "sampling" ]

    let private targetOf (dimensions: int list) (isDiagonal: bool) condition : Arbitrary<NormalTarget> =
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

    let private moments name statement options warmUp draws cases =
        law
            name
            statement
            @"|\bar x-\mu|\le k\,\sigma/\sqrt{S_{\mathrm{eff}}}"
            "closed form; standard errors from the effective sample size"
            cases
            (fun (target: NormalTarget) ->
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
                          1.0) ])
        |> Law.cases 5

    let private momentLaws =
        [ moments
              "nuts: ill-scaled normals have their moments"
              "Independent normals whose sds lie up to 1e4 apart, in 1 to 200 dimensions: means, variances, quantiles and log densities of the draws are within standard errors."
              noUTurn
              500
              500
              (targetOf [ 1; 2; 10; 50; 200 ] true 1e4)
          moments
              "nuts: correlated normals have their moments"
              "Normals of condition up to 100 under a diagonal metric."
              noUTurn
              400
              800
              (targetOf [ 1; 2; 5; 20 ] false 100.0)
          moments
              "nuts: strongly correlated normals have their moments under a dense metric"
              "Normals of condition up to 1e6 under a metric that learns the covariance."
              { noUTurn with Shape = Full }
              800
              800
              (targetOf [ 1; 2; 5; 20 ] false 1e6)
          moments
              "hmc: ill-scaled normals have their moments"
              "The same for trajectories of fixed length."
              HamiltonianChain.fixedLength
              400
              1000
              (targetOf [ 1; 2; 10; 50 ] true 1e4)
          |> Law.covers [ "hmc" ] ]

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
          Rule = fun _ -> Sampler.stopRule 9 30 { noUTurn with WarmUp = 40 } }

    let private chainLaws =
        [ law
              "nuts: the draws do not depend on the number of threads"
              "Four chains on one, two and four threads make the same draws to the bit."
              @"x_{c,i}(\mathrm{threads})=x_{c,i}"
              "DESIGN: a result does not depend on the number of threads"
              (targetOf [ 1; 4 ] false 10.0)
              (fun target ->
                  let run threads =
                      Sampler.run
                          threads
                          { noUTurn with WarmUp = 30 }
                          10
                          target.Density
                          (RandomStarts 4)
                          (Rng.ofSeed target.Seed)

                  let one = run 1
                  [ Compare.holds "two threads" (run 2 = one); Compare.holds "four threads" (run 4 = one) ])
          |> Law.cases 10
          law
              "nuts: a shorter chain is a prefix of a longer one"
              "With the same warm-up, draws 1 to n are the same however many follow, and chains are the same however many there are."
              @"x^{(n)}\sqsubseteq x^{(m)}"
              "DESIGN: a run depends on its seed alone"
              (targetOf [ 1; 4 ] false 10.0)
              (fun target ->
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
                    Compare.holds "warm-up" (shorter.WarmUps = Array.truncate 2 longer.WarmUps) ])
          |> Law.cases 10 ]

    /// Acceptance of a step size in a made-up world: falls smoothly, known where it is what.
    let private madeUpAcceptance (scale: float) (step: float) = 1.0 / (1.0 + (step / scale) * (step / scale))

    /// One search for a step size: target, start, and what a step size is accepted with given a uniform number.
    type StepSearch = float -> float -> (float -> float -> float) -> int -> Rng -> float

    let stepSearchName = "dual averaging: the step size found has the acceptance asked for"

    let stepSearch (search: StepSearch) =
        law
            stepSearchName
            "Where acceptance falls with the step size in a known way, observed with noise, the search settles where it is the target's."
            @"E[a(\epsilon)]=\delta"
            "Hoffman and Gelman 2014, section 3.2"
            (Scalars.three
                (Scalars.integer 0 8)
                (Scalars.both (Scalars.positive 1e-4 1e4) (Scalars.positive 1e-3 1e3))
                Scalars.seed)
            (fun (tenth, (scale, off), seed) ->
                let target = 0.5 + 0.05 * float tenth
                // Noise of mean 0 that keeps the rate in [0, 1].
                let observed step u =
                    let rate = madeUpAcceptance scale step
                    rate + (u - 0.5) * min rate (1.0 - rate)

                let step = search target (scale * off) observed 4000 (Rng.ofSeed seed)
                // The average of the logs forgets like t^-0.75, so t tries count as t^0.75 of them; what the rates average to beyond noise
                // is the target, up to what the curve bends over the tries' spread.
                let tries = 4000.0
                let noise = min target (1.0 - target) / sqrt 12.0

                [ Compare.close
                      "acceptance"
                      target
                      (madeUpAcceptance scale step)
                      (0.01 + Tolerances.standardErrors * noise / sqrt (tries ** 0.75)) ])

    let private rightSearch: StepSearch =
        fun target start observed count rng ->
            let mutable search = DualAveraging.start start
            let mutable rng = rng

            for _ in 1..count do
                let struct (u, next) = Rng.uniform rng
                rng <- next
                search <- DualAveraging.observe target (observed (DualAveraging.next search) u) search

            DualAveraging.settled search

    let private warmUpLaws =
        [ stepSearch rightSearch
          Law.fact "warm-up: windows are Stan's" (fun () ->
              let ends draws =
                  let struct (first, ends) = WarmUp.windows draws
                  first :: ends

              [ Compare.holds "1000" (ends 1000 = [ 75; 100; 150; 250; 450; 950 ])
                Compare.holds "150" (ends 150 = [ 75; 100 ])
                Compare.holds "100" (ends 100 = [ 15; 90 ])
                Compare.holds "2000" (ends 2000 = [ 75; 100; 150; 250; 450; 850; 1950 ])
                Compare.holds "10" (ends 10 = [ 10 ]) ])
          |> Law.says
              "A warm-up of 1000 draws learns its metric after draws 100, 150, 250, 450 and 950; shorter ones have shorter stretches."
              ""
              "Stan reference manual, automatic parameter tuning; windows as CmdStan 2.32 uses them"
          |> Law.covers [ "nuts"; "hmc"; "sampling" ]
          law
              "warm-up: the metric learns the scales and the acceptance its target"
              "In the last long window the average acceptance is the one asked for; after warm-up it is no lower, and the metric's sds are the target's within standard errors and the regularisation."
              @"S\to\sigma"
              "Stan reference manual; Hoffman and Gelman 2014"
              (Scalars.both (targetOf [ 2; 10; 50 ] true 1e4) (Scalars.integer 0 2))
              (fun (target, tenth) ->
                  let asked = 0.7 + 0.1 * float tenth
                  let options = { noUTurn with WarmUp = 1000; TargetAcceptance = asked }
                  let engine = Sampler.engine 1 1300 300 options target.Density (RandomStarts 1)
                  let struct (state, block) = engine.Step(engine.Init(Rng.ofSeed target.Seed))
                  let rate first last = block[0][first..last] |> Array.averageBy (fun draw -> draw.AcceptanceRate)

                  [ // The search moves the log of the step by sqrt(t) / 0.05 times the average shortfall, and it stays within a few units of
                    // where it began: so the shortfall over t = 450 draws is below 0.05 * 5 / sqrt 450 = 0.012, and noise of the same size.
                    Compare.close "acceptance in the last window" asked (rate 500 949) 0.03
                    // The rate is concave in the step size where it is tuned, so that the average step is accepted more often than that.
                    Compare.atMost "target less acceptance of the draws" (asked - rate 1000 1299) 0.05 0.0
                    match state.Chains[0].Metric with
                    | Dense _ -> Compare.holds "a diagonal metric" false
                    | Diagonal scales ->
                        for d in 0 .. scales.Length - 1 do
                            let sd = sqrt target.Covariance[d, d]
                            // 500 draws of the last window, of which at least 150 count; 5e-3 / 505 is added to the variance.
                            Compare.close
                                $"log of scale {d}"
                                (log (sqrt (sd * sd + 1e-5)))
                                (log scales[d])
                                (Tolerances.standardErrors / sqrt (2.0 * 150.0) + 0.01) ])
          |> Law.cases 6 ]

    let private standard = Densities.independentNormal (Array.zeroCreate 10) (Array.create 10 1.0)

    let private divergenceLaws =
        [ law
              "nuts: a funnel diverges where it is narrow, a normal does not"
              "From exact draws of Neal's funnel, steps of half a unit diverge; the locations are finite and most lie in the neck, where the scale is below its median of 1. On a standard normal none diverges."
              @"H_t-H_0>1000"
              "Neal 2003; Betancourt 2017, section 6.2"
              Scalars.seed
              (fun seed ->
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
                    Compare.close "divergences of the normal" 0.0 (float (diverging normal).Length) 0.0 ])
          |> Law.cases 10
          law
              "nuts: a divergence is located where its step started"
              "Where the density ends at a wall, the location reported is the point before the step over it: finite, inside, within a step of the wall."
              @"q_{t}\ \text{with}\ H_{t+1}-H_0>1000"
              "own derivation"
              (Scalars.both Scalars.seed (Scalars.integer 0 1))
              (fun (seed, kind) ->
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
                        Compare.atMost "within a step of it" (1.0 - place[0]) (6.0 * step) 0.0 ])
          |> Law.cases 20
          law
              "nuts: a density that is not finite everywhere is sampled where it is"
              "The exponential law on the positive numbers, minus infinity below 0: all draws are positive, the mean is 1 within standard errors; a density finite nowhere is refused."
              @"p(x)=e^{-x},\ x>0"
              "closed form"
              Scalars.seed
              (fun seed ->
                  let exponential =
                      LogDensity.ofFunction 1 (fun q ->
                          if q[0] > 0.0 then struct (-q[0], [| -1.0 |]) else struct (-infinity, [| 0.0 |]))

                  let set =
                      Sampler.run 1 { noUTurn with WarmUp = 300 } 1500 exponential (RandomStarts 2) (Rng.ofSeed seed)

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
                    Compare.holds "finite nowhere" refused ])
          |> Law.cases 10 ]

    let private fileLaws =
        [ law
              "cmdstan csv: what is written is read back"
              "Names, draws and figures of every chain come back to the bit from the lines written; only the place of a divergence and the cost of warm-up are not in the format."
              @"\mathrm{read}(\mathrm{lines}(x))=x"
              "CmdStan user's guide, Stan CSV file format"
              (Scalars.both (targetOf [ 1; 3 ] false 10.0) (Scalars.integer 0 1))
              (fun (target, kind) ->
                  let shape = if kind = 0 then Diagonals else Full
                  let options = { noUTurn with WarmUp = 30; Shape = shape }
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
                        Compare.close $"warm-up of chain {c}" 30.0 (float back.WarmUps[c].Draws) 0.0 ])
          |> Law.cases 20
          Law.fact "cmdstan csv: names are Stan's" (fun () ->
              let pairs = [ "mu", "mu"; "theta[0]", "theta.1"; "B[1,2]", "B.2.3"; "x[10]", "x.11" ]

              [ for name, column in pairs do
                    Compare.holds $"column of {name}" (CmdStanCsv.columnName name = column)
                    Compare.holds $"name of {column}" (CmdStanCsv.coordinateName column = name)
                Compare.holds "other signs" (CmdStanCsv.columnName "a b-c" = "a_b_c") ])
          |> Law.says
              "Indices from 0 in brackets become indices from 1 after points, and back."
              ""
              "CmdStan user's guide, Stan CSV file format"
          |> Law.covers [ "sampling" ] ]

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
        [ law
              "nuts: eight schools"
              "Means and sds of Rubin's eight schools, noncentred, are within standard errors of exact values; R-hat is below 1.03 and next to nothing diverges."
              @"\theta_j=\mu+\tau z_j"
              "Rubin 1981; posteriordb eight_schools_noncentered; exact values by quadrature"
              Scalars.seed
              (fun seed ->
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
                          { noUTurn with WarmUp = 500; TargetAcceptance = 0.9 }
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
                            (k * max (MonteCarloError.sd chains) (sd * sqrt (5.0 / size))) ])
          |> Law.cases 3 ]

    let all: Law list =
        momentLaws
        @ EngineLaws.battery engineSubject
        @ chainLaws
        @ warmUpLaws
        @ divergenceLaws
        @ fileLaws
        @ referenceLaws

    /// The last step size tried instead of the average of the logs.
    let private lastTried: StepSearch =
        fun target start observed count rng ->
            let mutable search = DualAveraging.start start
            let mutable rng = rng

            for _ in 1..count do
                let struct (u, next) = Rng.uniform rng
                rng <- next
                search <- DualAveraging.observe target (observed (DualAveraging.next search) u) search

            DualAveraging.next search

    let specimens: Specimen list =
        [ Specimen.make
              "step size of the last try"
              "samplers that go on with the step size that warm-up ended with"
              "The tries keep jumping; where they stop is chance."
              stepSearchName
              [ stepSearch lastTried ] ]
