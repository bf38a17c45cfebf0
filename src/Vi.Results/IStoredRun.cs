namespace Vi.Results;

/// <summary>What a <c>result.json</c> holds: one result, or several of one run with their comparison.</summary>
public interface IStoredRun
{
    /// <summary>Name of the run, also its folder below the output folder.</summary>
    string Name { get; }

    /// <summary>The results in the order of the experiment's algorithms; at least one.</summary>
    IReadOnlyList<RunResult> Results { get; }
}
