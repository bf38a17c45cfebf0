using System.Security;

namespace Vi.App.Commands;

/// <summary>Writes the project of a model program: the sample of the repository, which builds and runs where it is written.</summary>
internal static class NewProgram
{
    public const string DefaultFolder = "dose-response";

    private const string Project = "DoseResponse.csproj";
    private const string Experiment = "dose-response.json";

    private static readonly string[] Files = [Project, "DoseResponse.cs", "bioassay.csv", Experiment, "README.md"];

    /// <param name="store">Writes a text to a file: its full path, its path in messages, the text.</param>
    public static void Write(
        string folder,
        bool isForced,
        FileFinder finder,
        Terminal terminal,
        Action<string, string, string> store
    )
    {
        var full = finder.Full(folder);
        if (Files.FirstOrDefault(file => File.Exists(Path.Combine(full, file))) is { } existing && !isForced)
        {
            throw new ExperimentException(
                $"{Path.Combine(folder, existing)}: the file exists; give --force to write over it, or another folder"
            );
        }

        foreach (var file in Files)
        {
            store(Path.Combine(full, file), Path.Combine(folder, file), Text(file));
        }

        terminal.Out.WriteLine($"{folder} is written: a model program in C#, its data and an experiment.");
        terminal.Out.WriteLine($"Build it: dotnet build {folder}");
        terminal.Out.WriteLine($"Run it: vilab run {Path.Combine(folder, Experiment)} --allow-code");
    }

    private static string Text(string file)
    {
        using var held = typeof(NewProgram).Assembly.GetManifestResourceStream($"program/{file}")!;
        using var reader = new StreamReader(held);
        var text = reader.ReadToEnd();
        return file switch
        {
            Project => text.Replace(
                "VILAB_FOLDER",
                SecurityElement.Escape(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
                StringComparison.Ordinal
            ),
            // The sample stands in the repository and is built into the folder of its configuration.
            Experiment => text.Replace(
                    "  \"$schema\": \"../../docs/experiment.schema.json\",\n",
                    "",
                    StringComparison.Ordinal
                )
                .Replace("bin/Release/net10.0/", "bin/", StringComparison.Ordinal),
            _ => text,
        };
    }
}
