using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Data;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>The unit of returns and how often rows are observed, stated or inferred.</summary>
public sealed class CalendarTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Sixty rows of returns with a standard deviation of about 0.01 times a factor, one every so many days.</summary>
    private static string Returns(double factor, int daysApart) =>
        "date,r\n"
        + string.Concat(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{new DateTime(2020, 1, 31).AddDays(i * daysApart):yyyy-MM-dd},{factor * 0.014 * System.Math.Sin(1 + i * i):R}\n"
                    )
                )
        );

    private LoadedData Load(string csv, string settings = "") =>
        workspace.LoadCsv(csv, settings, "stochastic-volatility");

    [Theory]
    [InlineData(1, DataUnit.Fraction)]
    [InlineData(100, DataUnit.Percent)]
    [InlineData(1e5, DataUnit.None)]
    [InlineData(1e-5, DataUnit.None)]
    public void The_unit_that_makes_returns_most_like_a_share_is_taken_and_said(double factor, DataUnit unit)
    {
        var data = Load(Returns(factor, 1));
        Assert.Equal(unit, data.Dataset.Unit);
        Assert.Equal(unit == DataUnit.None ? null : unit, data.Record.Unit);
        var code = unit == DataUnit.None ? "unit-unknown" : "unit-inferred";
        var finding = Assert.Single(data.Findings, one => one.Code.StartsWith("unit-", StringComparison.Ordinal));
        Assert.Equal((code, unit == DataUnit.Percent ? 1 : 0), (finding.Code, finding.Figures["isPercent"]));
    }

    [Fact]
    public void A_stated_unit_is_not_guessed_at()
    {
        var data = Load(Returns(100, 1), ", \"unit\": \"fraction\"");
        Assert.Equal(DataUnit.Fraction, data.Dataset.Unit);
        Assert.DoesNotContain(data.Findings, one => one.Code.StartsWith("unit-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "", 365)]
    [InlineData(7, "", 52)]
    [InlineData(30, "", 12)]
    [InlineData(91, "", 4)]
    [InlineData(1, ", \"calendar\": \"trading-days\"", 252)]
    [InlineData(7, ", \"calendar\": 500.5", 500.5)]
    public void Dates_say_how_many_rows_a_year_has_unless_the_experiment_does(
        int daysApart,
        string settings,
        double rows
    ) => Assert.Equal(rows, Load(Returns(1, daysApart), settings).Record.RowsPerYear);

    [Fact]
    public void Without_dates_rows_are_trading_days() =>
        Assert.Equal(252, Load("r\n0.01\n-0.02\n0.015\n").Record.RowsPerYear);

    /// <summary>The figure in per cent a year does not depend on the unit of the file.</summary>
    [Fact]
    public void Volatility_in_per_cent_a_year_is_the_same_from_fractions_and_from_percent()
    {
        double[] Rolling(double factor)
        {
            workspace.Write("rows.csv", Returns(factor, 1));
            var outcome = workspace.RunText(
                """
                { "name": "it", "data": { "csv": "rows.csv", "columns": ["r"], "calendar": "trading-days" },
                  "model": { "type": "stochastic-volatility" },
                  "inference": { "algorithm": "nuts", "chains": 1, "warmup": 20, "samples": 20 } }
                """
            );
            Assert.True(outcome.Code == 0, outcome.Error);
            var chart = workspace.Result("it").Exhibits.OfType<XyChart>().Single(one => one.Id == "volatility");
            Assert.Equal("volatility (% a year)", chart.Y.Title);
            return [.. chart.Series.Single(series => series.Style == "dotted").Y.Skip(30)];
        }

        var (fractions, percent) = (Rolling(1), Rolling(100));
        Assert.InRange(fractions[0], 10, 20);
        Assert.Equal(fractions, percent, (a, b) => System.Math.Abs(a - b) <= 1e-9 * a);
    }

    [Fact]
    public void Axes_carry_the_unit()
    {
        workspace.Write("rows.csv", Returns(100, 1));
        var outcome = workspace.RunText(
            """
            { "name": "it", "data": { "csv": "rows.csv", "columns": ["r"], "unit": "percent" },
              "model": { "type": "regime-switching", "states": 2 }, "inference": { "check": "none" } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        var titles = workspace.Result("it").Exhibits.OfType<XyChart>().Select(chart => chart.Y.Title).ToList();
        Assert.Contains("r (%)", titles);
        Assert.Contains("sd of r (%)", titles);
    }
}
