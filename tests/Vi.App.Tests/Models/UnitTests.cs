using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Data in another unit give the same answer in that unit, under default settings.</summary>
public sealed class UnitTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Model, inference, columns that change their unit, and by quantity the power of the factor that its entries change by.</summary>
    private static readonly Dictionary<
        string,
        (string Model, string Inference, string Columns, (string, int)[] Powers)
    > Cases = new()
    {
        ["mean and precision"] = (
            """{ "type": "gaussian-mean-precision" }""",
            """{ "algorithm": "cavi" }""",
            "a",
            [("mu", 1), ("sigma", 1), ("tau", -2)]
        ),
        ["regression, target"] = (
            """{ "type": "linear-regression" }""",
            """{ "algorithm": "cavi" }""",
            "y",
            [("w", 1), ("b", 1), ("sigma", 1)]
        ),
        ["regression, columns"] = (
            """{ "type": "linear-regression" }""",
            """{ "algorithm": "cavi" }""",
            "abc",
            [("w", -1), ("b", 0), ("sigma", 0)]
        ),
        ["regression with ard, columns"] = (
            """{ "type": "linear-regression", "ard": true }""",
            """{ "algorithm": "cavi" }""",
            "abc",
            [("w", -1), ("sigma", 0)]
        ),
        ["regression through the origin, target"] = (
            """{ "type": "linear-regression", "intercept": false }""",
            """{ "algorithm": "cavi" }""",
            "y",
            [("w", 1), ("sigma", 1)]
        ),
        ["logistic, columns"] = (
            """{ "type": "logistic-regression" }""",
            """{ "algorithm": "cavi" }""",
            "abc",
            [("w", -1), ("b", 0)]
        ),
        ["mixture"] = (
            """{ "type": "gaussian-mixture", "components": 2 }""",
            """{ "algorithm": "cavi", "restarts": 2 }""",
            "abc",
            [("mu", 1), ("pi", 0)]
        ),
        ["diagonal mixture"] = (
            """{ "type": "gaussian-mixture", "components": 2, "covariance": "diagonal" }""",
            """{ "algorithm": "cavi", "restarts": 2 }""",
            "abc",
            [("mu", 1), ("pi", 0)]
        ),
        ["regimes"] = (
            """{ "type": "regime-switching", "states": 2 }""",
            """{ "algorithm": "cavi", "restarts": 2 }""",
            "abc",
            [("mu", 1), ("A", 0)]
        ),
        ["factors"] = (
            """{ "type": "factor-model", "factors": 2 }""",
            """{ "algorithm": "cavi" }""",
            "abc",
            [("B", 1), ("psi", 2)]
        ),
        ["factors of known precision"] = (
            """{ "type": "factor-model", "factors": 1, "ard": false }""",
            """{ "algorithm": "cavi" }""",
            "abc",
            [("B", 1), ("psi", 2)]
        ),
        ["one column of a table of factors"] = (
            """{ "type": "factor-model", "factors": 1 }""",
            """{ "algorithm": "cavi" }""",
            "a",
            [("alpha", 0)]
        ),
    };

    /// <summary>Algorithms with random steps.</summary>
    private static readonly Dictionary<
        string,
        (string Model, string Inference, string Columns, (string, int)[] Powers)
    > Drawn = new()
    {
        ["network, target"] = (
            """{ "type": "bayesian-neural-network", "hidden": [4] }""",
            """{ "algorithm": "advi", "family": "mean-field", "maxIterations": 200 }""",
            "y",
            [("sigma", 1)]
        ),
        ["network, columns"] = (
            """{ "type": "bayesian-neural-network", "hidden": [4] }""",
            """{ "algorithm": "advi", "family": "mean-field", "maxIterations": 200 }""",
            "abc",
            [("sigma", 0)]
        ),
        ["volatility"] = (
            """{ "type": "stochastic-volatility" }""",
            """{ "algorithm": "nuts", "chains": 1, "warmup": 50, "samples": 50 }""",
            "a",
            [("phi", 0), ("sigma", 0), ("mean", 1)]
        ),
    };

    public static TheoryData<string, double> InAnyUnit()
    {
        TheoryData<string, double> all = [];
        foreach (var name in Cases.Keys)
        {
            foreach (var factor in new[] { 1e-6, 1e-2, 100, 1e6 })
            {
                all.Add(name, factor);
            }
        }

        foreach (var name in Drawn.Keys)
        {
            all.Add(name, double.ScaleB(1, -20));
            all.Add(name, double.ScaleB(1, 20));
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(InAnyUnit))]
    public void Data_in_another_unit_give_the_answer_in_that_unit(string name, double factor)
    {
        var (model, inference, columns, powers) = Cases.TryGetValue(name, out var found) ? found : Drawn[name];
        // Random steps branch on the last digits of log p, which its constant changes; what so few of them find differs by their own error.
        var isExact = Cases.ContainsKey(name);
        var before = Run(model, inference, columns, 1);
        var after = Run(model, inference, columns, factor);
        foreach (var (quantity, power) in powers)
        {
            var change = System.Math.Pow(factor, power);
            var (own, other) = (before.Posterior[quantity], after.Posterior[quantity]);
            for (var i = 0; i < own.Count; i++)
            {
                var sd = own.Sd[i] * change;
                Assert.True(
                    System.Math.Abs(other.Mean[i] - (own.Mean[i] * change))
                        <= (isExact ? 1e-3 * sd : sd + (0.2 * System.Math.Abs(own.Mean[i] * change))),
                    $"mean of {own.EntryName(i)}: {other.Mean[i]} where {own.Mean[i] * change} is right"
                );
                Assert.InRange(other.Sd[i] / sd, isExact ? 0.999 : 0.3, isExact ? 1.001 : 3);
            }
        }
    }

    /// <summary>One column a model reads is not changed by the unit of another: the prior of each is in its own.</summary>
    private RunResult Run(string model, string inference, string scaled, double factor)
    {
        var needsTarget = scaled.Contains('y') || model.Contains("regression") || model.Contains("network");
        var isLabel = model.Contains("logistic");
        var isOne = model.Contains("precision") || model.Contains("volatility");
        var random = new Random(5);
        var text = new StringBuilder(
            isOne ? "a\n"
            : needsTarget ? "a,b,c,y\n"
            : "a,b,c\n"
        );
        for (var n = 0; n < 120; n++)
        {
            var group = n / 30 % 2;
            var common = Normal(random);
            double[] x =
            [
                (3 * group) + common + (0.3 * Normal(random)),
                5 + (2 * common) + (0.7 * Normal(random)),
                (0.2 * Normal(random)) - group,
            ];
            var y = 1 + (0.8 * x[0]) - (0.3 * x[1]) + (0.5 * Normal(random));
            double[] row =
                isOne ? [x[0]]
                : needsTarget ? [.. x, isLabel ? (y > 1.5 ? 1 : 0) : y]
                : x;
            text.AppendLine(
                string.Join(
                    ',',
                    row.Select(
                        (value, j) =>
                            (value * (scaled.Contains("abcy"[j]) ? factor : 1)).ToString(
                                "R",
                                CultureInfo.InvariantCulture
                            )
                    )
                )
            );
        }

        workspace.Write("rows.csv", text.ToString());
        var outcome = workspace.RunText(
            $$"""
            { "name": "it", "data": { "csv": "rows.csv" }, "model": {{model}}, "inference": {{inference}},
              "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("it");
    }

    private static double Normal(Random random) =>
        System.Math.Sqrt(-2 * System.Math.Log(1 - random.NextDouble()))
        * System.Math.Cos(2 * System.Math.PI * random.NextDouble());
}
