namespace Vi.Verification.FSharp

open System
open System.Threading
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The check of fits by sweeps, as its laws see it.
type AscentCheckSubject =
    {
        /// The check of a fit of a correlated pair.
        Run: AscentCheckOptions -> CheckedModel<unit, unit, PairPosterior> -> PairPosterior -> Rng -> AscentCheck
        /// The judgement of a fit by outcome, remaining nats and gains, and its check.
        Judge: Outcome voption -> float -> float[] -> AscentCheck -> Judgement
    }

/// Laws of checks of fits against their posterior.
[<RequireQualifiedAccess>]
module AscentCheckLaws =

    let internal law cases name statement formula source covers generator holds =
        Law.make
            { Name = $"ascent check: {name}"
              Statement = statement
              Formula = formula
              Source = source
              Covers = "gibbs" :: "diagnostics" :: covers
              Cases = cases
              Generator = generator
              Holds = holds }

    let internal fast sweeps : AscentCheckOptions = { Sweeps = sweeps; IsFull = false; Threads = 1; Watch = ignore }

    let private noData: IBatches<unit> = Batches.ofList []

    /// The check itself.
    let subject: AscentCheckSubject =
        { Run = fun options model q rng -> AscentCheck.run options noData model [] q rng
          Judge = AscentJudgement.ofFit }

    let private figuresOf (check: AscentCheck) =
        match check with
        | AscentCheck.Stationary figures
        | AscentCheck.Moved figures
        | AscentCheck.Unclear figures -> figures
        | AscentCheck.Sampled _
        | AscentCheck.NotChecked _ -> invalidOp $"draws were not moved: {check}"

    let internal numbersOf (check: AscentCheck) =
        match check with
        | AscentCheck.NotChecked _ -> [||]
        | AscentCheck.Sampled figures -> figures.Numbers
        | moved -> (figuresOf moved).Numbers

    /// A run that has converged, with nothing left to gain: all that the sweeps themselves can say is good.
    let internal judged (subject: AscentCheckSubject) check =
        subject.Judge (ValueSome(Converged(SweepGain(10, 1e-10, 1e-6)))) nan [| 1.0; 1e-10 |] check

    // --- exact answers --------------------------------------------------------------------------------------------------

    let private replicates = 200

    /// How often figures lie more than two standard errors from the truth, over independent checks of one fit.
    let private calibration (subject: AscentCheckSubject) model q drift logRatio seed =
        let found =
            Array.init replicates (fun i ->
                (numbersOf (subject.Run (fast (16 * 16)) model q (Rng.derive i (Rng.ofSeed seed))))[0])

        let off figure error truth =
            found
            |> Array.filter (fun n -> not (abs (figure n - truth) <= 2.0 * error n))
            |> Array.length
            |> float

        let allowed = float (Tolerances.exceptions replicates Tolerances.beyondTwoErrors)

        [ Compare.atMost "drifts beyond two errors" (off _.Drift _.DriftError drift) allowed 0.0
          Compare.atMost "ratios beyond two errors" (off _.LogRatio _.LogRatioError logRatio) allowed 0.0
          // Errors that are always large would hold the truth as well.
          Compare.atMost "average error of a drift" (found |> Array.averageBy _.DriftError) 0.5 0.0 ]

    let private correlation = Scalars.positive 0.1 0.9

    let private shifted: Normal = { Mean = 1.0; Variance = 1.0 }
    let private halved: Normal = { Mean = 0.0; Variance = 0.25 }

    let private calibrated subject =
        law
            4
            "errors are calibrated"
            "Of 200 checks each of the right means and standard deviations, of means shifted by a standard deviation, of halved standard deviations and of coordinate ascent's optimum, whatever the correlation that sweeps must get through, drifts and ratios lie beyond two of their errors as rarely as a t distribution of few degrees of freedom does. So q equal to the posterior is not moved beyond Monte Carlo error."
            @"\frac{\hat d-d}{\hat\sigma_d}\sim t"
            "Efron and Stein 1981, the jackknife"
            []
            (Scalars.both correlation Scalars.seed)
            (fun (rho, seed) ->
                let model = CorrelatedPair.model rho
                let narrowest = 0.5 * log (1.0 - rho * rho)

                [ yield! calibration subject model CorrelatedPair.right 0.0 0.0 seed
                  yield! calibration subject model { X = shifted; Y = shifted } 1.0 0.0 seed
                  yield! calibration subject model { X = halved; Y = halved } 0.0 (log 0.5) seed
                  yield! calibration subject model (CorrelatedPair.meanField rho) 0.0 narrowest seed ])

    let private extrapolated (subject: AscentCheckSubject) =
        law
            3
            "drifts are those at the chain's limit"
            "Means shifted by a standard deviation, and 8 sweeps of a chain that keeps 0.81 of its distance in each: the average drift of 1000 checks is the whole shift, not the 0.7 of it that the draws have come."
            @"E[x_k\mid x_0]=\mu+\rho^{2k}(x_0-\mu)"
            "geometric contraction of a Gibbs sampler of two normals (Liu 1994)"
            []
            Scalars.seed
            (fun seed ->
                let drift i =
                    let q = { X = shifted; Y = shifted }

                    let check =
                        subject.Run (fast (31 * 8)) (CorrelatedPair.model 0.9) q (Rng.derive i (Rng.ofSeed seed))

                    let first = (numbersOf check)[0]
                    first.Drift

                [ Compare.close
                      "average drift"
                      1.0
                      (Array.average (Array.init 1000 drift))
                      Tolerances.extrapolatedDrift ])

    let private detected subject =
        law
            10
            "a mean off by a standard deviation and halved standard deviations are detected"
            "A check of 2048 sweeps calls neither reliable, and right marginals reliable; a shift of two standard deviations, and standard deviations of a third, are unreliable."
            @"\mathrm{level}(q)=\mathrm{reliable}\ \Rightarrow\ |d|\le0.3,\ |\log r|\le\log1.25"
            "definition"
            []
            (Scalars.both correlation Scalars.seed)
            (fun (rho, seed) ->
                let level (x: Normal) =
                    let check = subject.Run (fast 2048) (CorrelatedPair.model rho) { X = x; Y = x } (Rng.ofSeed seed)
                    (judged subject check).Level

                [ Compare.holds "right marginals" (level CorrelatedPair.right.X = Reliable)
                  Compare.holds "shifted by one" (level shifted <> Reliable)
                  Compare.holds "halved" (level halved <> Reliable)
                  Compare.holds "shifted by two" (level { Mean = -2.0; Variance = 1.0 } = Unreliable)
                  Compare.holds "a third" (level { Mean = 0.0; Variance = 1.0 / 9.0 } = Unreliable) ])

    // --- judgements -----------------------------------------------------------------------------------------------------

    let private omissions =
        Gen.oneof
            [ Gen.elements [ CheckOmission.NotRequested; CheckOmission.NoSampler; CheckOmission.SweepFailed ]
              Gen.choose (0, 31) |> Gen.map CheckOmission.TooFewSweeps ]

    let private unchecked (subject: AscentCheckSubject) =
        law
            40
            "a fit that was not checked is never reliable"
            "Whatever the reason: not asked for, no sampler, a sweep that fails, or a budget that does not reach; its convergence makes it usable at best, and a check says that nothing was checked."
            @"\text{not checked}\Rightarrow\text{level}\ne\text{reliable}"
            "definition"
            []
            (Scalars.both (Arb.fromGen omissions) (Scalars.integer 0 31))
            (fun (omission, sweeps) ->
                let judgement = judged subject (AscentCheck.NotChecked omission)

                let few = subject.Run (fast sweeps) (CorrelatedPair.model 0.5) CorrelatedPair.right (Rng.ofSeed 1UL)

                [ Compare.holds "usable" (judgement.Level = Usable)
                  Compare.holds
                      "a check says so"
                      (match judgement.Find CheckId.CheckedNumbers with
                       | null -> false
                       | check -> check.Value = 0.0 && not check.IsPassed)
                  Compare.holds $"{sweeps} sweeps are too few" few.IsNotChecked
                  Compare.holds "usable on few sweeps" ((judged subject few).Level = Usable) ])

    let private numberGen =
        gen {
            let! drift = Scalars.uniformGen -2.0 2.0
            let! driftError = Scalars.uniformGen 0.0 0.5
            let! logRatio = Scalars.uniformGen -1.5 1.0
            let! logRatioError = Scalars.uniformGen 0.0 0.3
            let! isPrecise = Gen.elements [ 0.1; 1.0 ]

            return
                { Name = "x"
                  Mean = drift
                  Sd = exp logRatio
                  BestMean = 0.0
                  BestMeanError = driftError
                  BestSd = 1.0
                  BestSdError = logRatioError
                  Drift = isPrecise * drift
                  DriftError = isPrecise * driftError
                  LogRatio = isPrecise * logRatio
                  LogRatioError = isPrecise * logRatioError }
        }

    /// Numbers within a tenth of where a level ends: what a wrong border gets wrong.
    let private borderGen =
        gen {
            let! number = numberGen
            let! border = Gen.elements [ 0.3; 0.5 ]
            let! ratioBorder = Gen.elements [ log 1.25; log 0.7 ]
            let! isDrift = Gen.elements [ true; false ]
            let! near = Scalars.uniformGen 0.9 1.1

            return
                if isDrift then
                    { number with Drift = border * near; DriftError = 0.0; LogRatio = 0.0; LogRatioError = 0.0 }
                else
                    { number with Drift = 0.0; DriftError = 0.0; LogRatio = ratioBorder * near; LogRatioError = 0.0 }
        }

    let private levels (subject: AscentCheckSubject) =
        law
            200
            "levels follow from the worst number"
            "Reliable where no mean can be off by more than 0.3 standard deviations and no standard deviation by more than a quarter; unreliable where a mean is shown to be off by half a standard deviation or a standard deviation to be less than seven tenths, two errors taken off; usable between, and where the chain keeps more than half of its start."
            @"\max_i|d_i|+\sigma_i\le0.3"
            "definition"
            []
            (Scalars.both
                (Arb.fromGen (Gen.oneof [ Gen.nonEmptyListOf numberGen; Gen.map List.singleton borderGen ]))
                (Scalars.positive 0.01 1.0))
            (fun (numbers, memory) ->
                let figures: StationarityFigures =
                    { Numbers = Array.ofList numbers
                      Draws = 16
                      Sweeps = 64
                      Memory = memory
                      Slowest = "x"
                      Steps = [||]
                      RHat = nan }

                let isFine (n: CheckedNumber) =
                    abs n.Drift + n.DriftError <= 0.3 && abs n.LogRatio + n.LogRatioError <= log 1.25

                let isBad (n: CheckedNumber) =
                    abs n.Drift - 2.0 * n.DriftError > 0.5 || -n.LogRatio - 2.0 * n.LogRatioError > -(log 0.7)

                let expected =
                    if List.exists isBad numbers then Unreliable
                    elif List.forall isFine numbers && memory <= 0.5 then Reliable
                    else Usable

                [ Compare.holds $"{expected}" ((judged subject (AscentCheck.Moved figures)).Level = expected) ])

    let private battery subject =
        [ calibrated subject; extrapolated subject; detected subject; unchecked subject; levels subject ]

    /// The laws that a check must keep.
    let ofSubject (subject: AscentCheckSubject) : Law list = battery subject

    // --- budgets, threads, chains -----------------------------------------------------------------------------------------

    let private withinBudget =
        law
            40
            "no more sweeps than the budget"
            "A check makes at most as many sweeps as it was given, in full or fast, and says how many."
            @"M\cdot k\le B"
            "definition"
            []
            (Scalars.three (Scalars.integer 0 5000) correlation Scalars.seed)
            (fun (budget, rho, seed) ->
                [ for isFull in [ false; true ] do
                      let mutable made = 0

                      let options =
                          { fast budget with IsFull = isFull; Watch = fun () -> Interlocked.Increment &made |> ignore }

                      let check =
                          subject.Run
                              options
                              (CorrelatedPair.model rho)
                              (CorrelatedPair.meanField rho)
                              (Rng.ofSeed seed)

                      Compare.atMost "sweeps" (float made) (float budget) 0.0

                      match check with
                      | AscentCheck.NotChecked _ -> Compare.holds "none" (made = 0)
                      | AscentCheck.Sampled figures ->
                          Compare.atMost "of chains" (float (figures.Chains * figures.Sweeps)) (float made) 0.0
                      | moved ->
                          let figures = figuresOf moved
                          Compare.atMost "of draws" (float (figures.Draws * figures.Sweeps)) (float made) 0.0 ])

    let private sameBits =
        law
            3
            "figures do not depend on the number of threads"
            "Every draw and every chain has a generator of its own: the same bits on one thread and on three, fast and full."
            @"C_1=C_3"
            "own derivation"
            [ "gaussian-mixture" ]
            Scalars.seed
            (fun seed ->
                let rows = MixtureVerdicts.overlapping seed
                let prior = GaussianMixture.defaultPrior 2 1.0 (Moments.ofRows rows)
                let model = CheckedModels.fullMixture prior

                let struct (q, _) =
                    VerdictFits.best 3 (Cavi.engine rows model.Sampler.Model (GaussianMixture.start prior rows)) seed

                [ for isFull in [ false; true ] do
                      let run threads =
                          let options = { fast 2000 with IsFull = isFull; Threads = threads }

                          AscentCheck.run options rows model [] q (Rng.ofSeed seed)
                          |> numbersOf
                          |> Array.map (fun n -> [ n.BestMean; n.BestSd; n.Drift; n.DriftError; n.LogRatioError ])

                      Compare.holds "some numbers" ((run 1).Length > 0)
                      Compare.holds "the same bits" (run 1 = run 3) ])

    let private sampled =
        law
            6
            "chains from dispersed starts give the posterior's moments"
            "In full, chains that agree are the reference; their means and standard deviations are the exact ones within seven of their errors."
            @"\bar x\to E[x],\quad s\to\mathrm{sd}[x]"
            "Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021"
            []
            (Scalars.both correlation Scalars.seed)
            (fun (rho, seed) ->
                let check =
                    subject.Run
                        { fast 20_000 with IsFull = true }
                        (CorrelatedPair.model rho)
                        (CorrelatedPair.meanField rho)
                        (Rng.ofSeed seed)

                match check with
                | AscentCheck.Sampled figures ->
                    [ for n in figures.Numbers do
                          Compare.close "mean" 0.0 n.BestMean (Tolerances.standardErrors * n.BestMeanError)
                          Compare.close "sd" 1.0 n.BestSd (Tolerances.standardErrors * n.BestSdError)
                          Compare.atMost "error of the mean" n.BestMeanError 0.1 0.0 ]
                | other -> [ Compare.holds $"sampled, not {other}" false ])

    /// All laws.
    let all: Law list = ofSubject subject @ [ withinBudget; sameBits; sampled ]
