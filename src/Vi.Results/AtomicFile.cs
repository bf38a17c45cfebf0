using System.Text;

namespace Vi.Results;

/// <summary>Files that appear whole or not at all.</summary>
public static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Writes UTF-8 text to a neighbour of <paramref name="path"/> and renames it over the old file. Creates the folder where needed;
    /// removes the neighbour where writing fails.
    /// </summary>
    public static void WriteText(string path, string text)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
        }

        var neighbour = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllText(neighbour, text, Utf8);
            File.Move(neighbour, path, overwrite: true);
        }
        catch
        {
            File.Delete(neighbour);
            throw;
        }
    }
}
