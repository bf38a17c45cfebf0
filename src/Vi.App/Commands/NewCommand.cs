namespace Vi.App.Commands;

internal static class NewCommand
{
    public static Command Create(VilabHost host)
    {
        var model = new Argument<string>("MODEL") { Description = "A model's type; vilab list shows them" };
        var file = new Option<string?>("--out") { Description = "File to write [MODEL.json]", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Write over an existing file" };
        var command = new Command("new", "Write a commented experiment file that runs") { model, file, force };
        return command.Does(
            host,
            null,
            (parsed, services, _) =>
            {
                var type = parsed.GetValue(model)!;
                var path = parsed.GetValue(file) ?? $"{type}.json";
                var text = Text(services, type, path);
                var full = services.GetRequiredService<FileFinder>().Full(path);
                if (File.Exists(full) && !parsed.GetValue(force))
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
    }

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
