using System.IO.Compression;
using System.Text;

namespace Vi.Data.Csv;

/// <summary>A text file that is open, and how it begins.</summary>
/// <param name="Head">Its first characters, in whole lines where it is longer.</param>
/// <param name="Findings">What was recognised of its packing and encoding.</param>
internal sealed record TextInput(TextReader Text, string Head, IReadOnlyList<Finding> Findings) : IDisposable
{
    private const int HeadBytes = 1 << 17;

    private static readonly (byte[] Start, string What)[] Others =
    [
        ([.. "PK\u0003\u0004"u8], "a zip archive, such as an Excel workbook (.xlsx); save the sheet as CSV"),
        ([0xd0, 0xcf, 0x11, 0xe0], "an old Office file, such as an Excel workbook (.xls); save the sheet as CSV"),
        ([.. "PAR1"u8], "a Parquet file; name it in data.parquet"),
        ([.. "ARROW1"u8], "an Arrow file; name it in data.arrow"),
        ([.. "SQLite format 3"u8], "a SQLite database; name it in data.sqlite"),
        ([.. "VIBLOCKS"u8], "a file of vilab import; name it in data.file"),
        ([0x93, .. "NUMPY"u8], "a NumPy file; name it in data.npy"),
        ([0x89, .. "HDF"u8], "an HDF5 file; write it as CSV or as a NumPy file"),
        ([.. "%PDF"u8], "a PDF document; CSV is needed"),
        ([.. "BZh"u8], "packed by bzip2; unpack it, or pack it by gzip"),
        ([0xfd, .. "7zXZ"u8], "packed by xz; unpack it, or pack it by gzip"),
        ([0x28, 0xb5, 0x2f, 0xfd], "packed by zstd; unpack it, or pack it by gzip"),
        ([.. "7z"u8, 0xbc, 0xaf], "a 7-Zip archive; unpack it"),
        ([.. "Rar!"u8], "a RAR archive; unpack it"),
        ([0x89, .. "PNG"u8], "a PNG image; CSV is needed"),
        ([.. "<!DOCTYPE"u8], "a web page; CSV is needed"),
        ([.. "<html"u8], "a web page; CSV is needed"),
        ([.. "<?xml"u8], "an XML file; CSV is needed"),
    ];

    /// <summary>
    /// Opens a file, unpacked where it is packed by gzip. Raises <see cref="ExperimentException"/> for what is empty, is no regular file or
    /// is no text.
    /// </summary>
    public static TextInput Open(TableRequest request)
    {
        // Devices and pipes have no length; opening a pipe would wait for its writer.
        if (new FileInfo(request.File).Length == 0)
        {
            throw request.Fail(": the file is empty, or no regular file; a header line and rows of numbers are needed");
        }

        var findings = new List<Finding>();
        var stream = (Stream)File.OpenRead(request.File);
        try
        {
            var head = Start(stream);
            if (head is [0x1f, 0x8b, ..])
            {
                stream.Dispose();
                CheckIsWhole(request.File);
                stream = Unpacked(request.File);
                head = Start(stream);
                stream.Dispose();
                stream = Unpacked(request.File);
                findings.Add(new Finding(Severity.Hint, "packed-by-gzip"));
            }
            else
            {
                stream.Position = 0;
            }

            CheckIsText(request, head);
            var encoding = Encoding(head);
            if (encoding is not UTF8Encoding)
            {
                findings.Add(new Finding(Severity.Hint, "windows-1252"));
            }

            using var beginning = new StreamReader(new MemoryStream(head), encoding, true);
            var text = beginning.ReadToEnd();
            if (head.Length == HeadBytes && text.LastIndexOf('\n') is > 0 and var end)
            {
                text = text[..(end + 1)];
            }

            return new TextInput(new StreamReader(stream, encoding, true), text, findings);
        }
        catch (InvalidDataException)
        {
            stream.Dispose();
            throw request.Fail(": the file is packed by gzip and damaged; pack it again");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => Text.Dispose();

    private static GZipStream Unpacked(string file) => new(File.OpenRead(file), CompressionMode.Decompress);

    /// <summary>
    /// Raises <see cref="InvalidDataException"/> for a packed file that was cut short, whose rows would be lost in silence: its last four
    /// bytes are the length of what it holds.
    /// </summary>
    private static void CheckIsWhole(string file)
    {
        var expected = new byte[4];
        using (var end = File.OpenRead(file))
        {
            if (end.Length < expected.Length)
            {
                throw new InvalidDataException();
            }

            end.Seek(-expected.Length, SeekOrigin.End);
            end.ReadExactly(expected);
        }

        using var stream = Unpacked(file);
        var (buffer, length) = (new byte[HeadBytes], 0L);
        while (stream.Read(buffer) is > 0 and var count)
        {
            length += count;
        }

        // Files that are packed in several parts end with the length of the last one.
        if (length < BitConverter.ToUInt32(expected))
        {
            throw new InvalidDataException();
        }
    }

    private static byte[] Start(Stream stream)
    {
        var bytes = new byte[HeadBytes];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static void CheckIsText(TableRequest request, byte[] head)
    {
        foreach (var (start, what) in Others)
        {
            if (head.AsSpan().StartsWith(start))
            {
                throw request.Fail($": this is no CSV file, but {what}");
            }
        }

        var isWide = head is [0xff, 0xfe, ..] or [0xfe, 0xff, ..];
        if (!isWide && head.AsSpan().Contains((byte)0))
        {
            throw request.Fail(": this is a binary file, not a text; CSV is needed");
        }
    }

    /// <summary>UTF-8 unless bytes do not fit; then the encoding of older Windows programs. A byte order mark comes before both.</summary>
    private static Encoding Encoding(byte[] head)
    {
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
        if (head is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            return new UTF8Encoding(false);
        }

        try
        {
            // The last character may be cut in two.
            utf8.GetDecoder().GetCharCount(head, flush: false);
            return new UTF8Encoding(false);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        }
    }
}
