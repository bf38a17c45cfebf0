namespace Vi.Reports.Findings;

/// <summary>Few rows for each parameter, so that the prior matters.</summary>
internal sealed class FewRowsRule : IFindingRule
{
    private const double Few = 5;

    public string Code => "few-rows";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        // Programs have latent variables by the row, and diagnostics of their own.
        if (result.Data is not { } data || result.Method.NeedsDensityOnly)
        {
            yield break;
        }

        var parameters = result.Posterior.Where(quantity => quantity.Restates is null).Sum(quantity => quantity.Count);
        if (parameters > 0 && data.Rows < Few * parameters)
        {
            yield return Finding.Of(
                data.Rows < parameters ? Severity.Warning : Severity.Hint,
                Code,
                ("rows", data.Rows),
                ("parameters", parameters)
            );
        }
    }
}
