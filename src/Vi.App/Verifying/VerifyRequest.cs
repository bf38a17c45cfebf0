namespace Vi.App.Verifying;

/// <summary>What <c>vilab verify</c> was asked to do.</summary>
/// <param name="Cases">Cases a law; null for each law's own number. A law about one fixed case keeps to it.</param>
/// <param name="Replicates">Replicates of each calibration; null where nothing is calibrated.</param>
/// <param name="DataSets">Data sets of each kind for a study of verdicts, made instead of the laws; null where laws are checked.</param>
/// <param name="Threads">Worker threads; results do not depend on them.</param>
internal sealed record VerifyRequest(
    IReadOnlyList<string> Filters,
    int? Cases,
    ulong Seed,
    string OutputFolder,
    int Threads,
    int? Replicates,
    int? DataSets,
    bool Resume
);
