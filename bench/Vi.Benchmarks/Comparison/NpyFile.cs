using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Vi.Benchmarks.Comparison;

/// <summary>A float64 array of two dimensions in C order, as make_data.py writes them.</summary>
internal sealed record NpyFile(double[] Values, int Rows, int Columns)
{
    /// <summary>Reads the whole file into memory.</summary>
    public static NpyFile Read(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[10];
        file.ReadExactly(start);
        var header = new byte[BitConverter.ToUInt16(start, 8)];
        file.ReadExactly(header);
        var text = System.Text.Encoding.ASCII.GetString(header);
        var shape = Regex.Match(text, @"\((\d+), *(\d+)\)", RegexOptions.None, TimeSpan.FromSeconds(1));
        if (start[6] != 1 || !shape.Success || !text.Contains("'<f8'") || text.Contains("True"))
        {
            throw new InvalidDataException(
                $"{path}: float64 of two dimensions in C order is needed, not {text.Trim()}"
            );
        }

        var rows = int.Parse(shape.Groups[1].ValueSpan);
        var columns = int.Parse(shape.Groups[2].ValueSpan);
        var values = GC.AllocateUninitializedArray<double>(rows * columns);
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new NpyFile(values, rows, columns);
    }
}
