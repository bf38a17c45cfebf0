using System.Collections.Concurrent;
using Vi.App.Laws;
using Vi.App.Running;
using Vi.Results;
using Vi.Verification;

namespace Vi.App.Verifying;

/// <summary>One law or specimen done.</summary>
/// <param name="Done">How many are done.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Name">Which one.</param>
/// <param name="Trouble">What is wrong with it, where something is.</param>
/// <param name="Left">How long the rest will take; null where that is not known yet.</param>
public sealed record CheckStep(int Done, int Total, string Name, string? Trouble, TimeSpan? Left);

/// <summary>Checks laws and specimens on several threads. Every law has the same seed, so results do not depend on their number.</summary>
public sealed class LawChecker(TimeProvider clock)
{
    /// <summary>Specimens are tried on at least as many cases as this.</summary>
    private const int SpecimenCases = 100;

    /// <summary>Name under which a check says what build of the laws it is of.</summary>
    private const string BuildName = "build of the laws";

    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(10);

    /// <summary>Changes with any line of the laws or of what they speak for.</summary>
    private static readonly string Build = string.Join(
        '-',
        new[] { typeof(Law), typeof(Vi.Math.Vec), typeof(Vi.Kernels.LinearAlgebra) }.Select(type =>
            type.Module.ModuleVersionId.ToString("N")[..8]
        )
    );

