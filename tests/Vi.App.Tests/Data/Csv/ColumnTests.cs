using Vi.App.Tests.Support;
using Vi.Data;
using Vi.Reports.English;
using Vi.Results;
using Xunit;
using static Vi.App.Tests.Data.Csv.CsvFindings;

namespace Vi.App.Tests.Data.Csv;

/// <summary>Targets, classes, indicators, indices, dates and what else the columns of a file may be.</summary>
public sealed class ColumnTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private static string Message(LoadedData data, string code) => FindingText.Rendered(Of(data, code)).Message;

    [Theory]
    [InlineData("no", "yes")]
    [InlineData("false", "TRUE")]
    [InlineData("f", "t")]
    [InlineData("N", "Y")]
    [InlineData("female", "male")]
    [InlineData("ham", "spam")]
    [InlineData("benign", "malignant")]
    public void Two_words_in_the_last_column_are_classes_in_a_stated_order(string zero, string one)
    {
        var data = workspace.LoadCsv($"a,b,y\n1,2,{one}\n3,4,{zero}\n5,6,{one}\n", model: "fake-regression");
        Assert.Equal(["a", "b", "y"], data.Dataset.ColumnNames);
        Assert.Equal([1, 2, 1, 3, 4, 0, 5, 6, 1], data.Dataset.Values);
        Assert.Contains(
            $"{zero} is class 0 and {one} is class 1",
            Message(data, "target-classes"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_target_of_held_out_rows_has_the_same_classes()
    {
        workspace.Write("test.csv", "a,y\n1,yes\n2,yes\n");
        var data = workspace.LoadCsv("a,y\n1,yes\n3,no\n", ", \"test\": \"test.csv\"", "fake-regression");
        Assert.Equal([1, 1, 2, 1], data.Dataset.Test!.Values);
    }

    [Theory]
    [InlineData("", "the last column, \"y\", holds 3 different texts")]
    [InlineData(
        ", \"target\": \"y\"",
        "column \"y\": \"red\" is not a number, and 3 different texts are more than the two classes"
    )]
    [InlineData(", \"target\": \"y\", \"columns\": [\"a\"]", "column \"y\"")]
    public void A_target_that_is_neither_numbers_nor_classes_is_refused_by_name(string settings, string expected)
    {
        var error = workspace.ErrorOfCsv("a,b,y\n1,2,red\n3,4,green\n5,6,blue\n", settings, "fake-regression");
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_classes_does_not_guess_between_two_targets()
    {
        using var real = new Workspace { HasRealModels = true };
        real.Write("rows.csv", "a,sick,smoker\n1,yes,0\n2,no,1\n3,no,1\n");
        var outcome = real.RunText(
            """{ "data": { "csv": "rows.csv" }, "model": { "type": "logistic-regression", "priorSd": 1 } }"""
        );
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            "data.target: rows.csv: the column \"sick\" holds two classes, and the last column is \"smoker\"",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Where_texts_are_left_out_the_target_is_named()
    {
        var data = workspace.LoadCsv("a,sick,smoker\n1,yes,0\n2,no,1\n", model: "fake-regression");
        Assert.Equal(["a", "smoker"], data.Dataset.ColumnNames);
        Assert.Equal(["smoker"], Of(data, "target-is-last").Subjects);
        Assert.Equal(["sick"], Of(data, "columns-left-out").Subjects);
    }

    [Fact]
    public void Texts_asked_for_become_indicators_against_the_first_level()
    {
        workspace.Write("test.csv", "city,a,y\nRome,0,0\nBern,0,0\n");
        var data = workspace.LoadCsv(
            "city,a,y\nRome,1,2\nBern,3,4\nOslo,5,6\n",
            ", \"columns\": [\"a\", \"city\"], \"target\": \"y\", \"test\": \"test.csv\"",
            "fake-regression"
        );
        Assert.Equal(["a", "city=Oslo", "city=Rome", "y"], data.Dataset.ColumnNames);
        Assert.Equal([1, 0, 1, 2, 3, 0, 0, 4, 5, 1, 0, 6], data.Dataset.Values);
        Assert.Equal([0, 0, 1, 0, 0, 0, 0, 0], data.Dataset.Test!.Values);
        Assert.Equal(["city", "Bern", "Oslo", "Rome"], Of(data, "indicators").Subjects);
    }

    [Fact]
    public void Indicators_need_few_texts_and_known_ones()
    {
        var rows = string.Concat(Enumerable.Range(0, 25).Select(i => $"name{i},{i % 7}\n"));
        Assert.Contains(
            "25 different texts are more than the 20",
            workspace.ErrorOfCsv("n,a\n" + rows, ", \"columns\": [\"n\", \"a\"]"),
            StringComparison.Ordinal
        );
        workspace.Write("test.csv", "c,a\nz,1\n");
        Assert.Contains(
            "line 2, column \"c\": \"z\" does not occur",
            workspace.ErrorOfCsv("c,a\nx,1\ny,2\n", ", \"columns\": [\"c\", \"a\"], \"test\": \"test.csv\""),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(",u\n0,0.5\n1,0.25\n2,4\n")]
    [InlineData("\"\",u\n\"17\",0.5\n\"3\",0.25\n\"5\",4\n")]
    [InlineData("Unnamed: 0,u\n0,0.5\n1,0.25\n2,4\n")]
    [InlineData("u,id\n0.5,7\n0.25,9\n4,8\n")]
    [InlineData("time,u\n1991.496,0.5\n1991.5,0.25\n1991.504,4\n1991.508,1\n")]
    [InlineData("t,u\n1,0.5\n2,0.25\n3,4\n4,1\n")]
    public void A_column_that_numbers_the_rows_is_left_out(string csv)
    {
        var data = workspace.LoadCsv(csv);
        Assert.Equal(["u"], data.Dataset.ColumnNames);
        Assert.Equal(Severity.Hint, Of(data, "index-column").Severity);
    }

    [Fact]
    public void An_index_that_is_asked_for_is_taken_and_named()
    {
        var data = workspace.LoadCsv("id,u\n1,0.5\n2,0.25\n3,4\n", ", \"columns\": [\"id\", \"u\"]");
        Assert.Equal(["id", "u"], data.Dataset.ColumnNames);
        Assert.Equal(Severity.Hint, Of(data, "column-counts-rows").Severity);
        var counter = workspace.LoadCsv("v,u\n11,0.5\n12,0.25\n13,4\n14,1\n");
        Assert.Equal(["v", "u"], counter.Dataset.ColumnNames);
        Assert.Equal(Severity.Warning, Of(counter, "column-counts-rows").Severity);
    }

    [Theory]
    [InlineData("date", "yyyyMMdd", "20190101,20190102,20190103,20190104")]
    [InlineData("month", "yyyyMM", "201901,201902,201903,201904")]
    [InlineData("year", "yyyy", "1990,1992,1993,1999")]
    [InlineData("when", "yyyy", "1990,1991,1992,1993")]
    [InlineData("timestamp", "Unix seconds", "1700000000,1700000060,1700000120,1700000180")]
    [InlineData("date", "yyyy-M-d", "2019-01-01,2019-01-02,2019-1-3,2019-01-04")]
    [InlineData("date", "yyyy-M-d", "2019-01-01T10:00:00Z,2019-01-01T11:00:00Z,2019-01-01 12:00,2019-01-01 12:00:01.5")]
    [InlineData("date", "d/M/yyyy", "30/12/2018,31/12/2018,01/01/2019,02/01/2019")]
    [InlineData("date", "M/d/yyyy", "12/30/2018,12/31/2018,01/01/2019,01/02/2019")]
    [InlineData("date", "M/d/yyyy", "01/02/2019,01/03/2019,02/01/2019,03/01/2019")]
    [InlineData("date", "d.M.yyyy", "30.12.2018,31.12.2018,01.01.2019,02.01.2019")]
    [InlineData("date", "d-MMM-yyyy", "30-Dec-2018,31-Dec-2018,1-Jan-2019,2-Jan-2019")]
    [InlineData(
        "date",
        "MMMM d, yyyy",
        "\"December 30, 2018\",\"December 31, 2018\",\"January 1, 2019\",\"January 2, 2019\""
    )]
    public void Dates_date_the_rows_and_are_no_data(string name, string format, string dates)
    {
        var cells = dates.StartsWith('"') ? dates.Split("\",").Select(cell => cell.Trim('"')) : dates.Split(',');
        var data = workspace.LoadCsv(
            $"{name},u\n" + string.Concat(cells.Select((cell, i) => $"\"{cell}\",{0.5 * i * i}\n"))
        );
        Assert.Equal(["u"], data.Dataset.ColumnNames);
        Assert.Equal(format, Of(data, "date-column").Subjects[1]);
        Assert.Equal(name, data.Record.Times!.Column);
        Assert.Equal(4, data.Dataset.Times!.Values.Distinct().Count());
        Assert.DoesNotContain(data.Findings, finding => finding.Code.StartsWith("dates-", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trend_over_years_keeps_them_where_nothing_else_explains()
    {
        var data = workspace.LoadCsv("year,y\n1990,0.5\n1991,2\n1992,1\n", model: "fake-regression");
        Assert.Equal(["year", "y"], data.Dataset.ColumnNames);
        Assert.Equal(Severity.Hint, Of(data, "column-counts-rows").Severity);
    }

    [Fact]
    public void Dates_out_of_order_are_named_with_the_line()
    {
        var finding = Of(
            workspace.LoadCsv("date,u\n01/01/2015,1\n13/01/2016,2\n01/02/2015,4\n01/02/2016,3\n"),
            "dates-out-of-order"
        );
        Assert.Equal((1, 4), (finding.Figures["falls"], finding.Figures["line"]));
        Of(workspace.LoadCsv("date,u\n2015-01-03,1\n2015-01-02,2\n2015-01-01,4\n"), "dates-descend");
    }

    [Fact]
    public void A_series_out_of_order_is_a_warning()
    {
        using var real = new Workspace { HasRealModels = true };
        real.Write("rows.csv", "date,u\n2015-01-03,1.5\n2015-01-05,2\n2015-01-01,4\n2015-01-08,1\n2015-01-09,1.2\n");
        real.RunText(
            """{ "name": "s", "data": { "csv": "rows.csv" }, "model": { "type": "regime-switching", "states": 1 }, "report": { "enabled": false } }"""
        );
        Assert.Equal(
            Severity.Warning,
            Assert.Single(real.Result("s").Findings, f => f.Code == "dates-out-of-order").Severity
        );
    }

    [Fact]
    public void Dates_that_fit_two_formats_are_read_by_the_setting()
    {
        const string Csv = "date,u\n01/02/2015,1\n01/02/2015,2\n";
        Assert.Equal(1, Of(workspace.LoadCsv(Csv), "date-column").Figures["ambiguous"]);
        var data = workspace.LoadCsv(Csv, ", \"dateFormat\": \"MM/dd/yyyy\"");
        Assert.Equal(0, Of(data, "date-column").Figures["ambiguous"]);
        Assert.Equal(new DateTime(2015, 1, 2), data.Record.Times!.First);
    }

    [Theory]
    [InlineData("date,u\n2024-01-01,1\n2024-01-02,2.5\n2024-01-03,4\nTotal,77\n", 5)]
    [InlineData("date,u\n2024-01-01,1\n2024-01-02,2.5\n2024-01-03,4\nGrand Total:,77\n", 5)]
    [InlineData("id,u\n1,1\n2,2.5\n3,4\nSumme,77\n", 5)]
    [InlineData("name,u\nJo,1\nAl,2.5\nIo,4\naverage,77\n", 5)]
    public void A_last_row_named_as_a_total_is_left_out_with_a_warning(string csv, int line)
    {
        var data = workspace.LoadCsv(csv);
        Assert.Equal([1, 2.5, 4], data.Dataset.Values);
        var finding = Of(data, "summary-row");
        Assert.Equal((Severity.Warning, line), (finding.Severity, finding.Figures["line"]));
    }

    [Fact]
    public void Several_summaries_are_left_out_and_values_of_the_name_are_kept()
    {
        Assert.Equal([1, 2, 4], workspace.LoadCsv("n,u\nJo,1\nAl,2\nIo,4\nTotal,7\nMean,2.3\n").Dataset.Values);
        Assert.Equal(5, workspace.LoadCsv("n,u\ntotal,1\nAl,2\nIo,4\ntotal,7\ntotal,2.3\n").Dataset.RowCount);
    }

    [Fact]
    public void A_last_row_of_sums_or_without_a_date_is_a_warning()
    {
        Assert.Equal(
            7,
            Of(workspace.LoadCsv("u,v\n1,2\n2,3\n4,1\n3,3\n5,2\n15,11\n"), "last-row-is-sum").Figures["line"]
        );
        Of(workspace.LoadCsv("date,u\n2024-01-01,1\n2024-01-02,2.5\n2024-01-03,4\nYear,3\n"), "last-row-without-date");
    }
}
