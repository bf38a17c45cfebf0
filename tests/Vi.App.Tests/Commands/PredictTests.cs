using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary><c>vilab predict</c> end to end: new rows by the stored posterior of a run.</summary>
public sealed class PredictTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>y = 1 + 2 x - 3 [b] + noise, with a date and a text for each row.</summary>
    private static string Table(int rows, ulong seed, int first = 0)
    {
        var random = new RandomStream(seed);
        var text = new StringBuilder("day,x,kind,y\n");
        for (var i = 0; i < rows; i++)
        {
            var (x, isB) = (random.NextNormal(), random.NextNormal() > 0);
            var y = 1 + (2 * x) - (isB ? 3 : 0) + (0.5 * random.NextNormal());
            text.Append(
                CultureInfo.InvariantCulture,
                $"{new DateTime(2024, 1, 1).AddDays(first + i):yyyy-MM-dd},{Text(x)},{(isB ? "b" : "a")},{Text(y)}\n"
            );
        }

        return text.ToString();
    }

    private void Fit(string data, string model, string inference = """{ "algorithm": "cavi" }""", string more = "")
    {
        var outcome = workspace.RunText(
            $$"""
            { "name": "fit", "data": { {{data}} }, "model": { {{model}} }, "inference": {{inference}},
              "report": { "enabled": false }{{more}} }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private void FitRegression(string data = "", string inference = """{ "algorithm": "cavi" }""", string more = "")
    {
        workspace.Write("train.csv", Table(200, 1));
        Fit(
            $$""" "csv": "train.csv", "columns": ["x", "kind"], "target": "y"{{data}} """,
            "\"type\": \"linear-regression\"",
            inference,
            more
        );
    }

    /// <summary>Cells by row and name.</summary>
    private static List<Dictionary<string, string>> Cells(string csv)
    {
        var lines = csv.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r').Split(',')).ToList();
        return
        [
            .. lines
                .Skip(1)
                .Select(cells => lines[0].Zip(cells).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal)),
        ];
    }

    private List<Dictionary<string, string>> Predicted(string data, string run = "out/fit")
    {
        workspace.Write("new.csv", data);
        var outcome = workspace.Run("predict", run, "new.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        return Cells(outcome.Out);
    }

    private string Refused(string data, string run = "out/fit")
    {
        workspace.Write("new.csv", data);
        var outcome = workspace.Run("predict", run, "new.csv");
        Assert.Equal(2, outcome.Code);
        Assert.Empty(outcome.Out);
        return outcome.Error;
    }

    private static double Number(Dictionary<string, string> row, string name) =>
        double.Parse(row[name], CultureInfo.InvariantCulture);

    [Fact]
    public void A_regression_predicts_by_the_stored_factors()
    {
        FitRegression();
        var rows = Predicted("day,x,kind\n2025-01-01,0.5,b\n2025-01-02,-1,a\n");
        Assert.Equal(["2025-01-01", "2025-01-02"], rows.Select(row => row["day"]));
        var fit = FittedModel.Load(workspace.Path("out", "fit", "posterior.json"));
        var (centre, w) = (fit.Numbers("centre").Values, fit.Numbers("w.mean").Values);
        var factor = fit.Numbers("w.precisionFactor").Values;
        double[][] points =
        [
            [0.5, 1],
            [-1, 0],
        ];
        for (var i = 0; i < 2; i++)
        {
            double[] away = [points[i][0] - centre[0], points[i][1] - centre[1]];
            var mean = fit.Numbers("b.mean").Values[0] + (away[0] * w[0]) + (away[1] * w[1]);
            // x' (L L')^-1 x by forward substitution, with E[1 / tau] = rate / (shape - 1).
            var u = away[0] / factor[0];
            var v = (away[1] - (factor[2] * u)) / factor[3];
            var noise = fit.Numbers("tau.rate").Values[0] / (fit.Numbers("tau.shape").Values[0] - 1);
            var variance = fit.Numbers("b.variance").Values[0] + (u * u) + (v * v) + noise;
            Assert.Equal(mean, Number(rows[i], "mean"), 1e-12 * (1 + System.Math.Abs(mean)));
            Assert.Equal(System.Math.Sqrt(variance), Number(rows[i], "sd"), 1e-12);
            Assert.Equal(Number(rows[i], "mean"), Number(rows[i], "q50"), 1e-12);
        }

        Assert.Equal(1 + (2 * 0.5) - 3, Number(rows[0], "mean"), 0.3);
    }

    [Fact]
    public void Order_of_columns_further_columns_and_the_target_change_nothing()
    {
        FitRegression();
        var plain = Predicted("x,kind\n0.5,b\n-1,a\n2,a\n");
        var other = Predicted("y,kind,z,x\n7,b,1,0.5\n8,a,2,-1\n9,a,3,2\n");
        Assert.Equal(plain.Select(row => row["q05"]), other.Select(row => row["q05"]));
        var alone = Predicted("x,kind\n-1,a\n");
        Assert.Equal(plain[1]["q95"], alone[0]["q95"]);
        var outcome = workspace.Run("predict", "out/fit", "new.csv");
        Assert.DoesNotContain("not used", outcome.Error, StringComparison.Ordinal);
        workspace.Write("new.csv", "x,kind,z\n0.5,b,1\n");
        Assert.Contains(
            "Columns not used: z.",
            workspace.Run("predict", "out/fit", "new.csv").Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_cannot_be_read_is_refused_with_its_place()
    {
        FitRegression();
        Assert.Contains(
            "new.csv: there is no column \"kind\", which the fit reads",
            Refused("x\n1\n"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "new.csv, line 3, column \"x\": \"tall\" is not a number",
            Refused("x,kind\n1,a\ntall,b\n"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "new.csv, line 2, column \"x\": \"tall\" is not a number",
            Refused("x,kind\ntall,b\n"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "new.csv, line 3, column \"kind\": \"c\" does not occur",
            Refused("x,kind\n1,a\n2,c\n"),
            StringComparison.Ordinal
        );
        Assert.Contains("which have a, b", Refused("x,kind\n1,a\n2,c\n"), StringComparison.Ordinal);
        Assert.Contains(
            "line 3, column \"x\": the cell is empty",
            Refused("x,kind\n1,a\n,b\n"),
            StringComparison.Ordinal
        );
        Assert.Contains("there is no such run", Refused("x,kind\n1,a\n", "out/nothing"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_an_older_build_and_a_damaged_posterior_are_refused()
    {
        FitRegression();
        var path = workspace.Path("out", "fit", "posterior.json");
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace("\"version\":1", "\"version\":9", StringComparison.Ordinal));
        Assert.Contains("its version is 9", Refused("x,kind\n1,a\n"), StringComparison.Ordinal);
        File.WriteAllText(path, text[..(text.Length / 2)]);
        Assert.Contains("damaged", Refused("x,kind\n1,a\n"), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("holds no posterior.json", Refused("x,kind\n1,a\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Transforms_and_units_of_the_run_are_taken_back()
    {
        FitRegression();
        var plain = Predicted("x,kind\n0.5,b\n-1,a\n");
        FitRegression(""", "transform": { "y": ["standardize"], "x": ["standardize"] } """);
        var scaled = Predicted("x,kind\n0.5,b\n-1,a\n");
        FitRegression(""", "standardize": true """);
        var unit = Predicted("x,kind\n0.5,b\n-1,a\n");
        for (var i = 0; i < 2; i++)
        {
            // Default priors are in the columns' own size, so that the answer is the same but for rounding of the sweeps.
            Assert.Equal(Number(plain[i], "mean"), Number(scaled[i], "mean"), 1e-5);
            Assert.Equal(Number(plain[i], "sd"), Number(scaled[i], "sd"), 1e-5);
            Assert.Equal(Number(plain[i], "q95"), Number(unit[i], "q95"), 1e-5);
        }
    }

    [Fact]
    public void A_logarithm_of_the_target_goes_back_in_quantiles()
    {
        var table = new StringBuilder("x,y\n");
        var random = new RandomStream(5);
        for (var i = 0; i < 100; i++)
        {
            var x = System.Math.Exp(0.3 * random.NextNormal());
            table.Append(
                CultureInfo.InvariantCulture,
                $"{Text(x)},{Text(3 * x * x * System.Math.Exp(0.1 * random.NextNormal()))}\n"
            );
        }

        workspace.Write("train.csv", table.ToString());
        Fit(""" "csv": "train.csv", "transform": { "x": ["log"], "y": ["log"] } """, "\"type\": \"linear-regression\"");
        var row = Predicted("x\n2\n")[0];
        Assert.Equal(["row", "q05", "q50", "q95"], row.Keys);
        Assert.Equal(12, Number(row, "q50"), 0.5);
        Assert.Contains(
            "line 3, column \"x\": -1 has no finite logarithm",
            Refused("x\n2\n-1\n"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Intervals_of_a_regression_cover_what_comes()
    {
        FitRegression();
        var rows = Predicted(Table(2000, 77));
        var came = Cells(Table(2000, 77)).ConvertAll(row => Number(row, "y"));
        var inside = rows.Zip(came)
            .Count(p => Number(p.First, "q05") <= p.Second && p.Second <= Number(p.First, "q95"));
        // 0.9 within four standard errors of 2000 rows, and of the fit's own noise, whose standard deviation 200 rows tell to 5 %.
        Assert.InRange(inside / 2000.0, 0.9 - 0.055, 0.9 + 0.055);
    }

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

        workspace.Write("train.csv", table.ToString());
        Fit(""" "csv": "train.csv" """, "\"type\": \"logistic-regression\"");
        var rows = Predicted("x\n-3\n3\n");
        Assert.Equal(["no", "yes"], rows.Select(row => row["class"]));
        var fit = FittedModel.Load(workspace.Path("out", "fit", "posterior.json"));
        Assert.Equal(["no", "yes"], fit.Classes);
        Assert.Contains(
            "probability is that of passed = yes",
            workspace.Run("predict", "out/fit", "new.csv").Error,
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

        workspace.Write("train.csv", table.ToString());
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
        var own = File.ReadAllText(workspace.Path("out", "fit", "rows.csv"));
        workspace.Write("own.csv", table.ToString());
        Assert.Equal(own, workspace.Run("predict", "out/fit", "own.csv").Out.ReplaceLineEndings("\n"));
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
        workspace.Write("train.csv", "day,r\n" + string.Join('\n', days.Take(150)) + "\n");
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

        workspace.Write("train.csv", table.ToString());
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
        workspace.Write("train.csv", "x\n1\n2\n3\n4\n");
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

    [Fact]
    public void Answers_go_to_a_file_or_as_json()
    {
        FitRegression();
        workspace.Write("new.csv", "x,kind\n0.5,b\n");
        var outcome = workspace.Run("predict", "out/fit/result.json", "new.csv", "--out", "answers/p.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Empty(outcome.Out);
        Assert.StartsWith(
            "row,mean,sd,q05,q50,q95\n1,",
            File.ReadAllText(workspace.Path("answers", "p.csv")),
            StringComparison.Ordinal
        );
        var json = System.Text.Json.Nodes.JsonNode.Parse(
            workspace.Run("predict", "out/fit/posterior.json", "new.csv", "--json").Out
        )!;
        Assert.Equal("linear-regression", (string)json["model"]!);
        Assert.Equal(-1, (double)json["rows"]![0]!["mean"]!, 0.3);
    }

    [Fact]
    public void Several_fits_are_told_apart_by_their_files()
    {
        FitRegression(
            inference: """[{ "algorithm": "cavi" }, { "algorithm": "nuts", "chains": 2, "warmup": 300, "samples": 500 }]"""
        );
        Assert.Contains("holds 2 fits; name the file of one", Refused("x,kind\n0.5,b\n"), StringComparison.Ordinal);
        var sweeps = Predicted("x,kind\n0.5,b\n", "out/fit/posterior-fit1.json")[0];
        var draws = Predicted("x,kind\n0.5,b\n", "out/fit/posterior-fit2.json")[0];
        Assert.Equal(Number(sweeps, "mean"), Number(draws, "mean"), 0.02);
        Assert.Equal(Number(sweeps, "q95"), Number(draws, "q95"), 0.05);
    }
}
