namespace Vi.Reports;

/// <summary>
/// The shell of a page: everything inlined, and a content security policy that admits exactly the inlined scripts and no address at
/// all, so that the page works from a file and nothing leaves the machine. A page with shared assets admits scripts of its own disk or server
/// as well.
/// </summary>
internal static class Page
{
    /// <summary>A document of sections with a table of contents; those without content are left out.</summary>
    /// <param name="links">What stands below the contents.</param>
    /// <param name="isShared">Whether scripts are in a folder that pages share.</param>
    /// <param name="scripts">Names of embedded scripts besides those that formulas and charts need.</param>
    internal static string Render(
        string title,
        Markup head,
        IEnumerable<Section> all,
        Markup links,
        bool isShared = false,
        params IEnumerable<string> scripts
    )
    {
        var sections = all.Where(section => !section.Body.IsEmpty).ToList();
        var hasCharts = sections.Exists(section =>
            section.Body.ToString().Contains("class=\"plot\"", StringComparison.Ordinal)
        );
        string[] charts = hasCharts ? ["plotly.js"] : [];
        var contents = Markup.ForEach(
            sections,
            section => Markup.Of($"""<li><a href="#{section.Id}">{section.Heading}</a></li>""")
        );
        return Render(
            $"{title} · vilab",
            Markup.Of($"""<nav class="contents" aria-label="Contents"><ol>{contents}</ol>{links}</nav>"""),
            Markup.Concat(sections.Select(section => section.Render()).Prepend(head)),
            isShared,
            [.. charts, "temml.js", "report.js", .. scripts]
        );
    }

    /// <summary>A whole document.</summary>
    /// <param name="scripts">Names of embedded scripts to run at the end of the page, in order.</param>
    internal static string Render(
        string title,
        Markup navigation,
        Markup main,
        bool isShared = false,
        params IReadOnlyList<string> scripts
    )
    {
        // Hashes of files are not compared where a page is opened from a disk, so that files are admitted by where they are.
        var files = isShared ? " 'self' file:" : "";
        var admitted = scripts
            .Where(name => !isShared || !SharedAssets.Has(name))
            .Prepend("theme.js")
            .Select(EmbeddedAssets.Hash);
        var policy =
            $"default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; script-src "
            + string.Join(' ', admitted)
            + files;
        return Markup
            .Of(
                $"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="{policy}">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>{title}</title>
                <link rel="icon" href="data:,">
                {EmbeddedAssets.Styles(withFormulas: scripts.Contains("temml.js", StringComparer.Ordinal))}
                {EmbeddedAssets.Script("theme.js")}
                </head>
                <body>
                {Markup.If(isShared, $"""<p class="assets-missing">This page lacks its charts: their scripts are in the folder {SharedAssets.Folder}, next to the run's folder. Move the whole output folder, or run again with report.assets set to inline.</p>""")}
                <a class="skip" href="#content">Skip to content</a>
                <header class="bar">
                  <span class="brand">vilab</span>
                  <button type="button" id="theme" aria-label="Switch between light and dark"><span aria-hidden="true">◐</span> <span id="theme-name">Theme</span></button>
                </header>
                <div class="columns">
                {navigation}
                <main id="content" tabindex="-1">
                {main}</main>
                </div>
                {Markup.ForEach(
                    scripts,
                    name =>
                        isShared && SharedAssets.Has(name)
                            ? SharedAssets.Script(name)
                            : EmbeddedAssets.Script(name)
                )}
                </body>
                </html>

                """
            )
            .ToString();
    }
}
