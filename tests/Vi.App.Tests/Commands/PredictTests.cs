using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary><c>vilab predict</c> end to end: new rows by the stored posterior of a run.</summary>
public sealed class PredictTests : PredictedRuns
{
    [Fact]
    public void A_regression_predicts_by_the_stored_factors()
    {
        FitRegression();
        var rows = Predicted("day,x,kind\n2025-01-01,0.5,b\n2025-01-02,-1,a\n");
        Assert.Equal(["2025-01-01", "2025-01-02"], rows.Select(row => row["day"]));
        var fit = FittedModel.Load(Workspace.Path("out", "fit", "posterior.json"));
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
        var outcome = Workspace.Run("predict", "out/fit", "new.csv");
        Assert.DoesNotContain("not used", outcome.Error, StringComparison.Ordinal);
        Workspace.Write("new.csv", "x,kind,z\n0.5,b,1\n");
        Assert.Contains(
            "Columns not used: z.",
            Workspace.Run("predict", "out/fit", "new.csv").Error,
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
        var path = Workspace.Path("out", "fit", "posterior.json");
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

        Workspace.Write("train.csv", table.ToString());
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
    public void Answers_go_to_a_file_or_as_json()
    {
        FitRegression();
        Workspace.Write("new.csv", "x,kind\n0.5,b\n");
        var outcome = Workspace.Run("predict", "out/fit/result.json", "new.csv", "--out", "answers/p.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Empty(outcome.Out);
        Assert.StartsWith(
            "row,mean,sd,q05,q50,q95\n1,",
            File.ReadAllText(Workspace.Path("answers", "p.csv")),
            StringComparison.Ordinal
        );
        var json = System.Text.Json.Nodes.JsonNode.Parse(
            Workspace.Run("predict", "out/fit/posterior.json", "new.csv", "--json").Out
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
