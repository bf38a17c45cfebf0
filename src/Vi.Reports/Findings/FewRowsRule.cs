using System.Text.Json.Nodes;

namespace Vi.Reports.Findings;

/// <summary>Few rows for each parameter: then the prior has much to say.</summary>
public sealed class FewRowsRule : IFindingRule
{
    private const double Few = 5;

    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        // Programs have latent variables by the row, and diagnostics of their own.
        if (facts.Result.Data is not { } data || facts.Result.Assessment is not null)
        {
            yield break;
        }

        var parameters = facts.Result.Posterior.Values.Sum(summary => Count(summary.Mean));
        if (parameters > 0 && data.Rows < Few * parameters)
        {
            var perParameter = (double)data.Rows / parameters;
            yield return new Finding(
                perParameter < 1 ? "warning" : "hint",
                "few-rows",
                $"There are {data.Rows} rows for {parameters} parameters ({perParameter:G2} rows a parameter), so the answer leans on the prior. "
                    + "See how it changes with another prior."
            );
        }
    }

    private static int Count(JsonNode? node) => node is JsonArray array ? array.Sum(Count) : 1;
}
