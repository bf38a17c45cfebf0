using Vi.App.Configuration;
using Vi.App.Laws;
using Vi.App.Models;

namespace Vi.App.Hosting;

/// <summary>Everything outside the program that a command touches, so that a test can stand in for it.</summary>
public sealed record Shell
{
    /// <summary>Where answers and progress go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where errors and logs go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal, on which a line can be written over.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The folder from which relative paths start.</summary>
    public string WorkingFolder { get; init; } = Environment.CurrentDirectory;

    /// <summary>What the names of environment variables with settings start with.</summary>
    public string EnvironmentPrefix { get; init; } = SettingOverrides.EnvironmentPrefix;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The models.</summary>
    public IReadOnlyList<IModel> Models { get; init; } = ModelCatalogue.All;

    /// <summary>A path as a reader wants it: from the working folder where it lies below it.</summary>
    public string Shown(string path)
    {
        var relative = Path.GetRelativePath(WorkingFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>Numbers of a NumPy file above which it is read block by block in every sweep: 64 megabytes of float64.</summary>
    public long NumbersInMemory { get; init; } = 1L << 23;

    /// <summary>The laws and specimens.</summary>
    public LawCatalogue Laws
    {
        get => field ?? LawCatalogue.Default;
        init;
    }

    /// <summary>The process's own console.</summary>
    public static Shell OfProcess() =>
        new()
        {
            Out = Console.Out,
            Error = Console.Error,
            IsTerminal = !Console.IsOutputRedirected,
        };
}
