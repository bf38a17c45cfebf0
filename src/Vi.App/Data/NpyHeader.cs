using System.IO.MemoryMappedFiles;
using System.Text;
using System.Text.RegularExpressions;

namespace Vi.App.Data;

/// <summary>The header of a NumPy file (NumPy Enhancement Proposal 1, versions 1 to 3).</summary>
/// <param name="ItemSize">Bytes of a number: 8 for float64, 4 for float32.</param>
/// <param name="Fortran">True if stored column by column.</param>
/// <param name="Columns">Number of columns; 1 for an array of one dimension.</param>
internal sealed partial record NpyHeader(int ItemSize, bool Fortran, int Rows, int Columns, long DataOffset)
{
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Reads and checks a header against the file's length; <paramref name="fail"/> makes the exception.</summary>
    public static NpyHeader Read(MemoryMappedViewAccessor view, long length, Func<string, Exception> fail)
    {
        var start = new byte[System.Math.Min(length, 12)];
        view.ReadArray(0, start, 0, start.Length);
        if (start.Length < 10 || !start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw fail("this is no NumPy file: it does not start with \\x93NUMPY");
        }

        var (headerStart, headerLength) = start[6] switch
        {
            1 => (10, (long)BitConverter.ToUInt16(start, 8)),
            2 or 3 when start.Length == 12 => (12, BitConverter.ToUInt32(start, 8)),
            _ => throw fail($"version {start[6]} of the NumPy format is not known; known are 1, 2 and 3"),
        };
        var dataOffset = headerStart + headerLength;
        if (dataOffset > length)
        {
            throw fail($"the file is cut short: its header needs {dataOffset} bytes, and there are {length}");
        }

        var bytes = new byte[headerLength];
        view.ReadArray(headerStart, bytes, 0, bytes.Length);
        var text = Encoding.UTF8.GetString(bytes);
        var header = Parse(text, dataOffset, fail);
        var needed = dataOffset + (long)header.Rows * header.Columns * header.ItemSize;
        return needed <= length
            ? header
            : throw fail(
                $"the file is cut short: {header.Rows} x {header.Columns} numbers need {needed} bytes, and there are {length}"
            );
    }

    private static NpyHeader Parse(string text, long dataOffset, Func<string, Exception> fail)
    {
        var type = TypePattern().Match(text);
        var order = OrderPattern().Match(text);
        var shape = ShapePattern().Match(text);
        if (!order.Success || !shape.Success)
        {
            throw fail($"the header is not understood: {text.Trim()}");
        }

        var itemSize = type.Groups["type"].Value switch
        {
            "<f8" => 8,
            "<f4" => 4,
            _ => throw fail(
                $"numbers of type {(type.Success ? type.Groups["type"].Value : "with fields")} are not read; save the array with astype('<f8') or astype('<f4')"
            ),
        };
        var sizes = shape
            .Groups["shape"]
            .Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (sizes.Length is < 1 or > 2)
        {
            throw fail($"the array has {sizes.Length} dimensions; one or two are needed");
        }

        var counts = Array.ConvertAll(sizes, size => int.TryParse(size, out var count) ? count : -1);
        if (Array.Exists(counts, count => count < 0))
        {
            throw fail($"the shape ({shape.Groups["shape"].Value}) is too large");
        }

        if (Array.Exists(counts, count => count == 0))
        {
            throw fail($"the shape ({shape.Groups["shape"].Value}) holds no numbers");
        }

        return new NpyHeader(
            itemSize,
            order.Groups["order"].Value == "True",
            counts[0],
            counts.Length == 2 ? counts[1] : 1,
            dataOffset
        );
    }

    [GeneratedRegex("'descr': *'(?<type>[^']*)'", RegexOptions.None, 1000)]
    private static partial Regex TypePattern();

    [GeneratedRegex("'fortran_order': *(?<order>True|False)", RegexOptions.None, 1000)]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape': *\((?<shape>[^)]*)\)", RegexOptions.None, 1000)]
    private static partial Regex ShapePattern();
}
