namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Stochastic inference as it should not be.
[<RequireQualifiedAccess>]
module WrongStochastics =

    let private mixture = StochasticLaws.gaussianMixture

    let private ratio (batch: Minibatch) = float batch.Total / float batch.Rows.Count

    /// The scale applied to statistics that have it already.
    let private twice: MinibatchReader<MixtureStatistics, GaussianMixturePosterior> =
        fun model globals batch -> model.Scale (ratio batch) (StochasticLaws.scaled model globals batch)

    /// The scale left out.
    let private never: MinibatchReader<MixtureStatistics, GaussianMixturePosterior> =
        fun model globals batch -> model.Scale (1.0 / ratio batch) (StochasticLaws.scaled model globals batch)

    /// The number of minibatches, a whole number, in the place of N / M.
    let private byCount: MinibatchReader<MixtureStatistics, GaussianMixturePosterior> =
        fun model globals batch ->
            model.Scale (ceil (ratio batch) / ratio batch) (StochasticLaws.scaled model globals batch)

    /// Full minibatches only.
    let private withoutLast: EpochReader =
        fun batchRows rows rng ->
            StochasticLaws.epoch batchRows rows rng
            |> Seq.filter (fun batch -> batch.Rows.Count = min batchRows rows.Count)

    /// Rows drawn with replacement.
    let private withReplacement: EpochReader =
        fun batchRows rows rng ->
            StochasticLaws.epoch batchRows rows rng
            |> Seq.mapi (fun i batch -> Seq.head (StochasticLaws.epoch batch.Rows.Count rows (Rng.derive i rng)))

    let private meanIsWhole = "svi on gaussian-mixture: minibatch bounds average to the whole bound"

    let all: Specimen list =
        [ Specimen.make
              "minibatch scaled twice"
              "a common slip: statistics that stand for all rows scaled by N/M once more"
              "The likelihood counts (N/M)^2 times."
              meanIsWhole
              (StochasticLaws.unbiased StochasticLaws.epoch twice mixture)
          Specimen.make
              "minibatch not scaled"
              "a common slip"
              "The likelihood of M rows stands against the prior of N."
              meanIsWhole
              (StochasticLaws.unbiased StochasticLaws.epoch never mixture)
          Specimen.make
              "likelihood scaled by the number of minibatches"
              "training loops that multiply by len(loader) where N / M is right"
              "Right only where M divides N: the ragged last minibatch gets the wrong weight."
              meanIsWhole
              (StochasticLaws.unbiased StochasticLaws.epoch byCount mixture)
          Specimen.make
              "ragged last minibatch dropped, in the bound"
              "data loaders with drop_last"
              "The rows of the last minibatch do not count in this epoch."
              meanIsWhole
              (StochasticLaws.unbiased withoutLast StochasticLaws.scaled mixture)
          Specimen.make
              "ragged last minibatch dropped"
              "data loaders with drop_last"
              "The same, seen in the rows themselves."
              "minibatches: every row is visited exactly once an epoch"
              [ StochasticLaws.visits withoutLast ]
          Specimen.make
              "rows drawn with replacement"
              "loops that draw a fresh minibatch every step"
              "In an epoch some rows count twice and a third of them not at all."
              "minibatches: every row is visited exactly once an epoch"
              [ StochasticLaws.visits withReplacement ]
          Specimen.make
              "a run of svi that never converges"
              "training loops with a budget of epochs and no stop rule"
              "At an optimum, where no sweep gains anything, it goes on."
              "svi's stop rule: noise is not taken for convergence"
              [ StopRuleLaws.stopsOnNoise (fun _ epochs -> StopRule.steps epochs) ]
          Specimen.make
              "noise taken for convergence"
              "any test of the kind `gain < tolerance` on a stochastic bound"
              "Two epochs with the same bound count as converged."
              "svi's stop rule: noise is not taken for convergence"
              [ StopRuleLaws.stopsOnNoise (fun tolerance _ ->
                    { Judge =
                        fun epoch info ->
                            if abs info.Sweep.Gain <= tolerance then
                                ValueSome(Converged(SweepGain(epoch, info.Sweep.Gain, info.Sweep.Change)))
                            else
                                ValueNone }) ] ]
