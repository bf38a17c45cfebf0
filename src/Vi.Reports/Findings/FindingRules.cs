namespace Vi.Reports.Findings;

/// <summary>A rule that remarks on results. Adding one is adding one class and one line in <c>FindingsAnalyser.Rules</c>.</summary>
internal interface IFindingRule
{
    /// <summary>The code of its findings, which no model uses; <c>english.json</c> has their sentence.</summary>
    string Code { get; }

    /// <summary>The remarks, mostly none or one, without message.</summary>
    IEnumerable<Finding> Apply(RunResult result);
}
