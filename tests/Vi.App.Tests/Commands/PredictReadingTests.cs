using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary>How <c>vilab predict</c> reads the file of new rows, and what a run writes of its own.</summary>
public sealed class PredictReadingTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private void Fit(string data, string model, string more = "")
    {
        var outcome = workspace.RunText(
            $$"""
            { "name": "fit", "data": { {{data}} }, "model": { {{model}} }, "inference": { "algorithm": "cavi" },
              "report": { "enabled": false }{{more}} }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private Outcome Predict(string text)
    {
        workspace.Write("new.csv", text);
        var outcome = workspace.Run("predict", "out/fit", "new.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private static List<string[]> Cells(string csv) => [.. csv.Trim().Split('\n').Select(line => line.Split(','))];

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    /// <summary>y = 3 + 2 x + noise of 0.1 for x about 100, after a title, by names or without.</summary>
    private string Table(string head, string separator, Func<double, string> write)
    {
        var random = new Vi.Math.Fluent.RandomStream(1);
        var text = new StringBuilder(head);
        for (var i = 0; i < 60; i++)
        {
            var x = 100 + (10 * random.NextNormal());
            text.Append(write(x))
                .Append(separator)
                .Append(write(3 + (2 * x) + (0.1 * random.NextNormal())))
                .Append('\n');
        }

        return workspace.Write("train.csv", text.ToString());
    }

    private static string Plain(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>A regression without an intercept reads centred columns, and a logarithm first.</summary>
    [Theory]
    [InlineData("linear-regression", "")]
    [InlineData("linear-regression", ", \"transform\": { \"x\": [\"log\"] }")]
    public void Rows_of_a_run_are_what_its_fit_predicts_of_them(string model, string transform)
    {
        Table("x,y\n", ",", Plain);
        Fit(
            $$""" "csv": "train.csv", "target": "y", "standardize": true{{transform}} """,
            $"\"type\": \"{model}\", \"intercept\": false",
            """, "output": { "rows": true }"""
        );
        var own = Cells(File.ReadAllText(workspace.Path("out", "fit", "rows.csv")));
        var predicted = Cells(Predict(File.ReadAllText(workspace.Path("train.csv"))).Out);
        Assert.Equal(61, own.Count);
        Assert.Equal(predicted[0], own[0]);
        foreach (var (a, b) in own.Skip(1).Zip(predicted.Skip(1)))
        {
            Assert.All(
                a.Zip(b),
                cells =>
                    Assert.Equal(
                        Number(cells.Second),
                        Number(cells.First),
                        1e-9 * System.Math.Abs(Number(cells.Second))
                    )
            );
        }
    }

    [Fact]
    public void The_decimal_sign_of_the_run_holds_for_new_rows()
    {
        Table("x,y\n", ",", Plain);
        Fit(""" "csv": "train.csv", "target": "y", "decimal": "point" """, "\"type\": \"linear-regression\"");
        var mean = Number(Cells(Predict("x;y\n1,234;0\n").Out)[1][1]);
        Assert.InRange(mean, 2400, 2550);
    }

    [Fact]
    public void A_file_without_a_header_is_predicted_as_it_was_fitted()
    {
        Table("", ",", Plain);
        Fit(""" "csv": "train.csv", "header": false """, "\"type\": \"linear-regression\"");
        var rows = Cells(Predict("110,223\n90,183\n").Out);
        Assert.Equal(3, rows.Count);
        Assert.Equal(223, Number(rows[1][1]), 1.0);
    }

    [Fact]
    public void A_last_row_that_looks_like_a_total_is_answered_too()
    {
        Table("x,y\n", ",", Plain);
        Fit(""" "csv": "train.csv", "target": "y" """, "\"type\": \"linear-regression\"");
        Assert.Equal(6, Cells(Predict("name,x\nAnn,1\nBo,2\nCy,3\nDee,4\nTotal,10\n").Out).Count);
    }

    [Fact]
    public void Dates_that_fall_are_said_of_new_rows_too()
    {
        var text = new StringBuilder("day,r\n");
        var random = new Vi.Math.Fluent.RandomStream(2);
        for (var i = 0; i < 80; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{new DateTime(2024, 1, 1).AddDays(i):yyyy-MM-dd},{(i / 20 % 2 == 0 ? 1 : 5) + random.NextNormal():R}\n"
            );
        }

        workspace.Write("train.csv", text.ToString());
        Fit(""" "csv": "train.csv" """, "\"type\": \"regime-switching\", \"states\": 2");
        var error = Predict("day,r\n2025-01-09,1\n2025-01-08,1\n2025-01-07,5\n2025-01-06,5\n").Error;
        Assert.Contains("newest", error, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The logarithm of an entry that is there is its own logarithm, whatever the model did to it afterwards.</summary>
    [Theory]
    [InlineData("\"log\", \"standardize\"", "log a")]
    [InlineData("\"log1p\", \"standardize\"", "log1p a")]
    public void Factor_models_answer_logarithms_in_their_own_unit(string steps, string name)
    {
        var text = new StringBuilder("a,b,c\n");
        var random = new Vi.Math.Fluent.RandomStream(3);
        for (var i = 0; i < 60; i++)
        {
            var f = random.NextNormal();
            double Value(double size) => (size * f) + (0.3 * random.NextNormal());
            text.Append(
                CultureInfo.InvariantCulture,
                $"{System.Math.Exp(1 + Value(0.5)):R},{Value(1):R},{Value(2):R}\n"
            );
        }

        workspace.Write("train.csv", text.ToString());
        Fit(
            $$""" "csv": "train.csv", "transform": { "a": [{{steps}}] } """,
            "\"type\": \"factor-model\", \"factors\": 1"
        );
        var rows = Cells(Predict("a,b,c\n20.5,0.1,0.2\n").Out);
        var at = Array.IndexOf(rows[0], name);
        Assert.True(at > 0, string.Join(' ', rows[0]));
        var expected = name == "log a" ? System.Math.Log(20.5) : System.Math.Log(21.5);
        Assert.Equal(expected, Number(rows[1][at]), 1e-12);
    }
}
