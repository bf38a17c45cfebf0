using System.Globalization;
using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Xunit;
using static System.Math;

namespace Vi.App.Tests.Models;

/// <summary>Mixtures and regimes whose components' scale is learned, as a user runs them.</summary>
public sealed class LearnedScaleTests
{
    /// <summary>Groups of rows with standard deviation 1, a hundred apart, in turn.</summary>
    private static string Csv()
    {
        var random = new Random(7);
        double Normal() => Sqrt(-2 * Log(1 - random.NextDouble())) * Cos(2 * PI * random.NextDouble());
        var rows = Enumerable
            .Range(0, 120)
            .Select(t => string.Create(CultureInfo.InvariantCulture, $"{(100 * (t % 3)) + Normal():R},{Normal():R}"));
        return "a,b\n" + string.Join('\n', rows) + "\n";
    }

    private static (JsonObject Parameters, double[] Sds) Fitted(string model)
    {
        using var workspace = new Workspace { HasRealModels = true };
        workspace.Write("rows.csv", Csv());
        var outcome = workspace.RunText(
            $$"""{ "name": "it", "data": { "csv": "rows.csv" }, "model": {{{model}}}, "report": { "enabled": false } }"""
        );
        Assert.Equal("", outcome.Error);
        var result = workspace.Result("it");
        return (result.Parameters, [.. result.Posterior["sigma"].Mean.Where((_, i) => i % 2 == 0)]);
    }

    [Theory]
    [InlineData("\"type\": \"gaussian-mixture\", \"components\": 3", "V")]
    [InlineData("\"type\": \"gaussian-mixture\", \"components\": 3, \"covariance\": \"tied\"", "V")]
    [InlineData("\"type\": \"gaussian-mixture\", \"components\": 3, \"covariance\": \"diagonal\"", "bB")]
    [InlineData("\"type\": \"regime-switching\", \"states\": 3", "V")]
    public void Groups_far_apart_have_their_own_width_by_default(string model, string parameter)
    {
        var (parameters, sds) = Fitted(model);
        Assert.All(sds, sd => Assert.InRange(sd, 0.7, 1.3));
        Assert.True(parameters.ContainsKey(parameter));
        Assert.InRange(parameters["aBeta0"]!.GetValue<double>(), 3.49, 3.51);
    }

    [Theory]
    [InlineData("\"type\": \"gaussian-mixture\", \"components\": 3, \"beta0\": 1")]
    [InlineData("\"type\": \"gaussian-mixture\", \"components\": 1")]
    [InlineData("\"type\": \"regime-switching\", \"states\": 3, \"W0\": [[1, 0], [0, 1]]")]
    public void A_given_scale_is_not_learned(string model)
    {
        var (parameters, _) = Fitted(model);
        Assert.DoesNotContain(parameters, pair => pair.Key is "V" or "nuB" or "aBeta0");
    }
}
