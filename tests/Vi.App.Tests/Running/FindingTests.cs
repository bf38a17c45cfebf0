using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.FSharp.Reflection;
using Vi.App.Algorithms;
using Vi.App.Tests.Reports;
using Vi.App.Tests.Support;
using Vi.Reports.English;
using Vi.Reports.Findings;
using Vi.Results;
using Xunit;
using CheckId = Vi.Math.CheckId;
using FixedDrawsEnd = Vi.Math.FixedDrawsEnd;
using InferencePhase = Vi.Math.InferencePhase;
using Outcome = Vi.Math.Outcome;
using Remedy = Vi.Math.Remedy;
using ResponseEnd = Vi.Math.ResponseEnd;

namespace Vi.App.Tests.Running;

/// <summary>Findings and verdict are functions of a result.</summary>
public sealed class FindingTests
{
    private static RunResult Result(RunStatus status, params double[] history) =>
        new()
        {
            Name = "r",
            Outcome = Outcomes.Of(status),
            Algorithm = "cavi",
            Verdict = Outcomes.Remaining(1e-12),
            Iterations = history.Length,
            Elbo =
                history.Length == 0
                    ? null
                    : new ElboRecord(history[^1], new Dictionary<string, double>(StringComparer.Ordinal), history),
            Restarts = history.Length == 0 ? [] : [new RestartRecord(0, history[^1], history.Length, status, true)],
            Timing = new TimingRecord(0, 0, 0, 0),
            Model = new ModelRecord
            {
                Type = "fake",
                Title = "Fake",
                Summary = "",
                Approximation = "",
            },
        };

    private static RunResult Converged { get; } = Result(RunStatus.Converged, -10, -9, -8.9);

    private static RunResult Analyse(RunResult result, MethodRecord? method = null) =>
        FindingsAnalyser.Analyse(
            result with
            {
                Method = (method ?? new MethodRecord()) with
                {
                    ShownTruths = ["x"],
                    Remedies = new Dictionary<string, string>
                    {
                        ["more-steps"] = "inference.epochs",
                        ["more-restarts"] = "inference.restarts",
                        ["more-chains"] = "inference.chains",
                    },
                },
            }
        );

    [Fact]
    public void A_fit_that_converged_without_remarks_is_reliable()
    {
        var result = Analyse(Converged);
        Assert.Equal(TrustLevel.Reliable, result.Verdict!.Level);
        Assert.Equal("the only check passed", VerdictText.Causes(result));
        Assert.Empty(result.Findings);
        Assert.Empty(result.Verdict.Advice);
    }

    [Theory]
    [InlineData(0.02, TrustLevel.Usable)]
    [InlineData(1.5, TrustLevel.Unreliable)]
    public void A_failed_check_decides_by_its_limit(double nats, TrustLevel level)
    {
        var result = Analyse(Converged with { Verdict = Outcomes.Remaining(nats) });
        Assert.Equal(level, result.Verdict!.Level);
        Assert.Equal("1 of 1 check failed", VerdictText.Causes(result));
    }

    [Fact]
    public void A_spent_budget_is_usable_at_best_and_its_setting_can_be_copied()
    {
        var result = Analyse(Result(RunStatus.BudgetSpent, -10, -9, -8.9));
        Assert.Equal(TrustLevel.Usable, result.Verdict!.Level);
        Assert.Equal("not converged", VerdictText.Causes(result));
        Assert.Equal(
            "Let the fit run longer: --set inference.epochs=6",
            AdviceText.Line(Assert.Single(result.Verdict.Advice))
        );
        Assert.Equal(
            TrustLevel.Unreliable,
            Analyse(Result(RunStatus.BudgetSpent, -10, -9) with { Verdict = Outcomes.Remaining(5) }).Verdict!.Level
        );
    }

    [Fact]
    public void A_tolerance_of_zero_asks_for_the_whole_budget()
    {
        var result = Analyse(Result(RunStatus.BudgetSpent, -10, -9), new MethodRecord { UsesWholeBudget = true });
        Assert.Empty(result.Verdict!.Advice);
        Assert.Equal(TrustLevel.Reliable, result.Verdict.Level);
    }

    [Fact]
    public void A_fit_that_failed_has_no_verdict_and_one_that_diverged_or_was_not_checked_is_unreliable()
    {
        Assert.Null(Analyse(Result(RunStatus.Failed)).Verdict);
        Assert.Equal(TrustLevel.Unreliable, Analyse(Result(RunStatus.Diverged)).Verdict!.Level);
        Assert.Equal(TrustLevel.Unreliable, Analyse(Converged with { Verdict = null }).Verdict!.Level);
    }

    [Theory]
    [InlineData(1, true, TrustLevel.Usable)]
    [InlineData(1, false, TrustLevel.Reliable)]
    [InlineData(2, true, TrustLevel.Reliable)]
    public void One_restart_is_not_enough_where_the_start_matters(int starts, bool dependsOnStart, TrustLevel level)
    {
        var restarts = Enumerable.Range(0, starts).Select(r => Converged.Restarts[0] with { Restart = r });
        var method = new MethodRecord { Starts = starts, DependsOnStart = dependsOnStart };
        var verdict = Analyse(Converged with { Restarts = [.. restarts] }, method).Verdict!;
        Assert.Equal(level, verdict.Level);
        Assert.Equal(
            level == TrustLevel.Reliable ? [] : ["Use more restarts: --set inference.restarts=5"],
            verdict.Advice.Select(AdviceText.Line)
        );
    }

