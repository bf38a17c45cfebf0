using System.Text.Json.Nodes;

namespace Vi.Reports.Findings;

/// <summary>The budget ended before the gain fell below the tolerance; nothing is said where the tolerance is 0.</summary>
public sealed class BudgetSpentRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (
            facts.Result.Status != "budget-spent"
            || facts.Result.Method.Tolerance == 0
            || facts.Result.Assessment is not null
        )
        {
            yield break;
        }

        var rest =
            facts.Result.Diagnostics[VerdictRule.RemainingNats] is JsonValue known
            && known.TryGetValue<double>(out var remaining)
                ? $"; a sweep of coordinate ascent from here would gain {Numbers.Significant(remaining, 3)} nats"
            : facts.Rate is { NatsToCome: var nats } && double.IsFinite(nats)
                ? $"; extrapolating the last gains, about {Numbers.Significant(nats, 3)} nats remain"
            : "";
        yield return new Finding(
            "warning",
            "budget-spent",
            $"Not converged after {Numbers.Counted(facts.Result.Iterations, facts.Result.Method.Iteration)}{rest}. "
                + $"Raise inference.{facts.Result.Method.BudgetSetting}."
        );
    }
}

/// <summary>Somebody stopped the run.</summary>
public sealed class CancelledRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (facts.Result.Status == "cancelled")
        {
            yield return new Finding(
                "warning",
                "cancelled",
                facts.Result.Method.NeedsDensityOnly
                    ? "The run was stopped before its end. Go on with --resume, or run it again."
                    : $"The run was stopped: {facts.Result.Restarts.Count} of {facts.Result.Method.Starts} restarts were begun. Go on with --resume, or run it again."
            );
        }
    }
}

/// <summary>Coordinate ascent never lowers the bound; if it did, beyond rounding, an update or the bound is wrong.</summary>
public sealed class BoundFellRule : IFindingRule
{
    /// <summary>
    /// The share of the terms' absolute values that rounding explains, as the core's Elbo.roundoff has it.
    /// </summary>
    private const double RelativeTolerance = 1e-12;

    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (facts.Result.Algorithm != "cavi" || facts.Result.Elbo is not { History.Count: > 1 } elbo)
        {
            yield break;
        }

        var (fall, sweep) = elbo
            .History.Zip(elbo.History.Skip(1), (before, after) => before - after)
            .Select((f, i) => (Fall: f, Sweep: i + 2))
            .MaxBy(pair => pair.Fall);
        var magnitude = System.Math.Max(System.Math.Abs(elbo.Value), elbo.Terms.Values.Sum(System.Math.Abs));
        if (fall > RelativeTolerance * (1 + magnitude))
        {
            yield return new Finding(
                "error",
                "elbo-fell",
                $"The ELBO fell by {Numbers.Significant(fall, 3)} nats in sweep {sweep}, which coordinate ascent cannot do: an update or the bound is wrong here. "
                    + "Please report it with this result."
            );
        }
    }
}
