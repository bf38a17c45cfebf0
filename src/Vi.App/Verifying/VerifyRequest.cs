namespace Vi.App.Verifying;

/// <summary>What <c>vilab verify</c> was asked to do.</summary>
/// <param name="Filters">What laws are chosen by; none for all.</param>
/// <param name="Cases">Cases a law; null for each law's own number. A law about one fixed case keeps to it.</param>
/// <param name="Seed">Seed of every law.</param>
/// <param name="OutputFolder">Where <c>verify.json</c> and <c>verify.html</c> go.</param>
/// <param name="Threads">Worker threads; results do not depend on them.</param>
/// <param name="Replicates">Replicates of simulation-based calibration; null for none.</param>
/// <param name="Resume">Whether to go on from the check stored in the output folder.</param>
internal sealed record VerifyRequest(
    IReadOnlyList<string> Filters,
    int? Cases,
    ulong Seed,
    string OutputFolder,
    int Threads,
    int? Replicates,
    bool Resume
);
