namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What engines report of their steps, and averages over them, as they should not be.
[<RequireQualifiedAccess>]
module WrongLedgers =

    /// An engine whose infos are changed.
    let private reporting change (engine: Engine<'state, SweepInfo, 'answer>) =
        { engine with
            Step =
                fun state ->
                    let struct (next, info) = engine.Step state
                    struct (next, change info) }

    let private negated =
        reporting (fun info ->
            { info with Ledger = info.Ledger |> List.map (fun entry -> { entry with Gain = -entry.Gain }) })

    let private withoutLocal =
        reporting (fun info ->
            { info with
                Ledger = info.Ledger |> List.mapi (fun i entry -> if i = 0 then { entry with Gain = 0.0 } else entry) })

    let private halfTheChange = reporting (fun info -> { info with Change = sqrt 0.5 * info.Change })

    /// Rows taken in with the change measured from the first prior.
    let private changeFromPrior options scale (model: ConjugateModel<_, _, _>) batch rows state =
        let struct (next: StreamingState<_, _>, info: SweepInfo) =
            Streaming.absorb options scale model batch rows state

        let change = sqrt (2.0 * max 0.0 (model.Divergence next.Globals model.Prior))
        struct (next, { info with Change = change })

    /// Epochs whose infos are changed.
    let private reportingEpochs change (engine: Engine<SviState<_>, SviInfo, _>) =
        { engine with
            Step =
                fun state ->
                    let struct (next, info) = engine.Step state
                    struct (next, change info) }

    let private halfTheEpoch =
        reportingEpochs (fun info -> { info with Sweep = { info.Sweep with Change = sqrt 0.5 * info.Sweep.Change } })

    /// What the epoch gained for what is left to gain.
    let private remainingIsGain =
        reportingEpochs (fun info -> { info with Remaining = struct (info.Sweep.Gain, info.Sweep.Change) })

    /// Sweeps over new rows that end at the first one which counts as settled at the tolerance.
    let private endingAt isSettled (options: StreamingOptions) scale model batch rows state =
        let rec upTo sweeps =
            let struct (_, info: SweepInfo) as found =
                Streaming.absorb { options with Sweeps = sweeps } scale model batch rows state

            if sweeps >= options.Sweeps || isSettled options.Tolerance info then
                found
            else
                upTo (sweeps + 1)

        upTo 1

    let private byTheGain tolerance (info: SweepInfo) = info.Gain <= tolerance

    let private tenTimesAsFar tolerance (info: SweepInfo) = info.Gain <= tolerance && info.Change <= sqrt tolerance

    /// The square of the average for the average of squares.
    let private squareOfAverage rate step gradient averages =
        let struct (_, after: GradientAverages) = LearningRate.next rate step gradient averages
        let square = Vec.dot after.Gradient after.Gradient
        struct (1.0, { after with Square = square })

    /// The correction for the centre added.
    let private addedCorrection (centre: Vec) (rows: Rows) =
        let right = Moments.about centre rows
        let away = Moments.meanFrom centre right
        { right with Scatter = Mat.add right.Scatter (Mat.outer (2.0 * right.Weight) away away) }

    let private specimen name seenIn wrong (law: Law) = Specimen.make name seenIn wrong law.Name [ law ]

    let all: Specimen list =
        [ specimen
              "gains with their sign turned"
              "a difference taken the wrong way round"
              "The ledger says that every factor loses what it gains."
              (ConjugateLaws.ledger negated Models.gaussianMeanPrecision)
          specimen
              "the first factor's gain left out"
              "a ledger that is kept from the second factor on"
              "The gains do not add up to the sweep's."
              (ConjugateLaws.ledger withoutLocal Models.linearRegression)
          specimen
              "a divergence taken for half of itself"
              "a forgotten factor 2 between a divergence and standard deviations"
              "The change is smaller than what the posterior moved by: sweeps end too early."
              (ConjugateLaws.ledger halfTheChange Models.gaussianMean)
          specimen
              "a stream's change measured from the prior"
              "streams that compare with where they began"
              "New rows seem to move the posterior when they do not."
              (StreamingLaws.info changeFromPrior (StreamingLaws.ofMoments Models.gaussianMeanPrecision))
          specimen
              "an epoch's divergence taken for half of itself"
              "a forgotten factor 2 between a divergence and standard deviations"
              "The change of an epoch is smaller than what the factors moved by."
              (StochasticInfoLaws.info halfTheEpoch StochasticLaws.gaussianMixture)
          specimen
              "an epoch's gain for what is left to gain"
              "stochastic runs that stop where their last epoch gained little"
              "Shrinking steps look like an optimum."
              (StochasticInfoLaws.info remainingIsGain StochasticLaws.gaussianMeanPrecision)
          specimen
              "a stream's sweeps ended by the gain alone"
              "any test of the kind `gain < tolerance`"
              "The bound is flat at its top: the factors still move by the square root of the tolerance."
              (StreamingLaws.ends (endingAt byTheGain) (StreamingLaws.ofMoments Models.gaussianMeanPrecision))
          specimen
              "a stream's sweeps ended ten times as far from their optimum"
              "a factor forgotten in the second of two conditions"
              "The answer is not as settled as the bound."
              (StreamingLaws.ends
                  (endingAt tenTimesAsFar)
                  (StreamingLaws.mixture MixtureKinds.dirichlet MixtureKinds.full))
          specimen
              "the square of the average for the average of squares"
              "a common slip in adaptive rates"
              "Noise is not seen: the step is always the whole way."
              (LearningRateLaws.averages squareOfAverage)
          specimen
              "a centre's correction added"
              "a sign slip in the parallel axis theorem"
              "The scatter grows with the centre's distance from the mean."
              (MonoidLaws.aboutCentre addedCorrection) ]
