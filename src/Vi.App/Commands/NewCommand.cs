namespace Vi.App.Commands;

internal static class NewCommand
{
    private sealed record Request(
        [Cli("MODEL", "A model's type; vilab list shows them")] string Model,
        [Cli("--out", "File to write [MODEL.json]", "FILE")] string? File = null,
        [Cli("--force", "Write over an existing file")] bool IsForced = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command<Request>(
            host,
            "new",
            "Write a commented experiment file that runs",
            (request, services, _) =>
            {
                var path = request.File ?? $"{request.Model}.json";
                var text = Text(services, request.Model, path);
                var full = services.GetRequiredService<FileFinder>().Full(path);
                if (File.Exists(full) && !request.IsForced)
                {
                    throw new ExperimentException(
                        $"{path}: the file exists; give --force to write over it, or another --out"
                    );
                }

                Write(full, path, text);
                host.Terminal.Out.WriteLine($"{path} is written. Run it: vilab run {path}");
                return CommandLine.Fine;
            }
        );

    private static string Text(IServiceProvider services, string type, string path) =>
        new ExperimentTemplate(services.GetRequiredService<ExperimentSchema>()).Write(
            NearestName.Find(services.GetRequiredService<IReadOnlyList<IModel>>(), model => model.Type, type, "model"),
            Path.GetFileNameWithoutExtension(path)
        );

    private static void Write(string full, string path, string text)
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
