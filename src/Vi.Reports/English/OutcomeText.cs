namespace Vi.Reports.English;

internal static class OutcomeText
{
    /// <summary>The outcome with its figures, e.g. <c>Not converged after 10 sweeps: the last one still gained 0.3 nats.</c></summary>
    /// <param name="iteration">What the algorithm calls an iteration.</param>
    public static string Sentence(OutcomeRecord outcome, string iteration = "step") =>
        Sentences.Of("outcome", outcome.Code, outcome.Figures, [outcome.Detail ?? "", Where(outcome, iteration)]);

    private static string Where(OutcomeRecord outcome, string iteration)
    {
        if (!outcome.Figures.TryGetValue("step", out var step))
        {
            return $"before the first {iteration}";
        }

        if (outcome.Phase is { Code: not "whole-run" } phase)
        {
            return $"after step {Numbers.Count((long)step)} ({Phase(phase)})";
        }

        var of =
            outcome.Figures.TryGetValue("restarts", out var all) && all > 1
                ? $" of restart {Numbers.Count((long)outcome.Figures["restart"])} of {Numbers.Count((long)all)}"
                : "";
        return $"after {iteration} {Numbers.Count((long)step)}{of}";
    }

    /// <summary>How far a run has come, e.g. <c>warm-up draw 30 of 1,000</c>; empty for the whole run.</summary>
    public static string Phase(PhaseRecord phase) => Sentences.Of("phase", phase.Code, phase.Figures);
}
