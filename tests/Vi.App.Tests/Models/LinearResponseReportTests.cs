using System.Text.Json.Nodes;
using Vi.App.Tests.Comparing;
using Vi.App.Tests.Support;
using Vi.Reports.Comparing;
using Vi.Reports.English;
using Vi.Reports.Findings;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Linear response from the experiment file to the page.</summary>
public sealed class LinearResponseReportTests : IDisposable
{
    private const string Head = "sd, linear response";
    private const string Explanation = "Quantiles are those of q.";
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private RunResult Run(string text, string name, params string[] settings)
    {
        var outcome = workspace.RunText(text, [.. settings.SelectMany(setting => new[] { "--set", setting })]);
        Assert.True(outcome.Code == 0, outcome.Error + outcome.Out);
        return workspace.Result(name);
    }

    private string Page(string name) => File.ReadAllText(workspace.Path("out", name, "report.html"));

    private static double Number(JsonNode? node) => node!.GetValue<double>();

    private const string Regression = """
        { "name": "line", "seed": 3,
          "data": { "synthetic": { "generator": "linear-regression", "n": 12, "weights": [2, -1], "noiseSd": 0.5 } },
          "model": { "type": "linear-regression" }, "inference": { "algorithm": "cavi", "tolerance": 1e-11 } }
        """;

    [Fact]
    public void A_regression_has_both_standard_deviations()
    {
        var result = Run(Regression, "line");
        Assert.True(result.LinearResponse!.Found);
        Assert.NotNull(result.Timing.LinearResponseSeconds);
        foreach (var quantity in result.Posterior)
        {
            Assert.Equal(quantity.Count, quantity.LinearResponseSd!.Count);
            Assert.All(
                quantity.Sd.Zip(quantity.LinearResponseSd),
                pair => Assert.True(pair.Second >= pair.First * (1 - 1e-4), quantity.Name)
            );
        }

        // Twelve rows and three coefficients: q has about 12 % too little of the precision's variance, and the exact one is known.
        var tau = result.Posterior["tau"];
        var exact = Number(result.Diagnostics["exactTauSd"]);
        Assert.True(tau.Sd[0] < 0.97 * exact);
        Assert.Equal(exact, tau.LinearResponseSd![0], 0.02 * exact);
        // The noise's standard deviation follows the precision.
        var sigma = result.Posterior["sigma"];
        Assert.InRange(sigma.LinearResponseSd![0] / sigma.Sd[0], 1.02, 1.5);

        var finding = Assert.Single(result.Findings, found => found.Code == "variances-too-small");
        Assert.Contains("of the corrected value for ", finding.Message, StringComparison.Ordinal);
        Assert.Contains($"{Head}</th>", Page("line"), StringComparison.Ordinal);
        Assert.Contains(Explanation, Page("line"), StringComparison.Ordinal);
    }

    private static List<double> NestedValues(JsonNode? node) =>
        node is JsonArray items ? [.. items.SelectMany(NestedValues)] : [Number(node)];

