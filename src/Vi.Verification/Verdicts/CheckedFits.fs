namespace Vi.Verification

open Vi.Math

/// A number's posterior moments by long Gibbs runs.
[<Struct>]
type ReferenceNumber = { Name: string; Mean: float; Sd: float; RHat: float; EffectiveSize: float }

/// A fit of a conjugate model to data, with its check and a reference for it.
type CheckedFit =
    {
        /// Sweeps of coordinate ascent that it took, all restarts together.
        Sweeps: int
        /// One Gibbs sweep over all rows, for measuring what a check costs.
        GibbsSweep: unit -> unit
        /// The check.
        Check: AscentCheckOptions -> Rng -> AscentCheck
        /// Moments of the numbers that the check looks at, by so many chains of so many draws, from draws of the fit.
        Reference: int -> int -> Rng -> ReferenceNumber[]
    }

/// A kind of data set with the model that is fitted to it.
type VerdictKind =
    {
        /// Unique name.
        Name: string
        /// Draws of each reference chain: more where a sampler is slow.
        ReferenceDraws: int
        /// The data of a seed, fitted.
        Fit: uint64 -> CheckedFit
    }

namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Fits with their checks.
[<RequireQualifiedAccess>]
module CheckedFit =

    /// Draws of one chain after a warm-up of a quarter as many sweeps.
    let private chain draws (engine: Engine<GibbsState<'globals>, Vec, Vec>) (values: 'globals -> Vec) rng =
        let steps = Run.steps engine (StopRule.steps (draws + draws / 4)) rng
        steps |> Seq.skip (draws / 4) |> Seq.map (fun step -> values step.State.Globals) |> Seq.toArray

    /// A fit q with the model's check; its reference chains start at draws of another fit where that is known to be better.
    let from
        (reference: 'globals)
        (batches: IBatches<'batch>)
        (model: CheckedModel<'batch, 'statistics, 'globals>)
        (others: 'globals list)
        (struct (q: 'globals, sweeps: int))
        : CheckedFit =
        let values = MovedDraws.numbersOf model q
        let engine = Gibbs.engine batches model.Sampler (fun _ -> reference)
        let start = engine.Init(Rng.ofSeed 1UL)

        let summary name (draws: Mat) : ReferenceNumber =
            let all = Chains.pooled draws

            { Name = name
              Mean = Sample.mean all
              Sd = Sample.sd all
              RHat = RHat.rank draws
              EffectiveSize = EffectiveSampleSize.bulk draws }

        { Sweeps = sweeps
          GibbsSweep = fun () -> engine.Step start |> ignore
          Check = fun options rng -> AscentCheck.run options batches model others q rng
          Reference =
            fun chains draws rng ->
                let made = Array.init chains (fun c -> chain draws engine values (Rng.derive c rng))
                let isChecked = model.IsChecked q

                [| for d, name in Array.indexed model.Sampler.Names do
                       if isChecked[d] then
                           summary name (Mat.init chains draws (fun c i -> (made[c][i])[d])) |] }

    /// A fit q with the model's check.
    let make batches model (struct (q, _) as fit) = from q batches model [] fit

    /// The best of several restarts, and the sweeps of all.
    let best restarts (engine: Engine<CaviState<'globals>, SweepInfo, 'globals>) seed : struct ('globals * int) =
        let runs = Run.restarts restarts engine (Cavi.stopRule 1e-9 1000) (Rng.ofSeed seed)
        let step = runs |> Array.maxBy (fun step -> step.State.Elbo)
        struct (step.State.Globals, runs |> Array.sumBy (fun step -> step.Iteration))
