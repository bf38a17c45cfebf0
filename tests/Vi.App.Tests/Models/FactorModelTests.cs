using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>The factor model as a user runs it.</summary>
public sealed class FactorModelTests
{
    [Fact]
    public void Section_6_keeps_three_of_eight_factors()
    {
        using var workspace = new Workspace { HasRealModels = true };
        File.Copy(Repository.At("data", "notebook", "s06-factor-returns.csv"), workspace.Path("returns.csv"));
        var outcome = workspace.RunText(
            """
            { "name": "it", "data": { "csv": "returns.csv" }, "model": { "type": "factor-model", "factors": 8 },
              "inference": { "tolerance": 1e-10 },
              "truth": { "psi": [0.05, 0.08, 0.04, 0.06, 0.07, 0.05, 0.09, 0.06, 0.08, 0.05] } }
            """
        );
        Assert.Equal("", outcome.Error);
        var result = workspace.Result("it");
        Assert.Equal(RunStatus.Converged, result.Status);
        Assert.Equal(3, result.Diagnostics["keptFactors"]!.GetValue<int>());
        Assert.True(result.Diagnostics["readOnce"]!.GetValue<bool>());
        Assert.InRange(result.Diagnostics["psiMeanAbsoluteError"]!.GetValue<double>(), 0, 0.016);
        Assert.Contains(result.Exhibits, exhibit => exhibit.Id == "factors");
    }

    [Fact]
    public void The_bound_is_highest_at_the_true_number_of_factors()
    {
        using var workspace = new Workspace { HasRealModels = true };
        var outcome = workspace.Run(
            "run",
            Repository.At("experiments", "06-factor-model.json"),
            "--set",
            "report.enabled=false",
            "--quiet"
        );
        Assert.Equal(0, outcome.Code);
        var diagnostics = workspace.Result("06-factor-model").Diagnostics;
        var best = diagnostics["bounds"]!.AsArray().MaxBy(fit => fit!["elbo"]!.GetValue<double>());
        Assert.Equal(3, best!["factors"]!.GetValue<int>());
        Assert.All(
            diagnostics["loadingCorrelations"]!.AsArray(),
            correlation => Assert.InRange(correlation!.GetValue<double>(), 0.98, 1)
        );
    }

    [Theory]
    [InlineData("svi")]
    [InlineData("streaming")]
    public void Minibatches_are_refused_with_the_reason(string algorithm)
    {
        using var workspace = new Workspace { HasRealModels = true };
        workspace.Write("rows.csv", "a,b\n1,2\n2,1\n3,5\n4,4\n");
        var outcome = workspace.RunText(
            $$"""{ "data": { "csv": "rows.csv" }, "model": { "type": "factor-model", "factors": 1 }, "inference": { "algorithm": "{{algorithm}}" } }"""
        );
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            $"inference.algorithm: \"{algorithm}\" cannot fit factor-model: without gaps the rows enter through R'R alone, which is read once",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("use \"cavi\"", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "factors": 3 }""", "model.factors", "3 factors for 2 columns")]
    [InlineData("""{ "factors": 1, "compareFactors": [1, 4] }""", "model.compareFactors", "4 factors for 2 columns")]
    [InlineData("""{ "factors": 0 }""", "model.factors", "at least 1")]
    [InlineData("""{ "factors": 1, "loadingSd": -1 }""", "model.loadingSd", "greater than 0")]
    public void A_factor_model_that_cannot_be_is_refused(string settings, string path, string message)
    {
        using var workspace = new Workspace { HasRealModels = true };
        workspace.Write("rows.csv", "a,b\n1,2\n2,1\n3,5\n4,4\n");
        var model = JsonNode.Parse(settings)!.AsObject();
        model["type"] = "factor-model";
        var outcome = workspace.RunText($$"""{ "data": { "csv": "rows.csv" }, "model": {{model.ToJsonString()}} }""");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }
}
