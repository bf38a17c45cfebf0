namespace Vi.Reports.Findings;

/// <summary>A rule that remarks on results. Adding one is adding one class and one line in <c>FindingsAnalyser.Rules</c>.</summary>
internal interface IFindingRule
{
    /// <summary>The code of its findings, which no model uses.</summary>
    string Code { get; }

    /// <summary>The remarks, mostly none or one, without message.</summary>
    IEnumerable<Finding> Apply(RunResult result);

    /// <summary>What was seen, what it means and what to do.</summary>
    string Text(Finding finding);
}
