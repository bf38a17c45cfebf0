namespace Vi.Reports.Findings;

/// <summary>One start only, where the answer depends on the start.</summary>
public sealed class OneRestartRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (facts.Result.Method.DependsOnStart && facts.Result.Method.Starts == 1 && facts.Result.Elbo is not null)
        {
            yield return new Finding(
                "warning",
                "one-restart",
                "The bound of this model has several optima, and only one start was made, so a better one may exist. "
                    + "Set inference.restarts to 5 or more."
            );
        }
    }
}

/// <summary>The best bound was found by one restart only, so more restarts may find a better one.</summary>
public sealed class RestartsDisagreeRule : IFindingRule
{
    /// <summary>Nats by which the bounds of restarts that found the same optimum differ at most.</summary>
    private const double WithoutNoise = 0.01;

    /// <summary>Number of restarts whose bound is the best one, within what their algorithm can reach; and of all with a bound.</summary>
    public static (int Same, int All) Agreement(RunResult result)
    {
        var bounds = result.Restarts.Select(r => r.Elbo).Where(double.IsFinite).ToList();
        var isNoisy = result.Diagnostics.ContainsKey(VerdictRule.RemainingNats);
        var allowed = WithoutNoise + (isNoisy ? SameOptimum.NatsPerRow * (result.Data?.Rows ?? 0) : 0);
        return (bounds.Count(bound => bounds.Max() - bound <= allowed), bounds.Count);
    }

    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        var bounds = facts.Result.Restarts.Select(r => r.Elbo).Where(double.IsFinite).ToList();
        if (bounds.Count < 2)
        {
            yield break;
        }

        var best = bounds.Max();
        if (Agreement(facts.Result).Same == 1)
        {
            yield return new Finding(
                "warning",
                "restarts-disagree",
                $"The best bound was found only once out of {bounds.Count} restarts; the bounds spread over "
                    + $"{Numbers.Significant(best - bounds.Min(), 3)} nats. More restarts may find a better one: raise inference.restarts."
            );
        }
    }
}
