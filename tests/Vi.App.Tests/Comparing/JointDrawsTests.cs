using System.Globalization;
using System.Text.RegularExpressions;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Vi.Reports.Comparing;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Comparing;

/// <summary>What a comparison computes from draws: correlations, pairs, distances of distributions.</summary>
public sealed class JointDrawsTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Draws of two numbers with standard deviations 0.5 and 1 and a correlation, the first shifted by so many of its own.</summary>
    private static RunResult Fit(string algorithm, double correlation, double shift, bool hasDraws = true)
    {
        var stream = new RandomStream(11);
        var (mu, w) = (new double[2000], new double[2000]);
        for (var s = 0; s < mu.Length; s++)
        {
            var (a, b) = (stream.NextNormal(), stream.NextNormal());
            mu[s] = 2 + (0.5 * (a + shift));
            w[s] = 1 + (correlation * a) + (System.Math.Sqrt(1 - (correlation * correlation)) * b);
        }

        return SampleFits.Fit(algorithm, seconds: algorithm == "nuts" ? 20 : 1) with
        {
            Draws = hasDraws ? new DrawsRecord(["mu", "w[1]"], [mu, w]) : null,
        };
    }

    /// <summary>The cells of the first row, of the table after a heading, that begins with a text.</summary>
    private static string[] Row(string page, string heading, string begin)
    {
        var section = page[page.IndexOf($">{heading}</h2>", StringComparison.Ordinal)..];
        return Regex
            .Matches(section, "<tr>.*?</tr>", RegexOptions.Singleline, TimeSpan.FromSeconds(5))
            .Select(row =>
                Regex
                    .Matches(row.Value, "<t[dh][^>]*>(.*?)</t[dh]>", RegexOptions.Singleline, TimeSpan.FromSeconds(5))
                    .Select(cell =>
                        Regex
                            .Replace(cell.Groups[1].Value, "<[^>]*>", " ", RegexOptions.None, TimeSpan.FromSeconds(5))
                            .Trim()
                    )
                    .ToArray()
            )
            .First(cells => cells.Length > 0 && cells[0].StartsWith(begin, StringComparison.Ordinal));
    }

    private static double Number(string cell) =>
        double.Parse(cell.Split(' ')[0].Replace('−', '-'), CultureInfo.InvariantCulture);

    [Fact]
    public void Correlations_stand_side_by_side_and_fits_without_draws_are_named()
    {
        var page = ComparisonReport.Render(
            SampleFits.Compared(Fit("nuts", 0.9, 0), Fit("cavi", 0, 0), Fit("laplace", 0, 0, hasDraws: false))
        );
        var cells = Row(page, "Correlations and pairs", "mu and w[1]");
        Assert.Equal(3, cells.Length);
        Assert.Equal(0.9, Number(cells[1]), 0.02);
        Assert.Equal(0, Number(cells[2]), 0.06);
        Assert.Contains("Without draws: laplace.", page, StringComparison.Ordinal);
        Assert.Contains("id=\"x-pair-mu-w", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Distances_of_distributions_are_those_of_the_draws()
    {
        var page = ComparisonReport.Render(SampleFits.Compared(Fit("nuts", 0, 0), Fit("advi", 0, 0.5)));
        var cells = Row(page, "Distance against work", "advi");
        // One of two entries is shifted by half a standard deviation and nothing else.
        Assert.Equal(0.25, Number(cells[3]), 0.01);
        Assert.Equal(0.5, Number(cells[4]), 0.02);
        // Sliced: the average of |u_1| / 2 over directions of the plane is 1 / pi.
        Assert.Equal(1 / System.Math.PI, Number(cells[5]), 0.06);
        // Normals with one covariance: delta' Sigma^-1 delta.
        Assert.Equal(0.25, Number(cells[6]), 0.02);
    }

    [Fact]
    public void Without_a_reference_that_has_draws_there_is_no_distance_of_distributions()
    {
        var page = ComparisonReport.Render(SampleFits.Compared(Fit("nuts", 0, 0, hasDraws: false), Fit("advi", 0, 0)));
        Assert.DoesNotContain("Distance against work", page, StringComparison.Ordinal);
    }

    /// <summary>Draws of the factors against what the posterior says of them.</summary>
    [Theory]
    [InlineData("""{ "type": "linear-regression", "alpha": 1, "a0": 1, "b0": 1 }""", "w[x1] w[x2] w[x3] b tau sigma")]
    [InlineData(
        """{ "type": "linear-regression", "alpha": 1, "a0": 1, "b0": 1, "intercept": false }""",
        "w[x1] w[x2] w[x3] tau sigma"
    )]
    public void Coordinate_ascent_answers_with_draws_of_its_factors(string model, string entries)
    {
        File.Copy(
            Repository.At("data", "notebook", "s04-regression-train.csv"),
            workspace.Path("s04-regression-train.csv")
        );
        var outcome = workspace.RunText(
            $$"""{ "name": "it", "data": { "csv": "s04-regression-train.csv", "target": "y" }, "model": {{model}} }"""
        );
        Assert.Equal(0, outcome.Code);
        var result = workspace.Result("it");
        Assert.Equal(entries.Split(' '), result.Draws!.Entries);
        foreach (var entry in Vi.Reports.Comparisons.ResultEntry.Of(result).Values.SelectMany(all => all))
        {
            if (entry.DrawsOf(result) is { } draws)
            {
                Assert.Equal(2000, draws.Count);
                Assert.Equal(entry.Mean, draws.Average(), 5 * entry.Sd / System.Math.Sqrt(2000));
                var sd = System.Math.Sqrt(draws.Average(x => (x - draws.Average()) * (x - draws.Average())));
                Assert.Equal(1, sd / entry.Sd, 0.08);
            }
        }
    }

    [Fact]
    public void The_intercept_of_labels_is_drawn_with_the_weights()
    {
        var outcome = workspace.RunText(
            """
            { "name": "it",
              "data": { "synthetic": { "generator": "logistic-regression", "n": 400, "weights": [1, 0], "intercept": -2 } },
              "model": { "type": "logistic-regression", "priorSd": 3 } }
            """
        );
        Assert.Equal(0, outcome.Code);
        var result = workspace.Result("it");
        Assert.Equal(["w[x1]", "w[x2]", "b"], result.Draws!.Entries);
        var covariance = result.Parameters["cov_wb"]![0]!.GetValue<double>();
        var (w, b) = (result.Draws.Values[0], result.Draws.Values[2]);
        var drawn = w.Zip(b, (x, y) => (x - w.Average()) * (y - b.Average())).Average();
        var scale = result.Posterior["w"].Sd[0] * result.Posterior["b"].Sd[0];
        Assert.Equal(covariance / scale, drawn / scale, 0.1);
    }
}
