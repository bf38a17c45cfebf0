using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Data.Csv;

/// <summary>Titles, comments and empty lines above a table.</summary>
public sealed class LinesAboveTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("Sales report\na,b\n1,2\n3,4\n", 1, "Sales report")]
    [InlineData("Sales report\n\na,b\n1,2\n3,4\n", 2, "Sales report")]
    [InlineData("Report of\tMay\r\n\r\na;b\r\n1;2\r\n3;4\r\n", 2, "Report of")]
    [InlineData("# made by x, y, z\n# on Monday\na,b\n1,2\n3,4\n", 2, "# made by x, y, z")]
    [InlineData("# one, two\na,b\n1,2\n3,4\n", 1, "# one, two")]
    [InlineData("// made by hand\na\tb\n1\t2\n3\t4\n", 1, "// made by hand")]
    [InlineData("Title,,\nfrom a machine,,\na,b,\n1,2,\n3,4,\n", 2, "Title,,")]
    [InlineData("sep=;\nTitle\na;b\n1;2\n3;4\n", 2, "Title")]
    public void Lines_above_the_header_are_recognised_and_named(string csv, int lines, string first)
    {
        var data = workspace.LoadCsv(csv);
        Assert.Equal(["a", "b"], data.Dataset.ColumnNames);
        Assert.Equal([1, 2, 3, 4], data.Dataset.Values);
        var finding = Assert.Single(data.Findings, finding => finding.Code == "lines-above-header");
        Assert.Equal(lines, finding.Figures["lines"]);
        Assert.StartsWith(
            first,
            Vi.Reports.English.FindingText.Rendered(finding).Subjects[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_comment_above_a_single_column_is_recognised() =>
        Assert.Equal(["a"], workspace.LoadCsv("# made by hand\na\n1\n2\n3\n").Dataset.ColumnNames);

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("\n\na,b\n1,2\n3,4\n")]
    [InlineData("# a,b\n1,2\n3,4\n")]
    [InlineData("a,\n1,2\n3,4\n")]
    [InlineData("a\nx\ny\n")]
    [InlineData("name\n\"Smith\"\n1\n")]
    public void A_table_that_begins_at_once_loses_no_line(string csv)
    {
        workspace.Write("rows.csv", csv);
        var outcome = workspace.RunText(
            """{ "data": { "csv": "rows.csv" }, "model": { "type": "fake", "components": 1 } }"""
        );
        Assert.DoesNotContain("header was found below", outcome.Out + outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "Station,Berlin\nyear,a,b,c\n1,1.5,2,3\n2,3.5,4,5\n",
        "line 1: 2 cells, but the rows from line 2 on have 4. If line 2 is the header, set data.skipLines to 1"
    )]
    [InlineData(
        "Title\n\nvalue\n1\n2\n3\n",
        "line 3, column \"Title\": \"value\" is not a number. If line 3 is the header, set data.skipLines to 2"
    )]
    [InlineData(
        "Title\n1,2\n3,4\n",
        "line 2: 2 cells, but the header has 1. If the header stands further down, set data.skipLines"
    )]
    [InlineData("Title\na,a\n1,2\n3,4\n", "line 2: two columns have the name \"a\"")]
    public void What_may_be_a_header_is_refused_with_its_line_and_the_remedy(string csv, string expected) =>
        Assert.Contains(expected, workspace.ErrorOfCsv(csv), StringComparison.Ordinal);

    [Theory]
    [InlineData("Station,Berlin\na,b\n1,2\n3,4\n", 1)]
    [InlineData("1,2\nx\na,b\n1,2\n3,4\n", 2)]
    public void The_setting_comes_before_what_the_file_shows(string csv, int lines)
    {
        var data = workspace.LoadCsv(csv, $", \"skipLines\": {lines}");
        Assert.Equal(["a", "b"], data.Dataset.ColumnNames);
        Assert.Equal([1, 2, 3, 4], data.Dataset.Values);
        Assert.DoesNotContain(data.Findings, finding => finding.Code == "lines-above-header");
    }

    [Fact]
    public void Lines_of_cells_count_the_lines_above()
    {
        Assert.Contains(
            "line 5, column \"b\"",
            workspace.ErrorOfCsv("Title\n\na,b\n1,2\n3,\n5,6\n"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "nothing is left after the 9 lines",
            workspace.ErrorOfCsv("a,b\n1,2\n", ", \"skipLines\": 9"),
            StringComparison.Ordinal
        );
    }
}
