namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What coordinate ascent reports of its sweeps.
[<RequireQualifiedAccess>]
module LedgerLaws =

    /// Two sweeps by the engine against the same two made factor by factor, on a case's table from a start; the engine's step is given so that
    /// a wrong one can be tried.
    let internal ledger
        (rowsOf: 'case -> Rows)
        (start: 'case -> 'globals)
        (stepped: Engine<CaviState<'globals>, SweepInfo, 'globals> -> Engine<CaviState<'globals>, SweepInfo, 'globals>)
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        =
        Law.make
            { Name = $"{subject.Name}: the ledger of a sweep says what each factor gained"
              Statement =
                "The gains in a sweep's ledger are the bound's differences from factor to factor, they add up to the sweep's gain, and its change is the divergence from the state before."
              Formula = @"\sum_j\Delta_j=\mathcal L_t-\mathcal L_{t-1},\quad\tfrac12c_t^2=\mathrm{KL}(q_t\,\|\,q_{t-1})"
              Source = "Blei, Kucukelbir and McAuliffe 2017; Bishop 2006, 10.1"
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model: ConjugateModel<Block, 'statistics, 'globals> = subject.Model case
                    let rows = rowsOf case
                    let first = start case
                    let engine = stepped (Cavi.engine rows model (fun _ -> Cavi.start rows model first))

                    // The bound after the local factors and after each update, and the globals in the end.
                    let bounds globals =
                        let data = Cavi.statistics rows model globals

                        ((globals, [ model.Elbo data globals ]), model.Updates)
                        ||> List.fold (fun (globals, found) update ->
                            let globals = update.Update data globals
                            globals, model.Elbo data globals :: found)
                        |> fun (globals, found) -> globals, List.rev found

                    let compare
                        sweep
                        (before: Elbo)
                        (old: 'globals)
                        (globals: 'globals)
                        (found: Elbo list)
                        (info: SweepInfo)
                        =
                        let all = before :: found
                        let allowed = 4.0 * Tolerances.bound (all |> Seq.map (fun elbo -> elbo.Magnitude) |> Seq.max)

                        let gains = all |> List.pairwise |> List.map (fun (a, b) -> b.Value - a.Value)

                        let expected =
                            match model.Data with
                            | Fixed _ -> List.zip [ for update in model.Updates -> update.Factor ] gains.Tail
                            | Local(factor, _) ->
                                List.zip (factor :: [ for update in model.Updates -> update.Factor ]) gains

                        [ Compare.holds
                              $"factors of sweep {sweep}"
                              ([ for entry in info.Ledger -> entry.Factor ] = List.map fst expected)
                          for (factor, gain), entry in Seq.zip expected info.Ledger do
                              Compare.close $"gain by {factor} in sweep {sweep}" gain entry.Gain allowed
                          Compare.close
                              $"gain of sweep {sweep}"
                              ((List.last found).Value - before.Value)
                              info.Gain
                              allowed
                          let divergence = max 0.0 (model.Divergence globals old)

                          Compare.close
                              $"half the squared change of sweep {sweep}"
                              divergence
                              (0.5 * info.Change * info.Change)
                              (Tolerances.rounding 8 divergence) ]

                    let once, foundOnce = bounds first
                    let twice, foundTwice = bounds once
                    let struct (state, info) = engine.Step(engine.Init(Rng.ofSeed 0UL))
                    let struct (_, next) = engine.Step state

                    compare 1 foundOnce.Head first once foundOnce info
                    @ compare 2 (List.last foundOnce) once twice foundTwice next }