    [Fact]
    public void It_can_be_turned_off()
    {
        var result = Run(Regression, "line", "inference.linearResponse=false");
        Assert.Null(result.LinearResponse);
        Assert.All(result.Posterior, summary => Assert.Null(summary.LinearResponseSd));
        Assert.DoesNotContain($"{Head}</th>", Page("line"), StringComparison.Ordinal);
        Assert.DoesNotContain(Explanation, Page("line"), StringComparison.Ordinal);
        Assert.DoesNotContain("No standard deviations by linear response", Page("line"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the fit has not converged", "inference.maxIterations=2", "inference.tolerance=0")]
    [InlineData("streaming ends near one at best", "inference.algorithm=streaming", "inference.batchSize=5")]
    public void Where_there_is_none_the_page_says_why(string reason, params string[] settings)
    {
        var result = Run(Regression, "line", settings);
        Assert.False(result.LinearResponse!.Found);
        Assert.Contains(reason, LinearResponseText.Reason(result.LinearResponse), StringComparison.Ordinal);
        Assert.Contains(reason, Page("line"), StringComparison.Ordinal);
        Assert.DoesNotContain($"{Head}</th>", Page("line"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_that_no_longer_moves_is_converged_whatever_the_tolerance()
    {
        var result = Run(Regression, "line", "inference.maxIterations=60", "inference.tolerance=0");
        Assert.Equal(RunStatus.BudgetSpent, result.Status);
        Assert.True(result.LinearResponse!.Found, LinearResponseText.Reason(result.LinearResponse));
    }

    [Fact]
    public void Factor_models_say_that_rotations_stand_in_the_way()
    {
        var result = Run(
            """
            { "name": "factors", "data": { "synthetic": { "generator": "factor-model", "rows": 40,
                "loadings": [[1], [0.8], [0.6]], "psi": [0.1, 0.1, 0.1] } },
              "model": { "type": "factor-model", "factors": 1 } }
            """,
            "factors"
        );
        Assert.Equal(LinearResponseRecord.Rotations, result.LinearResponse!.Code);
        Assert.Contains("rotations of the factors", Page("factors"), StringComparison.Ordinal);
    }

    [Fact]
    public void Deterministic_advi_is_an_algorithm_with_draws_and_response()
    {
        const string Text = """
            { "name": "fixed", "seed": 3,
              "data": { "synthetic": { "generator": "linear-regression", "n": 30, "weights": [2, -1], "noiseSd": 0.5 } },
              "model": { "type": "linear-regression", "intercept": false },
              "inference": { "algorithm": "advi", "optimizer": "lbfgs" } }
            """;
        var result = Run(Text, "fixed");
        Assert.Equal((RunStatus.Converged, "advi"), (result.Status, result.Algorithm));
        Assert.Contains(result.Verdict!.Checks, check => check.Id == "fixed-draws-error");
        Assert.NotNull(result.Elbo);
        Assert.True(result.LinearResponse!.Found, LinearResponseText.Reason(result.LinearResponse));
        Assert.InRange(Number(result.Diagnostics["largestErrorOfFixedDraws"]), 0, 0.1);
        Assert.Equal(3, NestedValues(result.Parameters["linearResponseSd"]).Count);
        Assert.True(File.Exists(workspace.Path("out", "fixed", "draws.csv")));

        // Against the exact posterior of coordinate ascent's page.
        var exact = Run(Text, "fixed", "inference.algorithm=cavi");
        var sds = NestedValues(exact.Diagnostics["exactWeightSds"]);
        Assert.All(
            sds.Zip(result.Posterior["w"].LinearResponseSd!),
            pair => Assert.Equal(pair.First, pair.Second, 0.07 * pair.First)
        );
    }

    private static Posterior Responding(RunResult fit, double mu, params double[] w) =>
        [fit.Posterior["mu"] with { LinearResponseSd = [mu] }, fit.Posterior["w"] with { LinearResponseSd = w }];

    /// <summary>A fit whose sds are 0.8 of the reference's, and 0.99 by linear response, save the third entry, which has none.</summary>
    private static RunResult Restored()
    {
        var fit = SampleFits.Fit("cavi", width: 0.8);
        var posterior = Responding(fit, 0.495, 0.99, 0.99, double.NaN);
        return fit with { Posterior = posterior, LinearResponse = LinearResponseRecord.Of("response-found") };
    }

    [Fact]
    public void A_comparison_shows_what_linear_response_restores()
    {
        var run = SampleFits.Compared(SampleFits.Fit("nuts", seconds: 20, elbo: null), Restored());
        var fit = run.Comparison.Fits[1];
        Assert.Equal(0.8, fit.Distance!.SmallestRatio, 9);
        Assert.Equal((3, 0.99), (fit.LinearResponse!.Entries, System.Math.Round(fit.LinearResponse.SmallestRatio, 9)));
        Assert.Equal(["mu", "w"], fit.LinearResponseParameters.Keys);
        Assert.Null(run.Comparison.Fits[0].LinearResponse);
        Assert.Contains(
            "with linear response 0.99 to 0.99 times",
            Assert.Single(run.Comparison.Reasons),
            StringComparison.Ordinal
        );
        var page = ComparisonReport.Render(run);
        Assert.Contains($"{Head}</th>", page, StringComparison.Ordinal);
        Assert.Contains("sd ratio, linear response</th>", page, StringComparison.Ordinal);
        Assert.Contains("cavi, linear response", page, StringComparison.Ordinal);
        var text = ResultJson.Serialize(run);
        Assert.Equal(text, ResultJson.Serialize(ResultJson.Deserialize(text, "result.json")));
        // Without any response the tables are as they were.
        Assert.DoesNotContain(
            "linear response",
            ComparisonReport.Render(SampleFits.Compared(SampleFits.Fit("nuts"), SampleFits.Fit("cavi"))),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0.97, null)]
    [InlineData(0.93, Severity.Hint)]
    [InlineData(0.85, Severity.Warning)]
    public void A_shortfall_is_a_finding_by_its_size(double ratio, Severity? severity)
    {
        var fit = SampleFits.Fit("cavi");
        var result = fit with
        {
            Posterior = Responding(fit, 0.5 / ratio, 1, 1.01, 0),
            LinearResponse = LinearResponseRecord.Of("response-found"),
        };
        var rule = new VarianceShortfallRule();
        var findings = rule.Apply(result).ToList();
        Assert.Equal(severity, findings.SingleOrDefault()?.Severity);
        Assert.All(
            findings,
            finding =>
                Assert.Contains(
                    "of the corrected value for mu)",
                    FindingText.Rendered(finding).Message,
                    StringComparison.Ordinal
                )
        );
        Assert.Empty(rule.Apply(result with { LinearResponse = null }));
    }
}
