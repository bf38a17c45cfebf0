using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>A report shows the formulas that hold for its algorithm.</summary>
public sealed class FormulaTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    /// <inheritdoc />
    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("cavi", true)]
    [InlineData("laplace", false)]
    public void Updates_and_bounds_are_shown_where_coordinate_ascent_made_them(string algorithm, bool shown)
    {
        var outcome = workspace.RunText(
            $$"""
            {
              "name": "it",
              "data": { "synthetic": { "generator": "logistic-regression", "n": 60, "weights": [1, -1] } },
              "model": { "type": "logistic-regression", "priorSd": 2 },
              "inference": { "algorithm": "{{algorithm}}" }
            }
            """
        );
        Assert.Equal(0, outcome.Code);
        var model = workspace.Result("it").Model;
        Assert.Contains(model.Formulas, formula => formula.Label == "Target");
        Assert.Equal(shown, model.Formulas.Any(formula => formula.Holds == FormulaScope.CoordinateAscent));
        Assert.Equal(shown, model.Formulas.Any(formula => formula.Holds == FormulaScope.Bound));
        Assert.Equal(shown, model.Approximation.Contains("too small", StringComparison.Ordinal));
        Assert.DoesNotContain("too small", model.Summary, StringComparison.Ordinal);
    }
}
