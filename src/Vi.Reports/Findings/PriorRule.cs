namespace Vi.Reports.Findings;

/// <summary>
/// A prior that wins against the data: an entry as wide as its prior and away from it, noise above the target's spread, an idiosyncratic variance
/// above the whole of its column.
/// </summary>
internal sealed class PriorRule : IFindingRule
{
    /// <summary>An entry's posterior sd, as a share of its prior sd, above which the prior alone sets its width.</summary>
    private const double Unmoved = 0.9;

    public string Code => "prior-wins";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        var entries = result
            .Posterior.SelectMany(quantity =>
                Enumerable
                    .Range(0, quantity.Count)
                    .Select(i => (Name: quantity.EntryName(i), Quantity: quantity, At: i))
            )
            .ToLookup(entry => entry.Name, StringComparer.Ordinal);
        // PriorSizeRule reports a given prior that is far from the data's size; one finding is enough.
        var isTold = new PriorSizeRule().Apply(result).Any();
        foreach (var prior in result.Model.Priors.Where(prior => !isTold && prior.Family == PriorFamily.Normal))
        {
            var (mean, sd) = (prior.Numbers["mean"], prior.Numbers["sd"]);
            foreach (var (name, quantity, i) in entries[prior.Entry].Take(1))
            {
                // Data that say nothing leave the prior where it is; here they pull, and the prior holds.
                if (quantity.Sd[i] > Unmoved * sd && System.Math.Abs(quantity.Mean[i] - mean) > sd)
                {
                    yield return Found(name, sd, quantity.Mean[i], quantity.Sd[i], isSpread: false);
                }
            }
        }

        if (result.Data is not { } data)
        {
            yield break;
        }

        var spreads = data.Summaries.ToDictionary(column => column.Name, column => column.Sd, StringComparer.Ordinal);
        if (
            result.Posterior.Find("sigma") is { IsScalar: true } sigma
            && data.Summaries.LastOrDefault(column => column.Role == "target") is { Sd: > 0 } target
            && sigma.Q05[0] > target.Sd
        )
        {
            yield return Found("sigma", target.Sd, sigma.Mean[0], sigma.Sd[0], isSpread: true);
        }

        if (result.Posterior.Find("psi") is { } psi)
        {
            foreach (var (i, spread) in Enumerable.Range(0, psi.Count).Select(i => (i, Spread(psi.EntryLabel(i)))))
            {
                if (spread > 0 && psi.Q05[i] > spread * spread)
                {
                    yield return Found(psi.EntryName(i), spread * spread, psi.Mean[i], psi.Sd[i], isSpread: true);
                }
            }
        }

        double Spread(string column) => spreads.GetValueOrDefault(column);
    }

    private Finding Found(string entry, double reference, double mean, double sd, bool isSpread) =>
        Finding.Of(
            Severity.Warning,
            Code,
            ("spread", isSpread ? 1 : 0),
            ("reference", reference),
            ("mean", mean),
            ("sd", sd)
        ) with
        {
            Subjects = [entry],
        };
}
