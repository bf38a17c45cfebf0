using Vi.Reports.Verification;
using Vi.Verification;
using Calibration = Vi.Verification.FSharp.Calibration;

namespace Vi.App.Verifying;

/// <summary>
/// Calibrates methods on models by simulation. A replicate depends on seed and number alone, so results depend neither on threads nor on
/// interruptions.
/// </summary>
internal sealed class Calibrator(TimeProvider clock)
{
    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Makes so many replicates of each subject, beginning with those of an earlier check of the same seed; <paramref name="store"/> is
    /// called every ten seconds with what there is.
    /// </summary>
    public VerificationResult Calibrate(
        IReadOnlyList<CalibrationSubject> subjects,
        int replicates,
        VerificationResult check,
        VerificationResult? earlier,
        Action<VerificationResult> store,
        Action<CheckStep> afterEach,
        CancellationToken cancellation
    )
    {
        var start = clock.GetTimestamp();
        var stored = new Throttle(clock);
        var records = subjects.Select(subject => Begin(subject, replicates, check.Seed, earlier)).ToList();
        var total = records.Sum(record => record.Target);
        VerificationResult Now() =>
            (
                check with
                {
                    Calibrations = [.. records],
                    Seconds = check.Seconds + clock.GetElapsedTime(start).TotalSeconds,
                }
            ).Judged();

        // How long each will take is known after a few replicates of all.
        TimeSpan? Left() =>
            records.All(record => record.Done > 0)
                ? TimeSpan.FromSeconds(records.Sum(r => r.Seconds / r.Done * (r.Target - r.Done)))
                : null;

        // All begin before the first goes on.
        int Next() =>
            records.FindIndex(record => record.Done == 0) is >= 0 and var first
                ? first
                : records.FindIndex(record => record.Done < record.Target);
        for (var i = Next(); i >= 0 && !cancellation.IsCancellationRequested; i = Next())
        {
            var record = records[i] = Longer(subjects[i], records[i], check);
            var isDone = record.Done == record.Target;
            var trouble = isDone && !CalibrationText.IsAsExpected(record) ? CalibrationText.Finding(record) : null;
            var name = $"calibration of {record.Model} by {record.Method}";
            afterEach(new CheckStep(records.Sum(r => r.Done), total, name, trouble, Left()));
            if (stored.IsDue(StoreInterval))
            {
                store(Now());
            }
        }

        return Now();
    }

    private static CalibrationRecord Begin(
        CalibrationSubject subject,
        int replicates,
        ulong seed,
        VerificationResult? earlier
    )
    {
        var before =
            earlier?.Seed == seed
                ? earlier.Calibrations.FirstOrDefault(record =>
                    record.Model == subject.Model
                    && record.Method == subject.Method
                    && record.Draws == Calibration.draws
                    && record.Ranks.Keys.SequenceEqual(subject.Parameters)
                )
                : null;
        return new CalibrationRecord
        {
            Model = subject.Model,
            Method = subject.Method,
            KnownTooNarrow = subject.Expectation is Expectation.TooNarrow known ? known.reason : null,
            SeenFrom = subject.QuickReplicates,
            Within = subject.Expectation is Expectation.Nearly near ? near.within : null,
            NearlyBecause = subject.Expectation is Expectation.Nearly nearly ? nearly.reason : null,
            Draws = Calibration.draws,
            Target = replicates,
            Seconds = before?.Seconds ?? 0,
            Ranks = subject.Parameters.ToDictionary(
                name => name,
                name => (IReadOnlyList<int>)[.. before?.Ranks[name].Take(replicates) ?? []],
                StringComparer.Ordinal
            ),
        }.Judged();
    }

    /// <summary>The record with some replicates more, as many as the threads make in a moment.</summary>
    private CalibrationRecord Longer(CalibrationSubject subject, CalibrationRecord record, VerificationResult check)
    {
        var start = clock.GetTimestamp();
        var count = Min(10 * check.Threads, record.Target - record.Done);
        var made = new int[count][];
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = check.Threads },
            i => made[i] = Calibration.replicate(subject, check.Seed, record.Done + i)
        );
        return (
            record with
            {
                Seconds = record.Seconds + clock.GetElapsedTime(start).TotalSeconds,
                Ranks = record
                    .Ranks.Select((p, j) => (p.Key, Ranks: (IReadOnlyList<int>)[.. p.Value, .. made.Select(r => r[j])]))
                    .ToDictionary(p => p.Key, p => p.Ranks, StringComparer.Ordinal),
            }
        ).Judged();
    }
}
