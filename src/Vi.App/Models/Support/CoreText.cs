using Vi.App.Algorithms;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Reports.English;
using Vi.Reports.Findings;
using Vi.Results;

namespace Vi.App.Models.Support;

/// <summary>The core's outcomes and judgements as the texts of a result.</summary>
internal static class CoreText
{
    /// <summary>converged, budget-spent or diverged; null while a run goes on.</summary>
    public static string? Status(Outcome? outcome) =>
        outcome switch
        {
            null => null,
            { IsConverged: true } => "converged",
            { IsBudgetSpent: true } => "budget-spent",
            _ => "diverged",
        };

    /// <summary>The outcome in a sentence; empty while a run goes on.</summary>
    public static string Reason(Outcome? outcome) =>
        CoreRecords.Of(outcome) is { } record ? OutcomeText.Sentence(record) : "";

    /// <summary>The judgement of an answer.</summary>
    public static Assessment Assessment(ModelAnswer answer, IAlgorithm algorithm)
    {
        var checks = CoreRecords.Of(answer.Judgement);
        var failed = checks.Where(check => !check.IsPassed).Select(CheckText.Sentence).ToList();
        return new Assessment(
            answer.Judgement.Level switch
            {
                { IsReliable: true } => VerdictRule.Reliable,
                { IsUsable: true } => VerdictRule.Usable,
                _ => VerdictRule.NotToBeBelieved,
            },
            failed.Count > 0
                ? string.Join(" ", failed)
                : $"All checks passed: {string.Join("; ", checks.Select(CheckText.Figures))}.",
            [.. CoreRecords.Of(answer.Advice, algorithm).Select(CheckText.Advice)]
        );
    }
}
