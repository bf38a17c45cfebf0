using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>What the committed experiments and their data are known to give.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public void Section_7_compares_minibatches_with_all_rows()
    {
        using var workspace = new Workspace { HasRealModels = true };
        Assert.Equal(0, workspace.Run("run", Repository.At("experiments", "07-svi-mixture.json"), "--quiet").Code);
        var run = workspace.Compared("07-svi-mixture");
        var (exact, noisy) = (run.Results[0].Elbo!, run.Results[1].Elbo!);
        Assert.Equal("cavi", run.Comparison.Reference);
        // Within 0.1 % of coordinate ascent's bound after one pass, where that itself needs several.
        Assert.Equal(1, noisy.Passes[0]);
        Assert.InRange(exact.Value - noisy.History[0], 0, 1e-3 * System.Math.Abs(exact.Value));
        Assert.True(exact.Value - exact.History[0] > exact.Value - noisy.History[0]);
        Assert.All(noisy.Estimates, estimate => Assert.InRange(estimate.Passes, 0, noisy.Passes[^1]));
        Assert.Equal(run.Results[0].Elbo!.History.Count, run.Results[0].Elbo!.Seconds.Count);
    }

    [Fact]
    public void Section_3_is_the_exact_answer()
    {
        var result = RunNotebook(
            """{ "csv": "s03-gaussian-mean.csv" }""",
            """{ "type": "gaussian-mean", "priorMean": 0, "priorSd": 2, "noiseSd": 1 }"""
        );
        Assert.Equal(-70.347804833526, Number(result.Diagnostics["logEvidence"]), 1e-10);
        Assert.Equal(Number(result.Diagnostics["logEvidence"]), result.Elbo!.Value, 1e-10);
        Assert.Equal(1.7656976067103083, result.Posterior["mu"].Mean[0], 1e-12);
        Assert.Equal(0.14106912317171966, result.Posterior["mu"].Sd[0], 1e-12);
    }

    [Fact]
    public void Section_4_agrees_with_an_independent_package()
    {
        var result = RunNotebook(
            """{ "csv": "s04-regression-train.csv", "target": "y", "test": "s04-regression-test.csv" }""",
            """{ "type": "linear-regression", "alpha": 1, "a0": 1, "b0": 1, "intercept": false }"""
        );
        Assert.Equal(-154.229153768447, result.Elbo!.Value, 1e-9);
        double[] weights = [1.9940033780970416, -1.4547649235414564, 0.5040254138192523];
        Assert.All(weights, (weight, i) => Assert.Equal(weight, result.Posterior["w"].Mean[i], 1e-9));
        Assert.Equal(101.0, Number(result.Parameters["a_n"]), 1e-9);
        Assert.Equal(24.368954264052036, Number(result.Parameters["b_n"]), 1e-9);
        Assert.Equal(0.48152, Number(result.Diagnostics["testRmse"]), 5e-6);
    }

    [Fact]
    public void Section_5_finds_the_weights()
    {
        var result = RunNotebook(
            """{ "csv": "s05-mixture.csv", "columns": ["x1", "x2"], "labels": "label" }""",
            """{ "type": "gaussian-mixture", "components": 3, "beta0": 1, "nu0": 2, "m0": [0, 0], "W0": [[1, 0], [0, 1]] }"""
        );
        double[] weights = [0.3, 0.4, 0.3];
        Assert.All(weights, (weight, k) => Assert.Equal(weight, result.Posterior["pi"].Mean[k], 0.01));
        Assert.Equal(1.0, Number(result.Diagnostics["labelPurity"]), 0.005);
        Assert.InRange(Number(result.Diagnostics["adjustedRandIndex"]), 0.98, 1);
    }

    [Fact]
    public void Section_9_finds_the_regimes()
    {
        var result = RunNotebook(
            """{ "csv": "s09-regime-returns.csv", "columns": ["return"], "labels": "regime" }""",
            """{ "type": "regime-switching", "states": 2 }"""
        );
        Assert.True(Number(result.Diagnostics["labelAgreement"]) >= 0.93);
        Assert.Equal(0.01, result.Posterior["sigma"].Mean[0], 0.001);
        Assert.Equal(0.03, result.Posterior["sigma"].Mean[1], 0.003);
        Assert.Equal(0.98, result.Posterior["A"].Mean[0], 0.01);
        Assert.Equal(0.95, result.Posterior["A"].Mean[3], 0.02);
    }

    [Fact]
    public void One_state_is_the_exact_normal_model()
    {
        var result = RunNotebook(
            """{ "csv": "s09-regime-returns.csv", "columns": ["return"] }""",
            """{ "type": "regime-switching", "states": 1 }"""
        );
        Assert.Equal(Number(result.Diagnostics["logEvidence"]), result.Elbo!.Value, 1e-7);
    }

    [Theory]
    [InlineData("""{ "states": 7 }""", "model.states", "7 states for 6 rows")]
    [InlineData("""{ "states": 2, "concentration": 0.001 }""", "model.concentration", "0.005")]
    [InlineData("""{ "states": 2, "stickiness": -1 }""", "model.stickiness", "0")]
    [InlineData("""{ "states": 2, "nu0": 0.5 }""", "model.nu0", "must exceed 1")]
    [InlineData("""{ "state": 2 }""", "model.state", "states")]
    public void A_chain_that_cannot_be_is_refused(string settings, string path, string message) =>
        Refused("a,b\n1,2\n2,1\n3,5\n4,4\n0,1\n2,2\n", "regime-switching", settings, path, message);

    [Theory]
    [InlineData("""{ "components": 7 }""", "model.components", "7 components for 6 rows")]
    [InlineData("""{ "components": 1, "weights": "stick-breaking" }""", "model.components", "at least 2")]
    [InlineData("""{ "components": 2, "beta0": -1 }""", "model.beta0", "greater than 0")]
    [InlineData("""{ "components": 2, "nu0": 0.5 }""", "model.nu0", "must exceed 1")]
    [InlineData("""{ "components": 2, "m0": [0] }""", "model.m0", "1 numbers for 2 columns")]
    [InlineData("""{ "components": 2, "W0": [[1, 2], [2, 1]] }""", "model.W0", "positive definite")]
    [InlineData("""{ "components": 2, "W0": [[1, 0.5], [0, 1]] }""", "model.W0", "symmetric")]
    [InlineData("""{ "components": 2, "concentraton": 1 }""", "model.concentraton", "concentration")]
    [InlineData("""{ "components": 2, "covariance": "tide" }""", "model.covariance", "tied")]
    [InlineData("""{ "components": 2, "covariance": "tied", "nu0": 0.5 }""", "model.nu0", "must exceed 1")]
    [InlineData("""{ "components": 2, "covariance": "diagonal", "nu0": 0 }""", "model.nu0", "greater than 0")]
    [InlineData(
        """{ "components": 2, "covariance": "diagonal", "W0": [[2, 1], [1, 2]] }""",
        "model.W0",
        "only entries on the diagonal"
    )]
    public void A_mixture_that_cannot_be_is_refused(string settings, string path, string message) =>
        Refused("a,b\n1,2\n2,1\n3,5\n4,4\n0,1\n2,2\n", "gaussian-mixture", settings, path, message);

    [Theory]
    [InlineData("full")]
    [InlineData("tied")]
    [InlineData("diagonal")]
    public void One_component_is_the_exact_normal_model_whatever_its_covariance(string covariance)
    {
        var result = RunNotebook(
            """{ "csv": "s05-mixture.csv", "columns": ["x1", "x2"] }""",
            $$"""{ "type": "gaussian-mixture", "components": 1, "covariance": "{{covariance}}" }"""
        );
        Assert.Equal(Number(result.Diagnostics["logEvidence"]), result.Elbo!.Value, 1e-7);
    }

    [Theory]
    [InlineData("a,b\n1,2\n1,1\n1,5\n1,4\n", "column 'a' is constant")]
    [InlineData("a,b\n1,2\n2,4\n3,6\n4,8\n", "singular")]
    [InlineData("a,b\n1,2\n2,1\n", "at least 3 rows")]
    public void Data_without_a_default_prior_are_refused(string csv, string message) =>
        Refused(csv, "gaussian-mixture", """{ "components": 1 }""", "data", message);

    [Theory]
    [InlineData("""{ "priorSd": -1, "noiseSd": 1 }""", "model.priorSd", "greater than 0")]
    [InlineData("""{ "noiseSd": 1 }""", "model.priorSd", "missing")]
    [InlineData("""{ "priorSd": "wide", "noiseSd": 1 }""", "model.priorSd", "a number")]
    [InlineData("""{ "priorSd": 1, "noiseSd": 1 }""", "data.columns", "one column")]
    public void A_mean_that_cannot_be_is_refused(string settings, string path, string message) =>
        Refused("a,b\n1,2\n2,1\n3,5\n", "gaussian-mean", settings, path, message);

    [Theory]
    [InlineData("""{ "priorSd": 1 }""", "data.target", "row 3 (line 4 of a CSV file), column \"b\": the target is 5")]
    [InlineData("""{ "priorSd": 0 }""", "model.priorSd", "greater than 0")]
    public void A_logistic_regression_that_cannot_be_is_refused(string settings, string path, string message) =>
        Refused("a,b\n1,0\n2,1\n3,5\n", "logistic-regression", settings, path, message);

    [Fact]
    public void Section_7_predicts_as_well_as_the_notebook()
    {
        using var workspace = new Workspace { HasRealModels = true };
        var outcome = workspace.Run("run", Repository.At("experiments", "07-logistic-cavi.json"), "--quiet");
        Assert.Equal(0, outcome.Code);
        var result = workspace.Result("07-logistic-cavi");
        double[] truth = [2.0, -1.5, 1.0, -0.5, 0.8];
        Assert.All(truth, (w, i) => Assert.Equal(w, result.Posterior["w"].Mean[i], 0.15));
        Assert.Contains(result.Findings, finding => finding.Code == "variances-too-small");
        Assert.All(
            result.Diagnostics["sdOverCurvatureSd"]!.AsArray(),
            ratio => Assert.InRange(Number(ratio), 0.3, 1.0)
        );
        Assert.InRange(Number(result.Diagnostics["testCalibrationError"]), 0, 0.04);
    }

    [Fact]
    public void A_logistic_regression_with_an_intercept_answers_for_it()
    {
        using var workspace = new Workspace { HasRealModels = true };
        var outcome = workspace.RunText(
            """
            { "name": "it",
              "data": { "synthetic": { "generator": "logistic-regression", "n": 4000, "weights": [1, 0], "intercept": -2 } },
              "model": { "type": "logistic-regression", "priorSd": 3 } }
            """
        );
        Assert.Equal(0, outcome.Code);
        var result = workspace.Result("it");
        Assert.Equal(-2, result.Posterior["intercept"].Mean[0], 0.2);
        Assert.NotNull(result.Parameters["mu_b"]);
    }

    private static void Refused(string csv, string type, string settings, string path, string message)
    {
        using var workspace = new Workspace { HasRealModels = true };
        workspace.Write("rows.csv", csv);
        var model = JsonNode.Parse(settings)!.AsObject();
        model["type"] = type;
        var outcome = workspace.RunText($$"""{ "data": { "csv": "rows.csv" }, "model": {{model.ToJsonString()}} }""");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out")));
    }

    private static RunResult RunNotebook(string data, string model)
    {
        using var workspace = new Workspace { HasRealModels = true };
        foreach (var file in Directory.GetFiles(Repository.At("data", "notebook")))
        {
            File.Copy(file, workspace.Path(Path.GetFileName(file)));
        }

        var outcome = workspace.RunText(
            $$"""{ "name": "it", "data": {{data}}, "model": {{model}}, "inference": { "tolerance": 1e-12 } }"""
        );
        Assert.Equal(0, outcome.Code);
        return workspace.Result("it");
    }

    private static double Number(JsonNode? node) => node!.GetValue<double>();
}
