using Vi.Data.Blocks;
using Vi.Data.Columns;

namespace Vi.App.Commands;

/// <summary>Writes a table into a file that fits read by ranges of rows.</summary>
internal static class ImportCommand
{
    private const string Extension = ".blocks";

    private sealed record Request(
        [Cli("SOURCE", "A data file, an experiment whose data are taken, or a PostgreSQL connection string")]
            string Source,
        [Cli("--out", "File to write [the name of SOURCE with .blocks]", "FILE.blocks")] string? File = null,
        [Cli("--query", "The query of a database: a SELECT", "SQL")] string? Query = null,
        [Set] string[]? Assignments = null,
        [Cli("--force", "Write over an existing file")] bool IsForced = false,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "import", "Write a table of any source into one file that runs read fast", Import, true);

    private static void Import(
        Request request,
        OverrideReader overrides,
        ExperimentSchema schema,
        FileFinder finder,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var isExperiment = request.Source.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var (path, full) = Target(request, finder);
        var tree = isExperiment ? Experiment(finder, request.Source) : Named(request.Source);
        if (request.Query is { } query && tree["data"] is JsonObject given)
        {
            given["query"] = query;
        }

        overrides(request.Assignments ?? []).ApplyTo(tree, schema.Root);
        var data = schema.ReadData(tree["data"]);
        var source = DataSourceCatalogue.Of(data);
        var folder = isExperiment ? Path.GetDirectoryName(finder.Existing(request.Source))! : finder.Full(".");
        var table = Interruptible.Run(
            () =>
                source.Stored(
                    data,
                    AnyRows with
                    {
                        FindFile = (name, setting) => finder.Existing(name, folder, setting),
                    }
                ),
            cancellation
        );
        var leftOut = Store(full, path, table);
        FindingText.Write(terminal.Error, table.Findings.Select(FindingText.Rendered));
        if (leftOut.Count > 0)
        {
            terminal.Error.WriteLine(
                $"Columns of too many different texts are left out: {string.Join(", ", leftOut)}."
            );
        }

        var (rows, columns) = (table.Columns[0].Cells.Numbers.Count, table.Columns.Count - leftOut.Count);
        terminal.Out.WriteLine(
            $"{path} is written: {Counted(rows, "row")} of {Counted(columns, "column")}. Use it: \"data\": {{ \"file\": \"{path}\" }}"
        );
    }

    private static DataRequest AnyRows =>
        new()
        {
            HasTarget = false,
            TakesGaps = true,
            FindFile = (path, _) => path,
        };

    /// <summary>
    /// The file to write. Raises <see cref="ExperimentException"/> where it exists, or has another extension than runs know it by.
    /// </summary>
    private static (string Path, string Full) Target(Request request, FileFinder finder)
    {
        var path =
            request.File
            ?? (
                DataSourceCatalogue.OfPath(request.Source) is Vi.Data.Databases.PostgresSource
                    ? throw new ExperimentException("--out is needed: the file to write")
                    : Path.GetFileNameWithoutExtension(request.Source) + Extension
            );
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new ExperimentException(
                $"--out {path}: give the file the extension {Extension}, by which vilab new and vilab predict know it"
            );
        }

        var full = finder.Full(path);
        return !File.Exists(full) || request.IsForced
            ? (path, full)
            : throw new ExperimentException(
                $"{path}: the file exists; give --force to write over it, or another --out"
            );
    }

    /// <summary>A <c>data</c> object that names a file or a connection.</summary>
    private static JsonObject Named(string source) =>
        new() { ["data"] = new JsonObject { [DataSourceCatalogue.OfPath(source).Name] = source } };

    private static JsonObject Experiment(FileFinder finder, string path)
    {
        try
        {
            return
                JsonText.Parse(File.ReadAllText(finder.Existing(path))).Root is JsonObject tree
                && tree["data"] is not null
                ? tree
                : throw new ExperimentException($"{path}: this experiment has no data to import");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be read: {error.Message}");
        }
    }

    private static IReadOnlyList<string> Store(string full, string path, StoredColumns table)
    {
        try
        {
            return BlockFile.Write(full, table);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be written: {error.Message}");
        }
    }
}
