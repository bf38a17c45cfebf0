namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Answers from what algorithms find.
[<RequireQualifiedAccess>]
module internal ModelAnswers =

    /// The answer of a fit by a normal or by particles.
    let ofFit (model: Model) (seed: uint64) (fit: VariationalFit) : ModelAnswer =
        let reported = model.Target.Quantities
        let corrected = fit.Judgement.Level = Usable && fit.Corrected.IsSome
        let draws = if corrected then fit.Corrected.Value else fit.Draws
        let evaluator = model.NewEvaluator()
        let d = draws.Columns
        let values = (InferenceTarget.values draws model.Target).Values

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

        { Places = reported.Places
          Draws = values
          Count = draws.Rows
          Chains = 1
          Positions = draws.ToArray()
          LogDensity = logDensities
          LogApproximation = logApproximation
          Corrected = corrected
          Approach = fit.Approach
          Judgement = fit.Judgement
          Advice = fit.Advice
          Mean = fit.Mean.ToArray()
          Sd = fit.StandardDeviations.ToArray()
          CoordinateNames = fit.CoordinateNames
          Evidence =
            (match fit.Evidence with
             | ValueSome evidence -> evidence
             | ValueNone -> null)
          Modes =
            (match fit.Modes with
             | ValueSome modes -> modes
             | ValueNone -> null)
          HasBound = fit.LogApproximation.IsSome && fit.Evidence.IsSome
          History = fit.ElboHistory
          Evaluations = fit.Evaluations
          Sampled = null
          Response = null
          Normal =
            (match fit.Normal with
             | ValueSome normal -> NormalFit normal
             | ValueNone -> null)
          Resampled =
            Func<float[]>(fun () ->
                match fit.Corrected with
                | ValueSome draws -> (InferenceTarget.values draws model.Target).Values
                | ValueNone -> [||])
          Samples = null
          CmdStanCsv =
            Func<string, string seq[]>(fun name ->
                [| CmdStanCsv.variationalLines
                       name
                       seed
                       reported.Names
                       (Mat.wrap draws.Rows reported.Names.Length values)
                       logDensities
                       logApproximation |]) }

    /// The response with draws of the quantities.
    let private response (model: Model) (seed: uint64) (found: DeterministicAdviFit) : CoordinateResponse =
        match found.Response |> ValueOption.bind _.Covariance, found.Response with
        | ValueSome covariance, ValueSome response ->
            let family = FullRank.family model.Dimension
            let factor = Chol.factor "a covariance by linear response" covariance
            let normal = { Family = family; Parameters = family.OfCovariance.Value found.Fit.Mean factor }

            let struct (draws, _) =
                Variational.stratifiedDraws VariationalFit.checkDraws normal (Rng.derive 2 (Rng.ofSeed seed))

            { End = ValueOption.toObj found.ResponseEnd
              Covariance = covariance
              MeanErrors = response.MeanErrors.ToArray()
              Draws = (InferenceTarget.values draws model.Target).Values }
        | _ -> { End = ValueOption.toObj found.ResponseEnd; Covariance = null; MeanErrors = [||]; Draws = [||] }

    /// Standard deviations that another choice of the fixed draws may shift a mean by in an answer that is reliable.
    let private allowedError = 0.1

    /// The check of the fixed draws' number, where the response tells how far another choice of them would shift a mean.
    let private drawsCheck (response: FixedDrawsResponse) =
        match response.Covariance with
        | ValueSome covariance ->
            let shifts = Seq.init covariance.Rows (fun i -> response.MeanErrors[i] / sqrt covariance[i, i])
            [ Check.lenient allowedError CheckId.FixedDrawsError (Seq.max shifts) ]
        | ValueNone -> []

    /// The answer of a fit with fixed draws.
    let ofResponse (model: Model) (seed: uint64) (found: DeterministicAdviFit) : ModelAnswer =
        let answer = ofFit model seed found.Fit
        let evaluations = found.Response |> ValueOption.map (fun r -> float r.Evaluations)

        let draws = Judgement.Of(found.Response |> ValueOption.map drawsCheck |> ValueOption.defaultValue [])

        let more = draws |> Advice.ofFailed (fun _ -> [ Remedy.MoreFixedDraws(4 * found.Draws) ])

        { answer with
            Judgement = Judgement.Of(Seq.append answer.Judgement.Checks draws.Checks)
            Advice = [| yield! answer.Advice; yield! more |]
            Response = response model seed found
            Evaluations = answer.Evaluations + ValueOption.defaultValue 0.0 evaluations }

    /// The answer of chains, those that were stopped among them.
    let ofChains (approach: string) (budget: ChainBudget) (model: Model) (seed: uint64) (set: SampleSet) : ModelAnswer =
        let reported = model.Target.Quantities
        let positions = SampleSet.positions set
        let values = (InferenceTarget.values positions model.Target).Values
        let names = reported.Names
        let width = names.Length
        let chains = set.Chains.Length
        let length = set.Chains[0].Length
        let leapfrogSteps = int64 (SampleSet.leapfrogSteps set)
        let warmUpSteps = set.WarmUps |> Array.sumBy (fun report -> int64 report.LeapfrogSteps)

        let warmUpShare =
            let share before after = if before + after = 0.0 then 0.0 else before / (before + after)

            if leapfrogSteps + warmUpSteps > 0L then
                share (float warmUpSteps) (float leapfrogSteps)
            else
                share (float budget.WarmUp) (float (length * budget.Thin))

        let column j = Mat.init chains length (fun c i -> values[(c * length + i) * width + j])

        let struct (judgement, searched) =
            ChainJudgement.ofDraws set names column |> ChainModes.judge model.Target set

        let shown =
            let row c i = Vec(values.AsSpan((c * length + i) * width, width).ToArray())

            { set with
                Names = names
                Chains = set.Chains |> Array.mapi (fun c -> Array.mapi (fun i draw -> { draw with Position = row c i })) }

        let pooled f d = if length = 0 then nan else f (Chains.pooled (SampleSet.coordinate d set))

        { Places = reported.Places
          Draws = values
          Count = positions.Rows
          Chains = chains
          Positions = positions.ToArray()
          LogDensity = set.Chains |> Array.collect (Array.map (fun draw -> draw.LogDensity))
          LogApproximation = [||]
          Corrected = false
          Approach = approach
          Judgement = judgement.Judgement
          Advice = ChainJudgement.advice budget judgement.Judgement
          Mean = Array.init model.Dimension (pooled Sample.mean)
          Sd = Array.init model.Dimension (pooled Sample.sd)
          CoordinateNames = set.Names
          Evidence = null
          Modes = null
          HasBound = false
          Response = null
          History = [||]
          Evaluations = float (leapfrogSteps + warmUpSteps + int64 searched)
          CmdStanCsv =
            Func<string, string seq[]>(fun name -> Array.init chains (fun c -> CmdStanCsv.lines name seed c shown))
          Normal = null
          Resampled = Func<float[]>(fun () -> [||])
          Samples = Samples shown
          Sampled =
            { RHat = judgement.Numbers |> Array.map (fun number -> number.RHat)
              BulkSize = judgement.Numbers |> Array.map (fun number -> number.BulkSize)
              TailSize = judgement.Numbers |> Array.map (fun number -> number.TailSize)
              MeanError = judgement.Numbers |> Array.map (fun number -> number.MeanError)
              Energy = set.Chains |> Array.map (Array.map (fun draw -> draw.Energy))
              LogDensity = set.Chains |> Array.map (Array.map (fun draw -> draw.LogDensity))
              TreeDepth = set.Chains |> Array.map (Array.map (fun draw -> draw.TreeDepth))
              Divergent = set.Chains |> Array.map (Array.map (fun draw -> draw.Divergence.IsSome))
              Bfmi = (SampleSet.bfmi set).ToArray()
              StepSize = set.WarmUps |> Array.map (fun report -> report.StepSize)
              LeapfrogSteps = leapfrogSteps
              WarmUpLeapfrogSteps = warmUpSteps
              WarmUpShare = warmUpShare } }
