namespace Vi.Reports.Findings;

/// <summary>A prior that the experiment gives and that is orders of magnitude from the data's own size: too narrow, or noise that is too large.</summary>
internal sealed class PriorSizeRule : IFindingRule
{
    /// <summary>How many times the data may exceed the prior, or the prior's noise the data, before it is said.</summary>
    private const double Most = 30;

    public string Code => "prior-size";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        var worst = result
            .Model.Priors.Where(prior => !prior.FromData && prior.DataSize > 0)
            .Select(prior => (Prior: prior, Sizes: Sizes(prior)))
            .Where(found => found.Sizes.Excess > Most)
            .ToList();
        if (worst.Count > 0)
        {
            var (prior, (size, data, _)) = worst.MaxBy(found => found.Sizes.Excess);
            yield return Finding.Of(
                Severity.Warning,
                Code,
                ("prior", size),
                ("data", data),
                ("others", worst.Count - 1),
                ("noise", prior.Family == PriorFamily.Normal ? 0 : 1)
            ) with
            {
                Subjects = [prior.Entry],
            };
        }
    }

    /// <summary>The prior's size and the data's in one unit, and by how much the one that must not exceed the other does.</summary>
    private static (double Prior, double Data, double Excess) Sizes(PriorRecord prior)
    {
        var data = prior.DataSize!.Value;
        if (prior.Family == PriorFamily.Normal)
        {
            var sd = prior.Numbers["sd"];
            return (sd, data, data / sd);
        }

        // Standard deviations: of 1 / sqrt(precision), or the root of a variance.
        var own = System.Math.Sqrt(prior.Numbers["rate"] / prior.Numbers["shape"]);
        var spread = System.Math.Sqrt(prior.Family == PriorFamily.Gamma ? 1 / data : data);
        return (own, spread, own / spread);
    }
}
