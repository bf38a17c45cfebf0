namespace Vi.App.Running;

internal sealed class OutputFolder(string path)
{
    public string IndexPath => Path.Combine(path, "index.html");

    /// <summary>The folders that hold results, by name.</summary>
    public IEnumerable<RunFolder> Runs =>
        (Directory.Exists(path) ? Directory.GetDirectories(path) : [])
            .Select(folder => Path.GetFileName(folder))
            .Where(name => !name.StartsWith('.'))
            .Order(StringComparer.Ordinal)
            .Select(name => new RunFolder(path, name))
            .Where(run => run.HasResult);

    /// <summary>Summaries of all stored runs by name, and one message a result that cannot be read.</summary>
    public (IReadOnlyList<RunSummary> Runs, IReadOnlyList<string> Damaged) Read()
    {
        var runs = new List<RunSummary>();
        var damaged = new List<string>();
        foreach (var run in Runs)
        {
            try
            {
                runs.Add(run.Summary());
            }
            catch (Exception error) when (error is ResultFileException or IOException or UnauthorizedAccessException)
            {
                damaged.Add(error.Message);
            }
        }

        return (runs, damaged);
    }

    /// <summary>Writes the index over all stored runs; answers with one message a result that cannot be read.</summary>
    public IReadOnlyList<string> WriteIndex()
    {
        var (runs, damaged) = Read();
        AtomicFile.WriteText(IndexPath, IndexPage.Render(runs));
        return damaged;
    }
}
