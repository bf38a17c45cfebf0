using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Vi.Reports;

/// <summary>Styles and scripts that pages inline, read once from the program's own resources.</summary>
internal static class EmbeddedAssets
{
    private static readonly ConcurrentDictionary<string, byte[]> Cache = new(StringComparer.Ordinal);

    /// <summary>Our styles, and the rules for formulas with their font inside.</summary>
    internal static Markup Styles(bool withFormulas) => Markup.Trusted($"<style>{StyleText(withFormulas)}</style>");

    /// <summary>The same as a file of its own.</summary>
    internal static string StyleText(bool withFormulas)
    {
        var styles = Text("report.css");
        if (withFormulas)
        {
            var font = $"data:font/woff2;base64,{Convert.ToBase64String(Bytes("temml.woff2"))}";
            styles = Text("temml.css").Replace("url('Temml.woff2')", $"url({font})", StringComparison.Ordinal) + styles;
        }

        return styles;
    }

    /// <summary>A script as a file of its own; in front of it the licence of a package that does not carry its own.</summary>
    internal static string Source(string name) =>
        (name == "temml.js" ? $"/*\n{Text("temml.license")}*/\n" : "") + Text(name);

    /// <summary>A script element; in front of it the licence of a package that does not carry its own in its script.</summary>
    internal static Markup Script(string name)
    {
        var licence = name == "temml.js" ? $"<!-- {name}\n{Text("temml.license")}-->\n" : "";
        return Markup.Trusted($"{licence}<script>{Text(name)}</script>\n");
    }

    /// <summary>Source expression by which a content security policy admits exactly this script.</summary>
    internal static string Hash(string name) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text(name))))}'";

    private static string Text(string name) =>
        Encoding
            .UTF8.GetString(Bytes(name))
            .ReplaceLineEndings("\n")
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

    internal static byte[] Bytes(string name) =>
        Cache.GetOrAdd(
            name,
            static key =>
            {
                using var stream =
                    typeof(EmbeddedAssets).Assembly.GetManifestResourceStream(key)
                    ?? throw new InvalidOperationException(
                        $"The program was built without the report's {key}; build it again."
                    );
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                return memory.ToArray();
            }
        );
}
