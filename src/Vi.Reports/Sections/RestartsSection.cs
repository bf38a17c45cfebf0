namespace Vi.Reports.Sections;

/// <summary>What each restart reached, where there was more than one.</summary>
internal static class RestartsSection
{
    internal static Markup Of(RunResult result)
    {
        if (result.Restarts.Count < 2)
        {
            return Markup.Empty;
        }

        var bounds = result.Restarts.Select(restart => restart.Elbo).Where(double.IsFinite);
        var best = bounds.DefaultIfEmpty(double.NaN).Max();
        return Table.Of(
            "Restarts",
            result.Restarts,
            [
                new("restart", r => $"{Numbers.Count(r.Restart + 1L)}{(r.Kept ? " (kept)" : "")}"),
                new("status", r => Badge.Status(r.Status)),
                new("ELBO (nats)", r => Markup.Nats(r.Elbo)),
                new("below the best (nats)", r => Numbers.Significant(best - r.Elbo)),
                new($"{result.Method.Iteration}s", r => r.Iterations),
            ],
            textColumns: 2
        );
    }
}
