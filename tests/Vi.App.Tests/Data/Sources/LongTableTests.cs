using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Data;
using Xunit;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Tables with a row for each date and asset.</summary>
public sealed class LongTableTests : IDisposable
{
    private const string Long = """
        date,ticker,ret
        2024-01-04,B,0.04
        2024-01-02,A,0.01
        2024-01-02,B,-0.02
        2024-01-03,A,0.03
        2024-01-05,A,
        2024-01-05,B,0.06

        """;

    private readonly Workspace workspace = new() { FakesTakeGaps = true };

    public void Dispose() => workspace.Dispose();

    private static double[][] Rows(LoadedData data) =>
        [.. Enumerable.Range(0, data.Dataset.RowCount).Select(data.Dataset.Row)];

    /// <summary>Two assets on 40 days.</summary>
    private static string Many()
    {
        var text = new System.Text.StringBuilder("date,ticker,ret\n");
        for (var i = 0; i < 40; i++)
        {
            var day = new DateTime(2024, 1, 1).AddDays(i);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{day:yyyy-MM-dd},A,{System.Math.Sin(i)}\n{day:yyyy-MM-dd},B,{System.Math.Cos(i * i)}\n"
            );
        }

        return text.ToString();
    }

    private LoadedData Load(string text, string more = "") =>
        workspace.LoadCsv(text, $", \"layout\": \"long\", \"gaps\": true{more}");

    [Fact]
    public void A_long_table_becomes_a_wide_one_with_gaps()
    {
        var data = Load(Long);
        Assert.Equal(["A", "B"], data.Dataset.ColumnNames);
        Assert.Equal(
            [
                [0.01, -0.02],
                [0.03, double.NaN],
                [double.NaN, 0.04],
                [double.NaN, 0.06],
            ],
            Rows(data)
        );
        Assert.Equal(
            ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"],
            data.Dataset.Times!.Values.Select(day => day!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
        );
        Assert.Contains(data.Findings, finding => finding.Code == "long-table");
    }

    [Fact]
    public void The_order_of_the_rows_changes_nothing()
    {
        var lines = Long.Trim().Split('\n');
        var reversed = string.Join('\n', lines.Skip(1).Reverse().Prepend(lines[0])) + "\n";
        Assert.Equal(Rows(Load(Long)), Rows(Load(reversed)));
    }

    [Fact]
    public void A_long_table_gives_what_the_wide_one_gives()
    {
        const string Wide = """
            date,A,B
            2024-01-02,0.01,-0.02
            2024-01-03,0.03,
            2024-01-04,,0.04
            2024-01-05,,0.06

            """;
        var (wide, made) = (workspace.LoadCsv(Wide, ", \"gaps\": true"), Load(Long));
        Assert.Equal(wide.Dataset.Values, made.Dataset.Values);
        Assert.Equal(wide.Dataset.Times!.Values, made.Dataset.Times!.Values);
    }

    [Theory]
    [InlineData(
        "2024-01-02,A,0.5\n",
        "line 3 and line 8 both give a value of \"A\" on 2024-01-02; keep one row for each date and asset"
    )]
    [InlineData("2024-01-09,,0.5\n", "line 8, column \"ticker\": the name of an asset is missing")]
    [InlineData(",A,0.5\n", "line 8, column \"date\": the date is missing")]
    [InlineData("2024-01-09,A,oops\n", "line 8, column \"ret\": \"oops\" is not a number")]
    public void A_row_that_has_no_place_is_refused_with_it(string row, string expected) =>
        Assert.Contains(
            expected,
            workspace.ErrorOfCsv(Long + row + "2024-01-10,A,0.1\n", ", \"layout\": \"long\", \"gaps\": true"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(", \"value\": \"rte\"", "data.value: rows.csv has no column \"rte\"; did you mean \"ret\"?")]
    [InlineData(", \"date\": \"ret\"", "data.date: rows.csv: the column \"ret\" does not hold dates")]
    [InlineData(", \"value\": \"ticker\"", "data.value: rows.csv: the column \"ticker\" does not hold the values")]
    [InlineData(", \"columns\": [\"A\", \"C\"]", "data.columns[1]: rows.csv has no column \"C\"")]
    public void A_name_that_does_not_fit_is_refused(string data, string expected) =>
        Assert.Contains(
            expected,
            workspace.ErrorOfCsv(Long, $", \"layout\": \"long\", \"gaps\": true{data}"),
            StringComparison.Ordinal
        );

    [Fact]
    public void Columns_that_may_be_meant_are_named()
    {
        const string Text = "day,name,high,low\n2024-01-02,A,1,2\n2024-01-03,A,1,2\n2024-01-04,A,3,4\n";
        Assert.Contains(
            "data.value: rows.csv: name the column that holds the values; it may be high or low",
            workspace.ErrorOfCsv(Text, ", \"layout\": \"long\""),
            StringComparison.Ordinal
        );
        Assert.Equal(["A"], workspace.LoadCsv(Text, ", \"layout\": \"long\", \"value\": \"low\"").Dataset.ColumnNames);
    }

    [Fact]
    public void An_asset_with_one_observation_is_left_out_or_refused_where_it_is_asked_for()
    {
        const string More = Long + "2024-01-05,C,0.07\n";
        var data = Load(More);
        Assert.Equal(["A", "B"], data.Dataset.ColumnNames);
        Assert.Contains(data.Findings, finding => finding.Code == "assets-left-out" && finding.Subjects is ["C"]);
        Assert.Contains(
            "\"C\" has one value, on 2024-01-05; at least 2 are needed",
            workspace.ErrorOfCsv(More, ", \"layout\": \"long\", \"gaps\": true, \"columns\": [\"A\", \"C\"]"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_asset_with_one_observation_that_is_not_asked_for_refuses_nothing() =>
        Assert.Equal(
            ["A", "B"],
            Load(Long + "2024-01-05,C,0.07\n", ", \"columns\": [\"A\", \"B\"]").Dataset.ColumnNames
        );

    [Fact]
    public void Codes_of_assets_keep_their_zeros()
    {
        const string Text =
            "day,code,v\n2024-01-02,000001,1\n2024-01-02,600519,2\n2024-01-03,000001,3\n2024-01-03,600519,5\n";
        Assert.Equal(["000001", "600519"], Load(Text, ", \"asset\": \"code\"").Dataset.ColumnNames);
    }

    [Fact]
    public void Too_many_assets_are_refused()
    {
        var text = new System.Text.StringBuilder("date,ticker,ret\n");
        for (var i = 0; i <= 10_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"2024-01-02,A{i},0.5\n");
        }

        Assert.Contains(
            "10001 assets are more than the 10000 that are read; name another column in data.asset",
            workspace.ErrorOfCsv(text.ToString(), ", \"layout\": \"long\""),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Held_out_and_new_rows_may_be_of_one_date()
    {
        using var real = new Workspace { HasRealModels = true };
        real.Write("long.csv", Many());
        real.Write("new.csv", "date,ticker,ret\n2024-06-01,A,0.5\n2024-06-01,B,0.25\n");
        var fit = real.RunText(
            """{ "name": "fit", "data": { "csv": "long.csv", "layout": "long", "test": "new.csv" }, "model": { "type": "gaussian-mixture", "components": 1 }, "inference": { "restarts": 1, "check": "none" }, "report": { "enabled": false } }"""
        );
        Assert.True(fit.Code == 0, fit.Error);
        var predicted = real.Run("predict", "out/fit", "new.csv");
        Assert.True(predicted.Code == 0, predicted.Error);
    }

    [Fact]
    public void Dates_that_may_mean_two_days_are_refused_since_they_order_the_rows() =>
        Assert.Contains(
            "data.dateFormat: rows.csv: the dates in the column \"d\" may be d/M/yyyy or M/d/yyyy",
            workspace.ErrorOfCsv(
                "d,asset,v\n03/04/2024,A,1\n05/06/2024,A,2\n07/08/2024,A,2\n",
                ", \"layout\": \"long\""
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void New_experiments_recognise_a_long_table()
    {
        using var real = new Workspace { HasRealModels = true };
        real.Write("long.csv", Many());
        var outcome = real.Run("new", "factor-model", "long.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains(
            "\"layout\": \"long\"",
            File.ReadAllText(real.Path("factor-model.json")),
            StringComparison.Ordinal
        );
        Assert.Equal(0, real.Run("validate", "factor-model.json").Code);
    }

    [Theory]
    [InlineData("trade_date,expiry_date,price\n", "2024-02-01,2.5")]
    [InlineData("date,region,sales\n", "north,2.5")]
    public void Tables_of_other_rows_are_not_taken_for_long_ones(string header, string rest)
    {
        using var real = new Workspace { HasRealModels = true };
        var rows = Enumerable
            .Range(0, 12)
            .Select(i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{new DateTime(2024, 1, 1).AddDays(i / 3):yyyy-MM-dd},{(i % 4 == 0 ? rest.Replace("north", "south", StringComparison.Ordinal) : rest)}{i}\n"
                )
            );
        real.Write("rows.csv", header + string.Concat(rows));
        var outcome = real.Run("new", "gaussian-mixture", "rows.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.DoesNotContain(
            "\"layout\": \"long\"",
            File.ReadAllText(real.Path("gaussian-mixture.json")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Dates_that_repeat_are_a_finding()
    {
        var data = workspace.LoadCsv("day,a\n2024-01-02,1\n2024-01-03,2\n2024-01-03,4\n2024-01-04,3\n");
        var finding = Assert.Single(data.Findings, finding => finding.Code == "dates-repeat");
        Assert.Equal(["day", "2024-01-03"], finding.Subjects);
        Assert.Equal(4, finding.Figures["line"]);
    }

    [Fact]
    public void Offsets_from_UTC_that_differ_are_a_finding()
    {
        const string Text =
            "t,a\n2024-03-30T10:00:00+01:00,1\n2024-03-31T10:00:00+02:00,2\n2024-04-01T10:00:00+02:00,4\n";
        var finding = Assert.Single(workspace.LoadCsv(Text).Findings, finding => finding.Code == "mixed-time-zones");
        Assert.Equal(["t", "+01:00", "+02:00"], finding.Subjects);
        var one = Text.Replace("+01:00", "+02:00", StringComparison.Ordinal);
        Assert.DoesNotContain(workspace.LoadCsv(one).Findings, finding => finding.Code == "mixed-time-zones");
    }

    [Fact]
    public void Rows_without_any_entry_are_a_finding()
    {
        var data = workspace.LoadCsv("day,a,b\n2024-01-02,1,2\n2024-01-03,,\n2024-01-04,2,3\n", ", \"gaps\": true");
        var finding = Assert.Single(data.Findings, finding => finding.Code == "empty-rows");
        Assert.Equal("line 3", finding.Subjects[0]);
    }
}
