using Vi.App.Models.Programs;

namespace Vi.App.Commands;

internal static class NewCommand
{
    private sealed record Request(
        [Cli("MODEL", "A model's type; vilab list shows them")] string Model,
        [Cli(
            "DATA|FOLDER",
            "A data file to fit: columns, target and gaps are guessed; of program, the folder of its project"
        )]
            string? Data = null,
        [Cli("--out", "File to write [MODEL.json]", "FILE")] string? File = null,
        [Cli("--force", "Write over an existing file")] bool IsForced = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "new", "Write a commented experiment file that runs", Write, answersInFiles: true);

    private static void Write(
        Request request,
        IReadOnlyList<IModel> models,
        ExperimentSchema schema,
        ExperimentProposal proposal,
        FileFinder finder,
        Terminal terminal
    )
    {
        var path = request.File ?? $"{request.Model}.json";
        var full = finder.Full(path);
        var model = NearestName.Find(models, model => model.Type, request.Model, "model");
        if (model is OwnProgram && request.File is null)
        {
            NewProgram.Write(request.Data ?? NewProgram.DefaultFolder, request.IsForced, finder, terminal, Store);
            return;
        }

        if (File.Exists(full) && !request.IsForced)
        {
            throw new ExperimentException($"{path}: the file exists; give --force to write over it, or another --out");
        }

        if (request.Data is { } table)
        {
            var proposed = proposal.Of(model, table, full);
            Store(full, path, proposed.Text);
            FindingText.Write(terminal.Error, proposed.Findings);
        }
        else
        {
            WriteExample(model, path, full, schema, terminal);
        }

        terminal.Out.WriteLine($"{path} is written. Run it: vilab run {path}");
    }

    private static void WriteExample(IModel model, string path, string full, ExperimentSchema schema, Terminal terminal)
    {
        var text = new ExperimentTemplate(schema).Write(model, Path.GetFileNameWithoutExtension(path));
        Store(full, path, text);
        if (StoreData(full, text) is { } data)
        {
            terminal.Out.WriteLine($"{data} is written next to it: the data of the example.");
        }
    }

    /// <summary>Writes the data of an example that the program holds next to it; the name where that was needed.</summary>
    private static string? StoreData(string full, string text)
    {
        if (JsonText.Parse(text).Root?["data"]?["csv"]?.GetValue<string>() is not { } name)
        {
            return null;
        }

        using var held = typeof(NewCommand).Assembly.GetManifestResourceStream(name);
        var path = Path.Combine(Path.GetDirectoryName(full)!, name);
        if (held is null || File.Exists(path))
        {
            return null;
        }

        using var reader = new StreamReader(held);
        Store(path, name, reader.ReadToEnd());
        return name;
    }

    private static void Store(string full, string path, string text)
    {
        try
        {
            AtomicFile.WriteText(full, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be written: {error.Message}");
        }
    }
}
