using System.Text.Json.Nodes;
using Vi.App.Tests.Reports;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Results;

/// <summary>Names of entries, and a posterior as JSON and back.</summary>
public sealed class QuantityTests
{
    [Fact]
    public void Entries_are_called_by_labels_where_axes_have_some_and_counted_from_1_elsewhere()
    {
        var w = Quantity.Vector("w", "weights", ["alcohol", "sugar"]);
        Assert.Equal(["w[alcohol]", "w[sugar]"], [w.EntryName(0), w.EntryName(1)]);
        Assert.Equal(["w[1]", "w[2]"], [w.IndexName(0), w.IndexName(1)]);
        var mu = Quantity.Matrix("mu", null, 2, ["eruptions", "waiting"]);
        Assert.Equal(["mu[1,waiting]", "mu[2,eruptions]"], [mu.EntryName(1), mu.EntryName(2)]);
        Assert.Equal("2, eruptions", mu.EntryLabel(2));
        Assert.Equal("B[bond,3]", Quantity.Matrix("B", null, ["stock", "bond"], 3).EntryName(5));
        Assert.Equal("tau", Quantity.Scalar("tau").EntryName(0));
        Assert.Equal("cube[2,1,3]", new Quantity("cube", [2, 2, 3]).EntryName(8));
    }

    private static RunResult WithPosterior(params QuantitySummary[] quantities) =>
        SampleResult.Mixture() with
        {
            Posterior = [.. quantities],
        };

    [Fact]
    public void A_posterior_is_nested_by_shape_and_read_back()
    {
        var result = WithPosterior(
            SampleResult.Of(Quantity.Matrix("mu", "means", 2, ["a", "b"]), [1, 2, 3, 4], [1, 1, 1, 1]) with
            {
                LinearResponseSd = [2, double.NaN, 2, 2],
            },
            SampleResult.Of(Quantity.Scalar("tau"), [5], [double.PositiveInfinity])
        );
        var text = ResultJson.Serialize(result);
        var json = JsonNode.Parse(text)!["posterior"]!;
        Assert.Equal(3, json["mu"]!["mean"]![1]![0]!.GetValue<double>());
        Assert.Equal("b", json["mu"]!["axisLabels"]![1]![1]!.GetValue<string>());
        Assert.Null(json["mu"]!["linearResponseSd"]![0]![1]);
        Assert.Null(json["mu"]!["truth"]);
        Assert.Equal(5, json["tau"]!["mean"]!.GetValue<double>());

        var read = ((RunResult)ResultJson.Deserialize(text, "result.json")).Posterior;
        Assert.Equal(["mu", "tau"], read.Select(quantity => quantity.Name));
        Assert.Equal(("means", "mu[2,b]"), (read["mu"].Label, read["mu"].EntryName(3)));
        Assert.Equal([1, 2, 3, 4], read["mu"].Mean);
        Assert.True(double.IsNaN(read["mu"].LinearResponseSd![1]));
        Assert.True(double.IsPositiveInfinity(read["tau"].Sd[0]));
        Assert.Null(read.Find("nu"));
    }

    [Theory]
    [InlineData("q95", "[[1, 2], [3]]", "posterior.mu.q95 has another shape than its mean")]
    [InlineData("sd", "[1, 2]", "posterior.mu.sd has another shape than its mean")]
    [InlineData("mean", "null", "posterior.mu has no mean")]
    public void A_summary_of_another_shape_cannot_be_read(string member, string value, string part)
    {
        var result = WithPosterior(SampleResult.Of(Quantity.Matrix("mu", null, 2, 2), [1, 2, 3, 4], [1, 1, 1, 1]));
        var json = JsonNode.Parse(ResultJson.Serialize(result))!;
        json["posterior"]!["mu"]![member] = JsonNode.Parse(value);
        var error = Assert.Throws<ResultFileException>(() =>
            ResultJson.Deserialize(json.ToJsonString(), "result.json")
        );
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
