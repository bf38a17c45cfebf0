namespace Vi.Reports;

/// <summary>
/// The worst verdict that an experiment shows on purpose, as its file gives it in <c>expects</c>: a demonstration of what goes wrong is no
/// alarm.
/// </summary>
internal static class ShownOnPurpose
{
    /// <summary>Whether a result has a verdict that is not the best one, and is expected to.</summary>
    internal static bool Holds(RunResult result) =>
        result.Verdict is { Level: > TrustLevel.Reliable and var level } && level <= Of(result.Configuration);

    /// <summary>Whether a result has a better verdict than its experiment means to show.</summary>
    private static TrustLevel Of(JsonObject configuration) =>
        configuration["expects"] is { } expected
            ? expected.Deserialize<TrustLevel>(ResultJson.Options)
            : TrustLevel.Reliable;
}
