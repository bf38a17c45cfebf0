using System.Text;
using Vi.App.Data;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>Files above the limit are read block by block, with the numbers that a table in memory has.</summary>
public sealed class LargeNpyTests : IDisposable
{
    private const int Columns = 64;
    private const int Rows = (int)(NpyDataset.InMemory / Columns) + 37;

    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private static float Entry(long row, int column) => (float)(System.Math.Sin(row * 0.37 + column) * (column + 1));

    private void Write(bool fortran, Func<int, int, float> entry)
    {
        var order = fortran ? "True" : "False";
        var header = $"{{'descr': '<f4', 'fortran_order': {order}, 'shape': ({Rows}, {Columns}), }}";
        var length = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        using var file = new BinaryWriter(File.Create(workspace.Path("large.npy")));
        file.Write([0x93, .. "NUMPY"u8, 1, 0]);
        file.Write((ushort)length);
        file.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        for (var i = 0; i < (fortran ? Columns : Rows); i++)
        {
            for (var j = 0; j < (fortran ? Rows : Columns); j++)
            {
                file.Write(fortran ? entry(j, i) : entry(i, j));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_rows_and_moments_are_those_of_the_file(bool fortran)
    {
        Write(fortran, (i, j) => Entry(i, j));
        var file = workspace.Path("large.npy");
        var header = NpyFile.Header(file, message => new InvalidOperationException(message));
        var rows = NpyFile.Open(file, header, [5, 2]).Rows();
        Assert.Equal(Rows, rows.Count);
        for (var i = 0L; i < Rows; i += 4099)
        {
            Assert.Equal([Entry(i, 5), Entry(i, 2)], rows.Row(i).ToArray());
            var block = rows.Block((int)(i / rows.BlockRows));
            Assert.Equal(Entry(i, 2), block[(int)(i % rows.BlockRows), 1]);
        }

        var memory = Vi.Math.Rows.OfRowMajor(
            Enumerable.Range(0, Rows).SelectMany(i => new double[] { Entry(i, 5), Entry(i, 2) }).ToArray(),
            2
        );
        Assert.Equal(Statistics.Moments(memory), Statistics.Moments(rows));
    }

    [Fact]
    public void A_number_that_is_not_finite_is_named_by_row_and_column()
    {
        Write(false, (i, j) => i == 70_000 && j == 3 ? float.NaN : Entry(i, j));
        var error = workspace.ErrorOf(
            """{ "data": { "npy": "large.npy" }, "model": { "type": "gaussian-mixture", "components": 2 } }"""
        );
        Assert.Contains(
            "row 70001 (the first is 1), column \"x4\": NaN is not a finite number",
            error,
            StringComparison.Ordinal
        );
    }
}
