namespace Vi.App.Running;

/// <summary>Puts together what all runs have in common and what the model answered.</summary>
internal static class ResultAssembly
{
    /// <summary>Most estimates of the bound within sweeps that a result keeps; more are thinned evenly.</summary>
    private const int MostEstimates = 2000;

    /// <summary>The diagnostic with the nats that a sweep of coordinate ascent would gain, for algorithms with noise.</summary>
    private const string RemainingNats = "remainingNats";

    public static RunResult Assemble(PreparedRun prepared, FitOutcome outcome, FitTrace trace, double fitSeconds)
    {
        var experiment = prepared.Experiment;
        var settings = experiment.Settings;
        var answer = outcome.Answer;
        var kept = trace.Restarts.FirstOrDefault(r => r.Restart == answer?.Restart);
        var sweeps = trace.Restarts.Sum(r => r.Steps.Count);
        fitSeconds -= (answer?.LinearResponse?.Seconds ?? 0) + (answer?.Checked?.Seconds ?? 0);
        return new RunResult
        {
            Name = experiment.Name,
            Description = settings.Description,
            Outcome = OutcomeOf(outcome, trace, kept, prepared.Plan.Inference),
            Verdict = answer is null ? null : answer.Judgement ?? Judge(kept, answer, prepared.Plan.Inference),
            Seed = settings.Seed,
            Algorithm = prepared.Plan.Inference.Algorithm.Name,
            Method = Method(prepared),
            Label = prepared.Plan.Label,
            Iterations = kept?.Steps.Count ?? trace.Current?.Steps.Count ?? 0,
            Elbo = answer is not { HasBound: true } || kept is null ? null : Bound(answer, kept),
            Ledger = kept is null ? null : Ledger(kept),
            Restarts = trace.Outcomes(kept?.Restart, outcome.Error is null ? RunStatus.Cancelled : RunStatus.Failed),
            Posterior = answer?.Checked?.Of(answer.Posterior) ?? answer?.Posterior ?? [],
            LinearResponse = answer?.LinearResponse,
            CheckedPosterior = answer?.Checked?.Record,
            Parameters = answer?.Parameters ?? [],
            Diagnostics = Diagnostics(answer, kept),
            Timing = new TimingRecord(prepared.LoadSeconds, fitSeconds, sweeps == 0 ? 0 : fitSeconds / sweeps, 0)
            {
                GradientEvaluations = answer?.GradientEvaluations,
                LinearResponseSeconds = answer?.LinearResponse is { Seconds: > 0 and var seconds } ? seconds : null,
                CheckSeconds = answer?.Checked is { Seconds: > 0 and var spent } ? spent : null,
                LeapfrogSteps = answer?.Sampling?.LeapfrogSteps,
                // The diagnostics of the answer come after the last draw.
                WarmupSeconds = answer?.Sampling?.WarmUpShare * kept?.Seconds[^1],
                SamplingSeconds = (1 - answer?.Sampling?.WarmUpShare) * kept?.Seconds[^1],
            },
            Findings = [.. prepared.Data?.Findings ?? [], .. answer?.Findings ?? []],
            Data = prepared.Data?.Record,
            Model = Described(experiment.Model, prepared.Plan, answer) with { Priors = prepared.Fit.Priors },
            Exhibits = answer?.Exhibits ?? [],
            Draws = answer?.ThinnedDraws,
            Configuration = prepared.Plan.Configuration,
            Versions = VersionsRecord.Current(),
        };
    }

    private static MethodRecord Method(PreparedRun prepared)
    {
        var (model, inference) = (prepared.Experiment.Model, prepared.Plan.Inference);
        var path = prepared.Experiment.Plans.Count == 1 ? "inference" : $"inference[{prepared.Number}]";
        return new MethodRecord
        {
            Iteration = inference.Algorithm.Iteration,
            Remedies = inference
                .Algorithm.Remedies.Append(new("other-algorithm", "algorithm"))
                .ToDictionary(pair => pair.Key, pair => $"{path}.{pair.Value}"),
            Starts = inference.Starts,
            UsesWholeBudget = inference is SweepSettings { Tolerance: 0 },
            Chains = (inference as Algorithms.ChainSettings)?.Chains,
            NeedsDensityOnly = inference is DensitySettings,
            IsStochastic = inference.Algorithm.IsStochastic,
            ReadsRowsOnce = inference.Algorithm.ReadsRowsOnce,
            Exactness = inference.Algorithm.Exactness,
            DependsOnStart = model.DependsOnStart,
            ShownTruths = model.ShownTruths,
        };
    }

