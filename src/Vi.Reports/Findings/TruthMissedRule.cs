using MathNet.Numerics.Distributions;

namespace Vi.Reports.Findings;

/// <summary>
/// True values outside their 90 % intervals, more of them than chance allows: a binomial count with probability 0.1 reaches their number in
/// less than one case of a hundred.
/// </summary>
internal sealed class TruthMissedRule : IFindingRule
{
    private const double Outside = 0.1;
    private const double LeastChance = 0.01;

    public string Code => "truth-missed";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        var known = result
            .Posterior.SelectMany(ResultEntry.Of)
            .Where(entry => double.IsFinite(entry.Truth) && double.IsFinite(entry.Q05 + entry.Q95))
            .ToList();
        var missed = known.FindAll(entry => entry.Truth < entry.Q05 || entry.Truth > entry.Q95);
        var chance = missed.Count == 0 ? 1 : 1 - Binomial.CDF(Outside, known.Count, missed.Count - 1);
        if (chance < LeastChance)
        {
            // The entry that is farthest out, in standard deviations of its posterior.
            var worst = missed.MaxBy(entry => Abs(entry.Truth - entry.Mean) / entry.Sd)!;
            yield return Finding.Of(
                Severity.Warning,
                Code,
                ("missed", missed.Count),
                ("known", known.Count),
                ("chance", chance),
                ("distance", Abs(worst.Truth - worst.Mean) / worst.Sd)
            ) with
            {
                Subjects = [worst.Name],
            };
        }
    }
}
