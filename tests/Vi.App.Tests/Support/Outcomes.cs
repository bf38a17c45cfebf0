using Vi.Results;

namespace Vi.App.Tests.Support;

/// <summary>An outcome of each status.</summary>
internal static class Outcomes
{
    public static OutcomeRecord Of(RunStatus status) =>
        status switch
        {
            RunStatus.Converged => Make(status, "sweep-gain", ("sweeps", 3), ("gain", 1e-10), ("change", 1e-6)),
            RunStatus.BudgetSpent => Make(status, "sweeps-spent", ("sweeps", 3), ("lastGain", 0.3)),
            RunStatus.Cancelled => Make(status, "cancelled"),
            RunStatus.Diverged => Make(status, "term-not-finite", ("sweep", 2)) with { Detail = "all" },
            _ => Make(status, "failed") with { Detail = "Row 12, column waiting: 'n/a' is not a number." },
        };

    public static OutcomeRecord Make(RunStatus status, string code, params (string Name, double Value)[] figures) =>
        new(status, code, Figures(figures));

    public static IReadOnlyDictionary<string, double> Figures(params (string Name, double Value)[] figures) =>
        figures.ToDictionary(figure => figure.Name, figure => figure.Value, StringComparer.Ordinal);

    /// <summary>A judgement before it is computed: the nats still to come.</summary>
    public static Judgement Remaining(double nats) =>
        new(
            TrustLevel.Unreliable,
            [new CheckRecord(CheckCode.RemainingNats, nats, 0.01, 1, HigherIsBetter: false)],
            []
        );
}
