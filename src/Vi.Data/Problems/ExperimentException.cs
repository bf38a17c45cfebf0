namespace Vi.Data.Problems;

/// <summary>One thing that is wrong with an experiment.</summary>
/// <param name="Path">The JSON path of the setting, e.g. <c>model.components</c>; empty where the matter is no setting.</param>
/// <param name="Message">The value, what is the matter and what is allowed.</param>
internal sealed record Problem(string Path, string Message)
{
    /// <summary>The JSON path, which may hold keys of a file.</summary>
    public string Path { get; init; } = Printable.Message(Path);

    /// <summary>The message without control characters and long texts, which files and their names may bring in.</summary>
    public string Message { get; } = Printable.Message(Message);

    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>
/// Arguments, configuration or data that cannot be run: the program prints one line a problem and ends with exit code 2.
/// </summary>
internal sealed class ExperimentException : Exception
{
    public ExperimentException(IReadOnlyList<Problem> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    public ExperimentException(string path, string message)
        : this([new Problem(path, message)]) { }

    public ExperimentException(string message)
        : this("", message) { }

    /// <summary>Reports these problems, if there are any.</summary>
    public static void ThrowIfAny(IEnumerable<Problem> problems)
    {
        if (problems.ToList() is { Count: > 0 } found)
        {
            throw new ExperimentException(found);
        }
    }

    public IReadOnlyList<Problem> Problems { get; }
}
