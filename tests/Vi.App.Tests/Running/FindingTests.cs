using System.Text.Json.Nodes;
using Vi.Reports.Findings;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>Findings and verdict are functions of a result.</summary>
public sealed class FindingTests
{
    private static RunResult Result(string status, params double[] history) =>
        new()
        {
            Name = "r",
            Status = status,
            Reason = $"It is {status}.",
            Algorithm = "cavi",
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

    private static RunResult Analyse(RunResult result, MethodRecord? method = null) =>
        FindingsAnalyser.Analyse(result with { Method = (method ?? new MethodRecord()) with { ShownTruths = ["x"] } });

    [Fact]
    public void A_fit_that_converged_without_remarks_is_reliable()
    {
        var result = Analyse(Result("converged", -10, -9, -8.9, -8.89, -8.889));
        Assert.Equal("reliable", result.Verdict!.Level);
        Assert.Empty(result.Findings);
        Assert.Empty(result.Verdict.Advice);
    }

    /// <summary>Gains around rounding have no decay; the fit did not end at once for that.</summary>
    [Fact]
    public void A_fit_whose_gains_have_no_rate_is_judged_by_its_last_gain()
    {
        var result = Analyse(Result("converged", -10, -9, -9 - 1e-13, -9));
        Assert.Equal("reliable", result.Verdict!.Level);
        Assert.Contains(
            result.Verdict.Reasons,
            reason => reason.StartsWith("The last sweep gained ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_bound_that_falls_is_an_error_unless_by_rounding()
    {
        var result = Analyse(Result("converged", -10, -9, -9.125, -8.9));
        Assert.Equal("not-to-be-believed", result.Verdict!.Level);
        Assert.Contains(
            "fell by 0.125 nats in sweep 3",
            Assert.Single(result.Findings).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Analyse(Result("converged", -1e6, -9e5, -9e5 - 1e-7)).Findings);
        Assert.Empty(Analyse(Result("converged", -10, -9, -9.001) with { Algorithm = "svi" }).Findings);
    }

    [Fact]
    public void A_spent_budget_far_from_the_end_is_not_to_be_believed_and_near_it_is_usable()
    {
        Assert.Equal("not-to-be-believed", Analyse(Result("budget-spent", -100, -90, -81, -72.9)).Verdict!.Level);
        var near = Analyse(Result("budget-spent", -10, -9, -8.9, -8.89, -8.889));
        Assert.Equal("usable", near.Verdict!.Level);
        Assert.Equal(
            "Raise inference.maxIterations, so that the fit runs on.",
            Assert.Single(Analyse(Result("budget-spent", -100, -90, -81)).Verdict!.Advice)
        );
    }

    [Fact]
    public void A_tolerance_of_zero_asks_for_the_whole_budget()
    {
        var result = Analyse(Result("budget-spent", -10, -9, -8.9, -8.89, -8.889), new MethodRecord { Tolerance = 0 });
        Assert.Empty(result.Findings);
        Assert.Equal("reliable", result.Verdict!.Level);
    }

    [Fact]
    public void A_fit_that_failed_has_no_verdict_and_one_without_bound_is_not_to_be_believed()
    {
        Assert.Null(Analyse(Result("failed")).Verdict);
        Assert.Equal("not-to-be-believed", Analyse(Result("diverged")).Verdict!.Level);
    }

    [Fact]
    public void One_restart_is_a_warning_where_the_start_matters()
    {
        Assert.Equal(
            "one-restart",
            Assert
                .Single(Analyse(Result("converged", -2, -1), new MethodRecord { DependsOnStart = true }).Findings)
                .Code
        );
        Assert.Empty(
            Analyse(Result("converged", -2, -1), new MethodRecord { Starts = 2, DependsOnStart = true }).Findings
        );
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(19, "hint")]
    [InlineData(3, "warning")]
    public void Few_rows_for_the_parameters_are_mentioned(int rows, string? severity)
    {
        var means = JsonNode.Parse("[[1, 2], [3, 4]]")!;
        var result = Analyse(
            Result("converged", -2, -1) with
            {
                Data = new DataRecord(rows, ["a"], "", "", []),
                Posterior = new Dictionary<string, PosteriorSummary>(StringComparer.Ordinal)
                {
                    ["mu"] = new(means, means.DeepClone(), means.DeepClone(), means.DeepClone(), means.DeepClone()),
                },
            }
        );
        Assert.Equal(severity, result.Findings.SingleOrDefault()?.Severity);
    }

    [Fact]
    public void One_chain_is_a_warning()
    {
        var result = Result("converged", -2, -1) with { Algorithm = "nuts" };
        Assert.Equal("one-chain", Assert.Single(Analyse(result, new MethodRecord { Chains = 1 }).Findings).Code);
        Assert.Empty(Analyse(result, new MethodRecord { Chains = 2 }).Findings);
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
        var means = JsonNode.Parse("[1, 2]")!;
        var result = Analyse(
            Result("converged", -2, -1) with
            {
                Configuration = new JsonObject { ["truth"] = JsonNode.Parse(truth) },
                Posterior = new Dictionary<string, PosteriorSummary>(StringComparer.Ordinal)
                {
                    ["w"] = new(means, means.DeepClone(), means.DeepClone(), means.DeepClone(), means.DeepClone()),
                },
            }
        );
        Assert.Equal(message, result.Findings.SingleOrDefault()?.Message);
    }

    [Fact]
    public void A_models_own_error_counts()
    {
        var result = Analyse(
            Result("converged", -10, -9, -8.9, -8.89) with
            {
                Findings = [new Finding("hint", "h", "A hint."), new Finding("error", "gap", "The gap is wide.")],
            }
        );
        Assert.Equal(["error", "hint"], result.Findings.Select(f => f.Severity));
        Assert.Equal("not-to-be-believed", result.Verdict!.Level);
        Assert.Contains("The gap is wide.", result.Verdict.Reasons);
    }
}
