using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>What a CSV file may and may not hold.</summary>
public sealed class CsvTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("", "rows.csv: the file is empty")]
    [InlineData("\n\n", "rows.csv: the file is empty")]
    [InlineData("a,b\n", "rows.csv: there is a header line only; at least one row of numbers is needed")]
    [InlineData("a,b", "rows.csv: there is a header line only")]
    [InlineData("a,b\n1,2\n3\n", "rows.csv, line 3: 1 cell, but the header has 2")]
    [InlineData("a,b\n1,2\n3,4,5\n", "rows.csv, line 3: 3 cells, but the header has 2")]
    [InlineData("a,b\n1,2\n3,x y\n", "rows.csv, line 3, column \"b\": \"x y\" is not a number")]
    [InlineData("a,b\n1,2\n\n3,NaN\n", "rows.csv, line 4, column \"b\": \"NaN\" is not a finite number")]
    [InlineData("a,b\n1,2\n-inf,3\n", "rows.csv, line 3, column \"a\": \"-inf\" is not a number")]
    [InlineData("a,b\n1,2\n1e999,3\n", "rows.csv, line 3, column \"a\": \"1e999\" is not a finite number")]
    [InlineData("a,b\n1,2\n,3\n", "rows.csv, line 3, column \"a\": the cell is empty; a number is needed")]
    [InlineData("a,b\r\n1,2\r\n3,NA\r\n", "rows.csv, line 3, column \"b\": \"NA\" is not a number")]
    [InlineData("a,t,b\n1,\"two\nlines\",2\n3,x,oops\n", "rows.csv, line 4, column \"b\": \"oops\" is not a number")]
    [InlineData("a\n1\nx\n", "rows.csv, line 3, column \"a\": \"x\" is not a number")]
    [InlineData("a\n1\n\nx\n", "rows.csv, line 4, column \"a\": \"x\" is not a number")]
    [InlineData("a,b,a\n1,2,3\n", "rows.csv, line 1: two columns have the name \"a\"; rename one")]
    [InlineData("1,2\n3,4\n", "rows.csv, line 1: a header line with column names is needed; \"1\" is a number")]
    [InlineData("a,b\nx,y\n", "rows.csv: no column has numbers in it")]
    public void A_bad_cell_or_row_is_named_with_its_line_in_the_file(string csv, string expected) =>
        Assert.Contains($"exp.json:1: data.csv: {expected}", workspace.ErrorOfCsv(csv), StringComparison.Ordinal);

    [Theory]
    [InlineData(
        ", \"columns\": [\"eruption\"]",
        "data.columns[0]: rows.csv has no column \"eruption\"; did you mean \"eruptions\"?"
    )]
    [InlineData(", \"columns\": [\"waiting\", \"waiting\"]", "data.columns[1]: \"waiting\" stands twice in the list")]
    [InlineData(", \"columns\": []", "data.columns: the list is empty")]
    [InlineData(", \"labels\": \"kid\"", "data.labels: rows.csv has no column \"kid\"; did you mean \"kind\"?")]
    [InlineData(
        ", \"test\": \"test.csv\"",
        "data.test: \"test.csv\": there is no such file; did you mean \"tests.csv\" in"
    )]
    public void A_column_or_file_that_does_not_exist_is_answered_with_the_nearest_one(string data, string expected)
    {
        workspace.Write("tests.csv", "");
        var error = workspace.ErrorOfCsv("eruptions,waiting,kind\n3.6,79,long\n1.8,54,short\n", data);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_answered_with_the_nearest_name_in_its_folder()
    {
        workspace.Write("data/old-faithful.csv", "a\n1\n");
        var error = workspace.ErrorOf(
            """{ "data": { "csv": "data/old_faithful.csv" }, "model": { "type": "fake", "components": 1 } }"""
        );
        Assert.Contains(
            "data.csv: \"data/old_faithful.csv\": there is no such file; did you mean \"old-faithful.csv\" in",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Five_bad_cells_are_shown_and_the_rest_are_counted()
    {
        var error = workspace.ErrorOfCsv("a,b\n1,1\n" + string.Concat(Enumerable.Repeat("x,1\n", 12)));
        Assert.Equal(6, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("line 7, column \"a\"", error, StringComparison.Ordinal);
        Assert.Contains("and 7 more such cells or rows", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_column_cannot_be_standardised()
    {
        var error = workspace.ErrorOfCsv("a,b\n1,5\n2,5\n", ", \"standardize\": true");
        Assert.Contains(
            "data.standardize: rows.csv: the column \"b\" is constant and cannot be standardised",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_target_alone_explains_nothing()
    {
        var error = workspace.ErrorOfCsv("y\n1\n2\n", model: "fake-regression");
        Assert.Contains("only the target \"y\" is there", error, StringComparison.Ordinal);
    }
}
