namespace Vi.App.Tests.Support;

/// <summary>Where the repository is.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution, found by walking up from the tests.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path in the repository.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Vi.Hybrid.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
