namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What stochastic inference reports of its epochs.
[<RequireQualifiedAccess>]
module StochasticInfoLaws =

    /// Two epochs by the engine against bounds and divergences of the states they lead to; the engine's step is given so that a wrong one can
    /// be tried.
    let internal info
        (stepped: Engine<SviState<'globals>, SviInfo, 'globals> -> Engine<SviState<'globals>, SviInfo, 'globals>)
        (subject: StochasticSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name = $"svi on {subject.Subject.Name}: its info is that of the epoch"
              Statement =
                "Gain and change of an epoch are those from the factors it met to the factors it left, over all rows; what remains is what a sweep of coordinate ascent from there gains and moves."
              Formula = @"\Delta_t=\mathcal L(q_t)-\mathcal L(q_{t-1}),\quad\tfrac12c_t^2=\mathrm{KL}(q_t\,\|\,q_{t-1})"
              Source = "Hoffman, Blei, Wang and Paisley 2013, stochastic variational inference"
              Covers = [ subject.Subject.Name; "svi" ]
              Cases = 100
              Generator = StochasticLaws.withBatch subject
              Holds =
                fun (case, batchRows) ->
                    let rows = StochasticLaws.tableOf subject.Subject case
                    let stochastic = subject.Stochastic case
                    let model = stochastic.Model
                    let options = { BatchRows = int64 batchRows; Rate = LearningRate.Constant 0.5; WholeBound = true }

                    let engine =
                        stepped (
                            Svi.engine options rows stochastic (fun _ -> ConjugateSubject.start subject.Subject case)
                        )

                    let bound globals = model.Elbo (Cavi.statistics rows model globals) globals
                    let divergence a b = max 0.0 (model.Divergence a b)

                    let compare epoch (old: SviState<'globals>) (state: SviState<'globals>) (info: SviInfo) =
                        let before, after = bound old.Globals, bound state.Globals
                        let met = Cavi.statistics rows model state.Globals
                        let swept = (state.Globals, model.Updates) ||> List.fold (fun q update -> update.Update met q)
                        let beyond = model.Elbo met swept
                        let moved, left = divergence state.Globals old.Globals, divergence swept state.Globals
                        let allowed = 4.0 * Tolerances.bound (before.Magnitude + after.Magnitude + beyond.Magnitude)
                        let struct (gain, change) = info.Remaining

                        [ Compare.close $"bound after epoch {epoch}" after.Value info.Sweep.Elbo.Value allowed
                          Compare.close $"gain of epoch {epoch}" (after.Value - before.Value) info.Sweep.Gain allowed
                          Compare.close
                              $"half the squared change of epoch {epoch}"
                              moved
                              (0.5 * info.Sweep.Change * info.Sweep.Change)
                              (Tolerances.rounding 8 moved)
                          Compare.close
                              $"what a sweep would gain after epoch {epoch}"
                              (beyond.Value - after.Value)
                              gain
                              allowed
                          Compare.close
                              $"half the square of how far a sweep would go after epoch {epoch}"
                              left
                              (0.5 * change * change)
                              (Tolerances.rounding 8 left) ]

                    let start = engine.Init(Rng.ofSeed (subject.Subject.Seed case))
                    let struct (first, once) = engine.Step start
                    let struct (second, twice) = engine.Step first
                    compare 1 start first once @ compare 2 first second twice }

    let all: Law list =
        [ info id StochasticLaws.gaussianMeanPrecision
          info id StochasticLaws.linearRegression
          info id StochasticLaws.gaussianMixture ]
