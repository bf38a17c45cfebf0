using System.Collections.Concurrent;
using Vi.Verification;

namespace Vi.App.Verifying;

/// <summary>One law or specimen done.</summary>
/// <param name="Trouble">What is wrong with it, where something is.</param>
/// <param name="Left">How long the rest will take; null where that is not known.</param>
internal sealed record CheckStep(int Done, int Total, string Name, string? Trouble, TimeSpan? Left);

/// <summary>Checks laws and specimens on several threads. Every law has the same seed, so results do not depend on their number.</summary>
internal sealed class LawChecker(TimeProvider clock)
{
    /// <summary>Specimens are tried on at least as many cases as this.</summary>
    private const int SpecimenCases = 100;

    /// <summary>Name under which a check says what build of the laws it is of.</summary>
    private const string BuildName = "build of the laws";

    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(10);

    /// <summary>Changes with any line of the laws or of what they speak for.</summary>
    public static string Build { get; } =
        string.Join(
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
        var start = clock.GetTimestamp();
        var stored = new Throttle(clock);
        var known = WhyAnew(earlier, request) is null ? earlier : null;
        var found = Found.Of(chosen, request, known);
        var jobs = new ConcurrentQueue<Func<CheckedItem>>(found.Jobs(this, chosen, request));
        var (done, total) = (found.Total - jobs.Count, found.Total);
        var begun = new VerificationResult
        {
            Filters = request.Filters,
            CasesPerLaw = request.Cases,
            Seed = request.Seed,
            // What a calibration had before is not lost while the laws are checked again.
            Calibrations = request.Replicates is not null && earlier?.Seed == request.Seed ? earlier.Calibrations : [],
            StartedAt = known?.StartedAt ?? clock.GetUtcNow(),
            Threads = request.Threads,
            Versions = Versions(),
        };
        VerificationResult Now() =>
            (
                begun with
                {
                    NotChecked = total - done,
                    Laws = [.. found.Laws.OfType<CheckedLaw>()],
                    Specimens = [.. found.Specimens.OfType<CheckedSpecimen>()],
                    Seconds = (known?.Seconds ?? 0) + clock.GetElapsedTime(start).TotalSeconds,
                }
            ).Judged();

        var gate = new Lock();
        var isClosed = false;
        void Work()
        {
            while (!cancellation.IsCancellationRequested && jobs.TryDequeue(out var job))
            {
                var item = job();
                lock (gate)
                {
                    if (isClosed)
                    {
                        return;
                    }

                    item.Keep();
                    afterEach(new CheckStep(++done, total, item.Name, item.Trouble, null));
                    if (stored.IsDue(StoreInterval))
                    {
                        store(Now());
                    }
                }
            }
        }

        Wait(request.Threads, Work, cancellation);
        lock (gate)
        {
            isClosed = true;
            return Now();
        }
    }

    /// <summary>Versions by name, with the build of the laws.</summary>
    public static Dictionary<string, string> Versions() =>
        new(VersionsRecord.Current(), StringComparer.Ordinal) { [BuildName] = Build };

    /// <summary>Works on several threads until all is done or somebody cancels; then the threads end with the process or after their law.</summary>
    public static void Wait(int threads, Action work, CancellationToken cancellation)
    {
        var workers = Enumerable
            .Range(0, threads)
            .Select(_ => Task.Factory.StartNew(work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        try
        {
            Task.WaitAll([.. workers], cancellation);
        }
        catch (OperationCanceledException)
        {
            // What is done is kept.
        }
    }

    /// <summary>A law or specimen that was checked: what is wrong with it, and how it is kept.</summary>
    private sealed record CheckedItem(string Name, string? Trouble, Action Keep);

    /// <summary>What is known of each law and specimen; null where it is not checked yet.</summary>
    private sealed record Found(CheckedLaw?[] Laws, CheckedSpecimen?[] Specimens)
    {
        public int Total => Laws.Length + Specimens.Length;

        /// <summary>Laws that held and specimens that were rejected in an earlier check on as many cases.</summary>
        public static Found Of(LawCatalogue chosen, VerifyRequest request, VerificationResult? known)
        {
            var laws = known?.Laws.ToDictionary(law => law.Name, StringComparer.Ordinal) ?? [];
            var specimens = known?.Specimens.ToDictionary(specimen => specimen.Name, StringComparer.Ordinal) ?? [];
            return new(
                [
                    .. chosen.Laws.Select(law =>
                        laws.GetValueOrDefault(law.Name) is { Counterexample: null } before
                        && before.Cases == CasesOf(law, request)
                            ? before
                            : null
                    ),
                ],
                [
                    .. chosen.Specimens.Select(specimen =>
                        specimens.GetValueOrDefault(specimen.Name) is { Counterexample: not null } before
                            ? before
                            : null
                    ),
                ]
            );
        }

        public IEnumerable<Func<CheckedItem>> Jobs(LawChecker checker, LawCatalogue chosen, VerifyRequest request) =>
            [
                .. Missing(
                    Laws,
                    i => checker.Checked(chosen.Laws[i], request),
                    law => (law.Name, law.Counterexample?.Quantity)
                ),
                .. Missing(
                    Specimens,
                    i => checker.Checked(chosen.Specimens[i], request),
                    one => (one.Name, one.Counterexample is null ? "the specimen was not rejected" : null)
                ),
            ];

        private static IEnumerable<Func<CheckedItem>> Missing<T>(
            T?[] known,
            Func<int, T> check,
            Func<T, (string Name, string? Trouble)> shown
        )
            where T : class =>
            Enumerable
                .Range(0, known.Length)
                .Where(i => known[i] is null)
                .Select(i =>
                    (Func<CheckedItem>)(
                        () =>
                        {
                            var made = check(i);
                            var (name, trouble) = shown(made);
                            return new CheckedItem(name, trouble, () => known[i] = made);
                        }
                    )
                );
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
        var outcome = Outcome(specimen.Law, Max(SpecimenCases, specimen.Law.DefaultCases), request.Seed);
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
