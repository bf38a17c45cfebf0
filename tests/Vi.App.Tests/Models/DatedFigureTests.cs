using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Figures over time stand on the rows' dates where the data have them.</summary>
public sealed class DatedFigureTests
{
    private static readonly DateTime First = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("regime-switching", "\"states\": 2", "state-probabilities")]
    [InlineData("factor-model", "\"factors\": 1", "factor-1")]
    public void Rows_with_dates_are_drawn_over_dates(string model, string settings, string figure)
    {
        var chart = Drawn(model, settings, figure, day => day);
        Assert.True(chart.X.Dated);
        Assert.Equal("date", chart.X.Title);
        var line = chart.Series.First(series => series.Style == "line");
        Assert.Equal(Axis.Milliseconds(First), line.X![0]);
        Assert.Equal(Axis.Milliseconds(First.AddDays(59)), line.X[^1]);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    public void Intervals_of_an_entry_for_each_row_are_drawn_over_dates(int rows)
    {
        var chart = Drawn(
            "stochastic-volatility",
            "\"sigmaRate\": 5",
            "intervals-h",
            day => day,
            "\"algorithm\": \"nuts\", \"chains\": 1, \"warmup\": 50, \"samples\": 50",
            "\"columns\": [\"a\"]",
            rows
        );
        Assert.Equal(("date", true), (chart.X.Title, chart.X.Dated));
        Assert.All(chart.Series, series => Assert.Equal(Axis.Milliseconds(First), series.X![0]));
        Assert.All(chart.Series, series => Assert.Equal(Axis.Milliseconds(First.AddDays(rows - 1)), series.X![^1]));
    }

    [Fact]
    public void Dates_that_do_not_rise_leave_the_rows_numbers()
    {
        var chart = Drawn("regime-switching", "\"states\": 2", "state-probabilities", day => 59 - day);
        Assert.False(chart.X.Dated);
        Assert.Equal(1, chart.Series[0].X![0]);
    }

    private static XyChart Drawn(
        string model,
        string settings,
        string figure,
        Func<int, int> day,
        string inference = "\"algorithm\": \"cavi\", \"restarts\": 1, \"check\": \"none\"",
        string columns = "\"columns\": [\"a\", \"b\", \"c\"]",
        int count = 60
    )
    {
        using var workspace = new Workspace { HasRealModels = true };
        var random = new Random(3);
        string Number() => (random.NextDouble() - 0.5).ToString("F4", CultureInfo.InvariantCulture);
        var rows = Enumerable
            .Range(0, count)
            .Select(i => $"{First.AddDays(day(i)):yyyy-MM-dd},{Number()},{Number()},{Number()}");
        workspace.Write("rows.csv", "day,a,b,c\n" + string.Join('\n', rows));
        var outcome = workspace.RunText(
            $$"""
            { "name": "dated", "data": { "csv": "rows.csv", {{columns}} }, "model": { "type": "{{model}}", {{settings}} },
              "inference": { {{inference}} } }
            """,
            "--quiet"
        );
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return workspace.Result("dated").Exhibits.OfType<XyChart>().Single(chart => chart.Id == figure);
    }
}
