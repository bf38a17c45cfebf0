using System.IO.MemoryMappedFiles;
using System.Text;

namespace Vi.Data;

/// <summary>The header of a NumPy file (NumPy Enhancement Proposal 1, versions 1 to 3).</summary>
internal static class NpyHeader
{
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>The layout of a file; <paramref name="fail"/> makes the exception where it is none.</summary>
    public static MatrixLayout Of(string path, Func<string, Exception> fail)
    {
        var length = new FileInfo(path).Length;
        if (length == 0)
        {
            throw fail("the file is empty, or no regular file");
        }

        using var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        return Read(view, length, fail);
    }

    /// <summary>Reads and checks a header against the file's length; <paramref name="fail"/> makes the exception.</summary>
    private static MatrixLayout Read(MemoryMappedViewAccessor view, long length, Func<string, Exception> fail)
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
        // The product of three sizes may exceed 64 bits.
        var needed = (UInt128)dataOffset + (UInt128)(uint)header.Rows * (uint)header.Columns * (uint)header.ItemSize;
        return needed <= (UInt128)length
            ? header
            : throw fail(
                $"the file is cut short: {header.Rows} x {header.Columns} numbers need {needed} bytes, and there are {length}"
            );
    }

    /// <summary>Reads a header, which is a Python literal: <c>{'descr': '&lt;f8', 'fortran_order': False, 'shape': (3, 2), }</c>.</summary>
    private static MatrixLayout Parse(string text, long dataOffset, Func<string, Exception> fail)
    {
        var json = text.Replace('\'', '"')
            .Replace('(', '[')
            .Replace(')', ']')
            .Replace("True", "true")
            .Replace("False", "false");
        var keys = Keys(json) as JsonObject;
        if (keys?["fortran_order"] is not JsonValue order || keys["shape"] is not JsonArray shape)
        {
            throw fail($"the header is not understood: {Printable.Cell(text.Trim())}");
        }

        var type = keys["descr"] is JsonValue name ? name.GetValue<string>() : "with fields";
        var itemSize = type switch
        {
            "<f8" => 8,
            "<f4" => 4,
            _ => throw fail($"numbers of type {type} are not read; save the array with astype('<f8') or astype('<f4')"),
        };
        if (shape.Count is < 1 or > 2)
        {
            throw fail($"the array has {shape.Count} dimensions; one or two are needed");
        }

        int[] counts = [.. shape.Select(size => int.TryParse(size!.ToJsonString(), out var count) ? count : -1)];
        var shown = string.Join(", ", shape);
        return counts.Min() switch
        {
            < 0 => throw fail($"the shape ({shown}) is too large"),
            0 => throw fail($"the shape ({shown}) holds no numbers"),
            _ => new MatrixLayout(
                itemSize,
                order.GetValue<bool>(),
                counts[0],
                counts.Length == 2 ? counts[1] : 1,
                dataOffset
            ),
        };
    }

    private static JsonNode? Keys(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
