using System.Globalization;
using System.Text;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>Missing entries: who may have them, how they are written, and what they do to means, scales and answers.</summary>
public sealed class GapTests : IDisposable
{
    private const int Rows = 30;
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Four columns of one factor at different offsets and scales, some entries missing.</summary>
    private static double[][] Table() =>
        [
            .. Enumerable
                .Range(0, Rows)
                .Select(t =>
                    Enumerable
                        .Range(0, Names.Length)
                        .Select(n =>
                            (t + (3 * n)) % 8 == 0
                                ? double.NaN
                                : (10.0 * n) + ((n + 1) * (System.Math.Sin(t) + (0.3 * System.Math.Cos((5 * t) + n))))
                        )
                        .ToArray()
                ),
        ];

    private static string Csv(double[][] rows, params string[] missing)
    {
        var next = 0;
        var text = new StringBuilder(string.Join(',', Names)).Append('\n');
        foreach (var row in rows)
        {
            var cells = row.Select(value =>
                double.IsNaN(value)
                    ? missing[next++ % missing.Length]
                    : value.ToString("R", CultureInfo.InvariantCulture)
            );
            text.AppendJoin(',', cells).Append('\n');
        }

        return text.ToString();
    }

    internal static byte[] Npy(double[][] rows)
    {
        var header =
            $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows.Length}, {rows[0].Length}), }}".PadRight(117)
            + "\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            .. BitConverter.GetBytes((ushort)header.Length),
            .. Encoding.ASCII.GetBytes(header),
            .. rows.SelectMany(row => row).SelectMany(BitConverter.GetBytes),
        ];
    }

    private RunResult Fit(string data, string settings = "")
    {
        var outcome = workspace.RunText(
            $$"""
            { "data": { {{data}} }, "model": { "type": "factor-model", "factors": 1{{settings}} },
              "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("exp");
    }

    private static double[] Observed(double[][] rows, int column) =>
        [.. rows.Select(row => row[column]).Where(double.IsFinite)];

    private static double Sd(double[] values)
    {
        var mean = values.Average();
        return System.Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    [Fact]
    public void Every_way_to_write_a_gap_gives_the_same_bits()
    {
        workspace.Write("empty.csv", Csv(Table(), ""));
        workspace.Write("mixed.csv", Csv(Table(), "NA", "NaN", "", "nan"));
        workspace.WriteBytes("rows.npy", Npy(Table()));
        var empty = Fit("\"csv\": \"empty.csv\", \"gaps\": true");
        Assert.Equal(empty.Elbo!.Value, Fit("\"csv\": \"mixed.csv\", \"gaps\": true").Elbo!.Value);
        Assert.Equal(empty.Elbo!.Value, Fit("\"npy\": \"rows.npy\", \"gaps\": true").Elbo!.Value);
        Assert.False(empty.Diagnostics["readOnce"]!.GetValue<bool>());
    }

    [Fact]
    public void Means_and_gaps_of_a_column_are_those_of_its_observed_entries()
    {
        var table = Table();
        workspace.Write("rows.csv", Csv(table, ""));
        var result = Fit("\"csv\": \"rows.csv\", \"gaps\": true");
        var means = result.Parameters["means"]!.AsArray();
        for (var n = 0; n < Names.Length; n++)
        {
            var observed = Observed(table, n);
            var summary = result.Data!.Summaries[n];
            Assert.Equal(Rows - observed.Length, summary.Missing);
            Assert.Equal(observed.Average(), summary.Mean, 1e-12);
            Assert.Equal(Sd(observed), summary.Sd, 1e-12);
            Assert.Equal(observed.Min(), summary.Minimum);
            Assert.Equal(observed.Max(), summary.Maximum);
            Assert.Equal(observed.Average(), means[n]!.GetValue<double>(), 1e-12);
        }

        Assert.Contains(
            result.Findings,
            finding =>
                finding.Code == "missing-entries"
                && finding.Message.StartsWith("15 of 120 entries are missing (12.5 %)", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Columns_with_gaps_are_measured_by_their_observed_entries()
    {
        var table = Table();
        workspace.Write("raw.csv", Csv(table, "NA"));
        var moments = Names
            .Select((_, n) => (Mean: Observed(table, n).Average(), Sd: Sd(Observed(table, n))))
            .ToArray();
        var standard = table.Select(row => row.Select((x, n) => (x - moments[n].Mean) / moments[n].Sd).ToArray());
        workspace.Write("standard.csv", Csv([.. standard], ""));
        var ours = Fit("\"csv\": \"raw.csv\", \"gaps\": true, \"standardize\": true", ", \"center\": false");
        var byHand = Fit("\"csv\": \"standard.csv\", \"gaps\": true", ", \"center\": false");
        // The density of the entries in their own unit.
        var jacobian = moments.Select((column, n) => Observed(table, n).Length * System.Math.Log(column.Sd)).Sum();
        Assert.Equal(byHand.Elbo!.Value - jacobian, ours.Elbo!.Value, 1e-8);
        Assert.NotEqual(
            Fit("\"csv\": \"raw.csv\", \"gaps\": true", ", \"center\": false").Elbo!.Value,
            ours.Elbo!.Value,
            1.0
        );
    }

    [Fact]
    public void A_row_without_entries_and_one_that_is_left_out_give_the_same_answer()
    {
        workspace.Write("with.csv", "a,b,c\n1,2,0\n2,1,1\n,NA,\n3,5,\n4,4,2\n0,1,1\n");
        workspace.Write("without.csv", "a,b,c\n1,2,0\n2,1,1\n3,5,\n4,4,2\n0,1,1\n");
        Assert.Equal(
            Fit("\"csv\": \"without.csv\", \"gaps\": true").Elbo!.Value,
            Fit("\"csv\": \"with.csv\", \"gaps\": true").Elbo!.Value,
            1e-7
        );
    }

    [Fact]
    public void The_experiment_with_gaps_finds_the_factors_and_its_page_counts_the_gaps()
    {
        var outcome = workspace.Run("run", Repository.At("experiments", "06-factor-model-gaps.json"), "--quiet");
        Assert.True(outcome.Code == 0, outcome.Error);
        var result = workspace.Result("06-factor-model-gaps");
        var empty = File.ReadLines(Repository.At("data", "notebook", "s06-factor-returns-gaps.csv"))
            .Sum(line => line.Split(',').Count(cell => cell.Length == 0));
        Assert.Equal(397, empty);
        Assert.Equal(empty, result.Data!.Summaries.Sum(column => column.Missing));
        var best = result.Diagnostics["bounds"]!.AsArray().MaxBy(fit => fit!["elbo"]!.GetValue<double>());
        Assert.Equal(3, best!["factors"]!.GetValue<int>());
        Assert.All(
            result.Diagnostics["loadingCorrelations"]!.AsArray(),
            correlation => Assert.InRange(correlation!.GetValue<double>(), 0.97, 1)
        );
        var page = File.ReadAllText(workspace.Path("out", "06-factor-model-gaps", "report.html"));
        Assert.Contains(">missing</th>", page, StringComparison.Ordinal);
    }

    private string Error(string data, string model = """{ "type": "factor-model", "factors": 1 }""")
    {
        var outcome = workspace.RunText($$"""{ "data": { {{data}} }, "model": {{model}} }""");
        Assert.Equal(2, outcome.Code);
        return outcome.Error;
    }

    [Theory]
    [InlineData("1,2\n3,\n", "line 3, column \"b\": the cell is empty; a number is needed; set data.gaps to true")]
    [InlineData("1,2\nNA,4\n", "line 3, column \"a\": \"NA\" is not a number; set data.gaps to true")]
    [InlineData("1,2\n3,NaN\n", "line 3, column \"b\": \"NaN\" is not a finite number; set data.gaps to true")]
    public void A_gap_that_was_not_announced_is_named_with_the_setting(string rows, string expected)
    {
        workspace.Write("rows.csv", "a,b\n" + rows);
        Assert.Contains(expected, Error("\"csv\": \"rows.csv\""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2\n3,x\n,4\n", "line 3, column \"b\": \"x\" is not a number")]
    [InlineData("1,2\n3,inf\n", "line 3, column \"b\": \"inf\" is not a number")]
    [InlineData("1,2\n1e999,4\n", "line 3, column \"a\": \"1e999\" is not a finite number")]
    public void Other_texts_are_no_gaps(string rows, string expected)
    {
        workspace.Write("rows.csv", "a,b\n" + rows);
        var error = Error("\"csv\": \"rows.csv\", \"gaps\": true");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("data.gaps", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_without_any_number_is_left_out_or_refused()
    {
        workspace.Write("rows.csv", "a,b,c\n1,,2\n3,NA,1\n4,,6\n");
        Assert.Equal(["a", "c"], Fit("\"csv\": \"rows.csv\", \"gaps\": true").Data!.Columns);
        Assert.Contains(
            "column \"b\": every entry is missing; leave it out of data.columns",
            Error("\"csv\": \"rows.csv\", \"gaps\": true, \"columns\": [\"a\", \"b\"]"),
            StringComparison.Ordinal
        );
        workspace.WriteBytes(
            "rows.npy",
            Npy([
                [1, 2, double.NaN, 3],
                [2, 4, double.NaN, 1],
            ])
        );
        Assert.Contains(
            "column \"x3\": every entry is missing",
            Error("\"npy\": \"rows.npy\", \"gaps\": true"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_gap_of_a_NumPy_file_is_named_with_row_column_and_setting()
    {
        workspace.WriteBytes(
            "rows.npy",
            Npy([
                [1, 2, 3, 4],
                [5, double.NaN, 7, 8],
            ])
        );
        Assert.Contains(
            "row 2 (the first is 1), column \"x2\": NaN is not a finite number; set data.gaps to true",
            Error("\"npy\": \"rows.npy\""),
            StringComparison.Ordinal
        );
        workspace.WriteBytes(
            "rows.npy",
            Npy([
                [1, 2, 3, 4],
                [5, double.PositiveInfinity, 7, 8],
            ])
        );
        Assert.Contains(
            "column \"x2\": Infinity is not a finite number",
            Error("\"npy\": \"rows.npy\", \"gaps\": true"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Models_that_need_every_entry_refuse_gaps()
    {
        workspace.Write("rows.csv", "a,b\n1,2\n3,\n");
        Assert.Contains(
            "data.gaps: the model gaussian-mixture needs every entry; complete the rows, or set this key to \"drop-rows\"",
            Error("\"csv\": \"rows.csv\", \"gaps\": true", """{ "type": "gaussian-mixture", "components": 1 }"""),
            StringComparison.Ordinal
        );
        var plain = Error("\"csv\": \"rows.csv\"", """{ "type": "gaussian-mixture", "components": 1 }""");
        Assert.Contains("line 3, column \"b\": the cell is empty; a number is needed", plain, StringComparison.Ordinal);
        Assert.Contains("set data.gaps to \"drop-rows\"", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("true", plain, StringComparison.Ordinal);
    }

    [Fact]
    public void Synthetic_data_have_no_gaps()
    {
        var example =
            """ "synthetic": { "generator": "factor-model", "rows": 5, "loadings": [[1], [1]], "psi": [1, 1] } """;
        Assert.Contains(
            "data.gaps: synthetic data take no such key",
            Error(example + ", \"gaps\": true"),
            StringComparison.Ordinal
        );
    }
}
