namespace Vi.Reports.Sections;

/// <summary>What each restart reached, where there was more than one.</summary>
internal static class RestartsSection
{
    internal static Section Of(RunResult result)
    {
        var restarts = result.Restarts;
        if (restarts.Count < 2)
        {
            return new Section("restarts", "Restarts", Markup.Empty);
        }

        var best = restarts
            .Where(restart => double.IsFinite(restart.Elbo))
            .Select(restart => restart.Elbo)
            .DefaultIfEmpty(double.NaN)
            .Max();
        var rows = restarts.Select(restart =>
            (IReadOnlyList<Markup>)
                [
                    Markup.Of($"{Numbers.Count(restart.Restart + 1L)}{(restart.Kept ? " (kept)" : "")}"),
                    Badge.Status(restart.Status),
                    Markup.Exact(restart.Elbo, Numbers.Nats(restart.Elbo)),
                    Markup.Of($"{Numbers.Significant(best - restart.Elbo)}"),
                    Markup.Of($"{Numbers.Count(restart.Iterations)}"),
                ]
        );
        return new Section(
            "restarts",
            "Restarts",
            Table.Of(
                "Restarts",
                ["restart", "status", "ELBO (nats)", "below the best (nats)", $"{result.Method.Iteration}s"],
                rows,
                textColumns: 2
            )
        );
    }
}
