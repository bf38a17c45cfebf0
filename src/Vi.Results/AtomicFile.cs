using System.Text;

namespace Vi.Results;

/// <summary>Files that appear whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>The names of files that are being written: those that are left belong to programs that were killed.</summary>
    public const string PartPattern = ".vilab-*.part";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Writes UTF-8 text to a new file in the folder of <paramref name="path"/>, whose name nobody can foresee, and renames it over the old
    /// file once it is on the disk. Creates the folder where needed; removes the new file where writing fails.
    /// </summary>
    public static void WriteText(string path, string text) => Write(path, stream => Put(stream, [text]));

    /// <summary>The same for what <paramref name="write"/> puts into a stream.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var part = Path.Combine(folder, $".vilab-{Guid.NewGuid():N}.part");
        try
        {
            // Held open until it has its name, so that nobody takes it for one that was left.
            using var stream = Created(part, write);
            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>Writes lines of UTF-8 text to a file that must not exist yet, and waits until they are on the disk.</summary>
    public static void Create(string path, IEnumerable<string> texts) =>
        Created(path, stream => Put(stream, texts)).Dispose();

    /// <summary>Removes files that killed programs left in a folder while they wrote; those of a running program stay.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var part in Directory.GetFiles(folder, PartPattern))
        {
            try
            {
                // A link is removed, not what it leads to; a file that is being written is locked.
                if (File.ResolveLinkTarget(part, returnFinalTarget: false) is null)
                {
                    using var held = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                }

                File.Delete(part);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody else's: what cannot be removed does no harm.
            }
        }
    }

    private static FileStream Created(string path, Action<Stream> write)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static void Put(Stream stream, IEnumerable<string> texts)
    {
        using var writer = new StreamWriter(stream, Utf8, bufferSize: 1 << 16, leaveOpen: true);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }
}