    /// <summary>With noise, bounds of one optimum differ by a little for every row.</summary>
    [Theory]
    [InlineData(0.5, false, 1)]
    [InlineData(0.5, true, 2)]
    [InlineData(2, true, 1)]
    public void Restarts_agree_within_the_noise_of_their_algorithm(double apart, bool isStochastic, int agreeing)
    {
        var result = Converged with
        {
            Data = new DataRecord(10_000, ["a"], "", "", []),
            Restarts =
            [
                Converged.Restarts[0],
                Converged.Restarts[0] with
                {
                    Elbo = Converged.Restarts[0].Elbo - apart,
                },
            ],
        };
        var verdict = Analyse(result, new MethodRecord { IsStochastic = isStochastic }).Verdict!;
        Assert.Equal(agreeing, Assert.Single(verdict.Checks, check => check.Id == CheckCode.AgreeingRestarts).Value);
    }

    /// <summary>What was stored as a conclusion does not count; what was measured does.</summary>
    [Fact]
    public void Conclusions_are_computed_anew_from_what_was_measured()
    {
        var first = Analyse(Converged, new MethodRecord { DependsOnStart = true });
        var forged = first with
        {
            Verdict = first.Verdict! with
            {
                Level = TrustLevel.Reliable,
                Checks =
                [
                    .. first.Verdict.Checks.Select(check =>
                        check with
                        {
                            Value = check.Id == CheckCode.AgreeingRestarts ? 9 : check.Value,
                        }
                    ),
                ],
                Advice = [],
            },
            Findings = [Finding.Of(Severity.Error, "few-rows", ("rows", 1), ("parameters", 9))],
            Reason = "All is well.",
        };
        var again = FindingsAnalyser.Analyse(forged);
        Assert.Equal(ResultJson.Serialize(first), ResultJson.Serialize(again));
        Assert.Equal(ResultJson.Serialize(again), ResultJson.Serialize(FindingsAnalyser.Analyse(again)));
    }

    /// <summary>P(X >= k) of a binomial with 10 trials and probability 0.1: 0.013 at 4 and 0.0016 at 5.</summary>
    [Theory]
    [InlineData(10, 5, true)]
    [InlineData(10, 4, false)]
    [InlineData(1, 1, false)]
    [InlineData(2, 2, false)]
    [InlineData(10_000, 1_050, false)]
    [InlineData(10_000, 1_100, true)]
    [InlineData(0, 0, false)]
    public void More_missed_true_values_than_chance_allows_are_a_warning(int known, int missed, bool isFound)
    {
        double[] Each(double value) => [.. Enumerable.Repeat(value, known)];
        var quantity = new QuantitySummary(Quantity.Vector("w", null, known))
        {
            Mean = Each(0),
            Sd = Each(1),
            Q05 = Each(-1.6),
            Q50 = Each(0),
            Q95 = Each(1.6),
            Truth = [.. Enumerable.Range(0, known).Select(i => i < missed ? (i % 2 == 0 ? 2.5 : -2.0) : 1.5)],
        };
        var result = Analyse(Converged with { Posterior = [quantity] });
        Assert.Equal(isFound, result.Findings.Any(finding => finding.Code == "truth-missed"));
        if (isFound)
        {
            var finding = result.Findings.Single(found => found.Code == "truth-missed");
            Assert.Equal(Severity.Warning, finding.Severity);
            Assert.Equal("w[1]", Assert.Single(finding.Subjects));
            Assert.StartsWith(
                $"{Numbers.Significant(missed)} of {Numbers.Significant(known)} true values lie outside",
                finding.Message,
                StringComparison.Ordinal
            );
            Assert.Equal(TrustLevel.Usable, result.Verdict!.Level);
        }
    }