    /// <summary>
    /// Checks all; <paramref name="afterEach"/> is called after each, one call at a time, <paramref name="store"/> every ten seconds with
    /// what there is. When somebody cancels, laws under way are left alone, and the result holds what was done. Laws that held and
    /// specimens that were rejected in <paramref name="earlier"/>, on as many cases of the same seed and with the same build, are taken
    /// from there.
    /// </summary>
    public VerificationResult Check(
        LawCatalogue chosen,
        VerifyRequest request,
        VerificationResult? earlier,
        Action<VerificationResult> store,
        Action<CheckStep> afterEach,
        CancellationToken cancellation
    )
    {
        var startedAt = clock.GetUtcNow();
        var start = clock.GetTimestamp();
        var stored = start;
        var known = WhyAnew(earlier, request) is null ? earlier : null;
        var knownLaws = known?.Laws.ToDictionary(law => law.Name, StringComparer.Ordinal) ?? [];
        var knownSpecimens = known?.Specimens.ToDictionary(specimen => specimen.Name, StringComparer.Ordinal) ?? [];
        CheckedLaw?[] laws =
        [
            .. chosen.Laws.Select(law =>
                knownLaws.GetValueOrDefault(law.Name) is { Counterexample: null } before
                && before.Cases == CasesOf(law, request)
                    ? before
                    : null
            ),
        ];
        CheckedSpecimen?[] specimens =
        [
            .. chosen.Specimens.Select(specimen =>
                knownSpecimens.GetValueOrDefault(specimen.Name) is { Counterexample: not null } before ? before : null
            ),
        ];
        var jobs = new ConcurrentQueue<int>(
            Enumerable
                .Range(0, laws.Length + specimens.Length)
                .Where(i => i < laws.Length ? laws[i] is null : specimens[i - laws.Length] is null)
        );
        var gate = new Lock();
        var done = laws.Length + specimens.Length - jobs.Count;
        double Cost(int i) => i < laws.Length ? CostOf(chosen.Laws[i], request) : 1;
        var costToCome = jobs.Sum(Cost);
        var costDone = 0.0;
        var isClosed = false;

        void Report(int i, string name, string? trouble, Action keep)
        {
            lock (gate)
            {
                if (!isClosed)
                {
                    keep();
                    costDone += Cost(i);
                    costToCome -= Cost(i);
                    var left = clock.GetElapsedTime(start) / costDone * costToCome;
                    afterEach(new CheckStep(++done, laws.Length + specimens.Length, name, trouble, left));
                    if (clock.GetElapsedTime(stored) >= StoreInterval)
                    {
                        stored = clock.GetTimestamp();
                        store(Now());
                    }
                }
            }
        }

        void Work()
        {
            while (!cancellation.IsCancellationRequested && jobs.TryDequeue(out var i))
            {
                if (i < laws.Length)
                {
                    var law = Checked(chosen.Laws[i], request);
                    Report(i, law.Name, law.Counterexample?.Quantity, () => laws[i] = law);
                }
                else
                {
                    var at = i - laws.Length;
                    var specimen = Checked(chosen.Specimens[at], request);
                    var trouble = specimen.Counterexample is null ? "the specimen was not rejected" : null;
                    Report(i, specimen.Name, trouble, () => specimens[at] = specimen);
                }
            }
        }

        var workers = Enumerable
            .Range(0, request.Threads)
            .Select(_ => Task.Factory.StartNew(Work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        try
        {
            Task.WaitAll([.. workers], cancellation);
        }
        catch (OperationCanceledException)
        {
            // What is done is kept; the threads end with the process or after their law.
        }

        lock (gate)
        {
            isClosed = true;
            return Now();
        }

        VerificationResult Now()
        {
            var isBroken =
                laws.Any(law => law?.Counterexample is not null)
                || specimens.Any(specimen => specimen is { Counterexample: null });
            return new VerificationResult
            {
                Status =
                    done < laws.Length + specimens.Length ? "cancelled"
                    : isBroken ? "broken"
                    : "passed",
                Filters = request.Filters,
                CasesPerLaw = request.Cases,
                Seed = request.Seed,
                NotChecked = laws.Length + specimens.Length - done,
                Laws = [.. laws.OfType<CheckedLaw>()],
                Specimens = [.. specimens.OfType<CheckedSpecimen>()],
                // What a calibration had before is not lost while the laws are checked again.
                Calibrations =
                    request.Replicates is not null && earlier?.Seed == request.Seed ? earlier.Calibrations : [],
                StartedAt = known?.StartedAt ?? startedAt,
                Seconds = (known?.Seconds ?? 0) + clock.GetElapsedTime(start).TotalSeconds,
                Threads = request.Threads,
                Versions = new Dictionary<string, string>(VersionsRecord.Current(), StringComparer.Ordinal)
                {
                    [BuildName] = Build,
                },
            }.Judged();
        }
    }

    /// <summary>Why nothing of a stored check can be kept; null where it can.</summary>
    public static string? WhyAnew(VerificationResult? earlier, VerifyRequest request) =>
        earlier is null ? "the output folder holds no check"
        : earlier.Seed != request.Seed ? $"the stored check has the seed {earlier.Seed}"
        : earlier.CasesPerLaw != request.Cases
            ? $"the stored check has {(earlier.CasesPerLaw is { } cases ? $"--cases {cases}" : "each law's own number of cases")}"
        : earlier.Versions.GetValueOrDefault(BuildName) != Build
        || earlier.Versions.GetValueOrDefault("vilab") != VersionsRecord.Program
            ? "the stored check is of another build"
        : null;

    private static int CasesOf(Law law, VerifyRequest request) =>
        law.DefaultCases > 1 ? request.Cases ?? law.DefaultCases : 1;

    /// <summary>What a law costs beside others: those that are dear by the case have fewer cases by default.</summary>
    private static double CostOf(Law law, VerifyRequest request) => (double)CasesOf(law, request) / law.DefaultCases;

    private CheckedLaw Checked(Law law, VerifyRequest request)
    {
        var start = clock.GetTimestamp();
        var outcome = Outcome(law, CasesOf(law, request), request.Seed);
        return new CheckedLaw
        {
            Name = law.Name,
            Statement = law.Statement,
            Formula = law.Formula,
            Source = law.Source,
            Covers = [.. law.Covers],
            Cases = outcome.Cases,
            WorstSlack = outcome.WorstSlack,
            WorstQuantity = outcome.WorstQuantity,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
            Counterexample = Record(outcome),
        };
    }

    private CheckedSpecimen Checked(Specimen specimen, VerifyRequest request)
    {
        var start = clock.GetTimestamp();
        var outcome = Outcome(specimen.Law, System.Math.Max(SpecimenCases, specimen.Law.DefaultCases), request.Seed);
        return new CheckedSpecimen
        {
            Name = specimen.Name,
            SeenIn = specimen.SeenIn,
            Wrong = specimen.Wrong,
            RejectedBy = specimen.RejectedBy,
            Cases = outcome.Cases,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
            Counterexample = Record(outcome),
        };
    }

    private static LawOutcome Outcome(Law law, int cases, ulong seed) => law.Check.Invoke(cases).Invoke(seed);

    private static CounterexampleRecord? Record(LawOutcome outcome) =>
        outcome.Counterexample?.Value is { } found
            ? new CounterexampleRecord(
                found.Case,
                found.Comparison.Quantity,
                found.Comparison.Error,
                found.Comparison.Allowed,
                found.At,
                found.Shrinks
            )
            : null;
}
