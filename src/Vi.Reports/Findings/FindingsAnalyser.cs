namespace Vi.Reports.Findings;

/// <summary>Adds findings and verdict to a result.</summary>
public static class FindingsAnalyser
{
    private static readonly string[] Severities = ["error", "warning", "hint"];

    /// <summary>All rules; a new rule is one more line here.</summary>
    public static IReadOnlyList<IFindingRule> Rules { get; } =
    [
        new BoundFellRule(),
        new CancelledRule(),
        new BudgetSpentRule(),
        new RestartsDisagreeRule(),
        new OneRestartRule(),
        new StreamedOnceRule(),
        new FewRowsRule(),
        new VarianceShortfallRule(),
        new OneChainRule(),
        new TruthRule(),
    ];

    /// <summary>
    /// The same result with all findings, the gravest first, and the verdict. Findings that the result has already (the data's, the
    /// model's) count like those of the rules.
    /// </summary>
    public static RunResult Analyse(RunResult result)
    {
        var facts = new FindingFacts(result);
        var findings = result
            .Findings.Concat(Rules.SelectMany(rule => rule.Apply(facts)))
            .OrderBy(finding => Array.IndexOf(Severities, finding.Severity))
            .ToList();
        return result with { Findings = findings, Verdict = VerdictRule.Judge(facts, findings) };
    }
}
