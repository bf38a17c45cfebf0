using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary>What <c>vilab predict</c> answers by each model.</summary>
public sealed class PredictModelTests : PredictedRuns
{
    [Fact]
    public void A_logistic_regression_gives_classes_by_name_and_a_sampler_agrees()
    {
        var table = new StringBuilder("x,passed\n");
        var random = new RandomStream(3);
        for (var i = 0; i < 150; i++)
        {
            var x = random.NextNormal();
            table.Append(CultureInfo.InvariantCulture, $"{Text(x)},{(random.NextNormal() < x ? "yes" : "no")}\n");
        }

        Workspace.Write("train.csv", table.ToString());
        Fit(""" "csv": "train.csv" """, "\"type\": \"logistic-regression\"");
        var rows = Predicted("x\n-3\n3\n");
        Assert.Equal(["no", "yes"], rows.Select(row => row["class"]));
        var fit = FittedModel.Load(Workspace.Path("out", "fit", "posterior.json"));
        Assert.Equal(["no", "yes"], fit.Classes);
        Assert.Contains(
            "probability is that of passed = yes",
            Workspace.Run("predict", "out/fit", "new.csv").Error,
            StringComparison.Ordinal
        );
        Fit(
            """ "csv": "train.csv" """,
            "\"type\": \"logistic-regression\"",
            """{ "algorithm": "nuts", "chains": 2, "warmup": 300, "samples": 500 }"""
        );
        var drawn = Predicted("x\n-3\n0.3\n3\n");
        Assert.Equal(Number(rows[1], "probability"), Number(drawn[2], "probability"), 0.03);
    }

    [Fact]
    public void A_mixture_gives_components_and_a_density_that_adds_up_to_one()
    {
        var table = new StringBuilder("x\n");
        var random = new RandomStream(9);
        for (var i = 0; i < 200; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{Text(random.NextNormal() + (i % 2 * 8))}\n");
        }

        Workspace.Write("train.csv", table.ToString());
        Fit(
            """ "csv": "train.csv" """,
            "\"type\": \"gaussian-mixture\", \"components\": 3",
            """{ "algorithm": "cavi", "restarts": 3 }""",
            """, "output": { "rows": true } """
        );
        var grid = string.Join('\n', Enumerable.Range(0, 6001).Select(i => Text(-100 + (i / 30.0))));
        var rows = Predicted($"x\n{grid}\n");
        Assert.Equal(1, rows.Sum(row => System.Math.Exp(Number(row, "logDensity"))) / 30, 1e-3);
        Assert.All(
            rows,
            row => Assert.Equal(1, Number(row, "p[1]") + Number(row, "p[2]") + Number(row, "p[3]"), 1e-12)
        );
        Assert.All(rows, row => Assert.Equal(row["probability"], row[$"p[{row["component"]}]"]));
        var own = File.ReadAllText(Workspace.Path("out", "fit", "rows.csv"));
        Workspace.Write("own.csv", table.ToString());
        Assert.Equal(own, Workspace.Run("predict", "out/fit", "own.csv").Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Regimes_go_on_after_the_fitted_rows()
    {
        string Day(int day, double x) => $"{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},{Text(x)}";
        var random = new RandomStream(4);
        var days = Enumerable
            .Range(0, 160)
            .Select(i => Day(i, (i / 40 % 2 == 0 ? 1 : 5) * random.NextNormal()))
            .ToList();
        Workspace.Write("train.csv", "day,r\n" + string.Join('\n', days.Take(150)) + "\n");
        Fit(
            """ "csv": "train.csv" """,
            "\"type\": \"regime-switching\", \"states\": 2",
            """{ "algorithm": "cavi", "restarts": 3 }"""
        );
        var whole = Predicted("day,r\n" + string.Join('\n', days) + "\n");
        var after = Predicted("day,r\n" + string.Join('\n', days.Skip(150)) + "\n");
        Assert.Equal(10, after.Count);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Number(whole[150 + i], "p[1]"), Number(after[i], "p[1]"), 1e-12);
            Assert.Equal(1, Number(after[i], "next[1]") + Number(after[i], "next[2]"), 1e-12);
        }
    }

    [Fact]
    public void A_factor_model_completes_rows_with_gaps()
    {
        var table = new StringBuilder("a,b,c\n");
        var random = new RandomStream(8);
        for (var i = 0; i < 200; i++)
        {
            var f = random.NextNormal();
            table.Append(
                CultureInfo.InvariantCulture,
                $"{Text(1 + f)},{Text((2 * f) + (0.1 * random.NextNormal()))},{Text(-f + (0.1 * random.NextNormal()))}\n"
            );
        }

        Workspace.Write("train.csv", table.ToString());
        Fit(""" "csv": "train.csv" """, "\"type\": \"factor-model\", \"factors\": 1");
        var rows = Predicted("c,a,b\n-1,2,\n,,\n");
        Assert.Equal("2", rows[0]["a"]);
        Assert.Equal("0", rows[0]["a.sd"]);
        Assert.Equal(2, Number(rows[0], "b"), 0.2);
        Assert.InRange(Number(rows[0], "b.sd"), 0.05, 0.3);
        Assert.InRange(Number(rows[1], "b.sd"), 1.5, 2.5);
    }

    [Fact]
    public void Normal_samples_predict_the_next_number_and_programs_nothing()
    {
        Workspace.Write("train.csv", "x\n1\n2\n3\n4\n");
        Fit(""" "csv": "train.csv" """, "\"type\": \"gaussian-mean\", \"priorSd\": 100, \"noiseSd\": 2");
        var row = Predicted("x\n7\n")[0];
        // Precision 4 / 4 + 1e-4, so the mean's variance is 1 / 1.0001.
        Assert.Equal(2.5 / 1.0001, Number(row, "mean"), 1e-12);
        Assert.Equal(System.Math.Sqrt(4 + (1 / 1.0001)), Number(row, "sd"), 1e-12);
        Fit(
            """ "csv": "train.csv" """,
            "\"type\": \"gaussian-mean-precision\"",
            """{ "algorithm": "nuts", "chains": 2, "warmup": 300, "samples": 500 }"""
        );
        Assert.InRange(Number(Predicted("x\n7\n")[0], "mean"), 1, 4);
        Fit(
            """ "csv": "train.csv" """,
            "\"type\": \"gaussian-mixture\", \"components\": 2",
            """{ "algorithm": "laplace" }"""
        );
        Assert.Contains("predicts no new rows", Refused("x\n7\n"), StringComparison.Ordinal);
        Assert.Contains("\"algorithm\": \"cavi\"", Refused("x\n7\n"), StringComparison.Ordinal);
    }
}
