namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// A run of ADVI on a density, given so that a wrong one can be tried.
type internal AdviRun = AdviOptions -> VariationalFamily -> LogDensity -> RunParts<AdviState, AdviInfo>

/// The same on a sum over rows.
type internal AdviRowRun = AdviOptions -> VariationalFamily -> RowDensity -> RunParts<AdviState, AdviInfo>

/// Steps and blocks of ADVI one by one: how long a step may be, which block is remembered, and what a block reports.
[<RequireQualifiedAccess>]
module AdviStepLaws =

    let private estimator: ElboEstimator = { Draws = 4; Antithetic = true; Entropy = StickingTheLanding }

    let private begin' (parts: RunParts<AdviState, AdviInfo>) seed =
        let struct (_, start) = parts.Begin(Rng.ofSeed seed)
        start

    /// The most that a step moves q, in standard deviations a coordinate.
    let private reach = 0.5

    /// Where one step leads, by the estimate that belongs to its generator: a mean's natural gradient is variance times gradient, that of the
    /// logarithm of a standard deviation half of its gradient.
    let internal stepTo (limit: float) (density: LogDensity) (family: VariationalFamily) (start: AdviState) : Vec =
        let d = family.Dimension
        let q: Variational = { Family = family; Parameters = start.Parameters }
        let struct (found, _) = ElboGradient.estimate estimator (density.Evaluator()) q start.Rng
        let sds = Variational.standardDeviations q
        let natural i = if i < d then sds[i] * sds[i] * found.Gradient[i] else 0.5 * found.Gradient[i]
        let length = start.Rate * sqrt (Seq.sum (Seq.init (2 * d) (fun i -> found.Gradient[i] * natural i)))
        let share = min 1.0 (limit * sqrt (float d) / length)
        Vec.init (2 * d) (fun i -> start.Parameters[i] + start.Rate * share * natural i)

    /// Normals of unit variance so far from the start that some steps would be too long; a step is the whole budget.
    let internal limit (parts: AdviRun) : Law =
        Law.make
            { Name = "advi: a step moves q by no more than half a standard deviation a coordinate"
              Statement =
                "An automatic step is the rate times the natural gradient while that is at most half a standard deviation long, root mean square over the coordinates in the metric of the Fisher information; a longer one keeps its direction and has that length."
              Formula =
                @"\theta'=\theta+\rho\min\Big(1,\frac{\sqrt D/2}{\rho\sqrt{g^\top F^{-1}g}}\Big)F^{-1}g,\quad F=\mathrm{diag}(\sigma^{-2},2)"
              Source = "definition of the step"
              Covers = [ "black-box"; "advi" ]
              Cases = 100
              Generator =
                Scalars.three
                    (Scalars.integer 1 5)
                    (Scalars.both (Scalars.positive 1e-2 1e4) (Scalars.positive 0.1 10.0))
                    Scalars.seed
              Holds =
                fun (d, (away, sd), seed) ->
                    let family = MeanField.family d
                    let density = Targets.normal (Vec.init d (fun i -> away * float (i + 1))) (Mat.identity d)

                    let options =
                        { Advi.defaults with
                            Estimator = estimator
                            Start = FromNormal(Vec.zero d, Vec.constant d sd)
                            MaxSteps = 1 }

                    let parts = parts options family density
                    let start = begin' parts seed
                    let expected = stepTo reach density family start
                    let struct (next, _) = parts.Step start
                    let unit i = if i < d then sd else 1.0

                    [ for i in 0 .. 2 * d - 1 do
                          Compare.close
                              $"move of parameter {i}, in standard deviations"
                              0.0
                              ((next.Parameters[i] - expected[i]) / unit i)
                              (Tolerances.throughGraph (float d)) ] }

    /// Few draws, so that bounds go up and down.
    let internal best (parts: AdviRun) : Law =
        Law.make
            { Name = "advi: the best block is remembered by the parameters that it began with"
              Statement =
                "After any number of blocks the state holds the highest of their bounds and the parameters before that block; a block counts as astray where its bound lies below the highest by more than twenty of its standard errors, ten nats and a nat a coordinate."
              Formula = @"t^*=\arg\max_t\hat{\mathcal L}_t,\quad\theta_{\mathrm{best}}=\theta_{t^*-1}"
              Source = "definition of the state"
              Covers = [ "black-box"; "advi" ]
              Cases = 20
              Generator = Scalars.both (Scalars.integer 1 4) Scalars.seed
              Holds =
                fun (d, seed) ->
                    let options =
                        { Advi.defaults with
                            Estimator = { estimator with Draws = 1; Antithetic = false }
                            Start = FromNormal(Vec.constant d 1.0, Vec.constant d 1.0)
                            Accuracy = 0.0 }

                    let parts = parts options (MeanField.family d) (Targets.skewed d 8.0 1.0)

                    let rec follow count (state: AdviState) parameters elbo found =
                        let struct (next, info: AdviInfo) = parts.Step state
                        let isBest = info.Point.Elbo > elbo
                        let parameters = if isBest then state.Parameters else parameters
                        let elbo = max elbo info.Point.Elbo

                        let found =
                            Compare.close $"highest bound of {count} blocks" elbo next.BestElbo 0.0
                            :: Compare.holds $"its parameters after {count} blocks" (next.Best = parameters)
                            :: found

                        if count = 12 then
                            struct (next, found)
                        else
                            follow (count + 1) next parameters elbo found

                    let start = begin' parts seed
                    let struct (last, found) = follow 1 start start.Parameters -infinity []
                    let struct (_, info) = parts.Step last
                    let allowed = 20.0 * info.Point.StandardError + 10.0 + float d

                    let isBack share =
                        let higher = { last with BestElbo = info.Point.Elbo + share * allowed }
                        let struct (next, _) = parts.Step higher
                        next.Batches.Means.Length = 0 && next.Parameters = last.Best

                    Compare.holds "a bound just within the noise goes on" (not (isBack 0.999))
                    :: Compare.holds "a bound just below it goes back" (isBack 1.001)
                    :: found }

    /// Steps of no length, so that all estimates of a block are of one q: they follow from the block's generator.
    let internal point (parts: AdviRowRun) : Law =
        Law.make
            { Name = "advi: a block's bound is the mean of its estimates, with the standard error of a mean"
              Statement =
                "Where q stays, the bound over a block is the average of the steps' estimates, each with the weight of its rows, and its standard error is their standard deviation over the root of their number, as if all weighed the same; infinite for a single step."
              Formula =
                @"\hat{\mathcal L}=\frac{\sum_tw_t\hat{\mathcal L}_t}{\sum_tw_t},\quad s=\sqrt{\frac{\sum_t(\hat{\mathcal L}_t-\hat{\mathcal L})^2}{T(T-1)}}"
              Source = "definition of a standard error"
              Covers = [ "black-box"; "advi" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Scalars.integer 1 60)
                    (Scalars.integer 0 30)
                    (Scalars.both (Scalars.integer 1 60) Scalars.seed)
              Holds =
                fun (rows, batch, (budget, seed)) ->
                    let batch = if batch >= rows then 0 else batch
                    let family = MeanField.family 1
                    let density = AdviRateLaws.slanted rows 1.5 ignore

                    let options =
                        { Advi.defaults with
                            Estimator = { estimator with Antithetic = false }
                            Start = FromNormal(Vec.zero 1, Vec.constant 1 1.0)
                            Steps = FirstOrder(Optimizer.sgd (Steady 1e-300))
                            BatchRows = batch
                            MaxSteps = budget }

                    let parts = parts options family density
                    let start = begin' parts seed
                    let struct (_, info) = parts.Step start
                    let whole = if batch = 0 then 25 else (rows + batch - 1) / batch
                    let steps = min whole budget
                    let weight t = if batch = 0 then 1.0 else float (min batch (rows - t * batch))
                    let q: Variational = { Family = family; Parameters = start.Parameters }

                    // A generator's first word is the key of the epoch's order.
                    let mutable rng =
                        if batch = 0 then
                            start.Rng
                        else
                            let struct (_, rng) = Rng.bits start.Rng
                            rng

                    let estimates =
                        Array.init steps (fun _ ->
                            let struct (found, next) =
                                ElboGradient.estimate options.Estimator (density.Whole.Evaluator()) q rng

                            rng <- next
                            found.Elbo)

                    let weights = Array.init steps weight
                    let mean = (Array.map2 (*) weights estimates |> Array.sum) / Array.sum weights
                    let squares = estimates |> Array.sumBy (fun estimate -> (estimate - mean) ** 2.0)
                    let count = float steps
                    let error = if steps = 1 then infinity else sqrt (squares / count / (count - 1.0))
                    let size = estimates |> Array.sumBy abs

                    [ Compare.holds "steps" (info.Point.Steps = steps)
                      Compare.close "bound" mean info.Point.Elbo (Tolerances.rounding 16 size)
                      Compare.close "standard error" error info.Point.StandardError (Tolerances.rounding 16 size) ] }

    /// Rows of minibatches as they are selected, over blocks that need not be whole epochs.
    let internal epochs (parts: AdviRowRun) : Law =
        Law.make
            { Name = "advi: an epoch takes every row once, the rest of them last, in blocks of at most 500 steps"
              Statement =
                "A block is as many minibatches as hold all rows, and no more than 500; minibatch after minibatch, across the blocks, every row comes once in each epoch, in an order of its own, and only the last minibatch of an epoch is smaller than the others."
              Formula = @"T=\min(\lceil N/M\rceil,\,500)"
              Source = "random reshuffling; definition of a block"
              Covers = [ "black-box"; "advi" ]
              Cases = 30
              Generator = Scalars.three (Scalars.integer 30 1600) (Scalars.integer 1 29) Scalars.seed
              Holds =
                fun (rows, batch, seed) ->
                    let selected = ResizeArray<int[]>()

                    let options =
                        { Advi.defaults with
                            Estimator = { estimator with Draws = 2 }
                            Start = FromNormal(Vec.zero 1, Vec.constant 1 1.0)
                            Steps = FirstOrder(Optimizer.sgd (Steady 1e-6))
                            BatchRows = batch }

                    let density = AdviRateLaws.slanted rows 1.0 selected.Add
                    let parts = parts options (MeanField.family 1) density
                    let epoch = (rows + batch - 1) / batch
                    let block = min epoch 500
                    let blocks = (2 * epoch + block - 1) / block

                    let steps =
                        begin' parts seed
                        |> Seq.unfold (fun state ->
                            let struct (next, info) = parts.Step state
                            Some(info.Point.Steps, next))
                        |> Seq.take blocks
                        |> Seq.toList

                    let orders = selected |> Seq.truncate (2 * epoch) |> Seq.splitInto 2 |> Seq.toArray

                    [ Compare.holds "steps of the blocks" (steps = [ for k in 1..blocks -> k * block ])
                      // Both orders are the same with a probability of 1 / 30! at the most.
                      Compare.holds "an order of its own" (Array.concat orders[0] <> Array.concat orders[1])
                      for order in orders do
                          let sizes = order |> Array.map Array.length
                          Compare.holds "every row once" (Array.sort (Array.concat order) = [| 0 .. rows - 1 |])

                          Compare.holds
                              "whole minibatches but the last"
                              (sizes = Array.init epoch (fun t -> min batch (rows - t * batch))) ] }

    let all: Law list =
        [ limit Advi.parts; best Advi.parts; point Advi.partsOfRows; epochs Advi.partsOfRows ]
