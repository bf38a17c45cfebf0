using System.Text.Encodings.Web;

namespace Vi.Results;

/// <summary>
/// Reads and writes <c>result.json</c>: camelCase, indented. A number that JSON cannot carry is written by name (<c>"NaN"</c>,
/// <c>"Infinity"</c>, <c>"-Infinity"</c>); when reading, null stands for not-a-number as well.
/// </summary>
public static class ResultJson
{
    /// <summary>Newest layout that this program understands, and the one that it writes.</summary>
    public const int SchemaVersion = 3;

    /// <summary>The options behind reading and writing, for whoever stores parts of a result.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions(JavaScriptEncoder.Default);

    /// <summary>
    /// The same with letters of all languages written as they are: for text that a person reads. It leaves <c>&lt;</c> unescaped, so
    /// its output is text, never part of a script.
    /// </summary>
    public static JsonSerializerOptions ReadableOptions { get; } =
        CreateOptions(JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    /// <summary>The run as JSON text that ends with a line feed.</summary>
    public static string Serialize(IStoredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return JsonSerializer.Serialize(run, run.GetType(), ReadableOptions) + "\n";
    }

    /// <summary>Reads a run from JSON text: several results where it has <c>results</c>, otherwise one.</summary>
    /// <param name="json">Content of a <c>result.json</c>.</param>
    /// <param name="source">Where the text came from; named in errors.</param>
    /// <exception cref="ResultFileException">The text is no JSON, misses a member, or has a newer layout.</exception>
    public static IStoredRun Deserialize(string json, string source)
    {
        const string Again = "the experiment";
        var run = Deserialize(
            json,
            source,
            "result.json",
            Again,
            static IStoredRun? (root) =>
            {
                if (root["results"] is not JsonArray results)
                {
                    return WithStatus(root).Deserialize<RunResult>(Options);
                }

                foreach (var result in results.OfType<JsonObject>())
                {
                    WithStatus(result);
                }

                return root.Deserialize<ComparedRuns>(Options);
            }
        );
        return run.Results.Count > 0
            ? run
            : throw new ResultFileException($"{source}: holds no result. Run {Again} again.");
    }

    /// <summary>Reads a stored file of a kind; <paramref name="again"/> names what to run where it cannot be read.</summary>
    internal static T Deserialize<T>(string json, string source, string fileName, string again)
        where T : class => Deserialize(json, source, fileName, again, static root => root.Deserialize<T>(Options));

    private static T Deserialize<T>(
        string json,
        string source,
        string fileName,
        string again,
        Func<JsonObject, T?> read
    )
        where T : class
    {
        try
        {
            return read(Root(json, source, again))
                ?? throw new ResultFileException($"{source}: holds no result. Run {again} again.");
        }
        catch (JsonException error)
        {
            var what =
                error is DamagedMemberException
                    ? $": {error.Message}"
                    : $"{Place(error)}: it is no complete {fileName}.";
            throw new ResultFileException($"{source}: damaged{what} Run {again} again.", error);
        }
        catch (Exception error) when (error is not (ResultFileException or OutOfMemoryException))
        {
            throw new ResultFileException(
                $"{source}: damaged: a value is of another kind than in a {fileName}. Run {again} again.",
                error
            );
        }
    }

    /// <summary>
    /// Which member is wrong, or the line where the file itself stops to be JSON: members are read from the file's tree, which has no lines of it. The
    /// reader's own words name types of this program.
    /// </summary>
    private static string Place(JsonException error) =>
        error.Path is { Length: > 2 } member ? $" at {member[2..]}"
        : error.Path is null && error.LineNumber is { } line ? $" at line {line + 1}"
        : "";

    /// <summary>Writes the run beside <paramref name="path"/> and renames it, so that nobody sees half a file.</summary>
    public static void Write(string path, IStoredRun run) => AtomicFile.WriteText(path, Serialize(run));

    /// <summary>Reads the run stored at <paramref name="path"/>.</summary>
    /// <exception cref="ResultFileException">The file is missing, broken, or of a newer layout.</exception>
    public static IStoredRun Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new ResultFileException(
                $"{path}: there is no such file. Name the folder of a run, which holds result.json."
            );
        }

        return Deserialize(File.ReadAllText(path), path);
    }

    private static JsonObject Root(string json, string source, string again)
    {
        if (JsonNode.Parse(json) is not JsonObject root)
        {
            throw new ResultFileException($"{source}: holds no JSON object. Run {again} again.");
        }

        return
            root["schemaVersion"] is JsonValue version
            && version.TryGetValue<int>(out var number)
            && number > SchemaVersion
            ? throw new ResultFileException(
                $"{source}: schemaVersion is {number}, and this vilab reads up to {SchemaVersion}. "
                    + $"Use the vilab that wrote it, or run {again} again with this one."
            )
            : root;
    }

    /// <summary>Outcomes of layout 2 had their status next to them alone.</summary>
    private static JsonObject WithStatus(JsonObject result)
    {
        if (result["outcome"] is JsonObject outcome)
        {
            outcome["status"] ??= result["status"]?.DeepClone();
        }

        return result;
    }

    private static JsonSerializerOptions CreateOptions(JavaScriptEncoder encoder)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            Encoder = encoder,
            NewLine = "\n",
            AllowOutOfOrderMetadataProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.Never,
            RespectNullableAnnotations = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.Converters.Add(new AnyDoubleConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>A stored result that cannot be read; the message names the file and the remedy.</summary>
public sealed class ResultFileException : Exception
{
    /// <summary>With a message that names the file and the remedy.</summary>
    public ResultFileException(string message)
        : base(message) { }

    /// <summary>With a message that names the file and the remedy, and what was behind it.</summary>
    public ResultFileException(string message, Exception inner)
        : base(message, inner) { }
}
