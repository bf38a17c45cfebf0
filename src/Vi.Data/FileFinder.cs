namespace Vi.Data;

/// <summary>Finds the files that the command line and experiments name.</summary>
/// <param name="workingFolder">Folder from which relative paths on the command line start.</param>
internal sealed class FileFinder(string workingFolder)
{
    /// <summary>A path as a reader wants it: from the working folder where it lies below it.</summary>
    public string Shown(string path)
    {
        var relative = Path.GetRelativePath(workingFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>Full path of a path on the command line. Raises <see cref="ExperimentException"/> for one that no file can have.</summary>
    public string Full(string path) => Full(path, workingFolder, "");

    private static string Full(string path, string folder, string settingPath)
    {
        try
        {
            return Path.GetFullPath(path, folder);
        }
        catch (ArgumentException)
        {
            throw new ExperimentException(
                settingPath,
                path.Length == 0
                    ? "the path of a file is empty"
                    : $"\"{path}\": no file can have this path, because it holds a NUL character"
            );
        }
    }

    /// <summary>
    /// Full path of a file on the command line. Raises <see cref="ExperimentException"/> with the nearest file name of its folder where
    /// there is no such file.
    /// </summary>
    public string Existing(string path)
    {
        var full = Full(path);
        return File.Exists(full) ? full : throw new ExperimentException($"{path}: {Missing([full])}");
    }

    /// <summary>
    /// Full path of a file that an experiment names: relative to the experiment's folder, then to the working folder. Raises
    /// <see cref="ExperimentException"/> at the setting with the nearest file name where it is in neither.
    /// </summary>
    public string Existing(string path, string experimentFolder, string settingPath)
    {
        string[] places = [Full(path, experimentFolder, settingPath), Full(path, workingFolder, settingPath)];
        return places.FirstOrDefault(File.Exists)
            ?? throw new ExperimentException(settingPath, $"\"{path}\": {Missing([.. places.Distinct()])}");
    }

    private static string Missing(IReadOnlyList<string> places)
    {
        if (places.FirstOrDefault(Directory.Exists) is { } directory)
        {
            return $"{directory} is a folder; name a file in it";
        }

        foreach (var place in places)
        {
            var folder = Path.GetDirectoryName(place)!;
            var names = Directory.Exists(folder) ? Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!) : [];
            if (NearestName.Of(Path.GetFileName(place), names) is { } near)
            {
                return $"there is no such file; did you mean \"{near}\" in {folder}?";
            }
        }

        return "there is no such file; looked for " + string.Join(" and ", places);
    }
}
