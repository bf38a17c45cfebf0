namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Draws of a chain's figures, for diagnostics: chains x draws.
type ChainFigures =
    {
        /// R-hat, bulk and tail effective sample size, and the mean's standard error, of each number of each quantity, in the order of the
        /// draws' columns.
        RHat: float[]
        BulkSize: float[]
        TailSize: float[]
        MeanError: float[]
        /// Energy of each draw, chain by chain.
        Energy: float[][]
        /// log p of each draw, chain by chain.
        LogDensity: float[][]
        /// Doublings of each draw's trajectory, chain by chain.
        TreeDepth: int[][]
        /// Whether each draw's trajectory diverged, chain by chain.
        Divergent: bool[][]
        /// E-BFMI of each chain.
        Bfmi: float[]
        /// The step size of each chain.
        StepSize: float[]
        /// Leapfrog steps after warm-up, and in it.
        LeapfrogSteps: int64
        WarmUpLeapfrogSteps: int64
    }

/// What linear response says of a fit with fixed draws.
type CoordinateResponse =
    {
        /// What it came to, in a sentence; empty where it was not asked for.
        Sentence: string
        /// Covariance of the coordinates on the real line (D x D); null where it is not to be had.
        Covariance: Mat | null
        /// Monte Carlo standard errors of the fit's means, over the choice of the draws (D); empty where there is no covariance.
        MeanErrors: float[]
        /// Draws x numbers of all quantities, as those of the answer, from the normal with the fit's mean and this covariance; empty where
        /// there is none.
        Draws: float[]
    }

/// What inference found about a model, on the model's own scale.
type ModelAnswer =
    {
        /// The quantities in the columns of the draws.
        Places: QuantityPlace[]
        /// Draws x numbers of all quantities, row by row; chain after chain for a sampler.
        Draws: float[]
        /// Number of draws.
        Count: int
        /// Number of chains that the draws come from; 1 for independent draws.
        Chains: int
        /// The draws as positions on the real line (draws x D), row by row.
        Positions: float[]
        /// log p of the draws on the real line.
        LogDensity: float[]
        /// log q of the draws; empty where there is no q.
        LogApproximation: float[]
        /// True where the draws were resampled by importance weights.
        Corrected: bool
        /// The family, or the algorithm where there is none.
        Approach: string
        /// reliable, usable-with-correction, moments-checked or not-to-be-believed.
        Verdict: string
        /// The verdict as a sentence.
        Sentence: string
        /// Mean and standard deviation of each coordinate on the real line; of q where there is one, otherwise of the draws.
        Mean: float[]
        Sd: float[]
        CoordinateNames: string[]
        /// What importance weights told; null where there are none.
        Evidence: WeightEvidence | null
        /// The bound along the run, with the steps made.
        History: ElboPoint[]
        /// Gradients or values of log p that were evaluated.
        Evaluations: float
        /// The chains' figures; null for other algorithms.
        Sampled: ChainFigures | null
        /// Linear response of deterministic variational inference; null for other algorithms.
        Response: CoordinateResponse | null
        /// The draws as CmdStan's CSV, given the model's name: the lines of one file a chain.
        CmdStanCsv: Func<string, string seq[]>
    }

    /// Whether there are weights.
    member this.HasEvidence = not (isNull this.Evidence)

    /// Whether the draws come from chains.
    member this.HasChains = not (isNull this.Sampled)

