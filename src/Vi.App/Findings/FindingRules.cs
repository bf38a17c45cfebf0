using Vi.App.Algorithms;
using Vi.App.Results;
using Vi.App.Running;

namespace Vi.App.Findings;

/// <summary>What the rules look at.</summary>
/// <param name="Result">The result without findings and verdict.</param>
/// <param name="Inference">Settings of the fit.</param>
/// <param name="DependsOnStart">Whether the model's bound has several optima.</param>
public sealed record FindingFacts(RunResult Result, AlgorithmSettings Inference, bool DependsOnStart)
{
    /// <summary>Names of true values that the model's figures show although the posterior has nothing of the name.</summary>
    public IReadOnlyList<string> ShownTruths { get; init; } = [];

    /// <summary>What the last sweep of the kept restart gained, in nats; not a number where only one was made.</summary>
    public double LastGain => Gains.Count > 0 ? Gains[^1] : double.NaN;

    /// <summary>The decay of the gains of the kept restart; null where too few sweeps gained anything.</summary>
    public ConvergenceRate? Rate => ConvergenceRate.Of(Gains);

    private IReadOnlyList<double> Gains { get; } =
        Result.Elbo is { } elbo ? [.. elbo.History.Skip(1).Zip(elbo.History, (now, before) => now - before)] : [];
}

/// <summary>A rule that remarks on results. Adding one is adding one class and one line in <c>AddFindings</c>.</summary>
public interface IFindingRule
{
    /// <summary>The remarks, mostly none or one.</summary>
    IEnumerable<Finding> Apply(FindingFacts facts);
}
