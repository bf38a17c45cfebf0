namespace Vi.Results;

/// <summary>Reads and writes <c>verify.json</c>, in the manner of <see cref="ResultJson"/>.</summary>
public static class VerificationJson
{
    /// <summary>File name of a stored check.</summary>
    public const string FileName = "verify.json";

    /// <summary>File name of its page.</summary>
    public const string PageName = "verify.html";

    /// <summary>The check as JSON text that ends with a line feed.</summary>
    public static string Serialize(VerificationResult result) =>
        JsonSerializer.Serialize(result, ResultJson.ReadableOptions) + "\n";

    /// <summary>Reads a check from JSON text; <paramref name="source"/> is named in errors.</summary>
    /// <exception cref="ResultFileException">The text is no complete <c>verify.json</c> of a layout that this program reads.</exception>
    public static VerificationResult Deserialize(string json, string source) =>
        ResultJson.Deserialize<VerificationResult>(json, source, FileName, "vilab verify");

    /// <summary>Writes the check beside <paramref name="path"/> and renames it.</summary>
    public static void Write(string path, VerificationResult result) => AtomicFile.WriteText(path, Serialize(result));

    /// <summary>Reads the check stored at <paramref name="path"/>.</summary>
    /// <exception cref="ResultFileException">The file is missing, broken, or of a newer layout.</exception>
    public static VerificationResult Read(string path) =>
        File.Exists(path)
            ? Deserialize(File.ReadAllText(path), path)
            : throw new ResultFileException($"{path}: there is no such file. Run: vilab verify");
}