/// Inference of a model by an algorithm that needs no more than its log density: a lazy run, step by step, that can be stored and resumed.
[<Sealed>]
type ModelRun(model: Model, options: InferenceOptions) =

    let method = InferenceMethods.create options model

    let quantitiesOf = ProgramDensity.quantities model.Traced

    let quantities (positions: Mat) : float[] =
        let reported = quantitiesOf
        let width = reported.Names.Length
        let values: float[] = Array.zeroCreate (positions.Rows * width)
        let evaluator = reported.Evaluator()

        for s in 0 .. positions.Rows - 1 do
            evaluator.Evaluate(
                positions.AsSpan().Slice(s * positions.Columns, positions.Columns),
                values.AsSpan(s * width, width)
            )

        values

    let ofFit (fit: VariationalFit) : ModelAnswer =
        let corrected = fit.Reliability = UsableWithCorrection && fit.Corrected.IsSome
        let draws = if corrected then fit.Corrected.Value else fit.Draws
        let evaluator = model.Density.Evaluator()
        let d = draws.Columns
        let values = quantities draws

        let logDensities =
            if corrected then
                Array.init draws.Rows (fun s -> evaluator.Value(draws.AsSpan().Slice(s * d, d)))
            else
                fit.LogDensities.ToArray()

        let logApproximation =
            match fit.Normal, fit.LogApproximation with
            | ValueSome normal, _ when corrected -> (Variational.logDensities normal draws).ToArray()
            | _, ValueSome values when not corrected -> values.ToArray()
            | _ -> [||]

        { Places = quantitiesOf.Places
          Draws = values
          Count = draws.Rows
          Chains = 1
          Positions = draws.ToArray()
          LogDensity = logDensities
          LogApproximation = logApproximation
          Corrected = corrected
          Approach = fit.Approach
          Verdict = Reliability.status fit.Reliability
          Sentence = fit.ReliabilitySentence
          Mean = fit.Mean.ToArray()
          Sd = fit.StandardDeviations.ToArray()
          CoordinateNames = fit.CoordinateNames
          Evidence =
            (match fit.Evidence with
             | ValueSome evidence -> evidence
             | ValueNone -> null)
          History = fit.ElboHistory
          Evaluations = fit.Evaluations
          Sampled = null
          Response = null
          CmdStanCsv =
            Func<string, string seq[]>(fun name ->
                [| CmdStanCsv.variationalLines
                       name
                       options.Seed
                       quantitiesOf.Names
                       (Mat.wrap draws.Rows quantitiesOf.Names.Length values)
                       logDensities
                       logApproximation |]) }

    /// The response with draws of the quantities.
    let ofResponse (fit: VariationalFit) (response: FixedDrawsResponse voption) outcome : CoordinateResponse =
        match response |> ValueOption.bind (fun found -> found.Covariance), response with
        | ValueSome covariance, ValueSome found ->
            let family = FullRank.family model.Dimension
            let factor = Chol.factor "a covariance by linear response" covariance
            let normal = { Family = family; Parameters = family.OfCovariance.Value fit.Mean factor }

            let struct (draws, _) =
                Variational.stratifiedDraws VariationalFit.checkDraws normal (Rng.derive 2 (Rng.ofSeed options.Seed))

            { Sentence = outcome
              Covariance = covariance
              MeanErrors = found.MeanErrors.ToArray()
              Draws = quantities draws }
        | _ -> { Sentence = outcome; Covariance = null; MeanErrors = [||]; Draws = [||] }

    /// Effective draws of a chain below which quantiles are not to be trusted (Vehtari et al. 2021).
    let enoughDraws chains = 100.0 * float chains

    let ofChains (set: SampleSet) : ModelAnswer =
        let positions = SampleSet.positions set
        let values = quantities positions
        let names = quantitiesOf.Names
        let width = names.Length
        let chains = set.Chains.Length
        let length = set.Chains[0].Length

        let column j = Mat.init chains length (fun c i -> values[(c * length + i) * width + j])

        // Numbers that never change, such as zeros above a diagonal, have no diagnostics.
        let varies (m: Mat) =
            let first = m[0, 0]

            Seq.exists
                (fun c -> Seq.exists (fun i -> m[c, i] <> first) (seq { 0 .. length - 1 }))
                (seq { 0 .. chains - 1 })

        let judged =
            Array.init width (fun j ->
                let draws = column j

                if varies draws then
                    let summary = SampleSet.summarize names[j] draws
                    struct (summary.RHat, summary.BulkSize, summary.TailSize, summary.MeanError)
                else
                    struct (nan, nan, nan, nan))

        let finite = Array.filter Double.IsFinite
        let rHats = judged |> Array.map (fun (struct (r, _, _, _)) -> r)
        let bulks = judged |> Array.map (fun (struct (_, b, _, _)) -> b)
        let tails = judged |> Array.map (fun (struct (_, _, t, _)) -> t)
        let worst = Array.fold max 0.0 (finite rHats)
        let fewest = Array.fold min infinity (Array.append (finite bulks) (finite tails))
        let divergences = SampleSet.divergences set
        let bfmi = (SampleSet.bfmi set).ToArray()
        let least = Array.fold min infinity bfmi

        let doubts =
            [ if worst > InferenceMethods.agreement then
                  $"chains do not agree (R-hat {worst:f3}, at most {InferenceMethods.agreement} is good enough)"
              if fewest < enoughDraws chains then
                  $"the draws are worth {fewest:f0} independent ones where {enoughDraws chains:f0} are needed"
              if divergences > 0 then
                  $"{divergences} trajectories diverged: the sampler cannot follow the density everywhere"
              if least < EnergyDiagnostic.border then
                  $"energies move slowly (E-BFMI {least:f2}, at least {EnergyDiagnostic.border} is good enough)" ]

        let verdict =
            if doubts.IsEmpty then
                "reliable"
            elif worst <= 1.05 && fewest >= 100.0 && divergences * 100 <= chains * length then
                "usable-with-care"
            else
                "not-to-be-believed"

        let advice =
            [ if worst > InferenceMethods.agreement || fewest < enoughDraws chains then
                  "take more draws (inference.samples, inference.warmup)"
              if divergences > 0 then
                  "write the model non-centred, or raise inference.targetAcceptance" ]

        let reasons = String.concat "; " doubts
        let remedies = String.concat "; " advice

        { Places = quantitiesOf.Places
          Draws = values
          Count = positions.Rows
          Chains = chains
          Positions = positions.ToArray()
          LogDensity = set.Chains |> Array.collect (Array.map (fun draw -> draw.LogDensity))
          LogApproximation = [||]
          Corrected = false
          Approach = options.Algorithm
          Verdict = verdict
          Sentence =
            match verdict with
            | "reliable" ->
                $"Reliable: R-hat at most {worst:f3}, draws worth at least {fewest:f0} independent ones, no trajectory diverged."
            | "usable-with-care" -> $"Usable with care: {reasons}. What to do: {remedies}."
            | _ -> $"Not to be believed: {reasons}. What to do: {remedies}."
          Mean = Array.init model.Dimension (fun d -> Sample.mean (Chains.pooled (SampleSet.coordinate d set)))
          Sd = Array.init model.Dimension (fun d -> Sample.sd (Chains.pooled (SampleSet.coordinate d set)))
          CoordinateNames = set.Names
          Evidence = null
          Response = null
          History = [||]
          Evaluations =
            float (SampleSet.leapfrogSteps set)
            + (set.WarmUps |> Array.sumBy (fun report -> float report.LeapfrogSteps))
          CmdStanCsv =
            Func<string, string seq[]>(fun name ->
                let row c i = Vec(values.AsSpan((c * length + i) * width, width).ToArray())

                let reported =
                    { set with
                        Names = names
                        Chains =
                            set.Chains
                            |> Array.mapi (fun c -> Array.mapi (fun i draw -> { draw with Position = row c i })) }

                Array.init chains (fun c -> CmdStanCsv.lines name options.Seed c reported))
          Sampled =
            { RHat = rHats
              BulkSize = bulks
              TailSize = tails
              MeanError = judged |> Array.map (fun (struct (_, _, _, e)) -> e)
              Energy = set.Chains |> Array.map (Array.map (fun draw -> draw.Energy))
              LogDensity = set.Chains |> Array.map (Array.map (fun draw -> draw.LogDensity))
              TreeDepth = set.Chains |> Array.map (Array.map (fun draw -> draw.TreeDepth))
              Divergent = set.Chains |> Array.map (Array.map (fun draw -> draw.Divergence.IsSome))
              Bfmi = bfmi
              StepSize = set.WarmUps |> Array.map (fun report -> report.StepSize)
              LeapfrogSteps = int64 (SampleSet.leapfrogSteps set)
              WarmUpLeapfrogSteps = set.WarmUps |> Array.sumBy (fun report -> int64 report.LeapfrogSteps) } }

    /// The steps, lazily. Whoever pulls may stop at any time; `Answer` then answers with the last state.
    member _.Steps() : IEnumerable<InferenceStep> = method.Steps ValueNone

    /// The steps that follow a stored state, to the bit those that would have followed it.
    member _.StepsAfter(saved: byte[]) : IEnumerable<InferenceStep> = method.Steps(ValueSome saved)

    /// The state after the last step pulled, as bytes.
    member _.Save() : byte[] = method.Save()

    /// What the last step pulled answers.
    member _.Answer() : ModelAnswer =
        match method.Answer() with
        | Approximation fit -> ofFit fit
        | Responded(fit, response, outcome) ->
            let evaluations = response |> ValueOption.map (fun r -> float r.Evaluations)
            let answer = ofFit fit

            { answer with
                Response = ofResponse fit response outcome
                Evaluations = answer.Evaluations + ValueOption.defaultValue 0.0 evaluations }
        | Chained set -> ofChains set
