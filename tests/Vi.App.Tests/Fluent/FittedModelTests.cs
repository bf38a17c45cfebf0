using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Stored fits from C#: made, saved, loaded and asked for rows.</summary>
public sealed class FittedModelTests
{
    private static Dictionary<string, object> Row(params (string Name, object Value)[] cells) =>
        cells.ToDictionary(cell => cell.Name, cell => cell.Value, StringComparer.Ordinal);

    private static (RegressionPosterior Posterior, Moments Moments, double[][] Rows) Regression()
    {
        var random = new RandomStream(11);
        double[][] rows =
        [
            .. Enumerable
                .Range(0, 80)
                .Select(_ =>
                {
                    var (a, b) = (random.NextNormal(), random.NextNormal());
                    return new[] { a, b, 1 + (2 * a) - b + (0.3 * random.NextNormal()) };
                }),
        ];
        var table = Rows.OfRowMajor(rows.SelectMany(row => row).ToArray(), 3);
        var prior = LinearRegressionModel.WithIntercept(LinearRegressionModel.Prior(1, 1, 1), 0, 10);
        var last = LinearRegressionModel.Fit(prior, table, new FitOptions()).Last();
        return (last.Posterior, Statistics.Moments(table), rows);
    }

    [Fact]
    public void A_regression_is_saved_loaded_and_predicts_as_the_model_does()
    {
        var (posterior, moments, _) = Regression();
        var fit = FittedModels.Of(["a", "b"], "y", moments, posterior);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            fit.Save(path);
            var loaded = FittedModel.Load(path);
            Assert.Equal(fit.ToJson(), loaded.ToJson());
            Assert.Equal(["a", "b"], loaded.Columns);
            Assert.Equal("y", loaded.Target);
            var found = loaded.Predict([Row(("b", 2), ("a", 0.5), ("more", "text")), Row(("a", -1.0), ("b", 0))]);
            var expected = LinearRegressionModel.Predict(moments, posterior, Statistics.Vector(0.5, 2), 0);
            Assert.Equal(expected.Mean, found[0, "mean"]);
            Assert.Equal(expected.Sd, found[0, "sd"]);
            Assert.Equal(expected.Low, found[0, "q05"]);
            Assert.Equal(expected.High, found[0, "q95"]);
            // A row alone is what it is among others.
            var alone = loaded.Predict([Row(("a", -1.0), ("b", 0))]);
            Assert.Equal(found.Row(1), alone.Row(0));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Rows_that_cannot_be_read_are_refused_by_row_and_column()
    {
        var (posterior, moments, _) = Regression();
        var fit = FittedModels.Of(["a", "b"], "y", moments, posterior);
        void Refuses(string message, params Dictionary<string, object>[] rows) =>
            Assert.Contains(
                message,
                Assert.Throws<ArgumentException>(() => fit.Predict(rows)).Message,
                StringComparison.Ordinal
            );
        Refuses("row 1 has no \"b\"", Row(("a", 1)));
        Refuses("row 2, column \"b\": \"x\" is not a number", Row(("a", 1), ("b", 1)), Row(("a", 1), ("b", "x")));
        Refuses("row 1, column \"a\"", Row(("a", double.NaN), ("b", 1)));
        Assert.Throws<StoredFitException>(() => FittedModel.OfJson("{}"));
        Assert.Throws<StoredFitException>(() => FittedModel.OfJson("[1,"));
    }

    [Fact]
    public void Texts_become_indicators()
    {
        var (posterior, moments, _) = Regression();
        var fit = FittedModels
            .Of(["a", "b"], "y", moments, posterior)
            .WithColumns(
                [new("a", "a", null, [ColumnStep.Log]), new("kind=B", "kind", "B", [])],
                null,
                new Dictionary<string, IReadOnlyList<string>> { ["kind"] = ["A", "B"] },
                null
            );
        var found = FittedModel
            .OfJson(fit.ToJson())
            .Predict([Row(("a", 2), ("kind", "b")), Row(("kind", "A"), ("a", 2))]);
        var plain = FittedModels.Of(["a", "b"], "y", moments, posterior);
        var expected = plain.PredictNumbers(
            [
                [System.Math.Log(2), 1],
                [System.Math.Log(2), 0],
            ],
            continues: false
        );
        Assert.Equal(expected.Row(0), found.Row(0));
        Assert.Equal(expected.Row(1), found.Row(1));
        Assert.Contains(
            "\"C\" does not occur in the fitted rows, which have A, B",
            Assert.Throws<ArgumentException>(() => fit.Predict([Row(("a", 2), ("kind", "C"))])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_chain_goes_on_where_the_fit_ended()
    {
        var random = new RandomStream(2);
        double[] values = [.. Enumerable.Range(0, 120).Select(i => (i / 30 % 2 == 0 ? 1 : 6) * random.NextNormal())];
        var rows = Rows.OfRowMajor(values, 1);
        var prior = RegimeSwitchingModel.Prior(
            2,
            1,
            1,
            Statistics.Vector(0),
            0.1,
            3,
            Statistics.Matrix([
                [3.0],
            ])
        );
        var posterior = RegimeSwitchingModel.Fit(prior, rows, new FitOptions { Restarts = 2 }).Last().Posterior;
        var fit = FittedModels.Of(["r"], posterior, rows);
        var whole = fit.PredictNumbers(values.Select(value => new[] { value }).Append([4.0]), continues: false);
        var after = fit.PredictNumbers(
            [
                [4.0],
            ],
            continues: true
        );
        Assert.Equal(whole.Row(120), after.Row(0));
        Assert.Equal(1, whole[119, "next[1]"] + whole[119, "next[2]"], 1e-12);
        // One row ahead, the density weighs the states by what the row before says of them.
        var next = Statistics.Vector(whole[119, "next[1]"], whole[119, "next[2]"]);
        Assert.Equal(
            RegimeSwitchingModel.LogDensity(posterior, next, Statistics.Vector(4.0)),
            after[0, "logDensity"],
            1e-12
        );
    }

    [Fact]
    public void Draws_are_kept_by_name()
    {
        var fit = FittedModels.OfDraws("program", [], null, [new("theta", [3, 2], [1, 2, 3, 4, 5, double.NaN])]);
        var loaded = FittedModel.OfJson(fit.ToJson());
        Assert.False(loaded.CanPredict);
        Assert.Equal(["theta"], loaded.NumberNames);
        Assert.Equal([1, 2, 3, 4, 5, double.NaN], loaded.Numbers("theta").Values);
        Assert.Throws<NotSupportedException>(() => loaded.Predict([Row()]));
    }
}
