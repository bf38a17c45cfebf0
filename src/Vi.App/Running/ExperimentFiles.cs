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
        T? Try<T>(Func<T> load)
            where T : class
        {
            try
            {
                return load();
            }
            catch (ExperimentException error)
            {
                problems.AddRange(error.Problems);
                return null;
            }
        }

        var experiments = paths
            .SelectMany(path => Try(() => Expand(path)) ?? [])
            .Select(file => Try(() => loader.Load(file, overrides)))
            .OfType<LoadedExperiment>()
            .ToList();
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
}
