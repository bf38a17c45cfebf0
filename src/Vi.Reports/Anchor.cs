namespace Vi.Reports;

/// <summary>Names that are safe where a page or a command line needs one.</summary>
internal static class Anchor
{
    /// <summary>An identifier from any text: ASCII letters, digits and hyphens, beginning with a letter.</summary>
    internal static string For(string text)
    {
        var kept = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        return $"x-{kept.Trim('-')}";
    }

    /// <summary>A link to where a name has its anchor.</summary>
    internal static Markup Link(string name) => Markup.Of($"""<a href="#{For(name)}">{name}</a>""");

    /// <summary>A name as a file name that needs no quoting in a shell.</summary>
    internal static string FileName(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
}
