namespace Vi.Reports.Findings;

/// <summary>What the rules look at.</summary>
/// <param name="Result">The result without findings and verdict.</param>
public sealed record FindingFacts(RunResult Result)
{
    /// <summary>What the last sweep of the kept restart gained, in nats; not a number where only one was made.</summary>
    public double LastGain => Gains.Count > 0 ? Gains[^1] : double.NaN;

    /// <summary>The decay of the gains of the kept restart; null where too few sweeps gained anything.</summary>
    public ConvergenceRate? Rate => ConvergenceRate.Of(Gains);

    private IReadOnlyList<double> Gains { get; } =
        Result.Elbo is { } elbo ? [.. elbo.History.Skip(1).Zip(elbo.History, (now, before) => now - before)] : [];
}

/// <summary>A rule that remarks on results. Adding one is adding one class and one line in <c>FindingsAnalyser.Rules</c>.</summary>
public interface IFindingRule
{
    /// <summary>The remarks, mostly none or one.</summary>
    IEnumerable<Finding> Apply(FindingFacts facts);
}
