using Vi.App.Tests.Support;
using Vi.Reports.English;
using Vi.Results;
using Xunit;
using static Vi.App.Tests.Data.Csv.CsvFindings;

namespace Vi.App.Tests.Data.Csv;

/// <summary>Gaps, codes for gaps, odd values and transforms.</summary>
public sealed class ValueTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    /// <summary>A column of 40 measurements between -1 and 1, with some texts in place of the first ones.</summary>
    private static string Column(params string[] first) =>
        "u,v\n"
        + string.Concat(
            Enumerable
                .Range(0, 40)
                .Select(i => $"{(i < first.Length ? first[i] : $"{System.Math.Sin(i):F4}")},{System.Math.Cos(i):F4}\n")
        );

    [Theory]
    [InlineData("NA")]
    [InlineData("n/a")]
    [InlineData("nan")]
    [InlineData("NULL")]
    [InlineData("None")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("#N/A")]
    [InlineData("?")]
    [InlineData("")]
    public void Rows_with_a_gap_are_dropped_where_asked_for_and_counted(string gap)
    {
        var data = workspace.LoadCsv($"u,v\n1,2\n{gap},3\n4,5\n", ", \"gaps\": \"drop-rows\"");
        Assert.Equal([1, 2, 4, 5], data.Dataset.Values);
        var dropped = Of(data, "rows-dropped");
        Assert.Equal((1, 3), (dropped.Figures["dropped"], dropped.Figures["rows"]));
        Assert.Equal(1, Of(data, "gap-spelling").Figures["cells"]);
        var error = workspace.ErrorOfCsv($"u,v\n1,2\n{gap},3\n4,5\n");
        Assert.Contains("line 3, column \"u\"", error, StringComparison.Ordinal);
        Assert.Contains("set data.gaps to \"drop-rows\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_experiment_names_further_ways_to_write_a_gap()
    {
        var data = workspace.LoadCsv(
            "u\n1\n-999\nleer\n-999.0\n2\n",
            ", \"gaps\": \"drop-rows\", \"missing\": [\"-999\", \"leer\"]"
        );
        Assert.Equal([1, 2], data.Dataset.Values);
    }

    [Theory]
    [InlineData(-999, 12)]
    [InlineData(9999, 2)]
    [InlineData(-99, 1)]
    public void A_code_for_missing_entries_is_named_with_its_count(double code, int count)
    {
        var data = workspace.LoadCsv(Column([.. Enumerable.Repeat($"{code}", count)]));
        var finding = Of(data, "sentinel-value");
        Assert.Equal(
            (Severity.Warning, code, count),
            (finding.Severity, finding.Figures["value"], finding.Figures["count"])
        );
        Assert.Contains(
            $"set data.missing to [\"{code}\"]",
            FindingText.Rendered(finding).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Ordinary_columns_are_not_suspected()
    {
        var ages = "age\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{40 + i}.5\n")) + "99\n99\n";
        Assert.Empty(workspace.LoadCsv(ages).Findings);
        Assert.Empty(workspace.LoadCsv(Column()).Findings);
        // A lognormal column spans orders of magnitude.
        var wide =
            "w\n"
            + string.Concat(Enumerable.Range(0, 60).Select(i => $"{System.Math.Exp(3 * System.Math.Sin(i * i)):R}\n"));
        Assert.Empty(workspace.LoadCsv(wide).Findings);
    }

    [Fact]
    public void A_value_far_from_all_others_is_named_with_its_line()
    {
        var finding = Of(workspace.LoadCsv(Column("0.1", "0.2", "12345.6")), "far-value");
        Assert.Equal((4, 12345.6), (finding.Figures["line"], finding.Figures["value"]));
        Assert.Equal(["u"], finding.Subjects);
    }

    [Fact]
    public void A_column_of_labels_among_measurements_is_a_hint()
    {
        var csv = "kind,u\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 3},{System.Math.Sin(i):F4}\n"));
        Assert.Equal(["kind"], Of(workspace.LoadCsv(csv), "label-columns").Subjects);
    }

    [Fact]
    public void Transforms_are_applied_in_order_and_stated()
    {
        workspace.Write("test.csv", "u,v\n1,0\n");
        var data = workspace.LoadCsv(
            "u,v\n1,0\n7.38905609893065,1\n",
            ", \"transform\": { \"u\": [\"log\", \"standardize\"], \"v\": [\"log1p\"] }, \"test\": \"test.csv\""
        );
        var sd = System.Math.Sqrt(2);
        Assert.Equal(
            [-1 / sd, 0, 1 / sd, System.Math.Log(2)],
            data.Dataset.Values,
            (a, b) => System.Math.Abs(a - b) < 1e-12
        );
        Assert.Equal([-1 / sd, 0], data.Dataset.Test!.Values, (a, b) => System.Math.Abs(a - b) < 1e-12);
        Assert.Equal(
            ["u", "log", "standardize"],
            data.Findings.First(finding => finding.Code == "transformed").Subjects
        );
    }

    [Theory]
    [InlineData("\"u\": [\"log\"]", "data.transform.u: line 3: 0 has no finite logarithm")]
    [InlineData("\"uu\": [\"log\"]", "data.transform.uu: \"uu\" is none of the columns in use")]
    [InlineData("\"u\": [\"lag\"]", "\"lag\" is not allowed; did you mean \"log\"?")]
    public void A_transform_that_cannot_be_applied_is_refused(string transform, string expected) =>
        Assert.Contains(
            expected,
            workspace.ErrorOfCsv("u,v\n1,2\n0,3\n", $", \"transform\": {{ {transform} }}"),
            StringComparison.Ordinal
        );
}
