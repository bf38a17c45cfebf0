namespace Vi.App.Running;

/// <summary>Turns the files and folders of a command line into experiments.</summary>
internal sealed class ExperimentFiles(ExperimentLoader loader, FileFinder files)
{
    /// <summary>
    /// Reads all experiments before any of them is run. Raises <see cref="ExperimentException"/> with the problems of all files.
    /// </summary>
    public IReadOnlyList<LoadedExperiment> Load(IReadOnlyList<string> paths, SettingOverrides overrides)
    {
        var problems = new List<Problem>();
        var experiments = new List<LoadedExperiment>();
        foreach (var path in paths)
        {
            Collect(
                problems,
                () =>
                {
                    foreach (var file in Expand(path))
                    {
                        Collect(problems, () => experiments.Add(loader.Load(file, overrides)));
                    }
                }
            );
        }

        foreach (
            var group in experiments.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1)
        )
        {
            var names = string.Join(" and ", group.Select(e => Path.GetFileName(e.File)));
            problems.Add(
                new Problem("name", $"{names} have the same name \"{group.Key}\" and would write to one folder")
            );
        }

        return problems.Count == 0 ? experiments : throw new ExperimentException(problems);
    }

    private IEnumerable<string> Expand(string path)
    {
        var full = files.Full(path);
        if (!Directory.Exists(full))
        {
            return [path];
        }

        var found = Directory.GetFiles(full, "*.json").Order(StringComparer.Ordinal).ToList();
        return found.Count > 0
            ? found.Select(file => Path.Combine(path, Path.GetFileName(file)))
            : throw new ExperimentException($"{path}: there is no *.json file in this folder");
    }

    private static void Collect(List<Problem> problems, Action action)
    {
        try
        {
            action();
        }
        catch (ExperimentException error)
        {
            problems.AddRange(error.Problems);
        }
    }
}
