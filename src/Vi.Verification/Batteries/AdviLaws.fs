namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// A fit of mean-field normals, given, so that a wrong one can be tried.
type MeanFieldFit = LogDensity -> Rng -> Variational

/// Laws of automatic differentiation variational inference.
[<RequireQualifiedAccess>]
module AdviLaws =

    let private run options family density (seed: uint64) =
        Run.last (Advi.engine options family density) (Advi.stopRule options) (Rng.ofSeed seed)

    let internal answer options family density seed =
        (Advi.engine options family density).Answer((run options family density seed).State)

    let internal accuracy = Advi.defaults.Accuracy

    /// Default settings' mean-field fit.
    let meanField: MeanFieldFit =
        fun density rng ->
            let engine = Advi.engine Advi.defaults (MeanField.family density.Dimension) density
            engine.Answer((Run.last engine (Advi.stopRule Advi.defaults) rng).State)

    /// The mean-field optimum of a normal has its mean and its conditional standard deviations.
    let conditional (fit: MeanFieldFit) : Law =
        Law.make
            { Name = "advi: mean-field on a normal has its mean and its conditional spreads"
              Statement =
                "The bound's optimum among independent normals has the mean of a normal density and the standard deviations that each coordinate has given the others, not those that it has alone."
              Formula = @"s_i=\Lambda_{ii}^{-1/2}"
              Source = "Bishop 2006, 10.1.2"
              Covers = [ "black-box"; "advi" ]
              Cases = 8
              Generator = Scalars.both (MinimisationLaws.normals 4 10.0) Scalars.seed
              Holds =
                fun ((precision, mean), seed) ->
                    let q = fit (Targets.normal mean precision) (Rng.ofSeed seed)
                    let sds = Variational.standardDeviations q

                    [ for i in 0 .. mean.Length - 1 do
                          let expected = 1.0 / sqrt precision[i, i]

                          Compare.close
                              $"mean {i}, in sd"
                              0.0
                              (((Variational.mean q).[i] - mean[i]) / expected)
                              (3.0 * accuracy)

                          Compare.close $"log sd {i}" 0.0 (log (sds[i] / expected)) (3.0 * accuracy) ] }

    /// A rule must not stop short: where a run is said to have converged it is at the optimum, also with a constant added to log p.
    let honest (rule: AdviOptions -> StopRule<AdviInfo>) : Law =
        Law.make
            { Name = "advi's stop rule: converged means at the optimum, whatever constant log p has"
              Statement =
                "From a start twenty standard deviations away, with any optimiser and a constant added to log p, a run that ends as converged has the posterior's mean and spread; a bound that falls, or hardly changes in proportion to its size, is no convergence."
              Formula = @"\mathrm{verdict}(\log p+c)=\mathrm{verdict}(\log p)"
              Source = "Welandawe et al. 2022; Dhaka et al. 2020 on relative changes of the bound"
              Covers = [ "black-box"; "advi" ]
              Cases = 10
              Generator = Scalars.three (Scalars.real 1e5) (Scalars.integer 0 2) Scalars.seed
              Holds =
                fun (constant, which, seed) ->
                    let options =
                        { Advi.defaults with
                            Start = FromNormal(Vec.constant 1 20.0, Vec.constant 1 3.0)
                            MaxSteps = 3000
                            Steps =
                                match which with
                                | 0 -> Automatic
                                | 1 -> FirstOrder(Optimizer.adam (Steady 0.02))
                                | _ -> FirstOrder(Optimizer.sgd (Steady 0.01)) }

                    let density = LogDensity.ofFunction 1 (fun x -> struct (constant - 0.5 * x[0] * x[0], [| -x[0] |]))

                    let engine = Advi.engine options (MeanField.family 1) density
                    let last = Run.last engine (rule options) (Rng.ofSeed seed)
                    let q = engine.Answer last.State

                    match last.Outcome with
                    | ValueSome(Converged _) ->
                        [ Compare.close "mean" 0.0 (Variational.mean q).[0] (2.0 * accuracy)
                          Compare.close "log sd" 0.0 (log (Variational.standardDeviations q).[0]) (2.0 * accuracy) ]
                    | verdict -> [ Compare.holds $"{verdict}" (which > 0 && last.State.Steps = 3000) ] }

    let private budget: Law =
        Law.make
            { Name = "advi: a budget of fifty steps is spent, not converged"
              Statement =
                "So few steps cannot show that averages have settled; the verdict says that the budget is spent, though the answer may be right."
              Formula = @"T\le 50\Rightarrow\text{budget spent}"
              Source = "definition of the rule: two rates of at least a hundred steps each"
              Covers = [ "black-box"; "advi" ]
              Cases = 10
              Generator = Scalars.both (Scalars.integer 1 50) Scalars.seed
              Holds =
                fun (steps, seed) ->
                    let last =
                        run { Advi.defaults with MaxSteps = steps } (MeanField.family 1) Targets.oneObservation seed

                    [ Compare.holds
                          $"{last.Outcome}"
                          (match last.Outcome with
                           | ValueSome(BudgetSpent(TooFewStepsToTell count | AveragesMoving(count, _, _))) ->
                               count = steps && last.State.Steps = steps
                           | _ -> false) ] }

    let private surprise: Law =
        Law.make
            { Name = "advi: the default finds a posterior far from its prior"
              Statement =
                "Prior N(0, 1), one observation 10 of standard deviation 0.5: mean 8 within 0.02, standard deviation 0.447 within 0.01, the bound at the log evidence, converged and reliable, with default settings and any seed."
              Formula = @"\mathcal N(8,\,0.2)"
              Source = "conjugate normal; issue of the default's accuracy"
              Covers = [ "black-box"; "advi" ]
              Cases = 10
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let fit =
                        VariationalFit.advi
                            Advi.defaults
                            (VariationalFit.defaultFamily 1)
                            (InferenceTarget.ofDensity Targets.oneObservation)
                            (Rng.ofSeed seed)

                    [ Compare.close "mean" 8.0 fit.Mean[0] 0.02
                      Compare.close "sd" (sqrt 0.2) fit.StandardDeviations[0] 0.01
                      Compare.close "bound" Targets.oneObservationEvidence fit.Evidence.Value.Elbo 1e-3
                      Compare.holds "converged" fit.Outcome.Value.IsConverged
                      Compare.holds $"{fit.Judgement}" (fit.Judgement.Level = Reliable) ] }

    let private exact: Law =
        Law.make
            { Name = "advi: normals are recovered by families that hold them"
              Statement =
                "Full-rank and dense sparse-precision fits of ill-scaled, correlated normals have their mean and covariance, from Pathfinder's start and from a standard normal."
              Formula = @"q=p"
              Source = "sticking the landing has no noise at an exact optimum: Roeder, Wu and Duvenaud 2017"
              Covers = [ "black-box"; "advi" ]
              Cases = 8
              Generator = Scalars.three (MinimisationLaws.normals 4 1e4) (Scalars.integer 0 3) Scalars.seed
              Holds =
                fun ((precision, mean), which, seed) ->
                    let d = mean.Length

                    let family =
                        if which % 2 = 0 then
                            FullRank.family d
                        else
                            SparsePrecision.family (SparsityPattern.dense d)

                    let start =
                        if which < 2 then
                            Advi.defaults.Start
                        else
                            FromNormal(Vec.zero d, Vec.constant d 1.0)

                    let q = answer { Advi.defaults with Start = start } family (Targets.normal mean precision) seed
                    let covariance = Chol.inverse (Chol.factor "precision" precision)
                    let found = Variational.covariance q
                    let sd i = sqrt covariance[i, i]

                    [ for i in 0 .. d - 1 do
                          Compare.close $"mean {i}, in sd" 0.0 (((Variational.mean q).[i] - mean[i]) / sd i) accuracy

                          for j in 0..i do
                              Compare.close
                                  $"covariance {i} {j}, in sds"
                                  (covariance[i, j] / (sd i * sd j))
                                  (found[i, j] / (sd i * sd j))
                                  (2.0 * accuracy) ] }

    let private modes: Law =
        Law.make
            { Name = "advi: a fit of one of two modes answers with both"
              Statement =
                "On an even mixture of two normals eight standard deviations apart a normal holds one of them. The answer is the mixture of both, has the whole evidence, and is reliable."
              Formula = @"\tfrac12\mathcal N(-4,1)+\tfrac12\mathcal N(4,1)"
              Source = "k-hat does not see a mode without draws: Yao, Vehtari, Simpson and Gelman 2018"
              Covers = [ "black-box"; "advi" ]
              Cases = 10
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let at mean = struct (log 0.5, Vec.ofArray [| mean |], Mat.identity 1)
                    let target = InferenceTarget.ofDensity (Targets.mixture [ at -4.0; at 4.0 ])
                    let fit = VariationalFit.advi Advi.defaults (FullRank.family 1) target (Rng.ofSeed seed)
                    let evidence = fit.Evidence.Value

                    [ Compare.holds "reliable" (fit.Judgement.Level = Reliable)
                      Compare.holds "two modes" (fit.Modes.Value.Modes |> Array.forall _.IsKept && fit.Normal.IsNone)
                      Compare.close "mean" 0.0 fit.Mean[0] 0.4
                      Compare.close "standard deviation" (sqrt 17.0) fit.StandardDeviations[0] 0.2
                      Compare.close
                          "evidence"
                          0.0
                          evidence.WeightedBound
                          (Tolerances.standardErrors * evidence.WeightedBoundError + 1e-9) ] }

    let private fixedDraws: Law =
        Law.make
            { Name = "fixed draws: linear response gives a normal's covariance from a mean-field fit"
              Statement =
                "On a normal density the mean-field optimum for mirrored draws has the exact mean, and its linear response the exact covariance, which the family itself cannot hold."
              Formula = @"\Sigma=[\nabla^2(-\mathcal L)]^{-1}_{mm}"
              Source = "Giordano, Broderick and Jordan 2018; Giordano, Ingram and Broderick 2024"
              Covers = [ "black-box"; "advi" ]
              Cases = 10
              Generator = Scalars.both (MinimisationLaws.normals 4 30.0) Scalars.seed
              Holds =
                fun ((precision, mean), seed) ->
                    let d = mean.Length
                    let density = Targets.normal mean precision
                    let struct (fit, last) = FixedDraws.fit (MeanField.family d) 20 density (Rng.ofSeed seed)
                    let response = FixedDraws.respond fit density (Array.init d id)
                    let found = response.Covariance |> ValueOption.defaultValue (Mat.zero d d)
                    let errors = response.MeanErrors
                    let covariance = Chol.inverse (Chol.factor "precision" precision)
                    let sd i = sqrt covariance[i, i]

                    [ Compare.holds "the fit has converged" (FixedDraws.isSettled last)
                      for i in 0 .. d - 1 do
                          Compare.close
                              $"mean {i}, in sd"
                              0.0
                              (((Variational.mean fit.Normal).[i] - mean[i]) / sd i)
                              Tolerances.atRest
                          // Odd noise cancels in a pair: no error is left in the mean of a normal.
                          Compare.close $"error of mean {i}, in sd" 0.0 (errors[i] / sd i) 1e-5

                          for j in 0..i do
                              Compare.close
                                  $"covariance {i} {j}, in sds"
                                  (covariance[i, j] / (sd i * sd j))
                                  (found[i, j] / (sd i * sd j))
                                  1e-4 ] }

    let private size: Law =
        Law.make
            { Name = "advi: a state is as large as the next step needs it, however long the run"
              Statement =
                "Stored, a state of mean-field fits holds at most 40 vectors of the parameters - the current, the best, the last rate's and 32 averages with their bounds among them - and 200 bytes of single numbers after any number of blocks: reports are no part of it."
              Formula = @"\mathrm{bytes}(s_t)\le 40\cdot 8(P+1)+200"
              Source = "definition of a state"
              Covers = [ "black-box"; "advi" ]
              Cases = 3
              Generator = Scalars.both (Scalars.integer 1 4) Scalars.seed
              Holds =
                fun (d, seed) ->
                    let options =
                        { Advi.defaults with
                            Accuracy = 0.0
                            MaxSteps = 5000
                            Start = FromNormal(Vec.zero d, Vec.constant d 1.0) }

                    let family = MeanField.family d
                    let engine = Advi.engine options family (Targets.skewed d 5.0 1.0)

                    let largest =
                        Run.steps engine (Advi.stopRule options) (Rng.ofSeed seed)
                        |> Seq.map (fun step -> (StateBytes.write step.State).Length)
                        |> Seq.max

                    [ Compare.atMost "bytes" (float largest) (float (40 * 8 * (family.ParameterCount + 1) + 200)) 0.0 ] }

    /// The minibatches' scale is given, so that a wrong one can be tried.
    let minibatches (scale: Targets.BatchScale) : Law =
        Law.make
            { Name = "advi: minibatches find what all rows find"
              Statement =
                "A full-rank fit by minibatches, the last one ragged, agrees with the one on all rows within a tenth of a posterior standard deviation."
              Formula = @"q_{\text{batch}}\approx q"
              Source = "unbiased gradients: Robbins and Monro 1951"
              Covers = [ "black-box"; "advi" ]
              Cases = 6
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let density = Targets.logistic scale 60 3 seed
                    let family = FullRank.family 3

                    let whole =
                        answer
                            { Advi.defaults with Estimator = { Advi.defaults.Estimator with Draws = 8 } }
                            family
                            density.Whole
                            seed

                    let options =
                        { Advi.defaults with BatchRows = 25; Estimator = { Advi.defaults.Estimator with Draws = 4 } }

                    let engine = Advi.engineOfRows options family density
                    let batched = engine.Answer((Run.last engine (Advi.stopRule options) (Rng.ofSeed seed)).State)
                    let sds = Variational.standardDeviations whole

                    [ for i in 0..2 do
                          Compare.close
                              $"mean {i}, in sd"
                              0.0
                              (((Variational.mean batched).[i] - (Variational.mean whole).[i]) / sds[i])
                              (2.0 * accuracy)

                          Compare.close
                              $"log sd {i}"
                              0.0
                              (log ((Variational.standardDeviations batched).[i] / sds[i]))
                              (2.0 * accuracy) ] }

    /// The engine on minibatches of logistic regression, for the laws of engines.
    let private engineLaws: Law list =
        let options =
            { Advi.defaults with
                BatchRows = 7
                MaxSteps = 40
                Start = FromNormal(Vec.zero 3, Vec.constant 3 0.5) }

        let subject name steps =
            EngineLaws.battery
                { Name = name
                  Covers = [ "black-box"; "advi" ]
                  Cases = Scalars.integer 8 20
                  Engine =
                    fun rows ->
                        Advi.engineOfRows
                            { options with Steps = steps }
                            (FullRank.family 3)
                            (Targets.logistic Targets.rightScale rows 3 7UL)
                  Rule = fun _ -> Advi.stopRule options
                  // A step of the engine is an epoch of minibatches of 7 rows.
                  Budget =
                    fun rows ->
                        let minibatches = (rows + 6) / 7
                        (options.MaxSteps + minibatches - 1) / minibatches }

        subject "advi" Automatic @ subject "advi by Adam" (FirstOrder(Optimizer.adam (Steady 0.05)))

    let all: Law list =
        [ conditional meanField
          honest Advi.stopRule
          budget
          surprise
          exact
          modes
          fixedDraws
          size
          minibatches Targets.rightScale ]
        @ engineLaws
