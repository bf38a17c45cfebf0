namespace Vi.App.Commands;

internal static class NewCommand
{
    private sealed record Request(
        [Cli("MODEL", "A model's type; vilab list shows them")] string Model,
        [Cli("--out", "File to write [MODEL.json]", "FILE")] string? File = null,
        [Cli("--force", "Write over an existing file")] bool IsForced = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "new", "Write a commented experiment file that runs", Write);

    private static void Write(
        Request request,
        IReadOnlyList<IModel> models,
        ExperimentSchema schema,
        FileFinder finder,
        Terminal terminal
    )
    {
        var path = request.File ?? $"{request.Model}.json";
        var full = finder.Full(path);
        var model = NearestName.Find(models, model => model.Type, request.Model, "model");
        if (File.Exists(full) && !request.IsForced)
        {
            throw new ExperimentException($"{path}: the file exists; give --force to write over it, or another --out");
        }

        try
        {
            var name = Path.GetFileNameWithoutExtension(path);
            AtomicFile.WriteText(full, new ExperimentTemplate(schema).Write(model, name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be written: {error.Message}");
        }

        terminal.Out.WriteLine($"{path} is written. Run it: vilab run {path}");
    }
}
