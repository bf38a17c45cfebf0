using Vi.App.Algorithms;
using Vi.App.Results;

namespace Vi.App.Findings;

/// <summary>Adds findings and verdict to a result.</summary>
public sealed class FindingsAnalyser(IEnumerable<IFindingRule> rules)
{
    private static readonly string[] Severities = ["error", "warning", "hint"];

    /// <summary>
    /// The same result with all findings, the gravest first, and the verdict. Findings that the result has already (the data's, the
    /// model's) count like those of the rules.
    /// </summary>
    public RunResult Analyse(
        RunResult result,
        AlgorithmSettings inference,
        bool dependsOnStart,
        IReadOnlyList<string> shownTruths
    )
    {
        var facts = new FindingFacts(result, inference, dependsOnStart) { ShownTruths = shownTruths };
        var findings = result
            .Findings.Concat(rules.SelectMany(rule => rule.Apply(facts)))
            .OrderBy(finding => Array.IndexOf(Severities, finding.Severity))
            .ToList();
        return result with { Findings = findings, Verdict = VerdictRule.Judge(facts, findings) };
    }
}
