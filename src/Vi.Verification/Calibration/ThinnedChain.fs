namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// Nearly independent draws from a Markov chain: ranks among draws that depend on each other lie too often at the ends (Talts et al. 2018,
/// section 5.1).
[<RequireQualifiedAccess>]
module ThinnedChain =

    /// Draws that tune the sampler.
    let private warmUp = 400

    /// A chain gives up after so many times as many draws as are asked for.
    let private longest = 64

    /// The chain is made longer until its effective size is so many times the number of draws that are kept: two kept draws are then
    /// twice the autocorrelation time apart, and of an autocorrelation that falls by exponentials exp(-4) is left.
    let private margin = 2.0

    /// The smallest effective size of any column: of the bulk and of both tails, as a rank asks about any quantile.
    let private effectiveSize (columns: int) (rows: ResizeArray<float[]>) =
        Seq.init columns (fun j ->
            let chain = Mat.init 1 rows.Count (fun _ i -> rows[i][j])
            min (EffectiveSampleSize.bulk chain) (EffectiveSampleSize.tail chain))
        |> Seq.min

    /// So many draws (count x P), equally spaced in a chain whose next draw is asked for. A chain that does not mix within its budget gives what
    /// it has: its ranks tell.
    let spaced (count: int) (next: unit -> float[]) : float[][] =
        let made = ResizeArray<float[]>()

        let rec spacingOf spacing =
            while made.Count < spacing * count do
                made.Add(next ())

            if effectiveSize made[0].Length made >= margin * float count || 2 * spacing > longest then
                spacing
            else
                spacingOf (2 * spacing)

        let spacing = spacingOf 4
        Array.init count (fun i -> made[(i + 1) * spacing - 1])

    /// So many draws of the quantities (count x P) from one chain of the no-U-turn sampler from a random start, whose step size is tuned to an
    /// acceptance rate: near 1 where a density has places that long steps do not enter.
    let draws
        (acceptance: float)
        (count: int)
        (quantities: Vec -> float[])
        (density: LogDensity)
        (rng: Rng)
        : float[][] =
        let engine =
            HamiltonianChain.engine
                { HamiltonianChain.noUTurn with WarmUp = warmUp; TargetAcceptance = acceptance }
                density
                ValueNone

        let mutable state = engine.Init rng

        let next () =
            let struct (after, draw: Draw) = engine.Step state
            state <- after
            draw

        for _ in 1..warmUp do
            next () |> ignore

        spaced count (fun () -> quantities (next ()).Position)

    /// So many draws of a Gibbs sampler's numbers (count x P) from one chain that starts at a draw from its prior.
    let gibbs (count: int) (model: GibbsModel<'batch, 's, 'g>) (batches: IBatches<'batch>) (rng: Rng) : float[][] =
        let engine = Gibbs.engine batches model (fun _ -> model.Model.Prior)
        let mutable state = engine.Init rng

        let next () =
            let struct (after, values: Vec) = engine.Step state
            state <- after
            values.ToArray()

        for _ in 1..warmUp do
            next () |> ignore

        spaced count next
