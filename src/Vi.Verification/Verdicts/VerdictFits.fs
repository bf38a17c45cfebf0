namespace Vi.Verification

open Vi.Math

/// A data set of a conjugate model as coordinate ascent and the other algorithms see it.
type ConjugateProblem<'batch, 'statistics, 'globals, 'state> =
    {
        Batches: IBatches<'batch>
        Checked: CheckedModel<'batch, 'statistics, 'globals>
        /// Coordinate ascent as users get it.
        Engine: Engine<'state, SweepInfo, 'globals>
        /// Restarts of coordinate ascent.
        Restarts: int
        /// The fit as it is reported.
        Ordered: 'globals -> 'globals
        /// The numbers that the check looks at, of a position of the target; none where the target reports them by the same names.
        Pinned: (Vec -> 'globals) voption
        /// The same model with its local variables summed or integrated out.
        Target: InferenceTarget
        /// Positions of long chains (each D), by seed.
        Chains: uint64 -> Vec[][]
    }

namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.Fluent
open Vi.Math.FSharp
open Vi.Verification

/// Fits by all algorithms with the judgement that users get, next to the posterior.
[<RequireQualifiedAccess>]
module VerdictFits =

    /// Coordinate ascent: its name here and everywhere.
    let cavi = "cavi"

    /// Gibbs chains of a model with local variables that start at draws from its prior, next to those that start where the data lie.
    let private chainsFromPrior = 2

    /// Long Gibbs chains of a model with local variables, from starts where the data lie and from draws of the prior.
    let gibbsChains
        (sweeps: int)
        (batches: IBatches<'batch>)
        (check: CheckedModel<'batch, 'statistics, 'globals>)
        (marginal: MarginalModel<'globals>)
        (target: InferenceTarget)
        : uint64 -> Vec[][] =
        let fromPrior =
            Gibbs.engine batches check.Sampler (fun _ -> check.Sampler.Model.Prior)
            |> Gibbs.report marginal.OfGlobals

        References.byGibbs sweeps (List.replicate chainsFromPrior fromPrior) target

    /// Algorithms that need a log density alone, as they come.
    let private ofDensity: (string * (unit -> Inference)) list =
        [ "advi, mean-field", fun () -> AdviInference(Family = ApproximationFamily.MeanField)
          "advi, full-rank", fun () -> AdviInference(Family = ApproximationFamily.FullRank)
          "laplace", fun () -> LaplaceInference()
          "pathfinder", fun () -> PathfinderInference()
          "svgd", fun () -> SvgdInference()
          "nuts", fun () -> NutsInference() ]

    let private gibbs: string * (unit -> Inference) = "gibbs", (fun () -> GibbsInference())

    /// Names of the algorithms that need a log density alone.
    let blackBox = ofDensity |> List.map fst

    /// Names of the algorithms that fit a conjugate model.
    let ofConjugate = cavi :: blackBox @ [ fst gibbs ]

    let private inferences = gibbs :: ofDensity |> Map.ofList

    /// Sweeps of a check: the most that a fast check makes, which takes less than a second on data sets as small as these.
    let private checkSweeps = 4096

    /// Sweeps of coordinate ascent and the gain at which it stops: the application's own settings but for a larger budget.
    let private tolerance, private mostSweeps = 1e-9, 1000

    /// Draws of q that give its own means and standard deviations.
    let private ownDraws = 10000

    /// Whether chains can tell a number's moments: not where a tail is heavy, however well they agree.
    let isKnown (reference: ReferenceNumber) =
        reference.Sd > 0.0
        && reference.MeanError <= References.mostError * reference.Sd
        && reference.LogSdError <= References.mostError
        && reference.TailShape <= References.heaviestTail

    /// The best of several restarts, and the sweeps of all.
    let best restarts (engine: Engine<'state, SweepInfo, 'globals>) seed : struct ('globals * int) =
        let runs = Run.restarts restarts engine (Cavi.stopRule tolerance mostSweeps) (Rng.ofSeed seed)
        let step = runs |> Array.maxBy (fun step -> step.Info.Elbo.Value)
        struct (engine.Answer step.State, runs |> Array.sumBy (fun step -> step.Iteration))

    /// Numbers of a sample (S x Q, row by row), not numbers where it is empty, next to references of the same names.
    let private ofDraws (names: string[]) count (values: float[]) (references: ReferenceNumber[]) : FittedNumber[] =
        let byName = references |> Array.map (fun number -> number.Name, number) |> Map.ofArray

        [| for j, name in Array.indexed names do
               match Map.tryFind name byName with
               | None -> ()
               | Some reference ->
                   let column = Vec.init count (fun s -> values[s * names.Length + j])

                   { Mean = (if count > 0 then Sample.mean column else nan)
                     Sd = (if count > 0 then Sample.sd column else nan)
                     MeanError = 0.0
                     LogSdError = 0.0
                     Reference = reference } |]

    /// A fit by an algorithm that needs a log density (or complete conditionals), as `vilab run` makes it.
    let ofTarget (algorithm: string) (seed: uint64) (target: InferenceTarget) (references: Lazy<ReferenceNumber[]>) =
        let answer = ModelRun(Model.OfTarget target, inferences[algorithm](), seed).Finish()

        { Judgement = answer.Judgement
          Numbers = ofDraws target.Quantities.Names answer.Count answer.Draws (references.Force()) }

    /// A data set of a density or a program, with its reference.
    let density (target: InferenceTarget) (references: Lazy<ReferenceNumber[]>) (seed: uint64) (algorithm: string) =
        ofTarget algorithm seed target references

    /// Moments of q's own draws next to references.
    let private ofAscent
        (problem: ConjugateProblem<'batch, 'statistics, 'globals, 'state>)
        (q: 'globals)
        (references: ReferenceNumber[])
        seed
        =
        let values = MovedDraws.numbersOf problem.Checked q
        let byName = references |> Array.map (fun number -> number.Name, number) |> Map.ofArray

        let draws =
            Array.init ownDraws (fun i ->
                let struct (pinned, _) = Gibbs.pin problem.Checked.Sampler q (Rng.derive i (Rng.ofSeed seed))
                values pinned)

        let number d (reference: ReferenceNumber) =
            let column = Mat.init 1 ownDraws (fun _ i -> draws[i][d])
            let all = Chains.pooled column
            let mean, sd = Sample.mean all, Sample.sd all
            let fourth = Vec.sumBy (fun x -> ((x - mean) / sd) ** 4.0) all / float ownDraws

            { Mean = mean
              Sd = sd
              MeanError = sd / sqrt (float ownDraws)
              LogSdError = sqrt ((fourth - 1.0) / (4.0 * float ownDraws))
              Reference = reference }

        let isChecked = problem.Checked.IsChecked q

        [| for d, name in Array.indexed problem.Checked.Sampler.Names do
               match Map.tryFind name byName with
               | Some reference when isChecked[d] -> number d reference
               | _ -> () |]

    /// Coordinate ascent, judged by its sweeps and by its check.
    let private byAscent
        (problem: ConjugateProblem<'batch, 'statistics, 'globals, 'state>)
        (chains: Lazy<Vec[][]>)
        seed
        =
        let rng = Rng.ofSeed seed
        let rule = Cavi.stopRule tolerance mostSweeps

        let runs =
            Array.init problem.Restarts (fun restart ->
                Run.steps problem.Engine rule (Rng.derive restart rng) |> Seq.toArray)

        let kept = runs |> Array.maxBy (fun steps -> (Array.last steps).Info.Elbo.Value)
        let last = Array.last kept
        let q = problem.Ordered(problem.Engine.Answer last.State)
        let gains = kept |> Array.skip 1 |> Array.map _.Info.Gain
        let struct (forCheck, _) = Rng.split rng

        let options = { Sweeps = checkSweeps; IsFull = false; Threads = 1; Watch = ignore }

        let check = AscentCheck.run options problem.Batches problem.Checked [] q forCheck
        let names = problem.Checked.Sampler.Names

        let references =
            match problem.Pinned with
            | ValueSome pinned ->
                let values = MovedDraws.numbersOf problem.Checked q
                References.ofChains names (pinned >> values) (chains.Force())
            | ValueNone ->
                References.ofChains
                    problem.Target.Quantities.Names
                    (References.valuesAt problem.Target)
                    (chains.Force())

        { Judgement = AscentJudgement.ofFit last.Outcome nan gains check
          Numbers = ofAscent problem q references seed }

    /// A data set of a conjugate model.
    let conjugate
        (problem: ConjugateProblem<'batch, 'statistics, 'globals, 'state>)
        (seed: uint64)
        : string -> VerdictFit =
        let chains = lazy (problem.Chains seed)

        let references =
            lazy
                (References.ofChains
                    problem.Target.Quantities.Names
                    (References.valuesAt problem.Target)
                    (chains.Force()))

        fun algorithm ->
            if algorithm = cavi then
                byAscent problem chains seed
            else
                ofTarget algorithm seed problem.Target references