    [Theory]
    [InlineData("particles-moving")]
    [InlineData("particles-at-rest")]
    public void Particles_have_a_force_and_no_averages(string code)
    {
        var sentence = OutcomeText.Sentence(
            Outcomes.Make(RunStatus.Converged, code, ("steps", 300), ("force", 66), ("tolerance", 0.05))
        );
        Assert.Contains("force on the particles is", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("average", sentence, StringComparison.OrdinalIgnoreCase);
        Assert.All(
            (string[])["particle-force", "stein-spread"],
            check => Assert.DoesNotContain("average", CheckText.Name(check), StringComparison.OrdinalIgnoreCase)
        );
    }

    /// <summary>Every code has its sentence, and every sentence a code.</summary>
    [Fact]
    public void Every_code_has_a_sentence_and_none_is_left_over()
    {
        static IEnumerable<string> Cases(Type union) => FSharpType.GetUnionCases(union, null).Select(one => one.Name);
        static void AreComplete(string kind, IEnumerable<string> names, params string[] further) =>
            Assert.Equal(
                names
                    .Select(JsonNamingPolicy.KebabCaseLower.ConvertName)
                    .Union(further, StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
                Sentences.Codes(kind).Order(StringComparer.Ordinal)
            );
        string[] derived = [CheckCode.AgreeingRestarts, CheckCode.Chains];
        var reasons = FSharpType
            .GetUnionCases(typeof(Outcome), null)
            .SelectMany(status => Cases(status.GetFields()[0].PropertyType));
        AreComplete("outcome", reasons, "cancelled", "failed");
        AreComplete("phase", Cases(typeof(InferencePhase)));
        AreComplete("check", Cases(typeof(CheckId)), derived);
        AreComplete("failed-check", Cases(typeof(CheckId)), derived);
        AreComplete(
            "linear-response",
            Cases(typeof(ResponseEnd)).Concat(Cases(typeof(FixedDrawsEnd))),
            LinearResponseRecord.NoOptimum,
            LinearResponseRecord.Rotations
        );
        AreComplete("remedy", Cases(typeof(Remedy)), "more-chains");
        Assert.Empty(
            AlgorithmCatalogue
                .All.SelectMany(algorithm => algorithm.Remedies.Keys)
                .Except(Sentences.Codes("remedy"), StringComparer.Ordinal)
        );
        Assert.Empty(
            FindingsAnalyser.Rules.Select(rule => rule.Code).Except(Sentences.Codes("finding"), StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_sentence_has_figures_ratios_counts_shares_subjects_and_choices()
    {
        var finding = Finding.Of(Severity.Hint, "missing-entries", ("missing", 1234), ("entries", 12340));
        Assert.StartsWith(
            "1,234 of 12,340 entries are missing (10 %).",
            FindingText.Rendered(finding).Message,
            StringComparison.Ordinal
        );
        string Truth(double known) =>
            Sentences.Of("finding", "truth", Outcomes.Figures(("known", known)), "{b}", "one number", "2 numbers");
        Assert.EndsWith("it has one number where the answer has 2 numbers.", Truth(1), StringComparison.Ordinal);
        Assert.Equal("of-a-later-version", CheckText.Name("of-a-later-version"));
        Assert.EndsWith("the answer has no {b}; it has one number, 2 numbers.", Truth(0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(19, Severity.Hint)]
    [InlineData(3, Severity.Warning)]
    public void Few_rows_for_the_parameters_are_mentioned(int rows, Severity? severity)
    {
        var result = Analyse(
            Converged with
            {
                Data = new DataRecord(rows, ["a"], "", "", []),
                Posterior = [SampleResult.Of(Quantity.Matrix("mu", null, 2, 2), [1, 2, 3, 4], [1, 1, 1, 1])],
            }
        );
        Assert.Equal(severity, result.Findings.SingleOrDefault()?.Severity);
    }

    [Theory]
    [InlineData(1, TrustLevel.Usable)]
    [InlineData(2, TrustLevel.Reliable)]
    public void One_chain_is_not_enough(int chains, TrustLevel level)
    {
        var verdict = Analyse(Converged, new MethodRecord { Chains = chains }).Verdict!;
        Assert.Equal(level, verdict.Level);
        Assert.Equal(
            chains == 1 ? ["Use more chains: --set inference.chains=4"] : [],
            verdict.Advice.Select(AdviceText.Line)
        );
    }

    [Theory]
    [InlineData("""{ "w": [1, 2], "x": 7 }""", null)]
    [InlineData("""{ "q": 3 }""", "truth.q is not compared with anything: the answer has no q; it has w.")]
    [InlineData(
        """{ "w": [1, 2, 3] }""",
        "truth.w is not compared with anything: it has 3 numbers where the answer has 2 numbers."
    )]
    [InlineData(
        """{ "w": 1 }""",
        "truth.w is not compared with anything: it has one number where the answer has 2 numbers."
    )]
    public void A_truth_of_nothing_in_the_answer_is_told(string truth, string? message)
    {
        var result = Analyse(
            Converged with
            {
                Configuration = new JsonObject { ["truth"] = JsonNode.Parse(truth) },
                Posterior = [SampleResult.Of(Quantity.Vector("w", null, 2), [1, 2], [1, 1])],
            }
        );
        Assert.Equal(message, result.Findings.SingleOrDefault()?.Message);
    }

    [Fact]
    public void A_models_own_error_counts()
    {
        var result = Analyse(
            Converged with
            {
                Findings =
                [
                    new Finding(Severity.Hint, "made-up") { Message = "A hint." },
                    Finding.Of(Severity.Error, "bound-above-evidence", ("excess", 0.25)),
                ],
            }
        );
        Assert.Equal([Severity.Error, Severity.Hint], result.Findings.Select(f => f.Severity));
        Assert.StartsWith("The bound is 0.25 nats above", result.Findings[0].Message, StringComparison.Ordinal);
        Assert.Equal("A hint.", result.Findings[1].Message);
        Assert.Equal(TrustLevel.Unreliable, result.Verdict!.Level);
        Assert.Equal("1 error", VerdictText.Causes(result));
    }
}
