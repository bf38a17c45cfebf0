using System.Security.Cryptography;

namespace Vi.Reports;

/// <summary>A file that pages of an output folder share.</summary>
/// <param name="File">Its name, which changes with its content.</param>
internal sealed record SharedAsset(string File, string Text);

/// <summary>Scripts that stand once in the folder <c>assets</c> beside the folders of runs, instead of in each page.</summary>
internal static class SharedAssets
{
    /// <summary>The folder's name in an output folder.</summary>
    public const string Folder = "assets";

    private static readonly string[] Scripts = ["plotly.js", "temml.js", "report.js"];

    private static readonly Lazy<Dictionary<string, SharedAsset>> Files = new(() =>
        Scripts
            .Select(name => (name, EmbeddedAssets.Source(name)))
            .ToDictionary(asset => asset.Item1, asset => Of(asset.Item1, asset.Item2), StringComparer.Ordinal)
    );

    public static IReadOnlyList<SharedAsset> All => [.. Files.Value.Values];

    /// <summary>Whether an embedded script is among them.</summary>
    public static bool Has(string script) => Scripts.Contains(script, StringComparer.Ordinal);

    /// <summary>A reference to a script from a page in a run's folder.</summary>
    public static Markup Script(string name) => Markup.Of($"""<script src="{Path(name)}"></script>{"\n"}""");

    private static string Path(string name) => $"../{Folder}/{Files.Value[name].File}";

    private static SharedAsset Of(string name, string text)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        var (stem, kind) = (System.IO.Path.GetFileNameWithoutExtension(name), System.IO.Path.GetExtension(name));
        return new($"{stem}-{hash}{kind}", text);
    }
}
