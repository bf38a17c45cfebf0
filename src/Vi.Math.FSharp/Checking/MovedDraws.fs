namespace Vi.Math

/// Averages over consecutive sweeps of draws of q that Gibbs sweeps move, in units of q: distances from q's means in q's standard deviations.
type MovedWindow =
    {
        /// First and last sweep.
        First: int
        Last: int
        /// Average over the window for each draw (M x D).
        Means: Mat
        /// Average square (M x D).
        Squares: Mat
    }

/// Draws of q before and after sweeps.
type MovedDraws<'globals> =
    {
        /// Mean of q for each number (D), labels as near the pivot as may be.
        Mean: Vec
        /// Standard deviation (D).
        Sd: Vec
        /// Standard error of the mean, in standard deviations.
        MeanError: float
        /// Standard errors of the logarithms of the standard deviations (D).
        LogSdErrors: Vec
        /// Where the draws are now.
        States: GibbsState<'globals>[]
        /// Windows of sweeps, the latest first; each reaches twice as far as the one before.
        Windows: MovedWindow list
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Draws of a fit's factors moved by Gibbs sweeps.
[<RequireQualifiedAccess>]
module MovedDraws =

    /// Draws that give q's own means and standard deviations, which read no rows: as many as there are sweeps, within these.
    let private fewestOwn, private mostOwn = 500, 2000

    let private onThreads threads count (work: int -> 'a) : 'a[] =
        BlockFold.Run(count, threads, [||], (fun i -> [| work i |]), Array.append)

    /// Numbers of draws with their labels near the pivot.
    let private valuesNear (model: CheckedModel<'batch, 'statistics, 'globals>) pivot globals =
        let values = model.Sampler.Values globals

        match model.Labels with
        | ValueSome labels -> Labels.near labels pivot values
        | ValueNone -> values

    /// Means and standard deviations of q, and standard errors of the latter's logarithms (D each), from independent draws.
    let private moments count values (model: CheckedModel<'batch, 'statistics, 'globals>) q rng =
        let size = model.Sampler.Names.Length

        let draws =
            Array.init count (fun i ->
                let struct (pinned, _) = Gibbs.pin model.Sampler q (Rng.derive i rng)
                values pinned: Vec)

        let column d = Vec.init count (fun i -> draws[i][d])

        let each =
            Array.init size (fun d ->
                let column = column d
                let mean, sd = Sample.mean column, Sample.sd column
                let fourth = Vec.sumBy (fun x -> ((x - mean) / sd) ** 4.0) column / float count
                struct (mean, sd, sqrt ((fourth - 1.0) / (4.0 * float count))))

        struct (Vec.init size (fun d -> let struct (mean, _, _) = each[d] in mean),
                Vec.init size (fun d -> let struct (_, sd, _) = each[d] in sd),
                Vec.init size (fun d -> let struct (_, _, error) = each[d] in error))

    let private inUnits (mean: Vec) (sd: Vec) (values: Vec) =
        Vec.init values.Length (fun d -> if sd[d] > 0.0 then (values[d] - mean[d]) / sd[d] else 0.0)

    /// Numbers of draws, their labels as near as may be to those of q at its means.
    let numbersOf (model: CheckedModel<'batch, 'statistics, 'globals>) (q: 'globals) : 'globals -> Vec =
        valuesNear model (model.Sampler.Values q)

    /// M draws of q, each with its own generator, for a budget of so many sweeps of all of them together.
    let start (draws: int) (budget: int) (model: CheckedModel<'batch, 'statistics, 'globals>) (q: 'globals) (rng: Rng) =
        let values = numbersOf model q
        let struct (own, rng) = Rng.split rng
        let count = budget |> max fewestOwn |> min mostOwn
        let struct (mean, sd, logSdErrors) = moments count values model q own

        let states =
            Array.init draws (fun i ->
                let struct (globals, rng) = Gibbs.pin model.Sampler q (Rng.derive i rng)
                { Globals = globals; Rng = rng })

        { Mean = mean
          Sd = sd
          MeanError = 1.0 / sqrt (float count)
          LogSdErrors = logSdErrors
          States = states
          Windows = [] }

    /// The sweeps made so far.
    let sweeps (moved: MovedDraws<'globals>) =
        match moved.Windows with
        | [] -> 0
        | last :: _ -> last.Last

    /// The next window: as many sweeps as were made before, at first one.
    let advance
        (threads: int)
        (engine: Engine<GibbsState<'globals>, Vec, Vec>)
        (values: 'globals -> Vec)
        (moved: MovedDraws<'globals>)
        : MovedDraws<'globals> =
        let before = sweeps moved
        let count = max 1 before
        let size = moved.Mean.Length

        let advance i =
            let means: float[] = Array.zeroCreate size
            let squares: float[] = Array.zeroCreate size
            let mutable state = moved.States[i]

            for _ in 1..count do
                let struct (next, _) = engine.Step state
                state <- next
                let z = inUnits moved.Mean moved.Sd (values state.Globals)

                for d in 0 .. size - 1 do
                    means[d] <- means[d] + z[d] / float count
                    squares[d] <- squares[d] + z[d] * z[d] / float count

            struct (state, means, squares)

        let made = onThreads threads moved.States.Length advance

        { moved with
            States = made |> Array.map (fun (struct (state, _, _)) -> state)
            Windows =
                { First = before + 1
                  Last = before + count
                  Means = made |> Array.map (fun (struct (_, means, _)) -> means) |> Mat.ofRows
                  Squares = made |> Array.map (fun (struct (_, _, squares)) -> squares) |> Mat.ofRows }
                :: moved.Windows }
