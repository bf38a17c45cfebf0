namespace Vi.Math

/// What chains from dispersed starts say.
type ChainsAgreement =
    /// Their budget is too small.
    | TooShort
    /// They disagree, by the largest R-hat.
    | Disagreeing of rHat: float
    | Agreeing of SampledFigures

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Gibbs chains from starts that lie further apart than q's draws: at least four, from q and from other fits.
[<RequireQualifiedAccess>]
module DispersedChains =

    /// Numbers of draws that are kept at most, of all chains together (32 MB); more draws are thinned.
    let private mostNumbers = 4_000_000

    /// The share of a fit in a start's natural parameters, the rest the prior's: about twice the fit's standard deviations.
    let private tempered = 0.25

    let private fewestChains = 4

    /// Fewest draws of a chain after its warm-up that R-hat is asked about.
    let private fewestDraws = 100

    let private number name mean sd (draws: Mat) : CheckedNumber =
        let all = Chains.pooled draws
        let bestMean, bestSd = Sample.mean all, Sample.sd all
        let error = MonteCarloError.mean draws

        { Name = name
          Mean = mean
          Sd = sd
          BestMean = bestMean
          BestMeanError = error
          BestSd = bestSd
          BestSdError = MonteCarloError.sd draws
          Drift = (mean - bestMean) / bestSd
          DriftError = error / bestSd
          LogRatio = log (sd / bestSd)
          LogRatioError = MonteCarloError.sd draws / bestSd }

    /// R-hat up to which chains agree nearly enough for their moments to be estimates, with the errors that their effective sizes give.
    let internal nearAgreement = 1.05

    /// What chains say of the numbers at these places, labels near those of q.
    let run
        (threads: int)
        (budget: int)
        (model: CheckedModel<'batch, 'statistics, 'globals>)
        (engine: Engine<GibbsState<'globals>, Vec, Vec>)
        (values: 'globals -> Vec)
        (fits: 'globals list)
        (numbers: int[])
        (q: MovedDraws<'globals>)
        (rng: Rng)
        : ChainsAgreement =
        let chains = max fewestChains fits.Length
        let sweeps = budget / chains

        if sweeps < 2 * fewestDraws then
            TooShort
        else
            let thinning = 1 + chains * numbers.Length * (sweeps / 2) / mostNumbers
            let fits = Array.ofList fits
            let names = model.Sampler.Names

            let start c =
                let wide = model.Blend tempered model.Sampler.Model.Prior fits[c % fits.Length]
                let struct (globals, rng) = Gibbs.pin model.Sampler wide (Rng.derive c rng)
                { Globals = globals; Rng = rng }

            let warmUp = sweeps / 2

            let plan: SweepPlan = { WarmUp = warmUp; Draws = (sweeps - warmUp) / thinning; Thin = thinning }

            let made =
                ChainSweeps.onThreads chains threads (fun c ->
                    let struct (_, draws) =
                        ChainSweeps.advance
                            plan
                            engine.Step
                            (fun state _ -> values state.Globals)
                            0
                            plan.Sweeps
                            (start c)

                    draws)

            let draws d = Mat.init chains (made[0].Length) (fun c i -> (made[c][i])[d])
            let all = numbers |> Array.map draws
            let rHats = all |> Array.map RHat.rank

            // Numbers that never change have no R-hat; they agree.
            let worst = rHats |> Array.filter (Double.IsNaN >> not) |> Array.fold max 1.0

            if worst > nearAgreement then
                Disagreeing worst
            else
                Agreeing
                    { Numbers = Array.map2 (fun d draws -> number (names[d]) (q.Mean[d]) (q.Sd[d]) draws) numbers all
                      Chains = chains
                      Sweeps = sweeps
                      RHats = rHats
                      EffectiveSizes =
                        all
                        |> Array.map (fun draws ->
                            min (EffectiveSampleSize.bulk draws) (EffectiveSampleSize.tail draws)) }
