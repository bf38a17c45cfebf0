using System.Collections.Concurrent;

namespace Vi.App.Running;

/// <summary>The files that an experiment reads, as they were before they were read.</summary>
internal sealed class FileStamps
{
    private readonly ConcurrentDictionary<string, (long Length, DateTime Written)> files = new(StringComparer.Ordinal);

    /// <summary>Notes a file that is about to be read; answers with its path.</summary>
    public string Note(string path)
    {
        files.TryAdd(path, Stamp(path));
        return path;
    }

    /// <summary>The files that were written to, replaced or removed since.</summary>
    public IReadOnlyList<string> Changed() =>
        [
            .. files
                .Where(file => Stamp(file.Key) != file.Value)
                .Select(file => Path.GetFileName(file.Key))
                .Order(StringComparer.Ordinal),
        ];

    private static (long Length, DateTime Written) Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default);
    }
}
