using Xunit.Abstractions;

namespace Vi.App.Tests.Support;

/// <summary>Where the repository and what lies beside it are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution, found by walking up from the tests.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path in the repository.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// A path in the folder <c>shared</c> beside the repository; null, with a line in the test's output, where it is not there.
    /// </summary>
    public static string? Shared(ITestOutputHelper output, params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", .. parts]);
        if (Path.Exists(path))
        {
            return path;
        }

        output.WriteLine(
            $"DID NOT RUN: there is no {string.Join('/', parts)} in a folder 'shared' beside the repository."
        );
        return null;
    }

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
