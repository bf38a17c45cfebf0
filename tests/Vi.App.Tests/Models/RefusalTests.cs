using System.Text;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Refusals that name the cause and what works.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private string Error(string data, string type = "gaussian-mixture", string size = "components") =>
        workspace.ErrorOf($$"""{ "data": { {{data}} }, "model": { "type": "{{type}}", "{{size}}": 2 } }""");

    [Theory]
    [InlineData(
        "a,b,total\n0.5,1,1.5\n1,3,4\n-2,0.5,-1.5\n4,1,5\n0,2,2\n",
        "\"total\" = \"a\" + \"b\" up to a constant"
    )]
    [InlineData("a,b,c\n0.5,1,0.2\n1,3,0.7\n-2,0.5,1\n4,1,9\n0,2,3\n", null)]
    [InlineData(
        "inch,x,cm\n1,0.5,2.54\n2,3,5.08\n4,1,10.16\n3,7,7.62\n7,2,17.78\n",
        "\"cm\" = 2.54 \"inch\" up to a constant"
    )]
    public void Columns_that_determine_each_other_are_named(string csv, string? expected)
    {
        workspace.Write("rows.csv", csv);
        if (expected is null)
        {
            Assert.Equal(0, workspace.Run("validate", Experiment("\"csv\": \"rows.csv\"")).Code);
            return;
        }

        Assert.Contains(expected, Error("\"csv\": \"rows.csv\""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaussian-mixture", "components")]
    [InlineData("regime-switching", "states")]
    public void Fewer_rows_than_columns_name_what_works(string type, string size)
    {
        workspace.Write("rows.csv", "a,b,c\n0.5,1,2.5\n1,3,0.5\n-2,0.5,1\n");
        var error = Error("\"csv\": \"rows.csv\"", type, size);
        Assert.Contains("fewer columns", error, StringComparison.Ordinal);
        Assert.Contains("diagonal", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NumPy_header_whose_size_overflows_is_refused()
    {
        var header =
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 1073741825), }".PadRight(117) + "\n";
        workspace.WriteBytes(
            "rows.npy",
            [
                0x93,
                .. "NUMPY"u8,
                1,
                0,
                .. BitConverter.GetBytes((ushort)header.Length),
                .. Encoding.ASCII.GetBytes(header),
                .. new byte[64],
            ]
        );
        Assert.Contains("the file is cut short", Error("\"npy\": \"rows.npy\""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_file_of_eight_schools_is_in_order_where_it_is_written()
    {
        Assert.Equal(0, workspace.Run("new", "eight-schools", "--out", "deep/schools.json").Code);
        var outcome = workspace.Run("validate", "deep/schools.json");
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private string Experiment(string data)
    {
        workspace.Write(
            "exp.json",
            $$"""{ "data": { {{data}} }, "model": { "type": "gaussian-mixture", "components": 2 } }"""
        );
        return "exp.json";
    }
}
