using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>
/// With <c>standardize</c> the numbers of priors count in standard deviations of the columns, and answers are in the columns' own unit: those of columns
/// that were standardised by hand, carried over.
/// </summary>
public sealed class StandardizedTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>
    /// How a quantity of standardised columns becomes one of the columns: times its column's standard deviation to a power, plus the mean where it is a
    /// location.
    /// </summary>
    private sealed record Unit(string Quantity, int Power, bool IsLocation = false);

    private static readonly Unit[] Weights = [new("w", -1)];
    private static readonly Unit[] Normals = [new("mu", 1, IsLocation: true), new("sigma", 1)];
    private static readonly Unit[] Factors = [new("B", 1), new("psi", 2)];

    /// <summary>Model, columns, and units of its quantities.</summary>
    private static readonly Dictionary<string, (string Model, string Columns, Unit[] Units)> Cases = new()
    {
        ["mean"] = (
            """{ "type": "gaussian-mean", "priorMean": 0.2, "priorSd": 0.3, "noiseSd": 2 }""",
            "a",
            [new("mu", 1, IsLocation: true)]
        ),
        ["mean and precision"] = ("""{ "type": "gaussian-mean-precision" }""", "a", [.. Normals, new("tau", -2)]),
        ["mean and precision, given"] = (
            """{ "type": "gaussian-mean-precision", "m0": 0.5, "kappa0": 20, "b0": 30, "a0": 20 }""",
            "a",
            [.. Normals, new("tau", -2)]
        ),
        ["regression"] = ("""{ "type": "linear-regression" }""", "abcy", Weights),
        ["regression, given"] = ("""{ "type": "linear-regression", "alpha": 40 }""", "abcy", Weights),
        ["relevance"] = ("""{ "type": "linear-regression", "ard": true }""", "abcy", Weights),
        ["relevance, given"] = (
            """{ "type": "linear-regression", "ard": true, "ardShape": 2, "ardRate": 0.1 }""",
            "abcy",
            [.. Weights, new("alpha", 0)]
        ),
        ["regression without intercept, given"] = (
            """{ "type": "linear-regression", "intercept": false, "alpha": 40 }""",
            "abcy",
            Weights
        ),
        ["logistic"] = ("""{ "type": "logistic-regression" }""", "abcl", Weights),
        ["logistic, given"] = ("""{ "type": "logistic-regression", "priorSd": 0.4 }""", "abcl", Weights),
        ["logistic without intercept, given"] = (
            """{ "type": "logistic-regression", "intercept": false, "priorSd": 0.4 }""",
            "abcl",
            Weights
        ),
        ["mixture"] = ("""{ "type": "gaussian-mixture", "components": 2 }""", "abc", [.. Normals, new("pi", 0)]),
        ["mixture, given"] = (
            """{ "type": "gaussian-mixture", "components": 2, "m0": [0.5, 0, -1], "beta0": 5, "nu0": 9, "W0": [[0.4, 0.1, 0], [0.1, 0.3, 0], [0, 0, 0.5]] }""",
            "abc",
            Normals
        ),
        ["diagonal mixture"] = (
            """{ "type": "gaussian-mixture", "components": 2, "covariance": "diagonal" }""",
            "abc",
            Normals
        ),
        ["regimes"] = ("""{ "type": "regime-switching", "states": 2 }""", "abc", [.. Normals, new("A", 0)]),
        ["regimes, given"] = (
            """{ "type": "regime-switching", "states": 2, "m0": [0.5, 0, -1], "beta0": 5, "W0": [[0.4, 0.1, 0], [0.1, 0.3, 0], [0, 0, 0.5]] }""",
            "abc",
            Normals
        ),
        ["factors"] = ("""{ "type": "factor-model", "factors": 1 }""", "abc", Factors),
        ["factors, given"] = (
            """{ "type": "factor-model", "factors": 1, "ard": false, "loadingSd": 0.3, "b0": 4 }""",
            "abc",
            Factors
        ),
        ["factors, uncentred, with a relevance rate"] = (
            """{ "type": "factor-model", "factors": 1, "center": false, "ardRate": 2, "ardShape": 3 }""",
            "abc",
            Factors
        ),
    };

    public static TheoryData<string> All => [.. Cases.Keys];

    public static TheoryData<string> WithDefaultPriors =>
        [.. Cases.Keys.Where(name => !name.Contains(',') && name != "mean")];

    [Theory]
    [MemberData(nameof(All))]
    public void The_answer_is_that_of_columns_standardised_by_hand_in_their_own_unit(string name)
    {
        var (model, columns, units) = Cases[name];
        var (rows, moments) = Table(columns);
        var standardised = rows.Select(row => row.Select((x, j) => (x - moments[j].Mean) / moments[j].Sd).ToArray());
        var own = Run(model, columns, rows, standardize: true);
        var byHand = Run(model, columns, standardised, standardize: false);
        foreach (var unit in units)
        {
            var (expected, found) = (byHand.Posterior[unit.Quantity], own.Posterior[unit.Quantity]);
            for (var i = 0; i < expected.Count; i++)
            {
                var (mean, sd) = ColumnOf(expected, i, columns) is >= 0 and var j ? moments[j] : (0, 1);
                var factor = System.Math.Pow(sd, unit.Power);
                // The sign of a factor is free.
                var sign = unit.Quantity == "B" ? System.Math.Sign(expected.Mean[0] * found.Mean[0]) : 1;
                var at = (unit.IsLocation ? mean : 0) + (sign * factor * expected.Mean[i]);
                var spread = factor * expected.Sd[i];
                Assert.InRange(found.Mean[i], at - (1e-3 * spread), at + (1e-3 * spread));
                Assert.InRange(found.Sd[i] / spread, 0.999, 1.001);
            }
        }

        // The density of the columns in their own unit; a regression has one of its target alone, which is not standardised.
        var isRegression = model.Contains("regression");
        var jacobian = isRegression ? 0 : moments.Sum(column => rows.Length * System.Math.Log(column.Sd));
        Assert.Equal(byHand.Elbo!.Value - jacobian, own.Elbo!.Value, 0.01);
    }

    [Theory]
    [MemberData(nameof(WithDefaultPriors))]
    public void Default_priors_follow_the_columns_with_and_without(string name)
    {
        var (model, columns, units) = Cases[name];
        var (rows, _) = Table(columns);
        var (with, without) = (Run(model, columns, rows, true), Run(model, columns, rows, false));
        Assert.Equal(without.Elbo!.Value, with.Elbo!.Value, 1e-6);
        foreach (var quantity in units.Select(unit => unit.Quantity))
        {
            Assert.Equal(without.Posterior[quantity].Mean, with.Posterior[quantity].Mean);
            Assert.Equal(without.Posterior[quantity].Sd, with.Posterior[quantity].Sd);
        }
    }

    [Theory]
    [InlineData("linear-regression", "abcy", "cavi")]
    [InlineData("logistic-regression", "abcl", "cavi")]
    [InlineData("linear-regression", "abcy", "laplace")]
    public void Weights_are_shown_in_both_units_their_own_first(string type, string columns, string algorithm)
    {
        var (rows, moments) = Table(columns);
        var model = $$"""{ "type": "{{type}}" }""";
        var result = Run(model, columns, rows, standardize: true, $$"""{ "algorithm": "{{algorithm}}" }""");
        var (w, beta) = (result.Posterior["w"], result.Posterior["beta"]);
        for (var j = 0; j < w.Count; j++)
        {
            Assert.Equal(w.Mean[j] * moments[j].Sd, beta.Mean[j], 1e-9);
            Assert.Equal(w.Sd[j] * moments[j].Sd, beta.Sd[j], 1e-9);
            Assert.Equal(w.Q05[j] * moments[j].Sd, beta.Q05[j], 1e-9);
        }

        Assert.Equal(("w", null), (beta.Restates, w.Restates));
        var ids = result.Exhibits.Select(exhibit => exhibit.Id).ToList();
        Assert.InRange(ids.IndexOf("intervals-beta"), ids.IndexOf("intervals-w") + 1, ids.Count - 1);
        Assert.Null(Run(model, columns, rows, standardize: false).Posterior.Find("beta"));
    }

    [Fact]
    public void Figures_have_axes_in_the_columns_own_unit()
    {
        var (rows, moments) = Table("abc");
        var result = Run("""{ "type": "gaussian-mixture", "components": 2 }""", "ab", rows, standardize: true);
        var clusters = result.Exhibits.OfType<XyChart>().Single(chart => chart.Id == "clusters");
        Assert.Equal(("a", "b"), (clusters.X.Title, clusters.Y.Title));
        var values = clusters.Series.Where(series => series.Style == "points").SelectMany(series => series.Y).ToList();
        Assert.Equal(moments[1].Mean, values.Average(), 1e-9 * moments[1].Sd);
    }

    /// <summary>The column that an entry belongs to; less than 0 where it belongs to none.</summary>
    private static int ColumnOf(Quantity quantity, int entry, string columns) =>
        quantity.IsScalar
            ? 0
            : columns
                .Select((name, j) => (Name: name.ToString(), Place: j))
                .Where(column => quantity.EntryLabel(entry).Split(", ").Contains(column.Name))
                .Select(column => column.Place)
                .DefaultIfEmpty(-1)
                .First();

    /// <summary>Columns of unlike sizes and places, targets y or labels l last; targets have mean 0 and standard deviation 1 for what follows.</summary>
    private static (double[][] Rows, (double Mean, double Sd)[] Moments) Table(string columns)
    {
        var random = new Random(5);
        var rows = new double[120][];
        for (var n = 0; n < rows.Length; n++)
        {
            var group = n / 30 % 2;
            var common = Normal(random);
            double[] x =
            [
                700 + (30 * group) + (10 * common) + (3 * Normal(random)),
                -5 + (0.02 * common) + (0.01 * Normal(random)),
                (20 * Normal(random)) - (100 * group),
            ];
            var y = 1 + (0.08 * (x[0] - 715)) - (15 * (x[1] + 5)) + (0.5 * Normal(random));
            rows[n] =
            [
                .. columns.Select(column =>
                    column switch
                    {
                        'y' => y,
                        'l' => y > 1 ? 1 : 0,
                        _ => x["abc".IndexOf(column)],
                    }
                ),
            ];
        }

        return (
            rows,
            [
                .. columns.Select(
                    (column, j) =>
                    {
                        if (column is 'y' or 'l')
                        {
                            return (0.0, 1.0);
                        }

                        var mean = rows.Average(row => row[j]);
                        return (
                            mean,
                            System.Math.Sqrt(rows.Sum(row => (row[j] - mean) * (row[j] - mean)) / (rows.Length - 1))
                        );
                    }
                ),
            ]
        );
    }

    private RunResult Run(
        string model,
        string columns,
        IEnumerable<double[]> rows,
        bool standardize,
        string inference =
            """{ "algorithm": "cavi", "restarts": 2, "tolerance": 1e-10, "maxIterations": 5000, "check": "none" }"""
    )
    {
        var lines = rows.Select(row =>
            string.Join(',', row.Take(columns.Length).Select(x => x.ToString("R", CultureInfo.InvariantCulture)))
        );
        workspace.Write("rows.csv", string.Join(',', columns.ToCharArray()) + "\n" + string.Join('\n', lines));
        var outcome = workspace.RunText(
            $$"""
            { "name": "it", "data": { "csv": "rows.csv", "standardize": {{(standardize ? "true" : "false")}} },
              "model": {{model}}, "inference": {{inference}}, "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("it");
    }

    private static double Normal(Random random) =>
        System.Math.Sqrt(-2 * System.Math.Log(1 - random.NextDouble()))
        * System.Math.Cos(2 * System.Math.PI * random.NextDouble());
}
