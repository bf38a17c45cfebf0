namespace Vi.Math

/// How a factor is drawn: the globals with this factor pinned at a draw from it.
type FactorDraw<'globals> =
    {
        /// The factor's name, as the model's updates have it.
        Factor: string
        /// Draws from the factor and pins it.
        Draw: 'globals -> Rng -> struct ('globals * Rng)
    }

/// A conjugate model as Gibbs sampling sees it.
type GibbsModel<'batch, 'statistics, 'globals> =
    {
        /// The model. Its updates give complete conditionals where the other factors are pinned.
        Model: ConjugateModel<'batch, 'statistics, 'globals>
        /// How each factor is drawn; updates without a draw (a change of coordinates) are left out.
        Draws: FactorDraw<'globals> list
        /// From the data, which may be reduced once, statistics under local variables drawn given pinned globals; none where data enter through
        /// fixed statistics. It may be called on several threads.
        Locals: (IBatches<'batch> -> Rng -> 'globals -> 'statistics) voption
        /// Names of the D numbers that a draw reports.
        Names: string[]
        /// Those numbers, of pinned globals (D).
        Values: 'globals -> Vec
    }

/// A Gibbs chain between two draws.
type GibbsState<'globals> =
    {
        /// All global factors, pinned.
        Globals: 'globals
        /// The generator of the next sweep.
        Rng: Rng
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Gibbs sampling over conjugate models (Geman and Geman 1984; Gelman et al. 2013, 11.1): local variables, then each global factor in turn,
/// drawn from its complete conditional distribution.
[<RequireQualifiedAccess>]
module Gibbs =

    let private drawOf (model: GibbsModel<'batch, 'statistics, 'globals>) factor =
        model.Draws |> List.tryFind (fun draw -> draw.Factor = factor)

    /// Every factor pinned at a draw from it, in the order of the updates.
    let pin
        (model: GibbsModel<'batch, 'statistics, 'globals>)
        (globals: 'globals)
        (rng: Rng)
        : struct ('globals * Rng) =
        (struct (globals, rng), model.Draws)
        ||> List.fold (fun (struct (globals, rng)) draw -> draw.Draw globals rng)

    /// One sweep on statistics that a reader gives: from pinned globals, pinned globals.
    let private sweep (read: Rng -> 'globals -> 'statistics) model (state: GibbsState<'globals>) =
        let struct (own, rng) = Rng.split state.Rng
        let statistics = read own state.Globals

        let struct (globals, rng) =
            (struct (state.Globals, rng), model.Model.Updates)
            ||> List.fold (fun (struct (globals, rng)) update ->
                match drawOf model update.Factor with
                | Some draw -> draw.Draw (update.Update statistics globals) rng
                | None -> struct (globals, rng))

        { Globals = globals; Rng = rng }

    /// One chain, from pinned globals: a step is a sweep, its info the numbers it reports. The draws do not depend on the number of threads.
    let engine
        (batches: IBatches<'batch>)
        (model: GibbsModel<'batch, 'statistics, 'globals>)
        (start: Rng -> 'globals)
        : Engine<GibbsState<'globals>, Vec, Vec> =
        let read =
            match model.Locals with
            | ValueSome locals -> locals batches
            | ValueNone ->
                let once = lazy (Cavi.statistics batches model.Model model.Model.Prior)
                fun _ _ -> once.Value

        { Name = "gibbs"
          Init =
            fun rng ->
                let struct (own, rng) = Rng.split rng
                let struct (globals, rng) = pin model (start own) rng
                { Globals = globals; Rng = rng }
          Step =
            fun state ->
                let state = sweep read model state
                struct (state, model.Values state.Globals)
          Answer = fun state -> model.Values state.Globals }

    /// The chain with other numbers as its info, a function of the pinned globals.
    let report (values: 'globals -> Vec) (chain: Engine<GibbsState<'globals>, Vec, Vec>) =
        { chain with
            Step =
                fun state ->
                    let struct (state, _) = chain.Step state
                    struct (state, values state.Globals)
            Answer = fun state -> values state.Globals }