    private static ElboRecord Bound(FitAnswer answer, RestartTrace kept)
    {
        var estimates = kept.Steps.SelectMany(step => step.Estimates).ToList();
        var every = (estimates.Count + MostEstimates - 1) / MostEstimates;
        return new ElboRecord(
            answer.Elbo ?? kept.Last.Elbo,
            answer.ElboTerms,
            [.. kept.Steps.Select(step => step.Elbo)]
        )
        {
            Seconds = [.. kept.Seconds],
            Passes = kept.Steps.All(step => step.Passes is not null)
                ? [.. kept.Steps.Select(step => step.Passes!.Value)]
                : [],
            Estimates = [.. estimates.Where((_, i) => i % every == 0)],
        };
    }

    private static OutcomeRecord OutcomeOf(
        FitOutcome outcome,
        FitTrace trace,
        RestartTrace? kept,
        AlgorithmSettings inference
    )
    {
        var current = trace.Current;
        var at = new Dictionary<string, double>(StringComparer.Ordinal);
        if (current is not null)
        {
            at["step"] = current.Steps.Count;
            at["restart"] = current.Restart + 1;
            at["restarts"] = inference.Starts;
        }

        OutcomeRecord Failed(string detail) => new(RunStatus.Failed, "failed", at) { Detail = detail };
        return outcome.Error is { } error ? Failed(error.Message)
            : outcome.Cancelled && (!trace.IsOver(inference.Starts) || outcome.Answer is null or { IsPartial: true })
                ? new OutcomeRecord(RunStatus.Cancelled, "cancelled", at) { Phase = current?.Last.Phase }
            : (kept ?? current)?.Last.Outcome ?? Failed("the fit ended without an outcome");
    }

    /// <summary>The judgement of sweeps, by how the kept restart ended and by its gains.</summary>
    private static Judgement? Judge(RestartTrace? kept, FitAnswer answer, AlgorithmSettings inference)
    {
        if (kept is null || inference is not SweepSettings settings)
        {
            return null;
        }

        var ended = CoreRecords.ToCore(kept.Last.Outcome);
        var remaining = kept.Last.Remaining ?? double.NaN;
        double[] gains = [.. kept.Steps.Skip(1).Select(step => step.Gain)];
        var check = answer.Checked?.Check;
        var judgement = check?.Judge(ended, remaining, gains) ?? SweepJudge.Judge(ended, remaining, gains);
        var advice = SweepJudge.Advise(ended, kept.Steps.Count, settings.Tolerance, judgement);
        var all = advice.Concat(check?.Advise(judgement) ?? []);
        return CoreRecords.Of(judgement, all, new EntryNames(answer.Posterior));
    }

    /// <summary>The model's figures, and how far from an optimum an algorithm with noise has ended.</summary>
    private static JsonObject Diagnostics(FitAnswer? answer, RestartTrace? kept)
    {
        var diagnostics = answer?.Diagnostics ?? [];
        if (kept?.Last.Remaining is { } remaining)
        {
            diagnostics[RemainingNats] = remaining;
        }

        return diagnostics;
    }

    private static LedgerRecord? Ledger(RestartTrace kept)
    {
        var factors = kept.Steps[0].FactorGains.Select(f => f.Key).ToList();
        IReadOnlyList<double> Gains(string factor, int f) => [.. kept.Steps.Select(s => s.FactorGains[f].Value)];
        return factors.Count == 0 ? null : new LedgerRecord(factors, [.. factors.Select(Gains)]);
    }

    /// <summary>The model's words, with the settings of the file and, where the data decided, what the model made of them.</summary>
    private static ModelRecord Described(IModel model, FitPlan plan, FitAnswer? answer)
    {
        static string Text(JsonNode? value) =>
            value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString() ?? "";
        var settings = plan.Configuration["model"]!
            .AsObject()
            .Where(pair => pair.Key != "type")
            .ToDictionary(pair => pair.Key, pair => Text(pair.Value), StringComparer.Ordinal);
        foreach (var (key, value) in answer?.ResolvedSettings ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            settings[key] = value;
        }

        // A model with closed updates describes them; other algorithms make none of them.
        var words = model.Description;
        if (plan.Inference is DensitySettings && model.Provides.HasFlag(Provision.Sweeps))
        {
            words = words with
            {
                Approximation = plan.Inference.Algorithm.Approximation,
                Formulas = [.. words.Formulas.Where(formula => formula.Holds == FormulaScope.Model)],
            };
        }

        return words with
        {
            Settings = settings,
            Laws = LawCatalogue.ForModel(model.Type),
        };
    }
}
