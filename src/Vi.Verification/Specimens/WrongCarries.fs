namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Streams and epochs that carry on what they should not.
[<RequireQualifiedAccess>]
module WrongCarries =

    let private stream = StreamingLaws.mixture MixtureKinds.dirichlet MixtureKinds.full

    let private epochs = StochasticLaws.gaussianMixture

    let all: Specimen list =
        [ Specimen.make
              "statistics that lag behind"
              "local factors of the sweep before the last carried on"
              "The rows taken in keep what they had when the factors were others."
              (CarriedLaws.statistics Streaming.absorb stream).Name
              [ CarriedLaws.statistics
                    (fun options scale model batch rows state ->
                        let struct (next, info) = Streaming.absorb options scale model batch rows state

                        let before =
                            if options.Memory = 1.0 then
                                state.Statistics
                            else
                                scale options.Memory state.Statistics

                        let stale = Cavi.statistics batch model state.Globals
                        struct ({ next with Statistics = model.Monoid.Combine before stale }, info))
                    stream ]
          Specimen.make
              "a memory that only the sweeps see"
              "forgetting applied to the prior of a sweep and not to what is carried on"
              "Old rows count in full again with the next ones."
              (CarriedLaws.statistics Streaming.absorb stream).Name
              [ CarriedLaws.statistics
                    (fun options scale model batch rows state ->
                        let struct (next, info) = Streaming.absorb options scale model batch rows state
                        let ofBatch = Cavi.statistics batch model next.Globals
                        struct ({ next with Statistics = model.Monoid.Combine state.Statistics ofBatch }, info))
                    stream ]
          Specimen.make
              "the first rows again and again"
              "a place in the table that is not moved on"
              "The first rows count as often as there are steps, the others never."
              (CarriedLaws.steps Streaming.engine stream).Name
              [ CarriedLaws.steps
                    (fun options rows scale model init ->
                        { Streaming.engine options rows scale model init with
                            Step =
                                fun state ->
                                    let count = min options.BatchRows (rows.Count - state.Seen)
                                    Streaming.absorb options scale model (Streaming.part rows 0L count) count state })
                    stream ]
          Specimen.make
              "a sweep more for every part"
              "a loop that counts its sweeps from 0"
              "Rows are swept over once more than the limit says."
              (StreamingLaws.sweeps Streaming.engine stream).Name
              [ StreamingLaws.sweeps
                    (fun options -> Streaming.engine { options with Sweeps = options.Sweeps + 1 })
                    stream ]
          Specimen.make
              "a stream that has always converged"
              "the end of the data taken for convergence"
              "A last sweep that still gains is called the end."
              (CarriedLaws.streamStops Streaming.stopRule).Name
              [ CarriedLaws.streamStops (fun options rows ->
                    { Judge =
                        fun iteration info ->
                            if iteration >= Streaming.steps options rows then
                                ValueSome(Converged(StreamRead(iteration, info.Gain, info.Change)))
                            else
                                ValueNone }) ]
          Specimen.make
              "a ragged minibatch with a whole step"
              "a rate that does not know how many rows there are"
              "The few rows of the last minibatch move the factors as far as a whole one."
              (CarriedEpochLaws.minibatches Svi.advance epochs).Name
              [ CarriedEpochLaws.minibatches
                    (fun options model state batch ->
                        Svi.advance { options with BatchRows = batch.Rows.Count } model state batch)
                    epochs ]
          Specimen.make
              "steps that are not counted"
              "a schedule that begins anew with each epoch"
              "The rate never falls below that of an epoch's end."
              (CarriedEpochLaws.epochs Svi.engine epochs).Name
              [ CarriedEpochLaws.epochs
                    (fun options rows model init ->
                        let right = Svi.engine options rows model init

                        { right with
                            Step = fun state -> right.Step { state with Steps = 0L; Averages = LearningRate.start } })
                    epochs ] ]
