namespace Vi.App.Running;

internal sealed class OutputFolder(string path, IReportWriter reports)
{
    public string IndexPath => Path.Combine(path, "index.html");

    /// <summary>All stored runs by name, and one message a result that cannot be read.</summary>
    public (IReadOnlyList<IStoredRun> Runs, IReadOnlyList<string> Unreadable) Read()
    {
        var runs = new List<IStoredRun>();
        var unreadable = new List<string>();
        var folders = Directory.Exists(path) ? Directory.GetDirectories(path) : [];
        foreach (var folder in folders.Order(StringComparer.Ordinal))
        {
            var file = Path.Combine(folder, RunFolder.ResultFile);
            if (!File.Exists(file))
            {
                continue;
            }

            try
            {
                runs.Add(ResultJson.Read(file));
            }
            catch (Exception error) when (error is ResultFileException or IOException or UnauthorizedAccessException)
            {
                unreadable.Add(error.Message);
            }
        }

        return (runs, unreadable);
    }

    /// <summary>Writes the index over all stored runs; answers with one message a result that cannot be read.</summary>
    public IReadOnlyList<string> WriteIndex()
    {
        var (runs, unreadable) = Read();
        AtomicFile.WriteText(IndexPath, reports.Index(runs));
        return unreadable;
    }
}
