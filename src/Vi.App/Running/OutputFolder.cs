namespace Vi.App.Running;

internal sealed class OutputFolder(string path)
{
    public string IndexPath => Path.Combine(path, "index.html");

    /// <summary>The folders that hold results, by name.</summary>
    public IEnumerable<RunFolder> Runs =>
        (Directory.Exists(path) ? Directory.GetDirectories(path) : [])
            .Order(StringComparer.Ordinal)
            .Select(folder => new RunFolder(path, Path.GetFileName(folder)))
            .Where(run => run.HasResult);

    /// <summary>All stored runs by name, and one message a result that cannot be read.</summary>
    public (IReadOnlyList<IStoredRun> Runs, IReadOnlyList<string> Unreadable) Read()
    {
        var runs = new List<IStoredRun>();
        var unreadable = new List<string>();
        foreach (var run in Runs)
        {
            try
            {
                runs.Add(run.Read());
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
        AtomicFile.WriteText(IndexPath, IndexPage.Render(runs));
        return unreadable;
    }
}
