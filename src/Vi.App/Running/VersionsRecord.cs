using System.Runtime.InteropServices;

namespace Vi.App.Running;

internal static class VersionsRecord
{
    public static string Program { get; } =
        typeof(VersionsRecord)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "unknown";

    /// <summary>Versions by name: vilab, .NET, operating system, processor with its cores.</summary>
    public static IReadOnlyDictionary<string, string> Current() =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["vilab"] = Program,
            [".NET"] = Environment.Version.ToString(),
            ["operating system"] = RuntimeInformation.OSDescription,
            ["processor"] = $"{Processor()}, {Environment.ProcessorCount} cores",
        };

    private static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        var line = File.Exists(Path)
            ? File.ReadLines(Path).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        var name = line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return string.IsNullOrEmpty(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name;
    }
}
