namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Black-box inference as it should not be.
[<RequireQualifiedAccess>]
module WrongBlackBox =

    /// The gradient of E_q[log p] alone.
    let private withoutEntropy: GradientEstimator =
        fun estimator density q noise ->
            let found = ElboGradient.ofNoise { estimator with Entropy = ClosedForm } density q noise
            let flat = LogDensity.ofFunction q.Family.Dimension (fun x -> struct (0.0, Array.zeroCreate x.Length))
            let entropy = ElboGradient.ofNoise { estimator with Entropy = ClosedForm } (flat.Evaluator()) q noise
            { found with Gradient = Vec.subtract found.Gradient entropy.Gradient }

    /// The scale's derivative where that of its logarithm is meant.
    let private plainScale: GradientEstimator =
        fun estimator density q noise ->
            let found = ElboGradient.ofNoise estimator density q noise
            let d = q.Family.Dimension

            if q.Family.Name <> "mean-field" then
                found
            else
                { found with
                    Gradient = found.Gradient |> Vec.mapi (fun i g -> if i < d then g else g / exp q.Parameters[i]) }

    /// The relative change of the bound, as a rule on its own: a fall, or a constant that dwarfs the change, passes for convergence.
    let private relativeChange (options: AdviOptions) : StopRule<AdviInfo> =
        let mutable previous = nan

        StopRule.firstOf
            [ { Judge =
                  fun iteration info ->
                      let change = (info.Point.Elbo - previous) / abs info.Point.Elbo
                      previous <- info.Point.Elbo

                      if iteration > 1 && change < 0.01 then
                          ValueSome(Converged(SweepGain(iteration, change, change)))
                      else
                          ValueNone }
              Advi.stopRule options ]

    /// Moments of the density: the optimum of the divergence from p to q.
    let private turnedRound: MeanFieldFit =
        fun density rng ->
            match Laplace.run 1 density rng with
            | ModeFound found ->
                Variational.start
                    (MeanField.family density.Dimension)
                    (Variational.mean found.Normal)
                    (Variational.standardDeviations found.Normal)
            | NoFiniteStart
            | NoMaximum _ -> invalidOp "the specimen's densities are normal"

    /// The step with U of centred scores alone, without lambda / (1 + lambda) gg', and the right mean.
    let private centredScores: MatchingStep =
        fun lambda q noise scores ->
            let d = q.Family.Dimension
            let mean (rows: Mat) = Vec.init d (fun c -> Vec.sum (Mat.column c rows) / float rows.Rows)
            let g, z = mean scores, mean noise
            let centred = Mat.init scores.Rows d (fun b c -> scores[b, c] - g[c])
            let found = (BatchAndMatch.next lambda q noise centred).Value
            let lower = (FullRank.cholesky q).Lower
            let share = lambda / (1.0 + lambda)
            let moved = Vec.add (Mat.multiplyVec (Variational.covariance found) g) (Mat.multiplyVec lower z)
            FullRank.ofCholesky (Vec.add (Variational.mean q) (Vec.scale share moved)) (FullRank.cholesky found)

    /// A bound that gained little over a block, taken for convergence.
    let private boundAtRest (options: BatchAndMatchOptions) : StopRule<BatchAndMatchInfo> =
        let mutable previous = nan

        StopRule.firstOf
            [ { Judge =
                  fun iteration info ->
                      let change = (info.Point.Elbo - previous) / abs info.Point.Elbo
                      previous <- info.Point.Elbo

                      if iteration > 1 && change < 0.01 then
                          ValueSome(Converged(AveragesSettled(info.Point.Steps, 0.0, options.Accuracy)))
                      else
                          ValueNone }
              BatchAndMatch.stopRule options ]

    /// k-hat alone, without the weight that draws have not seen.
    let private byParetoAlone (evidence: WeightEvidence) =
        if evidence.ParetoK <= evidence.Threshold then Usable else Unreliable

    /// The checks of a fit but that of its spread, which passes.
    let private spreadUnseen (fit: VariationalFit) =
        Judgement.Of(
            fit.Judgement.Checks
            |> Seq.map (fun check ->
                if check.Id.IsSteinSpread then
                    Check.strict 0.0 CheckId.SteinSpread check.Value
                else
                    check)
            |> List.ofSeq
        )

    /// Ends more than three standard deviations apart as different modes, whether they have arrived or not.
    let private byDistance: ModeGrouping =
        fun _ sds ends ->
            let distance (a: ModeEnd) (b: ModeEnd) =
                Seq.init sds.Length (fun i -> ((a.Position[i] - b.Position[i]) / sds[i]) ** 2.0)
                |> Seq.average
                |> sqrt

            let place (groups: ModeEnd[] list) (next: ModeEnd) =
                match groups |> List.tryFindIndex (fun group -> distance group[0] next <= 3.0) with
                | Some at ->
                    groups |> List.mapi (fun i group -> if i = at then Array.append group [| next |] else group)
                | None -> groups @ [ [| next |] ]

            ends |> Array.fold place [] |> List.toArray

    /// Modes weighed by their tops, twice.
    let private byHeights: ModeWeighing =
        fun density parts _ ->
            let tops = parts |> Array.map (fun part -> exp (density.Evaluator().Value(part.Mean.AsSpan())))
            let masses = tops |> Array.map (fun top -> top * top / (tops |> Array.sumBy (fun top -> top * top)))
            struct (masses, masses |> Array.map (fun _ -> 1e-3))

    let private counted = "modes: ends of climbs are as many as the density has where they started"

    let private logistic scale rows seed = Targets.logistic scale rows 3 seed
    let private unbiased = "elbo gradient: estimates average to the derivative of the bound"
    let private addsUp = "minibatches: gradients over a partition add up to the full one"

    let all: Specimen list =
        [ Specimen.make
              "entropy left out of the bound's gradient"
              "training loops that maximise the expected log density alone"
              "The spread shrinks to nothing."
              unbiased
              [ ElboLaws.unbiased withoutEntropy ]
          Specimen.make
              "gradient in the standard deviation taken for that in its logarithm"
              "a common slip with log-scale parameters"
              "The chain rule's factor is missing; right only where the standard deviation is 1."
              unbiased
              [ ElboLaws.unbiased plainScale ]
          Specimen.make
              "minibatch likelihood scaled twice"
              "models that scale their likelihood under a loop that scales it too"
              "The likelihood counts (N / M)^2 times."
              addsUp
              [ ElboLaws.partition logistic (fun rows selected -> (rows / selected) * (rows / selected)) ]
          Specimen.make
              "minibatch likelihood scaled by the number of minibatches"
              "training loops that multiply by len(loader)"
              "Right only where the batch size divides the rows."
              addsUp
              [ ElboLaws.partition logistic (fun rows selected -> ceil (rows / selected)) ]
          Specimen.make
              "minibatch likelihood scaled twice, in the fit"
              "the same, seen in the posterior"
              "The posterior is that of more than twice the rows."
              "advi: minibatches find what all rows find"
              [ AdviLaws.minibatches (fun rows selected -> (rows / selected) * (rows / selected)) ]
          Specimen.make
              "relative change of the bound taken for convergence"
              "ADVI's first stop rule, as in Stan"
              "A falling bound stops the run, and so does a large constant in log p."
              "advi's stop rule: converged means at the optimum, whatever constant log p has"
              [ AdviLaws.honest relativeChange ]
          Specimen.make
              "divergence from the exact posterior turned round"
              "fits by moments, or by expectation propagation, sold as the bound's optimum"
              "Mean-field spreads are the marginal ones: the optimum of KL(p || q)."
              "advi: mean-field on a normal has its mean and its conditional spreads"
              [ AdviLaws.conditional turnedRound ]
          Specimen.make
              "modes never counted"
              "multi-path methods that report the best path alone"
              "Paths that end at both modes pass for one."
              counted
              [ ModeLaws.count (fun _ _ ends -> [| ends |]) ]
          Specimen.make
              "every path counted as a mode"
              "multi-path methods that do not cluster the paths' ends"
              "Two paths that end at one mode pass for two."
              counted
              [ ModeLaws.count (fun _ _ ends -> ends |> Array.map Array.singleton) ]
          Specimen.make
              "ends told apart by distance alone"
              "multi-path methods that count ends some standard deviations apart"
              "Climbs that stop on a ridge pass for modes."
              "modes: climbs that have not arrived are no modes"
              [ ModeLaws.arrived byDistance ]
          Specimen.make
              "ends told apart in the order they come"
              "clusters that compare a climb with the one before it"
              "Another order of the ends gives other groups."
              "modes: neither the order of ends nor an affine map changes their groups"
              [ ModeLaws.invariant (fun density sds ends ->
                    ends
                    |> Array.fold
                        (fun groups next ->
                            match groups with
                            | (head: ModeEnd list) :: rest when Modes.areOne density sds head.Head next ->
                                (next :: head) :: rest
                            | _ -> [ next ] :: groups)
                        []
                    |> List.map List.toArray
                    |> List.toArray) ]
          Specimen.make
              "modes weighed by their heights"
              "choices of the mode with the highest density"
              "Masses are in proportion to the square of the density at the top."
              "modes: masses are the weights of the mixture, within their errors"
              [ ModeLaws.masses byHeights ]
          Specimen.make
              "k-hat taken for the whole judgement"
              "fits that are believed where k-hat is below its threshold"
              "Half of the sets of draws do not see the weight that a narrow fit leaves out."
              "reliability: mean-field on a strongly correlated normal is not believed, and full-rank is"
              [ ParticleLaws.notBelieved byParetoAlone ]
          Specimen.make
              "standard deviation not corrected"
              "summaries that reweigh the mean alone"
              "The standard deviation is still that of q."
              "reliability: corrected draws have the posterior's moments"
              [ ParticleLaws.corrected (fun _ q -> (Variational.standardDeviations q).[0]) ]
          Specimen.make
              "batch-and-match without the mean of the scores"
              "scores centred before their outer products are summed, as for a covariance"
              "Right only where the mean is already in its place."
              "batch-and-match: a step minimises its objective"
              [ BatchAndMatchLaws.minimises centredScores ]
          Specimen.make
              "relative change of the bound taken for batch-and-match's convergence"
              "ADVI's first stop rule, on another method"
              "A large constant in log p dwarfs every change, and the first blocks pass."
              "batch-and-match's stop rule: converged means at the fixed point, whatever constant log p has"
              [ BatchAndMatchLaws.honest boundAtRest ]
          Specimen.make
              "collapsed particles believed"
              "SVGD fits judged by the force alone"
              "Particles at rest with half of the density's variance pass."
              "svgd: a collapsed spread is measured and said"
              [ ParticleLaws.collapse spreadUnseen ]
          Specimen.make
              "a run without a budget"
              "loops that end by convergence alone"
              "A run whose rule is never satisfied goes on."
              "random walk: a run ends within its budget and says how"
              (EngineLaws.battery { EngineLaws.walk with Rule = fun _ -> { Judge = fun _ _ -> ValueNone } }) ]
