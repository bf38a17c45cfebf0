using System.Text.Json.Nodes;

namespace Vi.Reports.Findings;

/// <summary>Judges from status, decay of the gains and findings whether the fit can be believed.</summary>
public static class VerdictRule
{
    /// <summary>The fit can be believed.</summary>
    public const string Reliable = "reliable";

    /// <summary>The fit can be used with care.</summary>
    public const string Usable = "usable";

    /// <summary>The fit must not be used.</summary>
    public const string NotToBeBelieved = "not-to-be-believed";

    /// <summary>Nats still to come below which a fit counts as complete.</summary>
    public const double CompleteNats = 0.01;

    /// <summary>Nats still to come up to which an unfinished fit may be used.</summary>
    public const double UsableNats = 1;

    /// <summary>The diagnostic with the nats that a sweep of coordinate ascent would gain, for algorithms with noise.</summary>
    public const string RemainingNats = "remainingNats";

    /// <summary>The verdict; null where there is no bound to judge and the run failed.</summary>
    /// <param name="facts">The result and its settings.</param>
    /// <param name="findings">All findings of the result, the model's own among them.</param>
    public static Judgement? Judge(FindingFacts facts, IReadOnlyList<Finding> findings)
    {
        var result = facts.Result;
        if (result.Status == "failed")
        {
            return null;
        }

        if (result.Assessment is { } own)
        {
            return OfAssessment(result, own, findings);
        }

        if (result.Elbo is null)
        {
            return new Judgement(
                NotToBeBelieved,
                "There is no answer to believe: no restart reached a finite bound.",
                [result.Reason],
                []
            );
        }

        var errors = findings.Where(f => f.Severity == "error").ToList();
        var warnings = findings.Where(f => f.Severity == "warning").ToList();
        var progress = Progress(facts);
        var level = new[]
        {
            progress.Level,
            errors.Count > 0 ? 2
            : warnings.Count > 0 ? 1
            : 0,
        }.Max();
        var sentence = level switch
        {
            0 => $"The fit is reliable: ELBO {Numbers.Nats(result.Elbo.Value)} nats, and every check passed.",
            1 =>
                $"The fit is usable with care: ELBO {Numbers.Nats(result.Elbo.Value)} nats, and {Count(warnings.Count, "check")} to look at.",
            _ =>
                $"The fit is not to be believed: {(errors.Count > 0 ? Count(errors.Count, "check") + " failed" : progress.Reason)}.",
        };
        return new Judgement(
            level switch
            {
                0 => Reliable,
                1 => Usable,
                _ => NotToBeBelieved,
            },
            sentence,
            [
                result.Reason,
                Sentence(progress.Reason),
                .. Starts(result),
                .. errors.Concat(warnings).Select(f => f.Message),
            ],
            [.. Advice(progress.Level, facts)]
        );
    }

    /// <summary>The algorithm's own judgement, never better than what the findings allow.</summary>
    private static Judgement OfAssessment(RunResult result, Assessment own, IReadOnlyList<Finding> findings)
    {
        var grave = findings.Where(f => f.Severity is "error" or "warning").ToList();
        var level =
            own.Level == NotToBeBelieved || grave.Exists(f => f.Severity == "error") ? NotToBeBelieved
            : own.Level == Usable || grave.Count > 0 || result.Status != "converged" ? Usable
            : Reliable;
        var sentence = level switch
        {
            Reliable => "The fit is reliable: all diagnostics passed.",
            Usable => "The fit is usable with care.",
            _ => "The fit is not to be believed.",
        };
        return new Judgement(
            level,
            sentence,
            [own.Sentence, result.Reason, .. grave.Select(f => f.Message)],
            own.Advice
        );
    }

    /// <summary>How complete the kept restart is: 0 complete, 1 nearly, 2 not, with the reason.</summary>
    private static (int Level, string Reason) Progress(FindingFacts facts)
    {
        var last = facts.Result.Restarts.FirstOrDefault(r => r.Kept)?.Status ?? facts.Result.Status;
        if (last == "diverged")
        {
            return (2, "the kept restart diverged");
        }

        if (facts.Result.Diagnostics[RemainingNats] is JsonValue known && known.TryGetValue<double>(out var remaining))
        {
            return (
                remaining <= CompleteNats ? 0
                : remaining <= UsableNats ? 1
                : 2,
                $"a sweep of coordinate ascent from here would gain {Numbers.Significant(remaining, 3)} nats"
            );
        }

        if (facts.Rate is not { } rate)
        {
            return facts.LastGain <= 0 ? (0, "the last sweep changed the bound by rounding only")
                : last == "converged" && double.IsNaN(facts.LastGain) ? (0, "the fit converged in its first sweep")
                : last == "converged"
                    ? (0, $"the last sweep gained {Numbers.Significant(facts.LastGain, 3)} nats, within the tolerance")
                : (2, "too few sweeps were made to say how much was still to come");
        }

        // A ratio at 1 within rounding occurs where gains are rounding noise around the tolerance.
        var nats = last == "converged" && !double.IsFinite(rate.NatsToCome) ? rate.LastGain : rate.NatsToCome;
        var text = double.IsFinite(nats)
            ? $"extrapolating the last gains, about {Numbers.Significant(nats, 3)} nats remained"
            : "the gains of the last sweeps do not fall";
        return (
            nats <= CompleteNats ? 0
            : nats <= UsableNats ? 1
            : 2,
            text
        );
    }

    /// <summary>How many starts reached the kept bound, where there were several.</summary>
    private static IEnumerable<string> Starts(RunResult result)
    {
        var (same, all) = RestartsDisagreeRule.Agreement(result);
        if (all > 1)
        {
            yield return $"{same} of {all} starts reached this bound.";
        }
    }

    private static IEnumerable<string> Advice(int progressLevel, FindingFacts facts)
    {
        if (facts.Result.Status == "cancelled")
        {
            yield return "Run it again to the end.";
        }
        else if (progressLevel > 0)
        {
            yield return facts.Result.Status == "converged"
                ? "Lower inference.tolerance, so that the fit runs on."
                : $"Raise inference.{facts.Result.Method.BudgetSetting}, so that the fit runs on.";
        }
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..] + ".";
}
