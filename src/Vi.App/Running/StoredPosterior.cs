namespace Vi.App.Running;

/// <summary>The posterior that a run left, with what its experiment says about reading files.</summary>
internal sealed record StoredPosterior(FittedModel Fit, FileReading Reading)
{
    private const string Pattern = "posterior*.json";

    /// <summary>
    /// Reads the posterior of a run's folder, of its <c>result.json</c>, or a file of one. Raises <see cref="ExperimentException"/> where there is none or
    /// there are several, <see cref="StoredFitException"/> for a damaged one.
    /// </summary>
    public static StoredPosterior Read(string path, string shown)
    {
        var isResult = Path.GetFileName(path) == RunFolder.ResultFile;
        if (!isResult && File.Exists(path))
        {
            return new(Load(path), ReadingOf(Path.GetDirectoryName(path)!));
        }

        var folder = isResult ? Path.GetDirectoryName(path)! : path;
        if (!Directory.Exists(folder))
        {
            throw new ExperimentException($"{shown}: there is no such run; vilab runs lists those that are stored");
        }

        string[] found = [.. Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal)];
        return found switch
        {
            [var only] => new(Load(only), ReadingOf(folder)),
            [] when File.Exists(Path.Combine(folder, RunFolder.ResultFile)) => throw new ExperimentException(
                $"{shown}: this run holds no posterior.json: it was stopped before there was an answer, or an older vilab wrote it. Run the experiment again"
            ),
            [] => throw new ExperimentException(
                $"{shown}: there is no run in this folder; vilab runs lists those that are stored"
            ),
            _ => throw new ExperimentException(
                $"{shown}: this run holds {found.Length} fits; name the file of one: {string.Join(", ", found.Select(file => Path.Combine(shown, Path.GetFileName(file))))}"
            ),
        };
    }

    private static FittedModel Load(string path)
    {
        try
        {
            return FittedModel.Load(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be read: {error.Message}");
        }
    }

    private static FileReading ReadingOf(string folder)
    {
        try
        {
            var run = ResultJson.Read(Path.Combine(folder, RunFolder.ResultFile));
            return run.Results[0].Configuration["data"].Deserialize<FileReading>(SettingSchema.Options) ?? new();
        }
        catch (ResultFileException)
        {
            // A posterior may stand alone.
            return new();
        }
    }
}
