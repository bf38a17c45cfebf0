namespace Vi.App.Running;

/// <summary>Folders that long work will write to in its end.</summary>
internal static class WritableFolder
{
    /// <summary>
    /// Makes sure before the work that results can be written. Raises <see cref="ExperimentException"/> where they cannot; folders made on
    /// the way are removed then.
    /// </summary>
    public static void Ensure(string path)
    {
        var existing = path;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".vilab-{Guid.NewGuid():N}.part");
            using (
                new FileStream(
                    probe,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                )
            ) { }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RemoveEmpty(path, existing);
            throw new ExperimentException(
                $"{path}: results cannot be written here: {error.Message.TrimEnd('.')}. Give another folder with --out"
            );
        }
    }

    private static void RemoveEmpty(string path, string existing)
    {
        for (var folder = path; folder.Length > existing.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }
        }
    }
}
