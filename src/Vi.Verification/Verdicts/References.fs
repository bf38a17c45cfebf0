namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.Fluent
open Vi.Math.FSharp
open Vi.Verification

/// What the posterior's moments are, apart from any fit.
[<RequireQualifiedAccess>]
module References =

    /// R-hat up to which chains are a reference.
    let agreement = 1.02

    /// Monte Carlo standard error up to which a moment counts as known: of a mean in standard deviations, of the logarithm of a standard deviation.
    let mostError = 0.05

    /// Chains, and positions of each that are kept.
    let private chains, private kept = 4, 2000

    /// How many times longer chains are made that do not agree at first.
    let private longer = 4

    /// Shape of a tail from which on chains do not tell a standard deviation, whatever its error seems to be: above 1/4 the fourth moment is infinite, and
    /// with it the variance of the estimate. Estimates of the shape itself err by some 0.05.
    let heaviestTail = 0.3

    /// Share of the draws that make a tail.
    let private tail = 0.05

    /// The larger shape of both tails.
    let private tailShape (draws: Vec) =
        let ascending = (Sample.sort draws).ToArray()
        let count = int (tail * float ascending.Length)

        let shape (ascending: float[]) =
            let first = ascending.Length - count
            let exceedances = Array.init count (fun i -> ascending[first + i] - ascending[first - 1])

            match GeneralizedPareto.tryFit (ReadOnlySpan exceedances) with
            | ValueSome fitted -> fitted.Shape
            | ValueNone -> 0.0

        max (shape ascending) (shape (ascending |> Array.rev |> Array.map (~-)))

    /// Exact moments.
    let exact (name: string) (mean: float) (sd: float) : ReferenceNumber =
        { Name = name
          Mean = mean
          Sd = sd
          MeanError = 0.0
          LogSdError = 0.0
          RHat = 1.0
          TailShape = 0.0 }

    /// What a target reports, of one position (D) at a time.
    let valuesAt (target: InferenceTarget) : Vec -> Vec =
        let evaluator = target.Quantities.Evaluator()
        let width = target.Quantities.Names.Length

        fun position ->
            let values: float[] = Array.zeroCreate width
            evaluator.Evaluate(position.AsSpan(), values.AsSpan())
            Vec.ofArray values

    /// Moments of numbers at the positions of chains (each D).
    let ofChains (names: string[]) (values: Vec -> Vec) (positions: Vec[][]) : ReferenceNumber[] =
        let made = positions |> Array.map (Array.map values)

        let number d name : ReferenceNumber =
            let draws = Mat.init made.Length made[0].Length (fun c i -> (made[c][i])[d])
            let all = Chains.pooled draws
            let sd = Sample.sd all

            { Name = name
              Mean = Sample.mean all
              Sd = sd
              MeanError = MonteCarloError.mean draws
              LogSdError = MonteCarloError.sd draws / sd
              RHat = RHat.rank draws
              TailShape = tailShape all }

        names |> Array.mapi number

    let private agree (target: InferenceTarget) (positions: Vec[][]) =
        ofChains target.Quantities.Names (valuesAt target) positions
        |> Array.forall (fun number -> Double.IsNaN number.RHat || number.RHat <= agreement)

    /// Positions of chains; of longer ones where these do not agree.
    let private sampled (target: InferenceTarget) (run: int -> Vec[][]) : Vec[][] =
        let positions = run 1
        if agree target positions then positions else run longer

    /// The positions that a Gibbs chain keeps after its warm-up, so many sweeps for each.
    let private gibbsChain sweeps (chain: Engine<'state, Vec, Vec>) (rng: Rng) : Vec[] =
        let mutable state = chain.Init rng

        let step () =
            let struct (next, position) = chain.Step state
            state <- next
            position

        for _ in 1 .. kept * sweeps / 4 do
            step () |> ignore

        Array.init kept (fun _ ->
            for _ in 2..sweeps do
                step () |> ignore

            step ())

    /// Long Gibbs chains, so many sweeps for each position that is kept: from the target's own dispersed starts, and by others from theirs.
    let byGibbs
        (sweeps: int)
        (others: Engine<'state, Vec, Vec> list)
        (target: InferenceTarget)
        (seed: uint64)
        : Vec[][] =
        let rng = Rng.ofSeed seed

        sampled target (fun times ->
            let own c =
                match target.Conditionals with
                | ValueNone -> invalidArg (nameof target) "its complete conditional distributions are not known"
                | ValueSome chain ->
                    chain.Accept
                        { new IChainVisitor<Vec[]> with
                            member _.Visit engine = gibbsChain (sweeps * times) engine (Rng.derive c rng) }

            [| for c in 0 .. chains - 1 -> own c
               for c, engine in List.indexed others -> gibbsChain (sweeps * times) engine (Rng.derive (chains + c) rng) |])

    /// Long chains of the no-U-turn sampler with small steps, from random points.
    let byNoUTurn (target: InferenceTarget) (seed: uint64) : Vec[][] =
        let dimension = target.Density.Dimension

        sampled target (fun times ->
            let sampler =
                NutsInference(Chains = chains, WarmUp = kept / 2, Samples = kept * times, TargetAcceptance = 0.95)

            let answer = ModelRun(Model.OfTarget target, sampler, seed).Finish()
            let length = answer.Count / answer.Chains

            Array.init answer.Chains (fun c ->
                Array.init length (fun i ->
                    Vec.ofArray (Array.sub answer.Positions ((c * length + i) * dimension) dimension))))
