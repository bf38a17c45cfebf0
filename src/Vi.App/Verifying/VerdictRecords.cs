using Microsoft.FSharp.Core;
using Vi.Verification;
using FSharpVerdicts = Vi.Verification.FSharp.Verdicts;

namespace Vi.App.Verifying;

/// <summary>Verdicts as they are stored, and back; their counts.</summary>
internal static class VerdictRecords
{
    public static VerdictRecord Of(VerdictRow row) =>
        new()
        {
            Kind = row.Kind,
            Model = row.Model,
            Algorithm = row.Algorithm,
            Number = row.Number,
            Seed = row.Seed,
            Level = CoreRecords.Of(row.Level),
            Failed = row.Failed,
            MeanError = row.MeanError,
            MeanOf = row.MeanOf,
            SdRatio = row.SdRatio,
            SdOf = row.SdOf,
            Compared = row.Compared,
            LeftOut = row.LeftOut,
            ReferenceRHat = row.ReferenceRHat,
            Failure = row.Failure,
        };

    /// <summary>The counts of a study.</summary>
    public static VerdictStudyRecord Of(IReadOnlyList<VerdictRecord> records, int dataSets, int missing)
    {
        List<VerdictRow> rows = [.. records.Select(ToCore)];
        IReadOnlyList<VerdictCountRecord> By(Func<VerdictRow, string> name) =>
            [.. FSharpVerdicts.countBy(FuncConvert.FromFunc(name), rows).Select(Of)];
        return new VerdictStudyRecord
        {
            DataSets = dataSets,
            Missing = missing,
            All = Of(FSharpVerdicts.count("all fits", rows)),
            Models = By(row => row.Model),
            Algorithms = By(row => row.Algorithm),
            Kinds = By(row => $"{row.Kind} by {row.Algorithm}"),
            Notable =
            [
                .. records
                    .Zip(rows)
                    .Where(p => p.Second is { Failure: not null } or { Level.IsReliable: true, IsWrong: true })
                    .Select(p => p.First),
            ],
        };
    }

    private static VerdictRow ToCore(VerdictRecord record) =>
        new(
            record.Kind,
            record.Model,
            record.Algorithm,
            record.Number,
            record.Seed,
            CoreRecords.ToCore(record.Level),
            [.. record.Failed],
            record.MeanError,
            record.MeanOf,
            record.SdRatio,
            record.SdOf,
            record.Compared,
            record.LeftOut,
            record.ReferenceRHat,
            record.Failure
        );

    private static VerdictCountRecord Of(VerdictCount count) =>
        new()
        {
            Name = count.Name,
            Reliable = Of(count.Reliable),
            Usable = Of(count.Usable),
            Unreliable = Of(count.Unreliable),
            WithoutReference = count.WithoutReference,
            Failed = count.Failed,
            ReliablesWrong = Of(FSharpVerdicts.reliablesAreRight(count)),
            RightsReliable = Of(FSharpVerdicts.rightsAreReliable(count)),
        };

    private static VerdictErrorsRecord Of(VerdictErrors errors) => new(errors.Right, errors.Between, errors.Wrong);

    private static VerdictPromiseRecord Of(VerdictPromise promise) =>
        new(
            promise.Among,
            promise.Count,
            promise.Promised,
            promise.Lower,
            promise.Upper,
            promise.PValue,
            promise.Holds
        );
}
