namespace Vi.Reports.Findings;

/// <summary>Computes all that is concluded from a result: findings, judgement, and the sentences that are stored with them.</summary>
internal static class FindingsAnalyser
{
    internal static IReadOnlyList<IFindingRule> Rules { get; } =
    [
        new StreamedOnceRule(),
        new FewRowsRule(),
        new VarianceShortfallRule(),
        new TruthRule(),
        new TruthMissedRule(),
        new PriorRule(),
        new PriorSizeRule(),
    ];

    /// <summary>The run with all that is concluded from it, computed anew.</summary>
    public static IStoredRun Analyse(IStoredRun run)
    {
        if (run is not ComparedRuns compared)
        {
            return Analyse(run.Results[0]);
        }

        RunResult[] results = [.. compared.Results.Select(Analyse)];
        return compared with
        {
            Results = results,
            Comparison = Comparison.Of(results) with { Draws = compared.Comparison.Draws },
        };
    }

    /// <summary>
    /// The result with its findings, the gravest first, its judgement and its sentences. Findings and checks of the model, the data and the
    /// algorithm are facts and stay; those of the rules are computed anew.
    /// </summary>
    public static RunResult Analyse(RunResult result)
    {
        var findings = result
            .Findings.Where(finding => Rules.All(rule => rule.Code != finding.Code))
            .Concat(Rules.SelectMany(rule => rule.Apply(result)))
            .Select(FindingText.Rendered)
            .OrderByDescending(finding => finding.Severity)
            .ToList();
        return result with
        {
            Findings = findings,
            Verdict = Judging.Of(result, findings),
            Reason = OutcomeText.Sentence(result.Outcome, result.Method.Iteration),
        };
    }
}
