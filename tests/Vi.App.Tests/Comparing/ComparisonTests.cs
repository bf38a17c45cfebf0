using System.Text.Json.Nodes;
using Vi.Reports.Comparisons;
using Vi.Results;
using Xunit;
using static Vi.App.Tests.Comparing.SampleFits;

namespace Vi.App.Tests.Comparing;

/// <summary>Distances, the reference, and the rules of the recommendation.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void Distances_are_in_standard_deviations_of_the_reference()
    {
        // mu moves by 0.5 * 2 / 0.5 = 2 sd, w[2] by -2 / 1 sd; w[3] has no spread and is left out. Both sds are 3 times as wide, w[1]'s is not.
        var comparison = Comparison.Of([Fit("cavi"), Fit("svi", shift: 2, width: 3)]);
        var distance = comparison.Fits[1].Distance!;
        Assert.Equal(3, distance.Entries);
        Assert.Equal(2, distance.LargestShift, 1e-12);
        Assert.Equal("mu", distance.LargestShiftAt);
        Assert.Equal(System.Math.Sqrt(8 / 3.0), distance.TypicalShift, 1e-12);
        Assert.Equal((1.0, "w[1]"), (distance.SmallestRatio, distance.SmallestRatioAt));
        Assert.Equal((3.0, "mu"), (distance.LargestRatio, distance.LargestRatioAt));
        Assert.Equal(System.Math.Pow(9, 1 / 3.0), distance.TypicalRatio, 1e-12);
        Assert.Equal(["mu", "w"], comparison.Fits[1].Parameters.Keys);
        Assert.Equal("w[2]", comparison.Fits[1].Parameters["w"].LargestShiftAt);
        Assert.Null(comparison.Fits[0].Distance);
    }

    [Theory]
    [InlineData("cavi", "cavi", "svi")]
    [InlineData("nuts", "svi", "cavi", "nuts")]
    [InlineData("svi", "svi", "advi")]
    public void The_reference_is_the_most_exact_algorithm(string reference, params string[] algorithms)
    {
        var comparison = Comparison.Of([.. algorithms.Select(algorithm => Fit(algorithm))]);
        Assert.Equal(reference, comparison.Reference);
        Assert.StartsWith($"The reference is {reference}", comparison.ReferenceReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_cannot_be_believed_is_said_to_be_doubtful()
    {
        var comparison = Comparison.Of([Fit("nuts", level: TrustLevel.Unreliable), Fit("cavi")]);
        Assert.Equal("nuts", comparison.Reference);
        Assert.Contains(comparison.Findings, finding => finding.Code == "reference-doubtful");
        Assert.Equal("cavi", comparison.Recommended);
        Assert.Contains(
            "only its own verdict (reliable) supports it",
            comparison.Recommendation,
            StringComparison.Ordinal
        );
    }

    [Theory]
    // Agrees and is twice as fast.
    [InlineData("svi", 0.05, 1.05, 5, TrustLevel.Reliable)]
    // Agrees, but is hardly faster.
    [InlineData("cavi", 0.05, 1.05, 9, TrustLevel.Reliable)]
    // Fast, but off by a fifth of a standard deviation.
    [InlineData("cavi", 0.2, 1, 1, TrustLevel.Reliable)]
    // Fast, but too narrow.
    [InlineData("cavi", 0, 0.8, 1, TrustLevel.Reliable)]
    // Fast and in agreement, but its own checks object.
    [InlineData("cavi", 0, 1, 1, TrustLevel.Usable)]
    [InlineData("cavi", 0, 1, 1, TrustLevel.Unreliable)]
    public void The_fastest_fit_in_agreement_with_the_reference_is_recommended(
        string recommended,
        double shift,
        double width,
        double seconds,
        TrustLevel level
    )
    {
        var comparison = Comparison.Of([Fit("cavi", seconds: 10), Fit("svi", shift, width, seconds, level)]);
        Assert.Equal(recommended, comparison.Recommended);
        Assert.StartsWith($"Use {recommended}", comparison.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Tenths_of_a_second_decide_nothing()
    {
        var comparison = Comparison.Of([Fit("cavi", seconds: 1.1), Fit("svi", seconds: 0.2)]);
        Assert.Equal("cavi", comparison.Recommended);
    }

    [Fact]
    public void Where_nothing_can_be_believed_nothing_is_recommended()
    {
        var comparison = Comparison.Of([
            Fit("cavi", level: TrustLevel.Unreliable),
            Fit("svi", level: TrustLevel.Unreliable),
        ]);
        Assert.Null(comparison.Recommended);
        Assert.StartsWith("All fits are unreliable", comparison.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Fits_of_other_data_are_not_ranked()
    {
        var other = Fit("svi", seconds: 0.1);
        var comparison = Comparison.Of([Fit("cavi"), other with { Data = other.Data! with { Sha256 = "11aa" } }]);
        Assert.Null(comparison.Recommended);
        Assert.Equal("data-differ", Assert.Single(comparison.Findings).Code);
        Assert.All(comparison.Fits, fit => Assert.Null(fit.BelowBest));
    }

    [Fact]
    public void Models_of_the_same_data_are_ranked_by_their_bounds()
    {
        var richer = Fit("cavi", elbo: -90) with
        {
            Configuration = new JsonObject
            {
                ["model"] = new JsonObject { ["type"] = "linear-regression", ["ard"] = true },
            },
        };
        var comparison = Comparison.Of([Fit("cavi") with { Name = "plain" }, richer with { Name = "ard" }]);
        Assert.Equal("ard", comparison.Recommended);
        Assert.Contains("by 10 nats over plain", comparison.Recommendation, StringComparison.Ordinal);
        Assert.Contains(comparison.Findings, finding => finding.Code == "models-differ");
    }

    [Fact]
    public void Parameters_of_another_shape_are_not_compared()
    {
        var other = Fit("svi");
        var comparison = Comparison.Of([
            Fit("cavi"),
            other with
            {
                Posterior = [other.Posterior["mu"] with { Name = "w" }, other.Posterior["w"] with { Name = "mu" }],
            },
        ]);
        Assert.Null(comparison.Fits[1].Distance);
        Assert.Contains(comparison.Findings, finding => finding.Code == "nothing-shared");
    }

    [Fact]
    public void Fits_far_apart_in_bound_and_mean_may_be_other_optima()
    {
        Assert.Contains(
            Comparison.Of([Fit("cavi"), Fit("svi", shift: 5, elbo: -110)]).Findings,
            finding => finding.Code == "another-optimum"
        );
        Assert.Empty(Comparison.Of([Fit("cavi"), Fit("svi", shift: 5, elbo: -100.5)]).Findings);
        Assert.Empty(Comparison.Of([Fit("cavi"), Fit("svi", elbo: -110)]).Findings);
    }

    [Fact]
    public void Labels_tell_results_apart()
    {
        Assert.Equal(["cavi", "cavi #2"], Comparison.Labels([Fit("cavi"), Fit("cavi")]));
        Assert.Equal(["a", "b"], Comparison.Labels([Fit("cavi") with { Name = "a" }, Fit("cavi") with { Name = "b" }]));
        Assert.Equal(
            ["a: cavi", "b: svi"],
            Comparison.Labels([Fit("cavi") with { Name = "a" }, Fit("svi") with { Name = "b" }])
        );
    }

    [Fact]
    public void A_stored_comparison_is_read_back()
    {
        var text = ResultJson.Serialize(Four());
        var read = Assert.IsType<ComparedRuns>(ResultJson.Deserialize(text, "result.json"));
        Assert.Equal(text, ResultJson.Serialize(read));
        Assert.Equal(RunStatus.Failed, read.Status);
        Assert.Equal(4, JsonNode.Parse(text)!["results"]!.AsArray().Count);
    }
}
