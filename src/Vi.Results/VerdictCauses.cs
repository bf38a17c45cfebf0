namespace Vi.Results;

/// <summary>What decided the verdict on a result, in figures.</summary>
public sealed record VerdictCauses
{
    /// <summary>How the run ended.</summary>
    public RunStatus Status { get; init; }

    /// <summary>The verdict; null where the run ended before it had an answer.</summary>
    public TrustLevel? Level { get; init; }

    /// <summary>The worst verdict that the experiment means to show; <c>reliable</c> where it says nothing.</summary>
    public TrustLevel Expected { get; init; }

    /// <summary>Whether the algorithm always uses its whole budget.</summary>
    public bool UsesWholeBudget { get; init; }

    /// <summary>Checks that were made.</summary>
    public int Checks { get; init; }

    /// <summary>Those that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Whether a check passed that leaves doubt.</summary>
    public bool LeavesDoubt { get; init; }

    /// <summary>Findings that are errors.</summary>
    public int Errors { get; init; }

    /// <summary>Findings that are warnings.</summary>
    public int Warnings { get; init; }

    /// <summary>Whether the verdict is not the best one, and is shown on purpose.</summary>
    [JsonIgnore]
    public bool IsOnPurpose => Level is > TrustLevel.Reliable and var level && level <= Expected;

    /// <summary>What decided the verdict on a result.</summary>
    public static VerdictCauses Of(RunResult result)
    {
        var checks = result.Verdict?.Checks ?? [];
        return new VerdictCauses
        {
            Status = result.Status,
            Level = result.Verdict?.Level,
            Expected = result.Configuration["expects"] is { } expected
                ? expected.Deserialize<TrustLevel>(ResultJson.Options)
                : TrustLevel.Reliable,
            UsesWholeBudget = result.Method.UsesWholeBudget,
            Checks = checks.Count,
            Failed = checks.Count(check => !check.IsPassed),
            LeavesDoubt = checks.Any(check => check.IsPassed && check.Level != TrustLevel.Reliable),
            Errors = result.Findings.Count(finding => finding.Severity == Severity.Error),
            Warnings = result.Findings.Count(finding => finding.Severity == Severity.Warning),
        };
    }
}
