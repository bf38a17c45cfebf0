namespace Vi.Reports.Findings;

/// <summary>Judges results of every algorithm in one way: by checks, outcome and findings, of which the worst decides.</summary>
internal static class Judging
{
    /// <summary>Nats by which the bounds of restarts that found the same optimum differ at most.</summary>
    private const double WithoutNoise = 0.01;

    /// <summary>Restarts that a model with several optima should have.</summary>
    private const int FewestRestarts = 5;

    /// <summary>The judgement; null where the run failed before there was an answer.</summary>
    /// <param name="result">The result, with the checks and the advice of its algorithm.</param>
    internal static Judgement? Of(RunResult result, IReadOnlyList<Finding> findings)
    {
        if (result.Status == RunStatus.Failed)
        {
            return null;
        }

        var own = result.Verdict?.Checks.Where(check => !IsDerived(check.Id)).ToList() ?? [];
        List<CheckRecord> checks = [.. own, .. Derived(result)];
        List<AdviceRecord> advice =
        [
            .. result.Verdict?.Advice.Where(one => one.Because is { } check && !IsDerived(check)) ?? [],
        ];
        advice.AddRange(
            checks.Where(check => !check.IsPassed).Select(check => Remedy(check.Id, result)).OfType<AdviceRecord>()
        );
        advice.AddRange(Completion(result, advice));
        var level = checks
            .Select(check => check.Level)
            .Concat(findings.Select(finding => Weight(finding.Severity)))
            .Append(Weight(result))
            .Append(own.Count == 0 ? TrustLevel.Unreliable : TrustLevel.Reliable)
            .Max();
        return new Judgement(level, checks, [.. advice.Select(one => WithSetting(one, result.Method))]);
    }

    /// <summary>Whether a check is computed here, from the stored result.</summary>
    private static bool IsDerived(string check) => check is CheckCode.AgreeingRestarts or CheckCode.Chains;

    private static IEnumerable<CheckRecord> Derived(RunResult result)
    {
        CheckRecord Lenient(string id, double value) =>
            new(id, value, 2, double.NegativeInfinity, HigherIsBetter: true);
        var bounds = result.Restarts.Select(restart => restart.Elbo).Where(double.IsFinite).ToList();
        if (bounds.Count > 1 || (bounds.Count == 1 && result.Method.DependsOnStart && !result.Method.NeedsDensityOnly))
        {
            var allowed =
                WithoutNoise + (result.Method.IsStochastic ? SameOptimum.NatsPerRow * (result.Data?.Rows ?? 0) : 0);
            yield return Lenient(CheckCode.AgreeingRestarts, bounds.Count(bound => bounds.Max() - bound <= allowed));
        }

        if (result.Method.Chains is { } chains)
        {
            yield return Lenient(CheckCode.Chains, chains);
        }
    }

    private static AdviceRecord? Remedy(string check, RunResult result) =>
        check switch
        {
            CheckCode.AgreeingRestarts => new AdviceRecord("more-restarts", check)
            {
                Value = JsonValue.Create(Max(FewestRestarts, 2 * result.Method.Starts)),
            },
            CheckCode.Chains => new AdviceRecord("more-chains", check) { Value = JsonValue.Create(4) },
            _ => null,
        };

    /// <summary>What a run needs that has not come to its end, where no check has said so.</summary>
    private static IEnumerable<AdviceRecord> Completion(RunResult result, List<AdviceRecord> advice)
    {
        bool IsMissing(string remedy) => !advice.Exists(one => one.Remedy == remedy);
        if (result.Status == RunStatus.Cancelled && IsMissing("finish-run"))
        {
            yield return new AdviceRecord("finish-run", null);
        }

        if (
            Weight(result) == TrustLevel.Usable
            && result.Status == RunStatus.BudgetSpent
            && !result.Method.NeedsDensityOnly
            && IsMissing("more-steps")
        )
        {
            yield return new AdviceRecord("more-steps", null) { Value = JsonValue.Create(2 * result.Iterations) };
        }
    }

    private static TrustLevel Weight(RunResult result) =>
        result.Status switch
        {
            RunStatus.Converged => TrustLevel.Reliable,
            RunStatus.BudgetSpent when result.Method.UsesWholeBudget => TrustLevel.Reliable,
            RunStatus.BudgetSpent or RunStatus.Cancelled => TrustLevel.Usable,
            _ => TrustLevel.Unreliable,
        };

    private static TrustLevel Weight(Severity severity) =>
        severity switch
        {
            Severity.Hint => TrustLevel.Reliable,
            Severity.Warning => TrustLevel.Usable,
            _ => TrustLevel.Unreliable,
        };

    private static AdviceRecord WithSetting(AdviceRecord advice, MethodRecord method) =>
        advice with
        {
            Setting = method.Remedies.TryGetValue(advice.Remedy, out var path) ? path : null,
        };
}
