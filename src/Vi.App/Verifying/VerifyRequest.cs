namespace Vi.App.Verifying;

/// <summary>What <c>vilab verify</c> was asked to do.</summary>
/// <param name="Cases">Cases a law; null for each law's own number. A law about one fixed case keeps to it.</param>
/// <param name="Threads">Worker threads; results do not depend on them.</param>
internal sealed record VerifyRequest(
    IReadOnlyList<string> Filters,
    int? Cases,
    ulong Seed,
    string OutputFolder,
    int Threads,
    int? Replicates,
    bool Resume
);
