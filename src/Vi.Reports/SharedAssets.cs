using System.Security.Cryptography;

namespace Vi.Reports;

/// <summary>A file that pages of an output folder share.</summary>
/// <param name="File">Its name, which changes with its content.</param>
internal sealed record SharedAsset(string File, string Text);

/// <summary>Large scripts that stand once in the folder <c>assets</c> beside the folders of runs, instead of in each page.</summary>
internal static class SharedAssets
{
    /// <summary>The folder's name in an output folder.</summary>
    public const string Folder = "assets";

    /// <summary>The embedded scripts that are large.</summary>
    public static IReadOnlyList<string> Names { get; } = ["plotly.js", "temml.js"];

    private static readonly Lazy<IReadOnlyList<SharedAsset>> Files = new(() => [.. Names.Select(Of)]);

    public static IReadOnlyList<SharedAsset> All => Files.Value;

    /// <summary>A reference to the script from a page in a run's folder.</summary>
    public static Markup Script(string name) =>
        Markup.Of($"""<script src="../{Folder}/{All[Names.ToList().IndexOf(name)].File}"></script>{"\n"}""");

    private static SharedAsset Of(string name)
    {
        var text = EmbeddedAssets.Source(name);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        return new($"{Path.GetFileNameWithoutExtension(name)}-{hash}{Path.GetExtension(name)}", text);
    }
}
