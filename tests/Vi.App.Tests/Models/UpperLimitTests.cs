using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Numbers of components and states that are limits, and how other numbers compare.</summary>
public sealed class UpperLimitTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private RunResult Run(string experiment)
    {
        var outcome = workspace.RunText(experiment);
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("it");
    }

    private RunResult Geyser(string model) =>
        Run(
            $$"""
            { "name": "it", "data": { "csv": "{{Repository.At(
                "data",
                "old-faithful.csv"
            )}}", "columns": ["eruptions", "waiting"] },
              "model": { {{model}} }, "inference": { "check": "none", "linearResponse": false } }
            """
        );

    /// <summary>Three cultivars; a fourth group are the few wines that lie far from all.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Six_components_find_the_three_cultivars_of_the_wine_table(int seed)
    {
        var result = Run(
            $$"""
            { "name": "it", "seed": {{seed}}, "data": { "csv": "{{Repository.At(
                "data",
                "wine.csv"
            )}}", "labels": "cultivar" },
              "model": { "type": "gaussian-mixture", "components": 6 },
              "inference": { "check": "none", "linearResponse": false } }
            """
        );
        Assert.InRange(result.Diagnostics["adjustedRandIndex"]!.GetValue<double>(), 0.9, 1);
        Assert.Equal(3, result.Diagnostics["componentCounts"]!.AsArray().Count(rows => rows!.GetValue<double>() > 20));
    }

    [Theory]
    [InlineData("\"type\": \"gaussian-mixture\", \"components\": 1, \"compareComponents\": [2]", "components")]
    [InlineData("\"type\": \"regime-switching\", \"states\": 1, \"compareStates\": [2]", "states")]
    public void Another_number_is_advised_where_it_was_tried_and_has_a_higher_bound(string model, string plural)
    {
        var result = Geyser(model);
        var better = Assert.Single(result.Findings, finding => finding.Code == $"better-number-of-{plural}");
        Assert.Equal((2, $"model.{plural}"), (better.Figures[plural], better.Setting!.Path));
        var bounds = result.Diagnostics["bounds"]!.AsArray();
        Assert.Equal([1, 2], bounds.Select(one => one![plural]!.GetValue<int>()));
        Assert.Equal(better.Figures["gain"], Bound(1) - Bound(0), 1e-9 * System.Math.Abs(Bound(0)));
        Assert.Contains(result.Exhibits, exhibit => exhibit.Id == $"number-of-{plural}");

        double Bound(int i) => bounds[i]!["elbo"]!.GetValue<double>() + bounds[i]!["logLabellings"]!.GetValue<double>();
    }

    /// <summary>Two components hold rows, so that any two of them can change their labels.</summary>
    [Theory]
    [InlineData("dirichlet", 2)]
    [InlineData("stick-breaking", 1)]
    public void Bounds_are_compared_with_the_number_of_equal_labellings(string weights, double labellings)
    {
        var result = Geyser(
            $"\"type\": \"gaussian-mixture\", \"weights\": \"{weights}\", \"components\": 2, \"compareComponents\": [3]"
        );
        var own = result.Diagnostics["bounds"]!.AsArray()[0]!;
        Assert.Equal(System.Math.Log(labellings), own["logLabellings"]!.GetValue<double>(), 1e-12);
    }

    [Fact]
    public void A_mixture_that_uses_all_components_is_not_told_to_take_more() =>
        Assert.DoesNotContain(
            Geyser("\"type\": \"gaussian-mixture\", \"components\": 2").Findings,
            finding => finding.Setting is { Path: "model.components" }
        );
}
