namespace Vi.Data.Typed;

/// <summary>Tells kinds of binary files by their names and first bytes.</summary>
internal static class FileKind
{
    public static bool Is(string path, params ReadOnlySpan<string> extensions)
    {
        foreach (var extension in extensions)
        {
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first bytes of a file. Raises <see cref="ExperimentException"/> for one that is empty or no regular file.</summary>
    public static byte[] Start(TableRequest request, int count)
    {
        // Devices and pipes have no length; opening a pipe would wait for its writer.
        if (new FileInfo(request.File).Length == 0)
        {
            throw request.Fail(": the file is empty, or no regular file");
        }

        using var stream = File.OpenRead(request.File);
        var bytes = new byte[count];
        return bytes[..stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false)];
    }

    /// <summary>Raises <see cref="ExperimentException"/> for a file that does not start as its kind does.</summary>
    public static void Check(TableRequest request, string kind, ReadOnlySpan<byte> start)
    {
        if (!Start(request, start.Length).AsSpan().SequenceEqual(start))
        {
            throw request.Fail(
                $": this is not {kind}: it does not start with {System.Text.Encoding.ASCII.GetString(start)}"
            );
        }
    }
}
