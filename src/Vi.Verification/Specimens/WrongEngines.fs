namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Engines that learn on their way what they should not.
[<RequireQualifiedAccess>]
module WrongEngines =

    let private scaled (s: float) metric =
        match metric with
        | Diagonal scales -> Diagonal(Vec.scale s scales)
        | Dense factor -> Dense(Chol.ofLower (Mat.scale s factor.Lower))

    let private sameEvidence = EstimateLaws.evidence WeightEvidence.ofDraws

    let private evidenceName = (sameEvidence WeightEvidence.checks).Name

    let all: Specimen list =
        [ Specimen.make
              "variances for standard deviations"
              "a metric in the units of a mass matrix"
              "Steps are as long as the square of what they should be."
              (MetricLaws.metric WarmUp.metricOf).Name
              [ MetricLaws.metric (fun shape before window ->
                    match WarmUp.metricOf shape before window with
                    | Diagonal scales when shape = Diagonals && window.Length > 1 ->
                        Diagonal(Vec.map (fun s -> s * s) scales)
                    | other -> other) ]
          Specimen.make
              "a slope of the metric before"
              "a gradient whitened once and kept when the metric changes"
              "The first half step after a window pushes along other scales."
              (MetricLaws.slopes HamiltonianChain.engine).Name
              [ MetricLaws.slopes (fun options density start ->
                    let right = HamiltonianChain.engine options density start

                    { right with
                        Step =
                            right.Step
                            |> Specimen.afterwards (fun state next _ ->
                                let struct (_, gradient) = LogDensity.at density next.Position
                                { next with Slope = Metric.slope state.Metric gradient }) }) ]
          Specimen.make
              "a metric half as wide"
              "a covariance divided by four on its way into the chain"
              "The metric is not that of the window's draws."
              (MetricLaws.slopes HamiltonianChain.engine).Name
              [ MetricLaws.slopes (fun options density start ->
                    let right = HamiltonianChain.engine options density start

                    { right with
                        Step =
                            right.Step
                            |> Specimen.afterwards (fun state next _ ->
                                if next.Metric.Equals state.Metric then
                                    next
                                else
                                    let struct (_, gradient) = LogDensity.at density next.Position
                                    let metric = scaled 0.5 next.Metric
                                    { next with Metric = metric; Slope = Metric.slope metric gradient }) }) ]
          Specimen.make
              "settled at the first rate"
              "averages at rest taken for the answer"
              "What depends on the rate is not seen."
              (AdviRateLaws.lowered Advi.parts).Name
              [ AdviRateLaws.lowered (fun options family density ->
                    let right = Advi.parts options family density

                    { right with
                        Rule =
                            { Judge =
                                fun iteration info ->
                                    if info.Drift <= options.Accuracy then
                                        ValueSome(
                                            Converged(AveragesSettled(info.Point.Steps, info.Drift, options.Accuracy))
                                        )
                                    else
                                        right.Rule.Judge iteration info } }) ]
          Specimen.make
              "at rest by the last move alone"
              "a change below a tolerance taken for the end of a slow approach"
              "Averages that creep on are called settled."
              (RateVerdictLaws.verdicts RateVerdict.judge).Name
              [ RateVerdictLaws.verdicts (fun family accuracy enough batches earlier ->
                    match RateVerdict.judge family accuracy enough batches earlier with
                    | ValueSome(Moving settling) when enough settling.Blocks ->
                        ValueSome(AtRest(settling, BatchMeans.distance family earlier[0] settling.Average))
                    | other -> other) ]
          Specimen.make
              "astray and on at the same rate"
              "a restart that repeats what led away"
              "The next block goes astray again."
              (RateVerdictLaws.astray Advi.parts).Name
              [ RateVerdictLaws.astray (fun options family density ->
                    let right = Advi.parts options family density

                    { right with
                        Step =
                            right.Step
                            |> Specimen.afterwards (fun state next _ -> { next with Rate = max next.Rate state.Rate }) }) ]
          Specimen.make
              "a rate that rises"
              "a sign slip in the power"
              "Steps grow until they diverge."
              (RateVerdictLaws.schedule Optimizer.rate).Name
              [ RateVerdictLaws.schedule (fun schedule ->
                    match schedule with
                    | Decaying(rate, halving, power) -> Optimizer.rate (Decaying(rate, halving, -power))
                    | Steady _ -> Optimizer.rate schedule) ]
          Specimen.make
              "minibatches at the rate of all rows"
              "a rate that does not know the share of the rows"
              "Minibatch noise is averaged over too few steps."
              (AdviRateLaws.firstRate Advi.firstRate).Name
              [ AdviRateLaws.firstRate (fun family options -> Advi.firstRate family { options with BatchRows = 0 }) ]
          Specimen.make
              "half of the control variate"
              "a factor 1/2 too many in |z|^2 / 2"
              "Estimates at the density itself have noise."
              (EstimateLaws.exact ElboGradient.ofNoise).Name
              [ EstimateLaws.exact (fun estimator density q noise ->
                    let right = ElboGradient.ofNoise estimator density q noise
                    let m = float noise.Columns
                    let squares = Mat.inner noise noise / float noise.Rows
                    { right with Elbo = right.Elbo - 0.25 * (squares - m) }) ]
          Specimen.make
              "the last normal of a path"
              "the mode's curvature in the place of the best bound"
              "The normal stands where the climb ends, not where it fits."
              (EstimateLaws.best Pathfinder.path).Name
              [ EstimateLaws.best (fun options density start rng ->
                    let struct (found, evaluations) = Pathfinder.path options density start rng

                    let climb =
                        Lbfgs.climb
                            { Lbfgs.defaults with
                                Memory = options.Memory
                                MaxIterations = options.MaxIterations
                                Tolerance = 1e-8 }
                            density
                            start

                    let struct (l, normal) = Pathfinder.normals options.Memory climb.Path |> Seq.last

                    struct (found |> ValueOption.map (fun path -> { path with Best = normal; Iteration = l }),
                            evaluations)) ]
          Specimen.make
              "a normal that knows one pair more"
              "an off-by-one in the length of a queue"
              "The curvature is that of a longer memory."
              (PathfinderLaws.memory Pathfinder.normals).Name
              [ PathfinderLaws.memory (fun memory -> Pathfinder.normals (memory + 1)) ]
          Specimen.make
              "a mixture that adds up to the number of paths"
              "a sum of densities in the place of their mean"
              "Weights and bounds are too small by the logarithm of the number of paths."
              (EstimateLaws.paths Pathfinder.run).Name
              [ EstimateLaws.paths (fun options density rng ->
                    let right = Pathfinder.run options density rng
                    let added = log (float right.Paths.Length)
                    { right with LogApproximation = Vec.map (fun value -> value + added) right.LogApproximation }) ]
          Specimen.make
              "moves in the coordinates' own unit"
              "a difference of parameters taken for a distance"
              "Whether a fit has settled depends on its units."
              "averages of an iterate: the later half counts, quarter against quarter, in standard deviations"
              [ AdviRateLaws.averages BatchMeans.settling BatchMeans.average (fun _ a b ->
                    Vec.maxAbs (Vec.subtract b a)) ]
          Specimen.make
              "effective draws as the number of draws"
              "1 / sum w for 1 / sum w^2"
              "Weights that rest on few draws are not seen."
              evidenceName
              [ EstimateLaws.evidence
                    (fun mean sds draws logDensities logApproximation ->
                        { WeightEvidence.ofDraws mean sds draws logDensities logApproximation with
                            EffectiveDraws = float draws.Rows })
                    WeightEvidence.checks ]
          Specimen.make
              "few effective draws used with care"
              "a check that fails and is not minded"
              "Means of seven draws are reported."
              evidenceName
              [ sameEvidence (
                    WeightEvidence.checks
                    >> List.map (fun check ->
                        if check.Id = CheckId.EffectiveDraws then
                            { check with Target = 5.0; Limit = 5.0 }
                        else
                            check)
                ) ] ]
